"""The about_* topics, shipped as text files beside this one."""

from __future__ import annotations


def names() -> tuple[str, ...]:
    """The names of all topics, sorted."""
    from importlib.resources import files

    return tuple(
        sorted(entry.name.removesuffix(".txt") for entry in files(__name__).iterdir() if entry.name.endswith(".txt"))
    )


def topic(name: str) -> str | None:
    """The text of a topic by its name, any case, with or without `about_`."""
    from importlib.resources import files

    folded = name.casefold()
    for known in names():
        if known.casefold() in (folded, f"about_{folded}"):
            return (files(__name__) / f"{known}.txt").read_text("utf-8")
    return None


def title(name: str) -> str:
    """What a topic is about: its first line after the name."""
    lines = [line.strip() for line in (topic(name) or "").splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 else ""
