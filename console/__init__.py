"""The web pages: at present the one behind each link in a notice."""
