# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Convolution and pooling
#
# When you have finished this notebook you will be able to
#
# - say what shape a convolution returns and how many numbers it has to learn, before you run it;
# - write the forward and the backward pass of a convolution, first as plain loops that you can read, then as matrix
#   products;
# - write max and average pooling in both directions;
# - extend batch normalization to images;
# - look at a filter and at its feature map and say what it responds to;
# - put all of this together and train a **convolutional neural network (CNN)** of which you wrote every layer.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 1 Formula, output size, parameters | `conv_output_shape`, `conv_param_count` | 10 | ★☆☆ | 20 |
# | 2 Forward pass | `conv_forward_naive` | 16 | ★★☆ | 30 |
# | 3 Backward pass | `conv_backward_naive` | 18 | ★★★ | 45 |
# | 4 Matrix products | `im2col`, `col2im`, `conv_forward_fast`, `conv_backward_fast` | 26 | ★★☆ | 75 |
# | 5 Pooling | `max_pool_*`, `avg_pool_*` | 22 | ★★☆ | 40 |
# | 6 Batch normalization of images | `spatial_batchnorm_*` | 8 | ★★☆ | 20 |
# | 7 Training a CNN | | | | 10 |
#
# Write each function where it says so, run the cell, then run the check below it: it runs the public checks, which
# carry about half of the points. The others are hidden, and run when your work is graded. The pictures draw themselves
# with *your* functions: a picture whose function is not written yet says so and waits. Questions named `q_...` give no
# points; answer them before you compute.
#
# NumPy is all you need, and SciPy is welcome. Any float dtype will do: what your code computes in float32 is compared
# as float32. What would do an exercise for you makes it fail: PyTorch, TensorFlow, Keras, JAX, autograd and
# scikit-learn everywhere, and in the four pooling functions `skimage.measure.block_reduce`. `check(...)` in the
# notebook does not look for them; `autograder check` and the grading do.
#
# Where an exercise has three stars, three hints are folded below it. `hint("conv_backward_naive")` shows one
# after the other.
#
# Throughout, arrays of images have shape $(N, C, H, W)$: image, channel, row, column.

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import numpy as np

# %% tags=["demo"]
import time

import matplotlib.pyplot as plt
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle
from scipy.ndimage import zoom
from sklearn.datasets import load_digits

from autograder import plots
from autograder.notebook import earlier, uses

plots.style()
digits = load_digits()
digit_images = digits.images / 16.0  # (1797, 8, 8), real handwritten digits with values 0..1
digit_labels = digits.target

# %% [markdown]
# ## 1. Convolution: formula, output size, number of parameters
#
# Suppose that you want a network to find a vertical stroke in a picture. A fully connected layer learns one weight
# for *every* pixel, so it has to learn "a stroke on the left" and "a stroke on the right" separately. But a stroke is
# a stroke wherever it stands. So why not learn one small detector and carry it to every place?
#
# That is a **convolution**. The detector is a small array of weights, the **kernel** (or **filter**). Lay it on a patch
# of the picture, multiply each weight by the pixel under it, add everything up: one number that says how well the patch
# agrees with the kernel. Move on by one pixel and do it again. All the numbers together, laid out as the places were,
# are the **feature map**. That the same weights serve at every place is called **weight sharing**.

# %% tags=["demo"]
picture = digit_images[3]
kernel = np.array([[1.0, 0.0, -1.0], [1.0, 0.0, -1.0], [1.0, 0.0, -1.0]])
patch = picture[2:5, 3:6]
axes = plots.axes(4, 1, 2.6, 2.6)
axes[0].imshow(picture)
axes[0].add_patch(Rectangle((2.5, 1.5), 3, 3, fill=False, edgecolor="tab:red", linewidth=3))
axes[0].set(xticks=[], yticks=[], title="an 8×8 digit and one window")
plots.numbers(patch, "the patch", fmt="{:.2f}", ax=axes[1])
plots.numbers(kernel, "× the kernel", signed=True, fmt="{:+.0f}", ax=axes[2])
plots.numbers(patch * kernel, f"products; sum {np.sum(patch * kernel):.2f}", signed=True, fmt="{:+.2f}", ax=axes[3])
plt.show()

# %% [markdown]
# A color picture has $C=3$ channels. The filter then has one layer of weights per channel, and the sum runs over
# channels too: each filter is a small block (a **volume**) of $C\times k_h\times k_w$ weights, and it still gives *one*
# number per place. To look for several things, use several filters. With $F$ filters the result has $F$ channels.

# %% tags=["demo"]
def sheets(ax, x, y, side, colors, label):
    """The channels of a volume as squares, one behind the other."""
    for c, color in reversed(list(enumerate(colors))):
        ax.add_patch(Rectangle((x + 1.5 * c, y + 1.5 * c), side, side, facecolor=color, edgecolor="0.3", linewidth=0.8))
    ax.text(x + side / 2, y - 1.5, label, ha="center", va="top")


rgb, four = ["#fbb4ae", "#ccebc5", "#b3cde3"], ["tab:orange", "tab:purple", "tab:brown", "tab:olive"]
ax = plots.axes(1, 1, 9.0, 3.8)
sheets(ax, 0, 4, 32, rgb, "input: 32×32, 3 channels")
for number, color in enumerate(four):
    y = 34 - 10.5 * number
    sheets(ax, 62, y, 5, rgb, "")
    ax.add_patch(Rectangle((60.5, y - 1.5), 11, 11, fill=False, edgecolor=color, linewidth=2))
    ax.annotate("", (60, y + 4), (17.5, 20), arrowprops={"arrowstyle": "-", "color": "0.6"})
    ax.annotate("", (92, 20), (72, y + 4), arrowprops={"arrowstyle": "-", "color": color})
