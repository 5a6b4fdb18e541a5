"""Workbooks that docgen writes for a clerk: a form as a sheet, a checked copy of a table."""
