"""The system-call filter of the bubblewrap backend, compiled once by the grader and loaded by each submission.

What ordinary Python, numpy and torch need is allowed; what reaches other processes, the kernel's less-used surface,
mounts and namespaces is refused with an error that Python can raise.
"""

from __future__ import annotations

import errno
import functools
import tempfile

from autograder.errors import CourseError

_REFUSED = """
ptrace process_vm_readv process_vm_writev process_madvise kcmp pidfd_getfd pidfd_open pidfd_send_signal
mount umount umount2 pivot_root chroot move_mount open_tree fsopen fsconfig fsmount fspick mount_setattr
unshare setns swapon swapoff reboot kexec_load kexec_file_load init_module finit_module delete_module
add_key request_key keyctl bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register
open_by_handle_at name_to_handle_at quotactl quotactl_fd acct syslog settimeofday clock_settime clock_adjtime adjtimex
personality lookup_dcookie nfsservctl vhangup ioperm iopl modify_ldt sethostname setdomainname
memfd_create memfd_secret shmget msgget semget mq_open fanotify_init fanotify_mark
landlock_create_ruleset seccomp mbind migrate_pages move_pages set_mempolicy
""".split()  # noqa: SIM905  (a list of this length reads best so)
_NAMESPACE_FLAGS = (0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x80)
_AF_UNIX, _AF_INET, _AF_INET6 = 1, 2, 10
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C


@functools.cache
def program() -> bytes:
    """The filter as BPF bytes. Raises CourseError where libseccomp is missing."""
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise CourseError(
            f"the system-call filter cannot be built ({error}); install libseccomp (Debian: apt install libseccomp2) "
            "and pyseccomp, or pass --isolation process for work that you trust"
        ) from error
    refuse = seccomp.ERRNO(errno.EPERM)
    filter_ = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in _REFUSED:
        if seccomp.resolve_syscall(seccomp.system_arch(), name) >= 0:
            filter_.add_rule(refuse, name)
    # Its own limits a process may lower, another's it may not touch.
    filter_.add_rule(refuse, "prlimit64", seccomp.Arg(0, seccomp.NE, 0))
    for flag in _NAMESPACE_FLAGS:
        filter_.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    filter_.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")  # its flags are behind a pointer; libc then uses clone
    refuse_family = seccomp.ERRNO(errno.EAFNOSUPPORT)
    for family in range(46):
        if family not in (_AF_UNIX, _AF_INET, _AF_INET6):
            for name in ("socket", "socketpair"):
                filter_.add_rule(refuse_family, name, seccomp.Arg(0, seccomp.EQ, family))
    for request in (_TIOCSTI, _TIOCLINUX):
        filter_.add_rule(refuse, "ioctl", seccomp.Arg(1, seccomp.MASKED_EQ, 0xFFFFFFFF, request))
    with tempfile.TemporaryFile() as file:
        filter_.export_bpf(file)
        file.seek(0)
        return file.read()
