"""Wrong implementations that students of this assignment write, each with what they should look at.

Those that draw do so in the natural way, such as `rng.random(x.shape) < p`. A student who draws like this gives the
same numbers, and so the mistake can be told from them.
"""

import copy
from itertools import pairwise

import numpy as np

from autograder import mistake

previous = {"call": None, "again": False}


def another_state(*call):
    """A seed that stands for NumPy's global generator: another one when the same call comes twice in succession.

    Real global state would carry over from one check to the next, and the numbers would depend on what ran before.
    """
    previous["again"] = call == previous["call"] and not previous["again"]
    previous["call"] = call
    return [12345, int(previous["again"])]


# ----------------------------------------------------------------------------------------------------------- l2_penalty


def total(weights):
    return sum(np.sum(w**2) for w in weights)


@mistake("l2_penalty", says="The loss is twice as large as it should be: this course writes the penalty with a half.")
def penalty_without_half(weights, reg):
    return reg * total(weights), [reg * w for w in weights]


@mistake("l2_penalty", says="Loss and gradients are twice as large as they should be: look at the factor in front.")
def penalty_and_gradients_without_half(weights, reg):
    return reg * total(weights), [2 * reg * w for w in weights]


@mistake("l2_penalty", says="The 2 of the derivative has not been cancelled by the half.")
def penalty_gradient_with_a_two(weights, reg):
    return 0.5 * reg * total(weights), [2 * reg * w for w in weights]


@mistake("l2_penalty", says="The half is in the gradient, too; there the derivative of the square cancels it.")
def penalty_gradient_with_half(weights, reg):
    return 0.5 * reg * total(weights), [0.5 * reg * w for w in weights]


@mistake("l2_penalty", says="reg is missing from the gradients.")
def penalty_gradient_without_reg(weights, reg):
    return 0.5 * reg * total(weights), [w.copy() for w in weights]


@mistake("l2_penalty", says="reg is missing from the loss.")
def penalty_without_reg(weights, reg):
    return 0.5 * total(weights), [reg * w for w in weights]


@mistake("l2_penalty", says="This is the L1 penalty, which adds up magnitudes.")
def penalty_is_l1(weights, reg):
    return reg * sum(np.sum(np.abs(w)) for w in weights), [reg * np.sign(w) for w in weights]


@mistake("l2_penalty", says="This is the norm itself; the penalty has its square.")
def penalty_is_the_norm(weights, reg):
    return 0.5 * reg * np.sqrt(total(weights)), [reg * w for w in weights]


@mistake("l2_penalty", says="The weights are added up without being squared.")
def penalty_without_square(weights, reg):
    return 0.5 * reg * sum(np.sum(w) for w in weights), [reg * w for w in weights]


@mistake("l2_penalty", says="The square of the sum is not the sum of the squares.")
def penalty_squares_the_sum(weights, reg):
    return 0.5 * reg * sum(np.sum(w) ** 2 for w in weights), [reg * w for w in weights]


@mistake("l2_penalty", says="The squares are averaged over the entries; they should be added up.")
def penalty_averages(weights, reg):
    return 0.5 * reg * sum(np.mean(w**2) for w in weights), [reg * w / w.size for w in weights]


@mistake("l2_penalty", says="Only one of the arrays is in the loss: is the sum assigned instead of added to?")
def penalty_of_the_last_array(weights, reg):
    return 0.5 * reg * np.sum(weights[-1] ** 2), [reg * w for w in weights]


@mistake("l2_penalty", says="Only the first array is penalized.")
def penalty_of_the_first_array(weights, reg):
    return 0.5 * reg * np.sum(weights[0] ** 2), [reg * weights[0]]


@mistake("l2_penalty", says="The gradients should be a list with an array for each array of weights, of its shape.")
def penalty_with_flat_gradients(weights, reg):
    return 0.5 * reg * total(weights), np.concatenate([reg * w.ravel() for w in weights])


@mistake("l2_penalty", says="The gradient is that of a step that shrinks the weights; the minus belongs to the step.")
def penalty_gradient_with_a_minus(weights, reg):
    return 0.5 * reg * total(weights), [-reg * w for w in weights]


@mistake("l2_penalty", says="The result is right, but the weights were changed: operators such as *= work in place.")
def penalty_works_in_place(weights, reg):
    loss = 0.5 * reg * total(weights)
    for w in weights:
        w *= reg
    return loss, [w.copy() for w in weights]


@mistake("l2_penalty", says="Only the loss is returned; its gradients belong to it.")
def penalty_without_gradients(weights, reg):
    return 0.5 * reg * total(weights)


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


def inverted(x, p, rng):
    return scaled(x, (rng.random(x.shape) < p) / p)


@mistake(
    "dropout_forward",
    says="What is kept is not divided by p, so the next layer receives less in training than in testing.",
)
def dropout_without_division(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < p) * 1.0))


@mistake(
    "dropout_forward",
    says="This is the older form, which multiplies by p in testing. This course divides in training, and testing is "
    "left alone.",
)
def dropout_scales_in_testing_instead(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < p) * 1.0), scaled)


@mistake("dropout_forward", says="Training divides by p already; testing should return x as it is.")
def dropout_scales_in_testing_as_well(x, dropout_param):
    return dropout(x, dropout_param, inverted, scaled)


@mistake("dropout_forward", says="Testing divides by p; nothing was dropped there, so nothing is to be made up for.")
def dropout_divides_in_testing(x, dropout_param):
    return dropout(x, dropout_param, inverted, lambda x, p: scaled(x, 1 / p))


@mistake("dropout_forward", says="p is taken for the probability to drop. Here it is the probability to keep.")
def dropout_drops_with_p(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) > p) / (1 - p)))


@mistake(
    "dropout_forward", says="Entries are divided by p as they should, but the comparison drops with probability p."
)
def dropout_compares_the_wrong_way(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) > p) / p))


@mistake("dropout_forward", says="The right share is kept, but divided by the probability to drop.")
def dropout_divides_by_the_share_dropped(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < p) / (1 - p)))


@mistake("dropout_forward", says="What is kept is multiplied by p; it should become larger, not smaller.")
def dropout_multiplies_by_p(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < p) * p))


@mistake("dropout_forward", says="Dropout is active in testing, too: ask twice, and you get two answers.")
def dropout_active_in_testing(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    return dropout(x, dropout_param, inverted, lambda x, p: inverted(x, p, rng))


@mistake("dropout_forward", says="The two modes are exchanged: entries are dropped in testing and kept in training.")
def dropout_modes_exchanged(x, dropout_param):
    rng = np.random.default_rng(dropout_param.get("seed"))
    return dropout(x, dropout_param, lambda x, p, rng: (x.copy(), 1.0), lambda x, p: inverted(x, p, rng))


@mistake("dropout_forward", says="All examples share one mask: draw a number for each entry of x, not for each column.")
def dropout_one_mask_per_column(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (np.zeros(x.shape) + rng.random(x.shape[-1]) < p) / p))


@mistake("dropout_forward", says="An example is dropped as a whole: draw a number for each entry of x.")
def dropout_one_number_per_example(x, dropout_param):
    def train(x, p, rng):
        draws = rng.random((len(x),) + (1,) * (x.ndim - 1))
        return scaled(x, (np.zeros(x.shape) + draws < p) / p)

    return dropout(x, dropout_param, train)


@mistake("dropout_forward", says="All the entries share one number: either everything is dropped or nothing is.")
def dropout_one_number_for_all(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, np.full(x.shape, (rng.random() < p) / p)))


@mistake("dropout_forward", says="A normal random number is not below p with probability p. Which distribution is?")
def dropout_from_normal_numbers(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.standard_normal(x.shape) < p) / p))


@mistake("dropout_forward", says="One half is dropped, whatever p is.")
def dropout_always_one_half(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < 0.5) / 0.5))


