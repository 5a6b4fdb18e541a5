"""What a user gives: tables, records, lists, workbooks, each problem with its cell."""
