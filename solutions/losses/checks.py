"""All checks of the losses assignment, public and hidden; 100 points.

Oracles besides the reference: losses example by example in Python's own numbers, gradients by complex steps of the loss
in its plain form, scipy's softmax and logsumexp, walks on quadratics in closed form, and least squares. What is told by
an exact formula is asked for exactly: on a cubic a central difference of step h is off by h squared, whatever h is.
Shuffling is judged by counting orders: a right one fails with a probability of at most RARE.
"""

import math

import numpy as np
from scipy import special

from autograder import answered, check, close, equal, expect, numerical_gradient, unmodified

RARE = 1e-10
SHAPES = [(3, 5), (1,), (2, 1, 4), (1, 1), (7,)]


def pair(result):
    """The two parts of what a loss returns, or a Failure that says that there are not two."""
    expect(isinstance(result, (tuple, list)) and len(result) == 2, "a loss returns two values: return loss, dx")
    return result


def follows_loss(student_f, cases, loss, hint=""):
    """Compare the loss of every case (x, y) with `loss(x, y)`."""
    for (x, y), result in zip(cases, student_f.calls(cases), strict=True):
        close(pair(result)[0], loss(x, y), name=f"loss for x of shape {x.shape}", hint=hint)


def follows_gradient(student_f, cases, loss, hint=""):
    """Compare the gradient of every case (x, y) with complex steps of `loss(x, y)`, an analytic function."""
    for (x, y), result in zip(cases, student_f.calls(cases), strict=True):
        expected = numerical_gradient(lambda at, y=y: loss(at, y), x, complex_step=True)
        close(pair(result)[1], expected, name=f"dx for x of shape {x.shape}", hint=hint)


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


# ----------------------------------------------------------------------------------------------------------- mse_loss

MEAN_OVER_ALL = "The mean runs over all entries, and there is no factor 1/2."


def squared_error(x, y):
    """The mean squared error, term by term; also of complex numbers."""
    return sum((a - b) ** 2 for a, b in zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)) / x.size


def predictions_and_targets(rng, shapes):
    """A pair of arrays for each shape, whose differences are of mixed size."""
    return [(3 * rng.standard_normal(shape), rng.standard_normal(shape)) for shape in shapes]


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


@check("mse_loss", points=1.5)
def mse_works_on_any_shape(student, rng):
    """mse_loss returns the loss for arrays of several shapes, a single number among them."""
    follows_loss(student.mse_loss, predictions_and_targets(rng, SHAPES), squared_error, MEAN_OVER_ALL)


@check("mse_loss", points=1.5)
def mse_gradient_agrees_with_complex_steps(student, rng):
    """mse_loss returns the gradient of the loss for arrays of several shapes."""
    follows_gradient(student.mse_loss, predictions_and_targets(rng, SHAPES), squared_error, MEAN_OVER_ALL)


@check("mse_loss", points=0.5)
def mse_of_a_perfect_prediction_is_zero(student, rng):
    """Where every prediction is right, loss and gradient are zero; the direction of an error matters only for dx."""
    x, step = rng.standard_normal((2, 3)), rng.uniform(1, 2)
    perfect, above, below = (pair(r) for r in student.mse_loss.calls([(x, x), (x + step, x), (x - step, x)]))
    close(perfect[0], 0.0, name="loss of a perfect prediction")
    close(perfect[1], np.zeros((2, 3)), name="dx of a perfect prediction")
    close(above[0], step**2, name="loss of predictions that are too large")
    close(below[0], step**2, name="loss of predictions that are too small")
    close(above[1], np.full((2, 3), step / 3), name="dx of predictions that are too large")
    close(below[1], np.full((2, 3), -step / 3), name="dx of predictions that are too small")


@check("mse_loss", points=0.5, public=True)
def mse_leaves_its_inputs_alone(student, rng):
    """mse_loss modifies neither x nor y."""
    leaves_inputs_alone(student.mse_loss, rng.standard_normal((3, 4)), rng.standard_normal((3, 4)))


