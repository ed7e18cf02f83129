"""Frames: values arrive unchanged; a malformed frame is a WireError and nothing worse."""

import enum
import gc
import math
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import OrderedDict, namedtuple

import msgpack
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.sandbox.child import arrays, wire
from autograder.sandbox.child.channel import DeadlinePassed, Disconnected, receive, send
from autograder.sandbox.child.wire import Frame, Reference, WireError, decode, encode

MIB = 1 << 20


def patient(examples):
    """Settings without a time limit, since a busy machine is no failure of the wire."""
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=examples, deadline=None, suppress_health_check=slow)


_REAL = hnp.boolean_dtypes() | hnp.integer_dtypes(endianness="?") | hnp.floating_dtypes(endianness="?")
_NUMERIC = _REAL | hnp.complex_number_dtypes(endianness="?", sizes=(64, 128))
_SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
ARRAYS = _NUMERIC.flatmap(lambda dtype: hnp.arrays(dtype, _SHAPES))
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.integers(-(2**200), 2**200) | st.floats() | st.complex_numbers()
    | st.text() | st.binary()
)  # fmt: skip
_KEYS = st.recursive(
    st.none() | st.integers() | st.text() | st.binary(), lambda k: st.lists(k).map(tuple), max_leaves=4
)
PLAIN = st.recursive(
    _LEAVES | ARRAYS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(_KEYS, inner, max_size=5),
    max_leaves=20,
)


def alike(a, b):
    """Whether they are equal in type and value, including NaN and signed zeros. Independent of the code under test."""
    if isinstance(a, np.ndarray):
        return (
            type(b) is np.ndarray
            and a.dtype.newbyteorder("=") == b.dtype
            and a.shape == b.shape
            and a.astype(b.dtype).tobytes() == b.tobytes()
        )
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a.hex() == b.hex()
    if isinstance(a, complex):
        return alike(a.real, b.real) and alike(a.imag, b.imag)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return alike(list(a.items()), list(b.items()))
    return a == b


def round_trip(value):
    return decode(Frame.from_bytes(encode(value).to_bytes()))


def raw(structure, buffers=b""):
    return Frame(structure, bytearray(buffers))


def ext(code, data):
    return msgpack.packb(msgpack.ExtType(code, data))


def array_ext(dtype, offset, *shape, code=wire.ARRAY):
    return ext(code, array_data(dtype, offset, *shape))


def array_data(dtype, offset, *shape):
    return struct.pack(f"<BI{len(shape)}I", arrays.DTYPES.index(np.dtype(dtype)), offset, *shape)


def array_header(count):
    return b"\xdd" + struct.pack(">I", count)


@patient(600)
@given(PLAIN)
@example({(1, ("a", (None,))): [(), [], {}, b"", ""]})
@example([math.nan, -0.0, math.inf, 2**64, -(2**63) - 1, complex(math.nan, -0.0)])
def test_plain_data_arrives_as_it_was(value):
    assert alike(value, round_trip(value))


@patient(300)
@given(ARRAYS)
def test_an_array_of_any_layout_arrives_as_it_was(array):
    for view in (array, array.T, array[..., ::-1] if array.ndim else array, np.asfortranarray(array)):
        got = round_trip({"a": view, "b": [view]})
        assert alike(view, got["a"])
        assert alike(view, got["b"][0])


@pytest.mark.parametrize("code", list("?bhilqBHILQefdFD"))
def test_every_numeric_dtype_crosses_as_array_and_as_scalar(code):
    array = np.array([[0, 1], [1, 0]], code)
    assert alike(array, round_trip(array))
    scalar = round_trip(array[0, 1])
    assert type(scalar) is np.dtype(array.dtype.str).type  # numpy has two 64-bit C types with one name
    assert scalar == 1


@pytest.mark.parametrize(("code", "plain"), [("g", np.float64), ("G", np.complex128)])
def test_a_long_double_arrives_in_double_precision(code, plain):
    got = round_trip(np.arange(3).astype(code))
    assert got.dtype == plain
    assert got.tolist() == [0, 1, 2]


def test_a_broadcast_array_arrives_with_all_its_elements():
    assert alike(np.array([[1.0, 2.0]] * 3), round_trip(np.broadcast_to([1.0, 2.0], (3, 2))))


def test_an_array_arrives_writable_and_apart_from_its_neighbours():
    first, second = round_trip([np.zeros(3), np.zeros(3)])
    first += 1
    assert second.tolist() == [0, 0, 0]


