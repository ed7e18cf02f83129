"""One submission in the sandbox: whatever it does to itself, the grader and the next check continue."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

from autograder.course.course import Limits
from autograder.errors import CourseError, Crashed, Failure, Raised, SandboxLost, Timeout
from autograder.proofs.attack.traces import descendants
from autograder.sandbox import Program, Sandbox, connection, template
from autograder.sandbox.child import census
from autograder.sandbox.child.channel import Disconnected
from autograder.sandbox.child.wire import encode
from autograder.sandbox.connection import message_of
from autograder.sandbox.namespace import Handle, Namespace, record_of
from tests.sandbox.conftest import LIMITS, start, student, submission

GOOD = "def ok(x=1):\n    return x\n"
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def call(opened, name, *args, timeout_s=20.0):
    with opened.check(timeout_s) as exchange:
        return getattr(Namespace(exchange), name)(*args)


def wait_until(condition, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def process_with(argument):
    """Whether a process with this argument is running."""
    for entry in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{entry}/cmdline", "rb") as file:
            if argument.encode() in file.read():
                return True
    return False


# What ends a check ends only that check

ENDS = {
    "segv": ("import ctypes\ndef bad(): ctypes.string_at(0)", Crashed, "SIGSEGV"),
    "killed": ("import os\ndef bad(): os.kill(os.getpid(), 9)", Crashed, "SIGKILL"),
    "exit": ("import os\ndef bad(): os._exit(0)", Crashed, "exited (status 0)"),
    "status": ("import os\ndef bad(): os._exit(3)", Crashed, "exited (status 3)"),
    "sys.exit": ("import sys\ndef bad(): sys.exit(0)", Raised, "SystemExit"),
    "recursion": ("def bad(): return bad()", Raised, "RecursionError"),
    "memory": ("import numpy as np\ndef bad(): return np.ones(1 << 28)", Raised, "MemoryError"),
    "mmap": ("import mmap\ndef bad(): mmap.mmap(-1, 2 << 30, flags=0x22)", Raised, "Cannot allocate memory"),
    "reply": ("import numpy as np\ndef bad(): return np.ones(3 << 20)", Failure, "more than 16 MiB of arrays"),
    "lazy": ("import numpy as np\ndef bad(): return np.broadcast_to(0.0, 1 << 40)", Failure, "MiB of arrays"),
    "text": ("def bad(): return 'x' * (2 << 20)", Failure, "use arrays"),
    "deep": ("def bad():\n    x = []\n    for _ in range(99): x = [x]\n    return x", Crashed, "nested deeper"),
    "endless text": ("def bad():\n    while True: print('x' * 1000)", Crashed, "printed more than 2 MiB"),
    "closed socket": ("import os\ndef bad(): os.close(3)", Crashed, ""),
}


@pytest.mark.parametrize("name", ENDS)
def test_what_ends_one_check_has_a_reason_and_leaves_the_next_check_alone(sandbox, name):
    source, error, reason = ENDS[name]
    with submission(sandbox, GOOD, source) as opened:
        with pytest.raises(error) as caught:
            call(opened, "bad")
        assert reason in str(caught.value)
        assert call(opened, "ok", 5) == 5


def test_an_endless_loop_times_out_and_the_next_check_works(sandbox):
    with submission(sandbox, GOOD + "def bad():\n    while True: pass") as opened:
        with pytest.raises(Timeout, match=r"within 0\.3 s"):
            call(opened, "bad", timeout_s=0.3)
        assert call(opened, "ok", 5) == 5


@pytest.mark.usefixtures("idle")
def test_no_late_answer_of_a_timed_out_call_is_taken_for_the_next(sandbox):
    source = GOOD + "import time\ndef late():\n    time.sleep(0.4)\n    return 'late'"
    with submission(sandbox, source) as opened:
        with pytest.raises(Timeout):
            call(opened, "late", timeout_s=0.2)
        time.sleep(0.4)
        assert [call(opened, "ok", i) for i in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(
    ("bad", "kind", "said"),
    [
        ("os._exit(3)", Crashed, "status 3"),
        ("os.kill(os.getpid(), 9)", Crashed, "SIGKILL"),
        ("os.close(3)", Crashed, "exited"),
        ("while True: pass", Timeout, r"within 0\.5 s"),
    ],
)
def test_a_check_that_puts_things_back_does_not_hide_what_has_ended_its_process(sandbox, bad, kind, said):
    most_s = 0.5 if kind is Timeout else 20
    with submission(sandbox, GOOD + f"import os\ndef bad():\n    {bad}") as opened, opened.check(most_s) as exchange:
        with pytest.raises(kind, match=said) as first:
            Namespace(exchange).bad()
        with pytest.raises(kind, match=said) as second:
            Namespace(exchange).ok()
        assert str(first.value) == str(second.value)


def test_a_sandbox_that_was_lost_stays_lost(sandbox, monkeypatch):
    def gone(*args):
        raise Disconnected("the connection was closed")

    def lost(*args):
        raise SandboxLost("ended from outside")

    with submission(sandbox, GOOD) as opened, opened.check(20) as asked:
        with monkeypatch.context() as patch:
            patch.setattr(connection, "receive", gone)
            patch.setattr(opened.load(), "failure_of_end", lost)
            with pytest.raises(SandboxLost, match="from outside"):
                Namespace(asked).ok()
        with pytest.raises(SandboxLost, match="from outside"):
            Namespace(asked).ok()


def test_no_state_passes_from_one_check_to_the_next(sandbox):
    with submission(sandbox, "n = 0\ndef f():\n    global n\n    n += 1\n    return n") as opened:
        with opened.check(20) as exchange:
            one = Namespace(exchange)
            assert (one.f(), one.f()) == (1, 2)
        assert call(opened, "f") == 1


COUNTS = (
    GOOD
    + """
