"""Measuring a trained model: accepted predictions, the metrics, and how a value becomes points."""

import importlib
import sys

import numpy as np
import pytest
import scipy.special
import sklearn.metrics

from autograder.errors import CourseError, Failure
from autograder.sandbox.namespace import Namespace
from autograder.sandbox.transports import Local
from autograder.training import accuracy, calibration_error, confusion, cross_entropy, earn, predict
from tests.sandbox.conftest import student

X = np.arange(7 * 12, dtype=np.float64).reshape(7, 1, 3, 4)


@pytest.fixture(params=["numpy", pytest.param("torch", marks=pytest.mark.torch)])
def library(request, monkeypatch):
    """Run a test as in a grader that has loaded torch, and in one that has not."""
    if request.param == "torch":
        importlib.import_module("torch")
    else:
        monkeypatch.delitem(sys.modules, "torch", raising=False)
    return request.param


def sums(x):
    """(n, 3) numbers that identify their inputs."""
    flat = np.asarray(x).reshape(len(x), -1)
    return np.stack([flat.sum(axis=1), flat[:, 0], -flat[:, 1]], axis=1)


def made(seed=0, n=200, classes=5, scale=3.0):
    rng = np.random.default_rng(seed)
    return scale * rng.standard_normal((n, classes)), rng.integers(0, classes, n)


# predict


@pytest.mark.parametrize("batch", [1, 3, 7, 256])
def test_each_input_gets_its_own_row_whatever_the_batch(library, batch):
    got = predict(sums, X, classes=3, batch=batch)
    np.testing.assert_array_equal(got, sums(X))
    assert got.dtype == np.float64


def test_the_model_gets_float32_batches_of_what_the_grader_has_loaded(library):
    asked = []

    def model(x):
        asked.append(x)
        return sums(x)

    predict(model, X, classes=3, batch=3)
    kind = "Tensor" if library == "torch" else "ndarray"
    assert [len(x) for x in asked] == [3, 3, 1]
    assert {(type(x).__name__, str(x.dtype).removeprefix("torch.")) for x in asked} == {(kind, "float32")}


def test_what_the_model_does_to_its_batch_does_not_reach_the_inputs(library):
    x = X.astype(np.float32)

    def model(batch):
        batch[...] = 0
        return sums(batch)

    predict(model, x, classes=3)
    np.testing.assert_array_equal(x, X)


@pytest.mark.torch
@pytest.mark.parametrize("name", ["float32", "float64", "float16", "bfloat16", "int64"])
def test_tensors_of_any_real_type_are_taken_with_a_graph_or_without(name):
    import torch

    dtype = getattr(torch, name)
    values = torch.tensor([[1, -2], [3, 4]], dtype=dtype, requires_grad=dtype.is_floating_point)
    np.testing.assert_array_equal(predict(lambda x: values, X[:2], classes=2), [[1, -2], [3, 4]])


def test_read_only_inputs_are_no_trouble():
    x = np.broadcast_to(np.float32(1), (3, 2))
    np.testing.assert_array_equal(predict(sums, x, classes=3), sums(x))


BAD = {
    "a list": (lambda x: [[0.0] * 3] * len(x), r"returned a list of 7.*expected \(7, 3\)"),
    "a pair": (lambda x: (sums(x), 1), r"returned a tuple of 2: array \(7, 3\), int; expected \(7, 3\)"),
    "nothing": (lambda x: None, r"returned None; expected \(7, 3\): for each of 7 inputs a row of 3 logits"),
    "a text": (lambda x: "y" * 5000, r"returned 'yyyy.{0,80}\.\.\.; expected"),
    "a number": (lambda x: np.float64(3), r"returned 3; expected"),
    "no dimension": (lambda x: np.array(3.0), r"returned the shape \(\), expected \(7, 3\)"),
    "a class too many": (lambda x: np.zeros((7, 4)), r"returned the shape \(7, 4\), expected \(7, 3\)"),
    "a row too few": (lambda x: np.zeros((6, 3)), r"returned the shape \(6, 3\), expected \(7, 3\)"),
    "what would broadcast": (lambda x: np.zeros((1, 3)), r"returned the shape \(1, 3\), expected \(7, 3\)"),
    "transposed": (lambda x: np.zeros((3, 7)), r"another shape: is the last layer's output \(N, classes\)\?"),
    "spare axes": (lambda x: np.zeros((7, 3, 1, 1)), r"shape \(7, 3, 1, 1\).*As many numbers, but in another shape"),
    "classes": (lambda x: np.zeros(7, np.int64), r"shape \(7,\).*Return the scores of all classes"),
    "empty": (lambda x: np.zeros((0, 3)), r"returned the shape \(0, 3\), expected \(7, 3\)"),
    "complex": (lambda x: np.zeros((7, 3), complex), r"values of dtype complex128; logits are real numbers"),
    "bools": (lambda x: np.zeros((7, 3), bool), r"values of dtype bool; logits are real numbers"),
    "NaN": (lambda x: sums(x) * np.nan, r"returned nan as the logit of class 0.*7 of 7 inputs have such logits"),
    "one NaN": (lambda x: sums(x) + np.where(np.eye(7, 3) * [0, 0, 1], np.nan, 0), r"nan .*class 2 .* 1 of 7 inputs"),
    "infinity": (lambda x: np.full((7, 3), -np.inf), r"returned -inf as the logit"),
    "huge": (lambda x: np.full((7, 3), 1e300), r"returned 1e\+300 as the logit.*Did the training diverge\?"),
}


