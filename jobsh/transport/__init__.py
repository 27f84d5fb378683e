"""Ways to machines: ssh (the only importer of asyncssh), this machine, and the demo's own hosts. Knows nothing of jobs."""
