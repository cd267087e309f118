"""Image files that strangers hand over: which are read, how they are decoded, how they are shown. No store."""
