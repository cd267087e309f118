"""Copies of a workspace: a backup in one file, and a second workspace on the same or another kind of database."""
