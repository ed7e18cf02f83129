"""Numbers in a frame's buffers: where an array lies, of which dtype and shape.

Protects against arrays on which a library's compiled loops trap or never end: each begins at a multiple of `ALIGNMENT`
and keeps within the buffers, a bool is 0 or 1, no shape has more than `MAX_DIMENSIONS` or endless empty rows, and no
tensor is complex.
"""

from __future__ import annotations

import math
import struct

import numpy as np

MAX_EMPTY_ITEMS = 1 << 20  # that an array without any would have, were its lengths of 0 lengths of 1
MAX_DIMENSIONS = 16
ALIGNMENT = 16  # of the largest item, two doubles: vectorised loops take it for granted
# In a frame a dtype is its place here; the last is the bits of torch's bfloat16, which numpy does not have.
DTYPES = [np.dtype(name) for name in
          ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "i2"]]  # fmt: skip
BFLOAT16 = len(DTYPES) - 1
_CODES = {dtype: code for code, dtype in reversed(list(enumerate(DTYPES)))}
# An array: its dtype, its offset, its shape. By the number of dimensions; and by how many bytes that takes.
_LAYOUTS = [struct.Struct(f"<BI{n}I") for n in range(MAX_DIMENSIONS + 1)]
_LAYOUT_OF = {layout.size: layout for layout in _LAYOUTS}
_BOOL = 0
_TRAPS = "c"  # the kinds of numbers of which no tensor is: torch's loops over them trap on memory that is not aligned


class WireError(Exception):
    """A value that cannot cross, or a frame that is malformed or too large."""


def portable(array: np.ndarray) -> np.ndarray:
    """The same numbers in a dtype that every machine has. Raises: WireError if they are no numbers."""
    if array.dtype in _CODES:
        return array
    if array.dtype.char in "gG":  # long double
        return array.astype(np.float64 if array.dtype.char == "g" else np.complex128)
    native = array.astype(array.dtype.newbyteorder("=")) if array.dtype.kind in "biufc" else array
    if native.dtype not in _CODES:
        raise WireError(f"an array of dtype {array.dtype}, which is not numeric")
    return native


def place_of(array: np.ndarray, offset: int, *, tensor: bool, bfloat16: bool = False) -> bytes:
    """What a frame says of a portable array whose items begin at `offset`. Raises: WireError if it may not cross."""
    if array.ndim > MAX_DIMENSIONS:
        raise WireError(f"an array of {array.ndim} dimensions, more than {MAX_DIMENSIONS}")
    if tensor and array.dtype.kind in _TRAPS:
        raise WireError("a tensor of complex numbers")
    return _LAYOUTS[array.ndim].pack(BFLOAT16 if bfloat16 else _CODES[array.dtype], offset, *array.shape)


def array_at(place: bytes, buffers: bytearray, *, tensor: bool) -> tuple[np.ndarray, int]:
    """The array at a place, a view of the buffers, with its offset.

    Raises: WireError if there can be no such array; what struct and numpy raise if the place is malformed.
    """
    code, offset, *shape = _LAYOUT_OF[len(place)].unpack(place)
    dtype = DTYPES[code]
    if offset % ALIGNMENT:
        raise WireError("an array at an odd offset")
    if tensor and dtype.kind in _TRAPS:
        raise WireError("a tensor of complex numbers")
    if 0 in shape:  # it may stand behind the end of the buffers, or where there are none
        if math.prod(n or 1 for n in shape) > MAX_EMPTY_ITEMS:  # whoever lists its rows would never end
            raise WireError("an array with an impossible shape")
        return np.empty(shape, dtype), offset
    array = np.ndarray(shape, dtype, buffers, offset)  # refused if it is longer than the buffers
    if code == _BOOL:  # of another byte some loops make true, others false
        bits = array.view(np.uint8)
        np.minimum(bits, 1, out=bits)
    return array, offset
