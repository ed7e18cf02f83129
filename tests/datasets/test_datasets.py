"""The data sets: shapes, ranges, labels, seeds, and what happens without a network."""

import hashlib
import os
import random
import string
import subprocess
import sys
import time
import tracemalloc
import urllib.error

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

from autograder import datasets
from autograder.datasets import blobs, cache_folder, digits, fonts, glyphs, mnist, scenes, spirals
from autograder.errors import CourseError

linux = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep caches elsewhere")

CALLS = {
    "digits": lambda seed=0: digits(seed=seed),
    "glyphs": lambda seed=0: glyphs(300, seed),
    "letters": lambda seed=0: glyphs(120, seed, size=32, alphabet="aegkQR&"),
    "spirals": lambda seed=0: spirals(90, seed=seed),
    "blobs": lambda seed=0: blobs(90, seed=seed),
    "scenes": lambda seed=0: scenes(20, seed),
}
EVERY = pytest.mark.parametrize("name", CALLS)


def flat(data):
    """Everything in a data set as a single vector."""
    parts = [part for item in data for part in (item if isinstance(item, list) else [item])]
    return np.concatenate([np.asarray(part, np.float64).ravel() for part in parts])


def fingerprint(data):
    return hashlib.sha256(flat(data).tobytes()).hexdigest()


