"""Frames of plain data between the grader and the student's process.

Protects against: code execution by data (there is no pickle and no object dtype), excessive memory (every length is
checked before anything is allocated, and the part that expands when decoded is small), deep nesting, and lazy or lying
array types (a receiver builds every array itself, from bytes; see `arrays`).
Does not protect against: a sender who lies about its *values*; the checks judge those.

A frame is `<u32 structure length><u64 buffers length><structure><buffers>`. The structure is msgpack. Arrays in it are
an extension (dtype, shape, offset) that points into the buffers, so large data is never copied into msgpack, and a
hostile structure is limited to `MAX_STRUCTURE_BYTES`.
"""

from __future__ import annotations

import functools
import struct
import sys
from collections.abc import Callable, Iterable
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
_NAME_CHARS, _REFERENCE_BYTES = 100, 500  # limits of the type name of a handle, and of a reference
_TIME = b"\xff"  # msgpack's type of a timestamp
_PLAIN: tuple[type, ...] = (float, str, bytes, list, dict)


# What a Reference stands for: an object on the student's side, a check's function, the result of the previous call.
HANDLE, CALLBACK, PREVIOUS = "handle", "callback", "previous"


@dataclass(frozen=True)
class Reference:
    """An object that stays on its own side. kind: HANDLE, CALLBACK or PREVIOUS."""

    kind: str
    id: int
    type_name: str = ""


# In a recording: a part of an answer that was left out.
UNRECORDED = Reference(HANDLE, 0, "something that was not recorded")


class Frame(NamedTuple):
    """structure: msgpack bytes. buffers: (n,) bytes, into which the structure's arrays point."""

    structure: bytes
    buffers: bytearray

    @property
    def weight(self) -> int:
        """About the number of bytes once decoded: each byte of structure may be a list of its own."""
        return len(self.buffers) + _BYTES_PER_ITEM * len(self.structure)

    def to_bytes(self) -> bytes:
        return HEADER.pack(len(self.structure), len(self.buffers)) + self.structure + bytes(self.buffers)

    @classmethod
    def from_bytes(cls, data: bytes | memoryview) -> Frame:
        """The inverse of `to_bytes`. Raises WireError if `data` is not exactly one frame."""
        if len(data) < HEADER.size:
            raise WireError("the frame is cut short")
        n_structure, n_buffers = HEADER.unpack_from(data)
        if len(data) != HEADER.size + n_structure + n_buffers:
            raise WireError("the frame's lengths do not add up")
        split = HEADER.size + n_structure
        return cls(bytes(data[HEADER.size : split]), bytearray(data[split:]))


def pack(frames: Iterable[Frame]) -> bytes:
    """The bytes of frames, one after another."""
    return b"".join(frame.to_bytes() for frame in frames)


def unpack(data: bytes | memoryview, most: int | None = None) -> list[Frame]:
    """The inverse of `pack`. Raises: WireError if `data` is not a sequence of frames, of at most `most`."""
    frames: list[Frame] = []
    offset = 0
    while offset < len(data):
        if len(frames) == most:
            raise WireError("more frames than expected")
        if len(data) < offset + HEADER.size:
            raise WireError("the frame is cut short")
        n_structure, n_buffers = HEADER.unpack_from(data, offset)
        end = offset + HEADER.size + n_structure + n_buffers
        frames.append(Frame.from_bytes(data[offset:end]))
        offset = end
    return frames


class _TupleMark:
    pass


_TUPLE_MARK = _TupleMark()
_TUPLE = msgpack.ExtType(TUPLE, b"")
_PADDING = [bytes(-n % ALIGNMENT) for n in range(ALIGNMENT)]  # by the number of bytes past a multiple of ALIGNMENT
_OUT_OF_PLACE = frozenset({_TupleMark, msgpack.Timestamp})
_NESTING = frozenset({list, tuple, dict})