def test_arrays_arrive_aligned():
    values = round_trip([np.zeros(1, np.int8), np.zeros(2), np.zeros(3, np.int8), np.zeros(1, complex)])
    assert all(array.flags.aligned for array in values)


def test_a_lone_surrogate_does_not_stop_the_text_around_it():
    assert round_trip("a\ud800b") == "a?b"


Point = namedtuple("Point", "x y")


class Colour(enum.IntEnum):
    RED = 3


class Text(str):
    pass


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (Point(1, 2), (1, 2)),
        (Colour.RED, 3),
        (Text("abc"), "abc"),
        (np.str_("relu"), "relu"),
        (np.bytes_(b"x"), b"x"),
        (np.ma.array([1.0, 2.0], mask=[False, True]), np.array([1.0, 2.0])),
    ],
)
def test_a_subclass_arrives_as_its_plain_self(value, plain):
    assert alike(plain, round_trip(value))


@pytest.mark.torch
@pytest.mark.parametrize("name", ["float32", "float64", "float16", "bfloat16", "int64", "uint8", "bool"])
def test_a_tensor_arrives_as_a_tensor(name):
    import torch

    dtype = getattr(torch, name)
    for tensor in (
        torch.tensor([[0, 1, 1], [1, 0, 1]]).to(dtype),
        torch.tensor(1).to(dtype),
        torch.zeros(0, 3).to(dtype),
    ):
        for view in (tensor, tensor.T if tensor.ndim == 2 else tensor, tensor.conj()):
            got = round_trip(view)
            assert got.dtype == dtype
            assert torch.equal(got, view)


@pytest.mark.torch
def test_a_parameter_arrives_without_its_graph():
    import torch

    got = round_trip(torch.nn.Parameter(torch.ones(2)))
    assert not got.requires_grad
    assert got.tolist() == [1, 1]


def cycle():
    items = []
    items.append(items)
    return items


def nest(depth):
    value = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        object(), {1, 2}, len, np.array([object()]), np.array(["a"]), np.array("2020-01-01", "M8[D]"),
        np.zeros(2, [("a", int)]), 1 << 5000, -(1 << 5000), cycle(), nest(100_000), {(1,): range(3)},
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_not_plain_data_is_refused(value):
    with pytest.raises(WireError):
        encode(value)


def test_what_refer_names_arrives_as_what_resolve_makes_of_it():
    frame = encode([1, {2}], lambda obj: Reference("handle", 7, type(obj).__name__))
    assert decode(frame) == [1, Reference("handle", 7, "set")]
    assert decode(frame, lambda reference: reference.id) == [1, 7]


def test_arrays_beyond_the_limit_are_refused_before_they_are_copied():
    lazy = np.broadcast_to(0.0, (1 << 40,))  # 8 TiB if it were copied
    with pytest.raises(WireError, match="more than 1 MiB of arrays"):
        encode([lazy], max_bytes=MIB)


def test_a_large_structure_is_refused_from_an_untrusted_sender_only():
    value = list(range(MIB))
    assert round_trip(value) == value
    with pytest.raises(WireError, match="use arrays"):
        encode(value, max_bytes=64 * MIB)


def test_spans_tell_where_each_array_lies():
    frame = encode(["x", np.array([1, 2], np.int16), {"k": np.array([3.0])}, np.float64(4)])
    spans = []
    decode(frame, spans=spans)
    assert [bytes(frame.buffers[a:b]) for a, b in spans] == [b"\1\0\2\0", struct.pack("<d", 3.0)]


# Malformed frames


def refused_or_decoded(frame):
    """The result must be a value or a WireError, and nothing else."""
    try:
        decode(frame)
    except WireError:
        return


@patient(1500)
@given(st.binary(max_size=200), st.binary(max_size=64))
def test_random_bytes_are_data_or_a_wire_error(structure, buffers):
    refused_or_decoded(raw(structure, buffers))


@patient(1500)
@given(
    st.integers(0, 9), st.binary(max_size=40) | st.from_regex(rb"\A[<>=|]?[a-z?]\w{0,8}\|-?\d{0,25}\|[\d,-]{0,40}\Z")
)
def test_random_extensions_are_data_or_a_wire_error(code, data):
    refused_or_decoded(raw(ext(code, data), bytes(64)))


