"""All checks of the losses assignment, public and hidden; 100 points.

Oracles besides the reference: losses example by example in Python's own numbers, gradients by complex steps of the loss
in its plain form, scipy's softmax and logsumexp, walks on quadratics in closed form, and least squares. What is told by
an exact formula is asked for exactly: on a cubic a central difference of step h is off by h squared, whatever h is.
Shuffling is judged by counting orders: a right one fails with a probability of at most RARE.
"""

import math

import numpy as np
from scipy import special

from autograder import check, close, equal, expect, numerical_gradient, parts, question, unmodified

RARE = 1e-10
SHAPES = [(3, 5), (1,), (2, 1, 4), (1, 1), (7,)]


def follows_loss(student_f, cases, loss, hint=""):
    """Compare the loss of every case (x, y) with `loss(x, y)`."""
    for (x, y), result in zip(cases, student_f.calls(cases), strict=True):
        got, _ = parts(result, "loss", "dx")
        close(got, loss(x, y), name=f"loss for x of shape {x.shape}", hint=hint)


def follows_gradient(student_f, cases, loss, hint=""):
    """Compare the gradient of every case (x, y) with complex steps of `loss(x, y)`, an analytic function."""
    for (x, y), result in zip(cases, student_f.calls(cases), strict=True):
        expected = numerical_gradient(lambda at, y=y: loss(at, y), x, complex_step=True)
        _, dx = parts(result, "loss", "dx")
        close(dx, expected, name=f"dx for x of shape {x.shape}", hint=hint)


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


# --------------------------------------------------------------------------------------------------- what losses return


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


# ----------------------------------------------------------------------------------------------------------- mse_loss

MEAN_OVER_ALL = "The mean runs over all entries, and there is no factor 1/2."


def squared_error(x, y):
    """The mean squared error, term by term; also of complex numbers."""
    return sum((a - b) ** 2 for a, b in zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)) / x.size


def predictions_and_targets(rng, shapes):
    """A pair of arrays for each shape, whose differences are of mixed size."""
    return [(3 * rng.standard_normal(shape), rng.standard_normal(shape)) for shape in shapes]


@check("mse_loss", points=1.5)
def mse_works_on_any_shape(student, rng):
    """mse_loss returns the loss for arrays of several shapes, a single number among them."""
    follows_loss(student.mse_loss, predictions_and_targets(rng, SHAPES), squared_error, MEAN_OVER_ALL)


@check("mse_loss", points=1.5)
def mse_gradient_agrees_with_complex_steps(student, rng):
    """mse_loss returns the gradient of the loss for arrays of several shapes."""
    follows_gradient(student.mse_loss, predictions_and_targets(rng, SHAPES), squared_error, MEAN_OVER_ALL)


@check("mse_loss", points=0.5)
def mse_of_equal_errors(student, rng):
    """Where all errors are equal, mse_loss is the square of one, and dx has its sign; both are 0 for no error."""
    x, step = rng.standard_normal((2, 3)), rng.uniform(1, 2)
    errors = (0.0, step, -step)
    for error, result in zip(errors, student.mse_loss.calls((x + error, x) for error in errors), strict=True):
        loss, dx = parts(result, "loss", "dx")
        close(loss, error**2, name=f"loss of errors of {error:.3g}")
        close(dx, np.full((2, 3), error / 3), name=f"dx of errors of {error:.3g}")


# ------------------------------------------------------------------------------------------------------- gaussian_nll

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
    """gaussian_nll is right where the density itself is 0 in floating point, and where it is large."""
    z, sigma, n = rng.uniform(50, 90), float(rng.uniform(0.5, 2)), int(rng.integers(3, 7))
    constant = math.log(2 * math.pi) / 2
    far, narrow = np.full(n, 1 + z * sigma), np.full((n, 2), -0.5)
    nlls = student.gaussian_nll.calls([(far, 1.0, sigma), (narrow, -0.5, 1e-3)])
    far_out(nlls[0], n * (constant + math.log(sigma) + z * z / 2), "nll far from the mean")
    close(nlls[1], 2 * n * (constant - 3 * math.log(10)), name="nll of a narrow peak, at its top")


# ------------------------------------------------------------------------------------------------------- gaussian_mle

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


@check("gaussian_mle", points=2)
def mle_for_any_number_of_observations(student, rng):
    """gaussian_mle for arrays of several shapes, a single observation and equal ones among them."""
    samples = [2 + 3 * rng.standard_normal(shape) for shape in [(5,), (2,), (3, 4), (2, 1, 3), (1,), (1, 1)]]
    samples.append(np.full(4, 0.75))
    for x, result in zip(samples, student.gaussian_mle.calls((x,) for x in samples), strict=True):
        values = x.ravel().tolist()
        mean = math.fsum(values) / len(values)
        sigma = math.sqrt(math.fsum((v - mean) ** 2 for v in values) / len(values))
        mu, got = parts(result, "mu", "sigma")
        close(mu, mean, name=f"mu of {len(values)} observations")
        close(got, sigma, name=f"sigma of {len(values)} observations", hint=N_IN_THE_DENOMINATOR)


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


