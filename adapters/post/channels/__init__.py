"""One file for each provider of a way to send: its sending, its settings, its receipts, and what its faults mean."""
