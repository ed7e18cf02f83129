"""What a check sees: names, handles and callbacks, alike for the student's code and for the reference."""

import contextlib

import numpy as np
import pytest

from autograder.errors import CourseError, Failure, Raised
from autograder.namespace import Handle, Namespace, local
from autograder.sandbox.child.wire import Reference, decode, encode


class Layer:
    def __init__(self, w=1):
        self.w = w
        self.get = 5

    def forward(self, x):
        return self.w * x

    def __call__(self, x):
        return -x

    def call(self):
        return "called"


def namespace(trusted=False, **names):
    return Namespace(local(names), trusted=trusted)


def answering(*reply, **options):
    """A namespace whose other side answers everything with this."""
    frame = encode(list(reply))
    return Namespace(lambda request, resolve, answer: (frame, decode(frame, resolve)), **options)


def test_a_call_gives_a_copy_of_the_result():
    array = np.ones(2)
    got = namespace(f=lambda: array).f()
    got += 1
    assert array.tolist() == [1, 1]


def test_arguments_cross_as_copies():
    def f(a):
        a += 1

    array = np.ones(2)
    namespace(f=f).f(array)
    assert array.tolist() == [1, 1]


def test_modified_arguments_are_told_by_their_paths():
    def f(a, b, *, c):
        a += 1
        b[1]["m"] += 1
        c += 1

    one = namespace(f=f)
    one.f(np.zeros(1), (np.zeros(1), {"v": np.zeros(1), "m": np.zeros(1)}), c=np.ma.zeros(1))
    assert one.f.modified == ("args[0]", "args[1][1][m]", "kwargs[c]")


def test_modified_speaks_of_the_last_call_only():
    def f(a, change):
        a += change

    one = namespace(f=f)
    one.f(np.zeros(1), 1)
    one.f(np.zeros(1), 0)
    assert one.f.modified == ()


def test_a_call_that_fails_leaves_no_modified_of_an_earlier_one():
    def f(a):
        a[0] = 1 / (1 - a[0])

    one = namespace(f=f)
    one.f(np.zeros(1))
    with np.errstate(all="raise"), pytest.raises(Raised):
        one.f(np.ones(1))
    assert one.f.modified == ()


def test_a_handle_has_methods_attributes_and_a_value():
    layer = namespace(Layer=Layer).Layer(3)
    assert layer.forward(2) == 6
    assert layer(2) == -2
    assert layer.call("call") == "called"
    assert layer.get("get") == 5
    assert isinstance(layer.value(), Handle)
    assert repr(layer) == "<an object of type Layer>"


def test_a_handle_is_passed_back_as_the_object_itself():
    one = namespace(Layer=Layer, weight=lambda layers: layers["first"].w)
    assert one.weight({"first": one.Layer(7)}) == 7


def test_names_of_the_language_are_no_exercises():
    one = namespace(Layer=Layer)
    for thing in (one, one.Layer()):
        with pytest.raises(AttributeError):
            thing.__deepcopy__  # noqa: B018


def test_a_plain_name_is_read():
    assert namespace(height=5).get("height") == 5


def test_a_put_value_is_updated_in_place():
    one = namespace(f=lambda d: d.update(n=1))
    handle = one.put({"m": 0})
    one.f(handle)
    assert handle.value() == {"m": 0, "n": 1}


def test_callbacks_call_back_and_nest():
    one = namespace(twice=lambda f, x: f(f(x)))
    assert one.twice(lambda x: one.twice(lambda y: y + 1, x), 0) == 4


def test_what_a_callback_raises_reaches_the_code_that_called_it():
    def f(g):
        try:
            g(1, 2)
        except TypeError:
            return "caught"

    assert namespace(f=f).f(lambda x: x) == "caught"


@pytest.mark.parametrize("error", [Failure, CourseError])
def test_the_checks_own_errors_pass_through_a_callback(error):
    def refuse():
        raise error("stop")

    one = Namespace(lambda request, resolve, answer: answer(["callback", 0, (), {}]))
    one._callbacks.append(refuse)
    with pytest.raises(error, match="stop"):
        one.f()


def test_a_missing_name_is_the_students_with_an_explanation():
    one = Namespace(local({}), explain_missing=lambda name: f"Where is {name}?")
    with pytest.raises(Failure, match=r"^adam is not defined\. Where is adam\?$"):
        one.adam()
    with pytest.raises(Failure, match="height is not defined"):
        one.get("height")


