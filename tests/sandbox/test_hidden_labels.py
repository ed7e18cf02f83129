"""The labels of a hidden test set are nowhere in the student's process. A model searches for them to prove it.

The attack gets the first 24 labels as a hint, which no real attack has, and reads all memory that it can reach. The
hint is masked, and the attack unmasks one label at a time, so that it does not find its own copy. To show that it would
find the labels, it is also given labels as a training set, in every form in which they may be stored.
"""

import numpy as np
import pytest

from autograder.sandbox.namespace import Namespace
from tests.sandbox.conftest import start, student, submission

ATTACK = r'''
import ctypes, gc, os, struct, sys
import numpy as np

MASK = 0x5A
PAGE, PIECE, OVERLAP, SPARE = 4096, 1 << 20, 1 << 12, 1 << 24
libc = ctypes.CDLL(None, use_errno=True)
libc.sbrk.restype = ctypes.c_void_p
libc.sbrk.argtypes = [ctypes.c_ssize_t]
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]

# name: (type of a word, bytes from one label to the next, a label's word)
FORMS = {
    "uint8": (np.uint8, 1, int),  # also a list, as it crosses the wire
    "int16": (np.uint16, 2, int),
    "int32": (np.uint32, 4, int),
    "int64": (np.uint64, 8, int),
    "float32": (np.uint32, 4, lambda label: struct.unpack("<I", struct.pack("<f", label))[0]),
    "float64": (np.uint64, 8, lambda label: struct.unpack("<Q", struct.pack("<d", label))[0]),
    "list of int": (np.uint64, 8, id),  # pointers to the interpreter's small integers
    "text": (np.uint8, 1, lambda label: 48 + label),
    "text, one between": (np.uint8, 2, lambda label: 48 + label),
    "text, two between": (np.uint8, 3, lambda label: 48 + label),
}

def matches(memory, hint, form):
    """Where in these bytes the labels begin, and the 24 words that follow them."""
    if len(memory) < 2 * len(hint):
        return
    dtype, stride, word = FORMS[form]
    width = np.dtype(dtype).itemsize
    for offset in range(width):
        words = np.frombuffer(memory, dtype, (len(memory) - offset) // width, offset)
        step = stride // width
        count = len(words) - (2 * len(hint) - 1) * step
        if count <= 0:
            continue
        here = np.ones(count, bool)
        for i, masked in enumerate(hint):
            here &= words[i * step : i * step + count] == dtype(word(masked ^ MASK))
            if not here.any():
                break
        else:
            first = int(np.flatnonzero(here)[0]) + len(hint) * step
            yield words[first : first + len(hint) * step : step].tolist()

def meaning(words, form):
    known = {FORMS[form][2](label): label for label in range(10)}
    return [known.get(word, -1) for word in words]

def pieces_by_proc():
    """All that is mapped writable, through the kernel's own view of this process."""
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps.read().splitlines():
            span, rights, *_ = line.split()
            if "rw" not in rights or line.endswith(("[vvar]", "[vsyscall]")):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            for place in range(start, end, PIECE):
                try:
                    memory.seek(place)
                    yield memory.read(min(PIECE + OVERLAP, end - place))
                except OSError:
                    pass

def known_addresses():
    """Somewhere in every kind of memory: objects, array data, the C heap, libraries, the stack."""
    for thing in gc.get_objects():
        yield id(thing)
        if isinstance(thing, list):  # where its items are
            yield ctypes.c_size_t.from_address(id(thing) + 24).value
    for size in (8, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000):
        yield np.ones(size, np.uint8).ctypes.data
    for name in ("environ", "stdout"):
        yield ctypes.addressof(ctypes.c_void_p.in_dll(libc, name))
        yield ctypes.c_size_t.in_dll(libc, name).value
    yield ctypes.cast(libc.write, ctypes.c_void_p).value
    yield libc.sbrk(0) or 0
    for frame in sys._current_frames().values():
        while frame:
            yield id(frame)
            frame = frame.f_back

def pieces_by_probing():
    """The same without /proc: write() says EFAULT where nothing is mapped, so every page around can be tried."""
    out, into = os.pipe()
    room = 1 << 16
    addresses = sorted({a // PAGE * PAGE for a in known_addresses() if a > PAGE})
    spans = []
    for address in addresses:
        low, high = max(PAGE, address - SPARE), min((1 << 47) - PAGE, address + SPARE)
        if spans and low <= spans[-1][1] + (1 << 28):
            spans[-1][1] = max(high, spans[-1][1])
        else:
            spans.append([low, high])
    for place, end in spans:
        run = b""
        while place < end:
            length = min(room, end - place)
            written = libc.write(into, place, length)
            if written > 0:
                run += os.read(out, written)
                place += written
            if written < length or len(run) >= PIECE:
                if run:
                    yield run
                run = run[-OVERLAP:] if written == length else b""
                if written <= 0:
                    place = place // PAGE * PAGE + PAGE
        if run:
            yield run
    os.close(out), os.close(into)

def pieces_of_objects():
    """What Python itself can reach."""
    gc.unfreeze()  # the template's objects too
    seen, waiting = set(), [*gc.get_objects(), *sys._current_frames().values()]
    for thing in waiting:
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, (list, tuple)) and len(thing) >= 24 and all(type(item) is int for item in thing):
            yield bytes(item & 255 for item in thing)
        elif isinstance(thing, str):
            yield thing.encode("utf-8", "replace")
        elif isinstance(thing, (bytes, bytearray)):
            yield bytes(thing)
        elif isinstance(thing, np.ndarray) and thing.dtype.kind in "biuf":
            yield thing.tobytes()
        else:
            waiting += [item for item in gc.get_referents(thing) if id(item) not in seen]

def pieces_of_files():
    """What lies about where one may write, and the environment."""
    yield repr(dict(os.environ)).encode()
    for folder in ("/tmp", "/dev/shm") if not os.path.exists("/proc/self") else ():
        for where, _, names in os.walk(folder):
            for name in names:
                try:
                    yield open(os.path.join(where, name), "rb").read()
                except OSError:
                    pass

ROUTES = {
    "proc": pieces_by_proc, "probing": pieces_by_probing, "objects": pieces_of_objects, "files": pieces_of_files
}

def search(hint, route):
    """{form: what follows the hint} and how many bytes were read."""
    found, size = {}, 0
    for piece in ROUTES[route]():
        size += len(piece)
        for form in FORMS:
            if form not in found:
                for words in matches(piece, hint, form):
                    found[form] = meaning(words, form)
                    break
    return found, size

class Model:
    def fit(self, x, y):
        self.x, self.y = x, y

    def predict(self, x, hint, route):
        self.asked = x
        return search(hint, route)
'''