# ------------------------------------------------------------------------------------------------------- gaussian_nll

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


@check("gaussian_nll", points=1.5)
def nll_adds_up_the_logarithms_of_the_densities(student, rng):
    """gaussian_nll for arrays of several shapes; the mean may be an array as well."""
    cases = []
    for shape in SHAPES:
        x, mu, sigma = rng.standard_normal(shape), float(rng.normal()), float(rng.uniform(0.6, 3))
        cases += [(x, mu, sigma), (x, x + rng.standard_normal(shape), sigma)]
    for nll, (x, mu, sigma) in zip(student.gaussian_nll.calls(cases), cases, strict=True):
        densities = np.exp(-((x - mu) ** 2) / (2 * sigma * sigma)) / math.sqrt(2 * math.pi * sigma * sigma)
        kind = "one mean for each" if isinstance(mu, np.ndarray) else "one mean"
        expected = -math.fsum(math.log(p) for p in densities.ravel())
        close(nll, expected, name=f"nll for x of shape {x.shape}, {kind}", hint=SUM_OVER_ALL)


@check("gaussian_nll", points=1)
def nll_far_from_the_mean_is_finite(student, rng):
    """gaussian_nll is finite and right where the density itself is 0 in floating point; it may be negative."""
    z, sigma, n = rng.uniform(50, 90), float(rng.uniform(0.5, 2)), int(rng.integers(3, 7))
    constant = math.log(2 * math.pi) / 2
    far, narrow = np.full(n, 1 + z * sigma), np.full((n, 2), -0.5)
    nlls = student.gaussian_nll.calls([(far, 1.0, sigma), (narrow, -0.5, 1e-3)])
    far_out(nlls[0], n * (constant + math.log(sigma) + z * z / 2), "nll far from the mean")
    close(nlls[1], 2 * n * (constant - 3 * math.log(10)), name="nll of a narrow peak, at its top")


@check("gaussian_nll", points=0.5, public=True)
def nll_leaves_its_inputs_alone(student, rng):
    """gaussian_nll modifies neither x nor mu."""
    x, mu = rng.standard_normal((2, 2, 3))
    of_shape(unmodified(student.gaussian_nll, x, mu, 1.5, inputs=(0, 1)), (), "nll")
    of_shape(unmodified(student.gaussian_nll, x, 0.5, 1.5, inputs=(0,)), (), "nll")


# ------------------------------------------------------------------------------------------------------- gaussian_mle

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


@check("gaussian_mle", points=1)
def mle_for_any_number_of_observations(student, rng):
    """gaussian_mle for arrays of several shapes, a single observation and equal ones among them."""
    samples = [2 + 3 * rng.standard_normal(shape) for shape in [(5,), (2,), (3, 4), (2, 1, 3), (1,), (1, 1)]]
    samples.append(np.full(4, 0.75))
    for x, result in zip(samples, student.gaussian_mle.calls((x,) for x in samples), strict=True):
        values = x.ravel().tolist()
        mean = math.fsum(values) / len(values)
        sigma = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
        mu, got = mu_sigma(result)
        close(mu, mean, name=f"mu of {len(values)} observations")
        close(got, sigma, name=f"sigma of {len(values)} observations", hint=N_IN_THE_DENOMINATOR)


@check("gaussian_mle", points=0.5)
def mle_far_from_zero(student, rng):
    """gaussian_mle keeps its digits where the spread is a millionth of the mean."""
    noise = rng.standard_normal(50)
    x = 1e6 + noise
    mu, sigma = mu_sigma(student.gaussian_mle(x))
    close(mu, 1e6 + noise.mean(), rtol=1e-12, name="mu")
    close(sigma, (x - 1e6).std(), rtol=1e-6, name="sigma", hint="Is something subtracted from the mean of x squared?")


