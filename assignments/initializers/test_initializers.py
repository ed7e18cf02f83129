"""The public checks of initializers.

Run them with `autograder check initializers`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np
from scipy import special

from autograder import check, close, equal, expect, parts, question, raises, unmodified

RARE = 1e-10
FROM_RNG = "Is every number drawn from rng, and from nothing else?"


def ints_between(rng, *ranges):
    """An int from each (low, high), both included."""
    return tuple(int(rng.integers(low, high + 1)) for low, high in ranges)


def spread(rng, *shape):
    """Numbers of both signs between 0.05 and 4 in magnitude, none at a kink."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.05, 4, shape)


def around_zero(rng):
    """Eight numbers between -3.6 and 4.8, four of each sign, in any order."""
    return rng.permuted(np.array([[-3.0, -1.0, -0.5, -0.2], [0.3, 0.7, 1.5, 4.0]]) * rng.uniform(0.8, 1.2, (2, 4)))


def far_from_zero(rng):
    """-1000, -50, 50 and 1000, a little further out, and two numbers near zero."""
    return np.array([-1000.0, -50.0, -0.5, 0.5, 50.0, 1000.0]) * rng.uniform(1, 1.5, 6)


OVERFLOW = "Is an exponential of a large number in it?"


def far_out(got, expected, name):
    """Compare what is far from zero; infinities and nan come from an overflow, and other wrong numbers do not."""
    overflowed = isinstance(got, np.ndarray) and not np.isfinite(got).all()
    close(got, expected, name=name, hint=OVERFLOW if overflowed else "")


PARAMETERS = {"leaky_relu": ("negative_slope", 0.2, 0.4), "elu": ("alpha", 1.4, 2)}  # each between the two


def parameter(exercise, rng):
    """The further arguments of an activation, none or one."""
    _, low, high = PARAMETERS.get(exercise, ("", 0, 0))
    return (float(rng.uniform(low, high)),) if exercise in PARAMETERS else ()


@check("sigmoid", "tanh", "relu", "leaky_relu", "elu", points=1, public=True)
def has_the_right_value(student, reference, exercise, rng):
    """{exercise} returns the right value between -4 and 5."""
    case = (around_zero(rng), *parameter(exercise, rng))
    y, _ = parts(getattr(student, exercise)(*case), "value", "derivative")
    close(y, getattr(reference, exercise)(*case)[0], name="value")


@check("sigmoid", "tanh", "relu", "leaky_relu", "elu", points=1, public=True)
def has_the_right_derivative(student, reference, exercise, rng):
    """{exercise} returns the right derivative between -4 and 5."""
    case = (around_zero(rng), *parameter(exercise, rng))
    _, dy = parts(getattr(student, exercise)(*case), "value", "derivative")
    close(dy, getattr(reference, exercise)(*case)[1], name="derivative")


@check("leaky_relu", "elu", points=0.5, public=True)
def has_its_default(student, reference, exercise, rng):
    """{exercise} without a further argument uses the default."""
    x = around_zero(rng)
    y, _ = parts(getattr(student, exercise)(x), "value", "derivative")
    close(y, getattr(reference, exercise)(x)[0], name="value")


@check("sigmoid", "tanh", "elu", points=0.5, public=True)
def survives_a_thousand(student, reference, exercise, rng):
    """{exercise} is finite and right beyond -1000 and 1000, and beside them."""
    case = (far_from_zero(rng), *parameter(exercise, rng))
    expected, slopes = getattr(reference, exercise)(*case)
    y, dy = parts(getattr(student, exercise)(*case), "value", "derivative")
    far_out(y, expected, "value for numbers from -1500 to 1500")
    far_out(dy, slopes, "derivative for numbers from -1500 to 1500")


