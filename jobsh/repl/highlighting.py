"""Colours for the line being typed: jobsh code and shell text, as the parser sees them."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from jobsh.language.ast import TokenKind, Vocabulary
from jobsh.language.lexer import tokens

_LONGEST = 20_000
"""Characters; a longer text is pasted, not typed, and stays plain."""

STYLE = Style.from_dict(
    {
        f"jobsh.{TokenKind.COMMAND}": "ansibrightyellow",
        f"jobsh.{TokenKind.PARAMETER}": "ansicyan",
        f"jobsh.{TokenKind.VARIABLE}": "ansigreen",
        f"jobsh.{TokenKind.STRING}": "ansiblue",
        f"jobsh.{TokenKind.NUMBER}": "ansimagenta",
        f"jobsh.{TokenKind.OPERATOR}": "ansibrightblack",
        f"jobsh.{TokenKind.KEYWORD}": "ansibrightgreen",
        f"jobsh.{TokenKind.TYPE}": "ansibrightcyan",
        f"jobsh.{TokenKind.COMMENT}": "ansibrightblack italic",
        f"jobsh.{TokenKind.MEMBER}": "ansidefault",
        f"jobsh.{TokenKind.WORD}": "ansidefault",
        f"jobsh.{TokenKind.SHELL}": "ansidefault bold",
        f"jobsh.{TokenKind.BRACKET}": "ansidefault",
        f"jobsh.{TokenKind.ERROR}": "ansired underline",
        "prompt.place": "bold",
        "prompt.directory": "ansiblue",
        "prompt.state": "ansired",
        "auto-suggestion": "ansibrightblack",
    }
)


class Highlighter(Lexer):
    """Asks for the vocabulary each time: functions and variables come and go."""

    def __init__(self, vocabulary: Callable[[], Vocabulary]) -> None:
        self._vocabulary = vocabulary

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        """Give the styled text of a line by its number."""
        lines = styled_lines(document.text, self._vocabulary())
        return lambda number: lines[number] if number < len(lines) else []


def styled_lines(text: str, vocabulary: Vocabulary) -> list[StyleAndTextTuples]:
    """Each line as pieces with their styles."""
    lines: list[StyleAndTextTuples] = [[]]
    for style, piece in _pieces(text, vocabulary):
        first, *more = piece.split("\n")
        lines[-1].append((style, first))
        lines += [[(style, line)] for line in more]
    return lines


def _pieces(text: str, vocabulary: Vocabulary) -> list[tuple[str, str]]:
    if len(text) > _LONGEST:
        return [("", text)]
    pieces: list[tuple[str, str]] = []
    end = 0
    for span, kind in tokens(text, vocabulary):
        pieces += [("", text[end : span.start]), (f"class:jobsh.{kind}", text[span.start : span.end])]
        end = span.end
    return [*pieces, ("", text[end:])]
