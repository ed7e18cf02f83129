"""The system-call filter: calls of honest work are allowed; any other call seems to be unknown to the kernel."""

import ctypes
import errno
import os
import platform
import sys

import pytest

from autograder.sandbox import seccomp
from autograder.sandbox.child import confine

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="calls are made here by their numbers on x86-64"
)
AF_NETLINK = 16


def answers(program, *calls):
    """The error numbers of these system calls, given as (number, arguments ...), under the filter; 0 for success."""
    read, write = os.pipe()
    if (pid := os.fork()) == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        confine.prctl(confine.PR_SET_NO_NEW_PRIVS, 1)
        confine.load_filter(program)
        for number, *arguments in calls:
            words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
            failed = libc.syscall(ctypes.c_long(number), *words) == -1
            os.write(write, bytes([ctypes.get_errno() if failed else 0]))
        os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)
    with os.fdopen(read, "rb") as said:
        return [errno.errorcode.get(number, "done") for number in said.read()]


# Numbers, with arguments that are harmless without a filter.
OUT = {
    "vmsplice": (278, -1, 0, 0, 0), "splice": (275, -1, 0, -1, 0, 0, 0), "tee": (276, -1, -1, 0, 0),
    "sendfile": (40, -1, -1, 0, 0), "copy_file_range": (326, -1, 0, -1, 0, 0, 0), "memfd_create": (319, 0, 0),
    "io_setup": (206, 0, 0), "io_uring_setup": (425, 0, 0), "inotify_init": (253,), "inotify_init1": (294, -1),
    "fanotify_init": (300, -1, 0), "epoll_create1": (291, -1), "timer_create": (222, -1, 0, 0),
    "mincore": (27, 1, 0, 0), "cachestat": (451, -1, 0, 0, 1), "preadv2": (327, -1, 0, 0, 0, 0, 8),
    "readahead": (187, -1, 0, 0), "flock": (73, -1, 8), "open_tree_attr": (467, -1, 0, 0, 0, 0),
    "a call that no kernel has": (511, 0, 0),
}  # fmt: skip
F_GETLK, F_SETLK, F_SETLKW, F_SETSIG, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ = 5, 6, 7, 10, 1024, 1026, 1031
F_OFD_SETLK, F_ADD_SEALS = 37, 1033


@pytest.mark.parametrize("gpu", [False, True])
def test_what_is_not_listed_does_not_seem_to_exist(gpu):
    calls = {name: call for name, call in OUT.items() if not (gpu and name.startswith("epoll"))}
    got = answers(seccomp.program(gpu=gpu), *calls.values())
    assert dict(zip(calls, got, strict=True)) == dict.fromkeys(calls, "ENOSYS")


@pytest.mark.parametrize("high", [0, 1 << 32])
def test_of_fcntl_only_flags_and_copies_of_descriptors_are_allowed(high):
    refused = [F_GETLK, F_SETLK, F_SETLKW, F_OFD_SETLK, F_SETSIG, F_SETLEASE, F_NOTIFY, F_SETPIPE_SZ, F_ADD_SEALS]
    got = answers(seccomp.program(), *((72, 1, command + high, 0) for command in (*refused, 1, 3)))
    assert got == ["ENOSYS"] * len(refused) + ["done", "done"]


SO_TYPE, SO_SNDBUF, SO_SNDBUFFORCE, SO_RCVBUF, SO_PEERPIDFD, SO_PASSPIDFD = 3, 7, 32, 8, 77, 76


@pytest.mark.parametrize("high", [0, 1 << 32])
def test_a_socket_stays_as_large_as_it_is_and_gives_no_descriptor_of_a_process(high):
    sets = [(54, -1, 1, option + high, 0, 0) for option in (SO_SNDBUF, SO_RCVBUF, SO_SNDBUFFORCE, SO_PASSPIDFD)]
    gets = [(55, -1, 1, option + high, 0, 0) for option in (SO_PEERPIDFD, SO_PASSPIDFD, SO_SNDBUF, SO_TYPE)]
    assert answers(seccomp.program(), *sets, *gets) == ["ENOSYS"] * 6 + ["EBADF"] * 2


