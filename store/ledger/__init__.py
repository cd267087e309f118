"""Events and what follows from them: append, label, undo, read the past."""
