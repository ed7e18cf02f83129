"""What a check sees: names, handles and callbacks, in the same way for the student's code and for the reference."""

import contextlib

import numpy as np
import pytest

from autograder.course.course import Limits
from autograder.errors import CourseError, Failure, Raised
from autograder.sandbox import Program
from autograder.sandbox.child import protocol
from autograder.sandbox.child.wire import Reference, decode, encode
from autograder.sandbox.namespace import Handle, Namespace, previous, record_of, value_of
from autograder.sandbox.transports import Local, Recorded


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
    return Namespace(Local(names), trusted=trusted)


def answering(*reply, **options):
    """A namespace whose other side answers every request with this reply."""
    return Namespace(Recorded([encode(list(reply))] * 9, "too few"), **options)


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


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda a, b, *, c: a.pop(), "args[0]"),
        (lambda a, b, *, c: a.append(1), "args[0]"),
        (lambda a, b, *, c: a.sort(reverse=True), "args[0]"),
        (lambda a, b, *, c: a[1].clear(), "args[0][1]"),
        (lambda a, b, *, c: b[0].update(v=1), "args[1][0]"),
        (lambda a, b, *, c: b[0].pop("u"), "args[1][0]"),
        (lambda a, b, *, c: c.update(u=np.zeros(1)), "kwargs[c]"),
        (lambda a, b, *, c: c["l"].append(2), "kwargs[c][l]"),
    ],
)
def test_lists_and_dicts_that_are_changed_are_told_by_their_paths(change, path):
    one = namespace(f=lambda *args, **kwargs: change(*args, **kwargs) and None)
    one.f([[1], [2], [3]], ({"u": np.zeros(1)},), c={"u": np.zeros(1), "l": [1]})
    assert one.f.modified == (path,)


def test_lists_and_dicts_that_are_rebuilt_are_unmodified():
    def f(a, b):
        a[:] = list(a)
        b["k"] = b.pop("k")

    one = namespace(f=f)
    one.f([1, "x", [2]], {"k": np.zeros(1)})
    assert one.f.modified == ()


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


class Asking:
    """A transport to code that makes a callback first."""

    def request(self, frame, resolve, answer):
        return answer(["callback", 0, (), {}])


@pytest.mark.parametrize("error", [Failure, CourseError])
def test_the_checks_own_errors_pass_through_a_callback(error):
    def refuse():
        raise error("stop")

    one = Namespace(Asking())
    one._callbacks.append(refuse)
    with pytest.raises(error, match="stop"):
        one.f()


def test_a_missing_name_is_the_students_with_an_explanation():
    one = Namespace(Local({}), explain_missing=lambda name: f"Where is {name}?")
    with pytest.raises(Failure, match=r"^adam is not defined\. Where is adam\?$"):
        one.adam()
    with pytest.raises(Failure, match="height is not defined"):
        one.get("height")


def test_an_exception_is_the_students_with_its_types_and_line():
    def f():
        raise KeyError("m")

    one = answering("raised", ["KeyError", "LookupError"], "'m'", "cell 1", 4, source_line=lambda at, n: f" {at}:{n} ")
    with pytest.raises(Raised, match=r"f raised KeyError: 'm' \(cell 1, line 4: `.*cell 1:4") as caught:
        one.f()
    assert caught.value.types == ("KeyError", "LookupError")
    with pytest.raises(Raised, match="f raised KeyError: 'm'"):
        namespace(f=f).f()


@pytest.mark.parametrize("said", [(), ("f is not written yet",)])
def test_a_stub_is_not_written_yet(said):
    def f():
        raise NotImplementedError(*said)

    with pytest.raises(Raised, match=r"^f is not written yet$"):
        namespace(f=f).f()


STUB = """def f(x):
    "Say."
    # YOUR CODE HERE
    {}

    raise NotImplementedError("f is not written yet")"""


