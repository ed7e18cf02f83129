"""The public checks of initializers.

Run them with `autograder check initializers`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np
from scipy import special

from autograder import answered, check, close, equal, expect, raises, unmodified

RARE = 1e-10
FROM_RNG = "Is every number drawn from rng, and from nothing else?"


def seed_from(rng):
    """An int seed for an initializer."""
    return int(rng.integers(2**31))


PAIR = "an activation returns two arrays, the value and the derivative"
ZERO_IS_NEGATIVE = "Zero belongs to the negative side."


def pair(result):
    """The two parts of an activation's result, or a Failure that says that there are not two."""
    expect(isinstance(result, (tuple, list)) and len(result) == 2, PAIR)
    return result


def value(activation, *args):
    """The first part of what an activation returns."""
    return pair(activation(*args))[0]


def derivative(activation, *args):
    """The second part of what an activation returns."""
    return pair(activation(*args))[1]


def spread(rng, *shape):
    """Numbers of both signs between 0.05 and 4 in magnitude, none at a kink."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 4, shape)


def leaves_x_alone(activation, rng, *args):
    """A call that must not change x."""
    pair(unmodified(activation, spread(rng, 3, 4), *args, inputs=(0,)))


AROUND = np.array([[-3.0, -1.0, -0.2], [0.3, 1.5, 4.0]])
FAR = np.array([-1000.0, -50.0, 0.5, 50.0, 1000.0])
OVERFLOW = "Is an exponential of a large number in it?"


def far_out(got, expected, name):
    """Compare what is far from zero; infinities and nan come from an overflow, and other wrong numbers do not."""
    overflowed = isinstance(got, np.ndarray) and not np.isfinite(got).all()
    close(got, expected, name=name, hint=OVERFLOW if overflowed else "")


@check("sigmoid", points=1.5, public=True)
def sigmoid_has_the_right_value(student, reference):
    """sigmoid returns the right value between -3 and 4."""
    close(value(student.sigmoid, AROUND), value(reference.sigmoid, AROUND), name="value")


@check("sigmoid", points=1.5, public=True)
def sigmoid_has_the_right_derivative(student, reference):
    """sigmoid returns the right derivative between -3 and 4."""
    close(derivative(student.sigmoid, AROUND), derivative(reference.sigmoid, AROUND), name="derivative")


@check("sigmoid", points=0.5, public=True)
def sigmoid_survives_a_thousand(student):
    """sigmoid is finite and right at -1000 and 1000."""
    y, dy = pair(student.sigmoid(FAR[[0, 1, 3, 4]]))
    far_out(y, np.array([0.0, 0.0, 1.0, 1.0]), "value at -1000, -50, 50, 1000")
    far_out(dy, np.zeros(4), "derivative at -1000, -50, 50, 1000")


@check("sigmoid", points=0.5, public=True)
def sigmoid_leaves_x_alone(student, rng):
    """sigmoid does not modify x."""
    leaves_x_alone(student.sigmoid, rng)


@check("tanh", points=1, public=True)
def tanh_has_the_right_value(student, reference):
    """tanh returns the right value between -3 and 4."""
    close(value(student.tanh, AROUND), value(reference.tanh, AROUND), name="value")


@check("tanh", points=1.5, public=True)
def tanh_has_the_right_derivative(student, reference):
    """tanh returns the right derivative between -3 and 4."""
    close(derivative(student.tanh, AROUND), derivative(reference.tanh, AROUND), name="derivative")


@check("tanh", points=0.5, public=True)
def tanh_survives_a_thousand(student):
    """tanh is finite and right at -1000 and 1000."""
    y, dy = pair(student.tanh(FAR[[0, 1, 3, 4]]))
    far_out(y, np.array([-1.0, -1.0, 1.0, 1.0]), "value at -1000, -50, 50, 1000")
    far_out(dy, np.zeros(4), "derivative at -1000, -50, 50, 1000")


@check("tanh", points=0.5, public=True)
def tanh_leaves_x_alone(student, rng):
    """tanh does not modify x."""
    leaves_x_alone(student.tanh, rng)


@check("relu", points=1.5, public=True)
def relu_has_the_right_value(student, reference):
    """relu returns the right value between -3 and 4."""
    close(value(student.relu, AROUND), value(reference.relu, AROUND), name="value")


@check("relu", points=1.5, public=True)
def relu_has_the_right_derivative(student, reference):
    """relu returns the right derivative between -3 and 4."""
    close(derivative(student.relu, AROUND), derivative(reference.relu, AROUND), name="derivative")


@check("relu", points=0.5, public=True)
def relu_is_flat_at_its_kink(student):
    """relu has the derivative 0 at exactly 0, and the value 0."""
    y, dy = pair(student.relu(np.array([0.0, -0.0, 1e-300, -1e-300])))
    close(dy, np.array([0.0, 0.0, 1.0, 0.0]), name="derivative at 0, -0, 1e-300, -1e-300", hint=ZERO_IS_NEGATIVE)
    close(y, np.zeros(4), name="value at 0, -0, 1e-300, -1e-300")


@check("relu", points=0.5, public=True)
def relu_leaves_x_alone(student, rng):
    """relu does not modify x."""
    leaves_x_alone(student.relu, rng)


@check("leaky_relu", points=1, public=True)
def leaky_relu_has_its_default_slope(student, reference):
    """leaky_relu without a slope uses the default."""
    y, dy = pair(reference.leaky_relu(AROUND))
    got, slope = pair(student.leaky_relu(AROUND))
    close(got, y, name="value")
    close(slope, dy, name="derivative")


@check("leaky_relu", points=1, public=True)
def leaky_relu_has_the_right_value(student, reference):
    """leaky_relu with a negative slope of 0.3 returns the right value."""
    close(value(student.leaky_relu, AROUND, 0.3), value(reference.leaky_relu, AROUND, 0.3), name="value")


@check("leaky_relu", points=1, public=True)
def leaky_relu_has_the_right_derivative(student, reference):
    """leaky_relu with a negative slope of 0.3 returns the right derivative."""
    close(derivative(student.leaky_relu, AROUND, 0.3), derivative(reference.leaky_relu, AROUND, 0.3), name="derivative")


@check("leaky_relu", points=0.5, public=True)
def leaky_relu_takes_the_negative_side_at_its_kink(student):
    """leaky_relu has the derivative negative_slope at exactly 0."""
    y, dy = pair(student.leaky_relu(np.array([0.0, 2.0, -2.0]), 0.25))
    close(dy, np.array([0.25, 1.0, 0.25]), name="derivative at 0, 2, -2", hint=ZERO_IS_NEGATIVE)
    close(y, np.array([0.0, 2.0, -0.5]), name="value at 0, 2, -2")


@check("leaky_relu", points=0.5, public=True)
def leaky_relu_leaves_x_alone(student, rng):
    """leaky_relu does not modify x."""
    leaves_x_alone(student.leaky_relu, rng, 0.2)


@check("elu", points=1, public=True)
def elu_has_its_default_alpha(student, reference):
    """elu without alpha uses the default."""
    y, dy = pair(reference.elu(AROUND))
    got, slope = pair(student.elu(AROUND))
    close(got, y, name="value")
    close(slope, dy, name="derivative")


@check("elu", points=1, public=True)
def elu_has_the_right_value(student, reference):
    """elu with alpha 1.7 returns the right value."""
    close(value(student.elu, AROUND, 1.7), value(reference.elu, AROUND, 1.7), name="value")


@check("elu", points=1, public=True)
def elu_has_the_right_derivative(student, reference):
    """elu with alpha 1.7 returns the right derivative."""
    close(derivative(student.elu, AROUND, 1.7), derivative(reference.elu, AROUND, 1.7), name="derivative")


@check("elu", points=0.5, public=True)
def elu_leaves_x_alone(student, rng):
    """elu does not modify x."""
    leaves_x_alone(student.elu, rng, 1.3)


FANS = "the function returns two numbers, fan_in and fan_out"


def fans_of(function, shapes):
    """What it returns for each shape, as tuples of two."""
    results = function.calls((shape,) for shape in shapes)
    for result in results:
        expect(isinstance(result, (tuple, list)) and len(result) == 2, FANS)
    return [tuple(result) for result in results]


@check("fans", points=2, public=True)
def fans_of_a_dense_layer(student):
    """fans of a dense layer: inputs first, outputs second."""
    shapes = [(5, 3), (1, 8), (784, 100)]
    for shape, got in zip(shapes, fans_of(student.fans, shapes), strict=True):
        equal(got, shape, name=f"fans({shape})", hint="The layer computes x @ w.")


@check("fans", points=2, public=True)
def fan_in_of_a_convolution(student):
    """The fan-in of convolutions with square kernels."""
    cases = {(4, 3, 5, 5): 75, (10, 4, 5, 5): 100, (7, 6, 1, 1): 6}
    for (shape, expected), (got, _) in zip(cases.items(), fans_of(student.fans, cases), strict=True):
        equal(got, expected, name=f"fan_in of {shape}", hint="One output sees a window.")


@check("fans", points=2, public=True)
def fan_out_of_a_convolution(student):
    """The fan-out of convolutions with square kernels."""
    cases = {(4, 3, 5, 5): 100, (10, 4, 5, 5): 250, (7, 6, 1, 1): 7}
    for (shape, expected), (_, got) in zip(cases.items(), fans_of(student.fans, cases), strict=True):
        equal(got, expected, name=f"fan_out of {shape}", hint="One pixel lies in many windows.")


@check("fans", points=1, public=True)
def fans_refuse_other_shapes(student):
    """fans raises ValueError for shapes that have neither 2 nor 4 axes."""
    for shape in [(5,), (3, 4, 5), (1, 2, 3, 4, 5), ()]:
        raises(student.fans, shape, error="ValueError")


def drawn(result, shape):
    """The array that an initializer returned, or a Failure if it is not a finite float array of this shape."""
    expect(isinstance(result, np.ndarray), "an initializer returns an array")
    expect(result.shape == tuple(shape), f"shape {result.shape}, expected {tuple(shape)}")
    expect(result.dtype.kind == "f", f"the array has dtype {result.dtype}, expected floats")
    expect(np.isfinite(result).all(), "there are entries that are not finite")
    return result.astype(np.float64)


def repeats_with_its_seed(initializer, shape, *settings, seed):
    """The same seed gives the same weights, another seed others, and the shape is right."""
    results = initializer.calls((shape, *settings, each) for each in (seed, seed, seed + 1))
    first, again, other = (drawn(result, shape) for result in results)
    expect((first == again).all(), f"two calls with the seed {seed} gave different weights. {FROM_RNG}")
    expect((first != other).all(), f"the seeds {seed} and {seed + 1} gave the same weights. {FROM_RNG}")


def distance(sample, cumulative):
    """The largest distance between the sample's distribution function and the expected one (Kolmogorov, Smirnov)."""
    expected = cumulative(np.sort(sample.ravel()))
    n = len(expected)
    return max((np.arange(1, n + 1) / n - expected).max(), (expected - np.arange(n) / n).max())


def same_distribution(sample, cumulative, kind):
    """The sample's distribution function stays as close to the expected one as chance allows."""
    allowed = np.sqrt(np.log(2 / RARE) / (2 * sample.size))
    expect(
        distance(sample, cumulative) <= allowed,
        f"the {sample.size} weights are not distributed as expected ({kind}); draw a histogram and look at it",
    )


def centred(w):
    """The mean of the weights is as close to zero as chance allows, whatever their standard deviation is.

    The root mean square stands for the latter: their ratio has lighter tails than a normal number, for any number of
    draws, so what is rare for the one is rarer for the other.
    """
    allowed = special.ndtri(1 - RARE / 2) * np.sqrt(np.mean(w**2) / w.size)
    expect(abs(w.mean()) <= allowed, f"the mean of the weights is {w.mean():.4g}, expected about 0 (± {allowed:.2g})")


def normally_distributed(w, std):
    """w: draws that should be normal with mean 0 and this std. Judges mean, std, largest draw and distribution."""
    centred(w)
    rms = np.sqrt(np.mean(w**2))
    low, high = (std * np.sqrt(special.chdtri(w.size, q) / w.size) for q in (1 - RARE, RARE))
    expect(
        low <= rms <= high, f"the standard deviation of the weights is {rms:.4g}, expected {std:.4g} ± {high - std:.2g}"
    )
    bell_shaped(w, std)


