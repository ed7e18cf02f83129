"""Wrong implementations that students of this assignment write, each with what they should look at."""

import numpy as np

from autograder import mistake

IN_PLACE = "The result is right, but {} was changed on the way: operators such as -= and assignments work in place."


# ----------------------------------------------------------------------------------------------------------- mse_loss


@mistake("mse_loss", says="The gradient lacks a factor: what is the derivative of a square?")
def mse_gradient_without_two(x, y):
    return np.mean((x - y) ** 2), (x - y) / x.size


@mistake("mse_loss", says="The loss has a factor 1/2 that belongs to another convention.")
def mse_with_a_half(x, y):
    return np.mean((x - y) ** 2) / 2, 2 * (x - y) / x.size


@mistake("mse_loss", says="Loss and gradient are both half of what they should be: there is no factor 1/2 here.")
def mse_with_a_half_throughout(x, y):
    return np.mean((x - y) ** 2) / 2, (x - y) / x.size


@mistake("mse_loss", says="The squares are added up but not averaged, neither in the loss nor in the gradient.")
def mse_sums(x, y):
    return np.sum((x - y) ** 2), 2 * (x - y)


@mistake("mse_loss", says="The loss is a mean, but the gradient is that of the sum.")
def mse_gradient_of_the_sum(x, y):
    return np.mean((x - y) ** 2), 2 * (x - y)


@mistake("mse_loss", says="The gradient is that of the mean, but the loss is a sum.")
def mse_loss_sums(x, y):
    return np.sum((x - y) ** 2), 2 * (x - y) / x.size


@mistake("mse_loss", says="The sum is divided by the length of the first axis; the mean runs over all entries.")
def mse_divides_by_the_first_axis(x, y):
    return np.sum((x - y) ** 2) / len(x), 2 * (x - y) / len(x)


@mistake("mse_loss", says="The loss is right. The gradient is divided by the first axis alone, not by all entries.")
def mse_gradient_divides_by_the_first_axis(x, y):
    return np.mean((x - y) ** 2), 2 * (x - y) / len(x)


@mistake("mse_loss", says="The gradient points the wrong way: if a prediction is too large, the loss grows with it.")
def mse_gradient_with_the_other_sign(x, y):
    return np.mean((x - y) ** 2), 2 * (y - x) / x.size


@mistake("mse_loss", says="These are magnitudes of errors; they have to be squared.")
def mse_takes_magnitudes(x, y):
    return np.mean(np.abs(x - y)), np.sign(x - y) / x.size


@mistake("mse_loss", says="A root has been taken: that is the RMSE, and its gradient does not exist at 0.")
def mse_takes_the_root(x, y):
    root = np.sqrt(np.mean((x - y) ** 2))
    with np.errstate(all="ignore"):
        return root, (x - y) / x.size / root


@mistake("mse_loss", says="The mean is taken before the square: errors of different sign cancel.")
def mse_squares_the_mean(x, y):
    return np.mean(x - y) ** 2, np.full(x.shape, 2 * np.mean(x - y) / x.size)


@mistake("mse_loss", says="The loss is one number: the mean runs over all axes, not only over the first.")
def mse_averages_one_axis(x, y):
    return np.mean((x - y) ** 2, axis=0), 2 * (x - y) / x.size


@mistake("mse_loss", says="The squared errors are returned one by one; their mean is the loss.")
def mse_does_not_average(x, y):
    return (x - y) ** 2, 2 * (x - y) / x.size


@mistake("mse_loss", says="The gradient is averaged over the entries. Each prediction has its own derivative.")
def mse_averages_the_gradient(x, y):
    return np.mean((x - y) ** 2), np.mean(2 * (x - y))


@mistake("mse_loss", says="Only the loss is returned; the gradient belongs to it.")
def mse_returns_the_loss_only(x, y):
    return np.mean((x - y) ** 2)


@mistake("mse_loss", says="The gradient comes first and the loss second; it should be loss, dx.")
def mse_returns_the_gradient_first(x, y):
    return 2 * (x - y) / x.size, np.mean((x - y) ** 2)


@mistake("mse_loss", says=IN_PLACE.format("x"))
def mse_works_in_place(x, y):
    x -= y
    return np.mean(x**2), 2 * x / x.size


# ------------------------------------------------------------------------------------------------------- gaussian_nll


LOG_ROOT = np.log(2 * np.pi) / 2


