"""Text to tree: where jobsh and shell text begin and end. Pure; knows no cmdlet, only a `Vocabulary`."""