import os, random, threading, time
n = 0
def f():
    global n
    n += 1
    return n
def draw(): return random.random()
def leave(): os._exit(3)
def say(text): print(text)
def apply(g): return g(1)
def end_later():
    def end():
        time.sleep(0.05)
        os._exit(0)
    threading.Thread(target=end).start()
"""
)


@contextlib.contextmanager
def shared(opened, **options):
    with opened.check(20, shared=True, **options) as exchange:
        yield Namespace(exchange, reused=exchange.reused)


def test_shared_checks_follow_one_another_in_one_process(sandbox):
    with submission(sandbox, COUNTS) as opened:
        seen = []
        for _ in range(3):
            with shared(opened) as one:
                seen.append((record_of(one).reused, one.f()))
        assert seen == [(False, 1), (True, 2), (True, 3)]
        assert call(opened, "f") == 1  # a check that is not shared has its own process, and ends the shared one
        with shared(opened) as one:
            assert (record_of(one).reused, one.f()) == (False, 1)


def test_each_shared_check_has_its_seed_and_no_objects_of_another(sandbox):
    with submission(sandbox, COUNTS) as opened:
        drawn = []
        for seed in (1, 2, 1):
            with shared(opened, seed=seed) as one:
                drawn.append(one.draw())
                handle = one.put([])
        assert drawn[0] == drawn[2] != drawn[1]
        with shared(opened) as one, pytest.raises(Raised, match="IndexError"):
            one.ok(handle.reference)


def test_what_ends_a_shared_process_ends_one_check(sandbox):
    with submission(sandbox, COUNTS) as opened:
        for _ in range(3):
            with shared(opened) as one:
                assert one.ok(5) == 5
            with shared(opened) as one:
                assert record_of(one).reused
                with pytest.raises(Crashed, match="status 3"):
                    one.leave()
            with shared(opened) as one:
                assert (record_of(one).reused, one.f()) == (False, 1)


def test_a_shared_process_that_ends_between_two_checks_gives_no_wrong_answers(sandbox):
    with submission(sandbox, COUNTS) as opened:
        with shared(opened) as one:
            one.end_later()
        time.sleep(0.3)
        with shared(opened) as one, pytest.raises(Crashed, match="exited"):
            one.ok(1)
        for value in range(2, 5):
            with shared(opened) as one:
                assert one.ok(value) == value
            assert call(opened, "ok", -value) == -value


def test_a_shared_check_that_stops_in_a_callback_leaves_the_next_a_new_process(sandbox):
    def refuse(x):
        raise Failure("not like this")

    with submission(sandbox, COUNTS) as opened:
        with shared(opened) as one, pytest.raises(Failure, match="not like this"):
            one.apply(refuse)
        with shared(opened) as one:
            assert (record_of(one).reused, one.apply(lambda x: x + 1)) == (False, 2)
        with shared(opened) as one:
            assert record_of(one).reused


def test_what_shared_checks_print_is_kept_until_it_is_sealed(sandbox):
    with submission(sandbox, COUNTS) as opened:
        for text in ("one", "two"):
            with shared(opened) as one:
                one.say(text)
        opened.seal()
        assert opened.output == "one\ntwo\n"
        with shared(opened) as one:
            one.say("three")
        opened.stop()
        assert opened.output == "one\ntwo\n"


TELLS = """
import os
KEPT = os.path.exists("/tmp") and f"{os.getpid()} {os.times().elapsed}"
def ends(): os.write(3, b"\\xff" * 100)
exec(f"def of_{KEPT.replace(' ', '_').replace('.', '_')}(): pass")
print(KEPT)
raise RuntimeError(KEPT)
"""


@pytest.mark.parametrize("sealed", [True, False])
def test_what_a_submission_says_of_itself_when_it_is_loaded_again_counts_until_it_is_sealed(sandbox, sealed):
    with submission(sandbox, GOOD, TELLS) as opened:
        call(opened, "ok")

        def said():
            return opened.problems, opened.names, opened.restored, opened.loads

        if sealed:
            opened.seal()
        before, printed = said(), opened.output
        with contextlib.suppress(Failure):
            call(opened, "ends")
        assert call(opened, "ok", 2) == 2  # loaded again
        opened.stop()
        assert (said() == before) == sealed
        assert (opened.output == printed) == sealed


def test_unseeded_randomness_is_the_same_each_time(sandbox):
    source = "import random, numpy as np\ndef f(): return [random.random(), np.random.rand()]"
    with submission(sandbox, source) as opened:
        got = []
        for seed in (1, 1, 2):
            with opened.check(20, seed) as exchange:
                got.append(Namespace(exchange).f())
    assert got[0] == got[1]
    assert got[0] != got[2]


def test_only_the_students_time_counts(sandbox):
    with student(sandbox, GOOD + "def f(g): return g(2)", timeout_s=1.0) as one:
        for _ in range(3):
            time.sleep(0.4)
            assert one.f(lambda x: (time.sleep(0.2), x)[1]) == 2


def test_endless_callbacks_end_although_their_time_is_ours(sandbox):
    source = "def f(g):\n    while True: g()"
    with student(sandbox, source, timeout_s=1.0) as one, pytest.raises(Timeout):
        one.f(lambda: time.sleep(0.2))


@pytest.mark.usefixtures("idle")
def test_a_submission_that_has_used_up_its_time_is_not_run_again(sandbox):
    with submission(sandbox, GOOD + "def bad():\n    while True: pass", submission_s=1.0) as opened:
        with pytest.raises(Timeout):
            call(opened, "bad")
        with pytest.raises(Timeout, match="used up its 1 seconds"):
            call(opened, "ok")


# Loading

AT_LOAD = {
    "crash": ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
    "exit": ("import os; os._exit(0)", "ended unexpectedly"),
    "hang": ("while True: pass", "within 2 s"),
}


@pytest.mark.parametrize("name", AT_LOAD)
def test_a_cell_that_ends_the_process_costs_only_itself(sandbox, name):
    source, reason = AT_LOAD[name]
    with submission(sandbox, "a = 1", source, GOOD, load_s=2) as opened:
        assert call(opened, "ok", 5) == 5
        assert {"a", "ok"} <= opened.names
        (problem,) = opened.problems
        assert problem.label == "cell 1"
        assert reason in problem.message


def test_a_cell_that_raises_is_recorded(sandbox):
    with submission(sandbox, "a = 1\n1 / 0", GOOD) as opened:
        assert call(opened, "ok") == 1
        (problem,) = opened.problems
        assert (problem.types[0], problem.label, problem.line) == ("ZeroDivisionError", "cell 0", 2)


def test_a_cell_that_hangs_when_tried_again_is_the_one_left_out(sandbox):
    with submission(sandbox, "go\nwhile True: pass", "go = 1", GOOD, load_s=2) as opened:
        assert call(opened, "ok", 5) == 5
        assert [problem.label for problem in opened.problems] == ["cell 0"]


def test_a_submission_that_cannot_be_loaded_fails_each_check_without_a_new_attempt(sandbox):
    with submission(sandbox, "import os; os._exit(1)") as opened:
        for _ in range(2):
            with pytest.raises(Crashed) as caught, opened.check(20):
                pass
            assert "ended unexpectedly" in str(caught.value)
        assert opened._connection.closed


def test_three_cells_that_crash_are_enough(sandbox):
    with submission(sandbox, *["import os; os._exit(1)"] * 4, GOOD) as opened, pytest.raises(Crashed):
        opened.load()


# Memory, processes, output


def test_forked_processes_share_one_memory_limit(bubblewrap):
    source = """
