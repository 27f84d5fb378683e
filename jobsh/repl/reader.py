"""Reads one text at the prompt: prompt_toolkit with the parser's word on colours, completion and when a text is whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app_session
from prompt_toolkit.application.run_in_terminal import in_terminal
from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
from prompt_toolkit.completion import Completer
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output

from jobsh.language.ast import Vocabulary
from jobsh.repl.highlighting import STYLE, Highlighter
from jobsh.repl.history import SharedHistory
from jobsh.repl.keys import key_bindings
from jobsh.repl.prompt_line import Pieces

_CONTINUATION = ">> "


class LineReader:
    """The line editor, with its history."""

    def __init__(
        self, vocabulary: Callable[[], Vocabulary], completer: Completer, history_path: str, *, has_colours: bool
    ) -> None:
        self._history = SharedHistory(history_path)
        output = get_app_session().output
        if isinstance(output, Vt100_Output):
            # a terminal that answers late would type its answer into the program that runs next
            output.enable_cpr = False
        self._session: PromptSession[str] = PromptSession(
            multiline=True,
            completer=completer,
            complete_while_typing=False,
            lexer=Highlighter(vocabulary),
            style=STYLE,
            include_default_pygments_style=False,
            color_depth=None if has_colours else ColorDepth.DEPTH_1_BIT,
            history=self._history,
            auto_suggest=AutoSuggestFromHistory(),
            search_ignore_case=True,
            enable_open_in_editor=True,
            key_bindings=key_bindings(vocabulary),
            prompt_continuation=_continuation,
            output=output,
        )

    async def read(self, prompt: Pieces) -> str | None:
        """The next text; empty after Ctrl-C, None after Ctrl-D."""
        self._history.refresh()
        try:
            return await self._session.prompt_async(list(prompt), set_exception_handler=False, handle_sigint=False)
        except KeyboardInterrupt:
            return ""
        except EOFError:
            return None

    @property
    def text(self) -> str:
        """What has been typed of the line so far."""
        return self._session.default_buffer.text

    def aside(self) -> AbstractAsyncContextManager[object]:
        """Inside, the line being typed is out of the way."""
        return in_terminal()


def _continuation(width: int, _line: int, _wraps: int) -> StyleAndTextTuples:
    return [("class:prompt.directory", _CONTINUATION.rjust(width))]
