"""Wrong implementations that students of this assignment write; most are an edit of the reference at one place."""

import numpy as np

from autograder import mistake, slip

IN_PLACE = "The result is right, but {} was changed on the way: operators such as -= and assignments work in place."

# ----------------------------------------------------------------------------------------------------------- mse_loss

slip(
    "mse_loss", "2 * error /", "error /",
    name="mse_gradient_without_two", says="The gradient lacks a factor: what is the derivative of a square?",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2)", "np.mean(error**2) / 2",
    name="mse_with_a_half", says="The loss has a factor 1/2 that belongs to another convention.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2)", "np.mean(error**2) / 2", "2 * error /", "error /",
    name="mse_with_a_half_throughout",
    says="Loss and gradient are both half of what they should be: there is no factor 1/2 here.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2)", "np.sum(error**2)", " / error.size", "",
    name="mse_sums", says="The squares are added up but not averaged, neither in the loss nor in the gradient.",
)  # fmt: skip
slip(
    "mse_loss", " / error.size", "",
    name="mse_gradient_of_the_sum", says="The loss is a mean, but the gradient is that of the sum.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean", "np.sum",
    name="mse_loss_sums", says="The gradient is that of the mean, but the loss is a sum.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2)", "np.sum(error**2) / len(x)", "error.size", "len(x)",
    name="mse_divides_by_the_first_axis",
    says="The sum is divided by the length of the first axis; the mean runs over all entries.",
)  # fmt: skip
slip(
    "mse_loss", "error.size", "len(x)",
    name="mse_gradient_divides_by_the_first_axis",
    says="The loss is right. The gradient is divided by the first axis alone, not by all entries.",
)  # fmt: skip
slip(
    "mse_loss", "2 * error", "-2 * error",
    name="mse_gradient_with_the_other_sign",
    says="The gradient points the wrong way: if a prediction is too large, the loss grows with it.",
)  # fmt: skip
slip(
    "mse_loss", "error**2", "np.abs(error)", "2 * error", "np.sign(error)",
    name="mse_takes_magnitudes", says="These are magnitudes of errors; they have to be squared.",
)  # fmt: skip
slip(
    "mse_loss",
    "np.mean(error**2), 2 * error / error.size",
    "np.sqrt(np.mean(error**2)), error / error.size / np.sqrt(np.mean(error**2))",
    name="mse_takes_the_root", says="A root has been taken: that is the RMSE, and its gradient does not exist at 0.",
)  # fmt: skip
slip(
    "mse_loss",
    "np.mean(error**2)", "np.mean(error) ** 2",
    "2 * error / error.size", "np.full(x.shape, 2 * np.mean(error) / x.size)",
    name="mse_squares_the_mean", says="The mean is taken before the square: errors of different sign cancel.",
)  # fmt: skip
slip(
    "mse_loss", "error**2", "error**2, axis=0",
    name="mse_averages_one_axis", says="The loss is one number: the mean runs over all axes, not only over the first.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2)", "error**2",
    name="mse_does_not_average", says="The squared errors are returned one by one; their mean is the loss.",
)  # fmt: skip
slip(
    "mse_loss", "2 * error / error.size", "np.mean(2 * error)",
    name="mse_averages_the_gradient",
    says="The gradient is averaged over the entries. Each prediction has its own derivative.",
)  # fmt: skip
slip(
    "mse_loss", ", 2 * error / error.size", "",
    name="mse_returns_the_loss_only", says="Only the loss is returned; the gradient belongs to it.",
)  # fmt: skip
slip(
    "mse_loss", "np.mean(error**2), 2 * error / error.size", "2 * error / error.size, np.mean(error**2)",
    name="mse_returns_the_gradient_first", says="The gradient comes first and the loss second; it should be loss, dx.",
)  # fmt: skip
slip(
    "mse_loss", "error = x - y", "x -= y\n    error = x",
    name="mse_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- gaussian_nll

slip(
    "gaussian_nll", "return np.sum(z**2) / 2 + x.size", "return -np.sum(z**2) / 2 - x.size",
    name="nll_without_minus", says="This is the log-likelihood itself: without its minus sign it is no loss.",
)  # fmt: skip
slip(
    "gaussian_nll", " + np.log(2 * np.pi) / 2", "",
    name="nll_without_constant", says="The constant is missing: where did the root of 2 pi go?",
)  # fmt: skip
slip(
    "gaussian_nll", "np.log(sigma) + ", "",
    name="nll_without_log_sigma", says="The term with the logarithm of sigma is missing: a broad density is lower.",
)  # fmt: skip
slip(
    "gaussian_nll", "x.size * ", "",
    name="nll_counts_the_constant_once", says="Constant and log sigma are counted once; each observation has its own.",
)  # fmt: skip
slip(
    "gaussian_nll", "z**2", "(x - mu) ** 2 / sigma",
    name="nll_divides_by_sigma", says="The squared distance is divided by sigma; it should be divided by its square.",
)  # fmt: skip
slip(
    "gaussian_nll", "z**2", "(x - mu) ** 2 / sigma", "np.log(sigma)", "np.log(sigma) / 2",
    name="nll_takes_sigma_for_the_variance",
    says="sigma is taken for the variance, in both terms; it is the standard deviation.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.log(sigma)", "np.log(sigma**2)",
    name="nll_with_log_of_the_variance",
    says="The logarithm is that of the variance: the root in the density halves it.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.log(2 * np.pi) / 2", "np.log(2 * np.pi)",
    name="nll_with_log_two_pi", says="The logarithm of the constant is not halved: the density has the root of 2 pi.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.sum(z**2) / 2", "np.sum(z**2)",
    name="nll_without_half", says="The squared distance is not halved.",
)  # fmt: skip
slip(
    "gaussian_nll", "z**2", "np.abs(z)",
    name="nll_without_square", says="The distance is not squared.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.sum(z**2) / 2 + x.size * ", "np.mean(z**2) / 2 + ",
    name="nll_averages", says="This is the mean over the observations; the logarithm of a product is a sum.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.sum(z**2) / 2 + x.size * ", "z**2 / 2 + ",
    name="nll_does_not_add", says="The terms are returned one by one; the loss is their sum.",
)  # fmt: skip
slip(
    "gaussian_nll",
    "np.sum(z**2) / 2 + x.size * (np.log(sigma) + np.log(2 * np.pi) / 2)",
    "-np.log(np.prod(np.exp(-(z**2) / 2) / (np.sqrt(2 * np.pi) * sigma)))",
    name="nll_of_the_product",
    says="The product of many densities underflows to 0: take logarithms first, then add them.",
)  # fmt: skip
slip(
    "gaussian_nll",
    "np.sum(z**2) / 2 + x.size * (np.log(sigma) + np.log(2 * np.pi) / 2)",
    "-np.sum(np.log(np.exp(-(z**2) / 2) / (np.sqrt(2 * np.pi) * sigma)))",
    name="nll_of_the_density",
    says="Far from mu the density underflows to 0, and its logarithm is infinite: simplify log of exp on paper.",
)  # fmt: skip
slip(
    "gaussian_nll",
    "np.sum(z**2) / 2 + x.size * (np.log(sigma) + np.log(2 * np.pi) / 2)",
    "-np.sum(np.log(np.exp(-(z**2) / 2) / (np.sqrt(2 * np.pi) * sigma) + 1e-12))",
    name="nll_of_the_density_plus_epsilon",
    says="A small number added before the logarithm replaces infinity by another wrong number: simplify log of exp "
    "on paper.",
)  # fmt: skip
slip(
    "gaussian_nll", "np.log(sigma) + np.log(2", "np.log10(sigma) + np.log10(2",
    name="nll_to_base_ten", says="This logarithm has base 10; the natural one is meant.",
)  # fmt: skip
slip(
    "gaussian_nll", "2 * np.pi", "np.pi",
    name="nll_with_log_pi", says="pi stands without its 2 in the constant.",
)  # fmt: skip
slip(
    "gaussian_nll", "(np.log(sigma)", "(-np.log(sigma)",
    name="nll_subtracts_log_sigma", says="log sigma is subtracted: it stands in the denominator of the density.",
)  # fmt: skip
slip(
    "gaussian_nll", "x.size", "len(x)",
    name="nll_counts_the_first_axis",
    says="The first axis is taken for the number of observations; every entry is one.",
)  # fmt: skip
slip(
    "gaussian_nll", "z = (x - mu) / sigma", "x -= mu\n    x /= sigma\n    z = x",
    name="nll_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- gaussian_mle

slip(
    "gaussian_mle", "np.mean((x - mu) ** 2)", "np.sum((x - mu) ** 2) / np.float64(x.size - 1)",
    name="mle_unbiased", says="sigma has n - 1 in its denominator: that is not the maximum of the likelihood.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.sqrt(np.mean((x - mu) ** 2))", "np.mean((x - mu) ** 2)",
    name="mle_returns_the_variance", says="This is the variance: sigma is its root.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.sqrt(np.mean((x - mu) ** 2))", "np.sum((x - mu) ** 2) / np.float64(x.size - 1)",
    name="mle_returns_the_unbiased_variance", says="This is the variance, with n - 1 in its denominator.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.mean(x)", "np.median(x)",
    name="mle_takes_the_median",
    says="mu is the median; the likelihood of the normal distribution asks for another center.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.sqrt(np.mean((x - mu) ** 2))", "np.mean(np.abs(x - mu))",
    name="mle_takes_the_mean_distance", says="sigma is the mean distance from mu; the squares are to be averaged.",
)  # fmt: skip
slip(
    "gaussian_mle", "(x - mu) ** 2", "x**2",
    name="mle_does_not_centre", says="mu is not subtracted before the square: this is the distance from zero.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.mean((x", "np.sum((x",
    name="mle_does_not_divide", says="The sum of squares is not divided by n.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.sqrt(np.mean((x - mu) ** 2))", "np.sqrt(np.sum((x - mu) ** 2)) / x.size",
    name="mle_divides_after_the_root",
    says="The root is taken of the sum, and then divided by n: it is the other way round.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.mean((x - mu) ** 2)", "np.maximum(np.mean(x**2) - mu**2, 0)",
    name="mle_subtracts_large_numbers",
    says="The square of the mean is subtracted from the mean of the squares: two large numbers, and what is left of "
    "their digits.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.mean(x)", "np.mean(x, axis=0)", "(x - mu) ** 2", "(x - mu) ** 2, axis=0",
    name="mle_by_columns", says="Estimates are made per column; all entries are observations of one quantity.",
)  # fmt: skip
slip(
    "gaussian_mle", "np.mean(x)", "np.sum(x) / len(x)", "np.mean((x - mu) ** 2)", "np.sum((x - mu) ** 2) / len(x)",
    name="mle_counts_the_first_axis",
    says="The first axis is taken for the number of observations; every entry is one.",
)  # fmt: skip
slip(
    "gaussian_mle", "** 2))", "** 2) + 1e-8)",
    name="mle_with_epsilon", says="A small number is added under the root; equal observations have no spread at all.",
)  # fmt: skip
slip(
    "gaussian_mle", "mu, np.sqrt(np.mean((x - mu) ** 2))", "np.sqrt(np.mean((x - mu) ** 2)), mu",
    name="mle_swaps_its_results", says="sigma comes first and mu second; it should be mu, sigma.",
)  # fmt: skip
slip(
    "gaussian_mle", "    return mu", "    x -= mu\n    return mu", "(x - mu) ** 2", "x**2",
    name="mle_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------ softmax

slip(
    "softmax", " - x.max(axis=1, keepdims=True)", "",
    name="softmax_overflows",
    says="The exponential of a large score overflows: subtract something from each row that cancels.",
)  # fmt: skip
slip(
    "softmax", "x.max(axis=1, keepdims=True)", "x.max()",
    name="softmax_with_a_global_maximum",
    says="One maximum is subtracted from all rows. In a row that lies far below it everything underflows: each row "
    "has its own.",
)  # fmt: skip
slip(
    "softmax", "x.max(axis=1, keepdims=True)", "x.max(axis=0)",
    name="softmax_with_the_maximum_of_columns",
    says="The maximum is that of each column; the scores of one example stand in a row.",
)  # fmt: skip
slip(
    "softmax",
    "x.max(axis=1, keepdims=True)", "x.max(axis=0)",
    "exponentials.sum(axis=1, keepdims=True)", "exponentials.sum(axis=0)",
    name="softmax_by_columns", says="The columns sum to 1, not the rows: an example is a row.",
)  # fmt: skip
slip(
    "softmax",
    "x.max(axis=1, keepdims=True)", "x.max()",
    "exponentials.sum(axis=1, keepdims=True)", "exponentials.sum()",
    name="softmax_over_everything", says="The whole table sums to 1: each row has its own sum.",
)  # fmt: skip
slip(
    "softmax", " / exponentials.sum(axis=1, keepdims=True)", "",
    name="softmax_does_not_divide", says="These are the exponentials: they are not divided by their sum yet.",
)  # fmt: skip
slip(
    "softmax", "exponentials / exponentials.sum(axis=1, keepdims=True)", "1 / (1 + np.exp(-x))",
    name="softmax_is_a_sigmoid", says="This is a sigmoid of each score by itself; the classes share one sum.",
)  # fmt: skip
slip(
    "softmax", "np.exp(x - x.max(axis=1, keepdims=True))", "(x == x.max(axis=1, keepdims=True))",
    name="softmax_is_hard", says="The largest score takes it all: that is the hard form.",
)  # fmt: skip
slip(
    "softmax",
    "exponentials / exponentials.sum(axis=1, keepdims=True)",
    "x - x.max(axis=1, keepdims=True) - np.log(exponentials.sum(axis=1, keepdims=True))",
    name="softmax_returns_logarithms", says="These are logarithms of probabilities.",
)  # fmt: skip
slip(
    "softmax", "x - x.max(axis=1, keepdims=True)", "x.min(axis=1, keepdims=True) - x",
    name="softmax_upside_down",
    says="The smallest score gets the largest probability: look at the sign in the exponent.",
)  # fmt: skip
slip(
    "softmax", "x.max", "x.min",
    name="softmax_subtracts_the_minimum",
    says="The minimum of each row is subtracted, so that every exponent is positive: it should be the other end.",
)  # fmt: skip
slip(
    "softmax", "x.max", "x.mean",
    name="softmax_subtracts_the_mean", says="The mean of each row is subtracted; a score far above it still overflows.",
)  # fmt: skip
slip(
    "softmax", "    exponentials =", "    x = x / x.max(axis=1, keepdims=True)\n    exponentials =",
    name="softmax_divides_by_the_maximum",
    says="Each row is divided by its maximum, which changes the differences: subtract it.",
)  # fmt: skip
slip(
    "softmax", "exponentials.sum(axis=1, keepdims=True)", "np.sqrt((exponentials**2).sum(axis=1, keepdims=True))",
    name="softmax_normalises_the_length",
    says="Each row is divided by the root of the sum of squares; the probabilities have to add up to 1.",
)  # fmt: skip
slip(
    "softmax", "exponentials / exponentials.sum(axis=1, keepdims=True)", "x / x.sum(axis=1, keepdims=True)",
    name="softmax_without_exponential",
    says="The scores themselves are divided by their sum; the exponential is missing.",
)  # fmt: skip
slip(
    "softmax", "x - x.max(axis=1, keepdims=True)", "np.clip(x, -500, 500)",
    name="softmax_clips",
    says="Scores are cut off where they are large, which changes them: subtract the maximum instead.",
)  # fmt: skip
slip(
    "softmax", "exponentials.sum(axis=1, keepdims=True)", "(exponentials.sum(axis=1, keepdims=True) + 1e-3)",
    name="softmax_with_epsilon",
    says="A small number in the denominator keeps the rows from summing to 1, and is not needed.",
)  # fmt: skip
slip(
    "softmax", "exponentials.sum(axis=1, keepdims=True)", "exponentials.sum(axis=1)",
    name="softmax_without_keepdims", says="The row sums are not kept as a column: they broadcast along the wrong axis.",
)  # fmt: skip
slip(
    "softmax",
    "exponentials = np.exp(x - x.max(axis=1, keepdims=True))",
    "x -= x.max(axis=1, keepdims=True)\n    exponentials = np.exp(x)",
    name="softmax_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------- softmax_loss

slip(
    "softmax_loss", "losses.mean(), dx / len(x)", "losses.sum(), dx",
    name="softmax_loss_sums", says="Loss and gradient are sums over the examples; both should be means.",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "dx",
    name="softmax_loss_gradient_of_the_sum",
    says="The loss is a mean, but the gradient is that of the sum over the examples.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean()", "losses.sum()",
    name="softmax_loss_adds_the_losses",
    says="The gradient is that of the mean, but the loss is a sum over the examples.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean(), dx / len(x)", "losses.sum() / x.size, dx / x.size",
    name="softmax_loss_divides_by_all_entries",
    says="Loss and gradient are divided by the number of entries, N times C, instead of N.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean(), dx / len(x)", "losses.sum() / x.shape[1], dx / x.shape[1]",
    name="softmax_loss_divides_by_classes",
    says="Loss and gradient are divided by the number of classes instead of examples.",
)  # fmt: skip
slip(
    "softmax_loss", "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]", "-np.log(softmax(x)[rows, y])",
    name="softmax_loss_log_of_softmax",
    says="The probability of a hopeless class is 0 in floating point, and its logarithm infinite: use the form "
    "without probabilities.",
)  # fmt: skip
slip(
    "softmax_loss", "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]", "-np.log(softmax(x)[rows, y] + 1e-12)",
    name="softmax_loss_log_with_epsilon",
    says="A small number added before the logarithm replaces infinity by another wrong number: use the form without "
    "probabilities.",
)  # fmt: skip
slip(
    "softmax_loss",
    "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]", "-np.log(np.clip(softmax(x)[rows, y], 1e-15, 1))",
    name="softmax_loss_clips",
    says="Probabilities are cut off before the logarithm, and with them the loss: use the form without probabilities.",
)  # fmt: skip
slip(
    "softmax_loss",
    " - x.max(axis=1, keepdims=True)", "",
    "softmax(x)\n", "np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)\n",
    name="softmax_loss_overflows",
    says="The exponential of a large score overflows: subtract each row's maximum first.",
)  # fmt: skip
slip(
    "softmax_loss",
    "x.max(axis=1, keepdims=True)", "x.max()",
    "softmax(x)\n", "np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)\n",
    name="softmax_loss_with_a_global_maximum",
    says="One maximum is subtracted from all rows. In a row that lies far below it everything underflows: each row "
    "has its own.",
)  # fmt: skip
slip(
    "softmax_loss", "- shifted[rows, y]", "- x[rows, y]",
    name="softmax_loss_forgets_the_shift",
    says="The maximum is subtracted inside the logarithm, but the score of the right class is taken from before.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean()", "-losses.mean()",
    name="softmax_loss_without_minus", says="The loss is negative: its minus sign is missing.",
)  # fmt: skip
slip(
    "softmax_loss", "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]", "-softmax(x)[rows, y]",
    name="softmax_loss_without_logarithm",
    says="This is the mean probability of the right class; the logarithm is missing.",
)  # fmt: skip
slip(
    "softmax_loss",
    "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]",
    "x.shape[1] * np.log(np.exp(shifted).sum(axis=1)) - shifted.sum(axis=1)",
    name="softmax_loss_adds_all_classes", says="The sum runs over all classes; only the right one's logarithm counts.",
)  # fmt: skip
slip(
    "softmax_loss",
    "np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]",
    "-np.where(np.eye(x.shape[1])[y] > 0, np.log(softmax(x)), np.log(1 - softmax(x))).sum(axis=1)",
    name="softmax_loss_is_binary",
    says="The wrong classes get log(1 - p) as in a binary loss; here only the right one counts.",
)  # fmt: skip
slip(
    "softmax_loss", "    dx[rows, y] -= 1\n", "",
    name="softmax_loss_gradient_without_target",
    says="The gradient is the probabilities alone: what should the model have said?",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "-dx / len(x)",
    name="softmax_loss_gradient_with_the_other_sign",
    says="The gradient has the wrong sign: a higher score of the right class lowers the loss.",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "dx * np.eye(x.shape[1])[y] / len(x)",
    name="softmax_loss_gradient_of_the_right_class_only",
    says="Only the right class has a gradient; the wrong ones have one, too.",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "dx", "softmax(x)\n", "softmax(x) / len(x)\n",
    name="softmax_loss_divides_before_the_one",
    says="The probabilities are divided by N and then a whole 1 is subtracted: what has to be divided?",
)  # fmt: skip
slip(
    "softmax_loss", "dx[rows, y]", "dx[:, y]",
    name="softmax_loss_subtracts_in_columns",
    says="dx[:, y] takes whole columns: 1 is subtracted in every row. Pair each row with its class.",
)  # fmt: skip
slip(
    "softmax_loss", ".sum(axis=1)) - shifted[rows, y]", ".sum(axis=1, keepdims=True)) - shifted[:, y]",
    name="softmax_loss_averages_columns", says="x[:, y] takes whole columns: pair each row with its class in the loss.",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "dx * softmax(x) * (1 - softmax(x)) / len(x)",
    name="softmax_loss_gradient_with_p_one_minus_p",
    says="The gradient is multiplied by p (1 - p), as if the loss came after another sigmoid.",
)  # fmt: skip
slip(
    "softmax_loss", "dx / len(x)", "-np.eye(x.shape[1])[y] / softmax(x) / len(x)",
    name="softmax_loss_gradient_of_the_probabilities",
    says="The gradient is that with respect to the probabilities; it should be that of the scores.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean()", "losses",
    name="softmax_loss_does_not_average",
    says="The losses of the examples are returned one by one; the loss is their mean.",
)  # fmt: skip
slip(
    "softmax_loss", "losses.mean()", "losses.mean() / np.log(2)",
    name="softmax_loss_in_bits", says="Logarithms to base 2 measure bits; the natural logarithm is meant.",
)  # fmt: skip
slip(
    "softmax_loss", ", dx / len(x)", "",
    name="softmax_loss_returns_the_loss_only", says="Only the loss is returned; the gradient belongs to it.",
)  # fmt: skip
slip(
    "softmax_loss", "    return losses", "    x -= x.max(axis=1, keepdims=True)\n    return losses",
    name="softmax_loss_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- svm_loss

slip(
    "svm_loss",
    "missing = np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)\n    missing[rows, y] = 0\n"
    "    dx = (missing > 0).astype(float)\n    dx[rows, y] = -dx.sum(axis=1)",
    "target = -np.ones(x.shape)\n    target[rows, y] = 1\n"
    "    missing = np.maximum(0, 1 - target * x)\n    dx = -target * (missing > 0)",
    name="one_class_against_all",
    says="Each score is compared with a target of its own, 1 or -1; it is to be compared with that of the right class.",
)  # fmt: skip
slip(
    "svm_loss", "missing.sum() / len(x)", "missing.sum() / len(x) + 1",
    name="svm_counts_the_right_class", says="The right class is counted in the sum: its term is 1 for every example.",
)  # fmt: skip
slip(
    "svm_loss",
    "missing.sum() / len(x), dx / len(x)", "missing.sum() / len(x) + 1, (dx + np.eye(x.shape[1])[y]) / len(x)",
    name="svm_counts_the_right_class_in_both",
    says="The right class counts as one that comes too close, in the loss and in the gradient: leave it out.",
)  # fmt: skip
slip(
    "svm_loss", "    dx[rows, y] = -dx.sum(axis=1)\n", "",
    name="svm_gradient_without_the_right_class",
    says="The right class has no gradient. Look again at what each positive term depends on.",
)  # fmt: skip
slip(
    "svm_loss", "-dx.sum(axis=1)", "-(dx.sum(axis=1) > 0).astype(float)",
    name="svm_gradient_minus_one",
    says="The right class gets -1/N at most once; it is pushed by every class that comes too close.",
)  # fmt: skip
slip(
    "svm_loss", "-dx.sum(axis=1)", "-1",
    name="svm_gradient_always_minus_one",
    says="The right class gets -1/N in every example; it gets -1/N once for each class that comes too close.",
)  # fmt: skip
slip(
    "svm_loss", "-dx.sum(axis=1)", "dx.sum(axis=1)",
    name="svm_gradient_of_the_right_class_is_positive",
    says="The right class is pushed down: the sign of its gradient is wrong.",
)  # fmt: skip
slip(
    "svm_loss", "dx / len(x)", "-dx / len(x)",
    name="svm_gradient_with_the_other_sign",
    says="The gradient has the wrong sign: a higher score of a wrong class costs more.",
)  # fmt: skip
slip(
    "svm_loss", "missing.sum() / len(x), dx / len(x)", "missing.sum(), dx",
    name="svm_sums", says="Loss and gradient are sums over the examples; both should be means.",
)  # fmt: skip
slip(
    "svm_loss", "dx / len(x)", "dx",
    name="svm_gradient_of_the_sum", says="The loss is a mean, but the gradient is that of the sum over the examples.",
)  # fmt: skip
slip(
    "svm_loss", "missing.sum() / len(x)", "missing.sum()",
    name="svm_adds_the_losses", says="The gradient is that of the mean, but the loss is a sum over the examples.",
)  # fmt: skip
slip(
    "svm_loss", "missing.sum() / len(x), dx / len(x)", "missing.sum() / x.size, dx / x.size",
    name="svm_averages_the_classes", says="The mean runs over classes as well; over the classes it is a sum.",
)  # fmt: skip
slip(
    "svm_loss", "[:, np.newaxis] + 1", "[:, np.newaxis]",
    name="svm_without_margin", says="The margin is missing: being ahead by a little is not enough.",
)  # fmt: skip
slip(
    "svm_loss", "[:, np.newaxis] + 1", "[:, np.newaxis] - 1",
    name="svm_subtracts_the_margin", says="The margin is subtracted; it should make the loss larger.",
)  # fmt: skip
slip(
    "svm_loss",
    "    dx = (", "    missing *= np.arange(x.shape[1]) == missing.argmax(axis=1)[:, np.newaxis]\n    dx = (",
    name="svm_takes_the_worst_class",
    says="Only the worst class counts (Crammer and Singer's form); here all that come too close do.",
)  # fmt: skip
slip(
    "svm_loss", "(missing > 0).astype(float)", "2 * missing", "missing.sum()", "(missing**2).sum()",
    name="svm_squares", says="The missing margins are squared; the hinge is straight.",
)  # fmt: skip
slip(
    "svm_loss",
    "np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)", "x - x[rows, y][:, np.newaxis] + 1",
    "(missing > 0)", "(np.arange(x.shape[1]) != y[:, np.newaxis])",
    name="svm_without_maximum",
    says="Where the margin is kept the loss is 0, not negative: the maximum with 0 is missing.",
)  # fmt: skip
slip(
    "svm_loss",
    "(missing > 0).astype(float)", "(x - x[rows, y][:, np.newaxis] + 1 >= 0).astype(float)\n    dx[rows, y] = 0",
    name="svm_gradient_at_the_kink", says="At the kink, where the margin is kept exactly, the gradient should be 0.",
)  # fmt: skip
slip(
    "svm_loss", "x - x[rows, y][:, np.newaxis] + 1", "x[rows, y][:, np.newaxis] - x + 1", "dx = (", "dx = -(",
    name="svm_the_wrong_way_round",
    says="The difference is the wrong way round: it is a wrong class that is too large.",
)  # fmt: skip
slip(
    "svm_loss", "(missing > 0).astype(float)", "missing.copy()",
    name="svm_gradient_as_large_as_the_loss",
    says="The gradient is as large as what is missing; the slope of a hinge is 1.",
)  # fmt: skip
slip(
    "svm_loss", "x[rows, y][:, np.newaxis]", "x[:, y[:1]]",
    name="svm_takes_the_scores_of_the_first_example", says="x[:, y] takes whole columns: pair each row with its class.",
)  # fmt: skip
slip(
    "svm_loss", ", dx / len(x)", "",
    name="svm_returns_the_loss_only", says="Only the loss is returned; the gradient belongs to it.",
)  # fmt: skip
slip(
    "svm_loss", "    return missing", "    x -= x[rows, y][:, np.newaxis]\n    return missing",
    name="svm_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- bce_with_logits

slip(
    "bce_with_logits",
    "losses = np.maximum(x, 0) - x * y + np.log1p(small)",
    "s = 1 / (1 + np.exp(-x))\n    losses = -y * np.log(s) - (1 - y) * np.log(1 - s)",
    name="bce_log_of_sigmoid",
    says="Far from zero the sigmoid is exactly 0 or 1, and a logarithm of 0 follows: simplify it.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean()", "np.mean(-y * np.log(sigmoid + 1e-12) - (1 - y) * np.log(1 - sigmoid + 1e-12))",
    name="bce_log_with_epsilon",
    says="A small number added before the logarithm replaces infinity by another wrong number: simplify on paper.",
)  # fmt: skip
slip(
    "bce_with_logits",
    "    return", "    s = np.clip(sigmoid, 1e-15, 1 - 1e-15)\n    return",
    "losses.mean()", "np.mean(-y * np.log(s) - (1 - y) * np.log(1 - s))",
    name="bce_clips", says="Probabilities are cut off before the logarithm, and with them the loss: simplify it.",
)  # fmt: skip
slip(
    "bce_with_logits", "np.maximum(x, 0) - x * y + np.log1p(small)", "np.log(1 + np.exp(x)) - x * y",
    name="bce_overflows", says="log(1 + exp(x)) overflows for a large x: which form has no positive exponent?",
)  # fmt: skip
slip(
    "bce_with_logits", "np.where(x > 0, 1, small) / (1 + small)", "np.exp(x) / (1 + np.exp(x))",
    name="bce_gradient_overflows", says="The loss is right, but the gradient's sigmoid divides infinity by infinity.",
)  # fmt: skip
slip(
    "bce_with_logits",
    "np.maximum(x, 0) - x * y + np.log1p(small)", "y * np.logaddexp(0, -x)",
    "(sigmoid - y)", "y * (sigmoid - 1)",
    name="bce_without_the_second_term", says="The term of 1 - y is missing: a wrong yes costs nothing.",
)  # fmt: skip
slip(
    "bce_with_logits", "np.maximum(x, 0) - x * y + np.log1p(small)", "y * np.logaddexp(0, -x)",
    name="bce_loss_without_the_second_term", says="The gradient is right; in the loss the term of 1 - y is missing.",
)  # fmt: skip
slip(
    "bce_with_logits", "    small =", "    y = 1 - y\n    small =",
    name="bce_exchanges_the_targets", says="Yes and no are exchanged: look at which target goes with which term.",
)  # fmt: skip
slip(
    "bce_with_logits",
    "np.maximum(x, 0) - x * y + np.log1p(small)", "-y * np.log(x) - (1 - y) * np.log(1 - x)",
    "(sigmoid - y)", "(x - y)",
    name="bce_without_sigmoid", says="The logits are taken for probabilities: a sigmoid comes first.",
)  # fmt: skip
slip(
    "bce_with_logits", "    small =", "    x = 1 / (1 + np.exp(-x))\n    small =",
    name="bce_with_two_sigmoids", says="The sigmoid is applied twice.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean(), (sigmoid - y) / x.size", "losses.sum(), sigmoid - y",
    name="bce_sums", says="Loss and gradient are sums; both should be means over all entries.",
)  # fmt: skip
slip(
    "bce_with_logits", " / x.size", "",
    name="bce_gradient_of_the_sum", says="The loss is a mean, but the gradient is that of the sum.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean()", "losses.sum()",
    name="bce_loss_sums", says="The gradient is that of the mean, but the loss is a sum.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean()", "losses.sum() / len(x)", "x.size", "len(x)",
    name="bce_divides_by_the_first_axis",
    says="The sum is divided by the length of the first axis; the mean runs over all entries.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean()", "losses",
    name="bce_does_not_average", says="The losses are returned one by one; the loss is their mean.",
)  # fmt: skip
slip(
    "bce_with_logits", "losses.mean()", "-losses.mean()",
    name="bce_without_minus", says="The loss is negative: its minus sign is missing.",
)  # fmt: skip
slip(
    "bce_with_logits", "- x * y", "+ x * y",
    name="bce_adds_the_target", says="In the loss x * y has the wrong sign: a high logit for a yes should cost less.",
)  # fmt: skip
slip(
    "bce_with_logits", "(sigmoid - y)", "(y - sigmoid)",
    name="bce_gradient_with_the_other_sign",
    says="The gradient has the wrong sign: what it says minus what it should say.",
)  # fmt: skip
slip(
    "bce_with_logits", "(sigmoid - y)", "(sigmoid - y) * sigmoid * (1 - sigmoid)",
    name="bce_gradient_with_s_one_minus_s",
    says="The gradient is multiplied by s (1 - s): that factor has canceled already; it belongs to the squared error.",
)  # fmt: skip
slip(
    "bce_with_logits", "(sigmoid - y)", "(sigmoid - y) / (sigmoid * (1 - sigmoid))",
    name="bce_gradient_of_the_probability",
    says="The gradient is that with respect to the probability; the chain rule goes on to x.",
)  # fmt: skip
slip(
    "bce_with_logits", "(sigmoid - y)", "(x - y)",
    name="bce_gradient_without_sigmoid",
    says="The gradient compares the logit itself with the target; the sigmoid is missing there.",
)  # fmt: skip
slip(
    "bce_with_logits", "    small =", "    y = (y > 0.5).astype(float)\n    small =",
    name="bce_rounds_the_targets", says="Targets are rounded to 0 and 1; those between count as they are.",
)  # fmt: skip
slip(
    "bce_with_logits", "- x * y", "- x * (y > 0.5)",
    name="bce_loss_rounds_the_targets",
    says="The gradient is right; in the loss, targets are rounded to 0 and 1, and those between count as they are.",
)  # fmt: skip
slip(
    "bce_with_logits",
    "losses.mean()", "np.mean((sigmoid - y) ** 2)",
    "(sigmoid - y) /", "2 * (sigmoid - y) * sigmoid * (1 - sigmoid) /",
    name="bce_is_a_squared_error", says="This is the squared error of the probability.",
)  # fmt: skip
slip(
    "bce_with_logits", " + np.log1p(small)", "",
    name="bce_without_the_round_corner",
    says="log(1 + exp(-|x|)) is missing: near zero the curve is not two straight lines.",
)  # fmt: skip
slip(
    "bce_with_logits", "    small =", "    x = np.clip(x, -100, 100)\n    small =",
    name="bce_clips_the_logits", says="Logits are cut off before the exponential, and with them the loss.",
)  # fmt: skip
slip(
    "bce_with_logits", ", (sigmoid - y) / x.size", "",
    name="bce_returns_the_loss_only", says="Only the loss is returned; the gradient belongs to it.",
)  # fmt: skip
slip(
    "bce_with_logits", "    return", "    np.abs(x, out=x)\n    return",
    name="bce_works_in_place", says=IN_PLACE.format("x"),
)  # fmt: skip

# -------------------------------------------------------------------------------------------- eval_numerical_gradient

slip(
    "bce_with_logits", "    small =", "    np.clip(x, -500, 500, out=x)\n    small =",
    name="bce_cuts_off_in_place",
    says="Large numbers are cut off in x itself, which is the caller's: cut them off in a copy.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "        down[index] -= h\n", "", "(2 * h)", "h",
    name="numerical_forward", says="These are forward differences, whose error is of order h: go to both sides.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "        up[index] += h\n", "", "(2 * h)", "h",
    name="numerical_backward", says="These are backward differences, whose error is of order h: go to both sides.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "(2 * h)", "h",
    name="numerical_divided_by_h", says="The two points are 2 h apart, and the difference is divided by h.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "(2 * h)", "2 * h",
    name="numerical_divided_by_two_times_h",
    says="/ 2 * h is read from left to right: it halves, and then multiplies by h.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "+= h", "+= h / 2", "-= h", "-= h / 2", "(2 * h)", "h",
    name="numerical_half_a_step", says="The entries are moved by h / 2, but the statement moves them by h.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "        down[index] -= h\n", "",
    name="numerical_forward_over_two_h",
    says="The entry goes from one side to the start only: it has to go down by 2 h.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "f(up) - f(down)", "f(down) - f(up)",
    name="numerical_with_the_other_sign", says="The gradient has the wrong sign: which of the two values comes first?",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "    grad = np", "    h = 1e-5\n    grad = np",
    name="numerical_step_hard_coded", says="The step is always the same, whatever h says.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "    grad = np", "    h = min(h, 1e-12)\n    grad = np",
    name="numerical_step_too_small",
    says="The step is so small that rounding is all that is left: is that the default h?",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "h=1e-5", "h=1e-4",
    name="numerical_wrong_default", says="Without a third argument the step is not the default of the statement.",
)  # fmt: skip
slip(
    "eval_numerical_gradient",
    "        up, down", "        step = h * max(1.0, abs(x[index]))\n        up, down",
    "+= h", "+= step",
    "-= h", "-= step",
    "2 * h", "2 * step",
    name="numerical_relative_step", says="The step grows with the size of the entry; here it is h for all.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "up[index]", "up[...]", "down[index]", "down[...]",
    name="numerical_moves_everything", says="All entries are moved at once; the gradient asks for each by itself.",
)  # fmt: skip
slip(
    "eval_numerical_gradient",
    "up, down = x.copy(), x.copy()\n        up[index] += h\n        down[index] -= h\n",
    "x[index] += h\n        up = f(x)\n        x[index] -= 2 * h\n",
    "f(up) - f(down)", "up - f(x)",
    name="numerical_leaves_entries_moved", says="Entries stay moved while the next ones are: put the old value back.",
)  # fmt: skip
slip(
    "eval_numerical_gradient",
    "up, down = x.copy(), x.copy()\n        up[index] += h\n        down[index] -= h\n",
    "x[index] += h\n        up = f(x)\n        x[index] -= 2 * h\n",
    "(f(up) - f(down)) / (2 * h)", "(up - f(x)) / (2 * h)\n        x[index] += h",
    name="numerical_moves_back_by_adding",
    says="x + h - 2h + h is not exactly x: keep the old value, and put that back.",
)  # fmt: skip
slip(
    "eval_numerical_gradient",
    "up, down = x.copy(), x.copy()", "old, up, down = x[index], x, x",
    "(2 * h)", "(2 * h)\n        x[index] = old",
    name="numerical_without_copies",
    says="above = x is no copy: both names mean one array, and the difference is lost.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "return grad", "return grad.ravel()",
    name="numerical_flat", says="The gradient is laid out as a vector; it should have the shape of x.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "f(up) - f(down)", "f(up.ravel()) - f(down.ravel())",
    name="numerical_flattens_x", says="f is called with x laid out as a vector; it wants the shape of x.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "np.ndindex(x.shape)", "range(len(x))",
    name="numerical_moves_rows", says="Only the first axis is walked along: whole rows are moved at once.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "    return grad", "    grad.flat[-1] = 0\n    return grad",
    name="numerical_misses_the_last_entry", says="The last entry has no gradient: does the loop reach it?",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "return grad", "return grad.sum()",
    name="numerical_adds_up", says="The slopes are added up to one number; each entry has its own.",
)  # fmt: skip
slip(
    "eval_numerical_gradient", "return grad", "return grad.astype(int)",
    name="numerical_in_integers", says="The gradient has been rounded to whole numbers: an int array cannot hold it.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------- gradient_descent

slip(
    "gradient_descent", "path[-1] - lr", "path[-1] + lr",
    name="descent_climbs", says="The walk goes uphill: look at the sign of the step.",
)  # fmt: skip
slip(
    "gradient_descent", "lr * grad(path[-1])", "grad(path[-1])",
    name="descent_without_rate", says="The learning rate is missing: the whole gradient is subtracted.",
)  # fmt: skip
slip(
    "gradient_descent", "grad(path[-1])", "grad(x0)",
    name="descent_asks_once", says="The gradient is always that of the start: ask for it again at each position.",
)  # fmt: skip
slip(
    "gradient_descent", "grad(path[-1])", "grad(path[max(len(path) - 2, 0)])",
    name="descent_asks_too_late",
    says="The gradient is asked for one position too late: at where the walk was a step ago.",
)  # fmt: skip
slip(
    "gradient_descent", "path[-1] - lr * grad(path[-1])", "x0 - lr * grad(x0)",
    name="descent_starts_again_each_time",
    says="Every position is computed from the start; a step begins where the last one ended.",
)  # fmt: skip
slip(
    "gradient_descent", "np.array(path)", "np.array(path)[1:]",
    name="descent_without_the_start", says="The start is missing: path[0] is x0.",
)  # fmt: skip
slip(
    "gradient_descent", "np.array(path)", "np.array(path)[:-1]",
    name="descent_without_the_end", says="The last position is missing: there are steps + 1 of them.",
)  # fmt: skip
slip(
    "gradient_descent", "range(steps)", "range(steps + 1)",
    name="descent_takes_a_step_too_many", says="One step too many is taken.",
)  # fmt: skip
slip(
    "gradient_descent", "np.array(path)", "np.array(path)[-1]",
    name="descent_returns_the_end_only", says="Only the last position is returned; the path holds all of them.",
)  # fmt: skip
slip(
    "gradient_descent",
    "path = [x0]", "path = [x0.copy()]",
    "path.append(path[-1] - lr * grad(path[-1]))", "path[0] -= lr * grad(path[0])\n        path.append(path[0])",
    name="descent_writes_down_one_array",
    says="All positions are equal, to the last one: the same array was written down again and again, and then "
    "changed. Write down a copy.",
)  # fmt: skip
slip(
    "gradient_descent",
    "path = [x0]", "path = [x0.copy()]",
    "path.append(path[-1] - lr * grad(path[-1]))", "x0 -= lr * grad(x0)\n        path.append(x0.copy())",
    name="descent_moves_x0", says="x0 itself walked: -= works in place, and the start is gone. Work on a copy.",
)  # fmt: skip
slip(
    "gradient_descent",
    "path.append(path[-1] - lr * grad(path[-1]))",
    "slope = grad(path[-1])\n        path.append(path[-1] - lr * slope / (np.linalg.norm(slope) + 1e-300))",
    name="descent_normalises", says="Every step has the same length: the gradient is divided by its own.",
)  # fmt: skip
slip(
    "gradient_descent", "grad(path[-1])", "np.sign(grad(path[-1]))",
    name="descent_uses_signs", says="Only the sign of the gradient is used.",
)  # fmt: skip
slip(
    "gradient_descent", "lr * grad(path[-1])", "lr / len(path) * grad(path[-1])",
    name="descent_decays", says="The learning rate shrinks with the steps; here it stays as it is.",
)  # fmt: skip
slip(
    "gradient_descent",
    "        path.append", "        if np.abs(grad(path[-1])).max() < 1e-6:\n            break\n        path.append",
    name="descent_stops_early",
    says="The walk ends before all steps are taken; a gradient near zero is no reason to stop.",
)  # fmt: skip
slip(
    "gradient_descent", "grad(path[-1])", "np.clip(grad(path[-1]), -5, 5)",
    name="descent_clips", says="The walk turns back where it diverges; every step is taken as it comes.",
)  # fmt: skip
slip(
    "gradient_descent",
    "path = [x0]", "path, velocity = [x0], np.zeros_like(x0)",
    "path.append(path[-1] - lr * grad(path[-1]))",
    "velocity = 0.9 * velocity - lr * grad(path[-1])\n        path.append(path[-1] + velocity)",
    name="descent_has_momentum",
    says="A part of the last step is added to each: that is momentum, and a later assignment.",
)  # fmt: skip
slip(
    "gradient_descent", "np.array(path)", "np.array(path).T",
    name="descent_transposed", says="Coordinates and steps have changed places: a row is a position.",
)  # fmt: skip
slip(
    "gradient_descent", "np.array(path)", "np.array([grad(x) for x in path])",
    name="descent_writes_down_gradients", says="The gradients are written down; the path holds the positions.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------- linear_regression_gd

slip(
    "linear_regression_gd", "w - lr", "w + lr", "b - lr", "b + lr",
    name="regression_climbs", says="The loss grows with each step: look at the sign of both updates.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w - lr / 2", "b - lr", "b - lr / 2",
    name="regression_without_two", says="Both gradients are half as large as they should be: what became of the 2?",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "w - lr", "w - lr / 2",
    "b - lr", "b - lr / 2",
    "return w, b, history", "return w, b, [loss / 2 for loss in history]",
    name="regression_with_a_half",
    says="Gradients and history are half of what they should be: there is no factor 1/2.",
)  # fmt: skip
slip(
    "linear_regression_gd", "return w, b, history", "return w, b, [loss / 2 for loss in history]",
    name="regression_halves_its_history", says="The fit is right; the losses in the history are halved.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w - lr * len(y)", "b - lr", "b - lr * len(y)",
    name="regression_sums", says="The gradients are sums over the examples; the loss is a mean.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "w - lr", "w - lr * len(y)",
    "b - lr", "b - lr * len(y)",
    "return w, b, history", "return w, b, [loss * len(y) for loss in history]",
    name="regression_sums_throughout", says="Gradients and history are sums over the examples; both should be means.",
)  # fmt: skip
slip(
    "linear_regression_gd", "return w, b, history", "return w, b, [loss * len(y) for loss in history]",
    name="regression_sums_its_history", says="The fit is right; the history holds sums of squares, not means.",
)  # fmt: skip
slip(
    "linear_regression_gd", "b - lr", "b - lr * len(y)",
    name="regression_sums_the_bias",
    says="The gradient of the bias is a sum over the examples, that of the weights a mean.",
)  # fmt: skip
slip(
    "linear_regression_gd", "b - lr", "b - lr / len(y)",
    name="regression_averages_the_bias_twice", says="The gradient of the bias is averaged once too often.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w - lr / len(y)",
    name="regression_averages_the_weights_twice", says="The gradient of the weights is averaged once too often.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w - lr * len(y) / X.shape[1]", "b - lr", "b - lr * len(y) / X.shape[1]",
    name="regression_divides_by_features",
    says="The gradients are divided by the number of features; it should be that of examples.",
)  # fmt: skip
slip(
    "linear_regression_gd", "        b = b - lr * derror.sum()\n", "",
    name="regression_without_bias", says="The bias stays where it is: it has a gradient, too.",
)  # fmt: skip
slip(
    "linear_regression_gd", "b - lr", "b + lr",
    name="regression_bias_climbs", says="The bias walks uphill: its update has the wrong sign.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w + lr",
    name="regression_weights_climb", says="The weights walk uphill: their update has the wrong sign.",
)  # fmt: skip
slip(
    "linear_regression_gd", "        b = b", "        derror = mse_loss(X @ w + b, y)[1]\n        b = b",
    name="regression_moves_one_after_the_other",
    says="The gradient of the bias is taken after the weights have moved: compute both first, then move both.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "derror = mse_loss(X @ w + b, y)", "derror = mse_loss(X @ w + b, y)[0], mse_loss(X @ w, y)[1]",
    name="regression_predicts_without_bias",
    says="The bias is left out of the prediction from which the gradients are taken.",
)  # fmt: skip
slip(
    "linear_regression_gd", "np.zeros(X.shape[1]), 0.0", "np.ones(X.shape[1]), 1.0",
    name="regression_starts_at_one", says="w and b start at one; they should start at zero.",
)  # fmt: skip
slip(
    "linear_regression_gd", "np.zeros(X.shape[1])", "0.01 * np.random.default_rng(0).standard_normal(X.shape[1])",
    name="regression_starts_at_random", says="The start is drawn at random; w and b start at zero.",
)  # fmt: skip
slip(
    "linear_regression_gd", "    history.append(mse_loss(X @ w + b, y)[0])\n", "",
    name="regression_history_lacks_its_end", says="The loss after the last step is missing from the history.",
)  # fmt: skip
slip(
    "linear_regression_gd", "return w, b, history", "return w, b, history[1:]",
    name="regression_history_lacks_its_start", says="The loss before the first step is missing from the history.",
)  # fmt: skip
slip(
    "linear_regression_gd", "range(steps)", "range(steps + 1)",
    name="regression_takes_a_step_too_many", says="One step too many is taken.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "range(steps)", "range(steps - 1)",
    "return w, b, history", "return w, b, [*history, history[-1]][: steps + 1]",
    name="regression_takes_a_step_too_few", says="One step too few is taken.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "history.append(loss)", "history.append(np.mean(np.abs(X @ w + b - y)))",
    "mse_loss(X @ w + b, y)[0]", "np.mean(np.abs(X @ w + b - y))",
    name="regression_history_of_distances",
    says="The history holds mean distances; the loss is the mean of their squares.",
)  # fmt: skip
slip(
    "linear_regression_gd", "return w, b, history", "return w, b, [loss**0.5 for loss in history]",
    name="regression_history_of_roots", says="The history holds roots of the loss.",
)  # fmt: skip


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


slip(
    "linear_regression_gd", "return w, b", "return w[:, None], b",
    name="regression_returns_a_column", says="w is a column, (D, 1); it should be (D,).",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "for _ in range(steps):", "for n in range(steps):\n        n = n % len(y)",
    "X.T @ derror", "2 * (X[n] @ w + b - y[n]) * X[n]",
    "derror.sum()", "derror[n] * len(y)",
    name="regression_is_stochastic", says="This goes through the examples one by one; each step looks at all of them.",
)  # fmt: skip
slip(
    "linear_regression_gd", "w - lr", "w - 0.01", "b - lr", "b - 0.01",
    name="regression_rate_hard_coded", says="The learning rate is always 0.01, whatever lr says.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "    w, b, history =", "    X = (X - X.mean(axis=0)) / (X.std(axis=0) + 1e-8)\n    w, b, history =",
    name="regression_scales_the_features", says="The features are scaled first; w and b should belong to X as it is.",
)  # fmt: skip
slip(
    "linear_regression_gd",
    "    return w, b",
    "    *w, b = np.linalg.lstsq(np.column_stack([X, np.ones(len(y))]), y, rcond=None)[0]\n    return np.array(w), b",
    name="regression_solves", says="This is the exact solution; gradient descent is on its way there.",
)  # fmt: skip
slip(
    "linear_regression_gd", "return w, b, history", "return w, b",
    name="regression_returns_no_history", says="The history is missing from what is returned.",
)  # fmt: skip
slip(
    "linear_regression_gd", "    return w", "    y -= X @ w\n    return w",
    name="regression_works_in_place", says=IN_PLACE.format("y"),
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- minibatches

last_call = {"call": None, "again": False}


def another_state(*call):
    """A seed that stands for NumPy's global generator: another one when the same call comes twice in succession.

    Real global state would carry over from one check to the next, and the numbers would depend on what ran before.
    """
    last_call["again"] = call == last_call["call"] and not last_call["again"]
    last_call["call"] = call
    return [12345, int(last_call["again"]), *call]


slip(
    "minibatches", "range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)",
    name="batches_drop_the_rest",
    says="The last batch is missing where N is no multiple of batch_size: what is left over counts.",
)  # fmt: skip
slip(
    "minibatches", "range(0, len(X), batch_size)", "range(0, (len(X) // batch_size + 1) * batch_size, batch_size)",
    name="batches_end_with_an_empty_one", says="Where N is a multiple of batch_size, the last batch is empty.",
)  # fmt: skip
slip(
    "minibatches", "rng.permutation(len(X))", "np.arange(len(X))",
    name="batches_are_not_shuffled", says="Nothing is shuffled: the examples come in the order in which they lie.",
)  # fmt: skip
slip(
    "minibatches", "    chosen =", "    y = y[np.argsort(order)]\n    chosen =",
    name="batches_shuffle_only_x", says="X is shuffled and y is not: every example has the target of another.",
)  # fmt: skip
slip(
    "minibatches", "    chosen =", "    y = y[rng.permutation(len(y))][np.argsort(order)]\n    chosen =",
    name="batches_shuffle_twice", says="X and y are shuffled separately, in two different orders.",
)  # fmt: skip
slip(
    "minibatches", "rng.permutation(len(X))", "rng.integers(0, len(X), len(X))",
    name="batches_repeat_examples", says="Examples are drawn with replacement: some come twice and others never.",
)  # fmt: skip
slip(
    "minibatches", "order[start : start + batch_size]", "rng.permutation(len(X))[: min(batch_size, len(X) - start)]",
    name="batches_draw_each_batch_afresh",
    says="Every batch is drawn afresh from all examples: some come twice and others never.",
)  # fmt: skip
slip(
    "minibatches", "    chosen =", "    order = np.resize(order, -(-len(X) // batch_size) * batch_size)\n    chosen =",
    name="batches_fill_the_last_one",
    says="The last batch is filled up with examples from the beginning, which then come twice.",
)  # fmt: skip
slip(
    "minibatches",
    "rng.permutation(len(X))", "np.arange(len(X))",
    "    return [",
    "    full = [rows for rows in chosen if len(rows) == batch_size]\n"
    "    chosen[: len(full)] = [full[k] for k in rng.permutation(len(full))]\n    return [",
    name="batches_shuffle_the_batches", says="Whole batches change places, but the same examples always stay together.",
)  # fmt: skip
slip(
    "minibatches",
    "rng.permutation(len(X))", "np.arange(len(X))",
    "return [(X[rows], y[rows]) for rows in chosen]",
    "pairs = [(X[rows], y[rows]) for rows in chosen]\n    rng.shuffle(pairs)\n    return pairs",
    name="batches_shuffle_all_batches",
    says="Whole batches change places, the last one, too; but the same examples always stay together.",
)  # fmt: skip
slip(
    "minibatches",
    "rng.permutation(len(X))", "np.arange(len(X))",
    "rows in chosen", "rows in map(rng.permutation, chosen)",
    name="batches_shuffle_inside",
    says="Examples change places inside their batch, but never leave it: shuffle before you cut.",
)  # fmt: skip
slip(
    "minibatches", "rng.permutation(len(X))", "(np.arange(len(X)) + rng.integers(len(X))) % len(X)",
    name="batches_rotate", says="The order only begins at another place each time: neighbors stay neighbors.",
)  # fmt: skip
slip(
    "minibatches", "rng.permutation(len(X))", "np.random.default_rng(0).permutation(len(X))",
    name="batches_one_seed", says="The order is always the same, whatever rng is: it comes from a seed of its own.",
)  # fmt: skip


@mistake("minibatches", says="The order does not come from rng but from another generator; nobody can repeat this run.")
def batches_not_from_rng(X, y, batch_size, rng):
    order = np.random.default_rng(another_state("minibatches", len(X), batch_size, rng)[:2]).permutation(len(X))
    chosen = [order[start : start + batch_size] for start in range(0, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in chosen]


slip(
    "minibatches",
    "[order[start : start + batch_size] for start in range(0, len(X), batch_size)]",
    "np.array_split(order, min(batch_size, len(X)))",
    name="batches_count_for_size", says="There are batch_size batches; it is their size that should be batch_size.",
)  # fmt: skip
slip(
    "minibatches",
    "[order[start : start + batch_size] for start in range(0, len(X), batch_size)]",
    "np.array_split(order, -(-len(X) // batch_size))",
    name="batches_of_equal_size",
    says="The batches are of nearly equal size; all but the last should have batch_size examples.",
)  # fmt: skip
slip(
    "minibatches",
    "order[start :", "order[max(start, 0) :",
    "range(0,", "range((len(X) % batch_size or batch_size) - batch_size,",
    name="batches_begin_with_the_rest", says="What is left over forms the first batch; it should form the last.",
)  # fmt: skip
slip(
    "minibatches",
    "    return [",
    "    if len(chosen) > 1 and len(chosen[-1]) < batch_size:\n"
    "        chosen[-2:] = [np.concatenate(chosen[-2:])]\n    return [",
    name="batches_merge_the_rest",
    says="What is left over is put into the last full batch; it should be a batch of its own.",
)  # fmt: skip
slip(
    "minibatches", "start + batch_size]", "start + batch_size - 1]",
    name="batches_lose_their_last_example", says="Slices end one too early: the last example of each batch is lost.",
)  # fmt: skip
slip(
    "minibatches", "start + batch_size]", "start + batch_size + 1]",
    name="batches_overlap", says="Slices end one too late: neighboring batches share an example.",
)  # fmt: skip
slip(
    "minibatches", "rows in chosen", "rows in chosen[:1]",
    name="batches_return_the_first_only", says="Only the first batch is returned: the return is inside the loop.",
)  # fmt: skip
slip(
    "minibatches", "(X[rows], y[rows])", "(y[rows], X[rows])",
    name="batches_swap_x_and_y", says="X and y have changed places in the pairs.",
)  # fmt: skip
slip(
    "minibatches",
    "[(X[rows], y[rows]) for rows in chosen]", "[X[rows] for rows in chosen], [y[rows] for rows in chosen]",
    name="batches_return_two_lists", says="All X come first and all y second; it should be a list of pairs.",
)  # fmt: skip
slip(
    "minibatches", "    chosen =", "    X = rng.permuted(X.reshape(len(X), -1), axis=1).reshape(X.shape)\n    chosen =",
    name="batches_shuffle_columns", says="The columns of X are shuffled; an example is a row.",
)  # fmt: skip
slip(
    "minibatches", "X[rows]", "rows.astype(float)",
    name="batches_return_row_numbers", says="The row numbers are returned; the batch holds the rows themselves.",
)  # fmt: skip
slip(
    "minibatches", "default_rng(rng)", "default_rng(0 if isinstance(rng, np.random.Generator) else rng)",
    name="batches_restart_the_generator",
    says="Every epoch from one generator has the same order: the generator is copied, or made anew.",
)  # fmt: skip
slip(
    "minibatches", "    chosen =", "    X[:], y[:] = X[order], y[order]\n    order = np.arange(len(X))\n    chosen =",
    name="batches_shuffle_in_place",
    says="X and y themselves were shuffled: rng.shuffle works in place. Shuffle row numbers.",
)  # fmt: skip
slip(
    "minibatches", "rng.permutation(len(X))", "np.roll(np.arange(len(X)), rng.integers(len(X)))",
    name="batches_only_rotate",
    says="The examples keep their order, and only begin at another one: all orders are to be equally likely.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------ prediction questions

mistake("q_broadcast", says="100 is what was meant. NumPy lines up the last axes first.", name="broadcast_of_one_axis")(
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
