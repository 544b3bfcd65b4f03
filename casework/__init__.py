"""Contacts, conversations, messages and their rules: pure rules, tables, repositories and services.

Errors: `CaseworkError` is the base; every error of this package is one of its children, each defined beside what
raises it.
"""

from casework.errors import CaseworkError

__all__ = ["CaseworkError"]
