# %% [markdown]
# # Losses and gradient descent
#
# A computer cannot act on "learn from examples". It can act on this: *here is a number; make it smaller*. So before
# anything can be learned, somebody has to say in one number how wrong the present answers are. That number is the
# **loss**. Which one you choose decides what the machine will care about, and its derivative decides how it learns.
#
# In this notebook you write the five losses that nearly everything else is built on. You will see that they are not
# arbitrary: most of them follow from one question, *how probable is what I have seen?* Then you will measure their
# derivatives, follow them downhill, and train a classifier of handwritten digits with nothing but your own functions.
#
# ## What you will be able to do
#
# - write the squared error, the cross-entropy (for two classes and for many) and the hinge loss, with their gradients;
# - derive a loss from a probability, and say what a maximum-likelihood estimate gets wrong;
# - write formulas with exponentials so that scores of 1000 do them no harm;
# - check any gradient by measuring it, and say which step to measure with, and why a smaller one is worse;
# - fit a line by gradient descent, and read from its history whether the learning rate was right;
# - cut data into mini-batches that show every example exactly once.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Mean squared error | `mse_loss` | 8 | ★☆☆ | 15 |
# | 2 Maximum likelihood | `gaussian_nll`, `gaussian_mle` | 14 | ★★☆ | 25 |
# | 3 Losses for classification | `softmax`, `softmax_loss`, `svm_loss`, `bce_with_logits` | 38 | ★★☆ | 85 |
# | 4 Numerical gradients | `eval_numerical_gradient` | 10 | ★★☆ | 20 |
# | 5 Gradient descent | `gradient_descent`, `linear_regression_gd` | 20 | ★★☆ | 40 |
# | 6 Mini-batches | `minibatches` | 10 | ★★☆ | 20 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer: a
# prediction that turns out wrong teaches more than a plot that you merely looked at.
#
# `check(...)` runs the public checks of an exercise, which carry about half of its points. The other checks are hidden,
# and run when your work is graded.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or
# scikit-learn fails: what they do is what you write here. The same goes for the few functions of SciPy that would do an
# exercise for you; its text names them. `check(...)` in the notebook does not look for any of this; `autograder check`
# and the grading do.
#
# Any float dtype will do: what your code computes in float32 is compared as float32. (Only to measure derivatives it is
# too coarse, as part 4 explains.)

# %%
import numpy as np

# %% tags=["demo"]
import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle
from sklearn.datasets import load_digits

from autograder import plots
from autograder.notebook import uses

plots.style()

# %% [markdown]
# ## Where this notebook stands
#
# **Machine learning** is the part of **artificial intelligence** in which a model learns its numbers from examples
# instead of following rules that somebody wrote, and **deep learning** is the part of it whose model is a chain of many
# layers. The map shows the twelve assignments of this course in these fields (white: in NumPy; colored: in PyTorch),
# with an arrow from each to those that build on it; you are at the first.

# %% tags=["demo"]
course = {  # assignment: where it stands, the question that it answers, what it builds on
    "losses": (1.4, 5.0, "How wrong is it?", ""),
    "backprop": (4.0, 3.7, "What does each weight do?", "losses"),
    "initializers": (4.0, 5.0, "Where to begin?", "backprop"),
    "optimizers": (1.4, 3.7, "How to take a step?", "losses backprop"),
    "regularization": (1.4, 2.2, "Does it hold for new data?", "optimizers"),
    "conv": (6.6, 3.6, "How to look at an image?", "backprop regularization"),
    "conv_variants": (6.6, 2.4, "Which kind, at what cost?", "conv"),
    "pytorch": (6.6, 5.0, "What does a framework do?", "backprop"),
    "lenet": (9.0, 3.6, "Which digit is this?", "conv pytorch"),
    "ilsvrc": (9.0, 2.4, "What makes networks deep?", "lenet conv_variants"),
    "detection": (9.0, 1.2, "What is where?", "ilsvrc"),
    "recurrent": (4.0, 1.2, "What comes next?", "backprop optimizers"),
}
plots.diagram(
    {name: (x, y, f"{number}. {asks}") for number, (name, (x, y, asks, _)) in enumerate(course.items(), 1)},
    [(before, name) for name, (*_, builds_on) in course.items() for before in builds_on.split()],
    fields={
        "artificial intelligence": (0, 0.1, 10.5, 6.3),
        "machine learning": (0.15, 0.3, 10.35, 6.0),
        "deep learning": (2.75, 0.5, 10.2, 5.7),
        "vision": (5.4, 0.65, 10.1, 4.35),
        "sequences": (2.85, 0.65, 5.2, 2.0),
    },
    colors=dict.fromkeys(["pytorch", "lenet", "ilsvrc", "detection"], "moccasin"),
)
plt.show()

# %% [markdown]
# An arrow does not lock a door. An assignment that builds on an earlier one brings the course's own version of what it
# needs, takes yours instead if it is there and its public checks hold, and says which of the two it took.
#
# ---
# ## 1 Mean squared error: how wrong is a number?
#
# You predict $x_i$, the truth is $y_i$. The difference $x_i - y_i$ is the **error**. Errors cannot simply be added up,
# since one of $+5$ and one of $-5$ would cancel. Square them first, and take the mean of all $M$ entries:
#
# $$ L = \frac1M \sum_{i=1}^M (x_i - y_i)^2 $$
#
# This is the **mean squared error** (MSE). Squaring weighs large errors heavily: one error of 10 counts as much as a
# hundred errors of 1. So MSE prefers being slightly wrong everywhere to being badly wrong once.
#
# What we need just as much is its derivative with respect to each prediction. Only one term of the sum contains $x_i$:
#
# $$ \frac{\partial L}{\partial x_i} = \frac2M\, (x_i - y_i) $$
#
# It has the sign of the error, so a step *against* it moves each prediction towards its target. And it is large where
# the error is large: a loss says how wrong you are, its gradient says what to do about it.
#
# The losses of this notebook (all but that of part 2) come with their gradient and share one contract:
#
# ```python
# loss, dx = some_loss(x, y)
# ```
#
# `x` are the predictions, `y` is the truth, `loss` is one number and `dx` has the shape of `x`: how the loss changes
# with each entry of `x`. Neither `x` nor `y` is modified.
#
# (Some books put a $\frac12$ in front, to be rid of the 2. Here there is none, as in `torch.nn.MSELoss`. And the mean
# is taken over *all* entries, also where `x` has several axes.)
#
# **Predict.** Your predictions have shape `(100, 1)`, your targets `(100,)`. NumPy subtracts them without a warning.
# How many entries does `x - y` have?

# %% tags=["exercise:q_broadcast"]
### BEGIN SOLUTION
q_broadcast = 10000
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# NumPy lines shapes up at their last axes. `(100,)` counts as `(1, 100)`, and both arrays are **broadcast** to
# `(100, 100)`: each prediction meets each target. The mean of these 10,000 squares looks like a loss and is not one.
# </details>

# %% [markdown]
# ### Exercise: `mse_loss` (8 points, ★☆☆, 15 minutes)
#
# The shapes will be equal here. In your own projects, write an `assert` that says so.


# %% tags=["exercise:mse_loss"]
def mse_loss(x, y):
    """The mean squared error and its gradient.

    x: float array of any shape, the predictions. Not modified.
    y: float array of the shape of x, the targets. Not modified.

    Returns loss, dx: the mean of (x - y) squared over all entries, a float; and the gradient of this mean with respect
    to x, an array of the shape of x.
    """
    ### BEGIN SOLUTION
    error = x - y
    return np.mean(error**2), 2 * error / error.size
    ### END SOLUTION


