"""A student's own submission where the system cannot fork: one process, which loads it and serves all of its checks.

It speaks as the loader and the processes of checks do (see `protocol`), so that the grader's side is the same.
Protects against: a crash and a loop without end, which cost this process and not the one that judges.
Does not protect against: anything else. There are no walls and no limits, and what a check leaves behind the next one
meets. It is for the student's own machine, where there is nothing to protect.
"""

from __future__ import annotations

import contextlib
import importlib
import socket
import sys
from collections.abc import Sequence
from typing import Any

from . import determinism, forbidden, loader, protocol
from .channel import Disconnected, receive, send
from .wire import Frame, decode, encode
from .workspace import Workspace


def main(sock: socket.socket, preload: Sequence[str], settings: dict[str, Any]) -> None:
    """Serve one submission until the other side hangs up. Raises: ImportError if a module is missing."""
    for name in preload:
        importlib.import_module(name)
    loader.replace_shell()
    determinism.settle()
    forbidden.install(settings["forbidden"])
    with contextlib.suppress(Disconnected):
        send(sock, encode([protocol.READY]))
        _, cells = decode(receive(sock))
        sys.setrecursionlimit(3000)  # as an IPython kernel has

        def progress(index: int) -> None:
            send(sock, encode([protocol.CELL, index]))

        names, problems, restored = loader.load(cells, progress, **settings["loading"])
        defined = [name for name in names if isinstance(name, str) and not name.startswith("__")][:10_000]
        send(sock, encode([protocol.LOADED, defined, problems[:100], restored[:100]]))
        _serve(sock, names, settings["reply_mib"] << 20)


def _serve(sock: socket.socket, names: dict[str, Any], reply_bytes: int) -> None:
    def ask(question: Frame) -> Frame:
        send(sock, question)
        while True:
            reply = receive(sock)
            if decode(reply)[0] in protocol.RESULTS:
                return reply
            send(sock, workspace.serve(reply))  # to answer, the check calls us

    workspace = Workspace(names, ask)
    while True:
        request = receive(sock)
        match decode(request):
            case [protocol.CHECK, seed, exercise, _]:
                determinism.seed(seed)
                workspace = Workspace(dict(names), ask, reply_bytes, exercise)
            case [protocol.END]:  # of a process that there is only one of
                for stream in (sys.stdout, sys.stderr):
                    stream.flush()
                send(sock, encode([protocol.ENDED, 0]))
            case _:
                send(sock, workspace.serve(request))