# ------------------------------------------------------------------------------------------------------------ softmax

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


@check("softmax", points=2)
def softmax_agrees_with_scipy(student, rng):
    """softmax for several numbers of examples and classes, one of either among them."""
    cases = [3 * rng.standard_normal(shape) for shape in [(4, 3), (3, 5), (1, 4), (5, 1), (2, 2), (1, 1), (4, 4)]]
    for x, p in zip(cases, student.softmax.calls((x,) for x in cases), strict=True):
        close(p, special.softmax(x, axis=1), name=f"p for x of shape {x.shape}", hint=BY_ROWS)


@check("softmax", points=1)
def softmax_of_rows_that_lie_far_apart(student, rng):
    """softmax is right in every row where one row has scores near 1000 and another near -1000."""
    x = short(rng.standard_normal((4, 3)))
    p = student.softmax(x + np.array([[1000.0], [-1000.0], [0.0], [-90000.0]]))
    close(p, special.softmax(x, axis=1), rtol=1e-9, name="p", hint=BY_ROWS)


@check("softmax", points=1)
def softmax_ratios_are_exponentials(student, rng):
    """softmax: the ratio of two probabilities is the exponential of the difference of their scores."""
    x = rng.uniform(-30, 30, (3, 4))
    p = student.softmax(x)
    close(p, 1 / np.exp(x[:, np.newaxis, :] - x[:, :, np.newaxis]).sum(axis=2), name="p", hint=BY_ROWS)
    p = np.asarray(p)
    close(np.log(p[:, 0] / p[:, 1]), x[:, 0] - x[:, 1], name="logarithm of the first over the second probability")


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


@check("softmax_loss", points=1.5, side_condition=True)
def softmax_loss_of_rows_that_lie_far_apart(student, rng):
    """softmax_loss gives the same loss and gradient when each row of scores is shifted, by thousands too."""
    x, y, far = short(rng.standard_normal((4, 3))), rng.integers(0, 3, 4), float(rng.integers(800, 3000))
    shifted = x + np.array([[far], [-far], [0.0], [-10 * far]])
    (loss, dx), (far_loss, far_dx) = (
        parts(result, "loss", "dx") for result in student.softmax_loss.calls([(x, y), (shifted, y)])
    )
    far_out(far_loss, numbers_in(loss, "loss"), "loss of rows that lie far apart")
    close(far_dx, numbers_in(dx, "dx"), rtol=1e-9, name="dx of rows that lie far apart")


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


@check("svm_loss", points=2)
def svm_loss_agrees_term_by_term(student, rng):
    """The loss for several numbers of examples and classes."""
    follows_loss(student.svm_loss, scores_off_the_kinks(rng, TABLES), hinge, ALL_OTHER_CLASSES)


@check("svm_loss", points=2)
def svm_loss_gradient_agrees_with_complex_steps(student, rng):
    """The gradient for several numbers of examples and classes."""
    follows_gradient(student.svm_loss, scores_off_the_kinks(rng, TABLES), hinge, ONE_FOR_EACH)


@check("svm_loss", points=1)
def svm_loss_is_straight_on_both_sides(student, rng):
    """svm_loss is 0 where the right class is ahead of all others by more than 1, and a straight line before that."""
    y = rng.integers(0, 4, 5)
    ahead = rng.uniform(-1, 0, (5, 4))
    ahead[np.arange(5), y] = rng.uniform(1.1, 2, 5)
    far = rng.uniform(1e4, 1e5)
    cases = [(ahead - 50, y), (np.array([[far, 0.0, 0.0]]), np.array([2]))]
    (content, flat), (worst, steep) = (parts(result, "loss", "dx") for result in student.svm_loss.calls(cases))
    close(content, 0.0, name="loss of scores that keep the margin")
    close(flat, np.zeros((5, 4)), name="dx of scores that keep the margin")
    close(worst, far + 2, name="loss of a large score for a wrong class", hint=ALL_OTHER_CLASSES)
    close(steep, np.array([[1.0, 1.0, -2.0]]), name="dx of a large score for a wrong class", hint=ONE_FOR_EACH)


# ---------------------------------------------------------------------------------------------------- bce_with_logits

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


@check("bce_with_logits", points=1)
def bce_agrees_with_its_definition(student, rng):
    """The loss for arrays of several shapes and targets between 0 and 1."""
    follows_loss(student.bce_with_logits, logits_and_targets(rng), binary_cross_entropy, BOTH_TERMS)


