"""`python -m tests.benchmarks [NAME …]`: run the named benchmarks (all, without names) and print their tables."""

from __future__ import annotations

import os
import sys

from tests.benchmarks import bulk, copies, fan_out, latency, local_jobs, start_up
from tests.benchmarks.measure import Table

BENCHMARKS = {
    "start-up": start_up.measure,
    "latency": latency.measure,
    "fan-out": fan_out.measure,
    "local-jobs": local_jobs.measure,
    "bulk": bulk.measure,
    "copies": copies.measure,
}


def main(names: list[str]) -> int:
    """Run; 2 for a name that is none."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}\n")
        return 2
    for name in names or BENCHMARKS:
        for table in BENCHMARKS[name]():
            show(table)
    return 0


def show(table: Table) -> None:
    """Print a table at once, as the next benchmark may take minutes; and how busy the machine was: much else spoils figures."""
    sys.stdout.write(f"{table}\n\n{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
