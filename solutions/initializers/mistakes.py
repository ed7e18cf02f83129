"""Wrong implementations that students of this assignment write, each with what they should look at.

Those that draw do so in the natural way, with one call for all entries: `rng.standard_normal(shape)`, of which
`rng.normal(0, std, shape)` is a multiple, and `rng.uniform(-b, b, shape)`. A student who draws like this gives the same
numbers, and so the mistake can be told from them.
"""

import numpy as np

from autograder import mistake, slip


def right_fans(shape):
    area = int(np.prod(shape[2:]))
    return (shape[0], shape[1]) if len(shape) == 2 else (shape[1] * area, shape[0] * area)


def chosen_fan(shape, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    return right_fans(shape)[mode == "fan_out"]


previous = {"call": None, "again": False}


def another_state(*call):
    """Stands for NumPy's global generator: in another state when the same call comes twice in succession.

    Real global state would carry over from one check to the next, and the numbers would depend on what ran before.
    """
    previous["again"] = call == previous["call"] and not previous["again"]
    previous["call"] = call
    return np.random.default_rng([12345, int(previous["again"]), *call[-1:]])


# -------------------------------------------------------------------------------------------------------------- sigmoid

slip(
    "sigmoid",
    "np.where(x >= 0, 1.0, small) / (1 + small)", "np.exp(x) / (1 + np.exp(x))",
    "small / (1 + small) ** 2", "y * (1 - y)",
    name="sigmoid_overflows",
    says="The exponential of a large positive number overflows, and inf / inf is nan. Multiply numerator and "
    "denominator by something.",
)  # fmt: skip
slip(
    "sigmoid", "small / (1 + small) ** 2", "np.exp(-x) / (1 + np.exp(-x)) ** 2",
    name="sigmoid_derivative_overflows",
    says="The value is right, but the derivative is computed from an exponential that overflows. Can it be had from "
    "the value?",
)  # fmt: skip
slip(
    "sigmoid", "    small =", "    x = -x\n    small =",
    name="sigmoid_falls", says="The curve falls where it should rise: look at the sign in the exponent.",
)  # fmt: skip
slip(
    "sigmoid", "small / (1 + small) ** 2", "x * (1 - x)",
    name="sigmoid_derivative_of_x",
    says="The formula y (1 - y) is right, but it is the value that goes into it, not x.",
)  # fmt: skip
slip(
    "sigmoid", "small / (1 + small) ** 2", "np.exp(-y) / (1 + np.exp(-y)) ** 2",
    name="sigmoid_derivative_of_the_output",
    says="The sigmoid has been applied a second time before the derivative was taken: y (1 - y) is meant for the "
    "value itself.",
)  # fmt: skip
slip(
    "sigmoid", "small / (1 + small) ** 2", "1 - y",
    name="sigmoid_derivative_lacks_a_factor", says="The derivative lacks a factor: it has to vanish at both ends.",
)  # fmt: skip
slip(
    "sigmoid", "small / (1 + small) ** 2", "1 - y**2",
    name="sigmoid_with_the_slope_of_tanh", says="This is the derivative of tanh.",
)  # fmt: skip
slip(
    "sigmoid", ", small / (1 + small) ** 2", "",
    name="sigmoid_returns_the_value_only", says="Only the value is returned; the derivative belongs to it.",
)  # fmt: skip
slip(
    "sigmoid", "    small =", "    x *= -1\n    x = -x\n    small =",
    name="sigmoid_works_in_place",
    says="The result is right, but x itself was changed on the way: operators such as *= work in place.",
)  # fmt: skip

slip(
    "sigmoid", "    small =", "    x[np.abs(x) > 500] = np.sign(x[np.abs(x) > 500]) * 500\n    small =",
    name="sigmoid_cuts_off_in_place",
    says="Large numbers are cut off in x itself, which is the caller's: cut them off in a copy.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------------- tanh

slip(
    "tanh", "1 - y**2", "y * (1 - y)",
    name="tanh_with_the_slope_of_sigmoid", says="This is the derivative of the sigmoid.",
)  # fmt: skip
slip(
    "tanh", "1 - y**2", "1 - x**2",
    name="tanh_derivative_of_x", says="It is the value that is squared in the derivative, not x.",
)  # fmt: skip
slip(
    "tanh", "1 - y**2", "1 - y",
    name="tanh_derivative_without_square", says="The derivative should be the same for x and -x: is something squared?",
)  # fmt: skip
slip(
    "tanh", "1 - y**2", "1 + y**2",
    name="tanh_derivative_with_a_plus", says="The derivative grows with the value; it should shrink. Look at its sign.",
)  # fmt: skip
slip(
    "tanh", "np.tanh(x)", "(np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))",
    name="tanh_overflows", says="Exponentials of large numbers overflow, and inf / inf is nan. `np.tanh` may be used.",
)  # fmt: skip
slip(
    "tanh", "np.tanh(x)", "2 / (1 + np.exp(-x)) - 1",
    name="tanh_is_too_wide",
    says="The curve is right in form and too wide: tanh x is 2 sigmoid(2 x) - 1, with a 2 in both places.",
)  # fmt: skip
slip(
    "tanh", "1 - y**2", "1 - np.tanh(y) ** 2",
    name="tanh_derivative_of_the_output", says="tanh has been applied a second time before the derivative was taken.",
)  # fmt: skip
slip(
    "tanh", "np.tanh(x)", "np.tanh(x, out=x)",
    name="tanh_works_in_place",
    says="The result is right, but x itself was changed on the way: `out=x` and operators such as *= work in place.",
)  # fmt: skip
slip(
    "tanh", "1 - y**2", "1 - np.tanh(x**2)",
    name="tanh_derivative_of_the_square",
    says="The square is taken of x, before the tanh; it is the value that is to be squared.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------------- relu

slip(
    "relu", "positive.astype(float)", "(x >= 0).astype(float)",
    name="relu_is_steep_at_its_kink", says="At exactly 0 the derivative should be that of the negative side.",
)  # fmt: skip
slip(
    "relu", "positive.astype(float)", "np.maximum(x, 0)",
    name="relu_derivative_is_its_value",
    says="The second part is the value once more. How steep is the curve, left and right?",
)  # fmt: skip
slip(
    "relu", "positive.astype(float)", "np.ones_like(x)",
    name="relu_derivative_is_one", says="The derivative is 1 everywhere, but on the left the curve is flat.",
)  # fmt: skip
slip(
    "relu", "positive.astype(float)", "np.sign(x)",
    name="relu_derivative_is_the_sign", says="The derivative is negative on the left; the curve is flat there.",
)  # fmt: skip
slip(
    "relu", "np.where(positive, x, 0.0)", "np.abs(x)",
    name="relu_takes_the_magnitude", says="This is the magnitude: negative numbers become 0, not positive.",
)  # fmt: skip
slip(
    "relu", "positive = x > 0", "positive = x < 0",
    name="relu_keeps_the_negative", says="It lets the negative numbers through and stops the positive ones.",
)  # fmt: skip
slip(
    "relu", "x, 0.0)", "x, 0.01 * x)", "positive.astype(float)", "np.where(positive, 1.0, 0.01)",
    name="relu_leaks", says="This is a leaky ReLU: on the left the value and the slope are zero here.",
)  # fmt: skip
slip(
    "relu", "    return", "    x[x < 0] = 0\n    return",
    name="relu_works_in_place",
    says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- leaky_relu

slip(
    "leaky_relu", "    positive =", "    negative_slope = 0.01\n    positive =",
    name="leaky_slope_hard_coded", says="The slope is always 0.01, whatever negative_slope says.",
)  # fmt: skip
slip(
    "leaky_relu", "np.where(positive, 1.0, negative_slope)", "positive.astype(float)",
    name="leaky_derivative_is_flat",
    says="The value leaks but the derivative does not: on the left the curve is not flat.",
)  # fmt: skip
slip(
    "leaky_relu", "np.where(positive, 1.0", "np.where(x >= 0, 1.0",
    name="leaky_is_steep_at_its_kink", says="At exactly 0 the derivative should be that of the negative side.",
)  # fmt: skip
slip(
    "leaky_relu", "np.where(positive, x, negative_slope * x)", "np.maximum(x, negative_slope * x)",
    name="leaky_takes_the_larger",
    says="The larger of x and negative_slope x is the right branch only while the slope is at most 1. Ask for the "
    "sign of x.",
)  # fmt: skip
slip(
    "leaky_relu", "negative_slope * x)", "-negative_slope * x)", "1.0, negative_slope", "1.0, -negative_slope",
    name="leaky_turns_up", says="On the left the curve goes up again: a negative x times a positive slope is negative.",
)  # fmt: skip
slip(
    "leaky_relu", "negative_slope * x)", "negative_slope)",
    name="leaky_is_constant_below",
    says="On the left the value is negative_slope itself. It should be a line through zero.",
)  # fmt: skip
slip(
    "leaky_relu", "1.0, negative_slope", "1.0, negative_slope * x",
    name="leaky_derivative_times_x",
    says="The derivative is multiplied by x once more: it is a slope, the same all along one side.",
)  # fmt: skip
slip(
    "leaky_relu", "negative_slope=0.01", "negative_slope=0.2",
    name="leaky_wrong_default", says="Without an argument the slope is not the default of the statement.",
)  # fmt: skip
slip(
    "leaky_relu", "    return", "    x[x < 0] *= negative_slope\n    return", "x, negative_slope * x)", "x, x)",
    name="leaky_works_in_place",
    says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------------ elu

slip(
    "elu", "alpha * np.expm1", "np.expm1", "alpha * np.exp(", "np.exp(",
    name="elu_ignores_alpha", says="alpha has no effect; it says how far the curve sinks.",
)  # fmt: skip
slip(
    "elu", "alpha * np.exp(", "np.exp(",
    name="elu_derivative_ignores_alpha", says="alpha is missing from the derivative.",
)  # fmt: skip
slip(
    "elu", "np.expm1(below)", "np.exp(below)",
    name="elu_without_minus_one", says="The curve jumps at 0: there the exponential is 1, and the value should be 0.",
)  # fmt: skip
slip(
    "elu", "alpha * np.expm1(below)", "alpha * np.exp(below) - 1",
    name="elu_without_brackets", says="alpha stands before the exponential only; it should multiply the whole bracket.",
)  # fmt: skip
slip(
    "elu", "alpha * np.exp(below)", "alpha * np.expm1(below)",
    name="elu_derivative_is_its_value",
    says="On the left the derivative is the value itself. Differentiate alpha (exp(x) - 1): what becomes of the "
    "constant?",
)  # fmt: skip
slip(
    "elu",
    "np.where(x > 0, x, alpha * np.expm1(below))", "(x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1)",
    "np.where(x > 0, 1.0, alpha * np.exp(below))", "(x > 0) + (x <= 0) * alpha * np.exp(x)",
    name="elu_masks_an_overflow",
    says="Multiplying by a mask does not keep an overflow out: 0 * inf is nan. Keep large numbers from the "
    "exponential, or select with np.where.",
)  # fmt: skip
slip(
    "elu", "x > 0, 1.0", "x >= 0, 1.0",
    name="elu_is_steep_at_its_kink", says="At exactly 0 the derivative should be that of the negative side.",
)  # fmt: skip
slip(
    "elu",
    "np.where(x > 0, x, alpha * np.expm1(below))", "alpha * np.where(x > 0, x, np.expm1(below))",
    "np.where(x > 0, 1.0, alpha * np.exp(below))", "alpha * np.where(x > 0, 1.0, np.exp(below))",
    name="elu_scales_both_sides", says="alpha multiplies the positive side as well; that is another activation (SELU).",
)  # fmt: skip
slip(
    "elu", "alpha=1.0", "alpha=0.1",
    name="elu_wrong_default", says="Without an argument alpha is not the default of the statement.",
)  # fmt: skip
slip(
    "elu",
    "    return", "    x[x <= 0] = alpha * np.expm1(x[x <= 0])\n    return",
    "x, alpha * np.expm1(below)", "x, x",
    name="elu_works_in_place",
    says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------------- fans

slip(
    "fans", "shape[0], shape[1]", "shape[1], shape[0]",
    name="fans_of_the_transpose",
    says="The two are in the order of torch.nn.Linear. Here the layer computes x @ w: which axis of w meets the "
    "inputs?",
)  # fmt: skip
slip(
    "fans",
    "channels * height * width, filters * height * width", "filters * height * width, channels * height * width",
    name="fans_conv_swapped",
    says="For a convolution the two have changed places: filters come first in its shape, channels second.",
)  # fmt: skip
slip(
    "fans", "channels * height * width, filters * height * width", "channels, filters",
    name="fans_without_kernel_area",
    says="The kernel's area is missing: one output sees a whole window of each channel.",
)  # fmt: skip
slip(
    "fans", "filters * height * width", "filters",
    name="fans_area_only_forwards",
    says="The kernel's area counts backwards as well: in how many windows does one pixel lie?",
)  # fmt: skip
slip(
    "fans", "channels * height * width, filters * height * width", "channels * height**2, filters * height**2",
    name="fans_of_square_kernels",
    says="The kernel is taken for a square: height times width, not height times height.",
)  # fmt: skip
slip(
    "fans",
    "channels * height * width, filters * height * width",
    "filters * channels * height * width, filters * channels * height * width",
    name="fans_of_all_filters", says="One output adds up the weights of one filter, not of all of them.",
)  # fmt: skip
slip(
    "fans", "filters, channels, height, width =", "height, width, channels, filters =",
    name="fans_of_channels_last",
    says="The shape of a convolution is read as (HH, WW, C, F), the order of TensorFlow; here it is (F, C, HH, WW).",
)  # fmt: skip
slip(
    "fans",
    'raise ValueError(f"weights have 2 or 4 axes, not {len(shape)}: {shape}")',
    "return int(np.prod(shape[1:])), int(np.prod(shape))",
    name="fans_of_anything",
    says="A shape that is neither dense nor a convolution gets an answer; it should raise ValueError.",
)  # fmt: skip
slip(
    "fans",
    "shape[0], shape[1]", "shape[0]",
    "channels * height * width, filters * height * width", "channels * height * width",
    name="fans_returns_one", says="Only the fan-in is returned.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------- zero_init, normal_init

slip(
    "zero_init", "np.zeros", "np.ones",
    name="zero_init_of_ones", says="These are ones.",
)  # fmt: skip
slip(
    "zero_init", "np.zeros(shape)", "np.full(shape, 0.01)",
    name="zero_init_nearly", says="These are small numbers, not zeros.",
)  # fmt: skip
slip(
    "zero_init", "np.zeros(shape)", "np.zeros(int(np.prod(shape)))",
    name="zero_init_flat", says="The number of zeros is right, but they all lie on one axis.",
)  # fmt: skip
slip(
    "zero_init", "np.zeros(shape)", "np.zeros(shape[:2])",
    name="zero_init_of_two_axes", says="Only the first two axes of the shape are used.",
)  # fmt: skip
slip(
    "zero_init", "def zero_init(", "KEPT = {}\n\n\ndef zero_init(",
    "return np.zeros(shape)", "return KEPT.setdefault(tuple(shape), np.zeros(shape))",
    name="zero_init_gives_one_array_twice",
    says="Two calls return the same array: who changes one changes the other.",
)  # fmt: skip
slip(
    "normal_init", "std * rng", "std**0.5 * rng",
    name="normal_init_std_as_variance", says="std is used as a variance: the numbers are spread by its square root.",
)  # fmt: skip
slip(
    "normal_init", "std * rng", "std**2 * rng",
    name="normal_init_variance_as_std",
    says="The standard deviation is squared: that is the variance, and what is drawn is multiplied by the standard "
    "deviation.",
)  # fmt: skip
slip(
    "normal_init", "rng.standard_normal(shape)", "rng.random(shape)",
    name="normal_init_rand",
    says="These numbers are between 0 and std: `random` (or `rand`) is not `standard_normal` (or `randn`).",
)  # fmt: skip
slip(
    "normal_init", "rng.standard_normal(shape)", "rng.uniform(-(3**0.5), 3**0.5, shape)",
    name="normal_init_uniform",
    says="Mean and standard deviation are right, but these numbers are uniform; a normal distribution has tails.",
)  # fmt: skip
slip(
    "normal_init", "std * rng", "rng",
    name="normal_init_ignores_std", says="std has no effect.",
)  # fmt: skip
slip(
    "normal_init", "std * rng", "std + rng",
    name="normal_init_std_as_mean",
    says="The first argument of `normal` is the mean: here it is std, and the standard deviation is 1.",
)  # fmt: skip
slip(
    "normal_init", "std * rng.standard_normal(shape)", "std * np.abs(rng.standard_normal(shape))",
    name="normal_init_magnitudes", says="All numbers are positive.",
)  # fmt: skip
slip(
    "normal_init", "rng.standard_normal(shape)", "np.clip(rng.standard_normal(shape), -2, 2)",
    name="normal_init_cut_off", says="The tails are cut off: nothing lies beyond two standard deviations.",
)  # fmt: skip
slip(
    "normal_init", "default_rng(rng)", "default_rng(0)",
    name="normal_init_one_seed",
    says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.",
)  # fmt: skip


@mistake("normal_init", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def normal_init_not_from_rng(shape, std, rng):
    return std * another_state("normal_init", shape, std, rng).standard_normal(shape)


slip(
    "normal_init", "rng.standard_normal(shape)", "np.broadcast_to(rng.standard_normal(shape)[:1], shape)",
    name="normal_init_repeats_a_row", says="Every row is the same: draw a number for each entry.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------------- Xavier


# Of each: its number under the root, half of it, how it draws, and the standard deviation.
for exercise, square, half, draw, constant in [
    ("xavier_uniform", 6, 3, "rng.uniform(-bound, bound, shape)", "bound / 3**0.5"),
    ("xavier_normal", 2, 1, "rng.standard_normal(shape)", "1.0"),
]:
    root = f"np.sqrt({square} / (fan_in + fan_out))"
    slip(
        exercise, root, f"{half} ** 0.5 * 2 / (fan_in + fan_out)",
        name=f"{exercise}_variance_as_std",
        says="The variance is used where the standard deviation belongs: a root is missing.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({half} / fan_in)",
        name=f"{exercise}_fan_in_only", says="Only the fan-in is used; Glorot and Bengio take the mean of both fans.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({half} / fan_out)",
        name=f"{exercise}_fan_out_only", says="Only the fan-out is used; Glorot and Bengio take the mean of both fans.",
    )  # fmt: skip
    slip(
        exercise, f"np.sqrt({square}", f"np.sqrt({half}",
        name=f"{exercise}_sum_of_fans",
        says="The weights are too small by the root of 2: the mean of the fans is half of their sum.",
    )  # fmt: skip
    slip(
        exercise, "fans(shape)", "shape[:2]",
        name=f"{exercise}_without_area", says="The kernel's area is missing from the fans of a convolution.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({square} / fan_in + fan_out)",
        name=f"{exercise}_without_brackets",
        says="The fan-out is added after the division: Python divides before it adds, unless brackets say otherwise.",
    )  # fmt: skip
    slip(
        exercise, "gain * np", "np",
        name=f"{exercise}_ignores_gain", says="The gain has no effect.",
    )  # fmt: skip
    slip(
        exercise, f"gain * np.sqrt({square}", f"np.sqrt(gain * {square}",
        name=f"{exercise}_gain_inside_the_root",
        says="The gain stands under the root; it multiplies the standard deviation.",
    )  # fmt: skip
    slip(
        exercise, "gain * np", "gain**2 * np",
        name=f"{exercise}_gain_squared",
        says="The gain is squared; it multiplies the standard deviation, not the variance.",
    )  # fmt: skip
    slip(
        exercise, "default_rng(rng)", "default_rng(0)",
        name=f"{exercise}_one_seed",
        says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.",
    )  # fmt: skip
    slip(
        exercise, draw, f"np.broadcast_to({draw}[:1], shape)",
        name=f"{exercise}_repeats_a_row", says="Weights are repeated: draw a number for each entry.",
    )  # fmt: skip
    slip(
        exercise, draw, f"np.full(shape, {constant})",
        name=f"{exercise}_constant", says="All weights are equal: all units of the layer will stay equal for ever.",
    )  # fmt: skip


@mistake(
    "xavier_uniform", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def xavier_uniform_not_from_rng(shape, gain, rng):
    bound = gain * np.sqrt(6 / sum(right_fans(shape)))
    return another_state("xavier_uniform", shape, gain, rng).uniform(-bound, bound, shape)


slip(
    "xavier_uniform", "np.sqrt(6", "np.sqrt(2",
    name="xavier_uniform_std_as_bound",
    says="The standard deviation is used as the bound; the bound of a uniform distribution is larger, by the root "
    "of 3.",
)  # fmt: skip
slip(
    "xavier_uniform", "rng.uniform(-bound, bound, shape)", "bound * rng.random(shape)",
    name="xavier_uniform_positive_half", says="All weights are positive: `random` is between 0 and 1.",
)  # fmt: skip
slip(
    "xavier_uniform", "rng.uniform(-bound, bound, shape)", "bound / 3**0.5 * rng.standard_normal(shape)",
    name="xavier_uniform_normal", says="The standard deviation is right, but the distribution is normal.",
)  # fmt: skip


@mistake(
    "xavier_normal", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def xavier_normal_not_from_rng(shape, gain, rng):
    std = gain * np.sqrt(2 / sum(right_fans(shape)))
    return std * another_state("xavier_normal", shape, gain, rng).standard_normal(shape)


slip(
    "xavier_normal", "np.sqrt(2", "np.sqrt(6",
    name="xavier_normal_bound_as_std",
    says="This is the bound of the uniform distribution, used as the standard deviation of the normal one.",
)  # fmt: skip
slip(
    "xavier_normal", "rng.standard_normal(shape)", "rng.random(shape)",
    name="xavier_normal_rand",
    says="All weights are positive: `random` (or `rand`) is not `standard_normal` (or `randn`).",
)  # fmt: skip
slip(
    "xavier_normal", "rng.standard_normal(shape)", "rng.uniform(-(3**0.5), 3**0.5, shape)",
    name="xavier_normal_uniform", says="The standard deviation is right, but the distribution is uniform.",
)  # fmt: skip
slip(
    "xavier_normal", "rng.standard_normal(shape)", "np.clip(rng.standard_normal(shape), -2, 2)",
    name="xavier_normal_cut_off", says="The tails are cut off: nothing lies beyond two standard deviations.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------------- He


# Of each: its number under the root, half of it, how it draws, and the standard deviation.
for exercise, square, half, draw, constant in [
    ("he_uniform", 6, 3, "rng.uniform(-bound, bound, shape)", "bound / 3**0.5"),
    ("he_normal", 2, 1, "rng.standard_normal(shape)", "1.0"),
]:
    root = f"np.sqrt({square} / ((1 + negative_slope**2) * fan))"
    slip(
        exercise, root, f"{half} ** 0.5 * 2 / ((1 + negative_slope**2) * fan)",
        name=f"{exercise}_variance_as_std",
        says="The variance is used where the standard deviation belongs: a root is missing.",
    )  # fmt: skip
    slip(
        exercise, 'mode == "fan_in"', 'mode == "fan_out"',
        name=f"{exercise}_other_fan", says="Fan-in and fan-out have changed places.",
    )  # fmt: skip
    slip(
        exercise, 'fan_in if mode == "fan_in" else fan_out', "fan_in",
        name=f"{exercise}_always_fan_in", says="mode has no effect: it is always the fan-in.",
    )  # fmt: skip
    slip(
        exercise, 'fan_in if mode == "fan_in" else fan_out', "(fan_in + fan_out) / 2",
        name=f"{exercise}_mean_of_fans", says="This is the mean of both fans, as in Xavier; He divides by one of them.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({square} / (fan_in + fan_out))",
        name=f"{exercise}_is_xavier",
        says="This is Xavier: the 2 that makes up for what ReLU cuts off is missing, and so is the choice of the fan.",
    )  # fmt: skip
    slip(
        exercise, f"np.sqrt({square}", f"np.sqrt({half}",
        name=f"{exercise}_without_factor_two",
        says="The weights are too small by the root of 2: ReLU cuts off half of the mean square.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({square} / (1 + negative_slope**2) * fan)",
        name=f"{exercise}_multiplied_by_the_fan",
        says="The fan multiplies where it should divide: a / b * c is (a / b) * c, as Python reads it.",
    )  # fmt: skip
    slip(
        exercise, "fans(shape)", "shape if len(shape) == 2 else (shape[1], shape[0])",
        name=f"{exercise}_without_area", says="The kernel's area is missing from the fans of a convolution.",
    )  # fmt: skip
    slip(
        exercise, "((1 + negative_slope**2) * fan)", "fan",
        name=f"{exercise}_ignores_slope",
        says="negative_slope has no effect: a leaky ReLU lets more through, so the weights can be smaller.",
    )  # fmt: skip
    slip(
        exercise, "negative_slope**2", "negative_slope",
        name=f"{exercise}_slope_not_squared",
        says="The slope is not squared, but it is the mean *square* of the signal that is kept.",
    )  # fmt: skip
    slip(
        exercise, root, f"np.sqrt({square} * (1 + negative_slope**2) / fan)",
        name=f"{exercise}_slope_multiplies",
        says="The weights grow with the slope; a leaky ReLU lets more through, so they should be smaller.",
    )  # fmt: skip
    slip(
        exercise, "default_rng(rng)", "default_rng(0)",
        name=f"{exercise}_one_seed",
        says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.",
    )  # fmt: skip
    slip(
        exercise, draw, f"np.broadcast_to({draw}[:1], shape)",
        name=f"{exercise}_repeats_a_row", says="Weights are repeated: draw a number for each entry.",
    )  # fmt: skip
    slip(
        exercise, draw, f"np.full(shape, {constant})",
        name=f"{exercise}_constant", says="All weights are equal: all units of the layer will stay equal for ever.",
    )  # fmt: skip
    slip(
        exercise, 'mode not in ("fan_in", "fan_out")', "False",
        name=f"{exercise}_accepts_any_mode",
        says="A mode that does not exist is taken for one of the two; it should raise ValueError.",
    )  # fmt: skip


slip(
    "he_uniform", "np.random.default_rng(rng)", "np.random.default_rng(rng + 0)",
    name="he_uniform_takes_seeds_only",
    says="rng may be a generator, too: np.random.default_rng(rng) takes both.",
)  # fmt: skip


@mistake("he_uniform", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def he_uniform_not_from_rng(shape, negative_slope, mode, rng):
    bound = np.sqrt(6 / ((1 + negative_slope**2) * chosen_fan(shape, mode)))
    return another_state("he_uniform", shape, mode, rng).uniform(-bound, bound, shape)


slip(
    "he_uniform", "np.sqrt(6", "np.sqrt(2",
    name="he_uniform_std_as_bound",
    says="The standard deviation is used as the bound; the bound of a uniform distribution is larger, by the root "
    "of 3.",
)  # fmt: skip
slip(
    "he_uniform", "rng.uniform(-bound, bound, shape)", "bound * rng.random(shape)",
    name="he_uniform_positive_half", says="All weights are positive: `random` is between 0 and 1.",
)  # fmt: skip
slip(
    "he_uniform", "rng.uniform(-bound, bound, shape)", "bound / 3**0.5 * rng.standard_normal(shape)",
    name="he_uniform_normal", says="The standard deviation is right, but the distribution is normal.",
)  # fmt: skip


@mistake("he_normal", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def he_normal_not_from_rng(shape, negative_slope, mode, rng):
    std = np.sqrt(2 / ((1 + negative_slope**2) * chosen_fan(shape, mode)))
    return std * another_state("he_normal", shape, mode, rng).standard_normal(shape)


slip(
    "he_normal", "np.sqrt(2", "np.sqrt(6",
    name="he_normal_bound_as_std",
    says="This is the bound of the uniform distribution, used as the standard deviation of the normal one.",
)  # fmt: skip
slip(
    "he_normal", "rng.standard_normal(shape)", "rng.random(shape)",
    name="he_normal_rand", says="All weights are positive: `random` (or `rand`) is not `standard_normal` (or `randn`).",
)  # fmt: skip
slip(
    "he_normal", "rng.standard_normal(shape)", "rng.uniform(-(3**0.5), 3**0.5, shape)",
    name="he_normal_uniform", says="The standard deviation is right, but the distribution is uniform.",
)  # fmt: skip
slip(
    "he_normal", "rng.standard_normal(shape)", "np.clip(rng.standard_normal(shape), -2, 2)",
    name="he_normal_cut_off", says="The tails are cut off: nothing lies beyond two standard deviations.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------ orthogonal_init

slip(
    "orthogonal_init", "    q = q * np.sign(np.diag(r))\n", "",
    name="orthogonal_without_signs",
    says="Q is orthogonal, but not every orthogonal matrix is equally likely: the signs are LAPACK's choice. Look "
    "at the entry [0, 0] of many.",
)  # fmt: skip
slip(
    "orthogonal_init", "np.sign(np.diag(r))", "np.sign(np.diag(r))[:, None]",
    name="orthogonal_signs_on_the_rows",
    says="The signs belong to the columns of Q; here they multiply its rows (or do not fit at all).",
)  # fmt: skip
slip(
    "orthogonal_init", "np.sign(np.diag(r))", "np.diag(r)",
    name="orthogonal_multiplied_by_the_diagonal",
    says="The columns are multiplied by the diagonal of R itself; it is only its sign that matters.",
)  # fmt: skip
slip(
    "orthogonal_init", "q if rows >= columns else q.T", "q",
    name="orthogonal_reshaped_for_transposed",
    says="A matrix that is wider than tall has been reshaped where it should be transposed.",
)  # fmt: skip
slip(
    "orthogonal_init",
    "(max(rows, columns), min(rows, columns))", "(rows, columns)",
    "q if rows >= columns else q.T", "q",
    name="orthogonal_fails_when_wide",
    says="A wide matrix has more columns than rows: decompose its transpose and turn the result.",
)  # fmt: skip
slip(
    "orthogonal_init", "shape[0], int(np.prod(shape[1:]))", "int(np.prod(shape[:-1])), shape[-1]",
    name="orthogonal_conv_rows_are_all_but_the_last_axis",
    says="The convolution is made a matrix at the wrong axis: one row per filter.",
)  # fmt: skip
slip(
    "orthogonal_init",
    "    rows, columns =",
    "    if len(shape) == 4:\n"
    "        return np.array([[orthogonal_init(shape[2:], gain, rng) for _ in range(shape[1])] for _ in "
    "range(shape[0])])\n    rows, columns =",
    name="orthogonal_each_kernel_by_itself",
    says="Each kernel is orthogonal by itself; it is the matrix of all weights, one row per filter, that should be.",
)  # fmt: skip
slip(
    "orthogonal_init", "rng.standard_normal(", "rng.random(",
    name="orthogonal_of_positive_numbers",
    says="Uniform numbers prefer some directions, as a square has corners: decompose normal ones.",
)  # fmt: skip
slip(
    "orthogonal_init", "gain * matrix", "matrix",
    name="orthogonal_ignores_gain", says="The gain has no effect.",
)  # fmt: skip
slip(
    "orthogonal_init", "gain * matrix", "gain**2 * matrix",
    name="orthogonal_gain_squared", says="The singular values are the square of the gain.",
)  # fmt: skip
slip(
    "orthogonal_init", "gain * matrix", "gain**0.5 * matrix",
    name="orthogonal_gain_root", says="The singular values are the root of the gain.",
)  # fmt: skip
slip(
    "orthogonal_init",
    "    tall =", "    return gain / np.sqrt(max(rows, columns)) * rng.standard_normal(shape)\n    tall =",
    name="orthogonal_only_on_average", says="These are scaled normal numbers: orthogonal on average, but not exactly.",
)  # fmt: skip
slip(
    "orthogonal_init",
    "    tall =",
    "    w = rng.standard_normal((rows, columns))\n"
    "    return gain * (w / np.linalg.norm(w, axis=0)).reshape(shape)\n    tall =",
    name="orthogonal_only_normalised",
    says="The columns have the right length, but they are not perpendicular to each other.",
)  # fmt: skip
slip(
    "orthogonal_init",
    "    tall =",
    "    u, _, vt = np.linalg.svd(rng.standard_normal((rows, columns)), full_matrices=False)\n"
    "    return gain * (u if rows >= columns else vt).reshape(shape)\n    tall =",
    name="orthogonal_from_svd_with_its_signs",
    says="U of a singular value decomposition is orthogonal, but its signs are LAPACK's choice, so not every matrix "
    "is equally likely. U times V^T would do.",
)  # fmt: skip
slip(
    "orthogonal_init", "matrix.reshape(shape)", "np.eye(rows, columns).reshape(shape)",
    name="orthogonal_identity", says="The identity is orthogonal, but it is always the same and mixes nothing.",
)  # fmt: skip
slip(
    "orthogonal_init", "default_rng(rng)", "default_rng(0)",
    name="orthogonal_one_seed",
    says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.",
)  # fmt: skip


@mistake(
    "orthogonal_init", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def orthogonal_not_from_rng(shape, gain, rng):
    rows, columns = shape[0], int(np.prod(shape[1:]))
    rng = another_state("orthogonal_init", shape, gain, rng)
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q = q * np.sign(np.diag(r))
    return gain * (q if rows >= columns else q.T).reshape(shape)


@mistake(
    "orthogonal_init",
    says="The rows have length 1, and are not at right angles: each has to be orthogonal to the others.",
)
def orthogonal_rows_of_length_one(shape, gain, rng):
    matrix = np.random.default_rng(rng).standard_normal((shape[0], int(np.prod(shape[1:]))))
    return gain * (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).reshape(shape)


# ----------------------------------------------------------------------------------------------------- activation_stats

slip(
    "activation_stats",
    "h, slope = activation(h @ w)", "z = h @ w\n        h, slope = activation(z)",
    "h.mean()", "z.mean()",
    "h.std()", "z.std()",
    name="stats_before_the_activation", says="Mean and standard deviation are those of z, before the activation.",
)  # fmt: skip
slip(
    "activation_stats",
    "        h, slope", "        below = h\n        h, slope",
    "h.mean()", "below.mean()",
    "h.std()", "below.std()",
    name="stats_of_the_input",
    says="Mean and standard deviation are those of what enters the layer, not of what it passes on.",
)  # fmt: skip
slip(
    "activation_stats", "h.std()", "h.std(ddof=1)",
    name="stats_std_of_a_sample",
    says="The squared deviations are divided by one less than their number; divide by the number.",
)  # fmt: skip
slip(
    "activation_stats", "h.std()", "h.var()",
    name="stats_variance", says="This is the variance: a root is missing.",
)  # fmt: skip
slip(
    "activation_stats", "h.std()", "h.std(axis=0).mean()",
    name="stats_std_per_unit",
    says="The standard deviation is taken for each unit and then averaged; take it over all entries together.",
)  # fmt: skip
slip(
    "activation_stats", "h.std()", "h.std(axis=1).mean()",
    name="stats_std_per_input",
    says="The standard deviation is taken for each input and then averaged; take it over all entries together.",
)  # fmt: skip
slip(
    "activation_stats", "h.std()", "np.sqrt((h**2).mean())",
    name="stats_root_mean_square", says="This is the root mean square: the mean is not subtracted.",
)  # fmt: skip
slip(
    "activation_stats",
    "h, slope = activation(h @ w)", "h = h @ w\n        value, slope = activation(h)",
    "h.mean()", "value.mean()",
    "h.std()", "value.std()",
    name="stats_pass_on_z", says="The next layer is given z; it should be given what the activation made of it.",
)  # fmt: skip
slip(
    "activation_stats", "activation(h @ w)", "activation(x @ w)",
    name="stats_feed_x_to_every_layer",
    says="Every layer is given x; only the first one should, and each later one what the layer before it passes on.",
)  # fmt: skip
slip(
    "activation_stats", "np.abs(slope)", "np.abs(h)",
    name="stats_saturated_by_value",
    says="An entry is called saturated where its value is small; it is the derivative that should be small.",
)  # fmt: skip
slip(
    "activation_stats", "flat.mean()", "1 - flat.mean()",
    name="stats_saturated_above", says="The share counts the entries that are *not* saturated.",
)  # fmt: skip
slip(
    "activation_stats", "< FLAT", "<= FLAT",
    name="stats_limit_included", says="A slope of exactly 0.01 counts as small; it should be smaller.",
)  # fmt: skip
slip(
    "activation_stats", "np.abs(slope)", "slope",
    name="stats_without_magnitude", says="A steep falling slope counts as small: take its magnitude.",
)  # fmt: skip
slip(
    "activation_stats", "np.abs(slope) < FLAT", "slope == 0",
    name="stats_only_exact_zeros", says="Only slopes of exactly zero are counted; the limit is 0.01.",
)  # fmt: skip
slip(
    "activation_stats", "flat.mean()", "flat.sum()", "flat.all(axis=0).mean()", "flat.all(axis=0).sum()",
    name="stats_counts_for_shares", says="These are numbers of entries and units; they should be shares.",
)  # fmt: skip
slip(
    "activation_stats", "flat.all(axis=0).mean()", "flat.all(axis=0).sum()",
    name="stats_dead_counted", says="This is the number of dead units; it should be their share.",
)  # fmt: skip
slip(
    "activation_stats", "flat.mean()", "flat.sum()",
    name="stats_saturated_counted", says="This is the number of saturated entries; it should be their share.",
)  # fmt: skip
slip(
    "activation_stats", "flat.all(", "flat.any(",
    name="stats_dead_for_any_input",
    says="A unit is called dead if *one* input finds it flat; it should be every input.",
)  # fmt: skip
slip(
    "activation_stats", "all(axis=0)", "all(axis=1)",
    name="stats_dead_inputs",
    says="This counts the inputs for which all units are flat; count the units that are flat for all inputs. Which "
    "axis is which?",
)  # fmt: skip
slip(
    "activation_stats", "flat.all(axis=0)", "flat",
    name="stats_dead_is_saturated", says="Dead is the same as saturated here; a dead unit is flat for every input.",
)  # fmt: skip
slip(
    "activation_stats", "return stats", "return {key: values[-1] for key, values in stats.items()}",
    name="stats_of_the_last_layer",
    says="There is one number for the whole network; there should be one for each layer.",
)  # fmt: skip
slip(
    "activation_stats", "return stats", "return tuple(stats.values())",
    name="stats_as_a_tuple",
    says="The four lists are right, but they come as a tuple; return a dict with the four keys.",
)  # fmt: skip
slip(
    "activation_stats",
    "    return stats",
    "    if weights[0].shape[0] == weights[0].shape[1]:\n        x[...] = activation(x @ weights[0])[0]\n"
    "    return stats",
    name="stats_overwrite_x",
    says="The result is right, but x itself was changed: h = x makes no copy, and an assignment to h[...] reaches it.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------- zero_init_gradients

slip(
    "zero_init_gradients", "    dscores /= n\n", "",
    name="zero_gradients_summed", says="The loss is the mean over the inputs: divide by N.",
)  # fmt: skip
slip(
    "zero_init_gradients", "dscores /= n", "dscores /= -n",
    name="zero_gradients_uphill", says="All signs are turned: it is the probability minus the truth.",
)  # fmt: skip
slip(
    "zero_init_gradients", "    dscores[np.arange(n), y] -= 1\n", "",
    name="zero_gradients_without_truth",
    says="The gradient at the scores is the probability only: subtract 1 at the true class.",
)  # fmt: skip
slip(
    "zero_init_gradients", "dscores[np.arange(n), y] -= 1", "dscores[:, y] -= 1",
    name="zero_gradients_subtract_in_columns",
    says="[:, y] takes whole columns: 1 is subtracted in every row. Pair each row with its class.",
)  # fmt: skip
slip(
    "zero_init_gradients", "1 / classes)", "1.0)",
    name="zero_gradients_without_softmax",
    says="The probabilities do not sum to 1: exp(0) is 1, and there are C of them.",
)  # fmt: skip
slip(
    "zero_init_gradients", "1 / classes)", "0.0)",
    name="zero_gradients_probability_zero",
    says="The scores themselves are used as probabilities; softmax makes 1/C of equal scores.",
)  # fmt: skip
slip(
    "zero_init_gradients", "dscores /= n", "dscores /= n * classes",
    name="zero_gradients_mean_over_entries",
    says="It is divided by the number of scores; divide by the number of inputs.",
)  # fmt: skip
slip(
    "zero_init_gradients", "0.5)", "0.0)",
    name="zero_gradients_hidden_zero", says="The hidden units are taken to be zero, as with tanh: what is sigmoid(0)?",
)  # fmt: skip
slip(
    "zero_init_gradients", "0.5)", "0.25)",
    name="zero_gradients_hidden_quarter",
    says="The hidden units pass on the *slope* of the sigmoid; what is its value at 0?",
)  # fmt: skip


@mistake(
    "zero_init_gradients", says="The gradient comes down through the layers as if the weights above were not zero."
)
def zero_gradients_pass_through(x, y, sizes):
    n, classes = len(y), sizes[-1]
    d, gradients = (1 / classes - np.eye(classes)[y]) / n, []
    for number in reversed(range(len(sizes) - 1)):
        below = x if number == 0 else np.full((n, sizes[number]), 0.5)
        gradients.insert(0, (below.T @ d, d.sum(axis=0)))
        d = 0.25 * d @ np.eye(sizes[number + 1], sizes[number])  # a weight of 1 for each unit
    return gradients, [tuple(bool(np.abs(g).max() > 1e-12) for g in pair) for pair in gradients]


slip(
    "zero_init_gradients", "dscores.sum(axis=0)", "dscores.mean(axis=0)",
    name="zero_gradients_bias_averaged", says="The gradient of a bias sums over the inputs; 1/N is in it already.",
)  # fmt: skip
slip(
    "zero_init_gradients", "dscores.sum(axis=0)", "np.zeros(classes)",
    name="zero_gradients_bias_forgotten", says="The biases get a gradient, too.",
)  # fmt: skip
slip(
    "zero_init_gradients", "np.abs(dw).max() > 1e-12", "(dw != 0).any()", "np.abs(db).max() > 1e-12", "(db != 0).any()",
    name="zero_moves_by_rounding",
    says="What is only rounding counts as a movement: compare with 1e-12, not with zero.",
)  # fmt: skip
slip(
    "zero_init_gradients",
    "np.abs(dw).max() > 1e-12", "(np.abs(dw) > 1e-12).all()",
    "np.abs(db).max() > 1e-12", "(np.abs(db) > 1e-12).all()",
    name="zero_moves_only_if_all_move", says="An array moves if *any* of its entries does, not only if all do.",
)  # fmt: skip
slip(
    "zero_init_gradients", "np.abs(dw).max() >", "abs(dw.sum()) >", "np.abs(db).max() >", "abs(db.sum()) >",
    name="zero_moves_by_sum", says="The entries are added before they are compared, and cancel. Ask each by itself.",
)  # fmt: skip
slip(
    "zero_init_gradients", "np.abs(dw).max() >", "np.abs(dw).max() <=", "np.abs(db).max() >", "np.abs(db).max() <=",
    name="zero_moves_turned_round", says="It is said which arrays do *not* move.",
)  # fmt: skip
slip(
    "zero_init_gradients", "return gradients, moves", "return gradients[::-1], moves[::-1]",
    name="zero_gradients_from_the_last_to_the_first",
    says="The lists start at the last layer; they should start at the first.",
)  # fmt: skip
slip(
    "zero_init_gradients", "return gradients, moves", "return gradients",
    name="zero_gradients_alone", says="Only the gradients are returned; say as well what moves.",
)  # fmt: skip
slip(
    "zero_init_gradients", "    return gradients", "    x /= n\n    return gradients",
    name="zero_gradients_divide_x_in_place",
    says="The result is right, but x itself was changed on the way: operators such as /= work in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------- prediction questions

mistake(
    "q_ten_sigmoids",
    says="This is the value of the sigmoid at 0, multiplied ten times; it is the slope that multiplies the gradient.",
    name="value_of_ten_sigmoids",
)(0.5**10)
mistake(
    "q_ten_sigmoids",
    says="Ten slopes one after the other are multiplied, not added.",
    name="ten_times_a_quarter",
)(0.25 * 10)
mistake(
    "q_ten_sigmoids",
    says="Even in the middle the sigmoid is not as steep as 1.",
    name="sigmoids_let_all_through",
)(1.0)
mistake(
    "q_ten_layers",
    says="This is the variance. The standard deviation is its root.",
    name="ten_variances",
)(0.25**10)
mistake(
    "q_ten_layers",
    says="A unit adds up 100 inputs: their number counts as well.",
    name="ten_weights",
)(0.05**10)
mistake(
    "q_ten_layers",
    says="This is what one layer leaves.",
    name="one_layer",
)(0.5)
mistake(
    "q_conv_fan_in",
    says="One output sees a window of 5×5 pixels in each channel.",
    name="fan_in_without_area",
)(16)
mistake(
    "q_conv_fan_in",
    says="This is the fan-out.",
    name="fan_out_of_the_question",
)(800)
mistake(
    "q_conv_fan_in",
    says="These are all weights of all filters; one output uses one filter.",
    name="all_weights_of_the_question",
)(12800)
mistake(
    "q_uniform_bound",
    says="Most of the numbers are nearer to zero than the bound, so the bound is larger than the standard deviation.",
    name="bound_is_the_std",
)(0.1)
mistake(
    "q_uniform_bound",
    says="It is the variance that is b squared over 3: take the root.",
    name="bound_without_root",
)(0.3)
mistake(
    "q_which_bug",
    says="The variance used as a standard deviation would shrink the signal far more than by 0.7 per layer.",
    name="bug_is_the_variance",
)("a")
mistake(
    "q_which_bug",
    says="The layers are equal, hence square: both fans are the same.",
    name="bug_is_the_fan",
)("c")
mistake(
    "q_which_bug",
    says="Equal layers are bad, but each has the right variance.",
    name="bug_is_the_seed",
)("d")
mistake(
    "q_first_loss",
    says="A loss of zero would mean that it is certain, and right.",
    name="loss_is_zero",
)(0.0)
mistake(
    "q_first_loss",
    says="This is the logarithm to base 10; cross-entropy uses the natural one.",
    name="loss_in_digits",
)(1.0)
mistake(
    "q_first_loss",
    says="The probability is 1/10. What is minus its logarithm?",
    name="loss_is_the_number_of_classes",
)(10.0)
mistake(
    "q_arrays_that_move",
    says="The last weights are multiplied by what the layer below passes on: what is tanh(0)?",
    name="last_layer_moves",
)(2)
mistake(
    "q_arrays_that_move",
    says="Below the last layer every gradient is multiplied by a matrix of zeros.",
    name="everything_moves",
)(8)
mistake(
    "q_arrays_that_move",
    says="One array needs neither an input nor a weight above it.",
    name="nothing_moves",
)(0)
