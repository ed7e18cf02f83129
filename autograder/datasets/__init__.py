"""Training data, most of it without a network: handwritten digits, drawn characters, points, scenes with boxes.

The data depends only on the arguments: every draw is from `np.random.default_rng(seed)`, the process's global random
state is neither read nor changed, and the caller may change the arrays. matplotlib, scipy and scikit-learn are imported
where they are used, so that importing this module is cheap.

`digits` and `mnist` are public: anyone with an image can look up its label. For data that must stay hidden from
students, draw `glyphs`, `spirals`, `blobs` and `scenes` from a seed that only you know.
"""

from __future__ import annotations

import contextlib
import functools
import os
import string
import warnings
import zipfile
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np

from autograder.datasets import fonts
from autograder.errors import CourseError
from autograder.files import replacing

SHAPES = ("circle", "square", "triangle")  # the meaning of the labels of `scenes`

_TEST_SHARE = 0.2
_MOST_TRIES = 40  # to find room for the shapes of a scene


class Split(NamedTuple):
    """x: (n, 1, size, size) float32 images in [0, 1]. y: (n,) int64 classes 0 to 9."""

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


# ---- real digits ----------------------------------------------------------------------------------------------------


def digits(size: int = 28, seed: int = 0) -> Split:
    """The 1,797 handwritten digits of 8×8 pixels that come with scikit-learn, scaled up smoothly.

    The split is by class. Of each class, in an order drawn from `seed`, the first fifth is for testing and the rest for
    training (1,442 and 355 images); then both parts are shuffled.
    Raises: ValueError if size is not in 8 ... 128.
    """
    x, y = _digits(_size(size))
    rng = np.random.default_rng(seed)
    test, train = [], []
    for label in range(10):
        of_class = rng.permutation(np.flatnonzero(y == label))
        cut = int(len(of_class) * _TEST_SHARE)
        test.append(of_class[:cut])
        train.append(of_class[cut:])
    a, b = rng.permutation(np.concatenate(train)), rng.permutation(np.concatenate(test))
    return Split(x[a], y[a], x[b], y[b])


@functools.lru_cache(maxsize=4)
def _digits(size: int) -> tuple[np.ndarray, np.ndarray]:
    from scipy.ndimage import zoom
    from sklearn.datasets import load_digits

    bunch = load_digits()
    # Add a rim of one empty pixel: many strokes touch the border, and a convolution should see where they end.
    small = np.pad(bunch.images / 16, ((0, 0), (1, 1), (1, 1)))
    large = zoom(small, (1, size / 10, size / 10), order=3, mode="grid-constant", grid_mode=True)
    return np.clip(large, 0, 1).astype(np.float32)[:, None], bunch.target.astype(np.int64)  # a spline overshoots


def mnist() -> Split:
    """MNIST, 28×28, with its authors' split: 60,000 images for training and 10,000 by other writers for testing.

    Fetched once from openml.org, which takes a while, then kept in `cache_folder()`.
    Raises: CourseError without a network. It is not a `Failure`, because with one, a check that needs MNIST would cost
    points if the grader's connection is down.
    """
    x, y = _mnist()
    return Split(_unit(x[:60_000]), y[:60_000].copy(), _unit(x[60_000:]), y[60_000:].copy())


@functools.lru_cache(maxsize=1)
def _mnist() -> tuple[np.ndarray, np.ndarray]:
    """(70000, 1, 28, 28) uint8 and (70000,) int64. Cached on disk if possible, since reading the original is slow."""
    try:
        with open(cache_folder() / "mnist_784-1.npz", "rb") as raw, np.load(raw, allow_pickle=False) as file:
            x, y = _as_mnist(file["x"], file["y"])
    except (OSError, ValueError, EOFError, KeyError, RuntimeError, zipfile.BadZipFile):  # missing or damaged
        x, y = _fetch_mnist()
        with contextlib.suppress(OSError, RuntimeError), replacing(cache_folder() / "mnist_784-1.npz") as file:
            np.savez_compressed(file, x=x, y=y)
    return x.reshape(-1, 1, 28, 28), y.astype(np.int64)


