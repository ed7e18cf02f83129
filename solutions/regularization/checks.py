"""All checks of the regularization assignment, public and hidden; 100 points.

What is drawn at random is judged by what has to be true of every right result: a dropped entry is 0 and a kept one
x / p, folds partition, a bootstrap sample has repetitions, the same seed gives the same draws. Where only chance is
left to judge (how many are kept, how evenly, on which scale), a right result fails with a probability of at most RARE,
from exact distributions: the binomial, the inequality of Dvoretzky, Kiefer, Wolfowitz and Massart,
P(sup |F_n - F| > t) <= 2 exp(-2 n t^2) (Massart 1990), and counts of arrangements. Generators cannot cross to the
student's process, so checks pass int seeds. Gradients are held against complex steps.
"""

import numpy as np
from scipy import special

from autograder import check, close, equal, expect, numerical_gradient, parts, question, raises, unmodified

RARE = 1e-10
FROM_RNG = "Is every number drawn from rng, and from nothing else?"


def shaped(value, shape, name):
    """A returned value as an array of numbers. Raises: Failure unless it is one, of this shape."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    expect(array.dtype.kind in "biuf", f"{name} is no array of numbers")
    expect(array.shape == tuple(shape), f"{name} has shape {array.shape}, expected {tuple(shape)}")
    return array


def nonzero(rng, *shape):
    """Random numbers of both signs, none of them near zero."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


# --------------------------------------------------------------------------------------------------------- l2_penalty

HALF = "The penalty is half of reg times the sum of squares, and its derivative has no 2 in it."


@check("l2_penalty", points=1.5, public=True)
def penalty_of_two_arrays(student, reference, rng):
    """The penalty on a matrix and a vector."""
    weights = [3 * nonzero(rng, 2, 3), nonzero(rng, 2)]
    weights[0][1, 1] = 0.0
    expected, _ = reference.l2_penalty(weights, 0.3)
    loss, _ = parts(student.l2_penalty(weights, 0.3), "loss", "grads")
    close(loss, expected, name="loss", hint=HALF)


@check("l2_penalty", points=1.5, public=True)
def gradients_of_the_penalty(student, reference, rng):
    """The gradients of the penalty on three arrays of different shapes."""
    weights = [rng.standard_normal(shape) for shape in [(3, 4), (4,), (2, 1, 3)]]
    _, expected = reference.l2_penalty(weights, 0.7)
    _, grads = parts(student.l2_penalty(weights, 0.7), "loss", "grads")
    close(grads, expected, name="grads", hint=HALF)


@check("l2_penalty", points=2)
def penalty_agrees_with_complex_steps(student, rng):
    """Loss and gradients agree with sums entry by entry and complex steps, for one array and for several."""
    for shapes, reg in [([(2, 3), (3, 1), (5,)], 1.7), ([(4, 2)], 0.05), ([(1,), (1, 1)], 3)]:
        weights = [10 ** rng.uniform(-2, 2) * rng.standard_normal(shape) for shape in shapes]
        loss, grads = parts(student.l2_penalty(weights, reg), "loss", "grads")
        entries = [entry for w in weights for entry in w.ravel().tolist()]
        close(loss, reg * sum(entry * entry for entry in entries) / 2, rtol=1e-9, name="loss", hint=HALF)
        expected = [
            numerical_gradient(lambda w, reg=reg: reg / 2 * np.sum(w * w), w, complex_step=True) for w in weights
        ]
        parts(grads, *(f"the gradient of array {i}" for i in range(len(weights))))
        for number, (got, wanted) in enumerate(zip(grads, expected, strict=True)):
            close(got, wanted, rtol=1e-9, name=f"grads[{number}]", hint=HALF)


@check("l2_penalty", points=0.5, side_condition=True)
def no_price_no_penalty(student, rng):
    """With reg = 0, and for weights that are all zero, loss and gradients are zero."""
    weights = [rng.standard_normal((2, 3)), rng.standard_normal(4)]
    for w, reg in [(weights, 0), ([0 * each for each in weights], 2.5)]:
        loss, grads = parts(student.l2_penalty(w, reg), "loss", "grads")
        close(loss, 0.0, name="loss")
        close(grads, [np.zeros((2, 3)), np.zeros(4)], name="grads")


# ------------------------------------------------------------------------------------------------------------ dropout


def dropout(namespace, x, **dropout_param):
    """What dropout_forward returns, taken apart."""
    return parts(namespace.dropout_forward(x, dropout_param), "out", "cache")


def kept_entries(out, x, p):
    """Which entries were kept. Raises: Failure unless each is either 0 or x / p. x: no entry is 0."""
    expected = np.where(shaped(out, x.shape, "out") == 0, 0.0, x / p)
    close(out, expected, rtol=1e-6, name=f"out for p = {p:g}", hint="What is kept is divided by p.")
    return expected != 0


def kept_with_probability(kept, p):
    """The number of entries that were kept is one that chance allows."""
    count, n = int(np.count_nonzero(kept)), kept.size
    fewer, more = special.bdtr(count, n, p), special.bdtrc(count - 1, n, p)
    expect(
        min(fewer, 1 if count == 0 else more) > RARE,
        f"{count} of {n} entries were kept, expected about {p * n:.0f}; p = {p:g} is the probability to keep one",
    )


@check("dropout_forward", points=1.25, public=True)
def kept_entries_are_divided_by_p(student, rng, seed):
    """In training each entry is either 0 or divided by p."""
    x = nonzero(rng, 8, 9)
    for p in (0.5, 0.8):
        out, _ = dropout(student, x, p=p, mode="train", seed=seed)
        kept = kept_entries(out, x, p)
        expect(not kept.all(), "no entry at all was dropped")
        expect(kept.any(), "every entry was dropped")


@check("dropout_forward", points=1.5, public=True)
def p_is_the_probability_to_keep(student, rng, seed):
    """The share of entries that are kept is p."""
    x = nonzero(rng, 80, 50)
    for p in (0.8, 0.3):
        out, _ = dropout(student, x, p=p, mode="train", seed=seed)
        kept_with_probability(shaped(out, x.shape, "out") != 0, p)


@check("dropout_forward", points=1, public=True, side_condition=True)
def nothing_is_dropped_in_testing(student, rng, seed):
    """In testing out is x, whatever p is."""
    x = nonzero(rng, 3, 4)
    for p in (0.5, 0.2):
        out, _ = dropout(student, x, p=p, mode="test", seed=seed)
        close(out, x, rtol=1e-6, name=f"out in testing, p = {p:g}", hint="The division was done in training.")


@check("dropout_forward", points=1.5)
def every_entry_has_a_mask_of_its_own(student, rng, seed):
    """Each entry is dropped independently of the others, in arrays of several shapes."""
    for shape, p in [((30, 40), 0.5), ((12, 3, 6, 5), 0.6), ((5, 200), 0.4), ((300,), 0.5)]:
        x = nonzero(rng, *shape)
        out, _ = dropout(student, x, p=p, mode="train", seed=seed)
        kept = kept_entries(out, x, p)
        for axis in range(kept.ndim):
            repeats = np.array_equal(kept, np.roll(kept, 1, axis))
            expect(not repeats, f"in an array of shape {shape} the mask is the same all along axis {axis}")


@check("dropout_forward", points=1)
def how_many_are_kept_is_left_to_chance(student, rng, seed):
    """The number of entries that are kept differs from call to call, and is p on average."""
    x = nonzero(rng, 6, 10)
    calls = [(x, {"p": 0.5, "mode": "train", "seed": seed + i}) for i in range(50)]
    outs = [parts(result, "out", "cache")[0] for result in student.dropout_forward.calls(calls)]
    masks = np.array([kept_entries(out, x, 0.5) for out in outs])
    expect(
        len({int(mask.sum()) for mask in masks}) > 1,
        f"each of 50 masks kept {int(masks[0].sum())} of 60 entries; each entry is to be kept with probability p, "
        "independently of the others",
    )
    kept_with_probability(masks, 0.5)
    expect(len({mask.tobytes() for mask in masks}) == len(masks), "two seeds gave the same mask")


@check("dropout_forward", points=0.25)
def without_a_seed_each_mask_is_new(student, rng):
    """Without a seed two calls drop different entries."""
    x = nonzero(rng, 10, 12)
    first, again = (kept_entries(dropout(student, x, p=0.5, mode="train")[0], x, 0.5) for _ in range(2))
    expect(not np.array_equal(first, again), "without a seed two calls dropped the same 120 entries")


