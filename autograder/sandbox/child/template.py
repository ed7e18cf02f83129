"""The processes inside the sandbox.

    template          imported numpy (and torch) once; runs no student code; forks for each submission. If several
      │               graders on one machine share it, it also forks for each of them, which then has its own template
      └ supervisor    one per submission, trusted: limits its output, measures its memory, ends everything when told or
          │           when the grader is gone; outside the submission's pid namespace, which cannot see or signal it
          └ loader    pid 1 of the submission's own namespaces: loads the submission, forks for its checks
              └ check serves the calls of one check after another, and exits

The grader talks to the supervisor (JSON lines) and to the loader and its current check (frames) over two sockets. The
template receives both with each submission and does not keep them. Nothing that the loader or a check sends is trusted.

Protects against: contact between submissions, since each has its own processes, which end with it.
Does not protect against: what a submission does to its own loader and checks, which are all that it can reach.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket

from . import confine, forbidden, warmup
from .supervisor import supervise


def main(control_fd: int, preload: list[str]) -> None:
    """Serve submissions until the grader closes the control socket."""
    control = socket.socket(fileno=control_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors are reaped by the kernel
    warmup.up(preload)
    mapped = confine.mapped_bytes()
    confine.use_huge_pages()
    gc.collect()
    while True:
        try:
            request, fds, _, _ = socket.recv_fds(control, 1 << 16, 2)
        except ConnectionError:  # some systems raise it instead of returning an empty message
            return
        if not request:
            return
        settings = json.loads(request) | {"mapped": mapped}
        if "cores" in settings:  # another grader wants its own template
            control = _branch(control, socket.socket(fileno=fds[0]), settings["cores"])
            continue
        for package in forbidden.packages_of(settings["forbidden"]):
            forbidden.bound_in(package)  # cached for this and all later forks
        gc.freeze()  # a collection in a child must not touch, and thereby copy, the template's pages
        pid = os.fork()
        if pid == 0:
            control.close()
            supervise(settings, *fds)
        for fd in fds:
            os.close(fd)


def _branch(ours: socket.socket, theirs: socket.socket, cores: list[int]) -> socket.socket:
    """Fork a template that serves another control socket, on these cores. Returns this process's control socket."""
    gc.freeze()
    if os.fork():
        theirs.close()
        return ours
    ours.close()
    with contextlib.suppress(OSError):  # if setting the affinity is forbidden, it runs on any core
        os.sched_setaffinity(0, cores)
    return theirs
