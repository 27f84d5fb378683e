"""The user's side of a front end: the terminal and plain streams. Knows bytes, modes and signals, not jobs or views."""