@check("dropout_forward", points=0.25, side_condition=True)
def with_p_one_everything_is_kept(student, rng, seed):
    """With p = 1 nothing is dropped."""
    x = nonzero(rng, 10, 12)
    out, _ = dropout(student, x, p=1.0, mode="train", seed=seed)
    close(out, x, rtol=1e-6, name="out for p = 1")


def own_factors(out, x):
    """What the student's forward pass multiplied each entry of x by: 0 where it was dropped, one number elsewhere.

    x: no entry is 0. Which number, and how many are kept, is judged in the forward pass; the gradient follows from it.
    Raises: Failure unless some entries were dropped and the others multiplied by the same positive number.
    """
    factors = shaped(out, x.shape, "out") / x
    kept = factors[factors != 0]
    expect(kept.size > 0, "every entry was dropped in the forward pass")
    expect(kept.size < x.size, "no entry was dropped in the forward pass")
    close(kept, np.full(kept.shape, kept[0]), rtol=1e-6, name="what the forward pass multiplied by")
    expect(kept[0] > 0, "the forward pass turned signs round")
    return np.where(factors == 0, 0.0, kept[0])


SAME_MASK = "The mask is that of your forward pass, and so is the factor of what is kept."


@check("dropout_backward", points=2, public=True)
def gradient_passes_the_same_mask(student, rng, seed):
    """dx is dout where an entry was kept, times the factor of the forward pass, and 0 where it was dropped."""
    x, dout = nonzero(rng, 8, 9), rng.standard_normal((8, 9)) + 1
    for p in (0.5, 0.7):
        out, cache = dropout(student, x, p=p, mode="train", seed=seed)
        close(student.dropout_backward(dout, cache), dout * own_factors(out, x), rtol=1e-6, name="dx", hint=SAME_MASK)


@check("dropout_backward", points=1, public=True, side_condition=True)
def gradient_passes_unchanged_in_testing(student, rng, seed):
    """After a forward pass in mode "test", dx is dout (times the factor, if your forward pass has one there)."""
    x, dout = nonzero(rng, 3, 5), rng.standard_normal((3, 5))
    out, cache = dropout(student, x, p=0.4, mode="test", seed=seed)
    factor = (shaped(out, x.shape, "out") / x).mean()
    expected = factor * dout if factor > 0.1 and np.allclose(out, factor * x) else dout
    close(student.dropout_backward(dout, cache), expected, rtol=1e-6, name="dx in testing")


@check("dropout_backward", points=1.5)
def each_cache_has_its_mask(student, rng, seed):
    """Layers of different shapes and p, one after the other up, and in the other order down."""
    layers = []
    for number, (shape, p) in enumerate([((4, 2, 3, 5), 0.3), ((300,), 0.9), ((30, 4), 1.0), ((1, 60), 0.5)]):
        x = nonzero(rng, *shape)
        out, cache = dropout(student, x, p=p, mode="train", seed=seed + number)
        layers.append((out / x if p == 1 else own_factors(out, x), cache))
    for factors, cache in reversed(layers):
        dout = rng.standard_normal(factors.shape) + 0.5
        dx = student.dropout_backward(dout, cache)
        close(dx, dout * factors, rtol=1e-6, name=f"dx of shape {factors.shape}", hint=SAME_MASK)


@check("dropout_backward", points=1)
def zeros_in_x_get_a_gradient(student, rng, seed):
    """An entry that is kept passes its gradient on even if it is 0, and so does a gradient of any sign or size."""
    x, dout = nonzero(rng, 20, 10), nonzero(rng, 20, 10) * 10 ** rng.uniform(-3, 3, (20, 10))
    x[:10] = 0
    out, cache = dropout(student, x, p=0.5, mode="train", seed=seed)
    dx = shaped(student.dropout_backward(dout, cache), dout.shape, "dx")
    factors = own_factors(shaped(out, x.shape, "out")[10:], x[10:])
    close(dx[10:], dout[10:] * factors, rtol=1e-6, name="dx where x is not 0", hint=SAME_MASK)
    zeros = np.where(dx[:10] == 0, 0.0, dout[:10] * factors.max())
    close(dx[:10], zeros, rtol=1e-6, name="dx where x is 0", hint=SAME_MASK)
    count = np.count_nonzero(dx[:10])
    expect(count > 0, "no entry of x that is 0 got a gradient; whether it was kept does not show in out")
    expect(count < 100, "every entry of x that is 0 got a gradient, whether it was kept or not")


# ---------------------------------------------------------------------------------------------------------- batchnorm


def normalized(x, gamma, beta, eps, axis=0):
    """Batch norm (axis 0) or layer norm (axis 1), written out; accepts complex numbers."""
    n = x.shape[axis]
    centered = x - x.sum(axis=axis, keepdims=True) / n
    return gamma * centered / (np.sum(centered * centered, axis=axis, keepdims=True) / n + eps) ** 0.5 + beta


def uneven(rng, n, d):
    """(n, d) array whose columns differ in mean and scale."""
    return rng.standard_normal((n, d)) * 10 ** rng.uniform(-1, 1, d) + rng.uniform(-5, 5, d)


def scale_and_shift(rng, d):
    """Random gamma and beta; no entry of gamma is near zero."""
    return nonzero(rng, d), rng.standard_normal(d)


UNDER_THE_ROOT = "eps is added to the variance, under the root; the variance is divided by N."
BOOK_KEEPING = "momentum weighs the old value; the variance is kept as it is, biased and without eps."


def stored(after, key):
    """The entry of a bn_param after the call, or a Failure that says it is missing."""
    expect(isinstance(after, dict) and key in after, f"bn_param has no {key!r} after training")
    return after[key]


def book_keeping(namespace, batches, start):
    """The running mean and variance in bn_param after these batches in mode "train"."""
    d = batches[0].shape[1]
    bn_param = namespace.put(start)
    results = namespace.batchnorm_forward.calls((x, np.ones(d), np.zeros(d), bn_param) for x in batches)
    for result in results:
        parts(result, "out", "cache")
    after = bn_param.value()
    return stored(after, "running_mean"), stored(after, "running_var")


@check("batchnorm_forward", points=3, public=True)
def normalizes_every_column_of_a_batch(student, reference, rng):
    """In training each column is normalized, then scaled and shifted; default eps."""
    x = uneven(rng, 5, 3)
    x[:, 1] *= 1e-3 / x[:, 1].std()  # so small that eps counts
    gamma, beta = scale_and_shift(rng, 3)
    expected, _ = reference.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, {"mode": "train"}), "out", "cache")
    close(out, expected, rtol=1e-8, name="out", hint=UNDER_THE_ROOT)


@check("batchnorm_forward", points=2, public=True)
def keeps_running_values(student, reference, rng):
    """Two training batches update running_mean and running_var in the dict that was passed."""
    batches = [uneven(rng, 4, 3) for _ in range(2)]
    mean, var = rng.standard_normal(3), rng.uniform(0.5, 2, 3)
    start = {"mode": "train", "eps": 0.25, "momentum": 0.7, "running_mean": mean, "running_var": var}
    expected_mean, expected_var = book_keeping(reference, batches, start)
    got_mean, got_var = book_keeping(student, batches, start)
    close(got_mean, expected_mean, rtol=1e-8, name="bn_param['running_mean']", hint=BOOK_KEEPING)
    close(got_var, expected_var, rtol=1e-8, name="bn_param['running_var']", hint=BOOK_KEEPING)


@check("batchnorm_forward", points=2, public=True)
def uses_the_running_values_in_testing(student, reference, rng):
    """In testing the running mean and variance take the place of the batch's."""
    x, (gamma, beta) = uneven(rng, 4, 3), scale_and_shift(rng, 3)
    mean, var = rng.standard_normal(3), np.array([4.0, 0.3, 1e-4])
    bn_param = {"mode": "test", "eps": 1e-4, "running_mean": mean, "running_var": var}
    expected, _ = reference.batchnorm_forward(x, gamma, beta, bn_param)
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, bn_param), "out", "cache")
    hint = 'No statistics of this batch in mode "test"; eps is added to the variance there, too.'
    close(out, expected, rtol=1e-8, name="out in testing", hint=hint)


