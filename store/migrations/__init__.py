"""Alembic's numbered steps. Each tells in its docstring what changed and why, and imports nothing of ours."""
