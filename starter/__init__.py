"""The admin CLI, `escalate`. One file a command in `commands`; what they share lies beside them, named by noun."""
