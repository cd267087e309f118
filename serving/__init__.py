"""A head served by itself, without a workspace: an image or a video in, labels out."""
