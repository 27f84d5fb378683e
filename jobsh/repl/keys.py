"""Keys of the prompt that differ from prompt_toolkit's: Enter asks the parser whether the text is whole."""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.enums import DEFAULT_BUFFER
from prompt_toolkit.filters import completion_is_selected, has_completions, has_focus
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

from jobsh.errors import IncompleteInput, UsageError
from jobsh.language.ast import Vocabulary
from jobsh.language.parser import parse

_OPENING, _INDENT = "{([", "    "


def is_whole(text: str, vocabulary: Vocabulary) -> bool:
    """Whether Enter runs the text rather than asking for more. A wrong text is run too: then the error is shown."""
    try:
        parse(text, vocabulary, interactive=True)
    except IncompleteInput:
        return False
    except UsageError:
        return True
    return True


def indent_after(text: str) -> str:
    """The blanks with which the line after `text` begins: those of its last line, and more after an opening bracket."""
    line = text.rpartition("\n")[2]
    blanks = line[: len(line) - len(line.lstrip())]
    return blanks + (_INDENT if line.rstrip()[-1:] in tuple(_OPENING) else "")


def key_bindings(vocabulary: Callable[[], Vocabulary]) -> KeyBindings:
    """Enter, Alt-Enter, and a closing brace that moves to its place."""
    keys = KeyBindings()
    is_typing = has_focus(DEFAULT_BUFFER)  # rather than searching the history
    is_choosing = has_completions & completion_is_selected

    @keys.add("enter", filter=is_typing & is_choosing)
    def accept_completion(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    @keys.add("enter", filter=is_typing & ~is_choosing)
    def run_or_go_on(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if is_whole(buffer.text, vocabulary()):
            buffer.validate_and_handle()
        else:
            buffer.insert_text("\n" + indent_after(buffer.document.text_before_cursor))

    @keys.add("escape", "enter", filter=is_typing)
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("}", filter=is_typing)
    def close_block(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        line = buffer.document.current_line_before_cursor
        if line.isspace() and len(line) >= len(_INDENT):
            buffer.delete_before_cursor(len(_INDENT))
        buffer.insert_text("}")

    return keys
