"""The system-call filter of the bubblewrap backend, compiled once by the grader and loaded by each submission.

It lists what is allowed: what the C library, Python, NumPy, SciPy, scikit-learn, Matplotlib and PyTorch were seen to
call at work, with their families. For any other call the kernel seems too old, so that libraries do without; new calls
of new kernels are among them. Left out on purpose, though some program somewhere needs them:

  - memory that no process is seen to have: pages given to pipes (`vmsplice`, `splice`, `tee`, `sendfile`), shared
    memory that a process may unmap and keep (`memfd_create`, shared anonymous mappings, System V), huge pages,
    datagrams, larger sockets, locks of files by the million, watches of `epoll`, queued timers;
  - what counts for the whole machine or for a user, whoever else is working: `io_setup`, `inotify_*`, `fanotify_*`;
  - what tells of others or tells others: locks, leases and notices on files, which pages of a library are in memory
    (`mincore`, `cachestat`, `preadv2`), and any network but Unix sockets;
  - namespaces, mounts, other processes' memory, keys, bpf, tracing, and whatever else has been a way out.
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
# Of calls that do many things, what is allowed: the number of the argument, and its values.
_ALLOWED_VALUES = {
    "fcntl": (1, [0, 1, 2, 3, 4, 1030]),  # F_DUPFD F_GETFD F_SETFD F_GETFL F_SETFL F_DUPFD_CLOEXEC
    "ioctl": (1, [0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451]),  # TCGETS TIOCGWINSZ FIONREAD FIONBIO FIO[N]CLEX
    # The name, the signal at a parent's end, and what is only asked for; PR_SET_VMA names memory.
    "prctl": (0, [1, 2, 3, 15, 16, 21, 23, 39, 0x53564D41]),
    # SO_REUSEADDR, _KEEPALIVE, _LINGER, _PASSCRED, _RCVTIMEO, _SNDTIMEO; none that attaches a program, nor the sizes:
    # what a socket may hold unread is counted as usual (`census.SOCKET_MIB`), and may be a hundred times as much.
    "setsockopt": (2, [2, 9, 13, 16, 20, 21]),
    # The same, _TYPE, _ERROR, the sizes, _PEERCRED, _ACCEPTCONN, _PROTOCOL, _DOMAIN; not _PEERPIDFD, which gives a
    # descriptor of the process at the other end: of the session's socket that is the grader.
    "getsockopt": (2, [2, 3, 4, 7, 8, 9, 13, 16, 17, 20, 21, 30, 38, 39]),
    "prlimit64": (0, [0]),  # its own limits a process may lower, another's it may not touch
}
# What is sent and received, with the number of the flags: not out of band, which nobody needs of Unix sockets and which
# has been a way into the kernel (CVE-2025-38236).
_MESSAGES = {"sendto": 3, "recvfrom": 3, "sendmsg": 2, "recvmsg": 2}
_MSG_OOB = 0x1
# Of clone: new namespaces, tracers, descriptors of processes, children of a process above.
_NO_CLONE = 0x80 | 0x20000 | 0x02000000 | 0x7C000000 | 0x1000 | 0x2000 | 0x8000
_MAP_SHARED, _MAP_ANONYMOUS, _MAP_HUGETLB = 0x1, 0x20, 0x40000
_AF_UNIX = 1
# SOCK_STREAM and SOCK_SEQPACKET. Unread datagrams stay when the socket that sent them is closed: then that one is in no
# list of sockets, by which their memory is counted.
_CONNECTED, _SOCK_TYPE = (1, 5), 0xF
# What CUDA may need besides: its driver is asked by ioctl, and memory that it pins is shared and anonymous.
_ALLOWED_WITH_GPU = """
mmap mlock munlock sched_setaffinity sched_setscheduler epoll_create1 epoll_ctl epoll_wait epoll_pwait timerfd_create
timerfd_settime
""".split()  # noqa: SIM905
_TERMINAL = 0x5400  # the requests of terminals, some of which put words into them
_INT = 0xFFFFFFFF  # of a register, the part that the kernel reads as an int
_BY_BINARY_TREE = 2


@functools.cache
def program(*, gpu: bool = False) -> bytes:
    """The filter as BPF bytes. gpu: with what CUDA needs. Raises: CourseError where libseccomp is missing."""
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
        for bit in (1 << place for place in range(8, 16)):  # all requests that differ from a terminal's
            add(seccomp.ALLOW, "ioctl", masked(1, bit, bit & ~_TERMINAL))
    else:
        add(seccomp.ALLOW, "mmap", masked(3, _MAP_SHARED | _MAP_HUGETLB, 0))
        add(seccomp.ALLOW, "mmap", masked(3, _MAP_ANONYMOUS | _MAP_HUGETLB, 0))
    with contextlib.suppress(OSError):  # before libseccomp 2.5 the filter is as right, and a little slower to load
        filter_.set_attr(seccomp.Attr.CTL_OPTIMIZE, _BY_BINARY_TREE)
    with tempfile.TemporaryFile() as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()
