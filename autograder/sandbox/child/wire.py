"""Frames of plain data between the grader and the student's process.

Protects against: code execution by data (there is no pickle and no object dtype), memory blow-up (every length is
checked before anything is allocated, and the part that can be amplified is small), deep nesting, lazy or lying array
types (a receiver builds every array itself, from bytes).
Does not protect against: a sender who lies about its *values*; those are judged by the checks.

A frame is `<u32 structure length><u64 buffers length><structure><buffers>`. The structure is msgpack; arrays in it are
an extension (dtype, shape, offset) that points into the buffers, so large data is never copied into msgpack and a
hostile structure stays below `MAX_STRUCTURE_BYTES`.
"""

from __future__ import annotations

import math
import socket
import struct
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack
import numpy as np

HEADER = struct.Struct("<IQ")
MAX_STRUCTURE_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_ODD_KEYS = 1000
MAX_EMPTY_ITEMS = 1 << 20  # that an array without any would have, were its lengths of 0 lengths of 1
ALIGNMENT = 16

ARRAY, TUPLE, SCALAR, TENSOR, REFERENCE, BIG_INT, COMPLEX = 1, 2, 3, 4, 5, 6, 7
# In a frame a dtype is its place here; the last is the bits of torch's bfloat16, which numpy does not have.
DTYPES = [np.dtype(name) for name in
          ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "i2"]]  # fmt: skip
_BFLOAT16 = len(DTYPES) - 1
_CODES = {dtype: code for code, dtype in reversed(list(enumerate(DTYPES)))}
# An array: its dtype, its offset, its shape. By the number of dimensions; and by how many bytes that takes.
_LAYOUTS = [struct.Struct(f"<BI{n}I") for n in range(65)]  # numpy has no more dimensions
_LAYOUT_OF = {layout.size: layout for layout in _LAYOUTS}
_CHUNK_BYTES = 1 << 20
_BYTES_PER_ITEM = 64
_PLAIN: tuple[type, ...] = (float, str, bytes, list, dict)


class WireError(Exception):
    """A value that cannot cross, or a frame that is malformed or too large."""


class Disconnected(WireError):
    """The other side is gone: nothing more will come."""


class DeadlinePassed(WireError):
    """The other side did not send or take a whole frame in time."""


@dataclass(frozen=True)
class Reference:
    """A thing that stays on its own side: a `handle` to a student's object or a `callback` into a check."""

    kind: str
    id: int
    type_name: str = ""


class Frame(NamedTuple):
    """structure: msgpack bytes. buffers: (n,) bytes that the structure's arrays point into."""

    structure: bytes
    buffers: bytearray

    @property
    def weight(self) -> int:
        """About the bytes that it occupies once it is decoded: each byte of structure may be a list of its own."""
        return len(self.buffers) + _BYTES_PER_ITEM * len(self.structure)

    def to_bytes(self) -> bytes:
        return HEADER.pack(len(self.structure), len(self.buffers)) + self.structure + bytes(self.buffers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Frame:
        """The inverse of `to_bytes`. Raises WireError if `data` is not exactly one frame."""
        if len(data) < HEADER.size:
            raise WireError("the frame is cut short")
        n_structure, n_buffers = HEADER.unpack_from(data)
        if len(data) != HEADER.size + n_structure + n_buffers:
            raise WireError("the frame's lengths do not add up")
        split = HEADER.size + n_structure
        return cls(bytes(data[HEADER.size : split]), bytearray(data[split:]))


class _TupleMark:
    pass


_TUPLE_MARK = _TupleMark()
_TUPLE = msgpack.ExtType(TUPLE, b"")
_PADDING = [bytes(n) for n in range(ALIGNMENT)]
_OUT_OF_PLACE = frozenset({_TupleMark, msgpack.Timestamp})
_NESTING = frozenset({list, tuple, dict})


def encode(value: Any, refer: Callable[[Any], Reference] | None = None, *, max_bytes: int | None = None) -> Frame:
    """Encode plain data: None, bool, int, float, complex, str, bytes, list, tuple, dict, numeric ndarray, tensor.

    refer: called for everything else, returns the Reference that stands for it; without it such values are refused.
    max_bytes: the most that the arrays may occupy together; None for a trusted sender, who has no limits.
    Raises: WireError if something cannot cross (object arrays, cycles, too much data).
    """
    buffers = bytearray()

    def pack_array(array: np.ndarray, kind: int, code: int | None = None) -> msgpack.ExtType:
        if array.dtype not in _CODES:
            array = _portable(array)
        offset = len(buffers)
        if max_bytes is not None and offset + array.nbytes > max_bytes:
            raise WireError(f"more than {max_bytes / 2**20:.0f} MiB of arrays")
        buffers.extend((array if array.flags.c_contiguous else np.ascontiguousarray(array)).data)
        buffers.extend(_PADDING[-len(buffers) % ALIGNMENT])
        code = _CODES[array.dtype] if code is None else code
        return _extension(kind, _LAYOUTS[array.ndim].pack(code, offset, *array.shape))

    def default(obj: Any) -> Any:
        if type(obj) is np.ndarray:
            return pack_array(obj, ARRAY)
        if isinstance(obj, tuple):
            return [_TUPLE, *obj]
        if isinstance(obj, np.ndarray):
            return pack_array(np.asarray(obj), ARRAY)
        if isinstance(obj, np.generic) and not isinstance(obj, str | bytes):
            return pack_array(np.asarray(obj), SCALAR)
        if isinstance(obj, Reference):
            return _packed(obj)
        for base in _PLAIN:  # subclasses, as their plain selves
            if isinstance(obj, base):
                return base(obj)
        if isinstance(obj, int):
            if -(2**63) <= int(obj) < 2**64:
                return int(obj)
            if obj.bit_length() > 4096:
                raise WireError("an integer of more than 4096 bits")
            return _extension(BIG_INT, str(int(obj)).encode())
        if isinstance(obj, complex):
            return _extension(COMPLEX, struct.pack("<dd", obj.real, obj.imag))
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(obj, torch.Tensor):
            tensor = obj.detach().cpu().resolve_conj().resolve_neg().contiguous()
            if tensor.dtype == torch.bfloat16:  # numpy has no such dtype, so its bits travel
                return pack_array(tensor.view(torch.int16).numpy(), TENSOR, _BFLOAT16)
            return pack_array(tensor.numpy(), TENSOR)
        if refer is None:
            raise WireError(f"a {type(obj).__name__}, which is not plain data")
        return _packed(refer(obj))  # not default(...): a closure that names itself keeps the arrays until a collection

    try:
        structure = msgpack.packb(value, default=default, strict_types=True, unicode_errors="replace")
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, RuntimeError, struct.error) as error:
        raise WireError(f"data that cannot be sent ({error})") from None
    except MemoryError:
        raise WireError("more lists, numbers and text than fit into memory") from None
    if max_bytes is not None and len(structure) > MAX_STRUCTURE_BYTES:
        raise WireError(f"more than {MAX_STRUCTURE_BYTES >> 20} MiB of lists, numbers and text; use arrays")
    return Frame(structure, buffers)


