"""What sets a checkout up and checks the code."""
