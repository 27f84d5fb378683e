"""The engine: jobs, sessions, connections. Knows the ports, neither libraries nor sockets nor who draws what."""
