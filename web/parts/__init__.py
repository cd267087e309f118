"""Parts of the native pages."""
