"""The processes inside the sandbox.

    template      imported numpy (and torch) once; runs no student code; forks per submission
      └ warden    one per submission, trusted: caps the output, watches memory, ends everything when told or when the
          │       grader is gone; it is outside the submission's pid namespace, which cannot see or signal it
          └ loader     pid 1 of the submission's own namespaces: loads the submission, forks for its checks
              └ check  serves the calls of one check after another, and exits

The grader talks to the warden (JSON lines) and to the loader and its current check (frames) over two sockets that the
template receives with each submission and does not keep. Nothing that the loader or a check sends is trusted.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from typing import Any

from . import confine, guard, reproducible, warm
from .loader import load
from .lookout import Lookout
from .wire import Disconnected, Frame, decode, encode, receive, send
from .workspace import Workspace

WATCH_INTERVAL_S = 0.05
COUNT_S = 1.0
SOCKET_MIB = 0.4  # what the kernel keeps of unread data for one socket at the most, in memory that is no process's
# The grader's words: to a process that a check begins and that it has seen enough, to the warden that hidden checks
# follow.
CHECK = encode(["check", 0, "", 0.0]).structure[:7]
END = encode(["end"]).structure
SEAL = b"seal\n"


def main(control_fd: int, preload: list[str]) -> None:
    """Serve submissions until the grader closes the control socket."""
    control = socket.socket(fileno=control_fd)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the grader's to handle
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # wardens are reaped by the kernel
    warm.up(preload)
    mapped = confine.mapped_bytes()
    confine.use_huge_pages()
    gc.collect()
    gc.freeze()  # a collection in a child must not touch, and so copy, the template's pages
    while True:
        try:
            request, fds, _, _ = socket.recv_fds(control, 1 << 16, 2)
        except ConnectionError:  # what some systems say instead of an empty message
            return
        if not request:
            return
        pid = os.fork()
        if pid == 0:
            control.close()
            _run_warden(json.loads(request) | {"mapped": mapped}, *fds)
        for fd in fds:
            os.close(fd)


def _run_warden(settings: dict[str, Any], warden_fd: int, session_fd: int) -> None:
    """Start the loader, then supervise it until the grader says stop or something goes wrong."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()  # the grader ends the template's group; a warden first ends what it watches
    sock = socket.socket(fileno=warden_fd)
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
        sock.sendall(json.dumps({"fault": str(error)}).encode() + b"\n")
        os._exit(1)
    if loader == 0:
        sock.close()
        os.close(output_read)
        if proc_fd >= 0:
            os.close(proc_fd)
        _run_loader(settings, session_fd, output_write)
    os.close(session_fd)
    os.close(output_write)
    _Warden(settings, sock, loader, output_read, proc_fd).run()
    os._exit(0)


class _Warden:
    def __init__(self, settings: dict[str, Any], sock: socket.socket, loader: int, output_fd: int, proc_fd: int):
        self.settings = settings
        self.sock = sock
        self.loader = loader
        self.loader_runs = True
        self.output_fd = output_fd
        self.proc_fd = proc_fd
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
        """Report what was printed so far, and keep nothing from now on."""
        self._drain()
        self._report("sealed")
        self.kept_bytes = 0
        self.output.clear()

    def _report(self, reason: str) -> None:
        report = {"reason": reason, "output": self.output.decode("utf-8", "replace")}
        with contextlib.suppress(OSError):
            self.sock.sendall(json.dumps(report).encode() + b"\n")

    def _supervise(self) -> str:
        poller = select.poll()
        poller.register(self.sock, select.POLLIN)
        poller.register(self.output_fd, select.POLLIN)
        next_watch = time.monotonic() + WATCH_INTERVAL_S
        while True:
            for fd, _ in poller.poll(max(0.0, next_watch - time.monotonic()) * 1000):
                if fd == self.sock.fileno():  # a word from the grader, or the end of the grader
                    if self.sock.recv(16) != SEAL:
                        return self._ending() or "stopped"
                    self._seal()
                elif not self._drain():
                    poller.unregister(self.output_fd)
            if self.output_bytes > self.settings["output_limit_mib"] * confine.MIB:
                return "output"
            if time.monotonic() >= next_watch:
                next_watch = time.monotonic() + WATCH_INTERVAL_S
                # Twice: what ends while it is looked at leaves its share to others, which then count it again.
                if all(self._memory_mib() > self.settings["memory_mib"] for _ in range(2)):
                    return "memory"
                if reason := self._ending():
                    return reason

    def _ending(self) -> str:
        """How the loader ended by itself; empty while it runs."""
        pid, status = os.waitpid(self.loader, os.WNOHANG)
        if not pid:
            return ""
        self.loader_runs = False
        return f"ended:{os.waitstatus_to_exitcode(status)}"

    def _drain(self) -> bool:
        """Read what is there, keep the beginning, count the rest. False when no writer is left."""
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

    def _memory_mib(self) -> float:
        """Private and shared memory of all of the submission's processes together (0 where it cannot be known)."""
        if self.proc_fd < 0 or not self.settings["namespaces"]:
            return 0.0
        sockets_mib = self._sockets() * SOCKET_MIB
        at_most = {pid: _kib(fields, b"RssAnon", b"RssShmem") for pid, fields in self._processes().items()}
        if sockets_mib + sum(at_most.values()) / 1024 <= self.settings["memory_mib"]:
            return sockets_mib + sum(at_most.values()) / 1024
        # A fork shares its parent's pages until one of them writes. The exact share takes longer to find out; where the
        # processes see to it that it takes too long, what it can be at most counts.
        end = time.monotonic() + COUNT_S
        shares = (self._share_kib(pid) if time.monotonic() < end else most for pid, most in at_most.items())
        return sockets_mib + sum(shares) / 1024

    def _share_kib(self, pid: int) -> int:
        fields = self._fields(f"{pid}/smaps_rollup")
        if b"Pss_Anon" in fields:
            return _kib(fields, b"Pss_Anon", b"Pss_Shmem")
        # Not for us to see, or not known to this kernel: the most that it can be. Or it has ended meanwhile: nothing.
        return _kib(self._fields(f"{pid}/status"), b"RssAnon", b"RssShmem")

    def _sockets(self) -> int:
        """The unix sockets of its network namespace, where nobody else has any."""
        try:
            with open(os.open("self/net/unix", os.O_RDONLY, dir_fd=self.proc_fd), "rb") as file:
                return max(0, file.read().count(b"\n") - 1)
        except OSError:
            return 0

    def _processes(self) -> dict[int, dict[bytes, bytes]]:
        """The `status` of the loader and all that descends from it. Orphans do too: the loader is their pid 1."""
        parents: dict[int, int] = {}
        status = {}
        for pid in (int(entry) for entry in os.listdir(self.proc_fd) if entry.isdigit()):
            fields = self._fields(f"{pid}/status")
            if b"PPid" in fields:
                status[pid], parents[pid] = fields, int(fields[b"PPid"])
        found = [self.loader]
        for pid in found:  # grows
            found += [child for child, parent in parents.items() if parent == pid]
        return {pid: status[pid] for pid in found if pid in status}

    def _fields(self, path: str) -> dict[bytes, bytes]:
        """The `Name: value` lines of a file in /proc; nothing if the process has just ended."""
        try:
            with open(os.open(path, os.O_RDONLY, dir_fd=self.proc_fd), "rb") as file:
                return dict(line.split(b":", 1) for line in file.read().splitlines() if b":" in line)
        except OSError:
            return {}

    def _end_everything(self) -> None:
        # In a pid namespace of its own the loader is pid 1, and the kernel ends all others with it.
        if self.loader_runs:  # or its number may be another's by now
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


