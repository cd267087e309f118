"""The pages in Chromium: key to painted, first grids, three people's hours."""
