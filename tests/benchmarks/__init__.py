"""Measurements of jobsh beside its peers, in one run on one machine: `python -m tests.benchmarks [NAME …]`.

Nothing here is a test: figures depend on the machine, ratios of one interleaved run carry over.
"""
