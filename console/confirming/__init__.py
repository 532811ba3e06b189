"""A code that shows who holds a link: asked once for each device and day, sent to the seat's own addresses."""