import os, time, numpy as np
def bad():
    for _ in range(8):
        if os.fork() == 0:
            x = np.ones(200 << 17)
            time.sleep(60)
            os._exit(0)
    time.sleep(60)
"""
    with submission(bubblewrap, GOOD, source) as opened:
        with pytest.raises(Crashed, match="more than 512 MiB of memory"):
            call(opened, "bad")
        assert call(opened, "ok", 5) == 5


def test_processes_that_take_long_to_be_counted_count_as_the_most_that_they_can_be(monkeypatch):
    counted = census.Census(-1, 0)
    monkeypatch.setattr(census, "COUNT_S", 0.2)
    monkeypatch.setattr(counted, "_sockets", lambda: 0)
    monkeypatch.setattr(counted, "_processes", lambda: {str(pid): {b"RssAnon": b"1024 kB"} for pid in range(50)})
    monkeypatch.setattr(counted, "_share_kib", lambda path: 0)
    assert counted.memory_mib(8) == 0
    assert counted.memory_mib(100) == 50
    monkeypatch.setattr(counted, "_share_kib", lambda path: time.sleep(0.1) or 0)
    assert 40 <= counted.memory_mib(8) < 50


def test_a_process_whose_first_thread_has_ended_has_its_memory_all_the_same():
    program = """
import ctypes, threading, time
def hold():
    kept = bytearray(64 << 20)
    time.sleep(0.1)
    print(1, flush=True)
    input()
threading.Thread(target=hold).start()
ctypes.CDLL(None).pthread_exit(None)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        proc = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY)
        counted = census.Census(proc, process.pid)
        assert counted.memory_mib(1) > 60  # exact
        assert counted.memory_mib(1000) > 60  # upper bound
        os.close(proc)
        process.communicate(b"\n")


def test_a_supervisor_that_is_late_is_no_fault_of_ours(sandbox, monkeypatch):
    source = "import os, socket, time\ndef bad():\n    socket.socket(fileno=3).shutdown(2)\n    time.sleep(9)"
    with submission(sandbox, source) as opened:
        opened.load()
        monkeypatch.setattr(connection, "_REPORT_S", 1e-6)
        monkeypatch.setattr(connection, "PATIENCE_S", 0.0)
        with pytest.raises(Crashed, match="without an answer"):
            call(opened, "bad")


