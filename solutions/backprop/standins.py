"""Work that does none of what backprop asks for; the audit says what it earns."""

import numpy as np

from autograder import stand_in


@stand_in("affine_forward")
def repeats_the_bias(x, w, b):
    return np.tile(b, (len(x), 1)), (x, w, b)


@stand_in("affine_backward")
def spreads_the_upstream_gradient(dout, cache):
    x, w, b = cache
    mean = dout.mean()
    return np.full(x.shape, mean), np.full(w.shape, mean), np.full(b.shape, mean)


@stand_in("relu_forward")
def lets_everything_pass(x):
    return x.copy(), x


@stand_in("relu_backward")
def hands_the_gradient_on(dout, cache):
    return dout.copy()


@stand_in("jacobian")
def is_the_identity(f, x):
    return np.eye(np.size(f(x)), x.size)


@stand_in("vjp_from_jacobian")
def adds_up_the_columns(J, dout, x_shape):
    return J.sum(axis=0).reshape(x_shape)


@stand_in("unbroadcast")
def takes_the_first_entries(grad, shape):
    return grad.ravel()[: int(np.prod(shape))].reshape(shape)


@stand_in("unbroadcast")
def adds_up_everything(grad, shape):
    return np.full(shape, grad.sum())


@stand_in("topological_order")
def follows_the_first_parent(node):
    order = [node]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@stand_in("topological_order")
def lists_the_node_and_its_parents(node):
    return [*node.parents, node]


@stand_in("Value")
class Number:
    """Does arithmetic and knows no gradient but one."""

    def __init__(self, data):
        self.data, self.grad = data, 0.0

    def backward(self):
        self.grad = 1.0

    def of(operation):
        def method(self, *others):
            others = [other.data if isinstance(other, Number) else other for other in others]
            return Number(operation(self.data, *others))

        return method

    __add__ = __radd__ = of(lambda a, b: a + b)
    __mul__ = __rmul__ = of(lambda a, b: a * b)
    __sub__, __rsub__ = of(lambda a, b: a - b), of(lambda a, b: b - a)
    __truediv__, __rtruediv__ = of(lambda a, b: a / b), of(lambda a, b: b / a)
    __pow__, __neg__ = of(lambda a, b: a**b), of(lambda a: -a)
    exp, log, tanh, relu = of(np.exp), of(np.log), of(np.tanh), of(lambda a: max(a, 0.0))


@stand_in("TwoLayerNet")
class KnowsNothing:
    """Random weights, and the same scores for everything."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        self.reg, draw = reg, np.random.default_rng().standard_normal
        self.params = {
            "W1": weight_scale * draw((input_dim, hidden_dim)),
            "b1": np.zeros(hidden_dim),
            "W2": weight_scale * draw((hidden_dim, num_classes)),
            "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        scores = np.zeros((len(X), len(self.params["b2"])))
        if y is None:
            return scores
        counts = np.bincount(y, minlength=scores.shape[1])
        grads = {key: np.zeros(value.shape) for key, value in self.params.items()}
        return np.log(scores.shape[1]), grads | {"b2": 1 / scores.shape[1] - counts / len(X)}


@stand_in("find_the_bug")
def finds_all_right(forward, backward, inputs):
    return [False] * len(inputs)


def finds_another_each_time(forward, backward, inputs, asked=[0]):  # noqa: B006 - it is to remember
    asked[0] += 1
    return [i == (asked[0] - 1) % len(inputs) for i in range(len(inputs))]


stand_in("find_the_bug")(finds_another_each_time)


@stand_in("find_the_bug")
def looks_at_shapes_only(forward, backward, inputs):
    gradients = backward(np.ones(np.shape(forward(*inputs))), *inputs)
    return [np.shape(g) != np.shape(x) or not np.isfinite(g).all() for g, x in zip(gradients, inputs, strict=True)]
