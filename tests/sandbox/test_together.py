"""Checks that talk to one process together get what each would get by itself, or nothing at all."""

import numpy as np
import pytest

from autograder.errors import Crashed, Raised
from autograder.sandbox.child.wire import encode, pack
from autograder.sandbox.exchange import NEVER, Exchange, Look
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.together import together
from tests.sandbox.conftest import submission

SOURCE = """
import random
import numpy as np

def double(x):
    return 2 * x

def draws():
    return random.random(), float(np.random.rand())

class Counter:
    def __init__(self):
        self.count = 0
    def up(self):
        self.count += 1
        return self.count

def apply(f, x):
    return f(x)

def fails():
    raise ValueError("no")

def ends():
    import os
    os._exit(3)

def loops():
    while True:
        pass
"""


def timed_in(opened, *runs, look=NEVER, alone=lambda: False, timeout_s=20.0):
    """The results and seconds of `runs`, each of which takes a Namespace; the seed of each is its index."""
    with opened.checks(timeout_s, [(index, "f") for index in range(len(runs))], look) as exchange:
        return together(exchange, [lambda talk, run=run: run(Namespace(talk)) for run in runs], alone)


def results_in(opened, *runs, **options):
    found = timed_in(opened, *runs, **options)
    return found and [result for result, _ in found]


@pytest.fixture
def messages(monkeypatch):
    """The number of requests of each message."""
    sizes = []
    asked = Exchange.round

    def counted(self, checks, *rest):
        sizes.append(len(checks))
        return asked(self, checks, *rest)

    monkeypatch.setattr(Exchange, "round", counted)
    return sizes


def test_what_checks_ask_next_crosses_in_one_message(sandbox, messages):
    def powers(times):
        def run(student):
            x = np.ones(2)
            for _ in range(times):
                x = student.double(x)
            return x.tolist()

        return run

    with submission(sandbox, SOURCE) as opened:
        found = timed_in(opened, *map(powers, [1, 3, 0, 2]))
    assert [result for result, _ in found] == [[2, 2], [8, 8], [1, 1], [4, 4]]
    assert messages == [3, 2, 1, 0]  # the last one asks whether the code has kept something
    assert all(seconds > 0 for _, seconds in found)


def test_each_check_has_its_own_objects(sandbox):
    def run(student):
        counter = student.Counter()
        return [counter.up(), counter.up(), counter.get("count")]

    with submission(sandbox, SOURCE) as opened:
        assert results_in(opened, run, run) == [[1, 2, 2]] * 2


def test_each_check_draws_from_its_own_seed(sandbox):
    def run(student):
        return student.draws()

    with submission(sandbox, SOURCE) as opened:
        drawn = results_in(opened, run, run)
        for seed in range(2):
            with opened.check(20.0, seed) as exchange:
                assert Namespace(exchange).draws() == drawn[seed]
    assert drawn[0] != drawn[1]


def test_what_one_raises_concerns_only_itself(sandbox):
    def fails(student):
        with pytest.raises(Raised, match="ValueError"):
            student.fails()
        return student.double(1)

    with submission(sandbox, SOURCE) as opened:
        assert results_in(opened, fails, lambda student: student.double(student.double(2))) == [2, 8]


def test_a_check_with_callbacks_asks_by_itself(sandbox, messages):
    def with_callback(student):
        inner = student.apply(lambda x: student.double(x) + 1, 3)  # the callback asks, too
        return inner, student.double(inner)

    with submission(sandbox, SOURCE) as opened:
        assert results_in(opened, with_callback, lambda student: student.double(1)) == [(7, 14), 2]
    assert messages == [1, 1, 1, 1, 0]


def test_a_request_in_a_callback_draws_on_instead_of_anew(sandbox):
    source = """
import random
def draws(f):
    first = random.random()
    f()
    return first, random.random()
"""

    def run(student):
        drawn = []
        return *student.draws(lambda: drawn.append(student.draws(lambda: None))), *drawn[0]

    with submission(sandbox, source) as opened:
        drawn, other = results_in(opened, run, run)
        with opened.check(20.0, 0) as exchange:
            assert run(Namespace(exchange)) == drawn
    assert len({*drawn, *other}) == 8


def test_a_check_that_must_not_be_interrupted_asks_by_itself(sandbox, messages):
    def run(student):
        return student.double(1)

    with submission(sandbox, SOURCE) as opened:
        assert results_in(opened, run, run, alone=lambda: True) == [2, 2]
    assert messages == [1, 1, 0]


