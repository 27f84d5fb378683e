"""The composition roots: what wires adapters and core together, one per kind of process."""