# %% tags=["demo"]
with uses("mse_loss"):
    at = np.array([0.5, 1.5, 2.5, 3.5, 4.5])
    truth = np.array([1.1, 1.3, 3.4, 2.9, 4.6])
    slopes = np.linspace(0.2, 1.8, 81)
    axes = plots.axes(3, width=4, height=3.8)
    for ax, slope in zip(axes, (0.5, 1.01), strict=False):
        guess = slope * at
        ax.plot([0, 6], [0, 6 * slope], color="tab:blue", lw=2)
        ax.plot(at, truth, "o", color="k", ms=5, zorder=3)
        for left, low, high in zip(at, np.minimum(guess, truth), np.maximum(guess, truth), strict=True):
            ax.add_patch(Rectangle((left, low), high - low, high - low, color="tab:red", alpha=0.3, lw=0))
        ax.set(title=f"slope {slope}: loss {mse_loss(guess, truth)[0]:.2f}", xlim=(0, 7), ylim=(0, 6), aspect="equal")
    axes[2].plot(slopes, [mse_loss(slope * at, truth)[0] for slope in slopes], color="tab:red", lw=2, label="loss")
    for slope in (0.5, 1.01, 1.4):
        loss, dx = mse_loss(slope * at, truth)
        climb = np.sum(dx * at)  # the predictions are slope * at, so the chain rule multiplies by at
        near = slope + np.array([-0.2, 0.2])
        axes[2].plot(near, loss + climb * (near - slope), color="k", lw=1.5)
        axes[2].plot(slope, loss, "ko", ms=5)
    axes[2].plot([], [], color="k", label="slope from your dx")
    axes[2].set(xlabel="slope of the line", title="the loss of every line through 0")
    axes[2].legend()
    plt.show()

# %% [markdown]
# The loss is the mean area of the red squares. On the right, your gradient is drawn as a tangent: at a slope of 0.5 it
# says "turn the line up", at 1.4 "turn it down", and near 1.01 it is flat: this is the **minimum**.
#
# But why squares? Why not $|x - y|$, or the fourth power? That squares are easy to differentiate is not the reason. The
# next part has a better one.

# %% [markdown]
# ---
# ## 2 Maximum likelihood: where losses come from
#
# Measure the same thing many times and you get slightly different numbers. The usual model is the **normal
# distribution**: there is a true value $\mu$, and noise of size $\sigma$ around it. The density at $x$ is
#
# $$ p(x) = \frac{1}{\sqrt{2\pi}\,\sigma}\; e^{-\frac{(x-\mu)^2}{2\sigma^2}} $$
#
# Now turn the question round. The data $x_1, \dots, x_n$ are known, $\mu$ and $\sigma$ are not. How well would a given
# pair explain what we saw? If the measurements are independent, their densities multiply:
# $p(x_1)\,p(x_2)\cdots p(x_n)$. As a function of $\mu$ and $\sigma$ this is called the **likelihood**.

# %% tags=["demo"]
seen = np.array([1.2, 1.9, 2.3, 2.6, 3.5])
grid = np.linspace(-3, 7, 400)


def bell(x, mu, sigma):
    """The density of the normal distribution; arrays of any shape."""
    return np.exp(-((x - mu) ** 2) / (2 * sigma**2)) / (np.sqrt(2 * np.pi) * sigma)


cases = [(0.5, 0.8, "tab:red"), (2.3, 2.0, "tab:orange"), (2.3, 0.8, "tab:green")]
axes = plots.axes(3, width=4, height=2.9)
for ax, (mu, sigma, color) in zip(axes, cases, strict=True):
    ax.plot(grid, bell(grid, mu, sigma), color=color, lw=2)
    ax.vlines(seen, 0, bell(seen, mu, sigma), color=color, alpha=0.6)
    ax.plot(seen, np.zeros(5), "ko", ms=5, clip_on=False)
    ax.set(title=f"mu {mu}, sigma {sigma}: likelihood {np.prod(bell(seen, mu, sigma)):.1e}", xlabel="x", ylim=(0, 0.6))
axes[0].set_ylabel("density")
plt.show()

# %% [markdown]
# The likelihood is the product of the five heights. Red is in the wrong place. Orange is in the right place and too
# broad: a density has area 1, so what it spends on places where nothing was seen is missing where something was.
#
# A product of many small numbers cannot be computed: a thousand heights like these, multiplied, are exactly 0 in
# floating point. So take the logarithm, which turns the product into a sum, and the minus sign, which turns "as
# probable as possible" into "as small as possible". This is the **negative log-likelihood** (NLL), a loss like any
# other:
#
# $$ \text{NLL} = -\sum_{i=1}^n \log p(x_i)
#    = \sum_{i=1}^n \left[\tfrac12 \log(2\pi) + \log\sigma + \frac{(x_i-\mu)^2}{2\sigma^2}\right] $$
#
# Look at the last term. If the prediction for each measurement is $\mu_i$ and $\sigma$ is fixed, then all that depends
# on the prediction is $\sum_i (x_i - \mu_i)^2$, up to a constant factor. **The squared error is the negative
# log-likelihood of normal noise.** Whoever minimizes MSE assumes, knowingly or not, that errors are normally
# distributed with the same width everywhere.
#
# **Why?** Which noise does somebody assume who minimizes the mean of $|x_i - y_i|$ instead?
#
# <details><summary>An answer</summary>
#
# Go backwards: a loss is $-\log p$ up to constants, so $p \propto e^{-|x - y|/b}$. This is the **Laplace
# distribution**. It has heavier tails than the normal one, so it expects a large error now and then, and one outlier
# moves the fit less: the best constant prediction is then the median, where for squares it is the mean.
# </details>
#
# Here the NLL is the *sum* over the data, not the mean: it is the logarithm of a product. And mind that the logarithm
# has to be taken on paper. Far from $\mu$ the density itself is 0 in floating point, and the logarithm of that comes
# too late.
#
# **Predict.** How high is the density of the normal distribution with $\sigma = 0.1$ at its center?

# %% tags=["exercise:q_peak"]
### BEGIN SOLUTION
q_peak = 3.989423
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# At the center the exponential is 1, so the height is $1/(\sqrt{2\pi}\cdot0.1) = 3.99$. A density may be larger than 1:
# what has to be 1 is the area under it, and a narrow curve must be high for that. Only areas are probabilities.
# </details>

# %% [markdown]
# ### Exercise: `gaussian_nll` (8 points, ★☆☆, 15 minutes)


# %% tags=["exercise:gaussian_nll"]
def gaussian_nll(x, mu, sigma):
    """The negative log-likelihood of independent normal observations.

    x: float array of any shape, the observations. Not modified.
    mu: float, the mean of all of them; or float array of the shape of x, one mean for each. Not modified.
    sigma: float > 0, the standard deviation (not the variance) of all of them.

    Returns nll: float, the sum (not the mean) of -log p over all entries of x, with the natural logarithm and the
    constant log(2 pi) / 2 for each. It is finite for observations at any distance from mu, and for any number of them.
    Written without scipy.stats, and without NormalDist of statistics.
    """
    ### BEGIN SOLUTION
    z = (x - mu) / sigma
    return np.sum(z**2) / 2 + x.size * (np.log(sigma) + np.log(2 * np.pi) / 2)
    ### END SOLUTION


# %% [markdown]
# ### The maximum-likelihood estimate
#
# Which $\mu$ and $\sigma$ make the NLL smallest? Set its derivatives to zero. For $\mu$ that gives
# $\sum_i (x_i - \mu) = 0$, and for $\sigma$ it gives $\sum_i \bigl[\frac1\sigma - \frac{(x_i-\mu)^2}{\sigma^3}\bigr]
# = 0$. Solved:
#
# $$ \hat\mu = \frac1n \sum_i x_i, \qquad\qquad \hat\sigma = \sqrt{\frac1n \sum_i (x_i - \hat\mu)^2} $$
#
# The mean, and the standard deviation *with $n$ in the denominator*. These are the **maximum-likelihood estimates**
# (MLE). You may have learned $n - 1$ in a statistics course. That is another estimate, with another aim; you will see
# below what it repairs.
#
# One thing to watch. On paper, $\frac1n \sum (x_i - \hat\mu)^2$ is equal to $\frac1n \sum x_i^2 - \hat\mu^2$. In
# floating point it is not: if the data are 1,000,000 ± 1, the second form subtracts two numbers near $10^{12}$, of
# which only the first sixteen digits are known.

