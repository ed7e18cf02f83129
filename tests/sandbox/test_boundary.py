"""What hostile code inside bubblewrap can see, reach and send. Each attempt is a separate submission."""

import os
import pickle
import socket
import struct
import threading
from pathlib import Path

import numpy as np
import pytest

from autograder.errors import Crashed, Failure, Timeout
from autograder.sandbox.child.wire import Reference, encode
from autograder.sandbox.namespace import Namespace
from tests.sandbox.conftest import student, submission

SYSCALL = """
import ctypes, errno, platform
assert platform.machine() == "x86_64"
libc = ctypes.CDLL(None, use_errno=True)
def syscall(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    return "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
"""
x86_64 = pytest.mark.skipif(os.uname().machine != "x86_64", reason="system calls by their x86-64 numbers")


# Files


def test_nothing_of_the_host_but_python_and_libraries_is_there(bubblewrap, tmp_path):
    (tmp_path / "secret").write_text("x")
    here = Path(__file__).resolve()
    hidden = [
        str(tmp_path / "secret"), str(here), str(here.parents[2] / "course.yml"), str(here.parents[2] / "solutions"),
        str(Path.home() / ".bashrc"), str(Path.home() / ".ssh"), "/etc/passwd", "/etc/shadow", "/etc/hostname",
        "/var", "/run", "/sys", "/dev/pts", "/dev/mem", "/boot", "/mnt", "/srv", "/usr/local/share", "/usr/src",
    ]  # fmt: skip
    with student(bubblewrap, "import os\ndef seen(paths): return [p for p in paths if os.path.lexists(p)]") as one:
        assert one.seen(hidden) == []
        assert one.seen(["/usr/lib"]) == ["/usr/lib"]  # the search itself works


def test_the_grader_is_not_importable(bubblewrap):
    source = "def f():\n    import autograder"
    with student(bubblewrap, source) as one, pytest.raises(Failure, match="ModuleNotFoundError"):
        one.f()


def test_proc_is_empty(bubblewrap):
    with student(bubblewrap, "import os\ndef f(): return os.listdir('/proc')") as one:
        assert one.f() == []


