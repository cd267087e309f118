"""Simulated people who label: what orders cost them, and whether bounds hold."""