@check("batchnorm_forward", points=2)
def normalizes_batches_of_any_shape(student, rng):
    """Training output for several shapes and eps, one example, one feature and a constant column among them."""
    for (n, d), eps in [((7, 4), 1e-5), ((1, 5), 1e-3), ((6, 1), 2), ((2, 3), 0.1), ((3, 3), 1e-8)]:
        x, (gamma, beta) = uneven(rng, n, d), scale_and_shift(rng, d)
        x[:, 0] = 3.0 if d > 3 else x[:, 0]
        # Running values that are there must not matter in training.
        bn_param = {"mode": "train", "eps": eps, "running_mean": np.full(d, 9.0), "running_var": np.full(d, 4.0)}
        out, _ = parts(student.batchnorm_forward(x, gamma, beta, bn_param), "out", "cache")
        name = f"out for {n} examples, {d} features, eps = {eps:g}"
        close(out, normalized(x, gamma, beta, eps), rtol=1e-8, name=name, hint=UNDER_THE_ROOT)


@check("batchnorm_forward", points=1)
def survives_columns_far_from_zero(student, rng):
    """A column around 1e8 (1e3 in float32) that spreads by 1 is normalized, and its variance is kept."""
    small = rng.integers(-8, 9, (16, 3)) / 4  # these numbers plus 1e8 are exact in float64
    small[0], small[1] = 2.25, -2.25  # no column is constant
    ones, zeros = np.ones(3), np.zeros(3)
    near, _ = parts(student.batchnorm_forward(small, ones, zeros, {"mode": "train"}), "out", "cache")
    far = 1e8 if np.asarray(near).dtype.itemsize > 4 else 1e3  # float32 cannot hold a quarter beside 1e8
    x, bn_param = small + np.array([far, 0.0, -far]), student.put({"mode": "train", "momentum": 0.0})
    out, _ = parts(student.batchnorm_forward(x, ones, zeros, bn_param), "out", "cache")
    hint = "Subtract the mean before you square."
    close(out, normalized(small, ones, zeros, 1e-5), rtol=1e-5, name="out", hint=hint)
    var = np.mean((small - small.mean(axis=0)) ** 2, axis=0)
    close(stored(bn_param.value(), "running_var"), var, rtol=1e-5, name="bn_param['running_var']", hint=hint)


@check("batchnorm_forward", points=2)
def running_values_average_all_batches(student, rng):
    """After n batches the running values are weighted averages of all of them, for several momenta."""
    for momentum, count in [(None, 6), (0.5, 4), (0, 3), (1, 2)]:
        batches = [uneven(rng, 5, 2) for _ in range(count)]
        start = {"mode": "train"} if momentum is None else {"mode": "train", "momentum": momentum}
        m = 0.9 if momentum is None else momentum
        weights = [(1 - m) * m**age for age in reversed(range(count))]
        mean, var = book_keeping(student, batches, start)
        means = [w * x.sum(axis=0) / 5 for w, x in zip(weights, batches, strict=True)]
        variances = [w * x.std(axis=0) ** 2 for w, x in zip(weights, batches, strict=True)]
        said = f" after {count} batches with momentum {m:g}, from zero"
        close(mean, sum(means), rtol=1e-8, name=f"bn_param['running_mean']{said}", hint=BOOK_KEEPING)
        close(var, sum(variances), rtol=1e-8, name=f"bn_param['running_var']{said}", hint=BOOK_KEEPING)


def a_layer_at_test(rng):
    """x, gamma, beta and bn_param of a layer of four features in mode "test"."""
    x, (gamma, beta) = uneven(rng, 3, 4), scale_and_shift(rng, 4)
    mean, var = rng.standard_normal(4), rng.uniform(0.1, 2, 4)
    return x, gamma, beta, {"mode": "test", "eps": 0.5, "momentum": 0.6, "running_mean": mean, "running_var": var}


@check("batchnorm_forward", points=0.5)
def testing_depends_on_no_other_example(student, rng):
    """In testing an example's output does not depend on its batch."""
    x, gamma, beta, bn_param = a_layer_at_test(rng)
    batches = [x, x[:1], x[1:]]
    results = student.batchnorm_forward.calls((batch, gamma, beta, bn_param) for batch in batches)
    for batch, result in zip(batches, results, strict=True):
        out, _ = parts(result, "out", "cache")
        root = (bn_param["running_var"] + 0.5) ** 0.5
        expected = [gamma * (row - bn_param["running_mean"]) / root + beta for row in batch]
        close(out, np.array(expected), rtol=1e-8, name=f"out of {len(batch)} examples in testing")


@check("batchnorm_forward", points=0.5, public=True, side_condition=True)
def testing_keeps_the_running_values(student, rng):
    """In testing the running values stay as they are."""
    *layer, start = a_layer_at_test(rng)
    bn_param = student.put(start)
    student.batchnorm_forward(*layer, bn_param)
    after = bn_param.value()
    for key in ("running_mean", "running_var"):
        close(stored(after, key), start[key], name=f"bn_param[{key!r}]", hint="Testing does not change it.")


@check("batchnorm_forward", points=0.25, public=True)
def running_values_are_zeros_if_absent(student, reference, rng):
    """In testing before any training, the running values are zeros."""
    x, (gamma, beta) = uneven(rng, 3, 4), scale_and_shift(rng, 4)
    expected, _ = reference.batchnorm_forward(x, gamma, beta, {"mode": "test"})
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, {"mode": "test"}), "out", "cache")
    close(out, expected, rtol=1e-8, name="out in testing, before any training", hint="They are zeros if absent.")


# ------------------------------------------------------------------------------------- batchnorm and layernorm backward

GRADIENTS = ("dx", "dgamma", "dbeta")
THREE_PATHS = "x goes into out directly, through the mean and through the variance."


def passed(namespace, layer, backward, case, dout):
    """out of the forward pass of this layer, and the three gradients; case: (x, gamma, beta, bn_param)."""
    out, cache = parts(getattr(namespace, f"{layer}_forward")(*case), "out", "cache")
    return out, parts(getattr(namespace, backward)(dout, cache), *GRADIENTS)


def close_to_own(got, right, own, *, rtol, atol=None, name, hint):
    """Require the right gradient, or `own`, that of the student's own forward pass."""
    if np.shape(got) != right.shape or not np.allclose(got, own, rtol=1e-4, atol=1e-4 * np.abs(own).max()):
        close(got, right, rtol=rtol, atol=atol, name=name, hint=hint)


def own_scale(out, right, beta, layer):
    """What the student's normalized values are the right ones times: an array that broadcasts with `right`.

    out, right: (N, D) arrays, what the two forward passes gave. A factor of each feature (each row, for layer norm)
    comes of an unbiased variance or of eps in another place. It has cost its points in the forward pass, and the
    gradients of that pass are larger by it, too. All nan where out is right, or wrong in another way.
    """
    axis = 0 if layer == "batchnorm" else 1
    none = np.full_like(right.sum(axis=axis, keepdims=True), np.nan)
    if np.shape(out) != right.shape:
        return none
    out, right = out - beta, right - beta
    scale = (out * right).sum(axis=axis, keepdims=True) / ((right**2).sum(axis=axis, keepdims=True) + 1e-300)
    consistent = scale.min() > 1e-3 and np.allclose(out, scale * right)
    return scale if consistent and not np.allclose(scale, 1.0, rtol=1e-9, atol=0) else none


def layer_of(backward):
    return "layernorm" if backward == "layernorm_backward" else "batchnorm"


def same_scale_and_shift(student, reference, rng, backward):
    """dgamma and dbeta, against the reference."""
    layer, (gamma, beta) = layer_of(backward), scale_and_shift(rng, 4)
    case, dout = (uneven(rng, 5, 4), gamma, beta, {"mode": "train"}), rng.standard_normal((5, 4)) + 0.5
    right, (_, dgamma_expected, dbeta_expected) = passed(reference, layer, backward, case, dout)
    out, (_, dgamma, dbeta) = passed(student, layer, backward, case, dout)
    scale = own_scale(out, right, beta, layer)
    own = numerical_gradient(lambda g: scale * (right - beta) / gamma * g, gamma, dout=dout)
    hint = "gamma multiplied the normalized x."
    close_to_own(dgamma, dgamma_expected, own, rtol=1e-8, name="dgamma", hint=hint)
    close(dbeta, dbeta_expected, rtol=1e-8, name="dbeta", hint="beta was added to every example.")


def same_input_gradient(student, reference, rng, backward):
    """dx, against the reference; eps is large enough to count."""
    layer, (gamma, beta) = layer_of(backward), scale_and_shift(rng, 4)
    case = (rng.standard_normal((5, 4)) + 1, gamma, beta, {"mode": "train", "eps": 0.2})
    dout = rng.standard_normal((5, 4)) + 0.5
    right, (expected, _, _) = passed(reference, layer, backward, case, dout)
    out, (dx, _, _) = passed(student, layer, backward, case, dout)
    scale = own_scale(out, right, beta, layer)
    close_to_own(dx, expected, scale * expected, rtol=1e-8, name="dx", hint=THREE_PATHS)


