"""The only code that touches the database and the vector shards."""
