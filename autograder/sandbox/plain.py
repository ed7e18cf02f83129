"""A sandbox in name only, for a student's own work on a system that cannot fork, such as Windows.

A new Python process loads each submission and serves all of its checks. A thread of the grader stands in for the
supervisor. A crash or an endless loop costs this process, and the next check starts another one. There are no walls and
no limits except deadlines, and a check may find what an earlier one left behind. `autograder grade` does not use it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from typing import IO, Any

from autograder.errors import CourseError
from autograder.processes import ENVIRONMENT
from autograder.sandbox.backends import CHILD
from autograder.sandbox.child import protocol
from autograder.sandbox.sandbox import Sandbox

NONE = "none"
_START_S = 60.0
_LOOK_S = 0.05
# It connects before it imports anything slow.
_CODE = """\
import json, socket, sys
port, token, words = sys.argv[1:]
sock = socket.create_connection(("127.0.0.1", int(port)))
sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
sock.sendall(token.encode())
settings = json.loads(words)
sys.path.append(settings["folder"])
from child.plain import main
main(sock, settings["preload"], settings)
"""


class Plain(Sandbox):
    """`Sandbox` for a system that cannot fork."""

    def __init__(self, preload: Sequence[str] = ("numpy",)) -> None:
        self._said = ""
        super().__init__(NONE, preload)

    def _start(self) -> None:
        """There is no template: each submission starts its own process."""

    def spawn(self, settings: dict[str, Any]) -> tuple[socket.socket, socket.socket]:
        """See `Template.spawn`."""
        settings = settings | {"preload": self._preload, "folder": str(CHILD.parent)}
        token = secrets.token_hex(16)
        output = tempfile.TemporaryFile()  # noqa: SIM115  (the supervisor closes it)
        with socket.create_server(("127.0.0.1", 0)) as server:
            words = [str(server.getsockname()[1]), token, json.dumps(settings)]
            process = subprocess.Popen(
                [sys.executable, "-P", "-c", _CODE, *words],
                env={**os.environ, **ENVIRONMENT, "MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8:replace"},
                cwd=tempfile.gettempdir(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                session = _connected(server, token.encode(), process)
            except CourseError:
                process.kill()
                process.wait()
                output.close()
                raise
        ours, theirs = socket.socketpair()
        arguments = process, output, theirs, settings["output_kib"] * 1024
        threading.Thread(target=self._supervise, args=arguments, daemon=True).start()
        return ours, session

    def _supervise(
        self, process: subprocess.Popen[bytes], output: IO[bytes], sock: socket.socket, most_bytes: int
    ) -> None:
        """End the process when the grader says so or is gone, and report what the process printed."""
        told = False
        sock.settimeout(_LOOK_S)
        while process.poll() is None and not told:
            with contextlib.suppress(TimeoutError):
                told = sock.recv(64) is not None
        process.kill()
        status = process.wait()
        with sock, output:
            output.seek(0)
            printed = output.read(most_bytes).decode("utf-8", "replace")
            self._said = "" if told else printed.strip().rpartition("\n")[2]
            reason = protocol.STOPPED if told else f"{protocol.ENDED_BY_ITSELF}{status}"
            with contextlib.suppress(OSError):
                sock.settimeout(None)
                sock.sendall(protocol.statement(protocol.REPORT, reason, printed))

    def bury(self) -> str:
        """The last line printed by a process that ended by itself, such as the name of a missing module."""
        return self._said


def own(preload: Sequence[str] = ("numpy",)) -> Sandbox:
    """The sandbox for a student's own work on this system."""
    return Sandbox("process", preload) if hasattr(os, "fork") else Plain(preload)


def _connected(server: socket.socket, token: bytes, process: subprocess.Popen[bytes]) -> socket.socket:
    """This process's connection, and no other process's. Raises: CourseError if it does not connect."""
    server.settimeout(_LOOK_S)
    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            sock, _ = server.accept()
        except TimeoutError:
            continue
        sock.settimeout(_START_S)
        said = b""
        with contextlib.suppress(OSError):
            while len(said) < len(token) and (chunk := sock.recv(len(token) - len(said))):
                said += chunk
        if secrets.compare_digest(said, token):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        sock.close()
    raise CourseError(f"Python does not start for your work (exit status {process.poll()})")
