"""What consoles have to know after a restart, and of each other: what was used, ended and tried in vain."""
