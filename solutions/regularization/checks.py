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

from autograder import answered, check, close, equal, expect, numerical_gradient, raises, unmodified

RARE = 1e-10
FROM_RNG = "Is every number drawn from rng, and from nothing else?"


def parts(result, count, names):
    """The parts of a returned tuple. Raises: Failure unless there are `count` of them."""
    expect(
        isinstance(result, (tuple, list)) and len(result) == count,
        f"the function should return {count} things: {names}",
    )
    return result


def shaped(value, shape, name):
    """A returned value as an array of numbers. Raises: Failure unless it is one, of this shape."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    expect(array.dtype.kind in "biuf", f"{name} is no array of numbers")
    expect(array.shape == tuple(shape), f"{name} has shape {array.shape}, expected {tuple(shape)}")
    return array


def seed_from(rng):
    """An int seed for a function that draws."""
    return int(rng.integers(2**31))


# --------------------------------------------------------------------------------------------------------- l2_penalty

HALF = "The penalty is half of reg times the sum of squares, and its derivative has no 2 in it."


@check("l2_penalty", points=1.5, public=True)
def penalty_of_two_arrays(student, reference):
    """The penalty on a matrix and a vector."""
    weights = [np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.0]]), np.array([4.0, -0.25])]
    expected, _ = reference.l2_penalty(weights, 0.3)
    loss, _ = parts(student.l2_penalty(weights, 0.3), 2, "loss and grads")
    close(loss, expected, name="loss", hint=HALF)


@check("l2_penalty", points=1.5, public=True)
def gradients_of_the_penalty(student, reference, rng):
    """The gradients of the penalty on three arrays of different shapes."""
    weights = [rng.standard_normal(shape) for shape in [(3, 4), (4,), (2, 1, 3)]]
    _, expected = reference.l2_penalty(weights, 0.7)
    _, grads = parts(student.l2_penalty(weights, 0.7), 2, "loss and grads")
    close(grads, expected, name="grads", hint=HALF)


@check("l2_penalty", points=2)
def penalty_agrees_with_complex_steps(student, rng):
    """Loss and gradients agree with sums entry by entry and complex steps, for one array and for several."""
    for shapes, reg in [([(2, 3), (3, 1), (5,)], 1.7), ([(4, 2)], 0.05), ([(1,), (1, 1)], 3)]:
        weights = [10 ** rng.uniform(-2, 2) * rng.standard_normal(shape) for shape in shapes]
        loss, grads = parts(student.l2_penalty(weights, reg), 2, "loss and grads")
        entries = [entry for w in weights for entry in w.ravel().tolist()]
        close(loss, reg * sum(entry * entry for entry in entries) / 2, rtol=1e-9, name="loss", hint=HALF)
        expected = [
            numerical_gradient(lambda w, reg=reg: reg / 2 * np.sum(w * w), w, complex_step=True) for w in weights
        ]
        parts(grads, len(weights), "in grads, one array for each array of weights")
        for number, (got, wanted) in enumerate(zip(grads, expected, strict=True)):
            close(got, wanted, rtol=1e-9, name=f"grads[{number}]", hint=HALF)


@check("l2_penalty", points=0.5)
def no_price_no_penalty(student, rng):
    """With reg = 0, and for weights that are all zero, loss and gradients are zero."""
    weights = [rng.standard_normal((2, 3)), rng.standard_normal(4)]
    for w, reg in [(weights, 0), ([0 * each for each in weights], 2.5)]:
        loss, grads = parts(student.l2_penalty(w, reg), 2, "loss and grads")
        close(loss, 0.0, name="loss")
        close(grads, [np.zeros((2, 3)), np.zeros(4)], name="grads")


@check("l2_penalty", points=0.5, public=True)
def penalty_leaves_the_weights_alone(student, rng):
    """l2_penalty does not modify the weights."""
    weights = [rng.standard_normal((3, 2)), rng.standard_normal(3)]
    loss, _ = parts(unmodified(student.l2_penalty, weights, 0.5, inputs=(0,)), 2, "loss and grads")
    shaped(loss, (), "loss")


# ------------------------------------------------------------------------------------------------------------ dropout


def nonzero(rng, *shape):
    """Random numbers of both signs, none of them near zero."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(0.5, 2, shape)


def dropout(namespace, x, **dropout_param):
    """What dropout_forward returns, taken apart."""
    return parts(namespace.dropout_forward(x, dropout_param), 2, "out and cache")


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


@check("dropout_forward", points=1.5, public=True)
def kept_entries_are_divided_by_p(student, rng):
    """In training each entry is either 0 or divided by p."""
    x = nonzero(rng, 8, 9)
    for p in (0.5, 0.8):
        out, _ = dropout(student, x, p=p, mode="train", seed=seed_from(rng))
        kept = kept_entries(out, x, p)
        expect(not kept.all(), "no entry at all was dropped")
        expect(kept.any(), "every entry was dropped")


@check("dropout_forward", points=1.5, public=True)
def p_is_the_probability_to_keep(student, rng):
    """The share of entries that are kept is p."""
    x = nonzero(rng, 80, 50)
    for p in (0.8, 0.3):
        out, _ = dropout(student, x, p=p, mode="train", seed=seed_from(rng))
        kept_with_probability(shaped(out, x.shape, "out") != 0, p)


@check("dropout_forward", points=1, public=True)
def nothing_is_dropped_in_testing(student, rng):
    """In testing out is x, whatever p is."""
    x = nonzero(rng, 3, 4)
    for p in (0.5, 0.2):
        out, _ = dropout(student, x, p=p, mode="test", seed=seed_from(rng))
        close(out, x, rtol=1e-6, name=f"out in testing, p = {p:g}", hint="The division was done in training.")


@check("dropout_forward", points=0.5, public=True)
def masks_repeat_with_their_seed(student, rng):
    """The same seed drops the same entries, another seed others."""
    x, seed = nonzero(rng, 10, 12), seed_from(rng)
    arguments = [(x, {"p": 0.5, "mode": "train", "seed": each}) for each in (seed, seed, seed + 1, 0, 0)]
    results = student.dropout_forward.calls(arguments)
    outs = (parts(result, 2, "out and cache")[0] for result in results)
    first, again, other, zero, zero_again = (shaped(out, x.shape, "out") for out in outs)
    expect(np.array_equal(first, again), f"two calls with the seed {seed} dropped different entries. {FROM_RNG}")
    expect(not np.array_equal(first, other), f"the seeds {seed} and {seed + 1} dropped the same entries. {FROM_RNG}")
    expect(np.array_equal(zero, zero_again), "two calls with the seed 0 dropped different entries; 0 is a seed, too")


