"""The gateway between the channels and the dialogue engine, and the staff's console."""
