"""Where endless code is: what is reported, and which checks it ends."""

import numpy as np
import pytest

from autograder.errors import AtWork, Crashed, Timeout
from autograder.sandbox.child import at_work, protocol
from autograder.sandbox.child.wire import encode
from autograder.sandbox.exchange import Look
from autograder.sandbox.namespace import Namespace
from tests.sandbox.conftest import student, submission

LOOK_S = 0.1
ENDLESS = """\
def step(x):
    return x + (sum(range(10_000)) > 0)

def loops(x):
    while True:
        x = step(x)

def calls_it(x):
    return loops(x)

def slow(x):
    for _ in range(3_000):
        x = step(x)
    return x
"""


def ask(opened, name, *args, timeout_s=1.0, shared=True, usual_s=None, endless=False, loop=lambda at: 0):
    """A check that makes this call. endless: whether code that returns to an earlier state counts as endless."""

    def why(at_work, recurs):
        return "it only repeats itself" if endless and recurs else ""

    look = Look(LOOK_S, lambda: usual_s, why, loop)
    with opened.check(timeout_s, shared=shared, look=look) as exchange:
        return getattr(Namespace(exchange), name)(*args)


def test_the_functions_that_are_at_work_all_the_while_are_told_innermost_first(sandbox):
    told = []

    def explain(at_work):
        told.append(at_work)
        return "There."

    with submission(sandbox, ENDLESS) as opened, opened.check(2.0, look=Look(LOOK_S)) as exchange:
        for _ in range(2):  # a later request of the same check fails with the same message
            with pytest.raises(Timeout, match=r"no answer within 2 s.* There\.$"):
                Namespace(exchange, explain_timeout=explain).calls_it(0)
    inner, outer = told[0]
    assert told[1] == told[0]
    assert (inner.label, inner.function) == ("cell 0", "loops")
    assert set(inner.lines) <= {5, 6}
    assert outer == AtWork("cell 0", "calls_it", (9,) * len(outer.lines), outer.steady, outer.looks)


def test_where_one_check_has_lost_its_time_another_ends_soon(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout, match="no answer within 1 s"):
            ask(opened, "loops", 0)
        with pytest.raises(Timeout, match=r"stopped after 0\.12 s of computing"):
            ask(opened, "calls_it", 0, timeout_s=60.0, usual_s=0.003)
        assert ask(opened, "step", 1) == 2


def test_a_process_that_is_given_up_ends_by_itself_and_the_submission_stays_loaded(sandbox):
    source = (
        ENDLESS + "found = []\ndef fills(x):\n    print('before')\n    found.append(x)\n    return loops(len(found))"
    )
    with submission(sandbox, source) as opened:
        for shared in (True, False, True):
            with pytest.raises(Timeout, match=r"computing"):
                ask(
                    opened,
                    "fills",
                    1,
                    timeout_s=60.0,
                    usual_s=0.001,
                    shared=shared,
                    loop=lambda at: at.function == "loops",
                )
        assert ask(opened, "step", 1) == 2
        assert opened.loads == 1
    assert opened.output.count("before") == 3


def test_who_does_not_end_when_given_up_is_ended_and_loaded_again(sandbox):
    source = """
import os, signal
def say(data):
    signal.setitimer(signal.ITIMER_PROF, 0)
    os.write(3, bytes.fromhex(data))
    while True: pass
def ok(): return 1
"""
    word = encode(["stuck", [["cell 0", "say", [1], [], 1]], True]).to_bytes().hex()
    with submission(sandbox, source) as opened:
        with pytest.raises(Timeout, match="repeats itself"):
            ask(opened, "say", word, timeout_s=60.0, endless=True)
        assert ask(opened, "ok") == 1
        assert opened.loads == 2


def test_methods_of_one_name_are_told_apart(sandbox):
    source = """
class Endless:
    def forward(self):
        while True: pass

class Slow:
    def forward(self):
        for _ in range(3_000): sum(range(10_000))
        return 1

def endless(): return Endless().forward()
def slow(): return Slow().forward()
"""
    with submission(sandbox, source) as opened:
        with pytest.raises(Timeout, match="no answer"):
            ask(opened, "endless")
        assert ask(opened, "slow", timeout_s=60.0) == 1


def test_what_is_slow_elsewhere_has_all_of_its_time(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout):
            ask(opened, "loops", 0)
        assert ask(opened, "slow", 0, timeout_s=60.0) == 3_000  # it calls the same `step` all the time


def test_a_check_of_its_own_process_has_all_of_its_time(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout):
            ask(opened, "loops", 0)
        with pytest.raises(Timeout, match=r"no answer within 0\.7 s"):
            ask(opened, "calls_it", 0, timeout_s=0.7, shared=False)


