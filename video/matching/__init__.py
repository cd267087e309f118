"""Engines that find where a fragment of video comes from: descriptors, an index, votes, alignment. No store."""
