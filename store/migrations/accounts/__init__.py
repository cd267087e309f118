"""The steps of the database of accounts."""
