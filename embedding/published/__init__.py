"""Published models: which are offered, where their files lie on this machine, how they come to it."""
