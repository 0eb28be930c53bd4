"""The form of a record: read from a page, a program or a file, checked whole."""