def gradients_by_complex_step(student, rng, backward):
    """All three gradients of several shapes and eps, against complex steps; the caches are used last to first."""
    layer, cases = layer_of(backward), []
    axis = 0 if layer == "batchnorm" else 1
    for (n, d), eps in [((4, 3), 1e-5), ((2, 5), 0.3), ((6, 1), 1e-2), ((1, 4), 0.5), ((3, 2), 4)]:
        x = rng.standard_normal((n, d)) * rng.uniform(0.5, 3, d) + rng.uniform(-3, 3, d)
        cases.append((x, *scale_and_shift(rng, d), {"mode": "train", "eps": eps}))
    results = getattr(student, f"{layer}_forward").calls(cases)
    for result, (x, gamma, beta, settings) in reversed(list(zip(results, cases, strict=True))):
        out, cache = parts(result, "out", "cache")
        dout, eps, inputs = rng.standard_normal(x.shape) + 1, settings["eps"], (x, gamma, beta)
        got = parts(getattr(student, backward)(dout, cache), *GRADIENTS)
        scale = own_scale(out, normalized(*inputs, eps, axis), beta, layer)
        # The scale of what was added up: all of it may cancel, as it does for one example.
        size = np.abs(gamma).max() * np.abs(dout).max() / eps**0.5
        for i, name in enumerate(GRADIENTS):

            def scaled(v, i=i, inputs=inputs, eps=eps, scale=1.0):
                x, gamma, beta = (*inputs[:i], v, *inputs[i + 1 :])
                return scale * normalized(x, gamma, 0 * beta, eps, axis) + beta

            expected = numerical_gradient(scaled, inputs[i], complex_step=True, dout=dout)
            own = numerical_gradient(
                lambda v, f=scaled, s=scale: f(v, scale=s), inputs[i], complex_step=True, dout=dout
            )
            named = f"{name} for shape {x.shape}, eps = {eps:g}"
            close_to_own(got[i], expected, own, rtol=1e-7, atol=1e-12 * size, name=named, hint=THREE_PATHS)


def shift_and_stretch_get_no_gradient(student, rng, backward):
    """Nothing comes out for one example, and nothing along a shift or (without eps) a stretch of a feature."""
    x, (gamma, beta) = rng.standard_normal((6, 3)) + 2, scale_and_shift(rng, 3)
    case = (x, gamma, beta, {"mode": "train", "eps": 1e-15})
    _, (dx, _, _) = passed(student, "batchnorm", backward, case, nonzero(rng, 6, 3))
    dx = shaped(dx, x.shape, "dx")
    scale = np.abs(gamma).max() / x.std(axis=0).min()
    expect(np.abs(dx).max() > 1e-3 * np.abs(gamma).min() / x.std(axis=0).max(), "dx is 0 for a batch of 6 examples")
    close(dx.sum(axis=0) / scale, np.zeros(3), atol=3e-6, name="dx, added up over the batch", hint=THREE_PATHS)
    stretch = np.sum(dx * (x - x.mean(axis=0)), axis=0)
    close(stretch / scale, np.zeros(3), atol=3e-6, name="dx times (x - mean), added up", hint=THREE_PATHS)
    case = (rng.standard_normal((1, 3)), gamma, beta, {"mode": "train", "eps": 0.5})
    dout = nonzero(rng, 1, 3)
    _, (dx, dgamma, dbeta) = passed(student, "batchnorm", backward, case, dout)
    close(dx, np.zeros((1, 3)), atol=1e-9, name="dx of one example", hint=THREE_PATHS)
    close(dgamma, np.zeros(3), atol=1e-9, name="dgamma of one example")
    close(dbeta, dout[0], name="dbeta of one example")


@check("batchnorm_backward", points=2, public=True)
def batchnorm_gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta of batch normalization."""
    same_scale_and_shift(student, reference, rng, "batchnorm_backward")


@check("batchnorm_backward", points=3, public=True)
def batchnorm_gradient_of_the_input(student, reference, rng):
    """dx of batch normalization, with the paths through the mean and the variance."""
    same_input_gradient(student, reference, rng, "batchnorm_backward")


@check("batchnorm_backward", points=4)
def batchnorm_gradients_agree_with_complex_steps(student, rng):
    """All three gradients agree with complex steps, for several shapes and eps."""
    gradients_by_complex_step(student, rng, "batchnorm_backward")


@check("batchnorm_backward", points=2.5)
def batchnorm_gradient_ignores_shift_and_stretch(student, rng):
    """What the forward pass undoes gets no gradient: a shift, a stretch, and everything for a single example."""
    shift_and_stretch_get_no_gradient(student, rng, "batchnorm_backward")


@check("batchnorm_backward_alt", "layernorm_backward", points=1, public=True)
def gradients_of_scale_and_shift(student, reference, exercise, rng):
    """dgamma and dbeta of {exercise}."""
    same_scale_and_shift(student, reference, rng, exercise)


@check("batchnorm_backward_alt", "layernorm_backward", points=2, public=True)
def gradient_of_the_input(student, reference, exercise, rng):
    """dx of {exercise}, with the paths through the mean and the variance."""
    same_input_gradient(student, reference, rng, exercise)


@check("batchnorm_backward_alt", "layernorm_backward", points=1.5)
def gradients_agree_with_complex_steps(student, exercise, rng):
    """All three gradients of {exercise} agree with complex steps, for several shapes and eps."""
    gradients_by_complex_step(student, rng, exercise)


@check("batchnorm_backward_alt", points=1)
def alt_gradient_ignores_shift_and_stretch(student, rng):
    """In closed form, too, a shift, a stretch and a single example get no gradient."""
    shift_and_stretch_get_no_gradient(student, rng, "batchnorm_backward_alt")


# ---------------------------------------------------------------------------------------------------------- layernorm

PER_EXAMPLE = "One mean and one variance per example; eps is added to the variance, under the root."


@check("layernorm_forward", points=2, public=True)
def normalizes_every_row(student, reference, rng):
    """Each row is normalized, then scaled and shifted feature by feature; default eps."""
    x = uneven(rng, 4, 4)
    x[1] = 1e-3 * rng.standard_normal(4)  # so small that eps counts
    gamma, beta = scale_and_shift(rng, 4)
    expected, _ = reference.layernorm_forward(x, gamma, beta, {})
    out, _ = parts(student.layernorm_forward(x, gamma, beta, {}), "out", "cache")
    close(out, expected, rtol=1e-8, name="out", hint=PER_EXAMPLE)


@check("layernorm_forward", points=1.5)
def normalizes_rows_of_any_length(student, rng):
    """Several shapes and eps: one example, one feature, and a row of equal numbers among them."""
    for (n, d), eps in [((3, 7), 1e-5), ((1, 5), 1e-3), ((6, 1), 2), ((2, 3), 0.1), ((4, 4), 1e-8)]:
        x, (gamma, beta) = uneven(rng, n, d), scale_and_shift(rng, d)
        x[0] = 3.0 if n == 3 else x[0]
        out, _ = parts(student.layernorm_forward(x, gamma, beta, {"eps": eps}), "out", "cache")
        name = f"out for {n} examples, {d} features, eps = {eps:g}"
        close(out, normalized(x, gamma, beta, eps, axis=1), rtol=1e-8, name=name, hint=PER_EXAMPLE)


@check("layernorm_forward", points=1)
def rows_do_not_depend_on_each_other(student, rng):
    """A row by itself gives what it gives in a batch, and a row that is shifted and stretched gives the same."""
    x, (gamma, beta) = rng.standard_normal((5, 6)), scale_and_shift(rng, 6)
    moved = x * rng.uniform(2, 50, (5, 1)) + rng.uniform(-9, 9, (5, 1))
    batches = [x, moved, *(x[i : i + 1] for i in range(5))]
    results = student.layernorm_forward.calls((batch, gamma, beta, {"eps": 1e-14}) for batch in batches)
    outs = (parts(result, "out", "cache")[0] for result in results)
    out, same, *rows = (shaped(out, batch.shape, "out") for out, batch in zip(outs, batches, strict=True))
    close(out, normalized(x, gamma, beta, 1e-14, axis=1), rtol=1e-8, name="out", hint=PER_EXAMPLE)
    close(same, out, rtol=1e-8, name="out of rows that were shifted and stretched", hint=PER_EXAMPLE)
    for i, row in enumerate(rows):
        close(row, out[i : i + 1], rtol=1e-8, name=f"out of row {i} by itself")


# ------------------------------------------------------------------------------------------------------ EarlyStopping


def train(early_stopping, settings, losses):
    """Train until the losses are over, whatever it says: in epoch t, w is changed in place, b replaced, both to t + 1.

    Returns what each step returned, then best_loss, best_epoch and best_params.
    """
    import numpy as np

    stopper = early_stopping(*settings)
    params = {"w": np.zeros((2, 3)), "b": np.zeros(2)}
    said = []
    for loss in losses:
        params["w"] += 1
        params["b"] = params["b"] + 1
        said.append(stopper.step(loss, params))
    params["w"] += 1  # whoever keeps the arrays themselves has these now
    return said, stopper.best_loss, stopper.best_epoch, stopper.best_params


def trained(student, settings, losses):
    """What `train` returns of the student's class, with what each step said as bools."""
    result = student.probe(train, "EarlyStopping")(student.get("EarlyStopping"), list(settings), list(losses))
    said, *best = parts(result, "what each step said", "best_loss", "best_epoch", "best_params")
    for answer in parts(said, *(f"what step {i} said" for i in range(len(losses)))):
        expect(isinstance(answer, (bool, np.bool_)), f"step should return True or False, it returned {answer!r}")
    return [bool(answer) for answer in said], *best


