"""Simulates another system: hides what Windows lacks from each Python process in this environment."""

from __future__ import annotations

import os
from pathlib import Path

_HIDE = """\
import asyncio, multiprocessing, os, signal, socket, subprocess, sys, sysconfig, tempfile, uuid, zoneinfo
sysconfig.get_config_vars()  # what the standard library has found out is Linux's still
for name in ("fork", "register_at_fork", "sched_getaffinity", "sched_setaffinity", "killpg", "setsid", "geteuid",
             "setuid", "waitid"):
    delattr(os, name)
for name in ("SIGALRM", "SIGPROF", "setitimer", "getitimer", "ITIMER_PROF", "ITIMER_REAL", "pthread_sigmask"):
    delattr(signal, name)
for name in ("send_fds", "recv_fds"):
    delattr(socket, name)
for name in ("fcntl", "resource", "posix", "pwd", "grp", "termios", "pyseccomp"):
    sys.modules[name] = None
sys.platform = "other"  # not win32, for which libraries call the Windows API
"""


def without_fork(folder: Path) -> dict[str, str]:
    """The environment of such a process. folder: for a file that hides it."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_HIDE)
    root = str(Path(__file__).parent.parent)
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), root])}
