"""Rasa custom actions, thin: read what was asked, call a service, choose a response."""