@check("relu", "leaky_relu", "elu", points=0.5, public=True)
def takes_the_negative_side_at_its_kink(student, reference, exercise, rng):
    """{exercise} has the derivative of the negative side at exactly 0."""
    x = rng.permutation(np.array([0.0, -0.0, 1e-30, -1e-30, 2.0, -2.0]) * rng.uniform(1, 2, 6))
    case = (x, *parameter(exercise, rng))
    _, dy = parts(getattr(student, exercise)(*case), "value", "derivative")
    expected = getattr(reference, exercise)(*case)[1]
    close(dy, expected, name="derivative at 0, -0, 1e-30, -1e-30 and others", hint="Zero belongs to the negative side.")


def fans_of(function, shapes):
    """What it returns for each shape, as tuples of two."""
    return [tuple(parts(result, "fan_in", "fan_out")) for result in function.calls((shape,) for shape in shapes)]


@check("fans", points=2, public=True)
def fans_of_a_dense_layer(student, rng):
    """fans of a dense layer: inputs first, outputs second."""
    shapes = [
        ints_between(rng, (5, 9), (2, 4)),
        ints_between(rng, (1, 1), (6, 9)),
        ints_between(rng, (500, 900), (100, 200)),
    ]
    for shape, got in zip(shapes, fans_of(student.fans, shapes), strict=True):
        equal(got, shape, name=f"fans({shape})", hint="The layer computes x @ w.")


def square_kernels(rng):
    """The shapes of three convolutions, one with kernels of a single weight."""
    shapes = []
    for size in (5, 3, 1):
        filters, channels = (int(number) for number in rng.choice(np.arange(2, 12), 2, replace=False))
        shapes.append((filters, channels, size, size))
    return shapes


@check("fans", points=2, public=True)
def fan_in_of_a_convolution(student, rng):
    """The fan-in of convolutions with square kernels."""
    shapes = square_kernels(rng)
    for shape, (got, _) in zip(shapes, fans_of(student.fans, shapes), strict=True):
        equal(got, shape[1] * shape[2] ** 2, name=f"fan_in of {shape}", hint="One output sees a window.")


@check("fans", points=2, public=True)
def fan_out_of_a_convolution(student, rng):
    """The fan-out of convolutions with square kernels."""
    shapes = square_kernels(rng)
    for shape, (_, got) in zip(shapes, fans_of(student.fans, shapes), strict=True):
        equal(got, shape[0] * shape[2] ** 2, name=f"fan_out of {shape}", hint="One pixel lies in many windows.")


@check("fans", points=1, public=True, side_condition=True)
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


def centered(w):
    """The mean of the weights is as close to zero as chance allows, whatever their standard deviation is.

    The root mean square stands for the latter: their ratio has lighter tails than a normal number, for any number of
    draws, so what is rare for the one is rarer for the other.
    """
    allowed = special.ndtri(1 - RARE / 2) * np.sqrt(np.mean(w**2) / w.size)
    expect(abs(w.mean()) <= allowed, f"the mean of the weights is {w.mean():.4g}, expected about 0 (± {allowed:.2g})")


def normally_distributed(w, std):
    """w: draws that should be normal with mean 0 and this std. Judges mean, std, largest draw and distribution."""
    centered(w)
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


def dense(rng, inputs):
    """The shape of a dense layer with `inputs` inputs or a few more for every output; too many to be recorded."""
    outputs = int(rng.integers(10, 61))
    return outputs * inputs + int(rng.integers(10)), outputs


def convolution(rng, filters):
    """The shape of a convolution with `filters` filters for every channel."""
    channels = int(rng.integers(4, 13))
    return filters * channels, channels, *ints_between(rng, (3, 5), (3, 6))


def fans_by_counting(shape):
    """fan_in and fan_out of a shape from the sizes of slices."""
    ones = np.ones(shape)
    return (ones[:, 0].size, ones[0].size) if len(shape) == 2 else (ones[0].size, ones[:, 0].size)


@check("zero_init", points=2, public=True)
def zero_init_returns_zeros(student, rng):
    """zero_init returns zeros of the given shape."""
    shapes = [
        ints_between(rng, (2, 9), (2, 9)),
        ints_between(rng, (2, 20)),
        ints_between(rng, (2, 4), (2, 4), (1, 1), (2, 9)),
    ]
    for shape, zeros in zip(shapes, student.zero_init.calls((shape,) for shape in shapes), strict=True):
        close(zeros, np.zeros(shape), name=f"zero_init({shape})")


