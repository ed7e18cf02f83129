"""The loader, which loads a submission and forks for its checks, and the forks, which serve the checks.

Protects against: side effects of a check, since the next fork starts from the state after loading; and a submission
that runs outside its walls, since `run_loader` first sets limits, drops privileges and loads the system-call filter.
Does not protect against: the submission itself. Once loading starts, its code may have changed anything here. The
grader therefore relies neither on a check being served by its own fork nor on any message.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import threading
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from . import confine, determinism, forbidden, protocol
from .channel import Disconnected, receive, send
from .kept import kept
from .loader import load
from .sampler import Sampler
from .wire import Frame, decode, encode, pack, unpack
from .workspace import Workspace


def _beginning(kind: str, *fields: Any) -> bytes:
    """The first bytes of such a message's frame."""
    return encode([kind, *fields]).structure[: 2 + len(kind)]


# Comparing these is faster than decoding each frame twice; the grader is trusted.
CHECK = _beginning(protocol.CHECK, 0, "", 0.0)
CHECKS = _beginning(protocol.CHECKS, [], 0.0)
ROUND = _beginning(protocol.ROUND, [], b"")
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
    send(sock, encode([protocol.READY]))  # from here on, any failure is caused by the submission
    _, cells = decode(receive(sock))
    sys.setrecursionlimit(3000)  # as an IPython kernel has
    names, problems, restored = load(cells, lambda i: send(sock, encode([protocol.CELL, i])), **settings["loading"])
    sys.stdout.flush()
    send(sock, encode(protocol.loaded(names, problems, restored)))
    while True:
        # Fork before the next check is requested: the grader is still busy with the previous one.
        pid = os.fork()
        if pid == 0:
            try:
                _serve_checks(settings, sock, names)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        send(sock, encode([protocol.ENDED, os.waitstatus_to_exitcode(status)]))


def _serve_checks(settings: dict[str, Any], sock: socket.socket, names: dict[str, Any]) -> None:
    """Serve one check after another, until the grader ends this process or is gone."""
    if threading.active_count() > 1:
        threading._after_fork()  # type: ignore[attr-defined]  # the loader's threads do not exist here

    def given_up() -> None:
        if select.select([sock], [], [], 0)[0] and receive(sock).structure == END:
            _flush_output()
            os._exit(0)

    sampler = Sampler(lambda found: send(sock, encode(found)), given_up)

    def served(request: Frame) -> Frame:
        sampler.computes(True)
        try:
            return rounds.serve(request) if rounds and request.structure.startswith(ROUND) else workspace.serve(request)
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
            send(sock, served(reply))  # to compute the answer, the check calls the student's code

    def begun(exercise: str) -> Workspace:
        return Workspace(names, ask, settings["reply_mib"] * confine.MIB, exercise)

    workspace, look_s = Workspace(names, ask), 0.0
    rounds: Rounds | None = None
    with contextlib.suppress(Disconnected):
        while (request := receive(sock)).structure != END:
            if request.structure.startswith(CHECKS):
                _, checks, look_s = decode(request)
                workspaces = [(begun(exercise), seed) for seed, exercise in checks]
                rounds = Rounds(names, workspaces, settings["loading"]["kinds"])
            elif request.structure.startswith(CHECK):
                _, seed, exercise, look_s = decode(request)
                determinism.seed(seed)
                sampler.begin(look_s)
                workspace = begun(exercise)
            else:
                if request.structure.startswith(ROUND):
                    sampler.begin(look_s)
                reply = served(request)
                _flush_output()  # the grader may seal the output after any reply
                send(sock, reply)
    _flush_output()


class Rounds:
    """Several checks that are asked in rounds.

    names: of the submission. checks: the workspace and the seed of each. exercises: names that they may ask for.
    Each starts from its seed, and finds torch's generator and gradient recording as it left them. Saving numpy's and
    Python's generators takes longer than most requests: what others draw from them in between is missing.
    """

    def __init__(
        self, names: dict[str, Any], checks: Sequence[tuple[Workspace, int]], exercises: Collection[str]
    ) -> None:
        self._names = names
        self._checks = checks
        self._asked = {*exercises, *(workspace.exercise for workspace, _ in checks)}
        self._left: dict[int, Any] = {}
        self._serving = False
        self._kept = kept(names, self._asked)

    def serve(self, request: Frame) -> Frame:
        """Carry out a ROUND."""
        _, checks, frames = decode(request)
        replies = []
        for index, frame in zip(checks, unpack(frames), strict=True):
            workspace, seed = self._checks[index]
            if self._serving:  # the check asks in a callback, in the middle of its own request
                replies.append(workspace.serve(frame))
                continue
            if index in self._left:
                determinism.restore_torch(self._left[index])
            else:
                determinism.seed(seed)
            self._serving = True
            replies.append(workspace.serve(frame))
            self._serving = False
            self._left[index] = determinism.state_of_torch()
        keeps = self._kept is None or (not checks and kept(self._names, self._asked) != self._kept)
        return encode([protocol.ANSWERED, np.frombuffer(pack(replies), np.uint8), keeps])


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
