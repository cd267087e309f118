"""Pictures of games and films: pixel art, boards, solids, drawn animation."""