def remembers(best, losses, epoch):
    """best_loss and best_epoch belong to this epoch."""
    close(best[0], losses[epoch], name="best_loss")
    equal(best[1], epoch, name="best_epoch", hint="Counted from 0.")


def random_curve(rng, epochs=24):
    """Losses that fall now and then, exact in binary."""
    return (rng.integers(0, 65, epochs) / 8 - np.arange(epochs) / 8).tolist()


def by_definition(losses, patience, min_delta=0.0):
    """What each step says, and the best epoch."""
    improved = [0]
    for epoch in range(1, len(losses)):
        if losses[improved[-1]] - losses[epoch] > min_delta:
            improved.append(epoch)
    since = [epoch - max(i for i in improved if i <= epoch) for epoch in range(len(losses))]
    return [waited >= patience for waited in since], improved[-1]


@check("EarlyStopping", points=2, public=True)
def stops_when_patience_is_over(student, rng):
    """It stops after `patience` epochs in a row without improvement, for patience 1, 2 and 3."""
    losses = [1.0, 0.5, 0.625, 0.75, 0.25, 0.375, 0.5, 0.375, 0.75]
    expected = {
        1: [False, False, True, True, False, True, True, True, True],
        2: [False, False, False, True, False, False, True, True, True],
        3: [False, False, False, False, False, False, False, True, True],
    }
    another = random_curve(rng, 12)
    cases = [(losses, patience, answers) for patience, answers in expected.items()]
    cases += [(another, patience, by_definition(another, patience)[0]) for patience in (1, 2, 3)]
    for losses, patience, answers in cases:
        said, *_ = trained(student, [patience, 0.0], losses)
        hint = "An improvement starts the count again."
        equal(said, answers, name=f"step by step, patience {patience}, losses {losses}", hint=hint)


@check("EarlyStopping", points=1.5, public=True)
def knows_the_best_epoch(student, rng):
    """best_loss and best_epoch are those of the best epoch, not of the last one; min_delta says what is better."""
    falling = [3.0, 2.5, 2.25, 2.0, 1.875, 1.0, 0.875]  # the last is lower, but not by enough
    curves = [([0.9, 0.4, 0.6, 0.3, 0.5, 0.7], 0.0), ([*random_curve(rng, 8), 9.0], 0.0), (falling, 0.5)]
    for losses, min_delta in curves:
        _, *best = trained(student, [2, min_delta] if min_delta else [2], losses)
        remembers(best, losses, by_definition(losses, 2, min_delta)[1])


@check("EarlyStopping", points=1, public=True)
def keeps_the_best_parameters(student, rng):
    """best_params are those of the best epoch, though the training goes on changing the arrays."""
    for losses in ([0.9, 0.4, 0.3, 0.5, 0.7], [*random_curve(rng, 6), 9.0], random_curve(rng)):
        *_, best_params = trained(student, [2, 0.0], losses)
        epoch = by_definition(losses, 2)[1]
        expect(isinstance(best_params, dict), "best_params should be a dict of arrays")
        expected = {"w": np.full((2, 3), epoch + 1.0), "b": np.full(2, epoch + 1.0)}
        name = f"best_params after {len(losses)} epochs, of which number {epoch} was the best"
        hint = "A copy of the arrays themselves: the training goes on changing them in place."
        close(best_params, expected, name=name, hint=hint)


@check("EarlyStopping", points=1.5)
def small_improvements_do_not_count(student, rng):
    """An improvement is a loss below best_loss - min_delta; smaller ones count once they have added up."""
    hint = "Compare with the loss of the last improvement. Exactly min_delta less is not enough."
    steps = np.cumsum(rng.integers(-3, 2, 12) / 8).tolist()
    for min_delta, losses, expected, epoch in [
        (0.25, [2.0, 1.875, 1.75, 1.625, 1.5, 1.375], [False, False, True, False, False, True], 3),
        (0.25, [1.0, 0.75, 0.5, 0.5, 0.25], [False, False, False, False, True], 2),
        (0.0, [1.0, 1.0, 0.5, 0.5, 0.5], [False, False, False, False, True], 2),
        (0.5, [-1.0, -1.25, -2.0, -2.25, -2.5, -8.0], [False, False, False, False, True, False], 5),
        (0.25, steps, *by_definition(steps, 2, 0.25)),
    ]:
        said, *best = trained(student, [2, min_delta], losses)
        equal(said, expected, name=f"step by step, patience 2, min_delta {min_delta}, losses {losses}", hint=hint)
        remembers(best, losses, epoch)


@check("EarlyStopping", points=1.5)
def follows_random_curves(student, rng):
    """Random loss curves with several settings, judged against the definition."""
    for patience, min_delta in [(1, 0.0), (3, 0.125), (4, 0.5), (7, 0.0)]:
        losses = random_curve(rng)
        expected, epoch = by_definition(losses, patience, min_delta)
        said, *best = trained(student, [patience, min_delta], losses)
        equal(said, expected, name=f"step by step, patience {patience}, min_delta {min_delta}, losses {losses}")
        remembers(best, losses, epoch)


@check("EarlyStopping", points=0.25, side_condition=True)
def begins_with_nothing(student):
    """Before the first epoch nothing is best."""
    _, *best = trained(student, [2], [])
    close(best[0], np.inf, name="best_loss before the first epoch")
    equal(best[1:], [None, None], name="best_epoch and best_params before the first epoch")


@check("EarlyStopping", points=0.25, public=True)
def takes_nan_for_no_improvement(student, rng):
    """nan is no improvement, be it the first loss or a later one."""
    low, high = np.sort(rng.integers(8, 80, 2) / 8).tolist()
    losses = [np.nan, high + 1, np.nan, np.nan, low]
    said, *best = trained(student, [2], losses)
    equal(said, [False, False, False, True, False], name=f"step by step, patience 2, losses {losses}")
    remembers(best, losses, 4)


# ------------------------------------------------------------------------------------------------------ kfold_indices


def indices(values, n, name):
    """A one-dimensional array of indices as sorted ints. Raises: Failure unless each is an int in 0 ... n - 1."""
    try:
        array = np.asarray(values if isinstance(values, (np.ndarray, list, tuple)) else None)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    expect(array.ndim == 1 and array.dtype.kind in "iu", f"{name} should be a one-dimensional array of ints")
    outside = array[(array < 0) | (array >= n)]
    expect(outside.size == 0, f"{name} holds {outside[:1]}, which is not in 0 ... {n - 1}")
    return np.sort(array)


def splits_of(result, n, k):
    """k pairs of sorted index arrays. Raises: Failure for anything else."""
    expect(isinstance(result, (list, tuple)) and len(result) == k, f"kfold_indices({n}, {k}) returns a list of {k}")
    found = []
    for number, split in enumerate(result):
        pair = list(split) if isinstance(split, np.ndarray) and split.ndim else split
        expect(isinstance(pair, (list, tuple)) and len(pair) == 2, f"split {number} is no pair (train, val)")
        train_on, val = pair
        found.append((indices(train_on, n, f"train of split {number}"), indices(val, n, f"val of split {number}")))
    return found