@check("zero_init", points=0.5, public=True, side_condition=True)
def zero_init_returns_an_array_of_its_own(student, rng):
    """zero_init returns a new array each time: what is done to the first does not reach the second."""

    def second_after_first_changed(zero_init, shape):
        first = zero_init(shape)
        if getattr(getattr(first, "flags", None), "writeable", False):  # what nobody can change reaches nobody
            first[:] = 1
        return zero_init(shape)

    zero_init = student.get("zero_init")
    shape = ints_between(rng, (2, 5), (2, 5))
    second = student.probe(second_after_first_changed, "zero_init")(zero_init, shape)
    close(second, np.zeros(shape), name=f"zero_init({shape}), after the array of another call was changed")


@check("normal_init", points=1.5, random=True, public=True)
def normal_init_has_the_std(student, rng, seed):
    """normal_init returns numbers with mean 0 and the standard deviation that it is given."""
    std = float(rng.uniform(0.1, 0.4))
    w = drawn(student.normal_init((30, 25), std, seed), (30, 25))
    centered(w)
    rms = np.sqrt(np.mean(w**2))
    expect(0.8 <= rms / std <= 1.225, f"the standard deviation of the weights is {rms:.4g}, expected about {std:.4g}")


# What follows the shape in an ordinary call.
SETTINGS = {
    "normal_init": (0.5,),
    "xavier_uniform": (1.0,),
    "xavier_normal": (1.0,),
    "he_uniform": (0.0, "fan_in"),
    "he_normal": (0.0, "fan_in"),
    "orthogonal_init": (1.0,),
}


def right_std(exercise, shape, *settings):
    """Glorot and Bengio's standard deviation, from the mean fan; or He's, from what a leaky ReLU lets through."""
    fans = fans_by_counting(shape)
    if exercise.startswith("xavier"):
        (gain,) = settings
        return gain / np.sqrt(np.mean(fans))
    negative_slope, mode = settings
    return 1 / np.sqrt((1 + negative_slope**2) / 2 * fans[mode == "fan_out"])


def rightly_distributed(student, exercise, seed, shape, *settings):
    """Judges the weights of this shape: their width, and the form of their distribution."""
    w = drawn(getattr(student, exercise)(shape, *settings, seed), shape)
    std = right_std(exercise, shape, *settings)
    if exercise.endswith("uniform"):
        uniformly_distributed(w, np.sqrt(3) * std)
    else:
        normally_distributed(w, std)


@check("xavier_uniform", "xavier_normal", "he_uniform", "he_normal", points=1.5, random=True, public=True)
def is_right_for_a_dense_layer(student, exercise, rng, seed):
    """{exercise} draws from the right distribution for a dense layer with five times as many inputs as outputs."""
    rightly_distributed(student, exercise, seed, dense(rng, 5), *SETTINGS[exercise])


@check("xavier_uniform", "xavier_normal", "he_uniform", "he_normal", points=1, random=True, public=True)
def is_right_for_a_convolution(student, exercise, rng, seed):
    """{exercise} draws from the right distribution for a convolution with five times as many filters as channels."""
    rightly_distributed(student, exercise, seed, convolution(rng, 5), *SETTINGS[exercise])


@check("xavier_uniform", "xavier_normal", points=1.5, random=True, public=True)
def is_as_wide_as_its_gain_says(student, exercise, rng, seed):
    """{exercise} draws from the right distribution for other gains than 1."""
    for gain in rng.uniform([0.4, 1.5], [0.6, 2]):
        rightly_distributed(student, exercise, seed, dense(rng, 2), gain)


@check("he_uniform", "he_normal", points=0.5, random=True, public=True)
def is_right_with_fan_out(student, exercise, rng, seed):
    """{exercise} draws from the right distribution for fan_out, with eight times as many outputs as inputs."""
    rightly_distributed(student, exercise, seed, dense(rng, 8)[::-1], 0.0, "fan_out")


