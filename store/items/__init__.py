"""Items, their files and their vectors."""
