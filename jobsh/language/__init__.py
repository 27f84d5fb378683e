"""Text to tree: where jobsh and shell text begin and end. Pure; knows no cmdlet, only a `Vocabulary`.

For colours see `lexer.tokens`, for completion `cursor.at_cursor`, for scripts' variables `shell_text.using_references`.
"""

from jobsh.language.parser import normal, parse

__all__ = ["normal", "parse"]
