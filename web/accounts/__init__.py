"""Who may come in: sign-in, sessions, roles, and the gate before everything."""
