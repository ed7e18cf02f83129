"""The supervisor of one submission: limits its output, measures its memory, and ends all its processes.

Protects against: using more memory (over all processes together) or output than allowed; processes that outlive the
submission or the grader. With namespaces, the supervisor is outside the submission's, which can neither see nor signal
it.
Does not protect against: code that takes too long, which the grader times; memory above the limit between two
measurements; and, without namespaces, a submission that kills its supervisor (the grader then reports the sandbox as
lost) or escapes from it.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import sys
import time
from typing import Any

from . import confine, protocol
from .census import Census
from .check_server import run_loader

WATCH_INTERVAL_S, SHORT_INTERVAL_S = 0.05, 0.01


def supervise(settings: dict[str, Any], supervisor_fd: int, session_fd: int) -> None:
    """Start the loader, then supervise it until the grader says stop or a limit is exceeded."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # the grader kills the template's group; a supervisor first has to end what it supervises
    sock = socket.socket(fileno=supervisor_fd)
    niceness = confine.come_first()
    try:
        proc_fd = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY) if sys.platform == "linux" else -1
        if settings["namespaces"]:
            confine.enter_namespaces()
            confine.private_mounts(settings["tmp_mib"])
        else:
            confine.become_subreaper()
        output_read, output_write = os.pipe()
        loader = os.fork()
    except OSError as error:
        sock.sendall(protocol.statement(protocol.FAULT, str(error)))
        os._exit(1)
    if loader == 0:
        sock.close()
        os.close(output_read)
        if proc_fd >= 0:
            os.close(proc_fd)
        os.setpriority(os.PRIO_PROCESS, 0, niceness)
        run_loader(settings, session_fd, output_write)
    os.close(session_fd)
    os.close(output_write)
    Supervisor(settings, sock, loader, output_read, proc_fd).run()
    os._exit(0)


class Supervisor:
    """settings: see `Session`. sock: to the grader. output_fd: what the submission prints; only read, never written.

    loader: its process id, a child of this process. proc_fd: the machine's /proc, or -1.
    """

    def __init__(self, settings: dict[str, Any], sock: socket.socket, loader: int, output_fd: int, proc_fd: int):
        self.settings = settings
        self.sock = sock
        self.loader = loader
        self.loader_runs = True
        self.output_fd = output_fd
        # Without a pid namespace, it is unknown which processes belong to the submission.
        self.census = Census(proc_fd, loader) if settings["namespaces"] else None
        self.output = bytearray()
        self.output_bytes = 0
        self.kept_bytes = settings["output_kib"] * 1024
        os.set_blocking(output_fd, False)

    def run(self) -> None:
        reason = self._supervise()
        self._end_everything()
        self._drain()
        self._report(reason)

    def _seal(self) -> None:
        """Report what was printed so far, and keep no output from now on."""
        self._drain()
        self._report(protocol.SEALED)
        self.kept_bytes = 0
        self.output.clear()

    def _report(self, reason: str) -> None:
        with contextlib.suppress(OSError):
            self.sock.sendall(protocol.statement(protocol.REPORT, reason, self.output.decode("utf-8", "replace")))

    def _supervise(self) -> str:
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        poller.register(self.output_fd, select.POLLIN)
        next_watch = time.monotonic() + WATCH_INTERVAL_S
        while True:
            for fd, _ in poller.poll(max(0.0, next_watch - time.monotonic()) * 1000):
                if fd == self.sock.fileno():  # a command from the grader, or the end of the grader
                    if self.sock.recv(16) != protocol.command(protocol.SEAL):
                        return self._ending() or protocol.STOPPED
                    self._seal()
                elif not self._drain():
                    poller.unregister(self.output_fd)
            if self.output_bytes > self.settings["output_limit_mib"] * confine.MIB:
                return protocol.TOO_MUCH_OUTPUT
            if time.monotonic() >= next_watch:
                memory_mib = self._memory_mib()
                # Measured twice: if a process ends during the measurement, its share is counted again for others.
                if memory_mib > self.settings["memory_mib"] and self._memory_mib() > self.settings["memory_mib"]:
                    return protocol.TOO_MUCH_MEMORY
                # With a third of the limit in use, many processes could write to shared pages, all at once.
                soon = 3 * memory_mib > self.settings["memory_mib"]
                next_watch = time.monotonic() + (SHORT_INTERVAL_S if soon else WATCH_INTERVAL_S)
                if reason := self._ending():
                    return reason

    def _memory_mib(self) -> float:
        return self.census.memory_mib(self.settings["memory_mib"]) if self.census else 0.0

    def _ending(self) -> str:
        """How the loader ended by itself; empty while it runs."""
        pid, status = os.waitpid(self.loader, os.WNOHANG)
        if not pid:
            return ""
        self.loader_runs = False
        return f"{protocol.ENDED_BY_ITSELF}{os.waitstatus_to_exitcode(status)}"

    def _drain(self) -> bool:
        """Read the available output, keep its beginning, count the rest. Returns False when no writer is left."""
        limit = self.settings["output_limit_mib"] * confine.MIB
        while self.output_bytes <= limit:
            try:
                data = os.read(self.output_fd, 1 << 16)
            except BlockingIOError:
                return True
            if not data:
                return False
            self.output_bytes += len(data)
            self.output += data[: max(0, self.kept_bytes - len(self.output))]
        return True

    def _end_everything(self) -> None:
        # In its own pid namespace, the loader is pid 1, and the kernel ends all other processes with it.
        if self.loader_runs:  # or its process id may have been reused
            os.kill(self.loader, signal.SIGKILL)
        if not self.settings["namespaces"]:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.loader, signal.SIGKILL)
            for pid in _children_of(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, 0):
                if not self.settings["namespaces"]:
                    for pid in _children_of(os.getpid()):
                        with contextlib.suppress(ProcessLookupError):
                            os.kill(pid, signal.SIGKILL)


def _children_of(parent: int) -> list[int]:
    try:
        with open(f"/proc/{parent}/task/{parent}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []
