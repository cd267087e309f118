"""A video to shots, keyframes and labelled segments."""
