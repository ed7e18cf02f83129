"""Frames that no honest process would send, processed as in a check: from the socket to the report."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import math
import random
import socket
import struct
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.compare import close, equal
from autograder.checking.declare import Check
from autograder.checking.run import Outcome, blame, run
from autograder.checking.values import untorched
from autograder.course.settings import Limits
from autograder.errors import Crashed
from autograder.report.report import CheckResult, ExerciseResult, Report
from autograder.sandbox.child import protocol
from autograder.sandbox.child.arrays import DTYPES
from autograder.sandbox.child.wire import HEADER, Reference, encode
from autograder.sandbox.connection import Connection
from autograder.sandbox.exchange import Allowance, Exchange, Look
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local

torch = importlib.import_module("torch") if importlib.util.find_spec("torch") else None

STATUSES = ("passed", "failed", "timeout", "crashed")


# ---- creating them --------------------------------------------------------------------------------------------------


def plain(rng: random.Random, depth: int = 3) -> Any:
    """Honest data."""
    kinds = 12 if depth else 8
    match rng.randrange(kinds):
        case 0:
            return rng.choice([None, True, False])
        case 1:
            return rng.choice([0, 1, -1, 255, 2**31, -(2**63), 2**64 - 1, 2**70, rng.randrange(1 << 40)])
        case 2:
            return rng.choice([0.0, -0.0, float("nan"), float("inf"), 1e308, rng.random(), 1j, complex("nan")])
        case 3:
            return "".join(rng.choices("aé\ud800\0<{:%=漢", k=rng.randrange(6)))
        case 4:
            return rng.randbytes(rng.randrange(20))
        case 5 | 6:
            shape = tuple(rng.choice([0, 1, 2, 3]) for _ in range(rng.randrange(4)))
            return numbers(rng, shape)
        case 7:
            return np.dtype(rng.choice(["f8", "i4", "?"])).type(1)
        case 8 | 9:
            return [plain(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 10:
            return tuple(plain(rng, depth - 1) for _ in range(rng.randrange(4)))
    return {str(n): plain(rng, depth - 1) for n in range(rng.randrange(4))}


def numbers(rng: random.Random, shape: tuple[int, ...]) -> np.ndarray | torch.Tensor:
    """An array or tensor of any dtype that may be sent, with any bytes."""
    dtype = rng.choice([*DTYPES, np.dtype(">f8"), np.dtype(">c8"), np.dtype("?")])
    data = rng.randbytes(math.prod(shape) * dtype.itemsize)
    array = np.frombuffer(bytearray(data), dtype).reshape(shape)
    tensor = torch is not None and dtype.isnative and dtype.kind != "c" and rng.random() < 0.5
    return torch.from_numpy(array) if tensor else array


def honest(rng: random.Random) -> bytes:
    """A whole frame of an honest process."""
    value = plain(rng)
    message = rng.choice(
        [
            ["value", value, []],
            ["value", value, [0, 1]],
            ["value", Reference("handle", rng.randrange(3), "T"), []],
            ["raised", ["ValueError", "Exception"], "said", "cell 1", 3],
            ["missing", "f"],
            ["unsendable", "a set"],
            ["callback", 0, (value,), {}],
            ["callback", 0, (1.0, Reference("callback", 0)), {"x": value}],
            ["ended", -9],
            ["loaded", ["f"], [], [["f", "cell 1", 3]]],
            ["cell", 1],
        ]
    )
    return encode(message).to_bytes()


def token(rng: random.Random, depth: int) -> bytes:
    """A piece of msgpack: valid for its type, but sometimes with a wrong length."""
    lie = rng.choice([1, -1, 200]) if rng.random() < 0.05 else 0
    match rng.randrange(30):
        case 0 | 6:
            return bytes([rng.choice([0xC0, 0xC2, 0xC3, rng.randrange(128), rng.randrange(224, 256)])])
        case 1 | 7 | 8:
            code = rng.choice([0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2, 0xD3])
            width = {0xCA: 4, 0xCB: 8}.get(code, 1 << code % 4)
            return bytes([code]) + rng.randbytes(max(0, width + lie) % 9)
        case 2 | 9 | 10:
            text = rng.choice([b"value", b"callback", b"ended", b"raised", rng.randbytes(5), "é".encode()])
            return bytes([0xA0 + max(0, min(31, len(text) + lie))]) + text
        case 3 | 11:
            data = rng.randbytes(rng.randrange(9))
            return bytes([0xC4, max(0, min(255, len(data) + lie))]) + data
        case 4 | 12 | 13 | 14:
            code = rng.choice([1, 1, 1, 1, 3, 4, 7, 2, 3, 4, 5, 6, 7, 0, 8, 255])
            data = extension(rng, code)
            return bytes([0xC7, max(0, min(255, len(data) + lie)), code]) + data[:255]
        case 5:
            return struct.pack(">BI", rng.choice([0xDD, 0xDF, 0xDB, 0xC6, 0xC9]), rng.choice([0, 1, 2**16, 2**32 - 1]))
    if not depth:
        return b"\xc0"
    many, pairs = rng.randrange(5), rng.random() < 0.3
    inner = b"".join(token(rng, depth - 1) for _ in range(many * (1 + pairs)))
    return bytes([(0x80 if pairs else 0x90) + max(0, min(15, many + lie))]) + inner


def extension(rng: random.Random, code: int) -> bytes:
    if code == 5:
        return token(rng, 2)
    if code == 6:
        odd = ["-1", "1048576", "9" * 30, "", "x", "٣", " 1", "1_0", "4611686018427387904"]
        return rng.choice(["0", "0", "1", "2", "3", rng.choice(odd)]).encode() * rng.choice([1, 1, 60])
    if code == 7:
        return rng.randbytes(rng.choice([16, 16, 8]))
    # Any dtype and shape, mostly at a valid place. What numpy and torch then do with it must not end the grader.
    offset = rng.choice([0, 0, 0, 0, 16, 32, rng.randrange(64), 2**32 - 16])
    shape = [rng.choice([0, 1, 1, 2, 2, 3, 5, 2**31, 2**32 - 1]) for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 16]))]
    place = struct.pack(f"<BI{len(shape)}I", rng.randrange(rng.choice([len(DTYPES)] * 9 + [256])), offset, *shape)
    return place[: rng.choice([len(place)] * 9 + [rng.randrange(len(place))])]


def mutated(rng: random.Random) -> bytes:
    """Bytes for the socket: mostly one frame, whose header is mostly correct."""
    if rng.random() < 0.4:
        body = b"\x93\xa5value" + token(rng, 4) + b"\x90" if rng.random() < 0.7 else token(rng, 5)
        data, buffers = bytearray(body), rng.randbytes(rng.choice([0, 16, 64, 256]))
    else:
        whole = honest(rng)
        length, _ = HEADER.unpack_from(whole)
        data, buffers = bytearray(whole[HEADER.size :][:length]), whole[HEADER.size + length :]
        for _ in range(rng.choice([1, 1, 2, 5])):
            _mutate(rng, data)
    lie = rng.random()
    head = HEADER.pack(len(data), len(buffers))
    if lie < 0.03:
        lengths = rng.choice([0, 1, len(data) + 1, 2**20, 2**32 - 1]), rng.choice([0, 2**24, 2**40, 2**64 - 1])
        head = HEADER.pack(*lengths)
    elif lie < 0.05:
        head = head[: rng.randrange(len(head))]
    return head + bytes(data) + buffers + (honest(rng) if lie > 0.9 else b"")


def _mutate(rng: random.Random, data: bytearray) -> None:
    at = rng.randrange(len(data) + 1)
    match rng.randrange(7):
        case 0 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 1 if at < len(data):
            data[at] = rng.choice([0, 0x7F, 0x80, 0x90, 0xC0, 0xC1, 0xC7, 0xD9, 0xDD, 0xFF])
        case 2:
            del data[at : at + rng.randrange(1, 9)]
        case 3:
            data[at:at] = token(rng, 2)
        case 4:
            data[at:at] = data[at : at + rng.randrange(20)] * rng.randrange(1, 4)
        case 5:
            data[at:at] = rng.choice([b"\x91", b"\x81\xc0"]) * rng.choice([10, 63, 64, 65, 2000])
        case _:
            data[at : at + 4] = rng.randbytes(4)


# ---- processing them ------------------------------------------------------------------------------------------------


class _Unsupervised(Connection):
    """A connection to processes without a supervisor."""

    def __init__(self, processes: socket.socket) -> None:
        super().__init__(processes, processes, replace(Limits(), reply_mib=4))

    def stop(self, *, patience_s: float = 0.0) -> str:
        return "stopped"

    def failure_of_end(self, otherwise: str) -> Crashed:
        return Crashed(otherwise)


def _function(student: Any, reference: Any, rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 3))
    got = student.f(x, lambda y, *more, **options: 2 * y, config={"w": x})
    equal(student.f.modified, ())
    compute(got)
    a, b = got
    close(a, reference.f(x, None, None)[0], name="a")
    equal(b, [1, "x", {"y": (2.0, None)}])


def _reference(x: Any, f: Any, config: Any = None) -> Any:
    return x + 1, [1, "x", {"y": (2.0, None)}]


def compute(value: Any) -> None:
    """What checks do with their data, on every array in it. It must end or raise, whatever the numbers."""
    if isinstance(value, list | tuple | dict):
        for item in value.values() if isinstance(value, dict) else value:
            compute(item)
    if torch is not None and isinstance(value, torch.Tensor):
        for transform in TORCH_WORK:
            with contextlib.suppress(RuntimeError, TypeError, IndexError, ValueError):  # not for this dtype or shape
                transform(value)
        untorched(value)
    if isinstance(value, np.ndarray | np.generic):
        refused = TypeError, ValueError, IndexError, np.linalg.LinAlgError
        for transform in NUMPY_WORK:
            with contextlib.suppress(*refused), np.errstate(all="ignore"):
                transform(np.asarray(value))


NUMPY_WORK: list[Callable[[np.ndarray], Any]] = [
    lambda x: x * x + x,
    lambda x: x @ x.T,
    lambda x: (x.sum(), x.max(), x.argmax(), x.mean(axis=-1)),
    lambda x: (np.sort(x, axis=None), np.unique(x), np.bincount(x.ravel() % 7)),
    lambda x: (np.exp(x), np.abs(x), np.isfinite(x), x // 3, x % -1),
    lambda x: (x[x > 0], np.where(x, x, 0), np.linalg.norm(x), np.linalg.svd(x)),
    lambda x: (x.astype(np.float32), x.astype(np.int64), x.astype(bool).sum()),
    *([lambda x: compute(torch.from_numpy(x)) if x.dtype.kind != "c" else torch.from_numpy(x) * 2] if torch else []),
]
TORCH_WORK: list[Callable[[torch.Tensor], Any]] = [
    lambda x: x * x + x,
    lambda x: x @ x.T,
    lambda x: (x.sum(), x.max(), x.argmax(), x.float().mean(-1)),
    lambda x: (x.sort(), x.unique(), torch.bincount(x.flatten() % 7)),
    lambda x: (x.exp(), x.abs(), x.isfinite(), x // 3, x % 5),
    lambda x: (x[x > 0], torch.where(x.bool(), x, 0), torch.linalg.norm(x)),
    lambda x: (x.float(), x.long(), x.bool().sum(), x.to(torch.complex64) * 2j),
    lambda x: (x.softmax(-1), torch.nn.functional.cross_entropy(x, x.argmax(-1))),
    lambda x: torch.nn.functional.one_hot(x.long() % 5, 5),
]


CHECK = Check("fuzzed", "f", "A title.", 10.0, True, None, _function)


def taken(data: bytes) -> str:
    """The status of a check whose student's process sends these bytes and exits. Any exception is the grader's bug."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(data)
        there.shutdown(socket.SHUT_WR)
        opening, allowance = encode([protocol.CHECK, 0, "", 0.1]), Allowance(2.0, 2.0, Look(0.1))
        opening, allowance = encode([protocol.CHECK, 0, "", 0.1]), Allowance(2.0, 2.0, Look(0.1))
        student = Namespace(Exchange(_Unsupervised(here), opening, allowance))
        outcome = run(CHECK, student, Namespace(Local({"f": _reference}), trusted=True), b"seed")
    if outcome.status == "error":
        outcome = blame(CHECK, outcome, _expected())
    assert outcome.status in STATUSES, outcome.message
    result = CheckResult("fuzzed", "A title.", 10 * outcome.share, 10, True, outcome.status, outcome.message)
    report = Report("a", "s", (ExerciseResult("f", (result,)),), "bubblewrap", "00")
    Report.from_dict(json.loads(json.dumps(report.to_dict())))
    assert len(outcome.message) < 10_000
    return outcome.status


def _expected() -> Outcome:
    names = {"f": _reference}
    return run(CHECK, Namespace(Local(names)), Namespace(Local(names), trusted=True), b"seed")


def item(number: int) -> str:
    return taken(mutated(random.Random(f"frame {number}")))