@check("dropout_forward", points=1.5)
def every_entry_has_a_mask_of_its_own(student, rng):
    """Each entry is dropped independently of the others, in arrays of several shapes."""
    for shape, p in [((30, 40), 0.5), ((12, 3, 6, 5), 0.6), ((5, 200), 0.4), ((300,), 0.5)]:
        x = nonzero(rng, *shape)
        out, _ = dropout(student, x, p=p, mode="train", seed=seed_from(rng))
        kept = kept_entries(out, x, p)
        for axis in range(kept.ndim):
            repeats = np.array_equal(kept, np.roll(kept, 1, axis))
            expect(not repeats, f"in an array of shape {shape} the mask is the same all along axis {axis}")


@check("dropout_forward", points=1)
def how_many_are_kept_is_left_to_chance(student, rng):
    """The number of entries that are kept differs from call to call, and is p on average."""
    x, seed = nonzero(rng, 6, 10), seed_from(rng)
    calls = [(x, {"p": 0.5, "mode": "train", "seed": seed + i}) for i in range(50)]
    outs = [parts(result, 2, "out and cache")[0] for result in student.dropout_forward.calls(calls)]
    masks = np.array([kept_entries(out, x, 0.5) for out in outs])
    expect(
        len({int(mask.sum()) for mask in masks}) > 1,
        f"each of 50 masks kept {int(masks[0].sum())} of 60 entries; each entry is to be kept with probability p, "
        "independently of the others",
    )
    kept_with_probability(masks, 0.5)
    expect(len({mask.tobytes() for mask in masks}) == len(masks), "two seeds gave the same mask")


@check("dropout_forward", points=0.5)
def without_a_seed_each_mask_is_new(student, rng):
    """Without a seed two calls drop different entries; with p = 1 nothing is dropped."""
    x = nonzero(rng, 10, 12)
    first, again = (kept_entries(dropout(student, x, p=0.5, mode="train")[0], x, 0.5) for _ in range(2))
    expect(not np.array_equal(first, again), "without a seed two calls dropped the same 120 entries")
    out, _ = dropout(student, x, p=1.0, mode="train", seed=seed_from(rng))
    close(out, x, rtol=1e-6, name="out for p = 1")


@check("dropout_forward", points=0.5, public=True)
def dropout_leaves_x_alone(student, rng):
    """dropout_forward does not modify x, and raises ValueError for a mode that does not exist."""
    x = nonzero(rng, 4, 5)
    for mode in ("train", "test"):
        dropout_param = {"p": 0.5, "mode": mode, "seed": seed_from(rng)}
        out, _ = parts(unmodified(student.dropout_forward, x, dropout_param, inputs=(0,)), 2, "out and cache")
        shaped(out, x.shape, "out")
    for mode in ("eval", "training"):
        raises(student.dropout_forward, x, {"p": 0.5, "mode": mode, "seed": 1}, error="ValueError")


SAME_MASK = "The mask is that of the forward pass, and what is kept was divided by p."


@check("dropout_backward", points=2, public=True)
def gradient_passes_the_same_mask(student, rng):
    """dx is dout where an entry was kept, divided by p, and 0 where it was dropped."""
    x, dout = nonzero(rng, 6, 7), rng.standard_normal((6, 7)) + 1
    for p in (0.5, 0.8):
        out, cache = dropout(student, x, p=p, mode="train", seed=seed_from(rng))
        kept = kept_entries(out, x, p)
        dx = student.dropout_backward(dout, cache)
        close(dx, np.where(kept, dout / p, 0.0), rtol=1e-6, name="dx", hint=SAME_MASK)


@check("dropout_backward", points=1, public=True)
def gradient_passes_unchanged_in_testing(student, rng):
    """After a forward pass in mode "test", dx is dout."""
    x, dout = nonzero(rng, 3, 5), rng.standard_normal((3, 5))
    _, cache = dropout(student, x, p=0.4, mode="test", seed=seed_from(rng))
    close(student.dropout_backward(dout, cache), dout, rtol=1e-6, name="dx in testing")


@check("dropout_backward", points=1.5)
def each_cache_has_its_mask(student, rng):
    """Two layers of different shapes and p, one after the other up, and in the other order down."""
    layers = []
    for shape, p in [((4, 2, 3, 5), 0.3), ((40,), 0.9), ((30, 4), 1.0), ((1, 60), 0.5)]:
        x = nonzero(rng, *shape)
        out, cache = dropout(student, x, p=p, mode="train", seed=seed_from(rng))
        layers.append((kept_entries(out, x, p), p, cache))
    for kept, p, cache in reversed(layers):
        dout = rng.standard_normal(kept.shape) + 0.5
        dx = student.dropout_backward(dout, cache)
        close(dx, np.where(kept, dout / p, 0.0), rtol=1e-6, name=f"dx of shape {kept.shape}", hint=SAME_MASK)


@check("dropout_backward", points=1)
def zeros_in_x_get_a_gradient(student, rng):
    """An entry that is kept passes its gradient on even if it is 0, and so does a gradient of any sign or size."""
    x, dout = nonzero(rng, 20, 10), nonzero(rng, 20, 10) * 10 ** rng.uniform(-3, 3, (20, 10))
    x[:10] = 0
    out, cache = dropout(student, x, p=0.5, mode="train", seed=seed_from(rng))
    dx = shaped(student.dropout_backward(dout, cache), dout.shape, "dx")
    passed = shaped(out, x.shape, "out")[10:] != 0
    close(dx[10:], np.where(passed, dout[10:] / 0.5, 0.0), rtol=1e-6, name="dx where x is not 0", hint=SAME_MASK)
    zeros = np.where(dx[:10] == 0, 0.0, dout[:10] / 0.5)
    close(dx[:10], zeros, rtol=1e-6, name="dx where x is 0", hint=SAME_MASK)
    count = np.count_nonzero(dx[:10])
    expect(count > 0, "no entry of x that is 0 got a gradient; whether it was kept does not show in out")
    expect(count < 100, "every entry of x that is 0 got a gradient, whether it was kept or not")


@check("dropout_backward", points=0.5, public=True)
def dropout_backward_leaves_dout_alone(student, rng):
    """dropout_backward does not modify dout."""
    for mode in ("train", "test"):
        _, cache = dropout(student, nonzero(rng, 4, 5), p=0.5, mode=mode, seed=seed_from(rng))
        dx = unmodified(student.dropout_backward, rng.standard_normal((4, 5)), cache, inputs=(0,))
        shaped(dx, (4, 5), "dx")


# ---------------------------------------------------------------------------------------------------------- batchnorm


