"""Alembic's numbered steps. Each tells in its docstring what changed and why, and ends by creating the guards again."""