def _kib(fields: dict[bytes, bytes], *names: bytes) -> int:
    return sum(int(fields.get(name, b"0").split()[0]) for name in names)


def _children_of(parent: int) -> list[int]:
    try:
        with open(f"/proc/{parent}/task/{parent}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:
        return []


def _run_loader(settings: dict[str, Any], session_fd: int, output_write: int) -> None:
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
    mapped = 0 if settings["gpu"] else settings["mapped"]  # CUDA maps terabytes; the warden counts what is used
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
    confine.end_with_parent()  # a submission without its warden has no limits
    guard.install(settings["forbidden"])
    sock = socket.socket(fileno=session_fd)
    try:
        _load_and_fork(settings, sock)
    finally:
        os._exit(0)


def _load_and_fork(settings: dict[str, Any], sock: socket.socket) -> None:
    send(sock, encode(["ready"]))  # from here on, what goes wrong is the submission's doing
    cells = decode(receive(sock))
    sys.setrecursionlimit(3000)  # as an IPython kernel has
    names, problems = load(cells, progress=lambda index: send(sock, encode(["cell", index])))
    sys.stdout.flush()
    defined = [name for name in names if isinstance(name, str) and not name.startswith("__")][:10_000]
    send(sock, encode(["loaded", defined, problems[:100]]))
    while True:
        # Each process is forked before its check is asked for: the grader is still at work on the check before.
        pid = os.fork()
        if pid == 0:
            try:
                _serve_checks(settings, sock, names)
            finally:
                os._exit(0)
        _, status = os.waitpid(pid, 0)
        send(sock, encode(["ended", os.waitstatus_to_exitcode(status)]))


def _serve_checks(settings: dict[str, Any], sock: socket.socket, names: dict[str, Any]) -> None:
    """Serve one check after another, until the grader says that this process has done enough, or is gone."""
    if threading.active_count() > 1:
        threading._after_fork()  # type: ignore[attr-defined]  # those of the loader are not here

    lookout = Lookout(lambda found: send(sock, encode(found)))

    def served(request: Frame) -> Frame:
        lookout.computing = True
        try:
            return workspace.serve(request)
        finally:
            lookout.computing = False

    def ask(question: Frame) -> Frame:
        lookout.computing = False
        send(sock, question)
        while True:
            reply = receive(sock)
            if reply.structure == END:  # in the middle of a callback
                _flush_output()
                os._exit(0)
            if decode(reply)[0] in ("answer", "error"):
                lookout.computing = True
                return reply
            send(sock, served(reply))  # to answer, the check calls us

    workspace = Workspace(names, ask)
    with contextlib.suppress(Disconnected):
        while (request := receive(sock)).structure != END:
            if request.structure.startswith(CHECK):
                _flush_output()
                _, seed, exercise, look_s = decode(request)
                reproducible.seed(seed)
                guard.enter(exercise)
                lookout.begin(look_s)
                workspace = Workspace(names, ask, settings["reply_mib"] * confine.MIB)
            else:
                send(sock, served(request))
    _flush_output()


def _flush_output() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