def test_what_is_being_sent_is_not_disturbed(sandbox):
    """A sample may be due while a large reply is being sent."""
    source = "import numpy as np\ndef f(g, n):\n    while n: n -= 1\n    return g(np.ones(1 << 20))"
    with submission(sandbox, source) as opened:
        for n in range(40):
            with opened.check(60.0, shared=True, look=Look(0.02)) as exchange:
                assert Namespace(exchange).f(lambda x: 2 * x, 15_000 * n).sum() == 2 << 20


@pytest.mark.parametrize(
    "undo",
    [
        "signal.setitimer(signal.ITIMER_PROF, 0)",
        "signal.signal(signal.SIGPROF, signal.SIG_IGN)",
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})",
    ],
)
def test_code_that_is_not_to_be_looked_at_has_its_time_and_no_more(sandbox, undo):
    source = f"import signal\ndef f():\n    {undo}\n    while True: pass\ndef ok(): return 1"
    with submission(sandbox, source) as opened:
        with pytest.raises(Timeout, match=r"no answer within 0\.6 s; is there a loop without end\?$"):
            ask(opened, "f", timeout_s=0.6)
        assert ask(opened, "ok") == 1


def test_a_submission_that_changes_what_signals_do_is_checked_all_the_same(sandbox):
    source = "import signal\nsignal.signal = signal.setitimer = None\ndef ok(): return 1"
    with student(sandbox, source) as one:
        assert one.ok() == 1


FORGED = """\
import os, time
def say(data):
    os.write(3, bytes.fromhex(data))
    time.sleep(60)
def ok(): return 1
"""


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (["stuck", [["cell 0", "say", [3], [], 1]], True], Timeout),
        (["stuck", [["cell 0", "say", [3], [], 1]] * 10_000, False], Timeout),
        (["stuck", [], True], Timeout),
        (["stuck"], Crashed),
        (["stuck", []], Crashed),
        (["stuck", [], 1], Crashed),
        (["stuck", [["cell 0", "say", [], [], 1]], True], Crashed),
        (["stuck", [["cell 0", "say", [True], [], 1]], True], Crashed),
        (["stuck", [["cell 0", "say", [1.5], [], 1]], True], Crashed),
        (["stuck", [[0, "say", [1], [], 1]], True], Crashed),
        (["stuck", [["cell 0", "say", [1]]], True], Crashed),
        (["stuck", [["cell 0", "say", [1], []]], True], Crashed),
        (["stuck", [["cell 0", "say", [1], [], True]], True], Crashed),
        (["stuck", [["cell 0", "say", [1], [], -(1 << 62)]], True], Timeout),
        (["stuck", [["cell 0", "say", [1], [2], 1]], True], Crashed),
        (["stuck", [["cell 0", "say", [1], ["n"] * 10_000, 1]], True], Timeout),
        (["stuck", {}, True], Crashed),
        (["stuck", np.ones(3), True], Crashed),
    ],
)
def test_a_forged_word_of_where_it_is_costs_only_those_who_say_it(sandbox, said, kind):
    with submission(sandbox, FORGED) as opened:
        with pytest.raises(kind):
            ask(opened, "say", encode(said).to_bytes().hex(), timeout_s=0.5)
        assert ask(opened, "ok") == 1


def test_who_says_it_too_often_has_said_how_long_it_computes(sandbox):
    word = encode(["stuck", [], False]).to_bytes()
    with submission(sandbox, FORGED) as opened, pytest.raises(Timeout, match="no answer within 5 s of computing"):
        ask(opened, "say", (word * 50).hex(), timeout_s=5.0)


@pytest.mark.parametrize(("looks", "said"), [(range(1, 30), r"0\.5 s of computing in one loop"), ([1] * 30, "2 s of")])
def test_time_in_another_call_of_a_function_is_not_time_in_one_loop(sandbox, looks, said):
    words = b"".join(encode(["stuck", [["cell 0", "say", [3], [], n]], False]).to_bytes() for n in looks)
    with submission(sandbox, FORGED) as opened, pytest.raises(Timeout, match=f"no answer within {said}"):
        ask(opened, "say", words.hex(), timeout_s=60.0, usual_s=0.001, loop=lambda at: 3)


def test_computing_ends_with_its_room_and_that_is_as_large_as_the_work(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout, match="no answer within 2 s of computing"):
            ask(opened, "loops", 0, timeout_s=60.0, usual_s=0.001)
        with pytest.raises(Timeout, match="no answer within 3 s of computing"):
            ask(opened, "loops", 0, timeout_s=60.0, usual_s=0.1, shared=False)


def test_waiting_is_no_computing(sandbox):
    source = "import time\ndef f():\n    time.sleep(2.5)\n    return 1"
    with submission(sandbox, source) as opened:
        assert ask(opened, "f", timeout_s=60.0, usual_s=0.001) == 1


STEPS = """\
def turns(n):
    x = 0
    while True:
        x += 1

def calls(n):
    while True:
        some_turns(200_000)

def once(n):
    for _ in range(n):
        some_turns(1_000_000)

def some_turns(n):
    x = 0
    while x < n: x += 1
"""