def bell_shaped(w, std):
    """Judges the largest draw and the distribution function."""
    largest = np.abs(w).max() / std
    low, high = -special.ndtri(-np.expm1(np.log(RARE) / w.size) / 2), -special.ndtri(RARE / w.size / 2)
    expect(
        low <= largest <= high,
        f"the largest of {w.size} weights is {largest:.3g} standard deviations, expected between {low:.3g} and "
        f"{high:.3g}; is this a normal distribution, and all of it?",
    )
    same_distribution(w, lambda x: special.ndtr(x / std), "normal")


def uniformly_distributed(w, bound):
    """w: draws that should be uniform between -bound and bound. Judges the largest draw and the distribution."""
    largest = np.abs(w).max()
    low = bound * RARE ** (1 / w.size)
    expect(
        low <= largest <= bound * (1 + 1e-6),
        f"the largest of {w.size} weights is {largest:.4g}, expected a little below the bound {bound:.4g}",
    )
    same_distribution(w, lambda x: np.clip((x / bound + 1) / 2, 0, 1), f"uniform between -{bound:.3g} and {bound:.3g}")


def refuses_other_modes(initializer):
    """ValueError for a mode that is neither of the two."""
    for mode in ("fan_avg", "in", ""):
        raises(initializer, (4, 3), 0.0, mode, 1, error="ValueError")


@check("zero_init", points=2, public=True)
def zero_init_returns_zeros(student):
    """zero_init returns zeros of the given shape."""
    shapes = [(3, 4), (7,), (2, 3, 1, 5)]
    for shape, zeros in zip(shapes, student.zero_init.calls((shape,) for shape in shapes), strict=True):
        close(zeros, np.zeros(shape), name=f"zero_init({shape})")


@check("normal_init", points=1, public=True)
def normal_init_repeats_with_its_seed(student, rng):
    """normal_init draws from rng: the same seed gives the same weights, another seed others."""
    repeats_with_its_seed(student.normal_init, (3, 5), 0.7, seed=seed_from(rng))


@check("normal_init", points=1.5, public=True)
def normal_init_has_the_std(student, rng):
    """normal_init with std 0.2 returns numbers with mean 0 and standard deviation 0.2."""
    w = drawn(student.normal_init((30, 25), 0.2, seed_from(rng)), (30, 25))
    centred(w)
    rms = np.sqrt(np.mean(w**2))
    expect(0.16 <= rms <= 0.245, f"the standard deviation of the weights is {rms:.4g}, expected 0.2")


@check("xavier_uniform", points=1, public=True)
def xavier_uniform_repeats_with_its_seed(student, rng):
    """xavier_uniform draws from rng: the same seed gives the same weights, another seed others."""
    repeats_with_its_seed(student.xavier_uniform, (3, 5), 1.0, seed=seed_from(rng))


