"""The public checks of losses.

Run them with `autograder check losses`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import check, close, equal, expect, parts, question, unmodified


def numbers_in(value, name):
    """What was returned as an array, or a Failure if it does not hold finite numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    expect(array.dtype.kind in "biuf" and np.isfinite(array).all(), f"{name} should hold finite numbers")
    return array


def short(values):
    """The values to 1/64: float32 holds them exactly, beside numbers up to 100,000 too."""
    return np.rint(64 * values) / 64


OVERFLOW = "Is an exponential of a large number in it, or the logarithm of a very small one?"


def far_out(got, expected, name):
    """Compare what is far from zero; infinities and nan come from an overflow, and other wrong numbers do not."""
    overflowed = isinstance(got, np.ndarray | float) and not np.isfinite(got).all()
    close(got, expected, name=name, hint=OVERFLOW if overflowed else "")


def small_case(exercise, rng):
    """A case (x, y) for a loss, and what to look at where it goes wrong, in the loss and in its gradient."""
    if exercise == "mse_loss":
        return predictions_and_targets(rng, [(2, 3)])[0], MEAN_OVER_ALL, MEAN_OVER_ALL
    if exercise == "softmax_loss":
        return scores_and_classes(rng, [(3, 4)])[0], MEAN_OVER_EXAMPLES, MEAN_OVER_EXAMPLES
    if exercise == "svm_loss":
        ((x, y),) = scores_off_the_kinks(rng, [(3, 4)])
        x[0, y[0]] += 8  # one example that keeps the margin
        return (x, y), ALL_OTHER_CLASSES, ONE_FOR_EACH
    x = rng.uniform(0.3, 3, (2, 3)) * np.array([[1, -1, 1], [-1, -1, 1]])  # with targets 0, 1 and between
    y = np.array([[1.0, 0.0, 0.0], [1.0, *rng.uniform(0.1, 0.9, 2)]])
    return (x, y), BOTH_TERMS, "What it says minus what it should say."


@check("mse_loss", "softmax_loss", "svm_loss", "bce_with_logits", points=2, public=True)
def returns_the_loss(student, reference, exercise, rng):
    """{exercise} returns the loss of a small table."""
    case, hint, _ = small_case(exercise, rng)
    loss, _ = parts(getattr(student, exercise)(*case), "loss", "dx")
    close(loss, getattr(reference, exercise)(*case)[0], name="loss", hint=hint)


@check("mse_loss", "softmax_loss", "svm_loss", "bce_with_logits", points=2, public=True)
def returns_the_gradient(student, reference, exercise, rng):
    """{exercise} returns the gradient with respect to each entry of a small table."""
    case, _, hint = small_case(exercise, rng)
    _, dx = parts(getattr(student, exercise)(*case), "loss", "dx")
    close(dx, getattr(reference, exercise)(*case)[1], name="dx", hint=hint)


MEAN_OVER_ALL = "The mean runs over all entries, and there is no factor 1/2."


def predictions_and_targets(rng, shapes):
    """A pair of arrays for each shape, whose differences are of mixed size."""
    return [(3 * rng.standard_normal(shape), rng.standard_normal(shape)) for shape in shapes]


TAKE_THE_LOGARITHM_FIRST = "Take the logarithm of the density on paper: the density itself may be 0 in floating point."
SUM_OVER_ALL = "The sum over all observations, with the natural logarithm and with the constant."


@check("gaussian_nll", points=2, public=True)
def nll_of_the_standard_normal(student, reference, rng):
    """gaussian_nll with mean 0 and standard deviation 1."""
    x = rng.uniform(-2, 2, 4)
    close(student.gaussian_nll(x, 0.0, 1.0), reference.gaussian_nll(x, 0.0, 1.0), name="nll", hint=SUM_OVER_ALL)


@check("gaussian_nll", points=2, public=True)
def nll_of_another_width_and_place(student, reference, rng):
    """gaussian_nll with another mean, and with standard deviations above and below 1."""
    cases = []
    for n, sigma in [(3, rng.uniform(2, 3)), (2, rng.uniform(0.2, 0.4))]:
        mu = rng.uniform(2, 4)
        cases.append((mu + sigma * rng.uniform(0.5, 1.5, n), float(mu), float(sigma)))
    expected = reference.gaussian_nll.calls(cases)
    for nll, right, (_, mu, sigma) in zip(student.gaussian_nll.calls(cases), expected, cases, strict=True):
        close(nll, right, name=f"nll for mu {mu:.4g}, sigma {sigma:.4g}", hint="sigma is the standard deviation")


