"""Clocks: from when a duty runs, when it is due, and what moves or stops it."""
