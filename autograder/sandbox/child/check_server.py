"""The loader, which loads a submission and forks for its checks, and the forks, which serve one after another.

Protects against: what a check leaves behind, since the next fork is of the loader as it was after loading; and a
submission that runs before its walls stand (limits, privileges and the system-call filter come first, in `run_loader`).
Does not protect against: the submission itself. From `load` on, all of this may have been changed by its code, so the
grader takes nothing here for granted: neither that a check is served by the fork that it was given, nor what it says.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import threading
from typing import Any

from . import confine, determinism, forbidden, protocol
from .channel import Disconnected, receive, send
from .loader import load
from .sampler import Sampler
from .wire import Frame, decode, encode
from .workspace import Workspace

# How the frames of two orders begin. The grader is trusted, and this is quicker than to decode each frame twice.
CHECK = encode([protocol.CHECK, 0, "", 0.0]).structure[: 2 + len(protocol.CHECK)]
END = encode([protocol.END]).structure


def run_loader(settings: dict[str, Any], session_fd: int, output_write: int) -> None:
    os.setsid()
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(output_write, 1)
    os.dup2(output_write, 2)
    session_fd = os.dup2(session_fd, 3)
    os.closerange(4, 1 << 16)
    sys.stdin = open(0)  # noqa: SIM115  (lives as long as the process)
    sys.stdout = open(1, "w", buffering=1 << 13, errors="replace")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="replace")  # noqa: SIM115
    mapped = 0 if settings["gpu"] else settings["mapped"]  # CUDA maps terabytes; the supervisor counts what is used
    confine.set_limits(
        settings["cpu_s"],
        mapped + settings["memory_mib"] * confine.MIB if mapped else 0,
        settings["tmp_mib"],
        settings["processes"] if settings["namespaces"] else None,
    )
    if settings["namespaces"]:
        os.chdir("/tmp")
        confine.drop_privileges(bytes.fromhex(settings["seccomp"]))
    else:
        os.chdir(settings["cwd"])
    confine.end_with_parent()  # a submission without its supervisor has no limits
    forbidden.install(settings["forbidden"])
    sock = socket.socket(fileno=session_fd)
    try:
        _load_and_fork(settings, sock)
    finally:
        os._exit(0)


def _load_and_fork(settings: dict[str, Any], sock: socket.socket) -> None:
    send(sock, encode([protocol.READY]))  # from here on, what goes wrong is the submission's doing
    _, cells = decode(receive(sock))
    sys.setrecursionlimit(3000)  # as an IPython kernel has
    names, problems, restored = load(cells, lambda i: send(sock, encode([protocol.CELL, i])), **settings["loading"])
    sys.stdout.flush()
    send(sock, encode(protocol.loaded(names, problems, restored)))
    while True:
        # Each process is forked before its check is asked for: the grader is still at work on the check before.
        pid = os.fork()
        if pid == 0:
            try:
                _serve_checks(settings, sock, names)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        send(sock, encode([protocol.ENDED, os.waitstatus_to_exitcode(status)]))


def _serve_checks(settings: dict[str, Any], sock: socket.socket, names: dict[str, Any]) -> None:
    """Serve one check after another, until the grader says that this process has done enough, or is gone."""
    if threading.active_count() > 1:
        threading._after_fork()  # type: ignore[attr-defined]  # those of the loader are not here

    def given_up() -> None:
        if select.select([sock], [], [], 0)[0] and receive(sock).structure == END:
            _flush_output()
            os._exit(0)

    sampler = Sampler(lambda found: send(sock, encode(found)), given_up)

    def served(request: Frame) -> Frame:
        sampler.computes(True)
        try:
            return workspace.serve(request)
        finally:
            sampler.computes(False)

    def ask(question: Frame) -> Frame:
        sampler.computes(False)
        send(sock, question)
        while True:
            reply = receive(sock)
            if reply.structure == END:  # in the middle of a callback
                _flush_output()
                os._exit(0)
            if decode(reply)[0] in protocol.RESULTS:
                sampler.computes(True)
                return reply
            send(sock, served(reply))  # to answer, the check calls us

    workspace = Workspace(names, ask)
    with contextlib.suppress(Disconnected):
        while (request := receive(sock)).structure != END:
            if request.structure.startswith(CHECK):
                _flush_output()
                _, seed, exercise, look_s = decode(request)
                determinism.seed(seed)
                sampler.begin(look_s)
                workspace = Workspace(names, ask, settings["reply_mib"] * confine.MIB, exercise)
            else:
                send(sock, served(request))
    _flush_output()


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