# %% [markdown]
# ### Exercise: `gaussian_mle` (6 points, ★☆☆, 10 minutes)


# %% tags=["exercise:gaussian_mle"]
def gaussian_mle(x):
    """The normal distribution that makes the observations most likely.

    x: float array of any shape with at least one entry; all entries are observations of one quantity. Not modified.

    Returns mu, sigma: two floats, the mean and the standard deviation that minimize gaussian_nll(x, mu, sigma). So
    sigma has n in its denominator, not n - 1. If all observations are equal, sigma is 0. Both are accurate also where
    the spread is three millionths of the mean.
    Written without norm and fit of scipy.stats; np.mean and np.std are welcome.
    """
    ### BEGIN SOLUTION
    mu = np.mean(x)
    return mu, np.sqrt(np.mean((x - mu) ** 2))
    ### END SOLUTION


# %% tags=["demo"]
with uses("gaussian_nll", "gaussian_mle"):
    best_mu, best_sigma = gaussian_mle(seen)
    nll = np.vectorize(lambda mu, sigma: gaussian_nll(seen, mu, sigma))
    levels = nll(best_mu, best_sigma) + np.array([0.05, 0.2, 0.5, 1, 2, 4, 8, 16])
    axes = plots.axes(2, width=5.5, height=3.6)
    found = {f"MLE: mu {best_mu:.2f}, sigma {best_sigma:.2f}": np.array([[best_mu, best_sigma]])}
    plots.contours(nll, (0.5, 4.1), (0.35, 2.2), levels=levels, paths=found, ax=axes[0])
    axes[0].set(xlabel="mu", ylabel="sigma", title="NLL of the five observations above")
    sizes = np.array([2, 3, 4, 6, 8, 12, 20])
    samples = np.random.default_rng(0).standard_normal((2000, 20))
    variances = [np.mean([gaussian_mle(sample)[1] ** 2 for sample in samples[:, :size]]) for size in sizes]
    axes[1].axhline(1, color="0.4", ls="--", lw=1, label="the true variance")
    axes[1].plot(sizes, 1 - 1 / sizes, color="0.7", lw=4, label="(n - 1) / n")
    axes[1].plot(sizes, variances, "o", color="tab:red", label="mean of your sigma squared, 2000 samples")
    axes[1].set(xlabel="observations n", title="the MLE of the variance is biased", ylim=(0.4, 1.1), xticks=sizes)
    axes[1].legend(loc="lower right")
    plt.show()

# %% [markdown]
# On the left your estimate sits at the bottom of the loss. On the right, what it gets wrong: on average the estimated
# variance is too small, by the factor $(n-1)/n$. The estimate is **biased**. The mean was chosen to be as close as
# possible to *these* observations, so they look closer together than they are. Dividing by $n - 1$ makes up for it.
# With a million examples nobody can tell the difference; but remember the pattern: *a model that was fitted to some
# data looks better on them than it is.*

# %% [markdown]
# ---
# ## 3 Losses for classification: how wrong is a choice?
#
# Now the answer is a class: cat, dog or ship. A model gives one **score** per class, any real numbers, the larger the
# better. For $N$ examples and $C$ classes they form an $(N, C)$ array, a row per example. The truth is an array of $N$
# ints, `y[n]` being the column of the right class. How wrong is a row of scores?
#
# ### Softmax: from scores to probabilities
#
# Part 2 had a recipe: say how probable what you saw is, and take $-\log$. So turn the scores into probabilities.
# Exponentiate, which makes everything positive, and divide by the sum, which makes them add up to 1:
#
# $$ p_c = \frac{e^{x_c}}{\sum_{k} e^{x_k}} $$
#
# This is the **softmax**, a soft form of "the largest one takes it all".
#
# Adding the same number to all scores of a row changes nothing: $e^{x_c + a} = e^a e^{x_c}$, and $e^a$ cancels. That is
# useful, because $e^{710}$ is already more than a float64 can hold. **Subtract from each row its own maximum.** Then
# the largest exponent is 0 and nothing can overflow; what underflows to 0 is as good as 0.

# %% [markdown]
# ### Exercise: `softmax` (8 points, ★☆☆, 15 minutes)


# %% tags=["exercise:softmax"]
def softmax(x):
    """The probabilities of the classes, by rows.

    x: (N, C) float array, the scores; a row per example, a column per class. Not modified.

    Returns p: (N, C) float array, p[n, c] = exp(x[n, c]) / sum over k of exp(x[n, k]). All are finite and each row sums
    to 1 for every finite x, with scores such as 1000 and -1000 in one row or in different ones.
    Written without softmax, log_softmax and logsumexp of scipy.special.
    """
    ### BEGIN SOLUTION
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% tags=["demo"]
with uses("softmax"):
    scores = np.array([[2.0, 1.0, 0.2, -1.0]])
    rows = {
        "the scores": scores,
        "all plus 500": scores + 500,
        "all times 5": 5 * scores,
        "all times 0.2": 0.2 * scores,
    }
    axes = plots.axes(4, width=3, height=2.6)
    for ax, (title, row) in zip(axes, rows.items(), strict=True):
        bars = ax.bar(range(4), softmax(row)[0], color=["tab:green", "tab:blue", "tab:orange", "tab:red"])
        ax.bar_label(bars, [f"{p:.2f}" for p in softmax(row)[0]], fontsize=9)
        ax.set(title=title, xticks=range(4), xticklabels=[f"{x:g}" for x in row[0]], xlabel="score", ylim=(0, 1.1))
    axes[0].set_ylabel("probability")
    plt.show()