def test_pages_shared_by_a_fork_count_once_until_they_are_written(bubblewrap):
    source = """
import os, time, numpy as np
def forks():
    x = np.ones(300 << 17)
    pids = []
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            time.sleep(0.4)
            os._exit(0)
        pids.append(pid)
    for pid in pids:
        os.waitpid(pid, 0)
    return len(pids)
def written():
    x = np.ones(300 << 17)
    for _ in range(3):
        if os.fork() == 0:
            x += 1
            time.sleep(60)
    time.sleep(60)
"""
    with submission(bubblewrap, source) as opened:
        assert call(opened, "forks") == 3
        with pytest.raises(Crashed, match="of memory"):
            call(opened, "written")


@pytest.mark.parametrize(("load", "loaded"), [(0.0, False), (100.0, True)])
def test_on_a_busy_machine_loading_has_more_of_the_clock(process, monkeypatch, load, loaded):
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    with student(
        process, "def ok(): return 1", "import time; time.sleep(2.5)\ndef late(): return 2", load_s=1.5
    ) as names:
        assert names.ok() == 1
        if loaded:
            assert names.late() == 2
        else:
            with pytest.raises(Failure, match="late is not defined"):
                names.late()


def test_on_a_busy_machine_a_check_and_a_submission_have_more_of_the_clock(process, monkeypatch):
    load = 0.0
    monkeypatch.setattr(os, "getloadavg", lambda: (load, 0.0, 0.0))
    source = "import time\ndef wait(seconds):\n    time.sleep(seconds)\n    return seconds"
    with submission(process, source, submission_s=4.0) as opened:
        with pytest.raises(Timeout, match="no answer within 1 s"):
            call(opened, "wait", 1.5, timeout_s=1.0)
        load = 100.0
        assert call(opened, "wait", 1.5, timeout_s=1.0) == 1.5
        assert call(opened, "wait", 2.5, timeout_s=2.0) == 2.5  # five seconds by the clock so far, of four
        with pytest.raises(Timeout):
            call(opened, "wait", 60.0, timeout_s=20.0)  # now the time is used up


def test_on_a_busy_processor_the_supervisor_comes_before_the_submission(sandbox):
    with student(sandbox, "def ok(): return 1") as names:
        assert names.ok() == 1
        niceness = {process.nice() for process in psutil.Process().children(recursive=True)}
    assert max(niceness) - min(niceness) == (10 if os.geteuid() == 0 else 5)


def test_a_submission_cannot_come_before_others(bubblewrap):
    source = "import os\ndef rise(n): os.setpriority(os.PRIO_PROCESS, 0, n)"
    with student(bubblewrap, source) as names, pytest.raises(Raised, match="OSError"):
        names.rise(-1)


def test_a_fork_bomb_meets_the_limit_on_processes_and_ends_with_its_check(bubblewrap):
    source = """
import os, time
def bomb():
    n = 0
    while True:
        try:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            n += 1
        except OSError as error:
            return [n, type(error).__name__]
def spread():
    while True:
        try: os.fork()
        except OSError: pass
"""
    with submission(bubblewrap, GOOD, source, processes=20) as opened:
        count, error = call(opened, "bomb")
        assert (count <= 20, error) == (True, "BlockingIOError")
        with pytest.raises(Timeout):
            call(opened, "spread", timeout_s=0.5)
        subprocess.run([sys.executable, "-c", ""], check=True)  # the machine still works
        assert call(opened, "ok", 5) == 5


def test_what_is_printed_is_collected_from_loading_and_from_checks(sandbox):
    source = (
        GOOD + "import os, sys\nprint('at load')\ndef f():\n    print('in check')\n    sys.stderr.write('to stderr')"
    )
    with submission(sandbox, source) as opened:
        call(opened, "f")
        opened.stop()
        assert "at load" in opened.output
        assert "in check" in opened.output
        assert "to stderr" in opened.output


def test_only_the_beginning_of_the_output_is_kept(sandbox):
    with submission(sandbox, GOOD + "print('first', 'x' * (1 << 20))", output_kib=1) as opened:
        call(opened, "ok")
        opened.stop()
        assert opened.output.startswith("first")
        assert len(opened.output) <= 1024


def test_output_that_is_no_text_is_replaced(sandbox):
    source = GOOD + "import os\nos.write(1, b'\\xff\\x00\\x1b' * 1000)"
    with submission(sandbox, source, output_kib=1) as opened:
        call(opened, "ok")
        assert opened.stop() == "stopped"
        assert opened.output.startswith("\ufffd\0\x1b")


def test_the_disk_is_limited(bubblewrap):
    source = """
def fill():
    try:
        for i in range(9):
            with open(f'/tmp/{i}', 'wb') as f: f.write(bytes(1 << 20))
    except OSError as error:
        return [i, type(error).__name__]
"""
    with student(bubblewrap, source, tmp_mib=4) as one:
        assert one.fill() == [4, "OSError"]


# Calls


