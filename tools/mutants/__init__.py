"""Small errors put into the program one at a time, to see whether the tests notice (docs/testing.md)."""
