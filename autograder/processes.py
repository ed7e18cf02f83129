"""Runs the grader's own helper processes: how many, for what, and until when.

multiprocessing is imported only where it is used, so that commands that need just a constant from here start fast.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

# For every process that computes, ours and the sandbox's. Libraries read it when they are imported, and cuBLAS when
# CUDA is initialized.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    # One thread per process: a fork with running thread pools can hang, grading runs a process per core, and sums
    # depend on how they are divided.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
}
_SAFE_PATH = "PYTHONSAFEPATH"


def cores() -> int:
    """The number of processes that can run at the same time on this machine."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def core_for_each(workers: int) -> list[int]:
    """A core for each of `workers` processes if they use all available cores; otherwise none, and the system chooses.

    A worker and its sandbox take turns, so together they need one core, whose caches then contain the data of both. The
    system would move them between cores, because both run at once for brief moments.
    """
    if sys.platform != "linux" or workers != cores():
        return []
    return sorted(os.sched_getaffinity(0))


def keep_to(core: int) -> None:
    """Bind this process and its future children to this core, if the system allows it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})


# Names that only one process of the machine can have at a time, and that it loses when it ends.
_claims: dict[int, socket.socket] = {}


def keep_to_a_free_core() -> None:
    """Bind this thread and what it starts to a core that no other process has claimed, if there is one.

    For processes that do not know of each other, such as the workers of a cluster on one machine; see `core_for_each`.
    """
    if sys.platform != "linux":
        return
    for core in sorted(os.sched_getaffinity(0)):
        if core not in _claims:
            claim = socket.socket(socket.AF_UNIX)
            try:
                claim.bind(f"\0autograder core {core}")
            except OSError:  # another one has it
                claim.close()
                continue
            _claims[core] = claim
        keep_to(core)
        return


def can_fork() -> bool:
    """Whether this process can fork safely: no other thread exists, ours or a library's, which might hold a lock.

    torch starts its threads when it first computes a gradient, and not when it is imported.
    """
    return sys.platform == "linux" and len(os.listdir("/proc/self/task")) == 1


@contextlib.contextmanager
def starting() -> Iterator[BaseContext]:
    """Inside this context, new processes import nothing from the current folder.

    The folder may contain submissions, and one called `pickle.py` would run outside all walls. A forked process imports
    nothing at all, and therefore starts immediately.
    """
    import multiprocessing

    before = os.environ.get(_SAFE_PATH)
    os.environ[_SAFE_PATH] = "1"  # multiprocessing has no option for it
    try:
        yield multiprocessing.get_context("fork" if can_fork() else "spawn")
    finally:
        if before is None:
            del os.environ[_SAFE_PATH]
        else:
            os.environ[_SAFE_PATH] = before


def end_with_parent() -> None:
    """Make this process end when its parent does.

    Otherwise, if the run itself is killed, a worker waits for it forever, with a warm sandbox in memory.
    """
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
