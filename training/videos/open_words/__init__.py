"""An adapter that scores videos by the texts of tags: of those it learned from, and of those that were named later. No store."""
