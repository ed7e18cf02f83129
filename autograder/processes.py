"""Processes of ours that work beside the one that the user has started: how many, of what, and until when."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing.context import BaseContext

_SAFE_PATH = "PYTHONSAFEPATH"


def cores() -> int:
    """How many processes this machine lets us keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def starting() -> Iterator[BaseContext]:
    """Makes processes, during the block, that import nothing from the current folder.

    It may hold submissions, and one that is called `pickle.py` would run in front of all walls. A fork imports nothing
    at all, and so is there at once; beside other threads, of ours or of torch, one of which may hold a lock, it is not
    safe.
    """
    forks = sys.platform == "linux" and threading.active_count() == 1 and "torch" not in sys.modules
    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"  # multiprocessing has no option for it
    try:
        yield multiprocessing.get_context("fork" if forks else "spawn")
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def end_with_parent() -> None:
    """From now on this process ends when the one that made it does.

    Else, where the run itself is killed, a worker waits for it for ever, with a warm sandbox in memory.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
