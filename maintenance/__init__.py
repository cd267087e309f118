"""Work across all stages on a whole workspace: the demo and its reset, the doctor."""