@mistake("dropout_forward", says="Numbers from 0 to 1 are rounded to 0 or 1, which keeps one half, whatever p is.")
def dropout_rounds_a_random_number(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, np.round(rng.random(x.shape)) / p))


@mistake(
    "dropout_forward",
    says="A fixed number of entries is kept. Each entry should be kept with probability p, independently of all "
    "others.",
)
def dropout_keeps_a_fixed_number(x, dropout_param):
    def train(x, p, rng):
        mask = np.zeros(x.size)
        mask[rng.permutation(x.size)[: round(p * x.size)]] = 1
        return scaled(x, mask.reshape(x.shape) / p)

    return dropout(x, dropout_param, train)


@mistake("dropout_forward", says="What is kept is divided by the share that happened to be kept. Divide by p itself.")
def dropout_divides_by_the_share_kept(x, dropout_param):
    def train(x, p, rng):
        mask = rng.random(x.shape) < p
        return scaled(x, mask / mask.mean())

    return dropout(x, dropout_param, train)


@mistake("dropout_forward", says="The random numbers themselves multiply x: compare them with p first.")
def dropout_multiplies_by_random_numbers(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, rng.random(x.shape) / p))


@mistake(
    "dropout_forward", says="Every call drops the same entries, whatever the seed is: use the rng of the first line."
)
def dropout_from_one_seed(x, dropout_param):
    return dropout(x, dropout_param | {"seed": 0}, inverted)


@mistake(
    "dropout_forward",
    says="The same seed drops other entries each time: the numbers come from somewhere else than from rng.",
)
def dropout_from_global_state(x, dropout_param):
    seed = dropout_param.get("seed")
    return dropout(
        x, dropout_param | {"seed": another_state("dropout", x.shape, dropout_param["mode"], seed)}, inverted
    )


@mistake("dropout_forward", says="0 is a seed like any other; `if seed:` takes it for none.")
def dropout_takes_seed_zero_for_none(x, dropout_param):
    seed = dropout_param.get("seed")
    if seed == 0:
        seed = another_state("seed zero", x.shape)
    return dropout(x, dropout_param | {"seed": seed}, inverted)


@mistake("dropout_forward", says="Without a seed every call drops the same entries; it should draw anew.")
def dropout_with_a_default_seed(x, dropout_param):
    return dropout(x, {"seed": 0} | dropout_param, inverted)


@mistake(
    "dropout_forward", says='Any mode that is not "train" is taken for testing; a mode that does not exist raises.'
)
def dropout_takes_any_mode(x, dropout_param):
    mode = "train" if dropout_param["mode"] == "train" else "test"
    return dropout(x, dropout_param | {"mode": mode}, inverted)


@mistake("dropout_forward", says="The result is right, but x itself was changed: operators such as *= work in place.")
def dropout_works_in_place(x, dropout_param):
    def train(x, p, rng):
        scale = (rng.random(x.shape) < p) / p
        x *= scale
        return x.copy(), scale

    return dropout(x, dropout_param, train)


@mistake("dropout_forward", says="Only out is returned; the backward pass needs a cache.")
def dropout_without_cache(x, dropout_param):
    return dropout(x, dropout_param, inverted)[0]


@mistake("dropout_forward", says="What is kept is divided by p twice.")
def dropout_divides_by_p_twice(x, dropout_param):
    return dropout(x, dropout_param, lambda x, p, rng: scaled(x, (rng.random(x.shape) < p) / p / p))


# The cache of the reference is the mask divided by p in training, and 1.0 in testing.


@mistake("dropout_backward", says="A new mask was drawn. The gradient goes back the way that the signal came.")
def backward_with_a_fresh_mask(dout, cache):
    p = 1 / np.max(cache)
    return dout * (np.random.default_rng(0).random(dout.shape) < p) / p if np.ndim(cache) else dout.copy()


@mistake("dropout_backward", says="The mask is right, but the division by p is missing.")
def backward_without_division(dout, cache):
    return dout * (np.asarray(cache) > 0)


@mistake("dropout_backward", says="The gradient passes as if nothing had been dropped.")
def backward_without_mask(dout, cache):
    return dout.copy()


@mistake("dropout_backward", says="Everything is divided by p, but nothing is masked.")
def backward_divides_without_mask(dout, cache):
    return dout * np.max(cache)


@mistake("dropout_backward", says="It is divided by p twice: once in the cache, once in the backward pass.")
def backward_divides_twice(dout, cache):
    return dout * cache * np.max(cache)


@mistake("dropout_backward", says="It is multiplied by p; the forward pass divided, and so does its derivative.")
def backward_multiplies_by_p(dout, cache):
    return dout * (np.asarray(cache) > 0) / np.max(cache)


@mistake("dropout_backward", says="The gradient passes where the signal was dropped, and the other way round.")
def backward_with_the_opposite_mask(dout, cache):
    return dout * (cache == 0) * np.max(cache) if np.ndim(cache) else dout.copy()


@mistake("dropout_backward", says="The upstream gradient is not used.")
def backward_ignores_upstream(dout, cache):
    return np.ones_like(dout) * cache


@mistake("dropout_backward", says="This is the backward pass of ReLU on top: negative gradients pass a mask, too.")
def backward_stops_negative_gradients(dout, cache):
    return np.maximum(dout, 0) * cache


@mistake("dropout_backward", says="After a test pass nothing comes back; there the gradient passes unchanged.")
def backward_is_zero_in_testing(dout, cache):
    return dout * cache if np.ndim(cache) else np.zeros_like(dout)


@mistake("dropout_backward", says="After a test pass there is no mask, and the code needs one.")
def backward_needs_a_mask(dout, cache):
    dx = np.zeros_like(dout)
    kept = cache.astype(bool)
    dx[kept] = dout[kept] * cache[kept]
    return dx


@mistake(
    "dropout_backward", says="The result is right, but dout itself was changed: operators such as *= work in place."
)
def backward_works_in_place(dout, cache):
    dout *= cache
    return dout.copy()


# ---------------------------------------------------------------------------------------------------- batchnorm_forward


def batch_moments(x):
    return x.mean(axis=0), x.var(axis=0)


def weigh(momentum, old, new):
    return momentum * old + (1 - momentum) * new


def inverse_root(var, eps):
    return 1 / np.sqrt(var + eps)


def batchnorm(
    x, gamma, beta, bn_param, *, moments=batch_moments, kept=None, weigh=weigh, inverse=inverse_root, test=None,
    keep=True, output=lambda x_hat, gamma, beta: gamma * x_hat + beta, eps=None, momentum=None, any_mode=False,
):  # fmt: skip
    """Batch normalization with some of its parts replaced.

    moments: of the batch, to normalize with; kept: of the batch, to keep; test: (x, mean, var) -> mean, var in testing.
    """
    mode, d = bn_param["mode"], x.shape[1]
    eps = bn_param.get("eps", 1e-5) if eps is None else eps
    momentum = bn_param.get("momentum", 0.9) if momentum is None else momentum
    running_mean, running_var = bn_param.get("running_mean", np.zeros(d)), bn_param.get("running_var", np.zeros(d))
    if mode == "train":
        mean, var = moments(x)
        if keep:
            new_mean, new_var = (kept or moments)(x)
            bn_param["running_mean"] = weigh(momentum, running_mean, new_mean)
            bn_param["running_var"] = weigh(momentum, running_var, new_var)
    elif mode == "test" or any_mode:
        mean, var = (running_mean, running_var) if test is None else test(x, running_mean, running_var)
    else:
        raise ValueError(mode)
    inverse_std = inverse(var, eps)
    x_hat = (x - mean) * inverse_std
    return output(x_hat, gamma, beta), (x_hat, gamma, inverse_std)


@mistake("batchnorm_forward", says="The running values lean the wrong way: here momentum weighs the old value.")
def momentum_weighs_the_new_value(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, weigh=lambda m, old, new: (1 - m) * old + m * new)


