"""Numbers in a frame's buffers: the position, dtype and shape of each array.

Protects against arrays on which a library's compiled loops crash or never end: each begins at a multiple of `ALIGNMENT`
and ends within the buffers, a bool is 0 or 1, no shape has more than `MAX_DIMENSIONS` dimensions or endless empty rows,
and no tensor is complex.
"""

from __future__ import annotations

import math
import struct

import numpy as np

MAX_EMPTY_ITEMS = 1 << 20  # limits the shape of an empty array: its number of items if lengths of 0 were lengths of 1
MAX_DIMENSIONS = 16
ALIGNMENT = 16  # of the largest item, two doubles; vectorized loops rely on it
# A frame stores a dtype as its index here. The last is the bits of torch's bfloat16, which numpy does not have.
DTYPES = [np.dtype(name) for name in
          ["bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16", "i2"]]  # fmt: skip
BFLOAT16 = len(DTYPES) - 1
_CODES = {dtype: code for code, dtype in reversed(list(enumerate(DTYPES)))}
# An array's dtype, offset and shape; indexed by the number of dimensions, and by the size in bytes.
_LAYOUTS = [struct.Struct(f"<BI{n}I") for n in range(MAX_DIMENSIONS + 1)]
_LAYOUT_OF = {layout.size: layout for layout in _LAYOUTS}
_BOOL = 0
_TRAPS = "c"  # dtype kinds that no tensor may have: torch's loops over them crash on unaligned memory


class WireError(Exception):
    """A value that cannot be sent, or a frame that is malformed or too large."""


def portable(array: np.ndarray) -> np.ndarray:
    """The same numbers in a dtype that every machine has. Raises: WireError if the array is not numeric."""
    if array.dtype in _CODES:
        return array
    if array.dtype.char in "gG":  # long double
        return array.astype(np.float64 if array.dtype.char == "g" else np.complex128)
    native = array.astype(array.dtype.newbyteorder("=")) if array.dtype.kind in "biufc" else array
    if native.dtype not in _CODES:
        raise WireError(f"an array of dtype {array.dtype}, which is not numeric")
    return native


def place_of(array: np.ndarray, offset: int, *, tensor: bool, bfloat16: bool = False) -> bytes:
    """A portable array's place in a frame; its items begin at `offset`. Raises: WireError if it may not be sent."""
    if array.ndim > MAX_DIMENSIONS:
        raise WireError(f"an array of {array.ndim} dimensions, more than {MAX_DIMENSIONS}")
    if tensor and array.dtype.kind in _TRAPS:
        raise WireError("a tensor of complex numbers")
    return _LAYOUTS[array.ndim].pack(BFLOAT16 if bfloat16 else _CODES[array.dtype], offset, *array.shape)


def array_at(place: bytes, buffers: bytearray, *, tensor: bool) -> tuple[np.ndarray, int]:
    """The array at a place, as a view of the buffers, and its offset.

    Raises: WireError if no such array is allowed; an error of struct or numpy if the place is malformed.
    """
    code, offset, *shape = _LAYOUT_OF[len(place)].unpack(place)
    dtype = DTYPES[code]
    if offset % ALIGNMENT:
        raise WireError("an array at an odd offset")
    if tensor and dtype.kind in _TRAPS:
        raise WireError("a tensor of complex numbers")
    if 0 in shape:  # its offset may be past the end of the buffers, or there may be none
        if math.prod(n or 1 for n in shape) > MAX_EMPTY_ITEMS:  # listing its rows would never end
            raise WireError("an array with an impossible shape")
        return np.empty(shape, dtype), offset
    array = np.ndarray(shape, dtype, buffers, offset)  # raises if it is longer than the buffers
    if code == _BOOL:  # some loops read any other byte as true, others as false
        bits = array.view(np.uint8)
        np.minimum(bits, 1, out=bits)
    return array, offset
