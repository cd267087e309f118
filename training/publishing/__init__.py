"""A head as a folder that others can use: its files and a card that says what it is."""
