"""What goes out of the building about a case: a bundle for an inspector, and the record for whom it concerns."""