@pytest.mark.parametrize("what", BAD)
def test_an_answer_that_is_no_table_of_logits_is_the_students_failure(what):
    model, message = BAD[what]
    with pytest.raises(Failure, match=message):
        predict(model, X, classes=3)


@pytest.mark.torch
def test_a_tensor_is_refused_like_an_array():
    import torch

    with pytest.raises(Failure, match=r"LeNet: the model returned the shape \(7, 84\), expected \(7, 10\)"):
        predict(type("LeNet", (), {"__call__": lambda self, x: torch.zeros(len(x), 84)})(), X)


def test_every_batch_is_looked_at():
    def model(x):
        return np.zeros((len(x), 3 if len(x) == 3 else 4))

    with pytest.raises(Failure, match=r"model: the model returned the shape \(1, 4\), expected \(1, 3\)"):
        predict(model, X, classes=3, batch=3)


@pytest.mark.parametrize(
    "arguments", [{"x": X[:0]}, {"x": np.float64(3)}, {"x": X, "batch": 0}, {"x": X, "classes": 0}]
)
def test_nothing_to_ask_for_is_a_fault_of_the_check(arguments):
    with pytest.raises(CourseError, match="predict: nothing to ask for"):
        predict(sums, **arguments)


def test_a_function_and_an_object_of_a_namespace_are_models():
    class Net:
        def __call__(self, x):
            return sums(x)

        def other(self, x):
            return np.zeros((1, 1))

    there = Namespace(Local({"sums": sums, "Net": Net}))
    np.testing.assert_array_equal(predict(there.sums, X, classes=3), sums(X))
    net = there.Net()
    np.testing.assert_array_equal(predict(net, X, classes=3), sums(X))
    with pytest.raises(Failure, match=r"^Net: the model returned the shape \(7, 3\), expected \(7, 10\)"):
        predict(net, X)
    with pytest.raises(Failure, match=r"^other: the model returned the shape \(1, 1\)"):
        predict(net.other, X)


def test_a_model_in_a_sandbox_answers(own_sandbox):
    source = "import numpy as np\nclass Net:\n    def __call__(self, x): return np.asarray(x)[:, :2]"
    with student(own_sandbox, source) as one:
        x = np.array([[1.0, 2, 3], [4, 5, 6]])
        np.testing.assert_array_equal(predict(one.Net(), x, classes=2, batch=1), x[:, :2])


# Measures


def test_accuracy_is_the_share_that_is_right():
    logits, y = made()
    assert accuracy(logits, y) == pytest.approx(sklearn.metrics.accuracy_score(y, logits.argmax(axis=1)))
    assert accuracy([[0, 1], [1, 0]], [1, 0]) == 1


def test_a_constant_answer_is_right_about_one_class_only():
    assert accuracy(np.zeros((6, 3)), [0, 0, 1, 1, 2, 2]) == pytest.approx(1 / 3)


def test_confusion_has_true_classes_in_rows_even_those_that_never_occur():
    logits, y = made(classes=5)
    y[y == 3] = 0
    expected = sklearn.metrics.confusion_matrix(y, logits.argmax(axis=1), labels=range(5))
    np.testing.assert_array_equal(confusion(logits, y), expected)
    assert confusion(logits, y).dtype == np.int64


@pytest.mark.torch
@pytest.mark.parametrize("scale", [0.1, 3, 1000, 1e30])
def test_cross_entropy_is_torchs_for_small_and_extreme_logits(scale):
    import torch

    logits, y = made(scale=scale)
    expected = torch.nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(y))
    assert cross_entropy(logits, y) == pytest.approx(float(expected), rel=1e-12)


def test_the_largest_logits_that_predict_lets_through_overflow_nothing():
    largest = float(np.finfo(np.float32).max)
    logits = predict(lambda x: np.tile([largest, -largest], (len(x), 1)), X, classes=2)
    assert cross_entropy(logits, np.ones(7, int)) == pytest.approx(2 * largest)
    assert calibration_error(logits, np.zeros(7, int)) == 0


