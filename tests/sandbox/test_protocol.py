"""Only messages in the table are sent and accepted: the sources use its kinds, and readers refuse everything else."""

import ast
import inspect
import socket
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder import sandbox
from autograder.course.settings import Limits
from autograder.errors import Crashed, Failure
from autograder.sandbox.child import protocol, workspace
from autograder.sandbox.child.wire import Reference, WireError, decode, encode
from autograder.sandbox.child.workspace import Workspace
from autograder.sandbox.connection import Connection
from autograder.sandbox.exchange import NEVER, Allowance, Exchange, Look
from autograder.sandbox.namespace import Namespace

SANDBOX = Path(sandbox.__file__).parent
KINDS = {message.kind for message in protocol.TABLE}
NAMES = {name for name, value in vars(protocol).items() if isinstance(value, str) and value in KINDS}
UNTRUSTED = [message for message in protocol.TABLE if message.route.direction == "process -> grader"]
SOURCES = [path for path in sorted(SANDBOX.rglob("*.py")) if path.stem not in ("protocol", "__init__")]
SPEAKERS = [path for path in SOURCES if "protocol" in path.read_text()]
REQUESTS = protocol.accepted(protocol.REQUEST)

# A value of each shape, and values that fit only "plain data or a reference".
RIGHT = {
    "plain data or a reference": 1.5, "str": "x", "bytes": b"x", "int": 3, "float": 0.5, "list or tuple": [],
    "dict": {}, "list of int": [0, 1], "list of int, 1 or more": [4], "bool": True, "list of str": ["f"],
    "list of str, 1 or more": ["E"],
    "list of list or tuple": [["call", "f", [], {}]],
    "list of [str, str, str, int]": [["cell 1", "code", "x = 1", 1]],
    "list of [str, str, list of int, 1 or more, list of str, int]": [["cell 1", "f", [3], ["n"], 1]],
    "list of [list of str, 1 or more, str, str, int]": [[["E"], "said", "cell 1", 3]],
    "list of [str, str, int]": [["f", "cell 1", 3]], "list of [int, str]": [[7, "f"]],
}  # fmt: skip
WRONG = [None, True, 2.5, np.ones(2), {"x": 1}, "x", b"y", [None], [[]], [[1, 2, 3, 4]], (1,), 7]


def right(message):
    return [message.kind, *(RIGHT[shape.says] for shape in message.fields.values())]


def wrong(message):
    """Malformed forms: a missing field, an extra field, and each field with each wrong type."""
    whole = right(message)
    if len(whole) > 1:
        yield whole[:-1]
    yield [*whole, 0]
    for index, shape in enumerate(message.fields.values(), 1):
        if shape is not protocol.ANYTHING:
            for value in WRONG:
                if type(value) is not type(whole[index]) and not shape.holds(value):
                    yield [*whole[:index], value, *whole[index + 1 :]]
        if shape.says.startswith("list of "):
            yield [*whole[:index], [*whole[index], None], *whole[index + 1 :]]


MALFORMED = [form for message in UNTRUSTED for form in wrong(message)]
STRANGE = [
    [],
    ["surprise"],
    ["surprise", 1, []],
    [None],
    [["value"]],
    "value",
    5,
    None,
    {},
    ("value", 1, []),
    np.ones(3),
]


# ---- the table ------------------------------------------------------------------------------------------------------


def test_a_kind_has_one_row():
    assert len(KINDS) == len(protocol.TABLE)


@pytest.mark.parametrize("message", UNTRUSTED, ids=lambda message: message.kind)
def test_each_message_in_its_shape_is_taken(message):
    received = decode(encode(right(message)))
    assert protocol.checked(received, protocol.accepted(message.route)) is received


@pytest.mark.parametrize("form", [*MALFORMED, *STRANGE], ids=repr)
def test_what_has_no_row_or_another_shape_is_refused(form):
    everything = {message.kind: message for message in UNTRUSTED}
    with pytest.raises(WireError, match="malformed"):
        protocol.checked(decode(encode(form)), everything)


def test_a_message_is_refused_where_it_is_not_expected():
    for expected in (protocol.WHILE_CHECKING, protocol.WHILE_LOADING, protocol.WHILE_STARTING):
        for message in protocol.TABLE:
            if message.kind not in expected:
                with pytest.raises(WireError, match="malformed"):
                    protocol.checked(right(message), expected)


def test_a_wrong_shape_is_seen():
    assert len(MALFORMED) > 100
    assert not any(protocol.accepted(m.route)[m.kind].fits(form) for m in UNTRUSTED for form in wrong(m))


# ---- the sources ----------------------------------------------------------------------------------------------------


