"""Frames that no honest process would send, taken as a check takes them: from the socket to the report."""

from __future__ import annotations

import json
import random
import socket
import struct
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checks import Check, Outcome, blame, run
from autograder.compare import close, equal
from autograder.errors import Crashed
from autograder.namespace import Namespace, local
from autograder.report import CheckResult, ExerciseResult, Report
from autograder.sandbox.child.wire import HEADER, Reference, encode
from autograder.sandbox.exchange import Exchange

STATUSES = ("passed", "failed", "timeout", "crashed")


# ---- making them ----------------------------------------------------------------------------------------------------


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
            return np.zeros(shape, rng.choice(["f8", "f4", "i1", "u8", "?", "c16", "f2"]))
        case 7:
            return np.dtype(rng.choice(["f8", "i4", "?"])).type(1)
        case 8 | 9:
            return [plain(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 10:
            return tuple(plain(rng, depth - 1) for _ in range(rng.randrange(4)))
    return {str(n): plain(rng, depth - 1) for n in range(rng.randrange(4))}


def honest(rng: random.Random) -> bytes:
    """A whole frame as an honest process sends it."""
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
            ["loaded", ["f"], []],
            ["cell", 1],
        ]
    )
    return encode(message).to_bytes()


def token(rng: random.Random, depth: int) -> bytes:
    """A piece of msgpack: right by its type, and now and then wrong by its length."""
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
    odd = ["-1", "1048576", "9" * 30, "", "x", "٣", " 1", "1_0", "4611686018427387904"]
    numbers = ["0", "0", "1", "2", "3", rng.choice(odd)]
    if code == 5:
        return token(rng, 2)
    if code == 6:
        return rng.choice(numbers).encode() * rng.choice([1, 1, 60])
    if code == 7:
        return rng.randbytes(rng.choice([16, 16, 8]))
    known = ["<f8", "<f4", "i1", "b1", "<c16", "<f2", "<i8", "u1", "bfloat16"]
    dtype = rng.choice([*known, "O", "V8", "", "<f8,<f8", "M8[s]"])
    shape = ",".join(rng.choice(numbers) for _ in range(rng.choice([0, 1, 1, 2, 3, 40])))
    return "|".join([dtype, rng.choice(numbers), shape][: rng.choice([3, 3, 3, 3, 2, 1])]).encode()


def mutated(rng: random.Random) -> bytes:
    """Bytes for the socket: mostly one frame, whose header mostly tells the truth."""
    if rng.random() < 0.4:
        body = b"\x93\xa5value" + token(rng, 4) + b"\x90" if rng.random() < 0.7 else token(rng, 5)
        data, buffers = bytearray(body), rng.randbytes(rng.choice([0, 0, 16, 64]))
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


# ---- taking them ----------------------------------------------------------------------------------------------------


@dataclass
class _Session:
    """As much of a session as an exchange asks of it."""

    limits: Any = field(default_factory=lambda: SimpleNamespace(reply_mib=4))
    ending: int = 0
    stuck: set[tuple[str, str]] = field(default_factory=set)

    def stop(self) -> str:
        return "stopped"

    def failure_of_end(self, otherwise: str) -> Crashed:
        return Crashed(otherwise)


def _function(student: Any, reference: Any, rng: np.random.Generator) -> None:
    x = rng.standard_normal((2, 3))
    got = student.f(x, lambda y, *more, **options: 2 * y, config={"w": x})
    equal(student.f.modified, ())
    a, b = got
    close(a, reference.f(x, None, None)[0], name="a")
    equal(b, [1, "x", {"y": (2.0, None)}])


def _reference(x: Any, f: Any, config: Any = None) -> Any:
    return x + 1, [1, "x", {"y": (2.0, None)}]


CHECK = Check("fuzzed", "f", "A title.", 10.0, True, None, _function)


def taken(data: bytes) -> str:
    """The status of a check whose student's process sends these bytes and goes. Anything raised is a fault of ours."""
    here, there = socket.socketpair()
    with here, there:
        there.sendall(data)
        there.shutdown(socket.SHUT_WR)
        student = Namespace(Exchange(_Session(), here, 2.0, 2.0, encode(["check", 0, "", 0.0])))  # type: ignore[arg-type]
        outcome = run(CHECK, student, Namespace(local({"f": _reference}), trusted=True), b"seed")
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
    return run(CHECK, Namespace(local(names)), Namespace(local(names), trusted=True), b"seed")


def item(number: int) -> str:
    return taken(mutated(random.Random(f"frame {number}")))
