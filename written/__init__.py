"""Texts and YAML files as people give them, checked before anything else sees them."""
