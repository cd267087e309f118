"""The documentation site: pages written from the program, the check of what is built, and screenshots."""
