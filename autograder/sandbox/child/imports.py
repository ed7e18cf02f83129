"""Imports what submissions use before they do: in the template, and in the grader for the reference."""

from __future__ import annotations

import contextlib
import importlib

# Imported by libraries at the first use of some part: torch imports its compiler (1 s) at an optimizer's first step.
_IMPORTED_LATE = {
    "numpy": ("numpy.random",),
    "torch": ("numpy.ma", "torch.nn.utils", "torch.utils.data", "torch._dynamo"),
}


def import_whole(name: str) -> None:
    """Import a module and what it imports late. Raises: ImportError if the module is missing."""
    importlib.import_module(name)
    for late in _IMPORTED_LATE.get(name, ()):
        with contextlib.suppress(ImportError):  # another version may not have it
            importlib.import_module(late)
