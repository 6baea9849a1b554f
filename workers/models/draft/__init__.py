"""The built-in model: it answers the loop's turns with what `workers.drafting` makes."""