@check("gaussian_mle", points=0.5, public=True)
def mle_leaves_x_alone(student, rng):
    """gaussian_mle does not modify x."""
    mu, sigma = mu_sigma(unmodified(student.gaussian_mle, rng.standard_normal((3, 4)), inputs=(0,)))
    of_shape(mu, (), "mu")
    of_shape(sigma, (), "sigma")


# ------------------------------------------------------------------------------------------------------------ softmax

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


@check("softmax", points=2)
def softmax_agrees_with_scipy(student, rng):
    """softmax for several numbers of examples and classes, one of either among them."""
    cases = [3 * rng.standard_normal(shape) for shape in [(4, 3), (3, 5), (1, 4), (5, 1), (2, 2), (1, 1), (4, 4)]]
    for x, p in zip(cases, student.softmax.calls((x,) for x in cases), strict=True):
        close(p, special.softmax(x, axis=1), name=f"p for x of shape {x.shape}", hint=BY_ROWS)


@check("softmax", points=1)
def softmax_of_rows_that_lie_far_apart(student, rng):
    """softmax is right in every row where one row has scores near 1000 and another near -1000."""
    x = rng.standard_normal((4, 3))
    p = student.softmax(x + np.array([[1000.0], [-1000.0], [0.0], [-90000.0]]))
    close(p, special.softmax(x, axis=1), rtol=1e-9, name="p", hint=BY_ROWS)


@check("softmax", points=1)
def softmax_ratios_are_exponentials(student, rng):
    """The ratio of two probabilities is the exponential of the difference of their scores; each row sums to 1."""
    x = rng.uniform(-30, 30, (3, 4))
    p = student.softmax(x)
    close(p, 1 / np.exp(x[:, np.newaxis, :] - x[:, :, np.newaxis]).sum(axis=2), name="p", hint=BY_ROWS)
    p = np.asarray(p, dtype=float)
    close(p.sum(axis=1), np.ones(3), name="sums of the rows")
    close(np.log(p[:, 0] / p[:, 1]), x[:, 0] - x[:, 1], name="logarithm of the first over the second probability")


@check("softmax", points=0.5, public=True)
def softmax_leaves_x_alone(student, rng):
    """softmax does not modify x."""
    of_shape(unmodified(student.softmax, rng.standard_normal((3, 4)), inputs=(0,)), (3, 4), "p")


# ------------------------------------------------------------------------------------------------------- softmax_loss

MEAN_OVER_EXAMPLES = "The mean runs over the N examples: loss and gradient are both divided by N."
LOG_SUM_EXP = "Compute the loss from the scores, not from probabilities that may be 0."


def cross_entropy(x, y):
    """The cross-entropy in its plain form; also of complex numbers."""
    return np.mean(np.log(np.exp(x).sum(axis=1)) - x[np.arange(len(y)), y])


def scores_and_classes(rng, shapes, size=1.5):
    """Scores and classes for each shape (N, C)."""
    return [(size * rng.standard_normal((n, c)), rng.integers(0, c, n)) for n, c in shapes]


TABLES = [(5, 3), (3, 4), (1, 4), (6, 2), (4, 1), (4, 4), (2, 7)]


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


@check("softmax_loss", points=2)
def softmax_loss_agrees_with_logsumexp(student, rng):
    """The loss for several numbers of examples and classes, and after a shift of each row."""
    cases = scores_and_classes(rng, TABLES)
    x, y = cases[1]
    cases.append((x + rng.uniform(-20, 20, (len(x), 1)), y))

    def loss(x, y):
        return np.mean([special.logsumexp(row) - row[right] for row, right in zip(x, y, strict=True)])

    follows_loss(student.softmax_loss, cases, loss, MEAN_OVER_EXAMPLES)


@check("softmax_loss", points=2.5)
def softmax_loss_gradient_agrees_with_complex_steps(student, rng):
    """The gradient for several numbers of examples and classes."""
    follows_gradient(student.softmax_loss, scores_and_classes(rng, TABLES), cross_entropy, MEAN_OVER_EXAMPLES)


