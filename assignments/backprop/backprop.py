# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Backpropagation
#
# A network has a million weights and one loss. To improve it you need a million derivatives. Moving one weight at a
# time and looking at what the loss does would cost a million runs of the network, for a single step downhill. How can
# all the derivatives be had for about the price of *two* more runs?
#
# The answer is **backpropagation**. Write the computation down as a graph of small steps, each so simple that its
# derivative is known by heart. Then walk through the graph once, backwards, and hand on one number along every arrow.
# You will do that by hand, with arrays, and in the end with a small engine that does it for any formula you type. Why
# the price is two runs is counted in part 2.
#
# ## What you will be able to do
#
# - draw a formula as a computational graph and send a gradient through it with pencil and paper;
# - write the forward and the backward pass of a fully connected layer and of a ReLU;
# - count what a backward pass costs;
# - say what a Jacobian is, how large it would be, and why nobody builds it;
# - undo broadcasting in a gradient;
# - write an automatic differentiation engine in about forty lines, for graphs of any shape and depth;
# - put the parts together into a multilayer perceptron with two layers that learns a spiral;
# - find out which gradient of somebody else's layer is wrong, without reading its code.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Computational graphs | two questions | | ★☆☆ | 15 |
# | 2 Layers | `affine_forward`, `affine_backward`, `relu_forward`, `relu_backward` | 28 | ★☆☆ | 45 |
# | 3 Jacobians | `jacobian`, `vjp_from_jacobian` | 8 | ★★☆ | 30 |
# | 4 The gradient of broadcasting | `unbroadcast` | 8 | ★★☆ | 20 |
# | 5 Automatic differentiation | `topological_order`, `Value` | 32 | ★★★ | 90 |
# | 6 A multilayer perceptron | `TwoLayerNet` | 16 | ★★☆ | 40 |
# | 7 Gradient checking | `find_the_bug` | 8 | ★★☆ | 30 |
#
# The questions named `q_...` give no points. Answer them *before* you run the cell that shows the answer.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, Keras, JAX, autograd or
# scikit-learn fails: what they do is what you write here. The same goes for the few other functions that would do an
# exercise for you; its text names them. `check(...)` in the notebook does not look for any of this; `autograder check`
# and the grading do.
#
# Any float dtype will do: what your code computes in float32 is compared as float32. (Only where derivatives are
# measured, in `jacobian` and `find_the_bug`, it has too few digits.)

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import numpy as np

FORWARD, BACKWARD = "tab:blue", "tab:red"  # values and gradients, in all pictures

# %% tags=["demo"]
import timeit

import matplotlib.pyplot as plt
from matplotlib.patches import FancyArrowPatch, Rectangle
from scipy import special

from autograder import plots
from autograder.notebook import earlier, uses

plots.style()


def softmax(x):
    """The probabilities of each row of scores. x: (N, C)."""
    return special.softmax(x, axis=1)


softmax = earlier("losses", softmax)  # for the pictures

# %% [markdown]
# ---
# ## 1 Computational graphs and the chain rule
#
# Take $L = (x + y)\cdot z$. A computer does not see a formula but two steps: first $q = x + y$, then $L = q\cdot z$.
# Drawn as a **computational graph**, each step is a node, and each number travels along an arrow from where it is
# made to where it is used. Running through it from left to right is the **forward pass**.
#
# Now ask: if $x$ grows by a tiny $\varepsilon$, by how much does $L$ grow? Follow the change. The sum passes it on as
# it is: $q$ grows by $1\cdot\varepsilon$. The product multiplies it by the other factor: $L$ grows by $z\cdot
# 1\cdot\varepsilon$. Along a path, the small derivatives **multiply**. This is the **chain rule**:
#
# $$ \frac{\partial L}{\partial x} = \frac{\partial L}{\partial q}\,\frac{\partial q}{\partial x}. $$
#
# Reading the product from the left gives the algorithm. Start at the end with $\partial L/\partial L = 1$. Each node
# is told $\partial L/\partial(\text{its output})$, the **upstream gradient**. It multiplies that by its own **local
# derivatives**, and tells each of its inputs the result. No node needs to know anything of the rest of the graph.
# That is the **backward pass**. From here on, "the gradient of $x$" is short for $\partial L/\partial x$, the gradient
# of the loss *with respect to* $x$.

# %% tags=["demo"]
def draw_graph(ax, boxes, edges, title=""):
    """Draw a graph. boxes: name -> (x, y, label). edges: (from, to, value, gradient), the gradient may be None."""
    for start, stop, value, gradient in edges:
        (x0, y0, _), (x1, y1, _) = boxes[start], boxes[stop]
        ax.add_patch(
            FancyArrowPatch(
                (x0, y0), (x1, y1), arrowstyle="-|>", mutation_scale=14, color="0.4", shrinkA=17, shrinkB=17
            )
        )
        middle, height = 0.5 * (x0 + x1), 0.5 * (y0 + y1)
        ax.text(middle, height + 0.07, f"{value:g}", color=FORWARD, ha="center", va="bottom", fontsize=11)
        if gradient is not None:
            ax.text(middle, height - 0.07, f"{gradient:g}", color=BACKWARD, ha="center", va="top", fontsize=11)
    for x, y, label in boxes.values():
        ax.text(
            x,
            y,
            label,
            ha="center",
            va="center",
            fontsize=13,
            bbox={"boxstyle": "circle,pad=0.35", "facecolor": "white", "edgecolor": "0.3"},
        )
    across, along = [box[0] for box in boxes.values()], [box[1] for box in boxes.values()]
    ax.set(xlim=(min(across) - 0.4, max(across) + 0.4), ylim=(min(along) - 0.5, max(along) + 0.5), title=title)
    ax.axis("off")


x, y, z = 3.0, -1.0, -2.0
q = x + y
loss = q * z
places = {
    "x": (0, 2.8, "x"),
    "y": (0, 1.4, "y"),
    "z": (0, 0, "z"),
    "plus": (1.3, 2.1, "+"),
    "times": (2.6, 1.05, "×"),
    "L": (3.9, 1.05, "L"),
}
axes = plots.axes(2, width=5.5)
for ax, shown, title in [
    (axes[0], False, "forward: values"),
    (axes[1], True, "backward: gradients (red) below the values"),
]:
    arrows = [
        ("x", "plus", x, z * 1),
        ("y", "plus", y, z * 1),
        ("plus", "times", q, z),
        ("z", "times", z, q),
        ("times", "L", loss, 1),
    ]
    draw_graph(ax, places, [(a, b, value, slope if shown else None) for a, b, value, slope in arrows], title)
plt.show()

# %% [markdown]
# Look at the red numbers. The **sum** copies its upstream gradient to both inputs. The **product** swaps: each input
# gets the *other* input times the upstream gradient. With these two patterns alone you can do a surprising lot.
#
# What if a number is used twice? A change of it travels along two paths, and both changes of $L$ happen. At a
# **branch** in the forward pass, gradients are **added** in the backward pass:
#
# $$ \frac{\partial L}{\partial c} = \sum_{\text{users } u \text{ of } c} \frac{\partial L}{\partial u}\,
# \frac{\partial u}{\partial c}. $$
#
# Replacing instead of adding is a common bug. It stays hidden as long as nothing branches.

