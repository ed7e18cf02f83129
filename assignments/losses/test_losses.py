"""The public checks of losses.

Run them with `autograder check losses`, or with pytest in this folder. This file is generated:
the grader has its own copy, so changing it changes nothing but what you see.
"""

import numpy as np

from autograder import answered, check, close, equal, expect, unmodified


def pair(result):
    """The two parts of what a loss returns, or a Failure that says that there are not two."""
    expect(isinstance(result, (tuple, list)) and len(result) == 2, "a loss returns two values: return loss, dx")
    return result


def numbers_in(value, name):
    """What was returned as an array, or a Failure if it does not hold finite numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    expect(array.dtype.kind in "biuf" and np.isfinite(array).all(), f"{name} should hold finite numbers")
    return array


def of_shape(value, shape, name):
    """Require finite numbers of a shape: who returns nothing leaves everything alone, and that is no merit."""
    got = numbers_in(value, name).shape
    expect(got == shape, f"{name}: shape {got}, expected {shape}")


def leaves_inputs_alone(student_f, x, y):
    """A call that must change neither x nor y."""
    _, dx = pair(unmodified(student_f, x, y, inputs=(0, 1)))
    of_shape(dx, x.shape, "dx")


OVERFLOW = "Is an exponential of a large number in it, or the logarithm of a very small one?"


def far_out(got, expected, name):
    """Compare what is far from zero; infinities and nan come from an overflow, and other wrong numbers do not."""
    overflowed = isinstance(got, np.ndarray | float) and not np.isfinite(got).all()
    close(got, expected, name=name, hint=OVERFLOW if overflowed else "")


MEAN_OVER_ALL = "The mean runs over all entries, and there is no factor 1/2."

SQUARES = (np.array([[1.0, 2.5, -1.0], [0.0, 3.0, 0.5]]), np.array([[0.5, 2.0, 1.0], [0.25, -1.0, 0.5]]))


@check("mse_loss", points=2, public=True)
def mse_is_the_mean_of_the_squares(student, reference):
    """mse_loss returns the mean of the squared errors."""
    loss, _ = pair(student.mse_loss(*SQUARES))
    close(loss, pair(reference.mse_loss(*SQUARES))[0], name="loss", hint=MEAN_OVER_ALL)


@check("mse_loss", points=2, public=True)
def mse_has_the_right_gradient(student, reference):
    """mse_loss returns the gradient with respect to each prediction."""
    _, dx = pair(student.mse_loss(*SQUARES))
    close(dx, pair(reference.mse_loss(*SQUARES))[1], name="dx", hint=MEAN_OVER_ALL)


@check("mse_loss", points=0.5, public=True)
def mse_leaves_its_inputs_alone(student, rng):
    """mse_loss modifies neither x nor y."""
    leaves_inputs_alone(student.mse_loss, rng.standard_normal((3, 4)), rng.standard_normal((3, 4)))


TAKE_THE_LOGARITHM_FIRST = "Take the logarithm of the density on paper: the density itself may be 0 in floating point."
SUM_OVER_ALL = "The sum over all observations, with the natural logarithm and with the constant."


@check("gaussian_nll", points=2, public=True)
def nll_of_the_standard_normal(student, reference):
    """gaussian_nll with mean 0 and standard deviation 1."""
    x = np.array([0.0, 1.0, -2.0, 0.5])
    close(student.gaussian_nll(x, 0.0, 1.0), reference.gaussian_nll(x, 0.0, 1.0), name="nll", hint=SUM_OVER_ALL)


@check("gaussian_nll", points=2, public=True)
def nll_of_another_width_and_place(student, reference):
    """gaussian_nll with another mean, and with standard deviations above and below 1."""
    cases = [(np.array([2.0, 3.5, 7.0]), 3.0, 2.5), (np.array([2.9, 3.1]), 3.0, 0.2)]
    expected = reference.gaussian_nll.calls(cases)
    for nll, right, (_, mu, sigma) in zip(student.gaussian_nll.calls(cases), expected, cases, strict=True):
        close(nll, right, name=f"nll for mu {mu}, sigma {sigma}", hint="sigma is the standard deviation")


@check("gaussian_nll", points=1, public=True)
def nll_of_many_observations(student, reference):
    """gaussian_nll of 1000 observations, whose densities multiply to less than any float."""
    x = np.linspace(-30, 40, 1000).reshape(20, 50)
    expected = reference.gaussian_nll(x, 4.0, 20.0)
    close(student.gaussian_nll(x, 4.0, 20.0), expected, name="nll", hint=TAKE_THE_LOGARITHM_FIRST)


@check("gaussian_nll", points=0.5, public=True)
def nll_leaves_its_inputs_alone(student, rng):
    """gaussian_nll modifies neither x nor mu."""
    x, mu = rng.standard_normal((2, 2, 3))
    of_shape(unmodified(student.gaussian_nll, x, mu, 1.5, inputs=(0, 1)), (), "nll")
    of_shape(unmodified(student.gaussian_nll, x, 0.5, 1.5, inputs=(0,)), (), "nll")


N_IN_THE_DENOMINATOR = "The maximum of the likelihood has n in the denominator of the variance; sigma is its root."


def mu_sigma(result):
    """The two parts of an estimate, or a Failure that says that there are not two."""
    expect(isinstance(result, (tuple, list)) and len(result) == 2, "gaussian_mle returns two numbers: mu, sigma")
    return result


@check("gaussian_mle", points=2, public=True)
def mle_of_the_mean(student, reference):
    """gaussian_mle: the mean that makes four observations most likely."""
    x = np.array([1.0, 2.0, 2.5, 8.0])
    close(mu_sigma(student.gaussian_mle(x))[0], mu_sigma(reference.gaussian_mle(x))[0], name="mu")


@check("gaussian_mle", points=2, public=True)
def mle_of_the_standard_deviation(student, reference):
    """gaussian_mle: the standard deviation that makes six observations in a table most likely."""
    x = np.array([[1.0, 2.0, 2.5], [8.0, 4.0, 3.0]])
    expected = mu_sigma(reference.gaussian_mle(x))[1]
    close(mu_sigma(student.gaussian_mle(x))[1], expected, name="sigma", hint=N_IN_THE_DENOMINATOR)


@check("gaussian_mle", points=0.5, public=True)
def mle_leaves_x_alone(student, rng):
    """gaussian_mle does not modify x."""
    mu, sigma = mu_sigma(unmodified(student.gaussian_mle, rng.standard_normal((3, 4)), inputs=(0,)))
    of_shape(mu, (), "mu")
    of_shape(sigma, (), "sigma")


SCORES = np.array([[1.0, 2.0, -0.5, 0.0], [0.3, -1.2, 0.7, 3.0], [2.0, 2.0, 2.5, -2.0]])
CLASSES = np.array([1, 2, 1])
BY_ROWS = "Each row is an example by itself, with its own maximum and its own sum."


@check("softmax", points=2, public=True)
def softmax_gives_the_right_probabilities(student, reference):
    """softmax returns the probabilities of four classes for three examples."""
    close(student.softmax(SCORES), reference.softmax(SCORES), name="p", hint=BY_ROWS)


@check("softmax", points=1.5, public=True)
def softmax_survives_a_thousand(student):
    """softmax is finite and right with scores of 1000 and -1000."""
    one = np.array([[1000.0, 1000.0, -1000.0]])
    far_out(student.softmax(one), np.array([[0.5, 0.5, 0.0]]), "p for scores 1000, 1000, -1000")
    low = np.array([[-1000.0, -1000.0, -1000.0, -1000.0]])
    far_out(student.softmax(low), np.full((1, 4), 0.25), "p for four scores of -1000")
    ahead = np.array([[0.0, 3000.0, 0.0]])
    far_out(student.softmax(ahead), np.array([[0.0, 1.0, 0.0]]), "p for scores 0, 3000, 0")


@check("softmax", points=0.5, public=True)
def softmax_leaves_x_alone(student, rng):
    """softmax does not modify x."""
    of_shape(unmodified(student.softmax, rng.standard_normal((3, 4)), inputs=(0,)), (3, 4), "p")


MEAN_OVER_EXAMPLES = "The mean runs over the N examples: loss and gradient are both divided by N."
LOG_SUM_EXP = "Compute the loss from the scores, not from probabilities that may be 0."


@check("softmax_loss", points=2, public=True)
def softmax_loss_of_three_examples(student, reference):
    """softmax_loss returns the mean cross-entropy of three examples."""
    loss, _ = pair(student.softmax_loss(SCORES, CLASSES))
    close(loss, pair(reference.softmax_loss(SCORES, CLASSES))[0], name="loss", hint=MEAN_OVER_EXAMPLES)


@check("softmax_loss", points=2, public=True)
def softmax_loss_has_the_right_gradient(student, reference):
    """softmax_loss returns the gradient with respect to each score."""
    _, dx = pair(student.softmax_loss(SCORES, CLASSES))
    close(dx, pair(reference.softmax_loss(SCORES, CLASSES))[1], name="dx", hint=MEAN_OVER_EXAMPLES)


@check("softmax_loss", points=1.5, public=True)
def softmax_loss_survives_a_thousand(student):
    """The loss is 2000 where a wrong class has a score of 1000 and the right one of -1000."""
    loss, dx = pair(student.softmax_loss(np.array([[1000.0, -1000.0, 0.0]]), np.array([1])))
    close(loss, 2000.0, name="loss", hint=LOG_SUM_EXP)
    far_out(dx, np.array([[1.0, -1.0, 0.0]]), "dx")


@check("softmax_loss", points=0.5, public=True)
def softmax_loss_leaves_its_inputs_alone(student, rng):
    """softmax_loss modifies neither x nor y."""
    leaves_inputs_alone(student.softmax_loss, rng.standard_normal((3, 4)), rng.integers(0, 4, 3))


ALL_OTHER_CLASSES = "The sum runs over all classes but the right one, and the mean over the N examples."
ONE_FOR_EACH = "Each class that comes too close pushes the right class up, too."


@check("svm_loss", points=2, public=True)
def svm_loss_of_three_examples(student, reference):
    """svm_loss returns the mean over three examples of the sum over the other classes."""
    loss, _ = pair(student.svm_loss(SCORES, CLASSES))
    close(loss, pair(reference.svm_loss(SCORES, CLASSES))[0], name="loss", hint=ALL_OTHER_CLASSES)


@check("svm_loss", points=2, public=True)
def svm_loss_has_the_right_gradient(student, reference):
    """svm_loss returns the gradient with respect to each score."""
    _, dx = pair(student.svm_loss(SCORES, CLASSES))
    close(dx, pair(reference.svm_loss(SCORES, CLASSES))[1], name="dx", hint=ONE_FOR_EACH)


@check("svm_loss", points=0.5, public=True)
def svm_loss_at_its_kink(student):
    """A class that is behind by exactly the margin adds nothing, neither to the loss nor to the gradient."""
    x = np.array([[3.0, 2.0, 1.0, 2.5], [1.0, 0.0, 0.0, 0.0]])
    loss, dx = pair(student.svm_loss(x, np.array([0, 0])))
    close(dx, np.array([[-0.5, 0.0, 0.0, 0.5], [0.0, 0.0, 0.0, 0.0]]), name="dx", hint="At the kink take 0.")
    close(loss, 0.25, name="loss")


@check("svm_loss", points=0.5, public=True)
def svm_loss_leaves_its_inputs_alone(student, rng):
    """svm_loss modifies neither x nor y."""
    leaves_inputs_alone(student.svm_loss, rng.standard_normal((3, 4)), rng.integers(0, 4, 3))


LOGITS = (np.array([[0.5, -1.0, 2.0], [-3.0, 0.0, 1.5]]), np.array([[1.0, 0.0, 0.0], [1.0, 0.3, 0.8]]))
BOTH_TERMS = "Both terms count, that of y and that of 1 - y, and the mean runs over all entries."


@check("bce_with_logits", points=1.5, public=True)
def bce_of_six_logits(student, reference):
    """bce_with_logits returns the mean over all entries, with targets 0, 1 and between."""
    loss, _ = pair(student.bce_with_logits(*LOGITS))
    close(loss, pair(reference.bce_with_logits(*LOGITS))[0], name="loss", hint=BOTH_TERMS)


@check("bce_with_logits", points=1.5, public=True)
def bce_has_the_right_gradient(student, reference):
    """bce_with_logits returns the gradient with respect to each logit."""
    _, dx = pair(student.bce_with_logits(*LOGITS))
    close(dx, pair(reference.bce_with_logits(*LOGITS))[1], name="dx", hint="What it says minus what it should say.")


@check("bce_with_logits", points=1, public=True)
def bce_survives_a_thousand(student):
    """bce_with_logits is finite and right at -1000 and 1000, for right and for wrong answers."""
    x, y = np.array([1000.0, -1000.0, 1000.0, -1000.0]), np.array([0.0, 1.0, 1.0, 0.0])
    loss, dx = pair(student.bce_with_logits(x, y))
    far_out(loss, 500.0, "loss")
    far_out(dx, np.array([0.25, -0.25, 0.0, 0.0]), "dx")


@check("bce_with_logits", points=0.5, public=True)
def bce_leaves_its_inputs_alone(student, rng):
    """bce_with_logits modifies neither x nor y."""
    leaves_inputs_alone(student.bce_with_logits, rng.standard_normal((3, 4)), rng.random((3, 4)))


TO_BOTH_SIDES = "Each entry is moved by h to both sides; the two values are 2 h apart."


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
        close(grad, 2 * each * x, rtol=1e-7, name=f"grad for x of shape {x.shape}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=2, public=True)
def numerical_gradient_uses_its_step(student, rng):
    """On a cubic a central difference with step h is too large by exactly h squared times the weight."""
    weights = rng.uniform(1, 2, (2, 2))
    x = rng.uniform(-3, 3, (2, 2))
    (cubic,) = student.probe(weighted_powers)([weights], 3)
    results = student.eval_numerical_gradient.calls([(cubic, x, 0.5), (cubic, x, 0.1)])
    for grad, h in zip(results, (0.5, 0.1), strict=True):
        close(grad, weights * (3 * x**2 + h**2), rtol=1e-9, name=f"grad with h = {h}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=1, public=True)
def numerical_gradient_leaves_x_alone(student, rng):
    """x has its old values afterwards, to the last bit."""
    x, weights = rng.uniform(1, 2, (2, 3, 4))
    grad = student.eval_numerical_gradient(student.probe(square_of_squares)(weights), x)
    changed = "args[1]" in student.eval_numerical_gradient.modified
    expect(not changed, "x has other values afterwards; put the value back that was saved before, or move a copy")
    expected = 4 * (weights * x * x).sum() * weights * x
    close(grad, expected, rtol=1e-3, name="grad", hint="only one entry of x is moved at a time")


ONE_MORE = "The path holds the start and every position after it: steps + 1 in all."


def pulls(curvatures, targets):
    """For each pair of arrays, the gradient of sum of curvature (x - target) ** 2 / 2."""
    return [lambda x, a=a, c=c: a * (x - c) for a, c in zip(curvatures, targets, strict=True)]


def path_on_bowl(a, c, x0, lr, steps):
    """The path in closed form, (steps + 1, D): the distance from c shrinks by 1 - lr a in each step."""
    return c + (1 - lr * a) ** np.arange(steps + 1)[:, np.newaxis] * (x0 - c)


@check("gradient_descent", points=2, public=True)
def gradient_descent_walks_down_a_bowl(student):
    """gradient_descent takes three steps in a bowl."""
    a, c, x0 = np.array([1.0, 3.0]), np.array([0.5, -1.0]), np.array([4.0, 2.0])
    (grad,) = student.probe(pulls)([a], [c])
    close(student.gradient_descent(grad, x0, 0.25, 3), path_on_bowl(a, c, x0, 0.25, 3), name="path", hint=ONE_MORE)


@check("gradient_descent", points=1.5, public=True)
def gradient_descent_writes_down_every_position(student):
    """The path begins at x0 and has steps + 1 positions, also for 0 steps and for 1."""
    a, c, x0 = np.array([2.0, 1.0, 0.5]), np.zeros(3), np.array([1.0, -2.0, 4.0])
    (grad,) = student.probe(pulls)([a], [c])
    counts = (0, 1, 5)
    for steps, path in zip(counts, student.gradient_descent.calls((grad, x0, 0.1, n) for n in counts), strict=True):
        close(path, path_on_bowl(a, c, x0, 0.1, steps), name=f"path of {steps} steps", hint=ONE_MORE)


@check("gradient_descent", points=0.5, public=True)
def gradient_descent_leaves_x0_alone(student, rng):
    """gradient_descent does not modify x0."""
    (grad,) = student.probe(pulls)([np.ones(3)], [np.zeros(3)])
    of_shape(unmodified(student.gradient_descent, grad, rng.standard_normal(3), 0.1, 3, inputs=(1,)), (4, 3), "path")


FEATURES = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.0], [2.0, 1.0], [0.0, -0.5]])
TARGETS = np.array([3.0, -1.0, 0.5, 2.5, 1.0])
BOTH_AT_ONE_POINT = "Both gradients of a step are taken at the same w and b, and the loss has no factor 1/2."
STEPS_AND_ONE = "history[t] is the loss after t steps, from t = 0 to the last: steps + 1 numbers."


def fitted(result):
    """The three parts of a fit, or a Failure that says that there are not three."""
    right = isinstance(result, (tuple, list)) and len(result) == 3
    expect(right, "linear_regression_gd returns three values: return w, b, history")
    return result


@check("linear_regression_gd", points=2, public=True)
def linear_regression_takes_one_step(student, reference):
    """The weights and the bias after one step from zero."""
    w, b, _ = fitted(student.linear_regression_gd(FEATURES, TARGETS, 0.1, 1))
    right_w, right_b, _ = fitted(reference.linear_regression_gd(FEATURES, TARGETS, 0.1, 1))
    close(w, right_w, name="w", hint=BOTH_AT_ONE_POINT)
    close(b, right_b, name="b", hint=BOTH_AT_ONE_POINT)


@check("linear_regression_gd", points=2, public=True)
def linear_regression_takes_five_steps(student, reference):
    """The weights and the bias after five steps."""
    w, b, _ = fitted(student.linear_regression_gd(FEATURES, TARGETS, 0.2, 5))
    right_w, right_b, _ = fitted(reference.linear_regression_gd(FEATURES, TARGETS, 0.2, 5))
    close(w, right_w, name="w", hint=BOTH_AT_ONE_POINT)
    close(b, right_b, name="b", hint=BOTH_AT_ONE_POINT)


@check("linear_regression_gd", points=2, public=True)
def linear_regression_writes_its_history(student, reference):
    """The history holds the loss before the first step and after each."""
    _, _, history = fitted(student.linear_regression_gd(FEATURES, TARGETS, 0.1, 4))
    _, _, expected = fitted(reference.linear_regression_gd(FEATURES, TARGETS, 0.1, 4))
    close(history, np.array(expected), name="history", hint=STEPS_AND_ONE)


@check("linear_regression_gd", points=0.5, public=True)
def linear_regression_leaves_its_inputs_alone(student, rng):
    """linear_regression_gd modifies neither X nor y."""
    X, y = rng.standard_normal((4, 2)), rng.standard_normal(4)
    w, _, _ = fitted(unmodified(student.linear_regression_gd, X, y, 0.1, 2, inputs=(0, 1)))
    of_shape(w, (2,), "w")


def numbered(n, *shape):
    """n examples that can be told apart, (n, *shape), and their targets: example k holds k, and its target is 10 k."""
    size = int(np.prod(shape))
    X = np.arange(n, dtype=float).reshape((n,) + (1,) * len(shape)) + np.zeros(shape)
    X += np.arange(size).reshape(shape) / 1000
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


def whole_epoch(result, X, y):
    """Every example occurs once, unchanged and with its own target."""
    arrays = batches(result)
    expect(sum(len(y_batch) for _, y_batch in arrays), "there is no example in any batch")
    for X_batch, y_batch in arrays:
        expect(X_batch.shape[1:] == X.shape[1:], f"X_batch has shape {X_batch.shape}, and X {X.shape}")
        expect(y_batch.ndim == 1, f"y_batch has shape {y_batch.shape}, and y {y.shape}")
    seen = np.concatenate([X_batch for X_batch, _ in arrays])
    targets = np.concatenate([y_batch for _, y_batch in arrays])
    numbers = np.rint(seen.reshape(len(seen), -1)[:, 0]).astype(int).tolist()
    equal(sorted(numbers), list(range(len(X))), name="the examples, sorted", hint="Every one of them, exactly once.")
    close(seen, X[numbers], name="the examples", hint="Are the entries of an example still together?")
    equal(targets, y[numbers], name="the targets", hint="X and y go in the same order.")


def seed_from(rng):
    """An int seed."""
    return int(rng.integers(2**31))


@check("minibatches", points=2, public=True)
def minibatches_have_the_right_sizes(student, rng):
    """Every batch has batch_size examples, and the last one what is left."""
    cases = {(10, 3): [3, 3, 3, 1], (8, 4): [4, 4], (5, 1): [1] * 5, (4, 10): [4], (6, 6): [6], (1, 2): [1]}
    seed = seed_from(rng)
    results = student.minibatches.calls((*numbered(n, 2), size, seed) for n, size in cases)
    for result, ((n, size), expected) in zip(results, cases.items(), strict=True):
        sizes = [len(y_batch) for _, y_batch in batches(result)]
        hint = "All batches but the last have batch_size examples; the last has what is left."
        equal(sizes, expected, name=f"the sizes for {n} examples in batches of {size}", hint=hint)


@check("minibatches", points=2, public=True)
def minibatches_show_every_example_once(student, rng):
    """Every example occurs exactly once, with its own target."""
    seed = seed_from(rng)
    cases = [(*numbered(n, 3), size, seed) for n, size in [(10, 3), (12, 4), (7, 1), (5, 8)]]
    for result, (X, y, _, _) in zip(student.minibatches.calls(cases), cases, strict=True):
        whole_epoch(result, X, y)


@check("minibatches", points=1.5, public=True)
def minibatches_repeat_with_their_seed(student, rng):
    """The same seed gives the same batches, another seed others."""
    X, y, seed = *numbered(30, 2), seed_from(rng)
    results = student.minibatches.calls((X, y, 8, each) for each in (seed, seed, seed + 1))
    first, again, other = (order_of(result) for result in results)
    expect(first == again, f"two calls with the seed {seed} gave different batches; draw from rng and nothing else")
    expect(
        first != other, f"the seeds {seed} and {seed + 1} gave the same batches; is rng used, and anything shuffled?"
    )


@check("minibatches", points=0.5, public=True)
def minibatches_leave_their_inputs_alone(student, rng):
    """minibatches modifies neither X nor y."""
    result = unmodified(student.minibatches, *numbered(9, 2), 4, seed_from(rng), inputs=(0, 1))
    expect(order_of(result), "there is no example in any batch")


@check("q_broadcast", points=0, public=True)
def answers_how_many_entries_a_broadcast_has(student, reference):
    """The entries of a difference that broadcasts."""
    answered(student, reference, "q_broadcast")


@check("q_peak", points=0, public=True)
def answers_how_high_a_density_is(student, reference):
    """The height of a narrow normal distribution."""
    answered(student, reference, "q_peak", rtol=0.01, positive=True)


@check("q_svm_start", points=0, public=True)
def answers_what_the_hinge_loss_starts_at(student, reference):
    """The hinge loss of ten equal scores."""
    answered(student, reference, "q_svm_start")


@check("q_evaluations", points=0, public=True)
def answers_how_often_the_loss_is_computed(student, reference):
    """The evaluations behind a measured gradient."""
    answered(student, reference, "q_evaluations")


@check("q_which_bug", points=0, public=True)
def answers_which_bug_it_is(student, reference):
    """The bug in the classmate's svm_loss."""
    answered(student, reference, "q_which_bug")


@check("q_three_steps", points=0, public=True)
def answers_where_three_steps_lead(student, reference):
    """The position after three steps on a parabola."""
    answered(student, reference, "q_three_steps", rtol=1e-3)


@check("q_steps", points=0, public=True)
def answers_how_many_steps_five_epochs_take(student, reference):
    """The steps in five epochs."""
    answered(student, reference, "q_steps")
