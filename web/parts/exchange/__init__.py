"""Labels in and out on the Data page."""
