"""How the built-in CLIP is made: the world that numpy draws, captions that claim facts, training. Development only."""