def _fetch_mnist() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import fetch_openml

    # "auto" means pandas, which is not a requirement here; the other reader is slower but needs nothing.
    parser = "auto" if find_spec("pandas") else "liac-arff"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sklearn warns about each failed attempt
            return _as_mnist(
                *fetch_openml("mnist_784", version=1, as_frame=False, parser=parser, return_X_y=True, n_retries=1)
            )
    except (OSError, ValueError, HTTPException) as error:  # no network, a damaged file, or a broken connection
        raise CourseError(
            f"MNIST could not be fetched from openml.org ({type(error).__name__}: {str(error)[:200]}). If there is no "
            "network: digits() and glyphs() need none, and digits() gives the same kind of Split."
        ) from error


def _as_mnist(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The arrays as uint8. Raises: ValueError if they do not have MNIST's shape and range."""
    if x.shape != (70_000, 784) or y.shape != (70_000,):
        raise ValueError(f"expected shapes (70000, 784) and (70000,), got {x.shape} and {y.shape}")
    x, y = np.asarray(x).astype(np.uint8), np.asarray(y).astype(np.uint8)  # labels come as text
    if y.max() > 9:
        raise ValueError(f"the labels reach {y.max()}")
    return x, y


def cache_folder() -> Path:
    """Where MNIST is cached: $AUTOGRADER_CACHE, or `autograder` in the system's cache folder.

    It can be deleted at any time. Raises: RuntimeError if the user has no home folder.
    """
    import platformdirs

    if chosen := os.environ.get("AUTOGRADER_CACHE"):
        return Path(chosen)
    # Without a home folder, the library leaves `~` in the path, and only `expanduser` raises.
    return platformdirs.user_cache_path("autograder", appauthor=False, opinion=False).expanduser()


# ---- drawn characters -----------------------------------------------------------------------------------------------


def glyphs(n: int, seed: int = 0, size: int = 28, alphabet: str = string.digits) -> tuple[np.ndarray, np.ndarray]:
    """Characters from 18 fonts, each shifted, rotated, stretched, slanted, thickened, blurred and noisy in its own way.

    Returns x: (n, 1, size, size) float32 in [0, 1], ink is bright; y: (n,) int64, indices into `alphabet` in random
    order, with class sizes that differ by at most one. Use different seeds for training and testing. 60,000 images take
    about a second and are not cached, because reading them from a disk takes as long.
    Raises: ValueError if n < 1, size is not in 8 ... 128, or the alphabet is empty, has repetitions or a character that
    no font can draw.
    """
    rng = np.random.default_rng(seed)
    y = _balanced(rng, _count(n), len(_alphabet(alphabet)))
    return _unit(fonts.varied(rng, y, _size(size), alphabet)), y


# ---- points in the plane --------------------------------------------------------------------------------------------


def spirals(n: int, classes: int = 3, noise: float = 0.2, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points on the interleaved arms of a spiral, one arm per class, which no straight line separates.

    noise: standard deviation of the angle, in radians. The position of the arms does not depend on the seed.
    Returns x: (n, 2) float32 within the unit circle; y: (n,) int64, with class sizes that differ by at most one.
    Raises: ValueError if n < 1, classes < 1 or noise < 0. Based on CS231n's case study of a small network.
    """
    if not noise >= 0:
        raise ValueError(f"noise is a standard deviation, 0 or more; got {noise}")
    rng = np.random.default_rng(seed)
    y = _balanced(rng, _count(n), _count(classes, "classes"))
    radius = rng.uniform(0, 1, n)
    angle = 2 * np.pi * y / classes + 4 * radius + noise * rng.standard_normal(n)
    return np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1).astype(np.float32), y


def blobs(n: int, classes: int = 3, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Normally distributed points around centers on a circle of radius 2, standard deviation 0.5.

    Returns x: (n, 2) float32; y: (n,) int64, with class sizes that differ by at most one. The centers do not depend on
    the seed. Raises: ValueError if n < 1 or classes < 1.
    """
    rng = np.random.default_rng(seed)
    y = _balanced(rng, _count(n), _count(classes, "classes"))
    angle = 2 * np.pi * y / classes
    centers = 2 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return (centers + 0.5 * rng.standard_normal((n, 2))).astype(np.float32), y


# ---- scenes ---------------------------------------------------------------------------------------------------------


def scenes(n: int, seed: int = 0, size: int = 64) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Gray images of one to four rotated shapes on a darker background; a shape may cover a little of another's edge.

    Returns images: (n, 1, size, size) float32 in [0, 1]; boxes: n arrays (k, 4) float32, x1, y1, x2, y2 in pixels,
    tight around each shape, where the first pixel extends from 0 to 1; labels: n arrays (k,) int64, indices into
    `SHAPES`. Raises: ValueError if n < 1 or size is not in 32 ... 512.
    """
    rng = np.random.default_rng(seed)
    images = np.empty((_count(n), 1, _size(size, 32, 512), size), np.float32)
    boxes, labels = [], []
    for image in images:
        image[0], box, label = _scene(rng, size)
        boxes.append(box)
        labels.append(label)
    return images, boxes, labels


def _scene(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    ground = rng.uniform(0, 0.25)
    image = np.full((size, size), ground)
    placed: list[tuple[np.ndarray, float]] = []
    boxes, labels = [], []
    wanted = int(rng.integers(1, 5))
    for _ in range(_MOST_TRIES):
        label, radius, turn = int(rng.integers(len(SHAPES))), size * rng.uniform(0.1, 0.22), rng.uniform(0, 2 * np.pi)
        center, gray = rng.uniform(radius, size - radius, 2), rng.uniform(ground + 0.35, 1)
        # Circles around two shapes overlap by at most a fifth of their radii, so neither can hide the other.
        if any(np.hypot(*(center - other)) < 0.8 * (radius + reach) for other, reach in placed):
            continue
        ink, box = _shape(label, center, radius, turn, size)
        image += ink * (gray - image)
        placed.append((center, radius))
        boxes.append(box)
        labels.append(label)
        if len(placed) == wanted:
            break
    image += 0.03 * rng.standard_normal(image.shape)
    return np.clip(image, 0, 1), np.array(boxes, np.float32), np.array(labels, np.int64)


def _shape(label: int, center: np.ndarray, radius: float, turn: float, size: int) -> tuple[np.ndarray, np.ndarray]:
    """(size, size) fraction of each pixel that a shape within a circle covers, and its (4,) box."""
    middles = np.arange(size) + 0.5
    x, y = middles[None, :] - center[0], middles[:, None] - center[1]
    if SHAPES[label] == "circle":
        distance = np.hypot(x, y) - radius
        box = np.concatenate([center - radius, center + radius])
    else:
        corners = 4 if SHAPES[label] == "square" else 3
        at = turn + 2 * np.pi * np.arange(corners) / corners
        points = center + radius * np.stack([np.cos(at), np.sin(at)], axis=1)
        box = np.concatenate([points.min(axis=0), points.max(axis=0)])
        sides = at + np.pi / corners  # the directions of the sides' midpoints
        distance = np.max([np.cos(a) * x + np.sin(a) * y for a in sides], axis=0) - radius * np.cos(np.pi / corners)
    return np.clip(0.5 - distance, 0, 1), box


# ---- arguments and arrays -------------------------------------------------------------------------------------------


def _count(n: int, name: str = "n") -> int:
    if n < 1:
        raise ValueError(f"{name} must be 1 or more; got {n}")
    return int(n)


def _size(size: int, least: int = 8, most: int = 128) -> int:
    if not least <= size <= most:
        raise ValueError(f"size must be {least} to {most} pixels; got {size}")
    return int(size)


def _alphabet(alphabet: str) -> str:
    if not alphabet:
        raise ValueError("the alphabet is empty; it must have one character or more")
    if len(set(alphabet)) < len(alphabet):
        raise ValueError(f"the alphabet {alphabet!r} has a character twice; each is a class of its own")
    return alphabet


def _balanced(rng: np.random.Generator, n: int, classes: int) -> np.ndarray:
    """(n,) int64 labels in random order, with class sizes that differ by at most one."""
    return rng.permutation(np.arange(n, dtype=np.int64) % classes)


def _unit(images: np.ndarray) -> np.ndarray:
    """uint8 -> float32 in [0, 1], a new array."""
    return images.astype(np.float32) / np.float32(255)