sheets(ax, 10, 15, 5, ["#e41a1c", "#4daf4a", "#377eb8"], "")
ax.text(66, -0.5, "4 filters of 5×5×3", ha="center", va="top")
sheets(ax, 92, 6, 28, four, "output: 28×28, 4 channels")
ax.set(xlim=(-1, 130), ylim=(-4, 48), aspect="equal")
ax.axis("off")
plt.show()

# %% [markdown]
# The window (dark) is a block through all three channels of the input. Each of the four filters is a block of the same
# size, and makes one channel of the output, in its color.
#
# **Counted.** 4 filters of 5×5 over a 32×32 picture with 3 channels, stride 1, without padding:
#
# - along each side the window can start at pixel $0, 1, \dots, 27$: 28 places, so the output is $28\times28\times4$;
# - a filter has $5\cdot5\cdot3=75$ weights and one bias: $4\cdot76=304$ **parameters** in all;
# - each of the $28\cdot28\cdot4=3136$ outputs is a sum of 75 products: $235{,}200$ multiplications.
#
# A fully connected layer between the same two blocks would have a weight for each pair of an input and an output:
# $3072\cdot3136=9{,}633{,}792$ weights.
#
# Written out, with $x$ of shape $(N, C, H, W)$, weights $w$ of shape $(F, C, k_h, k_w)$ and one bias per filter, $b$
# of shape $(F,)$:
#
# $$\text{out}_{n,f,i,j} \;=\; b_f + \sum_{c=0}^{C-1}\sum_{u=0}^{k_h-1}\sum_{v=0}^{k_w-1}
# \tilde x_{n,\,c,\;i s+u,\;j s+v}\; w_{f,c,u,v}$$
#
# Two choices hide in the indices:
#
# - the **stride** $s$ is the step between neighboring windows;
# - the **padding** $p$ is a frame of $p$ zeros on *each of the four sides* of the picture; $\tilde x$ is the padded
#   picture. Without it, a pixel in a corner is seen by one window only and the map shrinks with every layer.
#
# A mathematician calls this formula **cross-correlation**: in a true convolution the kernel would be turned by 180°.
# Since the weights are learned, the turn would make no difference to what a network can do, and every deep-learning
# library leaves it out. So do we.
#
# How many windows fit? Count the places where the top edge of the window can stand. The picture shows all of them; a
# window that would stick out is not used.

# %% tags=["demo"]
cases = [(1, 0, [0, 1, 2, 3]), (1, 1, [0, 1, 2, 3, 4, 5]), (2, 0, [0, 2]), (2, 1, [0, 2, 4])]
for ax, (stride, pad, starts) in zip(plots.axes(4, 1, 2.8, 3.2), cases, strict=True):
    cells = np.pad(np.ones((6, 6)), pad)  # 0: padding, 1: picture
    cells[starts[-1] + 3 :] = cells[:, starts[-1] + 3 :] = 2  # no window reaches them
    ax.pcolormesh(cells, cmap=ListedColormap(["white", "#9ecae1", "0.75"]), vmin=0, vmax=2, edgecolor="0.5", lw=0.5)
    ax.plot(*(each + 0.5 for each in np.meshgrid(starts, starts)), "o", color="tab:red", ms=4)
    for at, color in ((0, "tab:red"), (starts[-1], "tab:green")):
        ax.add_patch(Rectangle((at, at), 3, 3, fill=False, edgecolor=color, linewidth=2.5))
    ax.set(xlim=(-0.2, 8.2), ylim=(8.2, -0.2), aspect="equal", title=f"stride {stride}, padding {pad}")
    ax.axis("off")
plt.show()

# %% [markdown]
# A 6×6 picture (blue) in its frame of padding (white), and a 3×3 kernel. Red dots are the top left corners of all
# windows, the first window is red and the last one green. No window sees the gray cells.
#
# Count along the height. The window's top edge can stand on row $0, s, 2s, \dots$ as long as its bottom edge is still
# inside the $H+2p$ rows. The last possible start is at most $H+2p-k_h$, and the first one, at $0$, counts as well:
#
# $$H' = \left\lfloor\frac{H+2p-k_h}{s}\right\rfloor+1,\qquad W' = \left\lfloor\frac{W+2p-k_w}{s}\right\rfloor+1.$$
#
# The brackets round **down**: rows left over at the bottom are simply not seen. Padding $p=(k-1)/2$ with an odd
# kernel and stride 1 keeps the size (**same padding**).
#
# **Predict before you compute.** A picture is 20 rows high. The kernel is 7 rows high, the stride is 2, the padding
# 4. How many rows does the output have?

# %% tags=["exercise:q_output_height"]
# YOUR CODE HERE
q_output_height = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_output_height")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The padded column has $20+8=28$ rows, so the top edge can stand on $0, 2, \dots, 20$ (21 would do, but is odd): eleven
# places. Row 27 is left over and no window sees it.
# </details>

# %% [markdown]
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
    heights = {}
    for stride, pad in [(1, 1), (1, 0), (2, 1)]:
        sizes = [28]
        while len(sizes) < 14 and sizes[-1] > 2:
            sizes.append(conv_output_shape(sizes[-1], sizes[-1], 3, 3, stride, pad)[0])
        heights[f"stride {stride}, padding {pad}"] = sizes + [np.nan] * (14 - len(sizes))
    title = "a 28×28 picture through a stack of 3×3 layers"
    plots.curves(heights, xlabel="number of 3×3 layers", ylabel="height of the map", title=title)
    plt.show()