def vals_partition(splits, n):
    """Each index is validated exactly once."""
    times = np.bincount(np.concatenate([val for _, val in splits]), minlength=n)
    wrong = np.flatnonzero(times != 1)
    expect(
        wrong.size == 0,
        f"with {n} examples and {len(splits)} folds, example {wrong[:1]} is in {times[wrong[:1]]} of the val arrays, "
        "expected in exactly 1",
    )


def trains_complete(splits, n):
    """Each train holds what its val does not, once."""
    for number, (train_on, val) in enumerate(splits):
        expected = np.setdiff1d(np.arange(n), val)
        equal(train_on, expected, name=f"train of split {number}, sorted", hint="All indices that are not in its val.")


def sizes_are_even(splits, n):
    """The folds' sizes differ by 1 at most."""
    sizes = [len(val) for _, val in splits]
    expect(max(sizes) - min(sizes) <= 1, f"{n} examples in {len(splits)} folds of sizes {sizes}: differ by 1 at most")


@check("kfold_indices", points=2.5, public=True)
def each_example_is_validated_once(student, seed):
    """Each example is in exactly one val, also where k does not divide n."""
    for n, k in [(12, 3), (11, 4), (7, 7)]:
        vals_partition(splits_of(student.kfold_indices(n, k, seed), n, k), n)


@check("kfold_indices", points=1, public=True, side_condition=True)
def folds_have_nearly_equal_sizes(student, seed):
    """The folds' sizes differ by 1 at most."""
    for n, k in [(12, 4), (14, 5), (23, 6)]:
        sizes_are_even(splits_of(student.kfold_indices(n, k, seed), n, k), n)


@check("kfold_indices", points=1.5, public=True, side_condition=True)
def train_holds_the_others(student, seed):
    """train holds all the examples that are not in val, each once."""
    for n, k in [(12, 3), (11, 4)]:
        trains_complete(splits_of(student.kfold_indices(n, k, seed), n, k), n)


@check("kfold_indices", points=1)
def folds_are_right_for_many_sizes(student, seed):
    """Partition, sizes and training sets for many n and k, two folds and one example per fold among them."""
    cases = [(2, 2), (3, 2), (9, 9), (10, 9), (31, 6), (20, 5), (101, 10)]
    results = student.kfold_indices.calls((n, k, seed) for n, k in cases)
    for (n, k), result in zip(cases, results, strict=True):
        splits = splits_of(result, n, k)
        vals_partition(splits, n)
        sizes_are_even(splits, n)
        trains_complete(splits, n)


@check("kfold_indices", points=1)
def folds_are_shuffled(student, seed):
    """Which examples share a fold is left to chance."""
    n, k = 240, 4
    results = student.kfold_indices.calls((n, k, seed) for _ in range(3))
    for result in results:
        fold = np.zeros(n, int)
        for number, (_, val) in enumerate(splits_of(result, n, k)):
            fold[val] = number
        # Of the 239 pairs of neighbors about 59 share a fold, give or take 7: the limits are eight times that far.
        together = int(np.count_nonzero(fold[1:] == fold[:-1]))
        expect(
            5 <= together <= 120,
            f"of {n - 1} pairs of neighbors {together} are in the same of {k} folds; shuffle the examples first",
        )


@check("kfold_indices", points=0.5, side_condition=True, public=True)
def refuses_impossible_folds(student):
    """kfold_indices raises ValueError for fewer than 2 folds, and for more folds than examples."""
    for n, k in [(5, 1), (5, 0), (5, 6), (3, -2)]:
        raises(student.kfold_indices, n, k, 1, error="ValueError")


# ------------------------------------------------------------------------------------------------------ bias_variance

BOTH_MEANS = "Over the models first, then over the points."


@check("bias_variance", points=1.5, public=True)
def squared_bias_of_three_models(student, reference, rng):
    """The squared bias of three models at four points."""
    predictions, target = uneven(rng, 3, 4), rng.standard_normal(4)
    expected, _ = reference.bias_variance(predictions, target)
    bias_squared, _ = parts(student.bias_variance(predictions, target), "bias_squared", "variance")
    close(bias_squared, expected, name="bias_squared", hint=BOTH_MEANS)


@check("bias_variance", points=1.5, public=True)
def variance_of_three_models(student, reference, rng):
    """The variance of three models at four points."""
    predictions, target = uneven(rng, 3, 4), rng.standard_normal(4)
    _, expected = reference.bias_variance(predictions, target)
    _, variance = parts(student.bias_variance(predictions, target), "bias_squared", "variance")
    close(variance, expected, name="variance", hint=BOTH_MEANS)


@check("bias_variance", points=2)
def bias_and_variance_follow_from_their_definitions(student, rng):
    """Both numbers for several shapes, point by point; they add up to the mean squared error."""
    for m, n in [(5, 3), (2, 8), (4, 1), (3, 3), (1, 4)]:
        predictions, target = uneven(rng, m, n), rng.standard_normal(n)
        bias_squared, variance = parts(student.bias_variance(predictions, target), "bias_squared", "variance")
        biases, variances = [], []
        for point in range(n):
            values = predictions[:, point].tolist()
            mean = sum(values) / m
            biases.append((mean - target[point]) ** 2)
            variances.append(sum((value - mean) ** 2 for value in values) / m)
        said = f" of {m} models at {n} points"
        close(bias_squared, sum(biases) / n, rtol=1e-9, name=f"bias_squared{said}", hint=BOTH_MEANS)
        close(variance, sum(variances) / n, rtol=1e-9, name=f"variance{said}", hint=BOTH_MEANS)


@check("bias_variance", points=0.25)
def models_that_agree_have_no_variance(student, rng):
    """Models that all say the same have a bias and no variance."""
    target, less = nonzero(rng, 4), rng.integers(5, 16) / 4
    result = student.bias_variance(np.tile(target - less, (4, 1)), target)
    bias_squared, variance = parts(result, "bias_squared", "variance")
    close(bias_squared, less**2, name=f"bias_squared of models that all say {less} too little")
    close(variance, 0.0, atol=1e-12, name="variance of models that all say the same")


@check("bias_variance", points=0.25)
def models_that_are_right_on_average_have_no_bias(student, rng):
    """Two models that are right on average have a variance and no bias."""
    target, off = nonzero(rng, 4), rng.integers(5, 16) / 4
    result = student.bias_variance(target + np.array([[off], [-off]]), target)
    bias_squared, variance = parts(result, "bias_squared", "variance")
    close(bias_squared, 0.0, atol=1e-12, name="bias_squared of two models that are right on average")
    close(variance, off**2, name=f"variance of two models, one {off} too high, one {off} too low")


# -------------------------------------------------------------------------------------------------- bootstrap, bagging


def sample_of(result, n):
    """A bootstrap sample, sorted. Raises: Failure unless it is n indices."""
    sample = indices(result, n, "the bootstrap sample")
    expect(len(sample) == n, f"the bootstrap sample of {n} examples has {len(sample)} indices")
    return sample


@check("bootstrap_indices", points=0.5, public=True, side_condition=True)
def sample_has_n_indices(student, seed):
    """A bootstrap sample of n examples is n indices."""
    for result, n in zip(student.bootstrap_indices.calls([(50, seed), (7, seed)]), (50, 7), strict=True):
        sample_of(result, n)


@check("bootstrap_indices", points=1, public=True)
def sample_is_drawn_with_replacement(student, seed):
    """Some examples occur several times, some not at all."""
    results = student.bootstrap_indices.calls((50, seed + i) for i in range(20))
    distinct = [len(set(sample_of(result, 50).tolist())) for result in results]
    expect(max(distinct) < 50, "no example occurs twice in a sample of 50; it is drawn with replacement")
    expect(min(distinct) > 5, f"only {min(distinct)} of 50 examples occur; they are drawn independently of each other")
    expect(len(set(distinct)) > 1, f"each of 20 samples of 50 holds {distinct[0]} different examples; draw each anew")


@check("bootstrap_indices", points=0.25, side_condition=True)
def sample_of_one_example(student, seed):
    """A data set of one example has one sample."""
    equal(sample_of(student.bootstrap_indices(1, seed), 1), np.array([0]), name="the sample of 1 example")


