"""Work on the regularization assignment that does none of it."""

import numpy as np

from autograder import stand_in


@stand_in("l2_penalty")
def the_weights_as_gradients(weights, reg):
    return 0.0, weights


@stand_in("dropout_forward")
def everything_is_kept(x, dropout_param):
    if dropout_param["mode"] not in ("train", "test"):
        raise ValueError("no such mode")
    return x, dropout_param


@stand_in("dropout_forward")
def everything_is_dropped(x, dropout_param):
    return (x if dropout_param["mode"] == "test" else 0 * x), dropout_param


@stand_in("dropout_backward")
def the_gradient_as_it_comes(dout, cache):
    return dout


@stand_in("batchnorm_forward")
@stand_in("layernorm_forward")
def scaled_and_shifted(x, gamma, beta, param):
    if param.get("mode", "train") not in ("train", "test"):
        raise ValueError("no such mode")
    param.setdefault("running_mean", np.zeros(len(gamma)))
    param.setdefault("running_var", np.zeros(len(gamma)))
    return gamma * x + beta, (x, gamma)


@stand_in("batchnorm_backward")
@stand_in("batchnorm_backward_alt")
@stand_in("layernorm_backward")
def the_gradient_passed_on(dout, cache):
    return dout, dout.sum(axis=0), dout.sum(axis=0)


@stand_in("EarlyStopping")
class never_stops:
    def __init__(self, patience, min_delta=0.0):
        self.best_loss, self.best_epoch, self.best_params = np.inf, None, None

    def step(self, loss, params):
        self.best_loss, self.best_epoch, self.best_params = loss, (self.best_epoch or 0) + 1, params
        return False


@stand_in("EarlyStopping")
class stops_by_the_clock:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.epoch = patience, -1
        self.best_loss, self.best_epoch, self.best_params = np.inf, None, None

    def step(self, loss, params):
        self.epoch += 1
        self.best_loss, self.best_epoch = min(loss, self.best_loss), 0
        self.best_params = params
        return self.epoch >= self.patience


@stand_in("kfold_indices")
def one_example_each(n, k, rng):
    if not 2 <= k <= n:
        raise ValueError("no such folds")
    return [(np.delete(np.arange(n), i), np.array([i])) for i in range(k)]


@stand_in("kfold_indices")
def all_for_training(n, k, rng):
    return [(np.arange(n), np.arange(0)) for _ in range(k)]


@stand_in("bias_variance")
def the_error_in_two_halves(predictions, target):
    error = np.mean((predictions - target) ** 2)
    return error / 2, error / 2


@stand_in("bootstrap_indices")
def every_second_twice(n, rng):
    return np.arange(n) // 2


@stand_in("bootstrap_indices")
def a_shuffle(n, rng):
    return np.random.default_rng(rng).permutation(n)


@stand_in("bagging_predict")
def the_first_model(models, X):
    return models[0](X)


@stand_in("random_search")
def uniform_numbers(space, n, rng):
    draw = np.random.default_rng(rng)
    return [{name: float(draw.uniform(low, high)) for name, (low, high) in space.items()} for _ in range(n)]


@stand_in("random_search")
def the_lower_ends(space, n, rng):
    return [{name: low for name, (low, _) in space.items()} for _ in range(n)]


@stand_in("standardize")
def only_centred(train, test):
    return train - train.mean(axis=0), test - train.mean(axis=0)