def summary(data):
    """The count of all numbers, their mean and standard deviation, and the means of three short stretches."""
    values = flat(data)
    n = len(values)
    stretches = [values[n * part // 100 : n * (part + 2) // 100].mean() for part in (0, 49, 98)]
    return [n, values.mean(), values.std(), *stretches]


def logistic(train, test):
    (x, y), (x_test, y_test) = train, test
    model = LogisticRegression(max_iter=200, tol=0.01).fit(x.reshape(len(x), -1), y)
    return model.score(x_test.reshape(len(x_test), -1), y_test)


# Seeds


@EVERY
def test_a_seed_gives_the_same_data_again(name):
    assert fingerprint(CALLS[name]()) == fingerprint(CALLS[name]())


@EVERY
def test_another_seed_gives_other_data(name):
    assert fingerprint(CALLS[name]()) != fingerprint(CALLS[name](1))


def test_another_process_gets_the_same_data():
    code = "from tests.datasets.test_datasets import *\nprint(*[fingerprint(call()) for call in CALLS.values()])"
    environment = os.environ | {"PYTHONHASHSEED": "123", "MPLBACKEND": "svg", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=120)
    assert done.stdout.split() == [fingerprint(call()) for call in CALLS.values()], done.stderr


# `summary` with the versions of July 2026. A change beyond rounding means that thresholds measured on this data are no
# longer valid. These are statistics, not bytes, because another libm or FreeType may differ in the last digits.
RECORDED = {
    "digits": (1410645, 0.20720, 0.36633, 0.19851, 0.19635, 0.25697),
    "glyphs": (235500, 0.13283, 0.33817, 0.16407, 0.14295, 0.40295),
    "letters": (123000, 0.09866, 0.26562, 0.08797, 0.08080, 0.21973),
    "spirals": (270, 0.34878, 0.75386, 0.21622, -0.06317, 1.16667),
    "blobs": (270, 0.32139, 1.43116, -0.20784, -0.02325, 1.16667),
    "scenes": (82150, 0.28806, 1.65891, 0.22746, 0.17992, 3.53709),
}


@EVERY
def test_the_data_is_what_it_was_when_thresholds_were_measured(name):
    np.testing.assert_allclose(summary(CALLS[name]()), RECORDED[name], rtol=2e-3, atol=2e-4)


@EVERY
def test_the_global_random_state_is_neither_used_nor_changed(name):
    np.random.seed(1)
    random.seed(1)
    before = np.random.get_state()[1].copy(), np.random.get_state()[2], random.getstate()
    first = fingerprint(CALLS[name]())
    assert (np.random.get_state()[1] == before[0]).all()
    assert (np.random.get_state()[2], random.getstate()) == before[1:]
    np.random.seed(2)
    random.seed(2)
    assert fingerprint(CALLS[name]()) == first


@EVERY
def test_what_a_caller_changes_does_not_reach_the_next_one(name):
    first = CALLS[name]()
    expected = fingerprint(first)
    for item in first:
        for part in item if isinstance(item, list) else [item]:
            part[...] = 9
    assert fingerprint(CALLS[name]()) == expected


# Digits


@pytest.mark.parametrize("size", [28, 32, 8])
def test_digits_are_images_of_the_size_asked_for_in_0_to_1(size):
    x_train, y_train, x_test, y_test = digits(size)
    assert (x_train.shape, x_test.shape) == ((1442, 1, size, size), (355, 1, size, size))
    assert (y_train.shape, y_test.shape) == ((1442,), (355,))
    assert {part.dtype for part in (x_train, x_test)} == {np.dtype(np.float32)}
    assert {part.dtype for part in (y_train, y_test)} == {np.dtype(np.int64)}
    assert min(x_train.min(), x_test.min()) == 0
    assert 0.9 < max(x_train.max(), x_test.max()) <= 1


def test_the_two_parts_of_digits_have_no_image_in_common_and_lose_none():
    split = digits(8, seed=3)
    train, test = ([image.tobytes() for image in part] for part in (split.x_train, split.x_test))
    assert len(set(train) | set(test)) == len(train) + len(test) == 1797


def test_a_fifth_of_every_class_of_digits_is_for_testing():
    split = digits(8)
    every = np.bincount(load_digits().target)
    assert (np.bincount(split.y_test) == every // 5).all()
    assert (np.bincount(split.y_train) == every - every // 5).all()


def test_a_digit_has_its_own_label_and_looks_like_the_original():
    originals, labels = load_digits(return_X_y=True)
    split = digits(30)  # each of 10 × 10 pixels, rim included, has become 3 × 3
    small = split.x_test.reshape(-1, 10, 3, 10, 3).mean(axis=(2, 4))[:, 1:-1, 1:-1].reshape(-1, 64)
    nearest = np.argmin(((small[:, None] - originals / 16) ** 2).sum(axis=2), axis=1)
    assert (labels[nearest] == split.y_test).all()
    assert np.abs(small - originals[nearest] / 16).max() < 0.35


def test_digits_are_in_no_order_of_class():
    for y in (digits(8).y_train, digits(8).y_test):
        assert len(set(y[:60])) == 10


# Glyphs


def test_glyphs_are_images_of_the_size_asked_for_in_0_to_1():
    x, y = glyphs(50, size=20, alphabet="xyz")
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((50, 1, 20, 20), np.float32, (50,), np.int64)
    assert x.min() == 0
    assert 0.9 < x.max() <= 1


@pytest.mark.parametrize(("n", "alphabet"), [(1, "ab"), (100, "abc"), (7, string.ascii_letters), (501, "0123456789")])
def test_every_character_comes_equally_often_to_within_one(n, alphabet):
    counts = np.bincount(glyphs(n, 2, 8, alphabet)[1], minlength=len(alphabet))
    assert counts.sum() == n
    assert counts.max() - counts.min() <= 1


def test_glyphs_are_in_no_order_of_class():
    assert len(set(glyphs(1000)[1][:60])) == 10


@pytest.mark.parametrize("alphabet", ["0123456789", "AEMX", "αβγ", "+-=.'_"])
def test_characters_can_be_told_apart_and_have_their_own_labels(alphabet):
    """Upright drawings are the oracle: the mean of a label's images is most similar to that character's drawing."""
    x, y = glyphs(60 * len(alphabet), 5, 28, alphabet)
    means = np.stack([x[y == label].mean(axis=0).ravel() for label in range(len(alphabet))])
    images, counts = fonts.drawings(alphabet, 28, (2 / 28,))
    ends = np.cumsum(counts)
    upright = np.stack([images[0, end - n : end].mean(axis=0).ravel() for end, n in zip(ends, counts, strict=True)])
    likeness = np.corrcoef(means, upright)[: len(alphabet), len(alphabet) :]
    assert (likeness.argmax(axis=1) == np.arange(len(alphabet))).all()


def test_a_linear_classifier_learns_digits_from_2000_glyphs_but_not_all_of_it():
    assert 0.85 < logistic(glyphs(2000), glyphs(2000, seed=1)) < 0.97


def test_no_two_glyphs_are_alike():
    x, _ = glyphs(3000, alphabet="7")
    assert len({image.tobytes() for image in x}) == 3000


def test_all_fonts_draw_a_digit_and_computer_modern_draws_no_punctuation():
    assert fonts.drawings("5?", 28, (0.01,))[1].tolist() == [18, 13]
    assert len(fonts.FONTS) == 18


def test_the_edge_of_a_drawing_is_empty():
    """Samples outside the drawing take the value at its edge."""
    images, _ = fonts.drawings(string.ascii_letters, 112, tuple(blur / 28 for blur in fonts._BLURS_PIXELS))
    assert max(images[..., edge].max() for edge in (0, -1)) == 0
    assert max(images[..., edge, :].max() for edge in (0, -1)) == 0


def test_characters_keep_their_place_on_the_line():
    images, _ = fonts.drawings("'_", 56, (0.01,))
    high, low = images[0, 0], images[0, -1]
    assert np.flatnonzero(high.any(axis=1)).max() < np.flatnonzero(low.any(axis=1)).min()


def test_60000_glyphs_take_less_than_10_seconds():
    glyphs(10)  # loads the fonts
    started = time.process_time()
    glyphs(60_000)
    assert time.process_time() - started < 10


def test_memory_beyond_the_result_does_not_grow_with_the_number_of_glyphs():
    glyphs(10)
    tracemalloc.start()
    try:
        x, y = glyphs(20_000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.25 * x.nbytes + 8 * y.nbytes + 40e6  # a quarter: the same as uint8


# Points


@pytest.mark.parametrize("make", [spirals, blobs])
@pytest.mark.parametrize(("n", "classes"), [(1, 1), (100, 3), (31, 5)])
def test_points_are_balanced_pairs_of_numbers(make, n, classes):
    x, y = make(n, classes)
    assert (x.shape, x.dtype, y.shape, y.dtype) == ((n, 2), np.float32, (n,), np.int64)
    counts = np.bincount(y, minlength=classes)
    assert counts.max() - counts.min() <= 1
    assert len(counts) == classes


def test_spirals_lie_in_the_unit_circle_and_no_line_separates_them():
    x, y = spirals(600)
    assert np.hypot(*x.T).max() <= 1
    assert logistic((x, y), spirals(600, seed=1)) < 0.7


def test_the_arms_of_spirals_are_apart_and_the_same_for_every_seed():
    (x, y), (x_test, y_test) = spirals(900, noise=0.1), spirals(300, noise=0.1, seed=7)
    nearest = np.argmin(((x_test[:, None] - x) ** 2).sum(axis=2), axis=1)
    assert (y[nearest] == y_test).mean() > 0.93


def test_more_noise_blurs_the_arms():
    def straying(noise):
        x, y = spirals(600, noise=noise)
        angle = np.arctan2(x[:, 0], x[:, 1]) - 2 * np.pi * y / 3 - 4 * np.hypot(*x.T)
        return np.abs(np.angle(np.exp(1j * angle))).max()

    assert straying(0) < 1e-3 < 0.2 < straying(0.2)


def test_lines_separate_blobs_whose_centres_are_the_same_for_every_seed():
    assert logistic(blobs(600), blobs(600, seed=1)) > 0.97


# Scenes


def alone(n=300, seed=4, size=64):
    """(image minus its background, box, label) of the scenes with a single shape."""
    images, boxes, labels = scenes(n, seed, size)
    for image, box, label in zip(images[:, 0], boxes, labels, strict=True):
        if len(label) == 1:
            ground = np.median(image[:3])
            yield image - ground > 0.5 * (image.max() - ground), box[0], datasets.SHAPES[label[0]]


def test_scenes_are_images_with_boxes_and_labels():
    images, boxes, labels = scenes(40, size=48)
    assert (images.shape, images.dtype) == ((40, 1, 48, 48), np.float32)
    assert images.min() >= 0
    assert images.max() <= 1
    assert [box.shape for box in boxes] == [(len(label), 4) for label in labels]
    assert {box.dtype for box in boxes} == {np.dtype(np.float32)}
    assert {label.dtype for label in labels} == {np.dtype(np.int64)}
    assert {len(label) for label in labels} == {1, 2, 3, 4}
    assert set(np.concatenate(labels)) == {0, 1, 2}


def test_boxes_lie_in_the_image_and_are_not_empty():
    x1, y1, x2, y2 = np.concatenate(scenes(100)[1]).T
    assert min(x1.min(), y1.min()) >= 0
    assert max(x2.max(), y2.max()) <= 64
    assert min((x2 - x1).min(), (y2 - y1).min()) > 5


def test_boxes_are_tight_around_the_ink():
    ends = []
    for ink, box, _ in alone():
        columns, rows = np.flatnonzero(ink.any(axis=0)), np.flatnonzero(ink.any(axis=1))
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        ends.append((np.array(seen) - box) * [1, 1, -1, -1])  # > 0: how far the ink ends inside the box
    assert len(ends) > 50
    assert np.min(ends) > -0.75
    assert np.max(ends) < 1.75  # the corner of a 60° triangle fills half a pixel only this far inside
    assert abs(np.mean(ends)) < 0.4


def test_labels_name_the_shape():
    """The area as a fraction of the enclosing circle: 1, 2/π or 3√3/4π."""
    expected = {"circle": 1.0, "square": 2 / np.pi, "triangle": 3 * 3**0.5 / (4 * np.pi)}
    named, seen = [], []
    for ink, _, name in alone(size=128):
        points = np.argwhere(ink)
        reach = np.hypot(*(points - points.mean(axis=0)).T).max() + 0.25
        share = len(points) / (np.pi * reach**2)
        named.append(name)
        seen.append(min(expected, key=lambda shape, share=share: abs(expected[shape] - share)))
    assert seen == named
    assert set(named) == set(expected)


def test_no_shape_is_hidden_by_the_shapes_painted_after_it(monkeypatch):
    inks, original = [], datasets._shape

    def recorded(*args):
        ink, box = original(*args)
        inks.append(ink)
        return ink, box

    monkeypatch.setattr(datasets, "_shape", recorded)
    visible = []
    for seed in range(150):
        inks.clear()
        scenes(1, seed)
        for i, ink in enumerate(inks):
            kept = ink * np.prod([1 - later for later in inks[i + 1 :]], axis=0)
            visible.append(kept.sum() / ink.sum())
    assert len(visible) > 300
    assert 0.6 < min(visible) < 0.99


# MNIST


@pytest.fixture
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_CACHE", str(tmp_path / "cache"))
    datasets._mnist.cache_clear()
    yield tmp_path / "cache"
    datasets._mnist.cache_clear()


@pytest.fixture
def openml(monkeypatch):
    """openml.org's response: pixels as numbers, labels as text. The list contains each request's arguments."""
    requests = []
    x = np.zeros((70_000, 784), np.int64)
    x[:, 5] = np.arange(70_000) % 256
    y = (np.arange(70_000) % 10).astype(str).astype(object)

    def fetch(*args, **kwargs):
        requests.append((args, kwargs))
        return x, y

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)
    return requests


@pytest.fixture(params=[urllib.error.URLError("no route"), TimeoutError("timed out"), ValueError("md5 checksum")])
def offline(request, monkeypatch):
    def fetch(*args, **kwargs):
        raise request.param

    monkeypatch.setattr("sklearn.datasets.fetch_openml", fetch)


def test_mnist_is_split_as_its_authors_did(own_cache, openml):
    x_train, y_train, x_test, y_test = mnist()
    assert (x_train.shape, x_test.shape) == ((60_000, 1, 28, 28), (10_000, 1, 28, 28))
    assert (x_train.dtype, y_test.dtype) == (np.float32, np.int64)
    assert x_test[0, 0, 0, 5] == np.float32(60_000 % 256) / np.float32(255)
    assert (y_train[:3].tolist(), y_test[-1]) == ([0, 1, 2], 9)
    ((name,), options), *more = openml
    assert (name, options["version"], options["as_frame"], more) == ("mnist_784", 1, False, [])


def test_without_a_network_mnist_says_what_needs_none(own_cache, offline):
    with pytest.raises(CourseError, match=r"no network: digits\(\) and glyphs\(\) need none"):
        mnist()
    assert not own_cache.exists()


def test_what_is_not_mnist_is_refused(own_cache, monkeypatch):
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *a, **k: (np.zeros((5, 784)), np.zeros(5)))
    with pytest.raises(CourseError, match=r"expected shapes \(70000, 784\)"):
        mnist()


def test_labels_that_are_no_digits_are_refused(own_cache, monkeypatch):
    data = np.zeros((70_000, 784), np.uint8), np.full(70_000, 10)
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *a, **k: data)
    with pytest.raises(CourseError, match="the labels reach 10"):
        mnist()


def test_mnist_is_fetched_once_and_then_read_from_the_cache(own_cache, openml):
    first = datasets._mnist()
    datasets._mnist.cache_clear()  # as in a new process
    again = datasets._mnist()
    assert len(openml) == 1
    assert all((a == b).all() and a.dtype == b.dtype for a, b in zip(first, again, strict=True))
    assert [path.name for path in own_cache.iterdir()] == ["mnist_784-1.npz"]  # no temporary file stays


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty", "text", "other arrays", "other shapes"])
def test_a_damaged_cache_is_made_anew(own_cache, openml, harm):
    expected = datasets._mnist()
    path = own_cache / "mnist_784-1.npz"
    good = path.read_bytes()
    if harm == "other arrays":
        np.savez(path, a=np.zeros(3))
    elif harm == "other shapes":
        np.savez(path, x=np.zeros((3, 784), np.uint8), y=np.zeros(3, np.uint8))
    else:
        middle = len(good) // 2
        flipped = good[:middle] + bytes([good[middle] ^ 0xFF]) + good[middle + 1 :]
        path.write_bytes({"cut": good[:middle], "flipped": flipped, "empty": b"", "text": b"hello"}[harm])
    datasets._mnist.cache_clear()
    assert all((a == b).all() for a, b in zip(datasets._mnist(), expected, strict=True))
    assert len(openml) == 2
    datasets._mnist.cache_clear()
    datasets._mnist()
    assert len(openml) == 2  # and the file is valid again


def test_a_cache_that_cannot_be_written_does_no_harm(own_cache, openml):
    own_cache.write_text("a file is where the folder should be")
    assert datasets._mnist()[0].shape == (70_000, 1, 28, 28)


def test_a_write_that_fails_half_way_leaves_nothing(own_cache, openml, monkeypatch):
    def full_disk(file, **arrays):
        file.write(b"PK half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full_disk)
    assert datasets._mnist()[0].shape == (70_000, 1, 28, 28)
    assert list(own_cache.iterdir()) == []


def test_without_a_home_there_is_no_cache_and_no_harm(openml, monkeypatch):
    datasets._mnist.cache_clear()
    monkeypatch.setattr(datasets, "cache_folder", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    assert datasets._mnist()[0].shape == (70_000, 1, 28, 28)
    datasets._mnist.cache_clear()


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"AUTOGRADER_CACHE": "/a", "XDG_CACHE_HOME": "/x"}, "/a"),
        pytest.param({"XDG_CACHE_HOME": "/x"}, "/x/autograder", marks=linux),
        pytest.param({}, "/home/ada/.cache/autograder", marks=linux),
    ],
)
def test_the_cache_is_where_the_system_keeps_caches(monkeypatch, variables, expected):
    for name in ("AUTOGRADER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/ada")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert cache_folder().as_posix() == expected


