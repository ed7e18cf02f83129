# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Convolution and pooling
#
# When you have finished this notebook you will be able to
#
# - say what shape a convolution returns and how many numbers it has to learn, before you run it;
# - write the forward and the backward pass of a convolution, first as plain loops that you can read, then as one
#   matrix product;
# - write max and average pooling in both directions;
# - extend batch normalisation to images;
# - look at a filter and at its feature map and say what it responds to.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 | `conv_output_shape`, `conv_param_count` | 10 | ★☆☆ | 20 |
# | 2 | `conv_forward_naive` | 16 | ★★☆ | 30 |
# | 3 | `conv_backward_naive` | 18 | ★★★ | 45 |
# | 4 | `im2col`, `col2im`, `conv_forward_fast` | 26 | ★★☆ | 60 |
# | 5 | `max_pool_*`, `avg_pool_*` | 22 | ★★☆ | 40 |
# | 6 | `spatial_batchnorm_*` | 8 | ★★★ | 25 |
#
# Write each function where it says so, run the cell, then run the check below it: it runs the public checks, which
# carry about half of the points. The others are hidden, and run when your work is graded. The pictures draw themselves
# with *your* functions: a picture whose function is not written yet says so and waits. Questions named `q_...` give no
# points; answer them before you compute.
#
# NumPy is all you need, and SciPy is welcome. An exercise that uses PyTorch, TensorFlow, JAX or autograd fails: what
# they do is what you write here. `check(...)` in the notebook does not look for them; `autograder check` and the
# grading do.
#
# Throughout, arrays of images have shape $(N, C, H, W)$: image, channel, row, column.

# %% tags=["check"]
from autograder.notebook import check

# %% tags=["setup:1"]
import numpy as np

# %% tags=["demo"]
import time

import matplotlib.pyplot as plt
from IPython.display import HTML, display
from matplotlib.animation import FuncAnimation
from matplotlib.patches import ConnectionPatch, Rectangle
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from autograder.notebook import uses

digits = load_digits()
digit_images = digits.images / 16.0  # (1797, 8, 8), real handwritten digits with values 0..1
digit_labels = digits.target

# %% [markdown]
# ## 1. What a convolution is, and what it costs
#
# Suppose that you want a network to find a vertical stroke in a picture. A fully connected layer learns one weight
# for *every* pixel, so it has to learn "a stroke on the left" and "a stroke on the right" separately. But a stroke is
# a stroke wherever it stands. So why not learn one small detector and carry it to every place?
#
# That is a convolution. The detector is a small array of weights, the **kernel** (or filter). Lay it on a patch of
# the picture, multiply each weight by the pixel under it, add everything up: one number that says how well the patch
# agrees with the kernel. Move on by one pixel and do it again. All the numbers together, laid out as the places were,
# are the **feature map**.

