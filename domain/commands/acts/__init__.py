"""Acts of a policy: what people do and record."""
