"""The register's schema, step by step. Run by `prepare()`; a released step is never edited."""