@check("bootstrap_indices", points=0.75, side_condition=True)
def sample_can_hold_any_example(student, seed):
    """The first and the last example can be drawn."""
    results = student.bootstrap_indices.calls((3, seed + i) for i in range(60))
    samples = [sample_of(result, 3) for result in results]
    missing = sorted({0, 1, 2} - {int(i) for sample in samples for i in sample})
    expect(not missing, f"of the examples 0, 1 and 2, number {missing} is in none of 60 samples")


@check("bootstrap_indices", points=1, side_condition=True)
def all_examples_are_equally_likely(student, seed):
    """All examples are equally likely."""
    n, draws = 5, 400
    results = student.bootstrap_indices.calls((n, seed + i) for i in range(draws))
    counts = np.bincount(np.concatenate([sample_of(result, n) for result in results]), minlength=n)
    for example, count in enumerate(counts.tolist()):
        fewer, more = special.bdtr(count, n * draws, 1 / n), special.bdtrc(count - 1, n * draws, 1 / n)
        expect(
            min(fewer, 1 if count == 0 else more) > RARE,
            f"example {example} of {n} was drawn {count} times in {n * draws} draws, expected about {draws}",
        )


MEAN = "The mean over the models, entry by entry."


@check("bagging_predict", points=1.5, public=True)
def bag_predicts_the_mean(student, rng):
    """The prediction of three models is the mean of theirs."""
    X, slopes = rng.standard_normal((4, 2)), rng.standard_normal((3, 2))
    models = [lambda x, w=w: x @ w for w in slopes]
    close(student.bagging_predict(models, X), X @ slopes.sum(axis=0) / 3, rtol=1e-9, name="prediction", hint=MEAN)


@check("bagging_predict", points=1)
def bag_of_any_size(student, rng):
    """One model, two and five, which predict numbers or the probabilities of classes."""
    for count, shape in [(1, (3,)), (2, (4, 3)), (5, (2, 2)), (3, (3, 3)), (4, (1,))]:
        X, predictions = rng.standard_normal((shape[0], 2)), rng.uniform(0, 1, (count, *shape))
        if len(shape) > 1:
            predictions /= predictions.sum(axis=-1, keepdims=True)
        models = [lambda _, p=p: p for p in predictions]
        expected = sum(predictions[1:], predictions[0]) / count
        name = f"prediction of {count} models, each of shape {shape}"
        close(student.bagging_predict(models, X), expected, rtol=1e-9, name=name, hint=MEAN)


@check("bagging_predict", points=1)
def bag_of_models_that_count(student, rng):
    """Models that predict ints have a mean that is no int."""
    counts = rng.integers(0, 9, (3, 3))
    counts[2] += (1 - counts.sum(axis=0)) % 3  # no sum is a multiple of three
    models = [lambda _, row=row: row for row in counts]
    got = student.bagging_predict(models, np.zeros((3, 1)))
    close(got, counts.sum(axis=0) / 3, rtol=1e-9, name="prediction from ints", hint=MEAN)


@check("bagging_predict", points=0.25, public=True, side_condition=True)
def each_model_is_given_all_of_X(student, rng):
    """Each model is asked for all of X at once."""
    X, seen = rng.standard_normal((3, 2)), []

    def model(x):
        seen.append(np.array(x))
        return np.zeros(len(x))

    student.bagging_predict([model, model], X)
    expect(len(seen) >= 2, f"of two models {len(seen)} were asked")
    for given in seen:
        close(given, X, name="what a model was given", hint="All of X at once.")


@check("bagging_predict", points=0.25, public=True, side_condition=True)
def bag_leaves_its_input_alone(student, rng):
    """bagging_predict does not modify X."""
    unmodified(student.bagging_predict, [lambda x: np.zeros(len(x))], rng.standard_normal((3, 2)), inputs=(1,))


# ------------------------------------------------------------------------------------------------------ random_search


def trials_of(result, space, n):
    """The values of each hyper-parameter, name by name: dict of (n,) arrays. Raises: Failure for anything else."""
    expect(isinstance(result, (list, tuple)) and len(result) == n, f"random_search returns a list of {n} dicts")
    for trial in result:
        expect(isinstance(trial, dict), "each trial is a dict")
        expect(set(trial) == set(space), f"a trial has the names {sorted(trial)}, expected {sorted(space)}")
        for name, value in trial.items():
            number = isinstance(value, (int, float, np.number, np.ndarray)) and np.ndim(value) == 0
            expect(number and np.asarray(value).dtype.kind in "iuf", f"trial[{name!r}] should be a float")
    return {name: np.array([float(trial[name]) for trial in result]) for name in space}


def inside(values, space):
    """All values lie between their low and their high, rounding aside."""
    for name, (low, high) in space.items():
        wrong = values[name][~((values[name] >= low * (1 - 1e-9)) & (values[name] <= high * (1 + 1e-9)))]
        expect(wrong.size == 0, f"{name} = {wrong[:1]} is not between {low:g} and {high:g}")


def places(values, space):
    """Where each value lies between its low (0) and its high (1) on a logarithmic scale, name by name."""
    return {name: np.log(values[name] / low) / np.log(high / low) for name, (low, high) in space.items()}


def evenly_spread(place, name):
    """The places are uniform between 0 and 1, as far as chance allows."""
    n, sorted_places = len(place), np.sort(place)
    distance = max((np.arange(1, n + 1) / n - sorted_places).max(), (sorted_places - np.arange(n) / n).max())
    expect(
        distance <= np.sqrt(np.log(2 / RARE) / (2 * n)),
        f"the logarithms of {n} values of {name} are not spread evenly: {np.mean(place < 0.5):.0%} lie in the lower "
        "half; draw a histogram and look at it",
    )


SPACE = {"rate": (1e-4, 1.0), "reg": (1e-6, 1e-2)}


@check("random_search", points=0.5, public=True, side_condition=True)
def trials_lie_in_their_space(student, seed):
    """n dicts with a value in its range for each name."""
    for n, result in zip((20, 1), student.random_search.calls([(SPACE, 20, seed), (SPACE, 1, seed + 1)]), strict=True):
        inside(trials_of(result, SPACE, n), SPACE)


@check("random_search", points=1, public=True)
def values_are_spread_over_the_decades(student, seed):
    """The logarithm of each value is uniform: each decade gets its share."""
    values = trials_of(student.random_search(SPACE, 600, seed), SPACE, 600)
    inside(values, SPACE)
    for name, place in places(values, SPACE).items():
        evenly_spread(place, name)


@check("random_search", points=1)
def values_of_any_range_are_log_uniform(student, seed):
    """Ranges below and above 1, narrow and wide ones, and a single name or three."""
    for space in [{"units": (16, 1024)}, {"a": (0.5, 0.6), "b": (1e-8, 1e3), "c": (20.0, 90.0)}]:
        values = trials_of(student.random_search(space, 600, seed), space, 600)
        inside(values, space)
        for name, place in places(values, space).items():
            evenly_spread(place, name)


@check("random_search", points=1, side_condition=True)
def trials_are_independent(student, seed):
    """No value comes twice, no value says anything about another, and nothing forces them to be even."""
    n = 60
    space = {"a": (1e-3, 1.0), "b": (1e-2, 10.0), "c": (1e-5, 1e-1)}
    values = trials_of(student.random_search(space, n, seed), space, n)
    inside(values, space)
    found = places(values, space)
    for name, place in found.items():
        different = len(np.unique(place))  # continuous draws hardly ever agree, not even in float32
        expect(different > 0.9 * n, f"{name} has only {different} different values in {n} trials: draw each one anew")
        filled = len(set(np.minimum(place * n, n - 1).astype(int).tolist()))
        # That n draws fall into n equal boxes, one each, has the probability n! / n^n, 2e-25 for n = 60.
        expect(filled < n, f"the values of {name} are as even as a grid; each is to be drawn at random")
        rising = np.all(np.diff(place) > 0) or np.all(np.diff(place) < 0)
        expect(not rising, f"the values of {name} are in order; trials are to be independent of each other")
    for one, other in [("a", "b"), ("b", "c"), ("a", "c")]:
        difference = np.abs(found[one] - found[other])
        mirrored = np.abs(found[one] + found[other] - 1)
        expect(
            min(difference.max(), mirrored.max()) > 1e-6,
            f"in each trial {one} and {other} lie at the same place of their ranges; draw each by itself",
        )


# -------------------------------------------------------------------------------------------------------- standardize

TRAINING_RULER = "Mean and standard deviation are those of the training data, for both."


def in_a_small_unit(train_data, test_data):
    """Give the second column a small unit, in place: what is added to its spread then shows."""
    small = 1e-3 / train_data[:, 1].std()
    train_data[:, 1] *= small
    test_data[:, 1] *= small


