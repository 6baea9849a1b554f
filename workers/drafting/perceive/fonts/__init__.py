"""Which installed font, at which size and weight, sets a run of text."""
