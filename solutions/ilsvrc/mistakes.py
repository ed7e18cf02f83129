"""Known wrong implementations of the ILSVRC assignment.

Most are the reference with one edit; what is built another way is written out.
"""

import torch
import torch.nn.functional as F
from torch import nn

from autograder import mistake, slip

# --- topk_accuracy and top5_error ----------------------------------------------------------------------------------

slip(
    "topk_accuracy", "topk(k, dim=1)", "topk(1, dim=1)",
    name="topk_of_the_best_only",
    says="This is right for k = 1 and the same for every k. How many guesses does an image have?",
)  # fmt: skip
slip(
    "topk_accuracy", "topk(k, dim=1)", "topk(k, dim=1, largest=False)",
    name="topk_of_the_smallest",
    says="These look like the k smallest logits. In which direction do your guesses go?",
)  # fmt: skip
slip(
    "topk_accuracy", ".any(dim=1)", "",
    name="topk_of_all_guesses",
    says="This is the share of all guesses that are right. What counts is the share of images.",
)  # fmt: skip
slip(
    "topk_accuracy", ".any(dim=1)", ".all(dim=1)",
    name="topk_needs_all_guesses",
    says="An image is right if one of its k guesses is, not only if all of them are.",
)  # fmt: skip
slip(
    "topk_accuracy", ".mean().item()", ".mean().item() * 100",
    name="topk_in_percent",
    says="This is a percentage; a share from 0 to 1 is wanted.",
)  # fmt: skip
slip(
    "topk_accuracy", ".double().mean().item()", ".sum().item()",
    name="topk_counts",
    says="This is the number of images that are right. What is it a share of?",
)  # fmt: skip
slip(
    "topk_accuracy", ".mean().item()", ".mean()",
    name="topk_as_a_tensor",
    says="The value is right, but a tensor is returned. How do you get a Python float from it?",
)  # fmt: skip
slip(
    "topk_accuracy", "return (best", "return 1 - (best",
    name="topk_error_instead",
    says="This is the error. The accuracy is the share of images that are right.",
)  # fmt: skip
slip(
    "topk_accuracy", "1 <= k <= logits.shape[1]", "k <= logits.shape[1]",
    name="topk_takes_zero",
    says="What should happen for k = 0?",
)  # fmt: skip
slip(
    "topk_accuracy", 'raise ValueError(f"k is {k}, and there are {logits.shape[1]} classes")', "k = logits.shape[1]",
    name="topk_takes_any_k",
    says="What should happen for more guesses than there are classes?",
)  # fmt: skip
slip(
    "topk_accuracy", "logits.topk(k, dim=1).indices", "logits.argsort(dim=1)[:, -k:-1]",
    name="topk_without_the_best",
    says="The largest logit does not count: a slice that ends at -1 leaves out the last.",
)  # fmt: skip
slip(
    "topk_accuracy", "topk(k, dim=1)", "topk(min(k + 1, logits.shape[1]), dim=1)",
    name="topk_of_one_too_many",
    says="One guess more than k seems to count.",
)  # fmt: skip

slip(
    "top5_error", "1.0 - topk", "topk",
    name="top5_accuracy_instead",
    says="This is the accuracy. The error is the share of images that are wrong.",
)  # fmt: skip
slip("top5_error", "y, 5)", "y, 1)", name="top1_error", says="This is the top-1 error. How many guesses are allowed?")
slip("top5_error", "y, 5)", "y, 4)", name="top4_error", says="Only four guesses seem to count.")
slip(
    "top5_error", "1.0 - topk_accuracy(logits, y, 5)",
    "1.0 - (logits.argsort(dim=1)[:, -5:-1] == y[:, None]).any(dim=1).double().mean().item()",
    name="top5_without_the_best",
    says="The largest logit does not count: a slice that ends at -1 leaves out the last.",
)  # fmt: skip
slip(
    "top5_error", "1.0 - topk_accuracy(logits, y, 5)", "100.0 * (1.0 - topk_accuracy(logits, y, 5))",
    name="top5_in_percent",
    says="This is a percentage; a share from 0 to 1 is wanted.",
)  # fmt: skip
slip(
    "top5_error", "1.0 - topk_accuracy(logits, y, 5)", "torch.tensor(1.0 - topk_accuracy(logits, y, 5))",
    name="top5_as_a_tensor",
    says="The value is right, but a tensor is returned, and a Python float is wanted.",
)  # fmt: skip

mistake("q_random_top5", says="This is the chance to be right.", name="random_top5_accuracy")(0.005)
mistake("q_random_top5", says="That would be one guess; there are five.", name="random_top1")(0.999)
mistake("q_random_top5", says="A number from 0 to 1 is wanted.", name="random_top5_percent")(99.5)

# --- local_response_norm -------------------------------------------------------------------------------------------

slip(
    "local_response_norm", "alpha * sums", "alpha / n * sums",
    name="lrn_as_torch_counts",
    says="alpha seems to be divided by n, as torch's layer does it. The paper's formula does not.",
)  # fmt: skip
slip(
    "local_response_norm", "(0, 0, 0, 0, half, half)", "(0, 0, 0, 0, n - 1, 0)",
    name="lrn_of_earlier_channels",
    says="The sum seems to run over the channels before this one. It runs over those on both sides.",
)  # fmt: skip
slip(
    "local_response_norm", "(0, 0, 0, 0, half, half)", "(0, 0, 0, 0, n, n)", "unfold(1, n, 1)",
     "unfold(1, 2 * n + 1, 1)",
    name="lrn_of_n_on_each_side",
    says="The sum seems to run over n channels on each side. How many are there in all?",
)  # fmt: skip
slip(
    "local_response_norm", ".sum(dim=-1)", ".sum(dim=-1) - x * x",
    name="lrn_without_the_channel_itself",
    says="The channel itself belongs to the sum, too.",
)  # fmt: skip
slip(
    "local_response_norm", "F.pad(x * x,", "F.pad(x.abs(),",
    name="lrn_without_squares",
    says="The sum is one of squares.",
)  # fmt: skip
slip(
    "local_response_norm", "(k + alpha", "(1 + alpha",
    name="lrn_with_k_one",
    says="k seems to be taken for 1, whatever it is.",
)  # fmt: skip
slip("local_response_norm", "** beta", "** 0.5", name="lrn_with_a_square_root", says="Which power is it? Not always ½.")
slip(
    "local_response_norm", "** beta", "** 0.75",
    name="lrn_with_alexnets_beta",
    says="beta is an argument, and not always AlexNet's.",
)  # fmt: skip
slip("local_response_norm", "x / (", "x * (", name="lrn_multiplies", says="A loud neighborhood should make it quieter.")
slip(
    "local_response_norm", "(k + alpha * sums) ** beta", "(k + alpha * sums**beta)",
    name="lrn_with_the_power_inside",
    says="To what does the power beta apply?",
)  # fmt: skip
slip(
    "local_response_norm", "F.pad(x * x,", "F.pad((x * x).detach(),",
    name="lrn_with_a_detached_sum",
    says="The values are right and the gradient is not: the sum depends on x as well.",
)  # fmt: skip
slip(
    "local_response_norm", "return x / (", "return x.div_(", "sums) ** beta", "sums).pow(beta))",
    "div_(k", "div_((k",
    name="lrn_in_place",
    says="Is x the caller's, too?",
)  # fmt: skip
slip(
    "local_response_norm", ".sum(dim=-1)", ".amax(dim=-1)",
    name="lrn_by_the_loudest",
    says="All squares around the channel are added; this looks like the largest alone.",
)  # fmt: skip


