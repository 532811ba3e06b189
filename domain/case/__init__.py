"""One case as data: its state, what happened in it, and what deciding brings about."""
