"""Networks for whole videos: candidates that have to beat late fusion. No store."""
