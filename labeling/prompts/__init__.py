"""What product staff do with prompts: drafts, publishing, versions, gains, options, suggestions."""