for name, last in [
    ("lrn_misses_the_last", "c + n // 2"),
    ("lrn_misses_the_very_last", "min(c + n // 2, x.shape[1] - 1)"),
]:
    slip(
        "local_response_norm", "squares.unfold(1, n, 1).sum(dim=-1)",
        f"torch.stack([(x * x)[:, max(c - n // 2, 0) : {last}].sum(dim=1) for c in range(x.shape[1])], dim=1)",
        name=name,
        says="The last channel of the window is missing: a slice ends before its second number.",
    )  # fmt: skip


@mistake("local_response_norm", says="The sum seems to run over neighboring rows and columns; it runs over channels.")
def lrn_over_space(x, n, alpha, beta, k):
    sums = F.avg_pool2d(x * x, n, stride=1, padding=n // 2, divisor_override=1)
    return x / (k + alpha * sums) ** beta


@mistake("local_response_norm", says="The sum seems to run over neighboring columns; it runs over channels.")
def lrn_over_columns(x, n, alpha, beta, k):
    sums = F.avg_pool2d(x * x, (1, n), stride=1, padding=(0, n // 2), divisor_override=1)
    return x / (k + alpha * sums) ** beta


@mistake("local_response_norm", says="All channels seem to be summed. Only n of them are, around each.")
def lrn_over_all_channels(x, n, alpha, beta, k):
    return x / (k + alpha * (x * x).sum(dim=1, keepdim=True)) ** beta


@mistake("local_response_norm", says="The first and the last channels are no neighbors: the sum is cut off there.")
def lrn_in_a_circle(x, n, alpha, beta, k):
    sums = sum(torch.roll(x * x, shift, dims=1) for shift in range(-(n // 2), n // 2 + 1))
    return x / (k + alpha * sums) ** beta


@mistake("local_response_norm", says="At the first and last channels, the sum has fewer terms; nothing is repeated.")
def lrn_with_repeated_edges(x, n, alpha, beta, k):
    half, squares = n // 2, x * x
    squares = torch.cat([squares[:, :1]] * half + [squares] + [squares[:, -1:]] * half, dim=1)
    return x / (k + alpha * squares.unfold(1, n, 1).sum(dim=-1)) ** beta


# --- AlexNet -------------------------------------------------------------------------------------------------------


def alexnet(name, says, *edits, **options):
    """A slip of AlexNet."""
    slip("AlexNet", *edits, name=name, says=says, **options)


FIRST, SECOND = "self.pool(self.norm(torch.relu(self.conv1(x))))", "self.pool(self.norm(torch.relu(self.conv2(x))))"
GROUPS = "In which layers does a filter see only the maps on its own GPU?"
alexnet("alexnet_conv2_without_groups", GROUPS, "5, padding=2, groups=2", "5, padding=2")
alexnet("alexnet_conv4_without_groups", GROUPS, "(c3, c4, 3, padding=1, groups=2)", "(c3, c4, 3, padding=1)")
alexnet("alexnet_conv5_without_groups", GROUPS, "(c4, c5, 3, padding=1, groups=2)", "(c4, c5, 3, padding=1)")
alexnet("alexnet_conv3_with_groups", GROUPS, "(c2, c3, 3, padding=1)", "(c2, c3, 3, padding=1, groups=2)")
alexnet(
    "alexnet_without_groups", "No layer has groups here. The split over two GPUs is a part of this network.",
    "5, padding=2, groups=2", "5, padding=2", "(c3, c4, 3, padding=1, groups=2)", "(c3, c4, 3, padding=1)",
    "(c4, c5, 3, padding=1, groups=2)", "(c4, c5, 3, padding=1)",
)  # fmt: skip
alexnet(
    "alexnet_of_one_tower", "These are the widths of a later AlexNet for one GPU; the table has those of 2012.",
    "(96, 256, 384, 384, 256, 4096)", "(64, 192, 384, 256, 256, 4096)",
)  # fmt: skip
alexnet(
    "alexnet_conv1_with_padding", "conv1 seems to have padding, which the table does not have: all maps are shifted.",
    "11, stride=4", "11, stride=4, padding=2",
)  # fmt: skip
alexnet(
    "alexnet_pools_without_overlap", "The windows of the pooling should overlap: 3×3 with stride 2.",
    "MaxPool2d(3, stride=2)", "MaxPool2d(2, stride=2)",
)  # fmt: skip
alexnet("alexnet_pools_means", "AlexNet pools by the maximum.", "nn.MaxPool2d", "nn.AvgPool2d")
alexnet(
    "alexnet_without_lrn", "The first two layers have local response normalization.",
    FIRST, "self.pool(torch.relu(self.conv1(x)))", SECOND, "self.pool(torch.relu(self.conv2(x)))",
)  # fmt: skip
alexnet(
    "alexnet_lrn_only_once", "Local response normalization stands after conv1 and after conv2.",
    SECOND, "self.pool(torch.relu(self.conv2(x)))",
)  # fmt: skip
alexnet(
    "alexnet_lrn_after_pooling", "Local response normalization comes before the pooling, as in the table.",
    FIRST, "self.norm(self.pool(torch.relu(self.conv1(x))))", SECOND, "self.norm(self.pool(torch.relu(self.conv2(x))))",
)  # fmt: skip
alexnet(
    "alexnet_lrn_before_relu", "Local response normalization comes after the ReLU, as in the table.",
    FIRST, "self.pool(torch.relu(self.norm(self.conv1(x))))", SECOND, "self.pool(torch.relu(self.norm(self.conv2(x))))",
)  # fmt: skip
alexnet(
    "alexnet_lrn_alpha_of_torch", "torch's layer divides alpha by n: which alpha must it be given?",
    "alpha=5e-4", "alpha=1e-4",
)  # fmt: skip
alexnet("alexnet_lrn_of_torch", "torch's layer has k = 1 unless you say otherwise; AlexNet's k is 2.", ", k=2.0", "")
alexnet(
    "alexnet_conv3_without_relu", "A ReLU seems to be missing after conv3.",
    "torch.relu(self.conv3(x))", "self.conv3(x)",
)  # fmt: skip
alexnet(
    "alexnet_conv4_without_relu", "A ReLU seems to be missing after conv4.",
    "torch.relu(self.conv4(x))", "self.conv4(x)",
)  # fmt: skip
alexnet(
    "alexnet_fc6_without_relu", "A ReLU seems to be missing after fc6.",
    "torch.relu(self.fc6(x.flatten(1)))", "self.fc6(x.flatten(1))",
)  # fmt: skip
alexnet(
    "alexnet_fc7_without_relu", "A ReLU seems to be missing after fc7.",
    "torch.relu(self.fc7(x))", "self.fc7(x)",
)  # fmt: skip
alexnet(
    "alexnet_relu_on_logits", "Logits are free numbers: nothing follows fc8.", "self.fc8(x)", "torch.relu(self.fc8(x))"
)
alexnet(
    "alexnet_with_softmax", "The network should return logits; whose business is the softmax?",
    "self.fc8(x)", "self.fc8(x).softmax(dim=1)",
)  # fmt: skip
alexnet(
    "alexnet_with_tanh", "These layers are followed by a ReLU, not by a tanh.",
    "torch.relu(self.conv3(x))", "torch.tanh(self.conv3(x))", "torch.relu(self.conv4(x))", "torch.tanh(self.conv4(x))",
)  # fmt: skip
alexnet(
    "alexnet_conv5_without_pooling", "A pooling follows conv5: how many numbers go into fc6?",
    "self.pool(torch.relu(self.conv5(x)))", "torch.relu(self.conv5(x))", "c5 * 6 * 6", "c5 * 13 * 13",
)  # fmt: skip
alexnet(
    "alexnet_with_global_pooling", "fc6 sees all 6×6 places of the last maps; here it seems to get their mean.",
    "x.flatten(1)", "x.mean((2, 3))", "c5 * 6 * 6", "c5",
)  # fmt: skip
alexnet(
    "alexnet_flattens_channels_last", "In which order are the maps flattened? torch's is channels, rows, columns.",
    "x.flatten(1)", "x.permute(0, 2, 3, 1).flatten(1)",
)  # fmt: skip
alexnet("alexnet_of_1000_classes", "num_classes is an argument.", "(full, num_classes)", "(full, 1000)")
alexnet("alexnet_conv1_without_bias", "conv1 has no bias here.", "11, stride=4", "11, stride=4, bias=False")
alexnet(
    "alexnet_fc8_without_bias", "fc8 has no bias here.",
    "nn.Linear(full, num_classes)", "nn.Linear(full, num_classes, bias=False)",
)  # fmt: skip
alexnet("alexnet_without_dropout", "In training nothing is dropped.", "nn.Dropout(0.5)", "nn.Identity()")
alexnet(
    "alexnet_drops_in_evaluation", "Units are dropped in evaluation mode, too: F.dropout drops unless training=False.",
    "self.dropout(torch.relu(self.fc6(x.flatten(1))))", "F.dropout(torch.relu(self.fc6(x.flatten(1))))",
    "self.dropout(torch.relu(self.fc7(x)))", "F.dropout(torch.relu(self.fc7(x)))",
)  # fmt: skip
alexnet(
    "alexnet_drops_too_little", "How much is dropped? torch's p is the probability to drop.",
    "nn.Dropout(0.5)", "nn.Dropout(0.1)",
)  # fmt: skip
alexnet(
    "alexnet_drops_once", "The outputs of both fc6 and fc7 are dropped in training.",
    "self.dropout(torch.relu(self.fc7(x)))", "torch.relu(self.fc7(x))",
)  # fmt: skip
alexnet(
    "alexnet_drops_before_fc6", "Dropout stands after the ReLU of fc6 and of fc7, not before these layers.",
    "self.dropout(torch.relu(self.fc6(x.flatten(1))))", "torch.relu(self.fc6(self.dropout(x.flatten(1))))",
    "self.dropout(torch.relu(self.fc7(x)))", "torch.relu(self.fc7(self.dropout(x)))",
)  # fmt: skip
alexnet(
    "alexnet_skips_fc7", "fc7 seems to be skipped in forward.",
    "x = self.dropout(torch.relu(self.fc7(x)))\n", "x = self.dropout(torch.relu(x))\n",
)  # fmt: skip
alexnet(
    "alexnet_makes_fc7_first", "In which order are the layers made? parameters() lists them in that order.",
    "self.fc6 = nn.Linear(c5 * 6 * 6, full)\n        self.fc7 = nn.Linear(full, full)\n",
    "self.fc7 = nn.Linear(full, full)\n        self.fc6 = nn.Linear(c5 * 6 * 6, full)\n",
)  # fmt: skip

alexnet(
    "alexnet_of_ten_classes",
    "AlexNet() is the network of the paper. How many classes does it have?",
    "num_classes=1000,",
    "num_classes=10,",
)


@mistake("AlexNet", says="Layers in a plain list are not registered, so no optimizer finds them.")
class AlexNetInAList(nn.Module):
    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        c1, c2, c3, c4, c5, full = (width // divide for width in (96, 256, 384, 384, 256, 4096))
        self.layers = [
            nn.Conv2d(3, c1, 11, 4), nn.Conv2d(c1, c2, 5, 1, 2, groups=2), nn.Conv2d(c2, c3, 3, 1, 1),
            nn.Conv2d(c3, c4, 3, 1, 1, groups=2), nn.Conv2d(c4, c5, 3, 1, 1, groups=2),
        ]  # fmt: skip
        self.head = nn.Sequential(nn.Linear(36 * c5, full), nn.ReLU(), nn.Linear(full, num_classes))

    def forward(self, x):
        for number, layer in enumerate(self.layers):
            x = torch.relu(layer(x))
            x = F.max_pool2d(x, 3, 2) if number in (0, 1, 4) else x
        return self.head(x.flatten(1))


mistake("q_conv1_rows", says="This is for 227 rows; for 224 the window fits less often.", name="conv1_rows_of_227")(55)
mistake("q_conv1_rows", says="The first place counts as well.", name="conv1_rows_less_one")(53)
mistake("q_conv1_rows", says="These are the places with padding that keeps the size.", name="conv1_rows_padded")(56)
mistake("q_conv1_rows", says="A whole number of rows is wanted, rounded down.", name="conv1_rows_unrounded")(54.25)

# --- augmentation --------------------------------------------------------------------------------------------------

slip("horizontal_flip", "x.flip(-1)", "x.flip(-2)", name="flips_upside_down", says="This turns images upside down.")
slip(
    "horizontal_flip", "x.flip(-1)", "x.flip(1)", name="flips_channels", says="This reverses the channels, not columns."
)
slip(
    "horizontal_flip", "x.flip(-1)", "x.flip(0)", name="flips_the_batch", says="This reverses the order of the images."
)
slip("horizontal_flip", "x.flip(-1)", "x.transpose(2, 3).reshape(x.shape)", name="flips_by_transposing",
     says="A mirror image reverses the columns; rows and columns do not change places.")  # fmt: skip
slip("horizontal_flip", " < p", " >= p", name="flips_the_others", says="The other images are mirrored: p is the "
     "probability to be mirrored.")  # fmt: skip
slip(
    "horizontal_flip", "torch.rand(len(x), generator=generator)", "torch.rand(1, generator=generator).expand(len(x))",
    name="flips_all_alike",
    says="All images of the batch are mirrored together. Each needs its own number.",
)  # fmt: skip
slip("horizontal_flip", " < p", " < 0.5", name="flips_half", says="p is an argument, and not always ½.")
slip(
    "horizontal_flip", "torch.rand(len(x), generator=generator) < p",
    "torch.cat([torch.rand(1, generator=generator) for _ in x]).sort().values < p",
    name="flips_the_first_ones",
    says="Always the first images of the batch seem to be mirrored.",
)  # fmt: skip


@mistake("horizontal_flip", says="Is x the caller's, too?")
def flips_in_place(x, p, generator):
    chosen = torch.rand(len(x), generator=generator) < p
    x[chosen] = x[chosen].flip(-1)
    return x


@mistake("horizontal_flip", says="Each row of an image seems to be mirrored or not by itself. The whole image is.")
def flips_rows(x, p, generator):
    chosen = torch.rand(x.shape[:3], generator=generator) < p
    return torch.where(chosen[..., None], x.flip(-1), x)


slip(
    "ten_crop", "torch.cat([crops, crops.flip(-1)], dim=1)", "torch.cat([crops, crops], dim=1)",
    name="crops_without_mirror_images",
    says="The last five crops are mirror images of the first five.",
)  # fmt: skip
slip("ten_crop", "crops.flip(-1)", "crops.flip(-2)", name="crops_upside_down", says="Mirror images are left to right.")
slip("ten_crop", "crops.flip(-1)", "crops.flip(1)", name="crops_in_reverse",
     says="The last five crops are the first five in another order, and not mirrored.")  # fmt: skip
slip(
    "ten_crop", "bottom // 2, right // 2", "(bottom + 1) // 2, (right + 1) // 2",
    name="crops_center_rounded_up",
    says="Where the margin is odd, the center begins at the half rounded down.",
)  # fmt: skip
slip("ten_crop", "bottom // 2, right // 2", "bottom // 2, bottom // 2", name="crops_center_by_rows", says="Rows and "
     "columns have margins of their own at the center.")  # fmt: skip
slip("ten_crop", "(0, right), (bottom, 0)", "(bottom, 0), (0, right)", name="crops_by_columns",
     says="In which order do the corners come? Upper right is second.")  # fmt: skip
slip("ten_crop", "x.shape[2] - size, x.shape[3] - size", "x.shape[2] - size - 1, x.shape[3] - size - 1",
     name="crops_miss_the_edge", says="The crops at the right and at the bottom do not reach the edge.")  # fmt: skip
slip("ten_crop", "min(bottom, right) < 0", "max(bottom, right) < 0", name="crops_refuse_by_the_larger_side",
     says="A crop has to fit in rows and in columns.")  # fmt: skip
slip("ten_crop", "x.shape[2] - size, x.shape[3] - size", "x.shape[3] - size, x.shape[2] - size",
     name="crops_swap_sides",
     says="The third axis counts rows, the fourth columns.")  # fmt: skip


@mistake("ten_crop", says="The mirrored crops come in the order of torchvision, upper left of the mirror image first.")
def crops_of_the_mirrored_image(x, size):
    bottom, right = x.shape[2] - size, x.shape[3] - size
    if min(bottom, right) < 0:
        raise ValueError
    starts = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    return torch.stack([y[:, :, i : i + size, j : j + size] for y in (x, x.flip(-1)) for i, j in starts], dim=1)


@mistake("ten_crop", says="Each crop is followed by its mirror image; the five mirror images come last.")
def crops_interleaved(x, size):
    bottom, right = x.shape[2] - size, x.shape[3] - size
    if min(bottom, right) < 0:
        raise ValueError
    starts = [(0, 0), (0, right), (bottom, 0), (bottom, right), (bottom // 2, right // 2)]
    crops = [x[:, :, i : i + size, j : j + size] for i, j in starts]
    return torch.stack([each for crop in crops for each in (crop, crop.flip(-1))], dim=1)


slip("color_jitter_pca", "alpha * variances", "alpha * variances.clamp(min=0).sqrt()", name="jitter_by_deviations",
     says="Each component is scaled by its eigenvalue; this looks like its square root.")  # fmt: skip
slip("color_jitter_pca", "alpha * variances", "alpha", name="jitter_without_eigenvalues",
     says="Every component is changed alike. By what is alpha multiplied?")  # fmt: skip
slip("color_jitter_pca", "directions.T", "directions", name="jitter_along_rows",
     says="The eigenvectors of torch.linalg.eigh are columns.")  # fmt: skip
slip("color_jitter_pca", "alpha * variances", "alpha * variances.flip(0)", name="jitter_by_descending_eigenvalues",
     says="Eigenvalues and eigenvectors do not belong together: which order do both have?")  # fmt: skip
slip("color_jitter_pca", "(alpha * variances)", "(alpha.flip(1) * variances)", name="jitter_from_the_largest",
     says="The alphas seem to be in descending order of the eigenvalues; ascending is wanted.")  # fmt: skip
slip("color_jitter_pca", "torch.cov(pixels)", "torch.corrcoef(pixels)", name="jitter_by_correlations",
     says="These are correlations, in which every color has variance 1.")  # fmt: skip
slip("color_jitter_pca", "torch.cov(pixels)", "(pixels @ pixels.T / pixels.shape[1])", name="jitter_without_centering",
     says="A covariance is about the mean; is it taken off?")  # fmt: skip
slip("color_jitter_pca", "images.transpose(0, 1)", "x.transpose(0, 1)", name="jitter_of_the_batch_itself",
     says="The components are those of `images`, not of x.")  # fmt: skip
slip("color_jitter_pca", "images.transpose(0, 1).flatten(1)", "images.reshape(3, -1)", name="jitter_of_mixed_colors",
     says="Does each row of your pixels hold one color? A reshape does not change the order of the axes.")  # fmt: skip
slip("color_jitter_pca", "images.transpose(0, 1).flatten(1)", "images.reshape(-1, 3).T", name="jitter_of_mixed_pixels",
     says="Does each row of your pixels hold one color? A reshape does not change the order of the axes.")  # fmt: skip
slip("color_jitter_pca", "(alpha * variances)", "(alpha[:1] * variances).expand(len(x), 3)", name="jitter_all_alike",
     says="Every image has three alphas of its own.")  # fmt: skip
slip("color_jitter_pca", "return x + shift", "return x * shift", name="jitter_multiplies", says="It is added.")
slip("color_jitter_pca", "return x + shift", "return x.add_(shift", "None, None]", "None, None])",
     name="jitter_in_place",
     says="Is x the caller's, too?")  # fmt: skip
slip("color_jitter_pca", "x + shift[:, :, None, None]", "(x + shift[:, :, None, None]).clamp(0, 1)",
     name="jitter_clipped",
     says="The result is cut off at 0 and 1, which nobody has asked for.")  # fmt: skip
slip("color_jitter_pca", "torch.cov(pixels)", "torch.cov(pixels) * (pixels.shape[1] - 1)", name="jitter_by_sums",
     says="Is the covariance divided by the number of pixels less one?")  # fmt: skip

# --- VGG -----------------------------------------------------------------------------------------------------------

for name, old, new, says in [
    ("stack_field_of_products", "2 * n + 1", "3**n", "Receptive fields do not multiply: each layer adds two rows."),
    ("stack_field_of_sums", "2 * n + 1", "3 * n", "The windows overlap: how many rows does a further layer add?"),
    ("stack_field_too_small", "2 * n + 1", "2 * n", "One layer alone sees three rows."),
    ("stack_of_one_layer", "n * (9 *", "(9 *", "The stack has n layers."),
    ("stack_biases_once", "n * (9 * channels**2 + biases)", "n * 9 * channels**2 + biases", "Each layer has biases."),
    ("stack_one_bias_per_layer", "biases = channels if", "biases = 1 if", "A bias belongs to a filter."),
    ("stack_without_biases", "channels if bias else 0", "0", "Where are the biases, if bias is true?"),
    ("stack_always_with_biases", "channels if bias else 0", "channels", "Are there biases if bias is false?"),
    ("stack_of_flat_filters", "n * (9 * channels**2", "n * (9 * channels", "A filter has weights for every channel."),
    ("stack_single_of_flat_filters", "size**2 * channels**2", "size**2 * channels", "A filter sees every channel."),
    ("stack_single_by_rows", "size**2 * channels**2", "size * channels**2", "A kernel has rows and columns."),
    ("stack_single_of_5", "size**2 * channels**2", "25 * channels**2", "The kernel is 5×5 only for n = 2."),
    ("stack_in_reverse", "return size, n * (9 * channels**2 + biases), size**2 * channels**2 + biases",
     "return size, size**2 * channels**2 + biases, n * (9 * channels**2 + biases)",
     "Which comes first, stack or single?"),
    ("stack_kernel_of_3_rows", "n * (9 *", "n * (3 *", "A 3×3 kernel has nine weights for each channel."),
]:  # fmt: skip
    slip("vgg_stack_params", old, new, name=name, says=says)
slip(
    "vgg_stack_params", "9 * channels**2", "9 * channels", "size**2 * channels**2", "size**2 * channels",
    name="stack_and_single_of_flat_filters",
    says="A filter has weights for every channel that comes in.",
)  # fmt: skip

FC = (
    "nn.Linear(channels * size**2, hidden),\n        nn.ReLU(),\n        nn.Dropout(0.5),\n"
    "        nn.Linear(hidden, hidden)"
)
FC2 = "nn.Linear(hidden, hidden),\n        nn.ReLU(),\n        nn.Dropout(0.5)"
LAST = "nn.Linear(hidden, num_classes)"
for name, says, *edits in [
    ("vgg_without_padding", "Padding 1 keeps the size of the maps.", "3, padding=1)", "3)",
     "channels = item\n", "channels, size = item, size - 2\n"),
    ("vgg_with_reflected_edges", "The padding is of zeros.", "3, padding=1)", "3, padding=1, padding_mode='reflect')"),
    ("vgg_without_relu", "A ReLU follows every convolution.", "padding=1), nn.ReLU()]", "padding=1)]"),
    ("vgg_with_leaky_relu", "What do negative numbers become? This is no plain ReLU.",
     "padding=1), nn.ReLU()]", "padding=1), nn.LeakyReLU(0.1)]"),
    ("vgg_with_batch_norm", "VGG of 2014 has no batch normalization.",
     "padding=1), nn.ReLU()]", "padding=1), nn.BatchNorm2d(item), nn.ReLU()]"),
    ("vgg_forgets_the_channels", "How many channels come into a layer? As many as the last one had filters.",
     "            channels = item\n", "            channels = 3\n", "channels * size**2", "item * size**2"),
    ("vgg_pools_means", "VGG pools by the maximum.", "nn.MaxPool2d(2)", "nn.AvgPool2d(2)"),
    ("vgg_pools_with_overlap", "The pooling of VGG is 2×2; windows of 3×3 are AlexNet's.",
     "nn.MaxPool2d(2)", "nn.MaxPool2d(3, 2, 1)", "size = size // 2", "size = (size + 1) // 2"),
    ("vgg_pools_upward", "Where the rows are odd, the last one is dropped.",
     "nn.MaxPool2d(2)", "nn.MaxPool2d(2, ceil_mode=True)", "size = size // 2", "size = -(-size // 2)"),
    ("vgg_always_of_224", "How many rows are left depends on how often the list pools.",
     "size = size // 2", "size = 224 // 32"),
    ("vgg_flattens_one_place", "All places of the last maps go into the first fully connected layer.",
     "*layers,\n", "*layers,\n        nn.AdaptiveAvgPool2d(1),\n", "channels * size**2", "channels"),
    ("vgg_without_hidden_relu", "A ReLU follows the first fully connected layer.",
     FC, FC.replace("nn.ReLU(),\n        ", "", 1)),
    ("vgg_without_second_relu", "A ReLU follows the second fully connected layer.",
     FC2, FC2.replace("nn.ReLU(),\n        ", "")),
    ("vgg_relu_on_logits", "Logits are free numbers: nothing follows the last layer.", LAST,
     LAST + ",\n        nn.ReLU()"),
    ("vgg_with_softmax", "The network should return logits; whose business is the softmax?",
     LAST, LAST + ",\n        nn.Softmax(dim=1)"),
    ("vgg_with_two_full_layers", "There are three fully connected layers.",
     FC2 + ",\n        ", ""),
    ("vgg_of_4096_units", "hidden is an argument.", "size=224):", "size=224):\n    hidden = 4096"),
    ("vgg_of_seven_rows_and_512_maps",
     "The first fully connected layer expects 512 maps of 7 rows and columns, whatever the list and the size.",
     "channels * size**2", "512 * 7**2"),
    ("vgg_of_1000_classes", "num_classes is an argument.", LAST, "nn.Linear(hidden, 1000)"),
    ("vgg_convolutions_without_bias", "The convolutions have no biases here.", "3, padding=1)",
     "3, padding=1, bias=False)"),
    ("vgg_last_without_bias", "The last layer has no bias here.", LAST, "nn.Linear(hidden, num_classes, bias=False)"),
    ("vgg_of_gray_images", "Images have three channels.", "[], 3\n", "[], 1\n"),
    ("vgg_empties_its_list", "The caller's list is empty afterwards: pop takes from it.",
     "    for item in config:\n", "    while config:\n        item = config.pop(0)\n"),
    ("vgg_with_large_kernels", "Every filter is 3×3.", "3, padding=1)", "5, padding=2)"),
    ("vgg_drops_once", "Dropout follows both hidden layers.", FC2, FC2.replace(",\n        nn.Dropout(0.5)", "")),
    ("vgg_drops_first_layer_only_by_a_tenth", "How much is dropped after the first hidden layer?",
     FC, FC.replace("Dropout(0.5)", "Dropout(0.1)")),
    ("vgg_drops_maps", "Dropout stands after the hidden layers only.",
     "*layers,\n", "*layers,\n        nn.Dropout(0.5),\n"),
    ("vgg_of_shared_layers", "Two convolutions of one shape seem to be one and the same layer.",
     "    layers, channels = [], 3\n", "    layers, channels, known = [], 3, {}\n",
     "nn.Conv2d(channels, item, 3, padding=1), nn.ReLU()]",
     "known.setdefault((channels, item), nn.Conv2d(channels, item, 3, padding=1)), nn.ReLU()]"),
    ("vgg_detaches_the_maps", "The gradient does not reach the convolutions: where is the graph cut?",
     "    return nn.Sequential(\n",
     "    class Cut(nn.Module):\n        def forward(self, x):\n            return x.detach()\n"
     "\n    return nn.Sequential(\n", "*layers,\n", "*layers,\n        Cut(),\n"),
]:  # fmt: skip
    slip("make_vgg", *edits, name=name, says=says)

slip(
    "vgg_stack_params", "bias=False):", "bias=True):",
    name="stack_with_biases_unasked",
    says="Biases seem to be counted unless somebody says no. What is bias when it is not given?",
)  # fmt: skip

# --- InceptionBlock ------------------------------------------------------------------------------------------------

_CONV = "nn.Sequential(nn.Conv2d(given, filters, kernel, padding=kernel // 2), nn.ReLU())"
for name, says, *edits in [
    ("inception_without_relu", "A ReLU follows every convolution.",
     _CONV, "nn.Conv2d(given, filters, kernel, padding=kernel // 2)"),
    ("inception_linear_bottlenecks", "A ReLU follows the 1×1 convolutions of branches 2 and 3, too.",
     "conv(c_in, c3_reduce, 1)", "nn.Conv2d(c_in, c3_reduce, 1)", "conv(c_in, c5_reduce, 1)",
     "nn.Conv2d(c_in, c5_reduce, 1)"),
    ("inception_without_bottlenecks", "Branches 2 and 3 have a 1×1 convolution first.",
     "nn.Sequential(conv(c_in, c3_reduce, 1), conv(c3_reduce, c3, 3))", "conv(c_in, c3, 3)",
     "nn.Sequential(conv(c_in, c5_reduce, 1), conv(c5_reduce, c5, 5))", "conv(c_in, c5, 5)"),
    ("inception_mixes_the_bottlenecks", "Which bottleneck belongs to which branch?",
     "conv(c_in, c3_reduce, 1), conv(c3_reduce, c3, 3)", "conv(c_in, c5_reduce, 1), conv(c5_reduce, c3, 3)",
     "conv(c_in, c5_reduce, 1), conv(c5_reduce, c5, 5))", "conv(c_in, c3_reduce, 1), conv(c3_reduce, c5, 5))"),
    ("inception_of_3_in_branch_3", "Branch 3 has filters of 5×5.", "conv(c5_reduce, c5, 5)", "conv(c5_reduce, c5, 3)"),
    ("inception_bottlenecks_of_3", "The bottlenecks are 1×1.", "conv(c_in, c3_reduce, 1)", "conv(c_in, c3_reduce, 3)"),
    ("inception_without_biases", "The convolutions have no biases here.", "padding=kernel // 2)",
     "padding=kernel // 2, bias=False)"),
    ("inception_with_batch_norm", "GoogLeNet of 2014 has no batch normalization.",
     ", nn.ReLU())", ", nn.BatchNorm2d(filters), nn.ReLU())"),
    ("inception_pools_means", "Branch 4 pools by the maximum.",
     "nn.MaxPool2d(3, stride=1, padding=1)", "nn.AvgPool2d(3, stride=1, padding=1)"),
    ("inception_pools_nothing", "Branch 4 begins with a max pooling.",
     "nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), conv(c_in, pool_proj, 1))", "conv(c_in, pool_proj, 1)"),
    ("inception_pools_last", "In branch 4 the pooling comes before the convolution.",
     "nn.MaxPool2d(3, stride=1, padding=1), conv(c_in, pool_proj, 1)",
     "conv(c_in, pool_proj, 1), nn.MaxPool2d(3, stride=1, padding=1)"),
    ("inception_pools_over_5", "The pooling is 3×3.", "nn.MaxPool2d(3, stride=1, padding=1)", "nn.MaxPool2d(5, 1, 2)"),
    ("inception_pools_zeros_at_the_edge",
     "At the edge, the padding of the pooling takes part where all else is negative.",
     "nn.MaxPool2d(3, stride=1, padding=1)", "nn.ZeroPad2d(1), nn.MaxPool2d(3, stride=1)"),
    ("inception_pools_without_projection", "Branch 4 ends with a 1×1 convolution.",
     "nn.Sequential(nn.MaxPool2d(3, stride=1, padding=1), conv(c_in, pool_proj, 1))", "nn.MaxPool2d(3, 1, 1)"),
    ("inception_in_reverse", "In which order are the branches concatenated?",
     "for branch in self.branches]", "for branch in self.branches[::-1]]"),
    ("inception_swaps_two_branches", "In which order are the branches concatenated?",
     "for branch in self.branches]", "for branch in [self.branches[k] for k in (0, 2, 1, 3)]]"),
    ("inception_pooling_first", "In which order are the branches concatenated?",
     "for branch in self.branches]", "for branch in [self.branches[k] for k in (3, 0, 1, 2)]]"),
    ("inception_one_after_another", "Every branch gets x, not what the bottleneck of branch 2 makes of it.",
     "conv(c_in, c5_reduce, 1), conv(c5_reduce", "nn.ReLU(), conv(c_in, c5_reduce, 1), conv(c5_reduce"),
    ("inception_third_after_second", "Branch 3 gets x, and not what branch 2 returns.",
     "conv(c_in, c5_reduce, 1)", "conv(c3, c5_reduce, 1)",
     "[branch(x) for branch in self.branches]", "list(outs)", "return torch.cat",
     "one, two, three, four = self.branches\n        second = two(x)\n"
     "        outs = one(x), second, three(second), four(x)\n        return torch.cat"),
    ("inception_reflects_at_the_edge", "The padding of the convolutions is of zeros.",
     "padding=kernel // 2)", "padding=kernel // 2, padding_mode='replicate')"),
    ("inception_detaches_a_branch", "The gradient does not pass branch 4: where is the graph cut?",
     "torch.cat([branch(x) for branch in self.branches], dim=1)",
     "torch.cat([b(x) for b in self.branches[:3]] + [self.branches[3](x).detach()], dim=1)"),
]:  # fmt: skip
    slip("InceptionBlock", *edits, name=name, says=says)

for name, value, says in [
    ("bottleneck_saved_share", 0.897, "This is the share that is saved. How many times as many are they without it?"),
    ("bottleneck_as_a_share", 0.103, "This is with the bottleneck as a share of without."),
    ("bottleneck_without_its_own_work", 12.0, "The 1×1 layer has multiplications of its own."),
    ("bottleneck_of_all_places", 120_422_400, "This is the number itself; the question is for the ratio."),
]:  # fmt: skip
    mistake("q_bottleneck", says=says, name=name)(value)

# --- ResidualBlock -------------------------------------------------------------------------------------------------

_OUT = "torch.relu(self.bn2(self.conv2(hidden)) + self.shortcut(x))"
_HIDDEN = "torch.relu(self.bn1(self.conv1(x)))"
_SHORT = "nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))"
for name, says, *edits in [
    ("block_without_shortcut", "The input does not seem to be added.", _OUT,
     "torch.relu(self.bn2(self.conv2(hidden)))"),
    ("block_relu_before_the_addition", "The last ReLU comes after the addition.",
     _OUT, "torch.relu(self.bn2(self.conv2(hidden))) + self.shortcut(x)"),
    ("block_without_last_relu", "A ReLU follows the addition.", _OUT,
     "self.bn2(self.conv2(hidden)) + self.shortcut(x)"),
    ("block_with_two_relus", "F ends with bn2, and one ReLU follows the addition.",
     _OUT, "torch.relu(torch.relu(self.bn2(self.conv2(hidden))) + self.shortcut(x))"),
    ("block_without_first_relu", "A ReLU stands between bn1 and conv2.", _HIDDEN, "self.bn1(self.conv1(x))"),
    ("block_relu_before_bn1", "bn1 comes before the ReLU.", _HIDDEN, "self.bn1(torch.relu(self.conv1(x)))"),
    ("block_adds_before_bn2", "bn2 belongs to F: what is added to the shortcut is normalized already.",
     _OUT, "torch.relu(self.bn2(self.conv2(hidden) + self.shortcut(x)))"),
    ("block_without_bn2", "bn2 does not seem to be used.", _OUT, "torch.relu(self.conv2(hidden) + self.shortcut(x))"),
    ("block_without_bn1", "bn1 does not seem to be used.", _HIDDEN, "torch.relu(self.conv1(x))"),
    ("block_subtracts", "The input is added.", "+ self.shortcut(x)", "- self.shortcut(x)"),
    ("block_multiplies", "The input is added, not multiplied.", "+ self.shortcut(x)", "* self.shortcut(x)"),
    ("block_averages", "Sum, not mean.", "torch.relu(self.bn2", "0.5 * torch.relu(self.bn2"),
    ("block_shortcut_with_relu", "Nothing follows the shortcut before the addition.",
     "+ self.shortcut(x)", "+ torch.relu(self.shortcut(x))"),
    ("block_shortcut_around_conv2", "The shortcut begins at x, before conv1.",
     _OUT, "torch.relu(self.bn2(self.conv2(hidden)) + hidden)"),
    ("block_detaches_the_shortcut", "The values are right; does the gradient pass through the shortcut?",
     "+ self.shortcut(x)", "+ self.shortcut(x).detach()"),
    ("block_uses_bn1_twice", "Two layers seem to share one batch normalization.",
     "self.bn2 = nn.BatchNorm2d(c_out)", "self.bn2 = self.bn1"),
    ("block_takes_bn1_for_bn2", "bn1 is used after both convolutions, and bn2 never.",
     "self.bn2(self.conv2(hidden))", "self.bn1(self.conv2(hidden))"),
    ("block_of_one_convolution", "conv1 and conv2 seem to be one layer where their shapes agree.",
     "self.conv2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)",
     "self.conv2 = self.conv1 if c_in == c_out and stride == 1 else nn.Conv2d(c_out, c_out, 3, padding=1, bias=False)"),
    ("block_stride_in_conv2", "conv1 has the stride, conv2 has stride 1.",
     "c_out, 3, stride=stride, padding=1", "c_out, 3, padding=1", "(c_out, c_out, 3, padding=1",
     "(c_out, c_out, 3, stride, 1"),
    ("block_convolutions_with_bias", "A bias before a batch normalization has no effect, and here there is none.",
     "c_out, 3, stride=stride, padding=1, bias=False", "c_out, 3, stride=stride, padding=1"),
    ("block_shortcut_with_bias", "The convolution of the shortcut has no bias.",
     "1, stride=stride, bias=False", "1, stride=stride"),
    ("block_shortcut_without_norm", "The shortcut has a batch normalization of its own.",
     _SHORT, "nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.Identity())"),
    ("block_shortcut_of_3", "The convolution of the shortcut is 1×1.",
     "c_out, 1, stride=stride", "c_out, 3, padding=1, stride=stride"),
    ("block_shortcut_pools", "Where only the size changes, the shortcut is a convolution too.",
     "if stride != 1 or c_in != c_out:", "if stride != 1 and c_in == c_out:\n            self.shortcut = "
     "nn.MaxPool2d(1, stride)\n        elif c_in != c_out:"),
    ("block_always_projects", "Where the shapes agree, the shortcut is the identity, without parameters.",
     "if stride != 1 or c_in != c_out:", "if True:"),
    ("block_projects_for_the_stride_only", "If the channels change, x does not fit without a convolution.",
     "if stride != 1 or c_in != c_out:", "if stride != 1:"),
    ("block_with_numpys_momentum", "torch's momentum weighs the new value, and its default is 0.1.",
     "self.bn1 = nn.BatchNorm2d(c_out)", "self.bn1 = nn.BatchNorm2d(c_out, momentum=0.9)"),
    ("block_with_another_eps", "Is eps of the batch normalization the default?",
     "self.bn1 = nn.BatchNorm2d(c_out)", "self.bn1 = nn.BatchNorm2d(c_out, eps=0.1)"),
    ("block_without_affine", "The batch normalization has a weight and a bias.",
     "self.bn2 = nn.BatchNorm2d(c_out)", "self.bn2 = nn.BatchNorm2d(c_out, affine=False)"),
    ("block_with_instance_norm", "The statistics are those of the batch, not of each image.",
     "self.bn1 = nn.BatchNorm2d(c_out)", "self.bn1 = nn.InstanceNorm2d(c_out, affine=True, track_running_stats=True)"),
    ("block_preactivated", "This is the order of a later paper: batch normalization and ReLU before each convolution.",
     _HIDDEN, "self.conv1(torch.relu(x))", _OUT, "self.conv2(torch.relu(self.bn2(hidden))) + self.shortcut(x)"),
]:  # fmt: skip
    slip("ResidualBlock", *edits, name=name, says=says)

mistake("q_zero_residual", says="And what follows the addition?", name="zero_residual_before_relu")(-1.5)
mistake("q_zero_residual", says="A ReLU is no absolute value.", name="zero_residual_positive")(1.5)

# --- fc_to_conv ----------------------------------------------------------------------------------------------------

_COPY = "conv.weight.copy_(linear.weight.reshape(conv.weight.shape))"
for name, says, *edits in [
    ("conv_channels_last", "In which order did flattening list the numbers? Channels come first.",
     "linear.weight.reshape(conv.weight.shape)",
     "linear.weight.reshape(-1, height, width, channels).permute(0, 3, 1, 2)"),
    ("conv_rows_for_columns", "Rows come before columns, in flattening and in a kernel.",
     "linear.weight.reshape(conv.weight.shape)", "linear.weight.reshape(-1, channels, width, height).transpose(2, 3)"),
    ("conv_width_before_height", "Rows come before columns, in the kernel's size, too.",
     "(height, width), bias", "(width, height), bias"),
    ("conv_flipped", "A convolution layer does not flip its kernel.",
     "linear.weight.reshape(conv.weight.shape)", "linear.weight.reshape(conv.weight.shape).flip(2, 3)"),
    ("conv_with_a_new_bias", "The bias is not that of the layer.", "conv.bias.copy_(linear.bias)", "pass"),
    ("conv_with_new_weights", "The weights are not those of the layer.", _COPY, "pass"),
    ("conv_never_with_a_bias", "If the layer has a bias, so has the convolution.",
     "has_bias = linear.bias is not None", "has_bias = False"),
    ("conv_with_padding", "There is no padding: the kernel fits exactly once.",
     "bias=has_bias)", "bias=has_bias, padding=(height // 2, width // 2))"),
    ("conv_with_large_steps", "The window moves by one.", "bias=has_bias)", "bias=has_bias, stride=(height, width))"),
    ("conv_of_one_place", "The kernel has the size of the maps.",
     "(height, width), bias", "1, bias", _COPY,
     "conv.weight.copy_(linear.weight.reshape(len(linear.weight), channels, -1)"
     ".sum(dim=2)[:, :, None, None])"),
    ("conv_shares_its_weights", "The convolution and the layer share their numbers: training one changes the other.",
     _COPY, "conv.weight.data = linear.weight.data.reshape(conv.weight.shape)"),
    ("conv_in_single_precision", "The convolution has another dtype than the layer.", ".to(linear.weight)", ""),
    ("conv_of_any_shape", "What should happen if the layer takes another number of inputs?",
     "if linear.in_features != channels * height * width:", "if False:"),
]:  # fmt: skip
    slip("fc_to_conv", *edits, name=name, says=says)


def with_a_bias(linear, in_shape):
    """The convolution with the layer's weights, and a bias as it is drawn, whether the layer has one or not."""
    channels, height, width = in_shape
    if linear.in_features != channels * height * width:
        raise ValueError
    conv = nn.Conv2d(channels, linear.out_features, (height, width)).to(linear.weight)
    with torch.no_grad():
        conv.weight.copy_(linear.weight.reshape(conv.weight.shape))
    return conv


@mistake("fc_to_conv", says="If the layer has no bias, the convolution has none either.")
def conv_always_with_a_bias(linear, in_shape):
    conv = with_a_bias(linear, in_shape)
    with torch.no_grad():
        conv.bias.copy_(linear.bias if linear.bias is not None else torch.zeros(linear.out_features))
    return conv


@mistake("fc_to_conv", says="If the layer has no bias, the convolution has none either.", varies=True)
def conv_keeps_a_bias_of_its_own(linear, in_shape):
    conv = with_a_bias(linear, in_shape)
    if linear.bias is not None:
        with torch.no_grad():
            conv.bias.copy_(linear.bias)
    return conv


# --- mixed_precision_step ------------------------------------------------------------------------------------------

_FORWARD = "    with torch.autocast(x.device.type, dtype=dtype):\n        loss = loss_fn(model(x), y)\n"
for name, says, *edits in [
    ("mixed_without_scale", "The loss is not scaled before the backward pass.",
     "scaler.scale(loss).backward()", "scaler.scale(loss)\n    loss.backward()"),
    ("mixed_steps_without_the_scaler", "The optimizer takes its step with gradients that are still scaled.",
     "scaler.step(optimizer)", "optimizer.step()", "scaler.update()", "pass"),
    ("mixed_without_update", "The scaler is never updated.", "    scaler.update()\n", ""),
    ("mixed_without_zero_grad", "Old gradients seem to count.", "    optimizer.zero_grad()\n", ""),
    ("mixed_in_evaluation_mode", "The model trains in training mode.", "    model.train()\n", ""),
    ("mixed_without_autocast", "The products are not in 16 bits.", _FORWARD, "    loss = loss_fn(model(x), y)\n"),
    ("mixed_loss_outside", "The loss belongs under autocast, too.", _FORWARD,
     "    with torch.autocast(x.device.type, dtype=dtype):\n        out = model(x)\n    loss = loss_fn(out, y)\n"),
    ("mixed_always_in_float16", "dtype is an argument.", "dtype=dtype", "dtype=torch.float16"),
    ("mixed_backward_inside", "The backward pass belongs outside of autocast.",
     "    scaler.scale(loss).backward()\n", "        scaler.scale(loss).backward()\n"),
    ("mixed_returns_the_scaled_loss", "The loss that is returned is scaled; the caller wants it as it is.",
     "loss.item()", "scaler.scale(loss).item()"),
    ("mixed_returns_a_tensor", "A Python float is wanted.", "loss.item()", "loss.detach()"),
    ("mixed_loss_after_the_step", "The loss is that before the step.", "return loss.item()",
     "return loss_fn(model(x), y).item()"),
    ("mixed_steps_twice", "One step, please.", "    scaler.update()\n",
     "    scaler.update()\n    optimizer.step()\n"),
]:  # fmt: skip
    slip("mixed_precision_step", *edits, name=name, says=says)


@mistake("mixed_precision_step", says="The parameters stay in float32; here they seem to be rounded to 16 bits.")
def mixed_with_a_rounded_model(model, batch, optimizer, loss_fn, scaler, dtype=torch.float16):
    x, y = batch
    model.train()
    with torch.no_grad():
        for part in model.parameters():
            part.copy_(part.to(dtype).float())
    optimizer.zero_grad()
    with torch.autocast(x.device.type, dtype=dtype):
        loss = loss_fn(model(x), y)
    loss.backward()
    with torch.no_grad():
        for part in model.parameters():
            part.sub_(0.5 * part.grad).copy_(part.to(dtype).float())
    return loss.item()