# %% [markdown]
# Without padding each 3×3 layer costs two rows and two columns. Stride 2 halves the map, so it cannot be done often.
#
# ### How many parameters?
#
# Each of the $F=c_\text{out}$ filters is a block of $c_\text{in}\times k_h\times k_w$ weights, and it may have one
# bias. The height and the width of the *picture* appear nowhere: the same weights are used at every place. Two layers
# in a row each have their own weights, so their counts are added (never multiplied).
#
# **Predict.** The convolution of the figure, 5×5 from 3 to 4 channels, has 304 parameters. A second 5×5 convolution
# takes these 4 channels to 10, with a bias in each filter. How many parameters do the two layers have together?

# %% tags=["exercise:q_parameters"]
# YOUR CODE HERE
q_parameters = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_parameters")

# %% [markdown]
# <details><summary>Why?</summary>
#
# A filter of the second layer runs over all 4 channels of the first: $5\cdot5\cdot4=100$ weights and a bias, ten times
# over, which is 1010. The layers follow each other and share nothing, so $304+1010$.
# </details>

# %% [markdown]
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
    sides = np.arange(8, 129, 8)
    counts = {
        "fully connected, 3 → 4 channels of that size": 12.0 * sides**4,
        "5×5 convolution, 3 → 4 channels": [conv_param_count(5, 5, 3, 4, False)] * len(sides),
    }
    title = "with shared weights the count does not depend on the picture"
    plots.curves(counts, x=sides, log=True, xlabel="side of the picture in pixels", ylabel="weights", title=title)
    plt.show()

# %% [markdown]
# At 32×32 pixels a fully connected layer has 12.6 million weights, and with each doubling of the side 16 times as many.
# The convolution has 300 for pictures of any size.
#
# ## 2. The forward pass of a convolution
#
# Now write the sum. The plain way is loops: over images, filters, output rows and output columns. Inside, cut the
# window out of the padded picture (all channels at once), multiply by the filter, add up. Do not try to be fast; part
# 4 is for that. This version is the one you will compare everything else with.
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
    """Forward pass of a convolution layer.

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
# ### Designed filters: blur, edges, Gabor
#
# Before filters were learned, people designed them. A **blur** averages; an **edge** filter subtracts one side from
# the other; a **Gabor** filter is a small wave under a bell curve and responds to stripes of one direction (cells in
# the visual cortex do something similar). Red is a positive answer, blue a negative one.

# %% tags=["demo"]
def gabor(angle, size=5, wavelength=4.0, spread=1.6):
    """A wave in the given direction under a Gaussian bell, with mean zero: (size, size)."""
    axis = np.arange(size) - size // 2
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    along = columns * np.cos(angle) + rows * np.sin(angle)
    wave = np.cos(2 * np.pi * along / wavelength) * np.exp(-(rows**2 + columns**2) / (2 * spread**2))
    return wave - wave.mean()


edge = np.outer([1.0, 2.0, 1.0], [1.0, 0.0, -1.0])
bank = {
    "blur": np.pad(np.ones((3, 3)) / 9, 1),
    "left − right": np.pad(edge, 1),
    "top − bottom": np.pad(edge.T, 1),
    "Laplace": np.pad([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]], 1),
    "Gabor 0°": gabor(0.0),
    "Gabor 45°": gabor(np.pi / 4),
    "Gabor 90°": gabor(np.pi / 2),
}
large_digit = zoom(digit_images[9], 3, order=2)  # 24×24, smoothly enlarged

with uses("conv_forward_naive"):
    weights = np.stack(list(bank.values()))[:, None]
    maps, _ = conv_forward_naive(large_digit[None, None], weights, np.zeros(len(bank)), {"stride": 1, "pad": 2})
    scaled = [
        each / np.abs(each).max() for each in (large_digit, *bank.values(), *maps[0])
    ]  # each on a scale of its own
    plots.images([np.zeros((5, 5)), *scaled[1:8], scaled[0], *scaled[8:]], ["", *bank, "input"], signed=True, size=1.5)
    plt.show()

# %% [markdown]
# "Left − right" is red along the right side of each stroke, where ink ends, and blue along the left side; "top −
# bottom" does the same for lower and upper sides. The Laplace filter responds to spots, such as the hole of the nine.
# Each Gabor filter is strongest on strokes of its own direction. At the upper and lower border the frame of zeros makes
# edges that are not in the digit.
#
# **Why?** The same kernel visits every place. What does the feature map do if the digit is moved two pixels to the
# right? And for which pictures would shared weights be the wrong idea?
#
# <details><summary>An answer</summary>
#
# The map moves by two pixels as well, and is otherwise the same (but for the border): a convolution is **translation
# equivariant**. Sharing is wrong where a place has a meaning of its own, as in passport photos, in which the eyes are
# always at the same height: there, another detector for each place can do better.
# </details>
#
# And the window on its way: stride 2, padding 1, the output filling in place by place.

# %% tags=["demo"]
with uses("conv_forward_naive"):
    framed = np.pad(digit_images[5], 1)
    answer, _ = conv_forward_naive(
        digit_images[5][None, None], kernel[None, None], np.zeros(1), {"stride": 2, "pad": 1}
    )
    answer = answer[0, 0]
    ax_in, ax_out = plots.axes(2, 1, 3.0, 3.2)
    ax_in.imshow(framed)
    ax_in.add_patch(Rectangle((0.5, 0.5), 8, 8, fill=False, edgecolor="0.5", linestyle="--"))
    frame = ax_in.add_patch(Rectangle((-0.5, -0.5), 3, 3, fill=False, edgecolor="tab:red", linewidth=3))
    shown = ax_out.imshow(answer, cmap="RdBu_r", vmin=-abs(answer).max(), vmax=abs(answer).max())
    ax_in.set(xticks=[], yticks=[], title="the picture in its frame of zeros")
    ax_out.set(xticks=[], yticks=[])

    def step(t):
        i, j = divmod(t, answer.shape[1])
        frame.set_xy((2 * j - 0.5, 2 * i - 0.5))
        shown.set_data(np.where(np.arange(answer.size).reshape(answer.shape) <= t, answer, np.nan))
        ax_out.set_title(f"out[{i}, {j}] = {answer[i, j]:+.2f}")

    plots.film(ax_in.figure, step, range(answer.size), pause_ms=350)

# %% [markdown]
# The frame jumps by two pixels and is three wide, so neighboring windows share a row or a column, and 8×8 pixels give
# 4×4 numbers. In the first row and the first column of the output, a part of the window lies on the zeros.
#
# ## 3. The backward pass of a convolution
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
# the frame has to be cut off in a way that is right without padding, too.
#
# **By hand.** One row $x=(1,2,3,4)$, kernel $(1,0,-1)$, no padding: two windows, $(1,2,3)$ and $(2,3,4)$. With
# $\text{dout}=(10, 1)$, the kernel's gradient is $10\cdot(1,2,3)+1\cdot(2,3,4)=(12,23,34)$. The input's is
# $10\cdot(1,0,-1)$ laid on the first three pixels plus $1\cdot(1,0,-1)$ on the last three: $(10,1,-10,-1)$.
#
# **Predict.** The input is 7×7, the kernel 3×3, the stride 2, without padding, one filter. Into how many output
# numbers does the pixel in row 2, column 2 go (counting from 0)?

# %% tags=["exercise:q_windows_of_a_pixel"]
# YOUR CODE HERE
q_windows_of_a_pixel = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_windows_of_a_pixel")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Windows start on rows 0, 2 and 4, and cover three rows each: row 2 is the last row of the first window and the first
# row of the second. The same two choices exist for the columns, and each of the $2\cdot2$ windows gives one output.
# </details>

# %% [markdown]
# ### Exercise: `conv_backward_naive` (18 points, ★★★, 45 minutes)

# %% tags=["exercise:conv_backward_naive"]
def conv_backward_naive(dout, cache):
    """Backward pass of a convolution layer.

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
# <details><summary>Hint 1: a nudge</summary>
#
# Take a single output number, `out[n, f, i, j]`. Which pixels and which weights went into it? They, and no others, get
# something from `dout[n, f, i, j]`. Do the example by hand first, then the same with a stride of 2.
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Walk over all output numbers as in the forward pass, and cut the same window. Its dout weighs two additions: the
# window is added to the gradient of the filter, and the filter is added to the gradient of the window, in an array as
# large as the padded images. Only when all loops have ended, the frame is cut off.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# x, w and conv_param from the cache; the padded x as in the forward pass
# two arrays of zeros: one of the padded x's shape, one of w's
# for each image n, filter f, output row i, output column j:
#     rows, columns = where this window stands (mind the stride)
#     gradient of w[f]                      += dout there · (the window of the padded x)
#     gradient of the padded x, same window += dout there · (the filter)
# dx = ... without its frame: count from pad and by the size of x, so that pad = 0 works
# db = ... one sum over the three axes that a bias does not have
# ```
# </details>

