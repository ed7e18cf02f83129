"""Wrong implementations that students of this assignment write, each with what they should look at.

Those that draw do so in the natural way, with one call for all entries: `rng.standard_normal(shape)`, of which
`rng.normal(0, std, shape)` is a multiple, and `rng.uniform(-b, b, shape)`. A student who draws like this gives the same
numbers, and so the mistake can be told from them.
"""

import numpy as np

from autograder import mistake


def logistic(x):
    return 1 / (1 + np.exp(-x))


def right_fans(shape):
    area = int(np.prod(shape[2:]))
    return (shape[0], shape[1]) if len(shape) == 2 else (shape[1] * area, shape[0] * area)


def chosen_fan(shape, mode):
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(mode)
    return right_fans(shape)[mode == "fan_out"]


def normal(shape, std, rng):
    return std * np.random.default_rng(rng).standard_normal(shape)


def uniform(shape, bound, rng):
    return np.random.default_rng(rng).uniform(-bound, bound, shape)


previous = {"call": None, "again": False}


def another_state(*call):
    """A seed that stands for NumPy's global generator: another one when the same call comes twice in succession.

    Real global state would carry over from one check to the next, and the numbers would depend on what ran before.
    """
    previous["again"] = call == previous["call"] and not previous["again"]
    previous["call"] = call
    return [12345, int(previous["again"]), *call[-1:]]


def repeated_rows(w):
    """The first entry along the first axis in the place of all."""
    return np.broadcast_to(w[:1], w.shape).copy()


def cut_off(shape, std, rng):
    """Normal numbers beyond two standard deviations are moved to there."""
    return std * np.clip(np.random.default_rng(rng).standard_normal(shape), -2, 2)


# -------------------------------------------------------------------------------------------------------------- sigmoid


@mistake(
    "sigmoid",
    says="The exponential of a large positive number overflows, and inf / inf is nan. Multiply numerator and "
    "denominator by something.",
)
def sigmoid_overflows(x):
    e = np.exp(x)
    y = e / (1 + e)
    return y, y * (1 - y)


@mistake(
    "sigmoid",
    says="The value is right, but the derivative is computed from an exponential that overflows. Can it be had"
    " from the value?",
)
def sigmoid_derivative_overflows(x):
    e = np.exp(-x)
    return 1 / (1 + e), e / (1 + e) ** 2


@mistake("sigmoid", says="The curve falls where it should rise: look at the sign in the exponent.")
def sigmoid_falls(x):
    y = logistic(-x)
    return y, y * (1 - y)


@mistake("sigmoid", says="The formula y (1 - y) is right, but it is the value that goes into it, not x.")
def sigmoid_derivative_of_x(x):
    return logistic(x), x * (1 - x)


@mistake(
    "sigmoid",
    says="The sigmoid has been applied a second time before the derivative was taken: y (1 - y) is meant for "
    "the value itself.",
)
def sigmoid_derivative_of_the_output(x):
    y = logistic(x)
    return y, logistic(y) * (1 - logistic(y))


@mistake("sigmoid", says="The derivative lacks a factor: it has to vanish at both ends.")
def sigmoid_derivative_lacks_a_factor(x):
    y = logistic(x)
    return y, 1 - y


@mistake("sigmoid", says="This is the derivative of tanh.")
def sigmoid_with_the_slope_of_tanh(x):
    y = logistic(x)
    return y, 1 - y**2


@mistake("sigmoid", says="Only the value is returned; the derivative belongs to it.")
def sigmoid_returns_the_value_only(x):
    return logistic(x)


@mistake(
    "sigmoid", says="The result is right, but x itself was changed on the way: operators such as *= work in place."
)
def sigmoid_works_in_place(x):
    x *= -1
    y = 1 / (1 + np.exp(x))
    return y, y * (1 - y)


# ----------------------------------------------------------------------------------------------------------------- tanh


@mistake("tanh", says="This is the derivative of the sigmoid.")
def tanh_with_the_slope_of_sigmoid(x):
    y = np.tanh(x)
    return y, y * (1 - y)


@mistake("tanh", says="It is the value that is squared in the derivative, not x.")
def tanh_derivative_of_x(x):
    return np.tanh(x), 1 - x**2


@mistake("tanh", says="The derivative should be the same for x and -x: is something squared?")
def tanh_derivative_without_square(x):
    y = np.tanh(x)
    return y, 1 - y


@mistake("tanh", says="The derivative grows with the value; it should shrink. Look at its sign.")
def tanh_derivative_with_a_plus(x):
    y = np.tanh(x)
    return y, 1 + y**2


@mistake("tanh", says="Exponentials of large numbers overflow, and inf / inf is nan. `np.tanh` may be used.")
def tanh_overflows(x):
    up, down = np.exp(x), np.exp(-x)
    y = (up - down) / (up + down)
    return y, 1 - y**2


@mistake("tanh", says="The curve is right in form and too wide: tanh x is 2 sigmoid(2 x) - 1, with a 2 in both places.")
def tanh_is_too_wide(x):
    y = 2 * logistic(x) - 1
    return y, 1 - y**2


@mistake("tanh", says="tanh has been applied a second time before the derivative was taken.")
def tanh_derivative_of_the_output(x):
    y = np.tanh(x)
    return y, 1 - np.tanh(y) ** 2


@mistake(
    "tanh",
    says="The result is right, but x itself was changed on the way: `out=x` and operators such as *= work in place.",
)
def tanh_works_in_place(x):
    np.tanh(x, out=x)
    return x.copy(), 1 - x**2


# ----------------------------------------------------------------------------------------------------------------- relu


@mistake("relu", says="At exactly 0 the derivative should be that of the negative side.")
def relu_is_steep_at_its_kink(x):
    return np.maximum(x, 0), (x >= 0).astype(float)


@mistake("relu", says="The second part is the value once more. How steep is the curve, left and right?")
def relu_derivative_is_its_value(x):
    return np.maximum(x, 0), np.maximum(x, 0)


@mistake("relu", says="The derivative is 1 everywhere, but on the left the curve is flat.")
def relu_derivative_is_one(x):
    return np.maximum(x, 0), np.ones_like(x)