@check("bce_with_logits", points=1)
def bce_gradient_agrees_with_complex_steps(student, rng):
    """The gradient for arrays of several shapes and targets between 0 and 1."""
    follows_gradient(student.bce_with_logits, logits_and_targets(rng), binary_cross_entropy, BOTH_TERMS)


@check("bce_with_logits", points=0.5)
def bce_of_soft_targets_far_out(student, rng):
    """bce_with_logits is a straight line far from zero, whose slope depends on the target, and curved near it."""
    logits = [*rng.uniform(100, 5000, 4) * np.array([1, -1, 1, -1]), *rng.uniform(-1, 1, 2)]
    targets = rng.uniform(0.1, 0.9, 6)
    results = student.bce_with_logits.calls(
        (np.array([x]), np.array([y])) for x, y in zip(logits, targets, strict=True)
    )
    for x, y, result in zip(logits, targets, results, strict=True):
        loss, dx = parts(result, "loss", "dx")
        far_out(loss, max(x, 0) - x * y + math.log1p(math.exp(-abs(x))), f"loss of the logit {x:.5g}")
        far_out(dx, np.array([special.expit(x) - y]), f"dx of the logit {x:.5g}")


# -------------------------------------------------------------------------------------------- eval_numerical_gradient

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
        close(in_float64(grad), expected, rtol=1e-6, name=f"grad for x of shape {shape}", hint=TO_BOTH_SIDES)


@check("eval_numerical_gradient", points=1.5)
def numerical_gradient_of_a_loss(student, rng):
    """The gradient of a loss with respect to a matrix of scores, which f wants in its own shape."""
    x, y = rng.standard_normal((3, 4)), rng.integers(0, 4, 3)
    expected = numerical_gradient(lambda at: cross_entropy(at, y), x, complex_step=True)
    grad = student.eval_numerical_gradient(lambda at: cross_entropy(at, y), x)
    close(in_float64(grad), expected, rtol=1e-6, name="grad", hint="f takes an array of the shape of x")


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


@check("gradient_descent", points=0.5, public=True)
def gradient_descent_takes_all_its_steps(student, rng):
    """All steps are taken, also after the minimum has been reached."""
    a, c, x0 = np.array([2.0, 2.0]), rng.standard_normal(2), rng.standard_normal(2)
    (grad,) = student.probe(pulls)([a], [c])
    at_rest, arrived = student.gradient_descent.calls([(grad, c, 0.3, 4), (grad, x0, 0.5, 6)])
    close(at_rest, np.tile(c, (5, 1)), name="path that starts at the minimum", hint=ONE_MORE)
    close(arrived, np.vstack([x0, np.tile(c, (6, 1))]), name="path that arrives with the first step", hint=ONE_MORE)


# ----------------------------------------------------------------------------------------------- linear_regression_gd

BOTH_AT_ONE_POINT = "Both gradients of a step are taken at the same w and b, and the loss has no factor 1/2."
STEPS_AND_ONE = "history[t] is the loss after t steps, from t = 0 to the last: steps + 1 numbers."


def fit_in_closed_form(X, y, lr, steps):
    """w, b and history without a loop over gradients: each step is one affine map of (w, b)."""
    design = np.column_stack([X, np.ones(len(X))])
    turn = np.eye(design.shape[1]) - 2 * lr / len(X) * design.T @ design
    push = 2 * lr / len(X) * design.T @ y
    theta = [sum((np.linalg.matrix_power(turn, k) @ push for k in range(t)), 0 * push) for t in range(steps + 1)]
    return theta[-1][:-1], theta[-1][-1], [np.mean((design @ at - y) ** 2) for at in theta]


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


@check("linear_regression_gd", points=2)
def linear_regression_follows_its_closed_form(student, rng):
    """Several numbers of examples and features, one of either among them, and several rates and steps."""
    cases = []
    for (n, d), lr, steps in [((7, 3), 0.1, 4), ((4, 1), 0.3, 6), ((1, 2), 0.05, 3), ((3, 5), 0.02, 5)]:
        cases.append((rng.standard_normal((n, d)) + 0.5, rng.standard_normal(n) - 1, lr, steps))
    for result, case in zip(student.linear_regression_gd.calls(cases), cases, strict=True):
        same_fit(result, fit_in_closed_form(*case), f" for X of shape {case[0].shape}")