@pytest.mark.parametrize(
    ("source", "left"),
    [
        (STUB.format("return_ = 1"), True),
        (STUB.format("return_ = 1  # so\n    # and so"), True),
        (STUB.format(""), False),
        (STUB.replace("# YOUR CODE HERE", "").format(""), False),
        (STUB.replace("# YOUR CODE HERE", "# mine").format("pass"), True),
    ],
)
def test_what_is_left_of_a_stub_below_code_is_told(source, left):
    lines = source.split("\n")
    last = ["raised", ["NotImplementedError"], "f is not written yet", "cell 3", len(lines)]
    one = answering(*last, source_line=lambda at, number: lines[number - 1])
    with pytest.raises(Raised, match=r"^f is not written yet") as caught:
        one.f()
    assert ("or if it is, delete" in caught.value.message) == left
    assert (f"cell 3, line {len(lines)}" in caught.value.message) == left


def test_the_line_of_a_stub_is_not_looked_for_without_end():
    asked = []
    last = ["raised", ["NotImplementedError"], "f is not written yet", "cell 3", 10**12]
    with pytest.raises(Raised, match=r"^f is not written yet$"):
        answering(*last, source_line=lambda at, number: asked.append(number) or "").f()
    assert len(asked) < 100


def test_a_method_of_a_class_is_called_by_the_name_of_the_class():
    class Square:
        @staticmethod
        def apply(x):
            raise NotImplementedError

    with pytest.raises(Raised, match=r"^Square\.apply is not written yet$"):
        namespace(Square=Square).get("Square").apply(1)


def test_a_function_of_a_module_is_called_by_the_name_of_the_module():
    with pytest.raises(Raised, match=r"^math\.sqrt raised ValueError"):
        namespace().module("math").sqrt(-1)


def test_what_a_library_cannot_do_is_no_stub():
    def f():
        raise NotImplementedError("Cannot copy out of meta tensor; no data!")

    with pytest.raises(Raised, match=r"^f raised NotImplementedError: Cannot copy out of meta tensor"):
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
    assert value_of(one, 0) == value


def test_a_reply_that_is_a_handle_is_remembered_as_one():
    one = answering("value", Reference("handle", 0, "Layer"), [])
    one.f()
    assert isinstance(value_of(one, -1), Handle)


# ---- several calls in one request -----------------------------------------------------------------------------------


def test_calls_gives_the_values_of_all_calls():
    assert namespace(f=lambda a, b=0: a + b).f.calls([(1,), (2, 3), (4, 5)]) == [1, 5, 9]


def test_a_call_is_given_items_of_what_the_one_before_returned():
    def step(w, dw, config):
        config = dict(config or {"n": 0})
        config["n"] += 1
        return w - dw, config

    w, dw = np.array([10.0]), np.array([1.0])
    values = namespace(step=step).step.calls([(w, dw, None), *[(previous(0), dw, previous(1))] * 2])
    assert [(w.tolist(), config) for w, config in values] == [([9], {"n": 1}), ([8], {"n": 2}), ([7], {"n": 3})]


@pytest.mark.parametrize(
    "keep",
    [lambda w: w, lambda w: (w,), lambda w: {"w": w}, lambda w: [w]],
    ids=["alone", "tuple", "dict", "list"],
)
def test_what_a_later_call_changes_in_place_was_returned_as_it_was(keep):
    mine = np.zeros(1)

    def f(given):
        mine[0] += 1
        given += 1
        return mine, keep(mine), given

    values = namespace(f=f).f.calls([(np.zeros(1),), (previous(0),), (previous(2),)])
    assert [(float(a[0]), float(c[0])) for a, _, c in values] == [(1, 1), (2, 2), (3, 3)]
    assert [np.ravel(list(b.values()) if isinstance(b, dict) else b).tolist() for _, b, _ in values] == [[1], [2], [3]]


def test_between_calls_a_value_is_what_would_have_crossed():
    class Odd(np.ndarray):
        pass

    def f(given=None):
        return type(given).__name__, np.zeros(2).view(Odd), Layer(), np.longdouble(1) * np.ones(1)

    kinds = [namespace(f=f).f.calls([(), (previous(i),)])[1][0] for i in range(1, 4)]
    assert kinds == ["ndarray", "Layer", "ndarray"]
    assert namespace(f=f).f()[3].dtype == np.float64


@pytest.mark.parametrize("first", [5, (1,), "text", None, {"a": 1, "b": 2}])
def test_calls_end_early_with_a_value_that_lacks_the_item(first):
    assert namespace(f=lambda *args: first).f.calls([(), (previous(1),), (previous(0),)]) == [first]


