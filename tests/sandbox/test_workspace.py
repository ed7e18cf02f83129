"""Requests and replies as frames, in the same way as on both sides of the boundary."""

import numpy as np
import pytest

from autograder.sandbox.child import determinism, protocol, warmup
from autograder.sandbox.child.wire import Reference, decode, encode
from autograder.sandbox.child.workspace import MAX_MESSAGE_CHARS, Workspace, describe


class Layer:
    bias = 3

    def forward(self, x):
        return x + self.bias

    def __call__(self, x):
        return -x


def ask(workspace, *request):
    return decode(workspace.serve(encode(list(request), lambda obj: obj)))


def defined(source):
    names = {}
    exec(compile(source, "<cell 1>", "exec"), names)
    return Workspace(names)


def test_a_call_returns_plain_data():
    assert ask(Workspace({"f": lambda a, b: [a, b]}), "call", "f", [1], {"b": 2}) == ["value", [1, 2], []]


def test_an_object_stays_behind_a_handle():
    workspace = Workspace({"Layer": Layer})
    _, handle, _ = ask(workspace, "call", "Layer", [], {})
    assert (handle.kind, handle.type_name) == ("handle", "Layer")
    assert ask(workspace, "method", handle, "forward", [4], {}) == ["value", 7, []]
    assert ask(workspace, "method", handle, "", [4], {}) == ["value", -4, []]
    assert ask(workspace, "attribute", handle, "bias") == ["value", 3, []]


def test_a_put_value_is_changed_in_place_and_read_back():
    workspace = Workspace({"f": lambda d: d.update(n=1)})
    _, handle, _ = ask(workspace, "put", {"m": 0})
    assert handle.type_name == "dict"
    ask(workspace, "call", "f", [handle], {})
    assert ask(workspace, "content", handle) == ["value", {"m": 0, "n": 1}, []]


def test_a_plain_name_is_read():
    assert ask(Workspace({"height": 5}), "get", "height") == ["value", 5, []]


@pytest.mark.parametrize("request_", [("call", "f", [], {}), ("get", "f")])
def test_an_undefined_name_is_missing(request_):
    assert ask(Workspace({}), *request_) == ["missing", "f"]


def test_arrays_changed_in_place_are_told_by_their_index():
    def f(a, b, c):
        a += 1
        b["m"][0] = 5

    arrays = [np.zeros(2), {"k": np.zeros(3), "m": np.zeros(1, np.int8)}, np.zeros(2)]
    assert ask(Workspace({"f": f}), "call", "f", arrays, {}) == ["value", None, [0, 2]]


def test_an_array_changed_and_changed_back_is_unmodified():
    def f(a):
        a += 1
        a -= 1

    assert ask(Workspace({"f": f}), "call", "f", [np.zeros(2)], {}) == ["value", None, []]


def test_a_returned_view_of_a_modified_input_has_the_new_values():
    def f(a):
        a *= 2
        return a

    _, value, modified = ask(Workspace({"f": f}), "call", "f", [np.ones(2)], {})
    assert value.tolist() == [2, 2]
    assert modified == [0]


@pytest.mark.parametrize(
    "error", [ValueError("bad"), SystemExit("bad"), KeyboardInterrupt("bad"), RecursionError("bad")]
)
def test_whatever_is_raised_is_told(error):
    def f():
        raise error

    kind, types, message, _, _ = ask(Workspace({"f": f}), "call", "f", [], {})
    assert (kind, types[0], message) == ("raised", type(error).__name__, "bad")
    assert types[-1] == "BaseException"


def test_an_exception_is_told_with_the_students_line():
    workspace = defined("import numpy as np\n\ndef f():\n    return np.linalg.inv(np.zeros((2, 2)))\n")
    _, types, _, label, line = ask(workspace, "call", "f", [], {})
    assert (types[0], label, line) == ("LinAlgError", "cell 1", 4)


