"""Errors that casework raises to its callers."""


class CaseworkError(Exception):
    """Base of every error of this package."""


class NotFound(CaseworkError):
    """There is no such thing, or not for whoever asks: the two must not be told apart."""


class NotAllowed(CaseworkError):
    """Whoever asks may see it, but may not do this."""


class Conflict(CaseworkError):
    """Somebody else was faster; `message` says so in words for staff."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(CaseworkError):
    """What was given cannot be used; `message` says in words for staff what to change."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
