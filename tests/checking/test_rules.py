"""General rules: their sentences are true of the numbers in any exercise, and they are silent if nothing matches."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.checking.answers import LiveAnswers
from autograder.checking.compare import close, equal, expect, parts, raises
from autograder.checking.declare import Mistake, check
from autograder.checking.judge import judge
from autograder.checking.kernel import first_failing
from autograder.checking.known import calls_in
from autograder.checking.rules.apply import findings
from autograder.checking.rules.calls import Given
from autograder.checking.rules.finding import EXACT, PLACE, SHAPED
from autograder.checking.rules.raised import of_exception
from autograder.checking.rules.relations import of_shape, relations
from autograder.checking.run import run
from autograder.course.course import Course
from autograder.report.report import CheckResult
from autograder.sandbox.namespace import Namespace, record_of
from autograder.sandbox.transports import Local
from tests.checking.test_diagnose import SEED, opened

RNG = np.random.default_rng(0)
E = RNG.standard_normal((6, 5))
CUBE = RNG.standard_normal((3, 4, 5))
X, B = RNG.standard_normal((6, 7)), RNG.standard_normal(5)
GIVEN = Given.of((X, RNG.standard_normal((7, 5)), B, 0.3), {})


def names(got: Any, expected: Any = E, given: Given = GIVEN) -> list[str]:
    return [cause.name for cause in relations(got, expected, given) if cause.tier != PLACE]


@pytest.mark.parametrize(
    ("got", "name"),
    [
        (2 * E, "twice"), (E / 2, "half"), (-E, "wrong_sign"), (6 * E, "times_a_length"),
        (E / 7, "divided_by_a_length"),
        (E * 0.3, "times_a_number"), (E / 0.3, "without_a_number"), (E * 0.7, "times_one_minus"),
        (E * 1.2345, "one_factor"),
        (E * 7 / 5, "another_length"), (E * (6 / 5) ** 0.5, "sample_variance"), (E * 36, "times_a_length_twice"),
        (E - B, "term_missing"), (E + B, "term_too_many"), (E - 0.3 * B, "term_with_a_number"),
        (E * B, "multiplied_twice_by"),
        (E / B, "not_multiplied_by"), (B - E, "other_part"),
        (E[::-1], "reversed"), (np.roll(E, 1, 0), "one_step_late"), (np.vstack([E[:1], E[:-1]]), "one_step_late"),
        (E[[1, 0, 2, 3, 4, 5]], "permuted"), (E[[3, 4, 5, 0, 1, 2]], "blocks_exchanged"),
        (E**2, "squared"), (np.abs(E), "absolute"), (np.maximum(E, 0), "cut_off_below"), (1 - E, "one_minus"),
        (np.zeros_like(E), "all_zero"), (np.full_like(E, 3.0), "all_the_same"), (E[:1] + 0 * E, "repeated"),
        (E + 0.25, "one_offset"), (E * RNG.uniform(1, 2, 5), "factor_along_an_axis"), (np.cumsum(E, 0), "accumulated"),
        (1.5 * E + 0.5, "factor_and_offset"), (np.where(E > 0, E, 0.1 * E), "wrong_where_negative_is_expected"),
        (E * (1 + 1e-4 * RNG.random(E.shape)), "nearly_right"), (np.where(E > 0, E, np.nan), "nan"),
        (np.vstack([E[:-1], E[-1:] ** 3]), "only_the_last_wrong"), (X[:, :5] + 0 * E, ""),
    ],
)  # fmt: skip
def test_what_was_done_to_the_right_values_is_found(got: np.ndarray, name: str) -> None:
    found = names(got)
    assert (found[0] if found else "") == name


@pytest.mark.parametrize(
    ("got", "expected", "name"),
    [
        (E[:, None], E, "keeps_an_axis"), (E.sum(0, keepdims=True), E.sum(0), "keeps_an_axis"),
        (E.sum(0), E.sum(0, keepdims=True), "loses_an_axis"), (E.T, E, "axes_swapped"), (E, E.sum(0), "not_summed"),
        (E, E.mean(1), "not_averaged"), (E.sum(1), E, "is_summed"), (CUBE.reshape(3, 20), CUBE, "not_reshaped"),
        (E, E.sum(), "not_reduced"), (E.sum(), E, "reduced_to_a_number"), (E[:-1], E, "length_of_another_axis"),
        (CUBE[:, :, :4], CUBE, "length_of_another_axis"), (CUBE[0], CUBE, "only_the_first"),
        (CUBE.transpose(0, 2, 1), CUBE, "axes_swapped"), (np.zeros((6, 11)), np.zeros((6, 12)), "one_off_in_length"),
    ],
)  # fmt: skip
def test_what_happened_to_the_shape_is_found(got: np.ndarray, expected: np.ndarray, name: str) -> None:
    assert names(got, expected)[0] == name


@pytest.mark.parametrize(
    ("term", "says"),
    [
        (np.log(2 * np.pi) / 2, "half of log 2π"), (np.log(0.3) * 6, "the logarithm of its fourth argument, times the"),
        (-(X**2).sum(), "the sum of squares of its first argument"), (B.mean() / 2, "half of the mean of its third"),
    ],
)  # fmt: skip
def test_a_single_number_is_off_by_a_term(term: float, says: str) -> None:
    (cause, *_) = relations(2.7182 + term, 2.7182, GIVEN)
    assert cause.name == "off_by_a_term"
    assert says in cause.says


def test_a_single_number_is_not_said_to_be_off_by_what_hits_it_by_coincidence() -> None:
    wrong = RNG.standard_normal(200)
    hit = [x for x in wrong if any(cause.name == "off_by_a_term" for cause in relations(x, 2.7182, GIVEN))]
    assert len(hit) <= 1


@pytest.mark.parametrize(
    ("got", "says"),
    [
        (np.abs(X), "Where its first argument is negative, {it} is minus its first argument"),
        (
            np.where(X > 0, X, 0.01 * X),
            "Where its first argument is negative, {it} is a multiple of its first argument",
        ),
        (X, "{it} is its first argument, unchanged"),
    ],
)
def test_another_piece_of_a_function_is_told_by_what_it_is(got: np.ndarray, says: str) -> None:
    assert any(cause.says.startswith(says) for cause in relations(got, np.maximum(X, 0), GIVEN) if cause.tier == EXACT)


IMAGES = np.random.default_rng(5).standard_normal((2, 3, 5, 4))


@pytest.mark.parametrize(
    ("got", "expected", "name"),
    [
        (np.array(0.0), np.array(2.0), "all_zero"), (np.array([0, 0, 0]), np.array([4, 1, 3]), "all_zero"),
        (np.array([True]), np.array([False]), "negated"), (np.zeros(5, bool), np.ones(5, bool), "negated"),
        (np.ones(4), np.zeros(4), "exp_taken"), (np.zeros(4), np.ones(4), "log_taken"),
        (IMAGES[:, :, :3], IMAGES, "length_of_another_axis"), (IMAGES[:, :, :, :2], IMAGES, "length_of_another_axis"),
    ],
)  # fmt: skip
def test_what_readers_found_to_be_chance_is_not_said(got: np.ndarray, expected: np.ndarray, name: str) -> None:
    assert name not in names(got, expected)


@pytest.mark.parametrize(("got", "expected"), [(3.0, 6.0), (0.25, 0.75), (2 / 7, 4 / 7), (5.0, 4.0)])
def test_what_holds_of_two_fractions_may_be_chance(got: float, expected: float) -> None:
    found = list(relations(np.array(got), np.array(expected), Given()))
    assert found
    assert all(cause.by_chance for cause in found)


def test_a_step_of_one_length_and_lines_that_are_one_another_tell_no_factor() -> None:
    signs = np.sign(RNG.standard_normal(12))
    assert not [name for name in names(-0.23 * signs, -0.25 * signs, Given.of((signs,))) if name.startswith("step")]
    outer = np.outer(RNG.standard_normal(6), RNG.standard_normal(5))
    assert "factor_along_an_axis" not in names(outer * RNG.standard_normal((1, 5)), outer)


def test_a_few_that_are_right_by_themselves_are_no_place() -> None:
    e = np.array([1.3, 2.9, 1.7, 0.2, 8.1])
    (found,) = relations(np.append(e[:1], e[1:] ** 3 + 0.1), e, Given())
    assert (found.name, found.by_chance) == ("only_the_first_right", True)
    rows = next(each for each in relations(np.vstack([E[:-1], E[-1:] ** 3]), E, Given()) if each.tier == SHAPED)
    assert rows.by_chance  # five entries


def test_the_mask_of_another_call_is_told() -> None:
    mine, right = RNG.random((2, *X.shape)) < 0.5
    found = names(X * mine / 0.5, X * right / 0.5, Given.of((X,)))
    assert "another_mask" in found
    assert "another_mask" not in names(X * (mine & right), X * right, Given.of((X,)))


def test_a_sum_along_the_wrong_axis_is_told_where_the_sums_show_it() -> None:
    powers = np.exp(X)
    rows, columns = powers / powers.sum(1, keepdims=True), powers / powers.sum(0)
    assert names(columns, rows)[0] == "sums_along_another_axis"
    assert "sums_along_another_axis" not in names(rows**2, rows)


def test_an_overflow_is_not_taken_for_a_root() -> None:
    x = np.array([[1000.0, -1000.0, 999.0]])
    for got, name in (
        (np.where(x < 0, np.nan, 1.0), "nan_by_underflow"),
        (np.where(x > 0, np.nan, 1.0), "nan_by_overflow"),
    ):
        (first, *_) = relations(got, np.array([[0.7, 0.0, 0.3]]), Given.of((x,)))
        assert first.name == name


def test_a_height_for_a_width_and_truths_turned_round_are_told_where_it_is_no_chance() -> None:
    assert "length_of_another_axis" in names(IMAGES[:, :, :4], IMAGES)
    truths = np.array([True, False, True, True])
    assert "negated" in names(~truths, truths)


def test_two_other_lengths_are_a_place_only() -> None:
    assert {cause.tier for cause in of_shape((2, 3, 5, 9), (2, 3, 4, 4))} == {PLACE}


def test_a_factor_that_a_short_axis_gives_too_is_by_chance_and_one_without_meaning_waits_for_a_cause() -> None:
    found = {cause.name: cause for cause in relations(3 * E, E, Given())}
    assert found["three_times"].by_chance
    assert found["one_factor"].tier == SHAPED


def test_padding_that_is_still_there_is_told_by_its_name() -> None:
    inner = RNG.standard_normal((2, 3, 4, 5))
    given = Given.of((inner, {"stride": 1, "pad": 2}))
    (cause, *_) = relations(np.pad(inner, ((0, 0), (0, 0), (2, 2), (2, 2))), inner, given)
    assert cause.name == "padding_kept"
    assert "`pad`" in cause.says


def test_a_shape_is_told_from_the_values_in_it() -> None:
    assert next(of_shape((5, 3), (3, 5))).name == "axes_swapped"
    assert all("right" not in cause.says for cause in of_shape((5, 3), (3, 5)))


def test_nothing_is_said_of_values_without_a_relation() -> None:
    for _ in range(20):
        assert names(RNG.standard_normal((6, 5))) == []


def test_a_sentence_gives_no_sizes_and_no_values_of_the_inputs() -> None:
    x = RNG.standard_normal((13, 17))
    given = Given.of((x, {"momentum": 0.8125}))
    for got in (13 * x, x / 17, 0.8125 * x, x[:-1], x.T, x - x[:1], x[:, None]):
        for cause in relations(got, x, given):
            assert not any(number in cause.says for number in ("13", "17", "0.8125")), cause.says


@pytest.mark.parametrize(
    ("kind", "message", "name"),
    [
        ("IndexError", "index 4 is out of bounds for axis 2 with size 4", "raises_one_past_the_end"),
        ("IndexError", "index 5 is out of bounds for axis 3 with size 4", "raises_out_of_bounds"),
        ("ValueError", "operands could not be broadcast together with shapes (3,4) (4,3) ", "raises_for_a_transpose"),
        ("ValueError", "operands could not be broadcast together with shapes (3,4) (3,) ", "raises_for_a_vector"),
        ("ValueError", "operands could not be broadcast together with shapes (3,4) (5,) ", "raises_for_shapes"),
        ("ValueError", "cannot reshape array of size 6 into shape (4,)", "raises_in_reshape"),
        ("ValueError", "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
         "(n?,k),(k,m?)->(n?,m?) (size 3 is different from 4)", "raises_in_a_matrix_product"),
        ("UnboundLocalError", "cannot access local variable 'x'", "raises_unknown_name"),
        ("NameError", "name 's' is not defined", "raises_undefined_name"),
        ("TypeError", "only integer scalar arrays can be converted to a scalar index", "raises_for_an_array"),
        ("TypeError", "can't multiply sequence by non-int of type 'Tensor'", "raises_for_a_sequence"),
        ("TypeError", "'float' object cannot be interpreted as an integer", "raises_for_a_float"),
        ("TypeError", "unsupported operand type(s) for *: 'float' and 'tuple'", "raises_for_a_sequence"),
        ("TypeError", "unsupported operand type(s) for +: 'numpy.random._generator.Generator' and 'int'",
         "raises_for_two_types"),
        ("IndexError", "index -1 is out of bounds for axis 0 with size 0", "raises_for_nothing"),
        ("IndexError", "amax(): Expected reduction dim 3 to have non-zero size.", "raises_for_nothing"),
        ("ValueError", "window shape cannot be larger than input array shape", "raises_for_a_window"),
        ("RuntimeError", "mat1 and mat2 shapes cannot be multiplied (1x5 and 4x3)", "raises_in_a_matrix_product"),
        ("RuntimeError", "Can't call numpy() on Tensor that requires grad. Use tensor.detach()", "raises_for_numpy"),
        ("AttributeError", "cannot assign module before Module.__init__() call", "raises_before_its_parent"),
        ("AttributeError", "'NoneType' object has no attribute 'data'", "raises_for_none"),
        ("TypeError", "unsupported operand type(s) for *: 'float' and 'NoneType'", "raises_for_none"),
        ("AttributeError", "'float' object has no attribute 'size'", "raises_for_a_number"),
        ("RuntimeError", "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
         "raises_for_one_axis"),
        ("ValueError", "the kernel does not fit", "raises_for_what_is_allowed"),
    ],
)  # fmt: skip
def test_an_exception_is_named_by_what_met_in_it(kind: str, message: str, name: str) -> None:
    assert next(of_exception(kind, message, {})).name == name


def test_what_a_library_refuses_is_not_said_to_be_refused_by_the_code() -> None:
    kind, message = "ValueError", "shapes of a and b are strange"
    assert next(of_exception(kind, message, {}, by_itself=False)).name == "raises_in_a_call"
    assert next(of_exception(kind, "shape-mismatch for sum", {}, by_itself=False)).name == "raises_in_a_sum_of_products"


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("Sizes of tensors must match except in dimension 1. Expected size 8 but got size 6 for tensor number 2 in the "
         "list.", "joined along axis 1, and the third of them is shorter"),
        ("all the input array dimensions except for the concatenation axis must match exactly, but along dimension 0, "
         "the array at index 0 has size 2 and the array at index 1 has size 3", "the second of them is longer"),
        (f"match except in dimension 1. Expected size 8 but got size 6 for tensor number {10**8}", "one of them is"),
    ],
)  # fmt: skip
def test_of_arrays_that_are_joined_the_one_that_does_not_fit_is_told(message: str, says: str) -> None:
    assert says in next(of_exception("RuntimeError", message, {})).says


def results(function: Callable[..., None], right: Any, wrong: Any, **options: Any) -> CheckResult:
    """A check's result for `wrong` as the exercise `f`. right: the reference."""
    (made,) = check("f", points=1, **options)(function).__checks__  # type: ignore[attr-defined]
    (result,) = judge([made], opened({"f": wrong}), LiveAnswers({"f": right}, []), SEED, 10.0)
    return result.checks[0]