@mistake("batchnorm_forward", says="Only the last batch is kept; the running values should remember the earlier ones.")
def keeps_the_last_batch_only(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, weigh=lambda m, old, new: new)


@mistake("batchnorm_forward", says="The two weights of the running values do not add up to one.")
def running_values_without_second_weight(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, weigh=lambda m, old, new: m * old + new)


@mistake("batchnorm_forward", says="The running values are added up without momentum.")
def running_values_are_sums(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, weigh=lambda m, old, new: old + (1 - m) * new)


@mistake("batchnorm_forward", says="running_var holds the standard deviation; it should hold the variance.")
def keeps_the_std(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, kept=lambda x: (x.mean(axis=0), x.std(axis=0)))


@mistake("batchnorm_forward", says="running_var is averaged from the unbiased variance; here it is the biased one.")
def keeps_the_unbiased_variance(x, gamma, beta, bn_param):
    return batchnorm(
        x, gamma, beta, bn_param, kept=lambda x: (x.mean(axis=0), x.var(axis=0) * len(x) / max(len(x) - 1, 1))
    )


@mistake(
    "batchnorm_forward", says="running_var contains eps; it should be added where the root is taken, and not kept."
)
def keeps_eps_in_the_variance(x, gamma, beta, bn_param):
    eps = bn_param.get("eps", 1e-5)
    return batchnorm(x, gamma, beta, bn_param, kept=lambda x: (x.mean(axis=0), x.var(axis=0) + eps))


@mistake("batchnorm_forward", says="running_mean is updated and running_var is not.")
def keeps_the_mean_only(x, gamma, beta, bn_param):
    before = bn_param.get("running_var", np.zeros(x.shape[1]))
    result = batchnorm(x, gamma, beta, bn_param)
    bn_param["running_var"] = before
    return result


@mistake("batchnorm_forward", says="The running values do not arrive in bn_param: store them in the dict itself.")
def does_not_store_running_values(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, keep=False)


@mistake("batchnorm_forward", says="The running values are kept of the normalized batch, whose mean is 0 anyway.")
def keeps_moments_of_the_output(x, gamma, beta, bn_param):
    def moments_after(x):
        z = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + bn_param.get("eps", 1e-5))
        return z.mean(axis=0), z.var(axis=0)

    return batchnorm(x, gamma, beta, bn_param, kept=moments_after)


@mistake("batchnorm_forward", says="momentum has no effect: is its default written into the formula?")
def momentum_hard_coded(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, momentum=0.9)


@mistake(
    "batchnorm_forward", says="Without a momentum in bn_param another one than the default of the statement is used."
)
def momentum_wrong_default(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, momentum=bn_param.get("momentum", 0.99))


@mistake("batchnorm_forward", says="running_var starts as ones; if it is absent, it starts as zeros here.")
def variance_starts_at_one(x, gamma, beta, bn_param):
    bn_param.setdefault("running_var", np.ones(x.shape[1]))
    return batchnorm(x, gamma, beta, bn_param)


@mistake("batchnorm_forward", says="The first batch is taken as it is. The running values start as zeros.")
def first_batch_counts_in_full(x, gamma, beta, bn_param):
    first = bn_param["mode"] == "train" and "running_mean" not in bn_param
    return batchnorm(x, gamma, beta, bn_param, momentum=0.0 if first else None)


@mistake(
    "batchnorm_forward", says="In testing the batch's own mean and variance are used. What are the running ones for?"
)
def batch_statistics_in_testing(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, test=lambda x, mean, var: batch_moments(x))


@mistake("batchnorm_forward", says="In testing the mean is the running one, but the variance is the batch's.")
def batch_variance_in_testing(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, test=lambda x, mean, var: (mean, x.var(axis=0)))


@mistake("batchnorm_forward", says="In testing the variance is the running one, but the mean is the batch's.")
def batch_mean_in_testing(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, test=lambda x, mean, var: (x.mean(axis=0), var))


@mistake("batchnorm_forward", says="The output in testing is right, but testing changes the running values.")
def testing_updates_the_running_values(x, gamma, beta, bn_param):
    result = batchnorm(x, gamma, beta, bn_param)
    if bn_param["mode"] == "test":
        batchnorm(x, gamma, beta, train_param := bn_param | {"mode": "train"})
        bn_param.update({key: train_param[key] for key in ("running_mean", "running_var")})
    return result


@mistake("batchnorm_forward", says="In training the running values are used to normalize; there it is the batch's own.")
def running_values_in_training(x, gamma, beta, bn_param):
    result = batchnorm(x, gamma, beta, bn_param)
    return result if bn_param["mode"] == "test" else batchnorm(x, gamma, beta, bn_param | {"mode": "test"})


@mistake("batchnorm_forward", says="In testing it is divided by the variance; its root is still to be taken.")
def no_root_in_testing(x, gamma, beta, bn_param):
    testing = bn_param["mode"] == "test"
    return batchnorm(x, gamma, beta, bn_param, inverse=(lambda var, eps: 1 / (var + eps)) if testing else inverse_root)


@mistake("batchnorm_forward", says="eps is missing in testing.")
def no_eps_in_testing(x, gamma, beta, bn_param):
    testing = bn_param["mode"] == "test"
    return batchnorm(x, gamma, beta, bn_param, eps=1e-300 if testing else None)


@mistake("batchnorm_forward", says="In testing gamma and beta are forgotten.")
def plain_in_testing(x, gamma, beta, bn_param):
    testing = bn_param["mode"] == "test"
    return batchnorm(x, np.ones_like(gamma) if testing else gamma, np.zeros_like(beta) if testing else beta, bn_param)


@mistake("batchnorm_forward", says="In testing x comes out as it went in: it is normalized there, too.")
def testing_does_nothing(x, gamma, beta, bn_param):
    out, cache = batchnorm(x, gamma, beta, bn_param)
    return (x.copy() if bn_param["mode"] == "test" else out), cache


@mistake("batchnorm_forward", says="eps stands outside the root; it should be added to the variance.")
def eps_outside_the_root(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, inverse=lambda var, eps: 1 / (np.sqrt(var) + eps))


@mistake("batchnorm_forward", says="eps is missing: columns that hardly vary come out too large.")
def batchnorm_without_eps(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, eps=0.0)


@mistake("batchnorm_forward", says="eps has no effect: is its default written into the formula?")
def eps_hard_coded(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, eps=1e-5)


@mistake("batchnorm_forward", says="eps is squared before it is added to the variance.")
def eps_squared(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, inverse=lambda var, eps: 1 / np.sqrt(var + eps**2))


@mistake("batchnorm_forward", says="It is divided by the variance instead of its root.")
def divides_by_the_variance(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, inverse=lambda var, eps: 1 / (var + eps))


@mistake("batchnorm_forward", says="The variance is divided by N - 1; batch normalization divides it by N.")
def unbiased_variance(x, gamma, beta, bn_param):
    return batchnorm(
        x, gamma, beta, bn_param, moments=lambda x: (x.mean(axis=0), x.var(axis=0) * len(x) / max(len(x) - 1, 1))
    )


@mistake("batchnorm_forward", says="Mean and variance are taken over all entries at once; each column has its own.")
def one_mean_for_all_columns(x, gamma, beta, bn_param):
    ones = np.ones(x.shape[1])
    return batchnorm(x, gamma, beta, bn_param, moments=lambda x: (x.mean() * ones, x.var() * ones))


@mistake("batchnorm_forward", says="Each row is normalized; that is layer normalization. Here it is each column.")
def batchnorm_over_the_features(x, gamma, beta, bn_param):
    if bn_param["mode"] != "train":
        return batchnorm(x, gamma, beta, bn_param)
    batchnorm(x, gamma, beta, bn_param)
    inverse_std = 1 / np.sqrt(x.var(axis=1, keepdims=True) + bn_param.get("eps", 1e-5))
    x_hat = (x - x.mean(axis=1, keepdims=True)) * inverse_std
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std)


