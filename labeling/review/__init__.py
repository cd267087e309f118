"""What annotators do: grid, decisions, history, batches, bulk accept, the stop meter."""