@linux
def test_without_a_home_no_folder_of_the_name_tilde_is_made(monkeypatch):
    for name in ("AUTOGRADER_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)  # as for a user unknown to the system
    with pytest.raises(RuntimeError, match="home"):
        cache_folder()


# Arguments


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: glyphs(0), "n must be 1 or more; got 0"),
        (lambda: spirals(-3), "n must be 1 or more; got -3"),
        (lambda: blobs(0), "n must be 1 or more; got 0"),
        (lambda: scenes(0), "n must be 1 or more; got 0"),
        (lambda: spirals(5, classes=0), "classes must be 1 or more; got 0"),
        (lambda: blobs(5, classes=0), "classes must be 1 or more; got 0"),
        (lambda: spirals(5, noise=-1), "noise is a standard deviation, 0 or more; got -1"),
        (lambda: spirals(5, noise=float("nan")), "noise is a standard deviation, 0 or more; got nan"),
        (lambda: digits(7), "size must be 8 to 128 pixels; got 7"),
        (lambda: glyphs(5, size=7), "size must be 8 to 128 pixels; got 7"),
        (lambda: glyphs(5, size=129), "size must be 8 to 128 pixels; got 129"),
        (lambda: scenes(5, size=31), "size must be 32 to 512 pixels; got 31"),
        (lambda: glyphs(5, alphabet=""), "the alphabet is empty"),
        (lambda: glyphs(5, alphabet="abca"), "the alphabet 'abca' has a character twice"),
        (lambda: glyphs(5, alphabet="a b"), "no font can draw ' '"),
        (lambda: glyphs(5, alphabet="a\U0001f40d漢"), "no font can draw '\U0001f40d', '漢'"),
    ],
)
def test_a_bad_argument_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        call()