@patient(600)
@given(PLAIN, st.data())
def test_a_mutated_frame_is_data_or_a_wire_error(value, data):
    frame = encode(value)
    structure = bytearray(frame.structure)
    for _ in range(data.draw(st.integers(1, 4))):
        structure[data.draw(st.integers(0, len(structure) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(frame.buffers)))
    refused_or_decoded(raw(bytes(structure), frame.buffers[:cut]))


@patient(200)
@given(PLAIN, st.data())
def test_a_truncated_frame_is_a_wire_error(value, data):
    whole = encode(value).to_bytes()
    with pytest.raises(WireError):
        Frame.from_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])


@patient(200)
@given(PLAIN, st.data())
def test_a_truncated_structure_is_a_wire_error(value, data):
    structure = encode(value).structure
    with pytest.raises(WireError):
        decode(raw(structure[: data.draw(st.integers(0, len(structure) - 1))]))


@pytest.mark.parametrize(
    "structure",
    [
        pytest.param(b"\x91" * 100_000 + b"\xc0", id="lists"),
        pytest.param(b"\x81\x00" * 100_000 + b"\xc0", id="maps"),
        pytest.param(b"\x81" * 100_000 + b"\xc0" * 100_001, id="maps as keys"),
        pytest.param((b"\x92" + ext(wire.TUPLE, b"")) * 100_000 + b"\xc0", id="tuples"),
        pytest.param((b"\x81\x92" + ext(wire.TUPLE, b"")) * 50_000 + b"\xc0", id="tuples as keys"),
        pytest.param(b"\x91" * 64 + b"\xc0", id="one too many"),
        pytest.param(b"\x93\x80\xc0" + b"\x91" * 63 + b"\xc0", id="one too many, beside others"),
        pytest.param((b"\x92" + ext(wire.TUPLE, b"")) * 64 + b"\xc0", id="one tuple too many"),
        pytest.param(ext(wire.REFERENCE, b"\x91" * 100_000 + b"\xc0"), id="inside a reference"),
    ],
)
def test_deep_nesting_is_a_wire_error(structure):
    with pytest.raises(WireError):
        decode(raw(structure))


def test_nesting_up_to_the_limit_is_data():
    assert round_trip(nest(wire.MAX_DEPTH - 1)) == nest(wire.MAX_DEPTH - 1)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\0", array_data("f8", 0)[:-1], array_data("f8", 0, 1)[:-1], array_data("f8", 0, 1) + b"\0",
        array_data("f8", 0, 9), array_data("f8", 8, 8), array_data("f8", 2**32 - 8, 1), array_data("f8", 0, *[1] * 17),
        array_data("f8", 0, 2**32 - 1, 2**32 - 1, 2**32 - 1), array_data("f8", 0, 2**31, 2**31, 4),
        bytes([len(arrays.DTYPES)]) + array_data("f8", 0, 1)[1:], b"\xff" + array_data("f8", 0, 1)[1:],
    ],
)  # fmt: skip
@pytest.mark.parametrize("code", [wire.ARRAY, wire.SCALAR, wire.TENSOR])
def test_an_impossible_array_is_a_wire_error(code, data):
    with pytest.raises(WireError):
        decode(raw(ext(code, data), bytes(64)))


@pytest.mark.parametrize(
    "structure",
    [
        b"", b"\xc1", b"\xc0\xc0", ext(99, b""), ext(wire.TUPLE, b""), msgpack.packb({"a": msgpack.ExtType(2, b"")}),
        b"\x92\xc0" + ext(wire.TUPLE, b""), b"\x92" + 2 * ext(wire.TUPLE, b""),
        b"\x81" + ext(wire.TUPLE, b"") + b"\xc0",
        ext(wire.REFERENCE, msgpack.packb(["handle", 1, "x" * 501])),
        ext(wire.REFERENCE, msgpack.packb([1, 2, 3])), ext(wire.REFERENCE, msgpack.packb(["a"])),
        ext(wire.BIG_INT, b"x"), ext(wire.BIG_INT, b"1" * 1301), ext(wire.COMPLEX, b"1"),
        array_ext("f8", 0, 0, code=wire.SCALAR),
        msgpack.packb(msgpack.Timestamp(1, 2)), msgpack.packb([msgpack.Timestamp(1)]), b"\x81\x90\x00", b"\xa1\xff",
        b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff",
        b"\xc9\xff\xff\xff\xff\x01", b"\x80" + bytes(3),
    ],
)  # fmt: skip
def test_a_malformed_structure_is_a_wire_error(structure):
    with pytest.raises(WireError):
        decode(raw(structure))