@check("he_uniform", "he_normal", points=0.5, random=True, public=True)
def is_narrower_for_a_leaky_relu(student, exercise, rng, seed):
    """{exercise} makes the weights smaller for a leaky ReLU; the sign of the slope does not matter."""
    for slope in (rng.uniform(0.4, 0.6), -0.7, 2):
        rightly_distributed(student, exercise, seed, (160, 80), slope, "fan_in")


@check(
    "normal_init", "xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "orthogonal_init",
    points=1, public=True, side_condition=True,
)  # fmt: skip
def repeats_with_its_seed(student, exercise, seed):
    """{exercise} draws from rng: a seed and a generator of that seed give the same weights, another seed others."""
    function, arguments = getattr(student, exercise), ((4, 4), *SETTINGS[exercise])
    cases = [(*arguments, each) for each in (seed, seed, seed + 1)]
    first, again, other = (drawn(result, (4, 4)) for result in function.calls(cases))
    expect((first == again).all(), f"two calls with the seed {seed} gave different weights. {FROM_RNG}")
    expect((first != other).all(), f"the seeds {seed} and {seed + 1} gave the same weights. {FROM_RNG}")
    passed_on = drawn(function(*arguments, student.probe(new_generator)(seed)), (4, 4))
    expect((first == passed_on).all(), f"a generator of the seed {seed} gave other weights than the seed. {FROM_RNG}")


def new_generator(seed):
    import numpy as np

    return np.random.default_rng(seed)


@check("he_uniform", "he_normal", points=0.5, public=True, side_condition=True)
def refuses_other_modes(student, exercise):
    """{exercise} raises ValueError for a mode that is neither fan_in nor fan_out."""
    for mode in ("fan_avg", "in", ""):
        raises(getattr(student, exercise), (4, 3), 0.0, mode, 1, error="ValueError")


def has_orthonormal_sides(w, gain):
    """As a matrix of w.shape[0] rows, the shorter side consists of perpendicular vectors of length `gain`."""
    matrix = w.reshape(len(w), -1)
    tall = matrix.shape[0] >= matrix.shape[1]
    products = matrix.T @ matrix if tall else matrix @ matrix.T
    close(
        products,
        gain**2 * np.eye(len(products)),
        rtol=1e-5,
        name="M^T M" if tall else "M M^T",
        hint=f"M is a matrix of {matrix.shape[0]} rows and {matrix.shape[1]} columns.",
    )


def orthonormal_and_random(student, cases):
    """For every (shape, gain, seed), the weights of this seed and of the next are orthonormal, and not the same."""
    twice = [(shape, gain, seed + more) for shape, gain, seed in cases for more in (0, 1)]
    results = student.orthogonal_init.calls(twice)
    pairs = zip(results[::2], results[1::2], strict=True)
    for (shape, gain, seed), both in zip(cases, pairs, strict=True):
        first, other = (drawn(result, shape) for result in both)
        has_orthonormal_sides(first, gain)
        has_orthonormal_sides(other, gain)
        same = np.prod(shape) > 1 and (first == other).any()
        expect(not same, f"the seeds {seed} and {seed + 1} gave the same weights, or some of them. {FROM_RNG}")


@check("orthogonal_init", points=2, public=True)
def orthogonal_init_of_a_square_layer(student, seed):
    """A square matrix with gain 1 has orthonormal columns, and other ones for another seed."""
    orthonormal_and_random(student, [((6, 6), 1.0, seed)])


@check("orthogonal_init", points=1.5, public=True)
def orthogonal_init_of_tall_and_wide_layers(student, rng, seed):
    """Times the gain, a tall matrix has orthonormal columns, a wide one rows, a convolution one row per filter."""
    gain = float(rng.uniform(1.2, 1.8))
    orthonormal_and_random(student, [((7, 4), gain, seed), ((4, 7), gain, seed), ((5, 2, 3, 2), gain, seed)])


