"""Where code is that does not come to an end: what is said of it, and which checks it ends."""

import numpy as np
import pytest

from autograder.errors import AtWork, Crashed, Failure, Timeout
from autograder.sandbox.child.wire import encode
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


def ask(opened, name, *args, timeout_s=1.0, shared=True):
    """One check that calls this; the functions that were at work, should its time run out."""
    with opened.check(timeout_s, shared=shared, look_s=LOOK_S) as exchange:
        return getattr(Namespace(exchange), name)(*args)


def test_the_functions_that_are_at_work_all_the_while_are_told_innermost_first(sandbox):
    told = []

    def explain(at_work):
        told.append(at_work)
        return "There."

    with submission(sandbox, ENDLESS) as opened, opened.check(0.6, look_s=LOOK_S) as exchange:
        for _ in range(2):  # a later request of the same check fails with the same words
            with pytest.raises(Timeout, match=r"no answer within 0\.6 s.* There\.$"):
                Namespace(exchange, explain_timeout=explain).calls_it(0)
    inner, outer = told[0]
    assert told[1] == told[0]
    assert (inner.label, inner.function) == ("cell 0", "loops")
    assert set(inner.lines) <= {5, 6}
    assert outer == AtWork("cell 0", "calls_it", (9,) * len(outer.lines))


def test_where_one_check_has_lost_its_time_another_ends_soon(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout, match="no answer within 1 s"):
            ask(opened, "loops", 0)
        with pytest.raises(Timeout, match=r"stopped after 0\.1 s of computing"):
            ask(opened, "calls_it", 0, timeout_s=60.0)
        assert ask(opened, "step", 1) == 2


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
        assert ask(opened, "slow", 0, timeout_s=60.0) == 3_000  # it calls the same `step` all the while


def test_a_check_of_its_own_process_has_all_of_its_time(sandbox):
    with submission(sandbox, ENDLESS) as opened:
        with pytest.raises(Timeout):
            ask(opened, "loops", 0)
        with pytest.raises(Timeout, match=r"no answer within 0\.7 s"):
            ask(opened, "calls_it", 0, timeout_s=0.7, shared=False)


def test_what_is_being_sent_is_not_disturbed(sandbox):
    """Looks that come, at some length of the computing, while the large answer is on its way."""
    source = "import numpy as np\ndef f(g, n):\n    while n: n -= 1\n    return g(np.ones(1 << 20))"
    with submission(sandbox, source) as opened:
        for n in range(40):
            with opened.check(60.0, shared=True, look_s=0.02) as exchange:
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
        (["stuck", [["cell 0", "say", [3]]]], Timeout),
        (["stuck", [["cell 0", "say", [3]]] * 10_000], Timeout),
        (["stuck", []], Timeout),
        (["stuck"], Crashed),
        (["stuck", [["cell 0", "say", []]]], Crashed),
        (["stuck", [["cell 0", "say", [True]]]], Crashed),
        (["stuck", [["cell 0", "say", [1.5]]]], Crashed),
        (["stuck", [[0, "say", [1]]]], Crashed),
        (["stuck", {}], Crashed),
        (["stuck", np.ones(3)], Crashed),
    ],
)
def test_a_forged_word_of_where_it_is_costs_only_those_who_say_it(sandbox, said, kind):
    with submission(sandbox, FORGED) as opened:
        with pytest.raises(kind):
            ask(opened, "say", encode(said).to_bytes().hex(), timeout_s=0.5)
        assert ask(opened, "ok") == 1


def test_it_is_said_once(sandbox):
    word = encode(["stuck", []]).to_bytes()
    with submission(sandbox, FORGED) as opened, pytest.raises(Failure, match="malformed"):
        ask(opened, "say", (word * 2).hex(), timeout_s=5.0)