def test_the_first_of_several_calls_that_fails_is_told():
    def f(x):
        return 1 / x

    with pytest.raises(Raised, match="f raised ZeroDivisionError"):
        namespace(f=f).f.calls([(1,), (0,), (2,)])
    with pytest.raises(Failure, match="g is not defined"):
        namespace(f=f).g.calls([(1,)])
    with pytest.raises(Failure, match="f returned data that cannot be sent"):
        namespace(f=deep).f.calls([(), ()])


@pytest.mark.parametrize("first", [(1, 2), [1, 2]])
def test_calls_may_not_end_early_with_a_value_that_has_the_item(first):
    with pytest.raises(Failure, match="malformed"):  # or a submission could leave out calls that it cannot do
        answering("value", [first], []).f.calls([(), (previous(1),)])


def test_methods_are_called_several_times_too():
    layer = namespace(Layer=Layer).Layer(3)
    assert layer.forward.calls([(1,), (2,)]) == [3, 6]
    assert layer.forward.modified == ()


@pytest.mark.parametrize("values", [[], 5, None, [1, 2, 3], np.ones(2), (1, 2), [1]], ids=repr)
def test_malformed_answers_to_several_calls_are_a_failure(values):
    with pytest.raises(Failure, match="malformed answer"):
        answering("value", values, []).f.calls([(1,), (2,)])


# ---- library objects, and what is kept on the other side: alike for the reference and in the sandbox -----------------

SOURCE = """\
import numpy as np

def double(x):
    return 2 * x

def shift(x, by):
    x += by
    return x

def apply(f, x):
    return f(x)

def same(a, b):
    return a is b

class Layer:
    def __init__(self, w):
        self.w = np.array(w)
    def scaled(self, x):
        x *= self.w
        return x
"""


@pytest.fixture(params=["here", "in the sandbox"])
def other_side(request, own_sandbox):
    """The names of SOURCE, as the reference's and as a student's."""
    if request.param == "here":
        names = {}
        exec(SOURCE, names)
        yield namespace(**{name: value for name, value in names.items() if not name.startswith("__")})
        return
    limits = Limits(load_s=20, check_s=20, submission_s=60, memory_mib=1024)
    with own_sandbox.open(Program([("cell 0", "code", SOURCE, 1)]), limits) as session, session.check(20) as exchange:
        yield Namespace(exchange)


def test_a_library_s_module_is_reached_on_the_other_side(other_side):
    fractions = other_side.module("fractions")
    half = fractions.Fraction(1, 2)
    assert isinstance(half, Handle)
    assert half.get("denominator") == 2
    assert other_side.double(half).get("numerator") == 1


def test_a_module_inside_a_package_is_that_module(other_side):
    assert other_side.module("numpy.linalg").norm(np.array([3.0, 4.0])) == 5


def test_a_module_that_is_not_there_is_an_exception_with_its_name(other_side):
    with pytest.raises(Raised, match=r"no_such_module raised ModuleNotFoundError: No module named 'no_such_module'"):
        other_side.module("no_such_module")


def test_a_module_that_the_reference_lacks_is_ours():
    with pytest.raises(CourseError, match="the reference's no_such_module raised ModuleNotFoundError"):
        namespace(trusted=True).module("no_such_module")


def weights(layers):
    import math

    return {i: math.sqrt(layer.w[0]) for i, layer in enumerate(layers)}


def test_a_probe_asks_many_things_at_once(other_side):
    def missing(layer):
        return layer.nonsense

    layers = [other_side.Layer([n]) for n in (1, 4)]
    assert other_side.probe(weights)(layers) == {0: 1, 1: 2}
    with pytest.raises(Raised, match="missing raised AttributeError"):
        other_side.probe(missing)(layers[0])
    with pytest.raises(Raised, match=r"Layer\.nonsense raised AttributeError"):
        other_side.probe(missing, "Layer.nonsense")(layers[0])


def test_a_probe_that_is_passed_on_is_called_over_there(other_side):
    """Not by a callback to this side for each call."""

    def squared(x):
        return x * x

    probe = other_side.probe(squared)
    assert [other_side.apply(probe, 3.0), other_side.apply(probe, 4.0), probe(5.0)] == [9, 16, 25]
    kinds = [request[0] for _, request in record_of(other_side).requests]
    assert kinds == [protocol.KEEP, protocol.CALL, protocol.CALL, protocol.PROBE]


