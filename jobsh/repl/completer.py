"""Offers what `command.completion` finds in prompt_toolkit's menu. Typing goes on while a slow answer is awaited."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from jobsh.command.candidates import Candidate, CompletionContext
from jobsh.command.registry import Registry
from jobsh.language.ast import Vocabulary
from jobsh.model.safe_text import visible

_MOST = 200
_LONGEST_DESCRIPTION = 60


class PromptCompleter(Completer):
    """The completer of the prompt."""

    def __init__(self, vocabulary: Callable[[], Vocabulary], registry: Registry, context: CompletionContext) -> None:
        self._vocabulary = vocabulary
        self._registry = registry
        self._context = context

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        """Nothing: only the asynchronous way is used."""
        return ()

    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        """The candidates, the most likely first."""
        from jobsh.command.completion import complete  # what it needs is not to keep the first prompt waiting

        position = document.cursor_position
        found = await complete(document.text, position, self._vocabulary(), self._registry, self._context)
        for candidate in found.candidates[:_MOST]:
            yield _offered(candidate, found.span.start - position)


def _offered(candidate: Candidate, start: int) -> Completion:
    description = candidate.description
    if len(description) > _LONGEST_DESCRIPTION:
        description = description[: _LONGEST_DESCRIPTION - 1] + "…"
    return Completion(
        candidate.text, start_position=start, display=visible(candidate.text), display_meta=visible(description)
    )
