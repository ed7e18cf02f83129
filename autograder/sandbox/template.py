"""The grader's side of the warm template process, which forks for each submission."""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Self

from autograder.errors import CourseError
from autograder.sandbox import backends, seccomp

_LAST_WORDS_S = 0.15
_ENDING_S = 30.0  # a template that has hung up is exiting; on a busy machine, it takes seconds until it says why


class Template:
    """One warm template process, which serves one submission after another. Use as a context manager.

    isolation: "bubblewrap" or "process". preload: modules to import before any submission, e.g. ("numpy",).
    gpu: submissions see the GPU's device nodes. user: if root starts a plain template, it runs as this numeric user.
    Raises: CourseError if it cannot start here.
    """

    def __init__(
        self, isolation: str, preload: Sequence[str] = ("numpy",), *, gpu: bool = False, user: int | None = None
    ) -> None:
        self.isolation = isolation
        self._user = user if isolation == backends.PROCESS else None  # bubblewrap's submissions become nobody by itself
        self.gpu = gpu
        self._preload = tuple(preload)
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._start()

    def branch(self) -> Self:
        """A separate template for this process, which must be a fork of the one that started this template.

        Importing and warming up torch takes seconds, but only once for all graders. The branch ends with its user or
        with this template; in the latter case, the next submission starts a new template.
        """
        assert self._control is not None
        mine, theirs = socket.socketpair(self._control.family, self._control.type)
        branch = copy.copy(self)
        branch._process, branch._control = None, mine
        with theirs, contextlib.suppress(OSError):  # if the template has ended, the first submission reports it
            request = json.dumps({"cores": sorted(os.sched_getaffinity(0))}).encode()
            socket.send_fds(self._control, [request], [theirs.fileno()])
        self._control.close()
        return branch

    def _start(self) -> None:
        kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
        self._control, theirs = socket.socketpair(socket.AF_UNIX, kind)
        try:
            command, environment = backends.command(self.isolation, theirs.fileno(), self._preload, self.gpu)
            self._process = subprocess.Popen(
                command,
                env=environment,
                pass_fds=[theirs.fileno()],
                user=self._user,
                group=self._user,
                extra_groups=None if self._user is None else [],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except PermissionError as error:
            self.close()
            raise CourseError(f"user {self._user} may not run {command[0]}; install Python where it may") from error
        except BaseException:
            self.close()
            raise
        finally:
            theirs.close()

    def preload(self, modules: Sequence[str]) -> None:
        """Have the template import these modules. It is restarted unless it was started with them."""
        if tuple(modules) != self._preload:
            self.close()
            self._preload = tuple(modules)
            self._start()

    def spawn(self, settings: dict[str, Any]) -> tuple[socket.socket, socket.socket]:
        """Have the template start one submission. Returns (socket to the supervisor, socket to the loader).

        Raises: CourseError if the template cannot be reached; the next call starts another one.
        """
        if self._control is None:
            self._start()
        assert self._control is not None
        settings = settings | {"gpu": self.gpu}
        if self.isolation == backends.BUBBLEWRAP:
            settings = settings | {"namespaces": True, "seccomp": seccomp.program(gpu=self.gpu).hex()}
        else:
            settings = settings | {"namespaces": False, "seccomp": ""}
        supervisor, their_supervisor = socket.socketpair()
        session, their_session = socket.socketpair()
        with their_supervisor, their_session:
            try:
                fds = [their_supervisor.fileno(), their_session.fileno()]
                socket.send_fds(self._control, [json.dumps(settings).encode()], fds)
            except OSError as error:
                supervisor.close()
                session.close()
                raise CourseError(f"the {self.isolation} sandbox does not start: {self.bury() or error}") from error
        return supervisor, session

    def bury(self) -> str:
        """Close a template that has ended, so that the next submission gets another one. Returns its last printed line.

        Returns "" while it runs, and for a branch, whose output is not read.
        """
        if self._process is None or self._process.stderr is None:
            if self._hung_up():
                self.close()
            return ""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDING_S if self._hung_up() else _LAST_WORDS_S)
        status = self._process.returncode
        if status is None:
            return ""
        pipe = self._process.stderr.fileno()
        os.set_blocking(pipe, False)  # another submission's supervisor may still hold the other end
        try:
            said = os.read(pipe, 1 << 16).decode("utf-8", "replace").strip()
        except BlockingIOError:
            said = ""
        self.close()
        return said.splitlines()[-1] if said else f"exit status {status}"

    def _hung_up(self) -> bool:
        """Whether the template's end of the socket to it is closed."""
        try:
            return self._control is not None and not self._control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def close(self) -> None:
        """End the template and, under bubblewrap, the submissions that it started. Idempotent."""
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