def compares(student: Any, reference: Any, rng: Any) -> None:
    """f is right."""
    x, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))
    close(student.f(x, w, 0.3), reference.f(x, w, 0.3), name="out for some x", hint="look at w")


def affine(x: Any, w: Any, decay: Any) -> Any:
    return np.tanh(x @ w) * (1 - decay) ** 2


def test_the_reference_is_asked_for_which_arguments_the_result_is_right() -> None:
    found = results(compares, affine, lambda x, w, decay: affine(x, w.T, decay))
    assert found.mistake == "argument_transposed"
    assert found.hint == "`out` is what is right with `w` transposed. Look at w"


@pytest.mark.parametrize(
    ("wrong", "mistake"),
    [
        (lambda x, w, decay: None, "returns_none"),
        (lambda x, w, decay: nowhere, "raises_undefined_name"),  # noqa: F821
        (lambda x, w, decay: x[9], "raises_out_of_bounds"),
    ],
)
def test_where_there_is_no_result_a_hint_about_results_is_not_given(wrong: Any, mistake: str) -> None:
    def looks(student: Any, reference: Any, rng: Any) -> None:
        """f is right."""
        compares(student, reference, rng)

    found = results(looks, affine, wrong)
    assert found.mistake == mistake
    assert "ook at w" not in found.hint


