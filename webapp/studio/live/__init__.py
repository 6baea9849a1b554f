"""Events on their way to a browser: announced over Redis, read as rows, sent as frames."""