def normalized(x, gamma, beta, eps, axis=0):
    """Batch norm (axis 0) or layer norm (axis 1), written out; accepts complex numbers."""
    n = x.shape[axis]
    centred = x - x.sum(axis=axis, keepdims=True) / n
    return gamma * centred / (np.sum(centred * centred, axis=axis, keepdims=True) / n + eps) ** 0.5 + beta


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
        parts(result, 2, "out and cache")
    after = bn_param.value()
    return stored(after, "running_mean"), stored(after, "running_var")


@check("batchnorm_forward", points=3, public=True)
def normalizes_every_column_of_a_batch(student, reference, rng):
    """In training each column is normalized, then scaled and shifted; default eps."""
    x = uneven(rng, 5, 3)
    x[:, 1] *= 1e-3 / x[:, 1].std()  # so small that eps counts
    gamma, beta = scale_and_shift(rng, 3)
    expected, _ = reference.batchnorm_forward(x, gamma, beta, {"mode": "train"})
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, {"mode": "train"}), 2, "out and cache")
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
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, bn_param), 2, "out and cache")
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
        out, _ = parts(student.batchnorm_forward(x, gamma, beta, bn_param), 2, "out and cache")
        name = f"out for {n} examples, {d} features, eps = {eps:g}"
        close(out, normalized(x, gamma, beta, eps), rtol=1e-8, name=name, hint=UNDER_THE_ROOT)


@check("batchnorm_forward", points=1)
def survives_columns_far_from_zero(student, rng):
    """A column around 1e8 that spreads by 1 is normalized, and its variance is kept."""
    small = rng.integers(-8, 9, (16, 3)) / 4  # these numbers plus 1e8 are exact in float64
    small[0], small[1] = 2.25, -2.25  # no column is constant
    x, far = small + np.array([1e8, 0.0, -1e8]), {"mode": "train", "momentum": 0.0}
    bn_param = student.put(far)
    out, _ = parts(student.batchnorm_forward(x, np.ones(3), np.zeros(3), bn_param), 2, "out and cache")
    hint = "Subtract the mean before you square."
    close(out, normalized(small, np.ones(3), np.zeros(3), 1e-5), rtol=1e-5, name="out", hint=hint)
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


@check("batchnorm_forward", points=1)
def testing_depends_on_no_other_example(student, rng):
    """In testing an example's output does not depend on its batch, and the running values stay as they are."""
    x, (gamma, beta) = uneven(rng, 3, 4), scale_and_shift(rng, 4)
    mean, var = rng.standard_normal(4), rng.uniform(0.1, 2, 4)
    start = {"mode": "test", "eps": 0.5, "momentum": 0.6, "running_mean": mean, "running_var": var}
    bn_param = student.put(start)
    batches = [x, x[:1], x[1:]]
    results = student.batchnorm_forward.calls((batch, gamma, beta, bn_param) for batch in batches)
    for batch, result in zip(batches, results, strict=True):
        out, _ = parts(result, 2, "out and cache")
        expected = [gamma * (row - mean) / (var + 0.5) ** 0.5 + beta for row in batch]
        close(out, np.array(expected), rtol=1e-8, name=f"out of {len(batch)} examples in testing")
    after = bn_param.value()
    hint = "Testing does not change it."
    close(stored(after, "running_mean"), mean, name="bn_param['running_mean']", hint=hint)
    close(stored(after, "running_var"), var, name="bn_param['running_var']", hint=hint)
    out, _ = parts(student.batchnorm_forward(x, gamma, beta, {"mode": "test"}), 2, "out and cache")
    expected = gamma * x / 1e-5**0.5 + beta
    close(out, expected, rtol=1e-8, name="out in testing, before any training", hint="They are zeros if absent.")


@check("batchnorm_forward", points=0.5)
def refuses_modes_that_do_not_exist(student, rng):
    """batchnorm_forward raises ValueError for a mode that is neither of the two."""
    for mode in ("eval", "training"):
        raises(
            student.batchnorm_forward, rng.standard_normal((3, 2)), np.ones(2), np.zeros(2), {"mode": mode},
            error="ValueError",
        )  # fmt: skip


@check("batchnorm_forward", points=0.5, public=True)
def batchnorm_leaves_its_arrays_alone(student, rng):
    """batchnorm_forward modifies neither x nor gamma nor beta."""
    for mode in ("train", "test"):
        bn_param = {"mode": mode, "running_mean": np.ones(3), "running_var": np.ones(3)}
        x, (gamma, beta) = uneven(rng, 4, 3), scale_and_shift(rng, 3)
        result = unmodified(student.batchnorm_forward, x, gamma, beta, bn_param, inputs=(0, 1, 2))
        shaped(parts(result, 2, "out and cache")[0], x.shape, "out")


# ------------------------------------------------------------------------------------- batchnorm and layernorm backward

GRADIENTS = "dx, dgamma and dbeta"
THREE_PATHS = "x goes into out directly, through the mean and through the variance."


def gradients(namespace, layer, backward, case, dout):
    """The three gradients, after the forward pass of this layer; case: (x, gamma, beta, bn_param)."""
    _, cache = parts(getattr(namespace, f"{layer}_forward")(*case), 2, "out and cache")
    return parts(getattr(namespace, backward)(dout, cache), 3, GRADIENTS)


def same_scale_and_shift(student, reference, rng, layer, backward):
    """dgamma and dbeta, against the reference."""
    case, dout = (uneven(rng, 5, 4), *scale_and_shift(rng, 4), {"mode": "train"}), rng.standard_normal((5, 4)) + 0.5
    _, dgamma_expected, dbeta_expected = gradients(reference, layer, backward, case, dout)
    _, dgamma, dbeta = gradients(student, layer, backward, case, dout)
    close(dgamma, dgamma_expected, rtol=1e-8, name="dgamma", hint="gamma multiplied the normalized x.")
    close(dbeta, dbeta_expected, rtol=1e-8, name="dbeta", hint="beta was added to every example.")


def same_input_gradient(student, reference, rng, layer, backward):
    """dx, against the reference; eps is large enough to count."""
    case = (rng.standard_normal((5, 4)) + 1, *scale_and_shift(rng, 4), {"mode": "train", "eps": 0.2})
    dout = rng.standard_normal((5, 4)) + 0.5
    expected, _, _ = gradients(reference, layer, backward, case, dout)
    dx, _, _ = gradients(student, layer, backward, case, dout)
    close(dx, expected, rtol=1e-8, name="dx", hint=THREE_PATHS)