def test_handles_modified_inputs_and_put_work_across_the_boundary(sandbox):
    source = """
class Layer:
    def __init__(self, w): self.w = w
    def forward(self, x): return self.w @ x, {1, 2}
def scale(a, d):
    a *= 2
    d['m'] += 1
def update(config): config['t'] = 1
"""
    with student(sandbox, source) as one:
        layer = one.Layer(np.eye(2))
        assert isinstance(layer, Handle)
        out, cache = layer.forward(np.array([1.0, 2.0]))
        assert out.tolist() == [1, 2]
        assert repr(cache) == "<an object of type set>"
        assert layer.get("w").tolist() == [[1, 0], [0, 1]]
        kept = np.ones(2)
        one.scale(kept, {"m": np.zeros(1), "v": np.zeros(1)})
        assert kept.tolist() == [1, 1]
        assert one.scale.modified == ("args[0]", "args[1][m]")
        config = one.put({"lr": 0.1})
        one.update(config)
        assert config.value() == {"lr": 0.1, "t": 1}


def test_callbacks_nest_and_raise_across_the_boundary(sandbox):
    source = """
def twice(f, x): return f(f(x))
def deeper(f): return f(lambda y: y + 1)
def catches(f):
    try: f()
    except ZeroDivisionError as error: return str(error)
def wrong(f): return f(1, 2, 3, nonsense=4)
"""
    with student(sandbox, source) as one:
        assert one.twice(lambda x: 3 * x, 2) == 18
        assert one.twice(lambda x: one.twice(lambda y: y + 1, x), 0) == 4
        assert one.deeper(lambda handle: handle(41)) == 42
        assert one.catches(lambda: 1 / 0) == "division by zero"
        with pytest.raises(Raised, match="wrong raised TypeError"):
            one.wrong(lambda x: x)


def test_after_a_failed_call_inside_a_callback_the_check_may_go_on(sandbox):
    source = GOOD + "def f(g): return g(1)\ndef bad(x): raise ValueError('no')"
    with student(sandbox, source) as one:
        with pytest.raises(Raised, match="bad raised ValueError"):
            one.f(lambda x: one.bad(x))
        assert one.ok(5) == 5


def test_a_failure_inside_a_callback_ends_the_check_and_not_the_session(sandbox):
    def refuse(x):
        raise Failure("not like this")

    with submission(sandbox, GOOD + "def f(g): return g(1)") as opened:
        with pytest.raises(Failure, match="not like this"):
            call(opened, "f", refuse)
        before = opened.load()
        assert call(opened, "ok", 5) == 5
        assert opened.load() is before


# The life of sessions and templates


def test_two_sessions_of_one_sandbox_do_not_see_each_others_files(bubblewrap):
    write = "import os\nfor d in ('/tmp', '/dev/shm'): open(d + '/secret', 'w').write('x')\n"
    read = "import os\ndef f(): return os.listdir('/tmp') + os.listdir('/dev/shm')\n"
    with submission(bubblewrap, write + read) as first, submission(bubblewrap, read) as second:
        assert call(first, "f") == ["secret", "secret"]
        assert call(second, "f") == []
    with submission(bubblewrap, read) as later:
        assert call(later, "f") == []


def test_two_sessions_of_one_sandbox_do_not_reach_each_other_by_socket(bubblewrap):
    serve = "import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind(b'\\0meet')\ns.listen()\n" + GOOD
    connect = "import socket\ndef f(): socket.socket(socket.AF_UNIX).connect(b'\\0meet')\n"
    with submission(bubblewrap, serve + connect) as first, submission(bubblewrap, connect) as second:
        assert call(first, "f") is None
        with pytest.raises(Raised, match="ConnectionRefusedError"):
            call(second, "f")


def test_one_sessions_memory_is_not_counted_for_another(bubblewrap):
    hog = "import numpy as np\nx = np.ones(350 << 17)\n" + GOOD
    with submission(bubblewrap, hog) as first, submission(bubblewrap, hog) as second:
        assert (call(first, "ok", 1), call(second, "ok", 2)) == (1, 2)
        time.sleep(0.3)  # several measurements by each supervisor
        assert (call(first, "ok", 1), call(second, "ok", 2)) == (1, 2)


def test_stop_is_idempotent_and_a_stopped_session_loads_anew(sandbox):
    with submission(sandbox, GOOD) as opened:
        assert opened.stop() == "stopped"
        assert call(opened, "ok", 5) == 5
        assert opened.stop() == "stopped"
        assert opened.stop() == "stopped"
        assert call(opened, "ok", 5) == 5


@linux
@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_nothing_is_left_running(isolation):
    source = """
import os, time, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
def daemon():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
def loop():
    while True: pass
"""
    own = descendants(os.getpid())
    with start(isolation) as sandbox:
        with submission(sandbox, GOOD) as opened:
            call(opened, "ok")
        wait_until(lambda: len(descendants(os.getpid()) - own) == (1 if isolation == "process" else 3))
        idle = descendants(os.getpid())
        with submission(sandbox, source) as opened:
            call(opened, "daemon")
            assert descendants(os.getpid()) > idle
            with contextlib.suppress(Timeout):
                call(opened, "loop", timeout_s=0.1)
        wait_until(lambda: descendants(os.getpid()) <= idle)
    wait_until(lambda: descendants(os.getpid()) <= own)


