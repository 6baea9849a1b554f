"""Ways to take a project home besides the zip of a revision."""
