"""What submissions import, imported before them: in the template, and in the grader for the reference."""

from __future__ import annotations

import contextlib
import importlib

# What libraries import when a part of them is first used: torch its compiler, a second, with an optimizer's first step.
_IMPORTED_LATE = {
    "numpy": ("numpy.random",),
    "torch": ("numpy.ma", "torch.nn.utils", "torch.utils.data", "torch._dynamo"),
}


def import_whole(name: str) -> None:
    """Import a module and what it imports late. Raises: ImportError if it is missing."""
    importlib.import_module(name)
    for late in _IMPORTED_LATE.get(name, ()):
        with contextlib.suppress(ImportError):  # another version may not have it
            importlib.import_module(late)
