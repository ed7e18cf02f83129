"""A student's own submission on a system that cannot fork: one process loads it and serves all of its checks.

It speaks the protocol of the loader and of the checks' processes (see `protocol`), so the grader's side is the same.
Protects against: crashes and endless loops, which end this process and not the grader's.
Does not protect against: anything else. There are no walls and no limits, and a check may find what an earlier one left
behind. It is for the student's own machine, where there is nothing to protect.
"""

from __future__ import annotations

import contextlib
import importlib
import socket
import sys
import threading
from collections.abc import Sequence
from typing import Any

from . import determinism, forbidden, loader, protocol
from .at_work import SAMPLES, AtWork, running
from .channel import Disconnected, receive, send
from .wire import Frame, decode, encode
from .workspace import Workspace


def main(sock: socket.socket, preload: Sequence[str], settings: dict[str, Any]) -> None:
    """Serve one submission until the other side hangs up. Raises: ImportError if a module is missing."""
    for name in preload:
        importlib.import_module(name)
    loader.replace_shell()
    loader.place_warnings()
    determinism.settle()
    forbidden.install(settings["forbidden"])
    with contextlib.suppress(Disconnected):
        send(sock, encode([protocol.READY]))
        _, cells = decode(receive(sock))
        sys.setrecursionlimit(3000)  # as an IPython kernel has

        def progress(index: int) -> None:
            send(sock, encode([protocol.CELL, index]))

        names, problems, restored = loader.load(cells, progress, **settings["loading"])
        send(sock, encode(protocol.loaded(names, problems, restored)))
        _serve(sock, names, settings["reply_mib"] << 20)


_LEAST_LOOK_S = 0.2  # minimum, because a sampling thread slows the code down


class _Watch:
    """Reports once per check where code is that does not end. Like `sampler`, but by the clock and with a thread."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._lock = threading.Lock()  # one message at a time
        self._main = threading.get_ident()
        self._over: threading.Event | None = None
        self._computing = False

    def begin(self, look_s: float) -> None:
        """Start to watch the next check."""
        if self._over is not None:
            self._over.set()
        self._over = threading.Event()
        if look_s > 0:
            every_s = max(look_s, _LEAST_LOOK_S) / SAMPLES
            threading.Thread(target=self._look, args=(every_s, self._over), daemon=True).start()

    def served(self, workspace: Workspace, request: Frame) -> Frame:
        """Carry out a request while watching it."""
        self.computes(True)
        try:
            return workspace.serve(request)
        finally:
            self.computes(False)

    def computes(self, computing: bool) -> None:
        with self._lock:
            self._computing = computing

    def _look(self, every_s: float, over: threading.Event) -> None:
        at_work = AtWork()
        while at_work.count < SAMPLES and not over.wait(every_s):
            with self._lock:
                if not self._computing:
                    at_work = AtWork()
                    continue
                at_work.add(running(sys._current_frames().get(self._main)))
                if at_work.count == SAMPLES:
                    send(self._sock, encode([protocol.STUCK, at_work.places(), False]))


def _serve(sock: socket.socket, names: dict[str, Any], reply_bytes: int) -> None:
    watch = _Watch(sock)

    def ask(question: Frame) -> Frame:
        watch.computes(False)
        send(sock, question)
        while True:
            reply = receive(sock)
            if decode(reply)[0] in protocol.RESULTS:
                watch.computes(True)
                return reply
            send(sock, watch.served(workspace, reply))  # to compute the answer, the check calls the student's code

    workspace = Workspace(names, ask)
    while True:
        request = receive(sock)
        match decode(request):
            case [protocol.CHECK, seed, exercise, look_s]:
                determinism.seed(seed)
                watch.begin(look_s)
                workspace = Workspace(dict(names), ask, reply_bytes, exercise)
            case [protocol.END]:  # of a check's process; here there is only one process
                for stream in (sys.stdout, sys.stderr):
                    stream.flush()
                send(sock, encode([protocol.ENDED, 0]))
            case _:
                send(sock, watch.served(workspace, request))