def literals(path):
    """(line, text) of each string in a module's code, except docstrings."""
    tree = ast.parse(path.read_text())
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.lineno, node.value


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda path: path.stem)
def test_no_module_writes_a_kind_itself(path):
    assert not [(line, text) for line, text in literals(path) if text in KINDS]


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda path: path.stem)
def test_every_message_that_is_sent_begins_with_a_kind_of_the_table(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "encode" and isinstance(node.args[0], ast.List):
            kind = ast.unparse(node.args[0].elts[0])
            assert kind.removeprefix("protocol.") in NAMES or kind == "kind", f"{path.name}:{node.lineno}"


def test_the_modules_that_speak_are_found():
    assert {"connection", "exchange", "session", "namespace", "workspace", "check_server", "supervisor", "sampler"} <= {
        path.stem for path in SPEAKERS
    }


# ---- the readers ----------------------------------------------------------------------------------------------------


class Unsupervised(Connection):
    """A connection without a supervisor. stopped: whether its processes were told to end."""

    def __init__(self, processes):
        super().__init__(processes, processes, replace(Limits(), reply_mib=4))
        self.stopped = False

    def stop(self, *, patience_s=0.0):
        self.stopped = True
        return "stopped"


def told(*messages, look=NEVER):
    """A connection to a process that has sent these messages, and what a check's call then returns or raises."""
    here, there = socket.socketpair()
    with here, there:
        for message in messages:
            there.sendall(encode(message).to_bytes())
        connection = Unsupervised(here)
        student = Namespace(Exchange(connection, encode([protocol.CHECK, 0, "", 0.0]), Allowance(2.0, 2.0, look)))
        try:
            return connection, student.f(np.zeros(2), abs)
        except Failure as failure:
            return connection, failure


LOADING = {message.kind for message in protocol.TABLE if message.route in (protocol.PROGRESS, protocol.START)}
UNEXPECTED = [right(message) for message in UNTRUSTED if message.kind in LOADING]


@pytest.mark.parametrize("form", [*MALFORMED, *STRANGE, *UNEXPECTED], ids=repr)
def test_a_check_that_is_sent_something_else_has_crashed_and_the_processes_are_ended(form):
    connection, got = told(form)
    assert isinstance(got, Crashed)
    assert "malformed message" in str(got)
    assert connection.stopped


def test_a_place_is_said_only_where_that_is_asked_for():
    connection, got = told([protocol.STUCK, [], False], [protocol.VALUE, 5, [0]])
    assert isinstance(got, Crashed)
    assert connection.stopped
    assert told([protocol.STUCK, [], False], [protocol.VALUE, 5, [0]], look=Look(0.1))[1] == 5


def test_words_of_an_ended_process_are_skipped_and_have_a_shape_too():
    here, there = socket.socketpair()
    with here, there:
        connection = Unsupervised(here)
        connection.begin(encode([protocol.CHECK, 0, "", 0.0]))
        connection.finish(keep=False)
        stale, ended, fresh = [protocol.VALUE, 1, []], [protocol.ENDED, 0], [protocol.VALUE, 2, []]
        assert [connection.read(encode(each), protocol.WHILE_CHECKING) for each in (stale, ended)] == [None, None]
        assert connection.read(encode(fresh), protocol.WHILE_CHECKING) == fresh
        with pytest.raises(WireError):
            connection.read(encode([protocol.ENDED]), protocol.WHILE_CHECKING)


def test_every_request_is_served_and_nothing_else():
    assert set(workspace._PERFORMED) == set(REQUESTS)
    for kind in KINDS - set(REQUESTS):
        types = decode(Workspace({}).serve(encode([kind, "f"])))[1]
        assert types[0] == "ValueError"


@pytest.mark.parametrize("message", REQUESTS.values(), ids=lambda message: message.kind)
def test_a_request_is_served_with_the_fields_of_its_row(message):
    parameters = list(inspect.signature(workspace._PERFORMED[message.kind]).parameters)[1:]
    assert len(parameters) == len(message.fields)


@pytest.mark.parametrize("request_", [form for message in REQUESTS.values() for form in wrong(message)], ids=repr)
def test_a_malformed_request_is_answered_and_nobody_dies(request_):
    ours = Workspace({"x": lambda *args, **kwargs: 1})
    reply = decode(ours.serve(encode(request_, lambda obj: Reference("handle", 0))))
    assert protocol.checked(reply, protocol.REPLIES)


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"stopped\n", b'["report", "stopped"]\n', b'["report", 1, "x"]\n', b"{}\n"]
)
def test_a_supervisor_that_says_something_else_is_lost(line):
    here, there = socket.socketpair()
    other, _processes = socket.socketpair()
    connection = Connection(here, other, Limits(), sealed=True)
    there.sendall(line)
    there.shutdown(socket.SHUT_WR)
    time.sleep(0.01)
    with there, _processes:
        assert connection.stop(patience_s=0.1) == "lost"
    assert connection.closed


def test_what_a_supervisor_says_is_read_back():
    assert protocol.stated(protocol.statement(protocol.REPORT, "stopped", "printed\n")) == [
        "report",
        "stopped",
        "printed\n",
    ]
