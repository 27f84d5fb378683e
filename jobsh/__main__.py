"""`python -m jobsh` is `jobsh`."""

from jobsh.cli import run

if __name__ == "__main__":
    run()
