"""The pages on which the partnership's office runs its day."""