def gradients_by_complex_step(student, rng, layer, backward):
    """All three gradients of several shapes and eps, against complex steps; the caches are used last to first."""
    axis = 0 if layer == "batchnorm" else 1
    cases = []
    for (n, d), eps in [((4, 3), 1e-5), ((2, 5), 0.3), ((6, 1), 1e-2), ((1, 4), 0.5), ((3, 2), 4)]:
        x = rng.standard_normal((n, d)) * rng.uniform(0.5, 3, d) + rng.uniform(-3, 3, d)
        cases.append((x, *scale_and_shift(rng, d), {"mode": "train", "eps": eps}))
    results = getattr(student, f"{layer}_forward").calls(cases)
    for result, (x, gamma, beta, settings) in reversed(list(zip(results, cases, strict=True))):
        _, cache = parts(result, 2, "out and cache")
        dout, eps = rng.standard_normal(x.shape) + 1, settings["eps"]
        got = parts(getattr(student, backward)(dout, cache), 3, GRADIENTS)

        def loss(values, dout=dout, eps=eps):
            return np.sum(dout * normalized(*values, eps, axis))

        for i, name in enumerate(("dx", "dgamma", "dbeta")):
            inputs = (x, gamma, beta)

            def moved(v, i=i, inputs=inputs, loss=loss):
                return loss([*inputs[:i], v, *inputs[i + 1 :]])

            wanted = numerical_gradient(moved, inputs[i], complex_step=True)
            # The scale of what was added up: all of it may cancel, as it does for one example.
            size = np.abs(gamma).max() * np.abs(dout).max() / eps**0.5
            close(
                got[i], wanted, rtol=1e-7, atol=1e-12 * size,
                name=f"{name} for shape {x.shape}, eps = {eps:g}", hint=THREE_PATHS,
            )  # fmt: skip


def leaves_dout_alone(student, rng, layer, backward):
    """A backward pass that must not change dout."""
    case = (uneven(rng, 4, 3), *scale_and_shift(rng, 3), {"mode": "train"})
    _, cache = parts(getattr(student, f"{layer}_forward")(*case), 2, "out and cache")
    result = unmodified(getattr(student, backward), rng.standard_normal((4, 3)), cache, inputs=(0,))
    shaped(parts(result, 3, GRADIENTS)[0], (4, 3), "dx")


def shift_and_stretch_get_no_gradient(student, rng, backward):
    """Nothing comes out for one example, and nothing along a shift or (without eps) a stretch of a feature."""
    x, (gamma, beta) = rng.standard_normal((6, 3)) + 2, scale_and_shift(rng, 3)
    dx, _, _ = gradients(
        student, "batchnorm", backward, (x, gamma, beta, {"mode": "train", "eps": 1e-15}), nonzero(rng, 6, 3)
    )
    dx = shaped(dx, x.shape, "dx")
    scale = np.abs(gamma).max() / x.std(axis=0).min()
    expect(np.abs(dx).max() > 1e-3 * np.abs(gamma).min() / x.std(axis=0).max(), "dx is 0 for a batch of 6 examples")
    close(dx.sum(axis=0) / scale, np.zeros(3), atol=1e-9, name="dx, added up over the batch", hint=THREE_PATHS)
    stretch = np.sum(dx * (x - x.mean(axis=0)), axis=0)
    close(stretch / scale, np.zeros(3), atol=1e-9, name="dx times (x - mean), added up", hint=THREE_PATHS)
    case = (rng.standard_normal((1, 3)), gamma, beta, {"mode": "train", "eps": 0.5})
    dout = nonzero(rng, 1, 3)
    dx, dgamma, dbeta = gradients(student, "batchnorm", backward, case, dout)
    close(dx, np.zeros((1, 3)), atol=1e-9, name="dx of one example", hint=THREE_PATHS)
    close(dgamma, np.zeros(3), atol=1e-9, name="dgamma of one example")
    close(dbeta, dout[0], name="dbeta of one example")


@check("batchnorm_backward", points=2, public=True)
def batchnorm_gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta of batch normalization."""
    same_scale_and_shift(student, reference, rng, "batchnorm", "batchnorm_backward")


@check("batchnorm_backward", points=3, public=True)
def batchnorm_gradient_of_the_input(student, reference, rng):
    """dx of batch normalization, with the paths through the mean and the variance."""
    same_input_gradient(student, reference, rng, "batchnorm", "batchnorm_backward")


@check("batchnorm_backward", points=4)
def batchnorm_gradients_agree_with_complex_steps(student, rng):
    """All three gradients agree with complex steps, for several shapes and eps."""
    gradients_by_complex_step(student, rng, "batchnorm", "batchnorm_backward")


@check("batchnorm_backward", points=2)
def batchnorm_gradient_ignores_shift_and_stretch(student, rng):
    """What the forward pass undoes gets no gradient: a shift, a stretch, and everything for a single example."""
    shift_and_stretch_get_no_gradient(student, rng, "batchnorm_backward")


@check("batchnorm_backward", points=1, public=True)
def batchnorm_backward_leaves_dout_alone(student, rng):
    """batchnorm_backward does not modify dout."""
    leaves_dout_alone(student, rng, "batchnorm", "batchnorm_backward")


@check("batchnorm_backward_alt", points=1, public=True)
def alt_gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta of batch normalization, in closed form."""
    same_scale_and_shift(student, reference, rng, "batchnorm", "batchnorm_backward_alt")


@check("batchnorm_backward_alt", points=2, public=True)
def alt_gradient_of_the_input(student, reference, rng):
    """dx of batch normalization, in closed form."""
    same_input_gradient(student, reference, rng, "batchnorm", "batchnorm_backward_alt")


@check("batchnorm_backward_alt", points=1.5)
def alt_gradients_agree_with_complex_steps(student, rng):
    """All three gradients in closed form agree with complex steps, for several shapes and eps."""
    gradients_by_complex_step(student, rng, "batchnorm", "batchnorm_backward_alt")


@check("batchnorm_backward_alt", points=1)
def alt_gradient_ignores_shift_and_stretch(student, rng):
    """In closed form, too, a shift, a stretch and a single example get no gradient."""
    shift_and_stretch_get_no_gradient(student, rng, "batchnorm_backward_alt")


@check("batchnorm_backward_alt", points=0.5, public=True)
def batchnorm_backward_alt_leaves_dout_alone(student, rng):
    """batchnorm_backward_alt does not modify dout."""
    leaves_dout_alone(student, rng, "batchnorm", "batchnorm_backward_alt")


# ---------------------------------------------------------------------------------------------------------- layernorm

PER_EXAMPLE = "One mean and one variance per example; eps is added to the variance, under the root."


@check("layernorm_forward", points=2, public=True)
def normalizes_every_row(student, reference, rng):
    """Each row is normalized, then scaled and shifted feature by feature; default eps."""
    x = uneven(rng, 4, 4)
    x[1] = 1e-3 * rng.standard_normal(4)  # so small that eps counts
    gamma, beta = scale_and_shift(rng, 4)
    expected, _ = reference.layernorm_forward(x, gamma, beta, {})
    out, _ = parts(student.layernorm_forward(x, gamma, beta, {}), 2, "out and cache")
    close(out, expected, rtol=1e-8, name="out", hint=PER_EXAMPLE)


