"""Moves: a case opens, goes from step to step, ends, and goes on after its end."""