@check("xavier_uniform", points=1.5, public=True)
def xavier_uniform_of_a_dense_layer(student, rng):
    """xavier_uniform for 50 inputs and 10 outputs, gain 1: uniform up to a bound of 0.3162."""
    uniformly_distributed(drawn(student.xavier_uniform((50, 10), 1.0, seed_from(rng)), (50, 10)), 0.1**0.5)


@check("xavier_uniform", points=1.5, public=True)
def xavier_uniform_of_a_convolution(student, rng):
    """xavier_uniform for 12 filters of 4×3×3 weights, gain 1: uniform up to a bound of 0.2041."""
    shape = (12, 4, 3, 3)
    uniformly_distributed(drawn(student.xavier_uniform(shape, 1.0, seed_from(rng)), shape), 24**-0.5)


@check("xavier_normal", points=1, public=True)
def xavier_normal_repeats_with_its_seed(student, rng):
    """xavier_normal draws from rng: the same seed gives the same weights, another seed others."""
    repeats_with_its_seed(student.xavier_normal, (3, 5), 1.0, seed=seed_from(rng))


@check("xavier_normal", points=1.5, public=True)
def xavier_normal_of_a_dense_layer(student, rng):
    """xavier_normal for 70 inputs and 10 outputs, gain 1: normal with a standard deviation of 0.1581."""
    normally_distributed(drawn(student.xavier_normal((70, 10), 1.0, seed_from(rng)), (70, 10)), 0.025**0.5)


@check("xavier_normal", points=1.5, public=True)
def xavier_normal_of_a_convolution(student, rng):
    """xavier_normal for 20 filters of 4×3×3 weights, gain 1: normal with a standard deviation of 0.0962."""
    shape = (20, 4, 3, 3)
    normally_distributed(drawn(student.xavier_normal(shape, 1.0, seed_from(rng)), shape), 108**-0.5)


@check("he_uniform", points=0.5, public=True)
def he_uniform_repeats_with_its_seed(student, rng):
    """he_uniform draws from rng: the same seed gives the same weights, another seed others."""
    repeats_with_its_seed(student.he_uniform, (3, 5), 0.0, "fan_in", seed=seed_from(rng))


@check("he_uniform", points=1.5, public=True)
def he_uniform_of_a_dense_layer(student, rng):
    """he_uniform for 60 inputs and 10 outputs, ReLU, fan_in: uniform up to a bound of 0.3162."""
    w = drawn(student.he_uniform((60, 10), 0.0, "fan_in", seed_from(rng)), (60, 10))
    uniformly_distributed(w, 0.1**0.5)


@check("he_uniform", points=1, public=True)
def he_uniform_of_a_convolution(student, rng):
    """he_uniform for 20 filters of 3×3×3 weights, ReLU, fan_in: uniform up to a bound of 0.4714."""
    shape = (20, 3, 3, 3)
    w = drawn(student.he_uniform(shape, 0.0, "fan_in", seed_from(rng)), shape)
    uniformly_distributed(w, 2**0.5 / 3)


@check("he_uniform", points=1, public=True)
def he_uniform_with_fan_out(student, rng):
    """he_uniform for 10 inputs and 60 outputs, ReLU, fan_out: uniform up to a bound of 0.3162."""
    w = drawn(student.he_uniform((10, 60), 0.0, "fan_out", seed_from(rng)), (10, 60))
    uniformly_distributed(w, 0.1**0.5)


@check("he_uniform", points=0.5, public=True)
def he_uniform_refuses_other_modes(student):
    """he_uniform raises ValueError for a mode that is neither fan_in nor fan_out."""
    refuses_other_modes(student.he_uniform)


@check("he_normal", points=0.5, public=True)
def he_normal_repeats_with_its_seed(student, rng):
    """he_normal draws from rng: the same seed gives the same weights, another seed others."""
    repeats_with_its_seed(student.he_normal, (3, 5), 0.0, "fan_in", seed=seed_from(rng))


