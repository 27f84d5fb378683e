"""The about_* topics, shipped as text files beside this one."""

from __future__ import annotations

_POWERSHELLS = {
    "about_Language": "if switch for foreach while do break continue return throw trap try_catch_finally functions filter "
    "functions_advanced function begin process end scripts comments language_keywords command_syntax parsing "
    "pipeline_chain_operators",
    "about_Variables": "automatic_variables preference_variables environment_variables scopes assignment_operators remote_variables "
    "arrays hash_tables properties methods numeric_literals quoting_rules special_characters",
    "about_Operators": "arithmetic_operators comparison_operators logical_operators operator_precedence type_operators split join "
    "wildcards regular_expressions if_then_else",
    "about_Objects": "calculated_properties",
    "about_Parameters": "commonparameters splatting parameter_sets functions_advanced_parameters parameters_default_values",
    "about_Shell_Text": "pipelines native_commands",
    "about_Sessions": "pssessions remote remote_requirements",
    "about_Session_Options": "pssession_options",
    "about_Disconnected_Sessions": "remote_disconnected_sessions",
    "about_Jobs": "job_details",
    "about_Exit_Status": "pwsh",
}
"""Topics and keywords of PowerShell, under the topic that tells of them here."""


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


def topic_for(name: str) -> str | None:
    """The text of the topic that tells of what PowerShell has a topic or keyword for."""
    asked = name.casefold().removeprefix("about_")
    return next((topic(ours) for ours, theirs in _POWERSHELLS.items() if asked in theirs.split()), None)


def title(name: str) -> str:
    """What a topic is about: its first line after the name."""
    lines = [line.strip() for line in (topic(name) or "").splitlines() if line.strip()]
    return lines[1] if len(lines) > 1 else ""
