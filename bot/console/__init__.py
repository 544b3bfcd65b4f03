"""The staff's web app."""