@check("layernorm_forward", points=1.5)
def normalizes_rows_of_any_length(student, rng):
    """Several shapes and eps: one example, one feature, and a row of equal numbers among them."""
    for (n, d), eps in [((3, 7), 1e-5), ((1, 5), 1e-3), ((6, 1), 2), ((2, 3), 0.1), ((4, 4), 1e-8)]:
        x, (gamma, beta) = uneven(rng, n, d), scale_and_shift(rng, d)
        x[0] = 3.0 if n == 3 else x[0]
        out, _ = parts(student.layernorm_forward(x, gamma, beta, {"eps": eps}), 2, "out and cache")
        name = f"out for {n} examples, {d} features, eps = {eps:g}"
        close(out, normalized(x, gamma, beta, eps, axis=1), rtol=1e-8, name=name, hint=PER_EXAMPLE)


@check("layernorm_forward", points=1)
def rows_do_not_depend_on_each_other(student, rng):
    """A row by itself gives what it gives in a batch, and a row that is shifted and stretched gives the same."""
    x, (gamma, beta) = rng.standard_normal((5, 6)), scale_and_shift(rng, 6)
    moved = x * rng.uniform(2, 50, (5, 1)) + rng.uniform(-9, 9, (5, 1))
    batches = [x, moved, *(x[i : i + 1] for i in range(5))]
    results = student.layernorm_forward.calls((batch, gamma, beta, {"eps": 1e-14}) for batch in batches)
    outs = (parts(result, 2, "out and cache")[0] for result in results)
    out, same, *rows = (shaped(out, batch.shape, "out") for out, batch in zip(outs, batches, strict=True))
    close(out, normalized(x, gamma, beta, 1e-14, axis=1), rtol=1e-8, name="out", hint=PER_EXAMPLE)
    close(same, out, rtol=1e-8, name="out of rows that were shifted and stretched", hint=PER_EXAMPLE)
    for i, row in enumerate(rows):
        close(row, out[i : i + 1], rtol=1e-8, name=f"out of row {i} by itself")


@check("layernorm_forward", points=0.5, public=True)
def layernorm_leaves_its_arrays_alone(student, rng):
    """layernorm_forward modifies neither x nor gamma nor beta."""
    x, (gamma, beta) = uneven(rng, 4, 3), scale_and_shift(rng, 3)
    result = unmodified(student.layernorm_forward, x, gamma, beta, {}, inputs=(0, 1, 2))
    shaped(parts(result, 2, "out and cache")[0], x.shape, "out")


@check("layernorm_backward", points=1, public=True)
def layernorm_gradients_of_scale_and_shift(student, reference, rng):
    """dgamma and dbeta of layer normalization."""
    same_scale_and_shift(student, reference, rng, "layernorm", "layernorm_backward")


@check("layernorm_backward", points=1.5, public=True)
def layernorm_gradient_of_the_input(student, reference, rng):
    """dx of layer normalization, with the paths through the mean and the variance."""
    same_input_gradient(student, reference, rng, "layernorm", "layernorm_backward")


@check("layernorm_backward", points=2)
def layernorm_gradients_agree_with_complex_steps(student, rng):
    """All three gradients of layer normalization agree with complex steps, for several shapes and eps."""
    gradients_by_complex_step(student, rng, "layernorm", "layernorm_backward")


@check("layernorm_backward", points=0.5, public=True)
def layernorm_backward_leaves_dout_alone(student, rng):
    """layernorm_backward does not modify dout."""
    leaves_dout_alone(student, rng, "layernorm", "layernorm_backward")


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
    said, *best = parts(result, 4, "what each step said, best_loss, best_epoch and best_params")
    for answer in parts(said, len(losses), "one answer for each step"):
        expect(isinstance(answer, (bool, np.bool_)), f"step should return True or False, it returned {answer!r}")
    return [bool(answer) for answer in said], *best


def remembers(best, losses, epoch):
    """The three attributes belong to this epoch."""
    best_loss, best_epoch, best_params = best
    close(best_loss, losses[epoch], name="best_loss")
    equal(best_epoch, epoch, name="best_epoch", hint="Counted from 0.")
    expect(isinstance(best_params, dict), "best_params should be a dict of arrays")
    hint = "A copy of the arrays themselves: the training goes on changing them in place."
    close(
        best_params,
        {"w": np.full((2, 3), epoch + 1.0), "b": np.full(2, epoch + 1.0)},
        name=f"best_params after {len(losses)} epochs, of which number {epoch} was the best",
        hint=hint,
    )


@check("EarlyStopping", points=2, public=True)
def stops_when_patience_is_over(student):
    """It stops after `patience` epochs in a row without improvement, for patience 1, 2 and 3."""
    losses = [1.0, 0.5, 0.625, 0.75, 0.25, 0.375, 0.5, 0.375, 0.75]
    expected = {
        1: [False, False, True, True, False, True, True, True, True],
        2: [False, False, False, True, False, False, True, True, True],
        3: [False, False, False, False, False, False, False, True, True],
    }
    for patience, answers in expected.items():
        said, *_ = trained(student, [patience, 0.0], losses)
        hint = "An improvement starts the count again."
        equal(said, answers, name=f"step by step, patience {patience}, losses {losses}", hint=hint)


@check("EarlyStopping", points=1.5, public=True)
def knows_the_best_epoch(student):
    """best_loss and best_epoch are those of the best epoch, not of the last one."""
    losses = [0.9, 0.4, 0.6, 0.3, 0.5, 0.7]
    _, best_loss, best_epoch, _ = trained(student, [2], losses)
    close(best_loss, 0.3, name="best_loss")
    equal(best_epoch, 3, name="best_epoch", hint="Counted from 0.")


@check("EarlyStopping", points=1, public=True)
def keeps_the_best_parameters(student):
    """best_params are those of the best epoch, though the training goes on changing the arrays."""
    losses = [0.9, 0.4, 0.3, 0.5, 0.7]
    _, *best = trained(student, [2, 0.0], losses)
    remembers(best, losses, 2)


