"""What a worker is owed, by law: pure functions, each with its article, whose steps can be shown and checked."""