def test_arguments_are_called_what_the_statement_calls_them() -> None:
    class Layer:
        def __init__(self, width: int) -> None: ...
        def forward(self, x: Any, scale: float) -> Any:
            return x * scale

    answers = LiveAnswers({"f": affine, "Layer": Layer}, [])
    assert answers.parameters == {"f": ["x", "w", "decay"], "Layer": ["width"], "Layer.forward": ["x", "scale"]}


def says_of(checks: list[Callable[..., None]], right: Any, wrong: Any) -> list[str | None]:
    made = [check("f", points=1)(each).__checks__[0] for each in checks]  # type: ignore[attr-defined]
    (result,) = judge(made, opened({"f": wrong}), LiveAnswers({"f": right}, []), SEED, 10.0)
    return [each.mistake for each in result.checks]


def test_what_holds_of_one_special_input_is_not_said_if_it_does_not_hold_of_many_numbers() -> None:
    def constant(student: Any, reference: Any) -> None:
        """Ones."""
        close(student.f(np.ones((4, 3))), reference.f(np.ones((4, 3))), name="out")

    def drawn(student: Any, reference: Any, rng: Any) -> None:
        """Many."""
        x = rng.standard_normal((9, 7))
        close(student.f(x), reference.f(x), name="out")

    assert says_of([constant], np.sin, lambda x: np.sin(x) * (1 + x)) == ["twice"]
    assert "twice" not in says_of([constant, drawn], np.sin, lambda x: np.sin(x) * (1 + x))
    assert says_of([constant, drawn], np.sin, lambda x: 2 * np.sin(x)) == ["twice", "twice"]