@check("linear_regression_gd", points=1.5, side_condition=True)
def linear_regression_arrives_at_least_squares(student, rng):
    """After enough steps the fit is that of least squares."""
    axes, _ = np.linalg.qr(np.column_stack([np.ones(12), rng.standard_normal((12, 3))]))
    turn, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    X = 12**0.5 * axes[:, 1:] * [0.8, 1.0, 1.1] @ turn  # curvatures between 1.28 and 2.42: 60 steps are plenty
    y = rng.standard_normal(12) + 2
    best = np.linalg.lstsq(np.column_stack([X, np.ones(12)]), y, rcond=None)[0]
    same_fit(student.linear_regression_gd(X, y, 0.4, 60), (best[:-1], best[-1]))


@check("linear_regression_gd", points=1)
def linear_regression_history_is_the_loss(student, rng):
    """The history for several numbers of examples, features and steps, none among them."""
    cases = []
    for (n, d), steps in [((7, 3), 4), ((4, 1), 0), ((1, 2), 1), ((3, 5), 6)]:
        cases.append((rng.standard_normal((n, d)), rng.standard_normal(n) - 1, 0.05, steps))
    for result, case in zip(student.linear_regression_gd.calls(cases), cases, strict=True):
        _, _, history = parts(result, "w", "b", "history")
        expected = np.array(fit_in_closed_form(*case)[2])
        close(history, expected, name=f"history of {case[3]} steps", hint=STEPS_AND_ONE)


@check("linear_regression_gd", points=1)
def linear_regression_learns_its_bias(student, rng):
    """Where all features are zero, the bias alone approaches the mean of the targets, from 0 on."""
    y, lr = rng.standard_normal(5) + 3, 0.2
    for steps in (0, 6):
        result = student.linear_regression_gd(np.zeros((5, 2)), y, lr, steps)
        same_fit(result, (np.zeros(2), y.mean() * (1 - (1 - 2 * lr) ** steps)), f" after {steps} steps")


# -------------------------------------------------------------------------------------------------------- minibatches


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


def orders(minibatches, X, y, batch_size, seeds):
    """The targets, each one digit, in the order in which they come: a word for each seed, in one string."""
    words = []
    for seed in seeds:
        batches = minibatches(X.copy(), y.copy(), batch_size, seed)
        words.append("".join(str(int(target)) for _, y_batch in batches for target in y_batch)[:9])
    return " ".join(words)


@check("minibatches", points=2, random=True)
def minibatches_come_in_every_order(student, seed):
    """All orders are equally likely: counted for three examples in batches of two."""
    X, n = np.arange(3.0)[:, np.newaxis], 150
    minibatches = student.get("minibatches")
    words = student.probe(orders, "minibatches")(minibatches, X, np.arange(3), 2, list(range(seed, seed + n)))
    found = str(words).split(" ")
    counts = {order: found.count(order) for order in ("012", "021", "102", "120", "201", "210")}
    distance = sum((count - n / 6) ** 2 / (n / 6) for count in counts.values()) + 6 * (n - sum(counts.values()))
    told = ", ".join(f"{order} {count} times" for order, count in counts.items())
    hint = "Each order is to come equally often. Shuffle the examples first, and cut them into batches after that."
    expect(distance <= special.chdtri(5, RARE), f"the orders of three examples with {n} seeds: {told}\n{hint}")


@check("minibatches", points=1.5, random=True)
def minibatches_keep_images_together(student, rng, seed):
    """Examples with several axes stay whole, and so do targets of any type."""
    size = int(rng.integers(2, 5))
    cases = [(*numbered(11, 2, 3), size, seed), (*numbered(9, 1, 2, 2), 9, seed), (*numbered(13, 1), 5, seed)]
    X, y = numbered(8, 4)
    cases.append((X, y + 0.25, 3, seed))
    for result, (X, y, size, _) in zip(student.minibatches.calls(cases), cases, strict=True):
        whole_epoch(result, X, y, size)


@check("minibatches", points=0.5, public=True)
def minibatches_go_on_with_a_generator(student, seed):
    """Two epochs from one generator have two different orders of all the examples."""
    X, y = numbered(30, 2)
    generator = student.module("numpy.random").default_rng(seed)
    first, second = (order_of(result) for result in student.minibatches.calls([(X, y, 7, generator)] * 2))
    expect(first != second, "two epochs from the same generator have the same order")
    equal(sorted(first), list(range(30)), name="the examples, sorted")


# -------------------------------------------------------------------------------------------- what several are asked


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


# ------------------------------------------------------------------------------------------------ prediction questions


q_broadcast = question("The entries of a difference that broadcasts.")
q_peak = question("The height of a narrow normal distribution.", rtol=0.01, positive=True)


q_svm_start = question("The hinge loss of ten equal scores.")
q_evaluations = question("The evaluations behind a measured gradient.")


q_which_bug = question("The bug in the classmate's svm_loss.")
q_three_steps = question("The position after three steps on a parabola.", rtol=1e-3)


q_steps = question("The steps in five epochs.")