@mistake("batchnorm_forward", says="The mean is not subtracted.")
def does_not_centre(x, gamma, beta, bn_param):
    out, cache = batchnorm(x, gamma, beta, bn_param)
    return (gamma * x * cache[2] + beta if bn_param["mode"] == "train" else out), cache


@mistake("batchnorm_forward", says="The mean is subtracted, but nothing is divided.")
def does_not_divide(x, gamma, beta, bn_param):
    testing = bn_param["mode"] == "test"
    return batchnorm(x, gamma, beta, bn_param, inverse=inverse_root if testing else lambda var, eps: np.ones_like(var))


@mistake("batchnorm_forward", says="gamma and beta have no effect.")
def ignores_gamma_and_beta(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, output=lambda x_hat, gamma, beta: x_hat.copy())


@mistake("batchnorm_forward", says="gamma and beta are exchanged: gamma multiplies, beta is added.")
def gamma_and_beta_exchanged(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, output=lambda x_hat, gamma, beta: beta * x_hat + gamma)


@mistake("batchnorm_forward", says="beta is multiplied by gamma as well; it is added at the very end.")
def beta_inside_the_brackets(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, output=lambda x_hat, gamma, beta: gamma * (x_hat + beta))


@mistake("batchnorm_forward", says="The sum of squares is not divided by N.")
def variance_is_a_sum(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, moments=lambda x: (x.mean(axis=0), x.var(axis=0) * len(x)))


@mistake("batchnorm_forward", says="The variance is the mean of the squares; subtract the mean before you square.")
def variance_without_centring(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, moments=lambda x: (x.mean(axis=0), np.mean(x**2, axis=0)))


@mistake(
    "batchnorm_forward",
    says="The mean of the squares minus the square of the mean loses all digits where a column lies far from zero. "
    "Subtract the mean first, then square.",
)
def variance_from_two_large_numbers(x, gamma, beta, bn_param):
    return batchnorm(
        x, gamma, beta, bn_param,
        moments=lambda x: (x.mean(axis=0), np.maximum(np.mean(x**2, axis=0) - np.mean(x, axis=0) ** 2, 0)),
    )  # fmt: skip


@mistake("batchnorm_forward", says="A mode that does not exist is taken for testing; it should raise ValueError.")
def batchnorm_takes_any_mode(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param, any_mode=True)


@mistake("batchnorm_forward", says="The result is right, but x itself was changed: operators such as -= work in place.")
def batchnorm_works_in_place(x, gamma, beta, bn_param):
    result = batchnorm(x, gamma, beta, bn_param)
    x -= x.mean(axis=0)
    return result


@mistake("batchnorm_forward", says="Only out is returned; the backward pass needs a cache.")
def batchnorm_without_cache(x, gamma, beta, bn_param):
    return batchnorm(x, gamma, beta, bn_param)[0]


# --------------------------------------------------------------------------------------------------- batchnorm_backward
#
# The caches of the reference hold x_hat, gamma and inverse_std: (N, D), (D,) and, for layer norm, (N, 1).


def backward(dout, cache, *, axis=0, centre=1.0, stretch=1.0, gamma_in=True, divide=True, n=None, dgamma=None,
             dbeta=None):  # fmt: skip
    """The gradients, with parts of dx weighed otherwise (1.0: as it should be) or left out."""
    x_hat, gamma, inverse_std = cache
    upstream = dout * gamma if gamma_in else dout
    n = dout.shape[axis] if n is None else n
    through_mean = upstream.sum(axis=axis, keepdims=True) / n
    through_var = x_hat * (upstream * x_hat).sum(axis=axis, keepdims=True) / n
    dx = upstream - centre * through_mean - stretch * through_var
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

    declare("misses_the_mean", "The path through the mean is missing: add dx up, and see what you get.", centre=0.0)
    declare("misses_the_variance", "The path through the variance is missing.", stretch=0.0)
    declare(
        "takes_the_direct_path_only",
        "Mean and variance are treated as constants; they depend on x, too.",
        centre=0.0, stretch=0.0,
    )  # fmt: skip
    declare("adds_the_mean_path", "The path through the mean has the wrong sign.", centre=-1.0)
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
family("batchnorm_backward_alt", 0, "alt_")
family("layernorm_backward", 1, "layernorm_backward_")


@mistake("layernorm_backward", says="gamma stands outside the sums; here it differs from entry to entry of a row.")
def layernorm_backward_gamma_outside_the_sums(dout, cache):
    x_hat, gamma, inverse_std = cache
    centred = dout - dout.mean(axis=1, keepdims=True) - x_hat * np.mean(dout * x_hat, axis=1, keepdims=True)
    return gamma * centred * inverse_std, np.sum(dout * x_hat, axis=0), dout.sum(axis=0)


@mistake("layernorm_backward", says="dgamma and dbeta are added up over the features; each feature has its own.")
def layernorm_backward_sums_over_the_features(dout, cache):
    dx, _, _ = backward(dout, cache, axis=1)
    return dx, np.sum(dout * cache[0], axis=1), dout.sum(axis=1)


# ---------------------------------------------------------------------------------------------------- layernorm_forward


def layernorm(x, gamma, beta, ln_param, *, axis=1, var=None, inverse=inverse_root, eps=None, centre=True):
    """Layer normalization with some of its parts replaced."""
    eps = ln_param.get("eps", 1e-5) if eps is None else eps
    inverse_std = inverse(x.var(axis=axis, keepdims=True) if var is None else var, eps)
    x_hat = (x - x.mean(axis=axis, keepdims=True) if centre else x) * inverse_std
    return gamma * x_hat + beta, (x_hat, gamma, inverse_std)


@mistake("layernorm_forward", says="The columns are normalized; that is batch normalization. Here it is each row.")
def layernorm_over_the_batch(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, axis=0)


@mistake("layernorm_forward", says="Mean and variance are taken over all entries at once; each row has its own.")
def layernorm_over_everything(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, axis=None)


@mistake("layernorm_forward", says="The variance is divided by D - 1; here it is divided by D.")
def layernorm_unbiased(x, gamma, beta, ln_param):
    d = x.shape[1]
    return layernorm(x, gamma, beta, ln_param, var=x.var(axis=1, keepdims=True) * d / max(d - 1, 1))


@mistake("layernorm_forward", says="eps is missing: rows that hardly vary come out too large.")
def layernorm_without_eps(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, eps=0.0)


@mistake("layernorm_forward", says="eps has no effect: is its default written into the formula?")
def layernorm_eps_hard_coded(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, eps=1e-5)


@mistake("layernorm_forward", says="eps stands outside the root; it should be added to the variance.")
def layernorm_eps_outside_the_root(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, inverse=lambda var, eps: 1 / (np.sqrt(var) + eps))


@mistake("layernorm_forward", says="It is divided by the variance instead of its root.")
def layernorm_divides_by_the_variance(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, inverse=lambda var, eps: 1 / (var + eps))


@mistake("layernorm_forward", says="The mean is not subtracted.")
def layernorm_does_not_centre(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param, centre=False)


@mistake("layernorm_forward", says="gamma and beta have no effect.")
def layernorm_ignores_gamma_and_beta(x, gamma, beta, ln_param):
    return layernorm(x, np.ones_like(gamma), np.zeros_like(beta), ln_param)


@mistake("layernorm_forward", says="gamma and beta belong to the features, one per column; here they go with the rows.")
def layernorm_scales_the_rows(x, gamma, beta, ln_param):
    _, cache = layernorm(x, gamma, beta, ln_param)
    return gamma[:, None] * cache[0] + beta[:, None], cache