def test_an_exception_is_the_students_with_its_types_and_line():
    def f():
        raise KeyError("m")

    one = answering("raised", ["KeyError", "LookupError"], "'m'", "cell 1", 4, source_line=lambda at, n: f" {at}:{n} ")
    with pytest.raises(Raised, match=r"f raised KeyError: 'm' \(cell 1, line 4: .*cell 1:4") as caught:
        one.f()
    assert caught.value.types == ("KeyError", "LookupError")
    with pytest.raises(Raised, match="f raised KeyError: 'm'"):
        namespace(f=f).f()


def test_a_stub_is_not_written_yet():
    def f():
        raise NotImplementedError("whatever")

    with pytest.raises(Raised, match=r"^f is not written yet$"):
        namespace(f=f).f()


def test_what_the_reference_does_wrong_is_ours():
    with pytest.raises(CourseError, match="the reference's f raised ZeroDivisionError"):
        namespace(trusted=True, f=lambda: 1 / 0).f()
    with pytest.raises(CourseError, match="g is not defined"):
        namespace(trusted=True).g()


def test_a_check_that_passes_what_is_not_data_is_ours():
    with pytest.raises(CourseError, match="the check passes a set"):
        namespace(f=lambda x: x).f({1, 2})


def test_what_cannot_be_sent_is_the_students():
    with pytest.raises(Failure, match="f returned data that cannot be sent"):
        namespace(f=deep).f()


def deep():
    items = []
    items.append(items)
    return items


MALFORMED = [
    ("value",), ("value", 1), ("value", 1, 2), ("value", 1, np.ones(3)), ("missing",), ("missing", 1), ("unsendable",),
    ("unsendable", 1), ("raised",), ("raised", [], "", "", 0), ("raised", "ValueError", "", "", 0),
    ("raised", [1], "", "", 0), ("raised", ["E"], 1, "", 0), ("raised", ["E"], "", 1, 0),
    ("raised", ["E"], "", "", float("inf")), ("raised", np.ones(2), "", "", 0), ("surprise", 1), ("loaded", [], []),
]  # fmt: skip


@pytest.mark.parametrize("reply", MALFORMED, ids=repr)
def test_a_malformed_answer_is_a_failure(reply):
    with pytest.raises(Failure, match="malformed answer"):
        answering(*reply).f()


def test_a_malformed_answer_to_put_is_a_failure():
    with pytest.raises(Failure, match="malformed answer"):
        answering("value", 5, []).put({})


@pytest.mark.parametrize("modified", [[10**30], [-1], ["x"], [None], [1.5], [[]]])
def test_a_nonsense_index_of_a_modified_argument_is_ignored(modified):
    one = answering("value", 1, modified)
    assert one.f(np.zeros(1)) == 1
    assert one.f.modified == ()


def test_a_huge_message_is_cut():
    with pytest.raises(Raised) as caught:
        answering("raised", ["E" * 10**5], "m" * 10**5, "l" * 10**5, 1).f()
    assert len(str(caught.value)) < 5000


def test_a_failed_call_names_what_was_returned_instead():
    with pytest.raises(Failure, match=r"^f returned more than 1 MiB of arrays$"):
        answering("unsendable", "more than 1 MiB of arrays").f()


@pytest.mark.parametrize(
    ("message", "error"),
    [
        (["callback"], "ValueError"), (["callback", 0], "ValueError"), (["callback", 9, (), {}], "IndexError"),
        (["callback", "x", (), {}], "TypeError"), (["callback", 0, 5, {}], "TypeError"),
        (["callback", 0, (), 6], "TypeError"), (["callback", 0, (), {1: 2}], "TypeError"),
        (["callback", 10**30, (), {}], "IndexError"),
    ],
)  # fmt: skip
def test_a_malformed_callback_is_answered_with_an_error(message, error):
    one = namespace()
    one._callbacks.append(lambda: 1)
    assert decode(one._answer(message))[:2] == ["error", error]


@pytest.mark.parametrize(
    ("reply", "value"),
    [(("value", 5, []), 5), (("raised", ["KeyError", "X"], "", "", 0), "KeyError"), (("missing", "f"), "missing"),
     (("value",), "value"), (("raised", []), "raised")],
)  # fmt: skip
def test_a_reply_is_remembered_by_what_it_carried(reply, value):
    one = answering(*reply)
    with contextlib.suppress(Failure):
        one.f()
    assert one.value_of(0) == value


def test_a_reply_that_is_a_handle_is_remembered_as_one():
    one = answering("value", Reference("handle", 0, "Layer"), [])
    one.f()
    assert isinstance(one.value_of(-1), Handle)
