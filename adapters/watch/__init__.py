"""The watchdog. It reads the register and nothing else, and tells what no worker has dealt with by its own channel.

Nothing in here may import the Temporal SDK; a contract in pyproject.toml enforces it.
"""