def test_an_object_of_the_student_s_is_no_argument_for_the_reference(other_side):
    """Its number there is the number of another object here."""
    theirs = other_side.Layer([1.0])
    with pytest.raises(CourseError, match="an object of another side"):
        namespace(double=lambda x: x).double(theirs)


def test_a_probe_knows_nothing_of_where_it_was_written(other_side):
    def outside():
        return np

    with pytest.raises(Raised, match="NameError"):
        other_side.probe(outside)()


def test_a_kept_result_stays_there_even_where_it_is_data(other_side):
    kept = other_side.double.keep(np.array([1.0, 2.0]))
    assert isinstance(kept, Handle)
    assert kept.value().tolist() == [2, 4]
    assert other_side.double(kept).tolist() == [4, 8]


def test_a_kept_result_is_the_very_object(other_side):
    array = other_side.put(np.zeros(2))
    shifted = other_side.shift.keep(array, 1)
    assert other_side.same(array, shifted) is True
    assert array.value().tolist() == [1, 1]


def test_a_method_s_result_can_be_kept(other_side):
    layer = other_side.Layer([2.0, 3.0])
    kept = layer.scaled.keep(np.ones(2))
    assert isinstance(kept, Handle)
    assert kept.value().tolist() == [2, 3]


def test_a_kept_call_tells_what_it_modified(other_side):
    other_side.shift.keep(np.zeros(2), 1)
    assert other_side.shift.modified == ("args[0]",)
    other_side.shift.keep(by=np.ones(2), x=np.zeros(2))
    assert other_side.shift.modified == ("kwargs[x]",)
    other_side.shift.keep(np.zeros(2), 0)
    assert other_side.shift.modified == ()
    method = other_side.Layer(2.0).scaled
    method.keep(np.ones(2))
    assert method.modified == ("args[0]",)


def test_a_kept_call_that_fails_leaves_no_modified_of_an_earlier_one(other_side):
    other_side.shift(np.zeros(2), 1)
    with pytest.raises(Raised):
        other_side.shift.keep("text", 1)
    assert other_side.shift.modified == ()


def test_what_is_missing_cannot_be_kept(other_side):
    with pytest.raises(Failure, match="triple is not defined"):
        other_side.triple.keep(1)


def test_a_callback_may_ask_the_other_side(other_side):
    asked = []

    def callback(x):
        asked.append(other_side.module("math").get("pi"))
        kept = other_side.double.keep(x)
        return other_side.double(kept)

    assert other_side.apply(callback, 3) == 12
    assert asked == [pytest.approx(3.14159, abs=1e-5)]


def test_a_callback_may_be_given_to_a_kept_call(other_side):
    kept = other_side.apply.keep(lambda x: other_side.double(x) + 1, 3)
    assert kept.value() == 7


def test_a_malformed_answer_to_what_is_kept_or_imported_is_a_failure():
    one = answering("value", 5, [])
    with pytest.raises(Failure, match="malformed answer"):
        one.f.keep()
    with pytest.raises(Failure, match="malformed answer"):
        one.module("torch")


@pytest.mark.torch
def test_a_kept_tensor_has_its_graph():
    import torch

    one = namespace(square=lambda x: x**2)
    x = one.put(torch.tensor([3.0]))
    x.requires_grad_.keep()
    y = one.square.keep(x)
    (gradient,) = one.module("torch.autograd").grad(y, x)
    assert gradient.tolist() == [6]
    assert one.square(x).requires_grad is False  # a copy without a graph is returned


@pytest.mark.torch
def test_a_hook_sees_how_a_model_is_called():
    import torch

    one = namespace(infer=lambda model, x: model(x))
    model = one.module("torch.nn").Linear(3, 2)
    seen = []

    def hook(module, args, output):
        seen.append((module.get("training"), one.module("torch").is_grad_enabled(), tuple(output.shape)))

    model.register_forward_hook(hook)
    one.infer(model, torch.ones(4, 3))
    model.eval()
    one.infer(model, torch.ones(1, 3))
    assert seen == [(True, True, (4, 2)), (False, True, (1, 2))]
