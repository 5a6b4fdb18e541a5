"""Word documents: filled templates, and fixed pages as editable Word pages."""