@mistake("layernorm_forward", says="The result is right, but x itself was changed: operators such as -= work in place.")
def layernorm_works_in_place(x, gamma, beta, ln_param):
    result = layernorm(x, gamma, beta, ln_param)
    x -= x.mean(axis=1, keepdims=True)
    return result


@mistake("layernorm_forward", says="Only out is returned; the backward pass needs a cache.")
def layernorm_without_cache(x, gamma, beta, ln_param):
    return layernorm(x, gamma, beta, ln_param)[0]


# -------------------------------------------------------------------------------------------------------- EarlyStopping


class Stopper:
    """The right class, in parts that mistakes replace."""

    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_params = float("inf"), None, None
        self.epochs = self.waited = 0

    def improves(self, loss):
        return loss < self.best_loss - self.min_delta

    def keep(self, loss, params):
        self.best_loss, self.best_epoch, self.best_params = loss, self.epochs, copy.deepcopy(params)

    def improved(self, loss, params):
        self.keep(loss, params)
        self.waited = 0

    def wait(self, loss, params):
        self.waited += 1

    def over(self):
        return self.waited >= self.patience

    def step(self, loss, params):
        if self.improves(loss):
            self.improved(loss, params)
        else:
            self.wait(loss, params)
        self.epochs += 1
        return self.over()


def stopping(name, says):
    """Declare a class as a mistake of EarlyStopping, under a name that says what is wrong."""
    return mistake("EarlyStopping", says=says, name=name)


@stopping("stops_one_epoch_late", "It stops one epoch too late: count the epochs without improvement on paper.")
class StopsLate(Stopper):
    def over(self):
        return self.waited > self.patience


@stopping("stops_one_epoch_early", "It stops one epoch too early: count the epochs without improvement on paper.")
class StopsEarly(Stopper):
    def over(self):
        return self.waited >= self.patience - 1 and self.waited > 0


@stopping("says_stop_only_once", "Later calls without improvement say True as well: `patience` calls or more.")
class StopsOnce(Stopper):
    def over(self):
        return self.waited == self.patience


@stopping("never_stops", "It never says that training should stop.")
class NeverStops(Stopper):
    def over(self):
        return False


@stopping("answers_the_opposite", "It returns True for going on; it should return True for stopping.")
class GoesOn(Stopper):
    def over(self):
        return self.waited < self.patience


@stopping("count_is_not_reset", "An improvement does not start the count again: the epochs should be in a row.")
class CountsAll(Stopper):
    def improved(self, loss, params):
        self.keep(loss, params)


@stopping("compares_with_the_last_loss", "Each loss is compared with the one before; compare it with the best one.")
class ComparesWithLast(Stopper):
    last = float("inf")

    def improves(self, loss):
        better, self.last = loss < self.last - self.min_delta, loss
        return better


@stopping("larger_is_better", "It waits for the loss to grow: smaller is better.")
class LargerIsBetter(Stopper):
    def improves(self, loss):
        return self.best_epoch is None or loss > self.best_loss + self.min_delta


@stopping(
    "equal_is_an_improvement", "A loss that is exactly as good as the limit counts as an improvement; it is none."
)
class EqualIsBetter(Stopper):
    def improves(self, loss):
        return loss <= self.best_loss - self.min_delta


@stopping("ignores_min_delta", "min_delta has no effect.")
class IgnoresMinDelta(Stopper):
    def improves(self, loss):
        return loss < self.best_loss


@stopping(
    "min_delta_with_the_wrong_sign", "min_delta forgives a loss that is worse; it should demand one that is better."
)
class ForgivesMinDelta(Stopper):
    def improves(self, loss):
        return loss < self.best_loss + self.min_delta


@stopping("min_delta_is_relative", "min_delta is taken as a share of the best loss; it is an amount.")
class RelativeMinDelta(Stopper):
    def improves(self, loss):
        return self.best_epoch is None or loss < self.best_loss * (1 - self.min_delta)


@stopping(
    "small_improvements_lower_the_bar",
    "The best loss follows improvements that are too small to count, so that they never add up.",
)
class FollowsSmallImprovements(Stopper):
    def wait(self, loss, params):
        self.waited += 1
        self.best_loss = min(self.best_loss, loss)


@stopping("small_improvements_are_kept", "What is kept changes with improvements smaller than min_delta.")
class KeepsSmallImprovements(Stopper):
    def wait(self, loss, params):
        self.waited += 1
        if loss < self.best_loss:
            self.keep(loss, params)


@stopping(
    "nan_is_an_improvement", "nan counts as an improvement: each comparison with nan is False, its opposite True."
)
class NanIsBetter(Stopper):
    def improves(self, loss):
        return not loss >= self.best_loss - self.min_delta


@stopping("keeps_no_copy", "best_params holds the arrays themselves, which the training goes on changing.")
class KeepsNoCopy(Stopper):
    def keep(self, loss, params):
        self.best_loss, self.best_epoch, self.best_params = loss, self.epochs, params


@stopping(
    "copies_the_dict_only", "A copy of the dict holds the same arrays; they are changed in place. Copy them, too."
)
class CopiesTheDict(Stopper):
    def keep(self, loss, params):
        self.best_loss, self.best_epoch, self.best_params = loss, self.epochs, dict(params)


@stopping("keeps_the_last_parameters", "best_params are those of the last epoch, not of the best one.")
class KeepsTheLast(Stopper):
    def wait(self, loss, params):
        self.waited += 1
        self.best_params = copy.deepcopy(params)


@stopping("keeps_the_first_parameters", "best_params are those of the first epoch, and are never replaced.")
class KeepsTheFirst(Stopper):
    def keep(self, loss, params):
        first = self.best_params
        super().keep(loss, params)
        self.best_params = first or self.best_params


@stopping("keeps_no_parameters", "best_params is None after an improvement: the best parameters should be kept.")
class KeepsNothing(Stopper):
    def keep(self, loss, params):
        self.best_loss, self.best_epoch = loss, self.epochs


@stopping("counts_epochs_from_one", "best_epoch is one too large: the first call has the number 0.")
class CountsFromOne(Stopper):
    def keep(self, loss, params):
        super().keep(loss, params)
        self.best_epoch += 1


@stopping("best_epoch_counts_improvements", "best_epoch counts the improvements, not the calls.")
class CountsImprovements(Stopper):
    def keep(self, loss, params):
        before = self.best_epoch
        super().keep(loss, params)
        self.best_epoch = 0 if before is None else before + 1


@stopping("best_epoch_is_the_last", "best_epoch is the number of the last call, not of the best one.")
class BestEpochIsLast(Stopper):
    def wait(self, loss, params):
        self.waited += 1
        self.best_epoch = self.epochs


@stopping("best_loss_is_the_last", "best_loss is the loss of the last call, not of the best one.")
class BestLossIsLast(Stopper):
    shown = float("inf")

    def step(self, loss, params):
        self.best_loss = self.shown
        said = super().step(loss, params)
        self.shown, self.best_loss = self.best_loss, loss
        return said


@stopping("patience_is_hard_coded", "It always waits for the same number of epochs, whatever patience is.")
class HardCodedPatience(Stopper):
    def over(self):
        return self.waited >= 5


@stopping("returns_nothing_while_going_on", "step returns None while training should go on; it should return False.")
class ReturnsNone(Stopper):
    def over(self):
        return True if self.waited >= self.patience else None


@stopping("needs_min_delta", "min_delta has a default, 0.")
class NeedsMinDelta(Stopper):
    def __init__(self, patience, min_delta):
        super().__init__(patience, min_delta)


@stopping(
    "starts_from_zero", "The best loss starts at 0, and no loss is better than that; what is better than nothing?"
)
class StartsFromZero(Stopper):
    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.best_loss = 0.0


@stopping("stops_at_the_first_rise", "It stops whenever the loss has not improved, whatever patience is.")
class NoPatience(Stopper):
    def over(self):
        return self.waited > 0


