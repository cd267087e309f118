"""Routes of videos: segmented ones, and whole ones."""
