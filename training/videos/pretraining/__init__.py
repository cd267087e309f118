"""An aggregator of frames and sound that learns from videos that nobody labelled. No store."""
