# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Regularization
#
# A network with a million weights can learn a thousand pictures by heart. Ask it about these thousand, and it makes no
# mistake. Ask it about the next one, and it may know nothing.
#
# So a small loss on the training data is not what we want. It is only what we can compute. What we want is a small loss
# on data that nobody has seen yet: **generalization**. The difference between the two losses is the **generalization
# gap**. A gap alone does no harm: a network may have learned its training data to the last image and still be the best
# there is on new ones. **Overfitting** is when a model pays for the fit: when its loss on new data is higher than that
# of a simpler, or earlier stopped, or more restricted model, because it has also learned what is true of its training
# data only. **Regularization** is everything that is meant to lower the loss on new data, even if the training loss
# rises (Goodfellow, Bengio & Courville, 2016, chapter 7): restrictions, noise, averages, also more data made from the
# data one has. This notebook is about the most common of these tools: what they do, how they are computed, and how to
# measure whether they helped.
#
# ## What you will be able to do
#
# - write weight decay, dropout, batch normalization and layer normalization, forwards and backwards;
# - say what each of them does in training, what it does in testing, and why that is not the same;
# - derive the gradient of batch normalization in two ways, along the graph and on paper;
# - stop training at the right moment and keep the right model;
# - split data into folds, measure bias and variance, and make one good model from many mediocre ones;
# - search hyper-parameters on the right scale, and prepare data without looking at the test set.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Overfitting and weight decay | `l2_penalty` | 6 | ★☆☆ | 15 |
# | 2 Dropout | `dropout_forward`, `dropout_backward` | 14 | ★★☆ | 30 |
# | 3 Batch normalization | `batchnorm_forward`, `batchnorm_backward`, `batchnorm_backward_alt` | 32 | ★★★ | 90 |
# | 4 Layer normalization | `layernorm_forward`, `layernorm_backward` | 10 | ★★☆ | 20 |
# | 5 Early stopping | `EarlyStopping` | 8 | ★★☆ | 25 |
# | 6 Cross-validation | `kfold_indices` | 8 | ★★☆ | 20 |
# | 7 Bias and variance | `bias_variance` | 6 | ★★☆ | 15 |
# | 8 Ensembles: bootstrap and bagging | `bootstrap_indices`, `bagging_predict` | 8 | ★☆☆ | 15 |
# | 9 Hyper-parameter search and preprocessing | `random_search`, `standardize` | 8 | ★☆☆ | 20 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer: a
# prediction that turns out wrong teaches more than a plot that you merely looked at.
#
# `check(...)` runs the public checks of an exercise, which carry about half of its points. The other checks are hidden,
# and run when your work is graded.
#
# NumPy is all you need, and SciPy is welcome. Any float dtype will do: what your code computes in float32 is compared
# as float32. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or scikit-learn fails: what they do is
# what you write here. So does one that calls what does it in a line: SciPy's `zmap`, `zscore`, `loguniform`.
# `check(...)` in the notebook does not look for them; `autograder check` and the grading do.

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import copy

import numpy as np

# %% tags=["demo"]
from itertools import pairwise

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle
from numpy.polynomial import legendre
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.tree import DecisionTreeRegressor

from autograder import plots
from autograder.notebook import earlier, uses

plots.style()
digits = load_digits()
pictures, labels = digits.data / 8 - 1, digits.target  # 1797 images of 64 pixels, from -1 to 1

# %% [markdown]
# ---
# ## 1 Overfitting and weight decay
#
# Fifteen noisy points, and a polynomial through them. The higher its degree, the more freedom it has. The green curve
# is the truth, which in real life nobody gives you.

# %% tags=["demo"]
NOISE = 0.25


def truth(x):
    """The curve behind the points; x: array of any shape."""
    return np.sin(3 * x)


def noisy_points(n, seed):
    """x, y: (n,) arrays, points scattered around the truth; each n-th part of the range holds one of them."""
    rng = np.random.default_rng(seed)
    x = 2 * (np.arange(n) + rng.uniform(0, 1, n)) / n - 1
    return x, truth(x) + NOISE * rng.standard_normal(n)


def polynomial(x, degree):
    """(N, degree + 1) array: Legendre's polynomials at x, a basis in which the columns hardly depend on each other."""
    return legendre.legvander(x, degree)


xs, ys = noisy_points(15, seed=3)
x_new, y_new = noisy_points(1000, seed=4)
fine = np.linspace(-1, 1, 300)


def draw_fit(ax, fit, title, points=(xs, ys)):
    """The truth, a fit at the places `fine`, and the points."""
    ax.plot(fine, truth(fine), color="tab:green", lw=1.2, label="truth")
    ax.plot(fine, fit, color="tab:red", lw=2, label="fit")
    ax.plot(*points, "k.", ms=6)
    ax.set(title=title, ylim=(-2, 2))


def errors_of(fits):
    """name -> the mean squared error of each fit there. fits: list of weights of polynomials."""
    both = {"the 15 points": (xs, ys), "1000 new points": (x_new, y_new)}
    return {k: [np.mean((polynomial(x, len(w) - 1) @ w - y) ** 2) for w in fits] for k, (x, y) in both.items()}


fits = [np.linalg.lstsq(polynomial(xs, degree), ys, rcond=None)[0] for degree in range(14)]
axes = plots.axes(4, width=3.2, height=3.1)
for ax, degree in zip(axes, (1, 4, 13), strict=False):
    draw_fit(ax, polynomial(fine, degree) @ fits[degree], f"degree {degree}")
axes[0].legend(fontsize=8)
plots.curves(errors_of(fits), xlabel="degree", ylabel="", title="mean squared error", log=True, ax=axes[3])
plt.show()

# %% [markdown]
# Degree 1 is too stiff: it is wrong on the points and on everything else (**underfitting**). Degree 13 has a weight for
# nearly every point, goes through nearly all of them, and is wrong everywhere in between (**overfitting**). On the
# right the blue curve can only fall. The orange one, which counts, falls and rises again.
#
# ### Weight decay
#
# One way out is a lower degree. Another one: keep all the freedom, and let it *cost* something. Add to the loss
#
# $$ R = \frac{\lambda}{2} \sum_i w_i^2, \qquad \frac{\partial R}{\partial w_i} = \lambda\, w_i . $$
#
# $\lambda \ge 0$ (`reg`) is the price. The sum runs over the entries of all weight matrices. The factor ½ is there for
# one reason: it cancels the 2 of the derivative. (Not everybody writes it. With and without are both in use, and then
# the same $\lambda$ means two different things.)
#
# A step of gradient descent on $R$ alone is $w \leftarrow w - \eta\lambda w = (1 - \eta\lambda)\,w$. Each weight
# shrinks by the same *share* in every step, unless the data pull it back. Hence the name **weight decay**. A curve that
# bends sharply between two points needs large weights of opposite sign. They are now expensive, so they go first.
#
# Biases are left out as a rule: they move the curve up and down and bend nothing. So the caller simply does not put
# them into the list.

# %% [markdown]
# ### Exercise: `l2_penalty` (6 points, ★☆☆, 15 minutes)