@pytest.mark.parametrize(
    ("wrong", "mistake"), [(lambda x: None, None), (lambda x: 2 * np.sin(x), "twice")], ids=["none", "twice"]
)
def test_what_a_check_puts_together_on_the_other_side_is_not_said_of_the_function(wrong: Any, mistake: Any) -> None:
    def probed(student: Any, reference: Any, rng: Any) -> None:
        """Of two calls."""
        x = rng.standard_normal((9, 7))
        mine, theirs = (each.probe(beside, "f")(each.get("f"), x) for each in (student, reference))
        for got, wanted in zip(mine, theirs, strict=True):
            expect(got is not None and np.allclose(got, wanted), "not right")

    assert says_of([probed], lambda x: np.sin(x), wrong) == [mistake]


def beside(f, x):  # type: ignore[no-untyped-def]  # a probe has no access to its module, including annotations
    return x, f(x)


def test_of_one_array_for_two_the_part_that_a_check_takes_is_not_spoken_of() -> None:
    def first(student: Any, reference: Any, rng: Any) -> None:
        """The first of two."""
        x = rng.standard_normal((4, 3))
        close(student.f(x)[0], reference.f(x)[0], name="next_w")

    assert says_of([first], lambda x: (np.sin(x), {"v": x}), np.sin) == ["another_count"]