HINT = 24
MASK = 0x5A
LOOKING_S = 60.0


def labels(seed):
    return np.random.default_rng(seed).integers(0, 10, 400)


def hint(y):
    return [int(label) ^ MASK for label in y[:HINT]]


def images(seed):
    return np.random.default_rng(seed).random((400, 1, 8, 8), np.float32)


def routes(isolation):
    """The places to search: under bubblewrap, /proc is empty."""
    return ["probing", "objects", "files"] + ["proc"] * (isolation == "process")


FORMS = {
    "uint8": lambda y: y.astype(np.uint8),
    "int16": lambda y: y.astype(np.int16),
    "int32": lambda y: y.astype(np.int32),
    "int64": lambda y: y,
    "float32": lambda y: y.astype(np.float32),
    "float64": lambda y: y.astype(np.float64),
    "list of int": lambda y: y.tolist(),
    "text": lambda y: "".join(map(str, y)),
    "text, one between": lambda y: " ".join(map(str, y)),
    "text, two between": lambda y: str(y.tolist()),
}


@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_hidden_labels_are_nowhere_in_the_process_that_predicts(isolation):
    """They exist in the grader's process in every form, before the sandbox starts, so that no fork comes earlier."""
    y = labels(1)
    kept = {name: form(y) for name, form in FORMS.items()}
    with start(isolation) as sandbox, student(sandbox, ATTACK, timeout_s=LOOKING_S) as one:
        model = one.Model()
        model.fit(images(0), labels(0))
        answers = {route: model.predict(images(1), hint(y), route) for route in routes(isolation)}
    assert {route: found for route, (found, _) in answers.items()} == {route: {} for route in answers}
    assert min(size for route, (_, size) in answers.items() if route in ("probing", "proc")) > 10_000_000
    assert len(kept) == len(FORMS)  # they existed all the time


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_labels_that_were_passed_are_found_by_the_same_search(isolation, form, request):
    sandbox = request.getfixturevalue(isolation)
    y = labels(2)
    with student(sandbox, ATTACK, timeout_s=LOOKING_S) as one:
        model = one.Model()
        model.fit(images(2), FORMS[form](y))
        for route in set(routes(isolation)) - {"files"}:
            found, _ = model.predict(images(3), hint(y), route)
            # Python sees a list of int as a sequence of numbers.
            assert (
                found["uint8" if (form, route) == ("list of int", "objects") else form] == y[HINT : 2 * HINT].tolist()
            )


def test_labels_that_lie_in_a_file_are_found_by_the_same_search(bubblewrap):
    y = labels(3)
    leave = "\ndef leave(text): open('/tmp/left', 'w').write(text)"
    with student(bubblewrap, ATTACK + leave, timeout_s=LOOKING_S) as one:
        one.leave(FORMS["text"](y))
        assert one.Model().predict(images(3), hint(y), "files")[0]["text"] == y[HINT : 2 * HINT].tolist()


@pytest.mark.parametrize("isolation", ["bubblewrap", "process"])
def test_what_one_check_passed_is_gone_in_the_next(isolation, request):
    y = labels(4)
    with submission(request.getfixturevalue(isolation), ATTACK, submission_s=2 * LOOKING_S) as opened:
        with opened.check(LOOKING_S) as exchange:
            model = Namespace(exchange).Model()
            model.fit(images(4), y)
            assert model.predict(images(5), hint(y), "probing")[0] != {}
        with opened.check(LOOKING_S) as exchange:
            model = Namespace(exchange).Model()
            for route in routes(isolation):
                assert model.predict(images(5), hint(y), route)[0] == {}
