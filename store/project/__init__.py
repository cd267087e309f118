"""What a project sets: taxonomy, prompts, heads, saved views, video runs."""