@check("EarlyStopping", points=1.5)
def small_improvements_do_not_count(student):
    """An improvement is a loss below best_loss - min_delta; smaller ones count once they have added up."""
    hint = "Compare with the loss of the last improvement. Exactly min_delta less is not enough."
    for min_delta, losses, expected, epoch in [
        (0.25, [2.0, 1.875, 1.75, 1.625, 1.5, 1.375], [False, False, True, False, False, True], 3),
        (0.25, [1.0, 0.75, 0.5, 0.5, 0.25], [False, False, False, False, True], 2),
        (0.0, [1.0, 1.0, 0.5, 0.5, 0.5], [False, False, False, False, True], 2),
        (0.5, [-1.0, -1.25, -2.0, -2.25, -2.5, -8.0], [False, False, False, False, True, False], 5),
    ]:
        said, *best = trained(student, [2, min_delta], losses)
        equal(said, expected, name=f"step by step, patience 2, min_delta {min_delta}, losses {losses}", hint=hint)
        remembers(best, losses, epoch)


@check("EarlyStopping", points=1.5)
def follows_random_curves(student, rng):
    """Random loss curves with several settings, judged against the definition."""
    for patience, min_delta in [(1, 0.0), (3, 0.125), (4, 0.5), (7, 0.0)]:
        losses = (rng.integers(0, 65, 24) / 8 - np.arange(24) / 8).tolist()  # exact in binary
        improved = [0]
        for epoch in range(1, 24):
            if losses[improved[-1]] - losses[epoch] > min_delta:
                improved.append(epoch)
        since = [epoch - max(i for i in improved if i <= epoch) for epoch in range(24)]
        said, *best = trained(student, [patience, min_delta], losses)
        name = f"step by step, patience {patience}, min_delta {min_delta}, losses {losses}"
        equal(said, [waited >= patience for waited in since], name=name)
        remembers(best, losses, improved[-1])


@check("EarlyStopping", points=0.5)
def begins_with_nothing_and_takes_nan_for_no_improvement(student):
    """Before the first epoch nothing is best; nan is no improvement, be it the first loss or a later one."""
    said, *best = trained(student, [2], [])
    equal(said, [], name="what step returned")
    close(best[0], np.inf, name="best_loss before the first epoch")
    equal(best[1], None, name="best_epoch before the first epoch")
    equal(best[2], None, name="best_params before the first epoch")
    losses = [np.nan, 5.0, np.nan, np.nan, 4.0]
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
def each_example_is_validated_once(student, rng):
    """Each example is in exactly one val, also where k does not divide n."""
    for n, k in [(12, 3), (11, 4), (7, 7)]:
        vals_partition(splits_of(student.kfold_indices(n, k, seed_from(rng)), n, k), n)


@check("kfold_indices", points=1, public=True)
def folds_have_nearly_equal_sizes(student, rng):
    """The folds' sizes differ by 1 at most."""
    for n, k in [(12, 4), (14, 5), (23, 6)]:
        sizes_are_even(splits_of(student.kfold_indices(n, k, seed_from(rng)), n, k), n)


@check("kfold_indices", points=1.5, public=True)
def train_holds_the_others(student, rng):
    """train holds all the examples that are not in val, each once."""
    for n, k in [(12, 3), (11, 4)]:
        trains_complete(splits_of(student.kfold_indices(n, k, seed_from(rng)), n, k), n)


@check("kfold_indices", points=0.5, public=True)
def folds_repeat_with_their_seed(student, rng):
    """The same seed gives the same folds, another seed others."""
    seed = seed_from(rng)
    results = student.kfold_indices.calls((60, 3, each) for each in (seed, seed, seed + 1))
    first, again, other = ([val.tolist() for _, val in splits_of(result, 60, 3)] for result in results)
    expect(first == again, f"two calls with the seed {seed} gave different folds. {FROM_RNG}")
    expect(first != other, f"the seeds {seed} and {seed + 1} gave the same folds. {FROM_RNG}")


@check("kfold_indices", points=1)
def folds_are_right_for_many_sizes(student, rng):
    """Partition, sizes and training sets for many n and k, two folds and one example per fold among them."""
    cases = [(2, 2), (3, 2), (9, 9), (10, 9), (31, 6), (20, 5), (101, 10)]
    results = student.kfold_indices.calls((n, k, seed_from(rng)) for n, k in cases)
    for (n, k), result in zip(cases, results, strict=True):
        splits = splits_of(result, n, k)
        vals_partition(splits, n)
        sizes_are_even(splits, n)
        trains_complete(splits, n)


@check("kfold_indices", points=1)
def folds_are_shuffled(student, rng):
    """Which examples share a fold is left to chance."""
    n, k = 240, 4
    results = student.kfold_indices.calls((n, k, seed_from(rng)) for _ in range(3))
    for result in results:
        fold = np.zeros(n, int)
        for number, (_, val) in enumerate(splits_of(result, n, k)):
            fold[val] = number
        # Of the 239 pairs of neighbours about 59 share a fold, give or take 7: the limits are eight times that far.
        together = int(np.count_nonzero(fold[1:] == fold[:-1]))
        expect(
            5 <= together <= 120,
            f"of {n - 1} pairs of neighbours {together} are in the same of {k} folds; shuffle the examples first",
        )


@check("kfold_indices", points=0.5)
def refuses_impossible_folds(student):
    """kfold_indices raises ValueError for fewer than 2 folds, and for more folds than examples."""
    for n, k in [(5, 1), (5, 0), (5, 6), (3, -2)]:
        raises(student.kfold_indices, n, k, 1, error="ValueError")


# ------------------------------------------------------------------------------------------------------ bias_variance

BOTH_MEANS = "Over the models first, then over the points."


@check("bias_variance", points=1.5, public=True)
def squared_bias_of_three_models(student, reference):
    """The squared bias of three models at four points."""
    predictions = np.array([[1.0, 2.0, 0.0, -1.0], [2.0, 2.0, 3.0, -1.0], [6.0, 2.5, 0.0, -4.0]])
    target = np.array([1.0, 2.0, 3.0, 1.0])
    expected, _ = reference.bias_variance(predictions, target)
    bias_squared, _ = parts(student.bias_variance(predictions, target), 2, "bias_squared and variance")
    close(bias_squared, expected, name="bias_squared", hint=BOTH_MEANS)


@check("bias_variance", points=1.5, public=True)
def variance_of_three_models(student, reference):
    """The variance of three models at four points."""
    predictions = np.array([[1.0, 2.0, 0.0, -1.0], [2.0, 2.0, 3.0, -1.0], [6.0, 2.5, 0.0, -4.0]])
    target = np.array([1.0, 2.0, 3.0, 1.0])
    _, expected = reference.bias_variance(predictions, target)
    _, variance = parts(student.bias_variance(predictions, target), 2, "bias_squared and variance")
    close(variance, expected, name="variance", hint=BOTH_MEANS)