# %% [markdown]
# With a kernel of ones and an upstream gradient of ones, the gradient of a pixel simply *counts* the windows that the
# pixel lies in.

# %% tags=["demo"]
with uses("conv_forward_naive", "conv_backward_naive"):
    for ax, (stride, pad) in zip(plots.axes(4, 1, 2.8, 3.0), [(1, 0), (1, 1), (2, 0), (2, 1)], strict=True):
        blank = np.zeros((1, 1, 8, 8))
        out, cache = conv_forward_naive(blank, np.ones((1, 1, 3, 3)), np.zeros(1), {"stride": stride, "pad": pad})
        seen, _, _ = conv_backward_naive(np.ones(out.shape), cache)
        plots.numbers(seen[0, 0], f"stride {stride}, padding {pad}", ax=ax)
    ax.figure.suptitle("in how many 3×3 windows does each pixel lie?")
    plt.show()

# %% [markdown]
# With stride 1 there is a plateau in the middle and low corners, which padding raises. With stride 2 neighboring pixels
# are seen 1, 2 or 4 times in turn: the beginning of the **checkerboard** patterns that strided convolutions are known
# for. Without padding, nobody sees the last row and the last column.

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
# <details><summary>Why?</summary>
#
# Only something that depends on the padding can show with padding 0 alone. Python reads $-0$ as $0$, so `dx[:, :, 0:-0,
# 0:-0]` is empty; the other three would give wrong numbers or shapes with padding 1, too.
# </details>

# %% [markdown]
# ## 4. Convolution as a matrix product: im2col and col2im
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
# in which picture files store color. With one channel nobody notices. With three, the weights meant for red meet
# green pixels, and the result has the right shape and wrong numbers.