@check("he_normal", points=1.5, public=True)
def he_normal_of_a_dense_layer(student, rng):
    """he_normal for 80 inputs and 10 outputs, ReLU, fan_in: normal with a standard deviation of 0.1581."""
    w = drawn(student.he_normal((80, 10), 0.0, "fan_in", seed_from(rng)), (80, 10))
    normally_distributed(w, 0.025**0.5)


@check("he_normal", points=1, public=True)
def he_normal_of_a_convolution(student, rng):
    """he_normal for 24 filters of 3×3×3 weights, ReLU, fan_in: normal with a standard deviation of 0.2722."""
    shape = (24, 3, 3, 3)
    w = drawn(student.he_normal(shape, 0.0, "fan_in", seed_from(rng)), shape)
    normally_distributed(w, (2 / 27) ** 0.5)


@check("he_normal", points=1, public=True)
def he_normal_with_fan_out(student, rng):
    """he_normal for 10 inputs and 80 outputs, ReLU, fan_out: normal with a standard deviation of 0.1581."""
    w = drawn(student.he_normal((10, 80), 0.0, "fan_out", seed_from(rng)), (10, 80))
    normally_distributed(w, 0.025**0.5)


@check("he_normal", points=0.5, public=True)
def he_normal_refuses_other_modes(student):
    """he_normal raises ValueError for a mode that is neither fan_in nor fan_out."""
    refuses_other_modes(student.he_normal)


def has_orthonormal_sides(w, gain):
    """As a matrix of w.shape[0] rows, the shorter side consists of perpendicular vectors of length `gain`."""
    matrix = w.reshape(len(w), -1)
    tall = matrix.shape[0] >= matrix.shape[1]
    products = matrix.T @ matrix if tall else matrix @ matrix.T
    close(
        products,
        gain**2 * np.eye(len(products)),
        rtol=1e-6,
        name="M^T M" if tall else "M M^T",
        hint=f"M is a matrix of {matrix.shape[0]} rows and {matrix.shape[1]} columns.",
    )


@check("orthogonal_init", points=1, public=True)
def orthogonal_init_repeats_with_its_seed(student, rng):
    """orthogonal_init draws from rng: the same seed gives the same matrix, another seed another one."""
    repeats_with_its_seed(student.orthogonal_init, (4, 4), 1.0, seed=seed_from(rng))  # tall and wide come below


@check("orthogonal_init", points=2, public=True)
def orthogonal_init_of_a_square_layer(student, rng):
    """A square matrix with gain 1 has orthonormal columns."""
    has_orthonormal_sides(drawn(student.orthogonal_init((6, 6), 1.0, seed_from(rng)), (6, 6)), 1.0)


@check("orthogonal_init", points=1.5, public=True)
def orthogonal_init_of_tall_and_wide_layers(student, rng):
    """A tall matrix has orthonormal columns, a wide one orthonormal rows, times the gain."""
    shapes = [(7, 4), (4, 7)]
    results = student.orthogonal_init.calls((shape, 1.5, seed_from(rng)) for shape in shapes)
    for shape, result in zip(shapes, results, strict=True):
        has_orthonormal_sides(drawn(result, shape), 1.5)


def hard_tanh(z):
    """The identity, cut off at -1 and 1, with its derivative."""
    return np.clip(z, -1, 1), (np.abs(z) < 1).astype(float)


def column(stats, key, layers):
    """The list of one of the four numbers, or a Failure that says what is missing."""
    expect(isinstance(stats, dict), "activation_stats returns a dict")
    expect(key in stats, f"the key {key!r} is missing from what activation_stats returns")
    values = stats[key]
    expect(
        np.shape(values) == (layers,),
        f"stats[{key!r}] has {np.shape(values)} values, expected one for each of {layers} layers",
    )
    return values