@check("bias_variance", points=2)
def bias_and_variance_follow_from_their_definitions(student, rng):
    """Both numbers for several shapes, point by point; they add up to the mean squared error."""
    for m, n in [(5, 3), (2, 8), (4, 1), (3, 3), (1, 4)]:
        predictions, target = uneven(rng, m, n), rng.standard_normal(n)
        bias_squared, variance = parts(student.bias_variance(predictions, target), 2, "bias_squared and variance")
        biases, variances = [], []
        for point in range(n):
            values = predictions[:, point].tolist()
            mean = sum(values) / m
            biases.append((mean - target[point]) ** 2)
            variances.append(sum((value - mean) ** 2 for value in values) / m)
        said = f" of {m} models at {n} points"
        close(bias_squared, sum(biases) / n, rtol=1e-9, name=f"bias_squared{said}", hint=BOTH_MEANS)
        close(variance, sum(variances) / n, rtol=1e-9, name=f"variance{said}", hint=BOTH_MEANS)


@check("bias_variance", points=0.5)
def models_that_agree_have_no_variance(student, rng):
    """Models that all say the same have no variance; models that are right on average have no bias."""
    target = np.array([1.0, -2.0, 0.5, 4.0])
    bias_squared, variance = parts(
        student.bias_variance(np.tile(target - 0.5, (4, 1)), target), 2, "bias_squared and variance"
    )
    close(bias_squared, 0.25, name="bias_squared of models that all say 0.5 too little")
    close(variance, 0.0, name="variance of models that all say the same")
    off = np.array([[2.0], [-2.0]])
    bias_squared, variance = parts(student.bias_variance(target + off, target), 2, "bias_squared and variance")
    close(bias_squared, 0.0, name="bias_squared of two models that are right on average")
    close(variance, 4.0, name="variance of two models, one 2 too high, one 2 too low")


@check("bias_variance", points=0.5, public=True)
def bias_variance_leaves_its_inputs_alone(student, rng):
    """bias_variance modifies neither predictions nor target."""
    result = unmodified(student.bias_variance, rng.standard_normal((3, 4)), rng.standard_normal(4), inputs=(0, 1))
    for number, name in zip(parts(result, 2, "bias_squared and variance"), ("bias_squared", "variance"), strict=True):
        shaped(number, (), name)


# -------------------------------------------------------------------------------------------------- bootstrap, bagging


def sample_of(result, n):
    """A bootstrap sample, sorted. Raises: Failure unless it is n indices."""
    sample = indices(result, n, "the bootstrap sample")
    expect(len(sample) == n, f"the bootstrap sample of {n} examples has {len(sample)} indices")
    return sample


@check("bootstrap_indices", points=1, public=True)
def sample_has_n_indices(student, rng):
    """A bootstrap sample of n examples is n indices; the same seed gives the same, another seed another one."""
    seed = seed_from(rng)
    results = student.bootstrap_indices.calls((50, each) for each in (seed, seed, seed + 1))
    first, again, other = (sample_of(result, 50).tolist() for result in results)
    expect(first == again, f"two calls with the seed {seed} gave different samples. {FROM_RNG}")
    expect(first != other, f"the seeds {seed} and {seed + 1} gave the same sample. {FROM_RNG}")


@check("bootstrap_indices", points=1, public=True)
def sample_is_drawn_with_replacement(student, rng):
    """Some examples occur several times, some not at all."""
    sample = sample_of(student.bootstrap_indices(50, seed_from(rng)), 50)
    distinct = len(set(sample.tolist()))
    expect(distinct < 50, "no example occurs twice in a sample of 50; it is drawn with replacement")
    expect(distinct > 5, f"only {distinct} of 50 examples occur; they are drawn independently of each other")


@check("bootstrap_indices", points=1)
def sample_can_hold_any_example(student, rng):
    """The first and the last example can be drawn, and a data set of one example has one sample."""
    equal(sample_of(student.bootstrap_indices(1, seed_from(rng)), 1), np.array([0]), name="the sample of 1 example")
    seed = seed_from(rng)
    results = student.bootstrap_indices.calls((3, seed + i) for i in range(60))
    samples = [sample_of(result, 3) for result in results]
    missing = sorted({0, 1, 2} - {int(i) for sample in samples for i in sample})
    expect(not missing, f"of the examples 0, 1 and 2, number {missing} is in none of 60 samples")


