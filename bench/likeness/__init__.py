"""What looks alike: near-duplicates, fragments, clips of a programme."""