def test_a_reference_names_the_beginning_of_a_long_name():
    long = Reference(wire.HANDLE, 7, "漢" * 1000)
    assert round_trip(long) == Reference(wire.HANDLE, 7, "漢" * 100)


def test_keys_with_chosen_hashes_do_not_cost_quadratic_time():
    """39,000 integers with the hash 0 take 13 s in a dict."""
    modulus = sys.hash_info.modulus
    keys = [ext(wire.BIG_INT, str(i * modulus).encode()) + b"\xc0" for i in range(10, 39_000)]
    with pytest.raises(WireError, match="unusual keys"):
        decode(raw(b"\xdf" + struct.pack(">I", len(keys)) + b"".join(keys)))


@pytest.mark.parametrize("key", [lambda i: i, str, float, lambda i: str(i).encode()])
def test_a_large_dict_with_ordinary_keys_crosses(key):
    value = {key(i): None for i in range(5000)}
    assert round_trip(value) == value


_MEASURED = """
import resource, struct, sys
from autograder.sandbox.child.wire import Frame, WireError, decode
def peak_mib():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
MIB = 1 << 20
structure = {structure}
assert len(structure) <= MIB, len(structure)
before = peak_mib()
try:
    decode(Frame(structure, bytearray()))
except WireError:
    pass
print(peak_mib() - before)
"""


@pytest.mark.parametrize(
    "structure",
    [
        "b'\\xdd' + struct.pack('>I', MIB - 5) + b'\\x80' * (MIB - 5)",
        "b'\\xdd' + struct.pack('>I', MIB - 5) + b'\\x90' * (MIB - 5)",
        "(b'\\xdd' + struct.pack('>I', MIB - 6000)) * 1000 + bytes(MIB - 5000)",
        "(b'\\xdf' + struct.pack('>I', MIB // 2 - 6000)) * 1000 + bytes(MIB - 5000)",
        "b'\\xdd' + struct.pack('>I', MIB // 16) + (b'\\xc7\\x09\\x01\\x0b' + bytes(8)) * (MIB // 16)",
    ],
    ids=["maps", "lists", "announced lists", "announced maps", "arrays"],
)
def test_a_full_structure_needs_little_memory(structure):
    program = _MEASURED.format(structure=structure)
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert float(result.stdout) < 200


# Sockets


@pytest.fixture
def pair():
    left, right = socket.socketpair()
    with left, right:
        yield left, right