@mistake("relu", says="The derivative is negative on the left; the curve is flat there.")
def relu_derivative_is_the_sign(x):
    return np.maximum(x, 0), np.sign(x)


@mistake("relu", says="This is the magnitude: negative numbers become 0, not positive.")
def relu_takes_the_magnitude(x):
    return np.abs(x), (x > 0).astype(float)


@mistake("relu", says="It lets the negative numbers through and stops the positive ones.")
def relu_keeps_the_negative(x):
    return np.minimum(x, 0), (x < 0).astype(float)


@mistake("relu", says="This is a leaky ReLU: on the left the value and the slope are zero here.")
def relu_leaks(x):
    return np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1.0, 0.01)


@mistake("relu", says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.")
def relu_works_in_place(x):
    dy = (x > 0).astype(float)
    x[x < 0] = 0
    return x.copy(), dy


# ----------------------------------------------------------------------------------------------------------- leaky_relu


@mistake("leaky_relu", says="The slope is always 0.01, whatever negative_slope says.")
def leaky_slope_hard_coded(x, negative_slope=0.01):
    return np.where(x > 0, x, 0.01 * x), np.where(x > 0, 1.0, 0.01)


@mistake("leaky_relu", says="The value leaks but the derivative does not: on the left the curve is not flat.")
def leaky_derivative_is_flat(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x), (x > 0).astype(float)


@mistake("leaky_relu", says="At exactly 0 the derivative should be that of the negative side.")
def leaky_is_steep_at_its_kink(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x), np.where(x >= 0, 1.0, negative_slope)


@mistake(
    "leaky_relu",
    says="The larger of x and negative_slope x is the right branch only while the slope is at most 1. Ask for "
    "the sign of x.",
)
def leaky_takes_the_larger(x, negative_slope=0.01):
    return np.maximum(x, negative_slope * x), np.where(x > 0, 1.0, negative_slope)


@mistake("leaky_relu", says="On the left the curve goes up again: a negative x times a positive slope is negative.")
def leaky_turns_up(x, negative_slope=0.01):
    return np.where(x > 0, x, -negative_slope * x), np.where(x > 0, 1.0, -negative_slope)


@mistake("leaky_relu", says="On the left the value is negative_slope itself. It should be a line through zero.")
def leaky_is_constant_below(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope), np.where(x > 0, 1.0, negative_slope)


@mistake("leaky_relu", says="The derivative is multiplied by x once more: it is a slope, the same all along one side.")
def leaky_derivative_times_x(x, negative_slope=0.01):
    return np.where(x > 0, x, negative_slope * x), np.where(x > 0, 1.0, negative_slope * x)


@mistake("leaky_relu", says="Without an argument the slope is not the default of the statement.")
def leaky_wrong_default(x, negative_slope=0.2):
    return np.where(x > 0, x, negative_slope * x), np.where(x > 0, 1.0, negative_slope)


@mistake("leaky_relu", says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.")
def leaky_works_in_place(x, negative_slope=0.01):
    dy = np.where(x > 0, 1.0, negative_slope)
    x[x < 0] *= negative_slope
    return x.copy(), dy


# ------------------------------------------------------------------------------------------------------------------ elu


@mistake("elu", says="alpha has no effect; it says how far the curve sinks.")
def elu_ignores_alpha(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, e - 1), np.where(x > 0, 1.0, e)


@mistake("elu", says="alpha is missing from the derivative.")
def elu_derivative_ignores_alpha(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * (e - 1)), np.where(x > 0, 1.0, e)


@mistake("elu", says="The curve jumps at 0: there the exponential is 1, and the value should be 0.")
def elu_without_minus_one(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * e), np.where(x > 0, 1.0, alpha * e)


@mistake("elu", says="alpha stands before the exponential only; it should multiply the whole bracket.")
def elu_without_brackets(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * e - 1), np.where(x > 0, 1.0, alpha * e)


@mistake(
    "elu",
    says="On the left the derivative is the value itself. Differentiate alpha (exp(x) - 1): what becomes of the "
    "constant?",
)
def elu_derivative_is_its_value(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * (e - 1)), np.where(x > 0, 1.0, alpha * (e - 1))


@mistake(
    "elu",
    says="Multiplying by a mask does not keep an overflow out: 0 * inf is nan. Keep large numbers from the "
    "exponential, or select with np.where.",
)
def elu_masks_an_overflow(x, alpha=1.0):
    e = np.exp(x)
    positive = x > 0
    return positive * x + ~positive * alpha * (e - 1), positive + ~positive * alpha * e


@mistake("elu", says="At exactly 0 the derivative should be that of the negative side.")
def elu_is_steep_at_its_kink(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * (e - 1)), np.where(x >= 0, 1.0, alpha * e)


@mistake("elu", says="alpha multiplies the positive side as well; that is another activation (SELU).")
def elu_scales_both_sides(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return alpha * np.where(x > 0, x, e - 1), alpha * np.where(x > 0, 1.0, e)


@mistake("elu", says="Without an argument alpha is not the default of the statement.")
def elu_wrong_default(x, alpha=0.1):
    e = np.exp(np.minimum(x, 0))
    return np.where(x > 0, x, alpha * (e - 1)), np.where(x > 0, 1.0, alpha * e)


@mistake("elu", says="The result is right, but x itself was changed: an assignment to x[x < 0] works in place.")
def elu_works_in_place(x, alpha=1.0):
    below = x <= 0
    x[below] = alpha * np.expm1(x[below])
    return x.copy(), np.where(below, x + alpha, 1.0)


# ----------------------------------------------------------------------------------------------------------------- fans


def fans_refusal(shape):
    raise ValueError(shape)


def fans_of_two(shape):
    return right_fans(shape) if len(shape) == 2 else fans_refusal(shape)


@mistake(
    "fans",
    says="The two are in the order of torch.nn.Linear. Here the layer computes x @ w: which axis of w meets "
    "the inputs?",
)
def fans_of_the_transpose(shape):
    fan_in, fan_out = right_fans(shape) if len(shape) in (2, 4) else fans_refusal(shape)
    return (fan_out, fan_in) if len(shape) == 2 else (fan_in, fan_out)


@mistake(
    "fans", says="For a convolution the two have changed places: filters come first in its shape, channels second."
)
def fans_conv_swapped(shape):
    fan_in, fan_out = right_fans(shape) if len(shape) in (2, 4) else fans_refusal(shape)
    return (fan_in, fan_out) if len(shape) == 2 else (fan_out, fan_in)


@mistake("fans", says="The kernel's area is missing: one output sees a whole window of each channel.")
def fans_without_kernel_area(shape):
    fan_in, fan_out = right_fans(shape[:2]) if len(shape) in (2, 4) else fans_refusal(shape)
    return (fan_in, fan_out) if len(shape) == 2 else (fan_out, fan_in)


@mistake("fans", says="The kernel's area counts backwards as well: in how many windows does one pixel lie?")
def fans_area_only_forwards(shape):
    fan_in, fan_out = right_fans(shape) if len(shape) in (2, 4) else fans_refusal(shape)
    return fan_in, fan_out if len(shape) == 2 else shape[0]


@mistake("fans", says="The kernel is taken for a square: height times width, not height times height.")
def fans_of_square_kernels(shape):
    fan_in, fan_out = right_fans((*shape[:3], shape[2])) if len(shape) == 4 else fans_of_two(shape)
    return fan_in, fan_out


@mistake("fans", says="One output adds up the weights of one filter, not of all of them.")
def fans_of_all_filters(shape):
    fan_in, fan_out = right_fans(shape) if len(shape) in (2, 4) else fans_refusal(shape)
    return (fan_in, fan_out) if len(shape) == 2 else (fan_in * shape[0], fan_out * shape[1])


@mistake(
    "fans",
    says="The shape of a convolution is read as (HH, WW, C, F), the order of TensorFlow; here it is (F, C, HH, WW).",
)
def fans_of_channels_last(shape):
    fan_in, fan_out = right_fans((shape[3], shape[2], *shape[:2])) if len(shape) == 4 else fans_of_two(shape)
    return fan_in, fan_out


@mistake("fans", says="A shape that is neither dense nor a convolution gets an answer; it should raise ValueError.")
def fans_of_anything(shape):
    return right_fans(shape) if len(shape) > 1 else (int(np.prod(shape)), int(np.prod(shape)))


@mistake("fans", says="Only the fan-in is returned.")
def fans_returns_one(shape):
    return right_fans(shape)[0] if len(shape) in (2, 4) else fans_refusal(shape)


# ----------------------------------------------------------------------------------------------- zero_init, normal_init


@mistake("zero_init", says="These are ones.")
def zero_init_of_ones(shape):
    return np.ones(shape)


@mistake("zero_init", says="These are small numbers, not zeros.")
def zero_init_nearly(shape):
    return np.full(shape, 0.01)


@mistake("zero_init", says="The number of zeros is right, but they all lie on one axis.")
def zero_init_flat(shape):
    return np.zeros(int(np.prod(shape)))


@mistake("zero_init", says="Only the first two axes of the shape are used.")
def zero_init_of_two_axes(shape):
    return np.zeros(shape[:2])


@mistake("normal_init", says="std is used as a variance: the numbers are spread by its square root.")
def normal_init_std_as_variance(shape, std, rng):
    return normal(shape, std**0.5, rng)


@mistake(
    "normal_init",
    says="The standard deviation is squared: that is the variance, and what is drawn is multiplied by the "
    "standard deviation.",
)
def normal_init_variance_as_std(shape, std, rng):
    return normal(shape, std**2, rng)


@mistake(
    "normal_init",
    says="These numbers are between 0 and std: `random` (or `rand`) is not `standard_normal` (or `randn`).",
)
def normal_init_rand(shape, std, rng):
    return std * np.random.default_rng(rng).random(shape)


@mistake(
    "normal_init",
    says="Mean and standard deviation are right, but these numbers are uniform; a normal distribution has tails.",
)
def normal_init_uniform(shape, std, rng):
    return uniform(shape, 3**0.5 * std, rng)


@mistake("normal_init", says="std has no effect.")
def normal_init_ignores_std(shape, std, rng):
    return normal(shape, 1.0, rng)


@mistake(
    "normal_init", says="The first argument of `normal` is the mean: here it is std, and the standard deviation is 1."
)
def normal_init_std_as_mean(shape, std, rng):
    return std + normal(shape, 1.0, rng)


@mistake("normal_init", says="All numbers are positive.")
def normal_init_magnitudes(shape, std, rng):
    return np.abs(normal(shape, std, rng))


@mistake("normal_init", says="The tails are cut off: nothing lies beyond two standard deviations.")
def normal_init_cut_off(shape, std, rng):
    return cut_off(shape, std, rng)


@mistake("normal_init", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def normal_init_one_seed(shape, std, rng):
    return normal(shape, std, 0)


@mistake("normal_init", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def normal_init_not_from_rng(shape, std, rng):
    return normal(shape, std, another_state("normal_init", shape, std, rng))


@mistake("normal_init", says="Every row is the same: draw a number for each entry.")
def normal_init_repeats_a_row(shape, std, rng):
    return repeated_rows(normal(shape, std, rng))


# --------------------------------------------------------------------------------------------------------------- Xavier


@mistake("xavier_uniform", says="The variance is used where the standard deviation belongs: a root is missing.")
def xavier_uniform_variance_as_std(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, 3**0.5 * gain * 2 / (fan_in + fan_out), rng)


@mistake("xavier_uniform", says="Only the fan-in is used; Glorot and Bengio take the mean of both fans.")
def xavier_uniform_fan_in_only(shape, gain, rng):
    fan_in, _ = right_fans(shape)
    return uniform(shape, gain * np.sqrt(3 / fan_in), rng)


@mistake("xavier_uniform", says="Only the fan-out is used; Glorot and Bengio take the mean of both fans.")
def xavier_uniform_fan_out_only(shape, gain, rng):
    _, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(3 / fan_out), rng)


@mistake(
    "xavier_uniform", says="The weights are too small by the root of 2: the mean of the fans is half of their sum."
)
def xavier_uniform_sum_of_fans(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(3 / (fan_in + fan_out)), rng)


@mistake("xavier_uniform", says="The kernel's area is missing from the fans of a convolution.")
def xavier_uniform_without_area(shape, gain, rng):
    return uniform(shape, gain * np.sqrt(6 / (shape[0] + shape[1])), rng)


@mistake(
    "xavier_uniform",
    says="The fan-out is added after the division: Python divides before it adds, unless brackets say otherwise.",
)
def xavier_uniform_without_brackets(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(6 / fan_in + fan_out), rng)


@mistake("xavier_uniform", says="The gain has no effect.")
def xavier_uniform_ignores_gain(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, np.sqrt(6 / (fan_in + fan_out)), rng)


@mistake("xavier_uniform", says="The gain stands under the root; it multiplies the standard deviation.")
def xavier_uniform_gain_inside_the_root(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, np.sqrt(gain * 6 / (fan_in + fan_out)), rng)


@mistake("xavier_uniform", says="The gain is squared; it multiplies the standard deviation, not the variance.")
def xavier_uniform_gain_squared(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain**2 * np.sqrt(6 / (fan_in + fan_out)), rng)


@mistake("xavier_uniform", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def xavier_uniform_one_seed(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(6 / (fan_in + fan_out)), 0)


@mistake(
    "xavier_uniform", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def xavier_uniform_not_from_rng(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(6 / (fan_in + fan_out)), another_state("xavier_uniform", shape, gain, rng))


@mistake("xavier_uniform", says="Weights are repeated: draw a number for each entry.")
def xavier_uniform_repeats_a_row(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return repeated_rows(uniform(shape, gain * np.sqrt(6 / (fan_in + fan_out)), rng))


@mistake("xavier_uniform", says="All weights are equal: all units of the layer will stay equal for ever.")
def xavier_uniform_constant(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return np.full(shape, gain * np.sqrt(2 / (fan_in + fan_out)))


@mistake(
    "xavier_uniform",
    says="The standard deviation is used as the bound; the bound of a uniform distribution is larger, by the "
    "root of 3.",
)
def xavier_uniform_std_as_bound(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(2 / (fan_in + fan_out)), rng)


@mistake("xavier_uniform", says="All weights are positive: `random` is between 0 and 1.")
def xavier_uniform_positive_half(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return gain * np.sqrt(6 / (fan_in + fan_out)) * np.random.default_rng(rng).random(shape)


@mistake("xavier_uniform", says="The standard deviation is right, but the distribution is normal.")
def xavier_uniform_normal(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(2 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="The variance is used where the standard deviation belongs: a root is missing.")
def xavier_normal_variance_as_std(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * 2 / (fan_in + fan_out), rng)


@mistake("xavier_normal", says="Only the fan-in is used; Glorot and Bengio take the mean of both fans.")
def xavier_normal_fan_in_only(shape, gain, rng):
    fan_in, _ = right_fans(shape)
    return normal(shape, gain * np.sqrt(1 / fan_in), rng)


@mistake("xavier_normal", says="Only the fan-out is used; Glorot and Bengio take the mean of both fans.")
def xavier_normal_fan_out_only(shape, gain, rng):
    _, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(1 / fan_out), rng)


@mistake("xavier_normal", says="The weights are too small by the root of 2: the mean of the fans is half of their sum.")
def xavier_normal_sum_of_fans(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(1 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="The kernel's area is missing from the fans of a convolution.")
def xavier_normal_without_area(shape, gain, rng):
    return normal(shape, gain * np.sqrt(2 / (shape[0] + shape[1])), rng)


@mistake(
    "xavier_normal",
    says="The fan-out is added after the division: Python divides before it adds, unless brackets say otherwise.",
)
def xavier_normal_without_brackets(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(2 / fan_in + fan_out), rng)


@mistake("xavier_normal", says="The gain has no effect.")
def xavier_normal_ignores_gain(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, np.sqrt(2 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="The gain stands under the root; it multiplies the standard deviation.")
def xavier_normal_gain_inside_the_root(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, np.sqrt(gain * 2 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="The gain is squared; it multiplies the standard deviation, not the variance.")
def xavier_normal_gain_squared(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain**2 * np.sqrt(2 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def xavier_normal_one_seed(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(2 / (fan_in + fan_out)), 0)


@mistake(
    "xavier_normal", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def xavier_normal_not_from_rng(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(2 / (fan_in + fan_out)), another_state("xavier_normal", shape, gain, rng))


@mistake("xavier_normal", says="Weights are repeated: draw a number for each entry.")
def xavier_normal_repeats_a_row(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return repeated_rows(normal(shape, gain * np.sqrt(2 / (fan_in + fan_out)), rng))


@mistake("xavier_normal", says="All weights are equal: all units of the layer will stay equal for ever.")
def xavier_normal_constant(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return np.full(shape, gain * np.sqrt(2 / (fan_in + fan_out)))


@mistake(
    "xavier_normal",
    says="This is the bound of the uniform distribution, used as the standard deviation of the normal one.",
)
def xavier_normal_bound_as_std(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return normal(shape, gain * np.sqrt(6 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="All weights are positive: `random` (or `rand`) is not `standard_normal` (or `randn`).")
def xavier_normal_rand(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return gain * np.sqrt(2 / (fan_in + fan_out)) * np.random.default_rng(rng).random(shape)


@mistake("xavier_normal", says="The standard deviation is right, but the distribution is uniform.")
def xavier_normal_uniform(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return uniform(shape, gain * np.sqrt(6 / (fan_in + fan_out)), rng)


@mistake("xavier_normal", says="The tails are cut off: nothing lies beyond two standard deviations.")
def xavier_normal_cut_off(shape, gain, rng):
    fan_in, fan_out = right_fans(shape)
    return cut_off(shape, gain * np.sqrt(2 / (fan_in + fan_out)), rng)


# ------------------------------------------------------------------------------------------------------------------- He


@mistake("he_uniform", says="The variance is used where the standard deviation belongs: a root is missing.")
def he_uniform_variance_as_std(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, 3**0.5 * 2 / ((1 + negative_slope**2) * fan), rng)


@mistake("he_uniform", says="Fan-in and fan-out have changed places.")
def he_uniform_other_fan(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, {"fan_in": "fan_out", "fan_out": "fan_in"}.get(mode))
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_uniform", says="mode has no effect: it is always the fan-in.")
def he_uniform_always_fan_in(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode and "fan_in" if mode in ("fan_in", "fan_out") else mode)
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_uniform", says="This is the mean of both fans, as in Xavier; He divides by one of them.")
def he_uniform_mean_of_fans(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    fan = sum(right_fans(shape)) / 2
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_uniform",
    says="This is Xavier: the 2 that makes up for what ReLU cuts off is missing, and so is the choice of the fan.",
)
def he_uniform_is_xavier(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / sum(right_fans(shape))), rng)


@mistake("he_uniform", says="The weights are too small by the root of 2: ReLU cuts off half of the mean square.")
def he_uniform_without_factor_two(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(3 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_uniform",
    says="The fan multiplies where it should divide: a / b * c is (a / b) * c, as Python reads it.",
)
def he_uniform_multiplied_by_the_fan(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / (1 + negative_slope**2) * fan), rng)


@mistake("he_uniform", says="The kernel's area is missing from the fans of a convolution.")
def he_uniform_without_area(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    fan = shape[(mode == "fan_in") == (len(shape) == 4)]
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_uniform", says="negative_slope has no effect: a leaky ReLU lets more through, so the weights can be smaller."
)
def he_uniform_ignores_slope(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / fan), rng)


@mistake("he_uniform", says="The slope is not squared, but it is the mean *square* of the signal that is kept.")
def he_uniform_slope_not_squared(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope) * fan)), rng)


@mistake(
    "he_uniform", says="The weights grow with the slope; a leaky ReLU lets more through, so they should be smaller."
)
def he_uniform_slope_multiplies(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 * (1 + negative_slope**2) / fan), rng)


@mistake("he_uniform", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def he_uniform_one_seed(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), 0)


@mistake("he_uniform", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def he_uniform_not_from_rng(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), another_state("he_uniform", shape, mode, rng))


@mistake("he_uniform", says="Weights are repeated: draw a number for each entry.")
def he_uniform_repeats_a_row(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return repeated_rows(uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng))


@mistake("he_uniform", says="All weights are equal: all units of the layer will stay equal for ever.")
def he_uniform_constant(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return np.full(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)))


@mistake("he_uniform", says="A mode that does not exist is taken for one of the two; it should raise ValueError.")
def he_uniform_accepts_any_mode(shape, negative_slope, mode, rng):
    fan = right_fans(shape)[mode == "fan_out"]
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_uniform",
    says="The standard deviation is used as the bound; the bound of a uniform distribution is larger, by the "
    "root of 3.",
)
def he_uniform_std_as_bound(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_uniform", says="All weights are positive: `random` is between 0 and 1.")
def he_uniform_positive_half(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return np.sqrt(6 / ((1 + negative_slope**2) * fan)) * np.random.default_rng(rng).random(shape)


@mistake("he_uniform", says="The standard deviation is right, but the distribution is normal.")
def he_uniform_normal(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_normal", says="The variance is used where the standard deviation belongs: a root is missing.")
def he_normal_variance_as_std(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, 2 / ((1 + negative_slope**2) * fan), rng)


@mistake("he_normal", says="Fan-in and fan-out have changed places.")
def he_normal_other_fan(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, {"fan_in": "fan_out", "fan_out": "fan_in"}.get(mode))
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_normal", says="mode has no effect: it is always the fan-in.")
def he_normal_always_fan_in(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode and "fan_in" if mode in ("fan_in", "fan_out") else mode)
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_normal", says="This is the mean of both fans, as in Xavier; He divides by one of them.")
def he_normal_mean_of_fans(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    fan = sum(right_fans(shape)) / 2
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_normal",
    says="This is Xavier: the 2 that makes up for what ReLU cuts off is missing, and so is the choice of the fan.",
)
def he_normal_is_xavier(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / sum(right_fans(shape))), rng)


@mistake("he_normal", says="The weights are too small by the root of 2: ReLU cuts off half of the mean square.")
def he_normal_without_factor_two(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(1 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_normal",
    says="The fan multiplies where it should divide: a / b * c is (a / b) * c, as Python reads it.",
)
def he_normal_multiplied_by_the_fan(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / (1 + negative_slope**2) * fan), rng)


@mistake("he_normal", says="The kernel's area is missing from the fans of a convolution.")
def he_normal_without_area(shape, negative_slope, mode, rng):
    chosen_fan(shape, mode)
    fan = shape[(mode == "fan_in") == (len(shape) == 4)]
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_normal", says="negative_slope has no effect: a leaky ReLU lets more through, so the weights can be smaller."
)
def he_normal_ignores_slope(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / fan), rng)


@mistake("he_normal", says="The slope is not squared, but it is the mean *square* of the signal that is kept.")
def he_normal_slope_not_squared(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / ((1 + negative_slope) * fan)), rng)


@mistake(
    "he_normal", says="The weights grow with the slope; a leaky ReLU lets more through, so they should be smaller."
)
def he_normal_slope_multiplies(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 * (1 + negative_slope**2) / fan), rng)


@mistake("he_normal", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def he_normal_one_seed(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), 0)


@mistake("he_normal", says="The numbers do not come from rng but from another generator; nobody can repeat this run.")
def he_normal_not_from_rng(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), another_state("he_normal", shape, mode, rng))


@mistake("he_normal", says="Weights are repeated: draw a number for each entry.")
def he_normal_repeats_a_row(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return repeated_rows(normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng))


@mistake("he_normal", says="All weights are equal: all units of the layer will stay equal for ever.")
def he_normal_constant(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return np.full(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)))


@mistake("he_normal", says="A mode that does not exist is taken for one of the two; it should raise ValueError.")
def he_normal_accepts_any_mode(shape, negative_slope, mode, rng):
    fan = right_fans(shape)[mode == "fan_out"]
    return normal(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


@mistake(
    "he_normal", says="This is the bound of the uniform distribution, used as the standard deviation of the normal one."
)
def he_normal_bound_as_std(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return normal(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_normal", says="All weights are positive: `random` (or `rand`) is not `standard_normal` (or `randn`).")
def he_normal_rand(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return np.sqrt(2 / ((1 + negative_slope**2) * fan)) * np.random.default_rng(rng).random(shape)


@mistake("he_normal", says="The standard deviation is right, but the distribution is uniform.")
def he_normal_uniform(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return uniform(shape, np.sqrt(6 / ((1 + negative_slope**2) * fan)), rng)


@mistake("he_normal", says="The tails are cut off: nothing lies beyond two standard deviations.")
def he_normal_cut_off(shape, negative_slope, mode, rng):
    fan = chosen_fan(shape, mode)
    return cut_off(shape, np.sqrt(2 / ((1 + negative_slope**2) * fan)), rng)


# ------------------------------------------------------------------------------------------------------ orthogonal_init


def decomposed(shape, rng):
    """Q and R of a normal matrix at least as tall as wide, and whether the weights are so as well."""
    rows, columns = shape[0], int(np.prod(shape[1:]))
    normals = np.random.default_rng(rng).standard_normal((max(rows, columns), min(rows, columns)))
    return *np.linalg.qr(normals), rows >= columns


def right_orthogonal(shape, gain, rng):
    q, r, tall = decomposed(shape, rng)
    q = q * np.sign(np.diag(r))
    return gain * (q if tall else q.T).reshape(shape)


@mistake(
    "orthogonal_init",
    says="Q is orthogonal, but not every orthogonal matrix is equally likely: the signs are LAPACK's choice. "
    "Look at the entry [0, 0] of many.",
)
def orthogonal_without_signs(shape, gain, rng):
    q, _, tall = decomposed(shape, rng)
    return gain * (q if tall else q.T).reshape(shape)


@mistake(
    "orthogonal_init", says="The signs belong to the columns of Q; here they multiply its rows (or do not fit at all)."
)
def orthogonal_signs_on_the_rows(shape, gain, rng):
    q, r, tall = decomposed(shape, rng)
    q = q * np.sign(np.diag(r))[:, None]
    return gain * (q if tall else q.T).reshape(shape)


@mistake(
    "orthogonal_init", says="The columns are multiplied by the diagonal of R itself; it is only its sign that matters."
)
def orthogonal_multiplied_by_the_diagonal(shape, gain, rng):
    q, r, tall = decomposed(shape, rng)
    q = q * np.diag(r)
    return gain * (q if tall else q.T).reshape(shape)


@mistake("orthogonal_init", says="A matrix that is wider than tall has been reshaped where it should be transposed.")
def orthogonal_reshaped_for_transposed(shape, gain, rng):
    q, r, _ = decomposed(shape, rng)
    return gain * (q * np.sign(np.diag(r))).reshape(shape)


@mistake(
    "orthogonal_init", says="A wide matrix has more columns than rows: decompose its transpose and turn the result."
)
def orthogonal_fails_when_wide(shape, gain, rng):
    normals = np.random.default_rng(rng).standard_normal((shape[0], int(np.prod(shape[1:]))))
    q, r = np.linalg.qr(normals)
    return gain * (q * np.sign(np.diag(r))).reshape(shape)


@mistake("orthogonal_init", says="The convolution is made a matrix at the wrong axis: one row per filter.")
def orthogonal_conv_rows_are_all_but_the_last_axis(shape, gain, rng):
    if len(shape) == 2:
        return right_orthogonal(shape, gain, rng)
    return right_orthogonal((int(np.prod(shape[:-1])), shape[-1]), gain, rng).reshape(shape)


@mistake(
    "orthogonal_init",
    says="Each kernel is orthogonal by itself; it is the matrix of all weights, one row per filter, that should be.",
)
def orthogonal_each_kernel_by_itself(shape, gain, rng):
    if len(shape) == 2:
        return right_orthogonal(shape, gain, rng)
    rng = np.random.default_rng(rng)
    return np.stack([[right_orthogonal(shape[2:], gain, rng) for _ in range(shape[1])] for _ in range(shape[0])])


@mistake("orthogonal_init", says="The gain has no effect.")
def orthogonal_ignores_gain(shape, gain, rng):
    return right_orthogonal(shape, 1.0, rng)


@mistake("orthogonal_init", says="The singular values are the square of the gain.")
def orthogonal_gain_squared(shape, gain, rng):
    return right_orthogonal(shape, gain**2, rng)


@mistake("orthogonal_init", says="The singular values are the root of the gain.")
def orthogonal_gain_root(shape, gain, rng):
    return right_orthogonal(shape, gain**0.5, rng)


@mistake("orthogonal_init", says="These are scaled normal numbers: orthogonal on average, but not exactly.")
def orthogonal_only_on_average(shape, gain, rng):
    return normal(shape, gain / np.sqrt(max(shape[0], np.prod(shape[1:]))), rng)


@mistake("orthogonal_init", says="The columns have the right length, but they are not perpendicular to each other.")
def orthogonal_only_normalised(shape, gain, rng):
    w = normal((shape[0], int(np.prod(shape[1:]))), 1.0, rng)
    return gain * (w / np.linalg.norm(w, axis=0)).reshape(shape)


@mistake(
    "orthogonal_init",
    says="U of a singular value decomposition is orthogonal, but its signs are LAPACK's choice, so not every "
    "matrix is equally likely. U times V^T would do.",
)
def orthogonal_from_svd_with_its_signs(shape, gain, rng):
    rows, columns = shape[0], int(np.prod(shape[1:]))
    u, _, vt = np.linalg.svd(np.random.default_rng(rng).standard_normal((rows, columns)), full_matrices=False)
    return gain * (u if u.shape == (rows, columns) else vt).reshape(shape)


@mistake("orthogonal_init", says="The identity is orthogonal, but it is always the same and mixes nothing.")
def orthogonal_identity(shape, gain, rng):
    return gain * np.eye(shape[0], int(np.prod(shape[1:]))).reshape(shape)


@mistake("orthogonal_init", says="Every seed gives the same numbers: a fixed seed makes all layers of one shape equal.")
def orthogonal_one_seed(shape, gain, rng):
    return right_orthogonal(shape, gain, 0)


@mistake(
    "orthogonal_init", says="The numbers do not come from rng but from another generator; nobody can repeat this run."
)
def orthogonal_not_from_rng(shape, gain, rng):
    return right_orthogonal(shape, gain, another_state("orthogonal_init", shape, gain, rng))


# ----------------------------------------------------------------------------------------------------- activation_stats


def stats_of(x, weights, activation, pass_on=lambda z, value: value, **changes):
    """The right numbers, but for the functions in `changes`. Each takes input, z, value and slope of a layer."""
    numbers = {
        "mean": lambda h, z, value, slope: value.mean(),
        "std": lambda h, z, value, slope: value.std(),
        "saturated": lambda h, z, value, slope: (np.abs(slope) < 0.01).mean(),
        "dead": lambda h, z, value, slope: (np.abs(slope) < 0.01).all(axis=0).mean(),
    } | changes
    stats = {key: [] for key in numbers}
    h = x
    for w in weights:
        z = h @ w
        value, slope = activation(z)
        for key, number in numbers.items():
            stats[key].append(float(number(h, z, value, slope)))
        h = pass_on(z, value)
    return stats


@mistake("activation_stats", says="Mean and standard deviation are those of z, before the activation.")
def stats_before_the_activation(x, weights, activation):
    return stats_of(
        x, weights, activation, mean=lambda h, z, value, slope: z.mean(), std=lambda h, z, value, slope: z.std()
    )


@mistake(
    "activation_stats", says="Mean and standard deviation are those of what enters the layer, not of what it passes on."
)
def stats_of_the_input(x, weights, activation):
    return stats_of(
        x, weights, activation, mean=lambda h, z, value, slope: h.mean(), std=lambda h, z, value, slope: h.std()
    )


@mistake(
    "activation_stats", says="The squared deviations are divided by one less than their number; divide by the number."
)
def stats_std_of_a_sample(x, weights, activation):
    return stats_of(x, weights, activation, std=lambda h, z, value, slope: value.std(ddof=1))


@mistake("activation_stats", says="This is the variance: a root is missing.")
def stats_variance(x, weights, activation):
    return stats_of(x, weights, activation, std=lambda h, z, value, slope: value.var())


@mistake(
    "activation_stats",
    says="The standard deviation is taken for each unit and then averaged; take it over all entries together.",
)
def stats_std_per_unit(x, weights, activation):
    return stats_of(x, weights, activation, std=lambda h, z, value, slope: value.std(axis=0).mean())


@mistake(
    "activation_stats",
    says="The standard deviation is taken for each input and then averaged; take it over all entries together.",
)
def stats_std_per_input(x, weights, activation):
    return stats_of(x, weights, activation, std=lambda h, z, value, slope: value.std(axis=1).mean())


@mistake("activation_stats", says="This is the root mean square: the mean is not subtracted.")
def stats_root_mean_square(x, weights, activation):
    return stats_of(x, weights, activation, std=lambda h, z, value, slope: np.sqrt((value**2).mean()))


@mistake("activation_stats", says="The next layer is given z; it should be given what the activation made of it.")
def stats_pass_on_z(x, weights, activation):
    return stats_of(x, weights, activation, pass_on=lambda z, value: z)


@mistake(
    "activation_stats",
    says="Every layer is given x; only the first one should, and each later one what the layer before it passes on.",
)
def stats_feed_x_to_every_layer(x, weights, activation):
    return stats_of(x, weights, activation, pass_on=lambda z, value: x)


@mistake(
    "activation_stats",
    says="An entry is called saturated where its value is small; it is the derivative that should be small.",
)
def stats_saturated_by_value(x, weights, activation):
    return stats_of(
        x,
        weights,
        activation,
        saturated=lambda h, z, value, slope: (np.abs(value) < 0.01).mean(),
        dead=lambda h, z, value, slope: (np.abs(value) < 0.01).all(axis=0).mean(),
    )


@mistake("activation_stats", says="The share counts the entries that are *not* saturated.")
def stats_saturated_above(x, weights, activation):
    return stats_of(x, weights, activation, saturated=lambda h, z, value, slope: (np.abs(slope) >= 0.01).mean())


@mistake("activation_stats", says="A slope of exactly 0.01 counts as small; it should be smaller.")
def stats_limit_included(x, weights, activation):
    return stats_of(
        x,
        weights,
        activation,
        saturated=lambda h, z, value, slope: (np.abs(slope) <= 0.01).mean(),
        dead=lambda h, z, value, slope: (np.abs(slope) <= 0.01).all(axis=0).mean(),
    )


@mistake("activation_stats", says="A steep falling slope counts as small: take its magnitude.")
def stats_without_magnitude(x, weights, activation):
    return stats_of(
        x,
        weights,
        activation,
        saturated=lambda h, z, value, slope: (slope < 0.01).mean(),
        dead=lambda h, z, value, slope: (slope < 0.01).all(axis=0).mean(),
    )


@mistake("activation_stats", says="Only slopes of exactly zero are counted; the limit is 0.01.")
def stats_only_exact_zeros(x, weights, activation):
    return stats_of(
        x,
        weights,
        activation,
        saturated=lambda h, z, value, slope: (slope == 0).mean(),
        dead=lambda h, z, value, slope: (slope == 0).all(axis=0).mean(),
    )


@mistake("activation_stats", says="These are numbers of entries and units; they should be shares.")
def stats_counts_for_shares(x, weights, activation):
    return stats_of(
        x,
        weights,
        activation,
        saturated=lambda h, z, value, slope: (np.abs(slope) < 0.01).sum(),
        dead=lambda h, z, value, slope: (np.abs(slope) < 0.01).all(axis=0).sum(),
    )


@mistake("activation_stats", says="A unit is called dead if *one* input finds it flat; it should be every input.")
def stats_dead_for_any_input(x, weights, activation):
    return stats_of(x, weights, activation, dead=lambda h, z, value, slope: (np.abs(slope) < 0.01).any(axis=0).mean())


@mistake(
    "activation_stats",
    says="This counts the inputs for which all units are flat; count the units that are flat for all inputs. "
    "Which axis is which?",
)
def stats_dead_inputs(x, weights, activation):
    return stats_of(x, weights, activation, dead=lambda h, z, value, slope: (np.abs(slope) < 0.01).all(axis=1).mean())


@mistake("activation_stats", says="Dead is the same as saturated here; a dead unit is flat for every input.")
def stats_dead_is_saturated(x, weights, activation):
    return stats_of(x, weights, activation, dead=lambda h, z, value, slope: (np.abs(slope) < 0.01).mean())


@mistake("activation_stats", says="There is one number for the whole network; there should be one for each layer.")
def stats_of_the_last_layer(x, weights, activation):
    return {key: values[-1] for key, values in stats_of(x, weights, activation).items()}


@mistake(
    "activation_stats", says="The four lists are right, but they come as a tuple; return a dict with the four keys."
)
def stats_as_a_tuple(x, weights, activation):
    return tuple(stats_of(x, weights, activation).values())


@mistake(
    "activation_stats",
    says="The result is right, but x itself was changed: h = x makes no copy, and an assignment to h[...] reaches it.",
)
def stats_overwrite_x(x, weights, activation):
    stats = stats_of(x, weights, activation)
    if weights[0].shape[0] == weights[0].shape[1]:
        x[...] = activation(x @ weights[0])[0]
    return stats


# -------------------------------------------------------------------------------------------------- zero_init_gradients


def first_gradients(x, y, sizes, hidden=0.5, scores=None, above=0.0):
    """The right gradients, but for the hidden values, the gradient at the scores, or the weights on the way down."""
    n, classes = len(y), sizes[-1]
    d = (1 / classes - np.eye(classes)[y]) / n if scores is None else scores(n, classes, np.eye(classes)[y])
    gradients = []
    for number in reversed(range(len(sizes) - 1)):
        below = x if number == 0 else np.full((n, sizes[number]), hidden)
        gradients.insert(0, (below.T @ d, d.sum(axis=0)))
        d = d @ (above * np.eye(sizes[number + 1], sizes[number])) * 0.25
    return gradients


def with_moves(gradients, moves=lambda g: bool(np.abs(g).max() > 1e-12)):
    return gradients, [(moves(dw), moves(db)) for dw, db in gradients]


@mistake("zero_init_gradients", says="The loss is the mean over the inputs: divide by N.")
def zero_gradients_summed(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: 1 / c - one))


@mistake("zero_init_gradients", says="All signs are turned: it is the probability minus the truth.")
def zero_gradients_uphill(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: (one - 1 / c) / n))


@mistake(
    "zero_init_gradients", says="The gradient at the scores is the probability only: subtract 1 at the true class."
)
def zero_gradients_without_truth(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: np.full((n, c), 1 / c / n)))


@mistake("zero_init_gradients", says="The probabilities do not sum to 1: exp(0) is 1, and there are C of them.")
def zero_gradients_without_softmax(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: (1 - one) / n))


@mistake(
    "zero_init_gradients", says="The scores themselves are used as probabilities; softmax makes 1/C of equal scores."
)
def zero_gradients_probability_zero(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: -one / n))


@mistake("zero_init_gradients", says="It is divided by the number of scores; divide by the number of inputs.")
def zero_gradients_mean_over_entries(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, scores=lambda n, c, one: (1 / c - one) / n / c))


@mistake("zero_init_gradients", says="The hidden units are taken to be zero, as with tanh: what is sigmoid(0)?")
def zero_gradients_hidden_zero(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, hidden=0.0))


@mistake("zero_init_gradients", says="The hidden units pass on the *slope* of the sigmoid; what is its value at 0?")
def zero_gradients_hidden_quarter(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, hidden=0.25))


@mistake(
    "zero_init_gradients", says="The gradient comes down through the layers as if the weights above were not zero."
)
def zero_gradients_pass_through(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes, above=1.0))


@mistake("zero_init_gradients", says="The gradient of a bias sums over the inputs; 1/N is in it already.")
def zero_gradients_bias_averaged(x, y, sizes):
    return with_moves([(dw, db / len(y)) for dw, db in first_gradients(x, y, sizes)])


@mistake("zero_init_gradients", says="The biases get a gradient, too.")
def zero_gradients_bias_forgotten(x, y, sizes):
    return with_moves([(dw, 0 * db) for dw, db in first_gradients(x, y, sizes)])


@mistake("zero_init_gradients", says="What is only rounding counts as a movement: compare with 1e-12, not with zero.")
def zero_moves_by_rounding(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes), lambda g: bool((g != 0).any()))


@mistake("zero_init_gradients", says="An array moves if *any* of its entries does, not only if all do.")
def zero_moves_only_if_all_move(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes), lambda g: bool((np.abs(g) > 1e-12).all()))


@mistake("zero_init_gradients", says="The entries are added before they are compared, and cancel. Ask each by itself.")
def zero_moves_by_sum(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes), lambda g: bool(abs(g.sum()) > 1e-12))


@mistake("zero_init_gradients", says="It is said which arrays do *not* move.")
def zero_moves_turned_round(x, y, sizes):
    return with_moves(first_gradients(x, y, sizes), lambda g: bool(np.abs(g).max() <= 1e-12))


@mistake("zero_init_gradients", says="The lists start at the last layer; they should start at the first.")
def zero_gradients_from_the_last_to_the_first(x, y, sizes):
    gradients, moves = with_moves(first_gradients(x, y, sizes))
    return gradients[::-1], moves[::-1]


@mistake("zero_init_gradients", says="Only the gradients are returned; say as well what moves.")
def zero_gradients_alone(x, y, sizes):
    return first_gradients(x, y, sizes)


@mistake(
    "zero_init_gradients",
    says="The result is right, but x itself was changed on the way: operators such as /= work in place.",
)
def zero_gradients_divide_x_in_place(x, y, sizes):
    result = with_moves(first_gradients(x, y, sizes))
    x /= len(y)
    return result


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
