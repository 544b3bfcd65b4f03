"""Papers that a case's answers are made into: drafts for the worker to check, never sent and never stored."""