@linux
@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_a_submission_ends_with_its_grader(isolation):
    """The grader is killed while the submission loops, so nobody is left to stop it."""
    if isolation == "bubblewrap":
        start(isolation).close()  # skips where it does not work
    program = f"""
from autograder.sandbox import Program, Sandbox
from autograder.course.settings import Limits
source = "import ctypes, os\\nos.write(1, b'x')\\nwhile True: pass"
with Sandbox({isolation!r}) as sandbox, sandbox.open(Program([("c", "code", source, 1)]), Limits(load_s=600)) as opened:
    print("go", flush=True)
    opened.load()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as grader:
        grader.stdout.readline()
        wait_until(lambda: len(descendants(grader.pid)) >= (4 if isolation == "bubblewrap" else 3))
        below = descendants(grader.pid)
        grader.kill()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in below))


@linux
@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_a_template_that_was_killed_is_replaced(isolation):
    with start(isolation) as sandbox:
        for attempt in range(3):
            with submission(sandbox, GOOD) as opened:
                assert call(opened, "ok", attempt) == attempt
            for pid in descendants(os.getpid()) & (descendants(sandbox._process.pid) | {sandbox._process.pid}):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            # No pause: the next submission may be requested while the template is dying.


def test_a_killed_template_is_replaced_while_another_submission_is_open():
    with start("process") as sandbox, submission(sandbox, GOOD) as first:
        assert call(first, "ok", 1) == 1
        sandbox._process.kill()
        sandbox._process.wait()
        with submission(sandbox, GOOD) as second:
            assert call(second, "ok", 2) == 2
            assert call(first, "ok", 3) == 3


@linux
def test_closing_a_process_sandbox_leaves_no_open_submission_behind():
    own = descendants(os.getpid())
    with start("process") as sandbox:
        fork = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(600)\n"
        opened = sandbox.open(Program([("c", "code", fork + GOOD, 1)]), LIMITS)
        opened.load()
        below = descendants(os.getpid()) - own
    opened.stop()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in below))


def test_close_is_idempotent():
    sandbox = Sandbox("process")
    sandbox.close()
    sandbox.close()


def forked_branch(root):
    """A branch as a forked process requests it: with its own control socket, which is all that it closes."""
    control = root._control
    root._control = control.dup()
    try:
        return root.branch()
    finally:
        root._control = control


@linux
def test_branches_serve_side_by_side_and_end_alone(isolation):
    with start(isolation) as root:
        one = forked_branch(root)
        with submission(root, GOOD) as first, submission(one, GOOD) as second:
            assert (call(first, "ok", 1), call(second, "ok", 2)) == (1, 2)
        one.close()
        with submission(root, GOOD) as again:
            assert call(again, "ok", 3) == 3


@linux
def test_a_branch_that_has_ended_gets_a_template_in_its_place(isolation):
    root = start(isolation)
    process, branch = root._process, forked_branch(root)
    try:
        with submission(branch, GOOD) as opened:
            assert call(opened, "ok", 1) == 1
        assert branch._process is None
        root.close()
        assert process.poll() is not None
        wait_until(branch._hung_up)  # the kernel ends the processes in its namespace a moment later
        with submission(branch, GOOD) as opened:
            assert call(opened, "ok", 2) == 2
        assert branch._process is not None
    finally:
        branch.close()


@linux
def test_a_branch_keeps_to_the_cores_of_its_grader():
    ours = os.sched_getaffinity(0)
    where = "import os\ndef where(): return sorted(os.sched_getaffinity(0))\n"
    with Sandbox("process") as root:
        os.sched_setaffinity(0, {min(ours)})
        try:
            branch = forked_branch(root)
        finally:
            os.sched_setaffinity(0, ours)
        with submission(branch, where) as opened:
            assert call(opened, "where") == [min(ours)]
        branch.close()


def test_a_module_that_is_missing_is_our_fault_and_named():
    with Sandbox("process", ["no_such_module_anywhere"]) as sandbox:
        for _ in range(2):
            with pytest.raises(CourseError, match="No module named 'no_such_module_anywhere'"):
                sandbox.open(Program([("c", "code", GOOD, 1)]), Limits()).load()


def test_a_template_that_cannot_be_asked_is_our_fault(monkeypatch):
    def refuse(*args):
        raise OSError("no more descriptors")

    with Sandbox("process") as sandbox:
        monkeypatch.setattr(template.socket, "send_fds", refuse)
        with pytest.raises(CourseError, match="no more descriptors"):
            sandbox.open(Program([("c", "code", GOOD, 1)]), Limits()).load()


def test_a_sandbox_that_cannot_start_leaves_no_descriptor(monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError("no more processes")

    monkeypatch.setattr(template.subprocess, "Popen", refuse)
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(OSError, match="no more processes"):
        Sandbox("process")
    assert len(os.listdir("/dev/fd")) == before


def test_a_broken_wall_is_our_fault_and_named(bubblewrap, monkeypatch):
    monkeypatch.setattr(template.seccomp, "program", lambda **_: bytes(7 * 8 + 1))
    with pytest.raises(CourseError, match="does not start"), submission(bubblewrap, GOOD) as opened:
        opened.load()


def test_a_template_that_takes_its_time_to_end_is_waited_for_and_says_why():
    dying = Sandbox.__new__(Sandbox)
    dying._control, theirs = socket.socketpair(
        socket.AF_UNIX, socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_STREAM
    )
    last_words = "import os, sys, time; os.close(int(sys.argv[1])); time.sleep(1); sys.exit('No module named torch')"
    command = [sys.executable, "-c", last_words, str(theirs.fileno())]
    dying._process = subprocess.Popen(
        command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, start_new_session=True
    )
    theirs.close()
    assert dying._control.recv(1) == b""
    assert dying.bury() == "No module named torch"


def test_a_module_that_is_not_there_is_named():
    with Sandbox("process", ("numpy", "no_such_module")) as lost, pytest.raises(CourseError, match="no_such_module"):
        submission(lost, GOOD).__enter__().load()


def test_descriptors_do_not_leak_over_many_sessions(sandbox):
    with submission(sandbox, GOOD) as opened:
        call(opened, "ok")
    before = set(os.listdir("/dev/fd"))
    for i in range(200):
        with submission(sandbox, GOOD) as opened:
            assert call(opened, "ok", i) == i
    assert set(os.listdir("/dev/fd")) == before


@linux
@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_the_graders_memory_stays_small_whatever_a_submission_sends(isolation):
    if isolation == "bubblewrap":
        start(isolation).close()  # skips where it does not work
    program = f"""