# %% tags=["demo"]
blue, orange = [["#c6dbef"] * 4] * 4, [["#fdd0a2"] * 4] * 4
by_hand = [
    [1, 2, 4, 5], [2, 3, 5, 6], [4, 5, 7, 8], [5, 6, 8, 9],
    [11, 12, 14, 15], [12, 13, 15, 16], [14, 15, 17, 18], [15, 16, 18, 19],
]  # fmt: skip
panels = plt.figure(figsize=(8, 4.4)).subplot_mosaic([["first", "cols"], ["second", "cols"]], width_ratios=[1, 1.6])
plots.numbers(np.arange(1, 10).reshape(3, 3), "channel 0", colors=[row[:3] for row in blue[:3]], ax=panels["first"])
plots.numbers(np.arange(11, 20).reshape(3, 3), "channel 1", colors=[row[:3] for row in orange[:3]], ax=panels["second"])
plots.numbers(by_hand, "cols", colors=blue + orange, ax=panels["cols"])
for name, corner, width, height in [("first", 0.5, 2, 2), ("second", 0.5, 2, 2), ("cols", 0.5, 1, 8)]:
    panels[name].add_patch(Rectangle((corner, -0.5), width, height, fill=False, edgecolor="tab:red", linewidth=3))
panels["cols"].set_xticks(range(4), [f"i={i}\nj={j}" for i in (0, 1) for j in (0, 1)])
panels["cols"].set_yticks(range(8), [f"c={c}, u={u}, v={v}" for c in (0, 1) for u in (0, 1) for v in (0, 1)])
plt.show()

# %% [markdown]
# One 3×3 picture with two channels, and its 2×2 windows. The red window, which goes through both channels, becomes the
# red column.
#
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
# nine gradients), and it is the **transpose** of `im2col` as a linear map: for all $x$ and $M$,
#
# $$\langle \text{im2col}(x),\, M\rangle = \langle x,\, \text{col2im}(M)\rangle .$$
#
# Both sides are the same sum: on the left each entry of $M$ is multiplied by the pixel that was copied to its place; on
# the right the entries are first collected at their pixels, and then multiplied.
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
# ### Exercise: `conv_forward_fast` (10 points, ★★☆, 15 minutes)
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

# %% [markdown]
# ### The fast backward pass
#
# With `cols`, a convolution is a fully connected layer: $\text{out}_\text{rows}=w_\text{rows}\,\text{cols}+b$, one
# column per window. Its gradients are those of an affine layer (assignment `backprop`), with the examples in columns
# instead of rows. Let $D$ be dout in the shape of the product, $(F,\;N H' W')$. Entry $(f, r)$ of $w_\text{rows}$ met
# $\text{cols}_{rq}$ in column $q$, and $\text{cols}_{rq}$ met $w_{fr}$ in each filter's row:
#
# $$\frac{\partial L}{\partial w_{fr}}=\sum_q D_{fq}\,\text{cols}_{rq},\qquad
# \frac{\partial L}{\partial\,\text{cols}_{rq}}=\sum_f w_{fr}\,D_{fq},\qquad
# \frac{\partial L}{\partial b_f}=\sum_q D_{fq}.$$
#
# The first two are matrix products, each with one factor transposed. And the columns are copies of pixels, so each
# pixel collects the gradients of all its copies, which is what `col2im` does. These are the sums of part 3 in another
# order: no window is visited by itself.
#
# ### Exercise: `conv_backward_fast` (no points, ★★☆, 20 minutes)
#
# This one is for its use, not for points: the two fast functions take the place of the naive ones from here on, and at
# the end of this notebook they train a network.