def test_calibration_error_is_that_of_the_definition_by_a_loop():
    logits, y = made(scale=1.0, n=500)
    p = scipy.special.softmax(logits, axis=1)
    for bins in (1, 4, 15):
        expected = 0.0
        for m in range(bins):
            inside = (p.max(axis=1) > m / bins) & (p.max(axis=1) <= (m + 1) / bins)
            if inside.any():
                right = np.mean(p.argmax(axis=1)[inside] == y[inside])
                expected += inside.mean() * abs(right - p.max(axis=1)[inside].mean())
        assert calibration_error(logits, y, bins) == pytest.approx(expected, rel=1e-9)


def test_a_model_that_is_sure_and_wrong_is_calibrated_worst():
    assert calibration_error([[1000.0, 0.0]] * 4, [1] * 4) == 1


def test_a_model_whose_labels_are_drawn_from_its_own_softmax_is_calibrated():
    rng = np.random.default_rng(0)
    logits = 2 * rng.standard_normal((20_000, 4))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (rng.random((20_000, 1)) > np.cumsum(p, axis=1)).sum(axis=1)
    assert calibration_error(logits, y) < 0.015 < 0.05 < calibration_error(2 * logits, y)


@pytest.mark.parametrize(
    ("logits", "y"),
    [
        (np.zeros((3, 2)), np.zeros(4, int)),
        (np.zeros((3, 2)), np.zeros((3, 1), int)),
        (np.zeros((3, 2)), np.zeros(3)),
        (np.zeros(3), np.zeros(3, int)),
        (np.zeros((0, 3)), np.zeros(0, int)),
        (np.zeros((3, 2)), np.array([0, 1, 2])),
        (np.zeros((3, 2)), np.array([0, 1, -1])),
        (np.full((3, 2), np.nan), np.zeros(3, int)),
    ],
)
@pytest.mark.parametrize("measure", [accuracy, confusion, cross_entropy, calibration_error])
def test_logits_and_labels_that_do_not_belong_together_are_a_fault_of_the_check(measure, logits, y):
    with pytest.raises(CourseError, match=r"do not belong together|labels from|not finite"):
        measure(logits, y)


def test_no_bins_are_a_fault_of_the_check():
    with pytest.raises(CourseError, match="0 bins"):
        calibration_error(*made(), bins=0)


# earn


@pytest.mark.parametrize(
    ("value", "none", "full", "share"),
    [
        (0.7, 0.5, 0.9, 0.5),
        (0.5, 0.5, 0.9, 0.0),
        (0.1, 0.5, 0.9, 0.0),
        (2.0, 3.0, 1.0, 0.5),  # smaller is better
        (9.0, 3.0, 1.0, 0.0),
        (float("nan"), 0.5, 0.9, 0.0),
        (float("-inf"), 0.5, 0.9, 0.0),
        (np.float32(0.7), 0.5, 0.9, 0.5),
    ],
)
def test_between_nothing_and_everything_the_share_is_linear(value, none, full, share):
    with pytest.raises(Failure) as failure:
        earn(value, none=none, full=full, what="accuracy")
    assert failure.value.share == pytest.approx(share, abs=1e-6)
    assert type(failure.value.share) is float


@pytest.mark.parametrize(
    ("value", "none", "full"), [(0.9, 0.3, 0.9), (1.0, 0.5, 0.9), (1.0, 3.0, 1.0), (0.5, 3.0, 1.0)]
)
def test_whoever_reaches_full_earns_everything(value, none, full):
    earn(value, none=none, full=full, what="accuracy")


def test_just_below_full_is_a_failure_or_everything_but_never_a_fault_of_ours():
    shares = []
    for full in np.random.default_rng(0).uniform(0.5, 1, 200):
        try:
            earn(np.nextafter(full, 0), none=0.1, full=full, what="accuracy")
        except Failure as failure:
            shares.append(failure.share)
    assert 0.999 < min(shares) <= max(shares) < 1


@pytest.mark.parametrize(
    ("value", "none", "full", "message"),
    [
        (0.8, 0.5, 0.9, "accuracy: 0.8; for all points it must be at least 0.9, this earns 75 % of the points"),
        (0.4, 0.5, 0.9, "accuracy: 0.4; for all points it must be at least 0.9, 0.5 earns nothing yet"),
        (2.5, 3, 1, "accuracy: 2.5; for all points it must be at most 1, this earns 25 % of the points"),
        (0.89999, 0, 0.9, "accuracy: 0.89999; for all points it must be at least 0.9, this earns 99 % of the points"),
    ],
)
def test_the_message_says_what_was_reached_and_what_it_takes(value, none, full, message):
    with pytest.raises(Failure) as failure:
        earn(value, none=none, full=full, what="accuracy")
    assert str(failure.value) == message


@pytest.mark.parametrize(("none", "full"), [(0.5, 0.5), (float("nan"), 1), (0, float("inf"))])
def test_a_scale_without_length_is_a_fault_of_the_check(none, full):
    with pytest.raises(CourseError, match="which is not a scale"):
        earn(0.7, none=none, full=full, what="accuracy")
