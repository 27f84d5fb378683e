"""The store: this user's view of jobs, in SQLite and in memory. Knows nothing of engines."""