@check("softmax_loss", points=1.5)
def softmax_loss_of_rows_that_lie_far_apart(student, rng):
    """Loss and gradient where the rows lie far apart, and where the right class is hopeless or certain."""
    x, y = rng.standard_normal((4, 3)), rng.integers(0, 3, 4)
    far = rng.uniform(800, 3000)
    certain = np.array([[far, 0.0, 1.0], [-2.0, far, 0.0]])
    apart = (x + np.array([[far], [-far], [0.0], [-10 * far]]), y)
    results = student.softmax_loss.calls([apart, (certain, np.array([0, 1])), (certain, np.array([1, 1]))])
    (loss, dx), right, hopeless = (pair(result) for result in results)
    far_out(loss, cross_entropy(x, y), "loss of rows that lie far apart")
    expected = numerical_gradient(lambda at: cross_entropy(at, y), x, complex_step=True)
    close(dx, expected, rtol=1e-9, name="dx of rows that lie far apart")
    far_out(right[0], 0.0, "loss where the right classes are certain")
    far_out(right[1], np.zeros((2, 3)), "dx where the right classes are certain")
    far_out(hopeless[0], far / 2, "loss where one right class is hopeless")
    far_out(hopeless[1], np.array([[0.5, -0.5, 0.0], [0.0, 0.0, 0.0]]), "dx where one right class is hopeless")


@check("softmax_loss", points=0.5, public=True)
def softmax_loss_leaves_its_inputs_alone(student, rng):
    """softmax_loss modifies neither x nor y."""
    leaves_inputs_alone(student.softmax_loss, rng.standard_normal((3, 4)), rng.integers(0, 4, 3))


# ----------------------------------------------------------------------------------------------------------- svm_loss

ALL_OTHER_CLASSES = "The sum runs over all classes but the right one, and the mean over the N examples."
ONE_FOR_EACH = "Each class that comes too close pushes the right class up, too."


def hinge(x, y):
    """The multiclass hinge loss, term by term; also of complex numbers away from the kinks."""
    total = 0.0
    for row, right in zip(x.tolist(), y.tolist(), strict=True):
        terms = [row[c] - row[right] + 1 for c in range(len(row)) if c != right]
        total += sum(term for term in terms if term.real > 0)
    return total / len(x)


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


@check("svm_loss", points=2)
def svm_loss_agrees_term_by_term(student, rng):
    """The loss for several numbers of examples and classes."""
    follows_loss(student.svm_loss, scores_and_classes(rng, TABLES), hinge, ALL_OTHER_CLASSES)


@check("svm_loss", points=2)
def svm_loss_gradient_agrees_with_complex_steps(student, rng):
    """The gradient for several numbers of examples and classes."""
    follows_gradient(student.svm_loss, scores_and_classes(rng, TABLES), hinge, ONE_FOR_EACH)


@check("svm_loss", points=1)
def svm_loss_is_content_beyond_the_margin(student, rng):
    """Zero where the right class is ahead of all others by more than 1; large scores are counted in full."""
    y = rng.integers(0, 4, 5)
    ahead = rng.uniform(-1, 0, (5, 4))
    ahead[np.arange(5), y] = rng.uniform(1.1, 2, 5)
    far = rng.uniform(1e4, 1e5)
    hopeless = np.array([[far, 0.0, 0.0]])
    content, worst = (pair(r) for r in student.svm_loss.calls([(ahead - 50, y), (hopeless, np.array([2]))]))
    close(content[0], 0.0, name="loss of scores that keep the margin")
    close(content[1], np.zeros((5, 4)), name="dx of scores that keep the margin")
    close(worst[0], far + 2, name="loss of a large score for a wrong class", hint=ALL_OTHER_CLASSES)
    close(worst[1], np.array([[1.0, 1.0, -2.0]]), name="dx of a large score for a wrong class", hint=ONE_FOR_EACH)


