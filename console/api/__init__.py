"""The interface for programs: what `escalate` does, over HTTP in JSON, for whoever has a token (docs/interface.md)."""
