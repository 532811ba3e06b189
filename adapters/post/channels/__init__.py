"""One file for each provider: how it sends, its settings, its receipts, and what its faults mean."""
