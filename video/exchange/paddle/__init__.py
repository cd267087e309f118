"""PaddleVideo's MultimodalVideoTag: list, classes, settings, features, predictions. No store."""