def _extension(kind: int, data: bytes) -> msgpack.ExtType:
    """The same as ExtType(kind, data), which spends most of its time on checking what we know."""
    return tuple.__new__(msgpack.ExtType, (kind, data))


def _portable(array: np.ndarray) -> np.ndarray:
    """The same numbers in a dtype that every machine has. Raises: WireError if they are no numbers."""
    if array.dtype.char in "gG":  # long double
        return array.astype(np.float64 if array.dtype.char == "g" else np.complex128)
    native = array.astype(array.dtype.newbyteorder("=")) if array.dtype.kind in "biufc" else array
    if native.dtype not in _CODES:
        raise WireError(f"an array of dtype {array.dtype}, which is not numeric")
    return native


def _packed(reference: Reference) -> msgpack.ExtType:
    return _extension(REFERENCE, msgpack.packb([reference.kind, reference.id, reference.type_name]))


def decode(
    frame: Frame,
    resolve: Callable[[Reference], Any] | None = None,
    spans: list[tuple[int, int]] | None = None,
) -> Any:
    """The value of a frame. Its arrays and tensors are writable views of `frame.buffers`.

    resolve: what a Reference stands for on this side; without it References stay as they are.
    spans: if given, receives (start, end) in the buffers of each array and tensor, in the order of the structure.
    Raises: WireError if the frame is malformed in any way.
    """

    claimed = 0  # bytes of the buffers. No encoder lets arrays overlap: stacked, they would be more than was sent

    def array_at(data: bytes) -> tuple[np.ndarray, int, int]:
        nonlocal claimed
        code, offset, *shape = _LAYOUT_OF[len(data)].unpack(data)
        if 0 in shape:  # it may stand behind the end of the buffers, or where there are none
            if math.prod(n or 1 for n in shape) > MAX_EMPTY_ITEMS:  # whoever lists its rows would never end
                raise WireError("an array with an impossible shape")
            return np.empty(shape, DTYPES[code]), code, offset
        array = np.ndarray(shape, DTYPES[code], frame.buffers, offset)  # refused if it is longer than the buffers
        claimed += array.nbytes
        if claimed > len(frame.buffers):
            raise WireError("arrays that overlap")
        return array, code, offset

    def ext_hook(kind: int, data: bytes) -> Any:
        if kind == TUPLE:
            return _TUPLE_MARK
        if kind == SCALAR:
            return array_at(data)[0].reshape(-1)[0]
        if kind in (ARRAY, TENSOR):
            array, code, offset = array_at(data)
            if spans is not None:
                spans.append((offset, offset + array.nbytes))
            torch = sys.modules.get("torch") if kind == TENSOR else None
            if torch is None:
                return array
            tensor = torch.from_numpy(array)
            return tensor.view(torch.bfloat16) if code == _BFLOAT16 else tensor
        if kind == REFERENCE:
            what, identifier, type_name = msgpack.unpackb(data)
            if not (isinstance(what, str) and isinstance(identifier, int) and isinstance(type_name, str)):
                raise WireError("a malformed reference")
            reference = Reference(what, identifier, type_name[:100])
            return resolve(reference) if resolve else reference
        if kind == BIG_INT and len(data) <= 1300:
            return int(data)
        if kind == COMPLEX:
            return complex(*struct.unpack("<dd", data))
        raise WireError(f"an unknown extension {kind}")

    def list_hook(items: list) -> list | tuple:
        return tuple(items[1:]) if items and items[0] is _TUPLE_MARK else items

    def pairs_hook(pairs: list[tuple[Any, Any]]) -> dict:
        # Python salts the hashes of text only: large integers or tuples can be chosen so that all of theirs are equal,
        # and the time to fill a dict grows with the square of their number.
        if len(pairs) > MAX_ODD_KEYS and not all(_is_ordinary_key(key) for key, _ in pairs):
            raise WireError(f"a dict with more than {MAX_ODD_KEYS} unusual keys")
        return dict(pairs)

    try:
        value = msgpack.unpackb(
            frame.structure, ext_hook=ext_hook, list_hook=list_hook, object_pairs_hook=pairs_hook, strict_map_key=False
        )
        _verify(value)
    except WireError:
        raise
    except Exception as error:  # whatever a hostile frame provokes in the decoder is a malformed frame
        raise WireError(f"a malformed frame ({type(error).__name__})") from None
    return value