@check("svm_loss", points=0.5, public=True)
def svm_loss_leaves_its_inputs_alone(student, rng):
    """svm_loss modifies neither x nor y."""
    leaves_inputs_alone(student.svm_loss, rng.standard_normal((3, 4)), rng.integers(0, 4, 3))


# ---------------------------------------------------------------------------------------------------- bce_with_logits

LOGITS = (np.array([[0.5, -1.0, 2.0], [-3.0, 0.0, 1.5]]), np.array([[1.0, 0.0, 0.0], [1.0, 0.3, 0.8]]))
BOTH_TERMS = "Both terms count, that of y and that of 1 - y, and the mean runs over all entries."


def binary_cross_entropy(x, y):
    """The binary cross-entropy in its plain form; also of complex numbers."""
    s = 1 / (1 + np.exp(-x))
    return np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s))


def logits_and_targets(rng):
    """Logits of both signs, with targets 0, 1 and between."""
    cases = []
    for shape in SHAPES:
        hard = rng.integers(0, 2, shape).astype(float)
        cases.append((3 * rng.standard_normal(shape), np.where(rng.random(shape) < 0.5, hard, rng.random(shape))))
    return cases


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


@check("bce_with_logits", points=1.5)
def bce_agrees_with_its_definition(student, rng):
    """The loss for arrays of several shapes and targets between 0 and 1."""
    follows_loss(student.bce_with_logits, logits_and_targets(rng), binary_cross_entropy, BOTH_TERMS)


@check("bce_with_logits", points=1.5)
def bce_gradient_agrees_with_complex_steps(student, rng):
    """The gradient for arrays of several shapes and targets between 0 and 1."""
    follows_gradient(student.bce_with_logits, logits_and_targets(rng), binary_cross_entropy, BOTH_TERMS)


@check("bce_with_logits", points=0.5)
def bce_of_soft_targets_far_out(student, rng):
    """Far from zero the loss is a straight line, whose slope depends on the target."""
    x, y = rng.uniform(100, 5000, 6) * np.array([1, -1, 1, -1, 1, -1]), rng.uniform(0.1, 0.9, 6)
    loss, dx = pair(student.bce_with_logits(x, y))
    far_out(loss, np.mean(np.where(x > 0, (1 - y) * x, -y * x)), "loss")
    far_out(dx, ((x > 0) - y) / 6, "dx")


@check("bce_with_logits", points=0.5, public=True)
def bce_leaves_its_inputs_alone(student, rng):
    """bce_with_logits modifies neither x nor y."""
    leaves_inputs_alone(student.bce_with_logits, rng.standard_normal((3, 4)), rng.random((3, 4)))


# -------------------------------------------------------------------------------------------- eval_numerical_gradient

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


