"""YouTube-8M: records as TFRecord and as PaddleVideo pickles them, predictions. No store."""
