"""Telling programs elsewhere what happens: signed messages of ids, kinds and times, and nothing that people wrote."""
