"""Pictures of none of the three classes: town, things, food, people."""
