"""Why the server will not start, and the one thing to do about it."""


class Refusal(Exception):
    """Nothing was loaded. `cause` says what is wrong, `remedy` the next action."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(f"{cause} {remedy}")
        self.cause = cause
        self.remedy = remedy
