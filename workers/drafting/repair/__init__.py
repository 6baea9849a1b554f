"""What to change in a draft once its render has been seen."""
