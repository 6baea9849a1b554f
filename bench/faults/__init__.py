"""An endpoint that misbehaves, in kinds, and what must come of each."""
