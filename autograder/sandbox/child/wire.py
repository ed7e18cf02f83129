"""Frames of plain data between the grader and the student's process.

Protects against: code execution by data (there is no pickle and no object dtype), memory blow-up (every length is
checked before anything is allocated, and the part that can be amplified is small), deep nesting, lazy or lying array
types (a receiver builds every array itself, from bytes: see `arrays`).
Does not protect against: a sender who lies about its *values*; those are judged by the checks.

A frame is `<u32 structure length><u64 buffers length><structure><buffers>`. The structure is msgpack; arrays in it are
an extension (dtype, shape, offset) that points into the buffers, so large data is never copied into msgpack and a
hostile structure stays below `MAX_STRUCTURE_BYTES`.
"""

from __future__ import annotations

import functools
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgpack
import numpy as np

from .arrays import ALIGNMENT, BFLOAT16, WireError, array_at, place_of, portable

HEADER = struct.Struct("<IQ")
MAX_STRUCTURE_BYTES = 1 << 20
MAX_DEPTH = 64
MAX_ODD_KEYS = 1000

ARRAY, TUPLE, SCALAR, TENSOR, REFERENCE, BIG_INT, COMPLEX = 1, 2, 3, 4, 5, 6, 7
_BYTES_PER_ITEM = 64
_NAME_CHARS, _REFERENCE_BYTES = 100, 500  # of the name of a handle's type; of a reference
_TIME = b"\xff"  # msgpack's kind of a time
_PLAIN: tuple[type, ...] = (float, str, bytes, list, dict)


# What a Reference stands for: an object of the student's side, a function of a check's, what the call before returned.
HANDLE, CALLBACK, PREVIOUS = "handle", "callback", "previous"


@dataclass(frozen=True)
class Reference:
    """A thing that stays on its own side. kind: HANDLE, CALLBACK or PREVIOUS."""

    kind: str
    id: int
    type_name: str = ""


# In a recording: a part of an answer that is left out.
UNRECORDED = Reference(HANDLE, 0, "something that was not recorded")


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
_PADDING = [bytes(-n % ALIGNMENT) for n in range(ALIGNMENT)]  # behind so many bytes more than a multiple
_OUT_OF_PLACE = frozenset({_TupleMark, msgpack.Timestamp})
_NESTING = frozenset({list, tuple, dict})


def encode(value: Any, refer: Callable[[Any], Reference] | None = None, *, max_bytes: int | None = None) -> Frame:
    """Encode plain data: None, bool, int, float, complex, str, bytes, list, tuple, dict, numeric ndarray, tensor.

    refer: called for everything else, returns the Reference that stands for it; without it such values are refused.
    max_bytes: the most that the arrays may occupy together; None for a trusted sender, who has no limits.
    Raises: WireError if something cannot cross (object arrays, cycles, too much data).
    """
    packer = _Packer(refer, max_bytes)
    try:
        structure = msgpack.packb(value, default=packer.pack, strict_types=True, unicode_errors="replace")
        buffers = bytearray().join(packer.parts)
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, RuntimeError, struct.error) as error:
        raise WireError(f"data that cannot be sent ({error})") from None
    except MemoryError:
        raise WireError("more lists, numbers and text than fit into memory") from None
    if max_bytes is not None and len(structure) > MAX_STRUCTURE_BYTES:
        raise WireError(f"more than {MAX_STRUCTURE_BYTES >> 20} MiB of lists, numbers and text; use arrays")
    return Frame(structure, buffers)


class _Packer:
    """Turns what msgpack does not know into what it does. parts: of the buffers, `size` bytes together."""

    __slots__ = ("max_bytes", "parts", "refer", "size")

    def __init__(self, refer: Callable[[Any], Reference] | None, max_bytes: int | None) -> None:
        self.parts: list[Any] = []
        self.size = 0
        self.refer = refer
        self.max_bytes = max_bytes

    def pack(self, obj: Any) -> Any:
        """What stands for `obj`: the most frequent types first."""
        if type(obj) is np.ndarray:
            return self._array(obj, ARRAY)
        if isinstance(obj, tuple):
            return [_TUPLE, *obj]
        torch = sys.modules.get("torch")
        if torch is not None and isinstance(obj, torch.Tensor):
            return self._tensor(obj, torch)
        if isinstance(obj, np.ndarray):
            return self._array(np.asarray(obj), ARRAY)
        if isinstance(obj, np.generic) and not isinstance(obj, str | bytes):
            return self._array(np.asarray(obj), SCALAR)
        if isinstance(obj, Reference):
            return _reference(obj)
        for base in _PLAIN:  # subclasses, as their plain selves
            if isinstance(obj, base):
                return base(obj)
        if isinstance(obj, int):
            return _integer(obj)
        if isinstance(obj, complex):
            return _extension(COMPLEX, struct.pack("<dd", obj.real, obj.imag))
        if self.refer is None:
            raise WireError(f"a {type(obj).__name__}, which is not plain data")
        return _reference(self.refer(obj))

    def _array(self, array: np.ndarray, kind: int, *, bfloat16: bool = False) -> msgpack.ExtType:
        """Its place in the buffers, of which it becomes a part."""
        array, offset = portable(array), self.size
        self.size = end = offset + array.nbytes
        if self.max_bytes is not None and end > self.max_bytes:
            raise WireError(f"more than {self.max_bytes / 2**20:.0f} MiB of arrays")
        self.parts.append(array if array.flags.c_contiguous else np.ascontiguousarray(array))
        if odd := end % ALIGNMENT:
            self.parts.append(_PADDING[odd])
            self.size += ALIGNMENT - odd
        return _extension(kind, place_of(array, offset, tensor=kind == TENSOR, bfloat16=bfloat16))

    def _tensor(self, tensor: Any, torch: Any) -> msgpack.ExtType:
        if tensor.dtype == torch.bfloat16:  # numpy has no such dtype, so its bits travel
            bits = tensor.detach().resolve_neg().view(torch.int16)
            return self._array(bits.numpy(force=True), TENSOR, bfloat16=True)
        return self._array(tensor.numpy(force=True), TENSOR)


