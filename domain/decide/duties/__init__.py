"""Duties: how they arise, until when they are owed, and by what they are done."""