# %% [markdown]
# Only differences count: 500 more for everybody changes nothing. Multiplying does change something. With large scores
# softmax is nearly certain, with small ones it hardly distinguishes.
#
# ### The categorical likelihood and cross-entropy
#
# One throw of a die with $C$ sides of probabilities $p_1, \dots, p_C$ follows the **categorical distribution**: side
# $y$ comes up with probability $p_y$, which can also be written $\prod_c p_c^{[c = y]}$, where the bracket is 1 if
# $c = y$ and 0 if not. A classifier throws such a die for each example, with the probabilities $p_n$ that softmax made
# of its scores. If the examples are independent, the likelihood of all right classes is $\prod_n p_{n y_n}$, and its
# negative logarithm a sum. Divided by $N$, so that it does not grow with the number of examples, this is the loss:
#
# $$ L = -\frac1N \sum_{n=1}^N \log p_{n y_n}
#      = \frac1N \sum_{n=1}^N \Bigl[\, \log \sum_k e^{x_{nk}} \;-\; x_{n y_n} \Bigr] $$
#
# It is called **cross-entropy**, or softmax loss. Certain and right costs nothing, a fair guess among $C$ classes costs
# $\log C$, certain and wrong costs as much as you were certain.
#
# **The name** comes from information theory. If classes come with probabilities $q$, the best code for them has an
# average length of $H(q) = -\sum_c q_c \log q_c$, the **entropy**, since class $c$ deserves a code word of length
# $-\log q_c$. Whoever believes in $p$ and builds a code for that, while the classes come from $q$, crosses the two and
# needs $H(q, p) = -\sum_c q_c \log p_c$ on average: the *cross*-entropy. It is never below $H(q)$, and equal to it only
# for $p = q$. For us $q$ is a **one-hot** row, 1 at the right class and 0 elsewhere, so that one term remains:
# $-\log p_y$.
#
# **Compute it in the second form.** If the right class has a score of $-1000$ and another has $1000$, then $p$ is 0 in
# floating point and $-\log p$ is infinite, though the loss is just 2000. $\log \sum_k e^{x_k}$ needs the same care as
# softmax: with $m$ the maximum of the row it is $m + \log \sum_k e^{x_k - m}$.
#
# **The gradient.** Take one example with scores $x$ and right class $y$, and its loss
# $\ell = \log \sum_k e^{x_k} - x_y$. How does $\ell$ change with the score $x_c$? Of the sum, only the term $e^{x_c}$
# contains it. So by the chain rule
#
# $$ \frac{\partial}{\partial x_c} \log \sum_k e^{x_k}
#    = \frac{1}{\sum_k e^{x_k}} \cdot \frac{\partial}{\partial x_c} \sum_k e^{x_k}
#    = \frac{e^{x_c}}{\sum_k e^{x_k}} = p_c, \qquad\qquad
#    \frac{\partial x_y}{\partial x_c} = [\,c = y\,]. $$
#
# The difference of the two is the gradient of $\ell$. In the mean over $N$ examples each has the weight $\frac1N$:
#
# $$ \frac{\partial L}{\partial x_{nc}} = \frac1N \bigl( p_{nc} - [\,c = y_n\,] \bigr). $$
#
# What the model says, minus what it should have said. Each row sums to 0, as it must: raising all scores of a row by
# the same amount changes nothing.
#
# **By hand.** A picture of a cat gets the scores 3.2 for cat (the right class), 5.1 for dog and −1.7 for ship.
#
# | | cat | dog | ship | sum |
# |---|---|---|---|---|
# | score $x$ | 3.2 | 5.1 | −1.7 | |
# | minus the maximum | −1.9 | 0 | −6.8 | |
# | exponential | 0.1496 | 1 | 0.0011 | 1.1507 |
# | divided by the sum: $p$ | 0.1300 | 0.8690 | 0.0010 | 1 |
# | gradient $p - [c = y]$ | −0.8700 | 0.8690 | 0.0010 | 0 |
#
# The loss is $-\log 0.1300 = 2.04$. A step against the gradient raises the score of cat and lowers that of dog; ship is
# so unlikely already that it is left almost alone.

# %% [markdown]
# ### Exercise: `softmax_loss` (12 points, ★★☆, 30 minutes)


# %% tags=["exercise:softmax_loss"]
def softmax_loss(x, y):
    """The cross-entropy of softmax, averaged over the examples, and its gradient.

    x: (N, C) float array, the scores. Not modified.
    y: (N,) int array, the right classes, each in 0 ... C - 1. Not modified.

    Returns loss, dx: the mean over the N examples of -log(softmax(x)[n, y[n]]), a float; and the gradient of this mean
    with respect to x, an (N, C) array. Both are finite and right for every finite x: scores of 1000 for a wrong class
    and -1000 for the right one are a loss of 2000.
    Written without the functions that softmax is written without; your own softmax is welcome.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(x))
    shifted = x - x.max(axis=1, keepdims=True)
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]
    dx = softmax(x)
    dx[rows, y] -= 1
    return losses.mean(), dx / len(x)
    ### END SOLUTION


# %% [markdown]
# **Why?** Two classifiers get the same 90 of 100 images right, and yet one has a loss of 0.3 and the other of 1.5. How
# can that be?
#
# <details><summary>An answer</summary>
#
# Accuracy only asks which score is largest. The loss also asks how sure the model was. The second one is probably
# certain of its ten wrong answers: ten times $-\log p_y = 15$, with $p_y$ near $3\cdot10^{-7}$, add 1.5 to the mean of
# a hundred. A small change of the weights changes the loss and rarely the accuracy, so the loss is what one can follow
# downhill.
# </details>
#
# ### The hinge loss of the support vector machine
#
# Cross-entropy is never zero: there is always a little more certainty to gain. The **hinge loss** of the **support
# vector machine** (SVM) is satisfied at some point. The right class has to be ahead of each other class by at least 1,
# the **margin**. A class that comes closer costs what is missing, and one that stays away costs nothing (Weston and
# Watkins, 1999):
#
# $$ L = \frac1N \sum_{n=1}^N \; \sum_{c \,\neq\, y_n} \max\bigl(0,\; x_{nc} - x_{n y_n} + 1\bigr) $$
#
# For the gradient, look at one term of the sum. If it is zero it has no influence. If it is positive, it grows with
# $x_{nc}$ at rate 1 and falls with $x_{n y_n}$ at rate 1. So each wrong class that comes too close gets $\frac1N$, and
# the right class gets $-\frac1N$ *for each of them*. (At the kink, where $x_{nc} - x_{n y_n} + 1$ is exactly 0, there
# is no derivative. Take 0: the margin is kept.)
#
# **By hand.** The scores of the cat again, 3.2, 5.1 and −1.7. Dog is ahead of cat where it should be 1 behind:
# $\max(0,\; 5.1 - 3.2 + 1) = 2.9$. Ship is far away: $\max(0,\; -1.7 - 3.2 + 1) = \max(0,\; -3.9) = 0$. The loss is
# 2.9, and the gradient $(-1, 1, 0)$: ship has no influence at all.
#
# **Predict.** At the start of training all scores are about 0. What does this loss print for 10 classes?

# %% tags=["exercise:q_svm_start"]
### BEGIN SOLUTION
q_svm_start = 9
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each of the nine wrong classes is level with the right one, where it should be 1 behind: each costs $0 - 0 + 1 = 1$.
# With $C$ classes it is $C - 1$. If a training run begins with another number, something is wrong before it begins.
# </details>

# %% [markdown]
# ### Exercise: `svm_loss` (10 points, ★★☆, 20 minutes)


# %% tags=["exercise:svm_loss"]
def svm_loss(x, y):
    """The multiclass hinge loss (Weston & Watkins 1999) with margin 1, averaged over the examples, and its gradient.

    x: (N, C) float array, the scores. Not modified.
    y: (N,) int array, the right classes, each in 0 ... C - 1. Not modified.

    Returns loss, dx: the mean over the N examples of the sum over all classes c other than y[n] of
    max(0, x[n, c] - x[n, y[n]] + 1), a float; and the gradient of this mean with respect to x, an (N, C) array. A class
    for which x[n, c] - x[n, y[n]] + 1 is exactly 0 adds nothing to the gradient.
    """
    ### BEGIN SOLUTION
    rows = np.arange(len(x))
    missing = np.maximum(0, x - x[rows, y][:, np.newaxis] + 1)
    missing[rows, y] = 0
    dx = (missing > 0).astype(float)
    dx[rows, y] = -dx.sum(axis=1)
    return missing.sum() / len(x), dx / len(x)
    ### END SOLUTION


# %% tags=["demo"]
with uses("softmax", "softmax_loss", "svm_loss"):
    cat = np.array([[3.2, 5.1, -1.7]])  # scores of cat, dog, ship; the right class is 0, cat
    print("softmax", softmax(cat).round(4))
    for loss_of in (softmax_loss, svm_loss):
        loss, dx = loss_of(cat, np.array([0]))
        print(f"{loss_of.__name__:13}{loss:.4f}, gradient {np.round(dx, 4)}")

# %% [markdown]
# ### Binary cross-entropy: yes or no
#
# With two classes, one score is enough: the **logit** $x$ says how much "yes" is ahead of "no". Softmax of the pair
# $(x, 0)$ gives "yes" the probability $\sigma(x) = 1 / (1 + e^{-x})$, the **sigmoid**. The target $y$ is 1 for yes and
# 0 for no; anything between is allowed too, if you are not sure yourself. The **binary cross-entropy** (BCE) is the
# mean over all $M$ entries of
#
# $$ \ell = -\,y \log \sigma(x) - (1-y) \log\bigl(1 - \sigma(x)\bigr), \qquad\qquad
#    \frac{\partial \ell}{\partial x} = \sigma(x) - y $$
#
# What it says minus what it should have said, once more. (And then divided by $M$, because of the mean.)
#
# The danger is the same, too. At $x = 1000$ and $y = 0$ the loss is 1000, but $1 - \sigma(x)$ is 0 in floating point. A
# small number added inside the logarithm, as in $\log(p + 10^{-12})$, prevents the infinity, and caps the loss at
# $-\log 10^{-12} = 27.6$ where it is 1000. Simplify on paper instead: $-\log\sigma(x) = \log(1 + e^{-x})$, $-\log(1 -
# \sigma(x)) = \log(1 + e^{x})$, and the two differ by $x$. So
#
# $$ \ell = \log(1 + e^{x}) - x\,y, \qquad \log(1 + e^x) = \max(x, 0) + \log\bigl(1 + e^{-|x|}\bigr), $$
#
# in which no exponent is ever positive. This is why libraries want *logits*, and not probabilities.

# %% [markdown]
# ### Exercise: `bce_with_logits` (8 points, ★★☆, 20 minutes)


# %% tags=["exercise:bce_with_logits"]
def bce_with_logits(x, y):
    """The binary cross-entropy of a sigmoid, averaged over all entries, and its gradient.

    x: float array of any shape, the logits. Not modified.
    y: float array of the shape of x, the targets, each between 0 and 1. Not modified.

    Returns loss, dx: the mean over all entries of -y log(s) - (1 - y) log(1 - s) with s = 1 / (1 + exp(-x)), a float;
    and the gradient of this mean with respect to x, an array of the shape of x. Both are finite and right for every
    finite x, -1000 and 1000 included.
    Written without scipy.stats, and without expit, log_expit, softmax and log_softmax of scipy.special; np.log1p and
    np.logaddexp are welcome.
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(x))  # never above 1
    losses = np.maximum(x, 0) - x * y + np.log1p(small)
    sigmoid = np.where(x > 0, 1, small) / (1 + small)
    return losses.mean(), (sigmoid - y) / x.size
    ### END SOLUTION