def _is_ordinary_key(key: Any) -> bool:
    return type(key) in (str, bytes, float) or (type(key) is int and -(2**63) <= key < 2**64)


def _verify(value: Any) -> None:
    """Level by level, which is quicker than item by item. Raises: WireError."""
    level = [value]
    for _ in range(MAX_DEPTH):
        kinds = set(map(type, level))
        if not _OUT_OF_PLACE.isdisjoint(kinds):
            raise WireError("a tuple mark or a time out of place")
        if _NESTING.isdisjoint(kinds):
            return
        inside: list[Any] = []
        for item in level:
            if type(item) in _NESTING:
                inside += item
                if type(item) is dict:
                    inside += item.values()
        level = inside
    if level:
        raise WireError(f"data nested deeper than {MAX_DEPTH}")


def send(sock: socket.socket, frame: Frame, deadline: float | None = None, *, first: bytes = b"") -> None:
    """Send one frame before `deadline` (time.monotonic seconds); `first`, frames as bytes, in front of it.

    Raises: DeadlinePassed, Disconnected.
    """
    head = first + HEADER.pack(len(frame.structure), len(frame.buffers)) + frame.structure
    small = len(frame.buffers) < _CHUNK_BYTES
    parts: list[bytes | bytearray] = [head + frame.buffers] if small else [head, frame.buffers]
    for part in parts:
        view = memoryview(part)
        while view:
            _arm(sock, deadline)
            try:
                sent = sock.send(view[:_CHUNK_BYTES])
            except TimeoutError:
                raise DeadlinePassed("the deadline passed while sending") from None
            except OSError as error:
                raise Disconnected(f"the connection broke ({error.strerror})") from None
            view = view[sent:]


def receive(sock: socket.socket, deadline: float | None = None, max_bytes: int | None = None) -> Frame:
    """Receive one frame; max_bytes as in `encode`.

    Raises: DeadlinePassed, Disconnected, or WireError if it announces more than is allowed.
    """
    n_structure, n_buffers = HEADER.unpack(_read(sock, HEADER.size, deadline))
    if max_bytes is not None and n_structure > MAX_STRUCTURE_BYTES:
        raise WireError(f"a reply with more than {MAX_STRUCTURE_BYTES >> 20} MiB of structure")
    if max_bytes is not None and n_buffers > max_bytes:
        raise WireError(f"a reply of {n_buffers / 2**20:.0f} MiB, more than the allowed {max_bytes >> 20} MiB")
    if n_structure + n_buffers > _CHUNK_BYTES:
        return Frame(bytes(_read(sock, n_structure, deadline)), _read(sock, n_buffers, deadline))
    both = _read(sock, n_structure + n_buffers, deadline)
    return Frame(bytes(both[:n_structure]), both[n_structure:])


def _read(sock: socket.socket, count: int, deadline: float | None) -> bytearray:
    # Grows with what has arrived, not with what was announced: an announcement costs a sender nothing.
    data = bytearray()
    while len(data) < count:
        _arm(sock, deadline)
        try:
            chunk = sock.recv(min(count - len(data), _CHUNK_BYTES))
        except TimeoutError:
            raise DeadlinePassed("the deadline passed") from None
        except OSError as error:
            raise Disconnected(f"the connection broke ({error.strerror})") from None
        if not chunk:
            raise Disconnected("the connection was closed")
        data += chunk
    return data


def _arm(sock: socket.socket, deadline: float | None) -> None:
    if deadline is None:
        sock.settimeout(None)
        return
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise DeadlinePassed("the deadline passed")
    sock.settimeout(remaining)
