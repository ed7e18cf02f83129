# Each part that begins with `# %%` is a cell: most editors run them one by one, `python` runs the whole file.
# Keep the tags on these lines; they tell the grader which cell is which.

# %% [markdown]
# # Object detection: what is where
#
# A network that you know by now looks at an image and says "cat". What if there are two cats and a dog, and you want to
# know where each of them is? The answer is a list of boxes whose length nobody knows beforehand. How does a network of
# fixed size give such an answer, how do you do it without running the network a thousand times, and how do you tell
# whether the list is any good?
#
# ## What you will be able to do
#
# - place a vision task on the map: classification, localization, detection, segmentation;
# - measure how well two boxes agree, and clean up a list in which one object has ten boxes;
# - evaluate a classifier at every place of an image with one pass of convolutions, and count what that saves
#   (OverFeat);
# - make a vector of fixed length from a region of any size (SPP-Net), and say why that is up to a hundred times
#   as fast as R-CNN;
# - write the four numbers from which a network learns to move a box;
# - compute precision, recall and average precision in both usual forms, and read a number such as "mAP 0.6" critically.
#
# | part | exercises | points | difficulty | minutes |
# |---|---|---|---|---|
# | 2 Boxes | `box_area`, `box_iou` | 12 | ★☆☆ | 30 |
# | 3 Non-maximum suppression | `nms`, `batched_nms` | 22 | ★★☆ | 45 |
# | 4 Sliding windows, OverFeat | `sliding_window` | 14 | ★★★ | 45 |
# | 5 Spatial pyramid pooling, SPP-Net | `SpatialPyramidPool`, `roi_to_feature` | 22 | ★★☆ | 50 |
# | 6 Bounding-box regression | `encode_boxes`, `decode_boxes` | 10 | ★☆☆ | 25 |
# | 7 Average precision | `precision_recall`, `average_precision`, `mean_average_precision` | 20 | ★★★ | 70 |
#
# Write each function where it says so, run the cell, then run the check below it: it runs the public checks, which
# carry about half of the points. The others are hidden, and run when your work is graded. The pictures draw themselves
# with *your* functions: a picture whose function is not written yet says so and waits. At the end, your functions run a
# detector on a page of images, and its boxes are drawn, right and wrong.
#
# The questions named `q_...` give no points; answer them *before* you compute.
#
# Where an exercise has three stars, three hints are folded below it. `hint("sliding_window")` shows one
# after the other.
#
# Boxes, scores and everything that is measured are NumPy arrays; only what belongs to a network (`sliding_window`,
# `SpatialPyramidPool`) is PyTorch. Any float dtype will do: what your code computes in float32 is compared as
# float32. An exercise that uses `torchvision`, `cv2`, `torchmetrics` or `pycocotools` fails, and so does
# `SpatialPyramidPool` with PyTorch's adaptive max pooling (in one, two or three dimensions): what they do is what you
# write here. `check(...)` in the notebook does not look for them; `autograder check` and the grading do.

# %% tags=["check"]
from autograder.notebook import case, check, hint

# %% tags=["setup:1"]
import math

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

# %% tags=["demo"]
import functools

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle

from autograder import plots
from autograder.datasets import SHAPES, scenes
from autograder.notebook import earlier, uses

plots.style()
torch.set_num_threads(1)  # for images as small as ours, sharing the work costs more than it saves
RIGHT, WRONG, TRUTH = "tab:green", "tab:red", "tab:blue"


def draw_boxes(ax, boxes, color, texts=(), style="-", width=2.0):
    """Boxes (N, 4), x1, y1, x2, y2 in pixels, over an image that imshow has drawn; texts stand above them."""
    for number, (x1, y1, x2, y2) in enumerate(np.asarray(boxes, dtype=float) - 0.5):  # imshow centers pixel 0 at 0
        ax.add_patch(Rectangle((x1, y1), x2 - x1, y2 - y1, fill=False, ec=color, ls=style, lw=width))
        if number < len(texts):
            ax.text(x1, y1 - 1.5, texts[number], color=color, fontsize=7)

# %% [markdown]
# ---
# ## 1 The map of vision tasks
#
# Four questions about the same image, from easy to hard:
#
# | task | the answer | how it is usually judged |
# |---|---|---|
# | **classification** | one class for the whole image | is it right, is it among the best five? |
# | **localization** | one class and one box: the image has one main object | class right and the box overlaps enough |
# | **detection** | a list of (class, box, score), of any length, also empty | average precision, part 7 |
# | **segmentation** | a class for each pixel, and perhaps the object that it belongs to | overlap of areas |
#
# Localization is classification plus four more outputs, so a network of fixed size can do it. Detection is different in
# kind: the number of answers is part of the answer. Most detectors get around it in the same way. They ask a fixed,
# large number of small questions ("is there an object in *this* window, and which?"), and throw most answers away.
#
# Our images are scenes of circles, squares and triangles whose boxes are known exactly.

# %% tags=["demo"]
images, truth_boxes, truth_labels = scenes(40, seed=11)
at = next(i for i, labels in enumerate(truth_labels) if sorted(labels) == [0, 1, 2])  # one of each
picture, boxes, names = images[at, 0], truth_boxes[at], [SHAPES[label] for label in truth_labels[at]]
largest = int(np.argmax([np.prod(box[2:] - box[:2]) for box in boxes]))
panels = plots.axes(4, 1, 2.6, 2.9)
titles = [f"classify: {names[largest]}", "localize", "detect", "segment"]
for ax, title in zip(panels, titles, strict=True):
    ax.imshow(picture, vmin=0, vmax=1)
    ax.set_title(title)
    ax.axis("off")
draw_boxes(panels[1], boxes[largest : largest + 1], TRUTH, [names[largest]])
draw_boxes(panels[2], boxes, TRUTH, names)
covered = picture > np.median(picture) + 0.17
panels[3].imshow(np.where(covered, 1.0, np.nan), cmap="winter", alpha=0.6)
plt.show()

# %% [markdown]
# From left to right the answers say more: the class of the largest object, its box as well, a class and a box for each
# of the three, and the pixels that belong to them. (No network has been here yet. The boxes are known, and the pixels
# are those that are brighter than the background by a threshold.)
#
# ---
# ## 2 Boxes
#
# A **bounding box** is four numbers, `x1, y1, x2, y2`: its left, upper, right and lower edge, in pixels. Two
# conventions are often got wrong:
#
# - The y axis points **down**, as rows of an array do, and x comes first, as rows do *not*.
# - Edges are real numbers. A box from 2 to 5 is 3 pixels wide: $x_2 - x_1$. (Old code that numbers whole pixels, such
#   as PASCAL VOC's, adds 1. We do not.)
#
# A box whose right edge is not right of its left edge, or whose lower edge is not below its upper edge, is **empty**:
# it has area 0. A network can predict such boxes, so your code must survive them.
#
# ### Exercise: `box_area` (3 points, ★☆☆, 10 minutes)

