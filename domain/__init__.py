"""Deciding: pure values and functions. No Temporal, no I/O, no clock, no logging."""