@mistake("gaussian_nll", says="This is the log-likelihood itself: without its minus sign it is no loss.")
def nll_without_minus(x, mu, sigma):
    return -np.sum(LOG_ROOT + np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The constant is missing: where did the root of 2 pi go?")
def nll_without_constant(x, mu, sigma):
    return np.sum(np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The term with the logarithm of sigma is missing: a broad density is lower.")
def nll_without_log_sigma(x, mu, sigma):
    return np.sum(LOG_ROOT + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="Constant and log sigma are counted once; each observation has its own.")
def nll_counts_the_constant_once(x, mu, sigma):
    return LOG_ROOT + np.log(sigma) + np.sum(((x - mu) / sigma) ** 2) / 2


@mistake("gaussian_nll", says="The squared distance is divided by sigma; it should be divided by its square.")
def nll_divides_by_sigma(x, mu, sigma):
    return np.sum(LOG_ROOT + np.log(sigma) + (x - mu) ** 2 / sigma / 2)


@mistake("gaussian_nll", says="sigma is taken for the variance, in both terms; it is the standard deviation.")
def nll_takes_sigma_for_the_variance(x, mu, sigma):
    return np.sum(LOG_ROOT + np.log(sigma) / 2 + (x - mu) ** 2 / sigma / 2)


@mistake("gaussian_nll", says="The logarithm is that of the variance: the root in the density halves it.")
def nll_with_log_of_the_variance(x, mu, sigma):
    return np.sum(LOG_ROOT + np.log(sigma**2) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The logarithm of the constant is not halved: the density has the root of 2 pi.")
def nll_with_log_two_pi(x, mu, sigma):
    return np.sum(2 * LOG_ROOT + np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The squared distance is not halved.")
def nll_without_half(x, mu, sigma):
    return np.sum(LOG_ROOT + np.log(sigma) + ((x - mu) / sigma) ** 2)


@mistake("gaussian_nll", says="The distance is not squared.")
def nll_without_square(x, mu, sigma):
    return np.sum(LOG_ROOT + np.log(sigma) + np.abs(x - mu) / sigma / 2)


@mistake("gaussian_nll", says="This is the mean over the observations; the logarithm of a product is a sum.")
def nll_averages(x, mu, sigma):
    return np.mean(LOG_ROOT + np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The terms are returned one by one; the loss is their sum.")
def nll_does_not_add(x, mu, sigma):
    return LOG_ROOT + np.log(sigma) + ((x - mu) / sigma) ** 2 / 2


def density(x, mu, sigma):
    return np.exp(-(((x - mu) / sigma) ** 2) / 2) / (np.sqrt(2 * np.pi) * sigma)


@mistake("gaussian_nll", says="The product of many densities underflows to 0: take logarithms first, then add them.")
def nll_of_the_product(x, mu, sigma):
    with np.errstate(all="ignore"):
        return -np.log(np.prod(density(x, mu, sigma)))


@mistake(
    "gaussian_nll",
    says="Far from mu the density underflows to 0, and its logarithm is infinite: simplify log of exp on paper.",
)
def nll_of_the_density(x, mu, sigma):
    with np.errstate(all="ignore"):
        return -np.sum(np.log(density(x, mu, sigma)))


@mistake(
    "gaussian_nll",
    says="A small number added before the logarithm replaces infinity by another wrong number: simplify log of exp on "
    "paper.",
)
def nll_of_the_density_plus_epsilon(x, mu, sigma):
    return -np.sum(np.log(density(x, mu, sigma) + 1e-12))


@mistake("gaussian_nll", says="This logarithm has base 10; the natural one is meant.")
def nll_to_base_ten(x, mu, sigma):
    return np.sum((np.log10(2 * np.pi) / 2 + np.log10(sigma)) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="pi stands without its 2 in the constant.")
def nll_with_log_pi(x, mu, sigma):
    return np.sum(np.log(np.pi) / 2 + np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="log sigma is subtracted: it stands in the denominator of the density.")
def nll_subtracts_log_sigma(x, mu, sigma):
    return np.sum(LOG_ROOT - np.log(sigma) + ((x - mu) / sigma) ** 2 / 2)


@mistake("gaussian_nll", says="The first axis is taken for the number of observations; every entry is one.")
def nll_counts_the_first_axis(x, mu, sigma):
    return len(x) * (LOG_ROOT + np.log(sigma)) + np.sum(((x - mu) / sigma) ** 2) / 2


@mistake("gaussian_nll", says=IN_PLACE.format("x"))
def nll_works_in_place(x, mu, sigma):
    x -= mu
    x /= sigma
    return np.sum(LOG_ROOT + np.log(sigma) + x**2 / 2)


# ------------------------------------------------------------------------------------------------------- gaussian_mle


@mistake("gaussian_mle", says="sigma has n - 1 in its denominator: that is not the maximum of the likelihood.")
def mle_unbiased(x):
    with np.errstate(all="ignore"):
        squares = np.sum((x - np.mean(x)) ** 2)
        return np.mean(x), np.sqrt(squares / np.float64(x.size - 1))


@mistake("gaussian_mle", says="This is the variance: sigma is its root.")
def mle_returns_the_variance(x):
    return np.mean(x), np.var(x)


@mistake("gaussian_mle", says="This is the variance, with n - 1 in its denominator.")
def mle_returns_the_unbiased_variance(x):
    with np.errstate(all="ignore"):
        squares = np.sum((x - np.mean(x)) ** 2)
        return np.mean(x), squares / np.float64(x.size - 1)


@mistake("gaussian_mle", says="mu is the median; the likelihood of the normal distribution asks for another centre.")
def mle_takes_the_median(x):
    return np.median(x), np.sqrt(np.mean((x - np.median(x)) ** 2))


@mistake("gaussian_mle", says="sigma is the mean distance from mu; the squares are to be averaged.")
def mle_takes_the_mean_distance(x):
    return np.mean(x), np.mean(np.abs(x - np.mean(x)))


@mistake("gaussian_mle", says="mu is not subtracted before the square: this is the distance from zero.")
def mle_does_not_centre(x):
    return np.mean(x), np.sqrt(np.mean(x**2))


@mistake("gaussian_mle", says="The sum of squares is not divided by n.")
def mle_does_not_divide(x):
    return np.mean(x), np.sqrt(np.sum((x - np.mean(x)) ** 2))


@mistake("gaussian_mle", says="The root is taken of the sum, and then divided by n: it is the other way round.")
def mle_divides_after_the_root(x):
    return np.mean(x), np.sqrt(np.sum((x - np.mean(x)) ** 2)) / x.size


@mistake(
    "gaussian_mle",
    says="The square of the mean is subtracted from the mean of the squares: two large numbers, and what is left of "
    "their digits.",
)
def mle_subtracts_large_numbers(x):
    mu = np.mean(x)
    return mu, np.sqrt(np.maximum(np.mean(x**2) - mu**2, 0))


@mistake("gaussian_mle", says="Estimates are made per column; all entries are observations of one quantity.")
def mle_by_columns(x):
    return np.mean(x, axis=0), np.std(x, axis=0)


@mistake("gaussian_mle", says="The first axis is taken for the number of observations; every entry is one.")
def mle_counts_the_first_axis(x):
    mu = np.sum(x) / len(x)
    return mu, np.sqrt(np.sum((x - mu) ** 2) / len(x))


@mistake("gaussian_mle", says="A small number is added under the root; equal observations have no spread at all.")
def mle_with_epsilon(x):
    return np.mean(x), np.sqrt(np.var(x) + 1e-8)


@mistake("gaussian_mle", says="sigma comes first and mu second; it should be mu, sigma.")
def mle_swaps_its_results(x):
    return np.std(x), np.mean(x)


@mistake("gaussian_mle", says=IN_PLACE.format("x"))
def mle_works_in_place(x):
    mu = np.mean(x)
    x -= mu
    return mu, np.sqrt(np.mean(x**2))


# ------------------------------------------------------------------------------------------------------------ softmax


def right_softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="The exponential of a large score overflows: subtract something from each row that cancels.")
def softmax_overflows(x):
    with np.errstate(all="ignore"):
        e = np.exp(x)
        return e / e.sum(axis=1, keepdims=True)


@mistake(
    "softmax",
    says="One maximum is subtracted from all rows. In a row that lies far below it everything underflows: each row has "
    "its own.",
)
def softmax_with_a_global_maximum(x):
    with np.errstate(all="ignore"):
        e = np.exp(x - x.max())
        return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="The maximum is that of each column; the scores of one example stand in a row.")
def softmax_with_the_maximum_of_columns(x):
    with np.errstate(all="ignore"):
        e = np.exp(x - x.max(axis=0))
        return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="The columns sum to 1, not the rows: an example is a row.")
def softmax_by_columns(x):
    e = np.exp(x - x.max(axis=0))
    return e / e.sum(axis=0)


@mistake("softmax", says="The whole table sums to 1: each row has its own sum.")
def softmax_over_everything(x):
    e = np.exp(x - x.max())
    return e / e.sum()


@mistake("softmax", says="These are the exponentials: they are not divided by their sum yet.")
def softmax_does_not_divide(x):
    return np.exp(x - x.max(axis=1, keepdims=True))


@mistake("softmax", says="This is a sigmoid of each score by itself; the classes share one sum.")
def softmax_is_a_sigmoid(x):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-x))


@mistake("softmax", says="The largest score takes it all: that is the hard form.")
def softmax_is_hard(x):
    return (x == x.max(axis=1, keepdims=True)) / (x == x.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)


@mistake("softmax", says="These are logarithms of probabilities.")
def softmax_returns_logarithms(x):
    shifted = x - x.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@mistake("softmax", says="The smallest score gets the largest probability: look at the sign in the exponent.")
def softmax_upside_down(x):
    return right_softmax(-x)