# -------------------------------------------------------------------------------------------------------- kfold_indices


def folds(n, k, rng, split=None, order=None):
    """The right splits; split: order -> list of k folds, order: (n, rng) -> the order."""
    if k < 2 or k > n:
        raise ValueError((n, k))
    rng = np.random.default_rng(rng)
    shuffled = rng.permutation(n) if order is None else order(n, rng)
    parts = np.array_split(shuffled, k) if split is None else split(shuffled)
    return parts, shuffled


def pairs(parts):
    return [(np.concatenate([p for j, p in enumerate(parts) if j != i]), val) for i, val in enumerate(parts)]


@mistake("kfold_indices", says="The examples are not shuffled: folds of sorted data are no good.")
def folds_are_not_shuffled(n, k, rng):
    return pairs(folds(n, k, rng, order=lambda n, rng: np.arange(n))[0])


@mistake("kfold_indices", says="Only the order of the folds is random: neighbours still share a fold.")
def folds_shuffled_as_a_whole(n, k, rng):
    parts, _ = folds(n, k, rng, order=lambda n, rng: np.arange(n))
    return pairs([parts[i] for i in np.random.default_rng(rng).permutation(k)])


@mistake("kfold_indices", says="Every k-th example is in the same fold, whatever the seed is: shuffle them.")
def folds_take_every_kth(n, k, rng):
    return pairs(
        folds(n, k, rng, split=lambda order: [order[i::k] for i in range(k)], order=lambda n, rng: np.arange(n))[0]
    )