def test_single_numbers_are_exchanged_if_they_are_so_in_two_checks() -> None:
    def of(*edges: int) -> Callable[..., None]:
        def holds(student: Any, reference: Any) -> None:
            """Edges."""
            expect(student.f(*edges) == reference.f(*edges), "not right")

        holds.__name__ = f"holds_{edges[0]}"
        return holds

    def right(*edges: int) -> tuple[int, ...]:
        return edges

    def wrong(*edges: int) -> tuple[int, ...]:
        return edges[0], edges[2], edges[1]

    assert says_of([of(1, 4, 6), of(2, 5, 3)], right, wrong) == ["results_exchanged"] * 2
    assert says_of([of(1, 4, 6)], right, wrong) != ["results_exchanged"]


def test_a_seed_is_not_tried_as_a_length() -> None:
    asked = []

    def draws(student: Any, reference: Any) -> None:
        """Draws."""
        close(student.f(30, 10**6, {"n": 3, "seed": 10**7}), reference.f(30, 10**6, {"n": 3, "seed": 10**7}))

    def right(n: int, seed: int, options: Any) -> Any:
        asked.extend((n, options.get("n", 0)))
        return np.random.default_rng(seed).random(3)

    results(draws, right, lambda n, seed, options: np.random.default_rng(n).random(3) ** 3.3)
    assert len(asked) > 2
    assert max(asked) < 10_000


def test_results_in_another_order_are_told() -> None:
    def both(student: Any, reference: Any, rng: Any) -> None:
        """Both."""
        x = rng.standard_normal((4, 3))
        for got, wanted in zip(student.f(x), reference.f(x), strict=True):
            close(got, wanted)

    found = results(both, lambda x: (x.sum(0), x.max(0)), lambda x: (x.max(0), x.sum(0)))
    assert found.mistake == "results_exchanged"


def test_one_value_for_two_is_told() -> None:
    def two(student: Any, reference: Any, rng: Any) -> None:
        """Two."""
        parts(student.f(rng.standard_normal((2, 3))), "out", "cache")

    assert results(two, lambda x: (x, "cache"), lambda x: x).mistake == "another_count"


DROPOUTS: dict[str, tuple[Callable[..., Any], str]] = {
    "no scaling": (lambda x, p, r: x * (r.random(x.shape) < p), "kept_not_scaled"),
    "p to drop": (lambda x, p, r: x * (r.random(x.shape) < 1 - p) / (1 - p), "p_is_taken_to_drop"),
    "compared the other way": (lambda x, p, r: x * (r.random(x.shape) > p) / p, "keeps_one_minus_p"),
    "normal draws": (lambda x, p, r: x * (r.standard_normal(x.shape) < p) / p, "normal_draws"),
    "rand < p / p": (lambda x, p, r: x * (r.random(x.shape) < p / p), "nothing_dropped"),
    "times p": (lambda x, p, r: x * (r.random(x.shape) < p) * p, "kept_times_p"),
    "divided by 1 - p": (lambda x, p, r: x * (r.random(x.shape) < p) / (1 - p), "kept_by_one_minus_p"),
    "not compared": (lambda x, p, r: x * r.random(x.shape), "draws_not_compared"),
    "one mask for all rows": (lambda x, p, r: x * (r.random(x.shape[1]) < p) / p, "one_mask_along_an_axis"),
    "the mask itself": (lambda x, p, r: (r.random(x.shape) < p) / p, "is_the_mask"),
    "two at once": (lambda x, p, r: x * (r.random(x.shape) > p), "keeps_one_minus_p_and_kept_not_scaled"),
}


