"""The database itself: engines for SQLite and PostgreSQL, schema, triggers, bulk statements."""
