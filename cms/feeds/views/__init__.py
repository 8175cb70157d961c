"""The addresses of the feeds."""