@pytest.mark.parametrize("case", DROPOUTS)
def test_a_dropout_is_named_by_its_properties_whatever_generator_it_draws_from(case: str) -> None:
    wrong, name = DROPOUTS[case]

    def drops(student: Any, rng: Any, seed: Any) -> None:
        """f drops."""
        x = rng.uniform(1, 2, (40, 30))
        out = np.asarray(student.f(x, {"p": 0.3}, seed % 1000))
        expect(abs((out != 0).mean() - 0.3) < 0.08, "another share is kept")
        close(out[out != 0], (x / 0.3)[out != 0])
        expect(not (out == 0).all(0).any(), "columns")

    found = results(
        drops,
        lambda x, options, seed: x * (np.random.default_rng(seed).random(x.shape) < options["p"]) / options["p"],
        lambda x, options, seed: wrong(x, options["p"], np.random.default_rng(seed + 1)),
    )
    assert found.mistake == name


WEIGHTS: dict[str, tuple[Callable[..., Any], str]] = {
    "uniform": (lambda shape, r: r.uniform(-0.1, 0.1, shape) * 3**0.5, "draws_of_another_kind"),
    "variance": (lambda shape, r: r.normal(0, 0.01, shape), "too_narrow_variance_for_spread"),
    "from 0 to 1": (lambda shape, r: 0.1 * r.random(shape), "draws_of_another_mean"),
    "constant": (lambda shape, r: np.full(shape, 0.1), "draws_all_the_same"),
    "rows": (lambda shape, r: r.normal(0, 0.1, shape[1]) + np.zeros(shape), "draws_repeat_along_an_axis"),
}


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("KeyError", "'stolen77777'"),
        ("KeyError", "{stolen77777}"),
        ("TypeError", "unsupported operand type(s) for *: 'stolen77777' and 'stolen77777'"),
        ("IndexError", "index 77777 is out of bounds for axis 77777 with size 77777"),
        ("IndexError", "index 5 is out of bounds for axis 77777 with size 3"),
        ("IndexError", "axis 77777 is out of bounds for array of dimension 77777"),
        ("ValueError", f"operands could not be broadcast together with shapes ({'1,' * 77}) (77777,)"),
        ("ValueError", f"operands could not be broadcast together with shapes ({'1,' * 77}2) ({'1,' * 77}3)"),
        ("ValueError", "cannot reshape array of size 77777 into shape (77777,)"),
        ("stolen77777", "stolen77777"), ("AttributeError", "'stolen77777' object has no attribute 'stolen77777'"),
    ],
)  # fmt: skip
def test_no_sentence_repeats_what_an_exception_says(kind: str, message: str) -> None:
    for finding in of_exception(kind, message, {"its first argument": X}):
        assert not re.search("stolen|77", finding.says)


def test_the_type_of_another_exception_is_not_repeated() -> None:
    def refuses(student: Any) -> None:
        """f refuses 0."""
        raises(student.f, 0, error="ValueError")

    def right(x: Any) -> Any:
        raise ValueError("not 0")

    def wrong(x: Any) -> Any:
        raise type("Stolen", (Exception,), {})

    found = results(refuses, right, wrong)
    assert found.mistake == "raises_another_exception"
    assert "Stolen" not in found.hint


def test_of_an_exception_nothing_is_said_of_what_was_not_returned_where_the_check_puts_something_back() -> None:
    def and_again(student: Any, reference: Any, rng: np.random.Generator) -> None:
        """The check calls it once more, whatever happens."""
        try:
            close(student.f(1.0), 2.0)
        finally:
            student.f(0.0)

    def raising(words: str) -> Callable[[Any], Any]:
        def wrong(x: Any) -> Any:
            if x:
                raise TypeError(words)
            return x

        return wrong

    assert results(and_again, lambda x: 2 * x, raising("of nothing in particular")).hint == ""
    told = results(and_again, lambda x: 2 * x, raising("'float' object is not subscriptable"))
    assert told.mistake == "raises_for_one_value"