@check("orthogonal_init", points=2, public=True)
def orthogonal_init_prefers_no_direction(student, seed):
    """Every orthogonal matrix is equally likely: each coordinate of a unit vector in space is uniform from -1 to 1."""
    hint = "Are its numbers normal? Which sign has column j of Q? Multiply it by that of R[j, j]."
    draws = 60  # an entry that never changes its sign is at a distance of 0.5, and 0.44 is allowed
    allowed = np.sqrt(np.log(2 / RARE) / (2 * draws))
    shapes = [(3, 2), (2, 3), (1, 3)]
    results = student.orthogonal_init.calls((shape, 1.0, seed + i) for shape in shapes for i in range(draws))
    for number, shape in enumerate(shapes):
        sample = np.array([drawn(result, shape) for result in results[number * draws :][:draws]])
        has_orthonormal_sides(sample[0], 1.0)
        expect(sample.all(), f"there are zeros in random matrices of shape {shape}; every direction is equally likely")
        for place in np.ndindex(sample.shape[1:]):
            entries = sample[(slice(None), *place)]
            expect(
                distance(entries, lambda x: (x + 1) / 2) <= allowed,
                f"entry {place} of {draws} random matrices of shape {sample.shape[1:]} is positive "
                f"{np.count_nonzero(entries > 0)} times and not spread evenly from -1 to 1. {hint}",
            )


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
def std_of_one_layer(student, reference, rng):
    """The standard deviation of what a single layer passes on."""
    x, w = rng.standard_normal((4, 3)), rng.standard_normal((3, 5)) + 0.3
    same_stats(student, reference, x, [w], hard_tanh, ["std"], ALL_ENTRIES)


@check("activation_stats", points=2, public=True)
def mean_through_three_layers(student, reference, rng):
    """The mean of what each of three layers in a row passes on."""
    weights = [rng.standard_normal(shape) + 0.2 for shape in [(3, 6), (6, 2), (2, 4)]]
    same_stats(student, reference, rng.standard_normal((5, 3)), weights, hard_tanh, ["mean"], ALL_ENTRIES)


@check("activation_stats", points=1.5, public=True)
def share_of_saturated_entries(student, reference, rng):
    """The share of entries with a slope below 0.01."""
    inputs, middle, outputs = ints_between(rng, (6, 9), (6, 11), (4, 7))
    weights = [rng.standard_normal((3, middle)), 2 * rng.standard_normal((middle, outputs))]
    hint = "Of all pairs of an input and a unit, those whose derivative is small."
    same_stats(student, reference, rng.standard_normal((inputs, 3)), weights, hard_tanh, ["saturated"], hint)


@check("activation_stats", points=1.5, public=True)
def share_of_dead_units(student, rng):
    """A unit is dead if its slope is below 0.01 for every input of the batch."""
    x = np.column_stack([rng.permutation([1.0, 2.0, 3.0]), np.ones(3)])
    dead, alive = ints_between(rng, (1, 3), (1, 3))  # and one unit that is saturated for two of the three inputs
    low, high = rng.uniform(0.1, 0.3, alive), rng.uniform(4, 6, dead) * rng.choice([-1, 1], dead)
    first = np.vstack([np.concatenate([high, low, [2.0]]), np.zeros(dead + alive + 1)])
    first[1, -1] = -3.5
    dead_above, alive_above = ints_between(rng, (1, 3), (1, 3))
    second = np.full((dead + alive + 1, alive_above + dead_above), 0.1)
    second[:, alive_above:], second[0, alive_above:] = 0, rng.uniform(4, 6, dead_above)
    order, order_above = rng.permutation(dead + alive + 1), rng.permutation(alive_above + dead_above)
    stats = student.activation_stats(x, [first[:, order], second[np.ix_(order, order_above)]], hard_tanh)
    shares = [dead / len(order), dead_above / len(order_above)]
    hint = f"The first layer has {len(order)} units; one of them is saturated for all inputs but one, and not dead."
    close(column(stats, "dead", 2), shares, name="stats['dead']", hint=hint)


DOWN_FROM_THE_SCORES = "Start from the probabilities 1/C, and follow the gradient down."