def test_the_environment_holds_nothing_of_the_host(bubblewrap, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_SECRET", "0123456789abcdef")
    with student(bubblewrap, "import os\ndef f(): return dict(os.environ)") as one:
        environment = one.f()
    assert "AUTOGRADER_SECRET" not in environment
    assert set(environment) <= {
        "HOME", "LANG", "PATH", "MPLBACKEND", "PYTHONHASHSEED", "PYTHONDONTWRITEBYTECODE", "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "CUBLAS_WORKSPACE_CONFIG", "PWD", "LC_CTYPE",
    }  # fmt: skip


def test_no_descriptor_but_the_standard_ones_and_its_own_socket_is_open(bubblewrap):
    source = """
import os
def f():
    found = []
    for fd in range(1 << 12):
        try: os.fstat(fd); found.append(fd)
        except OSError: pass
    return found
"""
    with student(bubblewrap, source) as one:
        assert one.f() == [0, 1, 2, 3]


def test_nothing_outside_tmp_can_be_written(bubblewrap):
    source = """
import os, sys
def f():
    written = []
    places = {"/", "/usr", "/usr/lib", "/dev", "/proc", "/etc", "/grader", "/grader/child", *sys.path}
    for root in [sys.prefix, sys.base_prefix]:
        places |= {root, root + "/lib", root + "/bin"}
    for place in places:
        try:
            open(place + "/x", "w")
            written.append(place)
        except OSError: pass
    return written
def own(): open("/tmp/x", "w").write("x"); open("/dev/shm/y", "w"); return sorted(os.listdir("/tmp"))
"""
    with student(bubblewrap, source) as one:
        assert one.f() == []
        assert one.own() == ["x", "y"]


def test_what_one_submission_leaves_is_gone_for_the_next(bubblewrap):
    leave = """
import os, sys, time, socket, builtins, numpy as np
open("/tmp/left", "w"); open("/dev/shm/left", "w")
if os.fork() == 0:
    os.setsid()
    s = socket.socket(socket.AF_UNIX); s.bind(b"\\0left"); s.listen()
    time.sleep(600)
np.zeros = None
builtins.left = sys.left = 1
def f(): return 1
"""
    look = """
import os, sys, socket, builtins, numpy as np
def f():
    found = os.listdir("/tmp") + os.listdir("/dev/shm") + [m for m in (builtins, sys) if hasattr(m, "left")]
    try: socket.socket(socket.AF_UNIX).connect(b"\\0left"); found.append("socket")
    except OSError: pass
    try: os.kill(-1, 0); found.append("process")
    except ProcessLookupError: pass
    return found, os.getpid(), np.zeros(1)
"""
    with student(bubblewrap, leave) as one:
        assert one.f() == 1
    with student(bubblewrap, look) as one:
        found, pid, zeros = one.f()
    assert set(found) <= {"process"}  # its own loader and itself
    assert pid <= 3
    assert zeros.tolist() == [0]


# Network


def test_a_service_of_the_host_cannot_be_reached(bubblewrap):
    source = """
import socket
def tcp(port, family, host):
    try: socket.socket(family).connect((host, port)); return "reached"
    except OSError as error: return type(error).__name__
def abstract(name):
    try: socket.socket(socket.AF_UNIX).connect(b"\\0" + name); return "reached"
    except OSError as error: return type(error).__name__
def packet():
    try: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW); return "made"
    except OSError as error: return type(error).__name__
"""
    name = f"autograder-{os.getpid()}".encode()
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(b"\0" + name)
        unix.listen()
        with socket.create_connection(tcp.getsockname()), socket.socket(socket.AF_UNIX) as probe:
            probe.connect(b"\0" + name)  # both can be reached from outside the sandbox
        with student(bubblewrap, source) as one:
            assert one.tcp(tcp.getsockname()[1], int(socket.AF_INET), "127.0.0.1") == "OSError"
            assert one.tcp(53, int(socket.AF_INET), "8.8.8.8") == "OSError"
            assert one.abstract(name) == "ConnectionRefusedError"
            assert one.packet() == "OSError"


# Processes and privileges


def test_no_process_outside_can_be_signalled(bubblewrap):
    source = """
import os, signal
def f():
    reached = []
    for pid in range(2, 1 << 16):
        if pid != os.getpid():
            try: os.kill(pid, 0); reached.append(pid)
            except OSError: pass
    return reached, os.getppid()
def bad():
    try: os.kill(-1, signal.SIGKILL)
    except ProcessLookupError: return "nobody else"
"""
    with submission(bubblewrap, source) as opened:
        with opened.check(20) as exchange:
            reached, parent = Namespace(exchange).f()
            assert (reached, parent) == ([], 1)
        for _ in range(2):
            with opened.check(20) as exchange:
                assert Namespace(exchange).bad() == "nobody else"


@x86_64
def test_it_is_an_ordinary_user_without_capabilities(bubblewrap):
    source = (
        SYSCALL
        + """
import os
def f():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*[7] * 6)
    assert syscall(125, header, data) == "done"
    return list(data), os.getresuid(), os.getresgid(), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0)
def root():
    try: os.setuid(0)
    except OSError as error: return type(error).__name__
"""
    )
    with student(bubblewrap, source) as one:
        capabilities, uids, gids, no_new_privileges, seccomp = one.f()
        assert capabilities == [0] * 6
        assert 0 not in uids
        assert 0 not in gids
        assert (no_new_privileges, seccomp) == (1, 2)
        assert one.root() in ("PermissionError", "OSError")  # EINVAL: that user does not exist here


REFUSED = {
    "ptrace": (101, 16, 1), "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "mount": (165, 0, 0, 0, 0, 0),
    "umount2": (166, 0, 2), "unshare user": (272, 0x10000000), "unshare mount": (272, 0x20000), "setns": (308, 0, 0),
    "clone newuser": (56, 0x10000011, 0, 0, 0, 0), "clone3": (435, 0, 0), "keyctl": (250, 0, 0xFFFFFFFD, 0),
    "add_key": (248, 0, 0, 0, 0, 0), "bpf": (321, 0, 0, 0), "userfaultfd": (323, 0), "io_uring_setup": (425, 1, 0),
    "perf_event_open": (298, 0, 0, 0, 0, 0), "pidfd_open": (434, 1, 0), "open_by_handle_at": (304, 0, 0, 0),
    "chroot": (161, 0), "pivot_root": (155, 0, 0), "open_tree": (428, 0, 0, 0), "fsopen": (430, 0, 0),
    "memfd_create": (319, 0, 0), "shmget": (29, 0, 1 << 20, 0o1600), "mq_open": (240, 0, 0, 0, 0),
    "kexec_load": (246, 0, 0, 0, 0), "init_module": (175, 0, 0, 0), "personality": (135, 0x0040000),
    "seccomp": (317, 0, 0, 0), "prlimit of pid 1": (302, 1, 7, 0, 0), "sethostname": (170, 0, 0),
    "syslog": (103, 10, 0, 0),
}  # fmt: skip


@x86_64
def test_dangerous_system_calls_are_refused_with_an_error(bubblewrap):
    with student(bubblewrap, SYSCALL + "def f(calls): return {k: syscall(*v) for k, v in calls.items()}") as one:
        got = one.f(REFUSED)
    assert {name: answer for name, answer in got.items() if answer not in ("EPERM", "ENOSYS")} == {}


@x86_64
def test_what_python_needs_is_allowed(bubblewrap):
    source = """
import subprocess, threading, multiprocessing, tempfile, os, time
def f():
    box = []
    thread = threading.Thread(target=lambda: box.append(1)); thread.start(); thread.join()
    with multiprocessing.get_context("fork").Pool(2) as pool: box += pool.map(abs, [-2, -3])
    with tempfile.NamedTemporaryFile() as file: file.write(b"x")
    box.append(subprocess.run(["/bin/echo", "4"], capture_output=True, text=True, check=True).stdout.strip())
    return box
"""
    with student(bubblewrap, source) as one:
        assert one.f() == [1, 2, 3, "4"]


def test_the_32_bit_system_calls_are_closed_too(bubblewrap):
    """`int 0x80` would be the i386 table; x32 numbers have bit 30 set."""
    source = (
        SYSCALL
        + """
def x32(): return syscall(0x40000000 + 101, 16, 1)
def i386():
    import mmap
    code = bytes.fromhex("b814000000cd80c3")  # mov eax, 20 (getpid); int 0x80; ret
    page = mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=7)
    page.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_long)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
"""
    )
    with submission(bubblewrap, source) as opened:
        for name in ("x32", "i386"):
            with pytest.raises(Crashed, match=r"SIGSYS|SIGSEGV"), opened.check(20) as exchange:
                getattr(Namespace(exchange), name)()


# Forged messages on its own socket. They may contain any values, but must not break the grader.

HOSTILE = {
    "random": b"\xff" * 64,
    "half a header": b"\1\2\3",
    "4 GB of structure": struct.pack("<IQ", 2**32 - 1, 0),
    "4 GB of arrays": struct.pack("<IQ", 0, 2**32),
    "all the memory": struct.pack("<IQ", 0, 2**64 - 1),
    "no structure": struct.pack("<IQ", 0, 0),
    "pickle": struct.pack("<IQ", 60, 0) + pickle.dumps(os.system).ljust(60, b"."),
    "text": encode("hello").to_bytes(),
    "no list": encode({"value": 1}).to_bytes(),
    "no kind": encode([1]).to_bytes(),
    "empty": encode([]).to_bytes(),
    "unknown kind": encode(["surprise", 1]).to_bytes(),
    "ended": encode(["ended", 0]).to_bytes(),
    "ended by nothing": encode(["ended"]).to_bytes(),
    "ended by a text": encode(["ended", "x"]).to_bytes(),
    "ended by a strange signal": encode(["ended", -(2**63)]).to_bytes(),
    "loaded again": encode(["loaded", [], [], []]).to_bytes(),
    "value of nothing": encode(["value"]).to_bytes(),
    "value without modified": encode(["value", 1]).to_bytes(),
    "modified is an array": encode(["value", 1, np.ones(5)]).to_bytes(),
    "modified is a number": encode(["value", 1, 5]).to_bytes(),
    "modified is nonsense": encode(["value", 1, [10**30, -1, "x", None, [], 1.5]]).to_bytes(),
    "missing nothing": encode(["missing"]).to_bytes(),
    "unsendable nothing": encode(["unsendable"]).to_bytes(),
    "raised nothing": encode(["raised"]).to_bytes(),
    "raised no type": encode(["raised", [], "", "", 0]).to_bytes(),
    "raised at infinity": encode(["raised", ["E"], "", "", float("inf")]).to_bytes(),
    "raised an array": encode(["raised", np.ones(3), np.ones(3), np.ones(3), np.ones(3)]).to_bytes(),
    "raised at a far line": encode(["raised", ["E"], "", "cell 0", 10**30]).to_bytes(),
    "raised numbers": encode(["raised", [1, 2], 3, 4, "5"]).to_bytes(),
    "callback of nothing": encode(["callback"]).to_bytes(),
    "callback without number": encode(["callback", "x", (), {}]).to_bytes(),
    "callback far away": encode(["callback", 10**30, (), {}]).to_bytes(),
    "callback with strange arguments": encode(["callback", 0, 5, 6]).to_bytes(),
    "a reference": encode(["value", Reference("callback", 0, "x" * 5000), []]).to_bytes(),
    "a reference as the kind": encode([Reference("handle", 0)]).to_bytes(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_forged_reply_is_a_failure_and_nothing_worse(bubblewrap, name):
    source = "import os\ndef ok(x): return x\ndef forge(data, f):\n    os.write(3, data)\n    os._exit(0)\n"
    with submission(bubblewrap, source) as opened:
        try:
            with opened.check(1.0) as exchange:
                one = Namespace(exchange)
                one.forge(HOSTILE[name], lambda: 1)
                one.ok(1)
        except Failure:
            pass
        # Whatever was left in the socket, the submission still answers, at the latest after it was loaded again.
        answers = []
        for _ in range(3):
            try:
                with opened.check(5.0) as exchange:
                    answers.append(Namespace(exchange).ok(5))
            except Failure:
                continue
        assert 5 in answers


@pytest.mark.parametrize("name", HOSTILE)
def test_a_forged_word_while_loading_is_a_failure_and_nothing_worse(bubblewrap, name):
    source = f"import os\nos.write(3, bytes.fromhex('{HOSTILE[name].hex()}'))\ndef ok(x): return x\n"
    with submission(bubblewrap, source, load_s=0.5) as opened:
        try:
            with opened.check(1.0) as exchange:
                Namespace(exchange).ok(1)
        except Failure:
            pass


LOADED = {
    "names are an array": ["loaded", np.zeros(1 << 20, np.int8), [], []],
    "problems are an array": ["loaded", [], np.zeros((1 << 20, 4, 1), np.int8), []],
    "what was put back is an array": ["loaded", [], [], np.zeros((1 << 20, 3), np.int8)],
    "what was put back is a number": ["loaded", [], [], [5]],
    "what was put back is nowhere": ["loaded", [], [], [["f", "cell 1", None]]],
    "a problem is a number": ["loaded", [], [5], []],
    "a problem is at infinity": ["loaded", [], [[["E"], "", "", float("inf")]], []],
    "a problem has no type": ["loaded", [], [[[], "", "", 1]], []],
    "types are a dict": ["loaded", [], [[{"a": 1}, "", "", 1]], []],
    "nothing": ["loaded"],
}


@pytest.mark.parametrize("name", LOADED)
def test_a_forged_end_of_loading_is_a_failure(bubblewrap, name):
    data = encode(LOADED[name])
    source = (
        f"import os\nhead = bytes.fromhex('{(data.to_bytes()[: 12 + len(data.structure)]).hex()}')\n"
        f"data = head + bytes({len(data.buffers)})\nwhile data: data = data[os.write(3, data):]\n"
    )
    with submission(bubblewrap, source) as opened, pytest.raises(Crashed, match="ended unexpectedly"):
        opened.load()


def test_replies_in_advance_give_wrong_values_at_most(bubblewrap):
    source = """
import os
def flood(data):
    for _ in range(100): os.write(3, data)
    return 1
def ok(x): return x
"""
    forged = encode(["value", "forged", []]).to_bytes()
    with submission(bubblewrap, source) as opened:
        with opened.check(5.0) as exchange:
            one = Namespace(exchange)
            assert one.flood(forged) == "forged"
            assert one.ok(1) == "forged"  # a value for its own call, for the check to judge
        with opened.check(5.0) as exchange:
            assert Namespace(exchange).ok(2) == 2


def test_a_writer_that_never_ends_is_a_timeout(bubblewrap):
    source = "import os\ndef f(data, g):\n    while True: os.write(3, data)\ndef ok(x): return x"
    callback = encode(["callback", 0, (), {}]).to_bytes()
    with submission(bubblewrap, source) as opened:
        with pytest.raises((Timeout, Crashed)), opened.check(0.5) as exchange:
            Namespace(exchange).f(callback, lambda: 1)
        with opened.check(5.0) as exchange:
            assert Namespace(exchange).ok(1) == 1


def test_a_callback_cannot_be_made_to_call_what_the_check_did_not_pass(bubblewrap):
    source = "import os, time\ndef f(data, g):\n    os.write(3, data)\n    time.sleep(0.3)\n    return 0"
    called = threading.Event()
    question = encode(["callback", 1, (), {}]).to_bytes()
    with student(bubblewrap, source, timeout_s=5) as one:
        one.f(question, lambda: called.set())  # number 0
    assert not called.is_set()
