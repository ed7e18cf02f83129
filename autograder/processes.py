"""Processes of ours that work beside the one that the user has started: how many, and until when."""

from __future__ import annotations

import multiprocessing
import os
import threading


def cores() -> int:
    """How many processes this machine lets us keep busy."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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
