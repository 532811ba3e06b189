"""Mending: what was wrong is corrected, contested or struck out; a new edition is taken."""