@check("eval_numerical_gradient", points=2.5)
def numerical_gradient_of_entries_that_meet(student, rng):
    """The gradient of functions in which the entries meet, for several shapes."""
    for shape in [(2, 1, 3), (1,), (5,), (3, 2)]:
        mix = rng.standard_normal((int(np.prod(shape)),) * 2)

        def meeting(x, mix=mix):
            flat = x.ravel()
            return np.sum(np.sin(mix @ flat)) + np.prod(flat)

        x = rng.uniform(0.5, 1.5, shape)
        expected = numerical_gradient(meeting, x, complex_step=True)
        grad = student.eval_numerical_gradient(meeting, x)
        close(grad, expected, rtol=1e-6, name=f"grad for x of shape {shape}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=1.5)
def numerical_gradient_of_a_loss(student, rng):
    """The gradient of a loss with respect to a matrix of scores, which f wants in its own shape."""
    x, y = rng.standard_normal((3, 4)), rng.integers(0, 4, 3)
    expected = numerical_gradient(lambda at: cross_entropy(at, y), x, complex_step=True)
    grad = student.eval_numerical_gradient(lambda at: cross_entropy(at, y), x)
    close(grad, expected, rtol=1e-6, name="grad", hint="f takes an array of the shape of x")


def folds(weights):
    """The function x → sum of weights |x|."""
    return lambda x: (weights * abs(x)).sum()


@check("eval_numerical_gradient", points=1)
def numerical_gradient_at_a_kink(student, rng):
    """At the kink of |x| both sides agree on 0, and near it h decides, given or by default."""
    weights, h = rng.uniform(1, 2, 4), rng.uniform(0.1, 0.3)
    fold = student.probe(folds)(weights)
    places = np.array([0.0, 0.5, -0.25, 2.0])  # in units of h; between the two points the slope is the place itself
    given, default = student.eval_numerical_gradient.calls([(fold, h * places, h), (fold, 1e-5 * places)])
    slopes = weights * np.clip(places, -1, 1)
    close(given, slopes, rtol=1e-9, name="grad", hint=TO_BOTH_SIDES)
    close(default, slopes, rtol=1e-9, name="grad with the default h", hint="The default of h is 1e-5.")


# --------------------------------------------------------------------------------------------------- gradient_descent

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


@check("gradient_descent", points=2)
def gradient_descent_asks_for_the_gradient_where_it_stands(student, rng):
    """gradient_descent on curved landscapes, in one to five dimensions."""
    for size, lr, steps in [(1, 0.3, 4), (2, 0.1, 6), (5, 0.05, 3)]:
        mix, x0 = rng.standard_normal((size, size)), rng.standard_normal(size)

        def slope(x, mix=mix):
            return mix.T @ np.tanh(mix @ x) + 0.2 * x

        expected = [x0]
        while len(expected) <= steps:
            expected.append(expected[-1] - lr * slope(expected[-1]))
        hint = "The gradient is asked for at the latest position."
        close(student.gradient_descent(slope, x0, lr, steps), np.array(expected), name="path", hint=hint)


@check("gradient_descent", points=1.5)
def gradient_descent_keeps_its_rate(student, rng):
    """The learning rate stays as it is: one that is too large diverges, and zero goes nowhere."""
    a, c, x0 = rng.uniform(1, 2, 3), rng.standard_normal(3), rng.uniform(2, 3, 3)
    (grad,) = student.probe(pulls)([a], [c])
    walks = [(1.5, 8), (0.0, 3), (0.9, 1), (0.01, 12)]
    results = student.gradient_descent.calls((grad, x0, lr, steps) for lr, steps in walks)
    for path, (lr, steps) in zip(results, walks, strict=True):
        close(path, path_on_bowl(a, c, x0, lr, steps), name=f"path of {steps} steps with lr {lr}", hint=ONE_MORE)


@check("gradient_descent", points=0.5)
def gradient_descent_takes_all_its_steps(student, rng):
    """All steps are taken, also after the minimum has been reached."""
    a, c, x0 = np.array([2.0, 2.0]), rng.standard_normal(2), rng.standard_normal(2)
    (grad,) = student.probe(pulls)([a], [c])
    at_rest, arrived = student.gradient_descent.calls([(grad, c, 0.3, 4), (grad, x0, 0.5, 6)])
    close(at_rest, np.tile(c, (5, 1)), name="path that starts at the minimum", hint=ONE_MORE)
    close(arrived, np.vstack([x0, np.tile(c, (6, 1))]), name="path that arrives with the first step", hint=ONE_MORE)


@check("gradient_descent", points=0.5, public=True)
def gradient_descent_leaves_x0_alone(student, rng):
    """gradient_descent does not modify x0."""
    (grad,) = student.probe(pulls)([np.ones(3)], [np.zeros(3)])
    of_shape(unmodified(student.gradient_descent, grad, rng.standard_normal(3), 0.1, 3, inputs=(1,)), (4, 3), "path")


# ----------------------------------------------------------------------------------------------- linear_regression_gd

FEATURES = np.array([[1.0, 2.0], [0.5, -1.0], [-1.5, 0.0], [2.0, 1.0], [0.0, -0.5]])
TARGETS = np.array([3.0, -1.0, 0.5, 2.5, 1.0])
BOTH_AT_ONE_POINT = "Both gradients of a step are taken at the same w and b, and the loss has no factor 1/2."
STEPS_AND_ONE = "history[t] is the loss after t steps, from t = 0 to the last: steps + 1 numbers."


def fitted(result):
    """The three parts of a fit, or a Failure that says that there are not three."""
    right = isinstance(result, (tuple, list)) and len(result) == 3
    expect(right, "linear_regression_gd returns three values: return w, b, history")
    return result


def fit_in_closed_form(X, y, lr, steps):
    """w, b and history without a loop over gradients: each step is one affine map of (w, b)."""
    design = np.column_stack([X, np.ones(len(X))])
    turn = np.eye(design.shape[1]) - 2 * lr / len(X) * design.T @ design
    push = 2 * lr / len(X) * design.T @ y
    theta = [sum((np.linalg.matrix_power(turn, k) @ push for k in range(t)), 0 * push) for t in range(steps + 1)]
    return theta[-1][:-1], theta[-1][-1], [np.mean((design @ at - y) ** 2) for at in theta]


def same_fit(result, expected, name=""):
    """Compare w, b and history."""
    (w, b, history), (right_w, right_b, right_history) = fitted(result), expected
    close(w, right_w, name=f"w{name}", hint=BOTH_AT_ONE_POINT)
    close(b, right_b, name=f"b{name}", hint=BOTH_AT_ONE_POINT)
    close(history, np.array(right_history), name=f"history{name}", hint=STEPS_AND_ONE)


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


@check("linear_regression_gd", points=2)
def linear_regression_follows_its_closed_form(student, rng):
    """Several numbers of examples and features, one of either among them, and several rates and steps."""
    cases = []
    for (n, d), lr, steps in [((7, 3), 0.1, 4), ((4, 1), 0.3, 6), ((1, 2), 0.05, 3), ((3, 5), 0.02, 5)]:
        cases.append((rng.standard_normal((n, d)) + 0.5, rng.standard_normal(n) - 1, lr, steps))
    for result, case in zip(student.linear_regression_gd.calls(cases), cases, strict=True):
        same_fit(result, fit_in_closed_form(*case), f" for X of shape {case[0].shape}")


@check("linear_regression_gd", points=1.5)
def linear_regression_arrives_at_least_squares(student, rng):
    """After enough steps the fit is that of least squares, and the last loss is the smallest possible."""
    axes, _ = np.linalg.qr(np.column_stack([np.ones(12), rng.standard_normal((12, 3))]))
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    X = 12**0.5 * axes[:, 1:] * [0.8, 1.0, 1.1] @ turn  # curvatures between 1.28 and 2.42: 60 steps are plenty
    y = rng.standard_normal(12) + 2
    design = np.column_stack([X, np.ones(12)])
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    w, b, history = fitted(student.linear_regression_gd(X, y, 0.4, 60))
    close(w, best[:-1], name="w", hint=BOTH_AT_ONE_POINT)
    close(b, best[-1], name="b", hint=BOTH_AT_ONE_POINT)
    one_axis = isinstance(history, list | tuple) or (isinstance(history, np.ndarray) and history.ndim == 1)
    expect(one_axis and len(history) == 61, STEPS_AND_ONE)
    close(history[-1], np.mean((design @ best - y) ** 2), name="the last loss", hint=STEPS_AND_ONE)


@check("linear_regression_gd", points=1)
def linear_regression_without_steps(student, rng):
    """With 0 steps w and b are zero, and the history holds one loss."""
    X, y = rng.standard_normal((4, 3)), rng.standard_normal(4)
    result = student.linear_regression_gd(X, y, 0.1, 0)
    same_fit(result, (np.zeros(3), 0.0, [np.mean(y**2)]))


@check("linear_regression_gd", points=1)
def linear_regression_learns_its_bias(student, rng):
    """Where all features are zero, the bias alone approaches the mean of the targets."""
    y, lr, steps = rng.standard_normal(5) + 3, 0.2, 6
    w, b, history = fitted(student.linear_regression_gd(np.zeros((5, 2)), y, lr, steps))
    left = (1 - 2 * lr) ** np.arange(steps + 1)
    close(w, np.zeros(2), name="w")
    close(b, y.mean() * (1 - left[-1]), name="b", hint=BOTH_AT_ONE_POINT)
    close(history, np.var(y) + (y.mean() * left) ** 2, name="history", hint=STEPS_AND_ONE)


@check("linear_regression_gd", points=0.5, public=True)
def linear_regression_leaves_its_inputs_alone(student, rng):
    """linear_regression_gd modifies neither X nor y."""
    X, y = rng.standard_normal((4, 2)), rng.standard_normal(4)
    w, _, _ = fitted(unmodified(student.linear_regression_gd, X, y, 0.1, 2, inputs=(0, 1)))
    of_shape(w, (2,), "w")


# -------------------------------------------------------------------------------------------------------- minibatches


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


def orders(minibatches, X, y, batch_size, seeds):
    """The targets, each one digit, in the order in which they come: a word for each seed, in one string."""
    words = []
    for seed in seeds:
        batches = minibatches(X.copy(), y.copy(), batch_size, seed)
        words.append("".join(str(int(target)) for _, y_batch in batches for target in y_batch)[:9])
    return " ".join(words)


@check("minibatches", points=2)
def minibatches_come_in_every_order(student, rng):
    """All orders are equally likely: counted for three examples in batches of two."""
    X, first, n = np.arange(3.0)[:, np.newaxis], seed_from(rng), 150
    minibatches = student.get("minibatches")
    words = student.probe(orders, "minibatches")(minibatches, X, np.arange(3), 2, list(range(first, first + n)))
    found = str(words).split(" ")
    counts = {order: found.count(order) for order in ("012", "021", "102", "120", "201", "210")}
    distance = sum((count - n / 6) ** 2 / (n / 6) for count in counts.values()) + 6 * (n - sum(counts.values()))
    told = ", ".join(f"{order} {count} times" for order, count in counts.items())
    hint = "Shuffle the examples first, and cut them into batches after that."
    expect(distance <= special.chdtri(5, RARE), f"the orders of three examples with {n} seeds: {told}\n{hint}")


@check("minibatches", points=1.5)
def minibatches_keep_images_together(student, rng):
    """Examples with several axes stay whole, and so do targets of any type."""
    seed, size = seed_from(rng), int(rng.integers(2, 5))
    cases = [(*numbered(11, 2, 3), size, seed), (*numbered(9, 1, 2, 2), 9, seed), (*numbered(13, 1), 5, seed)]
    X, y = numbered(8, 4)
    cases.append((X, y + 0.25, 3, seed))
    for result, (X, y, _, _) in zip(student.minibatches.calls(cases), cases, strict=True):
        whole_epoch(result, X, y)


@check("minibatches", points=0.5)
def minibatches_go_on_with_a_generator(student, rng):
    """Two epochs from one generator have two different orders."""
    X, y = numbered(30, 2)
    generator = student.module("numpy.random").default_rng(seed_from(rng))
    first, second = (order_of(result) for result in student.minibatches.calls([(X, y, 7, generator)] * 2))
    expect(first != second, "two epochs from the same generator have the same order")
    equal(sorted(first), list(range(30)), name="the examples, sorted")


@check("minibatches", points=0.5, public=True)
def minibatches_leave_their_inputs_alone(student, rng):
    """minibatches modifies neither X nor y."""
    result = unmodified(student.minibatches, *numbered(9, 2), 4, seed_from(rng), inputs=(0, 1))
    expect(order_of(result), "there is no example in any batch")


# ------------------------------------------------------------------------------------------------ prediction questions


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
