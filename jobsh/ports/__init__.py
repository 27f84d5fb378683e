"""Protocols only: what front ends ask of an engine, and what the engine asks of the world."""
