"""Working time: calendars, the working days of a nation, and the clock on the wall."""
