"""Titles to vectors: n-grams of characters fitted on a project's titles, and sentence encoders. No store."""
