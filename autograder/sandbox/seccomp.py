"""The system-call filter of the bubblewrap backend, compiled once by the grader and loaded by each submission.

It is an allowlist: the calls that the C library, Python, NumPy, SciPy, scikit-learn, Matplotlib and PyTorch were seen
to make, and their variants. Any other call fails as on a kernel that does not have it (ENOSYS), so that libraries fall
back; this includes the calls of future kernels. Left out on purpose, although some programs need them:

  - memory that is attributed to no process: pages in pipes (`vmsplice`, `splice`, `tee`, `sendfile`), shared memory
    that a process may unmap and keep (`memfd_create`, shared anonymous mappings, System V), huge pages, datagrams,
    larger socket buffers, and file locks, `epoll` watches and queued timers in large numbers;
  - resources that are counted per machine or per user: `io_setup`, `inotify_*`, `fanotify_*`;
  - channels between submissions: locks, leases and notifications on files, which pages of a library are in memory
    (`mincore`, `cachestat`, `preadv2`), and any network but Unix sockets;
  - namespaces, mounts, other processes' memory, keys, bpf, tracing, and other calls that were used in escapes.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import tempfile
from typing import Any

from autograder.errors import CourseError

_ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev lseek open openat creat close close_range dup dup2 dup3
stat lstat fstat newfstatat statx access faccessat faccessat2 statfs fstatfs getdents getdents64 readlink readlinkat
getcwd chdir fchdir umask chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat truncate ftruncate fallocate
rename renameat renameat2 mkdir mkdirat rmdir unlink unlinkat link linkat symlink symlinkat fsync fdatasync
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr
poll ppoll select pselect6 pipe pipe2 eventfd eventfd2

munmap mprotect mremap madvise msync brk membarrier get_mempolicy map_shadow_stack arch_prctl

fork vfork execve exit exit_group wait4 waitid set_tid_address set_robust_list get_robust_list rseq futex
kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait sigaltstack
pause alarm getitimer setitimer restart_syscall
getpid getppid gettid getpgid getpgrp setpgid getsid setsid getuid geteuid getgid getegid getresuid getresgid getgroups
capget getrlimit setrlimit getrusage times sysinfo uname getcpu getpriority
sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max sched_get_priority_min

time gettimeofday clock_gettime clock_getres nanosleep clock_nanosleep getrandom

bind connect listen accept accept4 getsockname getpeername shutdown
""".split()  # noqa: SIM905  (a list of this length reads best so)
# For calls with many functions, the allowed ones: the number of the argument, and its values.
_ALLOWED_VALUES = {
    "fcntl": (1, [0, 1, 2, 3, 4, 1030]),  # F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_DUPFD_CLOEXEC
    "ioctl": (1, [0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451]),  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIO[N]CLEX
    # The name, the signal at a parent's end, and options that only query; PR_SET_VMA names memory.
    "prctl": (0, [1, 2, 3, 15, 16, 21, 23, 39, 0x53564D41]),
    # SO_REUSEADDR, _KEEPALIVE, _LINGER, _PASSCRED, _RCVTIMEO, _SNDTIMEO. No option that attaches a program, and not the
    # buffer sizes: the census assumes the usual size (`census.SOCKET_MIB`), and a hundred times that would be possible.
    "setsockopt": (2, [2, 9, 13, 16, 20, 21]),
    # The same, _TYPE, _ERROR, the sizes, _PEERCRED, _ACCEPTCONN, _PROTOCOL, _DOMAIN. Not _PEERPIDFD, which returns a
    # descriptor of the process at the other end; for the session's socket, that is the grader.
    "getsockopt": (2, [2, 3, 4, 7, 8, 9, 13, 16, 17, 20, 21, 30, 38, 39]),
    "prlimit64": (0, [0]),  # a process may lower its own limits, but not touch another's
}
# Sending and receiving, with the position of the flags argument. Out-of-band data is refused: nobody needs it on Unix
# sockets, and it was a way into the kernel (CVE-2025-38236).
_MESSAGES = {"sendto": 3, "recvfrom": 3, "sendmsg": 2, "recvmsg": 2}
_MSG_OOB = 0x1
# Refused flags of clone: new namespaces, tracing, process descriptors, children of the parent (CLONE_PARENT).
_NO_CLONE = 0x80 | 0x20000 | 0x02000000 | 0x7C000000 | 0x1000 | 0x2000 | 0x8000
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_HUGETLB = 0x1, 0x20, 0x40000
_AF_UNIX = 1
# SOCK_STREAM and SOCK_SEQPACKET. Unread datagrams outlive the socket that sent them, which is then in no list of
# sockets; but sockets are how the census counts this memory.
_CONNECTED, _SOCK_TYPE = (1, 5), 0xF
# What CUDA may need in addition: it talks to its driver by ioctl, and memory that it pins is shared and anonymous.
_ALLOWED_WITH_GPU = """
mmap mlock munlock sched_setaffinity sched_setscheduler epoll_create1 epoll_ctl epoll_wait epoll_pwait timerfd_create
timerfd_settime
""".split()  # noqa: SIM905
_TERMINAL = 0x5400  # requests of terminals, some of which insert input into them
_INT = 0xFFFFFFFF  # the part of a register that the kernel reads as an int
_BY_BINARY_TREE = 2