@pytest.mark.parametrize("size", [0, 1, 3 * MIB // 8 + 5])
def test_a_frame_crosses_a_socket(pair, size):
    array = np.arange(size, dtype=float)
    sender = threading.Thread(target=send, args=(pair[0], encode([array, "end"])))
    sender.start()
    got = decode(receive(pair[1], time.monotonic() + 30, 64 * MIB))
    sender.join()
    assert alike([array, "end"], got)


@pytest.mark.parametrize(("structure", "buffers"), [(MIB + 1, 0), (0, 16 * MIB + 1), (0, 2**64 - 1), (2**32 - 1, 0)])
def test_an_announced_length_beyond_the_limit_is_refused_at_once(pair, structure, buffers):
    pair[0].sendall(wire.HEADER.pack(structure, buffers))
    with pytest.raises(WireError, match="more than"):
        receive(pair[1], time.monotonic() + 30, 16 * MIB)


def test_an_announcement_alone_takes_no_memory(pair):
    pair[0].sendall(wire.HEADER.pack(0, 2**63))
    pair[0].close()
    with pytest.raises(Disconnected):
        receive(pair[1])  # a trusted sender, so without a limit


def test_half_a_frame_ends_with_the_deadline(pair):
    pair[0].sendall(encode([1, 2, 3]).to_bytes()[:-1])
    with pytest.raises(DeadlinePassed):
        receive(pair[1], time.monotonic() + 0.05)


def test_a_deadline_holds_for_a_sender_of_single_bytes(pair):
    stop = threading.Event()

    def drip():
        pair[0].sendall(wire.HEADER.pack(MIB, 0))
        while not stop.wait(0.01):
            pair[0].sendall(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    with pytest.raises(DeadlinePassed):
        receive(pair[1], time.monotonic() + 0.2, 64 * MIB)
    stop.set()
    dripping.join()


def test_a_receiver_who_does_not_read_is_given_up_at_the_deadline(pair):
    with pytest.raises(DeadlinePassed):
        send(pair[0], Frame(b"", bytearray(8 * MIB)), time.monotonic() + 0.05)


def test_a_passed_deadline_is_not_waited_for(pair):
    with pytest.raises(DeadlinePassed):
        send(pair[0], encode(1), time.monotonic() - 1)


def test_a_closed_connection_is_told_apart(pair):
    pair[0].close()
    with pytest.raises(Disconnected, match="was closed"):
        receive(pair[1])
    with pytest.raises(Disconnected, match="broke"):
        send(pair[1], encode(1))


def test_a_reset_connection_is_told_apart(pair):
    pair[1].sendall(b"unread")
    pair[0].close()  # with unread data, which resets the connection
    with pytest.raises(Disconnected, match="broke"):
        receive(pair[1])


def test_frames_are_frozen():
    with pytest.raises(AttributeError):
        encode(1).structure = b""


def test_encoding_keeps_no_array_until_the_garbage_collector_comes():
    array = np.zeros(10)
    before = sys.getrefcount(array)
    gc.disable()
    try:
        encode([array, object()], lambda obj: Reference("handle", 0))
        assert sys.getrefcount(array) == before
    finally:
        gc.enable()


@pytest.mark.parametrize("shape", [(1048577, 0), (1024, 1025, 0), (0, 0, 2**32 - 1), (2**31, 2**31, 2, 0)])
def test_an_array_of_nothing_in_endless_rows_is_a_wire_error(shape):
    with pytest.raises(WireError, match="impossible shape"):
        decode(Frame(array_ext("f8", 0, *shape), bytearray()))


def test_an_array_of_nothing_keeps_its_lengths():
    assert round_trip(np.empty((1000, 0, 1000))).shape == (1000, 0, 1000)


@pytest.mark.parametrize("second", [0, 16])
def test_arrays_that_overlap_are_a_wire_error(second):
    one, other = (array_ext("u1", offset, 32) for offset in (0, second))
    with pytest.raises(WireError, match=r"overlap|malformed"):
        decode(Frame(b"\x92" + one + other, bytearray(48)))


@pytest.mark.parametrize("code", [wire.ARRAY, wire.SCALAR, wire.TENSOR])
@pytest.mark.parametrize("offset", [1, 4, 8, 15, 24])
def test_an_array_that_does_not_begin_where_the_largest_item_may_is_a_wire_error(code, offset):
    with pytest.raises(WireError, match="odd offset"):
        decode(raw(array_ext("f4", offset, 2, code=code), bytes(64)))


@pytest.mark.parametrize("received", [True, False])
@pytest.mark.parametrize("n", [1, 100, 5000, 300_000])
def test_every_array_lies_where_the_largest_item_may(received, n):
    frame = encode([np.ones(3, "i1"), np.ones(n), np.ones((2, n), "f4"), "x" * (n % 7)])
    if received:
        here, there = socket.socketpair()
        with here, there:
            sender = threading.Thread(target=send, args=(there, frame))
            sender.start()
            frame = receive(here)
            sender.join()
    places = [array.__array_interface__["data"][0] for array in decode(frame)[:3]]
    assert [place % arrays.ALIGNMENT for place in places] == [0, 0, 0]


@pytest.mark.parametrize("dtype", ["c8", "c16"])
def test_a_tensor_of_complex_numbers_is_a_wire_error_on_both_sides(dtype):
    torch = pytest.importorskip("torch")
    with pytest.raises(WireError, match="a tensor of complex numbers"):
        decode(raw(array_ext(dtype, 0, 2, code=wire.TENSOR), bytes(64)))
    with pytest.raises(WireError, match="a tensor of complex numbers"):
        encode(torch.from_numpy(np.zeros(2, dtype)))


def test_an_array_of_more_dimensions_than_work_has_is_a_wire_error():
    assert round_trip(np.ones([1] * arrays.MAX_DIMENSIONS)).ndim == arrays.MAX_DIMENSIONS
    with pytest.raises(WireError, match="17 dimensions, more than 16"):
        encode(np.ones([1] * 17))


def test_a_bool_of_any_other_byte_is_true():
    (got,) = decode(raw(b"\x91" + array_ext("?", 0, 4), bytes([0, 1, 2, 255])))
    assert got.view("u1").tolist() == [0, 1, 1, 1]
    assert round_trip(np.array([2, 0], "u1").view(bool)).sum() == 1
    scalar = decode(raw(array_ext("?", 0, code=wire.SCALAR), bytes([2])))
    assert scalar == np.True_
    assert int(scalar) == 1