# %% tags=["demo"]
a, b, c = 2.0, -3.0, 4.0
branching = {
    "a": (0, 2, "a"),
    "b": (0, 1, "b"),
    "c": (0, 0, "c"),
    "times": (1.3, 1.5, "×"),
    "plus": (2.6, 1.1, "+"),
    "again": (3.9, 0.55, "×"),
    "L": (5.2, 0.55, "L"),
}
draw_graph(
    plots.axes(width=9, height=3.2),
    branching,
    [
        ("a", "times", a, None),
        ("b", "times", b, None),
        ("times", "plus", a * b, None),
        ("c", "plus", c, None),
        ("plus", "again", a * b + c, None),
        ("c", "again", c, None),
        ("again", "L", (a * b + c) * c, None),
    ],
    "c is used twice",
)
plt.show()

# %% [markdown]
# **Predict.** The picture shows $L = (a\,b + c)\cdot c$ with its forward values. Send the 1 back from $L$ through the
# graph. What is $\partial L/\partial c$?

# %% tags=["exercise:q_gradient_at_branch"]
# YOUR CODE HERE
q_gradient_at_branch = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_gradient_at_branch")

# %% [markdown]
# <details><summary>Why?</summary>
#
# $c$ is used twice. Through the second product it gets the other factor, $ab + c = -2$. Through the sum it gets the
# gradient of the sum, which is the other factor of the product, $c = 4$. Both add up: $-2 + 4 = 2$.
# </details>

# %% [markdown]
# **Predict.** A chain of sums in which every number is used twice: $x_1 = x_0 + x_0$, $x_2 = x_1 + x_1$, and so on up
# to $x_{20}$. What is $\partial x_{20}/\partial x_0$? (It is also the number of different paths from $x_0$ to
# $x_{20}$. Keep it in mind for part 5.)

# %% tags=["exercise:q_paths"]
# YOUR CODE HERE
q_paths = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_paths")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each sum has two arrows from the same number, with a derivative of 1 along each, and these add up to 2. Twenty times
# in a row that is $2^{20} = 1{,}048{,}576$. The backward pass does not walk the paths: it adds at each node, and passes
# each once.
# </details>

# %% [markdown]
# ---
# ## 2 Layers: forward and backward
#
# A node may just as well hold whole arrays. A **layer** is a node that comes as two functions:
#
# ```python
# out, cache = layer_forward(inputs...)
# gradients  = layer_backward(dout, cache)
# ```
#
# - `dout` is the upstream gradient $\partial L/\partial\,\text{out}$. It has the shape of `out`: the gradient of $x$
#   always has the shape of $x$. Check this first when something is wrong.
# - `cache` carries over what the backward pass will need. Its form is up to you (a tuple, a dict, an object); only
#   your own code looks into it.
# - Neither function modifies what it is given. Somebody else may still need it.
#
# ### The affine layer
#
# The **fully connected layer** (or **affine layer**) multiplies by a matrix and adds a bias. For a batch $X$ of $N$
# inputs with $D$ numbers each, weights $W$ of shape $(D, M)$ and a bias $b$ of shape $(M,)$:
#
# $$ \text{out}_{nm} = \sum_{d=1}^{D} X_{nd}\,W_{dm} + b_m . $$
#
# If an input is a picture of shape $(d_1, \dots, d_k)$, it is first laid out as one row of $D = d_1\cdots d_k$
# numbers, in the order in which NumPy stores them.

# %% [markdown]
# ### Exercise: `affine_forward` (8 points, ★☆☆, 10 minutes)