def encode(value: Any, refer: Callable[[Any], Reference] | None = None, *, max_bytes: int | None = None) -> Frame:
    """Encode plain data: None, bool, int, float, complex, str, bytes, list, tuple, dict, numeric ndarray, tensor.

    refer: returns the Reference that stands for any other value; without it, such values are refused.
    max_bytes: the most that the arrays may take together; None for a trusted sender, who has no limits.
    Raises: WireError if something cannot be sent (object arrays, cycles, too much data).
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
    """Converts values that msgpack does not support. parts: of the buffers, `size` bytes in total."""

    __slots__ = ("max_bytes", "parts", "refer", "size")

    def __init__(self, refer: Callable[[Any], Reference] | None, max_bytes: int | None) -> None:
        self.parts: list[Any] = []
        self.size = 0
        self.refer = refer
        self.max_bytes = max_bytes

    def pack(self, obj: Any) -> Any:
        """The replacement for `obj`. The most frequent types come first."""
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
        for base in _PLAIN:  # subclasses are sent as their base class
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
        """Append the array to the buffers. Returns its place there."""
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
        if tensor.dtype == torch.bfloat16:  # numpy has no such dtype, so its bits are sent
            bits = tensor.detach().resolve_neg().view(torch.int16)
            return self._array(bits.numpy(force=True), TENSOR, bfloat16=True)
        return self._array(tensor.numpy(force=True), TENSOR)


def _integer(number: int) -> int | msgpack.ExtType:
    """The number itself if msgpack supports it, else its digits. Raises: WireError if there are too many."""
    if -(2**63) <= int(number) < 2**64:
        return int(number)
    if number.bit_length() > 4096:
        raise WireError("an integer of more than 4096 bits")
    return _extension(BIG_INT, str(int(number)).encode())


def _reference(reference: Reference) -> msgpack.ExtType:
    return _extension(REFERENCE, _packed(reference.kind, reference.id, reference.type_name))


@functools.lru_cache(1000)  # most are the same few, many times
def _packed(kind: str, identifier: int, type_name: str) -> bytes:
    return bytes(msgpack.packb([kind, identifier, type_name[:_NAME_CHARS]]))


@functools.lru_cache(1000)
def _unpacked(data: bytes) -> Reference:
    """The inverse of `_packed`. Raises: WireError, or an error of msgpack, if the data is malformed."""
    kind, identifier, type_name = msgpack.unpackb(data)
    if not (isinstance(kind, str) and isinstance(identifier, int) and isinstance(type_name, str)):
        raise WireError("a malformed reference")
    return Reference(kind, identifier, type_name[:_NAME_CHARS])


def _extension(kind: int, data: bytes) -> msgpack.ExtType:
    """The same as ExtType(kind, data), which spends most of its time on type checks."""
    return tuple.__new__(msgpack.ExtType, (kind, data))


def decode(
    frame: Frame,
    resolve: Callable[[Reference], Any] | None = None,
    spans: list[tuple[int, int]] | None = None,
) -> Any:
    """The value of a frame. Its arrays and tensors are writable views of `frame.buffers`.

    resolve: maps a Reference to an object on this side; without it, References stay as they are.
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
        # Verifying everything takes as long as decoding. It is unnecessary if each tuple mark was the first item of its
        # list, no byte can be a timestamp's, and there are too few containers for nesting that is too deep.
        if unpacker.marks or unpacker.containers >= MAX_DEPTH or _TIME in frame.structure:
            _verify(value)
    except WireError:
        raise
    except Exception as error:  # any error that a hostile frame causes in the decoder means a malformed frame
        raise WireError(f"a malformed frame ({type(error).__name__})") from None
    return value


class _Unpacker:
    """Converts msgpack's extensions, and its lists and dicts.

    left: bytes of the buffers that no array has used so far. marks: tuple marks not followed by their tuple so far.
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
        # Python salts the hashes of text only. An attacker can choose large integers or tuples with equal hashes; the
        # time to fill a dict with them grows with the square of their number.
        if len(pairs) > MAX_ODD_KEYS and not all(_is_ordinary_key(key) for key, _ in pairs):
            raise WireError(f"a dict with more than {MAX_ODD_KEYS} unusual keys")
        return dict(pairs)

    def _array(self, place: bytes, kind: int) -> np.ndarray:
        """The array at a place. Unless it is a scalar, its (start, end) is added to the spans.

        An encoder never makes arrays overlap; overlapping arrays could be larger together than what was sent.
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
        """A tensor; or an array if torch is not loaded, as in a grader that does not need it."""
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
    """Check level by level, which is faster than item by item. Raises: WireError."""
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
