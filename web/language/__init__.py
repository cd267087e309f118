"""The app in the language of who looks."""
