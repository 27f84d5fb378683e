"""jobsh: an interactive shell for jobs that outlive the connection, the shell and the laptop."""

__version__ = "0.1.0"