def same_stats(student, reference, x, weights, activation, keys, hint=""):
    """Compare the lists under these keys."""
    expected = reference.activation_stats(x, weights, activation)
    stats = student.activation_stats(x, weights, activation)
    for key in keys:
        close(column(stats, key, len(weights)), expected[key], name=f"stats[{key!r}]", hint=hint)


ALL_ENTRIES = "Over all inputs and units of a layer together, of what the layer passes on."


@check("activation_stats", points=2, public=True)
def mean_and_std_of_one_layer(student, reference, rng):
    """Mean and standard deviation of a single layer."""
    x, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 5)) + 0.3
    same_stats(student, reference, x, [w], hard_tanh, ["mean", "std"], ALL_ENTRIES)


@check("activation_stats", points=2, public=True)
def mean_and_std_through_three_layers(student, reference, rng):
    """Mean and standard deviation of three layers in a row."""
    weights = [rng.standard_normal(shape) + 0.2 for shape in [(3, 6), (6, 2), (2, 4)]]
    same_stats(student, reference, rng.standard_normal((5, 3)), weights, hard_tanh, ["mean", "std"], ALL_ENTRIES)


@check("activation_stats", points=1.5, public=True)
def share_of_saturated_entries(student, reference, rng):
    """The share of entries with a slope below 0.01."""
    weights = [rng.standard_normal((3, 7)), 2 * rng.standard_normal((7, 4))]
    hint = "Of all pairs of an input and a unit, those whose derivative is small."
    same_stats(student, reference, rng.standard_normal((6, 3)), weights, hard_tanh, ["saturated"], hint)


@check("activation_stats", points=1.5, public=True)
def share_of_dead_units(student):
    """A unit is dead if its slope is below 0.01 for every input of the batch."""
    x = np.array([[1.0, 1.0], [2.0, 1.0], [3.0, 1.0]])
    first = np.array([[0.1, 4.0, -4.0, 2.0], [0.0, 0.0, 1.0, -3.5]])  # z: 0.1-0.3, 4-12, -3--11, -1.5-2.5
    second = np.array([[9.0, 0.1, 0.0], [0.0, 0.1, 5.0], [0.0, 0.1, 0.0], [0.0, 0.1, 0.0]])
    stats = student.activation_stats(x, [first, second], hard_tanh)
    hint = "The first layer has four units; two of them are dead, one more is saturated for all inputs but one."
    close(column(stats, "dead", 2), [0.5, 1 / 3], name="stats['dead']", hint=hint)


DOWN_FROM_THE_SCORES = "Start from the probabilities 1/C, and follow the gradient down."


