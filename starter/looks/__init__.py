"""What `doctor` looks at, a file for each part of an installation."""