def test_an_exception_that_cannot_be_printed_is_told_by_its_type():
    workspace = defined(
        "class E(Exception):\n    def __str__(self):\n        raise ValueError\ndef f():\n    raise E\n"
    )
    assert ask(workspace, "call", "f", [], {}) == ["raised", ["E", "Exception", "BaseException"], "", "cell 1", 5]


def test_a_long_message_is_cut():
    def f():
        raise ValueError("x" * 10**6)

    assert len(ask(Workspace({"f": f}), "call", "f", [], {})[2]) == MAX_MESSAGE_CHARS


def test_a_syntax_error_is_told_with_its_own_line():
    with pytest.raises(SyntaxError) as caught:
        compile("a = 1\nb = = 2\n", "<cell 3>", "exec")
    types, message, label, line = describe(caught.value)
    assert (types[0], message, label, line) == ("SyntaxError", "invalid syntax", "cell 3", 2)


def test_more_than_a_reply_may_hold_is_unsendable():
    workspace = Workspace({"f": lambda: np.zeros(1 << 17)}, max_reply_bytes=1 << 19)
    kind, reason = ask(workspace, "call", "f", [], {})
    assert kind == "unsendable"
    assert "MiB of arrays" in reason


def test_what_cannot_cross_inside_a_list_becomes_a_handle():
    _, value, _ = ask(Workspace({"f": lambda: [1, {2}]}), "call", "f", [], {})
    assert value == [1, Reference("handle", 0, "set")]


@pytest.mark.parametrize(
    "request_", [("dance",), ("call",), ("get",), ("content", Reference("handle", 9, ""), 1, 2), ("attribute", 1)]
)
def test_a_malformed_request_is_answered(request_):
    assert ask(Workspace({}), *request_)[0] == "raised"


def with_callback(answer):
    questions = []

    def reply(question):
        questions.append(decode(question))
        return encode(answer)

    def f(g):
        return g(1, x=[2])

    return questions, lambda: ask(Workspace({"f": f}, reply), "call", "f", [Reference("callback", 5)], {})


def test_a_callback_is_asked_and_its_answer_returned():
    questions, call = with_callback(["answer", 42])
    assert call() == ["value", 42, []]
    assert questions == [["callback", 5, (1,), {"x": [2]}]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("ZeroDivisionError", "ZeroDivisionError"), ("LinAlgError", "RuntimeError"), ("SystemExit", "RuntimeError"),
     ("print", "RuntimeError")],
)  # fmt: skip
def test_what_a_callback_raises_is_raised_in_the_students_code(name, expected):
    _, call = with_callback(["error", name, "why"])
    kind, types, message, _, _ = call()
    assert (kind, types[0], message) == ("raised", expected, "why")


def test_without_a_check_there_are_no_callbacks():
    workspace = Workspace({"f": lambda g: g()})
    assert ask(workspace, "call", "f", [Reference("callback", 0)], {})[1][0] == "RuntimeError"


def test_what_is_rehearsed_is_answered_as_it_is_meant(monkeypatch):
    serve, replied = Workspace.serve, []

    def noted(workspace, request):
        reply = serve(workspace, request)
        replied.append(decode(reply)[0])
        return reply

    monkeypatch.setattr(Workspace, "serve", noted)
    with determinism.undisturbed():
        warmup.rehearse()
    assert replied == [*[protocol.VALUE] * 4, protocol.VALUES, protocol.RAISED, protocol.MISSING]


def test_the_last_of_several_calls_is_not_changed_by_what_follows():
    kept = []

    def f(x):
        kept.append(x)
        for each in kept:
            each += 1
        return x

    workspace = Workspace({"f": f})
    calls = [["call", "f", [np.zeros(1)], {}], ["call", "f", [np.zeros(1)], {}]]
    _, values, _ = ask(workspace, "calls", calls)
    _, again, _ = ask(workspace, "calls", calls)
    assert [float(x[0]) for x in (*values, *again)] == [1, 1, 1, 1]
