"""The base of this package's errors."""


class CaseworkError(Exception):
    """Anything that casework refuses or cannot do."""
