"""What people see: tables and lists, lines of hosts, errors with carets, progress. Knows no engine and no terminal modes."""
