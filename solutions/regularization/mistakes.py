"""Wrong implementations that students of this assignment write, each with what they should look at.

Those that draw do so in the natural way, such as `rng.random(x.shape) < p`. A student who draws like this gives the
same numbers, and so the mistake can be told from them.
"""

import numpy as np
from autograder import mistake, slip

# ----------------------------------------------------------------------------------------------------------- l2_penalty

slip(
    "l2_penalty", "np.sum(w**2)", "np.mean(w**2)",
    name="penalty_of_mean_squares",
    says="The squares are averaged over each array; they are added up.",
)  # fmt: skip
slip(
    "l2_penalty", "0.5 * reg", "reg",
    name="penalty_without_half",
    says="The loss is twice as large as it should be: this course writes the penalty with a half.",
)  # fmt: skip
slip(
    "l2_penalty", "0.5 * reg", "reg", "[reg * w", "[2 * reg * w",
    name="penalty_and_gradients_without_half",
    says="Loss and gradients are twice as large as they should be: look at the factor in front.",
)  # fmt: skip
slip(
    "l2_penalty", "[reg * w", "[2 * reg * w",
    name="penalty_gradient_with_a_two", says="The 2 of the derivative has not been canceled by the half.",
)  # fmt: skip
slip(
    "l2_penalty", "[reg * w", "[0.5 * reg * w",
    name="penalty_gradient_with_half",
    says="The half is in the gradient, too; there the derivative of the square cancels it.",
)  # fmt: skip
slip(
    "l2_penalty", "[reg * w", "[1.0 * w",
    name="penalty_gradient_without_reg", says="reg is missing from the gradients.",
)  # fmt: skip
slip("l2_penalty", "0.5 * reg", "0.5", name="penalty_without_reg", says="reg is missing from the loss.")
slip(
    "l2_penalty", "0.5 * reg * sum(np.sum(w**2)", "reg * sum(np.sum(abs(w))", "reg * w for", "reg * np.sign(w) for",
    name="penalty_is_l1", says="This is the L1 penalty, which adds up magnitudes.",
)  # fmt: skip
slip(
    "l2_penalty", "sum(np.sum(w**2) for w in weights)", "np.sqrt(sum(np.sum(w**2) for w in weights))",
    name="penalty_is_the_norm", says="This is the norm itself; the penalty has its square.",
)  # fmt: skip
slip(
    "l2_penalty", "np.sum(w**2)", "np.sum(w)",
    name="penalty_without_square", says="The weights are added up without being squared.",
)  # fmt: skip
slip(
    "l2_penalty", "np.sum(w**2)", "np.sum(w) ** 2",
    name="penalty_squares_the_sum", says="The square of the sum is not the sum of the squares.",
)  # fmt: skip
slip(
    "l2_penalty", "np.sum(w**2)", "np.mean(w**2)", "[reg * w ", "[reg * w / w.size ",
    name="penalty_averages", says="The squares are averaged over the entries; they should be added up.",
)  # fmt: skip
slip(
    "l2_penalty", "sum(np.sum(w**2) for w in weights)", "np.sum(weights[-1] ** 2)",
    name="penalty_of_the_last_array",
    says="Only one of the arrays is in the loss: is the sum assigned instead of added to?",
)  # fmt: skip
slip(
    "l2_penalty", "loss = ", "weights = weights[:1]\n    loss = ",
    name="penalty_of_the_first_array", says="Only the first array is penalized.",
)  # fmt: skip
slip(
    "l2_penalty", "[reg * w for w in weights]", "np.concatenate([reg * w.ravel() for w in weights])",
    name="penalty_with_flat_gradients",
    says="The gradients should be a list with an array for each array of weights, of its shape.",
)  # fmt: skip
slip(
    "l2_penalty", "[reg * w", "[-reg * w",
    name="penalty_gradient_with_a_minus",
    says="The gradient is that of a step that shrinks the weights; the minus belongs to the step.",
)  # fmt: skip
slip(
    "l2_penalty", "reg * w for", "np.multiply(w, reg, out=w) for",
    name="penalty_works_in_place",
    says="The result is right, but the weights were changed: operators such as *= work in place.",
)  # fmt: skip
slip(
    "l2_penalty", "return loss, grads", "return loss",
    name="penalty_without_gradients", says="Only the loss is returned; its gradients belong to it.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------------- dropout


def dropout(x, dropout_param, train, test=lambda x, p: (x.copy(), 1.0)):
    """Dropout with a given way to train, (x, p, rng) -> out, cache, and to test, (x, p) -> out, cache."""
    if dropout_param["mode"] == "train":
        return train(x, dropout_param["p"], np.random.default_rng(dropout_param.get("seed")))
    if dropout_param["mode"] == "test":
        return test(x, dropout_param["p"])
    raise ValueError(dropout_param["mode"])


def scaled(x, scale):
    return x * scale, scale


slip(
    "dropout_forward", "(rng.random(x.shape) < p) / p", "(rng.random(x.shape) < p) * 1.0",
    name="dropout_without_division",
    says="What is kept is not divided by p, so the next layer receives less in training than in testing.",
)  # fmt: skip
slip(
    "dropout_forward", "(rng.random(x.shape) < p) / p", "(rng.random(x.shape) < p) * 1.0", "scale = 1.0", "scale = p",
    name="dropout_scales_in_testing_instead",
    says="This is the older form, which multiplies by p in testing. This course divides in training, and "
    "testing is left alone.",
)  # fmt: skip
slip(
    "dropout_forward", "scale = 1.0", "scale = p",
    name="dropout_scales_in_testing_as_well", says="Training divides by p already; testing should return x as it is.",
)  # fmt: skip
slip(
    "dropout_forward", "scale = 1.0", "scale = 1 / p",
    name="dropout_divides_in_testing",
    says="Testing divides by p; nothing was dropped there, so nothing is to be made up for.",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "> p) / (1 - p)",
    name="dropout_drops_with_p", says="p is taken for the probability to drop. Here it is the probability to keep.",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "> p) / p",
    name="dropout_compares_the_wrong_way",
    says="Entries are divided by p as they should, but the comparison drops with probability p.",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "< p) / (1 - p)",
    name="dropout_divides_by_the_share_dropped",
    says="The right share is kept, but divided by the probability to drop.",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "< p) * p",
    name="dropout_multiplies_by_p", says="What is kept is multiplied by p; it should become larger, not smaller.",
)  # fmt: skip
slip(
    "dropout_forward", "scale = 1.0", "scale = (rng.random(x.shape) < p) / p",
    name="dropout_active_in_testing", says="Dropout is active in testing, too: ask twice, and you get two answers.",
)  # fmt: skip
slip(
    "dropout_forward",
    'mode == "train"', 'mode == "other"',
    'mode == "test"', 'mode == "train"',
    'mode == "other"', 'mode == "test"',
    name="dropout_modes_exchanged",
    says="The two modes are exchanged: entries are dropped in testing and kept in training.",
)  # fmt: skip
slip(
    "dropout_forward", "rng.random(x.shape)", "np.zeros(x.shape) + rng.random(x.shape[-1])",
    name="dropout_one_mask_per_column",
    says="All examples share one mask: draw a number for each entry of x, not for each column.",
)  # fmt: skip
slip(
    "dropout_forward", "rng.random(x.shape)", "np.zeros(x.shape) + rng.random((len(x),) + (1,) * (x.ndim - 1))",
    name="dropout_one_number_per_example", says="An example is dropped as a whole: draw a number for each entry of x.",
)  # fmt: skip
slip(
    "dropout_forward", "rng.random(x.shape)", "np.full(x.shape, rng.random())",
    name="dropout_one_number_for_all",
    says="All the entries share one number: either everything is dropped or nothing is.",
)  # fmt: skip
slip(
    "dropout_forward", "rng.random(", "rng.standard_normal(",
    name="dropout_from_normal_numbers",
    says="A normal random number is not below p with probability p. Which distribution is?",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "< 0.5) / 0.5",
    name="dropout_always_one_half", says="One half is dropped, whatever p is.",
)  # fmt: skip
slip(
    "dropout_forward", "(rng.random(x.shape) < p) / p", "np.round(rng.random(x.shape)) / p",
    name="dropout_rounds_a_random_number",
    says="Numbers from 0 to 1 are rounded to 0 or 1, which keeps one half, whatever p is.",
)  # fmt: skip
slip(
    "dropout_forward",
    "(rng.random(x.shape) < p) / p", "(rng.permutation(x.size) < round(p * x.size)).reshape(x.shape) / p",
    name="dropout_keeps_a_fixed_number",
    says="A fixed number of entries is kept. Each entry should be kept with probability p, independently "
    "of all others.",
)  # fmt: skip
slip(
    "dropout_forward", "(rng.random(x.shape) < p) / p", "rng.random(x.shape) < p\n        scale = scale / scale.mean()",
    name="dropout_divides_by_the_share_kept",
    says="What is kept is divided by the share that happened to be kept. Divide by p itself.",
)  # fmt: skip
slip(
    "dropout_forward", "(rng.random(x.shape) < p) / p", "rng.random(x.shape) / p",
    name="dropout_multiplies_by_random_numbers",
    says="The random numbers themselves multiply x: compare them with p first.",
)  # fmt: skip
slip(
    "dropout_forward", 'dropout_param.get("seed")', "0",
    name="dropout_from_one_seed",
    says="Every call drops the same entries, whatever the seed is: use the rng of the first line.",
)  # fmt: skip
slip(
    "dropout_forward", "rng.random", "np.random.random",
    name="dropout_from_global_state",
    says="The same seed drops other entries each time: the numbers come from somewhere else than from rng.",
)  # fmt: skip
slip(
    "dropout_forward", 'dropout_param.get("seed")', 'dropout_param.get("seed") or np.random.randint(2**31)',
    name="dropout_takes_seed_zero_for_none", says="0 is a seed like any other; `if seed:` takes it for none.",
)  # fmt: skip
slip(
    "dropout_forward", 'dropout_param.get("seed")', 'dropout_param.get("seed", 0)',
    name="dropout_with_a_default_seed", says="Without a seed every call drops the same entries; it should draw anew.",
)  # fmt: skip
slip(
    "dropout_forward", 'mode == "test"', 'mode != "train"',
    name="dropout_takes_any_mode",
    says='Any mode that is not "train" is taken for testing; a mode that does not exist raises.',
)  # fmt: skip
slip(
    "dropout_forward",
    "(rng.random(x.shape) < p) / p",
    "(rng.random(x.shape) < p) / p\n        x *= scale\n        return x.copy(), scale",
    name="dropout_works_in_place",
    says="The result is right, but x itself was changed: operators such as *= work in place.",
)  # fmt: skip
slip(
    "dropout_forward", "return x * scale, scale", "return x * scale",
    name="dropout_without_cache", says="Only out is returned; the backward pass needs a cache.",
)  # fmt: skip
slip(
    "dropout_forward", "< p) / p", "< p) / p / p",
    name="dropout_divides_by_p_twice", says="What is kept is divided by p twice.",
)  # fmt: skip

# The cache of the reference is the mask divided by p in training, and 1.0 in testing.

slip(
    "dropout_backward",
    "return dout * cache",
    "p = 1 / np.max(cache)\n"
    "    return dout * (np.random.default_rng(0).random(dout.shape) < p) / p if np.ndim(cache) else dout.copy()",
    name="backward_with_a_fresh_mask",
    says="A new mask was drawn. The gradient goes back the way that the signal came.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout * (np.asarray(cache) > 0)",
    name="backward_without_division", says="The mask is right, but the division by p is missing.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout.copy()",
    name="backward_without_mask", says="The gradient passes as if nothing had been dropped.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout * np.max(cache)",
    name="backward_divides_without_mask", says="Everything is divided by p, but nothing is masked.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout * cache * np.max(cache)",
    name="backward_divides_twice", says="It is divided by p twice: once in the cache, once in the backward pass.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout * (np.asarray(cache) > 0) / np.max(cache)",
    name="backward_multiplies_by_p",
    says="It is multiplied by p; the forward pass divided, and so does its derivative.",
)  # fmt: skip
slip(
    "dropout_backward",
    "return dout * cache", "return dout * (cache == 0) * np.max(cache) if np.ndim(cache) else dout.copy()",
    name="backward_with_the_opposite_mask",
    says="The gradient passes where the signal was dropped, and the other way round.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return np.ones_like(dout) * cache",
    name="backward_ignores_upstream", says="The upstream gradient is not used.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return np.maximum(dout, 0) * cache",
    name="backward_stops_negative_gradients",
    says="This is the backward pass of ReLU on top: negative gradients pass a mask, too.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return dout * cache if np.ndim(cache) else np.zeros_like(dout)",
    name="backward_is_zero_in_testing",
    says="After a test pass nothing comes back; there the gradient passes unchanged.",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "return np.where(cache.astype(bool), dout * cache, 0.0)",
    name="backward_needs_a_mask",
    says="After a test pass there is no mask, and the code needs one.",
    raises="AttributeError",
)  # fmt: skip
slip(
    "dropout_backward", "return dout * cache", "dout *= cache\n    return dout.copy()",
    name="backward_works_in_place",
    says="The result is right, but dout itself was changed: operators such as *= work in place.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- batchnorm_forward

slip(
    "batchnorm_forward",
    "momentum * running_mean + (1 - momentum) * mean", "(1 - momentum) * running_mean + momentum * mean",
    "momentum * running_var + (1 - momentum) * var", "(1 - momentum) * running_var + momentum * var",
    name="momentum_weighs_the_new_value",
    says="The running values lean the wrong way: here momentum weighs the old value.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "momentum * running_mean + (1 - momentum) * mean", "mean",
    "momentum * running_var + (1 - momentum) * var", "var",
    name="keeps_the_last_batch_only",
    says="Only the last batch is kept; the running values should remember the earlier ones.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "momentum * running_mean + (1 - momentum) * mean", "momentum * running_mean + mean",
    "momentum * running_var + (1 - momentum) * var", "momentum * running_var + var",
    name="running_values_without_second_weight", says="The two weights of the running values do not add up to one.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "momentum * running_mean + (1 - momentum) * mean", "running_mean + (1 - momentum) * mean",
    "momentum * running_var + (1 - momentum) * var", "running_var + (1 - momentum) * var",
    name="running_values_are_sums", says="The running values are added up without momentum.",
)  # fmt: skip
slip(
    "batchnorm_forward", "(1 - momentum) * var", "(1 - momentum) * np.sqrt(var)",
    name="keeps_the_std", says="running_var holds the standard deviation; it should hold the variance.",
)  # fmt: skip
slip(
    "batchnorm_forward", "(1 - momentum) * var", "(1 - momentum) * var * len(x) / max(len(x) - 1, 1)",
    name="keeps_the_unbiased_variance",
    says="running_var is averaged from the unbiased variance; here it is the biased one.",
)  # fmt: skip
slip(
    "batchnorm_forward", "(1 - momentum) * var", "(1 - momentum) * (var + eps)",
    name="keeps_eps_in_the_variance",
    says="running_var contains eps; it should be added where the root is taken, and not kept.",
)  # fmt: skip
slip(
    "batchnorm_forward", "momentum * running_var + (1 - momentum) * var", "running_var",
    name="keeps_the_mean_only", says="running_mean is updated and running_var is not.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    'bn_param["running_mean"] = ', "running_mean = ",
    'bn_param["running_var"] = ', "running_var = ",
    name="does_not_store_running_values",
    says="The running values do not arrive in bn_param: store them in the dict itself.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "(1 - momentum) * mean", "(1 - momentum) * np.mean((x - mean) / np.sqrt(var + eps), axis=0)",
    "(1 - momentum) * var", "(1 - momentum) * np.var((x - mean) / np.sqrt(var + eps), axis=0)",
    name="keeps_moments_of_the_output",
    says="The running values are kept of the normalized batch, whose mean is 0 anyway.",
)  # fmt: skip
slip(
    "batchnorm_forward", 'bn_param.get("momentum", 0.9)', "0.9",
    name="momentum_hard_coded", says="momentum has no effect: is its default written into the formula?",
)  # fmt: skip
slip(
    "batchnorm_forward", '"momentum", 0.9', '"momentum", 0.99',
    name="momentum_wrong_default",
    says="Without a momentum in bn_param another one than the default of the statement is used.",
)  # fmt: skip
slip(
    "batchnorm_forward", '"running_var", np.zeros', '"running_var", np.ones',
    name="variance_starts_at_one", says="running_var starts as ones; if it is absent, it starts as zeros here.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "mean, var = x.mean(axis=0), x.var(axis=0)",
    'mean, var = x.mean(axis=0), x.var(axis=0)\n        momentum = momentum if "running_mean" in bn_param else 0.0',
    name="first_batch_counts_in_full", says="The first batch is taken as it is. The running values start as zeros.",
)  # fmt: skip
slip(
    "batchnorm_forward", 'if mode == "train":', 'if mode in ("train", "test"):',
    name="testing_is_as_training",
    says="In testing it does what it does in training: it takes the batch's statistics, and updates the running ones.",
)  # fmt: skip
slip(
    "batchnorm_forward", "mean, var = running_mean, running_var", "mean, var = x.mean(axis=0), x.var(axis=0)",
    name="batch_statistics_in_testing",
    says="In testing the batch's own mean and variance are used. What are the running ones for?",
)  # fmt: skip
slip(
    "batchnorm_forward", "mean, var = running_mean, running_var", "mean, var = running_mean, x.var(axis=0)",
    name="batch_variance_in_testing", says="In testing the mean is the running one, but the variance is the batch's.",
)  # fmt: skip
slip(
    "batchnorm_forward", "mean, var = running_mean, running_var", "mean, var = x.mean(axis=0), running_var",
    name="batch_mean_in_testing", says="In testing the variance is the running one, but the mean is the batch's.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "mean, var = running_mean, running_var",
    "mean, var = running_mean, running_var\n"
    '        bn_param["running_mean"] = momentum * mean + (1 - momentum) * x.mean(axis=0)\n'
    '        bn_param["running_var"] = momentum * var + (1 - momentum) * x.var(axis=0)',
    name="testing_updates_the_running_values",
    says="The output in testing is right, but testing changes the running values.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    'bn_param["running_var"] = momentum * running_var + (1 - momentum) * var',
    'bn_param["running_var"] = momentum * running_var + (1 - momentum) * var\n'
    '        mean, var = bn_param["running_mean"], bn_param["running_var"]',
    name="running_values_in_training",
    says="In training the running values are used to normalize; there it is the batch's own.",
)  # fmt: skip
slip(
    "batchnorm_forward", "1 / np.sqrt(var + eps)", '1 / (var + eps) if mode == "test" else 1 / np.sqrt(var + eps)',
    name="no_root_in_testing", says="In testing it is divided by the variance; its root is still to be taken.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "mean, var = running_mean, running_var", "mean, var = running_mean, running_var\n        eps = 1e-300",
    name="no_eps_in_testing", says="eps is missing in testing.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "mean, var = running_mean, running_var",
    "mean, var = running_mean, running_var\n        gamma, beta = np.ones_like(gamma), np.zeros_like(beta)",
    name="plain_in_testing", says="In testing gamma and beta are forgotten.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", 'return x.copy() if mode == "test" else gamma * x_hat + beta',
    name="testing_does_nothing", says="In testing x comes out as it went in: it is normalized there, too.",
)  # fmt: skip
slip(
    "batchnorm_forward", "1 / np.sqrt(var + eps)", "1 / (np.sqrt(var) + eps)",
    name="eps_outside_the_root", says="eps stands outside the root; it should be added to the variance.",
)  # fmt: skip
slip(
    "batchnorm_forward", "1 / np.sqrt(var + eps)", "1 / np.sqrt(var)",
    name="batchnorm_without_eps", says="eps is missing: columns that hardly vary come out too large.",
)  # fmt: skip
slip(
    "batchnorm_forward", 'bn_param.get("eps", 1e-5)', "1e-5",
    name="eps_hard_coded", says="eps has no effect: is its default written into the formula?",
)  # fmt: skip
slip(
    "batchnorm_forward", "var + eps", "var + eps**2",
    name="eps_squared", says="eps is squared before it is added to the variance.",
)  # fmt: skip
slip(
    "batchnorm_forward", "1 / np.sqrt(var + eps)", "1 / (var + eps)",
    name="divides_by_the_variance", says="It is divided by the variance instead of its root.",
)  # fmt: skip
slip(
    "batchnorm_forward", "x.var(axis=0)", "x.var(axis=0) * len(x) / max(len(x) - 1, 1)",
    name="unbiased_variance", says="The variance is divided by N - 1; batch normalization divides it by N.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "x.mean(axis=0), x.var(axis=0)", "x.mean() + np.zeros(x.shape[1]), x.var() + np.zeros(x.shape[1])",
    name="one_mean_for_all_columns",
    says="Mean and variance are taken over all entries at once; each column has its own.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "mean, var = x.mean(axis=0), x.var(axis=0)",
    "mean = np.full(x.shape[1], x.mean())\n        var = np.mean((x - mean) ** 2, axis=0)",
    name="the_mean_of_all_columns", says="The mean is taken over all entries at once; each column has its own.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    '        bn_param["running_mean"] = momentum * running_mean + (1 - momentum) * mean\n', "",
    name="running_mean_not_stored", says="The running mean is not stored in bn_param.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "x_hat = (x - mean) * inverse_std",
    'if mode == "train":\n'
    "        mean, inverse_std = x.mean(axis=1, keepdims=True), 1 / np.sqrt(x.var(axis=1, keepdims=True) + eps)\n"
    "    x_hat = (x - mean) * inverse_std",
    name="batchnorm_over_the_features",
    says="Each row is normalized; that is layer normalization. Here it is each column.",
)  # fmt: skip
slip(
    "batchnorm_forward", "x_hat = (x - mean) * inverse_std", 'x_hat = (x - mean * (mode == "test")) * inverse_std',
    name="does_not_centre", says="The mean is not subtracted.",
)  # fmt: skip
slip(
    "batchnorm_forward", "1 / np.sqrt(var + eps)", '1 / np.sqrt(var + eps) if mode == "test" else np.ones_like(var)',
    name="does_not_divide", says="The mean is subtracted, but nothing is divided.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", "return x_hat.copy()",
    name="ignores_gamma_and_beta", says="gamma and beta have no effect.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", "return x_hat + beta",
    name="ignores_gamma", says="gamma has no effect: it multiplies what was normalized.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", "return gamma * x_hat",
    name="ignores_beta", says="beta has no effect: it is added at the very end.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", "return beta * x_hat + gamma",
    name="gamma_and_beta_exchanged", says="gamma and beta are exchanged: gamma multiplies, beta is added.",
)  # fmt: skip
slip(
    "batchnorm_forward", "return gamma * x_hat + beta", "return gamma * (x_hat + beta)",
    name="beta_inside_the_brackets", says="beta is multiplied by gamma as well; it is added at the very end.",
)  # fmt: skip
slip(
    "batchnorm_forward", "x.var(axis=0)", "x.var(axis=0) * len(x)",
    name="variance_is_a_sum", says="The sum of squares is not divided by N.",
)  # fmt: skip
slip(
    "batchnorm_forward", "x.var(axis=0)", "np.mean(x**2, axis=0)",
    name="variance_without_centring",
    says="The variance is the mean of the squares; subtract the mean before you square.",
)  # fmt: skip
slip(
    "batchnorm_forward", "x.var(axis=0)", "np.maximum(np.mean(x**2, axis=0) - np.mean(x, axis=0) ** 2, 0)",
    name="variance_from_two_large_numbers",
    says="The mean of the squares minus the square of the mean loses all digits where a column lies far "
    "from zero. Subtract the mean first, then square.",
)  # fmt: skip
slip(
    "batchnorm_forward", 'mode == "test"', 'mode != "train"',
    name="batchnorm_takes_any_mode",
    says="A mode that does not exist is taken for testing; it should raise ValueError.",
)  # fmt: skip
slip(
    "batchnorm_forward",
    "x_hat = (x - mean) * inverse_std", "x_hat = (x - mean) * inverse_std\n    x -= x.mean(axis=0)",
    name="batchnorm_works_in_place",
    says="The result is right, but x itself was changed: operators such as -= work in place.",
)  # fmt: skip
slip(
    "batchnorm_forward", "beta, (x_hat, gamma, inverse_std)", "beta",
    name="batchnorm_without_cache", says="Only out is returned; the backward pass needs a cache.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------- batchnorm_backward

#

# The caches of the reference hold x_hat, gamma and inverse_std: (N, D), (D,) and, for layer norm, (N, 1).


def backward(dout, cache, *, axis=0, center=1.0, stretch=1.0, gamma_in=True, divide=True, n=None, dgamma=None,
             dbeta=None):  # fmt: skip
    """The gradients, with parts of dx weighed otherwise (1.0: as it should be) or left out."""
    x_hat, gamma, inverse_std = cache
    upstream = dout * gamma if gamma_in else dout
    n = dout.shape[axis] if n is None else n
    through_mean = upstream.sum(axis=axis, keepdims=True) / n
    through_var = x_hat * (upstream * x_hat).sum(axis=axis, keepdims=True) / n
    dx = upstream - center * through_mean - stretch * through_var
    dx = dx * inverse_std if divide else dx
    return (
        dx,
        (dout * x_hat).sum(axis=0) if dgamma is None else dgamma,
        dout.sum(axis=0) if dbeta is None else dbeta,
    )


def family(exercise, axis, prefix):
    """The mistakes that all backward passes through a normalization share."""

    def declare(name, says, **changes):
        def wrong(dout, cache):
            made = {key: value(dout, cache) if callable(value) else value for key, value in changes.items()}
            return backward(dout, cache, **({"axis": axis} | made))

        mistake(exercise, says=says, name=f"{prefix}{name}")(wrong)

    declare("misses_the_mean", "The path through the mean is missing: add dx up, and see what you get.", center=0.0)
    declare("misses_the_variance", "The path through the variance is missing.", stretch=0.0)
    declare(
        "takes_the_direct_path_only",
        "Mean and variance are treated as constants; they depend on x, too.",
        center=0.0, stretch=0.0,
    )  # fmt: skip
    declare("adds_the_mean_path", "The path through the mean has the wrong sign.", center=-1.0)
    declare(
        "mean_path_not_divided", "The path through the mean is a sum; it is divided by the number of entries.",
        center=lambda dout, cache: float(dout.shape[axis]),
    )  # fmt: skip
    declare(
        "variance_path_not_divided",
        "The path through the variance is a sum; it is divided by the number of entries.",
        stretch=lambda dout, cache: float(dout.shape[axis]),
    )  # fmt: skip
    declare("adds_the_variance_path", "The path through the variance has the wrong sign.", stretch=-1.0)
    declare("lacks_a_two", "The path through the variance is half of what it should be: what is the derivative of a"
            " square?", stretch=0.5)  # fmt: skip
    declare("has_a_two_too_many", "The path through the variance is twice as large as it should be: the derivative of"
            " the root has a half in it.", stretch=2.0)  # fmt: skip
    declare("misses_gamma", "gamma is missing from dx.", gamma_in=False)
    declare("misses_the_division", "dx is not divided by the standard deviation.", divide=False)
    declare("divides_by_n_minus_one", "The means in dx are divided by one less than the number of entries; the forward"
            " pass divides by all of them.", n=lambda dout, cache: max(dout.shape[axis] - 1, 1))  # fmt: skip
    declare("sums_instead_of_means", "The two sums in dx are not divided by the number of entries.", n=1)
    declare("takes_the_other_axis", "dx adds up along the other axis: along which one did the forward pass?",
            axis=1 - axis)  # fmt: skip
    declare("dbeta_is_averaged", "dbeta is a mean over the batch; it should be a sum.",
            dbeta=lambda dout, cache: dout.mean(axis=0))  # fmt: skip
    declare("dgamma_is_averaged", "dgamma is a mean over the batch; it should be a sum.",
            dgamma=lambda dout, cache: (dout * cache[0]).mean(axis=0))  # fmt: skip
    declare("dgamma_without_x", "dgamma is the same as dbeta: what did gamma multiply?",
            dgamma=lambda dout, cache: dout.sum(axis=0))  # fmt: skip
    declare("dbeta_times_gamma", "dbeta contains gamma, but beta is added after the multiplication.",
            dbeta=lambda dout, cache: (dout * cache[1]).sum(axis=0))  # fmt: skip
    declare("dgamma_times_gamma", "dgamma contains gamma; its derivative is what it was multiplied by.",
            dgamma=lambda dout, cache: (dout * cache[0] * cache[1]).sum(axis=0))  # fmt: skip
    declare("dgamma_of_the_centred_x", "dgamma is computed from x minus its mean; gamma multiplied the normalized x.",
            dgamma=lambda dout, cache: (dout * cache[0] / cache[2]).sum(axis=0))  # fmt: skip
    declare("dbeta_is_not_summed", "dbeta has the shape of dout, but beta has one entry per feature.",
            dbeta=lambda dout, cache: dout.copy())  # fmt: skip
    declare("gamma_and_beta_exchanged", "dgamma and dbeta are returned in the other order.",
            dgamma=lambda dout, cache: dout.sum(axis=0),
            dbeta=lambda dout, cache: (dout * cache[0]).sum(axis=0))  # fmt: skip
    declare("ignores_upstream", "The upstream gradient is not used.", dgamma=lambda dout, cache: cache[0].sum(axis=0),
            dbeta=lambda dout, cache: np.full(dout.shape[1], float(len(dout))),
            gamma_in=lambda dout, cache: False)  # fmt: skip

    def in_place(dout, cache):
        _, dgamma, dbeta = backward(dout, cache, axis=axis)
        dx = backward(dout, cache, axis=axis)[0]
        dout *= cache[1]
        return dx, dgamma, dbeta

    mistake(
        exercise,
        says="The result is right, but dout itself was changed: operators such as *= work in place.",
        name=f"{prefix}works_in_place",
    )(in_place)

    def dx_only(dout, cache):
        return backward(dout, cache, axis=axis)[0]

    mistake(exercise, says="Only dx is returned; gamma and beta are learned, too.", name=f"{prefix}returns_dx_only")(
        dx_only
    )

    def forward_root(dout, cache):
        dx, dgamma, dbeta = backward(dout, cache, axis=axis)
        return dx * cache[2], dgamma, dbeta

    mistake(
        exercise,
        says="dx is divided by the variance; only its root stands in the formula.",
        name=f"{prefix}divides_by_the_variance",
    )(forward_root)


family("batchnorm_backward", 0, "batchnorm_backward_")
slip(
    "batchnorm_backward", "inverse_std**3", "inverse_std",
    name="batchnorm_backward_power_of_the_root",
    says="In the gradient of the variance the power is that of the forward pass; a derivative lowers it by one.",
)  # fmt: skip
family("batchnorm_backward_alt", 0, "alt_")
family("layernorm_backward", 1, "layernorm_backward_")
slip(
    "layernorm_backward",
    "upstream = gamma * dout", "upstream = dout",
    "return inverse_std", "return gamma * inverse_std",
    name="layernorm_backward_gamma_outside_the_sums",
    says="gamma stands outside the sums; here it differs from entry to entry of a row.",
)  # fmt: skip
slip(
    "layernorm_backward",
    "upstream.mean(axis=1, keepdims=True)", "gamma * dout.mean(axis=1, keepdims=True)",
    name="layernorm_backward_gamma_outside_the_mean",
    says="gamma stands outside the mean of the gradients; here it differs from entry to entry of a row.",
)  # fmt: skip
slip(
    "layernorm_backward",
    "x_hat * np.mean(upstream * x_hat, axis=1, keepdims=True)",
    "gamma * x_hat * np.mean(dout * x_hat, axis=1, keepdims=True)",
    name="layernorm_backward_gamma_outside_the_variance",
    says="In the path through the variance gamma stands outside the sum; it differs from entry to entry of a row.",
)  # fmt: skip
slip(
    "layernorm_backward",
    "upstream.mean(axis=1, keepdims=True)", "gamma * dout.mean(axis=1, keepdims=True)",
    "through_var = x_hat", "through_var = gamma * x_hat",
    name="layernorm_backward_gamma_outside_everything",
    says="gamma multiplies the whole bracket; it belongs to dout inside the sums, and there alone.",
)  # fmt: skip
slip(
    "layernorm_backward",
    "np.sum(x_hat * dout, axis=0), np.sum(dout, axis=0)", "np.sum(x_hat * dout, axis=1), np.sum(dout, axis=1)",
    name="layernorm_backward_sums_over_the_features",
    says="dgamma and dbeta are added up over the features; each feature has its own.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------- layernorm_forward

slip(
    "layernorm_forward", "x.mean(axis=1", "x.mean(axis=0", "centered**2, axis=1", "centered**2, axis=0",
    name="layernorm_over_the_batch",
    says="The columns are normalized; that is batch normalization. Here it is each row.",
)  # fmt: skip
slip(
    "layernorm_forward", "x.mean(axis=1", "x.mean(axis=None", "centered**2, axis=1", "centered**2, axis=None",
    name="layernorm_over_everything",
    says="Mean and variance are taken over all entries at once; each row has its own.",
)  # fmt: skip
slip(
    "layernorm_forward",
    "np.mean(centered**2, axis=1, keepdims=True)",
    "np.sum(centered**2, axis=1, keepdims=True) / max(x.shape[1] - 1, 1)",
    name="layernorm_unbiased", says="The variance is divided by D - 1; here it is divided by D.",
)  # fmt: skip
slip(
    "layernorm_forward", " + eps)", ")",
    name="layernorm_without_eps", says="eps is missing: rows that hardly vary come out too large.",
)  # fmt: skip
slip(
    "layernorm_forward", 'ln_param.get("eps", 1e-5)', "1e-5",
    name="layernorm_eps_hard_coded", says="eps has no effect: is its default written into the formula?",
)  # fmt: skip
slip(
    "layernorm_forward",
    "np.sqrt(np.mean(centered**2, axis=1, keepdims=True) + eps)",
    "(np.sqrt(np.mean(centered**2, axis=1, keepdims=True)) + eps)",
    name="layernorm_eps_outside_the_root", says="eps stands outside the root; it should be added to the variance.",
)  # fmt: skip
slip(
    "layernorm_forward",
    "np.sqrt(np.mean(centered**2, axis=1, keepdims=True) + eps)", "(np.mean(centered**2, axis=1, keepdims=True) + eps)",
    name="layernorm_divides_by_the_variance", says="It is divided by the variance instead of its root.",
)  # fmt: skip
slip(
    "layernorm_forward", "x_hat = centered", "x_hat = x",
    name="layernorm_does_not_centre", says="The mean is not subtracted.",
)  # fmt: skip
slip(
    "layernorm_forward", "return gamma * x_hat + beta", "return x_hat.copy()",
    name="layernorm_ignores_gamma_and_beta", says="gamma and beta have no effect.",
)  # fmt: skip
slip(
    "layernorm_forward", "return gamma * x_hat + beta", "return gamma[:, None] * x_hat + beta[:, None]",
    name="layernorm_scales_the_rows",
    says="gamma and beta belong to the features, one per column; here they go with the rows.",
)  # fmt: skip
slip(
    "layernorm_forward", "centered = x - x.mean(axis=1", "x = gamma * x + beta\n    centered = x - x.mean(axis=1",
    "return gamma * x_hat + beta", "return x_hat",
    name="layernorm_scales_before",
    says="gamma and beta are applied to x, before the normalization, which then removes most of it.",
)  # fmt: skip
slip(
    "layernorm_forward", "return gamma", "x -= x.mean(axis=1, keepdims=True)\n    return gamma",
    name="layernorm_works_in_place",
    says="The result is right, but x itself was changed: operators such as -= work in place.",
)  # fmt: skip
slip(
    "layernorm_forward", "beta, (x_hat, gamma, inverse_std)", "beta",
    name="layernorm_without_cache", says="Only out is returned; the backward pass needs a cache.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- EarlyStopping


def stopping(name, says, raises=()):
    """Declare a class as a mistake of EarlyStopping, under a name that says what is wrong."""
    return mistake("EarlyStopping", says=says, name=name, raises=raises)


slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited > self.patience",
    name="stops_one_epoch_late", says="It stops one epoch too late: count the epochs without improvement on paper.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited >= self.patience - 1 and self.waited > 0",
    name="stops_one_epoch_early", says="It stops one epoch too early: count the epochs without improvement on paper.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited == self.patience",
    name="says_stop_only_once", says="Later calls without improvement say True as well: `patience` calls or more.",
)  # fmt: skip
slip(
    "EarlyStopping", "return self.waited >= self.patience", "return False",
    name="never_stops", says="It never says that training should stop.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited < self.patience",
    name="answers_the_opposite", says="It returns True for going on; it should return True for stopping.",
)  # fmt: skip
slip(
    "EarlyStopping", "            self.waited = 0\n", "",
    name="count_is_not_reset", says="An improvement does not start the count again: the epochs should be in a row.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "if loss < self.best_loss - self.min_delta:",
    'last, self.last = getattr(self, "last", float("inf")), loss\n        if loss < last - self.min_delta:',
    name="compares_with_the_last_loss", says="Each loss is compared with the one before; compare it with the best one.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "loss < self.best_loss - self.min_delta", "self.best_epoch is None or loss > self.best_loss + self.min_delta",
    name="larger_is_better", says="It waits for the loss to grow: smaller is better.",
)  # fmt: skip
slip(
    "EarlyStopping", "loss < self", "loss <= self",
    name="equal_is_an_improvement",
    says="A loss that is exactly as good as the limit counts as an improvement; it is none.",
)  # fmt: skip
slip(
    "EarlyStopping", "loss < self.best_loss - self.min_delta", "loss < self.best_loss",
    name="ignores_min_delta", says="min_delta has no effect.",
)  # fmt: skip
slip(
    "EarlyStopping", "loss < self.best_loss - self.min_delta", "loss < self.best_loss + self.min_delta",
    name="min_delta_with_the_wrong_sign",
    says="min_delta forgives a loss that is worse; it should demand one that is better.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "loss < self.best_loss - self.min_delta", "self.best_epoch is None or loss < self.best_loss * (1 - self.min_delta)",
    name="min_delta_is_relative", says="min_delta is taken as a share of the best loss; it is an amount.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited += 1", "self.waited += 1\n            self.best_loss = min(self.best_loss, loss)",
    name="small_improvements_lower_the_bar",
    says="The best loss follows improvements that are too small to count, so that they never add up.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "self.waited += 1",
    "self.waited += 1\n            if loss < self.best_loss:\n"
    "                self.best_loss, self.best_epoch, self.best_params = loss, self.epochs, copy.deepcopy(params)",
    name="small_improvements_are_kept", says="What is kept changes with improvements smaller than min_delta.",
)  # fmt: skip
slip(
    "EarlyStopping", "loss < self.best_loss - self.min_delta", "not loss >= self.best_loss - self.min_delta",
    name="nan_is_an_improvement",
    says="nan counts as an improvement: each comparison with nan is False, its opposite True.",
)  # fmt: skip
slip(
    "EarlyStopping", "copy.deepcopy(params)", "params",
    name="keeps_no_copy", says="best_params holds the arrays themselves, which the training goes on changing.",
)  # fmt: skip
slip(
    "EarlyStopping", "copy.deepcopy(params)", "dict(params)",
    name="copies_the_dict_only",
    says="A copy of the dict holds the same arrays; they are changed in place. Copy them, too.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited += 1", "self.waited += 1\n            self.best_params = copy.deepcopy(params)",
    name="keeps_the_last_parameters", says="best_params are those of the last epoch, not of the best one.",
)  # fmt: skip
slip(
    "EarlyStopping", "copy.deepcopy(params)", "self.best_params or copy.deepcopy(params)",
    name="keeps_the_first_parameters", says="best_params are those of the first epoch, and are never replaced.",
)  # fmt: skip
slip(
    "EarlyStopping", "copy.deepcopy(params)", "None",
    name="keeps_no_parameters", says="best_params is None after an improvement: the best parameters should be kept.",
)  # fmt: skip
slip(
    "EarlyStopping", "= loss, self.epochs,", "= loss, self.epochs + 1,",
    name="counts_epochs_from_one", says="best_epoch is one too large: the first call has the number 0.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "            self.best_loss, self.best_epoch, self.best_params = loss, self.epochs, copy.deepcopy(params)",
    "            number = 0 if self.best_epoch is None else self.best_epoch + 1\n"
    "            self.best_loss, self.best_epoch, self.best_params = loss, number, copy.deepcopy(params)",
    name="best_epoch_counts_improvements", says="best_epoch counts the improvements, not the calls.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited += 1", "self.waited += 1\n            self.best_epoch = self.epochs",
    name="best_epoch_is_the_last", says="best_epoch is the number of the last call, not of the best one.",
)  # fmt: skip
slip(
    "EarlyStopping",
    "if loss < self.best_loss - self.min_delta:",
    'best, self.best_loss = getattr(self, "best", float("inf")), loss\n'
    "        if loss < best - self.min_delta:\n            self.best = loss",
    name="best_loss_is_the_last", says="best_loss is the loss of the last call, not of the best one.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited >= 5",
    name="patience_is_hard_coded", says="It always waits for the same number of epochs, whatever patience is.",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited >= self.patience or None",
    name="returns_nothing_while_going_on",
    says="step returns None while training should go on; it should return False.",
)  # fmt: skip
slip(
    "EarlyStopping", "min_delta=0.0", "min_delta",
    name="needs_min_delta", says="min_delta has a default, 0.", raises="TypeError",
)  # fmt: skip
slip(
    "EarlyStopping", 'float("inf"), None, None', "0.0, None, None",
    name="starts_from_zero",
    says="The best loss starts at 0, and no loss is better than that; what is better than nothing?",
)  # fmt: skip
slip(
    "EarlyStopping", "self.waited >= self.patience", "self.waited > 0",
    name="stops_at_the_first_rise", says="It stops whenever the loss has not improved, whatever patience is.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- kfold_indices


def folds(n, k, rng, split=None, order=None):
    """The right splits; split: order -> list of k folds, order: (n, rng) -> the order."""
    if k < 2 or k > n:
        raise ValueError((n, k))
    rng = np.random.default_rng(rng)
    shuffled = rng.permutation(n) if order is None else order(n, rng)
    parts = np.array_split(shuffled, k) if split is None else split(shuffled)
    return parts, shuffled


slip(
    "kfold_indices", "rng.permutation(n)", "np.arange(n)",
    name="folds_are_not_shuffled", says="The examples are not shuffled: folds of sorted data are no good.",
)  # fmt: skip
slip(
    "kfold_indices",
    "np.array_split(rng.permutation(n), k)",
    "np.array_split(np.arange(n), k)\n    folds = [folds[i] for i in rng.permutation(k)]",
    name="folds_shuffled_as_a_whole", says="Only the order of the folds is random: neighbors still share a fold.",
)  # fmt: skip
slip(
    "kfold_indices", "np.array_split(rng.permutation(n), k)", "[np.arange(n)[i::k] for i in range(k)]",
    name="folds_take_every_kth", says="Every k-th example is in the same fold, whatever the seed is: shuffle them.",
)  # fmt: skip
slip(
    "kfold_indices",
    "np.array_split(rng.permutation(n), k)", "np.split(rng.permutation(n)[: n // k * k], k)",
    "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(np.setdiff1d(np.arange(n), val), val)",
    name="folds_lose_the_remainder", says="The examples that are left over when k does not divide n are in no fold.",
)  # fmt: skip
slip(
    "kfold_indices", "np.array_split(rng.permutation(n), k)", "np.split(rng.permutation(n)[: n // k * k], k)",
    name="folds_forget_the_remainder", says="The examples that are left over are neither validated nor trained on.",
)  # fmt: skip
slip(
    "kfold_indices",
    "np.array_split(rng.permutation(n), k)", "np.split(rng.permutation(n), [i * (n // k) for i in range(1, k)])",
    name="last_fold_takes_the_remainder",
    says="All that is left over goes into the last fold; the sizes should differ by 1 at most.",
)  # fmt: skip
slip(
    "kfold_indices",
    "np.array_split(rng.permutation(n), k)", "np.split(rng.permutation(n), [i * -(-n // k) for i in range(1, k)])",
    name="folds_are_rounded_up", says="The folds are rounded up in size, and the last one gets too little, or nothing.",
)  # fmt: skip
slip(
    "kfold_indices",
    "return [(np.concatenate(folds[:i] + folds[i + 1 :]), val)",
    "shuffles = [np.array_split(rng.permutation(n), k) for _ in range(k)]\n"
    "    folds = [shuffles[i][i] for i in range(k)]\n    return [(np.setdiff1d(np.arange(n), val), val)",
    name="folds_overlap", says="It is shuffled anew for each fold, so folds overlap. Shuffle once.",
)  # fmt: skip
slip(
    "kfold_indices",
    "return [(np.concatenate(folds[:i] + folds[i + 1 :]), val)",
    "folds = [rng.choice(n, len(fold), replace=False) for fold in folds]\n"
    "    return [(np.setdiff1d(np.arange(n), val), val)",
    name="folds_are_drawn_one_by_one",
    says="Each fold is drawn from all examples by itself, so some come twice and some never.",
)  # fmt: skip
slip(
    "kfold_indices", "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(np.concatenate(folds), val)",
    name="trains_on_everything", says="The validated examples are trained on as well: then they prove nothing.",
)  # fmt: skip
slip(
    "kfold_indices",
    "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(val, np.concatenate(folds[:i] + folds[i + 1 :]))",
    name="train_and_val_exchanged", says="A pair is (train, val); here it is the other way round.",
)  # fmt: skip
slip(
    "kfold_indices", "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(folds[(i + 1) % k], val)",
    name="trains_on_the_next_fold", says="Only one fold is trained on, and not all the others.",
)  # fmt: skip
slip(
    "kfold_indices",
    "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(np.concatenate([*folds[i + 1 :], np.zeros(0, int)]), val)",
    name="trains_on_later_folds", says="Only the folds before (or after) the validated one are trained on.",
)  # fmt: skip
slip(
    "kfold_indices", "return [", "return folds\n    return [",
    name="returns_the_folds_only", says="The list holds the folds only; each needs its training set beside it.",
)  # fmt: skip
slip(
    "kfold_indices", "enumerate(folds)]", "enumerate(folds)][0]",
    name="returns_one_split", says="Only one split is returned; there should be one for each fold.",
)  # fmt: skip
slip(
    "kfold_indices",
    "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(~np.isin(np.arange(n), val), np.isin(np.arange(n), val))",
    name="returns_masks", says="Truth values are returned; indices are wanted.",
)  # fmt: skip
slip(
    "kfold_indices", "rng.permutation(n)", "rng.permutation(n) + 1",
    name="indices_start_at_one", says="The indices run from 1 to n; they should start at 0.",
)  # fmt: skip
slip(
    "kfold_indices", "rng = np.random.default_rng(rng)", "rng = np.random.default_rng(0)",
    name="folds_from_one_seed", says="The folds are always the same, whatever the seed is.",
)  # fmt: skip
slip(
    "kfold_indices", "rng.permutation", "np.random.permutation",
    name="folds_from_global_state",
    says="The same seed gives other folds each time: the order comes from somewhere else than rng.",
)  # fmt: skip
slip(
    "kfold_indices",
    "folds = np.array_split(rng.permutation(n), k)",
    "number = rng.integers(k, size=n)\n    folds = [np.flatnonzero(number == i) for i in range(k)]",
    name="folds_of_random_size", says="Which fold an example is in is drawn for each example alone, so the sizes vary.",
)  # fmt: skip
slip(
    "kfold_indices",
    "if not 2 <= k <= n", "if False",
    "np.array_split(rng.permutation(n), k)", "np.array_split(rng.permutation(n), max(k, 1))",
    "(np.concatenate(folds[:i] + folds[i + 1 :]), val)", "(np.setdiff1d(np.concatenate(folds), val), val)",
    name="folds_of_any_number", says="More folds than examples, or fewer than two, should raise ValueError.",
)  # fmt: skip
slip(
    "kfold_indices", "not 2 <= k <= n", "not 2 <= k < n",
    name="refuses_one_example_per_fold", says="As many folds as examples is allowed: each example is validated alone.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- bias_variance

slip(
    "bias_variance", "(mean - target) ** 2", "mean - target",
    name="bias_is_not_squared", says="The bias is not squared, so that too high here and too low there cancel.",
)  # fmt: skip
slip(
    "bias_variance", "np.mean((mean - target) ** 2)", "np.mean(mean - target) ** 2",
    name="bias_squared_too_late", says="The bias is averaged over the points before it is squared.",
)  # fmt: skip
slip(
    "bias_variance", "(mean - target) ** 2", "abs(mean - target)",
    name="bias_is_a_magnitude", says="The magnitude of the bias is averaged, not its square.",
)  # fmt: skip
slip(
    "bias_variance", "(mean - target)", "(predictions - target)",
    name="bias_is_the_whole_error",
    says="This is the whole mean squared error; the bias takes the mean of the models first.",
)  # fmt: skip
slip(
    "bias_variance", "np.mean((mean - target) ** 2)", "np.sqrt(np.mean((mean - target) ** 2))",
    name="bias_with_a_root", says="The root of the squared bias is returned.",
)  # fmt: skip
slip(
    "bias_variance",
    "float(np.mean((predictions - mean) ** 2))",
    "float(np.mean((predictions - mean) ** 2)) * len(predictions) / max(len(predictions) - 1, 1)",
    name="variance_is_unbiased", says="The variance is divided by M - 1; with that the two do not add up to the error.",
)  # fmt: skip
slip(
    "bias_variance", "float(np.mean((predictions - mean) ** 2))", "float(np.mean(predictions.std(axis=0)))",
    name="variance_is_a_std", says="This is the standard deviation, not the variance.",
)  # fmt: skip
slip(
    "bias_variance", "float(np.mean((predictions - mean) ** 2))", "float(np.mean(predictions.var(axis=1)))",
    name="variance_over_the_points", says="The variance is taken over the points; it should be taken over the models.",
)  # fmt: skip
slip(
    "bias_variance", "float(np.mean((predictions - mean) ** 2))", "float(np.var(predictions))",
    name="variance_over_everything",
    says="The variance is taken over all entries at once; each point has its own mean.",
)  # fmt: skip
slip(
    "bias_variance", "(predictions - mean)", "(predictions - target)",
    name="variance_around_the_target",
    says="The variance is measured from the target; it should be measured from the models' mean.",
)  # fmt: skip
slip(
    "bias_variance", "(mean - target)", "(predictions.mean() - target)",
    name="bias_from_one_mean", says="All points have the same mean prediction here; each point has its own.",
)  # fmt: skip
slip(
    "bias_variance",
    "float(np.mean((mean", "float(np.sum((mean",
    "float(np.mean((predictions - mean) ** 2))", "float(np.mean((predictions - mean) ** 2)) * predictions.shape[1]",
    name="bias_variance_are_sums", says="The points are added up; the mean over them is wanted.",
)  # fmt: skip
slip(
    "bias_variance",
    "return float(np.mean((mean - target) ** 2)), float(np.mean((predictions - mean) ** 2))",
    "return float(np.mean((predictions - mean) ** 2)), float(np.mean((mean - target) ** 2))",
    name="bias_and_variance_exchanged", says="The two numbers are returned in the other order.",
)  # fmt: skip
slip(
    "bias_variance",
    "return float(np.mean((mean - target) ** 2)), float(np.mean((predictions - mean) ** 2))",
    "return (mean - target) ** 2, predictions.var(axis=0)",
    name="bias_variance_per_point", says="A number for each point is returned; average them.",
)  # fmt: skip
slip(
    "bias_variance", "(mean - target)", "(np.median(predictions, axis=0) - target)",
    name="bias_of_the_median", says="The bias is that of the median, not of the mean of the models.",
)  # fmt: skip
slip(
    "bias_variance", "return ", "predictions -= target\n    mean, target = mean - target, 0.0\n    return ",
    name="bias_variance_works_in_place",
    says="The result is right, but predictions was changed: operators such as -= work in place.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------- bootstrap, bagging

slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "rng.permutation(n)",
    name="bootstrap_without_replacement", says="This is a shuffle: no example comes twice. Draw with replacement.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "rng.integers(max(n - 1, 1), size=n)",
    name="bootstrap_never_draws_the_last", says="The last example can never be drawn: where does the range end?",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "rng.integers(1, n, size=n)",
    name="bootstrap_never_draws_the_first", says="The first example can never be drawn: the indices start at 0.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "rng.integers(n, size=n, endpoint=True)",
    name="bootstrap_draws_beyond_the_last", says="The indices run up to n, one beyond the last.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.round(rng.random(n) * (n - 1)).astype(int)",
    name="bootstrap_rounds", says="Rounding gives the first and the last example only half of their chance.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.full(n, rng.integers(n))",
    name="bootstrap_repeats_one_index", says="One index is drawn and repeated; draw n of them.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.unique(rng.integers(n, size=n))",
    name="bootstrap_drops_repetitions",
    says="A bootstrap sample is as large as the data; what occurs twice stays in twice.",
)  # fmt: skip
slip(
    "bootstrap_indices", "default_rng(rng)", "default_rng(0)",
    name="bootstrap_from_one_seed", says="Each sample is the same, whatever the seed is.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.random.randint(n, size=n)",
    name="bootstrap_from_global_state",
    says="The same seed gives another sample each time: draw from rng and from nothing else.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.floor(rng.random(n) * n)",
    name="bootstrap_of_floats", says="The numbers are floats; indices are ints.",
)  # fmt: skip
slip(
    "bootstrap_indices", "rng.integers(n, size=n)", "np.resize(rng.permutation(n)[: max(1, round(0.632 * n))], n)",
    name="bootstrap_of_fixed_variety",
    says="Exactly 63 percent of the examples occur; how many do should be left to chance.",
)  # fmt: skip
slip(
    "bagging_predict", "np.mean([model(X) for model in models], axis=0)", "sum(model(X) for model in models)",
    name="bag_adds_up", says="The predictions are added up; their mean is wanted.",
)  # fmt: skip
slip(
    "bagging_predict", "np.mean([model(X) for model in models], axis=0)", "[model(X) * 1.0 for model in models][-1]",
    name="bag_of_the_last_model", says="Only the last model's prediction is left.",
)  # fmt: skip
slip(
    "bagging_predict", "np.mean([model(X) for model in models], axis=0)", "models[0](X) * 1.0",
    name="bag_of_the_first_model", says="Only the first model is asked.",
)  # fmt: skip
slip(
    "bagging_predict", "np.mean", "np.median",
    name="bag_takes_the_median", says="This is the median of the models; their mean is wanted.",
)  # fmt: skip
slip(
    "bagging_predict", "np.mean([model(X) for model in models], axis=0)", "sum(model(X) for model in models) / len(X)",
    name="bag_divides_by_the_examples", says="It is divided by the number of examples instead of the number of models.",
)  # fmt: skip
slip(
    "bagging_predict", "axis=0", "axis=1",
    name="bag_averages_the_examples", says="The mean is taken over the examples; it should be taken over the models.",
)  # fmt: skip
slip(
    "bagging_predict", ", axis=0", "",
    name="bag_averages_everything", says="Everything is averaged to a single number; each entry has its own mean.",
)  # fmt: skip
slip(
    "bagging_predict",
    "return np.mean([model(X) for model in models], axis=0)",
    "mean = models[0](X) * 1.0\n    for model in models[1:]:\n        mean = (mean + model(X)) / 2\n    return mean",
    name="bag_halves_again_and_again",
    says="Mean of the mean so far and the next one: the last model counts for one half.",
)  # fmt: skip
slip(
    "bagging_predict",
    "return np.mean([model(X) for model in models], axis=0)",
    "predictions = np.array([model(X) for model in models])\n"
    "    return (predictions.sum(axis=0) / len(models)).astype(predictions.dtype)",
    name="bag_cuts_off", says="The mean is cut off to an int where the models return ints.",
)  # fmt: skip
slip(
    "bagging_predict",
    "np.mean([model(X) for model in models], axis=0)", "np.round(np.mean([model(X) for model in models], axis=0))",
    name="bag_rounds", says="The mean is rounded; the average of probabilities or numbers is wanted as it is.",
)  # fmt: skip
slip("bagging_predict", "np.mean", "np.max", name="bag_takes_the_largest", says="The largest prediction is taken.")
slip(
    "bagging_predict", "np.mean([model(X) for model in models], axis=0)", "np.array([model(X) for model in models])",
    name="bag_returns_all", says="The predictions are returned side by side; average them.",
)  # fmt: skip
slip(
    "bagging_predict",
    "np.mean([model(X) for model in models], axis=0)", "sum(model(X) for model in models) / max(len(models) - 1, 1)",
    name="bag_divides_by_one_less", says="It is divided by one less than the number of models.",
)  # fmt: skip
slip(
    "bagging_predict",
    "return np.mean([model(X) for model in models], axis=0)",
    "mean = np.mean([model(X) for model in models], axis=0)\n    X -= X.mean(axis=0)\n    return mean",
    name="bag_standardizes_in_place", says="The result is right, but X was changed before the models saw it.",
)  # fmt: skip
slip(
    "bagging_predict",
    "np.mean([model(X) for model in models], axis=0)",
    "np.array([np.mean([model(row) for model in models], axis=0) for row in X])",
    name="bag_asks_row_by_row", says="The models are given one example at a time; they take all of X at once.",
)  # fmt: skip

# -------------------------------------------------------------------------------------------------------- random_search

slip(
    "random_search", "np.exp(rng.uniform(np.log(low), np.log(high)))", "rng.uniform(low, high)",
    name="search_is_uniform", says="The values are uniform, so nearly all of them lie in the highest decade.",
)  # fmt: skip
slip(
    "random_search", "np.exp(rng.uniform(np.log(low), np.log(high)))", "rng.uniform(np.log(low), np.log(high))",
    name="search_returns_logarithms", says="The logarithms themselves are returned.",
)  # fmt: skip
slip(
    "random_search", "np.exp(rng.uniform(np.log(low), np.log(high)))", "10 ** rng.uniform(np.log(low), np.log(high))",
    name="search_mixes_bases", says="The logarithm and the power have different bases.",
)  # fmt: skip
slip(
    "random_search", "np.log(low), np.log(high)", "np.log10(low), np.log10(high)",
    name="search_mixes_bases_the_other_way",
    says="The logarithm and the power have different bases: the range comes out too narrow.",
)  # fmt: skip
slip(
    "random_search",
    "np.exp(rng.uniform(np.log(low), np.log(high)))", "10.0 ** rng.integers(np.log10(low), np.log10(high) + 1)",
    name="search_tries_powers_of_ten", says="Only whole powers of ten are tried.",
)  # fmt: skip
slip(
    "random_search",
    "np.exp(rng.uniform(np.log(low), np.log(high)))",
    "10.0 ** rng.integers(int(np.ceil(np.log10(low))), int(np.floor(np.log10(high))) + 1)",
    name="search_tries_the_powers_of_ten_within", says="Only whole powers of ten are tried.",
)  # fmt: skip
slip(
    "random_search",
    "np.exp(rng.uniform(np.log(low), np.log(high)))",
    "np.clip(np.exp(rng.normal(np.log(low * high) / 2, np.log(high / low) / 6)), low, high)",
    name="search_is_log_normal", says="The logarithms are normally distributed; they should be uniform.",
)  # fmt: skip
slip("random_search", "np.log(high)", "0.0", name="search_ends_at_one", says="The range always ends at 1.")
slip(
    "random_search",
    "np.exp(rng.uniform(np.log(low), np.log(high)))", "low * (high / low) ** share",
    "for _ in range(n)", "for share in [rng.random() for _ in range(n)]",
    name="search_draws_once_per_trial", says="Each trial has one random number for all names; draw one for each.",
)  # fmt: skip
slip(
    "random_search", "for _ in range(n)\n    ]", "for _ in range(1)\n    ] * n",
    name="search_repeats_one_trial",
    says="All trials are the same dict: make a new one, with new numbers, for each trial.",
)  # fmt: skip
slip(
    "random_search",
    "rng = np.random.default_rng(rng)", "seed = rng",
    "rng.uniform", "np.random.default_rng(seed).uniform",
    name="search_restarts_the_generator",
    says="Each draw starts again from the seed: make one generator, and draw from it.",
)  # fmt: skip


@mistake("random_search", says="This is a grid; random trials repeat no value.")
def search_is_a_grid(space, n, rng):
    rng = np.random.default_rng(rng)
    steps = int(np.ceil(n ** (1 / len(space))))
    values = {name: np.geomspace(low, high, steps) for name, (low, high) in space.items()}
    order = rng.permutation(steps ** len(space))[:n]
    return [
        {name: float(v[i // steps**d % steps]) for d, (name, v) in enumerate(values.items())} for i in order.tolist()
    ]


@mistake("random_search", says="The values of each name are evenly spaced and only their order is random.")
def search_shuffles_even_steps(space, n, rng):
    rng = np.random.default_rng(rng)
    columns = {}
    for name, (low, high) in space.items():
        steps = (rng.permutation(n) + 0.5) / n
        columns[name] = low * (high / low) ** steps
    return [{name: float(column[i]) for name, column in columns.items()} for i in range(n)]


slip(
    "random_search",
    "return [", "trials = [",
    "range(n)\n    ]",
    "range(n)\n    ]\n    columns = {name: sorted(trial[name] for trial in trials) for name in space}\n"
    "    return [{name: column[i] for name, column in columns.items()} for i in range(n)]",
    name="search_is_sorted", says="The trials come sorted by their values, so small ones go with small ones.",
)  # fmt: skip
slip(
    "random_search",
    "return [", "trials = [",
    "range(n)\n    ]",
    "range(n)\n    ]\n    return {name: np.array([trial[name] for trial in trials]) for name in space}",
    name="search_returns_a_dict_of_arrays", says="One dict of arrays is returned; a list of dicts is wanted.",
)  # fmt: skip
slip("random_search", "range(n)", "range(1, n)", name="search_lacks_a_trial", says="There is one trial too few.")
slip(
    "random_search", "{name: float(", "tuple(float(", "space.items()}", "space.items())",
    name="search_returns_tuples", says="A trial is a tuple of values; it should be a dict from names to values.",
)  # fmt: skip
slip(
    "random_search", "default_rng(rng)", "default_rng(0)",
    name="search_from_one_seed", says="The trials are always the same, whatever the seed is.",
)  # fmt: skip
slip(
    "random_search", "rng.uniform", "np.random.uniform",
    name="search_from_global_state",
    says="The same seed gives other trials each time: draw from rng and from nothing else.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------------- standardize


def by(data, mean, std):
    return (data - mean) / np.where(std == 0, 1.0, std)


slip(
    "standardize",
    "(test - mean) / std", "(test - test.mean(axis=0)) / np.where(test.std(axis=0) == 0, 1.0, test.std(axis=0))",
    name="test_by_its_own_statistics",
    says="The test data are standardized with their own mean and standard deviation.",
)  # fmt: skip
slip(
    "standardize",
    "train.mean(axis=0), train.std(axis=0)", "both.mean(axis=0), both.std(axis=0)",
    "mean, std = both", "both = np.concatenate([train, test])\n    mean, std = both",
    name="statistics_of_both_together",
    says="Mean and standard deviation are computed from training and test data together.",
)  # fmt: skip
slip(
    "standardize", "(test - mean) / std", "test.copy()",
    name="test_is_not_standardized", says="The test data are left as they are.",
)  # fmt: skip
slip(
    "standardize", "(test - mean) / std", "(test - mean) / np.where(test.std(axis=0) == 0, 1.0, test.std(axis=0))",
    name="test_by_its_own_std", says="The test data are centered by the training data and divided by their own spread.",
)  # fmt: skip
slip(
    "standardize", "train.std(axis=0)", "train.var(axis=0)",
    name="standardize_divides_by_the_variance", says="It is divided by the variance instead of its root.",
)  # fmt: skip
slip(
    "standardize", "train.std(axis=0)", "train.std(axis=0, ddof=1)",
    name="standardize_unbiased", says="The standard deviation is divided by N - 1; here it is divided by N.",
)  # fmt: skip
slip(
    "standardize", "train.mean(axis=0), train.std(axis=0)", "train.mean(), train.std()",
    name="standardize_all_columns_together",
    says="All columns share one mean and one standard deviation; each has its own.",
)  # fmt: skip
slip(
    "standardize",
    "return (train - mean) / std, (test - mean) / std",
    "return tuple((x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True) for x in (train, test))",
    name="standardize_each_example",
    says="Each example is standardized over its own features; here it is each feature.",
)  # fmt: skip
slip(
    "standardize", "train.mean(axis=0), ", "0.0, ",
    name="standardize_does_not_centre", says="The mean is not subtracted.",
)  # fmt: skip
slip(
    "standardize", "(train - mean) / std, (test - mean) / std", "train - mean, test - mean",
    name="standardize_only_centres", says="The mean is subtracted, but nothing is divided.",
)  # fmt: skip
slip(
    "standardize", "train.mean(axis=0), train.std(axis=0)", "train.min(axis=0), np.ptp(train, axis=0)",
    name="standardize_to_the_unit_range",
    says="The data are scaled to the range from 0 to 1; mean 0 and standard deviation 1 are wanted.",
)  # fmt: skip
slip(
    "standardize", "    std = np.where(std == 0, 1.0, std)\n", "",
    name="standardize_divides_by_zero", says="A constant column gives 0 / 0: divide by 1 there.",
)  # fmt: skip
slip(
    "standardize", "np.where(std == 0, 1.0, std)", "std + 1e-8",
    name="standardize_adds_a_small_number",
    says="A small number is added to the standard deviation; only one that is exactly 0 is replaced, by 1.",
)  # fmt: skip
slip(
    "standardize", "std == 0", "std < 1e-6",
    name="standardize_replaces_tiny_spreads",
    says="A spread that is tiny is taken for none: only one that is exactly 0 is replaced.",
)  # fmt: skip
slip(
    "standardize",
    "return (train - mean) / std, (test - mean) / std",
    "train -= mean\n    test -= mean\n    return train / std, test / std",
    name="standardize_works_in_place",
    says="The result is right, but the data were changed: operators such as -= work in place.",
)  # fmt: skip
slip(
    "standardize", "return (train - mean) / std, (test - mean) / std", "return (train - mean) / std",
    name="standardize_returns_train_only", says="Only the training data are returned.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------ prediction questions

mistake(
    "q_thinned_networks",
    says="Two units alone give four networks: on-on, on-off, off-on, off-off.",
    name="networks_counted_by_units",
)(20)
mistake(
    "q_thinned_networks",
    says="The mask that drops everything is a mask, too.",
    name="networks_without_the_empty_one",
)(1023)
mistake("q_thinned_networks", says="Two to the power of ten, not ten squared.", name="networks_are_a_square")(100)
mistake("q_kept_unit", says="This is what it is multiplied by p; it is divided.", name="unit_times_p")(2.4)
mistake("q_kept_unit", says="In training what is kept becomes larger.", name="unit_as_it_is")(3.0)
mistake("q_kept_unit", says="p is the probability to keep, not to drop.", name="unit_by_the_share_dropped")(15.0)
mistake(
    "q_which_bug",
    says="Without the division all answers would be off in the same way, each time.",
    name="bug_is_the_division",
)("a")
mistake("q_which_bug", says="In testing nothing goes backwards.", name="bug_is_the_backward_mask")("c")
mistake(
    "q_which_bug",
    says="With another p the network would be better or worse, but the same three times.",
    name="bug_is_the_meaning_of_p",
)("d")
mistake("q_running_mean", says="Nine tenths of the old value remain in each step.", name="running_mean_has_arrived")(
    1.0
)
mistake(
    "q_running_mean",
    says="This is what remains of the start, which was 0; the rest has come from the batches.",
    name="running_mean_of_what_remains",
)(0.9**10)
mistake("q_running_mean", says="After one batch it is there. And after ten?", name="running_mean_after_one_batch")(0.1)
mistake("q_batch_of_one", says="The mean of one number is the number itself. Subtract it.", name="one_is_scaled")(34.5)
mistake("q_batch_of_one", says="gamma multiplies a zero here.", name="one_becomes_gamma")(2.5)
mistake("q_batch_of_one", says="beta is still to be added.", name="one_becomes_zero")(0.0)
mistake("q_trainings", says="The final model has to be trained, too.", name="trainings_without_the_final_one")(60)
mistake("q_trainings", says="Each value is tried on each fold.", name="trainings_are_a_sum")(16)
mistake("q_trainings", says="Each value is trained once per fold.", name="trainings_without_folds")(7)
mistake("q_left_out", says="This is the share that does occur.", name="share_that_occurs")(0.6321)
mistake("q_left_out", says="It is not one half: look at (1 - 1/n) to the n, for n = 100 say.", name="left_out_half")(
    0.5
)
mistake("q_left_out", says="One draw nearly always misses it, but there are n draws.", name="nearly_all_left_out")(1.0)
mistake(
    "q_below_a_hundredth",
    says="This would be right for uniform values; count the decades instead.",
    name="share_of_uniform_values",
)(0.01)
mistake("q_below_a_hundredth", says="This is the share above 0.01.", name="share_above_a_hundredth")(0.4)
mistake(
    "q_below_a_hundredth",
    says="Between 1e-5 and 1 there are five decades, not four.",
    name="share_with_a_decade_too_few",
)(0.5)
