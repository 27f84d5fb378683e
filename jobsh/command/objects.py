"""Values as the language sees them: one door to members, methods, text, truth and conversion."""

from __future__ import annotations

from jobsh.command.conversion import convert, to_float, to_int, to_number
from jobsh.command.members import get_member, members
from jobsh.command.methods import call_method
from jobsh.command.text import to_text, truth
from jobsh.command.type_names import type_name
from jobsh.command.values import HashTable, PropertyBag, as_list, from_python

__all__ = [
    "HashTable",
    "PropertyBag",
    "as_list",
    "call_method",
    "convert",
    "from_python",
    "get_member",
    "members",
    "to_float",
    "to_int",
    "to_number",
    "to_text",
    "truth",
    "type_name",
]
