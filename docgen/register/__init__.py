"""The book of what was issued: numbers without gaps, who got them, what became of each document.

    with open_register("register.db") as register:
        numbers = register.issue(form, [Request("1", record)], job="monday")

SQLite or PostgreSQL through SQLAlchemy. Importing this package loads it, so it is imported where it is used.
"""

from docgen.register.book import Register, open_register, opened_register
from docgen.register.queries import Document, Filter
from docgen.register.values import Request

__all__ = ["Document", "Filter", "Register", "Request", "open_register", "opened_register"]
