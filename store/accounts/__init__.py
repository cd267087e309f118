"""Accounts of a server: people, roles, sessions, invitations, the audit log; in a database beside the workspaces."""