# %% tags=["exercise:affine_forward"]
def affine_forward(x, w, b):
    """Forward pass of a fully connected layer.

    x: (N, d_1, ..., d_k) float array, k >= 1, a batch of N inputs; D = d_1 * ... * d_k. Not modified.
    w: (D, M) float array, weights. Not modified.
    b: (M,) float array, biases. Not modified.

    Returns (out, cache):
        out: (N, M) float array, each input as a row of D numbers (in C order), times w, plus b;
        cache: anything that your affine_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("affine_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("affine_forward")

# %% [markdown]
# Now backwards. Do not try to differentiate "with respect to a matrix". Ask of a single number: *into which outputs
# did it go, and with what factor?*
#
# - $b_m$ went into $\text{out}_{nm}$ for every $n$, with factor 1:
#   $\displaystyle\frac{\partial L}{\partial b_m} = \sum_n \text{dout}_{nm}.$
# - $W_{dm}$ went into $\text{out}_{nm}$ for every $n$, with factor $X_{nd}$:
#   $\displaystyle\frac{\partial L}{\partial W_{dm}} = \sum_n X_{nd}\,\text{dout}_{nm}.$
# - $X_{nd}$ went into $\text{out}_{nm}$ for every $m$, with factor $W_{dm}$:
#   $\displaystyle\frac{\partial L}{\partial X_{nd}} = \sum_m \text{dout}_{nm}\,W_{dm}.$
#
# The last two sums are matrix products, of which one factor is transposed. Which one, and in which order? Write the
# three shapes down: there is only one way in which they fit. Nothing is divided by $N$: if the loss is a mean, that
# division has already happened, in `dout`.

# %% [markdown]
# ### Exercise: `affine_backward` (12 points, ★★☆, 20 minutes)

# %% tags=["exercise:affine_backward"]
def affine_backward(dout, cache):
    """Backward pass of a fully connected layer.

    dout: (N, M) float array, the gradient of the loss with respect to the output. Not modified.
    cache: what your affine_forward returned second.

    Returns (dx, dw, db), the gradients of the loss with respect to the three inputs of affine_forward:
        dx: (N, d_1, ..., d_k) float array, the shape of x;
        dw: (D, M) float array;
        db: (M,) float array.
    All are sums, nothing is divided by N.
    """
    # YOUR CODE HERE
    raise NotImplementedError("affine_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("affine_backward")

# %% [markdown]
# ### What a backward pass costs
#
# Count the multiplications. Forwards, each of the $N\cdot M$ outputs adds up $D$ products: $N D M$ in all. Backwards,
# each of the $N\cdot D$ entries of `dx` adds up $M$ products, and each of the $D\cdot M$ entries of `dw` adds up $N$:
# another $N D M$ for each of the two. So the backward pass costs **two forward passes**, and nearly all the work of a
# network is in such products. With the forward pass before it, a gradient with respect to a million weights costs as
# much as three runs. Central differences, which move each weight to both sides, would need two million.
#
# It is so for any program: the local derivatives of a small step cost about as much as the step itself. This is known
# as the **cheap gradient principle** (Griewank and Walther, 2008). It holds for one output. The price is memory: what
# the forward pass has put into the caches must be kept until the backward pass has used it.

# %% tags=["demo"]
with uses("affine_forward", "affine_backward"):
    rng = np.random.default_rng(4)
    x, w, b = rng.standard_normal((500, 1500)), rng.standard_normal((1500, 500)), np.zeros(500)
    out, cache = affine_forward(x, w, b)
    forward_s = min(timeit.repeat(lambda: affine_forward(x, w, b), number=1, repeat=20))
    backward_s = min(timeit.repeat(lambda: affine_backward(out, cache), number=1, repeat=20))
    print(f"forward {1000 * forward_s:.1f} ms, backward {1000 * backward_s:.1f} ms: {backward_s / forward_s:.1f} times")

# %% [markdown]
# Counted, it is 2 times. What is measured contains other programs and the transport of the arrays as well, so it
# differs from run to run.
#
# **Why?** One could also walk the graph forwards: for one input, compute the derivative of each node with respect to
# this input, next to its value. This is **forward mode**, and it needs no cache. Why do networks use **reverse mode**?
#
# <details><summary>An answer</summary>
#
# One forward walk gives the derivatives of everything with respect to *one* input, and one backward walk those of *one*
# output with respect to everything. A network has a million inputs that matter, its weights, and one output, the loss.
# For a function of one number with a million outputs it would be the other way round.
# </details>
#
# ### The ReLU, a non-linearity
#
# Two affine layers in a row are only another affine layer: $(XW_1 + b_1)W_2 + b_2 = X(W_1W_2) + (b_1W_2 + b_2)$. A
# **non-linearity** has to stand between them. The simplest one, the **rectified linear unit** or **ReLU**, is
# $\text{out} = \max(0, x)$, entry by entry. Where $x > 0$ it passes everything on, so its derivative is 1; where
# $x < 0$ it passes nothing, and its derivative is 0. At $x = 0$ there is a corner and no derivative; here we take 0, as
# most libraries do.
#
# Backwards it is a set of switches, and *the forward pass has set them*. Which entries of `dout` get through has
# nothing to do with the signs of `dout`.

# %% [markdown]
# ### Exercises: `relu_forward` and `relu_backward` (8 points together, ★☆☆, 15 minutes)

# %% tags=["exercise:relu_forward"]
def relu_forward(x):
    """Forward pass of the rectified linear unit.

    x: float array of any shape. Not modified.

    Returns (out, cache):
        out: array of the shape of x, with every negative entry replaced by 0;
        cache: anything that your relu_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("relu_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("relu_forward")

# %% tags=["exercise:relu_backward"]
def relu_backward(dout, cache):
    """Backward pass of the rectified linear unit.

    dout: float array of the shape of the output, the gradient of the loss with respect to it. Not modified.
    cache: what your relu_forward returned second.

    Returns dx: array of the shape of x. The derivative at x = 0 counts as 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError("relu_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("relu_backward")

# %% tags=["demo"]
with uses("relu_forward", "relu_backward"):
    rng = np.random.default_rng(3)
    before, upstream = rng.uniform(-2, 2, (4, 5)), rng.uniform(-1, 1, (4, 5))
    after, cache = relu_forward(before)
    axes = plots.axes(4, width=3, height=2.9)
    shown = [(before, "x"), (after, "relu_forward: out"), (upstream, "upstream gradient dout")]
    shown.append((relu_backward(upstream, cache), "relu_backward: dx"))
    for ax, (values, title) in zip(axes, shown, strict=True):
        plots.numbers(values, title, fmt="{:.1f}", signed=True, ax=ax)
    for ax in axes[2:]:
        for i, j in zip(*np.where(before < 0), strict=True):
            ax.add_patch(Rectangle((j - 0.48, i - 0.48), 0.96, 0.96, fill=False, hatch="////", edgecolor="0.6", lw=0))
    plt.show()

# %% [markdown]
# The hatched cells are those where $x$ was negative: closed switches. Negative entries of `dout` pass through the open
# ones like all others.

# %% [markdown]
# ---
# ## 3 Jacobians and vector-Jacobian products
#
# For a function from numbers to a number, the derivative is a number. For a function from $N$ numbers to $M$ numbers
# there are $M\cdot N$ derivatives, one for each pair of an output and an input. Arranged as a matrix with one row per
# output and one column per input they are the **Jacobian**:
#
# $$ J_{kn} = \frac{\partial\,\text{out}_k}{\partial x_n}, \qquad J \text{ of shape } (M, N). $$
#
# Arrays with several axes are first laid out in a row (in C order, as `ravel()` does), both the input and the output.
# One column can be measured: move a single input entry a little to both sides and see how *all* outputs move,
#
# $$ J_{\cdot n} \approx \frac{f(x + h\,e_n) - f(x - h\,e_n)}{2h}, $$
#
# where $e_n$ is 1 at entry $n$ and 0 elsewhere. These **central differences** are wrong by something of the order of
# $h^2$; the one-sided difference $(f(x+h) - f(x))/h$ by something of the order of $h$, which is far more. Too small an
# $h$ does not help either: two nearly equal numbers are subtracted, and their rounding errors are divided by $h$.
# $h = 10^{-5}$ is a good choice here.

# %% [markdown]
# ### Exercise: `jacobian` (4 points, ★★☆, 15 minutes)

# %% tags=["exercise:jacobian"]
def jacobian(f, x):
    """The matrix of all derivatives of f at x, measured by central differences.

    f: a function that takes a float array of the shape of x and returns a float array of any shape, which may be a
        view of what it was given, or a float. It accepts real numbers only.
    x: float64 array of any shape. Not modified.

    Returns J: (M, N) float array, M = number of entries of f(x), N = number of entries of x, both counted in C order:
        J[k, n] = derivative of entry k of f(x) with respect to entry n of x. A float counts as one entry.

    Use central differences with a step of 1e-5 (any method that is as accurate will do): no entry may be off by more
    than 1e-6 times the largest one.
    Written without scipy.differentiate, and without approx_fprime and approx_derivative of scipy.optimize.
    """
    # YOUR CODE HERE
    raise NotImplementedError("jacobian is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("jacobian")

# %% tags=["demo"]
with uses("affine_forward", "relu_forward", "jacobian"):
    rng = np.random.default_rng(1)
    inputs, weights = rng.standard_normal((3, 4)), rng.standard_normal((4, 5))
    matrices = {
        "affine, (3, 4) → (3, 5)": jacobian(lambda x: affine_forward(x, weights, np.zeros(5))[0], inputs),
        "ReLU, (3, 4) → (3, 4)": jacobian(lambda x: relu_forward(x)[0], inputs),
        "softmax by rows, (3, 4) → (3, 4)": jacobian(softmax, inputs),
    }
    axes = plots.axes(3, width=4, height=4.2)
    for ax, (title, matrix) in zip(axes, matrices.items(), strict=True):
        limit = abs(matrix).max()
        image = ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.figure.colorbar(image, ax=ax, shrink=0.75)
        zeros = np.mean(abs(matrix) < 1e-9)
        ax.set_title(f"{title}\n{zeros:.0%} of the entries are 0", fontsize=10)
        ax.set(xlabel="input entry n", ylabel="output entry k")
        for example in (1, 2):
            ax.axhline(example * matrix.shape[0] / 3 - 0.5, color="0.6", lw=0.7)
            ax.axvline(example * 4 - 0.5, color="0.6", lw=0.7)
    plt.show()

# %% [markdown]
# The thin lines separate the three inputs of the batch. Off the diagonal of blocks everything is zero: no example
# has any influence on the output of another. Inside the affine blocks stands $W^\top$, three times the same; the ReLU
# has only ones and zeros on its diagonal. (The softmax, which you wrote in `losses`, mixes all the numbers of one
# input.) So the Jacobians are nearly empty and full of repetition. How large would they be in a real network?
#
# **Predict.** An affine layer takes a batch of 64 inputs with 1000 numbers each to 64 outputs with 500 numbers each.
# How many entries does the Jacobian of its output with respect to its input have?

# %% tags=["exercise:q_jacobian_entries"]
# YOUR CODE HERE
q_jacobian_entries = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_jacobian_entries")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The output has $64\cdot500 = 32{,}000$ entries and the input $64\cdot1000 = 64{,}000$, and there is one derivative for
# each pair: two billion, 16 GB in float64. All that they say is in $W$, with its 500,000 entries.
# </details>

# %% [markdown]
# ### The vector-Jacobian product: what the backward pass computes instead
#
# The loss is a single number, and we are told its gradient with respect to the output. The chain rule, with a sum
# over all the entries through which the change can travel, reads
#
# $$ \frac{\partial L}{\partial x_n} = \sum_{k=1}^{M} \frac{\partial L}{\partial\,\text{out}_k}\, J_{kn} : $$
#
# the upstream gradient, as a *row*, times the Jacobian. This is the **vector-Jacobian product** (VJP), and it is all
# that a backward pass has to deliver. `affine_backward` delivers it with two small matrix products and
# `relu_backward` with one multiplication per entry; neither ever sees the matrix. To test them, though, the matrix is
# useful.

# %% [markdown]
# ### Exercise: `vjp_from_jacobian` (4 points, ★☆☆, 10 minutes)

# %% tags=["exercise:vjp_from_jacobian"]
def vjp_from_jacobian(J, dout, x_shape):
    """The gradient with respect to the input, from the Jacobian and the upstream gradient.

    J: (M, N) float array, J[k, n] = derivative of output entry k with respect to input entry n. Not modified.
    dout: float array of any shape with M entries (the shape of the output), the gradient of the loss with respect to
        the output. Not modified.
    x_shape: tuple of ints, the shape of the input, with N entries altogether; () for a single number.

    Returns dx: float array of shape x_shape, the gradient of the loss with respect to the input. Entries are counted
    in C order throughout.
    """
    # YOUR CODE HERE
    raise NotImplementedError("vjp_from_jacobian is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("vjp_from_jacobian")

# %% tags=["demo"]
with uses("affine_forward", "affine_backward", "relu_forward", "relu_backward", "jacobian", "vjp_from_jacobian"):
    rng = np.random.default_rng(5)
    x, w, b = rng.standard_normal((3, 2, 2)), rng.standard_normal((4, 5)), rng.standard_normal(5)
    layers = {
        "affine": (lambda x: affine_forward(x, w, b), lambda dout, cache: affine_backward(dout, cache)[0]),
        "ReLU": (relu_forward, relu_backward),
    }
    for name, (forward, backward) in layers.items():
        out, cache = forward(x)
        dout = rng.standard_normal(out.shape)
        slow = vjp_from_jacobian(jacobian(lambda x, forward=forward: forward(x)[0], x), dout, x.shape)
        difference = np.abs(backward(dout, cache) - slow).max()
        print(f"{name}: largest difference between the dx of the layer and the Jacobian's way {difference:.1e}")

# %% [markdown]
# ---
# ## 4 The gradient of broadcasting
#
# In `x @ w + b` the bias has shape `(M,)` and the product `(N, M)`. NumPy stretches the bias over all $N$ rows: this is
# **broadcasting**. It compares shapes from the *last* axis backwards. An axis that is missing in front is added, and an
# axis of length 1 is repeated until it fits.
#
# For the gradient, every repetition is a branch: the same number is used several times. So its gradient is the sum
# over all the places where it was used, and an axis that was added or stretched is **summed over**. That is where the
# sum over $n$ in $\partial L/\partial b_m$ came from.
#
# | shape of the input | shape of the gradient | what to do |
# |---|---|---|
# | `(3,)` | `(4, 3)` | sum over axis 0, which was added |
# | `(4, 1)` | `(4, 3)` | sum over axis 1, which was stretched; it stays as an axis of length 1 |
# | `(1, 3)` | `(2, 4, 3)` | sum over axis 0, added, and over axis 1, stretched |
# | `()` | `(4, 3)` | sum over everything |
# | `(4, 3)` | `(4, 3)` | nothing |
#
# **Predict.** $x$ has shape `(4, 1, 3)`, $s$ has shape `(2, 1)`, and $\text{out} = x\cdot s$. How many products does
# one entry of $\partial L/\partial s$ add up?

# %% tags=["exercise:q_terms_per_entry"]
# YOUR CODE HERE
q_terms_per_entry = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_terms_per_entry")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The product has shape `(4, 2, 3)`: $s$ is repeated 4 times along an axis that was added in front, and 3 times along
# its axis of length 1. Each of its two entries takes part in $4\cdot3 = 12$ products, and each product is a branch.
# </details>

# %% [markdown]
# ### Exercise: `unbroadcast` (8 points, ★★☆, 15 minutes)

# %% tags=["exercise:unbroadcast"]
def unbroadcast(grad, shape):
    """Take a gradient back to the shape that an input had before NumPy broadcast it.

    grad: float array, the gradient with respect to the broadcast input. Not modified.
    shape: tuple of ints, the input's own shape; an array of this shape can be broadcast to that of grad.

    Returns an array of exactly this shape (for () a float will do as well): grad, summed over the axes that
    broadcasting has added in front, and over those that it has stretched from length 1.
    """
    # YOUR CODE HERE
    raise NotImplementedError("unbroadcast is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("unbroadcast")

# %% tags=["demo"]
with uses("unbroadcast"):
    upstream = np.arange(1.0, 13.0).reshape(4, 3)
    axes = plots.axes(4, width=3, height=3.2)
    plots.numbers(upstream, "gradient after the broadcast, (4, 3)", ax=axes[0])
    for ax, shape in zip(axes[1:], [(3,), (4, 1), ()], strict=True):
        summed = np.asarray(unbroadcast(upstream, shape))
        plots.numbers(summed.reshape(shape if len(shape) == 2 else (1, -1)), f"for an input of shape {shape}", ax=ax)
        ax.set(xlim=(-0.5, 2.5), ylim=(3.5, -0.5))
        ax.axis("off")
    plt.show()

# %% [markdown]
# A row of shape `(3,)` went into each of the four rows, so its gradient has the sums of the columns: 22, 26 and 30. A
# column of shape `(4, 1)` went into each of the three columns, and has the sums of the rows. A single number went
# everywhere, and its gradient is the sum of all twelve, 78.
#
# ---
# ## 5 Automatic differentiation
#
# So far a person wrote the backward pass of each formula. But every step of it was mechanical. Let the program do it,
# which is called **automatic differentiation**: a number that *remembers how it was made* is enough. When you write
# `c = a * b`, the new number stores its value, its parents `a` and `b`, and the two local derivatives. The graph then
# builds itself while you compute, loops and branches of your program included, and one method, `backward()`, walks it
# in reverse. PyTorch's autograd is this idea, with arrays.
#
# ### Topological order
#
# A node may hand on its gradient only when it has received everything from *all* its users. So users come first.
# Turn that around: list the nodes such that each comes **after all its parents**, a **topological order**, and go
# through the list from the back.
#
# A **depth-first search** finds one: to finish a node, first finish its parents, then append the node itself. Three
# things go wrong with it:
#
# - A node that can be reached along many paths must be visited *once*. Keep a set of the nodes that you have seen.
#   Without it, the 20 sums of your second prediction take a million visits, and 40 sums a million times as many.
# - The node is appended when it is *finished*, after its parents, and not when it is met first.
# - Python allows about 1000 calls inside one another. A recurrent network over a long text is far deeper than that.
#   So the search keeps its own stack, a list of the nodes that are begun and not finished, in a loop. With each of
#   them it has to remember how far it has come through the parents: only when none is left is the node finished.

# %% [markdown]
# Here are nodes to practice on. What makes something a node is its attribute `parents`; the name is there only for
# you to read. `chain_of(5000)` gives a graph that is deep, and `ladder_of(20)` the sums of your second prediction; it
# counts how often `parents` is read, and stops a search that walks every path with an error. (`added_again` is for
# the checks of `Value`.)

# %% tags=["setup:2"]
class Node:
    """A node of a graph. name: str. parents: the nodes that it was computed from, none for an input."""

    def __init__(self, name, parents=()):
        self.name = name
        self.parents = tuple(parents)

    def __repr__(self):
        return f"Node({self.name!r})"


class Rung(Node):
    """A node of a ladder. It was computed from the rung below it, twice, and allows only so many looks at parents."""

    def __init__(self, name, below, looks):
        self.name, self.below, self.looks = name, below, looks

    @property
    def parents(self):
        self.looks[0] += 1
        if self.looks[0] > 10_000:
            message = "parents was read 10000 times on one small ladder; is every node visited only once?"
            raise RuntimeError(message)
        return (self.below, self.below) if self.below else ()


def chain_of(length):
    """The last node of a chain "0", "1", "2", ... of this length: each but the first has one parent, the one before."""
    last = Node("0")
    for n in range(1, length):
        last = Node(str(n), [last])
    return last


def ladder_of(steps):
    """The top of a ladder "0", "1", ..., str(steps): each but the lowest was computed from the one below, twice."""
    looks = [0]  # shared by all rungs
    top = Rung("0", None, looks)
    for n in range(1, steps + 1):
        top = Rung(str(n), top, looks)
    return top


def names_of(nodes):
    """The names of nodes, in their order."""
    return [each.name for each in nodes]


def added_again(x, y, times):
    """x + y + y + ...: with Values, a graph that is `times` nodes deep."""
    for _ in range(times):
        x = x + y
    return x

# %% [markdown]
# ### Exercise: `topological_order` (8 points, ★★☆, 30 minutes)

# %% tags=["exercise:topological_order"]
def topological_order(node):
    """All the nodes that `node` was computed from, and `node` itself, each after all its parents.

    node: the last node of a graph without cycles. A node is any object with an attribute `parents`: a tuple or list
        of the nodes that it was computed from, which is empty for an input. The same parent may stand in it twice, as
        in x * x. Nothing else of a node may be used: it need not have a name, and two nodes may have the same one. A
        node can be put into a set, and equals no node but itself. Not modified.

    Returns a list: every node that can be reached from `node` by going to parents (itself included) exactly once, and
    each at some place after all its parents. So `node` is the last. There are often several such orders; any is right.

    Works for graphs that are many thousands of nodes deep, and takes time in proportion to the number of nodes and
    parents, not to the number of paths.
    Written without graphlib, networkx, sympy and toposort.
    """
    # YOUR CODE HERE
    raise NotImplementedError("topological_order is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("topological_order")

# %% [markdown]
# Baking a cake is a computation too. Written down in a topological order, all its arrows point to the right: nothing
# is used before it is there. An arrow that points to the left would be drawn in red.

# %% tags=["demo"]
def draw_order(ax, order):
    """Draw nodes in a row, in their order, with an arrow from each parent to its users; red if it goes back."""
    place = {each: i for i, each in enumerate(order)}
    for each in order:
        for parent in each.parents:
            start, stop = place[parent], place[each]
            ax.add_patch(
                FancyArrowPatch(
                    (start, 0.2),
                    (stop, 0.2),
                    connectionstyle=f"arc3,rad={-0.45 if start < stop else 0.45}",
                    arrowstyle="-|>",
                    mutation_scale=12,
                    color="0.5" if start < stop else BACKWARD,
                )
            )
    for each, i in place.items():
        color = "#fff3e0" if each.parents else "#e3f2fd"
        box = {"boxstyle": "round,pad=0.3", "facecolor": color, "edgecolor": "0.4"}
        ax.text(i, 0, each.name, ha="center", va="center", fontsize=11, bbox=box)
    ax.set(xlim=(-0.6, len(order) - 0.4), ylim=(-0.3, 2.1))
    ax.axis("off")


with uses("topological_order"):
    flour, butter, sugar, eggs, lemon = (Node(name) for name in ("flour", "butter", "sugar", "eggs", "lemon"))
    dough = Node("dough", [flour, butter, sugar, eggs])
    icing = Node("icing", [sugar, lemon])
    baked = Node("baked", [dough])
    cake = Node("cake", [baked, icing])
    print("one order in which the cake can be made:", " → ".join(names_of(topological_order(cake))))
    draw_order(plots.axes(width=11, height=2.8), topological_order(cake))
    plt.show()

# %% [markdown]
# Sugar has two arrows, one to the dough and one to the icing, and stands in the row once. Read from right to left, the
# row is an order for the backward pass: when sugar's turn comes, both gradients that it is to add up have arrived.
#
# ### Reverse mode: a number that remembers how it was made
#
# What has to be known of each operation is its value and its local derivatives:
#
# | operation | value | derivatives |
# |---|---|---|
# | sum | $a + b$ | $1,\; 1$ |
# | product | $a\,b$ | $b,\; a$ |
# | power, $p$ a plain number | $a^p$ | $p\,a^{p-1}$ |
# | exponential | $e^a$ | $e^a$ |
# | logarithm | $\ln a$ | $1/a$ |
# | hyperbolic tangent | $t = \tanh a$ | $1 - t^2$ |
# | ReLU | $\max(0, a)$ | $1$ if $a > 0$, else $0$ |
#
# Difference, quotient and the minus sign can be built from these: $-a = a\cdot(-1)$, $a - b = a + (-b)$,
# $a/b = a\,b^{-1}$.
#
# Python calls `a.__add__(b)` for `a + b`. For `2 + a`, where the number 2 knows nothing of your class, it calls
# `a.__radd__(2)`, the **reflected** operator, which has the *right* operand as `self`. For sums and products that
# makes no difference. For `2 - a` and `2 / a` it does.
#
# Finally `backward()`. It sets all gradients of its graph to 0, its own to 1, and then goes through the topological
# order from the back: each node adds to each of its parents its own gradient times the local derivative. (PyTorch
# does not set the gradients of inputs to 0 first. It leaves that to you, and forgetting it is a classic bug.)

# %% [markdown]
# ### Exercise: `Value` (24 points, ★★★, 60 minutes)
#
# The constructor is written for you, and it suggests a way: every operation makes a `Value` with its parents and the
# derivatives with respect to them, `slopes`. With that, most operations are one line. Change it if you have another
# plan. The pictures use `data`, `grad`, `parents` and `op`, the checks only `data` and `grad`. `hint("Value")`,
# imported from `autograder.notebook`, shows the first of three hints, which are also folded below.

# %% tags=["exercise:Value"]
class Value:
    """A number that remembers how it was computed, and can tell the derivatives of what was computed.

    Value(data) makes an input from a plain number. Attributes:
        data: float, the number.
        grad: float; 0.0 at first, and after `out.backward()` the derivative of out with respect to this number.
        parents: tuple or list of the Values that it was computed from, empty for an input, so that topological_order
            can put Values in order just like Nodes.
        op: str, the operation's sign, for pictures.

    Operations: +, -, *, / with a Value or a plain number on either side; -a; a ** p with a plain number p; the methods
    exp(), log() (natural), tanh() and relu(). Each returns a new Value and leaves its operands as they are.
    tanh() is right for numbers of any size. The derivative of relu at 0 counts as 0.

    backward() gives every Value that this one was computed from (inputs and steps between, and itself) its derivative
    as `grad`, whatever was in `grad` before: calling it twice, or for another result, gives fresh derivatives. Values
    that are not part of the computation keep theirs. It works for graphs that are many thousands of nodes deep.
    """

    def __init__(self, data, parents=(), slopes=(), op=""):
        self.data = float(data)
        self.grad = 0.0
        self.parents = tuple(parents)
        self.slopes = tuple(slopes)  # derivative of self with respect to each parent, as plain numbers
        self.op = op

    @staticmethod
    def of(number):
        """A Value as it is, and a plain number as a Value."""
        return number if isinstance(number, Value) else Value(number)

    def __repr__(self):
        return f"Value({self.data:.4g}, grad={self.grad:.4g})"

    def __add__(self, other):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __mul__(self, other):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __pow__(self, exponent):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __neg__(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __sub__(self, other):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __truediv__(self, other):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __radd__(self, other):  # other + self
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __rmul__(self, other):  # other * self
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __rsub__(self, other):  # other - self
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def __rtruediv__(self, other):  # other / self
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def exp(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def log(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def tanh(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def relu(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

    def backward(self):
        # YOUR CODE HERE
        raise NotImplementedError("Value is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("Value")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Take $c = a\cdot b$ with pencil and paper. Later somebody tells $c$ what $\partial L/\partial c$ is. Which two numbers
# must $c$ remember, so that it can tell $a$ and $b$ what their part of it is? Both are known at the moment when $c$ is
# made.
# </details>
# <details><summary>Hint 2: the idea</summary>
#
# Each operation returns a new `Value` with four things: the result, the tuple of its parents, the tuple of the local
# derivatives with respect to them as plain numbers, and a sign for the picture. Only sums, products, powers and the
# four functions need derivatives of their own. Minus, difference and quotient are written with these, and the reflected
# operators with the ordinary ones.
#
# `backward()` is then the same for all of them. It never asks which operation made a node: it only multiplies and adds.
# </details>
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# def an operation(self, other):
#     other becomes a Value, in case it is a plain number
#     return Value(result, (self, other), (derivative for self, derivative for other), sign)
#
# def backward(self):
#     put the graph in order
#     forget all old gradients in it
#     the last node's own gradient is ...
#     for each value, users before parents:
#         for each of its parents, with its slope:
#             the parent's gradient grows by ...
# ```
# </details>

# %% [markdown]
# Now any formula can be drawn with its gradients, and nobody has to derive anything. First the graph of your
# prediction from part 1.

# %% tags=["demo"]
def layout(order):
    """A place (x, y) for each Value: columns by the longest way to an input, inputs just before their first user."""
    users = {value: [other for other in order if value in other.parents] for value in order}
    column = {}
    for value in order:
        column[value] = 1 + max((column[parent] for parent in value.parents), default=-1)
    for value in order:
        if not value.parents and users[value]:
            column[value] = min(column[user] for user in users[value]) - 1
    height = {}
    for at in sorted(set(column.values()), reverse=True):
        members = [value for value in order if column[value] == at]
        wish = {v: np.mean([height[u] for u in users[v] if u in height] or [0.0]) for v in members}
        members.sort(key=wish.get)
        center = np.mean([wish[v] for v in members])
        for i, value in enumerate(members):
            height[value] = center + i - (len(members) - 1) / 2
    return {value: (1.35 * column[value], height[value]) for value in order}


def draw_values(ax, order, names, reached=None):
    """Draw a graph of Values: blue values, red gradients, of the Values in `reached` only if that is given."""
    places = layout(order)
    for value in order:
        x1, y1 = places[value]
        for parent in value.parents:
            (x0, y0), flows = places[parent], reached and value is reached[-1]
            ax.add_patch(
                FancyArrowPatch(
                    (x0, y0),
                    (x1, y1),
                    arrowstyle="<|-" if flows else "-|>",
                    mutation_scale=13,
                    color=BACKWARD if flows else "0.6",
                    shrinkA=20,
                    shrinkB=20,
                    lw=2 if flows else 1,
                )
            )
    for value in order:
        at_x, at_y = places[value]
        known = reached is None or any(value is other for other in reached)
        ax.text(
            at_x,
            at_y,
            value.op or names.get(value, f"{value.data:g}"),
            ha="center",
            va="center",
            fontsize=11,
            bbox={
                "boxstyle": "round,pad=0.35",
                "facecolor": "#fff3e0" if value.parents else "#e3f2fd",
                "edgecolor": BACKWARD if reached and value is reached[-1] else "0.4",
                "linewidth": 2 if reached and value is reached[-1] else 1,
            },
        )
        ax.text(at_x, at_y + 0.27, f"{value.data:.3g}", color=FORWARD, ha="center", va="bottom", fontsize=9)
        if known:
            ax.text(at_x, at_y - 0.27, f"{value.grad:.3g}", color=BACKWARD, ha="center", va="top", fontsize=9)
    across, along = zip(*places.values(), strict=True)
    ax.set(xlim=(min(across) - 0.6, max(across) + 0.6), ylim=(min(along) - 0.7, max(along) + 0.7))
    ax.axis("off")


with uses("topological_order", "Value"):
    a, b, c = Value(2), Value(-3), Value(4)
    loss = (a * b + c) * c
    loss.backward()
    ax = plots.axes(width=8, height=3.2)
    draw_values(ax, topological_order(loss), {a: "a", b: "b", c: "c"})
    ax.set_title("L = (a·b + c)·c: values in blue, gradients in red")
    plt.show()

# %% [markdown]
# The next one is a neuron with two inputs, and its loss $\left(\tanh(w_1x_1 + w_2x_2 + b) - y\right)^2$ for the target
# $y = 1$.
# Watch how the gradient spreads from the right: a frame is drawn for each node when it hands its gradient on.

# %% tags=["demo"]
with uses("topological_order", "Value"):
    w1, w2, b, x1, x2 = Value(0.8), Value(-0.5), Value(0.3), Value(1.5), Value(2.0)
    error = ((w1 * x1 + w2 * x2 + b).tanh() + -1.0) ** 2
    error.backward()
    order = topological_order(error)
    named = {w1: "w₁", w2: "w₂", b: "b", x1: "x₁", x2: "x₂"}
    fig, ax = plt.subplots(figsize=(11, 4.2), dpi=80, layout="constrained")

    def draw_step(step):
        """The graph when the last `step` nodes of the order have their gradients."""
        ax.clear()
        draw_values(ax, order, named, reached=order[::-1][: step + 1])
        ax.set_title(f"backward pass, node {step + 1} of {len(order)}")

    plots.film(fig, draw_step, range(len(order)), pause_ms=700)

# %% [markdown]
# And because it is a program that remembers, it differentiates functions that you would not like to do by hand. The
# short lines are tangents whose slope your engine found.

# %% tags=["demo"]
with uses("Value"):

    def wiggle(x):
        """exp(-x²/4) · tanh(3x) + relu(x - 1) / (1 + x²), for a Value."""
        return (-x * x / 4).exp() * (3 * x).tanh() + (x - 1).relu() / (1 + x**2)

    grid = np.linspace(-4, 4, 161)
    slopes = []
    for at in grid:
        point = Value(at)
        wiggle(point).backward()
        slopes.append(point.grad)
    ax = plots.axes(width=9)
    ax.plot(grid, [wiggle(Value(at)).data for at in grid], color=FORWARD, label="f(x)")
    ax.plot(grid, slopes, color=BACKWARD, lw=1, alpha=0.6, label="f'(x) by backward()")
    for at, slope in list(zip(grid, slopes, strict=True))[::16]:
        height = wiggle(Value(at)).data
        ax.plot([at - 0.3, at + 0.3], [height - 0.3 * slope, height + 0.3 * slope], color="black", lw=2)
    ax.axhline(0, color="0.8", lw=0.8, zorder=0)
    ax.set(xlabel="x", ylim=(-1.2, 3.2), title="exp(−x²/4)·tanh(3x) + relu(x − 1)/(1 + x²)")
    ax.legend()
    plt.show()

# %% [markdown]
# **Which bug is this?** A fellow student's `Value` is right for $a\,b + c$ and for $\tanh(a)\cdot b$. But for
# $x\cdot x$ at $x = 3$ it gives the derivative 3, and for $x + x$ it gives 1. What is wrong?
#
# - `"a"`: the local derivatives of the product are exchanged
# - `"b"`: `backward()` visits nodes in the wrong order
# - `"c"`: a node's gradient is replaced where it should be added to
# - `"d"`: the gradients are not set to zero first

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The two parents of $x\cdot x$ are the same node, and each brings it a part of the gradient: $3 + 3 = 6$. What remains
# here is 3, the part that came last; with $x + x$ it is 1 in place of $1 + 1$. Where no number is used twice, nobody
# notices.
# </details>

# %% [markdown]
# ---
# ## 6 A multilayer perceptron: a network that learns
#
# One layer can only draw a straight line between two classes. Two layers with a ReLU between them can bend it. Such a
# network, affine layers with non-linearities between them, is a **multilayer perceptron** (**MLP**). The numbers after
# the ReLU are neither input nor output: they are its **hidden layer**.
#
# $$ X \;\xrightarrow{\;\text{affine } W_1, b_1\;}\; \cdot \;\xrightarrow{\;\text{ReLU}\;}\; \cdot
# \;\xrightarrow{\;\text{affine } W_2, b_2\;}\; S \;\xrightarrow{\;\text{softmax, cross-entropy}\;}\; L $$
#
# $S$ holds one **score** per class, shape $(N, C)$. The softmax turns a row of scores into probabilities
# $p_{nc} = e^{S_{nc}} / \sum_{c'} e^{S_{nc'}}$. (Subtract the largest score of the row first, which changes nothing
# and keeps $e^{1000}$ away.) With the true classes $y_n$, and $\sum W^2$ for the sum of the squares of all entries, the
# loss is
#
# $$ L = -\frac1N \sum_{n=1}^{N} \ln p_{n,y_n} \;+\; \tfrac12\,\lambda \Big(\sum W_1^2 + \sum W_2^2\Big), $$
#
# where the second part, weighed by $\lambda$ (`reg`), keeps the weights small; biases are left out of it. Do not take
# the logarithm of a finished probability: a small one is rounded to 0, and $\ln 0$ is infinite. Use
# $\ln p_{nc} = S_{nc} - \ln\sum_{c'} e^{S_{nc'}}$, with the scores from which the largest has been subtracted.
#
# **The gradient of softmax with cross-entropy.** Do it like a backward pass, for one example with scores $S_c$,
# probabilities $p_k$ and true class $y$. The loss is $-\ln p_y$, so its gradient with respect to the probabilities has
# a single entry that is not zero, $-1/p_y$ at $k = y$. The Jacobian of the softmax follows from the quotient rule:
#
# $$ p_k = \frac{e^{S_k}}{\sum_j e^{S_j}}, \qquad
#    \frac{\partial p_k}{\partial S_c}
#    = \frac{[k = c]\,e^{S_k}}{\sum_j e^{S_j}} - \frac{e^{S_k}\,e^{S_c}}{\big(\sum_j e^{S_j}\big)^2}
#    = p_k\,\big([k = c] - p_c\big), $$
#
# where $[k = c]$ is 1 if the two are equal and 0 if not. The vector-Jacobian product has one term, that of $k = y$:
#
# $$ -\frac{1}{p_y}\cdot p_y\,\big([y = c] - p_c\big) = p_c - [c = y]. $$
#
# The small $p_y$ in the denominator has gone, and with it the danger of dividing by zero: this is why the two are taken
# together. With the mean over the batch,
#
# $$ \frac{\partial L}{\partial S_{nc}} = \frac1N\left(p_{nc} - [c = y_n]\right): $$
#
# the probabilities, less 1 at the true class, divided by $N$. (`losses` finds the same by differentiating
# $\ln\sum_k e^{S_k} - S_y$.) Everything before it is your own layers, in reverse; the penalty adds $\lambda W$ to the
# gradient of each weight matrix.

# %% [markdown]
# ### Exercise: `TwoLayerNet` (16 points, ★★☆, 40 minutes)
#
# What SciPy has for the softmax may be used here.

# %% tags=["exercise:TwoLayerNet"]
class TwoLayerNet:
    """A classifier: affine, ReLU, affine, then softmax with cross-entropy.

    input_dim: int D, numbers per input. hidden_dim: int H, units of the hidden layer. num_classes: int C.
    weight_scale: float, default 1e-3, standard deviation of both weight matrices at the start.
    reg: float, default 0, weight of the penalty on the weights.

    Attributes:
        params: dict with "W1" (D, H) and "W2" (H, C), normal random numbers with mean 0 and standard deviation
            weight_scale (from any generator), and the biases "b1" (H,) and "b2" (C,), zeros.
        reg: float, as given.
    """

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=1e-3, reg=0.0):
        # YOUR CODE HERE
        raise NotImplementedError("TwoLayerNet is not written yet")

    def loss(self, X, y=None):
        """Scores, or the loss and its gradients.

        X: (N, d_1, ..., d_k) float array with d_1 * ... * d_k = D. Not modified.
        y: (N,) int array, the true classes, from 0 to C - 1; or None.

        The parameters are those that self.params holds at the time of the call: whoever trains the network replaces
        its entries, or the whole dict. They are not modified here.

        Returns, without y, scores: (N, C) float array; with y, (loss, grads):
            loss: float, the mean cross-entropy over the batch plus reg / 2 times the sum of the squares of all entries
                of W1 and W2 (not of the biases); finite for scores of any size;
            grads: dict with the gradient of this loss for each key of params, of the same shape.
        """
        # YOUR CODE HERE
        raise NotImplementedError("TwoLayerNet is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("TwoLayerNet")

# %% [markdown]
# Three arms of a spiral that no straight line can separate. Each step moves every parameter against its gradient,
# computed from all points at once. The loss does not fall to 0 even when all points are right, because the penalty is
# part of it.

# %% tags=["demo"]
def spiral(points_per_arm, arms, rng):
    """Points (points_per_arm * arms, 2) on the arms of a spiral with a little noise, and the arm of each."""
    radius = np.linspace(0.05, 1, points_per_arm)
    points, labels = [], []
    for arm in range(arms):
        angle = 2 * np.pi * arm / arms + 5 * radius + 0.18 * rng.standard_normal(points_per_arm)
        points.append(np.stack([radius * np.sin(angle), radius * np.cos(angle)], axis=1))
        labels.append(np.full(points_per_arm, arm))
    return np.concatenate(points), np.concatenate(labels)

# %% tags=["demo"]
net = None  # until it is written
with uses("affine_forward", "affine_backward", "relu_forward", "relu_backward", "TwoLayerNet"):
    points, labels = spiral(100, 3, np.random.default_rng(0))
    net = TwoLayerNet(2, 80, 3, weight_scale=0.5, reg=1e-3)
    losses, snapshots = [], {}
    ticks = np.linspace(-1.15, 1.15, 150)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    for step in range(2001):
        loss, grads = net.loss(points, labels)
        losses.append(loss)
        if step in (0, 100, 2000):
            right = np.mean(net.loss(points).argmax(axis=1) == labels)
            snapshots[step] = (softmax(net.loss(plane)), right)
        for name, grad in grads.items():
            net.params[name] = net.params[name] - 1.0 * grad
    hues = np.array([[0.12, 0.47, 0.71], [1.0, 0.5, 0.05], [0.17, 0.63, 0.17]])
    axes = plots.axes(4, width=3.5, height=3.5)
    for ax, (step, (probabilities, right)) in zip(axes, snapshots.items(), strict=False):
        picture = 1 - 0.75 * (1 - probabilities @ hues).reshape(150, 150, 3)
        ax.imshow(picture, extent=(-1.15, 1.15, -1.15, 1.15), origin="lower")
        ax.scatter(*points.T, c=hues[labels], s=13, edgecolor="white", linewidth=0.4)
        ax.set(title=f"step {step}: {right:.0%} right", xticks=[], yticks=[])
    plots.curves({"": losses}, log=True, ax=axes[3])
    plt.show()

# %% [markdown]
# What does a hidden unit do? It is a ReLU of a weighted sum of $x$ and $y$, so it is zero on one side of a straight
# line and rises like a ramp on the other. The network bends its boundary by adding up ramps.
#
# **Why?** The weights begin as small random numbers. Why not as zeros, when nobody knows yet where they should go?
#
# <details><summary>An answer</summary>
#
# With $W_2 = 0$ the hidden layer receives a gradient of zeros, and with $W_1 = 0$ all hidden units give 0, so that
# $W_2$ receives zeros, too. Only $b_2$ ever moves. Equal numbers are not much better: equal units receive equal
# gradients and stay equal. The assignment `initializers` is about which random numbers to take.
# </details>

# %% tags=["demo"]
if net is not None:
    W1, b1, W2 = net.params["W1"], net.params["b1"], net.params["W2"]
    ramps, _ = relu_forward(affine_forward(plane, W1, b1)[0])
    strongest = np.argsort(-np.linalg.norm(W1, axis=0) * np.linalg.norm(W2, axis=1))[:6]
    axes = plots.axes(6, width=2.3, height=2.6)
    for ax, unit in zip(axes, strongest, strict=True):
        ax.imshow(ramps[:, unit].reshape(150, 150), extent=(-1.15, 1.15, -1.15, 1.15), origin="lower", cmap="magma")
        ax.scatter(*points.T, c=hues[labels], s=2)
        ax.set(title=f"hidden unit {unit}", xticks=[], yticks=[])
    plt.show()

# %% [markdown]
# Six of the 80 units, those with the largest weights. Each picture is black on one side of a straight line and brighter
# the further one goes on the other: a ramp. The lines lie in different directions, and each bends the boundary of the
# network where it crosses it.
#
# ---
# ## 7 Gradient checking: is this gradient right?
#
# A wrong gradient rarely raises an error. The network trains a little worse, and nobody knows why. So whoever writes a
# backward pass checks it: with your `jacobian` and `vjp_from_jacobian`, or directly. For a random upstream gradient
# $G$, the number $L(x) = \sum_k G_k\,\text{out}_k(x)$ is a loss with exactly that upstream gradient, and its
# derivatives can be measured by central differences.
#
# What makes a check trustworthy?
#
# - **A random upstream gradient.** With all ones, a backward pass that forgets to use `dout` looks perfect, and so
#   does one that transposes it.
# - **Entry by entry.** Two errors can cancel in a sum.
# - **A relative measure.** Is an error of $10^{-4}$ large? Not if the gradient is $10^6$, but very much so if it is
#   $10^{-4}$ itself.
# - **Shapes and NaN.** `(1, 3)` and `(3,)` can be subtracted from each other, thanks to
#   broadcasting, and no comparison with NaN is ever true.
#
# Here is a layer of a fellow student's: it scales and shifts each column, then a ReLU.

# %% tags=["demo"]
def scale_shift_forward(x, scale, shift):
    """x: (N, D), scale, shift: (D,). Returns the larger of 0 and x * scale + shift, (N, D)."""
    return np.maximum(x * scale + shift, 0)


def scale_shift_backward(dout, x, scale, shift):
    """A fellow student's gradients with respect to x, scale and shift. Is there a mistake in them?"""
    active = x * scale + shift > 0
    return dout * active * scale, np.sum(dout * x, axis=0), np.sum(dout * active, axis=0)

# %% [markdown]
# ### Exercise: `find_the_bug` (8 points, ★★☆, 30 minutes)

# %% tags=["exercise:find_the_bug"]
def find_the_bug(forward, backward, inputs):
    """Which gradients of a layer are wrong?

    forward: a function; forward(*inputs) returns the output, a float array. It accepts real numbers only.
    backward: a function; backward(dout, *inputs) returns a list or tuple with one gradient for each input, in their
        order: dout is an array of the shape of the output, the upstream gradient.
    inputs: list of float64 arrays, where to test. Not modified.

    Returns a list of bools, one for each input in the same order: True if its gradient is wrong, False if it is right.

    A gradient is wrong if its shape is not exactly that of its input, if it holds NaN or infinity, or if some entry is
    off by more than 0.1 % of the largest entry of the true gradient. What you will meet is never near that line: with
    central differences and a step of 1e-5, right gradients agree to 7 digits or more, and wrong ones are off by at
    least 1 %, though perhaps in a single entry, and perhaps not for every upstream gradient (random ones show it).
    Gradients can be very large or very small, and an input without any influence has a gradient of zeros.
    Written without check_grad of scipy.optimize.
    """
    # YOUR CODE HERE
    raise NotImplementedError("find_the_bug is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("find_the_bug")

# %% tags=["demo"]
with uses("find_the_bug", "Value", "topological_order"):
    rng = np.random.default_rng(2)
    inputs = [rng.standard_normal((6, 5)), rng.uniform(0.5, 2, 5), rng.standard_normal(5)]
    found = find_the_bug(scale_shift_forward, scale_shift_backward, inputs)
    dout = rng.standard_normal((6, 5))
    claims = scale_shift_backward(dout, *inputs)

    # Your engine knows the true gradients of the same layer: G · relu(x · scale + shift), summed up.
    numbers = [np.vectorize(Value, otypes=[object])(each) for each in inputs]
    x, scale, shift = numbers
    total = Value(0)
    for i, j in np.ndindex(6, 5):
        total = total + dout[i, j] * (x[i, j] * scale[j] + shift[j]).relu()
    total.backward()
    true = [np.vectorize(lambda each: each.grad)(each) for each in numbers]
    for ax, name, claim, right, wrong in zip(
        plots.axes(3, 1, 3.7), ("x", "scale", "shift"), claims, true, found, strict=True
    ):
        reach = 1.1 * max(abs(right).max(), abs(claim).max())
        ax.plot([-reach, reach], [-reach, reach], color="0.7", lw=1)
        ax.plot(right.ravel(), claim.ravel(), "o", color=BACKWARD if wrong else "tab:green", alpha=0.8)
        verdict = "wrong" if wrong else "right"
        ax.set(title=f"gradient of {name}: {verdict}", xlabel="by your engine", ylabel="claimed")
    plt.show()

# %% [markdown]
# Every entry is one dot, and right ones lie on the diagonal. Read the fellow student's line again: do you see now
# what is missing?

# %% [markdown]
# ---
# ## Further reading
#
# - Stanford CS231n, [Backpropagation, intuitions](https://cs231n.github.io/optimization-2/): graphs, patterns in the
#   backward flow, and the calling convention used here. E. Learned-Miller's note *Vector, Matrix, and Tensor
#   Derivatives*, linked there, for the Jacobians.
# - A. Karpathy, [micrograd](https://github.com/karpathy/micrograd): an engine like your `Value`, and a talk in which
#   it is built.
# - D. Rumelhart, G. Hinton and R. Williams, *Learning representations by back-propagating errors*, Nature 323, 1986.
# - A. Baydin, B. Pearlmutter, A. Radul and J. Siskind, *Automatic Differentiation in Machine Learning: a Survey*, JMLR
#   18, 2018, [arXiv:1502.05767](https://arxiv.org/abs/1502.05767): forward and reverse mode, and a history in which
#   the idea is found again and again.
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008: the cheap gradient principle, and how
#   to do with less memory.
# - C. Olah, [Calculus on Computational Graphs](https://colah.github.io/posts/2015-08-Backprop/), 2015: why reverse
#   mode is so much cheaper.
# - W. Squire and G. Trapp, *Using Complex Variables to Estimate Derivatives of Real Functions*, SIAM Review 40, 1998:
#   numerical derivatives without cancellation. The grader of this assignment uses them.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, [section
#   6.5](https://www.deeplearningbook.org/contents/mlp.html).

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit backprop` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
