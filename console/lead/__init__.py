"""The pages of the lead on call: one notice, the board of every area, their turns, and setting up their telephone."""
