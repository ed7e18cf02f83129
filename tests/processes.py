"""Helpers to inspect other processes."""

from __future__ import annotations

import contextlib

import psutil


def children(pid: int, *, recursive: bool = False) -> list[int]:
    """The processes that this one started and, if asked, those below them; parents first."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return [child.pid for child in psutil.Process(pid).children(recursive=recursive)]
    return []


def is_running(pid: int) -> bool:
    """Whether it has not ended; a process that nobody waits for has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False
