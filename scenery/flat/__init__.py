"""What is drawn flat: pages, screens, charts, pixel games, overlays. Needs Pillow alone."""
