"""`escalate reopen`: a dispute that had ended goes on."""

from starter.recording import command_of

command = command_of("reopen")
