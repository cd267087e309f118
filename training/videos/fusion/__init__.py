"""Late fusion of small convex experts: the default head of whole videos. No store."""
