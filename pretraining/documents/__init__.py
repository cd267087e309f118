"""Pictures of documents and screens."""
