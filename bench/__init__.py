"""Side-by-side measurements, each a ratio in one run. Development only."""
