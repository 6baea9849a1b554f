"""Pictures on their way in: checked, normalised, stored."""
