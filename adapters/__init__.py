"""The outside: register, post, directory, calendars. Knows `domain`, and nothing above."""
