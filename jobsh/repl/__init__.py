"""The prompt: reading lines with prompt_toolkit (its only importer), running them, and the notices in between."""