@check("bootstrap_indices", points=1)
def all_examples_are_equally_likely(student, rng):
    """All examples are equally likely, and how many different ones a sample has is left to chance."""
    n, draws, seed = 5, 400, seed_from(rng)
    results = student.bootstrap_indices.calls((n, seed + i) for i in range(draws))
    samples = [sample_of(result, n) for result in results]
    counts = np.bincount(np.concatenate(samples), minlength=n)
    for example, count in enumerate(counts.tolist()):
        fewer, more = special.bdtr(count, n * draws, 1 / n), special.bdtrc(count - 1, n * draws, 1 / n)
        expect(
            min(fewer, 1 if count == 0 else more) > RARE,
            f"example {example} of {n} was drawn {count} times in {n * draws} draws, expected about {draws}",
        )
    results = student.bootstrap_indices.calls((40, seed + i) for i in range(30))
    different = {len(set(sample_of(result, 40).tolist())) for result in results}
    expect(
        len(different) > 1,
        f"each of 30 samples of 40 examples holds {different} different ones; draw them independently",
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
def bag_of_models_that_count(student):
    """Models that predict ints have a mean that is no int."""
    X = np.zeros((3, 1))
    models = [lambda _: np.array([1, 2, 5]), lambda _: np.array([2, 2, 6]), lambda x: np.array([2, 3, 6]) + len(x) - 3]
    expected = np.array([5, 7, 17]) / 3
    close(student.bagging_predict(models, X), expected, rtol=1e-9, name="prediction from ints", hint=MEAN)


@check("bagging_predict", points=0.5, public=True)
def bag_leaves_its_input_alone(student, rng):
    """Each model gets X as it is, and bagging_predict does not modify it."""
    X, seen = rng.standard_normal((3, 2)), []

    def model(x):
        seen.append(np.array(x))
        return np.zeros(len(x))

    unmodified(student.bagging_predict, [model, model], X, inputs=(1,))
    expect(len(seen) >= 2, f"of two models {len(seen)} were asked")
    for given in seen:
        close(given, X, name="what a model was given", hint="All of X at once.")


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


@check("random_search", points=1, public=True)
def trials_lie_in_their_space(student, rng):
    """n dicts with a value in range for each name; the same seed gives the same, another seed others."""
    seed = seed_from(rng)
    results = student.random_search.calls((SPACE, 20, each) for each in (seed, seed, seed + 1))
    first, again, other = (trials_of(result, SPACE, 20) for result in results)
    for values in (first, again, other):
        inside(values, SPACE)
    for name in SPACE:
        expect((first[name] == again[name]).all(), f"two calls with the seed {seed} gave different {name}. {FROM_RNG}")
        expect((first[name] != other[name]).any(), f"two seeds gave the same {name}. {FROM_RNG}")


@check("random_search", points=1, public=True)
def values_are_spread_over_the_decades(student, rng):
    """The logarithm of each value is uniform: each decade gets its share."""
    values = trials_of(student.random_search(SPACE, 600, seed_from(rng)), SPACE, 600)
    inside(values, SPACE)
    for name, place in places(values, SPACE).items():
        evenly_spread(place, name)


@check("random_search", points=1)
def values_of_any_range_are_log_uniform(student, rng):
    """Ranges below and above 1, narrow and wide ones, and a single name or three."""
    for space in [{"units": (16, 1024)}, {"a": (0.5, 0.6), "b": (1e-8, 1e3), "c": (20.0, 90.0)}]:
        values = trials_of(student.random_search(space, 600, seed_from(rng)), space, 600)
        inside(values, space)
        for name, place in places(values, space).items():
            evenly_spread(place, name)
    equal(len(trials_of(student.random_search(SPACE, 1, seed_from(rng)), SPACE, 1)), 2, name="names in one trial")


@check("random_search", points=1)
def trials_are_independent(student, rng):
    """No value comes twice, no value says anything about another, and nothing forces them to be even."""
    n = 60
    space = {"a": (1e-3, 1.0), "b": (1e-2, 10.0), "c": (1e-5, 1e-1)}
    values = trials_of(student.random_search(space, n, seed_from(rng)), space, n)
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


@check("standardize", points=1, public=True)
def training_data_are_standardized(student, reference, rng):
    """Each training column gets mean 0 and standard deviation 1."""
    train_data, test_data = uneven(rng, 5, 3), uneven(rng, 4, 3)
    expected, _ = reference.standardize(train_data, test_data)
    got, _ = parts(student.standardize(train_data, test_data), 2, "train and test")
    close(got, expected, rtol=1e-9, name="train", hint="The standard deviation is divided by N.")


@check("standardize", points=1, public=True)
def test_data_are_measured_by_the_same_ruler(student, reference, rng):
    """The test data are standardized with the training data's mean and standard deviation."""
    train_data, test_data = uneven(rng, 5, 3), uneven(rng, 4, 3)
    _, expected = reference.standardize(train_data, test_data)
    _, got = parts(student.standardize(train_data, test_data), 2, "train and test")
    close(got, expected, rtol=1e-9, name="test", hint=TRAINING_RULER)


@check("standardize", points=1)
def constant_columns_are_only_centred(student, rng):
    """A training column that is constant is divided by 1, in the test data as well; tiny spreads are real."""
    train_data, test_data = uneven(rng, 8, 4), uneven(rng, 3, 4)
    train_data[:, 1], test_data[:, 1] = 7.0, [7.0, 9.0, 4.5]
    train_data[:, 2], test_data[:, 2] = [1e-9, -1e-9] * 4, [0.0, 2e-9, 1e-9]
    got, got_test = parts(student.standardize(train_data, test_data), 2, "train and test")
    got, got_test = shaped(got, train_data.shape, "train"), shaped(got_test, test_data.shape, "test")
    mean = [sum(column) / 8 for column in train_data.T.tolist()]
    spread = [
        (sum((value - m) ** 2 for value in column) / 8) ** 0.5
        for column, m in zip(train_data.T.tolist(), mean, strict=True)
    ]
    for d, name in enumerate(("first", "constant", "tiny", "last")):
        divisor = 1.0 if name == "constant" else spread[d]
        close(got[:, d], (train_data[:, d] - mean[d]) / divisor, rtol=1e-8, name=f"the {name} column of train")
        close(
            got_test[:, d], (test_data[:, d] - mean[d]) / divisor, rtol=1e-8,
            name=f"the {name} column of test", hint=TRAINING_RULER,
        )  # fmt: skip


@check("standardize", points=0.5)
def one_test_example_is_enough(student, rng):
    """A single test example, many features and few examples, one feature."""
    for n, m, d in [(3, 1, 6), (9, 2, 1), (2, 5, 2)]:
        train_data, test_data = uneven(rng, n, d), uneven(rng, m, d)
        got, got_test = parts(student.standardize(train_data, test_data), 2, "train and test")
        mean = train_data.sum(axis=0) / n
        spread = np.sqrt(np.sum((train_data - mean) ** 2, axis=0) / n)
        close(got, (train_data - mean) / spread, rtol=1e-8, name=f"train of shape {(n, d)}")
        close(got_test, (test_data - mean) / spread, rtol=1e-8, name=f"test of shape {(m, d)}", hint=TRAINING_RULER)


@check("standardize", points=0.5, public=True)
def standardize_leaves_its_inputs_alone(student, rng):
    """standardize modifies neither array."""
    result = unmodified(student.standardize, uneven(rng, 4, 3), uneven(rng, 2, 3), inputs=(0, 1))
    shaped(parts(result, 2, "train and test")[1], (2, 3), "test")


# ------------------------------------------------------------------------------------------------ prediction questions


@check("q_thinned_networks", points=0, public=True)
def answers_how_many_thinned_networks_there_are(student, reference):
    """The number of thinned networks."""
    answered(student, reference, "q_thinned_networks")


@check("q_kept_unit", points=0, public=True)
def answers_what_a_kept_unit_becomes(student, reference):
    """The value of a unit that was kept."""
    answered(student, reference, "q_kept_unit", rtol=0.001)


@check("q_which_bug", points=0, public=True)
def answers_why_the_accuracy_changes(student, reference):
    """The bug in the friend's evaluation."""
    answered(student, reference, "q_which_bug")


@check("q_running_mean", points=0, public=True)
def answers_where_the_running_mean_is(student, reference):
    """The running mean after ten batches."""
    answered(student, reference, "q_running_mean", rtol=0.01)


@check("q_batch_of_one", points=0, public=True)
def answers_what_becomes_of_a_batch_of_one(student, reference):
    """Batch normalization of a single example."""
    answered(student, reference, "q_batch_of_one")


@check("q_trainings", points=0, public=True)
def answers_how_many_trainings(student, reference):
    """The number of trainings of a cross-validation."""
    answered(student, reference, "q_trainings")


@check("q_left_out", points=0, public=True)
def answers_what_a_bootstrap_leaves_out(student, reference):
    """The share that a bootstrap sample leaves out."""
    answered(student, reference, "q_left_out", rtol=0.01)


@check("q_below_a_hundredth", points=0, public=True)
def answers_the_share_below_a_hundredth(student, reference):
    """The share of trials below 0.01."""
    answered(student, reference, "q_below_a_hundredth", rtol=0.01)