@pytest.mark.parametrize("bad", ["ends", "loops"])
def test_if_the_process_fails_nothing_counts(sandbox, bad):
    left = []

    def second(student):
        try:
            student.double(1)
            return getattr(student, bad)()
        finally:
            left.append("left")
            student.double(1)  # a check may ask once more when it is left

    with submission(sandbox, SOURCE) as opened:
        runs = [lambda student: student.double(2), second, lambda student: [student.double(1) for _ in range(3)]]
        look = Look(0.05, endless=lambda at_work, recurs: "it loops")
        assert results_in(opened, *runs, look=look) is None
        assert left == ["left"]
        with opened.check(20.0) as exchange:
            assert Namespace(exchange).double(3) == 6
    assert opened.loads == 1


def test_an_error_in_a_check_is_raised_and_leaves_no_other_behind(sandbox):
    left = []

    def waits(student):
        try:
            student.double(1)
        finally:
            left.append("left")

    def wrong(student):
        raise KeyboardInterrupt

    with submission(sandbox, SOURCE) as opened, pytest.raises(KeyboardInterrupt):
        timed_in(opened, waits, wrong)
    assert left == ["left"]


FORGED = {
    "too few": encode(["answered", np.frombuffer(pack([encode(["value", 1, []])]), np.uint8), False]),
    "no bytes": encode(["answered", "text", False]),
    "another type": encode(["answered", np.zeros(4), False]),
    "no frames": encode(["answered", np.zeros(5, np.uint8), False]),
    "another kind": encode(["value", 1, []]),
    "much structure": encode(
        ["answered", np.frombuffer(pack([encode(["value", ["x"] * (1 << 20), []])] * 2), np.uint8)]
    ),
}


def test_of_too_many_replies_none_is_read(sandbox):
    many = encode(["answered", np.zeros(12 << 20, np.uint8), False]).to_bytes()  # a million empty frames
    flood = f"""
import os
def flood():
    frame = bytes.fromhex({many[: -(12 << 20)].hex()!r}) + bytes(12 << 20)
    for start in range(0, len(frame), 1 << 16):
        os.write(3, frame[start : start + (1 << 16)])
    os._exit(0)
"""
    with (
        submission(sandbox, flood) as opened,
        opened.checks(20.0, [(0, "f")], NEVER) as exchange,
        pytest.raises(Crashed, match="more frames than expected"),
    ):
        exchange.round([0], [encode(["call", "flood", (), {}])], _nothing, _nothing)


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_answer_to_a_round_is_refused(sandbox, name):
    forge = f"""
import os
frame = bytes.fromhex({FORGED[name].to_bytes().hex()!r})
def double(x):
    for start in range(0, len(frame), 1 << 16):
        os.write(3, frame[start : start + (1 << 16)])
    os._exit(0)
"""

    def run(student):
        return student.double(1)

    with submission(sandbox, forge) as opened:
        assert results_in(opened, run, run) is None


@pytest.mark.parametrize(
    ("value", "reason"), [("np.ones(1 << 20)", "more than the allowed 16 MiB"), ("'x' * 900_000", "more than 64 MiB")]
)
def test_the_replies_of_a_round_have_the_room_of_one_check(sandbox, value, reason):
    with submission(sandbox, f"import numpy as np\ndef large(): return {value}\n") as opened:
        assert results_in(opened, lambda student: len(student.large())) > [1000]
        with opened.checks(20.0, [(0, "f")] * 3, NEVER) as exchange, pytest.raises(Crashed, match=reason):
            exchange.round(range(3), [encode(["call", "large", (), {}])] * 3, _nothing, _nothing)


def _nothing(*_):
    raise AssertionError("nothing was given to the process")


def test_torch_continues_for_each_check_as_it_left_it(sandbox):
    torch = pytest.importorskip("torch")
    source = """
import torch
def switch_off(): torch.set_grad_enabled(False)
def records(): return torch.is_grad_enabled()
def draws(): return torch.rand(2)
"""

    def switches(student):
        student.switch_off()
        return [student.records(), student.records()]

    def draws(student):
        assert student.records()
        return [student.draws().tolist() for _ in range(2)]

    with submission(sandbox, source) as opened:
        off, first, second = results_in(opened, switches, draws, draws)
    assert off == [False, False]
    alone = torch.Generator().manual_seed(1)
    assert first == [torch.rand(2, generator=alone).tolist() for _ in range(2)]
    assert first != second


def test_a_check_that_waits_without_recording_gradients_leaves_the_others_alone(sandbox):
    torch = pytest.importorskip("torch")

    def without(student):
        with torch.no_grad():
            return student.double(1)

    with submission(sandbox, SOURCE) as opened:
        assert results_in(opened, without, lambda student: torch.is_grad_enabled()) == [2, True]
    assert torch.is_grad_enabled()