def gradients_and_moves(result, sizes):
    """The two lists of what was returned, or a Failure that says what does not fit."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == 2, "the function returns two lists, gradients and moves"
    )
    for name, pairs in zip(("gradients", "moves"), result, strict=True):
        expect(
            isinstance(pairs, (tuple, list, np.ndarray))
            and len(pairs) == len(sizes) - 1
            and all(isinstance(each, (tuple, list, np.ndarray)) and len(each) == 2 for each in pairs),
            f"{name} should be a list with a pair for each of the {len(sizes) - 1} layers",
        )
    return result


def same_moves(moves, expected, network, hint):
    """Compare moves layer by layer, any truth values with the pairs of bools expected."""
    for layer, (got, pair_of) in enumerate(zip(moves, expected, strict=True), start=1):
        for i, array in enumerate(("weights", "bias")):
            name = f"moves[{layer - 1}][{i}], the {array} of layer {layer}, for {network}"
            equal(bool(got[i]), pair_of[i], name=name, hint=hint)


def same_gradients(gradients, expected, hint, network="", rtol=1e-7):
    """Compare the pairs of gradients, layer by layer, with a flat list: dw, db, dw, db, ..."""
    for layer, (dw, db) in enumerate(gradients, start=1):
        for name, got, right in [("dw", dw, expected[2 * layer - 2]), ("db", db, expected[2 * layer - 1])]:
            close(got, right, rtol=rtol, name=f"{name} of layer {layer}{network}", hint=hint)


def flat_pairs(gradients):
    """The gradients in one list: dw, db, dw, db, ..."""
    return [each for pair_of in gradients for each in pair_of]


def classes_with_shares(rng, counts):
    """Shuffled classes, class c counts[c] times."""
    return rng.permutation(np.repeat(np.arange(len(counts)), counts))


@check("zero_init_gradients", points=1.5, public=True)
def gradient_without_hidden_layer(student, reference, rng):
    """The gradient of a network without hidden layer, 4 inputs and 3 classes."""
    x, y, sizes = rng.standard_normal((6, 4)), classes_with_shares(rng, [3, 2, 1]), [4, 3]
    expected, _ = reference.zero_init_gradients(x, y, sizes)
    gradients, _ = gradients_and_moves(student.zero_init_gradients(x, y, sizes), sizes)
    same_gradients(gradients, flat_pairs(expected), DOWN_FROM_THE_SCORES)


@check("zero_init_gradients", points=2, public=True)
def gradients_with_two_hidden_layers(student, reference, rng):
    """The gradients of a network with layers of 4, 5, 2 and 3 units."""
    x, y, sizes = rng.standard_normal((7, 4)), classes_with_shares(rng, [4, 2, 1]), [4, 5, 2, 3]
    expected, _ = reference.zero_init_gradients(x, y, sizes)
    gradients, _ = gradients_and_moves(student.zero_init_gradients(x, y, sizes), sizes)
    same_gradients(gradients, flat_pairs(expected), "What does a sigmoid make of zero?")


@check("zero_init_gradients", points=1, public=True)
def says_what_moves(student):
    """Which arrays move, with and without hidden layers, when one class is more frequent."""
    x, y = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 0.25]]), np.array([0, 0, 1])
    cases = [([2, 2], [[True, True]]), ([2, 3, 2], [[False, False], [True, True]])]
    results = student.zero_init_gradients.calls((x, y, sizes) for sizes, _ in cases)
    for result, (sizes, expected) in zip(results, cases, strict=True):
        _, got = gradients_and_moves(result, sizes)
        same_moves(got, expected, f"sizes {sizes}", "A pair per layer: its weights, its bias.")


@check("q_ten_sigmoids", points=0, public=True)
def answers_what_ten_sigmoids_let_through(student, reference):
    """What ten sigmoids let through at best."""
    answered(student, reference, "q_ten_sigmoids", rtol=0.01)


@check("q_ten_layers", points=0, public=True)
def answers_what_ten_layers_leave(student, reference):
    """What ten layers leave of a signal."""
    answered(student, reference, "q_ten_layers", rtol=0.01)


@check("q_conv_fan_in", points=0, public=True)
def answers_the_fan_in_of_a_convolution(student, reference):
    """The fan-in of a 5×5 convolution from 16 to 32 channels."""
    answered(student, reference, "q_conv_fan_in")


@check("q_uniform_bound", points=0, public=True)
def answers_the_bound_of_a_uniform_distribution(student, reference):
    """The bound of a uniform distribution with standard deviation 0.1."""
    answered(student, reference, "q_uniform_bound", rtol=0.01)


@check("q_which_bug", points=0, public=True)
def answers_which_bug_shrinks_the_signal(student, reference):
    """The bug in the friend's ReLU network."""
    answered(student, reference, "q_which_bug")


@check("q_first_loss", points=0, public=True)
def answers_the_first_loss(student, reference):
    """The loss of a network that starts at zero."""
    answered(student, reference, "q_first_loss", rtol=0.01)


@check("q_arrays_that_move", points=0, public=True)
def answers_how_many_arrays_move(student, reference):
    """How many arrays of a tanh network move from zero."""
    answered(student, reference, "q_arrays_that_move")
