"""Inbox, dialogue client and outbox: every message stored once, answered once, in order."""