# %% tags=["demo"]
picture = digit_images[3]
kernel = np.array([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
top, left = 2, 3
patch = picture[top : top + 3, left : left + 3]
products = patch * kernel + 0.0  # + 0.0 turns -0.0 into 0.0


def draw_numbers(ax, values, title, cmap="Greys", limit=None, fmt="{:.2f}", fontsize=9):
    """A matrix as coloured cells with its numbers written in."""
    low, high = (-limit, limit) if limit else (values.min(), values.max())
    ax.imshow(values, cmap=cmap, vmin=low, vmax=high)
    for (i, j), value in np.ndenumerate(values):
        shade = (value - low) / (high - low + 1e-12)
        dark = shade > 0.6 if cmap == "Greys" else abs(shade - 0.5) > 0.35
        ax.text(
            j, i, fmt.format(value), ha="center", va="center", fontsize=fontsize, color="white" if dark else "black"
        )
    ax.set_title(title, fontsize=10)
    ax.set_xticks([])
    ax.set_yticks([])


fig, axes = plt.subplots(1, 4, figsize=(12, 3), width_ratios=[1.6, 1, 1, 1])
axes[0].imshow(picture, cmap="Greys")
axes[0].add_patch(Rectangle((left - 0.5, top - 0.5), 3, 3, fill=False, edgecolor="tab:red", linewidth=3))
axes[0].set_title("a real 8×8 digit and one window", fontsize=10)
axes[0].set_xticks([])
axes[0].set_yticks([])
draw_numbers(axes[1], patch, "the patch under the window")
draw_numbers(axes[2], kernel, "× the kernel", cmap="RdBu_r", limit=2, fmt="{:+.0f}")
draw_numbers(
    axes[3], products, f"= products, which add up to {products.sum():.2f}", cmap="RdBu_r", limit=2, fmt="{:+.2f}"
)
plt.tight_layout()
plt.show()

# %% [markdown]
# A colour picture has $C=3$ channels. The kernel then has one layer of weights per channel, and the sum runs over
# channels too: each filter is a small block $C\times k_h\times k_w$, and it still gives *one* number per place. To
# look for several things, use several filters. With $F$ filters the result has $F$ channels.
#
# Written out, with $x$ of shape $(N, C, H, W)$, weights $w$ of shape $(F, C, k_h, k_w)$ and one bias per filter, $b$
# of shape $(F,)$:
#
# $$\text{out}_{n,f,i,j} \;=\; b_f + \sum_{c=0}^{C-1}\sum_{u=0}^{k_h-1}\sum_{v=0}^{k_w-1}
# \tilde x_{n,\,c,\;i s+u,\;j s+v}\; w_{f,c,u,v}$$
#
# Two choices hide in the indices:
#
# - the **stride** $s$ is the step between neighbouring windows;
# - the **padding** $p$ is a frame of $p$ zeros on *each of the four sides* of the picture; $\tilde x$ is the padded
#   picture. Without it, a pixel in a corner is seen by one window only and the map shrinks with every layer.
#
# A mathematician calls this formula *cross-correlation*: in a true convolution the kernel would be turned by 180°.
# Since the weights are learned, the turn would make no difference to what a network can do, and every deep-learning
# library leaves it out. So do we.
#
# How many windows fit? Count the places where the top edge of the window can stand. The picture shows all of them; a
# window that would stick out is not used.

# %% tags=["demo"]
def draw_windows(ax, size, kernel_size, stride, pad):
    """The padded grid, the places where a window's top left corner can stand, and the cells that no window reaches."""
    total = size + 2 * pad
    starts = [at for at in range(total) if at % stride == 0 and at + kernel_size <= total]
    reached = {at + u for at in starts for u in range(kernel_size)}
    for row in range(total):
        for column in range(total):
            inside = pad <= row < pad + size and pad <= column < pad + size
            missed = row not in reached or column not in reached
            ax.add_patch(
                Rectangle(
                    (column, row),
                    1,
                    1,
                    facecolor="#9ecae1" if inside else "white",
                    edgecolor="grey",
                    linewidth=0.6,
                    hatch="////" if missed else None,
                )
            )
    for row in starts:
        for column in starts:
            ax.plot(column + 0.5, row + 0.5, "o", color="tab:red", markersize=4)
    ax.add_patch(Rectangle((0, 0), kernel_size, kernel_size, fill=False, edgecolor="tab:red", linewidth=2.5))
    last = starts[-1]
    ax.add_patch(
        Rectangle(
            (last, last), kernel_size, kernel_size, fill=False, edgecolor="tab:green", linewidth=2.5, linestyle="--"
        )
    )
    ax.set_xlim(-0.2, 8.2)
    ax.set_ylim(8.2, -0.2)
    ax.set_aspect("equal")
    ax.axis("off")
    ax.set_title(f"stride {stride}, padding {pad}\n{len(starts)} × {len(starts)} windows", fontsize=10)


fig, axes = plt.subplots(1, 4, figsize=(12, 3.8), layout="constrained")
for ax, (stride, pad) in zip(axes, [(1, 0), (1, 1), (2, 0), (2, 1)], strict=True):
    draw_windows(ax, 6, 3, stride, pad)
fig.suptitle(
    "6×6 picture (blue), 3×3 kernel: red dots are top left corners, the last window is green, hatched cells are unseen"
)
plt.show()

# %% [markdown]
# Count along the height. The window's top edge can stand on row $0, s, 2s, \dots$ as long as its bottom edge is still
# inside the $H+2p$ rows. The last possible start is at most $H+2p-k_h$, and the first one, at $0$, counts as well:
#
# $$H' = \left\lfloor\frac{H+2p-k_h}{s}\right\rfloor+1,\qquad W' = \left\lfloor\frac{W+2p-k_w}{s}\right\rfloor+1.$$
#
# The brackets round **down**: rows left over at the bottom are simply not seen. Padding $p=(k-1)/2$ with an odd
# kernel and stride 1 keeps the size.
#
# ### Exercise: `conv_output_shape` (5 points, ★☆☆, 10 minutes)

# %% tags=["exercise:conv_output_shape"]
def conv_output_shape(h, w, kh, kw, stride, pad):
    """Height and width of a convolution's output.

    h, w: ints, height and width of the input before padding.
    kh, kw: ints, height and width of the kernel.
    stride: int >= 1, step between windows, the same in both directions.
    pad: int >= 0, zeros added on each of the four sides.

    Returns (out_h, out_w), two ints, rounded down where the stride does not divide.
    Raises ValueError if the kernel is larger than the padded input in either direction
    (a kernel that fits exactly gives size 1).
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_output_shape is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_output_shape")

# %% tags=["demo"]
with uses("conv_output_shape"):
    fig, ax = plt.subplots(figsize=(7, 3))
    for stride, pad, style in [(1, 1, "o-"), (1, 0, "s-"), (2, 1, "^-")]:
        sizes = [28]
        while len(sizes) < 14 and sizes[-1] > 2:
            sizes.append(conv_output_shape(sizes[-1], sizes[-1], 3, 3, stride, pad)[0])
        ax.plot(sizes, style, label=f"stride {stride}, padding {pad}")
    ax.set_xlabel("number of 3×3 layers")
    ax.set_ylabel("height of the map")
    ax.set_ylim(0, 30)
    ax.legend(loc="upper right", bbox_to_anchor=(1, 0.9))
    ax.set_title("a 28×28 picture through a stack of 3×3 layers")
    plt.show()

# %% [markdown]
# **Predict before you compute.** A picture is 20 rows high. The kernel is 7 rows high, the stride is 2, the padding
# 4. How many rows does the output have?

# %% tags=["exercise:q_output_height"]
# YOUR CODE HERE
q_output_height = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_output_height")

# %% [markdown]
# ### How many weights?
#
# Each of the $F=c_\text{out}$ filters is a block of $c_\text{in}\times k_h\times k_w$ weights, and it may have one
# bias. The height and the width of the *picture* appear nowhere: the same weights are used at every place. Two layers
# in a row each have their own weights, so their counts are added (never multiplied).
#
# ### Exercise: `conv_param_count` (5 points, ★☆☆, 5 minutes)

# %% tags=["exercise:conv_param_count"]
def conv_param_count(kh, kw, cin, cout, bias):
    """Number of learned parameters of one convolution layer.

    kh, kw: ints, height and width of the kernel.
    cin, cout: ints, channels of the input and of the output (the number of filters).
    bias: bool, whether every filter has a bias.

    Returns an int.
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_param_count is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_param_count")

# %% tags=["demo"]
with uses("conv_param_count"):
    first, second = conv_param_count(5, 5, 3, 4, False), conv_param_count(5, 5, 4, 10, False)
    print(f"5×5, 3 → 4 channels: {first} weights; 5×5, 4 → 10 channels: {second}; both together: {first + second}")
    sides = np.arange(8, 129, 8)
    fig, ax = plt.subplots(figsize=(7, 3))
    ax.semilogy(sides, (3 * sides**2) * (4 * sides**2), "s-", label="fully connected, 3 → 4 channels of that size")
    ax.semilogy(sides, [first] * len(sides), "o-", label="5×5 convolution, 3 → 4 channels")
    ax.set_xlabel("side of the picture in pixels")
    ax.set_ylabel("weights")
    ax.set_title("sharing weights makes the count independent of the picture")
    ax.legend()
    plt.show()

# %% [markdown]
# **Predict.** A 5×5 convolution takes 3 channels to 4, a second 5×5 convolution takes these 4 channels to 10. Every
# filter has a bias. How many parameters do the two layers have together?

# %% tags=["exercise:q_parameters"]
# YOUR CODE HERE
q_parameters = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_parameters")

# %% [markdown]
# ## 2. The forward pass
#
# Now write the sum as loops: over images, filters, output rows and output columns. Inside, cut the window out of the
# padded picture (all channels at once), multiply by the filter, add up. Do not try to be fast; part 4 is for that.
# This version is the one you will compare everything else with.
#
# Things that go wrong here more often than anything else: padding all four axes instead of the last two; a window
# that starts at row $i$ when the stride says otherwise; using the kernel's height where its width belongs, which
# nobody notices until a kernel is not square.
#
# The function also returns a **cache**: whatever your own backward pass will need. Its form is up to you (a tuple, a
# dict, an object of your own); nothing but your own code looks into it.
#
# ### Exercise: `conv_forward_naive` (16 points, ★★☆, 30 minutes)

# %% tags=["exercise:conv_forward_naive"]
def conv_forward_naive(x, w, b, conv_param):
    """Forward pass of a convolution layer, written as loops.

    x: (N, C, H, W) float array, the images; not modified.
    w: (F, C, kh, kw) float array, the filters, not turned (cross-correlation); not modified.
    b: (F,) float array, one bias per filter; not modified.
    conv_param: dict with
        "stride": int >= 1, step between windows in both directions;
        "pad": int >= 0, zeros added on each side of the height and of the width.

    Returns (out, cache):
        out: (N, F, H', W') float array with H' = floor((H + 2 pad - kh) / stride) + 1, W' likewise;
        cache: anything that your conv_backward_naive needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_forward_naive is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_forward_naive")

# %% [markdown]
# ### Your function at work
#
# Before filters were learned, people designed them. A **blur** averages; an **edge** filter subtracts one side from
# the other; a **Gabor** filter is a small wave under a bell curve and answers to stripes of one direction (cells in
# the visual cortex do something similar). Red is a positive answer, blue a negative one.

# %% tags=["demo"]
def gabor(angle, size=5, wavelength=4.0, spread=1.6):
    """A wave in the given direction under a Gaussian bell, with mean zero: (size, size)."""
    axis = np.arange(size) - size // 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    along = columns * np.cos(angle) + rows * np.sin(angle)
    wave = np.cos(2 * np.pi * along / wavelength) * np.exp(-(rows**2 + columns**2) / (2 * spread**2))
    return wave - wave.mean()


def in_five(small):
    """A 3×3 kernel in the middle of a 5×5 one."""
    return np.pad(small, 1)


edge = np.outer([1.0, 2.0, 1.0], [1.0, 0.0, -1.0])
bank = {
    "blur": in_five(np.ones((3, 3)) / 9),
    "left − right": in_five(edge),
    "top − bottom": in_five(edge.T),
    "Laplace": in_five(np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])),
    "Gabor 0°": gabor(0.0),
    "Gabor 45°": gabor(np.pi / 4),
    "Gabor 90°": gabor(np.pi / 2),
}
large_digit = zoom(digit_images[9], 3, order=2)  # 24×24, smoothly enlarged

with uses("conv_forward_naive"):
    weights = np.stack(list(bank.values()))[:, None]
    maps, _ = conv_forward_naive(large_digit[None, None], weights, np.zeros(len(bank)), {"stride": 1, "pad": 2})
    fig, axes = plt.subplots(2, len(bank) + 1, figsize=(13, 3.6))
    axes[0, 0].axis("off")
    axes[1, 0].imshow(large_digit, cmap="Greys")
    axes[1, 0].set_title("input", fontsize=10)
    for column, (name, filter_) in enumerate(bank.items(), start=1):
        limit = abs(filter_).max()
        axes[0, column].imshow(filter_, cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes[0, column].set_title(name, fontsize=10)
        limit = abs(maps[0, column - 1]).max()
        axes[1, column].imshow(maps[0, column - 1], cmap="RdBu_r", vmin=-limit, vmax=limit)
    for ax in axes.ravel():
        ax.set_xticks([])
        ax.set_yticks([])
    plt.tight_layout()
    plt.show()

# %% [markdown]
# And the window on its way: stride 2, padding 1, the output filling in place by place. Watch it step over the frame
# of zeros, which is drawn in grey.

# %% tags=["demo"]
with uses("conv_forward_naive"):
    small = digit_images[5]
    slide_param = {"stride": 2, "pad": 1}
    answer, _ = conv_forward_naive(small[None, None], kernel[None, None], np.zeros(1), slide_param)
    answer = answer[0, 0]
    framed = np.pad(small, slide_param["pad"])
    fig, (ax_in, ax_out) = plt.subplots(1, 2, figsize=(6, 3.2), dpi=60)
    ax_in.imshow(framed, cmap="Greys", vmin=0, vmax=1.3)
    for at in range(framed.shape[0]):
        for cell in [(at, 0), (0, at), (at, framed.shape[0] - 1), (framed.shape[0] - 1, at)]:
            ax_in.add_patch(Rectangle((cell[0] - 0.5, cell[1] - 0.5), 1, 1, facecolor="lightgrey"))
    frame = ax_in.add_patch(Rectangle((-0.5, -0.5), 3, 3, fill=False, edgecolor="tab:red", linewidth=3))
    filled = np.full_like(answer, np.nan)
    limit = abs(answer).max()
    image = ax_out.imshow(filled, cmap="RdBu_r", vmin=-limit, vmax=limit)
    label = ax_out.set_title("")
    for ax in (ax_in, ax_out):
        ax.set_xticks([])
        ax.set_yticks([])

    def step(t):
        i, j = divmod(t, answer.shape[1])
        if t == 0:
            filled[:] = np.nan
        frame.set_xy((j * slide_param["stride"] - 0.5, i * slide_param["stride"] - 0.5))
        filled[i, j] = answer[i, j]
        image.set_data(filled)
        label.set_text(f"out[{i}, {j}] = {answer[i, j]:+.2f}")
        return frame, image, label

    movie = FuncAnimation(fig, step, frames=answer.size, interval=350)
    plt.close(fig)
    display(HTML(movie.to_jshtml()))

# %% [markdown]
# ## 3. The backward pass
#
# Somewhere above this layer a loss $L$ is computed. You are given $\text{dout}=\partial L/\partial\,\text{out}$,
# shape $(N, F, H', W')$, and you owe three gradients: for $x$, $w$ and $b$. There is one question to ask for each:
# *into which outputs did this number go, and with what factor?* Every such output sends its gradient back along the
# same path, times the same factor, and they all add up.
#
# - **Bias.** $b_f$ went into every output of filter $f$, in every image and at every place, with factor 1:
#   $\displaystyle \frac{\partial L}{\partial b_f} = \sum_{n,i,j}\text{dout}_{n,f,i,j}.$
# - **Weights.** $w_{f,c,u,v}$ met, at place $(i,j)$ of image $n$, the pixel $\tilde x_{n,c,is+u,js+v}$:
#   $\displaystyle \frac{\partial L}{\partial w_{f,c,u,v}} = \sum_{n,i,j}\text{dout}_{n,f,i,j}\;\tilde
#   x_{n,c,\,is+u,\,js+v}.$ Read as whole blocks: each window, weighted by its dout, is added onto the gradient of the
#   filter.
# - **Input.** A pixel lies in several windows. Turn it around: each window hands $\text{dout}_{n,f,i,j}\,w_f$ back to
#   the block of pixels it was cut from. Where windows overlap, the contributions are **added**. Do this on a padded
#   array of zeros, then cut the frame off, since nobody asked for the gradient of padding.
#
# So the backward pass has exactly the loops of the forward pass; "read a window and add it up" turns into "spread a
# number over a window".
#
# Two traps. A new contribution that *replaces* the old one gives right answers as long as windows do not overlap. And
# cutting the frame off with a negative end index is fine until the padding is 0: Python reads $-0$ as $0$, and the
# slice is empty.
#
# ### Exercise: `conv_backward_naive` (18 points, ★★★, 45 minutes)

# %% tags=["exercise:conv_backward_naive"]
def conv_backward_naive(dout, cache):
    """Backward pass of a convolution layer, written as loops.

    dout: (N, F, H', W') float array, the gradient of the loss with respect to the output; not modified.
    cache: what your conv_forward_naive returned second.

    Returns (dx, dw, db), the gradients of the loss with respect to the inputs of the forward pass:
        dx: (N, C, H, W) float array, without the padding;
        dw: (F, C, kh, kw) float array;
        db: (F,) float array.
    All are sums over images and places: nothing is divided by N.
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_backward_naive is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_backward_naive")

# %% [markdown]
# With a kernel of ones and an upstream gradient of ones, the gradient of a pixel simply *counts* the windows that the
# pixel lies in. Does your picture have a plateau in the middle and low corners? With a stride, some pixels are seen
# more often than their neighbours: the beginning of the checkerboard patterns that strided convolutions are known
# for.

# %% tags=["demo"]
with uses("conv_forward_naive", "conv_backward_naive"):
    fig, axes = plt.subplots(1, 4, figsize=(12, 3.2))
    for ax, (stride, pad) in zip(axes, [(1, 0), (1, 1), (2, 0), (2, 1)], strict=True):
        blank = np.zeros((1, 1, 8, 8))
        out, cache = conv_forward_naive(blank, np.ones((1, 1, 3, 3)), np.zeros(1), {"stride": stride, "pad": pad})
        seen, _, _ = conv_backward_naive(np.ones(out.shape), cache)
        draw_numbers(ax, seen[0, 0], f"stride {stride}, padding {pad}", fmt="{:.0f}")
    fig.suptitle("in how many 3×3 windows does each pixel lie?")
    plt.tight_layout()
    plt.show()

# %% [markdown]
# **Predict.** The input is 7×7, the kernel 3×3, the stride 2, without padding, one filter. Into how many output
# numbers does the pixel in row 2, column 2 go (counting from 0)?

# %% tags=["exercise:q_windows_of_a_pixel"]
# YOUR CODE HERE
q_windows_of_a_pixel = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_windows_of_a_pixel")

# %% [markdown]
# **Which bug is this?** A fellow student's backward pass agrees with finite differences in all tests with padding 1
# and 2. With padding 0, `dw` and `db` are right, but `dx` has shape `(2, 3, 0, 0)`. What is wrong?
#
# - `"a"`: contributions of overlapping windows replace each other instead of being added
# - `"b"`: the frame is cut off with a slice that ends at minus the padding
# - `"c"`: the stride is missing in the window's position
# - `"d"`: the output size is rounded up

# %% tags=["exercise:q_which_bug"]
# YOUR CODE HERE
q_which_bug = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_which_bug")

# %% [markdown]
# ## 4. Making it fast: im2col
#
# The loops do the right thing one small window at a time, and Python takes longer to *reach* each window than the
# processor takes to multiply it. A processor is at its best with one large matrix product. Can a convolution be one?
#
# Yes, if we first copy every window into a column of its own. A window has $C\,k_h\,k_w$ numbers; there are
# $N\,H'\,W'$ windows. That gives a matrix of shape $(C k_h k_w,\; N H' W')$, called `cols`. Each filter, unrolled in
# the same order, is one row of a matrix of shape $(F,\; C k_h k_w)$. Row times column is exactly the sum of the
# convolution:
#
# $$\underbrace{w_\text{rows}}_{(F,\;C k_h k_w)}\;\underbrace{\text{cols}}_{(C k_h k_w,\;N H' W')}
# \;\longrightarrow\;(F,\;N H' W').$$
#
# A pixel that lies in nine windows is stored nine times: we pay with memory for speed (Chellapilla, Puri and Simard,
# 2006).
#
# Everything depends on the **order**, and ours is the order in which NumPy unrolls the arrays:
#
# - *down* a column: channel first (slowest), then the row $u$ in the window, then its column $v$ (fastest), as in one
#   filter `w[f]` unrolled. Row number $= (c\,k_h+u)\,k_w+v$;
# - *along* a row: image first (slowest), then output row $i$, then output column $j$ (fastest). Column number $=
#   (n\,H'+i)\,W'+j$.
#
# The usual mistake has its own name, the **channel order**: unrolling the window as (row, column, channel), the order
# in which picture files store colour. With one channel nobody notices. With three, the weights meant for red meet
# green pixels, and the result has the right shape and wrong numbers.

# %% tags=["demo"]
two_channels = np.stack([np.arange(1, 10).reshape(3, 3), np.arange(11, 20).reshape(3, 3)])
columns_by_hand = np.array(
    [
        [two_channels[c, i + u, j + v] for i in range(2) for j in range(2)]
        for c in range(2)
        for u in range(2)
        for v in range(2)
    ]
)
tints = ["#c6dbef", "#fdd0a2"]
fig = plt.figure(figsize=(10, 4))
ax_red = fig.add_axes([0.02, 0.52, 0.2, 0.4])
ax_green = fig.add_axes([0.02, 0.03, 0.2, 0.4])
ax_cols = fig.add_axes([0.34, 0.03, 0.6, 0.88])
for c, ax in enumerate([ax_red, ax_green]):
    for (i, j), value in np.ndenumerate(two_channels[c]):
        ax.add_patch(Rectangle((j, i), 1, 1, facecolor=tints[c], edgecolor="grey"))
        ax.text(j + 0.5, i + 0.5, value, ha="center", va="center")
    ax.add_patch(Rectangle((1, 0), 2, 2, fill=False, edgecolor="tab:red", linewidth=3))
    ax.set(xlim=(-0.1, 3.1), ylim=(3.1, -0.1), aspect="equal", title=f"channel {c}")
    ax.axis("off")
for (row, column), value in np.ndenumerate(columns_by_hand):
    ax_cols.add_patch(Rectangle((column, row), 1, 1, facecolor=tints[row // 4], edgecolor="grey"))
    ax_cols.text(column + 0.5, row + 0.5, value, ha="center", va="center")
for row in range(8):
    ax_cols.text(4.1, row + 0.5, f"c={row // 4}, u={row // 2 % 2}, v={row % 2}", ha="left", va="center", fontsize=9)
for column in range(4):
    ax_cols.text(column + 0.5, -0.15, f"i={column // 2}, j={column % 2}", ha="center", va="bottom", fontsize=9)
ax_cols.add_patch(Rectangle((1, 0), 1, 8, fill=False, edgecolor="tab:red", linewidth=3))
ax_cols.set(xlim=(-0.1, 5.2), ylim=(8.1, -0.6))
ax_cols.axis("off")
for ax, end in [(ax_red, (1, 1)), (ax_green, (1, 5))]:
    fig.add_artist(
        ConnectionPatch(
            (3, 1), end, "data", "data", axesA=ax, axesB=ax_cols, arrowstyle="->", color="tab:red", linewidth=1.5
        )
    )
fig.suptitle("one 3×3 picture with two channels, 2×2 windows: the red window becomes the red column", x=0.5, y=1.06)
plt.show()

# %% [markdown]
# ### Exercise: `im2col` (8 points, ★★☆, 20 minutes)
#
# Loops over the few kernel positions are fine; loops over windows will be too slow for `conv_forward_fast`.

# %% tags=["exercise:im2col"]
def im2col(x, kh, kw, stride, pad):
    """Copies every window of x into a column.

    x: (N, C, H, W) float array; not modified.
    kh, kw: ints, height and width of the window.
    stride: int >= 1.  pad: int >= 0, zeros on each side.

    Returns cols: (C * kh * kw, N * out_h * out_w) float array with
        cols[(c * kh + u) * kw + v, (n * out_h + i) * out_w + j] = padded x[n, c, i * stride + u, j * stride + v]
    so rows run over channel (slowest), window row, window column (fastest), and columns over image (slowest),
    output row, output column (fastest). For one 3x3 image with one channel and 2x2 windows:

        x = 1 2 3        cols = 1 2 4 5     <- top left number of each window
            4 5 6               2 3 5 6     <- top right
            7 8 9               4 5 7 8     <- bottom left
                                5 6 8 9     <- bottom right
    """
    # YOUR CODE HERE
    raise NotImplementedError("im2col is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("im2col")

# %% [markdown]
# The way back is `col2im`. It is *not* the inverse: it takes a matrix of the shape of `cols` and **adds** every entry
# to the pixel it was copied from. That is what a backward pass needs (a pixel that was copied nine times collects
# nine gradients), and it is the transpose of `im2col` as a linear map: for all $x$ and $M$,
#
# $$\langle \text{im2col}(x),\, M\rangle = \langle x,\, \text{col2im}(M)\rangle .$$
#
# ### Exercise: `col2im` (8 points, ★★☆, 20 minutes)

# %% tags=["exercise:col2im"]
def col2im(cols, x_shape, kh, kw, stride, pad):
    """Adds every entry of cols to the pixel from which im2col would have copied it.

    cols: (C * kh * kw, N * out_h * out_w) float array in the order of im2col; not modified.
    x_shape: (N, C, H, W), the shape of the images before padding.
    kh, kw, stride, pad: ints, as in im2col.

    Returns x: (N, C, H, W) float array of sums, without the padding (what falls onto padding is dropped);
    pixels that no window sees are 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError("col2im is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("col2im")

# %% [markdown]
# ### Exercise: `conv_forward_fast` (10 points, ★★☆, 20 minutes)
#
# One matrix product, one bias, and then the axes in the right order: the product has shape $(F, N H' W')$, but the
# result must be $(N, F, H', W')$. Two axes change places, and a `reshape` alone cannot do that: it keeps the numbers
# in the order in which they lie in memory. With one image you would not notice.

# %% tags=["exercise:conv_forward_fast"]
def conv_forward_fast(x, w, b, conv_param):
    """Forward pass of a convolution layer without a Python loop over windows.

    x, w, b, conv_param: as in conv_forward_naive; not modified.

    Returns (out, cache) as conv_forward_naive does: out is the same up to rounding, and the cache must be one that
    your conv_backward_naive accepts, so that the fast version can take the naive one's place.

    Any way of computing it is allowed (NumPy or SciPy). Speed: on (8, 3, 18, 18) images with 16 filters of 3x3 it must
    take at most a third of the time of your conv_forward_naive, or of a Python loop that does one small NumPy product
    per window and filter.
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_forward_fast is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_forward_fast")

# %% tags=["demo"]
def best_time(function, *args, repeats=3):
    """Seconds of the fastest of several calls: other programs can only make a call slower, never faster."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*args)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


with uses("conv_forward_naive", "conv_forward_fast"):
    rng = np.random.default_rng(0)
    sides, naive_ms, fast_ms = [8, 16, 24, 32], [], []
    for side in sides:
        args = (
            rng.standard_normal((2, 3, side, side)),
            rng.standard_normal((8, 3, 3, 3)),
            np.zeros(8),
            {"stride": 1, "pad": 1},
        )
        naive_ms.append(1e3 * best_time(conv_forward_naive, *args))
        fast_ms.append(1e3 * best_time(conv_forward_fast, *args, repeats=5))
    fig, ax = plt.subplots(figsize=(7, 3.2))
    places = np.arange(len(sides))
    bars = ax.bar(places - 0.2, naive_ms, 0.4, label="naive")
    ax.bar(places + 0.2, fast_ms, 0.4, label="im2col + matrix product")
    ax.bar_label(bars, [f"{slow / quick:.0f}×" for slow, quick in zip(naive_ms, fast_ms, strict=True)], fontsize=9)
    ax.set_yscale("log")
    ax.set_ylim(top=8 * max(naive_ms))
    ax.set_xticks(places, [f"{side}×{side}" for side in sides])
    ax.set_xlabel("size of the pictures")
    ax.set_ylabel("milliseconds")
    ax.set_title("2 pictures, 3 channels, 8 filters of 3×3: how many times faster?")
    ax.legend()
    plt.show()

# %% [markdown]
# ## 5. Pooling
#
# "There is a stroke somewhere around here" is often all that the next layer wants to know. **Pooling** looks at a
# window of a single feature map and keeps one number: the largest (max pooling) or the mean (average pooling).
# Nothing is learned, channels do not mix, and the map gets smaller:
#
# $$\text{out}_{n,c,i,j}=\max_{u,v}\,x_{n,c,\,is+u,\,js+v}\qquad\text{or}\qquad
# \frac{1}{p_h p_w}\sum_{u,v}x_{n,c,\,is+u,\,js+v},$$
#
# with $0\le u<p_h$ and $0\le v<p_w$; the output size is that of a convolution without padding, $H'=\lfloor
# (H-p_h)/s\rfloor+1$. We do not pad. (Padding with zeros would be a mistake for the maximum: in a window of negative
# numbers, the zero would win.)
#
# ### Exercise: `max_pool_forward_naive` (7 points, ★☆☆, 10 minutes)

# %% tags=["exercise:max_pool_forward_naive"]
def max_pool_forward_naive(x, pool_param):
    """Forward pass of max pooling.

    x: (N, C, H, W) float array; not modified.
    pool_param: dict with "pool_height", "pool_width" (ints, the window) and "stride" (int >= 1, both directions).
        Windows may overlap (stride smaller than the window) or leave gaps. There is no padding.

    Returns (out, cache):
        out: (N, C, H', W') float array, H' = floor((H - pool_height) / stride) + 1, W' likewise;
        cache: anything that your max_pool_backward_naive needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("max_pool_forward_naive is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("max_pool_forward_naive")

# %% [markdown]
# Backwards, the maximum is a switch: the winner's value went through with factor 1, all the others with factor 0. So
# each output's gradient goes to the pixel that won its window. A pixel that wins several overlapping windows collects
# several gradients.
#
# What if two pixels are equal? The maximum has no derivative there, and any choice that does not *invent* gradient
# will do: give it to one of the winners, or share it out among them. Giving the full amount to each of them is wrong,
# since the window would send back more than it received. (Think of a picture with a black background: whole windows
# of zeros are ties.)
#
# ### Exercise: `max_pool_backward_naive` (7 points, ★★☆, 15 minutes)

# %% tags=["exercise:max_pool_backward_naive"]
def max_pool_backward_naive(dout, cache):
    """Backward pass of max pooling.

    dout: (N, C, H', W') float array, the gradient with respect to the output; not modified.
    cache: what your max_pool_forward_naive returned second.

    Returns dx: (N, C, H, W) float array. Each window sends its dout to its largest entry, and contributions of
    overlapping windows add up. Among equal largest entries the dout of a window may go to one of them or be shared,
    but what the window sends back must add up to its dout.
    """
    # YOUR CODE HERE
    raise NotImplementedError("max_pool_backward_naive is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("max_pool_backward_naive")

# %% [markdown]
# ### Exercises: `avg_pool_forward` (4 points, ★☆☆, 5 minutes) and `avg_pool_backward` (4 points, ★☆☆, 10 minutes)
#
# The mean has no winner: each of the $p_h p_w$ entries went in with factor $1/(p_h p_w)$.

# %% tags=["exercise:avg_pool_forward"]
def avg_pool_forward(x, pool_param):
    """Forward pass of average pooling.

    x: (N, C, H, W) float array; not modified.
    pool_param: dict with "pool_height", "pool_width" and "stride", as in max_pool_forward_naive. No padding.

    Returns (out, cache):
        out: (N, C, H', W') float array, the mean of each window;
        cache: anything that your avg_pool_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("avg_pool_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("avg_pool_forward")

# %% tags=["exercise:avg_pool_backward"]
def avg_pool_backward(dout, cache):
    """Backward pass of average pooling.

    dout: (N, C, H', W') float array, the gradient with respect to the output; not modified.
    cache: what your avg_pool_forward returned second.

    Returns dx: (N, C, H, W) float array; contributions of overlapping windows add up, unseen entries are 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError("avg_pool_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("avg_pool_backward")

# %% tags=["demo"]
with uses("max_pool_forward_naive", "max_pool_backward_naive", "avg_pool_forward", "avg_pool_backward"):
    pool_param = {"pool_height": 2, "pool_width": 2, "stride": 2}
    image = digit_images[8][None, None]
    by_max, max_cache = max_pool_forward_naive(image, pool_param)
    by_mean, mean_cache = avg_pool_forward(image, pool_param)
    upstream = np.arange(1.0, 1.0 + by_max.size).reshape(by_max.shape)
    to_winners = max_pool_backward_naive(upstream, max_cache)
    to_all = avg_pool_backward(upstream, mean_cache)
    fig, axes = plt.subplots(2, 3, figsize=(10, 6.4))
    axes[0, 0].imshow(image[0, 0], cmap="Greys")
    axes[0, 0].set_title("input", fontsize=10)
    draw_numbers(axes[0, 1], by_max[0, 0], "2×2 max pooling, stride 2")
    draw_numbers(axes[0, 2], by_mean[0, 0], "2×2 average pooling, stride 2")
    draw_numbers(axes[1, 0], upstream[0, 0], "a gradient from above", fmt="{:.0f}")
    draw_numbers(axes[1, 1], to_winners[0, 0], "max: it goes to the winners", fmt="{:.3g}", fontsize=7)
    draw_numbers(axes[1, 2], to_all[0, 0], "average: everyone gets a quarter", fmt="{:.3g}", fontsize=7)
    for ax in (axes[0, 0], axes[1, 1], axes[1, 2]):
        for at in (1.5, 3.5, 5.5):
            ax.axhline(at, color="tab:red", linewidth=0.8)
            ax.axvline(at, color="tab:red", linewidth=0.8)
        ax.set_xticks([])
        ax.set_yticks([])
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 6. Batch normalisation for images
#
# Batch normalisation (Ioffe and Szegedy, 2015) shifts and scales each feature to mean 0 and variance 1 over the
# batch, then lets the network choose its own scale $\gamma$ and shift $\beta$. After a convolution, what is "a
# feature"? One filter gave the whole map, so every place in it means the same thing: the statistics of a channel are
# taken over the batch **and** over both directions of space, $M=NHW$ numbers for each of the $C$ channels:
#
# $$\mu_c=\frac1M\sum_{n,i,j}x_{ncij},\quad \sigma_c^2=\frac1M\sum_{n,i,j}(x_{ncij}-\mu_c)^2,$$
#
# $$\hat x_{ncij}=\frac{x_{ncij}-\mu_c}{\sqrt{\sigma_c^2+\varepsilon}},\quad
# \text{out}_{ncij}=\gamma_c\hat x_{ncij}+\beta_c.$$
#
# At test time there may be no batch, so running averages collected while training are used instead. Here `momentum`
# weighs the **old** value: running $\leftarrow$ momentum · running + (1 − momentum) · batch. (PyTorch's `momentum`
# weighs the new value: its 0.1 is our 0.9; and PyTorch stores the unbiased variance, we store the biased one.)
#
# Backwards, $\mu_c$ and $\sigma_c^2$ depend on $x$ too. Carrying the chain rule through all three paths and tidying
# up, with $d=\text{dout}$ and all sums over $n,i,j$ of one channel:
#
# $$\frac{\partial L}{\partial\beta_c}=\sum d,\qquad \frac{\partial L}{\partial\gamma_c}=\sum d\,\hat x,\qquad
# \frac{\partial L}{\partial x}=\frac{\gamma_c}{\sqrt{\sigma_c^2+\varepsilon}}
# \left(d-\frac1M\sum d-\hat x\;\frac1M\sum d\,\hat x\right).$$
#
# ### Exercises: `spatial_batchnorm_forward`, `spatial_batchnorm_backward` (4 points each, ★★☆ and ★★★, 25 minutes)

# %% tags=["exercise:spatial_batchnorm_forward"]
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalisation over images.

    x: (N, C, H, W) float array; not modified.
    gamma, beta: (C,) float arrays, scale and shift of each channel; not modified.
    bn_param: dict with
        "mode": "train" or "test", required;
        "eps": float added to the variance under the root, default 1e-5;
        "momentum": float, weight of the OLD running value, default 0.9;
        "running_mean", "running_var": (C,) float arrays; if absent they start as zeros.

    In mode "train" the batch's mean and biased variance (divided by N*H*W) of each channel are used, and the updated
    running values are stored in this same dict, bn_param["running_mean"] and bn_param["running_var"]. In mode "test"
    the running values are used and stay as they are. Raises ValueError for any other mode.

    Returns (out, cache):
        out: (N, C, H, W) float array;
        cache: anything that your spatial_batchnorm_backward needs.
    """
    # YOUR CODE HERE
    raise NotImplementedError("spatial_batchnorm_forward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("spatial_batchnorm_forward")

# %% tags=["exercise:spatial_batchnorm_backward"]
def spatial_batchnorm_backward(dout, cache):
    """Backward pass of batch normalisation over images, for a forward pass in mode "train".

    dout: (N, C, H, W) float array, the gradient with respect to the output; not modified.
    cache: what your spatial_batchnorm_forward returned second.

    Returns (dx, dgamma, dbeta): float arrays of shapes (N, C, H, W), (C,) and (C,).
    """
    # YOUR CODE HERE
    raise NotImplementedError("spatial_batchnorm_backward is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("spatial_batchnorm_backward")

# %% tags=["demo"]
with uses("conv_forward_naive", "spatial_batchnorm_forward"):
    weights = np.stack([bank["blur"], bank["left − right"], bank["Laplace"]])[:, None]
    maps, _ = conv_forward_naive(digit_images[:24, None], weights, np.array([0.0, 1.0, -2.0]), {"stride": 1, "pad": 2})
    normalised, _ = spatial_batchnorm_forward(maps, np.ones(3), np.zeros(3), {"mode": "train"})
    fig, axes = plt.subplots(1, 2, figsize=(10, 3), sharey=True)
    for ax, values, title in [
        (axes[0], maps, "three feature maps before"),
        (axes[1], normalised, "and after batch normalisation"),
    ]:
        for channel, name in enumerate(["blur", "left − right", "Laplace"]):
            of_channel = values[:, channel]
            ax.hist(
                of_channel.ravel(),
                bins=40,
                histtype="step",
                linewidth=1.6,
                label=f"{name}: mean {of_channel.mean():.2f}, std {of_channel.std():.2f}",
            )
        ax.set_title(title, fontsize=10)
        ax.set_xlabel("value")
        ax.legend(fontsize=8)
    axes[0].set_ylabel("how often")
    plt.tight_layout()
    plt.show()

# %% [markdown]
# ## 7. Filters that nobody designed
#
# Now put your parts together and let gradient descent find the filters: convolution (8 filters of 5×5), ReLU, max
# pooling, one linear layer, softmax, on real digits. The filters start as faint noise. The linear layer and the
# softmax come from earlier assignments; everything with windows is yours. It takes a few seconds.

# %% tags=["demo"]
with uses("conv_forward_fast", "conv_backward_naive", "max_pool_forward_naive", "max_pool_backward_naive"):
    rng = np.random.default_rng(4)
    order = rng.permutation(len(digit_images))
    train_x, train_y = digit_images[order[:1400], None] - 0.3, digit_labels[order[:1400]]
    test_x, test_y = digit_images[order[1400:], None] - 0.3, digit_labels[order[1400:]]
    conv_param, pool_param = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
    params = {
        "filters": 0.05 * rng.standard_normal((8, 1, 5, 5)),
        "biases": np.zeros(8),
        "weights": 0.05 * rng.standard_normal((8 * 3 * 3, 10)),
        "offsets": np.zeros(10),
    }
    first_filters = params["filters"].copy()
    squares = {name: np.zeros_like(value) for name, value in params.items()}  # for RMSProp

    def scores_of(images):
        """Class scores (N, 10) and what the backward pass needs."""
        maps, conv_cache = conv_forward_fast(images, params["filters"], params["biases"], conv_param)
        active = np.maximum(maps, 0)
        pooled, pool_cache = max_pool_forward_naive(active, pool_param)
        flat = pooled.reshape(len(images), -1)
        return flat @ params["weights"] + params["offsets"], (conv_cache, active, pool_cache, pooled.shape, flat)

    losses, batch = [], 20
    for _ in range(110):
        chosen = rng.choice(len(train_x), batch, replace=False)
        scores, (conv_cache, active, pool_cache, pooled_shape, flat) = scores_of(train_x[chosen])
        probabilities = np.exp(scores - scores.max(axis=1, keepdims=True))
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        losses.append(-np.log(probabilities[np.arange(batch), train_y[chosen]]).mean())
        dscores = (probabilities - np.eye(10)[train_y[chosen]]) / batch
        dpooled = (dscores @ params["weights"].T).reshape(pooled_shape)
        dmaps = max_pool_backward_naive(dpooled, pool_cache) * (active > 0)
        _, dfilters, dbiases = conv_backward_naive(dmaps, conv_cache)
        grads = {"filters": dfilters, "biases": dbiases, "weights": flat.T @ dscores, "offsets": dscores.sum(axis=0)}
        for name, grad in grads.items():
            squares[name] += 0.1 * (grad**2 - squares[name])
            params[name] = params[name] - 0.015 * grad / (np.sqrt(squares[name]) + 1e-6)
    accuracy = (scores_of(test_x)[0].argmax(axis=1) == test_y).mean()

    shown = test_x[np.flatnonzero(test_y == 3)[:1]]
    maps, _ = conv_forward_fast(shown, params["filters"], params["biases"], {"stride": 1, "pad": 2})
    fig = plt.figure(figsize=(13, 4.4), layout="constrained")
    left_part, right_part = fig.subfigures(1, 2, width_ratios=[1, 3])
    ax_loss, ax_digit = left_part.subplots(2, 1)
    ax_loss.plot(losses, color="tab:grey", linewidth=0.8)
    ax_loss.plot(np.convolve(losses, np.ones(10) / 10, mode="valid"), color="tab:red")
    ax_loss.set_title(f"loss; {accuracy:.0%} of {len(test_y)} new digits right", fontsize=10)
    ax_loss.set_xlabel("step")
    ax_digit.imshow(shown[0, 0], cmap="Greys")
    ax_digit.set_title("the digit for the maps on the right", fontsize=10)
    grid = right_part.subplots(3, 8)
    limit = abs(params["filters"]).max()
    for f in range(8):
        grid[0, f].imshow(first_filters[f, 0], cmap="RdBu_r", vmin=-limit, vmax=limit)
        grid[1, f].imshow(params["filters"][f, 0], cmap="RdBu_r", vmin=-limit, vmax=limit)
        grid[2, f].imshow(np.maximum(maps[0, f], 0), cmap="magma")
    for ax in [ax_digit, *grid.ravel()]:
        ax.set_xticks([])
        ax.set_yticks([])
    for row, name in enumerate(["filters at first", "filters learned", "feature maps"]):
        grid[row, 0].set_ylabel(name)
    plt.show()

# %% [markdown]
# Compare the learned filters with the designed ones of part 2. Some look like edges and strokes of one direction; a
# digit that has such a stroke lights up the map in that place. Nobody told the network to look for strokes.
#
# ## Further reading
#
# - V. Dumoulin and F. Visin, *A guide to convolution arithmetic for deep learning*, 2016,
#   [arXiv:1603.07285](https://arxiv.org/abs/1603.07285): sizes for every combination of kernel, stride and padding,
#   with animations.
# - Stanford CS231n, [Convolutional networks](https://cs231n.github.io/convolutional-networks/): the conventions used
#   here.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, [chapter
#   9](https://www.deeplearningbook.org/contents/convnets.html).
# - K. Chellapilla, S. Puri and P. Simard, *High Performance Convolutional Neural Networks for Document Processing*,
#   2006: where unrolling into a matrix product comes from.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-based learning applied to document recognition*, 1998:
#   the network that you build in the assignment `lenet`.
# - S. Ioffe and C. Szegedy, *Batch Normalization*, 2015, [arXiv:1502.03167](https://arxiv.org/abs/1502.03167).
# - A. Odena, V. Dumoulin and C. Olah, *Deconvolution and Checkerboard Artifacts*, 2016,
#   [Distill](https://distill.pub/2016/deconv-checkerboard/): what uneven overlap does to pictures.
