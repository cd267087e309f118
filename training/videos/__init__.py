"""Engines that fit heads on whole videos: frames, sound and title together, several labels. No store."""