# %% tags=["exercise:conv_backward_fast"]
def conv_backward_fast(dout, cache):
    """Backward pass of a convolution layer without a Python loop over windows.

    dout: (N, F, H', W') float array, the gradient of the loss with respect to the output; not modified.
    cache: what your conv_forward_fast returned second.

    Returns (dx, dw, db) as conv_backward_naive does: the same up to rounding.

    Any way of computing it is allowed (NumPy or SciPy). Speed: for (8, 3, 18, 18) images and 16 filters of 3x3 it must
    take at most a third of the time of your conv_backward_naive, or of a Python loop that does one small NumPy product
    per window and filter.
    """
    # YOUR CODE HERE
    raise NotImplementedError("conv_backward_fast is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("conv_backward_fast")

# %% tags=["demo"]
def best_time(function, *args, repeats=3):
    """Seconds of the fastest of several calls."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function(*args)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


with uses("conv_forward_naive", "conv_forward_fast", "conv_backward_naive", "conv_backward_fast"):
    rng = np.random.default_rng(0)
    passes = {
        "forward, loops": [],
        "backward, loops": [],
        "forward, matrix product": [],
        "backward, matrix products": [],
    }
    sides = [8, 16, 24, 32]
    for side in sides:
        layer = rng.standard_normal((2, 3, side, side)), rng.standard_normal((8, 3, 3, 3)), np.zeros(8)
        out, naive_cache = conv_forward_naive(*layer, {"stride": 1, "pad": 1})
        _, fast_cache = conv_forward_fast(*layer, {"stride": 1, "pad": 1})
        milliseconds = [
            1e3 * best_time(conv_forward_naive, *layer, {"stride": 1, "pad": 1}, repeats=2),
            1e3 * best_time(conv_backward_naive, out, naive_cache, repeats=2),
            1e3 * best_time(conv_forward_fast, *layer, {"stride": 1, "pad": 1}, repeats=5),
            1e3 * best_time(conv_backward_fast, out, fast_cache, repeats=5),
        ]
        for series, value in zip(passes.values(), milliseconds, strict=True):
            series.append(value)
    title = "2 pictures, 3 channels, 8 filters of 3×3"
    plots.curves(passes, x=sides, log=True, xlabel="side of the pictures", ylabel="milliseconds", title=title)
    plt.show()
    for way in ("forward", "backward"):
        slow, fast = (series[-1] for name, series in passes.items() if name.startswith(way))
        print(f"{way} pass at 32×32: {slow:.0f} ms with loops, {fast:.2f} ms without: {slow / fast:.0f} times as fast")

# %% [markdown]
# `best_time` takes the **minimum** of several calls, and not their mean. The work is the same each time, and whatever
# else the machine does in between (other programs, filling caches in the first call) can only make a call slower, never
# faster. So the smallest time is the closest to what the work itself takes; the mean measures the other programs, too.
#
# **Why?** `im2col` multiplies no less than the loops do, and has to copy each pixel up to nine times beforehand. Why is
# it faster all the same?
#
# <details><summary>An answer</summary>
#
# The loop pays for each window: Python runs several instructions, and NumPy is called for 27 products, which takes
# hundreds of times as long as the products themselves. The matrix product pays this once. And its inner loop is
# compiled, reads memory in order, multiplies several numbers per instruction, and uses each number that it has loaded
# many times.
# </details>

# %% [markdown]
# ## 5. Max pooling and average pooling
#
# "There is a stroke somewhere around here" is often all that the next layer wants to know. **Pooling** looks at a
# window of a single feature map and keeps one number: the largest (**max pooling**) or the mean (**average pooling**).
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
    upstream = np.arange(1.0, 17.0).reshape(by_max.shape)
    (input_ax, max_ax, mean_ax), (up_ax, winners_ax, all_ax) = plots.axes(3, 2, 3.4, 3.2)
    input_ax.imshow(image[0, 0])
    input_ax.set(xticks=[], yticks=[], title="input")
    plots.numbers(by_max[0, 0], "2×2 max pooling, stride 2", fmt="{:.2f}", ax=max_ax)
    plots.numbers(by_mean[0, 0], "2×2 average pooling, stride 2", fmt="{:.2f}", ax=mean_ax)
    plots.numbers(upstream[0, 0], "a gradient from above", ax=up_ax)
    plots.numbers(max_pool_backward_naive(upstream, max_cache)[0, 0], "max: it goes to the winners", ax=winners_ax)
    plots.numbers(avg_pool_backward(upstream, mean_cache)[0, 0], "average: everyone gets a quarter", ax=all_ax)
    for ax in (input_ax, winners_ax, all_ax):
        ax.hlines([1.5, 3.5, 5.5], -0.5, 7.5, color="tab:red", linewidth=0.8)
        ax.vlines([1.5, 3.5, 5.5], -0.5, 7.5, color="tab:red", linewidth=0.8)
    plt.show()

# %% [markdown]
# Max pooling keeps the darkest pixel of each window, average pooling blurs. Backwards, each number reaches one pixel or
# four. In the white windows at the corners all four pixels are equal: there your code has chosen a winner, or shared.

# %% [markdown]
# ## 6. Spatial batch normalization
#
# **Batch normalization** (Ioffe and Szegedy, 2015; assignment `regularization`) shifts and scales each feature to mean
# 0 and variance 1 over the batch, then lets the network choose its own scale $\gamma$ and shift $\beta$. It takes a
# matrix with an example per row and a feature per column. After a convolution, what is an example, and what is a
# feature?
#
# One filter gave the whole map, so every place in it means the same thing. The feature is the **channel**, and each
# *pixel* of each image is an example: the statistics of a channel are taken over the batch **and** over both directions
# of space, $M=NHW$ numbers for each of the $C$ channels:
#
# $$\mu_c=\frac1M\sum_{n,i,j}x_{ncij},\quad \sigma_c^2=\frac1M\sum_{n,i,j}(x_{ncij}-\mu_c)^2,\quad
# \text{out}_{ncij}=\gamma_c\,\frac{x_{ncij}-\mu_c}{\sqrt{\sigma_c^2+\varepsilon}}+\beta_c.$$
#
# So you need no new formula, neither forward nor backward: bring the images into the shape of a table with $M$ rows and
# $C$ columns, normalize that, and bring the result back into the shape of images. The difficulty is the order again: in
# memory the channel stands *before* the rows and columns of the picture, and it has to be the last axis of the table.
#
# The next cell holds the two functions of `regularization`: `batchnorm_forward(x, gamma, beta, bn_param)` for $x$ of
# shape $(M, C)$, and `batchnorm_backward(dout, cache)`.

# %% tags=["setup:2"]
def batchnorm_forward(x, gamma, beta, bn_param):
    """Batch normalization of a table. x: (M, C). gamma, beta: (C,). Returns out, cache: out is (M, C).

    bn_param: dict with "mode" ("train" or "test", else ValueError), "eps" (default 1e-5), "momentum" (the weight of
    the OLD running value, default 0.9), and "running_mean", "running_var", (C,) each, which begin as zeros and are
    updated in this dict in mode "train".
    """
    if bn_param["mode"] not in ("train", "test"):
        raise ValueError(f"the mode is {bn_param['mode']!r}, expected 'train' or 'test'")
    statistics = [bn_param.get(key, np.zeros(x.shape[1])) for key in ("running_mean", "running_var")]
    if bn_param["mode"] == "train":
        old, keep = statistics, bn_param.get("momentum", 0.9)
        statistics = [x.mean(axis=0), x.var(axis=0)]
        for key, before, now in zip(("running_mean", "running_var"), old, statistics, strict=True):
            bn_param[key] = keep * before + (1 - keep) * now
    root = np.sqrt(statistics[1] + bn_param.get("eps", 1e-5))
    normal = (x - statistics[0]) / root
    return normal * gamma + beta, (normal, gamma, root)


def batchnorm_backward(dout, cache):
    """Its backward pass in mode "train". dout: (M, C). Returns dx, dgamma, dbeta: (M, C), (C,), (C,)."""
    normal, gamma, root = cache
    along_normal = (dout * normal).mean(axis=0)
    dx = gamma / root * (dout - dout.mean(axis=0) - normal * along_normal)
    return dx, along_normal * len(dout), dout.sum(axis=0)

# %% tags=["demo"]
batchnorm_forward, batchnorm_backward = earlier("regularization", batchnorm_forward, batchnorm_backward)

# %% [markdown]
# ### Exercises: `spatial_batchnorm_forward`, `spatial_batchnorm_backward` (4 points each, ★★☆, 20 minutes)

# %% tags=["exercise:spatial_batchnorm_forward"]
def spatial_batchnorm_forward(x, gamma, beta, bn_param):
    """Forward pass of batch normalization over images: batchnorm_forward with each pixel as an example.

    x: (N, C, H, W) float array; not modified.
    gamma, beta: (C,) float arrays, scale and shift of each channel; not modified.
    bn_param: dict as batchnorm_forward takes it:
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
    """Backward pass of batch normalization over images, for a forward pass in mode "train".

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
    names = ["blur", "left − right", "Laplace"]
    weights = np.stack([bank[name] for name in names])[:, None]
    maps, _ = conv_forward_naive(digit_images[:24, None], weights, np.array([0.0, 1.0, -2.0]), {"stride": 1, "pad": 2})
    normalized, _ = spatial_batchnorm_forward(maps, np.ones(3), np.zeros(3), {"mode": "train"})
    before_ax, after_ax = plots.axes(2)
    for ax, values, title in [(before_ax, maps, "before"), (after_ax, normalized, "after batch normalization")]:
        labels = [
            f"{name}: mean {values[:, c].mean():.2f}, std {values[:, c].std():.2f}" for c, name in enumerate(names)
        ]
        plots.histograms(dict(zip(labels, values.swapaxes(0, 1), strict=True)), xlabel="value", title=title, ax=ax)
    plt.show()

# %% [markdown]
# Three feature maps of 24 digits. Before, each has a mean and a scale of its own; afterwards all three have mean 0 and
# standard deviation 1. The shapes of the histograms stay what they were: a shift and a scale change nothing else.
#
# **Why?** One mean per channel, and not one for each channel *and place*, which is what `batchnorm_forward` would give
# on flattened images. What would be lost?
#
# <details><summary>An answer</summary>
#
# The map would no longer move with the picture: the same stroke, found by the same filter, would give another number at
# each place, since each place would have its own mean and scale. And each mean would be that of $N$ numbers instead of
# $NHW$, so it would be much noisier.
# </details>

# %% [markdown]
# ## 7. Training a convolutional network
#
# Now put your parts together: two convolutions with batch normalization and ReLU, max pooling between them, a fully
# connected layer, softmax, on real digits. Everything with windows is yours from this notebook. The rest comes from
# earlier assignments: the affine layer and ReLU from `backprop`, the loss from `losses`, Adam from `optimizers`.

# %% tags=["setup:3"]
def affine_forward(x, w, b):
    """A fully connected layer. x: (N, ...), each image as a row of D numbers; w: (D, M); b: (M,)."""
    return x.reshape(len(x), -1) @ w + b, (x, w)


def affine_backward(dout, cache):
    """dx, dw, db of affine_forward."""
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


def relu_forward(x):
    """max(x, 0), elementwise."""
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    """dx of relu_forward."""
    return dout * (cache > 0)


def softmax_loss(x, y):
    """Mean cross-entropy of the scores x (N, C) for the classes y (N,), and its gradient in x."""
    shifted = x - x.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    right = np.arange(len(y)), y
    dx = np.exp(logs)
    dx[right] -= 1
    return -np.mean(logs[right]), dx / len(y)


def adam(w, dw, config=None):
    """One step of Adam. config: dict that keeps "m", "v" and "t"; "learning_rate" is 1e-3 if absent."""
    old = {
        "learning_rate": 1e-3,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "m": 0.0,
        "v": 0.0,
        "t": 0,
        **(config or {}),
    }
    t = old["t"] + 1
    m = old["beta1"] * old["m"] + (1 - old["beta1"]) * dw
    v = old["beta2"] * old["v"] + (1 - old["beta2"]) * dw**2
    step = m / (1 - old["beta1"] ** t) / (np.sqrt(v / (1 - old["beta2"] ** t)) + old["epsilon"])
    return w - old["learning_rate"] * step, {**old, "m": m, "v": v, "t": t}

# %% tags=["demo"]
affine_forward, affine_backward, relu_forward, relu_backward = earlier(
    "backprop", affine_forward, affine_backward, relu_forward, relu_backward
)
softmax_loss = earlier("losses", softmax_loss)
adam = earlier("optimizers", adam)

# %% tags=["demo"]
SAME, HALVES = {"stride": 1, "pad": 1}, {"pool_height": 2, "pool_width": 2, "stride": 2}
ALL_LAYERS = ["conv_forward_fast", "conv_backward_fast", "spatial_batchnorm_forward", "spatial_batchnorm_backward"]
ALL_LAYERS += ["max_pool_forward_naive", "max_pool_backward_naive"]


def he(rng, *shape):
    """He initialization of filters: normal, with variance 2 / fan-in."""
    return rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))


def network(rng):
    """Parameters: 3×3 filters, 1 → 4 channels on 8×8 and 4 → 8 on 4×4 maps, then 8·4·4 numbers to 10 scores."""
    params = {"w1": he(rng, 4, 1, 3, 3), "w2": he(rng, 8, 4, 3, 3), "w3": he(rng, 10, 128).T, "b3": np.zeros(10)}
    for layer, channels in ((1, 4), (2, 8)):
        params |= {
            f"b{layer}": np.zeros(channels),
            f"gamma{layer}": np.ones(channels),
            f"beta{layer}": np.zeros(channels),
        }
    return params


def forward(x, params, running):
    """Class scores (N, 10), and what the backward pass needs. running: the bn_param of both layers."""
    caches = []
    for layer in (1, 2):
        x, conv = conv_forward_fast(x, params[f"w{layer}"], params[f"b{layer}"], SAME)
        x, norm = spatial_batchnorm_forward(x, params[f"gamma{layer}"], params[f"beta{layer}"], running[layer - 1])
        x, relu = relu_forward(x)
        caches.append((layer, conv, norm, relu))
        if layer == 1:
            x, pool = max_pool_forward_naive(x, HALVES)
    scores, affine = affine_forward(x, params["w3"], params["b3"])
    return scores, (caches, pool, affine)


def backward(dscores, cache):
    """The gradient of each parameter: the same layers in the opposite order."""
    caches, pool, affine = cache
    grads = {}
    d, grads["w3"], grads["b3"] = affine_backward(dscores, affine)
    for layer, conv, norm, relu in reversed(caches):
        if layer == 1:
            d = max_pool_backward_naive(d, pool)
        d = relu_backward(d, relu)
        d, grads[f"gamma{layer}"], grads[f"beta{layer}"] = spatial_batchnorm_backward(d, norm)
        d, grads[f"w{layer}"], grads[f"b{layer}"] = conv_backward_fast(d, conv)
    return grads


def train(params, trained, seed, steps=250, batch=25):
    """Parameters after training those that are named, the loss at each step, the accuracy on 397 new digits."""
    rng = np.random.default_rng(seed)
    x, y = digit_images[:, None] - 0.3, digit_labels
    order = rng.permutation(len(x))
    params = {name: value.copy() for name, value in params.items()}  # an adam may work in place
    running = [{"mode": "train"}, {"mode": "train"}]
    configs = {name: {"learning_rate": 5e-3} for name in trained}
    losses = []
    for _ in range(steps):
        chosen = rng.choice(order[:1400], batch, replace=False)
        scores, cache = forward(x[chosen], params, running)
        loss, dscores = softmax_loss(scores, y[chosen])
        losses.append(loss)
        grads = backward(dscores, cache)
        for name in trained:
            params[name], configs[name] = adam(params[name], grads[name], configs[name])
    at_test = [{**each, "mode": "test"} for each in running]
    scores, _ = forward(x[order[1400:]], params, at_test)
    return params, losses, np.mean(scores.argmax(axis=1) == y[order[1400:]])

# %% [markdown]
# Look at `backward`: it is `forward` read from the end to the beginning, and each line hands its `d` to the one below.
# This is where your `col2im` works: without the gradient for its *input*, the second convolution could tell the first
# one nothing.
#
# What do the learned filters contribute? We train twice: all parameters, and then the last layer alone, while the
# filters stay the random numbers that they began as. It takes a few seconds.

# %% tags=["demo"]
with uses(*ALL_LAYERS):
    begin = network(np.random.default_rng(4))
    params, losses, accuracy = train(begin, list(begin), seed=4)
    _, frozen_losses, frozen_accuracy = train(begin, ["w3", "b3"], seed=4)
    smooth = {
        f"everything trained: {accuracy:.1%} of new digits right": np.convolve(losses, np.ones(20) / 20, "valid"),
        f"last layer only: {frozen_accuracy:.1%} right": np.convolve(frozen_losses, np.ones(20) / 20, "valid"),
    }
    plots.curves(smooth, title="the loss, mean of 20 steps", log=True)
    plt.show()

# %% [markdown]
# Random filters are not useless: a layer that is trained on top of them reads most digits. With gradients for the
# filters, too, the loss falls further and fewer new digits are misread. Try other seeds, too: how much of the
# difference is luck?
#
# **Predict.** What will the learned 3×3 filters look like: like the edges of part 2, or like the noise that they began
# as? Think before you look.

# %% tags=["demo"]
with uses(*ALL_LAYERS):
    three = digit_images[digit_labels == 3][:1, None]
    maps, _ = conv_forward_fast(three - 0.3, params["w1"], params["b1"], SAME)
    rows = [*begin["w1"][:, 0], *params["w1"][:, 0]]
    titles = ["at first"] * 4 + ["learned"] * 4
    plots.images([each / np.abs(each).max() for each in rows], titles, columns=8, signed=True)
    plots.images([three[0, 0], *np.maximum(maps[0], 0)], ["a 3", *[f"map {f}" for f in range(4)]], columns=8)
    plt.show()
    alike = [np.corrcoef(a.ravel(), b.ravel())[0, 1] for a, b in zip(begin["w1"], params["w1"], strict=True)]
    print("correlation of each filter with what it began as:", *(f"{each:.2f}" for each in alike))

# %% [markdown]
# They still look like noise, and nearly the same noise: the correlations are close to 1. Small changes in many weights
# at once were enough. So do not expect to read a small network's filters. Their *maps* say more: each responds to other
# parts of the same 3. (Filters that look like the edges and waves of part 2 do appear in large networks: the 11×11
# filters in the first layer of AlexNet, trained on a million photos, are the famous picture; assignment `ilsvrc`.)

# %% [markdown]
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

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit conv` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