def a_loop(at):
    return 3 * (at.function in ("turns", "calls"))


@pytest.mark.parametrize("name", ["turns", "calls"])
def test_a_loop_that_was_entered_once_has_less_room(sandbox, name):
    with submission(sandbox, STEPS) as opened, pytest.raises(Timeout, match=r"no answer within 0\.5 s of .* one loop"):
        ask(opened, name, 1, timeout_s=60.0, usual_s=0.001, loop=a_loop)


def test_a_loop_has_as_much_room_as_the_work_needs(sandbox):
    with submission(sandbox, STEPS) as opened:
        with pytest.raises(Timeout, match=r"no answer within 0\.9 s of computing in one loop"):
            ask(opened, "turns", 1, timeout_s=60.0, usual_s=0.03, loop=a_loop)
        with pytest.raises(Timeout, match=r"no answer within 0\.7 s(?!.* one loop)"):  # the usual time is unknown
            ask(opened, "turns", 1, timeout_s=0.7, shared=False, loop=a_loop)


def test_loops_that_are_entered_again_and_again_have_all_of_the_time(sandbox):
    """Each call is a new one, with its own time."""
    with submission(sandbox, STEPS) as opened, pytest.raises(Timeout, match="no answer within 2 s of computing;"):
        ask(opened, "once", 10**9, timeout_s=60.0, usual_s=0.001, loop=lambda at: 3 * (at.function != "once"))


STILL = {
    "nothing": "while True: pass",
    "an array that is made anew": "while x.sum() < 9: y = x + 1",
    "a condition of a module": "while np.abs(x).max() < math.pi: y = [1, {'a': x}]",
    "one value and another": "while n < 9: n = abs(n - 1)",
    "three values": "while n < 9: n = (n + 1) % 3",
}
MOVING = {
    "a count": "while n < 10**9: n += 1",
    "an array in place": "while True: x[0] += 1",
    "a list": "while found[0] < 10**9: found[0] += 1",
    "what cannot be looked into": "while True: box.n += 1",
    "what is too large": "while True: large[0] += 1",
    "an iterator": "for n in same: pass",
    "a turn that takes long in a library": "while n < 10**9: n += 1; np.apply_along_axis(np.sum, 0, wide)",
}
LOOPS = """
import math
import numpy as np
class Box: n = 0
def f():
    x, n, found, box, same, large, wide = np.zeros(3), 0, [0], None, None, None, None
    {given}
    {loop}
"""
GIVEN = {
    "box": "box = Box()",
    "same": "same = iter(int, 1)",
    "large": "large = np.zeros(1 << 20)",
    "wide": "wide = np.zeros((2, 30_000))",
}


@pytest.mark.parametrize(("what", "still"), [*((what, True) for what in STILL), *((what, False) for what in MOVING)])
def test_a_loop_in_which_nothing_changes_is_told_from_one_that_gets_on(sandbox, what, still):
    loop = (STILL | MOVING)[what]
    given = next((text for name, text in GIVEN.items() if name in loop), "pass")
    expected = "it only repeats itself" if still else "no answer within 0.8 s"
    with submission(sandbox, LOOPS.format(loop=loop, given=given)) as opened, pytest.raises(Timeout, match=expected):
        ask(opened, "f", timeout_s=20.0 if still else 0.8, endless=True)


def test_of_a_function_at_work_those_variables_are_told_that_keep_plain_values(sandbox):
    source = """
def f(n, done, nothing, rate, text, values, large):
    i = k = 0
    while i < n:
        k += 1
        half = k - 1
        values[0] = 1 - values[0]
"""
    told = []
    given = [3, False, None, 0.1, "text", [0], 1 << 70]
    with submission(sandbox, source) as opened, opened.check(0.6, look=Look(LOOK_S)) as exchange:
        namespace = Namespace(exchange, explain_timeout=lambda at_work: told.append(at_work) or "")
        with pytest.raises(Timeout):
            namespace.f(*given)
    (f,) = told[0]
    assert sorted(f.steady) == ["done", "i", "n", "nothing", "rate"]


def test_what_cannot_be_known_to_be_endless_has_all_of_its_time(sandbox):
    source, said = "def f():\n    while True: pass", r"no answer within 0\.6 s"
    with submission(sandbox, source) as opened, pytest.raises(Timeout, match=said):
        ask(opened, "f", timeout_s=0.6, endless=False)


def test_where_an_instruction_has_no_line_the_first_line_of_its_function_is_told():
    code = compile("\n\ndef f(): pass", "<cell 1>", "exec").co_consts[0]
    frame = type("Frame", (), {"f_code": code, "f_lineno": None, "f_locals": {}})()
    seen = at_work.AtWork()
    seen.add([frame])
    stuck = [protocol.STUCK, seen.places(), False]
    assert protocol.checked(stuck, protocol.WHILE_CHECKING)[1] == [["cell 1", "f", [3], [], 1]]
