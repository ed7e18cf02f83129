"""Linux calls that confine a process: namespaces, mounts, limits, capabilities, seccomp.

All are made through ctypes before any student code exists in the process, so nothing has to be installed inside the
sandbox. On other systems, only the limits are used.

Protects against: access to files, processes, networks and rarely used parts of the kernel; excessive use of resources.
Does not protect against: a kernel bug behind the allowed calls; information that can be inferred from timing.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import signal
import struct
import sys

CLONE_NEWNS, CLONE_NEWIPC, CLONE_NEWUSER = 0x20000, 0x08000000, 0x10000000
CLONE_NEWPID, CLONE_NEWNET = 0x20000000, 0x40000000
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_RDONLY = 2, 4, 8, 1
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
SECCOMP_MODE_FILTER = 2
MADV_COLLAPSE = 25
HUGE_PAGE = 1 << 21
NOBODY = 65534
MIB = 1 << 20

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def prctl(option: int, argument: object = 0, argument2: object = 0) -> None:
    _checked(_libc.prctl(option, argument, argument2, 0, 0), f"prctl {option}")


def enter_namespaces() -> None:
    """Enter new user, mount, ipc, network and (for children) pid namespaces, as an ordinary user (not root)."""
    if os.geteuid() == 0:
        # Root's processes are exempt from the process limit, and own the system's files.
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
        prctl(PR_SET_DUMPABLE, 1)  # or root would still own /proc/self
    uid, gid = os.getuid(), os.getgid()
    flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
    _checked(_libc.unshare(flags), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def private_mounts(tmp_mib: int) -> None:
    """Mount a new /tmp, the only writable place, and an empty /proc. The root is read-only already."""
    options = f"size={tmp_mib}m,nr_inodes=4096,mode=0700".encode()
    flags = MS_NOSUID | MS_NODEV
    _checked(_libc.mount(b"tmpfs", b"/tmp", b"tmpfs", flags, options), "mount /tmp")
    _checked(_libc.mount(b"tmpfs", b"/proc", b"tmpfs", flags | MS_NOEXEC | MS_RDONLY, b"size=4k"), "mount /proc")


def mapped_bytes() -> int:
    """The size of this process's address space in bytes; 0 if unknown."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def use_huge_pages() -> None:
    """Collect this process's memory in huge pages if the kernel can (Linux 6.1): a fork copies an entry per page."""
    with contextlib.suppress(OSError), open("/proc/self/maps") as maps:
        for span, permissions, _, _, _, *name in [line.split() for line in maps]:
            if permissions != "rw-p" or name not in ([], ["[heap]"]):
                continue
            start, end = (int(address, 16) for address in span.split("-"))
            for address in range(-(-start // HUGE_PAGE) * HUGE_PAGE, end - HUGE_PAGE + 1, HUGE_PAGE):
                # The kernel may refuse, or not know the call; the pages then stay as they are.
                _libc.madvise(ctypes.c_void_p(address), ctypes.c_size_t(HUGE_PAGE), MADV_COLLAPSE)


def set_limits(cpu_s: int, address_space: int, file_mib: int, processes: int | None) -> None:
    """Set resource limits. address_space: bytes; 0 leaves it unlimited, as does None for processes."""
    limits = {
        "RLIMIT_CPU": cpu_s,
        "RLIMIT_FSIZE": file_mib * MIB,
        "RLIMIT_NOFILE": 256,
        "RLIMIT_CORE": 0,
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
        "RLIMIT_SIGPENDING": 256,  # queued signals, which take kernel memory
    }
    if processes is not None:
        limits["RLIMIT_NPROC"] = processes
    if address_space:  # RLIMIT_DATA would not count shared anonymous mappings
        limits["RLIMIT_AS"] = address_space
    for name, value in limits.items():
        kind = getattr(resource, name, None)
        if kind is None:
            continue
        _, hard = resource.getrlimit(kind)
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, bound))


class AtMost:
    """A context manager in which this process gets a MemoryError above `address_space` bytes; 0 for no limit.

    The limits are computed only once, because each check enters it.
    """

    def __init__(self, address_space: int) -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        bounds = [limit for limit in (address_space or hard, soft, hard) if limit != resource.RLIM_INFINITY]
        self._usual, self._bound = (soft, hard), (min(bounds, default=resource.RLIM_INFINITY), hard)

    def __enter__(self) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._bound)

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._usual)


def drop_privileges(seccomp_bpf: bytes) -> None:
    """Drop all capabilities and any way to gain some; allow only the system calls of the filter."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    header = struct.pack("<Ii", 0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this process
    _checked(_libc.capset(header, bytes(24)), "capset")
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    if seccomp_bpf:
        load_filter(seccomp_bpf)


def load_filter(bpf: bytes) -> None:
    """Restrict this process to the system calls that the filter allows."""
    buffer = ctypes.create_string_buffer(bpf, len(bpf))
    program = struct.pack("HxxxxxxP", len(bpf) // 8, ctypes.addressof(buffer))
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.c_char_p(program))


def come_first() -> int:
    """Give this process priority over the processes that it starts. Returns the niceness that they are to have.

    Otherwise, on a busy machine, two dozen writing processes could allocate gigabytes between two measurements.
    """
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    try:
        os.setpriority(os.PRIO_PROCESS, 0, niceness - 10)
    except PermissionError:  # only root may
        return niceness + 5
    return niceness


def end_with_parent() -> None:
    """Have the kernel kill this process when its parent ends (Linux)."""
    if sys.platform == "linux":
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def become_subreaper() -> None:
    """Become the parent of the submission's orphans, so that this process can end them (Linux)."""
    if sys.platform == "linux":
        prctl(PR_SET_CHILD_SUBREAPER, 1)
