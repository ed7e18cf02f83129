"""The reference called without frames: a check gets the same values as with frames."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np
import pytest

from autograder.errors import CourseError
from autograder.sandbox.child.wire import Reference, decode, encode
from autograder.sandbox.child.workspace import crossed
from autograder.sandbox.direct import Direct
from autograder.sandbox.namespace import Handle, Namespace, previous
from autograder.sandbox.transports import Local


def direct(**names: Any) -> Direct:
    return Direct(names, contextlib.nullcontext)


def refer(value: Any) -> Reference:
    return Reference("handle", 7, type(value).__name__)


class Thing:
    def __init__(self, start: int = 0) -> None:
        self.number = start

    def add(self, by: int) -> int:
        self.number += by
        return self.number


READ_ONLY = np.arange(3.0)
READ_ONLY.flags.writeable = False
VALUES = [
    None, True, 3, 2.5, "text", b"data", 2**100, 1j, (), [], {}, float("nan"),
    np.float64(0.1), np.float32(0.1), np.float16(0.5), np.int64(3), np.uint8(200), np.bool_(True), np.complex128(1j),
    np.arange(6).reshape(2, 3), np.arange(6.0).reshape(2, 3).T, np.arange(9.0)[::-2], np.array(1.5), np.zeros((0, 3)),
    np.arange(3, dtype=">f8"), np.arange(3, dtype=np.int8), np.ones(2, np.complex64), np.array([True, False]),
    READ_ONLY, np.ones(2, np.float32), (1, [2.0, (np.ones(2), {"m": np.zeros(1), "t": 3})]),
    {3: "three", (1, 2): np.ones(1)}, [np.float64(1), np.ones(1)], np.ma.masked_array([1.0]), Thing(),
    [Thing(), 1], {"f": abs},
]  # fmt: skip


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray | np.generic):
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return repr(a) == repr(b)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_a_value_crosses_as_frames_would_carry_it(value: Any) -> None:
    framed = decode(encode(value, refer), lambda reference: reference)
    assert same(crossed(value, refer, lambda reference: reference), framed)


def test_tensors_cross_as_frames_would_carry_them() -> None:
    torch = pytest.importorskip("torch")
    for tensor in (torch.ones(2, 3).T, torch.nn.Parameter(torch.zeros(2)), torch.ones(1, dtype=torch.bfloat16)):
        got = crossed({"tensor": tensor}, refer, lambda reference: reference)["tensor"]
        framed = decode(encode(tensor, refer))
        assert (type(got), got.dtype) == (type(framed), framed.dtype)
        assert torch.equal(got, framed)
        got += 1
        assert not torch.equal(tensor, got)


def test_what_is_given_and_returned_are_copies() -> None:
    kept: list[np.ndarray] = []

    def f(x: np.ndarray) -> np.ndarray:
        x += 1
        kept.append(x)
        return x

    x = np.ones(2)
    got = direct(f=f).f(x)
    got += 5
    assert (x.tolist(), kept[0].tolist(), got.tolist()) == ([1, 1], [2, 2], [7, 7])


def test_calls_handles_and_functions_of_the_check() -> None:
    defined = {"Thing": Thing, "apply": lambda f, x: f(x) + 1}
    for names in (direct(**defined), Namespace(Local(defined))):
        thing = names.Thing(2)
        assert isinstance(thing, Handle)
        assert (thing.add(3), thing.get("number")) == (5, 5)
        assert thing.add.calls([(1,), (2,)]) == [6, 8]
        assert names.apply(lambda x: 2 * x, 5) == 11
        assert names.apply.calls([(abs, -4), (abs, 2)]) == [5, 3]


def test_each_of_several_calls_gets_what_the_one_before_returned() -> None:
    def step(w: np.ndarray, memory: dict[str, Any]) -> tuple[np.ndarray, dict[str, Any]]:
        memory["t"] = memory.get("t", 0) + 1
        w -= memory["t"]
        return w, memory

    results = direct(step=step).step.calls([(np.zeros(1), {}), *[(previous(0), previous(1))] * 2])
    assert [(w.tolist(), memory["t"]) for w, memory in results] == [([-1], 1), ([-3], 2), ([-6], 3)]


def test_an_exception_of_the_reference_is_a_fault_of_ours() -> None:
    def f() -> None:
        raise ValueError("no")

    with pytest.raises(CourseError, match="the reference's f raised ValueError: no"):
        direct(f=f).f()
    with pytest.raises(CourseError, match="g is not defined"):
        direct(f=f).g()


def test_what_is_no_plain_data_is_refused_before_the_reference_runs() -> None:
    with pytest.raises(CourseError, match=r"the check passes a Thing, which is not plain data"):
        direct(f=abs).f(Thing())
