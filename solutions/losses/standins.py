"""Work that does none of what losses asks for; the audit says what it earns."""

import numpy as np

from autograder import stand_in


@stand_in("mse_loss")
def counts_how_far_off_and_points_back(x, y):
    return np.mean(abs(x - y)), np.sign(x - y) / x.size


@stand_in("gaussian_nll")
def adds_up_squares(x, mu, sigma):
    return float(np.sum(((x - mu) / sigma) ** 2))


@stand_in("gaussian_mle")
def takes_the_middle_and_half_the_range(x):
    return (x.max() + x.min()) / 2, (x.max() - x.min()) / 2


@stand_in("softmax")
def shares_one_among_the_largest(x):
    largest = (x == x.max(axis=1, keepdims=True)).astype(float)
    return largest / largest.sum(axis=1, keepdims=True)


@stand_in("softmax")
def knows_nothing(x):
    return np.full(x.shape, 1 / x.shape[1])


def the_winner_against_the_right_one(x, y):
    """The score of the largest class minus that of the right one, with its gradient."""
    rows, winner = np.arange(len(x)), x.argmax(axis=1)
    dx = np.zeros(x.shape)
    dx[rows, winner] += 1 / len(x)
    dx[rows, y] -= 1 / len(x)
    return np.mean(x[rows, winner] - x[rows, y]), dx


stand_in("softmax_loss")(the_winner_against_the_right_one)
stand_in("svm_loss")(the_winner_against_the_right_one)


@stand_in("svm_loss")
def is_content(x, y):
    return 0.0, np.zeros(x.shape)


@stand_in("bce_with_logits")
def decides_without_a_curve(x, y):
    return np.mean(np.maximum(x, 0) - x * y), ((x > 0) - y) / x.size


@stand_in("eval_numerical_gradient")
def spreads_the_value(f, x, h=1e-5):
    return np.full(x.shape, f(x))


@stand_in("gradient_descent")
def goes_on_straight(grad, x0, lr, steps):
    return x0 - lr * np.arange(steps + 1)[:, np.newaxis] * grad(x0)


@stand_in("linear_regression_gd")
def solves_it_and_says_that_it_was_there_all_the_time(X, y, lr, steps):
    design = np.column_stack([X, np.ones(len(X))])
    best = np.linalg.lstsq(design, y, rcond=None)[0]
    loss = np.mean((design @ best - y) ** 2)
    return best[:-1], best[-1], [np.mean(y**2)] + [loss] * steps


@stand_in("minibatches")
def puts_all_into_one_batch(X, y, batch_size, rng):
    return [(X, y)]


@stand_in("minibatches")
def draws_each_batch_anew(X, y, batch_size, rng):
    rng = np.random.default_rng(rng)
    chosen = [rng.integers(0, len(X), batch_size) for _ in range(-(-len(X) // batch_size))]
    return [(X[rows], y[rows]) for rows in chosen]
