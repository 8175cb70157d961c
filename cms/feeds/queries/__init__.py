"""Reads of the feeds."""
