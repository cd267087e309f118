"""The built-in model and its prompts, before anybody labelled."""
