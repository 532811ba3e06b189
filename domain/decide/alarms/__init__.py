"""Alarms: immediate risk, and answers to the lead on call."""