@pytest.mark.parametrize("call", [41, 53], ids=["socket", "socketpair"])
@pytest.mark.parametrize("flags", [0, 1 << 11, 1 << 19, 1 << 32], ids=["none", "nonblocking", "close on exec", "high"])
def test_there_are_no_datagrams(call, flags):
    kinds = answers(seccomp.program(), *((call, 1, kind + flags, 0, 0) for kind in (1, 5, 2, 3)))
    assert [said == "ENOSYS" for said in kinds] == [False, False, True, True]


@pytest.mark.parametrize("high", [0, 1 << 32])
def test_nothing_is_sent_or_received_out_of_band(high):
    calls = [(number, -1, 0, 0, flags + high, 0, 0) for number in (44, 45) for flags in (1, 0x4001, 0x4000)]
    calls += [(number, -1, 0, flags + high) for number in (46, 47) for flags in (1, 0x4001, 0x4000)]
    assert answers(seccomp.program(), *calls) == ["ENOSYS", "ENOSYS", "EBADF"] * 4


@pytest.mark.parametrize(
    ("what", "flags", "said"),
    [
        ("private", 0x22, "done"),
        ("private, huge", 0x40022, "ENOSYS"),
        ("shared", 0x21, "ENOSYS"),
        ("shared, checked", 0x23, "ENOSYS"),
        ("shared, of a file", 0x01, "EBADF"),
        ("shared, of a file, huge", 0x40001, "ENOSYS"),
    ],
)
def test_memory_that_can_be_let_go_of_and_kept_is_not_given(what, flags, said):
    assert answers(seccomp.program(), (9, 0, 4096, 3, flags, -1, 0)) == [said]


def test_with_a_gpu_memory_may_be_pinned_and_drivers_asked_but_no_terminal():
    calls = [(9, 0, 4096, 3, 0x21, -1, 0), (16, 1, 0x4601, 0), (16, 1, 0x30000001, 0), (16, 1, 0x5412, 0)]
    got = answers(seccomp.program(gpu=True), *calls, (16, 1, 0x541C, 0), (16, 1, (1 << 32) + 0x5412, 0))
    assert got[0] == "done"
    assert "ENOSYS" not in got[1:3]
    assert got[3:] == ["ENOSYS"] * 3


@pytest.mark.parametrize("high", [0, 1 << 32])
def test_no_process_is_made_in_new_namespaces_or_above_its_parent(high):
    flags = [0x80, 0x20000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000, 0x1000, 0x8000]
    got = answers(seccomp.program(), *((56, each + high + 17, 0, 0, 0, 0) for each in flags))
    assert set(got) == {"ENOSYS"}


def test_sockets_are_of_the_machine_s_own_kind_only():
    got = answers(seccomp.program(), *((41, family, 1, 0) for family in (1, 2, 10, AF_NETLINK, 40, 1 << 32 | 16)))
    assert got == ["done", *["EAFNOSUPPORT"] * 5]


def test_its_own_limits_may_be_lowered_and_no_other_s():
    assert answers(seccomp.program(), (302, 0, 7, 0, 0), (302, os.getpid(), 7, 0, 0)) == ["done", "ENOSYS"]


def test_another_libseccomp_without_an_optimizer_makes_a_filter_too(monkeypatch):
    import pyseccomp

    def refuse(*_):
        raise OSError(errno.EINVAL, "unknown attribute")

    monkeypatch.setattr(pyseccomp.SyscallFilter, "set_attr", refuse)
    assert answers(seccomp.program.__wrapped__(), (39,), (278, -1, 0, 0, 0)) == ["done", "ENOSYS"]