import resource
from autograder.course.settings import Limits
from autograder.errors import Failure
from autograder.sandbox.namespace import Namespace
from autograder.sandbox import Program, Sandbox
source = '''
import numpy as np, os, struct
def small(): return np.ones(10)
def talk():
    for _ in range(1 << 10): os.write(1, b"x" * (1 << 20))
def large(): return np.ones(2 << 27)
def forged():
    os.write(3, struct.pack("<IQ", 0, 2 << 30))
    for _ in range(2 << 10): os.write(3, bytes(1 << 20))
'''
def run(name):
    with sandbox.open(Program([("c", "code", source, 1)]), Limits(memory_mib=6000)) as opened:
        try:
            with opened.check(60) as exchange:
                getattr(Namespace(exchange), name)()
        except Failure as failure:
            print(failure)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
with Sandbox({isolation!r}) as sandbox:
    normal = run("small")
    print(max(run(name) for name in ("talk", "large", "forged")) - normal)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    talk, large, forged, growth = result.stdout.splitlines()
    assert "printed more than" in talk
    assert "more than 64 MiB of arrays" in large
    assert "more than the allowed 64 MiB" in forged
    assert float(growth) < 300


# Systems that lack features


def test_without_namespaces_prctl_and_packet_sockets_the_process_backend_works(tmp_path):
    """As on macOS: both sides see another platform name."""
    program = f"""
import sys, sysconfig
sysconfig.get_paths()  # before the name is another one
sys.path.insert(0, {os.getcwd()!r})
from autograder.sandbox import Program, Sandbox, backends
sys.platform = "darwin"
original = backends.command
def command(*args):
    arguments, environment = original(*args)
    arguments[-1] = arguments[-1].replace("import sys;", "import sys; sys.platform = 'darwin';")
    return arguments, environment
backends.command = command
from autograder.course.settings import Limits
from autograder.errors import Failure
from autograder.sandbox.namespace import Namespace
source = "import os\\ndef ok(): return 1\\ndef bad(): os._exit(2)\\ndef loop():\\n    while True: pass"
with Sandbox("process") as sandbox, sandbox.open(Program([("c", "code", source, 1)]), Limits()) as opened:
    for name in ("ok", "bad", "loop", "ok"):
        try:
            with opened.check(1.0) as exchange:
                print(getattr(Namespace(exchange), name)())
        except Failure as failure:
            print(failure.status)
"""
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert result.stdout.split() == ["1", "crashed", "timeout", "1"]


def test_more_lists_than_fit_into_memory_are_refused_by_name(sandbox):
    source = "def f(): return [[0.5] * (1 << 20)] * 256"
    with (
        submission(sandbox, source) as opened,
        pytest.raises(Failure, match=r"more than 1 MiB of lists|fit into memory"),
    ):
        call(opened, "f")


THREADED = """
import os, threading, time
helper = threading.Thread(target=time.sleep, args=(300,), daemon=True)
helper.start()
hooked = []
os.register_at_fork(after_in_child=lambda: hooked.append(os.getpid()))

def names():
    helper.join(20)
    return [helper.is_alive(), threading.active_count(), hooked == [os.getpid()]]

def works():
    found = []
    another = threading.Thread(target=found.append, args=(1,))
    another.start()
    another.join()
    return found
"""


def test_a_check_does_not_wait_for_threads_of_loading_which_no_fork_takes_along(sandbox):
    with submission(sandbox, THREADED) as opened:
        start = time.monotonic()
        assert call(opened, "names") == [False, 1, True]
        assert time.monotonic() - start < 15
        assert call(opened, "works") == [1]