@check("gaussian_nll", points=1, public=True)
def nll_of_many_observations(student, reference, rng):
    """gaussian_nll of 1000 observations and of a distant one, whose densities multiply to less than any float."""
    cases = {
        "1000 observations": (rng.uniform(-30, 40, (20, 50)), float(rng.uniform(0, 8)), float(rng.uniform(15, 25))),
        "an observation far from mu": (rng.uniform(50, 90, 1), 0.0, 1.0),
    }
    for name, case in cases.items():
        expected = reference.gaussian_nll(*case)
        close(student.gaussian_nll(*case), expected, name=f"nll of {name}", hint=TAKE_THE_LOGARITHM_FIRST)


N_IN_THE_DENOMINATOR = "The maximum of the likelihood has n in the denominator of the variance; sigma is its root."


@check("gaussian_mle", points=1, public=True)
def mle_of_the_mean(student, reference, rng):
    """gaussian_mle: the mean that makes four observations most likely."""
    x = rng.uniform(0, [2, 3, 4, 20])
    mu, _ = parts(student.gaussian_mle(x), "mu", "sigma")
    close(mu, reference.gaussian_mle(x)[0], name="mu")


@check("gaussian_mle", points=2, public=True)
def mle_of_the_standard_deviation(student, reference, rng):
    """gaussian_mle: the standard deviation that makes six observations in a table most likely."""
    x = rng.uniform(1, [2, 4, 12], (2, 3))
    _, sigma = parts(student.gaussian_mle(x), "mu", "sigma")
    close(sigma, reference.gaussian_mle(x)[1], name="sigma", hint=N_IN_THE_DENOMINATOR)


@check("gaussian_mle", points=0.5, public=True)
def mle_far_from_zero(student, rng):
    """gaussian_mle keeps its digits where the spread is three millionths of the mean."""
    # Seven numbers that are halves: float32 holds them and their sum exactly, and their mean well enough.
    offsets = np.array([-4.0, -3.0, -1.0, 0.5, 1.0, 2.5, 3.5])
    samples = [offsets + rng.integers(0, 2, 7) / 2 + rng.integers(1_000_000, 1_040_000) for _ in range(6)]
    for x, result in zip(samples, student.gaussian_mle.calls((x,) for x in samples), strict=True):
        mu, sigma = parts(result, "mu", "sigma")
        close(mu, 1e6 + (x - 1e6).mean(), rtol=1e-12, name="mu")
        hint = "Is something subtracted from the mean of x squared?"
        close(sigma, (x - 1e6).std(), name="sigma", hint=hint)


BY_ROWS = "Each row is an example by itself, with its own maximum and its own sum."


@check("softmax", points=2, public=True)
def softmax_gives_the_right_probabilities(student, reference, rng):
    """softmax returns the probabilities of four classes for three examples."""
    x = 1.5 * rng.standard_normal((3, 4))
    close(student.softmax(x), reference.softmax(x), name="p", hint=BY_ROWS)


@check("softmax", points=1.5, public=True)
def softmax_survives_a_thousand(student, reference, rng):
    """softmax is finite and right with scores near 1000 and -1000."""
    near = short(rng.uniform(-1, 1, (1, 3)))
    cases = {
        "p for scores near 1000 and -1000": rng.permuted(near + np.array([1000.0, 1000.0, -1000.0])),
        "p for three scores near -1000": near - 1000,
        "p for a row near 1000 and one near -1000": np.vstack([near + 1000, near - 1000]),
        "p for scores near 0 and 3000": rng.permuted(near + np.array([0.0, 3000.0, 0.0])),
    }
    for name, x in cases.items():
        far_out(student.softmax(x), reference.softmax(x), name)


MEAN_OVER_EXAMPLES = "The mean runs over the N examples: loss and gradient are both divided by N."
LOG_SUM_EXP = "Compute the loss from the scores, not from probabilities that may be 0."