# %% tags=["demo"]
with uses("mse_loss", "softmax_loss", "svm_loss", "bce_with_logits"):
    ahead = np.linspace(-3, 4, 141)  # by how much the right class is ahead of the other
    first, one = np.array([0]), np.ones((1, 1))
    results = {
        "softmax_loss": [softmax_loss(np.array([[a, 0.0]]), first) for a in ahead],
        "bce_with_logits": [bce_with_logits(a * one, one) for a in ahead],
        "svm_loss": [svm_loss(np.array([[a, 0.0]]), first) for a in ahead],
        "mse_loss, target 1": [mse_loss(a * one, one) for a in ahead],
    }
    axes = plots.axes(2, width=5.5, height=3.5)
    for ax, part, title in [(axes[0], 0, "loss"), (axes[1], 1, "gradient of the right class's score")]:
        values = {name: [np.ravel(pair[part])[0] for pair in pairs] for name, pairs in results.items()}
        difference = "score of the right class minus score of the other"
        plots.curves(values, x=ahead, xlabel=difference, ylabel="", title=title, ax=ax)
        ax.lines[1].set_linestyle((0, (4, 4)))  # it lies on the first
        ax.axvline(0, color="0.8", lw=0.8, zorder=0)
    axes[0].step(ahead, ahead < 0, color="0.6", lw=1.2, where="mid")
    axes[0].text(-2.9, 1.08, "wrong: 1, right: 0", color="0.5", fontsize=8)
    axes[0].set_ylim(-0.1, 4)
    axes[1].set_ylim(-2.5, 2.5)
    plt.show()

# %% [markdown]
# What we really want to count is the gray step, right or wrong (the **0–1 loss**). It is flat almost everywhere, so its
# gradient says nothing. The others are slopes that lead to it. `bce_with_logits` lies on `softmax_loss`: the sigmoid
# *is* a softmax of two. The hinge is zero beyond 1, cross-entropy never quite. And the squares show why they are for
# numbers and not for choices: a score of 3 for the right class costs as much as one of −1, and the gradient pulls this
# good answer back.

# %% [markdown]
# ---
# ## 4 Numerical gradients: is this gradient right?
#
# You have written four gradients by hand. Nothing in NumPy will tell you if one has a wrong sign. But a derivative can
# be measured: move one entry a little, and see what the value does.
#
# $$ \frac{\partial f}{\partial x_i} \approx \frac{f(x + h e_i) - f(x - h e_i)}{2h} $$
#
# ($e_i$ moves entry $i$ alone.) Going to both sides is worth it. Write down the Taylor series of the two values: the
# terms in $h^2$ are equal and cancel, so the error of this **central difference** is $\frac{h^2}{6} f'''$. A **forward
# difference**, $(f(x + h e_i) - f(x))/h$, has the error $\frac h2 f''$. With $h = 0.001$ it is the difference between a
# millionth and a thousandth.
#
# So make $h$ tiny? No. $f$ itself is only known to about sixteen digits, and the difference of two nearly equal numbers
# keeps the last, wrong ones. Dividing by $h$ blows them up: this error is about $10^{-16} f / h$. The best $h$ is where
# the two errors meet, near $10^{-5}$. (In float32, with its seven digits, they meet at three wrong digits: measure in
# float64.)
#
# **Predict.** A linear classifier of 8×8 images into 10 classes has a weight per pixel and class, and a bias per class.
# How often is the loss computed to measure its whole gradient by central differences?

# %% tags=["exercise:q_evaluations"]
### BEGIN SOLUTION
q_evaluations = 1300
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# There are $64\cdot10$ weights and 10 biases, 650 numbers, and each is moved twice: up and down. So measuring is for
# testing. A training step that needed 1300 losses for one gradient would be hopeless, with a million weights even more.
# </details>

# %% [markdown]
# ### Exercise: `eval_numerical_gradient` (10 points, ★★☆, 20 minutes)


