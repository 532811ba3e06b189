"""People: who may speak, who sits where, and who is told."""