def scores_and_classes(rng, shapes, size=1.5):
    """Scores and classes for each shape (N, C)."""
    return [(size * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in shapes]


@check("softmax_loss", points=1.5, public=True)
def softmax_loss_survives_a_thousand(student, reference, rng):
    """softmax_loss is right where the right class is hopeless, and where it is certain, in rows that lie far apart."""
    x = np.array([[1000.0, -1000.0, 1000.0, 0.0]]) + short(rng.uniform(-1, 1, (1, 4)))
    order = rng.permutation(4)
    certain = np.array([[1000.0, 0.0, 1.0], [-2000.0, -1000.0, -2000.0]])
    # One example by itself, and losses of 0: what is divided by N is not asked for here.
    for case in [(x[:, order], np.flatnonzero(order == 1)), (certain, np.array([0, 1]))]:
        expected, expected_dx = reference.softmax_loss(*case)
        loss, dx = parts(student.softmax_loss(*case), "loss", "dx")
        close(loss, expected, name="loss", hint=LOG_SUM_EXP)
        far_out(dx, expected_dx, "dx")


ALL_OTHER_CLASSES = "The sum runs over all classes but the right one, and the mean over the N examples."
ONE_FOR_EACH = "Each class that comes too close pushes the right class up, too."


def scores_off_the_kinks(rng, shapes):
    """Scores and classes for each shape (N, C); no class is within 1/128 of the margin, so rounding moves none over."""
    cases = []
    for x, y in scores_and_classes(rng, shapes):
        x = short(x)
        x[np.arange(len(y)), y] += 1 / 128
        cases.append((x, y))
    return cases


@check("svm_loss", points=0.5, public=True)
def svm_loss_at_its_kink(student, reference, rng):
    """svm_loss: a class that is behind by exactly the margin adds nothing to the gradient."""
    behind = np.array([[0.0, -1.0, -2.0, -rng.integers(1, 16) / 16], [0.0, -1.0, -1.0, -1.0]])
    order = rng.permutation(4)
    x, y = behind[:, order] + rng.integers(-3, 4, (2, 1)), np.flatnonzero(order == 0)
    for row in x:
        _, dx = parts(student.svm_loss(row[np.newaxis], y), "loss", "dx")
        close(dx, reference.svm_loss(row[np.newaxis], y)[1], name="dx", hint="At the kink take 0.")


BOTH_TERMS = "Both terms count, that of y and that of 1 - y, and the mean runs over all entries."


@check("bce_with_logits", points=1, public=True)
def bce_survives_a_thousand(student, reference, rng):
    """bce_with_logits is finite and right at -1000 and 1000, for right and for wrong answers, and between them."""
    far = [(1000.0, 0.0), (-1000.0, 1.0), (1000.0, 1.0), (-1000.0, 0.0)]
    for x, y in rng.permutation([*far, *rng.uniform([-1, 0.1], [1, 0.9], (2, 2))]):
        case = np.array([x]), np.array([y])  # one by itself: what is divided by their number is not asked for here
        expected, expected_dx = reference.bce_with_logits(*case)
        loss, dx = parts(student.bce_with_logits(*case), "loss", "dx")
        far_out(loss, expected, f"loss of the logit {x:.5g} for the target {y:.3g}")
        far_out(dx, expected_dx, f"dx of the logit {x:.5g} for the target {y:.3g}")


TO_BOTH_SIDES = "Each entry is moved by h to both sides; the two values are 2 h apart."


def in_float64(grad):
    """A gradient as float64: what was measured with all digits is compared with all, whatever it was put into."""
    return grad.astype(float) if isinstance(grad, np.ndarray) and grad.dtype.kind == "f" else grad


def weighted_powers(weights, power):
    """For each array of weights, the function x → sum of weights x ** power."""
    return [lambda x, each=each: float((each * x**power).sum()) for each in weights]


def square_of_squares(weights):
    """The function x → (sum of weights x ** 2) ** 2, in which every entry meets every other."""
    return lambda x: float((weights * x * x).sum()) ** 2


@check("eval_numerical_gradient", points=2, public=True)
def numerical_gradient_of_squares(student, rng):
    """The gradient of a weighted sum of squares, with the default step."""
    weights = [rng.standard_normal(shape) for shape in [(4,), (2, 3)]]
    points = [rng.uniform(1, 2, each.shape) for each in weights]
    functions = student.probe(weighted_powers)(weights, 2)
    results = student.eval_numerical_gradient.calls(zip(functions, points, strict=True))
    for grad, each, x in zip(results, weights, points, strict=True):
        close(in_float64(grad), 2 * each * x, rtol=1e-7, name=f"grad for x of shape {x.shape}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=2, public=True)
def numerical_gradient_uses_its_step(student, rng):
    """On a cubic a central difference with step h is too large by exactly h squared times the weight."""
    weights = rng.uniform(1, 2, (2, 2))
    x = rng.uniform(-3, 3, (2, 2))
    (cubic,) = student.probe(weighted_powers)([weights], 3)
    results = student.eval_numerical_gradient.calls([(cubic, x, 0.5), (cubic, x, 0.1)])
    for grad, h in zip(results, (0.5, 0.1), strict=True):
        close(grad, weights * (3 * x**2 + h**2), rtol=1e-9, name=f"grad with h = {h}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=1, public=True, side_condition=True)
def numerical_gradient_leaves_x_alone(student, rng):
    """eval_numerical_gradient: x has its old values afterwards, to the last bit."""
    x, weights = rng.uniform(1, 2, (2, 3, 4))
    student.eval_numerical_gradient(student.probe(square_of_squares)(weights), x)
    changed = "args[1]" in student.eval_numerical_gradient.modified
    expect(not changed, "x has other values afterwards; put the value back that was saved before, or move a copy")


ONE_MORE = "The path holds the start and every position after it: steps + 1 in all."


def pulls(curvatures, targets):
    """For each pair of arrays, the gradient of sum of curvature (x - target) ** 2 / 2."""
    return [lambda x, a=a, c=c: a * (x - c) for a, c in zip(curvatures, targets, strict=True)]


def path_on_bowl(a, c, x0, lr, steps):
    """The path in closed form, (steps + 1, D): the distance from c shrinks by 1 - lr a in each step."""
    return c + (1 - lr * a) ** np.arange(steps + 1)[:, np.newaxis] * (x0 - c)


@check("gradient_descent", points=2, public=True)
def gradient_descent_walks_down_a_bowl(student, rng):
    """gradient_descent takes three steps in a bowl."""
    a, c, x0 = rng.uniform([0.5, 2], [1.5, 3]), rng.standard_normal(2), rng.uniform(2, 4, 2)
    (grad,) = student.probe(pulls)([a], [c])
    close(student.gradient_descent(grad, x0, 0.25, 3), path_on_bowl(a, c, x0, 0.25, 3), name="path", hint=ONE_MORE)


@check("gradient_descent", points=1.5, public=True)
def gradient_descent_writes_down_every_position(student, rng):
    """The path begins at x0 and has steps + 1 positions, also for 0 steps and for 1."""
    a, c, x0 = rng.uniform(0.5, 2, 3), rng.standard_normal(3), rng.uniform(2, 4, 3)
    (grad,) = student.probe(pulls)([a], [c])
    counts = (0, 1, 5)
    for steps, path in zip(counts, student.gradient_descent.calls((grad, x0, 0.1, n) for n in counts), strict=True):
        close(path, path_on_bowl(a, c, x0, 0.1, steps), name=f"path of {steps} steps", hint=ONE_MORE)


@check("gradient_descent", points=0.5, public=True)
def gradient_descent_takes_all_its_steps(student, rng):
    """All steps are taken, also after the minimum has been reached."""
    a, c, x0 = np.array([2.0, 2.0]), rng.standard_normal(2), rng.standard_normal(2)
    (grad,) = student.probe(pulls)([a], [c])
    at_rest, arrived = student.gradient_descent.calls([(grad, c, 0.3, 4), (grad, x0, 0.5, 6)])
    close(at_rest, np.tile(c, (5, 1)), name="path that starts at the minimum", hint=ONE_MORE)
    close(arrived, np.vstack([x0, np.tile(c, (6, 1))]), name="path that arrives with the first step", hint=ONE_MORE)


BOTH_AT_ONE_POINT = "Both gradients of a step are taken at the same w and b, and the loss has no factor 1/2."
STEPS_AND_ONE = "history[t] is the loss after t steps, from t = 0 to the last: steps + 1 numbers."


def same_fit(result, expected, name=""):
    """Compare w and b; what the history is asked for is asked elsewhere."""
    w, b, _ = parts(result, "w", "b", "history")
    close(w, expected[0], name=f"w{name}", hint=BOTH_AT_ONE_POINT)
    close(b, expected[1], name=f"b{name}", hint=BOTH_AT_ONE_POINT)


def five_examples(rng):
    """X (5, 2) and y (5,)."""
    return rng.standard_normal((5, 2)) + 0.5, 1.5 * rng.standard_normal(5) + 1


@check("linear_regression_gd", points=2, public=True)
def linear_regression_takes_one_step(student, reference, rng):
    """The weights and the bias after one step from zero."""
    case = (*five_examples(rng), 0.1, 1)
    same_fit(student.linear_regression_gd(*case), reference.linear_regression_gd(*case))


@check("linear_regression_gd", points=2, public=True)
def linear_regression_takes_five_steps(student, reference, rng):
    """The weights and the bias after five steps."""
    case = (*five_examples(rng), 0.2, 5)
    same_fit(student.linear_regression_gd(*case), reference.linear_regression_gd(*case))


@check("linear_regression_gd", points=2, public=True)
def linear_regression_writes_its_history(student, reference, rng):
    """The history holds the loss before the first step and after each."""
    case = (*five_examples(rng), 0.1, 4)
    _, _, history = parts(student.linear_regression_gd(*case), "w", "b", "history")
    close(history, np.array(reference.linear_regression_gd(*case)[2]), name="history", hint=STEPS_AND_ONE)


def numbers_of_examples(rng, *ranges):
    """For each (low, high), a number of examples between the two."""
    return [int(rng.integers(low, high + 1)) for low, high in ranges]


def numbered(n, *shape):
    """n examples that can be told apart, (n, *shape), and their targets: example k holds k, and its target is 10 k."""
    size = int(np.prod(shape))
    X = np.arange(n, dtype=float).reshape((n,) + (1,) * len(shape)) + np.zeros(shape)
    X += np.arange(size).reshape(shape) / 10
    return X, 10 * np.arange(n)


def batches(result):
    """What minibatches returned as a list of pairs of arrays, or a Failure that says what else it is."""
    expect(isinstance(result, (list, tuple)), "minibatches returns a list; a generator (yield) is none: list(...)")
    for batch in result:
        two = isinstance(batch, (tuple, list)) and len(batch) == 2
        expect(two, "every item of the list is a pair: (X_batch, y_batch)")
    arrays = [(numbers_in(X_batch, "X_batch"), numbers_in(y_batch, "y_batch")) for X_batch, y_batch in result]
    for X_batch, y_batch in arrays:
        same = X_batch.ndim and y_batch.ndim and len(X_batch) == len(y_batch)
        expect(same, f"a batch has X of shape {X_batch.shape} and y of shape {y_batch.shape}")
    return arrays


def order_of(result):
    """The numbers of the examples, in the order in which they were returned."""
    return [int(target) // 10 for _, y_batch in batches(result) for target in y_batch.ravel()]


def whole_epoch(result, X, y, batch_size):
    """Every example occurs once in one of several batches, unchanged and with its own target."""
    arrays = batches(result)
    expect(sum(len(y_batch) for _, y_batch in arrays), "there is no example in any batch")
    largest = max(len(y_batch) for _, y_batch in arrays)
    expect(largest <= batch_size, f"a batch has {largest} examples, and batch_size is {batch_size}")
    for X_batch, y_batch in arrays:
        expect(X_batch.shape[1:] == X.shape[1:], f"X_batch has shape {X_batch.shape}, and X {X.shape}")
        expect(y_batch.ndim == 1, f"y_batch has shape {y_batch.shape}, and y {y.shape}")
    seen = np.concatenate([X_batch for X_batch, _ in arrays])
    targets = np.concatenate([y_batch for _, y_batch in arrays])
    numbers = np.rint(seen.reshape(len(seen), -1)[:, 0]).astype(int).tolist()
    equal(sorted(numbers), list(range(len(X))), name="the examples, sorted", hint="Every one of them, exactly once.")
    close(seen, X[numbers], name="the examples", hint="Are the entries of an example still together?")
    equal(targets, y[numbers], name="the targets", hint="X and y go in the same order.")


@check("minibatches", points=2, random=True, public=True)
def minibatches_have_the_right_sizes(student, rng, seed):
    """Every batch has batch_size examples, and the last one what is left."""
    size, some = numbers_of_examples(rng, (4, 6), (1, 2))
    cases = [(3 * size + some, size), (2 * size, size), (size, 1), (size - some, size), (size, size), (1, some)]
    results = student.minibatches.calls((*numbered(n, 2), size, seed) for n, size in cases)
    for result, (n, size) in zip(results, cases, strict=True):
        sizes = [len(y_batch) for _, y_batch in batches(result)]
        expected = [size] * (n // size) + [n % size] * (n % size > 0)
        hint = "All batches but the last have batch_size examples; the last has what is left."
        equal(sizes, expected, name=f"the sizes for {n} examples in batches of {size}", hint=hint)


@check("minibatches", points=2, random=True, public=True)
def minibatches_show_every_example_once(student, rng, seed):
    """Every example occurs exactly once, with its own target."""
    sizes = zip(numbers_of_examples(rng, (10, 14), (12, 16), (5, 8), (3, 6)), (3, 4, 1, 8), strict=True)
    cases = [(*numbered(n, 3), size, seed) for n, size in sizes]
    for result, (X, y, size, _) in zip(student.minibatches.calls(cases), cases, strict=True):
        whole_epoch(result, X, y, size)


@check("minibatches", points=1.5, public=True)
def minibatches_repeat_with_their_seed(student, seed):
    """A seed and a generator of that seed give the same batches, another seed others."""
    X, y = numbered(30, 2)
    results = student.minibatches.calls((X, y, 8, each) for each in (seed, seed, seed + 1))
    first, again, other = (order_of(result) for result in results)
    expect(first == again, f"two calls with the seed {seed} gave different batches; draw from rng and nothing else")
    expect(
        first != other, f"the seeds {seed} and {seed + 1} gave the same batches; is rng used, and anything shuffled?"
    )
    passed_on = order_of(student.minibatches(X, y, 8, student.probe(new_generator)(seed)))
    expect(first == passed_on, f"a generator of the seed {seed} gave other batches than the seed; use it as it is")


def new_generator(seed):
    import numpy as np

    return np.random.default_rng(seed)


@check("minibatches", points=0.5, public=True)
def minibatches_go_on_with_a_generator(student, seed):
    """Two epochs from one generator have two different orders of all the examples."""
    X, y = numbered(30, 2)
    generator = student.module("numpy.random").default_rng(seed)
    first, second = (order_of(result) for result in student.minibatches.calls([(X, y, 7, generator)] * 2))
    expect(first != second, "two epochs from the same generator have the same order")
    equal(sorted(first), list(range(30)), name="the examples, sorted")


def arguments(exercise, rng):
    """Cases of an exercise, and which of the arguments are to be left alone."""
    x, y, classes = rng.standard_normal((3, 4)), rng.random((3, 4)), rng.integers(0, 4, 3)
    far = 1000 * x  # what is cut off, is cut off far from zero
    return {
        "mse_loss": ([(x, y)], (0, 1)),
        "gaussian_nll": ([(x, y, 1.5), (x, 0.5, 1.5)], (0, 1)),
        "gaussian_mle": ([(x,)], (0,)),
        "softmax": ([(x,), (far,)], (0,)),
        "softmax_loss": ([(x, classes), (far, classes)], (0, 1)),
        "svm_loss": ([(x, classes)], (0, 1)),
        "bce_with_logits": ([(x, y), (far, y)], (0, 1)),
        "gradient_descent": ([(lambda at: at, x[0], 0.1, 3)], (1,)),
        "linear_regression_gd": ([(x, y[:, 0], 0.1, 2)], (0, 1)),
        "minibatches": ([(*numbered(9, 2), 4, 1)], (0, 1)),
    }[exercise]


@check(
    "mse_loss", "gaussian_nll", "gaussian_mle", "softmax", "softmax_loss", "svm_loss", "bce_with_logits",
    "gradient_descent", "linear_regression_gd", "minibatches",
    points=0.5, public=True, side_condition=True,
)  # fmt: skip
def leaves_its_inputs_alone(student, exercise, rng):
    """{exercise} does not modify its inputs."""
    cases, inputs = arguments(exercise, rng)
    for case in cases:
        unmodified(getattr(student, exercise), *case, inputs=inputs)


q_broadcast = question("The entries of a difference that broadcasts.")
q_peak = question("The height of a narrow normal distribution.", rtol=0.01, positive=True)

q_svm_start = question("The hinge loss of ten equal scores.")
q_evaluations = question("The evaluations behind a measured gradient.")

q_which_bug = question("The bug in the classmate's svm_loss.")
q_three_steps = question("The position after three steps on a parabola.", rtol=1e-3)

q_steps = question("The steps in five epochs.")
