"""The watchdog: reads the register and nothing else, and tells by a channel of its own what no worker has seen to.

Nothing in here may import the Temporal SDK: a contract in pyproject.toml keeps it so.
"""