@functools.cache
def program(*, gpu: bool = False) -> bytes:
    """The filter as BPF bytes. gpu: allow what CUDA needs. Raises: CourseError if libseccomp is missing."""
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise CourseError(
            f"the system-call filter cannot be built ({error}); install libseccomp (Debian: apt install libseccomp2) "
            "and pyseccomp, or pass --isolation process for work that you trust"
        ) from error
    filter_ = seccomp.SyscallFilter(seccomp.ERRNO(errno.ENOSYS))

    def add(action: int, name: str, *conditions: Any) -> None:
        if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:  # known to this machine and to libseccomp
            filter_.add_rule(action, name, *conditions)

    def masked(argument: int, mask: int, value: int) -> Any:
        return seccomp.Arg(argument, seccomp.MASKED_EQ, mask, value)

    for name in _ALLOWED:
        add(seccomp.ALLOW, name)
    for name, (argument, values) in _ALLOWED_VALUES.items():
        for value in values:
            add(seccomp.ALLOW, name, masked(argument, _INT, value))
    for name, argument in _MESSAGES.items():
        add(seccomp.ALLOW, name, masked(argument, _MSG_OOB, 0))
    add(seccomp.ALLOW, "clone", masked(0, _NO_CLONE, 0))
    for name in ("socket", "socketpair"):
        for kind in _CONNECTED:
            add(seccomp.ALLOW, name, masked(0, _INT, _AF_UNIX), masked(1, _SOCK_TYPE, kind))
        add(seccomp.ERRNO(errno.EAFNOSUPPORT), name, seccomp.Arg(0, seccomp.NE, _AF_UNIX))
    if gpu:
        for name in _ALLOWED_WITH_GPU:
            add(seccomp.ALLOW, name)
        for bit in (1 << place for place in range(8, 16)):  # all requests but those of terminals
            add(seccomp.ALLOW, "ioctl", masked(1, bit, bit & ~_TERMINAL))
    else:
        add(seccomp.ALLOW, "mmap", masked(3, _MAP_SHARED | _MAP_HUGETLB, 0))
        add(seccomp.ALLOW, "mmap", masked(3, _MAP_ANONYMOUS | _MAP_HUGETLB, 0))
    with contextlib.suppress(OSError):  # before libseccomp 2.5, the filter is correct but a little slower to load
        filter_.set_attr(seccomp.Attr.CTL_OPTIMIZE, _BY_BINARY_TREE)
    with tempfile.TemporaryFile() as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()