@check("standardize", points=1, public=True)
def training_data_are_standardized(student, reference, rng):
    """Each training column gets mean 0 and standard deviation 1."""
    train_data, test_data = uneven(rng, 5, 3), uneven(rng, 4, 3)
    in_a_small_unit(train_data, test_data)
    expected, _ = reference.standardize(train_data, test_data)
    got, _ = parts(student.standardize(train_data, test_data), "train", "test")
    close(got, expected, rtol=1e-9, name="train", hint="The standard deviation is divided by N.")


@check("standardize", points=1, public=True)
def test_data_are_measured_by_the_same_ruler(student, reference, rng):
    """The test data are standardized with the training data's mean and standard deviation."""
    train_data, test_data = uneven(rng, 5, 3), uneven(rng, 4, 3)
    in_a_small_unit(train_data, test_data)
    _, expected = reference.standardize(train_data, test_data)
    _, got = parts(student.standardize(train_data, test_data), "train", "test")
    close(got, expected, rtol=1e-9, name="test", hint=TRAINING_RULER)


def close_by_column(student, train_data, test_data, divisors):
    """Require both results, column by column. divisors: of each column, None for the training data's spread."""
    result = parts(student.standardize(train_data, test_data), "train", "test")
    for got, data, name in zip(result, (train_data, test_data), ("train", "test"), strict=True):
        got = shaped(got, data.shape, name)
        for d, (column, divisor) in enumerate(zip(train_data.T.tolist(), divisors, strict=True)):
            mean = sum(column) / len(column)
            spread = (sum((value - mean) ** 2 for value in column) / len(column)) ** 0.5
            expected = (data[:, d] - mean) / (divisor or spread)
            close(got[:, d], expected, rtol=1e-8, name=f"column {d} of {name}", hint=TRAINING_RULER)


@check("standardize", points=0.75)
def constant_columns_are_only_centred(student, rng):
    """A training column that is constant is divided by 1, in the test data as well."""
    train_data, test_data = uneven(rng, 8, 3), uneven(rng, 3, 3)
    train_data[:, 1], test_data[:, 1] = 7.0, [7.0, 9.0, 4.5]
    close_by_column(student, train_data, test_data, [None, 1.0, None])


@check("standardize", points=0.25)
def tiny_spreads_are_real(student, rng):
    """A training column that hardly varies is divided by its standard deviation."""
    train_data, test_data = uneven(rng, 8, 3), uneven(rng, 3, 3)
    train_data[:, 1], test_data[:, 1] = [1e-9, -1e-9] * 4, [0.0, 2e-9, 1e-9]
    close_by_column(student, train_data, test_data, [None, None, None])


@check("standardize", points=0.5)
def one_test_example_is_enough(student, rng):
    """A single test example, many features and few examples, one feature."""
    for n, m, d in [(3, 1, 6), (9, 2, 1), (2, 5, 2)]:
        train_data, test_data = uneven(rng, n, d), uneven(rng, m, d)
        got, got_test = parts(student.standardize(train_data, test_data), "train", "test")
        mean = train_data.sum(axis=0) / n
        spread = np.sqrt(np.sum((train_data - mean) ** 2, axis=0) / n)
        close(got, (train_data - mean) / spread, rtol=1e-8, name=f"train of shape {(n, d)}")
        close(got_test, (test_data - mean) / spread, rtol=1e-8, name=f"test of shape {(m, d)}", hint=TRAINING_RULER)


# ----------------------------------------------------------------------------------------- what several are asked alike


def a_layer(rng):
    """x, gamma, beta and a bn_param of a layer in mode "train"."""
    return [uneven(rng, 4, 3), *scale_and_shift(rng, 3), {"mode": "train"}]


INPUTS = {
    "l2_penalty": lambda rng: [[rng.standard_normal((3, 2)), rng.standard_normal(3)], 0.5],
    "dropout_forward": lambda rng: [nonzero(rng, 4, 5), {"p": 0.5, "mode": "train", "seed": 1}],
    "batchnorm_forward": a_layer,
    "layernorm_forward": a_layer,
    "bias_variance": lambda rng: [rng.standard_normal((3, 4)), rng.standard_normal(4)],
    "standardize": lambda rng: [uneven(rng, 4, 3), uneven(rng, 2, 3)],
}
FORWARD_OF = {
    "dropout_backward": "dropout_forward",
    "batchnorm_backward": "batchnorm_forward",
    "batchnorm_backward_alt": "batchnorm_forward",
    "layernorm_backward": "layernorm_forward",
}


@check(*INPUTS, points=0.5, public=True, side_condition=True)
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its arrays."""
    args = INPUTS[exercise](rng)
    arrays = [i for i, value in enumerate(args) if isinstance(value, (np.ndarray, list))]
    unmodified(getattr(student, exercise), *args, inputs=arrays)
    if exercise in ("dropout_forward", "batchnorm_forward"):
        unmodified(getattr(student, exercise), *args[:-1], args[-1] | {"mode": "test"}, inputs=arrays)


@check(*FORWARD_OF, points=0.5, public=True, side_condition=True)
def leaves_dout_alone(student, exercise, rng):
    """{exercise} does not modify dout."""
    forward = FORWARD_OF[exercise]
    out, cache = parts(getattr(student, forward)(*INPUTS[forward](rng)), "out", "cache")
    unmodified(getattr(student, exercise), rng.standard_normal(np.shape(out)), cache, inputs=(0,))


@check("dropout_forward", "batchnorm_forward", points=0.25, public=True, side_condition=True)
def refuses_modes_that_do_not_exist(student, exercise, rng):
    """{exercise} raises ValueError for a mode that is neither of the two."""
    *args, settings = INPUTS[exercise](rng)
    for mode in ("eval", "training"):
        raises(getattr(student, exercise), *args, settings | {"mode": mode}, error="ValueError")


def draws_of(student, exercise, rng, seeds):
    """What a function that draws gives for each seed, as plain values that can be compared."""
    x = nonzero(rng, 10, 12)
    function = getattr(student, exercise)
    if exercise == "dropout_forward":
        results = function.calls((x, {"p": 0.5, "mode": "train", "seed": seed}) for seed in seeds)
        return [shaped(parts(result, "out", "cache")[0], x.shape, "out").tolist() for result in results]
    if exercise == "kfold_indices":
        return [[v.tolist() for _, v in splits_of(r, 60, 3)] for r in function.calls((60, 3, seed) for seed in seeds)]
    if exercise == "bootstrap_indices":
        return [sample_of(result, 50).tolist() for result in function.calls((50, seed) for seed in seeds)]
    trials = (trials_of(result, SPACE, 20) for result in function.calls((SPACE, 20, seed) for seed in seeds))
    return [{name: values.tolist() for name, values in trial.items()} for trial in trials]


@check(
    "dropout_forward",
    "kfold_indices",
    "bootstrap_indices",
    "random_search",
    points=0.5,
    public=True,
    side_condition=True,
)
def repeats_with_its_seed(student, exercise, rng, seed):
    """{exercise} gives the same for the same seed, which may be 0, and something else for another seed."""
    first, again, other, zero, zero_again = draws_of(student, exercise, rng, (seed, seed, seed + 1, 0, 0))
    expect(first == again, f"two calls with the seed {seed} gave different results. {FROM_RNG}")
    expect(first != other, f"the seeds {seed} and {seed + 1} gave the same result. {FROM_RNG}")
    expect(zero == zero_again, "two calls with the seed 0 gave different results; 0 is a seed, too")
    if exercise != "dropout_forward":  # its dict holds a seed
        (passed_on,) = draws_of(student, exercise, rng, (student.probe(new_generator)(seed),))
        expect(first == passed_on, f"a generator of the seed {seed} gave another result than the seed. {FROM_RNG}")


def new_generator(seed):
    import numpy as np

    return np.random.default_rng(seed)


# ------------------------------------------------------------------------------------------------ prediction questions


q_thinned_networks = question("The number of thinned networks.")
q_kept_unit = question("The value of a unit that was kept.", rtol=0.001)


q_which_bug = question("The bug in the friend's evaluation.")
q_running_mean = question("The running mean after ten batches.", rtol=0.01)


q_batch_of_one = question("Batch normalization of a single example.")
q_trainings = question("The number of trainings of a cross-validation.")


q_left_out = question("The share that a bootstrap sample leaves out.", rtol=0.01)
q_below_a_hundredth = question("The share of trials below 0.01.", rtol=0.01)
