"""One module a platform: verify, parse, render, send."""
