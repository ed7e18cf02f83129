"""What takes long the first time, done once in the template and not in each fork of it."""

from __future__ import annotations

import contextlib
import importlib
import os
import posix
import selectors
import sys
from collections.abc import Sequence

import numpy as np

from . import determinism, loader, protocol
from .wire import decode, encode
from .workspace import Workspace

# What libraries import when a part of them is first used.
IMPORTED_LATE = {"numpy": ("numpy.random",), "torch": ("numpy.ma", "torch.nn.utils", "torch.utils.data")}
REHEARSALS = 20  # Python 3.11 makes a function quick that was called 8 times


def up(preload: Sequence[str]) -> None:
    """Import these modules and what they import late, and do often what every check does.

    Raises: ImportError if one of them is missing.
    """
    for name in preload:
        importlib.import_module(name)
        for late in IMPORTED_LATE.get(name, ()):
            with contextlib.suppress(ImportError):  # another version may not have it
                importlib.import_module(late)
    # This process was started without hooks for forks: what threading and random would do in each costs more than a
    # check. The template has one thread, and `determinism` seeds; from now on a submission's own hooks count.
    os.register_at_fork = posix.register_at_fork
    loader.replace_shell()
    loader.place_warnings()
    determinism.settle()
    selectors.DefaultSelector = selectors.PollSelector  # type: ignore[assignment,misc]  # epoll is none of the allowed calls
    workspace = Workspace({"f": abs})
    for _ in range(REHEARSALS):
        determinism.seed(0)
        decode(workspace.serve(encode([protocol.CALL, "f", [np.ones(2)], {}])))
    if torch := sys.modules.get("torch"):
        # A step imports torch's compiler, a second, and wraps each method for it. No gradient is computed: the threads
        # of autograd would not survive a fork.
        parameter = torch.nn.Parameter(torch.zeros(1))
        parameter.grad = torch.zeros(1)
        for kind in (torch.optim.SGD, torch.optim.Adam):
            optimizer = kind([parameter])
            optimizer.step()
            optimizer.zero_grad()
