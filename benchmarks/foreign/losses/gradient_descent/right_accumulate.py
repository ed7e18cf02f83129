# says: Right; itertools.accumulate instead of a loop.
from itertools import accumulate

def gradient_descent(grad, x0, lr, steps):
    return np.stack(list(accumulate(range(steps), lambda x, _: x - lr * grad(x), initial=np.array(x0, dtype=float))))