# %% tags=["exercise:l2_penalty"]
def l2_penalty(weights, reg):
    """The L2 penalty on several weight arrays, and its gradients.

    weights: list of float arrays, each of any shape. Not modified.
    reg: float >= 0, the strength lambda.

    Returns loss, grads:
        loss: float, half of reg times the sum of the squares of all entries of all arrays.
        grads: list of arrays, the gradient of the loss with respect to each array, of its shape.
    """
    # YOUR CODE HERE
    raise NotImplementedError("l2_penalty is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("l2_penalty")

# %% tags=["demo"]
with uses("l2_penalty"):

    def fit_with_penalty(x, y, degree, reg):
        """The weights of a polynomial that minimize the mean squared error plus the penalty: (degree + 1,) array."""
        features = polynomial(x, degree)

        def objective(w):
            error = features @ w - y
            penalty, (decay,) = l2_penalty([w], reg)
            return np.mean(error**2) + penalty, 2 * features.T @ error / len(y) + decay

        return minimize(objective, np.zeros(degree + 1), jac=True, method="BFGS", options={"gtol": 1e-6}).x

    strengths = np.logspace(-6, 1, 15)
    fits = [fit_with_penalty(xs, ys, 13, reg) for reg in strengths]
    axes = plots.axes(4, width=3.2, height=3.1)
    for ax, number in zip(axes, (0, 8, 14), strict=False):
        draw_fit(ax, polynomial(fine, 13) @ fits[number], f"degree 13, reg = {strengths[number]:.2g}")
    title = "mean squared error"
    plots.curves(errors_of(fits), x=strengths, xlabel="reg", ylabel="", title=title, log=True, ax=axes[3])
    axes[3].set_xscale("log")
    plt.show()

# %% [markdown]
# It is the same polynomial of degree 13 in all three pictures. With a suitable price it is close to the truth; with too
# high a price it does not bend at all (underfitting again). Read the curves on the right from right to left, and they
# are those of the first figure: `reg` sets the freedom of a model smoothly, where the degree sets it in steps.

# %% [markdown]
# ---
# ## 2 Dropout
#
# Ask ten people who have learned separately, and take the average of their answers: that is nearly always better than
# asking one. But ten networks cost ten times the training. **Dropout** (Srivastava, Hinton and others, 2014) gets
# something like it at the price of one. In each training step, each unit is switched off at random, independently of
# all others. What is left is a thinned network that has never existed before, and it takes one step.
#
# A unit that cannot rely on its neighbors has to be of use by itself. Without dropout, units repair each other's
# mistakes, and such repairs (**co-adaptations**) fit the training data and nothing else.
#
# **Predict.** A network has 10 hidden units, and any of them may be on or off. How many different thinned networks are
# there? (The one with no unit left counts.)

# %% tags=["exercise:q_thinned_networks"]
# YOUR CODE HERE
q_thinned_networks = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_thinned_networks")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each unit has two states, independently of the others: $2^{10}$. They all share one set of weights, and most of them
# are never trained for even a single step.
# </details>

# %% [markdown]
# ### What about testing?
#
# In testing nobody wants a random answer, so all units are on. But then the next layer receives more than it is used
# to. In this course **$p$ is the probability to *keep* a unit**. With $p = \tfrac12$ only half of the units were on at
# a time, and now all of them are: the sum has doubled. **Inverted dropout** makes up for it in training. What is kept
# is divided by $p$:
#
# $$ \text{training:}\quad y_i = \frac{m_i}{p}\, x_i, \quad m_i = \begin{cases} 1 & \text{with probability } p \\
#    0 & \text{otherwise} \end{cases} \qquad\qquad \text{testing:}\quad y_i = x_i $$
#
# On average over the masks, $\mathbb E[y_i] = \frac{p}{p} x_i = x_i$. So the test network needs no correction at all:
# it computes $x$ as if there were no dropout. (`torch.nn.Dropout(p)` means the probability to *drop*. Mind this when
# you read other people's code.)
#
# **Predict.** $p = 0.8$, and a unit has the value 3. Which value does the next layer see in training if the unit is
# kept?

# %% tags=["exercise:q_kept_unit"]
# YOUR CODE HERE
q_kept_unit = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_kept_unit")

# %% [markdown]
# <details><summary>Why?</summary>
#
# A kept unit is divided by $p$: $3/0.8$. Averaged over many masks, $0.8\cdot 3.75 + 0.2\cdot 0 = 3$, the value that the
# next layer sees in testing.
# </details>

# %% [markdown]
# Backwards, a mask is a multiplication by a constant, so $\partial L/\partial x_i = \frac{m_i}{p}\,
# \partial L/\partial y_i$, with *the same* $m_i$ as on the way up. That is what the cache is for.
#
# Where does the randomness come from? `dropout_param["seed"]` may hold an int, so that a mask can be drawn again, or a
# generator, which goes on drawing where it stopped. Without it, each call draws a new mask. The first line, written for
# you, treats all three alike.

# %% [markdown]
# ### Exercises: `dropout_forward`, `dropout_backward` (8 and 6 points, ★★☆, 30 minutes together)

# %% tags=["exercise:dropout_forward"]
def dropout_forward(x, dropout_param):
    """Forward pass of inverted dropout (Srivastava et al. 2014, section 10).

    x: float array of any shape. Not modified.
    dropout_param: dict with
        "p": float, 0 < p <= 1, the probability to KEEP an entry;
        "mode": "train" or "test";
        "seed": int or np.random.Generator, optional; the only source of randomness. Without it every call draws anew.

    In mode "train" each entry is kept with probability p, independently of all others, and divided by p; the others
    become 0. In mode "test" the entries stay as they are. Raises ValueError for any other mode.

    Returns out, cache:
        out: float array of the shape of x.
        cache: anything that your dropout_backward needs.
    """
    rng = np.random.default_rng(dropout_param.get("seed"))
    # YOUR CODE HERE
    raise NotImplementedError("dropout_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("dropout_forward")

# %% tags=["exercise:dropout_backward"]
def dropout_backward(dout, cache):
    """Backward pass of inverted dropout.

    dout: float array of the shape of x, the gradient of the loss with respect to out. Not modified.
    cache: what your dropout_forward returned second, in either mode.

    Returns dx: float array of the shape of x, the gradient of the loss with respect to x.
    """
    # YOUR CODE HERE
    raise NotImplementedError("dropout_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("dropout_backward")

# %% tags=["demo"]
with uses("dropout_forward"):
    fig, axes = plt.subplots(1, 5, figsize=(13, 2.9), width_ratios=[1, 1, 1, 1, 1.6])
    layers = [np.linspace(-1, 1, n) for n in (4, 6, 6, 2)]
    for number, ax in enumerate(axes[:4]):
        param = {"p": 0.5, "mode": "train", "seed": np.random.default_rng(20 + number)}
        on = [np.ones(4), *(dropout_forward(np.ones(6), param)[0] for _ in range(2)), np.ones(2)]
        for i in range(3):
            for a, kept_a in zip(layers[i], on[i], strict=True):
                for b, kept_b in zip(layers[i + 1], on[i + 1], strict=True):
                    if kept_a and kept_b:
                        ax.plot([i, i + 1], [a, b], color="0.7", lw=0.8, zorder=1)
        for i, (places, kept) in enumerate(zip(layers, on, strict=True)):
            colors = ["tab:blue" if k else "white" for k in kept]
            ax.scatter([i] * len(places), places, s=110, c=colors, edgecolors="0.6", zorder=2)
        ax.set(title=f"mask {number + 1}", xlim=(-0.4, 3.4), ylim=(-1.3, 1.3))
        ax.axis("off")
    rng = np.random.default_rng(5)
    signal, outgoing = rng.uniform(0, 1, 100), rng.uniform(0, 0.2, 100)
    sums = {}
    for keep in (0.5, 0.9):
        param = {"p": keep, "mode": "train", "seed": rng}
        drawn = np.array([dropout_forward(signal, param)[0] @ outgoing for _ in range(2000)])
        sums[f"p = {keep}: mean {drawn.mean():.2f}"] = drawn
    tested = dropout_forward(signal, {"p": 0.5, "mode": "test"})[0] @ outgoing
    axes[4].axvline(tested, color="k", lw=1.5, label=f"testing: {tested:.2f}")
    plots.histograms(sums, title="a sum of 100 units, 2000 masks", ax=axes[4])
    plt.show()

# %% [markdown]
# Four thinned networks, drawn by your function, each with about half of its hidden units. On the right is what a unit
# of the next layer receives, for 2000 masks. The colors differ in width, not in their mean: both are centered on what
# the test network computes with all units on.
#
# **Predict.** A friend evaluates the same network on the same test images three times, and gets 96.1, 95.4 and 96.4
# percent. What was done wrong?
#
# - `"a"`: the kept units were not divided by $p$;
# - `"b"`: dropout is still on when testing;
# - `"c"`: `dropout_backward` draws a new mask;
# - `"d"`: $p$ is the probability to drop.

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The network and the images are the same each time, so only something random can change the result, and in testing
# nothing should be random. With (a) or (d) the figures would be wrong, but equal; (c) concerns training only.
# </details>

# %% [markdown]
# ---
# ## 3 Batch normalization
#
# It helps to feed a network with numbers of mean 0 and standard deviation 1. But that is only the input. Each later
# layer is fed by the layer before, whose weights change in every step, and with them the scale of its numbers. **Batch
# normalization** (Ioffe & Szegedy, 2015) standardizes them: each feature, in each layer, in each step, over the batch
# that is just passing through.
#
# With $x_{nd}$ the feature $d$ of example $n$, in a batch of $N$:
#
# $$ \mu_d = \frac1N \sum_n x_{nd}, \qquad v_d = \frac1N \sum_n (x_{nd} - \mu_d)^2, \qquad
#    \hat x_{nd} = \frac{x_{nd} - \mu_d}{\sqrt{v_d + \varepsilon}}, \qquad
#    y_{nd} = \gamma_d\, \hat x_{nd} + \beta_d . $$
#
# $\varepsilon$ keeps the division alive if a feature is constant; it stands *under* the root, beside the variance.
# $\gamma$ and $\beta$ are learned: if a layer is better off with another scale and another center, it can have them
# back.
#
# **Numbers far from zero.** On paper $v = \overline{x^2} - \mu^2$ is the same. On a computer it is not. If a feature
# lies around $10^8$ and spreads by 1, its square is about $10^{16}$, and float64 has 16 digits: the spread is lost in
# the last of them, and the difference may even come out negative. Subtract the mean first, then square.
#
# ### Training and testing
#
# In testing there may be only a single example, and its answer should not depend on who else is in the batch. So in
# training we keep book. After each batch
#
# $$ \text{running} \leftarrow \text{momentum} \cdot \text{running} + (1 - \text{momentum}) \cdot \text{batch} $$
#
# for the mean and for the *variance* (the $v$ above: not the standard deviation, without $\varepsilon$, divided by
# $N$). In testing these two take the place of $\mu$ and $v$. Here `momentum` weighs the **old** value, 0.9 by default.
# PyTorch's `momentum` weighs the new one, 0.1 by default, and divides the variance that it keeps by $N - 1$.
#
# **Predict.** The running mean starts at 0, and the mean of every batch is exactly 1. What is the running mean after
# 10 batches, with momentum 0.9?

# %% tags=["exercise:q_running_mean"]
# YOUR CODE HERE
q_running_mean = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_running_mean")

# %% [markdown]
# <details><summary>Why?</summary>
#
# What is missing to 1 shrinks by the factor 0.9 with each batch, so after ten of them it is $0.9^{10} = 0.35$. It is
# the same start from zero that Adam corrects for; batch normalization just waits until it has worn off.
# </details>

# %% [markdown]
# **Predict.** A training batch of a *single* example goes through batch normalization, with $x = 17$, $\gamma = 2$ and
# $\beta = 0.5$. What comes out?

# %% tags=["exercise:q_batch_of_one"]
# YOUR CODE HERE
q_batch_of_one = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_batch_of_one")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The mean of one example is the example itself, so $\hat x = 0$ and only $\beta$ is left. A batch of one learns nothing
# through this layer, whatever $x$ is: that is why small batches and batch normalization do not go together.
# </details>

# %% [markdown]
# ### Exercise: `batchnorm_forward` (14 points, ★★☆, 35 minutes)

# %% tags=["exercise:batchnorm_forward"]
def batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization (Ioffe & Szegedy 2015, algorithm 1).

    x: (N, D) float array. Not modified. A column may lie far from zero: at 1e8, say, with a spread of 1.
    gamma, beta: (D,) float arrays, scale and shift of each feature. Not modified.
    bn_param: dict with
        "mode": "train" or "test";
        "eps": float added to the variance under the root, 1e-5 if absent;
        "momentum": float, the weight of the OLD running value, 0.9 if absent;
        "running_mean", "running_var": (D,) float arrays, zeros if absent.

    In mode "train" each column is normalized by the mean and the biased variance (divided by N) of the batch, and the
    updated running values are stored in this same dict, in bn_param["running_mean"] and bn_param["running_var"]. In
    mode "test" the running values take the place of the batch's, and stay as they are. Raises ValueError for any other
    mode.

    Returns out, cache:
        out: (N, D) float array.
        cache: anything that your batchnorm_backward and your batchnorm_backward_alt need.
    """
    mode, eps, momentum = bn_param["mode"], bn_param.get("eps", 1e-5), bn_param.get("momentum", 0.9)
    running_mean = bn_param.get("running_mean", np.zeros(x.shape[1]))
    running_var = bn_param.get("running_var", np.zeros(x.shape[1]))
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("batchnorm_forward")

# %% tags=["demo"]
with uses("batchnorm_forward"):
    fig, axes = plt.subplots(2, 5, figsize=(12, 4), sharex=True)
    for row, normalized in zip(axes, (False, True), strict=True):
        generator = np.random.default_rng(7)
        signal = generator.standard_normal((500, 50))
        for number in range(1, 10):
            z = signal @ generator.normal(0, 0.3, (50, 50)) + generator.normal(0, 0.5, 50)
            if normalized:
                z, _ = batchnorm_forward(z, np.ones(50), np.zeros(50), {"mode": "train"})
            signal = np.tanh(z)
            if number % 2:
                ax = row[number // 2]
                ax.hist(signal.ravel(), bins=np.linspace(-1, 1, 41), color="tab:green" if normalized else "tab:red")
                flat = np.mean(1 - signal**2 < 0.1)
                ax.set_title(f"layer {number}: {flat:.0%} nearly flat", fontsize=9)
                ax.set_yticks([])
        row[0].set_ylabel("batch norm" if normalized else "plain")
    fig.suptitle("outputs of tanh layers, weights too large by a factor of two (nearly flat: slope below 0.1)")
    plt.show()

# %% [markdown]
# In the upper row many units are **saturated**: they lie near −1 or 1, where hardly any gradient gets through. In the
# lower row the weights are just as wrong, and it does not matter: whatever scale they give to a feature, the division
# takes away.
#
# **Why?** In the experiment each layer has a bias. In the lower row it has no effect at all, and layers right before
# batch normalization are usually built without one. Why?
#
# <details><summary>An answer</summary>
#
# A bias adds the same number to a feature of all examples, so it adds it to their mean, and the mean is subtracted.
# What the bias was for, $\beta$ does: it is added after the normalization.
# </details>

# %% [markdown]
# ### The backward pass, along the graph
#
# Now $x_{nd}$ goes into $\hat x_{nd}$ along *three* paths: directly, through the mean, and through the variance (and
# through these it reaches every other example of the batch). A gradient takes all three. Drawn as a graph, with one
# feature and $s = 1/\sqrt{v + \varepsilon}$:

# %% tags=["demo"]
ax = plots.axes(width=12, height=2.8)
nodes = {
    "$x$": (0, 0), r"$\mu$": (1.3, 1), r"$c = x - \mu$": (2.6, 0), "$v$": (4.4, 1), "$s$": (5.8, 1),
    r"$\hat x = c\,s$": (7.1, 0), r"$y = \gamma \hat x + \beta$": (9.6, 0), r"$\gamma,\ \beta$": (9.6, 1),
}  # fmt: skip
names = list(nodes)
for a, b in [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (2, 5), (4, 5), (5, 6), (7, 6)]:
    start, end = np.array(nodes[names[a]]), np.array(nodes[names[b]])
    aside = np.array([0.12, 0]) if start[0] == end[0] else np.array([0, 0.14])
    shrink = {"shrinkA": 38, "shrinkB": 38} if start[1] == end[1] else {"shrinkA": 22, "shrinkB": 22}
    for tail, tip, color, line in [
        (start + aside / 2, end + aside / 2, "tab:blue", "-"),
        (end - aside / 2, start - aside / 2, "tab:red", "--"),
    ]:
        arrow = {"arrowstyle": "-|>", "color": color, "ls": line, "lw": 1.2, **shrink}
        ax.annotate("", tip, tail, arrowprops=arrow)
for name, (px, py) in nodes.items():
    box = {"boxstyle": "round", "fc": "white", "ec": "0.6"}
    ax.text(px, py, name, ha="center", va="center", bbox=box, fontsize=12)
ax.set(xlim=(-0.5, 10.6), ylim=(-0.5, 1.5))
ax.axis("off")
plt.show()

# %% [markdown]
# Go from right to left, along the red arrows. At each node add up what arrives:
#
# - $\beta_d$ was added to every example, $\gamma_d$ multiplied every $\hat x_{nd}$: sum over the batch;
# - $\hat x$ receives $g_{nd} = \gamma_d\, \partial L/\partial y_{nd}$;
# - $v_d$ receives $\sum_n g_{nd}\, c_{nd} \cdot \bigl(-\tfrac12\bigr) (v_d + \varepsilon)^{-3/2}$;
# - $c$ receives two contributions, one from $\hat x$ and one from $v$, whose derivative is $2 c_{nd}/N$;
# - $\mu_d$ receives minus the sum of what $c$ received;
# - and $x$ what $c$ received, plus its $N$-th part of what $\mu$ received.
#
# A check for yourself: adding a constant to a feature changes no output, so the gradient of $x$, added up over the
# batch, must be 0 in each column.

# %% [markdown]
# ### Exercise: `batchnorm_backward` (12 points, ★★★, 40 minutes)
#
# It needs `batchnorm_forward` first, for it is given
# what that one returned as its cache, always of a forward pass in mode `"train"`.

# %% tags=["exercise:batchnorm_backward"]
def batchnorm_backward(dout, cache):
    """Backward pass of batch normalization, for a forward pass in mode "train".

    dout: (N, D) float array, the gradient of the loss with respect to out. Not modified.
    cache: what your batchnorm_forward returned second.

    Returns dx, dgamma, dbeta: float arrays of shapes (N, D), (D,) and (D,), the gradients with respect to the three
    inputs, those through the mean and the variance of the batch included.
    """
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("batchnorm_backward")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Do not look for one formula. Write a line for each arrow of the graph, from right to left, and give each gradient a
# name. What do you need from the forward pass? If it is not in your cache, put it there: the cache is yours.
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# What was *broadcast* on the way forward (one mean for $N$ examples) is *summed* on the way back. What was a sum over
# the batch on the way forward gives each example its share on the way back. And what was used twice collects two
# contributions: $c$ went into $\hat x$ and into $v$.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```python
# dgamma, dbeta = ..., ...   # (D,): two sums over the batch
# dx_hat = ...               # (N, D): dout, through the multiplication by gamma
# dvar = ...                 # (D,): a sum over the batch; the derivative of (v + eps) ** -0.5
# dc = ... + ...             # (N, D): from x_hat, and from the variance
# dmu = ...                  # (D,): everything that arrived at c, with its sign
# dx = ... + ...             # (N, D): from c, and the share of the mean
# ```
#
# To see which line is wrong, compare the sum of `dx` over the batch with 0, or `dx` with differences.
# </details>

# %% [markdown]
# ### The backward pass in closed form
#
# Put the steps into one another, and most of it cancels. What is left needs two sums over the batch and nothing else:
#
# $$ \frac{\partial L}{\partial x_{nd}} = \frac{\gamma_d}{\sqrt{v_d + \varepsilon}} \Bigl( \delta_{nd}
#    - \frac1N \sum_m \delta_{md} - \hat x_{nd}\, \frac1N \sum_m \delta_{md}\, \hat x_{md} \Bigr),
#    \qquad \delta = \frac{\partial L}{\partial y} . $$
#
# It has a meaning, too. The first subtraction takes away what a shift of the feature would do, the second what a
# stretch would do. The forward pass undoes both, so no gradient may point that way.
#
# **Why?** Derive it from the steps above, with $s = 1/\sqrt{v+\varepsilon}$ and $\hat x = c\,s$, for one feature.
#
# <details><summary>An answer</summary>
#
# With $g = \gamma\,\delta$, the variance receives $-\tfrac12 s^3\sum_m g_m c_m = -\tfrac12 s^2 \sum_m g_m\hat x_m$, and
# passes $2c_n/N = 2\hat x_n/(sN)$ of it on. So $c_n$ receives
#
# $$ s\,g_n - s\,\hat x_n\,\frac1N\sum_m g_m\hat x_m . $$
#
# The mean takes minus the sum of this over $n$ and gives each example its $N$-th part. In this sum the second term
# vanishes, since $\sum_n \hat x_n = 0$; what is left to subtract is $s\,\frac1N\sum_m g_m$. Together, $\partial
# L/\partial x_n = s\,\bigl(g_n - \frac1N\sum_m g_m - \hat x_n \frac1N\sum_m g_m \hat x_m\bigr)$, and $\gamma$ can be
# taken out of every term.
# </details>

# %% [markdown]
# ### Exercise: `batchnorm_backward_alt` (6 points, ★★★, 15 minutes)
#
# The formula in a few lines, without calling
# `batchnorm_backward`. It needs `batchnorm_forward` first, too.

# %% tags=["exercise:batchnorm_backward_alt"]
def batchnorm_backward_alt(dout, cache):
    """Backward pass of batch normalization in closed form, for a forward pass in mode "train".

    dout: (N, D) float array, the gradient of the loss with respect to out. Not modified.
    cache: what your batchnorm_forward returned second.

    Returns dx, dgamma, dbeta: float arrays of shapes (N, D), (D,) and (D,), the same as batchnorm_backward.
    """
    # YOUR CODE HERE
    raise NotImplementedError("batchnorm_backward_alt is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("batchnorm_backward_alt")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Two of the three results are the two sums that the formula for the third one needs.
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Read the formula as arrays: which of its letters have the shape $(N, D)$, which $(D,)$? The sums over $m$ run down the
# columns, and broadcasting brings their results back to all rows.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# 1. the gradient of $\beta$, (D,);
# 2. the gradient of $\gamma$, (D,);
# 3. inside the brackets: `dout`, minus an $N$-th of the first, minus `x_hat` times an $N$-th of the second;
# 4. the brackets times the factor in front of them, (D,).
# </details>

# %% tags=["demo"]
def train_deep(rate, normalized, seed=8, steps=250):
    """Train 64 → 5 × 50 → 10 ReLU units on the digits by plain SGD; returns the loss of each step's batch."""
    rng = np.random.default_rng(seed)
    sizes = [64, 50, 50, 50, 50, 50, 10]
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]  # He: half of a ReLU layer is off
    shifts = [np.zeros(b) for b in sizes[1:]]
    gammas, losses = [np.ones(b) for b in sizes[1:]], []
    for _ in range(steps):
        batch = rng.integers(0, len(pictures), 64)
        h, tape = pictures[batch], []
        for number, (w, b, g) in enumerate(zip(weights, shifts, gammas, strict=True)):
            last = number == len(weights) - 1
            if normalized and not last:
                z, cache = batchnorm_forward(h @ w, g, b, {"mode": "train"})
            else:
                z, cache = h @ w + b, None
            tape.append((h, z, cache))
            h = z if last else np.maximum(z, 0)
        chances = softmax(h, axis=1)
        losses.append(-np.mean(log_softmax(h, axis=1)[np.arange(64), labels[batch]]))
        d = (chances - np.eye(10)[labels[batch]]) / 64
        for number in reversed(range(len(weights))):
            h, z, cache = tape[number]
            if number < len(weights) - 1:
                d = d * (z > 0)
            if cache is not None:
                d, dgamma, dshift = batchnorm_backward_alt(d, cache)
                gammas[number] -= rate * dgamma
            else:
                dshift = d.sum(axis=0)
            shifts[number] -= rate * dshift
            d, dw = d @ weights[number].T, h.T @ d
            weights[number] -= rate * dw
    return np.array(losses)

# %% tags=["demo"]
with uses("batchnorm_forward", "batchnorm_backward_alt"):
    for ax, normalized in zip(plots.axes(2, width=5.5, height=3.2), (False, True), strict=True):
        smooth = {}
        for rate in (0.03, 0.3, 1.0, 3.0):
            with np.errstate(all="ignore"):
                losses = np.nan_to_num(train_deep(rate, normalized), nan=9)
            smooth[f"learning rate {rate:g}"] = np.convolve(losses, np.ones(10) / 10, mode="valid")
        plots.curves(smooth, title="with batch norm" if normalized else "without", ax=ax).set_ylim(-0.05, 3)
        ax.axhline(np.log(10), color="0.7", ls=":", lw=0.9)
    plt.show()

# %% [markdown]
# Five hidden layers with He's initialization, the same beginnings, the same batches. On the left, 0.03 and 0.3 train
# well without any normalization; at 1 and 3 nothing is learned (the dotted line is $\log 10$, the loss of guessing). On
# the right all four rates train: a step that is too large makes the weights large, and large weights are divided away.
# So batch normalization widens the range of learning rates that work, upwards. At a rate that is small enough without
# it, it brings nothing: compare the two blue curves.
#
# Batch normalization may regularize, too. Each example sees the mean and the variance of a random batch, which is
# noise, and noise is what dropout also brings. Part 4 shows this noise, and the last figure of the notebook what it is
# worth.

# %% [markdown]
# ---
# ## 4 Layer normalization
#
# Batch normalization makes the examples of a batch depend on each other. That is awkward with small batches, and
# hard to do in a recurrent network whose sentences have different lengths. **Layer normalization** (Ba, Kiros & Hinton,
# 2016) standardizes the same matrix along its *other* axis: each example over its own features.

# %% tags=["demo"]
axes = plots.axes(2, width=4.2, height=2.8)
table = np.random.default_rng(9).standard_normal((6, 9))
for ax, title, corner, size in [
    (axes[0], "batch norm: one feature, all examples", (2.5, -0.5), (1, 6)),
    (axes[1], "layer norm: one example, all features", (-0.5, 2.5), (9, 1)),
]:
    ax.imshow(table, cmap="Greys", alpha=0.55)
    ax.add_patch(Rectangle(corner, *size, fill=False, ec="tab:red", lw=3))
    ax.set(title=title, xlabel="feature d", ylabel="example n", xticks=[], yticks=[])
plt.show()

# %% [markdown]
# $$ \mu_n = \frac1D \sum_d x_{nd}, \qquad v_n = \frac1D \sum_d (x_{nd} - \mu_n)^2, \qquad
#    y_{nd} = \gamma_d\, \frac{x_{nd} - \mu_n}{\sqrt{v_n + \varepsilon}} + \beta_d $$
#
# Mind the indices: $\mu$ and $v$ belong to an example, $\gamma$ and $\beta$ still to a feature. There are no running
# values and no modes: training and testing are the same.
#
# Backwards, $\gamma$ and $\beta$ collect over the batch as before. For $x$ nothing new has to be derived: it is the
# formula of part 3 along the other axis. Only $\gamma_d$ is no longer the same for all the entries that are added up,
# so it must stay inside the sums.

# %% [markdown]
# ### Exercises: `layernorm_forward`, `layernorm_backward` (5 points each, ★★☆, 20 minutes together)

# %% tags=["exercise:layernorm_forward"]
def layernorm_forward(x, gamma, beta, ln_param):
    """Forward pass of layer normalization (Ba, Kiros & Hinton 2016, equation 3).

    x: (N, D) float array. Not modified.
    gamma, beta: (D,) float arrays, scale and shift of each feature. Not modified.
    ln_param: dict with
        "eps": float added to the variance under the root, 1e-5 if absent.

    Each row is normalized by its own mean and biased variance (divided by D).

    Returns out, cache:
        out: (N, D) float array.
        cache: anything that your layernorm_backward needs.
    """
    eps = ln_param.get("eps", 1e-5)
    # YOUR CODE HERE
    raise NotImplementedError("layernorm_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("layernorm_forward")

# %% tags=["exercise:layernorm_backward"]
def layernorm_backward(dout, cache):
    """Backward pass of layer normalization.

    dout: (N, D) float array, the gradient of the loss with respect to out. Not modified.
    cache: what your layernorm_forward returned second.

    Returns dx, dgamma, dbeta: float arrays of shapes (N, D), (D,) and (D,), the gradients with respect to the three
    inputs, those through the mean and the variance of each row included.
    """
    # YOUR CODE HERE
    raise NotImplementedError("layernorm_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("layernorm_backward")

# %% tags=["demo"]
with uses("batchnorm_forward", "layernorm_forward"):
    rng = np.random.default_rng(10)
    crowd, one = rng.standard_normal((2000, 30)) + 1, rng.standard_normal(30) + 1
    sizes, spreads = [2, 4, 8, 16, 32, 64, 128], {"batch norm": [], "layer norm": []}
    left, right = plots.axes(2, width=5.2, height=3.1)
    for (name, spread), f in zip(spreads.items(), (batchnorm_forward, layernorm_forward), strict=True):
        for size in sizes:
            seen = []
            for _ in range(150):
                batch = np.vstack([one, crowd[rng.choice(2000, size - 1, replace=False)]])
                seen.append(f(batch, np.ones(30), np.zeros(30), {"mode": "train"})[0][0])
            spread.append(np.std(seen, axis=0).mean())
            if size == 8:
                left.plot(np.array(seen)[:, 0], ".", ms=4, label=name)
    left.set(title="the first output of one example in 150 batches of 8", xlabel="batch")
    left.legend(fontsize=8)
    title = "how much it depends on the rest of the batch"
    plots.curves(spreads, x=sizes, xlabel="batch size", ylabel="standard deviation", title=title, ax=right)
    right.set_xscale("log", base=2)
    plt.show()

# %% [markdown]
# One and the same example, 150 times, each time in another batch. Its batch-normalized output varies, the more the
# smaller the batch is. Its layer-normalized output does not depend on the batch at all.

# %% [markdown]
# ---
# ## 5 Early stopping
#
# A network learns the broad lines first and the noise last. So hold back some examples, the **validation set**, and
# look at the loss on them after each epoch. It falls for as long as what is learned is true of other data, too. When it
# has not improved for some time, stop, and go back to the weights of the best epoch.
#
# Three things are easy to get wrong:
#
# - **Patience.** The validation loss is noisy, so one bad epoch says little. Stop when the last `patience` epochs *in a
#   row* have brought no improvement.
# - **What is an improvement?** A loss that is *less* than the best one so far by *more* than `min_delta`. The best loss
#   is that of the last improvement, so many improvements that are too small by themselves count once they add up.
# - **The best weights are gone**, unless you have made a copy. The optimizer goes on changing the same arrays in place.

# %% [markdown]
# ### Exercise: `EarlyStopping` (8 points, ★★☆, 25 minutes)
#
# (The module `copy`, imported at the top, has `deepcopy`;
# other ways will do.)

# %% tags=["exercise:EarlyStopping"]
class EarlyStopping:
    """Says when to stop training, and keeps the best parameters.

    patience: int >= 1, after how many epochs in a row without improvement to stop.
    min_delta: float >= 0; a loss is an improvement if it is smaller than best_loss - min_delta. (nan never is.)

    Attributes, of the last improvement:
        best_loss: float, its loss; infinity before the first call.
        best_epoch: int, the number of its call, counted from 0; None before.
        best_params: dict of arrays, a copy of its parameters; None before.
    """

    def __init__(self, patience, min_delta=0.0):
        # YOUR CODE HERE
        raise NotImplementedError("EarlyStopping is not written yet")

    def step(self, loss, params):
        """To be called once after each epoch.

        loss: float, the validation loss.
        params: dict of arrays, the present parameters. Not modified here, but by the training that goes on: it changes
            the arrays in place, and may put other arrays into the dict.

        Returns True if the last `patience` calls (or more) have brought no improvement, else False.
        """
        # YOUR CODE HERE
        raise NotImplementedError("EarlyStopping is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("EarlyStopping")

# %% [markdown]
# The network that is stopped is the `TwoLayerNet` of `backprop`, and the `sgd` of `optimizers` trains it. The next cell
# takes *yours* where they are there and their public checks hold; otherwise those given here. It says which.

# %% tags=["demo"]
class TwoLayerNet:
    """The network of `backprop`: affine, ReLU, affine, and softmax with cross-entropy."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        rng, sizes = np.random.default_rng(0), {"W1": (input_dim, hidden_dim), "W2": (hidden_dim, num_classes)}
        self.reg, self.params = reg, {name: rng.normal(0, weight_scale, size) for name, size in sizes.items()}
        self.params |= {"b1": np.zeros(hidden_dim), "b2": np.zeros(num_classes)}

    def loss(self, X, y=None):
        """X: (N, D). Returns the scores (N, C); with y, (N,) class numbers, the loss and a dict of its gradients."""
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        hidden = np.maximum(X @ W1 + b1, 0)
        scores = hidden @ W2 + b2
        if y is None:
            return scores
        chances = log_softmax(scores, axis=1)
        up = (np.exp(chances) - np.eye(scores.shape[1])[y]) / len(y)
        down = (up @ W2.T) * (hidden > 0)
        loss = self.reg / 2 * (np.sum(W1**2) + np.sum(W2**2)) - np.mean(chances[np.arange(len(y)), y])
        grads = {"W1": X.T @ down + self.reg * W1, "W2": hidden.T @ up + self.reg * W2}
        return loss, grads | {"b1": down.sum(axis=0), "b2": up.sum(axis=0)}


def sgd(w, dw, config=None):
    """One step of gradient descent, as in `optimizers`."""
    w -= config["learning_rate"] * dw
    return w, config


TwoLayerNet = earlier("backprop", TwoLayerNet)
sgd = earlier("optimizers", sgd)

# %% tags=["demo"]
def new_network(rng, reg=0.0):
    """A TwoLayerNet of 64 → 100 → 10 units with He's initialization."""
    net = TwoLayerNet(64, 100, 10, reg=reg)
    for name, fan_in in (("W1", 64), ("W2", 100)):
        net.params[name] = rng.normal(0, np.sqrt(2 / fan_in), net.params[name].shape)
    return net


def train_epoch(net, x, y, rate, rng):
    """One epoch of SGD in batches of 10."""
    for batch in rng.permutation(len(x)).reshape(-1, 10):
        _, grads = net.loss(x[batch], y[batch])
        for name in grads:
            net.params[name], _ = sgd(net.params[name], grads[name], {"learning_rate": rate})


def share_right(net, x, y):
    """The share of right answers."""
    return np.mean(net.loss(x).argmax(axis=1) == y)


def noisy_digits(seed, count):
    """Indices of `count` digits to train on and of 300 others, and labels: of the first, every fifth is a guess."""
    rng = np.random.default_rng(seed)
    order, noisy = rng.permutation(len(pictures)), labels.copy()
    noisy[order[:count:5]] = rng.integers(0, 10, len(order[:count:5]))
    return order[:count], order[count : count + 300], noisy

# %% tags=["demo"]
with uses("EarlyStopping"):
    some, held, noisy = noisy_digits(8, 100)  # noise that can be learned by heart
    rng = np.random.default_rng(8)
    net, stopper, stopped = new_network(rng), EarlyStopping(patience=8, min_delta=0.002), None
    losses, right = {"100 training images": [], "300 validation images": []}, []
    for epoch in range(60):
        train_epoch(net, pictures[some], noisy[some], 0.05, rng)
        for part, kept in zip((some, held), losses.values(), strict=True):
            kept.append(net.loss(pictures[part], noisy[part])[0])
        right.append(share_right(net, pictures[held], labels[held]))
        if stopped is None and stopper.step(losses["300 validation images"][-1], net.params):
            stopped = epoch  # training goes on here, to see what would have been
    axes = plots.axes(2, width=5.5, height=3.2)
    plots.curves(losses, xlabel="epoch", title="loss", ax=axes[0])
    axes[0].plot(stopper.best_epoch, stopper.best_loss, "k*", ms=12, label=f"best: epoch {stopper.best_epoch}")
    plots.curves({"": right}, xlabel="epoch", ylabel="", title="right answers on the validation images", ax=axes[1])
    net.params = stopper.best_params
    kept = share_right(net, pictures[held], labels[held])
    axes[1].axhline(kept, color="k", lw=0.8, ls=":", label=f"best_params: {kept:.1%}")
    for ax in axes:
        if stopped is not None:
            ax.axvline(stopped, color="0.5", ls="--", lw=0.9, label=f"stopped after epoch {stopped}")
        ax.legend(fontsize=8)
    plt.show()

# %% [markdown]
# Every fifth of the hundred labels was replaced by a guess. The training loss (blue) goes on falling, since the guesses
# are learned, too. The validation loss (orange) turns. After the star each further epoch costs time and quality. The
# weights of the star were overwritten long ago; your copy has them.

# %% [markdown]
# ---
# ## 6 Cross-validation
#
# Every choice that you make by looking at the validation set (when to stop, which `reg`, how many layers) uses it up a
# little. And if data are few, its verdict is noisy: another 30 validation examples might have voted for another model.
#
# **Cross-validation** uses every example for both. Split the data into $k$ **folds** of equal size. Train $k$ times,
# each time on all folds but one, and validate on the one that was left out. Each example is validated exactly once, by
# a model that has not seen it. The mean of the $k$ results is your estimate, their spread says how far to trust it.
#
# - If $k$ does not divide $n$, the folds differ in size by one at most, and *no example is left over*.
# - Shuffle first. Data often come sorted, and a fold that holds nothing but the digit 9 is of no use.
#
# **Predict.** You compare 6 values of `reg` by cross-validation with 10 folds, and then train the final model on all
# the data with the best of them. How many trainings are that altogether?

# %% tags=["exercise:q_trainings"]
# YOUR CODE HERE
q_trainings = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_trainings")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Six values times ten folds are 60 trainings, and each of them leaves a fold out. The final model learns from all the
# data, so it is trained once more.
# </details>

# %% [markdown]
# From here on, `rng` is **a NumPy random generator or an int seed**. The first line of each function is written for
# you: `np.random.default_rng(rng)` makes a generator of a seed and lets a generator through as it is. After that line
# draw from `rng` and from nothing else, and the same seed gives the same result tomorrow.

# %% [markdown]
# ### Exercise: `kfold_indices` (8 points, ★★☆, 20 minutes)

# %% tags=["exercise:kfold_indices"]
def kfold_indices(n, k, rng):
    """The splits of k-fold cross-validation.

    n: int, the number of examples. k: int, 2 <= k <= n, the number of folds.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a list of k pairs (train, val) of one-dimensional int arrays, indices from 0 to n - 1 in any order. The k
    arrays val are a random partition of all n indices (shuffled once, for all folds together): each index is in
    exactly one of them, and their sizes differ by 1 at most. train holds all the indices that are not in its val.
    Raises ValueError if k < 2 or k > n.
    """
    rng = np.random.default_rng(rng)
    # YOUR CODE HERE
    raise NotImplementedError("kfold_indices is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("kfold_indices")

# %% tags=["demo"]
def ridge(x, y, degree, reg):
    """The weights of a polynomial with an L2 penalty, by solving for them: (degree + 1,) array."""
    features = polynomial(x, degree)
    return np.linalg.solve(features.T @ features / len(x) + reg / 2 * np.eye(degree + 1), features.T @ y / len(x))


with uses("kfold_indices"):
    axes = plots.axes(2, width=6, height=3)
    chart = np.zeros((5, 23))
    for row, (_, val) in zip(chart, kfold_indices(23, 5, 1), strict=True):
        row[val] = 1
    axes[0].pcolormesh(chart[::-1], cmap="Blues", vmax=1.4, edgecolors="white", lw=1.5)
    axes[0].set(title="23 examples, 5 folds: dark is validated", xlabel="example", ylabel="split", yticks=[])
    x, y = noisy_points(25, seed=12)
    prices = np.logspace(-6, 1, 15)
    scores = np.array(
        [
            [np.mean((polynomial(x[val], 13) @ ridge(x[train], y[train], 13, reg) - y[val]) ** 2) for reg in prices]
            for train, val in kfold_indices(25, 10, 2)
        ]
    )
    mean, spread = scores.mean(axis=0), scores.std(axis=0) / 10**0.5
    unseen = [np.mean((polynomial(x_new, 13) @ ridge(x, y, 13, reg) - y_new) ** 2) for reg in prices]
    axes[1].fill_between(prices, mean - spread, mean + spread, color="tab:blue", alpha=0.25, lw=0)
    axes[1].axvline(prices[mean.argmin()], color="tab:red", lw=0.9, label=f"choice: reg = {prices[mean.argmin()]:.2g}")
    both, title = {"10 folds of 25 points": mean, "1000 new points": unseen}, "mean squared error, degree 13"
    plots.curves(both, x=prices, xlabel="reg", ylabel="", title=title, log=True, ax=axes[1])
    axes[1].set(xscale="log", ylim=(0.04, 1))
    plt.show()

# %% [markdown]
# On the left each column has one dark cell: every example is validated once. On the right twenty-five points, used ten
# times, find nearly the same valley as a thousand new ones. (The shade is the standard error of the mean over the
# folds.)

# %% [markdown]
# ---
# ## 7 Bias and variance
#
# Imagine that you could repeat everything: draw a new training set, train again, and ask for a prediction at the same
# point $x$. The predictions $f_1(x), \dots, f_M(x)$ scatter around their mean $\bar f(x)$. Their mean squared distance
# from the target $t(x)$ is
#
# $$ \frac1M \sum_m \bigl(f_m(x) - t(x)\bigr)^2 \;=\; \underbrace{\bigl(\bar f(x) - t(x)\bigr)^2}_{\text{bias}^2}
#    \;+\; \underbrace{\frac1M \sum_m \bigl(f_m(x) - \bar f(x)\bigr)^2}_{\text{variance}} . $$
#
# This is an equation, not an estimate: write $f_m - t = (f_m - \bar f) + (\bar f - t)$, square it, and the mixed terms
# add up to zero. **Bias** is what all models get wrong in common: they are too stiff. **Variance** is what they get
# wrong each in its own way: they follow the accidents of their training set. Then average both over all points $x$.
#
# **The noise term.** In practice the truth $t(x)$ is not known, and a model is judged on a new observation $y = t(x) +
# e$, whose error $e$ has mean 0, variance $\sigma^2$ and nothing to do with the training data. Then
#
# $$ \mathbb E\,(f - y)^2 = \mathbb E\,(f - t)^2 - 2\,\mathbb E\,(f - t)\,\mathbb E\,e + \mathbb E\,e^2
#    = \text{bias}^2 + \text{variance} + \sigma^2 , $$
#
# since the term in the middle contains $\mathbb E\,e = 0$. The third part is in the data. No model can get below it:
# an error of $\sigma^2$ on new data is the best there is, and an error below it on training data means that noise was
# learned.

# %% [markdown]
# ### Exercise: `bias_variance` (6 points, ★★☆, 15 minutes)

# %% tags=["exercise:bias_variance"]
def bias_variance(predictions, target):
    """Bias and variance of models that were trained on different training sets.

    predictions: (M, N) float array, row m holding the predictions of model m at N points. Not modified.
    target: (N,) float array, what should have been predicted. Not modified.

    Returns bias_squared, variance: two floats, each the mean over the N points of
        the square of (the mean prediction of the M models minus the target), and
        the variance of the M predictions (divided by M).
    So their sum is the mean squared error over all models and points.
    """
    # YOUR CODE HERE
    raise NotImplementedError("bias_variance is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("bias_variance")

# %% tags=["demo"]
with uses("bias_variance"):
    samples = [noisy_points(20, seed=100 + m) for m in range(60)]
    degrees, found = range(10), []
    axes = plots.axes(4, width=3.3, height=3.1)
    inner = np.linspace(-0.9, 0.9, 200)
    observed = truth(inner) + NOISE * np.random.default_rng(16).standard_normal(
        (400, 200)
    )  # 400 new ones at each point
    for degree in degrees:
        curves = np.array([polynomial(inner, degree) @ ridge(x, y, degree, 1e-6) for x, y in samples])
        measured = np.mean((curves[:, None] - observed) ** 2)
        found.append((*bias_variance(curves, truth(inner)), measured))
        if degree in (1, 4, 9):
            ax = axes[(1, 4, 9).index(degree)]
            ax.plot(inner, curves[:30].T, color="tab:red", lw=0.6, alpha=0.4)
            ax.plot(inner, curves.mean(axis=0), color="k", lw=1.6, label="mean of the models")
            ax.plot(inner, truth(inner), color="tab:green", lw=1.6, ls="--", label="truth")
            ax.set(title=f"degree {degree}", ylim=(-2, 2))
    axes[0].legend(fontsize=8)
    bias, variance, measured = np.array(found).T
    parts = {"bias²": bias, "variance": variance, "noise σ²": np.full(len(degrees), NOISE**2)}
    plots.curves(parts | {"their sum": sum(parts.values())}, xlabel="degree", ylabel="", log=True, ax=axes[3])
    axes[3].plot(degrees, measured, "k.", label="error on new observations")
    axes[3].set(title="against the degree", ylim=(1e-4, 3))
    axes[3].legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    plt.show()

# %% [markdown]
# Degree 1: all lines agree, and all are wrong (bias). Degree 9: their mean is right, and each of them is somewhere else
# (variance). Between the two lies the best degree. The measured errors (dots) lie on the sum of the three parts, and at
# the best degree most of it is noise. Most regularizers buy less variance for a little bias. The next part gets it for
# nearly nothing.

# %% [markdown]
# ---
# ## 8 Ensembles: bootstrap and bagging
#
# If the mean of the red curves is so good, why not predict with the mean? Because there is only one training set. But
# new ones can be made of it. Draw $n$ examples *from your own* $n$ examples, **with replacement**, so that some come
# twice and some not at all. This is a **bootstrap** sample (Efron, 1979): it relates to your data about as your data
# relate to the world. Train a model on each of many such samples and average their predictions: **b**ootstrap
# **agg**regat**ing**, or **bagging** (Breiman, 1996). Several models whose answers are combined are called an
# **ensemble**.
#
# Averaging takes away variance and leaves the bias nearly as it is. So it helps models that are flexible and change a
# lot with their data, and does little for stiff ones. The usual ones are deep **decision trees**: a tree asks one
# question after another (is $x$ below 0.3?) and answers with the mean of the training examples for which all answers
# were the same.
#
# **Predict.** The data set is very large. Which share of its examples does *not* occur in a bootstrap sample of the
# same size? (One example is missed by one draw with probability $1 - \frac1n$. There are $n$ draws.)

# %% tags=["exercise:q_left_out"]
# YOUR CODE HERE
q_left_out = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_left_out")

# %% [markdown]
# <details><summary>Why?</summary>
#
# $(1-\frac1n)^n$ tends to $1/e$. So for each tree of a bag there is more than a third of the data that it has never
# seen, and that may serve to validate it (the **out-of-bag** error).
# </details>

# %% [markdown]
# ### Exercises: `bootstrap_indices`, `bagging_predict` (4 points each, ★☆☆, 15 minutes together)

# %% tags=["exercise:bootstrap_indices"]
def bootstrap_indices(n, rng):
    """The indices of a bootstrap sample (Efron 1979).

    n: int >= 1, the number of examples, and the size of the sample.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns an (n,) int array: n independent draws from 0 ... n - 1 with replacement, all equally likely. In any order.
    """
    rng = np.random.default_rng(rng)
    # YOUR CODE HERE
    raise NotImplementedError("bootstrap_indices is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("bootstrap_indices")

# %% tags=["exercise:bagging_predict"]
def bagging_predict(models, X):
    """The prediction of a bag of models (Breiman 1996, for numbers or probabilities).

    models: list of functions, at least one; model(X) returns an array of numbers, all of them of the same shape: (N,)
        for regression, (N, C) for the probabilities of C classes. They may be ints.
    X: (N, D) float array. Not modified.

    Returns a float array of the shape of one prediction: the mean of all models' predictions, entry by entry.
    """
    # YOUR CODE HERE
    raise NotImplementedError("bagging_predict is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("bagging_predict")

# %% tags=["demo"]
with uses("bootstrap_indices", "bagging_predict"):
    x, y = noisy_points(60, seed=13)
    trees = []
    for number in range(60):
        sample = bootstrap_indices(60, 1000 + number)
        trees.append(DecisionTreeRegressor(random_state=0).fit(x[sample, None], y[sample]).predict)
    axes = plots.axes(4, width=3.3, height=3.1)
    times = np.bincount(np.concatenate([np.bincount(bootstrap_indices(60, seed), minlength=60) for seed in range(200)]))
    axes[0].bar(range(len(times)), times / times.sum(), color="tab:blue")
    axes[0].set(title="how often an example occurs", xlabel="times in the sample", ylabel="share")
    for ax, count, title in [(axes[1], 1, "one tree"), (axes[2], 60, "the mean of 60 trees")]:
        draw_fit(ax, bagging_predict(trees[:count], fine[:, None]), title, (x, y))
    counts = [1, 2, 3, 5, 8, 13, 21, 34, 60]
    errors = [np.mean((bagging_predict(trees[:m], x_new[:, None]) - truth(x_new)) ** 2) for m in counts]
    title = "squared distance to the truth"
    plots.curves({"": errors}, x=counts, xlabel="number of trees", ylabel="", title=title, log=True, ax=axes[3])
    axes[3].set_xscale("log")
    plt.show()

# %% [markdown]
# The bar at zero is your prediction. A single tree goes through every point of its sample, noise included. Sixty trees
# from different samples even out, and on the right the error falls with their number: fast at first, then hardly any
# more, since trees grown from the same data have much in common.
#
# Now look back at dropout: it, too, trains many models on different accidents and uses their mean. There they share
# their weights, and that is what makes them affordable.

# %% [markdown]
# ---
# ## 9 Hyper-parameter search and preprocessing
#
# ### Random search for hyper-parameters
#
# The learning rate, `reg` and their like are not learned. They are **hyper-parameters**: tried, and chosen by the
# result on validation data. Two habits cost nothing and help much.
#
# **Random search, not a grid.** A **grid search** of 5 × 5 trials tries only 5 values of each hyper-parameter. If only
# one of the two matters, 20 of the 25 trials were wasted. Random trials never repeat a value (Bergstra & Bengio, 2012).
#
# **Search on a logarithmic scale.** Between 0.0001 and 1 a learning rate of 0.001 is as different from 0.01 as 0.01 is
# from 0.1. So the *logarithm* should be uniform:
#
# $$ v = e^u, \qquad u \text{ uniform between } \ln(\text{low}) \text{ and } \ln(\text{high}) . $$
#
# **Predict.** Which share of such trials between $10^{-5}$ and $1$ lies below $0.01$?

# %% tags=["exercise:q_below_a_hundredth"]
# YOUR CODE HERE
q_below_a_hundredth = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_below_a_hundredth")

# %% [markdown]
# <details><summary>Why?</summary>
#
# On the logarithmic scale the range has five decades, and three of them lie below 0.01. (With uniform numbers it would
# be 1 percent.)
# </details>

# %% [markdown]
# ### Exercise: `random_search` (4 points, ★☆☆, 10 minutes)

# %% tags=["exercise:random_search"]
def random_search(space, n, rng):
    """Random trials for a hyper-parameter search (Bergstra & Bengio 2012), each value log-uniform.

    space: dict from the name of each hyper-parameter to (low, high), 0 < low < high. Not modified.
    n: int >= 1, the number of trials.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a list of n dicts from each name to a float between its low and its high. All are drawn independently of
    each other, such that the logarithm of a value is uniformly distributed.
    """
    rng = np.random.default_rng(rng)
    # YOUR CODE HERE
    raise NotImplementedError("random_search is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("random_search")

# %% tags=["demo"]
with uses("random_search"):

    def quality(rate, reg):
        """How good a trial is, in a world where the learning rate decides nearly everything; arrays of any shape."""
        return np.exp(-((np.log10(rate) + 3.1) ** 2) / 0.05) + 0.05 * np.exp(-((np.log10(reg) + 3) ** 2))

    space = {"learning rate": (1e-5, 1.0), "reg": (1e-6, 1e-1)}
    trials = random_search(space, 25, 7)
    steps = np.meshgrid(np.logspace(-5, 0, 5), np.logspace(-6, -1, 5))
    fig, axes = plt.subplots(2, 3, figsize=(12, 4), sharex="col", height_ratios=[1, 2.2], sharey="row")
    rates = np.logspace(-5, 0, 400)
    uniform = np.random.default_rng(14).uniform(size=(2, 25))
    for column, (title, a, b) in enumerate(
        [
            ("grid", steps[0].ravel(), steps[1].ravel()),
            ("random, uniform", uniform[0], 0.1 * uniform[1]),
            ("random, log-uniform", *(np.array([trial[name] for trial in trials]) for name in space)),
        ]
    ):
        top, bottom = axes[:, column]
        top.semilogx(rates, quality(rates, 1e-3), color="0.6", lw=1)
        top.plot(a, quality(a, b), "o", ms=4, color="tab:red")
        top.set_title(f"{title}: best {quality(a, b).max():.2f}", fontsize=10)
        bottom.loglog(a, b, "o", ms=5, color="tab:blue")
        bottom.set(xlabel="learning rate", xlim=(5e-6, 2), ylim=(5e-7, 0.2))
    axes[0, 0].set_ylabel("quality")
    axes[1, 0].set_ylabel("reg")
    plt.show()

# %% [markdown]
# Twenty-five trials each. The grid has five learning rates to hit the narrow hill with, and misses it. Uniform numbers
# crowd at the upper end: nine out of ten lie in the last of five decades. Only the last picture looks everywhere. Its
# 25 different learning rates find the upper half of the hill with a probability of 85 percent.
#
# ### A search on a real network
#
# Now the same in earnest: `TwoLayerNet` on 200 digits, every fifth label a guess, 15 epochs; forty random trials of the
# learning rate and of `reg`. 300 validation digits choose. The other 1,297 have no part in the choice and say what it
# was worth, beside a network without `reg` at a learning rate of 0.1.

# %% tags=["demo"]
def search_on_digits(seed, trials):
    """The right answers of each trial on validation digits and on test digits: two (trials,) arrays."""
    some, held, noisy = noisy_digits(seed, 200)
    rest = np.setdiff1d(np.arange(len(pictures)), [*some, *held])
    found = []
    for trial in trials:
        net, rng = new_network(np.random.default_rng(seed), trial["reg"]), np.random.default_rng(seed)
        with np.errstate(all="ignore"):  # some rates are far too large
            for _ in range(15):
                train_epoch(net, pictures[some], noisy[some], trial["learning rate"], rng)
            found.append([share_right(net, pictures[part], labels[part]) for part in (held, rest)])
    return np.array(found).T

# %% tags=["demo"]
with uses("random_search"):
    trials = random_search({"learning rate": (1e-3, 10.0), "reg": (1e-5, 1.0)}, 40, 0)
    validated, tested = search_on_digits(0, trials)
    best = validated.argmax()
    _, (plain,) = search_on_digits(0, [{"learning rate": 0.1, "reg": 0.0}])
    left, right = plots.axes(2, width=5.5)
    rates, strengths = ([trial[name] for trial in trials] for name in ("learning rate", "reg"))
    dots = left.scatter(rates, strengths, c=validated, s=60, edgecolors="0.4")
    left.plot(rates[best], strengths[best], "r*", ms=14, mec="white")
    left.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="reg", title="right on the validation digits")
    left.figure.colorbar(dots, ax=left)
    right.plot(validated, tested, "o", alpha=0.6)
    right.plot([0, 1], [0, 1], color="0.7", lw=0.8)
    right.plot(validated[best], tested[best], "r*", ms=14, mec="white")
    right.set(xlabel="right on the validation digits", ylabel="right on the test digits", title="forty trials")
    plt.show()
    print(f"chosen: learning rate {rates[best]:.2g}, reg {strengths[best]:.2g}")
    print(f"right on the digits that chose it: {validated[best]:.1%}, and on the others: {tested[best]:.1%}")
    print(f"right on the others with learning rate 0.1 and without reg: {plain:.1%}")

# %% [markdown]
# The good trials lie in a band of learning rates about two decades wide, from 0.006 to 0.6. To its left the network has
# hardly begun after 15 epochs, to its right it diverges, above all with a large `reg`. Inside the band `reg` matters
# less. The star was chosen because it was the best of forty on these 300 digits, and part of that may be luck. So the
# figure to report is the one on data that chose nothing.
#
# ### Preprocessing: standardize the data
#
# Last and first of all: the input itself. A feature in meters beside one in millimeters makes the valley of the loss
# narrow, and plain gradient descent slow. **Standardization** subtracts the mean of each feature and divides by its
# standard deviation.
#
# The mean and the standard deviation **of the training data**, for the test data as well. Two reasons. The network has
# learned what "2.0" means on the scale of the training data, and the test data must be measured by the same ruler. And
# whatever is computed from the test set has looked at it: for a single test example, its own mean would turn it into
# zero.

# %% [markdown]
# ### Exercise: `standardize` (4 points, ★☆☆, 10 minutes)

# %% tags=["exercise:standardize"]
def standardize(train, test):
    """Training and test data with each feature standardized by the training data.

    train: (N, D) float array; test: (M, D) float array. Not modified.

    From each column of both, the mean of the training column is subtracted; the rest is divided by the standard
    deviation of the training column (the biased one, divided by N). Where that is exactly 0, it is divided by 1.

    Returns train, test: two new float arrays of the same shapes.
    """
    # YOUR CODE HERE
    raise NotImplementedError("standardize is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("standardize")

# %% tags=["demo"]
with uses("standardize"):
    rng = np.random.default_rng(15)
    raw = rng.multivariate_normal([2, 3], [[0.25, 0.2], [0.2, 0.36]], 200)  # not centered, and not independent
    inputs = {"raw": raw, "standardized": standardize(raw, raw[:1])[0], "whitened": PCA(whiten=True).fit_transform(raw)}
    axes, losses, goal = plots.axes(4, width=3.2), {}, np.array([1.0, 1.0])
    for ax, (title, data) in zip(axes, inputs.items(), strict=False):
        curvature = data.T @ data / len(data)

        def loss_at(a, b, curvature=curvature):
            off = np.stack([a, b], axis=-1) - goal
            return np.einsum("...k,kl,...l->...", off, curvature, off) / 2

        rate, path = 1 / np.linalg.eigvalsh(curvature)[-1], [np.array([-1.0, 2.5])]
        for _ in range(40):
            path.append(path[-1] - rate * curvature @ (path[-1] - goal))
        paths = {"40 steps": np.array(path)}
        plots.contours(loss_at, (-2, 4), (-1.5, 3.5), paths=paths, title=title, ax=ax)
        losses[title] = np.maximum(loss_at(*paths["40 steps"].T), 1e-10)
    plots.curves(losses, title="loss", log=True, ax=axes[3])
    plt.show()

# %% [markdown]
# The same two weights to find, with gradient descent at the rate $1/\lambda_{max}$ each time. On the raw data the level
# lines are long ellipses, mostly because the features are not centered: the path falls into the valley and then crawls
# along it. On the standardized data they are rounder, but still ellipses, because the two features depend on each
# other. (The third picture is explained next.)
#
# ### Preprocessing of images: mean image, PCA and whitening
#
# - **Mean image.** In an image all pixels are on one scale, so often only the mean is subtracted: of each pixel (the
#   **mean image**) or of each color channel. A pixel at the border that is always black has standard deviation 0, and
#   dividing by it would be a mistake; your `standardize` divides by 1 there.
# - **Principal component analysis** (PCA). Neighboring pixels are correlated. With $d_n = x_n - \bar x$, let $C =
#   \frac1N\sum_n d_n d_n^\top$ be the covariance matrix, with eigenvectors $u_1, u_2, \dots$ and eigenvalues $\lambda_1
#   \ge \lambda_2 \ge \dots$. The numbers $u_k^\top (x - \bar x)$ are uncorrelated, and $\lambda_k$ is the variance of
#   the $k$-th. Keep the first few, and the image is smaller, with as little squared error as any linear map allows.
# - **Whitening.** Divide each of them by its standard deviation, $z_k = u_k^\top (x - \bar x)/\sqrt{\lambda_k}$. Then
#   the covariance is the identity matrix, and the level lines of a linear layer's squared error are circles (the third
#   picture above). The price: directions in which there is hardly anything but noise are blown up to the same size.
#
# As with `standardize`, $\bar x$, $u_k$ and $\lambda_k$ come from the training data alone.

# %% tags=["demo"]
seen, new = pictures[:1500], pictures[1500:1504]
axes_of_digits = PCA().fit(seen)
kept = axes_of_digits.explained_variance_ratio_.cumsum()
first = [axis.reshape(8, 8) for axis in axes_of_digits.components_[:5]]
plots.images([axes_of_digits.mean_.reshape(8, 8) + 1], ["mean image"], size=1.5)
plots.images(first, [f"$u_{k + 1}$" for k in range(5)], signed=True, size=1.5)
rebuilt, names = [], []
for count in (64, 21, 8, 2):
    pca = PCA(count).fit(seen)
    rebuilt += [digit.reshape(8, 8) + 1 for digit in pca.inverse_transform(pca.transform(new))]
    names += [f"{count} numbers: {kept[count - 1]:.0%}", "", "", ""]
plots.images(rebuilt, names, columns=8, size=1.4)
plt.show()

# %% [markdown]
# Above, what an average digit looks like, and the five directions in which digits vary most. Below, four new digits
# from all of their 64 numbers, and rebuilt from 21, 8 and 2 (in percent, how much of the variance these carry). A third
# of the numbers carries nine tenths of the variance. Deep networks are usually fed with standardized color channels,
# and no more: their first layer can learn such a map itself, and for large images the covariance matrix is too large.

# %% [markdown]
# ### All of them, on real data
#
# A network of two hidden layers with 100 units each, only 200 training images, and every fifth of their labels replaced
# by a guess. What does each tool bring? The test set has the other 1597 images, with the right labels. Each dot is a
# repetition with other training images; the red line is the mean.

# %% tags=["demo"]
def train_regularized(x, y, *, keep=1.0, normalized=False, reg=0.0, seed=0, epochs=50, rate=0.1):
    """Train 64 → 100 → 100 → 10 units by SGD in batches of 25; returns a function from images to probabilities."""
    rng = np.random.default_rng(seed)
    sizes = [64, 100, 100, 10]
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    shifts, gammas = [np.zeros(b) for b in sizes[1:]], [np.ones(b) for b in sizes[1:]]
    states = [{} for _ in range(2)]

    def forward(h, mode):
        tape = []
        for number in range(2):
            z, normal, dropped = h @ weights[number] + shifts[number], None, None
            if normalized:
                states[number]["mode"] = mode
                z, normal = batchnorm_forward(z - shifts[number], gammas[number], shifts[number], states[number])
            out = np.maximum(z, 0)
            if keep < 1:
                out, dropped = dropout_forward(out, {"p": keep, "mode": mode, "seed": rng})
            tape.append((h, z, normal, dropped))
            h = out
        return softmax(h @ weights[2] + shifts[2], axis=1), h, tape

    for _ in range(epochs):
        for batch in rng.permutation(len(x)).reshape(-1, 25):
            chances, h, tape = forward(x[batch], "train")
            d = (chances - np.eye(10)[y[batch]]) / len(batch)
            _, decay = l2_penalty(weights, reg)
            grads, dshift = [h.T @ d], [d.sum(axis=0)]
            d = d @ weights[2].T
            for number in (1, 0):
                h, z, normal, dropped = tape[number]
                if dropped is not None:
                    d = dropout_backward(d, dropped)
                d = d * (z > 0)
                down = d.sum(axis=0)
                if normal is not None:
                    d, dgamma, down = batchnorm_backward_alt(d, normal)
                    gammas[number] -= rate * dgamma
                grads.insert(0, h.T @ d)
                dshift.insert(0, down)
                d = d @ weights[number].T
            for number in range(3):
                weights[number] -= rate * (grads[number] + decay[number])
                shifts[number] -= rate * dshift[number]
    return lambda images: forward(images, "test")[0]


KINDS = {
    "nothing": {},
    "L2, reg 0.02": {"reg": 0.02},
    "dropout, p 0.5": {"keep": 0.5},
    "batch norm": {"normalized": True},
    "dropout and batch norm": {"keep": 0.5, "normalized": True},
}


def compare_regularizers(repeats):
    """name -> the share of right answers on unseen digits for each of the training sets that `repeats` number."""
    found = {name: [] for name in [*KINDS, "bag of 5, nothing else"]}
    for repeat in repeats:
        order = np.random.default_rng(50 + repeat).permutation(len(pictures))
        few, rest = order[:200], order[200:]
        x, x_test = standardize(pictures[few], pictures[rest])
        y = labels[few].copy()
        y[::5] = np.random.default_rng(repeat).integers(0, 10, 40)
        answers = {name: train_regularized(x, y, seed=repeat, **kind)(x_test) for name, kind in KINDS.items()}
        samples = [bootstrap_indices(200, 10 * repeat + number) for number in range(5)]
        bag = [train_regularized(x[sample], y[sample], seed=number) for number, sample in enumerate(samples)]
        answers["bag of 5, nothing else"] = bagging_predict(bag, x_test)
        for name, chances in answers.items():
            found[name].append(np.mean(chances.argmax(axis=1) == labels[rest]))
    return found

# %% tags=["demo"]
with uses(
    "l2_penalty", "dropout_forward", "dropout_backward", "batchnorm_forward", "batchnorm_backward_alt",
    "bootstrap_indices", "bagging_predict", "standardize",
):  # fmt: skip
    accuracies = compare_regularizers(range(4))
    ax = plots.axes(width=8.5, height=3)
    for row, values in enumerate(accuracies.values()):
        ax.plot(values, [row] * len(values), "o", color="tab:blue", alpha=0.5)
        ax.plot(np.mean(values), row, "|", ms=22, mew=2.5, color="tab:red")
        ax.text(1.01, row, f"{np.mean(values):.1%}", va="center", transform=ax.get_yaxis_transform())
    ax.set(yticks=range(len(accuracies)), yticklabels=list(accuracies), title="right answers on 1597 unseen digits")
    ax.invert_yaxis()
    plt.show()

# %% [markdown]
# Without any tool the network learns the guesses by heart, and pays for it. L2, dropout and the bag each win back three
# to six points. Batch norm alone wins nothing here: it makes training easier, and learning by heart is training, too.
# Together with dropout it is the best of all. Note also how wide the dots scatter: with one training set each, you
# might have believed nearly anything. Since all methods got the same four training sets, they can be compared in pairs.
#
# **Why?** None of these settings was searched for. If you do: which data may you use for that, and which not?
#
# <details><summary>An answer</summary>
#
# Only the 200 training images, guesses included: split them into folds, compare settings by the mean over the folds,
# and train once more on all 200 with the best. The 1597 must not choose anything, neither `reg` nor the number of
# epochs, and not which of the six rows you report; after that, what they say would be too good.
# </details>

# %% [markdown]
# ---
# ## What to read next
#
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, *Dropout: A Simple Way to Prevent Neural
#   Networks from Overfitting*, JMLR 15, 2014. Section 1 is the view as an ensemble, section 7 shows co-adapted
#   features.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 7: regularization.
# - S. Ioffe and C. Szegedy, *Batch Normalization*, ICML 2015, arXiv:1502.03167. Algorithms 1 and 2, and the gradients.
# - S. Santurkar, D. Tsipras, A. Ilyas and A. Madry, *How Does Batch Normalization Help Optimization?*, NeurIPS 2018,
#   arXiv:1805.11604. Why the first explanation was not the right one.
# - J. Ba, J. Kiros and G. Hinton, *Layer Normalization*, 2016, arXiv:1607.06450.
# - L. Prechelt, *Early Stopping — But When?*, in *Neural Networks: Tricks of the Trade*, 1998.
# - L. Breiman, *Bagging Predictors*, Machine Learning 24, 1996. B. Efron, *Bootstrap Methods: Another Look at the
#   Jackknife*, Annals of Statistics 7, 1979.
# - J. Bergstra and Y. Bengio, *Random Search for Hyper-Parameter Optimization*, JMLR 13, 2012. Figure 1 says it all.
# - S. Geman, E. Bienenstock and R. Doursat, *Neural Networks and the Bias/Variance Dilemma*, Neural Computation 4,
#   1992.
# - M. Belkin, D. Hsu, S. Ma and S. Mandal, *Reconciling modern machine-learning practice and the bias-variance
#   trade-off*, PNAS 116, 2019, arXiv:1812.11118. What happens far to the right of the picture in part 1.
# - Stanford CS231n, course notes *Neural Networks 2*: regularization.

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit regularization` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
