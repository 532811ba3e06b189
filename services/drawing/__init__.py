"""A policy's ladder as a drawing: what is said in it, where it stands, and its SVG."""