@pytest.mark.parametrize("key", ["stolen", 7391, 73.91, b"stolen", (7391, 1), True])
def test_a_key_that_the_student_has_chosen_is_not_repeated(key: Any) -> None:
    def right(x: Any, config: Any) -> Any:
        return x * config["rate"], config

    def wrong(x: Any, config: Any) -> Any:
        return x * config["rate"] * config.get(key, 1.0), config | {key: 0.37}

    def steps(student: Any, reference: Any, rng: Any) -> None:
        """f steps."""
        for n in (4, 3, 5):
            x, config = rng.standard_normal(n), {"rate": 0.21}
            config, theirs = student.f(x, config)[1], reference.f(x, config)[1]
            close(student.f(x, config)[0], reference.f(x, theirs)[0])

    found = results(steps, right, wrong)
    assert found.status == "failed"
    assert str(key) not in found.hint


def test_a_number_of_results_is_not_repeated_if_it_may_be_any() -> None:
    def two(student: Any, reference: Any) -> None:
        """f gives two."""
        a, b = student.f(1)
        expect((a, b) == reference.f(1), "these are not the two")

    found = results(two, lambda x: (1, 2), lambda x: (0,) * 77)
    assert found.status == "failed"
    assert "77" not in found.hint


@pytest.mark.parametrize("case", WEIGHTS)
def test_draws_are_named_by_their_distribution_where_the_check_says_that_they_are_random(case: str) -> None:
    wrong, name = WEIGHTS[case]

    def spreads(student: Any, seed: Any) -> None:
        """f spreads."""
        w = np.asarray(student.f([60, 70], seed % 1000))
        expect(abs(w.std() - 0.1) < 0.005 and abs(w.mean()) < 0.02 and np.abs(w).max() > 0.2, "not normal")
        expect(len(np.unique(w)) == w.size, "repeated")

    found = results(
        spreads,
        lambda shape, seed: np.random.default_rng(seed).normal(0, 0.1, shape),
        lambda shape, seed: wrong(shape, np.random.default_rng(seed + 1)),
        random=True,
    )
    assert found.mistake == name


LISTS: dict[str, tuple[Callable[..., Any], Callable[..., Any], str]] = {
    "one dict again and again": (
        lambda n, seed: [{"at": i} for i in range(n)], lambda n, seed: [{"at": n}] * n, "items_all_the_same"
    ),
    "drawn one by one": (
        lambda n, seed: np.random.default_rng(seed).permutation(n),
        lambda n, seed: np.random.default_rng(seed).integers(0, n, n), "some_come_twice",
    ),
    "drawn without replacement": (
        lambda n, seed: np.random.default_rng(seed).integers(0, n, n),
        lambda n, seed: np.random.default_rng(seed + 1).permutation(n), "none_comes_twice",
    ),
    "a generator": (lambda n, seed: [n, seed], lambda n, seed: (i for i in (n, seed)), "returns_an_object"),
    "whole numbers": (lambda n, seed: np.zeros(n), lambda n, seed: np.zeros(n, int), "another_dtype"),
}  # fmt: skip


@pytest.mark.parametrize("case", LISTS)
def test_what_is_wrong_with_what_a_list_holds_is_told(case: str) -> None:
    right, wrong, name = LISTS[case]

    def holds(student: Any, reference: Any) -> None:
        """f is right."""
        student.f(30, 5)
        expect(False, "this does not hold")

    (made,) = check("f", points=1)(holds).__checks__  # type: ignore[attr-defined]
    outcome = run(made, Namespace(Local({"f": wrong})), Namespace(Local({"f": right})), SEED)
    reference = Namespace(Local({"f": right}))
    reference.f(30, 5)
    found = findings({made: outcome}, {made: calls_in(record_of(reference).replies)}, ())
    assert found[made].name == name


def test_a_second_call_that_gives_something_else_is_told() -> None:
    kept: list[float] = []

    def grows(x: Any, w: Any, decay: Any) -> Any:
        kept.append(1.0)
        return affine(x, w, decay) * len(kept)

    def twice(student: Any, reference: Any, rng: Any) -> None:
        """f gives the same again."""
        x, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))
        close(student.f(x, w, 0.3), reference.f(x, w, 0.3))
        close(student.f(x, w, 0.3), reference.f(x, w, 0.3))

    assert results(twice, affine, grows).mistake == "another_the_second_time"


def test_other_seeds_and_a_generator_that_has_drawn_are_not_the_same_arguments() -> None:
    def draws(student: Any, reference: Any, rng: Any) -> None:
        """f draws what it should."""
        generator = student.module("numpy.random").default_rng(7)
        drawn = [student.f(source) for source in (generator, generator, 10**12, 10**12 + 1)]
        close(drawn, [1.0, 1.0, 1.0, 1.0])

    def f(source: Any) -> float:
        return float(np.random.default_rng(source).random())

    found = results(draws, lambda source: 1.0, f)
    assert found.status == "failed"
    assert found.mistake != "another_the_second_time"


