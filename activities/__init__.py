"""Doing: thin, one effect each, at least once, idempotent by reference."""