def gradients_and_moves(result, sizes):
    """The two lists of what was returned, or a Failure that says what does not fit."""
    for name, pairs in zip(("gradients", "moves"), parts(result, "gradients", "moves"), strict=True):
        expect(
            isinstance(pairs, tuple | list | np.ndarray)
            and len(pairs) == len(sizes) - 1
            and all(isinstance(each, tuple | list | np.ndarray) and len(each) == 2 for each in pairs),
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
    x, y, sizes = rng.standard_normal((6, 4)), classes_with_shares(rng, rng.permutation([3, 2, 1])), [4, 3]
    expected, _ = reference.zero_init_gradients(x, y, sizes)
    gradients, _ = gradients_and_moves(student.zero_init_gradients(x, y, sizes), sizes)
    same_gradients(gradients, flat_pairs(expected), DOWN_FROM_THE_SCORES)


@check("zero_init_gradients", points=2, public=True)
def gradients_with_two_hidden_layers(student, reference, rng):
    """The gradients of a network with two hidden layers and 3 classes."""
    counts = [int(count) for count in rng.choice(np.arange(1, 10), 3, replace=False)]
    x, y, sizes = rng.standard_normal((sum(counts), 4)), classes_with_shares(rng, counts), [4, 5, 2, 3]
    expected, _ = reference.zero_init_gradients(x, y, sizes)
    gradients, _ = gradients_and_moves(student.zero_init_gradients(x, y, sizes), sizes)
    same_gradients(gradients, flat_pairs(expected), "What does a sigmoid make of zero?")


@check("zero_init_gradients", points=1, public=True)
def says_what_moves(student, rng):
    """Which arrays move, with and without hidden layers, when one class is more frequent, and when none is."""
    cases = []
    for counts in rng.permutation([[3, 1], [2, 2]]).tolist():
        x, y, uneven = rng.standard_normal((4, 2)), classes_with_shares(rng, counts), counts[0] > counts[1]
        cases += [(x, y, [2, 2], [[True, uneven]]), (x, y, [2, 3, 2], [[False, False], [uneven, uneven]])]
    # Thirds: rounding is left of what cancels.
    cases.append((rng.standard_normal((9, 2)), classes_with_shares(rng, [3, 3, 3]), [2, 3], [[True, False]]))
    results = student.zero_init_gradients.calls((x, y, sizes) for x, y, sizes, _ in cases)
    for result, (_, y, sizes, expected) in zip(results, cases, strict=True):
        _, got = gradients_and_moves(result, sizes)
        network = f"sizes {sizes} and classes that occur {np.bincount(y).tolist()} times"
        same_moves(got, expected, network, "A pair per layer: its weights, its bias.")


def arguments(exercise, rng):
    """Cases of an exercise, whose arrays and lists are to be left alone."""
    if exercise == "activation_stats":
        return [(rng.standard_normal((3, 4)), [rng.standard_normal((4, 4)) for _ in range(2)], hard_tanh)]
    if exercise == "zero_init_gradients":
        return [(rng.standard_normal((5, 3)), rng.integers(0, 2, 5), sizes) for sizes in ([3, 2], [3, 4, 2])]
    # What is cut off, is cut off far from zero.
    return [(x, *parameter(exercise, rng)) for x in (spread(rng, 3, 4), far_from_zero(rng))]


@check(
    "sigmoid", "tanh", "relu", "leaky_relu", "elu", "activation_stats", "zero_init_gradients",
    points=0.5, public=True, side_condition=True,
)  # fmt: skip
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    for case in arguments(exercise, rng):
        unmodified(getattr(student, exercise), *case, inputs=(0, 1))


q_ten_sigmoids = question("What ten sigmoids let through at best.", rtol=0.01)
q_ten_layers = question("What ten layers leave of a signal.", rtol=0.01)

q_conv_fan_in = question("The fan-in of a 5×5 convolution from 16 to 32 channels.")
q_uniform_bound = question("The bound of a uniform distribution with standard deviation 0.1.", rtol=0.01)

q_which_bug = question("The bug in the friend's ReLU network.")
q_first_loss = question("The loss of a network that starts at zero.", rtol=0.01)

q_arrays_that_move = question("How many arrays of a tanh network move from zero.")
