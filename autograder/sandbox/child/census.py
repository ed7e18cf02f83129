"""How much memory all processes of a submission use together, measured by its supervisor.

The kernel shows the memory that a process has mapped. Other memory is either counted at its maximum (sockets) or made
impossible by the system-call filter.
"""

from __future__ import annotations

import os
import time

COUNT_S = 1.0
SOCKET_MIB = 0.4  # the most that the kernel keeps of one socket's unread data, in memory that belongs to no process
# A process's own pages, in memory or swapped out, and the page tables.
_HELD = b"RssAnon", b"RssShmem", b"VmSwap", b"VmPTE"
_SHARE = b"Pss_Anon", b"Pss_Shmem", b"SwapPss"


class Census:
    """proc_fd: the machine's /proc. loader: the process from which all others of the submission descend."""

    def __init__(self, proc_fd: int, loader: int) -> None:
        self._proc_fd = proc_fd
        self._loader = loader

    def memory_mib(self, limit_mib: float) -> float:
        """Private and shared memory of all of the submission's processes together.

        limit_mib: the result is exact above this limit; below it, pages that a fork shares may be counted twice.
        """
        sockets_mib = self._sockets() * SOCKET_MIB
        at_most = {path: _kib(fields, _HELD) for path, fields in self._processes().items()}
        if sockets_mib + sum(at_most.values()) / 1024 <= limit_mib:
            return sockets_mib + sum(at_most.values()) / 1024
        # A fork shares its parent's pages until one of them writes. Finding the exact share is slower. If the processes
        # make it take too long, the maximum counts for the rest.
        end = time.monotonic() + COUNT_S
        shares = (self._share_kib(path) if time.monotonic() < end else most for path, most in at_most.items())
        return sockets_mib + sum(shares) / 1024

    def _share_kib(self, path: str) -> int:
        fields = self._fields(f"{path}/smaps_rollup")
        if b"Pss_Anon" in fields:
            return _kib(fields, _SHARE)
        # Unreadable, or unknown to this kernel: count the maximum. If the process has ended meanwhile, this is 0.
        return _kib(self._fields(f"{path}/status"), _HELD)

    def _sockets(self) -> int:
        """The number of Unix sockets in the submission's network namespace, where nobody else has any."""
        try:
            with open(os.open("self/net/unix", os.O_RDONLY, dir_fd=self._proc_fd), "rb") as file:
                return max(0, file.read().count(b"\n") - 1)
        except OSError:
            return 0

    def _processes(self) -> dict[str, dict[bytes, bytes]]:
        """The `status` of the loader and all its descendants, by path. Orphans become children of the loader, pid 1."""
        parents: dict[int, int] = {}
        status = {}
        for pid in map(int, self._numbered(".")):
            fields = self._fields(f"{pid}/status")
            if b"PPid" in fields:
                status[pid], parents[pid] = fields, int(fields[b"PPid"])
        found = [self._loader]
        for pid in found:  # grows
            found += [child for child, parent in parents.items() if parent == pid]
        return dict(self._with_memory(pid, status[pid]) for pid in found if pid in status)

    def _with_memory(self, pid: int, fields: dict[bytes, bytes]) -> tuple[str, dict[bytes, bytes]]:
        """Where a process shows its memory: a first thread that has ended shows none, while other threads go on."""
        if b"RssAnon" not in fields:
            for thread in self._numbered(f"{pid}/task"):
                path = f"{pid}/task/{thread}"
                if b"RssAnon" in (of_thread := self._fields(f"{path}/status")):
                    return path, of_thread
        return str(pid), fields

    def _numbered(self, path: str) -> list[str]:
        try:
            folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=self._proc_fd)
        except OSError:
            return []
        try:
            return [name for name in os.listdir(folder) if name.isdigit()]
        except OSError:
            return []
        finally:
            os.close(folder)

    def _fields(self, path: str) -> dict[bytes, bytes]:
        """The `Name: value` lines of a file in /proc; empty if the process has just ended."""
        try:
            with open(os.open(path, os.O_RDONLY, dir_fd=self._proc_fd), "rb") as file:
                return dict(line.split(b":", 1) for line in file.read().splitlines() if b":" in line)
        except OSError:
            return {}


def _kib(fields: dict[bytes, bytes], names: tuple[bytes, ...]) -> int:
    return sum(int(fields.get(name, b"0").split()[0]) for name in names)