# %% tags=["exercise:eval_numerical_gradient"]
def eval_numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x, measured entry by entry by central differences.

    f: a function that takes a float array of the shape of x and returns a float. It does not modify its argument.
    x: float64 array of any shape. Its values are the same afterwards, to the last bit (an entry may be moved meanwhile,
        if its old value is then put back).
    h: float > 0, the step: each entry is moved by h to both sides, and the two values of f are 2 h apart.

    Returns grad: float array of the shape of x, grad[i] = (f(x + h e_i) - f(x - h e_i)) / (2 h), where e_i is 1 at
    entry i and 0 elsewhere.
    Written without scipy.differentiate, and without approx_fprime and approx_derivative of scipy.optimize.
    """
    ### BEGIN SOLUTION
    grad = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[index] += h
        down[index] -= h
        grad[index] = (f(up) - f(down)) / (2 * h)
    return grad
    ### END SOLUTION


# %% tags=["demo"]
with uses("eval_numerical_gradient", "mse_loss", "softmax_loss", "svm_loss", "bce_with_logits"):
    rng = np.random.default_rng(5)
    steps = 10.0 ** np.arange(-13, 0.5, 0.25)
    point = np.array([0.7])
    central = [abs(eval_numerical_gradient(lambda x: np.exp(x[0]), point, h)[0] / np.exp(0.7) - 1) for h in steps]
    forward = [abs((np.exp(0.7 + h) - np.exp(0.7)) / h / np.exp(0.7) - 1) for h in steps]
    axes = plots.axes(2, width=5.5, height=3.5)
    errors = {"forward difference": forward, "your central difference": central}
    plots.curves(errors, x=steps, xlabel="h", ylabel="relative error", log=True, ax=axes[0])
    axes[0].set(title="derivative of exp at 0.7", xscale="log", ylim=(1e-12, 2))
    scores, classes = rng.standard_normal((7, 4)), rng.integers(0, 4, 7)
    cases = {
        "mse_loss": (mse_loss, rng.standard_normal((7, 4))),
        "softmax_loss": (softmax_loss, classes),
        "svm_loss": (svm_loss, classes),
        "bce_with_logits": (bce_with_logits, rng.uniform(0, 1, (7, 4))),
    }
    errors = []
    for loss, y in cases.values():
        measured = eval_numerical_gradient(lambda x, loss=loss, y=y: loss(x, y)[0], scores)
        claimed = loss(scores, y)[1]
        errors.append(abs(measured - claimed).max() / abs(claimed).max())
    axes[1].barh(list(cases), errors, color="tab:green", height=0.6)
    axes[1].set(
        xscale="log", xlim=(1e-13, 10), xlabel="relative difference", title="claimed against measured gradients"
    )
    axes[1].axvline(1e-6, color="0.5", ls="--", lw=1)
    axes[1].text(1.5e-6, 3.15, "suspicious from here on", fontsize=8, va="center", color="0.4")
    axes[1].invert_yaxis()
    plt.show()

# %% [markdown]
# Left: from right to left, both errors first fall with $h$, that of the central difference twice as steeply; then
# rounding takes over and lets them rise again. Right: this is a **gradient check** of your own four losses. Make it a
# habit. It is slow, but it needs to be done once, on a small example.
#
# It has a blind spot, though. It compares the gradient with *your* loss, so it cannot see what is wrong with both.
#
# **Which bug is this?** A classmate's `svm_loss` prints 10.0 for ten classes when all scores are 0. The gradient check
# agrees in nine digits, on random scores too.
#
# - `"a"`: the losses of the examples are added, not averaged
# - `"b"`: the right class is counted in the sum like any other
# - `"c"`: the margin of 1 is missing
# - `"d"`: the gradient has no entry for the right class
#
# Answer with the letter.

# %% tags=["exercise:q_which_bug"]
### BEGIN SOLUTION
q_which_bug = "b"
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The right class's own term is $\max(0, x_y - x_y + 1) = 1$, whatever the scores are. It adds a constant to the loss,
# which a derivative does not see, so measured and claimed gradients agree.
# </details>

# %% [markdown]
# ---
# ## 5 Gradient descent
#
# The gradient points to where the loss grows fastest. So take a step the other way, look again, and repeat. This is
# **gradient descent**:
#
# $$ x_{t+1} = x_t - \eta\, \nabla f(x_t) $$
#
# $\eta > 0$ is the **learning rate**, `lr`. It is a factor, not a distance: where the ground is steep, the step is
# long, and on flat ground it is short. Near a minimum the steps become shorter all by themselves.
#
# **Predict.** $f(x) = x^2$, start at $x = 4$, learning rate 0.25. Where are you after 3 steps?

# %% tags=["exercise:q_three_steps"]
### BEGIN SOLUTION
q_three_steps = 0.5
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# The derivative is $2x$, so each step goes from $x$ to $x - 0.25\cdot 2x = x/2$: 4, 2, 1, 0.5. The factor
# $1 - 2\eta$ decides everything: at $\eta = 1$ it is $-1$ and you jump back and forth; beyond that you move away.
# </details>

# %% [markdown]
# ### Exercise: `gradient_descent` (8 points, ★☆☆, 15 minutes)


# %% tags=["exercise:gradient_descent"]
def gradient_descent(grad, x0, lr, steps):
    """Walk downhill and write down every position.

    grad: a function that takes a (D,) float array and returns the gradient there, a (D,) float array.
    x0: (D,) float array, the start. Not modified.
    lr: float, the learning rate, the same for all steps.
    steps: int >= 0, how many steps to take; all of them are taken.

    Returns path: (steps + 1, D) float array. path[0] is x0, and path[t + 1] = path[t] - lr * grad(path[t]).
    """
    ### BEGIN SOLUTION
    path = [x0]
    for _ in range(steps):
        path.append(path[-1] - lr * grad(path[-1]))
    return np.array(path)
    ### END SOLUTION


# %% tags=["demo"]
def hills(x):
    """A bowl with bumps; x: (2, ...) array."""
    return 0.15 * (x[0] ** 2 + x[1] ** 2) + np.sin(1.7 * x[0]) * np.cos(1.3 * x[1])


def walk(start, lr):
    """40 steps; the gradient is measured."""
    return gradient_descent(lambda x: eval_numerical_gradient(hills, x), np.array(start, dtype=float), lr, 40)


# %% tags=["demo"]
with uses("gradient_descent", "eval_numerical_gradient"):
    starts = {f"from {start}": walk(start, 0.1) for start in [(-3.5, 3), (1.6, 3.2), (0.9, -3), (1.2, 0.3)]}
    rates = {f"lr {lr}": walk((-3.5, 3), lr) for lr in (0.02, 0.1, 0.9)}
    for ax, paths in zip(plots.axes(2, width=5.5, height=4.5), (starts, rates), strict=True):
        plots.contours(lambda x, y: hills(np.array([x, y])), (-4, 4), (-3.5, 3.5), paths=paths, ax=ax)
        ax.set(title="lr 0.1, four starts" if paths is starts else "one start, three rates", aspect="equal")
        ax.legend(loc="lower left", fontsize=8)
    plt.show()
    for name, path in starts.items():
        print(f"{name:16} it ends near ({path[-1][0]:.1f}, {path[-1][1]:.1f}), at a height of {hills(path[-1]):.2f}")

# %% [markdown]
# No formula for the gradient was needed here: your numerical one is called at every step.
#
# A point that is lower than all points around it is a **local minimum**, and the lowest point of all is the **global
# minimum**. Here the global one is near $(-0.8, 0)$, at a height of −0.88, and none of the four walks on the left ends
# there. Each finds the local minimum of the valley in which it starts: gradient descent sees only the slope under its
# feet. Right: a rate of 0.02 is still on its way after 40 steps, 0.1 has arrived, and 0.9 is too large to come to rest
# in any valley. It jumps back and forth across the deepest one.
#
# **Why?** The rate 0.9 leaves the valley on the left and ends around the global minimum. Is a large rate then a way to
# find global minima?
#
# <details><summary>An answer</summary>
#
# It is a way to leave narrow valleys, since a step that is too long for a valley jumps out of it. What remains is wide
# rather than deep: this walk stays because its jumps do not take it over the rim, and it never reaches the bottom. In
# practice one begins with a large rate and makes it smaller, which often helps and promises nothing.
# </details>

# %% [markdown]
# ### Linear regression: fitting a line
#
# Now let the position be the parameters of a model. **Linear regression** predicts a number from $D$ features,
# $\hat y_n = \sum_d X_{nd} w_d + b$, or for all examples at once $\hat y = Xw + b$. Its loss is the MSE. With your
# `mse_loss`, the gradient of the predictions, $\delta = \partial L / \partial \hat y$, is there already. What is left
# is to ask how the predictions depend on the parameters: $w_d$ enters prediction $n$ with the factor $X_{nd}$, and $b$
# enters each with the factor 1. So
#
# $$ \frac{\partial L}{\partial w} = X^\top \delta, \qquad\qquad \frac{\partial L}{\partial b} = \sum_n \delta_n. $$
#
# Start at $w = 0$, $b = 0$. In each step both gradients are taken at the *same* point, and then both parameters move.
# The loss is a bowl without bumps (it is **convex**): every local minimum is a global one, and gradient descent with a
# small enough $\eta$ cannot miss it.

# %% [markdown]
# ### Exercise: `linear_regression_gd` (12 points, ★★☆, 25 minutes)
#
# You may use your `mse_loss`.


# %% tags=["exercise:linear_regression_gd"]
def linear_regression_gd(X, y, lr, steps):
    """Linear regression by gradient descent on the mean squared error, with all examples in each step.

    X: (N, D) float array, the features. Not modified.
    y: (N,) float array, the targets. Not modified.
    lr: float, the learning rate.
    steps: int >= 0, how many steps to take; all of them are taken.

    The loss is the mean over the N examples of (X w + b - y) squared (without a factor 1/2). w and b start at zero and
    move together: both gradients of a step are taken before either of the two has moved.

    Returns w, b, history:
        w: (D,) float array, the weights after the last step.
        b: float, the bias after the last step.
        history: list of steps + 1 floats. history[t] is the loss after t steps, so that history[0] belongs to w = 0 and
            b = 0, and the last one to the w and b that are returned.
    """
    ### BEGIN SOLUTION
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        loss, derror = mse_loss(X @ w + b, y)
        history.append(loss)
        w = w - lr * X.T @ derror
        b = b - lr * derror.sum()
    history.append(mse_loss(X @ w + b, y)[0])
    return w, b, history
    ### END SOLUTION


# %% tags=["demo"]
with uses("linear_regression_gd", "mse_loss"):
    rng = np.random.default_rng(3)
    feature = rng.uniform(-1, 3, 40)
    target = 1.5 * feature - 1 + 0.7 * rng.standard_normal(40)
    moments = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 26, 30, 36, 42, 50, 60]
    fits = [linear_regression_gd(feature[:, None], target, 0.1, t) for t in moments]
    history = linear_regression_gd(feature[:, None], target, 0.1, 60)[2]
    line_loss = np.vectorize(lambda w, b: mse_loss(w * feature + b, target)[0])
    axes = plots.axes(3, width=4, height=3.4)
    fig = axes[0].figure
    axes[0].plot(feature, target, "o", ms=4, color="0.5")
    line = axes[0].plot([], [], color="tab:red", lw=2)[0]
    axes[0].set(xlabel="feature", ylabel="target", xlim=(-1.2, 3.2))
    plots.contours(line_loss, (-0.4, 2.4), (-2, 1.2), levels=min(history) * 1.6 ** np.arange(0.1, 8), ax=axes[1])
    trail = axes[1].plot([], [], ".-", color="tab:red", lw=1.2)[0]
    axes[1].set(xlabel="w", ylabel="b", title="the same, seen from above")
    axes[2].semilogy(history, color="0.8", lw=2)
    dot = axes[2].plot([], [], "o", color="tab:red")[0]
    axes[2].set(xlabel="step", title="history")

    def draw_frame(frame):
        """The line, its place in the plane of w and b, and its loss after moments[frame] steps."""
        w, b, _ = fits[frame]
        line.set_data([-1.2, 3.2], [-1.2 * w[0] + b, 3.2 * w[0] + b])
        trail.set_data([fit[0][0] for fit in fits[: frame + 1]], [fit[1] for fit in fits[: frame + 1]])
        dot.set_data([moments[frame]], [history[moments[frame]]])
        axes[0].set_title(f"after {moments[frame]} steps")

    plots.film(fig, draw_frame, range(len(moments)), pause_ms=250)

# %% [markdown]
# First the line turns quickly, then it sinks slowly to where it belongs. Why in this order? The bowl is not round: it
# is steeper in one direction than in the other, and one learning rate has to do for both. Features on very different
# scales make that far worse.

# %% tags=["demo"]
with uses("linear_regression_gd"):
    rng = np.random.default_rng(4)
    rooms, area = rng.integers(1, 6, 60), rng.uniform(30, 150, 60)
    price = 20 * rooms + 2.5 * area + 10 * rng.standard_normal(60)
    houses = np.column_stack([rooms, area]).astype(float)
    scaled = (houses - houses.mean(axis=0)) / houses.std(axis=0)
    design = np.column_stack([houses, np.ones(60)])
    smallest = np.mean((design @ np.linalg.lstsq(design, price, rcond=None)[0] - price) ** 2)
    axes = plots.axes(2, width=5.5, height=3.2)
    for ax, data, rates, title in [
        (axes[0], houses, [1e-5, 1e-4, 1.1e-4], "rooms and square meters as they are"),
        (axes[1], scaled, [0.01, 0.1, 0.5], "both scaled to mean 0 and standard deviation 1"),
    ]:
        histories = {f"lr {lr:g}": linear_regression_gd(data, price, lr, 60)[2] for lr in rates}
        plots.curves(histories, title=title, log=True, ax=ax)
        ax.axhline(smallest, color="0.5", ls="--", lw=1)
        ax.set(ylim=(50, 1e6))
    plt.show()

# %% [markdown]
# The dashed line is the best that any line can do. Left: the area has numbers near 100, and its direction is so steep
# that a rate of 0.00011 is already too large; for the rooms and the bias even this is far too small, and the two
# smaller rates stay a factor of ten above the dashed line. Right: the same data in units of their own spread. Every
# rate shown leads down, and 0.5 arrives in three steps. **Scale your features.**

# %% [markdown]
# ---
# ## 6 Mini-batches: batch, stochastic and mini-batch gradient descent
#
# Each step above looked at all examples. With a million of them that is a million computations for one small step. But
# the loss is a mean, and a mean can be estimated from a few: take a random handful, compute the gradient on them, and
# step. Each such gradient is a little wrong, and right on average.
#
# | batch | called | one step costs | the gradient is |
# |---|---|---|---|
# | all $N$ | batch gradient descent (BGD) | $N$ examples | exact |
# | 1 | **stochastic gradient descent** (SGD) | 1 example | very noisy |
# | some, often 32 to 256 | **mini-batch** gradient descent | a batch | slightly noisy |
#
# One run through all examples is an **epoch**. In each, every example should have its turn exactly once. So shuffle,
# and then cut. Two ways to spoil it: leaving out the last few if $N$ is not a multiple of the batch size, and shuffling
# `X` and `y` in two different orders. After the second the loss still falls a bit, and nothing is learned.
#
# As its last argument `minibatches` takes `rng`: **a NumPy random generator or an int seed**. The first line is written
# for you. It turns a seed into a generator and lets a generator through as it is. After it use `rng` and nothing else
# to draw: then the same seed gives the same batches tomorrow, and a generator goes on where it stopped, so that the
# next epoch has another order.
#
# **Predict.** 1000 examples, batches of 64, 5 epochs. How many steps are taken?

# %% tags=["exercise:q_steps"]
### BEGIN SOLUTION
q_steps = 80
### END SOLUTION

# %% [markdown]
# <details><summary>Why?</summary>
#
# $1000 = 15\cdot64 + 40$: 15 full batches and a smaller one make 16 steps in each epoch, 80 in five. What is left over
# counts as a batch, or 40 examples would be missing from every epoch.
# </details>

# %% [markdown]
# ### Exercise: `minibatches` (10 points, ★★☆, 20 minutes)


# %% tags=["exercise:minibatches"]
def minibatches(X, y, batch_size, rng):
    """Cut the examples into batches, in random order, for one epoch.

    X: (N, ...) array with N >= 1, the inputs; an example along the first axis. Not modified.
    y: (N,) array, the targets. Not modified.
    batch_size: int >= 1; 1 is SGD, and N or more gives a single batch with all examples.
    rng: np.random.Generator or int seed; the only source of randomness.

    Returns a list (no generator) of pairs (X_batch, y_batch), in which every example occurs exactly once, with its own
    target. Every batch has batch_size examples, but for the last one, which has what is left and is never empty. All
    orders of the N examples are equally likely.
    """
    rng = np.random.default_rng(rng)
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    chosen = [order[start : start + batch_size] for start in range(0, len(X), batch_size)]
    return [(X[rows], y[rows]) for rows in chosen]
    ### END SOLUTION


# %% tags=["demo"]
with uses("minibatches", "mse_loss", "gradient_descent", "eval_numerical_gradient"):
    rng = np.random.default_rng(6)
    feature = rng.uniform(-1, 3, (200, 1))
    target = 1.5 * feature[:, 0] - 1 + 0.7 * rng.standard_normal(200)
    best = np.linalg.lstsq(np.c_[feature, np.ones(200)], target, rcond=None)[0]

    def loss_of_line(line, x=feature, y=target):
        """line: (2,) array, w and b."""
        return mse_loss(line[0] * x[:, 0] + line[1], y)[0]

    least = loss_of_line(best)
    axes = plots.axes(3, width=4, height=3.8)
    for ax, size in zip(axes, (200, 20, 1), strict=True):
        path = [np.zeros(2)]
        for _ in range(6):
            for x, y in minibatches(feature, target, size, rng):
                slope = eval_numerical_gradient(lambda line, x=x, y=y: loss_of_line(line, x, y), path[-1])
                path.append(gradient_descent(lambda _, slope=slope: slope, path[-1], 0.05, 1)[-1])
        taken = {f"{len(path) - 1} steps": path}
        plots.contours(
            np.vectorize(lambda w, b: loss_of_line((w, b))),
            (-0.2, 2.2), (-1.7, 0.5), levels=least * 1.25 ** np.arange(0.1, 12), paths=taken, ax=ax,
        )  # fmt: skip
        ax.plot(*best, "k*", ms=12, zorder=6)
        ax.set(xlabel="w", ylabel="b", title=f"batches of {size}, 6 epochs")
    plt.show()

# %% [markdown]
# All three have looked at every example six times; the black star is the least-squares line. On the left there were six
# careful steps. In the middle 60 steps have come close to the star. On the right 1200 steps were there first, and keep
# moving around it.
#
# **Why?** Steps shrink near a minimum, we said, because the gradient does. Why does the run with batches of 1 not come
# to rest?
#
# <details><summary>An answer</summary>
#
# At the minimum of the mean loss the *mean* gradient is zero, and the gradients of the single examples are not: they
# cancel. A step that looks at one example goes where this example pulls. The path comes to rest only if the learning
# rate shrinks with time, or if the model fits every single example.
# </details>
#
# ### A linear classifier of handwritten digits
#
# scikit-learn's 1,797 handwritten digits, 8×8 pixels each. The model is a **linear classifier**: $Xw$ with a column of
# $w$ per class, where a last pixel that is always 1 takes the place of a bias. The loss, its gradient, the batches and
# the steps are yours.

# %% tags=["demo"]
digits = load_digits()
shuffled = np.random.default_rng(1).permutation(len(digits.data))
images, labels = np.c_[digits.data / 16, np.ones(len(digits.data))][shuffled], digits.target[shuffled]
training, held_out = slice(0, 1400), slice(1400, None)


def train_digits(loss_of, batch_size, lr, epochs):
    """Train a linear classifier of the digits by mini-batch gradient descent.

    loss_of: function (scores, classes) -> loss, dscores.
    Returns w (65, 10), the loss of all training images after each epoch, and the share of new images it gets right.
    """
    rng = np.random.default_rng(2)
    w, losses = np.zeros(65 * 10), []
    for _ in range(epochs):
        for X, y in minibatches(images[training], labels[training], batch_size, rng):

            def slope(w, X=X, y=y):
                """The gradient of the weights on one batch, laid out as one row, from that of the scores."""
                return np.einsum("nd,nc->dc", X, loss_of(X @ w.reshape(65, 10), y)[1]).ravel()

            w = gradient_descent(slope, w, lr, 1)[-1]
        losses.append(loss_of(images[training] @ w.reshape(65, 10), labels[training])[0])
    w = w.reshape(65, 10)
    return w, losses, np.mean((images[held_out] @ w).argmax(axis=1) == labels[held_out])


# %% tags=["demo"]
with uses("softmax_loss", "minibatches", "gradient_descent"):
    series = {}
    for size in (1400, 100, 10):
        _, losses, right = train_digits(softmax_loss, size, 0.1, 20)
        series[f"batches of {size}: {right:.0%} of the new images right"] = losses
    ax = plots.axes(width=8, height=3.6)
    plots.curves(series, x=range(1, 21), xlabel="epoch", ylabel="training loss", log=True, ax=ax)
    ax.axhline(np.log(10), color="0.6", lw=0.8, ls=":")
    ax.text(20, np.log(10) * 1.05, "log 10: guessing", ha="right", fontsize=8, color="0.4")
    ax.set(title="same model, same rate, same number of images seen", xticks=[1, 5, 10, 15, 20])
    plt.show()

# %% [markdown]
# The share of *new* images that are right tells how well the classifier **generalizes**: the loss on images that it has
# been fitted to would flatter it. All runs have seen each image 20 times. But batches of 1400 have taken 20 steps and
# batches of 10 have taken 2800: a small batch gives a worse direction, and far more of them. (The computer, for its
# part, likes large batches. In between there is usually a size that is best.)
#
# What has such a model learned?

# %% tags=["demo"]
with uses("softmax_loss", "svm_loss", "minibatches", "gradient_descent"):
    for loss_of in (softmax_loss, svm_loss):
        w, _, right = train_digits(loss_of, 50, 0.1, 20)
        drawn = plots.images(w[:64].T.reshape(10, 8, 8), [str(c) for c in range(10)], columns=10, signed=True, size=1.2)
        drawn[0].figure.suptitle(f"{loss_of.__name__}: {right:.1%} of the new images right", fontsize=10)
    plt.show()

# %% [markdown]
# Each little picture is one column of $w$: where ink speaks for a digit (red) and where against it (blue). Ink in the
# middle speaks against a 0. One template per class is all that a linear model has, and on these tidy images it goes a
# long way. (The hinge is ahead here mainly because its gradients are larger: at five times the rate, cross-entropy gets
# as far.) To do better, a model has to build its own features first. That is what the rest of this course is about.

# %% [markdown]
# ---
# ## Further reading
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016. Section 4.1 on overflow and underflow,
#   5.5 on maximum likelihood, 6.2 on losses and outputs.
# - C. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006. Section 1.2.4: the normal distribution, its
#   maximum likelihood, and the bias of its variance.
# - J. Weston and C. Watkins, *Support Vector Machines for Multi-Class Pattern Recognition*, ESANN 1999; and K. Crammer
#   and Y. Singer, *On the Algorithmic Implementation of Multiclass Kernel-based Vector Machines*, JMLR 2, 2001: the
#   other hinge, with the worst class in place of the sum.
# - P. Blanchard, D. Higham and N. Higham, *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of
#   Numerical Analysis 41, 2021. Everything about the trick with the maximum.
# - T. Cover and J. Thomas, *Elements of Information Theory*, 2nd edition, Wiley 2006. Section 5.4: what it costs to
#   code for the wrong distribution.
# - L. Bottou, F. Curtis and J. Nocedal, *Optimization Methods for Large-Scale Machine Learning*, SIAM Review 60, 2018,
#   arXiv:1606.04838. Why a noisy gradient is enough.
# - W. Squire and G. Trapp, *Using Complex Variables to Estimate Derivatives of Real Functions*, SIAM Review 40, 1998. A
#   difference without cancellation: the checks of this notebook use it.
# - Stanford CS231n, course notes *Linear Classification* and *Optimization 1*: the calling conventions used here come
#   from this course.
