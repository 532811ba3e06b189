"""The rules: how duties arise and end, when they are due, and who is told. Nothing here is said by anybody."""