# %% tags=["exercise:box_area"]
def box_area(boxes):
    """The areas of boxes.

    boxes: (N, 4) float array of x1, y1, x2, y2, N may be 0; not modified. A box with x2 <= x1 or y2 <= y1 (or both) is
        empty and has area 0.
    Returns an (N,) float array.
    """
    # YOUR CODE HERE
    raise NotImplementedError("box_area is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("box_area")

# %% [markdown]
# ### Intersection over union
#
# When is a predicted box right? It will never agree to the last digit. The measure that everybody uses is the
# **intersection over union**, also called Jaccard index: the area that the two boxes share, divided by the area that
# they cover together,
#
# $$\mathrm{IoU}(A, B) = \frac{|A\cap B|}{|A\cup B|},\qquad |A\cup B| = |A| + |B| - |A\cap B|.$$
#
# It is 1 for equal boxes, 0 for boxes that do not meet, and it has no unit, so it means the same for large and small
# objects. (The plain overlap in pixels would favor large boxes, and a box as large as the image would overlap with
# everything.)
#
# The intersection of two boxes is a box again: it begins where the later one begins, and ends where the earlier one
# ends. If it ends before it begins, in x or in y, the two do not meet, and $|A\cap B| = 0$.
#
# **By hand.** $A = (0, 0, 4, 3)$ and $B = (2, 1, 6, 4)$. They share x from 2 to 4 and y from 1 to 3: area $2\cdot 2=4$.
# Both have area 12. So the union has area $12 + 12 - 4 = 20$, and the IoU is $4/20 = 0.2$. Note how severe it is: a
# third of each box is shared.
#
# **Predict.** A box is moved to the right by half of its own width. What is the IoU of the old box and the new one?

# %% tags=["exercise:q_half_moved"]
# YOUR CODE HERE
q_half_moved = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_half_moved")

# %% [markdown]
# <details><summary>Why?</summary>
#
# They share half a box, and together they cover one and a half: $0.5 / 1.5$. Whoever says 0.5 has divided by the area
# of one box instead of the union.
# </details>
#
# ### Exercise: `box_iou` (9 points, ★☆☆, 20 minutes)

# %% tags=["exercise:box_iou"]
def box_iou(a, b):
    """The intersection over union of each box of one list with each box of another.

    a: (N, 4), b: (M, 4) float arrays of x1, y1, x2, y2; N and M may be 0; not modified. Boxes may be empty, and
        small: a program may measure in parts of the image instead of pixels.
    Returns an (N, M) float array: entry (i, j) belongs to a[i] and b[j]. It is 0 where the union has no area.
    """
    # YOUR CODE HERE
    raise NotImplementedError("box_iou is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("box_iou")

# %% tags=["demo"]
with uses("box_area", "box_iou"):
    print("the example by hand:", box_iou(np.array([[0.0, 0, 4, 3]]), np.array([[2.0, 1, 6, 4]])))
    moved = np.linspace(0, 1.2, 121)
    unit, zero = np.array([[0.0, 0, 1, 1]]), np.zeros_like(moved)
    right = box_iou(unit, np.stack([moved, zero, 1 + moved, 1 + zero], axis=1))[0]
    both = box_iou(unit, np.stack([moved, moved, 1 + moved, 1 + moved], axis=1))[0]
    larger = box_iou(unit, np.stack([zero, zero, 1 + moved, 1 + moved], axis=1))[0]
    ax = plots.curves(
        {"moved to the right": right, "moved right and down": both, "made larger in both directions": larger},
        x=moved,
        xlabel="by this part of the side",
        ylabel="IoU with the old box",
        title="how fast two boxes stop agreeing",
    )
    ax.axhline(0.5, color="0.7", ls="--", lw=1)
    plt.show()

# %% [markdown]
# The dashed line is the usual threshold of 0.5. To pass it, a box of the right size may be off by a third of its side
# in one direction, but only by less than a fifth in both directions at once.
#
# ---
# ## 3 Non-maximum suppression: one object, one box
#
# A detector that asks "is there an object here?" at thousands of places gets a yes from all the places around an
# object. **Non-maximum suppression** (NMS) keeps the best of them and drops the rest. It is greedy:
#
# 1. Of the boxes that are left, keep the one with the highest score.
# 2. Drop all others whose IoU with it is **greater than** the threshold.
# 3. Go on with what is left, until nothing is.
#
# A box that has been dropped has no say any more: it suppresses nobody. Of boxes with equal scores, the one that comes
# first in the array goes first. Without this rule, two correct programs would give different answers.
#
# **By hand.** Three boxes of 10×10, each 3 pixels right of the last: $A = (0,0,10,10)$ with score 0.9, $B =
# (3,0,13,10)$ with 0.8, $C = (6,0,16,10)$ with 0.7. Neighbors have IoU $70/130\approx 0.54$, while $A$ and $C$ have
# $40/160 = 0.25$. With threshold 0.5: $A$ is kept, and $B$ is dropped. $C$ would have to yield to $B$, but $B$ is gone,
# so $C$ is kept. The answer is the places of $A$ and $C$: `[0, 2]`.
#
# ### Exercise: `nms` (14 points, ★★☆, 25 minutes)

# %% tags=["exercise:nms"]
def nms(boxes, scores, iou_threshold):
    """Greedy non-maximum suppression.

    boxes: (N, 4) float array of x1, y1, x2, y2. scores: (N,) float array, any numbers, higher is better. N may be 0.
    Neither is modified.
    iou_threshold: float. A kept box drops those whose IoU with it is greater than this; one whose IoU is equal stays.

    Returns the indices of the kept boxes, a (K,) array of integers, the highest score first. Of equal scores, the lower
    index comes first, in the result and in the order of suppression.
    """
    # YOUR CODE HERE
    raise NotImplementedError("nms is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("nms")

# %% tags=["demo"]
with uses("box_iou", "nms"):
    chance = np.random.default_rng(5)
    close_by = truth_boxes[31]  # two of its boxes overlap a little
    crowd = np.repeat(close_by, 12, axis=0) + chance.normal(0, 1.5, (12 * len(close_by), 4))
    likeness = box_iou(crowd, close_by).max(axis=1) + chance.normal(0, 0.03, len(crowd))
    panels = plots.axes(4, 1, 2.6, 2.9)
    kept_at = {threshold: nms(crowd, likeness, threshold) for threshold in (0.9, 0.5, 0.05)}
    shown = {"before": np.arange(len(crowd))} | {f"threshold {key}": kept for key, kept in kept_at.items()}
    for ax, (title, kept) in zip(panels, shown.items(), strict=True):
        ax.imshow(images[31, 0], vmin=0, vmax=1)
        draw_boxes(ax, crowd[kept], RIGHT, width=1)
        ax.set_title(f"{title}: {len(kept)} boxes")
        ax.axis("off")
    plt.show()

# %% [markdown]
# A high threshold forgives too much and leaves several boxes for one object. A low one forgives nothing: as soon as two
# objects stand so close that their boxes overlap, one of them vanishes. That is why the threshold is a matter of taste.
#
# ### Several classes
#
# A person on a horse: two objects, two boxes, high IoU. Both are right. So boxes suppress each other only **within a
# class**.
#
# **By hand.** The three boxes from above, now with classes 0, 1, 1. $A$ is alone in its class and is kept. In class 1,
# $B$ has the higher score and drops $C$. The answer is `[0, 1]`.
#
# A well-known trick does it with one call: move the boxes of each class so far away that classes cannot meet, then run
# NMS on all. If you use it, mind that coordinates may be negative: how far is far enough?
#
# ### Exercise: `batched_nms` (8 points, ★★☆, 15 minutes)

# %% tags=["exercise:batched_nms"]
def batched_nms(boxes, scores, classes, iou_threshold):
    """Non-maximum suppression within each class.

    boxes: (N, 4) float array, coordinates may be negative. scores: (N,) float array. classes: (N,) array of integers
    from 0 to 1000. N may be 0. Nothing is modified.
    iou_threshold: as for nms.

    Returns the indices of the kept boxes of all classes, a (K,) array of integers, the highest score first. Of equal
    scores, the lower index comes first.
    """
    # YOUR CODE HERE
    raise NotImplementedError("batched_nms is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("batched_nms")

# %% [markdown]
# **Why?** A detector is used in a parking lot, where cars stand close and their boxes overlap by 0.6. What goes wrong
# with NMS at 0.5, and why does a threshold of 0.7 not simply solve it?
#
# <details><summary>An answer</summary>
#
# At 0.5, of two neighboring cars only the one with the higher score survives: a miss that no better network can repair.
# At 0.7 both survive, but so do boxes that belong to the *same* car and overlap by 0.6. NMS sees boxes only and cannot
# tell "two cars" from "one car twice". Hence soft-NMS, which lowers scores instead of dropping boxes, and detectors
# that learn to answer once.
# </details>
#
# ---
# ## 4 Sliding windows and OverFeat: every window in one pass
#
# You have a classifier for images of 30×30. How do you find objects in a larger image? Cut out a window, classify it,
# move on by a few pixels, classify again: the **sliding window**, an old idea of detection. It is expensive:
# neighboring windows share most of their pixels, and the network computes the same features for them again and again.
#
# **OverFeat** (Sermanet et al., 2013) noticed that a convolutional network computes almost everything at every place
# anyway. Run the convolutions *once* on the large image. What a window would have given is a patch of the large feature
# map. Only the end of the network, the fully connected layers, insists on a fixed size. But a fully connected layer on
# a $C\times k\times k$ patch is a scalar product of the patch with some weights, at every place: that is a convolution
# with a $k\times k$ kernel. The layers after it see one vector for each place: they are 1×1 convolutions.
#
# You wrote this step in the assignment `ilsvrc`: `fc_to_conv(linear, in_shape)`. The next cell holds a plain one, which
# lays out all patches and lets the layer itself look at each. The pictures of this notebook take yours instead if it
# passes its public checks. In `sliding_window` use it, or do without.

# %% tags=["setup:2"]
def fc_to_conv(linear, in_shape):
    """A fully connected layer at every place of a map.

    linear: nn.Linear(C * kh * kw, D), made for patches of in_shape = (C, kh, kw), flattened.
    Returns a function of maps (N, C, H, W) that gives (N, D, H - kh + 1, W - kw + 1).
    """

    def everywhere(maps):
        patches = F.unfold(maps, in_shape[1:]).transpose(1, 2)  # (N, places, C kh kw)
        return linear(patches).transpose(1, 2).unflatten(2, (maps.shape[2] - in_shape[1] + 1, -1))

    return everywhere

# %% tags=["demo"]
fc_to_conv = earlier("ilsvrc", fc_to_conv)
WINDOW, STRIDE, MARGIN = 30, 4, 12  # pixels


def make_network(seed):
    """A trunk of convolutions, and a head for its 32×6×6 features of a 30×30 window: 4 scores, 4 numbers for a box."""
    torch.manual_seed(seed)
    first = [nn.Conv2d(1, 16, 3), nn.ReLU(), nn.MaxPool2d(2)]
    trunk = nn.Sequential(*first, nn.Conv2d(16, 32, 3), nn.ReLU(), nn.MaxPool2d(2))
    head = nn.Sequential(nn.Flatten(), nn.Linear(32 * 6 * 6, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 8))
    return trunk, head


def multiply_adds(network, height, width):
    """Of the convolutions of a network, for one image."""
    total = 0
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.MaxPool2d)):
            (pad, *_), (size, *_), (stride, *_) = (
                value if isinstance(value, tuple) else (value,)
                for value in (layer.padding, layer.kernel_size, layer.stride)
            )
            height, width = ((side + 2 * pad - size) // stride + 1 for side in (height, width))
            if isinstance(layer, nn.Conv2d):
                total += height * width * layer.weight.numel()
    return total


trunk, head = make_network(0)
print("one window of 30×30 pixels:", tuple(trunk(torch.zeros(1, 1, WINDOW, WINDOW)).shape), "features")
side = 64 + 2 * MARGIN
places = trunk(torch.zeros(1, 1, side, side)).shape[3] - 6 + 1
print(f"an image of 64×64 with a margin of {MARGIN}: {places} × {places} = {places**2} windows, {STRIDE} pixels apart")
each, once = multiply_adds(trunk, WINDOW, WINDOW), multiply_adds(trunk, side, side)
print(f"multiply-adds of the convolutions, each window by itself: {places**2} × {each:,} = {places**2 * each:,}")
print(f"on the whole image, once: {once:,}, which is {places**2 * each / once:.0f} times less")

# %% [markdown]
# The windows are 4 pixels apart because the two poolings shrink the map by $2\cdot 2 = 4$: one step on the map is four
# pixels of the image. That is the price: the convolutional form gives every *fourth* window. (OverFeat shifts its last
# pooling to get the places between, which is worth reading.)
#
# **By hand.** One channel, a 3×3 map, and a head that has a single layer with $k=2$: weights $(1, 0, 0, -1)$, bias 0. A
# patch, flattened row by row, gives its upper left entry minus its lower right one:
#
# $$\begin{pmatrix}1&2&3\\4&5&6\\7&8&10\end{pmatrix}\;\to\;
# \begin{pmatrix}1-5&2-6\\4-8&5-10\end{pmatrix}=\begin{pmatrix}-4&-4\\-4&-5\end{pmatrix}.$$
#
# **Predict.** A feature map has 13 rows and 20 columns. The head was made for patches of 6×6. How many windows does
# `sliding_window` classify?

# %% tags=["exercise:q_windows"]
# YOUR CODE HERE
q_windows = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_windows")

# %% [markdown]
# <details><summary>Why?</summary>
#
# The window can begin at $13 - 6 + 1 = 8$ rows and at $20 - 6 + 1 = 15$ columns, and $8\cdot 15 = 120$. Without the 1,
# the last window of each row and column is lost.
# </details>
#
# ### Exercise: `sliding_window` (14 points, ★★★, 40 minutes)

# %% tags=["exercise:sliding_window"]
def sliding_window(feature_map, head):
    """What a classifier says at every place of a feature map (OverFeat's dense evaluation).

    feature_map: (N, C, H, W) float tensor; not modified.
    head: nn.Sequential, made for flattened patches of C x k x k: nn.Flatten() first, then nn.Linear(C * k * k, ...),
        then further nn.Linear, nn.Dropout, and activations that work entry by entry (nn.ReLU(), nn.Tanh(), ...).
        k follows from C and from the in_features of the first nn.Linear.

    As in evaluation, nn.Dropout does nothing, whatever mode the head is in. The head is left as it is, its modes and
    weights included. Each of its layers is called at most once: all places at the same time.

    Returns scores: (N, K, H - k + 1, W - k + 1) float tensor with K the out_features of the last nn.Linear:
        scores[n, :, i, j] = head(feature_map[n:n+1, :, i:i+k, j:j+k])[0].
    Raises: ValueError if in_features is not C times a square number, or if k is larger than H or W.
    """
    # YOUR CODE HERE
    raise NotImplementedError("sliding_window is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("sliding_window")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Follow one window through the head, layer by layer, and write down the shape after each. Then ask of each layer: what
# does it need to see in order to answer for one place, and can it answer for all places in one call?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# The first linear layer sees a patch of $C\times k\times k$, so it becomes a convolution with a $k\times k$ kernel.
# After it, each place has a vector of its own, and each further linear layer becomes a 1×1 convolution. Activations
# work on a map as they are. Two kinds of layers have nothing to do here.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# maps = the feature map
# for each layer of the head:
#     the first linear layer:   find k from its inputs and the channels (ValueError if there is no such k, or if it
#                               does not fit)
#                               maps = this layer, at every k×k patch
#     a later linear layer:     maps = this layer, at every 1×1 patch
#     Flatten, Dropout:         ...
#     any other layer:          ...
# ```
#
# For $k$ you need a whole number whose square is a quotient: `math.isqrt`, and a test that nothing is left over.
# </details>

# %% tags=["demo"]
with uses("sliding_window"), torch.no_grad():
    padded = torch.from_numpy(np.pad(images[at : at + 1], ((0, 0), (0, 0), (MARGIN,) * 2, (MARGIN,) * 2), mode="edge"))
    dense = sliding_window(trunk(padded), head)
    head.eval()
    corners = [(STRIDE * i, STRIDE * j) for i in range(places) for j in range(places)]
    crops = torch.cat([padded[:, :, top : top + WINDOW, left : left + WINDOW] for top, left in corners])
    one_by_one = head(trunk(crops)).T.reshape(dense.shape)
    print(f"{len(crops)} crops, each through the whole network: {tuple(one_by_one.shape)}")
    print(f"largest difference from one dense pass: {(dense - one_by_one).abs().max():.1e}")

# %% [markdown]
# The dense pass is not an approximation: apart from rounding, it gives what all the crops give. That holds because the
# trunk has no padding. With zero padding inside the network, a crop sees zeros where the whole image has neighbors.
#
# ---
# ## 5 R-CNN and SPP-Net: regions of any size
#
# A sliding window has one size and one shape. Objects do not. **R-CNN** (Girshick et al., 2014) takes the windows from
# elsewhere: a method that knows nothing of classes (selective search) proposes about 2,000 regions of all shapes. Each
# is warped to 227×227 pixels and goes through the whole network. Accurate, and slow: 2,000 passes for one image.
#
# **SPP-Net** (He et al., 2014) applies OverFeat's insight to regions: run the convolutions once on the image, and cut
# the regions out of the *feature map*. What is left is a problem of size. A region of 5×9 features and one of 20×7 must
# give vectors of the same length, or no fully connected layer can follow.
#
# What does it save? Convolutions only cost as much as the area they cover. The next cell counts them for AlexNet's five
# convolutions, without groups: 2,000 crops of 227×227, against one image whose shorter side is 688 pixels, SPP-Net's
# middle scale.

# %% tags=["demo"]
layers = [nn.Conv2d(3, 96, 11, stride=4), nn.MaxPool2d(3, 2), nn.Conv2d(96, 256, 5, padding=2), nn.MaxPool2d(3, 2)]
layers += [nn.Conv2d(ins, outs, 3, padding=1) for ins, outs in [(256, 384), (384, 384), (384, 256)]]
one_crop, one_image = multiply_adds(layers, 227, 227), multiply_adds(layers, 688, 917)
print(f"R-CNN:   2,000 crops × {one_crop:,} = {2000 * one_crop:,} multiply-adds")
print(f"SPP-Net: 1 image     × {one_image:,}, which is {2000 * one_crop / one_image:.0f} times less")
print(f"for comparison: the area of 2,000 crops is {2000 * 227**2 / (688 * 917):.0f} times that of the image")

# %% [markdown]
# In practice the gain is smaller, since the fully connected layers still run for each region: He et al. report their
# method to be 24 to 102 times faster than R-CNN.
#
# ### Spatial pyramid pooling
#
# Cut the map into $n\times n$ **bins**, take the maximum of each channel in each bin, and you have $n^2$ numbers for
# each channel, whatever the size of the map. The bins grow with the map instead of the output. A **pyramid** does so
# for several $n$ at once and joins the results: $n=1$ says *whether* a feature occurs in the region, finer levels say
# *where*. With levels 1, 2 and 4, a map with $C$ channels gives $C\,(1 + 4 + 16) = 21\,C$ numbers.
#
# What if $n$ does not divide the height? Bin $i = 0, \dots, n-1$ consists of the rows from
#
# $$\Big\lfloor \frac{i\,H}{n}\Big\rfloor \quad\text{to, but without,}\quad \Big\lceil \frac{(i+1)\,H}{n}\Big\rceil,$$
#
# and likewise for columns with $W$. Rounding down at the beginning and up at the end means: every row belongs to a bin,
# no bin is ever empty, not even for $n > H$, and neighboring bins may share a row.
#
# **By hand.** A map of 3×5, levels 1 and 2. For $n=2$ the rows are 0–1 and 1–2, the columns 0–2 and 2–4:
#
# $$\begin{pmatrix}3&1&2&0&5\\4&6&0&7&1\\8&0&2&9&3\end{pmatrix}\;\to\;
# \text{level 1: }9,\quad\text{level 2: }\begin{pmatrix}6&7\\8&9\end{pmatrix},\quad
# \text{together: }(9,\;6, 7, 8, 9).$$
#
# **Predict.** SPP-Net pools 256 channels with the levels 1, 2, 3 and 6. How long is the vector?

# %% tags=["exercise:q_pyramid"]
# YOUR CODE HERE
q_pyramid = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_pyramid")

# %% [markdown]
# <details><summary>Why?</summary>
#
# $1 + 4 + 9 + 36 = 50$ bins, and each gives one number for each of the 256 channels: $50\cdot 256 = 12800$. The size of
# the region does not occur, which was the point.
# </details>
#
# ### Exercise: `SpatialPyramidPool` (16 points, ★★☆, 40 minutes)

# %% tags=["exercise:SpatialPyramidPool"]
class SpatialPyramidPool(nn.Module):
    """Max pooling into n x n bins, for several n: a vector whose length does not depend on the size of the map.

    levels: a sequence of ints >= 1, such as (1, 2, 4), in any order.
    The module has no parameters.
    Written without nn.AdaptiveMaxPool2d, F.adaptive_max_pool2d and the like in one and three dimensions.
    """

    def __init__(self, levels):
        super().__init__()
        self.levels = tuple(levels)

    def forward(self, x):
        """x: (N, C, H, W) float tensor with H, W >= 1; not modified.

        Returns an (N, C * sum of n^2) tensor of the same dtype: the levels in the given order; within a level channel
        after channel; within a channel the bins row by row. Bin i of n has the rows floor(i H / n) to
        ceil((i + 1) H / n) - 1, columns likewise. Gradients flow to the maxima.
        """
        # YOUR CODE HERE
        raise NotImplementedError("SpatialPyramidPool is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("SpatialPyramidPool")

# %% tags=["demo"]
with uses("SpatialPyramidPool"):
    by_hand = torch.tensor([[3.0, 1, 2, 0, 5], [4, 6, 0, 7, 1], [8, 0, 2, 9, 3]])[None, None]
    print("the example by hand:", SpatialPyramidPool((1, 2))(by_hand).tolist())
    regions = {"a tall region": (0, 64, 8, 32), "a wide region": (34, 60, 0, 64), "a small region": (40, 54, 40, 54)}
    panels = plots.axes(3, 2, 3.2, 2.4)
    for column, (title, (top, bottom, left, right)) in zip(panels.T, regions.items(), strict=True):
        region = torch.from_numpy(picture[top:bottom, left:right])[None, None]
        column[0].imshow(region[0, 0], vmin=0, vmax=1)
        column[0].axis("off")
        column[0].set_title(f"{title}, {bottom - top}×{right - left}")
        vector = SpatialPyramidPool((1, 2, 4))(region)[0]
        column[1].bar(np.arange(21), vector, color=["tab:blue"] + ["tab:orange"] * 4 + ["tab:green"] * 16)
        column[1].set(ylim=(0, 1.05), title=f"{len(vector)} numbers", xticks=[0, 4, 20])
    plt.show()

# %% [markdown]
# Three regions of different shapes, three vectors of length 21. Blue is level 1, orange level 2, green level 4.
#
# ### From pixels to features
#
# A region comes in pixels of the image; the map has fewer cells. If the layers have the strides $s_1, s_2, \dots$, one
# step on the map is $S = s_1 s_2\cdots$ pixels: strides multiply, they do not add. Think of cell $i$ as the pixels from
# $S\,i$ to $S\,(i+1)$. We take all cells that the region touches: round down at the beginning, up at the end, as for
# the bins.
#
# (Programs differ here, since a cell really sees more than its $S$ pixels: SPP-Net drops the outermost cells, Fast
# R-CNN rounds to the nearest, and RoIAlign does not round at all but interpolates.)
#
# ### Exercise: `roi_to_feature` (6 points, ★☆☆, 10 minutes)

# %% tags=["exercise:roi_to_feature"]
def roi_to_feature(roi, strides):
    """The cells of a feature map that a region of interest touches.

    roi: x1, y1, x2, y2, four floats in pixels with 0 <= x1 <= x2 and 0 <= y1 <= y2.
    strides: a sequence of ints >= 1, those of all convolutions and poolings before the map; it may be empty.

    Returns (left, top, right, bottom), four ints, so that feature_map[:, :, top:bottom, left:right] are the cells:
        left = floor(x1 / S) and right = ceil(x2 / S) with S the product of the strides, but at least left + 1; top and
        bottom likewise.
    """
    # YOUR CODE HERE
    raise NotImplementedError("roi_to_feature is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("roi_to_feature")

# %% [markdown]
# **Why?** SPP-Net computes the features once, but in its published form it was trained in stages, and the convolutions
# were not fine-tuned together with the detector. What makes that hard if regions of many images are mixed in a batch,
# and what would you do?
#
# <details><summary>An answer</summary>
#
# Each region depends on a large part of its image. If the 128 regions of a batch come from 128 images, the backward
# pass has to go through 128 whole images, and nothing is shared. Fast R-CNN takes the regions of a batch from two
# images, so that forward and backward passes are shared as at test time, and it has a single level of bins (RoI
# pooling).
# </details>
#
# ---
# ## 6 Bounding-box regression: moving a box
#
# A window says "there is a circle somewhere in me". The box of the circle is another one. So the network also gives
# four numbers that say how to move the window, the **anchor**, onto the object. Not in pixels: an error of 5 pixels is
# much for a small box and nothing for a large one. R-CNN's four numbers are free of units. With the centers $(x, y)$
# and the sizes $(w, h)$ of the box and, with index $a$, of the anchor:
#
# $$t_x = \frac{x - x_a}{w_a},\quad t_y = \frac{y - y_a}{h_a},\quad
# t_w = \ln\frac{w}{w_a},\quad t_h = \ln\frac{h}{h_a}.$$
#
# All four are 0 if the box is the anchor, and of the order of 1 otherwise, which is easy to learn. The logarithm
# makes "twice as wide" and "half as wide" equally far from 0, and on the way back $w = w_a\,e^{t_w}$ is positive
# whatever the network says.
#
# **By hand.** The anchor $(10, 10, 50, 30)$ has center $(30, 20)$ and size $40\times 20$. The box $(20, 12, 60, 32)$
# has center $(40, 22)$ and the same size. So $t = (10/40,\; 2/20,\; \ln 1,\; \ln 1) = (0.25,\; 0.1,\; 0,\; 0)$.
#
# ### Exercises: `encode_boxes` and `decode_boxes` (5 points each, ★☆☆, 20 minutes)

# %% tags=["exercise:encode_boxes"]
def encode_boxes(boxes, anchors):
    """The four numbers that a network is to learn.

    boxes, anchors: (N, 4) float arrays of x1, y1, x2, y2, no box empty, N may be 0; not modified. Box i belongs to
        anchor i.
    Returns deltas: (N, 4) float array of t_x, t_y, t_w, t_h.
    """
    # YOUR CODE HERE
    raise NotImplementedError("encode_boxes is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("encode_boxes")

# %% tags=["exercise:decode_boxes"]
def decode_boxes(deltas, anchors):
    """The boxes that the four numbers mean: the inverse of encode_boxes.

    deltas: (N, 4) float array of t_x, t_y, t_w, t_h. anchors: (N, 4) float array of x1, y1, x2, y2; N may be 0. Neither
        is modified.
    Returns boxes: (N, 4) float array of x1, y1, x2, y2.
    """
    # YOUR CODE HERE
    raise NotImplementedError("decode_boxes is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("decode_boxes")

# %% tags=["demo"]
with uses("encode_boxes", "decode_boxes"):
    by_hand = encode_boxes(np.array([[20.0, 12, 60, 32]]), np.array([[10.0, 10, 50, 30]]))
    print("the example by hand:", by_hand, "and back:", decode_boxes(by_hand, np.array([[10.0, 10, 50, 30]])))
    anchor = np.array([[20.0, 20, 50, 40]])
    moves = {"t_x = 0.5": (0.5, 0, 0, 0), "t_y = -0.5": (0, -0.5, 0, 0), "t_w = ln 2": (0, 0, np.log(2), 0)}
    moves["t_h = -ln 2"] = (0, 0, 0, -np.log(2))
    for ax, (title, delta) in zip(plots.axes(4, 1, 2.6, 2.3), moves.items(), strict=True):
        ax.set(xlim=(0, 70), ylim=(60, 0), title=title, aspect="equal")
        draw_boxes(ax, anchor, "0.6", ["anchor"], "--")
        draw_boxes(ax, decode_boxes(np.array([delta]), anchor), RIGHT)
    plt.show()

# %% [markdown]
# The first two numbers move the center, in parts of the anchor's own width and height; upwards is negative. The last
# two stretch the box about its center: $\ln 2$ doubles a side, $-\ln 2$ halves it.
#
# ---
# ## 7 Precision, recall and average precision: how good is a detector?
#
# The answer of a detector to a set of images is a list of boxes with scores. The **ground truth** is a list of boxes,
# too. Count, for one class:
#
# - **precision**: how many of the detections are right?
# - **recall**: how many of the true objects were found?
#
# Both depend on how many detections you take seriously. With a high bar for the score, few detections remain, mostly
# right: high precision, low recall. Lower the bar, and the recall grows while the precision falls. So rank all
# detections of **all images** by their scores, take the best $1, 2, 3, \dots$ of them, and compute both numbers each
# time. That is the precision-recall curve.
#
# ### Matching
#
# Which detections are right? Go through them in the order of the ranking. For each, look at its own image, and find the
# true box with which it has the largest IoU. The detection is **right** (a true positive) if
#
# - that IoU is **at least** the threshold, usually 0.5, and
# - no earlier detection has claimed that true box.
#
# Then it claims the box. Otherwise it is **wrong** (a false positive). So the second detection of one object is wrong,
# however well it fits: a detector that says everything twice should not be rewarded. This is the rule of PASCAL VOC:
# only the true box of the *largest* IoU counts, even if it is claimed already and another one would fit too. (COCO
# differs here: it takes the best among those that are free.)
#
# Ties: of equal scores, the earlier image goes first, and within an image the lower index. Of equal IoUs, the lower
# index.
#
# **By hand.** Three true boxes. Five detections, in the order of their scores, are right, wrong, right, wrong, right:
#
# | detections | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | right so far | 1 | 1 | 2 | 2 | 3 |
# | precision | 1/1 | 1/2 | 2/3 | 2/4 | 3/5 |
# | recall | 1/3 | 1/3 | 2/3 | 2/3 | 3/3 |
#
# **Predict.** A detector finds all 10 objects exactly, each with two equal boxes, so 20 detections in all. No NMS is
# used. What is the precision when all 20 are counted?

# %% tags=["exercise:q_twice"]
# YOUR CODE HERE
q_twice = None

# %% tags=["check"]
if __name__ == "__main__":
    check("q_twice")

# %% [markdown]
# <details><summary>Why?</summary>
#
# Each true box can be claimed once: 10 detections are right, and the 10 copies are wrong, so $10/20$. This is what NMS
# is for.
# </details>
#
# ### Exercise: `precision_recall` (8 points, ★★★, 35 minutes)

# %% tags=["exercise:precision_recall"]
def precision_recall(boxes, scores, truth, iou_threshold=0.5):
    """Precision and recall of one class over a set of images, for the best 1, 2, ..., D detections.

    boxes: a list with one (n_i, 4) float array for each image, the detections; n_i may be 0.
    scores: a list of (n_i,) float arrays. truth: a list of (m_i, 4) float arrays, the true boxes; m_i may be 0.
    Nothing is modified. D is the sum of all n_i, T the sum of all m_i.
    iou_threshold: float > 0; an IoU of at least this is enough.

    Matching and ties: as described above.
    Returns (precision, recall), two (D,) float arrays: entry k is about the k + 1 detections of highest scores. Without
    any true box (T = 0), recall is 0 everywhere.
    """
    # YOUR CODE HERE
    raise NotImplementedError("precision_recall is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("precision_recall")

# %% [markdown]
# <details><summary>Hint 1: a nudge</summary>
#
# Rank first, match afterwards. The ranking runs over all images together, while each match concerns a single image. So
# what do you have to remember about each detection when it comes up?
# </details>
#
# <details><summary>Hint 2: the idea</summary>
#
# Make one list of all detections with score, image and place in the image, and sort it by score so that equal scores
# keep their order. Go through it with a list of "claimed" marks for the true boxes of each image. Each detection is
# right or wrong, 1 or 0, and both curves follow from the running sum of these numbers.
# </details>
#
# <details><summary>Hint 3: the shape of the code</summary>
#
# ```
# ranked = (score, image, index) of every detection, best first (Python's sort is stable)
# claimed = for each image, one False per true box
# for each detection in ranked:
#     no true box in its image: wrong
#     best = the true box of its image with the largest IoU (the first of equals)
#     right, if that IoU is enough and best is not claimed; then claim it
# found = running sum of right
# precision = found / how many detections so far; recall = found / how many true boxes in all (if there are any)
# ```
# </details>

# %% [markdown]
# ### Average precision
#
# One number is easier to compare than a curve: the area under it. The curve has teeth, since a wrong detection lowers
# the precision and the next right one raises it again. The teeth are smoothed away first. If you need a recall of $r$,
# you may choose any point of the curve with at least that recall, so take the best one. This is the **envelope**
#
# $$p^*(r) = \max_{r'\ge r} p(r'),\qquad \max\emptyset = 0.$$
#
# Two forms of the **average precision** (AP) are in use, and they do not give the same number:
#
# - **all-point** (VOC since 2010): the exact area under the envelope. With recalls $r_1\le r_2\le\dots$ and $r_0 = 0$,
#   it is $\sum_k (r_k - r_{k-1})\,p^*(r_k)$.
# - **$n$-point**: the mean of $p^*$ at $n$ evenly spaced recalls from 0 to 1. VOC took $n = 11$ until 2009 ($0, 0.1,
#   \dots, 1$), COCO takes $n=101$.
#
# **By hand.** The curve from above: the envelope is 1 up to recall 1/3, then 2/3 up to 2/3, then 3/5 up to 1.
# All-point: $\frac13\left(1 + \frac23 + \frac35\right) = \frac{34}{45}\approx 0.756$. With 11 points: the recalls 0,
# 0.1, 0.2, 0.3 give 1, then 0.4, 0.5, 0.6 give 2/3, and 0.7 to 1 give 3/5, so $(4 + 2 + 2.4)/11\approx 0.764$.
#
# A trap: is a recall of 3/10 at least 0.3? On paper yes, but `np.linspace(0, 1, 11)[3]` is 0.30000000000000004. So a
# recall **reaches** a level if it is at least the level minus $10^{-9}$.
#
# ### Exercise: `average_precision` (7 points, ★★☆, 20 minutes)

# %% tags=["exercise:average_precision"]
def average_precision(precision, recall, points=None):
    """The average precision of a precision-recall curve.

    precision, recall: (D,) float arrays as from precision_recall, recall ascending; D may be 0; not modified.
    points: None for the area under the envelope (all-point); an int >= 2 for the mean of the envelope at so many evenly
        spaced recalls from 0 to 1 (11: VOC 2007; 101: COCO). A recall reaches a level if it is >= level - 1e-9.
    Returns a float. It is 0 for D = 0.
    """
    # YOUR CODE HERE
    raise NotImplementedError("average_precision is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("average_precision")

# %% tags=["demo"]
with uses("average_precision"):
    recall, precision = np.array([1, 1, 2, 2, 3]) / 3, np.array([1, 1 / 2, 2 / 3, 2 / 4, 3 / 5])
    by_hand = average_precision(precision, recall), average_precision(precision, recall, 11)
    panels = plots.axes(2)
    panels[0].plot(recall, precision, ".-", color="0.6", lw=1, label="precision and recall")
    panels[0].plot([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1], [1, 1, 2 / 3, 2 / 3, 0.6, 0.6], color=TRUTH, label="envelope")
    panels[0].plot(np.arange(11) / 10, [1] * 4 + [2 / 3] * 3 + [0.6] * 4, "o", color=WRONG, label="at 11 recalls")
    panels[0].set(xlabel="recall", ylabel="precision", ylim=(0, 1.05))
    panels[0].set_title("by hand: all-point {:.3f}, 11 points {:.3f}".format(*by_hand))
    panels[0].legend(fontsize=8)
    chance = np.random.default_rng(2)
    gaps = {}
    for total in (5, 20, 100):
        gaps[f"{total} true boxes"] = []
        for _ in range(300):
            hits = np.minimum((chance.random(3 * total) < np.linspace(0.95, 0.05, 3 * total)).cumsum(), total)
            curve = hits / np.arange(1, 3 * total + 1), hits / total
            gaps[f"{total} true boxes"].append(average_precision(*curve, 11) - average_precision(*curve))
    plots.histograms(
        gaps, bins=40, xlabel="AP with 11 points minus AP all-point", title="300 curves each", ax=panels[1]
    )
    plt.show()

# %% [markdown]
# With 11 points, a curve that just misses or just reaches a level changes the result by up to 1/11. The fewer true
# boxes a class has, the coarser the steps of the recall and the more the two forms differ. So never compare an AP with
# one that was computed in the other form.
#
# ### Mean average precision
#
# With several classes, each has its own curve and its own AP. The **mean average precision** (mAP) is their plain mean,
# so a rare class counts as much as a frequent one. A class that has no true box at all has no recall and is left out.
# COCO goes one step further and also takes the mean over the IoU thresholds 0.5, 0.55, ..., 0.95, which rewards boxes
# that fit well.
#
# ### Exercise: `mean_average_precision` (5 points, ★★☆, 15 minutes)

# %% tags=["exercise:mean_average_precision"]
def mean_average_precision(boxes, scores, labels, truth, truth_labels, iou_thresholds=(0.5,)):
    """The mean over classes and thresholds of the all-point average precision.

    boxes, scores, labels: the detections, each a list with one array for each image: (n_i, 4) and (n_i,) floats, (n_i,)
        ints, the classes. truth, truth_labels: the same for the true boxes, (m_i, 4) and (m_i,). There is at least one
        image. Nothing is modified.
    iou_thresholds: a sequence of at least one float > 0.

    Returns a float, the mean of average_precision over all classes with at least one true box and all thresholds.
    Detections of other classes do not count. Returns nan if there is no true box at all.
    """
    # YOUR CODE HERE
    raise NotImplementedError("mean_average_precision is not written yet")

# %% tags=["check"]
if __name__ == "__main__":
    check("mean_average_precision")

# %% [markdown]
# **Why?** A detector has mAP 0.6 at a threshold of 0.5. Somebody adds, for every image, a thousand random boxes with
# scores lower than all others. What happens to the mAP, and what to the usefulness of the detector?
#
# <details><summary>An answer</summary>
#
# Hardly anything happens to the mAP. What comes at the end of the ranking cannot lower the envelope at the recalls that
# were already reached; if one of the boxes hits by chance, the AP even rises a little. But nobody can use the list
# without a threshold for the score, and AP does not tell you which one. Look at the curve at the recall that you need.
# </details>
#
# ---
# ## 8 Training a detector from your own parts
#
# Now put everything together. As OverFeat's authors did, we train the network on **crops**: windows of 30×30 with an
# object in their middle or with none. For crops with an object it also learns the four numbers of part 6. Then it is
# run densely over whole images with your `sliding_window`; your `decode_boxes` and `batched_nms` make the list, and
# your `mean_average_precision` judges it on 100 new images. It takes several seconds.

# %% tags=["demo"]
corner = STRIDE * np.arange(places) - MARGIN
anchor_left, anchor_top = np.meshgrid(corner, corner)
anchors = np.stack([anchor_left, anchor_top, anchor_left + WINDOW, anchor_top + WINDOW], axis=-1).reshape(-1, 4) * 1.0


def with_margin(images):
    """(N, 1, H, W) array -> tensor with the edge repeated on all sides, so that windows can reach out of the image."""
    return torch.from_numpy(np.pad(images, ((0, 0), (0, 0), (MARGIN,) * 2, (MARGIN,) * 2), mode="edge"))


def make_crops(images, boxes, labels, chance):
    """Windows with an object within 3 pixels of their middle, and some without: crops, classes (0: none), deltas."""
    crops, classes, deltas = [], [], []
    middle = (anchors[:, :2] + anchors[:, 2:]) / 2
    for image, true, kind in zip(with_margin(images), boxes, labels, strict=True):
        distance = np.abs(middle[:, None] - (true[:, :2] + true[:, 2:]) / 2).max(axis=2)
        nearest, near = distance.argmin(axis=1), distance.min(axis=1)
        chosen = np.flatnonzero(near <= 3)
        far = chance.choice(np.flatnonzero(near > 5), 2 * len(true) + 2, replace=False)
        for number in [*chosen, *far]:
            left, top = (anchors[number, :2] + MARGIN).astype(int)
            crops.append(image[:, top : top + WINDOW, left : left + WINDOW])
        classes += [*(1 + kind[nearest[chosen]]), *([0] * len(far))]
        deltas += [encode_boxes(true[nearest[chosen]], anchors[chosen]), np.zeros((len(far), 4))]
    return torch.stack(crops), torch.tensor(np.array(classes)), torch.from_numpy(np.concatenate(deltas)).float()


@functools.cache
def trained_network(seed=0):
    """Trunk and head, trained on crops of 250 scenes."""
    trunk, head = make_network(seed)
    crops, classes, deltas = make_crops(*scenes(250, seed=1000 + seed), np.random.default_rng(seed))
    network, epochs = nn.Sequential(trunk, head), 8
    optimizer = torch.optim.Adam(network.parameters(), lr=0.002)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.008, total_steps=epochs * -(-len(crops) // 32))
    for _ in range(epochs):
        for batch in torch.randperm(len(crops)).split(32):
            out, there = network(crops[batch]), classes[batch] > 0
            loss = F.cross_entropy(out[:, :4], classes[batch])
            loss = loss + 4 * F.smooth_l1_loss(out[there, 4:], deltas[batch][there], beta=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return trunk.eval(), head.eval()


def detect(images, across_classes=False, least_score=0.1, iou_threshold=0.3):
    """Lists over images of boxes, scores and labels. across_classes: boxes of different classes suppress each other."""
    trunk, head = trained_network()
    with torch.no_grad():
        outputs = sliding_window(trunk(with_margin(images)), head).flatten(2).transpose(1, 2)
    found = []
    for output in outputs:
        shape_scores = output[:, :4].softmax(dim=1)[:, 1:].numpy()
        score, label = shape_scores.max(axis=1), shape_scores.argmax(axis=1)
        some = score > least_score
        moved = decode_boxes(output[some, 4:].numpy(), anchors[some])
        groups = 0 * label[some] if across_classes else label[some]
        kept = batched_nms(moved, score[some], groups, iou_threshold)
        found.append((moved[kept], score[some][kept], label[some][kept]))
    return [list(column) for column in zip(*found, strict=True)]


def apart(boxes, labels):
    """Lists of boxes, those of each class in a place of their own: only boxes of one class can overlap."""
    return [one + 1000.0 * kind[:, None] for one, kind in zip(boxes, labels, strict=True)]

# %% tags=["demo"]
NETWORK = "box_area", "box_iou", "nms", "batched_nms", "sliding_window", "encode_boxes", "decode_boxes"
MEASURES = "precision_recall", "average_precision", "mean_average_precision"

new_images, new_boxes, new_labels = scenes(100, seed=77)

with uses(*NETWORK, *MEASURES):
    found_boxes, found_scores, found_labels = detect(new_images)
    judged = found_boxes, found_scores, found_labels, new_boxes, new_labels
    print(f"mAP at IoU 0.5: {mean_average_precision(*judged):.3f}")
    print(f"mean over IoU 0.5, 0.55, ..., 0.95: {mean_average_precision(*judged, np.arange(0.5, 0.99, 0.05)):.3f}")
    panels = plots.axes(2)
    for threshold in (0.5, 0.75, 0.9):
        precision, recall = precision_recall(
            apart(found_boxes, found_labels), found_scores, apart(new_boxes, new_labels), threshold
        )
        panels[0].plot(recall, precision, label=f"at IoU {threshold}")
    panels[0].set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.05), title="all shapes together")
    panels[0].legend(fontsize=8)
    thresholds = np.arange(0.3, 0.96, 0.05)
    by_threshold = [mean_average_precision(*judged, (threshold,)) for threshold in thresholds]
    plots.curves(
        {"": by_threshold},
        x=thresholds,
        xlabel="IoU threshold",
        ylabel="mAP",
        title="the same detections, judged ever more strictly",
        ax=panels[1],
    )
    panels[1].set_ylim(0, 1.05)
    plt.show()

# %% [markdown]
# Finding the shapes is easy, fitting the boxes is not: the same list is good at a threshold of 0.5 and worthless at
# 0.95. A detector's "mAP" means little as long as you do not know the threshold.
#
# And now the page. Green is right, red is wrong, and a dashed blue box is an object that nobody has found. Each box has
# the name and the score that the network gave it. Only detections with a score of at least 0.5 are drawn.

# %% tags=["demo"]
with uses(*NETWORK, *MEASURES):
    found_boxes, found_scores, found_labels = detect(new_images)
    page = plots.axes(6, 3, 2.0, 2.2).ravel()
    for number, ax in enumerate(page):
        true, kinds = new_boxes[number], new_labels[number]
        sure = found_scores[number] >= 0.5
        seen, score, label = (found[number][sure] for found in (found_boxes, found_scores, found_labels))
        precision, _ = precision_recall(apart([seen], [label]), [score], apart([true], [kinds]))
        right = np.diff(precision * (1 + np.arange(len(seen))), prepend=0) > 0.5  # each right one adds 1
        met = box_iou(*apart([true, seen[right]], [kinds, label[right]])).max(axis=1, initial=0) >= 0.5
        ax.imshow(new_images[number, 0], vmin=0, vmax=1)
        ax.axis("off")
        draw_boxes(ax, true[~met], TRUTH, style="--", width=1.5)
        for box, kind, value, good in zip(seen, label, score, right, strict=True):
            draw_boxes(ax, [box], RIGHT if good else WRONG, [f"{SHAPES[kind]} {value:.2f}"], width=1.5)
    plt.show()

# %% [markdown]
# Look at the red ones. Nearly all are a second box for an object that has a green one already, under the name of
# another class and a little off. Most come from windows in which the object is away from the middle, so that the
# network sees it only in part. `batched_nms` leaves them, since it works within a class.
#
# **Why?** No two objects of our scenes lie on top of each other, so of two boxes at one place one must be wrong. What
# if all classes suppress each other? The page would look cleaner. Does the mAP rise, too? Decide, then run the cell.

# %% tags=["demo"]
with uses(*NETWORK, *MEASURES):
    across = detect(new_images, across_classes=True)
    for title, found in [("within a class", judged[:3]), ("across classes", across)]:
        print(
            f"suppression {title}: {sum(map(len, found[0]))} boxes for {sum(map(len, new_boxes))} objects,"
            f" mAP {mean_average_precision(*found, new_boxes, new_labels):.3f}"
        )

# %% [markdown]
# <details><summary>An answer</summary>
#
# Here it falls. (Networks from other seeds sometimes keep it, though their pages become cleaner, too.) Where the wrong
# name has the higher score, the right box is now dropped, and a miss costs recall for good.
# The second boxes, in turn, mostly rank low, where AP hardly punishes them. So what looks better on the page has the
# lower mAP: a measure rewards what it measures. Which of the two you want depends on what the list is for.
# </details>
#
# ---
# ## What to read next
#
# - P. Sermanet, D. Eigen, X. Zhang, M. Mathieu, R. Fergus and Y. LeCun, *OverFeat: Integrated Recognition, Localization
#   and Detection using Convolutional Networks*, 2013, [arXiv:1312.6229](https://arxiv.org/abs/1312.6229).
# - R. Girshick, J. Donahue, T. Darrell and J. Malik, *Rich feature hierarchies for accurate object detection and
#   semantic segmentation*, 2014, [arXiv:1311.2524](https://arxiv.org/abs/1311.2524): R-CNN, and the four numbers of
#   part 6 (appendix C).
# - K. He, X. Zhang, S. Ren and J. Sun, *Spatial Pyramid Pooling in Deep Convolutional Networks for Visual Recognition*,
#   2014, [arXiv:1406.4729](https://arxiv.org/abs/1406.4729).
# - R. Girshick, *Fast R-CNN*, 2015, [arXiv:1504.08083](https://arxiv.org/abs/1504.08083), and S. Ren, K. He, R.
#   Girshick and J. Sun, *Faster R-CNN*, 2015, [arXiv:1506.01497](https://arxiv.org/abs/1506.01497): the proposals are
#   learned, too.
# - M. Everingham, S. M. A. Eslami, L. Van Gool, C. Williams, J. Winn and A. Zisserman, *The PASCAL Visual Object
#   Classes Challenge: A Retrospective*, 2015: how detections are judged, and why.
# - T.-Y. Lin et al., *Microsoft COCO: Common Objects in Context*, 2014,
#   [arXiv:1405.0312](https://arxiv.org/abs/1405.0312).
# - N. Bodla, B. Singh, R. Chellappa and L. Davis, *Soft-NMS: Improving Object Detection With One Line of Code*, 2017,
#   [arXiv:1704.04503](https://arxiv.org/abs/1704.04503).

# %% [markdown]
# ---
# ## Handing in
#
# The next cell shows where you stand: points here, points that come when it is graded, what is left. Save, then hand in this file, or the zip that `autograder submit detection` makes of it in a terminal.

# %% tags=["check"]
if __name__ == "__main__":
    check()
