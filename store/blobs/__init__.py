"""Objects in a store (S3, Google, Azure): read in ranges, listed, signed, written; where and whether, the settings say alone."""