@mistake("kfold_indices", says="The examples that are left over when k does not divide n are in no fold.")
def folds_lose_the_remainder(n, k, rng):
    parts, order = folds(n, k, rng, split=lambda order: [order[i * (n // k) : (i + 1) * (n // k)] for i in range(k)])
    return [(np.setdiff1d(order, val), val) for val in parts]


@mistake("kfold_indices", says="The examples that are left over are neither validated nor trained on.")
def folds_forget_the_remainder(n, k, rng):
    return pairs(folds(n, k, rng, split=lambda order: [order[i * (n // k) : (i + 1) * (n // k)] for i in range(k)])[0])


@mistake("kfold_indices", says="All that is left over goes into the last fold; the sizes should differ by 1 at most.")
def last_fold_takes_the_remainder(n, k, rng):
    def split(order):
        cuts = [i * (n // k) for i in range(k)] + [n]
        return [order[a:b] for a, b in pairwise(cuts)]

    return pairs(folds(n, k, rng, split=split)[0])


@mistake("kfold_indices", says="The folds are rounded up in size, and the last one gets too little, or nothing.")
def folds_are_rounded_up(n, k, rng):
    size = -(-n // k)
    return pairs(folds(n, k, rng, split=lambda order: [order[i * size : (i + 1) * size] for i in range(k)])[0])


@mistake("kfold_indices", says="It is shuffled anew for each fold, so folds overlap. Shuffle once.")
def folds_overlap(n, k, rng):
    folds(n, k, rng)
    rng, result = np.random.default_rng(rng), []
    for i in range(k):
        parts = np.array_split(rng.permutation(n), k)
        result.append(pairs(parts)[i])
    return result


@mistake("kfold_indices", says="Each fold is drawn from all examples by itself, so some come twice and some never.")
def folds_are_drawn_one_by_one(n, k, rng):
    parts, _ = folds(n, k, rng)
    rng = np.random.default_rng(rng)
    vals = [rng.choice(n, len(part), replace=False) for part in parts]
    return [(np.setdiff1d(np.arange(n), val), val) for val in vals]


@mistake("kfold_indices", says="The validated examples are trained on as well: then they prove nothing.")
def trains_on_everything(n, k, rng):
    parts, order = folds(n, k, rng)
    return [(order, val) for val in parts]


@mistake("kfold_indices", says="A pair is (train, val); here it is the other way round.")
def train_and_val_exchanged(n, k, rng):
    return [(val, train) for train, val in pairs(folds(n, k, rng)[0])]


@mistake("kfold_indices", says="Only one fold is trained on, and not all the others.")
def trains_on_the_next_fold(n, k, rng):
    parts, _ = folds(n, k, rng)
    return [(parts[(i + 1) % k], val) for i, val in enumerate(parts)]


@mistake("kfold_indices", says="Only the folds before (or after) the validated one are trained on.")
def trains_on_later_folds(n, k, rng):
    parts, _ = folds(n, k, rng)
    return [(np.concatenate([*parts[i + 1 :], np.zeros(0, int)]), val) for i, val in enumerate(parts)]


@mistake("kfold_indices", says="The list holds the folds only; each needs its training set beside it.")
def returns_the_folds_only(n, k, rng):
    return folds(n, k, rng)[0]


@mistake("kfold_indices", says="Only one split is returned; there should be one for each fold.")
def returns_one_split(n, k, rng):
    return pairs(folds(n, k, rng)[0])[0]


@mistake("kfold_indices", says="Truth values are returned; indices are wanted.")
def returns_masks(n, k, rng):
    return [(~np.isin(np.arange(n), val), np.isin(np.arange(n), val)) for val in folds(n, k, rng)[0]]


@mistake("kfold_indices", says="The indices run from 1 to n; they should start at 0.")
def indices_start_at_one(n, k, rng):
    return [(train + 1, val + 1) for train, val in pairs(folds(n, k, rng)[0])]


@mistake("kfold_indices", says="The folds are always the same, whatever the seed is.")
def folds_from_one_seed(n, k, rng):
    return pairs(folds(n, k, 0)[0])


@mistake(
    "kfold_indices", says="The same seed gives other folds each time: the order comes from somewhere else than rng."
)
def folds_from_global_state(n, k, rng):
    folds(n, k, rng)
    return pairs(folds(n, k, another_state("folds", n, k, rng))[0])


@mistake("kfold_indices", says="Which fold an example is in is drawn for each example alone, so the sizes vary.")
def folds_of_random_size(n, k, rng):
    folds(n, k, rng)
    number = np.random.default_rng(rng).integers(k, size=n)
    return pairs([np.flatnonzero(number == i) for i in range(k)])


@mistake("kfold_indices", says="More folds than examples, or fewer than two, should raise ValueError.")
def folds_of_any_number(n, k, rng):
    order = np.random.default_rng(rng).permutation(n)
    parts = np.array_split(order, max(k, 1))
    return [(np.setdiff1d(order, val), val) for val in parts]


@mistake("kfold_indices", says="As many folds as examples is allowed: each example is validated alone.")
def refuses_one_example_per_fold(n, k, rng):
    if k >= n:
        raise ValueError((n, k))
    return pairs(folds(n, k, rng)[0])


# -------------------------------------------------------------------------------------------------------- bias_variance


def right_bias(predictions, target):
    return float(np.mean((predictions.mean(axis=0) - target) ** 2))


def right_variance(predictions):
    return float(np.mean(predictions.var(axis=0)))


@mistake("bias_variance", says="The bias is not squared, so that too high here and too low there cancel.")
def bias_is_not_squared(predictions, target):
    return float(np.mean(predictions.mean(axis=0) - target)), right_variance(predictions)


@mistake("bias_variance", says="The bias is averaged over the points before it is squared.")
def bias_squared_too_late(predictions, target):
    return float(np.mean(predictions.mean(axis=0) - target) ** 2), right_variance(predictions)


@mistake("bias_variance", says="The magnitude of the bias is averaged, not its square.")
def bias_is_a_magnitude(predictions, target):
    return float(np.mean(np.abs(predictions.mean(axis=0) - target))), right_variance(predictions)


@mistake("bias_variance", says="This is the whole mean squared error; the bias takes the mean of the models first.")
def bias_is_the_whole_error(predictions, target):
    return float(np.mean((predictions - target) ** 2)), right_variance(predictions)


@mistake("bias_variance", says="The root of the squared bias is returned.")
def bias_with_a_root(predictions, target):
    return right_bias(predictions, target) ** 0.5, right_variance(predictions)


@mistake("bias_variance", says="The variance is divided by M - 1; with that the two do not add up to the error.")
def variance_is_unbiased(predictions, target):
    m = len(predictions)
    return right_bias(predictions, target), right_variance(predictions) * m / max(m - 1, 1)


@mistake("bias_variance", says="This is the standard deviation, not the variance.")
def variance_is_a_std(predictions, target):
    return right_bias(predictions, target), float(np.mean(predictions.std(axis=0)))


@mistake("bias_variance", says="The variance is taken over the points; it should be taken over the models.")
def variance_over_the_points(predictions, target):
    return right_bias(predictions, target), float(np.mean(predictions.var(axis=1)))


@mistake("bias_variance", says="The variance is taken over all entries at once; each point has its own mean.")
def variance_over_everything(predictions, target):
    return right_bias(predictions, target), float(np.var(predictions))


@mistake("bias_variance", says="The variance is measured from the target; it should be measured from the models' mean.")
def variance_around_the_target(predictions, target):
    return right_bias(predictions, target), float(np.mean((predictions - target) ** 2))


@mistake("bias_variance", says="All points have the same mean prediction here; each point has its own.")
def bias_from_one_mean(predictions, target):
    return float(np.mean((predictions.mean() - target) ** 2)), right_variance(predictions)


@mistake("bias_variance", says="The points are added up; the mean over them is wanted.")
def bias_variance_are_sums(predictions, target):
    n = predictions.shape[1]
    return right_bias(predictions, target) * n, right_variance(predictions) * n


@mistake("bias_variance", says="The two numbers are returned in the other order.")
def bias_and_variance_exchanged(predictions, target):
    return right_variance(predictions), right_bias(predictions, target)


@mistake("bias_variance", says="A number for each point is returned; average them.")
def bias_variance_per_point(predictions, target):
    return (predictions.mean(axis=0) - target) ** 2, predictions.var(axis=0)


@mistake("bias_variance", says="The bias is that of the median, not of the mean of the models.")
def bias_of_the_median(predictions, target):
    return float(np.mean((np.median(predictions, axis=0) - target) ** 2)), right_variance(predictions)


@mistake("bias_variance", says="The result is right, but predictions was changed: operators such as -= work in place.")
def bias_variance_works_in_place(predictions, target):
    result = right_bias(predictions, target), right_variance(predictions)
    predictions -= target
    return result


# --------------------------------------------------------------------------------------------------- bootstrap, bagging


@mistake("bootstrap_indices", says="This is a shuffle: no example comes twice. Draw with replacement.")
def bootstrap_without_replacement(n, rng):
    return np.random.default_rng(rng).permutation(n)


@mistake("bootstrap_indices", says="The last example can never be drawn: where does the range end?")
def bootstrap_never_draws_the_last(n, rng):
    return np.random.default_rng(rng).integers(max(n - 1, 1), size=n)


@mistake("bootstrap_indices", says="The first example can never be drawn: the indices start at 0.")
def bootstrap_never_draws_the_first(n, rng):
    return np.random.default_rng(rng).integers(1, n, size=n)


@mistake("bootstrap_indices", says="The indices run up to n, one beyond the last.")
def bootstrap_draws_beyond_the_last(n, rng):
    return np.random.default_rng(rng).integers(0, n, size=n, endpoint=True)


@mistake("bootstrap_indices", says="Rounding gives the first and the last example only half of their chance.")
def bootstrap_rounds(n, rng):
    return np.round(np.random.default_rng(rng).random(n) * (n - 1)).astype(int)


@mistake("bootstrap_indices", says="One index is drawn and repeated; draw n of them.")
def bootstrap_repeats_one_index(n, rng):
    return np.full(n, np.random.default_rng(rng).integers(n))


@mistake("bootstrap_indices", says="A bootstrap sample is as large as the data; what occurs twice stays in twice.")
def bootstrap_drops_repetitions(n, rng):
    return np.unique(np.random.default_rng(rng).integers(n, size=n))


@mistake("bootstrap_indices", says="Each sample is the same, whatever the seed is.")
def bootstrap_from_one_seed(n, rng):
    return np.random.default_rng(0).integers(n, size=n)


@mistake("bootstrap_indices", says="The same seed gives another sample each time: draw from rng and from nothing else.")
def bootstrap_from_global_state(n, rng):
    return np.random.default_rng(another_state("bootstrap", n, rng)).integers(n, size=n)


@mistake("bootstrap_indices", says="The numbers are floats; indices are ints.")
def bootstrap_of_floats(n, rng):
    return np.floor(np.random.default_rng(rng).random(n) * n)


@mistake("bootstrap_indices", says="Exactly 63 percent of the examples occur; how many do should be left to chance.")
def bootstrap_of_fixed_variety(n, rng):
    rng = np.random.default_rng(rng)
    chosen = rng.permutation(n)[: max(1, round(0.632 * n))]
    return np.resize(chosen, n)


@mistake("bagging_predict", says="The predictions are added up; their mean is wanted.")
def bag_adds_up(models, X):
    return sum(model(X) for model in models)


@mistake("bagging_predict", says="Only the last model's prediction is left.")
def bag_of_the_last_model(models, X):
    return [model(X) * 1.0 for model in models][-1]


@mistake("bagging_predict", says="Only the first model is asked.")
def bag_of_the_first_model(models, X):
    return models[0](X) * 1.0


@mistake("bagging_predict", says="This is the median of the models; their mean is wanted.")
def bag_takes_the_median(models, X):
    return np.median([model(X) for model in models], axis=0)


@mistake("bagging_predict", says="It is divided by the number of examples instead of the number of models.")
def bag_divides_by_the_examples(models, X):
    return sum(model(X) for model in models) / len(X)


@mistake("bagging_predict", says="The mean is taken over the examples; it should be taken over the models.")
def bag_averages_the_examples(models, X):
    return np.mean([model(X) for model in models], axis=1)


@mistake("bagging_predict", says="Everything is averaged to a single number; each entry has its own mean.")
def bag_averages_everything(models, X):
    return np.mean([model(X) for model in models])


@mistake("bagging_predict", says="Mean of the mean so far and the next one: the last model counts for one half.")
def bag_halves_again_and_again(models, X):
    mean = models[0](X) * 1.0
    for model in models[1:]:
        mean = (mean + model(X)) / 2
    return mean


@mistake("bagging_predict", says="The mean is cut off to an int where the models return ints.")
def bag_cuts_off(models, X):
    predictions = np.array([model(X) for model in models])
    return (predictions.sum(axis=0) / len(models)).astype(predictions.dtype)


@mistake("bagging_predict", says="The mean is rounded; the average of probabilities or numbers is wanted as it is.")
def bag_rounds(models, X):
    return np.round(np.mean([model(X) for model in models], axis=0))


@mistake("bagging_predict", says="The largest prediction is taken.")
def bag_takes_the_largest(models, X):
    return np.max([model(X) for model in models], axis=0)


@mistake("bagging_predict", says="The predictions are returned side by side; average them.")
def bag_returns_all(models, X):
    return np.array([model(X) for model in models])


@mistake("bagging_predict", says="It is divided by one less than the number of models.")
def bag_divides_by_one_less(models, X):
    return sum(model(X) for model in models) / max(len(models) - 1, 1)


@mistake("bagging_predict", says="The result is right, but X was changed before the models saw it.")
def bag_standardizes_in_place(models, X):
    result = np.mean([model(X) for model in models], axis=0)
    X -= X.mean(axis=0)
    return result


@mistake("bagging_predict", says="The models are given one example at a time; they take all of X at once.")
def bag_asks_row_by_row(models, X):
    return np.array([np.mean([model(row) for model in models], axis=0) for row in X])


# -------------------------------------------------------------------------------------------------------- random_search


def search(space, n, rng, draw):
    """n trials; draw: (low, high, rng) -> a value."""
    rng = np.random.default_rng(rng)
    return [{name: float(draw(low, high, rng)) for name, (low, high) in space.items()} for _ in range(n)]


def log_uniform(low, high, rng):
    return np.exp(rng.uniform(np.log(low), np.log(high)))


@mistake("random_search", says="The values are uniform, so nearly all of them lie in the highest decade.")
def search_is_uniform(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: rng.uniform(low, high))


@mistake("random_search", says="The logarithms themselves are returned.")
def search_returns_logarithms(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: rng.uniform(np.log(low), np.log(high)))


@mistake("random_search", says="The logarithm and the power have different bases.")
def search_mixes_bases(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: 10 ** rng.uniform(np.log(low), np.log(high)))


@mistake("random_search", says="The logarithm and the power have different bases: the range comes out too narrow.")
def search_mixes_bases_the_other_way(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: np.exp(rng.uniform(np.log10(low), np.log10(high))))


@mistake("random_search", says="Only whole powers of ten are tried.")
def search_tries_powers_of_ten(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: 10.0 ** rng.integers(np.log10(low), np.log10(high) + 1))


@mistake("random_search", says="The logarithms are normally distributed; they should be uniform.")
def search_is_log_normal(space, n, rng):
    def draw(low, high, rng):
        middle, width = np.log(low * high) / 2, np.log(high / low) / 6
        return np.clip(np.exp(rng.normal(middle, width)), low, high)

    return search(space, n, rng, draw)


@mistake("random_search", says="The range always ends at 1.")
def search_ends_at_one(space, n, rng):
    return search(space, n, rng, lambda low, high, rng: log_uniform(low, 1.0, rng))


@mistake("random_search", says="Each trial has one random number for all names; draw one for each.")
def search_draws_once_per_trial(space, n, rng):
    rng = np.random.default_rng(rng)
    shares = [rng.random() for _ in range(n)]
    return [{name: float(low * (high / low) ** u) for name, (low, high) in space.items()} for u in shares]


@mistake("random_search", says="All trials are the same dict: make a new one, with new numbers, for each trial.")
def search_repeats_one_trial(space, n, rng):
    return search(space, 1, rng, log_uniform) * n


@mistake("random_search", says="Each draw starts again from the seed: make one generator, and draw from it.")
def search_restarts_the_generator(space, n, rng):
    return search(space, n, rng, lambda low, high, _: log_uniform(low, high, np.random.default_rng(rng)))


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


@mistake("random_search", says="The trials come sorted by their values, so small ones go with small ones.")
def search_is_sorted(space, n, rng):
    trials = search(space, n, rng, log_uniform)
    columns = {name: sorted(trial[name] for trial in trials) for name in space}
    return [{name: column[i] for name, column in columns.items()} for i in range(n)]


@mistake("random_search", says="One dict of arrays is returned; a list of dicts is wanted.")
def search_returns_a_dict_of_arrays(space, n, rng):
    trials = search(space, n, rng, log_uniform)
    return {name: np.array([trial[name] for trial in trials]) for name in space}


@mistake("random_search", says="There is one trial too few.")
def search_lacks_a_trial(space, n, rng):
    return search(space, n, rng, log_uniform)[1:]


@mistake("random_search", says="A trial is a tuple of values; it should be a dict from names to values.")
def search_returns_tuples(space, n, rng):
    return [tuple(trial.values()) for trial in search(space, n, rng, log_uniform)]


@mistake("random_search", says="The trials are always the same, whatever the seed is.")
def search_from_one_seed(space, n, rng):
    return search(space, n, 0, log_uniform)


@mistake("random_search", says="The same seed gives other trials each time: draw from rng and from nothing else.")
def search_from_global_state(space, n, rng):
    return search(space, n, another_state("search", tuple(space), n, rng), log_uniform)


# ---------------------------------------------------------------------------------------------------------- standardize


def by(data, mean, std):
    return (data - mean) / np.where(std == 0, 1.0, std)


@mistake("standardize", says="The test data are standardized with their own mean and standard deviation.")
def test_by_its_own_statistics(train, test):
    return by(train, train.mean(axis=0), train.std(axis=0)), by(test, test.mean(axis=0), test.std(axis=0))


@mistake("standardize", says="Mean and standard deviation are computed from training and test data together.")
def statistics_of_both_together(train, test):
    both = np.concatenate([train, test])
    mean, std = both.mean(axis=0), both.std(axis=0)
    return by(train, mean, std), by(test, mean, std)


@mistake("standardize", says="The test data are left as they are.")
def test_is_not_standardized(train, test):
    return by(train, train.mean(axis=0), train.std(axis=0)), test.copy()


@mistake("standardize", says="The test data are centred by the training data, but divided by their own spread.")
def test_by_its_own_std(train, test):
    mean = train.mean(axis=0)
    return by(train, mean, train.std(axis=0)), by(test, mean, test.std(axis=0))


@mistake("standardize", says="It is divided by the variance instead of its root.")
def standardize_divides_by_the_variance(train, test):
    mean, var = train.mean(axis=0), train.var(axis=0)
    return by(train, mean, var), by(test, mean, var)


@mistake("standardize", says="The standard deviation is divided by N - 1; here it is divided by N.")
def standardize_unbiased(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0, ddof=1)
    return by(train, mean, std), by(test, mean, std)


@mistake("standardize", says="All columns share one mean and one standard deviation; each has its own.")
def standardize_all_columns_together(train, test):
    mean, std = train.mean(), train.std()
    return by(train, mean, std), by(test, mean, std)


@mistake("standardize", says="Each example is standardized over its own features; here it is each feature.")
def standardize_each_example(train, test):
    return tuple(by(x, x.mean(axis=1, keepdims=True), x.std(axis=1, keepdims=True)) for x in (train, test))


@mistake("standardize", says="The mean is not subtracted.")
def standardize_does_not_centre(train, test):
    return by(train, 0.0, train.std(axis=0)), by(test, 0.0, train.std(axis=0))


@mistake("standardize", says="The mean is subtracted, but nothing is divided.")
def standardize_only_centres(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)


@mistake(
    "standardize", says="The data are scaled to the range from 0 to 1; mean 0 and standard deviation 1 are wanted."
)
def standardize_to_the_unit_range(train, test):
    low, width = train.min(axis=0), np.ptp(train, axis=0)
    return by(train, low, width), by(test, low, width)


@mistake("standardize", says="A constant column gives 0 / 0: divide by 1 there.")
def standardize_divides_by_zero(train, test):
    with np.errstate(all="ignore"):
        mean, std = train.mean(axis=0), train.std(axis=0)
        return (train - mean) / std, (test - mean) / std


@mistake(
    "standardize",
    says="A small number is added to the standard deviation, so that a constant column of the training data makes the "
    "test data huge. Divide by 1 there.",
)
def standardize_adds_a_small_number(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0) + 1e-8
    return (train - mean) / std, (test - mean) / std


@mistake("standardize", says="A spread that is tiny is taken for none: only one that is exactly 0 is replaced.")
def standardize_replaces_tiny_spreads(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    std = np.where(std < 1e-6, 1.0, std)
    return (train - mean) / std, (test - mean) / std


@mistake("standardize", says="The result is right, but the data were changed: operators such as -= work in place.")
def standardize_works_in_place(train, test):
    mean, std = train.mean(axis=0), train.std(axis=0)
    train -= mean
    test -= mean
    return by(train, 0.0, std), by(test, 0.0, std)


@mistake("standardize", says="Only the training data are returned.")
def standardize_returns_train_only(train, test):
    return by(train, train.mean(axis=0), train.std(axis=0))


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
