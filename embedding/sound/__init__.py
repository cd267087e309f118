"""Sound to vectors with times: log-mel statistics, and audio models in ONNX files. No store."""
