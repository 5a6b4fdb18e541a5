"""What the tests share: docgen called, other readers asked, records and faults made."""