@linux
def test_memory_is_gathered_in_huge_pages_where_the_kernel_does_it():
    code = """
import mmap, re
from autograder.sandbox.child import confine

def huge_kib():
    return int(re.search(r"AnonHugePages: +(\\d+)", open("/proc/self/smaps_rollup").read())[1])

kept = mmap.mmap(-1, 32 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
kept.write(b"x" * len(kept))
before = huge_kib()
refused = confine._libc.madvise(0, 0, confine.MADV_COLLAPSE)
confine.use_huge_pages()
print(refused, huge_kib() - before, set(kept[:]) == {ord("x")})
"""
    refused, gained_kib, same = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert same == "True"
    assert int(refused) or int(gained_kib) >= 24 << 10


# What a submission does to its own processes is never the grader's fault


def test_who_closes_what_it_prints_to_goes_on(bubblewrap):
    with submission(bubblewrap, "import os\nos.close(1)\nos.close(2)\n" + GOOD) as opened:
        assert call(opened, "ok") == 1
        time.sleep(0.2)  # for the supervisor to notice that nobody is left who could print
        opened.seal()
        assert [call(opened, "ok", n) for n in range(3)] == [0, 1, 2]
        assert opened.stop() == "stopped"


def test_what_ends_before_the_output_is_sealed_is_loaded_again(bubblewrap):
    ends = "import os\ndef end():\n    os.kill(1, 10)\nimport signal\nsignal.signal(10, lambda *args: os._exit(3))\n"
    with submission(bubblewrap, ends + GOOD) as opened:
        call(opened, "ok")
        with contextlib.suppress(Crashed):
            call(opened, "end")
        time.sleep(0.2)  # for the supervisor to report it before it is asked
        opened.seal()
        assert call(opened, "ok") == 1


def test_a_loader_that_ends_while_a_shared_process_waits_is_loaded_again_for_a_check_of_its_own(bubblewrap):
    ends = "import os, signal, threading\nsignal.signal(10, lambda *args: os._exit(3))\n"
    ends += "def later(): threading.Timer(0.2, os.kill, (1, 10)).start()\n"
    with submission(bubblewrap, ends + GOOD) as opened:
        with opened.check(20, shared=True) as exchange:
            Namespace(exchange).later()
        time.sleep(0.6)
        assert call(opened, "ok", 7) == 7


FORGED = "import msgpack, os, struct\ndef say(*words):\n    body = msgpack.packb(words)\n"
FORGED += "    os.write(3, struct.pack('<IQ', len(body), 0) + body)\n"


@pytest.mark.parametrize("said", ["say('cell')", "say('cell', None)", "say('cell', -1)", "say('loaded')", "say(1)"])
def test_forged_words_while_loading_are_the_submissions_fault(sandbox, said):
    with submission(sandbox, FORGED + said + "\n" + GOOD) as opened, pytest.raises(Failure, match="loading ended"):
        call(opened, "ok")


@pytest.mark.usefixtures("idle")
def test_a_submission_that_is_loaded_for_each_check_uses_up_its_time(sandbox, monkeypatch):
    text = "import time, os\ntime.sleep(0.6)\ndef spoil():\n    os.write(3, b'x' * 100)\n"
    with submission(sandbox, text, submission_s=1.0) as opened:
        with pytest.raises(Crashed):
            call(opened, "spoil")
        with pytest.raises(Timeout):
            call(opened, "spoil")  # loaded once more, which uses up its time
        monkeypatch.setattr(opened, "_try_to_load", lambda: pytest.fail("it is loaded once more"))
        with pytest.raises(Timeout, match="used up its 1 seconds"):
            call(opened, "spoil")


@linux
def test_what_a_check_or_a_callback_makes_of_a_reply_has_a_bound(sandbox):
    with submission(sandbox, "def multiply(f):\n    return f(b'x', 3 << 30)\n" + GOOD) as opened:
        with opened.check(20.0) as exchange:
            student = Namespace(exchange)
            with pytest.raises(Raised, match="MemoryError"):
                student.multiply(lambda a, b: a * b)
            with pytest.raises(MemoryError):
                bytearray(3 << 30)
        assert len(bytearray(3 << 30)) == 3 << 30  # as before the check


@pytest.mark.usefixtures("idle")
def test_reading_what_nobody_has_asked_for_has_a_bound(sandbox, monkeypatch):
    read = []

    def slowly(frame, expected, resolve):
        if resolve is not None:  # not while its end is awaited, which has a time limit
            read.append(frame)
            time.sleep(0.05 if len(read) < 40 else 0)
        return message_of(frame, expected, resolve)

    source = f"""
import os, sys, threading
sys.modules["child.check_server"].END = b"never"
def flood():
    while True:
        os.write(3, {encode(["value", 1, []]).to_bytes()!r})
def begin():
    threading.Timer(0.1, flood).start()
"""
    with submission(sandbox, source + GOOD) as opened:
        call(opened, "begin")
        monkeypatch.setattr(connection, "message_of", slowly)
        with pytest.raises(Timeout):
            call(opened, "ok", timeout_s=0.5)
    assert len(read) <= 12


def test_hundreds_of_checks_that_ask_nothing_fill_no_socket(sandbox):
    with submission(sandbox, GOOD) as opened:
        for _ in range(400):
            with opened.check(20):
                pass
        assert call(opened, "ok", 5) == 5