@mistake(
    "softmax",
    says="The minimum of each row is subtracted, so that every exponent is positive: it should be the other end.",
)
def softmax_subtracts_the_minimum(x):
    with np.errstate(all="ignore"):
        e = np.exp(x - x.min(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="The mean of each row is subtracted; a score far above it still overflows.")
def softmax_subtracts_the_mean(x):
    with np.errstate(all="ignore"):
        e = np.exp(x - x.mean(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="Each row is divided by its maximum, which changes the differences: subtract it.")
def softmax_divides_by_the_maximum(x):
    with np.errstate(all="ignore"):
        return right_softmax(x / x.max(axis=1, keepdims=True))


@mistake(
    "softmax", says="Each row is divided by the root of the sum of squares; the probabilities have to add up to 1."
)
def softmax_normalises_the_length(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / np.sqrt((e**2).sum(axis=1, keepdims=True))


@mistake("softmax", says="The scores themselves are divided by their sum; the exponential is missing.")
def softmax_without_exponential(x):
    with np.errstate(all="ignore"):
        return x / x.sum(axis=1, keepdims=True)


@mistake("softmax", says="Scores are cut off where they are large, which changes them: subtract the maximum instead.")
def softmax_clips(x):
    e = np.exp(np.clip(x, -500, 500))
    return e / e.sum(axis=1, keepdims=True)


@mistake("softmax", says="A small number in the denominator keeps the rows from summing to 1, and is not needed.")
def softmax_with_epsilon(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / (e.sum(axis=1, keepdims=True) + 1e-3)


@mistake("softmax", says="The row sums are not kept as a column: they broadcast along the wrong axis.")
def softmax_without_keepdims(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@mistake("softmax", says=IN_PLACE.format("x"))
def softmax_works_in_place(x):
    x -= x.max(axis=1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)


# ------------------------------------------------------------------------------------------------------- softmax_loss


def log_probabilities(x):
    shifted = x - x.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def of_the_right_class(table, y):
    return table[np.arange(len(y)), y]


def right_loss(x, y):
    return -of_the_right_class(log_probabilities(x), y).mean()


def right_dx(x, y):
    return (right_softmax(x) - np.eye(x.shape[1])[y]) / len(x)


@mistake("softmax_loss", says="Loss and gradient are sums over the examples; both should be means.")
def softmax_loss_sums(x, y):
    return right_loss(x, y) * len(x), right_dx(x, y) * len(x)


@mistake("softmax_loss", says="The loss is a mean, but the gradient is that of the sum over the examples.")
def softmax_loss_gradient_of_the_sum(x, y):
    return right_loss(x, y), right_dx(x, y) * len(x)


@mistake("softmax_loss", says="The gradient is that of the mean, but the loss is a sum over the examples.")
def softmax_loss_adds_the_losses(x, y):
    return right_loss(x, y) * len(x), right_dx(x, y)


@mistake("softmax_loss", says="Loss and gradient are divided by the number of entries, N times C, instead of N.")
def softmax_loss_divides_by_all_entries(x, y):
    return right_loss(x, y) / x.shape[1], right_dx(x, y) / x.shape[1]


@mistake("softmax_loss", says="Loss and gradient are divided by the number of classes instead of examples.")
def softmax_loss_divides_by_classes(x, y):
    return right_loss(x, y) * len(x) / x.shape[1], right_dx(x, y) * len(x) / x.shape[1]


@mistake(
    "softmax_loss",
    says="The probability of a hopeless class is 0 in floating point, and its logarithm infinite: use the form without "
    "probabilities.",
)
def softmax_loss_log_of_softmax(x, y):
    with np.errstate(all="ignore"):
        return -np.log(of_the_right_class(right_softmax(x), y)).mean(), right_dx(x, y)


@mistake(
    "softmax_loss",
    says="A small number added before the logarithm replaces infinity by another wrong number: use the form without "
    "probabilities.",
)
def softmax_loss_log_with_epsilon(x, y):
    return -np.log(of_the_right_class(right_softmax(x), y) + 1e-12).mean(), right_dx(x, y)


@mistake(
    "softmax_loss",
    says="Probabilities are cut off before the logarithm, and with them the loss: use the form without probabilities.",
)
def softmax_loss_clips(x, y):
    return -np.log(np.clip(of_the_right_class(right_softmax(x), y), 1e-15, 1)).mean(), right_dx(x, y)


@mistake("softmax_loss", says="The exponential of a large score overflows: subtract each row's maximum first.")
def softmax_loss_overflows(x, y):
    with np.errstate(all="ignore"):
        e = np.exp(x)
        p = e / e.sum(axis=1, keepdims=True)
        dx = p.copy()
        dx[np.arange(len(y)), y] -= 1
        return np.mean(np.log(e.sum(axis=1)) - of_the_right_class(x, y)), dx / len(x)


@mistake(
    "softmax_loss",
    says="One maximum is subtracted from all rows. In a row that lies far below it everything underflows: each row has "
    "its own.",
)
def softmax_loss_with_a_global_maximum(x, y):
    with np.errstate(all="ignore"):
        shifted = x - x.max()
        e = np.exp(shifted)
        p = e / e.sum(axis=1, keepdims=True)
        dx = p.copy()
        dx[np.arange(len(y)), y] -= 1
        return np.mean(np.log(e.sum(axis=1)) - of_the_right_class(shifted, y)), dx / len(x)


@mistake(
    "softmax_loss",
    says="The maximum is subtracted inside the logarithm, but the score of the right class is taken from before.",
)
def softmax_loss_forgets_the_shift(x, y):
    sums = np.log(np.exp(x - x.max(axis=1, keepdims=True)).sum(axis=1))
    return np.mean(sums - of_the_right_class(x, y)), right_dx(x, y)


@mistake("softmax_loss", says="The loss is negative: its minus sign is missing.")
def softmax_loss_without_minus(x, y):
    return -right_loss(x, y), right_dx(x, y)


@mistake("softmax_loss", says="This is the mean probability of the right class; the logarithm is missing.")
def softmax_loss_without_logarithm(x, y):
    return -of_the_right_class(right_softmax(x), y).mean(), right_dx(x, y)


@mistake("softmax_loss", says="The sum runs over all classes; only the right one's logarithm counts.")
def softmax_loss_adds_all_classes(x, y):
    return -log_probabilities(x).sum(axis=1).mean(), right_dx(x, y)


@mistake("softmax_loss", says="The wrong classes get log(1 - p) as in a binary loss; here only the right one counts.")
def softmax_loss_is_binary(x, y):
    p, target = right_softmax(x), np.eye(x.shape[1])[y]
    with np.errstate(all="ignore"):
        terms = np.where(target > 0, np.log(p), np.log(1 - p))
    return -terms.sum(axis=1).mean(), right_dx(x, y)


@mistake("softmax_loss", says="The gradient is the probabilities alone: what should the model have said?")
def softmax_loss_gradient_without_target(x, y):
    return right_loss(x, y), right_softmax(x) / len(x)


@mistake("softmax_loss", says="The gradient has the wrong sign: a higher score of the right class lowers the loss.")
def softmax_loss_gradient_with_the_other_sign(x, y):
    return right_loss(x, y), -right_dx(x, y)


@mistake("softmax_loss", says="Only the right class has a gradient; the wrong ones have one, too.")
def softmax_loss_gradient_of_the_right_class_only(x, y):
    return right_loss(x, y), right_dx(x, y) * np.eye(x.shape[1])[y]


@mistake(
    "softmax_loss", says="The probabilities are divided by N and then a whole 1 is subtracted: what has to be divided?"
)
def softmax_loss_divides_before_the_one(x, y):
    dx = right_softmax(x) / len(x)
    dx[np.arange(len(y)), y] -= 1
    return right_loss(x, y), dx


@mistake(
    "softmax_loss", says="dx[:, y] takes whole columns: 1 is subtracted in every row. Pair each row with its class."
)
def softmax_loss_subtracts_in_columns(x, y):
    dx = right_softmax(x)
    dx[:, y] -= 1
    return right_loss(x, y), dx / len(x)


@mistake("softmax_loss", says="x[:, y] takes whole columns: pair each row with its class in the loss.")
def softmax_loss_averages_columns(x, y):
    return -log_probabilities(x)[:, y].mean(), right_dx(x, y)


@mistake("softmax_loss", says="The gradient is multiplied by p (1 - p), as if the loss came after another sigmoid.")
def softmax_loss_gradient_with_p_one_minus_p(x, y):
    p = right_softmax(x)
    return right_loss(x, y), right_dx(x, y) * p * (1 - p)


@mistake(
    "softmax_loss", says="The gradient is that with respect to the probabilities; it should be that of the scores."
)
def softmax_loss_gradient_of_the_probabilities(x, y):
    with np.errstate(all="ignore"):
        return right_loss(x, y), -np.eye(x.shape[1])[y] / right_softmax(x) / len(x)


@mistake("softmax_loss", says="The losses of the examples are returned one by one; the loss is their mean.")
def softmax_loss_does_not_average(x, y):
    return -of_the_right_class(log_probabilities(x), y), right_dx(x, y)


@mistake("softmax_loss", says="Logarithms to base 2 measure bits; the natural logarithm is meant.")
def softmax_loss_in_bits(x, y):
    return right_loss(x, y) / np.log(2), right_dx(x, y)


@mistake("softmax_loss", says="Only the loss is returned; the gradient belongs to it.")
def softmax_loss_returns_the_loss_only(x, y):
    return right_loss(x, y)


@mistake("softmax_loss", says=IN_PLACE.format("x"))
def softmax_loss_works_in_place(x, y):
    loss, dx = right_loss(x, y), right_dx(x, y)
    x -= x.max(axis=1, keepdims=True)
    return loss, dx


# ----------------------------------------------------------------------------------------------------------- svm_loss


def missing_margins(x, y, margin=1.0):
    missing = np.maximum(0, x - of_the_right_class(x, y)[:, None] + margin)
    missing[np.arange(len(y)), y] = 0
    return missing


def svm_dx(x, y, margin=1.0):
    dx = (missing_margins(x, y, margin) > 0).astype(float)
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return dx / len(x)


def right_svm(x, y):
    return missing_margins(x, y).sum() / len(x)


@mistake("svm_loss", says="The right class is counted in the sum: its term is 1 for every example.")
def svm_counts_the_right_class(x, y):
    return right_svm(x, y) + 1, svm_dx(x, y)


@mistake(
    "svm_loss",
    says="The right class counts as one that comes too close, in the loss and in the gradient: leave it out.",
)
def svm_counts_the_right_class_in_both(x, y):
    target = np.eye(x.shape[1])[y]
    return right_svm(x, y) + 1, svm_dx(x, y) + target / len(x)


@mistake("svm_loss", says="The right class has no gradient. Look again at what each positive term depends on.")
def svm_gradient_without_the_right_class(x, y):
    return right_svm(x, y), (missing_margins(x, y) > 0) / len(x)


@mistake("svm_loss", says="The right class gets -1/N at most once; it is pushed by every class that comes too close.")
def svm_gradient_minus_one(x, y):
    close = (missing_margins(x, y) > 0).astype(float)
    close[np.arange(len(y)), y] = -(close.sum(axis=1) > 0)
    return right_svm(x, y), close / len(x)


@mistake("svm_loss", says="The right class gets -1/N even where no class comes too close.")
def svm_gradient_always_minus_one(x, y):
    close = (missing_margins(x, y) > 0).astype(float)
    close[np.arange(len(y)), y] = -1
    return right_svm(x, y), close / len(x)


@mistake("svm_loss", says="The right class is pushed down: the sign of its gradient is wrong.")
def svm_gradient_of_the_right_class_is_positive(x, y):
    return right_svm(x, y), np.abs(svm_dx(x, y))


@mistake("svm_loss", says="The gradient has the wrong sign: a higher score of a wrong class costs more.")
def svm_gradient_with_the_other_sign(x, y):
    return right_svm(x, y), -svm_dx(x, y)


@mistake("svm_loss", says="Loss and gradient are sums over the examples; both should be means.")
def svm_sums(x, y):
    return right_svm(x, y) * len(x), svm_dx(x, y) * len(x)


@mistake("svm_loss", says="The loss is a mean, but the gradient is that of the sum over the examples.")
def svm_gradient_of_the_sum(x, y):
    return right_svm(x, y), svm_dx(x, y) * len(x)


@mistake("svm_loss", says="The gradient is that of the mean, but the loss is a sum over the examples.")
def svm_adds_the_losses(x, y):
    return right_svm(x, y) * len(x), svm_dx(x, y)


@mistake("svm_loss", says="The mean runs over classes as well; over the classes it is a sum.")
def svm_averages_the_classes(x, y):
    return right_svm(x, y) / x.shape[1], svm_dx(x, y) / x.shape[1]


@mistake("svm_loss", says="The margin is missing: being ahead by a little is not enough.")
def svm_without_margin(x, y):
    return missing_margins(x, y, 0.0).sum() / len(x), svm_dx(x, y, 0.0)


@mistake("svm_loss", says="The margin is subtracted; it should make the loss larger.")
def svm_subtracts_the_margin(x, y):
    return missing_margins(x, y, -1.0).sum() / len(x), svm_dx(x, y, -1.0)


@mistake("svm_loss", says="Only the worst class counts (Crammer and Singer's form); here all that come too close do.")
def svm_takes_the_worst_class(x, y):
    missing = missing_margins(x, y)
    worst = missing * (np.arange(x.shape[1]) == missing.argmax(axis=1)[:, None])
    dx = (worst > 0).astype(float)
    dx[np.arange(len(y)), y] -= dx.sum(axis=1)
    return worst.sum() / len(x), dx / len(x)


@mistake("svm_loss", says="The missing margins are squared; the hinge is straight.")
def svm_squares(x, y):
    missing = missing_margins(x, y)
    dx = 2 * missing
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return (missing**2).sum() / len(x), dx / len(x)


@mistake("svm_loss", says="Where the margin is kept the loss is 0, not negative: the maximum with 0 is missing.")
def svm_without_maximum(x, y):
    terms = x - of_the_right_class(x, y)[:, None] + 1
    terms[np.arange(len(y)), y] = 0
    dx = np.ones(x.shape)
    dx[np.arange(len(y)), y] = -(x.shape[1] - 1)
    return terms.sum() / len(x), dx / len(x)


@mistake("svm_loss", says="At the kink, where the margin is kept exactly, the gradient should be 0.")
def svm_gradient_at_the_kink(x, y):
    dx = (x - of_the_right_class(x, y)[:, None] + 1 >= 0).astype(float)
    dx[np.arange(len(y)), y] = 0
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return right_svm(x, y), dx / len(x)


@mistake("svm_loss", says="The difference is the wrong way round: it is a wrong class that is too large.")
def svm_the_wrong_way_round(x, y):
    missing = np.maximum(0, of_the_right_class(x, y)[:, None] - x + 1)
    missing[np.arange(len(y)), y] = 0
    dx = -(missing > 0).astype(float)
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return missing.sum() / len(x), dx / len(x)


@mistake("svm_loss", says="The gradient is as large as what is missing; the slope of a hinge is 1.")
def svm_gradient_as_large_as_the_loss(x, y):
    dx = missing_margins(x, y)
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return right_svm(x, y), dx / len(x)


@mistake("svm_loss", says="x[:, y] takes whole columns: pair each row with its class.")
def svm_takes_the_scores_of_the_first_example(x, y):
    missing = np.maximum(0, x - x[:, y[:1]] + 1)
    missing[np.arange(len(y)), y] = 0
    dx = (missing > 0).astype(float)
    dx[np.arange(len(y)), y] = -dx.sum(axis=1)
    return missing.sum() / len(x), dx / len(x)


@mistake("svm_loss", says="Only the loss is returned; the gradient belongs to it.")
def svm_returns_the_loss_only(x, y):
    return right_svm(x, y)


@mistake("svm_loss", says=IN_PLACE.format("x"))
def svm_works_in_place(x, y):
    loss, dx = right_svm(x, y), svm_dx(x, y)
    x -= of_the_right_class(x, y)[:, None]
    return loss, dx


# ---------------------------------------------------------------------------------------------------- bce_with_logits


def logistic(x):
    small = np.exp(-np.abs(x))
    return np.where(x > 0, 1, small) / (1 + small)


def bce_terms(x, y):
    return np.maximum(x, 0) - x * y + np.log1p(np.exp(-np.abs(x)))


def bce_dx(x, y):
    return (logistic(x) - y) / x.size


@mistake(
    "bce_with_logits", says="Far from zero the sigmoid is exactly 0 or 1, and a logarithm of 0 follows: simplify it."
)
def bce_log_of_sigmoid(x, y):
    with np.errstate(all="ignore"):
        s = 1 / (1 + np.exp(-x))
        return np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s)), (s - y) / x.size


@mistake(
    "bce_with_logits",
    says="A small number added before the logarithm replaces infinity by another wrong number: simplify on paper.",
)
def bce_log_with_epsilon(x, y):
    s = logistic(x)
    return np.mean(-y * np.log(s + 1e-12) - (1 - y) * np.log(1 - s + 1e-12)), bce_dx(x, y)


@mistake("bce_with_logits", says="Probabilities are cut off before the logarithm, and with them the loss: simplify it.")
def bce_clips(x, y):
    s = np.clip(logistic(x), 1e-15, 1 - 1e-15)
    return np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s)), bce_dx(x, y)


@mistake("bce_with_logits", says="log(1 + exp(x)) overflows for a large x: which form has no positive exponent?")
def bce_overflows(x, y):
    with np.errstate(all="ignore"):
        return np.mean(np.log(1 + np.exp(x)) - x * y), bce_dx(x, y)


@mistake("bce_with_logits", says="The loss is right, but the gradient's sigmoid divides infinity by infinity.")
def bce_gradient_overflows(x, y):
    with np.errstate(all="ignore"):
        e = np.exp(x)
        return np.mean(bce_terms(x, y)), (e / (1 + e) - y) / x.size


@mistake("bce_with_logits", says="The term of 1 - y is missing: a wrong yes costs nothing.")
def bce_without_the_second_term(x, y):
    return np.mean(y * np.logaddexp(0, -x)), y * (logistic(x) - 1) / x.size


@mistake("bce_with_logits", says="The gradient is right; in the loss the term of 1 - y is missing.")
def bce_loss_without_the_second_term(x, y):
    return np.mean(y * np.logaddexp(0, -x)), bce_dx(x, y)


@mistake("bce_with_logits", says="Yes and no are exchanged: look at which target goes with which term.")
def bce_exchanges_the_targets(x, y):
    return np.mean(bce_terms(x, 1 - y)), bce_dx(x, 1 - y)


@mistake("bce_with_logits", says="The logits are taken for probabilities: a sigmoid comes first.")
def bce_without_sigmoid(x, y):
    with np.errstate(all="ignore"):
        return np.mean(-y * np.log(x) - (1 - y) * np.log(1 - x)), (x - y) / x.size


@mistake("bce_with_logits", says="The sigmoid is applied twice.")
def bce_with_two_sigmoids(x, y):
    return np.mean(bce_terms(logistic(x), y)), bce_dx(logistic(x), y)


@mistake("bce_with_logits", says="Loss and gradient are sums; both should be means over all entries.")
def bce_sums(x, y):
    return np.sum(bce_terms(x, y)), logistic(x) - y


@mistake("bce_with_logits", says="The loss is a mean, but the gradient is that of the sum.")
def bce_gradient_of_the_sum(x, y):
    return np.mean(bce_terms(x, y)), logistic(x) - y


@mistake("bce_with_logits", says="The gradient is that of the mean, but the loss is a sum.")
def bce_loss_sums(x, y):
    return np.sum(bce_terms(x, y)), bce_dx(x, y)


@mistake("bce_with_logits", says="The sum is divided by the length of the first axis; the mean runs over all entries.")
def bce_divides_by_the_first_axis(x, y):
    return np.sum(bce_terms(x, y)) / len(x), (logistic(x) - y) / len(x)


@mistake("bce_with_logits", says="The losses are returned one by one; the loss is their mean.")
def bce_does_not_average(x, y):
    return bce_terms(x, y), bce_dx(x, y)


@mistake("bce_with_logits", says="The loss is negative: its minus sign is missing.")
def bce_without_minus(x, y):
    return -np.mean(bce_terms(x, y)), bce_dx(x, y)


@mistake("bce_with_logits", says="The gradient has the wrong sign: what it says minus what it should say.")
def bce_gradient_with_the_other_sign(x, y):
    return np.mean(bce_terms(x, y)), -bce_dx(x, y)


@mistake(
    "bce_with_logits",
    says="The gradient is multiplied by s (1 - s): that factor has cancelled already; it belongs to the squared error.",
)
def bce_gradient_with_s_one_minus_s(x, y):
    s = logistic(x)
    return np.mean(bce_terms(x, y)), bce_dx(x, y) * s * (1 - s)


@mistake("bce_with_logits", says="The gradient is that with respect to the probability; the chain rule goes on to x.")
def bce_gradient_of_the_probability(x, y):
    s = logistic(x)
    with np.errstate(all="ignore"):
        return np.mean(bce_terms(x, y)), (s - y) / (s * (1 - s)) / x.size


@mistake(
    "bce_with_logits", says="The gradient compares the logit itself with the target; the sigmoid is missing there."
)
def bce_gradient_without_sigmoid(x, y):
    return np.mean(bce_terms(x, y)), (x - y) / x.size


@mistake("bce_with_logits", says="Targets are rounded to 0 and 1; those between count as they are.")
def bce_rounds_the_targets(x, y):
    hard = (y > 0.5).astype(float)
    return np.mean(bce_terms(x, hard)), bce_dx(x, hard)


@mistake("bce_with_logits", says="This is the squared error of the probability.")
def bce_is_a_squared_error(x, y):
    s = logistic(x)
    return np.mean((s - y) ** 2), 2 * (s - y) * s * (1 - s) / x.size


@mistake("bce_with_logits", says="log(1 + exp(-|x|)) is missing: near zero the curve is not two straight lines.")
def bce_without_the_round_corner(x, y):
    return np.mean(np.maximum(x, 0) - x * y), bce_dx(x, y)


@mistake("bce_with_logits", says="Logits are cut off before the exponential, and with them the loss.")
def bce_clips_the_logits(x, y):
    cut = np.clip(x, -100, 100)
    return np.mean(bce_terms(cut, y)), bce_dx(cut, y)


@mistake("bce_with_logits", says="Only the loss is returned; the gradient belongs to it.")
def bce_returns_the_loss_only(x, y):
    return np.mean(bce_terms(x, y))


@mistake("bce_with_logits", says=IN_PLACE.format("x"))
def bce_works_in_place(x, y):
    loss, dx = np.mean(bce_terms(x, y)), bce_dx(x, y)
    np.abs(x, out=x)
    return loss, dx


# -------------------------------------------------------------------------------------------- eval_numerical_gradient


def differences(f, x, up, down, distance):
    """The difference of f when each entry is moved by `up` and by `down`, over `distance`."""
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        above, below = x.copy(), x.copy()
        above[index] += up
        below[index] += down
        grad[index] = (f(above) - f(below)) / distance
    return grad


@mistake("eval_numerical_gradient", says="These are forward differences, whose error is of order h: go to both sides.")
def numerical_forward(f, x, h=1e-5):
    return differences(f, x, h, 0, h)


@mistake("eval_numerical_gradient", says="These are backward differences, whose error is of order h: go to both sides.")
def numerical_backward(f, x, h=1e-5):
    return differences(f, x, 0, -h, h)


@mistake("eval_numerical_gradient", says="The two points are 2 h apart, and the difference is divided by h.")
def numerical_divided_by_h(f, x, h=1e-5):
    return differences(f, x, h, -h, h)


@mistake("eval_numerical_gradient", says="/ 2 * h is read from left to right: it halves, and then multiplies by h.")
def numerical_divided_by_two_times_h(f, x, h=1e-5):
    return differences(f, x, h, -h, 2.0) * h


@mistake("eval_numerical_gradient", says="The entries are moved by h / 2, but the statement moves them by h.")
def numerical_half_a_step(f, x, h=1e-5):
    return differences(f, x, h / 2, -h / 2, h)


@mistake("eval_numerical_gradient", says="The entry goes from one side to the start only: it has to go down by 2 h.")
def numerical_forward_over_two_h(f, x, h=1e-5):
    return differences(f, x, h, 0, 2 * h)


@mistake("eval_numerical_gradient", says="The gradient has the wrong sign: which of the two values comes first?")
def numerical_with_the_other_sign(f, x, h=1e-5):
    return differences(f, x, -h, h, 2 * h)


@mistake("eval_numerical_gradient", says="The step is always the same, whatever h says.")
def numerical_step_hard_coded(f, x, h=1e-5):
    return differences(f, x, 1e-5, -1e-5, 2e-5)


@mistake(
    "eval_numerical_gradient", says="The step is so small that rounding is all that is left: is that the default h?"
)
def numerical_step_too_small(f, x, h=1e-5):
    h = min(h, 1e-12)
    return differences(f, x, h, -h, 2 * h)


@mistake("eval_numerical_gradient", says="Without a third argument the step is not the default of the statement.")
def numerical_wrong_default(f, x, h=1e-4):
    return differences(f, x, h, -h, 2 * h)


@mistake("eval_numerical_gradient", says="The step grows with the size of the entry; here it is h for all.")
def numerical_relative_step(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = h * max(1.0, abs(x[index])) if x[index] else h
        unit = np.zeros(x.shape)
        unit[index] = step
        grad[index] = (f(x + unit) - f(x - unit)) / (2 * step)
    return grad


@mistake("eval_numerical_gradient", says="All entries are moved at once; the gradient asks for each by itself.")
def numerical_moves_everything(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@mistake("eval_numerical_gradient", says="Entries stay moved while the next ones are: put the old value back.")
def numerical_leaves_entries_moved(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        grad[index] = (up - f(x)) / (2 * h)
    return grad


@mistake(
    "eval_numerical_gradient",
    says="x + h - 2h + h is not exactly x: keep the old value, and put that back.",
)
def numerical_moves_back_by_adding(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x[index] += h
        up = f(x)
        x[index] -= 2 * h
        grad[index] = (up - f(x)) / (2 * h)
        x[index] += h
    return grad


@mistake("eval_numerical_gradient", says="above = x is no copy: both names mean one array, and the difference is lost.")
def numerical_without_copies(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        old = x[index]
        x[index] += h
        x[index] -= h
        grad[index] = (f(x) - f(x)) / (2 * h)
        x[index] = old
    return grad


@mistake("eval_numerical_gradient", says="The gradient is laid out as a vector; it should have the shape of x.")
def numerical_flat(f, x, h=1e-5):
    return differences(f, x, h, -h, 2 * h).ravel()


@mistake("eval_numerical_gradient", says="f is called with x laid out as a vector; it wants the shape of x.")
def numerical_flattens_x(f, x, h=1e-5):
    return differences(f, x.ravel(), h, -h, 2 * h).reshape(x.shape)


@mistake("eval_numerical_gradient", says="Only the first axis is walked along: whole rows are moved at once.")
def numerical_moves_rows(f, x, h=1e-5):
    grad = np.zeros(x.shape)
    for index in range(len(x)):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad


@mistake("eval_numerical_gradient", says="The last entry has no gradient: does the loop reach it?")
def numerical_misses_the_last_entry(f, x, h=1e-5):
    grad = differences(f, x, h, -h, 2 * h)
    grad.flat[-1] = 0
    return grad


@mistake("eval_numerical_gradient", says="The slopes are added up to one number; each entry has its own.")
def numerical_adds_up(f, x, h=1e-5):
    return differences(f, x, h, -h, 2 * h).sum()


@mistake("eval_numerical_gradient", says="The gradient has been rounded to whole numbers: an int array cannot hold it.")
def numerical_in_integers(f, x, h=1e-5):
    return differences(f, x, h, -h, 2 * h).astype(int)


# --------------------------------------------------------------------------------------------------- gradient_descent


def walk(x0, lr, steps, direction):
    path = [np.array(x0)]
    for t in range(steps):
        path.append(path[-1] - lr * direction(path, t))
    return np.array(path)


@mistake("gradient_descent", says="The walk goes uphill: look at the sign of the step.")
def descent_climbs(grad, x0, lr, steps):
    return walk(x0, -lr, steps, lambda path, t: grad(path[-1]))


@mistake("gradient_descent", says="The learning rate is missing: the whole gradient is subtracted.")
def descent_without_rate(grad, x0, lr, steps):
    return walk(x0, 1.0, steps, lambda path, t: grad(path[-1]))


@mistake("gradient_descent", says="The gradient is always that of the start: ask for it again at each position.")
def descent_asks_once(grad, x0, lr, steps):
    slope = grad(x0)
    return walk(x0, lr, steps, lambda path, t: slope)


@mistake("gradient_descent", says="The gradient is asked for one position too late: at where the walk was a step ago.")
def descent_asks_too_late(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[max(t - 1, 0)]))


@mistake("gradient_descent", says="Every position is computed from the start; a step begins where the last one ended.")
def descent_starts_again_each_time(grad, x0, lr, steps):
    return np.array([x0] + [x0 - lr * grad(x0) for _ in range(steps)])


@mistake("gradient_descent", says="The start is missing: path[0] is x0.")
def descent_without_the_start(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[-1]))[1:]


@mistake("gradient_descent", says="The last position is missing: there are steps + 1 of them.")
def descent_without_the_end(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[-1]))[:-1]


@mistake("gradient_descent", says="One step too many is taken.")
def descent_takes_a_step_too_many(grad, x0, lr, steps):
    return walk(x0, lr, steps + 1, lambda path, t: grad(path[-1]))


@mistake("gradient_descent", says="Only the last position is returned; the path holds all of them.")
def descent_returns_the_end_only(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[-1]))[-1]


@mistake(
    "gradient_descent",
    says="All positions are equal, to the last one: the same array was written down again and again, and then changed. "
    "Write down a copy.",
)
def descent_writes_down_one_array(grad, x0, lr, steps):
    x = x0.copy()
    path = [x]
    for _ in range(steps):
        x -= lr * grad(x)
        path.append(x)
    return np.array(path)


@mistake("gradient_descent", says="x0 itself walked: -= works in place, and the start is gone. Work on a copy.")
def descent_moves_x0(grad, x0, lr, steps):
    path = [x0.copy()]
    for _ in range(steps):
        x0 -= lr * grad(x0)
        path.append(x0.copy())
    return np.array(path)


@mistake("gradient_descent", says="Every step has the same length: the gradient is divided by its own.")
def descent_normalises(grad, x0, lr, steps):
    def direction(path, t):
        slope = grad(path[-1])
        return slope / (np.linalg.norm(slope) + 1e-300)

    return walk(x0, lr, steps, direction)


@mistake("gradient_descent", says="Only the sign of the gradient is used.")
def descent_uses_signs(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: np.sign(grad(path[-1])))


@mistake("gradient_descent", says="The learning rate shrinks with the steps; here it stays as it is.")
def descent_decays(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[-1]) / (1 + t))


@mistake(
    "gradient_descent", says="The walk ends before all steps are taken; a gradient near zero is no reason to stop."
)
def descent_stops_early(grad, x0, lr, steps):
    path = [np.array(x0)]
    for _ in range(steps):
        slope = grad(path[-1])
        if np.abs(slope).max() < 1e-6:
            break
        path.append(path[-1] - lr * slope)
    return np.array(path)


@mistake("gradient_descent", says="The walk turns back where it diverges; every step is taken as it comes.")
def descent_clips(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: np.clip(grad(path[-1]), -5, 5))


@mistake("gradient_descent", says="A part of the last step is added to each: that is momentum, and a later assignment.")
def descent_has_momentum(grad, x0, lr, steps):
    path, velocity = [np.array(x0)], np.zeros_like(x0)
    for _ in range(steps):
        velocity = 0.9 * velocity - lr * grad(path[-1])
        path.append(path[-1] + velocity)
    return np.array(path)


@mistake("gradient_descent", says="Coordinates and steps have changed places: a row is a position.")
def descent_transposed(grad, x0, lr, steps):
    return walk(x0, lr, steps, lambda path, t: grad(path[-1])).T


@mistake("gradient_descent", says="The gradients are written down; the path holds the positions.")
def descent_writes_down_gradients(grad, x0, lr, steps):
    path = walk(x0, lr, steps, lambda path, t: grad(path[-1]))
    return np.array([grad(x) for x in path])


# ----------------------------------------------------------------------------------------------- linear_regression_gd


def squared(X, y, w, b):
    return np.mean((X @ w + b - y) ** 2)


def fit(X, y, lr, steps, dw=1.0, db=1.0, start=0.0, loss=squared):
    """Linear regression whose gradients are multiplied by `dw` and `db`."""
    w, b = np.full(X.shape[1], start), start
    history = [loss(X, y, w, b)]
    for _ in range(steps):
        derror = 2 * (X @ w + b - y) / len(y)
        w, b = w - lr * dw * X.T @ derror, b - lr * db * derror.sum()
        history.append(loss(X, y, w, b))
    return w, b, history


@mistake("linear_regression_gd", says="The loss grows with each step: look at the sign of both updates.")
def regression_climbs(X, y, lr, steps):
    return fit(X, y, -lr, steps)


@mistake("linear_regression_gd", says="Both gradients are half as large as they should be: what became of the 2?")
def regression_without_two(X, y, lr, steps):
    return fit(X, y, lr, steps, 0.5, 0.5)


@mistake("linear_regression_gd", says="Gradients and history are half of what they should be: there is no factor 1/2.")
def regression_with_a_half(X, y, lr, steps):
    return fit(X, y, lr, steps, 0.5, 0.5, loss=lambda *args: squared(*args) / 2)


@mistake("linear_regression_gd", says="The fit is right; the losses in the history are halved.")
def regression_halves_its_history(X, y, lr, steps):
    return fit(X, y, lr, steps, loss=lambda *args: squared(*args) / 2)


@mistake("linear_regression_gd", says="The gradients are sums over the examples; the loss is a mean.")
def regression_sums(X, y, lr, steps):
    return fit(X, y, lr, steps, len(y), len(y))


@mistake("linear_regression_gd", says="Gradients and history are sums over the examples; both should be means.")
def regression_sums_throughout(X, y, lr, steps):
    return fit(X, y, lr, steps, len(y), len(y), loss=lambda *args: squared(*args) * len(y))


@mistake("linear_regression_gd", says="The fit is right; the history holds sums of squares, not means.")
def regression_sums_its_history(X, y, lr, steps):
    return fit(X, y, lr, steps, loss=lambda *args: squared(*args) * len(y))


@mistake(
    "linear_regression_gd", says="The gradient of the bias is a sum over the examples, that of the weights a mean."
)
def regression_sums_the_bias(X, y, lr, steps):
    return fit(X, y, lr, steps, 1.0, len(y))


@mistake("linear_regression_gd", says="The gradient of the bias is averaged once too often.")
def regression_averages_the_bias_twice(X, y, lr, steps):
    return fit(X, y, lr, steps, 1.0, 1 / len(y))


@mistake("linear_regression_gd", says="The gradient of the weights is averaged once too often.")
def regression_averages_the_weights_twice(X, y, lr, steps):
    return fit(X, y, lr, steps, 1 / len(y), 1.0)


@mistake(
    "linear_regression_gd", says="The gradients are divided by the number of features; it should be that of examples."
)
def regression_divides_by_features(X, y, lr, steps):
    return fit(X, y, lr, steps, len(y) / X.shape[1], len(y) / X.shape[1])


@mistake("linear_regression_gd", says="The bias stays where it is: it has a gradient, too.")
def regression_without_bias(X, y, lr, steps):
    return fit(X, y, lr, steps, 1.0, 0.0)


@mistake("linear_regression_gd", says="The bias walks uphill: its update has the wrong sign.")
def regression_bias_climbs(X, y, lr, steps):
    return fit(X, y, lr, steps, 1.0, -1.0)


@mistake("linear_regression_gd", says="The weights walk uphill: their update has the wrong sign.")
def regression_weights_climb(X, y, lr, steps):
    return fit(X, y, lr, steps, -1.0, 1.0)


@mistake(
    "linear_regression_gd",
    says="The gradient of the bias is taken after the weights have moved: compute both first, then move both.",
)
def regression_moves_one_after_the_other(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, [squared(X, y, np.zeros(X.shape[1]), 0.0)]
    for _ in range(steps):
        w = w - lr * 2 * X.T @ (X @ w + b - y) / len(y)
        b = b - lr * 2 * np.mean(X @ w + b - y)
        history.append(squared(X, y, w, b))
    return w, b, history


@mistake("linear_regression_gd", says="The bias is left out of the prediction from which the gradients are taken.")
def regression_predicts_without_bias(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, [squared(X, y, np.zeros(X.shape[1]), 0.0)]
    for _ in range(steps):
        derror = 2 * (X @ w - y) / len(y)
        w, b = w - lr * X.T @ derror, b - lr * derror.sum()
        history.append(squared(X, y, w, b))
    return w, b, history


@mistake("linear_regression_gd", says="w and b start at one; they should start at zero.")
def regression_starts_at_one(X, y, lr, steps):
    return fit(X, y, lr, steps, start=1.0)


@mistake("linear_regression_gd", says="The start is drawn at random; w and b start at zero.")
def regression_starts_at_random(X, y, lr, steps):
    w, b = 0.01 * np.random.default_rng(0).standard_normal(X.shape[1]), 0.0
    history = [squared(X, y, w, b)]
    for _ in range(steps):
        derror = 2 * (X @ w + b - y) / len(y)
        w, b = w - lr * X.T @ derror, b - lr * derror.sum()
        history.append(squared(X, y, w, b))
    return w, b, history


@mistake("linear_regression_gd", says="The loss after the last step is missing from the history.")
def regression_history_lacks_its_end(X, y, lr, steps):
    w, b, history = fit(X, y, lr, steps)
    return w, b, history[:-1]


@mistake("linear_regression_gd", says="The loss before the first step is missing from the history.")
def regression_history_lacks_its_start(X, y, lr, steps):
    w, b, history = fit(X, y, lr, steps)
    return w, b, history[1:]


@mistake("linear_regression_gd", says="One step too many is taken.")
def regression_takes_a_step_too_many(X, y, lr, steps):
    return fit(X, y, lr, steps + 1)


@mistake("linear_regression_gd", says="One step too few is taken.")
def regression_takes_a_step_too_few(X, y, lr, steps):
    w, b, history = fit(X, y, lr, max(steps - 1, 0))
    return w, b, [*history, history[-1]][: steps + 1]


@mistake("linear_regression_gd", says="The history holds mean distances; the loss is the mean of their squares.")
def regression_history_of_distances(X, y, lr, steps):
    return fit(X, y, lr, steps, loss=lambda X, y, w, b: np.mean(np.abs(X @ w + b - y)))


@mistake("linear_regression_gd", says="The history holds roots of the loss.")
def regression_history_of_roots(X, y, lr, steps):
    return fit(X, y, lr, steps, loss=lambda *args: np.sqrt(squared(*args)))


@mistake(
    "linear_regression_gd",
    says="The predictions are a column and the targets a row, so that their difference is a table: look at its shape.",
)
def regression_broadcasts(X, y, lr, steps):
    w, b, history = np.zeros((X.shape[1], 1)), 0.0, []
    for _ in range(steps):
        error = X @ w + b - y
        history.append(np.mean(error**2))
        derror = 2 * error.mean(axis=1, keepdims=True) / len(y)
        w, b = w - lr * X.T @ derror, b - lr * derror.sum()
    history.append(np.mean((X @ w + b - y) ** 2))
    return w[:, 0], b, history


@mistake("linear_regression_gd", says="w is a column, (D, 1); it should be (D,).")
def regression_returns_a_column(X, y, lr, steps):
    w, b, history = fit(X, y, lr, steps)
    return w[:, None], b, history


@mistake("linear_regression_gd", says="This goes through the examples one by one; each step looks at all of them.")
def regression_is_stochastic(X, y, lr, steps):
    w, b, history = np.zeros(X.shape[1]), 0.0, [squared(X, y, np.zeros(X.shape[1]), 0.0)]
    for t in range(steps):
        n = t % len(y)
        error = 2 * (X[n] @ w + b - y[n])
        w, b = w - lr * error * X[n], b - lr * error
        history.append(squared(X, y, w, b))
    return w, b, history


@mistake("linear_regression_gd", says="The learning rate is always 0.01, whatever lr says.")
def regression_rate_hard_coded(X, y, lr, steps):
    return fit(X, y, 0.01, steps)


@mistake("linear_regression_gd", says="The features are scaled first; w and b should belong to X as it is.")
def regression_scales_the_features(X, y, lr, steps):
    return fit((X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8), y, lr, steps)


@mistake("linear_regression_gd", says="This is the exact solution; gradient descent is on its way there.")
def regression_solves(X, y, lr, steps):
    theta = np.linalg.lstsq(np.column_stack([X, np.ones(len(y))]), y, rcond=None)[0]
    return theta[:-1], theta[-1], fit(X, y, lr, steps)[2]


@mistake("linear_regression_gd", says="The history is missing from what is returned.")
def regression_returns_no_history(X, y, lr, steps):
    return fit(X, y, lr, steps)[:2]


@mistake("linear_regression_gd", says=IN_PLACE.format("y"))
def regression_works_in_place(X, y, lr, steps):
    result = fit(X, y, lr, steps)
    y -= X @ result[0]
    return result


# -------------------------------------------------------------------------------------------------------- minibatches


def cut(X, y, size):
    return [(X[k : k + size], y[k : k + size]) for k in range(0, len(X), size)]


last_call = {"call": None, "again": False}


def another_state(*call):
    """A seed that stands for NumPy's global generator: another one when the same call comes twice in succession.

    Real global state would carry over from one check to the next, and the numbers would depend on what ran before.
    """
    last_call["again"] = call == last_call["call"] and not last_call["again"]
    last_call["call"] = call
    return [12345, int(last_call["again"]), *call]


@mistake(
    "minibatches", says="The last batch is missing where N is no multiple of batch_size: what is left over counts."
)
def batches_drop_the_rest(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return [batch for batch in cut(X[order], y[order], batch_size) if len(batch[1]) == batch_size]


@mistake("minibatches", says="Where N is a multiple of batch_size, the last batch is empty.")
def batches_end_with_an_empty_one(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    X, y = X[order], y[order]
    starts = range(0, (len(X) // batch_size + 1) * batch_size, batch_size)
    return [(X[k : k + batch_size], y[k : k + batch_size]) for k in starts]


@mistake("minibatches", says="Nothing is shuffled: the examples come in the order in which they lie.")
def batches_are_not_shuffled(X, y, batch_size, rng):
    return cut(X.copy(), y.copy(), batch_size)


@mistake("minibatches", says="X is shuffled and y is not: every example has the target of another.")
def batches_shuffle_only_x(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return cut(X[order], y, batch_size)


@mistake("minibatches", says="X and y are shuffled separately, in two different orders.")
def batches_shuffle_twice(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    return cut(rng.permutation(X), rng.permutation(y), batch_size)


@mistake("minibatches", says="Examples are drawn with replacement: some come twice and others never.")
def batches_repeat_examples(X, y, batch_size, rng):
    order = np.random.default_rng(rng).integers(0, len(X), len(X))
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="Every batch is drawn afresh from all examples: some come twice and others never.")
def batches_draw_each_batch_afresh(X, y, batch_size, rng):
    rng, result = np.random.default_rng(rng), []
    for start in range(0, len(X), batch_size):
        rows = rng.permutation(len(X))[: min(batch_size, len(X) - start)]
        result.append((X[rows], y[rows]))
    return result


@mistake("minibatches", says="The last batch is filled up with examples from the beginning, which then come twice.")
def batches_fill_the_last_one(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    order = np.resize(order, -(-len(X) // batch_size) * batch_size)
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="Whole batches change places, but the same examples always stay together.")
def batches_shuffle_the_batches(X, y, batch_size, rng):
    result = cut(X, y, batch_size)
    full = [batch for batch in result if len(batch[1]) == batch_size]
    order = np.random.default_rng(rng).permutation(len(full))
    return [full[k] for k in order] + result[len(full) :]


@mistake("minibatches", says="Examples change places inside their batch, but never leave it: shuffle before you cut.")
def batches_shuffle_inside(X, y, batch_size, rng):
    rng, result = np.random.default_rng(rng), []
    for X_batch, y_batch in cut(X, y, batch_size):
        order = rng.permutation(len(y_batch))
        result.append((X_batch[order], y_batch[order]))
    return result


@mistake("minibatches", says="The order only begins at another place each time: neighbours stay neighbours.")
def batches_rotate(X, y, batch_size, rng):
    order = (np.arange(len(X)) + np.random.default_rng(rng).integers(len(X))) % len(X)
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="The order is always the same, whatever rng is: it comes from a seed of its own.")
def batches_one_seed(X, y, batch_size, rng):
    order = np.random.default_rng(0).permutation(len(X))
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="The order does not come from rng but from another generator; nobody can repeat this run.")
def batches_not_from_rng(X, y, batch_size, rng):
    order = np.random.default_rng(another_state("minibatches", len(X), batch_size, rng)[:2]).permutation(len(X))
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="There are batch_size batches; it is their size that should be batch_size.")
def batches_count_for_size(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.array_split(order, min(batch_size, len(X)))]


@mistake("minibatches", says="The batches are of nearly equal size; all but the last should have batch_size examples.")
def batches_of_equal_size(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return [(X[rows], y[rows]) for rows in np.array_split(order, -(-len(X) // batch_size))]


@mistake("minibatches", says="What is left over forms the first batch; it should form the last.")
def batches_begin_with_the_rest(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    rest = len(X) % batch_size
    batches = [order[:rest]] if rest else []
    batches += [order[k : k + batch_size] for k in range(rest, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in batches]


@mistake("minibatches", says="What is left over is put into the last full batch; it should be a batch of its own.")
def batches_merge_the_rest(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    count = max(len(X) // batch_size, 1)
    ends = [*(batch_size * np.arange(1, count)), len(X)]
    return [(X[rows], y[rows]) for rows in np.split(order, ends[:-1])]


@mistake("minibatches", says="Slices end one too early: the last example of each batch is lost.")
def batches_lose_their_last_example(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    X, y = X[order], y[order]
    return [(X[k : k + batch_size - 1], y[k : k + batch_size - 1]) for k in range(0, len(X), batch_size)]


@mistake("minibatches", says="Slices end one too late: neighbouring batches share an example.")
def batches_overlap(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    X, y = X[order], y[order]
    return [(X[k : k + batch_size + 1], y[k : k + batch_size + 1]) for k in range(0, len(X), batch_size)]


@mistake("minibatches", says="Only the first batch is returned: the return is inside the loop.")
def batches_return_the_first_only(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return cut(X[order], y[order], batch_size)[:1]


@mistake("minibatches", says="X and y have changed places in the pairs.")
def batches_swap_x_and_y(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return [(y_batch, X_batch) for X_batch, y_batch in cut(X[order], y[order], batch_size)]


@mistake("minibatches", says="All X come first and all y second; it should be a list of pairs.")
def batches_return_two_lists(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    pairs = cut(X[order], y[order], batch_size)
    return [X_batch for X_batch, _ in pairs], [y_batch for _, y_batch in pairs]


@mistake("minibatches", says="The columns of X are shuffled; an example is a row.")
def batches_shuffle_columns(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    order = rng.permutation(len(X))
    return cut(rng.permuted(X[order].reshape(len(X), -1), axis=1).reshape(X.shape), y[order], batch_size)


@mistake("minibatches", says="The row numbers are returned; the batch holds the rows themselves.")
def batches_return_row_numbers(X, y, batch_size, rng):
    order = np.random.default_rng(rng).permutation(len(X))
    return [(rows.astype(float), y[rows]) for rows, _ in cut(order, order, batch_size)]


@mistake(
    "minibatches", says="Every epoch from one generator has the same order: the generator is copied, or made anew."
)
def batches_restart_the_generator(X, y, batch_size, rng):
    if isinstance(rng, np.random.Generator):
        rng = 0
    order = np.random.default_rng(rng).permutation(len(X))
    return cut(X[order], y[order], batch_size)


@mistake("minibatches", says="X and y themselves were shuffled: rng.shuffle works in place. Shuffle row numbers.")
def batches_shuffle_in_place(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return [(a.copy(), b.copy()) for a, b in cut(X, y, batch_size)]


# ------------------------------------------------------------------------------------------------ prediction questions

mistake("q_broadcast", says="This is what you want. NumPy lines up the last axes first.", name="broadcast_of_one_axis")(
    100
)
mistake("q_broadcast", says="The entries are not added but combined, each with each.", name="broadcast_adds")(200)
mistake("q_peak", says="This is the height for a standard deviation of 1.", name="peak_of_the_standard_normal")(
    0.398942
)
mistake("q_peak", says="The area is 1, not the height.", name="peak_is_one")(1.0)
mistake("q_peak", says="The density is divided by sigma, not by its square.", name="peak_over_the_variance")(39.8942)
mistake("q_svm_start", says="The right class does not compete with itself.", name="svm_start_with_the_right_class")(10)
mistake("q_svm_start", says="Equal is not ahead: the margin of 1 is missing for each class.", name="svm_start_zero")(0)
mistake("q_svm_start", says="This is the softmax loss of ten equal scores.", name="svm_start_of_softmax")(2.302585)
mistake("q_svm_start", says="Over the classes it is a sum, not a mean.", name="svm_start_averaged")(1)
mistake("q_evaluations", says="A central difference needs two values per parameter.", name="evaluations_one_each")(650)
mistake(
    "q_evaluations", says="That is one for each and one at the start: a forward difference.", name="evaluations_651"
)(651)
mistake("q_evaluations", says="The biases are parameters, too.", name="evaluations_without_bias")(1280)
mistake("q_which_bug", says="With all scores 0, a sum over N examples would be N times 9.", name="bug_is_the_mean")("a")
mistake("q_which_bug", says="Without the margin the loss would be 0.", name="bug_is_the_margin")("c")
mistake("q_which_bug", says="The gradient check would have seen that.", name="bug_is_the_gradient")("d")
mistake("q_three_steps", says="That is after one step.", name="three_steps_one")(2)
mistake("q_three_steps", says="The derivative of x² is 2x: each step takes away more.", name="three_steps_without_two")(
    1.6875
)
mistake(
    "q_three_steps",
    says="The first step goes to 2; the next begins there, with half the slope.",
    name="three_steps_straight",
)(-2)
mistake("q_steps", says="The last 40 examples of each epoch have a batch, too.", name="steps_without_the_rest")(75)
mistake("q_steps", says="That is one epoch.", name="steps_of_one_epoch")(16)
mistake("q_steps", says="Each epoch begins anew: the rest of one is not filled up from the next.", name="steps_79")(79)
