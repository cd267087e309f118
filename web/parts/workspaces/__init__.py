"""Workspaces of a server, from the pages."""
