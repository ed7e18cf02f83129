"""Comparing returned data: correct values pass, and errors are found at their places."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.checking.compare import (
    close,
    equal,
    expect,
    numerical_gradient,
    parts,
    raises,
    unmodified,
)
from autograder.checking.values import describe
from autograder.errors import CourseError, Failure, Raised
from autograder.sandbox.namespace import Handle, Namespace
from autograder.sandbox.transports import Local

SHAPES = hnp.array_shapes(min_dims=0, max_dims=3, min_side=1, max_side=4)
MODERATE = st.floats(-1e6, 1e6, allow_subnormal=False)


def arrays(elements: Any = MODERATE, shape: Any = SHAPES) -> Any:
    return hnp.arrays(np.float64, shape, elements=elements)


def namespace(**names: Any) -> Namespace:
    return Namespace(Local(names))


def handle() -> Handle:
    thing = namespace(make=object).make()
    assert isinstance(thing, Handle)
    return thing


def said(actual: Any, expected: Any, compare: Any = close, **options: Any) -> str:
    """The message of the expected Failure, with its hint on a separate line."""
    with pytest.raises(Failure) as caught:
        compare(actual, expected, **options)
    return "\n".join(filter(None, [caught.value.message, caught.value.hint]))


# ---- close: what passes ---------------------------------------------------------------------------------------------


@given(arrays())
def test_an_array_is_close_to_its_copy_in_any_layout(x: np.ndarray) -> None:
    close(np.array(x, order="F"), x)
    close(x.tolist(), x)
    close(x[...], x)


@given(arrays(st.integers(-(2**40), 2**40).map(float)))
def test_whole_numbers_may_come_as_integers(x: np.ndarray) -> None:
    close(x.astype(np.int64), x)


@pytest.mark.parametrize("actual", [2, 2.0, np.float32(2), np.array(2), np.array(2.0), np.int8(2), 2 + 0j])
@pytest.mark.parametrize("expected", [2 + 0j, np.array(2 + 0j)])
def test_a_number_equals_an_array_without_axes(actual: Any, expected: Any) -> None:
    close(actual, expected)


def test_a_list_equals_a_tuple_and_an_array_of_the_same_items() -> None:
    close([1, 2.0], (1.0, 2))
    close(np.array([1, 2.0]), [1.0, 2.0])
    close([1.0, 2.0], np.array([1.0, 2.0]))
    close(np.array([[1.0, 2.0], [3.0, 4.0]]), [[1.0, 2.0], [3.0, 4.0]])
    close(np.zeros(0), [])


def test_a_ragged_list_is_compared_item_by_item() -> None:
    close([[1.0], [2.0, 3.0]], ([1.0], np.array([2.0, 3.0])))
    with pytest.raises(Failure, match=r"^w, step by step, item 1: 3.5 at"):
        close([[1.0], [2.0, 3.5]], [[1.0], [2.0, 3.0]], name="w, step by step")
    assert said([[1.0], [2.0, 3.5]], [[1.0], [2.0, 3.0]]).startswith("result[1]: 3.5 at (1,), expected 3 ")


def test_a_dict_may_have_further_keys() -> None:
    close({"m": 1.0, "mine": handle()}, {"m": 1.0})


def test_none_and_strings_inside_a_result_are_compared_for_equality() -> None:
    close((np.ones(2), None, "train"), (np.ones(2), None, "train"))
    assert said((1.0, "test"), (1.0, "train")) == "result[1]: got 'test', expected 'train'"
    assert said((1.0, 0.0), (1.0, None)) == "result[1]: got 0, expected None"


def test_infinities_and_nans_at_the_same_places_agree() -> None:
    close([np.inf, -np.inf, np.nan, 1.0], [np.inf, -np.inf, np.nan, 1.0])
    close(np.inf, np.inf)


def test_empty_arrays_of_one_shape_agree() -> None:
    close(np.empty((0, 3)), np.zeros((0, 3)))


def test_an_integer_of_any_size_is_a_number() -> None:
    close(10**30, 1e30)
    assert "got 1" in said(10**400, 1.0)


# ---- close: what is computed in float32 is compared as float32 ------------------------------------------------------

COARSE = {np.float32: 2e-5, np.float16: 5e-3}  # dtype -> an error that rounding explains


@pytest.mark.parametrize("dtype", COARSE)
@given(x=arrays(st.floats(1, 100)), rtol=st.sampled_from([1e-3, 1e-7, 1e-9, 1e-12]), exponent=st.integers(-2, 2))
def test_a_right_result_passes_in_its_own_dtype_at_every_tolerance(
    dtype: type, x: np.ndarray, rtol: float, exponent: int
) -> None:
    x = x * 10.0**exponent
    computed = np.asarray(x * (1 + COARSE[dtype] * np.cos(np.arange(x.size)).reshape(x.shape))).astype(dtype)
    close(computed, x, rtol=rtol)
    close({"m": (computed, "train")}, {"m": (x, "train")}, rtol=rtol)


@given(x=arrays(st.floats(1, 100)), rtol=st.sampled_from([1e-4, 1e-7, 1e-12]))
def test_a_float32_result_that_is_off_by_a_thousandth_is_wrong(x: np.ndarray, rtol: float) -> None:
    assert "off by" in said((x * 1.001).astype(np.float32), x, rtol=rtol)
    assert "off by" in said((x + 0.001).astype(np.float32) - np.float32(x), np.zeros(x.shape), rtol=rtol)


@pytest.mark.parametrize(("dtype", "off"), [("float16", 0.03), ("bfloat16", 0.2)])
def test_a_coarser_dtype_still_has_to_be_right(dtype: str, off: float) -> None:
    torch = pytest.importorskip("torch")
    x = np.linspace(1, 2, 7)
    close(torch.tensor(x).to(getattr(torch, dtype)), x, rtol=1e-9)
    assert "off by" in said(torch.tensor(x + off * x).to(getattr(torch, dtype)), x, rtol=1e-9)


@pytest.mark.parametrize("cast", [np.asarray, np.ndarray.tolist, lambda x: x[0], lambda x: float(x[0])])
def test_a_float64_result_has_the_tolerance_that_the_check_states(cast: Any) -> None:
    x = np.linspace(1, 2, 7) / 3
    close(cast(x * (1 + 9e-8)), cast(x))
    assert ", allowed" in said(cast(x * (1 + 2e-7)), cast(x))


@pytest.mark.parametrize("wrong", [[10000, 20001], [10000.0, 20001.0], np.array([10000, 20001])], ids=repr)
def test_whole_numbers_are_as_precise_as_float64(wrong: Any) -> None:
    assert "off by 1" in said(wrong, np.array([10000.0, 20000.0]))


def test_a_python_float_made_of_a_float32_counts_as_one() -> None:
    x = np.array([1.1, 2.3, 0.0])
    close([float(v) for v in x.astype(np.float32)], x, rtol=1e-12)
    close((float(np.float32(1.1)), "mean"), (1.1, "mean"), rtol=1e-12)
    assert "off by" in said(1.5, 1.50001, rtol=1e-12)


def test_complex64_is_as_precise_as_float32() -> None:
    z = np.array([1 / 3 + 2j / 3])
    close(z.astype(np.complex64), z, rtol=1e-12)
    assert "off by" in said((1.001 * z).astype(np.complex64), z, rtol=1e-12)


def test_where_zero_is_expected_float32_may_be_off_by_its_rounding() -> None:
    left = np.array([2e-6], np.float32)
    close(left, [0.0])
    close(left, [1e-17])
    assert "off by" in said(left.astype(float), [0.0])
    assert "off by" in said(left, [0.0], atol=0)
    assert "off by" in said(np.zeros(1, np.float32), [2e-6])


def test_the_same_bits_in_another_dtype_are_another_number() -> None:
    x = np.array([1.0, 2.5])
    with pytest.raises(Failure):
        close(x.view(np.int64), x)


def test_rtol_0_asks_for_the_same_bits_in_float32_too() -> None:
    x = np.array([1.0, 1.1], np.float32)
    close(x, x.copy(), rtol=0)
    assert "off by" in said(np.nextafter(x, np.float32(2)), x, rtol=0)


# ---- close: what fails ----------------------------------------------------------------------------------------------


@given(st.tuples(SHAPES, SHAPES).filter(lambda pair: pair[0] != pair[1]))
def test_close_never_broadcasts(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    given_shape, expected_shape = shapes
    message = said(np.ones(given_shape), np.ones(expected_shape))
    assert message == f"result: shape {given_shape}, expected {expected_shape}"


@given(arrays(), st.data())
def test_a_changed_element_is_found_at_its_index(x: np.ndarray, data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape)
    changed = x.copy()
    changed[index] += 1 + np.max(np.abs(x))
    message = said(changed, x)
    assert (f" at {index}," in message) == (x.ndim > 0)
    assert x.size == 1 or f"; 1 of {x.size} values differ" in message


@given(arrays(st.floats(1, 100)), st.floats(-12, 12))
def test_the_tolerance_is_relative_to_the_scale_of_what_is_expected(x: np.ndarray, exponent: float) -> None:
    x = x * 10.0**exponent
    bound = 1e-6 * np.max(x)
    close(x + 0.9 * bound, x, rtol=1e-6, atol=0)
    assert ", allowed" in said(x + 1.1 * bound, x, rtol=1e-6, atol=0)


def test_a_small_element_is_judged_on_the_scale_of_the_whole() -> None:
    close([1e6, 1e-3], [1e6, 0.0])
    assert "(off by 0.001)" in said([1e-3], [0.0])


def test_rounding_around_zero_is_allowed_for_unless_atol_says_otherwise() -> None:
    close([1e-13], [0.0])
    assert "off by" in said([1e-13], [0.0], atol=0)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(np.nan, 1.0), (np.inf, 1.0), (1.0, np.inf), (-np.inf, np.inf), (1.0, np.nan), (np.nan, np.inf)],
)
def test_infinities_and_nans_must_agree(actual: float, expected: float) -> None:
    assert said([0.0, actual], [0.0, expected]).startswith(f"result: {actual:g} at (1,) (1 of 2 values)")


def test_complex_numbers_are_wrong_where_real_ones_are_expected() -> None:
    assert "complex numbers (dtype complex128), expected real ones" in said(np.array([1 + 0j]), np.array([1.0]))
    assert "expected 1+2j" in said(1 + 2.5j, 1 + 2j)


@pytest.mark.parametrize("wrong", [None, "1.0", b"1", {"a": 1}, ["1", "2"], [None, 1.0], [[1.0], [1.0, 2.0]]])
def test_what_is_no_number_is_described(wrong: Any) -> None:
    assert said(wrong, np.ones(2)) == f"result: got {describe(wrong)}, expected array([1., 1.])"


def test_an_object_is_described_by_its_type() -> None:
    assert said(handle(), 1.0) == "result: got <an object of type object>, expected 1"
    assert "expected a dict with the keys ['m']" in said(handle(), {"m": 1.0})


def test_a_missing_key_and_another_length_are_named() -> None:
    assert said({"v": 1.0}, {"m": 1.0}, name="config") == "config: the key 'm' is missing"
    assert said((np.ones(2),), (np.ones(2), np.ones(2)), hint="return two").endswith("\nreturn two")
    assert said(3.0, ([1.0], [2.0])) == "result: got 3, expected a tuple of 2: list, list"


def test_huge_values_overflow_to_a_failure_and_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "off by inf" in said([1.7e308], [-1.7e308])


def test_a_check_that_compares_with_no_number_is_the_authors_fault() -> None:
    with pytest.raises(CourseError, match="which is not a number"):
        close(1.0, np.array(["a"]))


@pytest.mark.torch
def test_tensors_are_compared_as_the_arrays_that_they_are() -> None:
    import torch

    x = torch.arange(3.0, requires_grad=True)
    close(x, np.arange(3.0))
    close(np.arange(3.0), x)
    close([x.detach()[0], x.detach()[1]], [0.0, 1.0])
    close(torch.ones(2, dtype=torch.bfloat16), np.ones(2))
    equal(torch.tensor([1, 2]), [1, 2])
    equal([1, 2], torch.tensor([1, 2]))
    assert "at (1,)" in said(x + torch.tensor([0.0, 1.0, 0.0]), x)


# ---- equal ----------------------------------------------------------------------------------------------------------

NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=8,
)


def tupled(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(map(tupled, value))
    return {k: tupled(v) for k, v in value.items()} if isinstance(value, dict) else value


@given(NESTED)
def test_equal_takes_tuples_for_lists(value: Any) -> None:
    equal(tupled(value), value)
    equal(value, tupled(value))


@given(NESTED, NESTED)
def test_equal_means_python_equality_for_plain_data(a: Any, b: Any) -> None:
    def typed(value: Any) -> Any:  # True is not 1 here, at any depth
        if isinstance(value, list):
            return [typed(item) for item in value]
        if isinstance(value, dict):
            return {key: typed(item) for key, item in value.items()}
        return (isinstance(value, bool), value)

    if typed(a) == typed(b):
        equal(a, b)
    else:
        said(a, b, equal)


@given(hnp.arrays(np.int64, SHAPES, elements=st.integers(-9, 9)), st.data())
def test_equal_names_the_first_different_index(x: np.ndarray, data: st.DataObject) -> None:
    index = tuple(data.draw(st.integers(0, n - 1)) for n in x.shape)
    changed = x.copy()
    changed[index] += 1
    equal(x.astype(float), x)
    equal(x.tolist(), x)
    where = f" at {index}" if index else ""
    assert said(changed, x, equal) == f"result: {x[index] + 1}{where}, expected {x[index]}"


def test_equal_refuses_another_shape_type_or_object() -> None:
    assert said(np.ones(2), np.ones((2, 1)), equal) == "result: shape (2,), expected (2, 1)"
    assert said([1], 1, equal) == "result: got [1], expected 1"
    assert said(handle(), 1, equal) == "result: got <an object of type object>, expected 1"
    assert said(True, 1, equal) == "result: got True, expected 1"
    assert said({"a": 1}, {"a": 1, "b": 2}, equal).startswith("result: got a dict with the keys ['a']")
    assert said("1", 1, equal, hint="no quotes") == "result: got '1', expected 1\nno quotes"


def test_equal_takes_numpy_and_python_numbers_alike() -> None:
    equal(np.int64(3), 3)
    equal(3.0, 3)
    equal(np.bool_(True), True)
    equal(np.array([1, 2]), (1, 2))
    equal((1, 2), [np.int32(1), 2])


# ---- expect, unmodified, raises -------------------------------------------------------------------------------------


def test_expect_fails_with_its_message() -> None:
    expect(True, "never")
    with pytest.raises(Failure, match=r"^two values$"):
        expect([], "two values")


def shift(x: np.ndarray, config: dict[str, Any] | None = None) -> float:
    if config:
        config["m"] += 1
        return 1.0
    x += 1
    return 2.0


def test_unmodified_returns_the_result_and_sees_a_change_in_an_argument_or_inside_it() -> None:
    x, config = np.zeros(2), {"m": np.zeros(2)}
    student = namespace(shift=shift, total=lambda x, y: x + y)
    close(unmodified(student.total, x, x + 1), x + 1)
    with pytest.raises(Failure, match="shift changed its argument 1 in place"):
        unmodified(student.shift, x, inputs=(0,))
    with pytest.raises(Failure, match="shift changed its argument 2 in place"):
        unmodified(student.shift, x, config)
    assert unmodified(student.shift, x, config, inputs=(0,)) == 1.0
    close(x, np.zeros(2))


class Special(ValueError):
    pass


def test_raises_takes_an_exception_of_the_type_or_of_one_that_inherits_from_it() -> None:
    def special() -> None:
        raise Special("no")

    student = namespace(special=special, none=lambda: None)
    raises(student.special, error="ValueError")
    raises(student.special, error=("KeyError", "Special"))
    with pytest.raises(Raised, match=r"special raised Special: no.* Expected: KeyError or TypeError\."):
        raises(student.special, error=("KeyError", "TypeError"))
    with pytest.raises(Failure, match=r"^none: returned None, expected it to raise ValueError$"):
        raises(student.none, error="ValueError")


def test_a_stub_does_not_count_as_raising() -> None:
    def stub() -> None:
        raise NotImplementedError("stub is not written yet")

    with pytest.raises(Raised, match="stub is not written yet"):
        raises(namespace(stub=stub).stub, error="Exception")


# ---- numerical_gradient ---------------------------------------------------------------------------------------------


@given(arrays(st.floats(-2, 2)), st.booleans())
def test_the_numerical_gradient_is_the_one_of_calculus(x: np.ndarray, complex_step: bool) -> None:
    before = x.copy()
    gradient = numerical_gradient(lambda x: np.sum(np.sin(x) * x), x, complex_step=complex_step)
    np.testing.assert_allclose(gradient, np.sin(x) + x * np.cos(x), atol=1e-14 if complex_step else 1e-9)
    np.testing.assert_array_equal(x, before)


# ---- descriptions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.zeros((3, 4), np.float32), "an array of shape (3, 4), dtype float32"),
        (np.array([1.5, 2]), "array([1.5, 2. ])"),
        ((1,), "(1,)"),
        ([1, "a", None], "a list of 3: int, str, NoneType"),
        (list(np.arange(7)), "a list of 7: 0, 1, 2, 3, ..."),
        ((np.zeros((2, 2)), 1), "a tuple of 2: array (2, 2), int"),
        ({}, "an empty dict"),
        ({"m": 1, 2: 3}, "a dict with the keys ['m', 2]"),
        (1 + 2j, "1+2j"),
        (np.float64(0.1) + 0.2, "0.3"),
        (True, "True"),
    ],
)
def test_values_are_described_shortly(value: Any, text: str) -> None:
    assert describe(value) == text


@given(st.text(min_size=500) | st.dictionaries(st.text(min_size=200), st.none(), min_size=9, max_size=20))
def test_a_description_stays_short(value: Any) -> None:
    assert len(describe(value)) < 1000
    assert not re.search(r"[\n\x1b]", describe(value))


def test_a_text_among_numbers_is_no_array() -> None:
    with pytest.raises(Failure, match=r"got \['x+\.\.\., 1, 2\], expected array"):
        close(["x" * 10**6, 1, 2], np.zeros(3))
    with pytest.raises(Failure, match=r"got a list of 2: list, list, expected array"):
        equal([[b"x", 1], [2, 3]], np.zeros((2, 2)))


@pytest.mark.parametrize("expected", [3, "text", None, [1, 2], {}, (None, "a")], ids=repr)
def test_a_very_long_array_is_refused_without_listing_its_items(expected: Any) -> None:
    endless = np.broadcast_to(np.uint8(1), 2**60)
    for compare in (equal, close) if isinstance(expected, tuple) else (equal,):
        with pytest.raises(Failure, match="got an array of shape"):
            compare(endless, expected)


def test_the_parts_of_a_result_are_as_many_as_their_names() -> None:
    assert list(parts((1, 2), "out", "cache")) == list(parts(np.array([1, 2]), "out", "cache")) == [1, 2]
    endless, rows = np.broadcast_to(np.uint8(1), 2**60), np.zeros((2, 3))
    wrong_arrays = [(np.zeros(3), "array"), (endless, "array"), (rows, "array")]
    for wrong, got in [((1,), "1 values"), (5, "5"), (None, "None"), ({"out": 1, "cache": 2}, "dict"), *wrong_arrays]:
        with pytest.raises(Failure, match=rf"it should return 2 values, out, cache; got .*{got}"):
            parts(wrong, "out", "cache")


def test_the_gradient_of_an_array_is_that_of_its_sum_with_the_upstream_gradient() -> None:
    x, dout = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[0.5, -2.0], [3.0, 1.0]])
    for complex_step in (False, True):
        got = numerical_gradient(lambda x: x**3, x, complex_step=complex_step, dout=dout)
        np.testing.assert_allclose(got, dout * 3 * x**2, rtol=1e-6)


def test_an_error_of_thousands_is_written_as_people_do() -> None:
    with pytest.raises(Failure, match=r"off by 2997\)"):
        close(2999.6, 3.0)
