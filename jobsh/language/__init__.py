"""Text to tree: where jobsh and shell text begin and end. Pure; knows no cmdlet, only a `Vocabulary`."""

from jobsh.language.parser import normal, parse

__all__ = ["normal", "parse"]