@pytest.mark.parametrize(("weight", "says"), [(-2.0, "goes into"), (2.0, "wrong sign, or is added more than once")])
def test_a_term_with_the_wrong_sign_or_too_often_is_told(weight: float, says: str) -> None:
    def adds(student: Any, reference: Any, rng: Any) -> None:
        """f adds."""
        x, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))
        close(student.f(x, w, 0.3), reference.f(x, w, 0.3))

    found = results(adds, affine, lambda x, w, decay: affine(x, w, decay) + weight * x)
    assert found.mistake == "term_of_wrong_sign"
    assert says in found.hint


def test_exchanged_gates_are_told_by_the_weights_of_all_of_them() -> None:
    def step(x: Any, h: Any, wx: Any, wh: Any, b: Any, order: tuple[int, ...] = (0, 1, 2)) -> Any:
        gates = np.split(x @ wx + h @ wh + b, 3, -1)
        r, z, g = (gates[i] for i in order)
        return h / (1 + np.exp(-z)) + np.tanh(g) * np.cos(r)

    def steps(student: Any, reference: Any, rng: Any) -> None:
        """f steps."""
        for n in (4, 2):
            args = [rng.standard_normal(shape) for shape in ((n, 3), (n, 5), (3, 15), (5, 15), (15,))]
            close(student.f(*args), reference.f(*args))

    found = results(steps, step, lambda *args: step(*args, order=(1, 0, 2)))
    assert found.mistake == "blocks_exchanged"
    assert "first and second block" in found.hint


def test_another_exception_than_is_asked_for_is_told() -> None:
    def refuses(student: Any) -> None:
        """f refuses 0."""
        raises(student.f, 0, error="ValueError")

    def right(x: Any) -> Any:
        raise ValueError("not 0")

    def wrong(x: Any) -> Any:
        return {}[x]

    assert results(refuses, right, wrong).mistake == "raises_another_exception"


def test_a_question_is_not_answered_by_a_hint() -> None:
    def asks(student: Any, reference: Any) -> None:
        """An answer."""
        expect(student.get("f") == reference.get("f"), "not right")

    found = results(asks, 40, 80)
    assert (found.mistake, found.hint) == (None, "")


def test_a_list_is_taken_for_the_array_that_a_known_mistake_returns() -> None:
    (made,) = check("f", points=1)(listed).__checks__  # type: ignore[attr-defined]
    doubles = Mistake("doubles", "f", "It doubles.", lambda x: (2 * x, "cache"))
    answers = LiveAnswers({"f": lambda x: (x, "cache")}, [doubles])
    (result,) = judge([made], opened({"f": lambda x: ((2 * x).tolist(), None)}), answers, SEED, 10.0)
    assert result.checks[0].mistake == "doubles"


def listed(student: Any, reference: Any, rng: Any) -> None:
    """A list."""
    x = rng.standard_normal((3, 2))
    close(student.f(x)[0], reference.f(x)[0])


def test_what_a_check_cannot_work_with_is_told_as_what_was_returned(course: Course) -> None:
    wrong = {"standardize": lambda x, eps=1e-5: 3}
    failing = first_failing(course.release_dir("tiny"), "standardize", wrong)
    assert failing is not None
    assert "the check itself raised" not in failing.message
    assert "could not work with what it returned" in failing.message


def test_a_list_is_made_an_array_once_for_all_parts_that_it_is_compared_with(monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    asarray = np.asarray

    def counting(value: Any, *args: Any, **kwargs: Any) -> Any:
        nonlocal made
        made += isinstance(value, list) and len(value) == 300
        return asarray(value, *args, **kwargs)

    def gives(student: Any, reference: Any) -> None:
        """f gives a number."""
        equal(student.f(1), reference.f(1))

    monkeypatch.setattr(np, "asarray", counting)
    assert results(gives, lambda x: 5, lambda x: list(range(300))).status == "failed"
    assert 0 < made < 30


def test_a_list_with_text_in_it_is_made_no_array(monkeypatch: pytest.MonkeyPatch) -> None:
    asarray = np.asarray

    def refusing(value: Any, *args: Any, **kwargs: Any) -> Any:
        assert not (isinstance(value, list) and "text" in value), "each item would be as long as the longest"
        return asarray(value, *args, **kwargs)

    def gives(student: Any, reference: Any) -> None:
        """f gives a number."""
        equal(student.f(1), reference.f(1))

    monkeypatch.setattr(np, "asarray", refusing)
    found = results(gives, lambda x: "five", lambda x: ["text", *range(300)])
    assert (found.status, found.hint) == ("failed", "")
