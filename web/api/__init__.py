"""The HTTP API: requests and answers, guards, routes."""
