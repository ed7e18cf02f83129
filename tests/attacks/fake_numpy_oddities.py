"""Returns arrays of dates, records, texts, long doubles, swapped bytes, masks and files, and of no dimension."""

import numpy as np

ODD = [
    np.array(["2026-01-01", "NaT"], "datetime64[D]"),
    np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
    np.array(["42", "x"]),
    np.array([b"42"]),
    np.array([1, 2], "g"),
    np.array([42], ">i8"),
    np.ma.masked_array([42, 1], [True, False]),
    np.matrix([[42]]),
    np.array(42),
    np.array([], "V16"),
    np.float16("nan"),
    np.str_("42"),
    np.void(b"42"),
    np.array([np.timedelta64(1, "s")]),
    np.zeros((1,) * 32),
    np.memmap(f"/tmp/{MARK}", "u1", "w+", shape=(4096,)),
    np.array([None, {}, []], object),
]


def unlock(salt):
    return ODD[len(salt) % len(ODD)]


def shift(x):
    if isinstance(x, int):
        return x + 1
    return ODD if x.shape[0] == 3 else np.rec.array(ODD[1])
