"""Calendars: each nation's days off as data, made by `make` and read by `load_calendar`."""

from .load import UnknownNation, known_nations, load_calendar

__all__ = ["UnknownNation", "known_nations", "load_calendar"]
