"""What an installation does for whoever asks it, from a terminal or a page: opening, recording, finding, telling."""
