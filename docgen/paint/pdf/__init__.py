"""PDF by WeasyPrint, and artwork laid under its pages."""
