"""People and processes side by side: names, leases, jobs."""
