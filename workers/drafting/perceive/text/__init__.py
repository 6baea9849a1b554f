"""Where a mockup's text is, and what it says."""
