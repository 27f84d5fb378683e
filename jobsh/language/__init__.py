"""Text to tree: where jobsh and shell text begin and end. Pure; knows no cmdlet, only a `Vocabulary`.

For colours see `lexer.tokens`, for completion `cursor.at_cursor`, for scripts' variables `shell_text.using_references`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobsh.language.parser import normal, parse, parse_block

__all__ = ["normal", "parse", "parse_block"]


def __getattr__(name: str) -> object:
    """Load the parser when it is first used: many import the tree's words from here who never parse."""
    if name in __all__:
        from jobsh.language import parser

        return getattr(parser, name)
    raise AttributeError(name)