def _integer(number: int) -> int | msgpack.ExtType:
    """The number itself where msgpack has it, else its digits. Raises: WireError if there are too many of them."""
    if -(2**63) <= int(number) < 2**64:
        return int(number)
    if number.bit_length() > 4096:
        raise WireError("an integer of more than 4096 bits")
    return _extension(BIG_INT, str(int(number)).encode())


def _reference(reference: Reference) -> msgpack.ExtType:
    return _extension(REFERENCE, _packed(reference.kind, reference.id, reference.type_name))


@functools.lru_cache(1000)  # most are one of few, many times
def _packed(kind: str, identifier: int, type_name: str) -> bytes:
    return bytes(msgpack.packb([kind, identifier, type_name[:_NAME_CHARS]]))


@functools.lru_cache(1000)
def _unpacked(data: bytes) -> Reference:
    """The inverse of `_packed`. Raises: WireError, or what msgpack raises, if it is none."""
    kind, identifier, type_name = msgpack.unpackb(data)
    if not (isinstance(kind, str) and isinstance(identifier, int) and isinstance(type_name, str)):
        raise WireError("a malformed reference")
    return Reference(kind, identifier, type_name[:_NAME_CHARS])


def _extension(kind: int, data: bytes) -> msgpack.ExtType:
    """The same as ExtType(kind, data), which spends most of its time on checking what we know."""
    return tuple.__new__(msgpack.ExtType, (kind, data))


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
    unpacker = _Unpacker(frame.buffers, resolve, spans)
    try:
        value = msgpack.unpackb(
            frame.structure,
            ext_hook=unpacker.unpack,
            list_hook=unpacker.sequence,
            object_pairs_hook=unpacker.mapping,
            strict_map_key=False,
        )
        # To look at all of it takes as long as to decode it. There is nothing to find where each mark was its tuple's
        # first, no byte can be a time's, and there are too few lists to be nested too deeply.
        if unpacker.marks or unpacker.containers >= MAX_DEPTH or _TIME in frame.structure:
            _verify(value)
    except WireError:
        raise
    except Exception as error:  # whatever a hostile frame provokes in the decoder is a malformed frame
        raise WireError(f"a malformed frame ({type(error).__name__})") from None
    return value


class _Unpacker:
    """What an extension of msgpack stands for, and what is made of a list or dict.

    left: bytes of the buffers that no array has pointed to so far. marks: of tuples, without a tuple so far.
    containers: lists, tuples and dicts so far.
    """

    __slots__ = ("buffers", "containers", "left", "marks", "resolve", "spans")

    def __init__(
        self,
        buffers: bytearray,
        resolve: Callable[[Reference], Any] | None,
        spans: list[tuple[int, int]] | None,
    ) -> None:
        self.buffers = buffers
        self.resolve = resolve
        self.spans = spans
        self.left = len(buffers)
        self.marks = self.containers = 0

    def unpack(self, kind: int, data: bytes) -> Any:
        if kind == TUPLE:
            self.marks += 1
            return _TUPLE_MARK
        if kind == ARRAY:
            return self._array(data, kind)
        if kind == SCALAR:
            return self._array(data, kind).reshape(-1)[0]
        if kind == TENSOR:
            return self._tensor(data)
        if kind == REFERENCE:
            return self._reference(data)
        if kind == BIG_INT and len(data) <= 1300:
            return int(data)
        if kind == COMPLEX:
            return complex(*struct.unpack("<dd", data))
        raise WireError(f"an unknown extension {kind}")

    def sequence(self, items: list) -> list | tuple:
        self.containers += 1
        if items and items[0] is _TUPLE_MARK:
            self.marks -= 1
            return tuple(items[1:])
        return items

    def mapping(self, pairs: list[tuple[Any, Any]]) -> dict:
        self.containers += 1
        # Python salts the hashes of text only: large integers or tuples can be chosen so that all of theirs are equal,
        # and the time to fill a dict grows with the square of their number.
        if len(pairs) > MAX_ODD_KEYS and not all(_is_ordinary_key(key) for key, _ in pairs):
            raise WireError(f"a dict with more than {MAX_ODD_KEYS} unusual keys")
        return dict(pairs)

    def _array(self, place: bytes, kind: int) -> np.ndarray:
        """The array at a place; where it lies goes to the spans, but for a scalar.

        No encoder lets arrays overlap: stacked, they would be more than was sent.
        """
        array, offset = array_at(place, self.buffers, tensor=kind == TENSOR)
        size = array.nbytes
        self.left -= size
        if self.left < 0:
            raise WireError("arrays that overlap")
        if self.spans is not None and kind != SCALAR:
            self.spans.append((offset, offset + size))
        return array

    def _tensor(self, place: bytes) -> Any:
        """An array where there is no torch, as in a grader that needs none."""
        array = self._array(place, TENSOR)
        torch = sys.modules.get("torch")
        if torch is None:
            return array
        tensor = torch.from_numpy(array)
        return tensor.view(torch.bfloat16) if place[0] == BFLOAT16 else tensor

    def _reference(self, data: bytes) -> Any:
        if len(data) > _REFERENCE_BYTES:
            raise WireError("a malformed reference")
        reference = _unpacked(data)
        return self.resolve(reference) if self.resolve else reference


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
