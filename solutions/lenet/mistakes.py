"""Known wrong implementations of the LeNet assignment.

Most are the reference with one edit; what is built another way is written out.
"""

import torch
import torch.nn.functional as F
from sklearn.neighbors import KNeighborsClassifier
from torch import nn

from autograder import mistake, slip

# --- lenet_shapes and lenet_param_count ----------------------------------------------------------------------------

slip(
    "lenet_shapes", "size - 4", "size",
    name="shapes_with_padding",
    says="The convolutions seem to keep the size, as with padding; here there is none.",
)  # fmt: skip
slip(
    "lenet_shapes", "size - 4", "size - 4 * (size < 32)",
    name="shapes_with_padding_in_c1",
    says="C1 seems to keep the size, as with padding; here there is none.",
)  # fmt: skip
slip(
    "lenet_shapes", "size - 4", "max(size - 5, 1)",
    name="shapes_one_too_small",
    says="A 5×5 window fits 32 - 5 + 1 times into 32 rows: the first place counts as well.",
)  # fmt: skip
slip(
    "lenet_shapes", '{"input": (1, 32, 32)}', '{"input": (32, 32, 1)}',
    "(channels, size, size)", "(size, size, channels)",
    name="shapes_channels_last",
    says="The channels stand last; torch's order is channels, height, width.",
)  # fmt: skip
slip(
    "lenet_shapes", "size // 2", "size",
    name="shapes_pooling_keeps_the_size",
    says="The mean over 2×2 blocks halves height and width.",
)  # fmt: skip
slip(
    "lenet_shapes", '{"F6"', '{"C5": (120,), "F6"',
    name="shapes_c5_flat",
    says="C5 is a convolution: it returns maps, though each has only one place.",
)  # fmt: skip
slip(
    "lenet_shapes", "(1, 32, 32)}, 32", "(1, 28, 28)}, 28",
    name="shapes_of_28_rows",
    says="The images have 32 rows here; 28 rows would need padding.",
)  # fmt: skip
slip(
    "lenet_shapes", '("C3", 16)', '("C3", 96)',
    name="shapes_maps_multiplied",
    says="C3 has 16 filters that each look at all six maps: it returns 16 maps, not 6 × 16.",
)  # fmt: skip

slip(
    "lenet_param_count", "(inputs + 1)", "inputs",
    name="count_without_biases",
    says="Every filter and every unit has a bias, too.",
)  # fmt: skip
slip(
    "lenet_param_count", "25 * 6", "25",
    "25 * 16", "25",
    name="count_one_map_per_filter",
    says="A filter of C3 or C5 has weights for each of the maps that it looks at.",
)  # fmt: skip
slip(
    "lenet_param_count", "kernels.items()}", 'kernels.items()} | {"C3": 1516}',
    name="count_partial_c3",
    says="This is C3 as in the paper, where a filter sees some of the maps; here it sees all.",
)  # fmt: skip
slip(
    "lenet_param_count", '{"S2": 0, "S4": 0}', '{"S2": 12, "S4": 32}',
    name="count_trainable_means",
    says="Our S2 and S4 are plain means, which have nothing to learn.",
)  # fmt: skip
slip(
    "lenet_param_count", "kernels.items()}", 'kernels.items()} | {"C1": 156 * 28 * 28, "C3": 2416 * 10 * 10}',
    name="count_at_every_place",
    says="Weights are shared: those of a filter count once, not once for each place.",
)  # fmt: skip
slip(
    "lenet_param_count", "sum(counts.values())", "sum(units * inputs for units, inputs in kernels.values())",
    name="count_total_of_weights",
    says="The total is not the sum of the layers.",
)  # fmt: skip
slip(
    "lenet_param_count", "units * (inputs + 1)", "units * inputs + 1",
    name="count_one_bias_per_layer",
    says="A bias belongs to a filter: there is one for each, not one for the layer.",
)  # fmt: skip
for name, inputs_per_bias in [
    ("count_a_bias_for_each_map", 'inputs + (inputs // 25 if name in ("C1", "C3", "C5") else 1)'),
    ("count_a_bias_for_each_map_and_unit", 'inputs + (inputs // 25 if name in ("C1", "C3", "C5") else inputs)'),
]:
    slip(
        "lenet_param_count", "(inputs + 1)", f"({inputs_per_bias})",
        name=name,
        says="A filter or a unit has one bias, however many maps or numbers it looks at.",
    )  # fmt: skip

mistake("q_s4_rows_for_28", says="These are the rows for 32×32 images.", name="rows_as_for_32")(5)
mistake("q_s4_rows_for_28", says="This is the map before S4 takes its means.", name="rows_before_the_mean")(8)
mistake("q_s4_rows_for_28", says="Only one of the two convolutions and means seems to be counted.", name="rows_of_s2")(
    12
)
mistake("q_s4_rows_for_28", says="Without padding each convolution takes four rows off.", name="rows_with_padding")(7)

mistake("q_first_loss", says="A loss of 0 means certainty about the right digit.", name="first_loss_zero")(0)
mistake("q_first_loss", says="This is the probability of one digit; the loss is its -log.", name="first_loss_share")(
    0.1
)
mistake("q_first_loss", says="The logarithm is the natural one.", name="first_loss_log10")(1.0)
mistake("q_first_loss", says="The logarithm is the natural one.", name="first_loss_log2")(3.32)
mistake("q_first_loss", says="A probability is below 1, so -log of it is positive.", name="first_loss_negative")(-2.3)

mistake("q_softmax_twice", says="That would be right if the loss took the output for what it is.", name="twice_zero")(0)
mistake("q_softmax_twice", says="That is the loss of a network that knows nothing.", name="twice_ln_10")(2.3)
mistake("q_softmax_twice", says="There are nine wrong digits, each with the logit 0.", name="twice_two_classes")(0.31)
mistake("q_softmax_twice", says="That is the probability; the loss is its -log.", name="twice_probability")(0.23)

mistake("q_which_softmax", says="This loss comes below what two softmaxes allow.", name="which_restless")("a")
mistake("q_which_softmax", says="This loss comes much closer to 0 than two softmaxes allow.", name="which_lowest")("c")
mistake("q_which_softmax", says="After a softmax no loss can be larger than 2.46.", name="which_highest")("d")

# --- LeNet5 --------------------------------------------------------------------------------------------------------

LAYERS = ("nn.Conv2d(1, 6, 5)", "nn.Conv2d(6, 16, 5)", "nn.Conv2d(16, 120, 5)", "nn.Linear(120, 84)")
CLASS = "class LeNet5(nn.Module):"
PAPER = "class Paper(nn.Module):\n    def forward(self, x):\n        return 1.7159 * torch.tanh(2 * x / 3)\n\n\n"


def activations(new):
    """The edits that put another activation in the place of each tanh."""
    return [text for layer in LAYERS for text in (f"{layer}, nn.Tanh()", f"{layer}, {new}")]


def pools(new):
    """The edits that put another pooling in the place of both means."""
    return "nn.AvgPool2d(2), nn", f"{new}, nn", "nn.AvgPool2d(2)\n", f"{new}\n"


slip(
    "LeNet5", "nn.Linear(84, 10)", "nn.Linear(84, 10), nn.Softmax(1)",
    name="softmax_at_the_end",
    says="The network ends with a softmax. Logits are wanted: the loss takes the softmax itself.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Linear(84, 10)", "nn.Linear(84, 10), nn.LogSoftmax(1)",
    name="log_softmax_at_the_end",
    says="The network ends with a log-softmax. Logits are wanted: the loss takes the softmax itself.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Linear(84, 10)", "nn.Linear(84, 10), nn.Tanh()",
    name="tanh_at_the_end",
    says="A tanh follows the output layer, so no logit can leave -1 ... 1.",
)  # fmt: skip
slip(
    "LeNet5", *activations("nn.ReLU()"),
    name="relu_for_tanh",
    says="The activation is not tanh: for strongly positive and negative inputs it should go to ±1.",
)  # fmt: skip
slip(
    "LeNet5", *activations("nn.Sigmoid()"),
    name="sigmoid_for_tanh",
    says="The activation looks like a sigmoid, between 0 and 1; tanh lies between -1 and 1.",
)  # fmt: skip
slip(
    "LeNet5", *activations("Paper()"), CLASS, PAPER + CLASS,
    name="tanh_of_the_paper",
    says="This is the activation of the paper, 1.7159 tanh(2x/3); here it is plain tanh.",
)  # fmt: skip
slip(
    "LeNet5", *pools("nn.MaxPool2d(2)"),
    name="max_pooling",
    says="S2 and S4 take the largest value of a block; they should take the mean.",
)  # fmt: skip
slip(
    "LeNet5", *pools("nn.AvgPool2d(2, divisor_override=1)"),
    name="pooling_by_sum",
    says="S2 and S4 add up each block; they should take its mean.",
)  # fmt: skip
slip(
    "LeNet5", *pools("nn.MaxPool2d(1, 2)"),
    name="pooling_by_skipping",
    says="S2 and S4 keep one of four values; they should take the mean of the block.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Tanh(), nn.AvgPool2d(2), nn", "nn.AvgPool2d(2), nn.Tanh(), nn",
    "nn.Tanh(), nn.AvgPool2d(2)\n", "nn.AvgPool2d(2), nn.Tanh()\n",
    name="tanh_after_the_mean",
    says="The tanh comes after the mean; here the convolution is squashed first, then averaged.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Tanh(), nn.AvgPool2d(2), nn", "nn.AvgPool2d(2), nn",
    "nn.Tanh(), nn.AvgPool2d(2)\n", "nn.AvgPool2d(2)\n",
    name="no_tanh_after_c1_and_c3",
    says="An activation is missing after C1 or C3.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Tanh(), nn.Flatten()", "nn.Flatten()",
    name="no_tanh_after_c5",
    says="The activation after C5 is missing.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Tanh(), nn.Linear(84, 10)", "nn.Linear(84, 10)",
    name="no_tanh_after_f6",
    says="The activation after F6 is missing: two linear layers in a row are one linear layer.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten()", "nn.Flatten(), nn.Linear(400, 120), nn.Tanh()",
    "self.features(x)", "self.features(x).permute(0, 2, 3, 1)",
    name="flattened_channels_last",
    says="The maps are flattened in another order: channel first, then row, then column.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten()", "nn.Flatten(), nn.Linear(16 * 4 * 4, 120), nn.Tanh()",
    name="wrong_flatten_size",
    says="F6 does not fit what C5 returns. What is its shape after flattening?",
)  # fmt: skip
slip(
    "LeNet5", "nn.Conv2d(1, 6, 5)", "nn.Conv2d(1, 6, 5, padding=2)",
    name="c1_with_padding",
    says="C1 has padding, so its maps are larger and the later layers no longer fit.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Flatten()", "nn.Flatten(0)",
    name="batch_flattened_away",
    says="Flattening swallows the batch axis: each image should keep a row of its own.",
)  # fmt: skip
slip(
    "LeNet5", "features = nn.Sequential(", "features = [nn.Sequential(",
    "nn.AvgPool2d(2)\n        )", "nn.AvgPool2d(2)\n        )]",
    "self.features(x)", "self.features[0](x)",
    name="layers_in_a_plain_list",
    says="Layers lie in a plain list: nobody registers their parameters, so nobody will train them.",
)  # fmt: skip
slip(
    "LeNet5", *[text for layer in (*LAYERS, "nn.Linear(84, 10)") for text in (layer, f"{layer[:-1]}, bias=False)")],
    name="no_biases",
    says="The layers have no biases.",
)  # fmt: skip
slip(
    "LeNet5", "Conv2d(1, 6, 5)", "Conv2d(1, 6, 3)",
    "Conv2d(6, 16, 5)", "Conv2d(6, 16, 3)",
    "Conv2d(16, 120, 5)", "Conv2d(16, 120, 6)",
    name="filters_of_3",
    says="The filters of C1 and C3 are 3×3; they should be 5×5.",
)  # fmt: skip
slip(
    "LeNet5", "Conv2d(6, 16, 5)", "Conv2d(6, 12, 5)",
    "Conv2d(16, 120, 5)", "Conv2d(12, 120, 5)",
    name="twelve_maps_in_c3",
    says="C3 has 12 maps; it should have 16.",
)  # fmt: skip
slip(
    "LeNet5", "nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10)", "nn.Linear(120, 10)",
    name="without_f6",
    says="F6 is not among the parameters: does C5 go straight to the output, or is the layer kept where nn.Module "
    "does not look, as in a plain list?",
)  # fmt: skip
slip(
    "LeNet5", "self.features(x)", "self.features(x).detach()",
    name="graph_cut_off",
    says="A part of the network computes without a graph, so the layers before it get no gradient.",
)  # fmt: skip
slip(
    "LeNet5", "return self.classifier(self.features(x))",
    "z = self.classifier(self.features(x))\n        return z - z.mean(dim=0, keepdim=True) + self.classifier[-1].bias",
    name="centred_over_the_batch",
    says="Each image's logits depend on the other images of the batch.",
)  # fmt: skip


@mistake("LeNet5", says="The layers are made once for the class: all networks share one set of parameters.")
class layers_shared_by_the_class(nn.Module):
    shared = nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )  # fmt: skip

    def __init__(self):
        super().__init__()
        self.net = self.shared

    def forward(self, x):
        return self.net(x)


# --- make_loaders --------------------------------------------------------------------------------------------------

STATISTICS = "x[train].mean().item(), x[train].std().item()"
IN_PLACE = "\n    x -= mean\n    x /= std"
EACH = "\n    x = (x - x.mean((1, 2, 3), keepdim=True)) / x.std((1, 2, 3), keepdim=True)"
NOT_NORMALISED = ("(x[train] - mean) / std", "x[train]", "(x[val] - mean) / std", "x[val]")

slip(
    "make_loaders", STATISTICS, "x.mean().item(), x.std().item()",
    name="statistics_of_all_images",
    says="mean and std are those of all images: the validation images have a say in them.",
)  # fmt: skip
slip(
    "make_loaders", "(x[val] - mean) / std", "(x[val] - x[val].mean()) / x[val].std()",
    name="validation_by_its_own_statistics",
    says="The validation images are normalised by statistics of their own.",
)  # fmt: skip
slip(
    "make_loaders", "(x[val] - mean) / std", "x[val]",
    name="validation_not_normalised",
    says="The validation images are not normalised.",
)  # fmt: skip
slip(
    "make_loaders", *NOT_NORMALISED,
    name="nothing_normalised",
    says="The images are not normalised, though mean and std are right.",
)  # fmt: skip
slip(
    "make_loaders", STATISTICS, STATISTICS + EACH, *NOT_NORMALISED,
    name="statistics_of_each_image",
    says="Each image is normalised by its own mean and std; two numbers for all are wanted.",
)  # fmt: skip
slip(
    "make_loaders", STATISTICS, "x[train].mean(dim=0), x[train].std(dim=0) + 1e-6",
    name="statistics_of_each_pixel",
    says="There is a mean for each pixel; one for all pixels together is wanted.",
)  # fmt: skip
slip(
    "make_loaders", STATISTICS, "x[train].mean(), x[train].std()",
    name="statistics_as_tensors",
    says="mean and std are tensors; Python floats are wanted (.item()).",
)  # fmt: skip
slip(
    "make_loaders", "x[train].std()", "x[train].var()",
    name="divided_by_the_variance",
    says="The images are divided by the variance; the standard deviation is its root.",
)  # fmt: skip
slip(
    "make_loaders", "(x[train] - mean) / std, y[train]", "(x[order] - mean) / std, y[order]",
    name="validation_images_trained_on",
    says="The validation images are among the training images, too.",
)  # fmt: skip
slip(
    "make_loaders", "val, train = order[:n_val], order[n_val:]",
    "order = torch.arange(len(x))\n    train, val = order[: len(x) - n_val], order[len(x) - n_val :]",
    name="last_images_for_validation",
    says="Images that follow one another are for validation; data can be sorted, so draw them at random.",
)  # fmt: skip
slip(
    "make_loaders", "val, train = order[:n_val], order[n_val:]",
    "train, val = (order[:n_val], order[n_val:]) if n_val else (order, order[:0])",
    name="sets_swapped",
    says="The two sets are swapped: val_fraction is the share of the validation set.",
)  # fmt: skip
slip(
    "make_loaders", "int(len(x) * val_fraction)", "round(len(x) * val_fraction)",
    name="validation_size_rounded",
    says="The size of the validation set is rounded to the nearest number; round it down.",
)  # fmt: skip
slip(
    "make_loaders", "shuffle=True, generator=generator", "shuffle=False",
    name="training_never_shuffled",
    says="The training images are not shuffled from epoch to epoch.",
)  # fmt: skip
slip(
    "make_loaders", "DataLoader(val_set, batch_size=batch_size)",
    "DataLoader(val_set, batch_size=batch_size, shuffle=n_val > 0)",
    name="validation_shuffled",
    says="The validation images come in another order each time; theirs should stay the same.",
)  # fmt: skip
slip(
    "make_loaders", "shuffle=True, generator=generator", "shuffle=True",
    name="shuffled_without_the_seed",
    says="The seed decides the split, but not the order of the training batches.",
)  # fmt: skip
slip(
    "make_loaders", "len(x), generator=generator", "len(x), generator=torch.Generator().manual_seed(0)",
    name="split_with_a_fixed_seed",
    says="The split does not depend on the seed.",
)  # fmt: skip
slip(
    "make_loaders", "len(x), generator=generator", "len(x)",
    name="split_without_the_seed",
    says="The split is another one each time, whatever the seed.",
)  # fmt: skip
slip(
    "make_loaders", "shuffle=True,", "shuffle=True, drop_last=True,",
    "DataLoader(val_set, batch_size=batch_size)", "DataLoader(val_set, batch_size=batch_size, drop_last=True)",
    name="smaller_batches_dropped",
    says="The last, smaller batch of both loaders is dropped, and with it some images.",
)  # fmt: skip
slip(
    "make_loaders", "DataLoader(val_set, batch_size=batch_size)",
    "DataLoader(val_set, batch_size=batch_size, drop_last=True)",
    name="smaller_validation_batch_dropped",
    says="The last, smaller batch of the validation images is dropped, and with it some images.",
)  # fmt: skip
slip(
    "make_loaders", "shuffle=True,", "shuffle=True, drop_last=True,",
    name="smaller_batch_dropped",
    says="The last, smaller batch is dropped, and with it some images.",
)  # fmt: skip
slip(
    "make_loaders", "batch_size=batch_size, shuffle", "shuffle",
    "val_set, batch_size=batch_size", "val_set",
    name="batch_size_forgotten",
    says="Each batch has one image: the loaders are not given the batch size.",
)  # fmt: skip
slip(
    "make_loaders", "int(len(x) * val_fraction)", "max(1, int(len(x) * val_fraction))",
    name="one_for_validation_in_any_case",
    says="There is always an image for validation, also where val_fraction is 0.",
)  # fmt: skip
slip(
    "make_loaders", "y[train]", "y[n_val:]",
    "y[val]", "y[:n_val]",
    name="labels_left_behind",
    says="The images are drawn in a new order, and their labels are not.",
)  # fmt: skip
slip(
    "make_loaders", STATISTICS, STATISTICS + IN_PLACE, *NOT_NORMALISED,
    name="normalised_in_place",
    says="x itself is changed: -= and /= work in place, on the caller's images.",
)  # fmt: skip

# --- train_epoch ---------------------------------------------------------------------------------------------------

CLEAR, STEP = "        optimizer.zero_grad()\n", "        optimizer.step()\n"
BACKWARD = "        loss.backward()\n"
BEGIN = "    total, count = 0.0, 0\n"

slip(
    "train_epoch", CLEAR, "",
    name="no_zero_grad",
    says="Gradients are never forgotten: each step follows the sum of all so far.",
)  # fmt: skip
slip(
    "train_epoch", CLEAR, "", BEGIN, BEGIN + "    optimizer.zero_grad()\n",
    name="zero_grad_once",
    says="Gradients are forgotten once, at the start of the epoch; it is due before every batch.",
)  # fmt: skip
slip(
    "train_epoch", CLEAR, "", STEP, STEP + CLEAR,
    name="zero_grad_after_the_step",
    says="Gradients are forgotten only after a step: what was stored before still counts once.",
)  # fmt: skip
slip(
    "train_epoch", CLEAR, "", STEP, CLEAR + STEP,
    name="zero_grad_before_the_step",
    says="Gradients are forgotten between computing them and the step: nothing is learned.",
)  # fmt: skip
slip(
    "train_epoch", "model(images)", "F.softmax(model(images), dim=1)",
    name="softmax_before_cross_entropy",
    says="A softmax is taken before F.cross_entropy, which takes one itself.",
)  # fmt: skip
slip(
    "train_epoch", "(images), labels)", '(images), labels, reduction="sum")', " * len(labels)", "",
    name="summed_loss",
    says="The loss of a batch is the sum over its images; the step should follow their mean.",
)  # fmt: skip
slip(
    "train_epoch", STEP, "",
    name="no_step",
    says="Gradients are computed, but the optimizer never steps.",
)  # fmt: skip
slip(
    "train_epoch", CLEAR, "", STEP, "", BEGIN, BEGIN + CLEAR[4:], "    return", STEP[4:] + "    return",
    name="one_step_per_epoch",
    says="The optimizer steps once, at the end of the epoch; it should after every batch.",
)  # fmt: skip
slip(
    "train_epoch", "in loader:", "in [next(iter(loader))]:",
    name="first_batch_only",
    says="Only the first batch is trained on: is there a return inside the loop?",
)  # fmt: skip
slip(
    "train_epoch", BEGIN,
    BEGIN + '    optimizer = torch.optim.SGD(model.parameters(), lr=optimizer.param_groups[0]["lr"])\n',
    name="optimizer_of_its_own",
    says="Another optimizer steps, not the one that was passed; what that one remembers is lost.",
)  # fmt: skip
slip(
    "train_epoch", "    model.train()\n", "",
    name="training_mode_forgotten",
    says="The training mode is not switched on: a model that has just been evaluated stays there.",
)  # fmt: skip
slip(
    "train_epoch", "model.train()", "model.eval()",
    name="trained_in_evaluation_mode",
    says="The model is put into evaluation mode, and it trains there.",
)  # fmt: skip
slip(
    "train_epoch", " * len(labels)", "", "+= len(labels)", "+= 1",
    name="mean_over_batches",
    says="This is the mean over the batches; a smaller batch counts as much as a large one.",
)  # fmt: skip
slip(
    "train_epoch", "float(total) / count", "float(loss)",
    name="loss_of_the_last_batch",
    says="This is the loss of the last batch, not the mean of the epoch.",
)  # fmt: skip
slip(
    "train_epoch", " * len(labels)", "", "float(total) / count", "float(total)",
    name="sum_of_the_losses",
    says="The losses of the batches are added up and not divided.",
)  # fmt: skip
slip(
    "train_epoch", "float(total) / count", "float(total)",
    name="sum_over_images",
    says="The losses are weighted by the size of their batch, but never divided by all images.",
)  # fmt: skip
slip(
    "train_epoch", "float(total)", "total",
    name="loss_tensor_returned",
    says="A tensor comes back: it may hold the graphs of all batches. A Python float is wanted.",
)  # fmt: skip
slip(
    "train_epoch", "loss.detach()", "F.cross_entropy(model(images), labels).detach()",
    name="loss_after_the_step",
    says="The loss is measured after the step; the loss from which the gradient came is wanted.",
)  # fmt: skip
slip(
    "train_epoch", "/ count", "/ len(loader.dataset)",
    name="needs_a_dataset", raises="AttributeError",
    says="The number of images is taken from loader.dataset, which not every loader has.",
)  # fmt: skip
slip(
    "train_epoch", "        images, labels = images.to(device), labels.to(device)\n", "",
    name="batches_left_on_the_cpu",
    says="The batches stay on the CPU; each has to be moved to the device of the model.",
)  # fmt: skip

# --- evaluate ------------------------------------------------------------------------------------------------------

SHARE = (".sum().item()", ".double().mean().item()")
BATCHES = ("loss, right, count = 0.0, 0, 0", "loss, right, count, batches = 0.0, 0, 0, 0",
           "count += len(labels)", "count += len(labels)\n            batches += 1")  # fmt: skip
MEAN = (', reduction="sum"', "")

slip(
    "evaluate", "    model.eval()\n", "",
    name="evaluation_mode_forgotten",
    says="The model stays in training mode: dropout drops, and batch statistics count and change.",
)  # fmt: skip
slip(
    "evaluate", "    model.train(was_training)\n", "",
    name="mode_not_given_back",
    says="The model is left in evaluation mode, also when it came in training mode.",
)  # fmt: skip
slip(
    "evaluate", "train(was_training)", "train()",
    name="training_mode_at_the_end",
    says="The model is left in training mode, also when it came in evaluation mode.",
)  # fmt: skip
slip(
    "evaluate", "no_grad()", "enable_grad()",
    name="no_no_grad",
    says="A graph is recorded for every batch, though nobody wants gradients.",
)  # fmt: skip
slip(
    "evaluate", *MEAN, *SHARE, "+= len(labels)", "+= 1",
    name="averaged_over_batches",
    says="Loss and accuracy are averaged over the batches; a smaller batch counts too much.",
)  # fmt: skip
slip(
    "evaluate", *SHARE, *BATCHES, "right / count", "right / batches",
    name="accuracy_averaged_over_batches",
    says="The accuracy is averaged over the batches; a smaller batch counts too much.",
)  # fmt: skip
slip(
    "evaluate", *MEAN, *BATCHES, "loss / count", "loss / batches",
    name="loss_averaged_over_batches",
    says="The loss is averaged over the batches; a smaller batch counts too much.",
)  # fmt: skip
slip(
    "evaluate", *MEAN,
    name="means_divided_by_images",
    says="The mean losses of the batches are added up and divided by the number of images.",
)  # fmt: skip
slip(
    "evaluate", "loss +=", "loss =", "right +=", "right =", "count +=", "count =",
    name="only_the_last_batch",
    says="Only the last batch is judged.",
)  # fmt: skip
slip(
    "evaluate", "right / count", "100 * right / count",
    name="accuracy_in_percent",
    says="The accuracy is in percent; it should lie between 0 and 1.",
)  # fmt: skip
slip(
    "evaluate", "right / count", "float(right)",
    name="right_answers_counted",
    says="Right answers are counted, but not divided by the number of images.",
)  # fmt: skip
slip(
    "evaluate", "loss / count, right / count", "right / count, loss / count",
    name="accuracy_first",
    says="Loss and accuracy are swapped.",
)  # fmt: skip
slip(
    "evaluate", "cross_entropy(logits", "cross_entropy(F.softmax(logits, dim=1)",
    name="softmax_before_the_judgement",
    says="A softmax is taken before F.cross_entropy, which takes one itself.",
)  # fmt: skip
slip(
    "evaluate", "cross_entropy(logits", "nll_loss(torch.log(F.softmax(logits, dim=1))",
    name="log_of_softmax",
    says="The logarithm of a softmax: a probability that rounds to 0 makes the loss infinite.",
)  # fmt: skip
slip(
    "evaluate", "argmax(dim=1)", "argmax(dim=0)[torch.arange(len(labels), device=labels.device) % logits.shape[1]]",
    name="argmax_over_the_batch",
    says="The largest logit is looked for among the images; the classes are along the second axis.",
)  # fmt: skip
slip(
    "evaluate", "loss / count, right / count", "torch.tensor(loss / count), torch.tensor(right / count)",
    name="judged_in_tensors",
    says="Tensors come back; Python floats are wanted (.item()).",
)  # fmt: skip
slip(
    "evaluate", "    model.eval()\n", "    model.eval()\n    model.zero_grad()\n",
    name="gradients_cleared",
    says="Stored gradients are cleared; an evaluation leaves the model as it is.",
)  # fmt: skip
slip(
    "evaluate", "            images, labels = images.to(device), labels.to(device)\n", "",
    name="judged_on_the_cpu",
    says="The batches stay on the CPU; each has to be moved to the device of the model.",
)  # fmt: skip
slip(
    "evaluate", "    model.eval()\n", "    model.eval().requires_grad_(False)\n",
    name="frozen_by_the_evaluation",
    says="The parameters require no gradients afterwards; an evaluation leaves the model as it is.",
)  # fmt: skip
slip(
    "evaluate", "    return", "    count = len(loader.dataset)\n    return",
    name="counted_by_the_dataset", raises="AttributeError",
    says="Only a DataLoader has a dataset; count the images as they come.",
)  # fmt: skip

# --- overfit_one_batch ---------------------------------------------------------------------------------------------

ADAM = "    optimizer = torch.optim.Adam(model.parameters(), lr=0.002)\n"

slip(
    "overfit_one_batch", CLEAR, "",
    name="overfit_without_zero_grad",
    says="Gradients are not forgotten between the steps.",
)  # fmt: skip
slip(
    "overfit_one_batch", CLEAR, "    " + ADAM + CLEAR,
    name="new_optimizer_every_step",
    says="A new optimizer for every step: it forgets each time what it has learned.",
)  # fmt: skip
slip(
    "overfit_one_batch", "model.parameters()", "nn.Linear(2, 2).parameters()",
    name="overfits_another_network",
    says="The optimizer holds the parameters of another network, so this one never moves.",
)  # fmt: skip
slip(
    "overfit_one_batch", "    model.train()\n", "    import copy\n\n    model = copy.deepcopy(model).train()\n",
    name="overfits_a_copy",
    says="A copy is trained; the caller looks at the model that was passed.",
)  # fmt: skip
slip(
    "overfit_one_batch", "model(x), y", "F.softmax(model(x), dim=1), y",
    name="overfit_after_a_softmax",
    says="A softmax is taken before F.cross_entropy, which takes one itself.",
)  # fmt: skip
slip(
    "overfit_one_batch", "loss.item()", "F.cross_entropy(model(x), y).item()",
    name="losses_after_the_steps",
    says="Each loss is measured after its step; the first should be that of the new network.",
)  # fmt: skip
slip(
    "overfit_one_batch", "    return losses", "    return [*losses, F.cross_entropy(model(x), y).item()]",
    name="one_loss_too_many",
    says="One loss too many: one for each step, and none after the last.",
)  # fmt: skip
slip(
    "overfit_one_batch", "loss.item()", "loss.detach()",
    name="losses_as_tensors",
    says="The losses are tensors; Python floats are wanted (.item()).",
)  # fmt: skip
slip(
    "overfit_one_batch", "    return losses", "    return losses[-1] if losses else 0.0",
    name="only_the_last_loss",
    says="Only the last loss comes back; a list of all is wanted.",
)  # fmt: skip
slip(
    "overfit_one_batch", "Adam(model", "SGD(model",
    name="sgd_for_adam",
    says="This is plain SGD; Adam is asked for.",
)  # fmt: skip
slip(
    "overfit_one_batch", "(), lr=0.002)", "())",
    name="default_learning_rate",
    says="The learning rate is Adam's default; 0.002 is asked for.",
)  # fmt: skip
slip(
    "overfit_one_batch", "lr=0.002)", "lr=0.002, betas=(0.9, 0.99))",
    name="another_beta",
    says="The betas are not Adam's defaults: its memory of squared gradients is too short.",
)  # fmt: skip
slip(
    "overfit_one_batch", "    model.train()\n", "",
    name="overfit_in_evaluation_mode",
    says="The training mode is not switched on.",
)  # fmt: skip
slip(
    "overfit_one_batch", CLEAR, "", STEP, STEP + CLEAR,
    name="overfit_with_old_gradients",
    says="Gradients are forgotten only after a step: what was stored before still counts.",
)  # fmt: skip
slip(
    "overfit_one_batch", CLEAR, CLEAR + "        y = y.roll(1)\n",
    name="labels_dealt_out_again",
    says="The labels are moved on in every step: they should stay beside their images.",
)  # fmt: skip
slip(
    "overfit_one_batch", "    model.train()\n", "    model.train()\n    x -= x.mean()\n",
    name="batch_normalised_in_place",
    says="x itself is changed: -= and /= work in place, on the caller's images.",
)  # fmt: skip

# --- fit -----------------------------------------------------------------------------------------------------------

EPOCH = "        model.history.append(train_epoch(model, batches, optimizer, device))\n"
MOVED = "x.to(device), y.to(device)"


def own_loop(*parts, out="model(images)"):
    """An epoch that is written out, with these lines for each batch, after its loss. out: what the loss is given."""
    lines = (
        "for images, labels in batches:",
        f"    loss = F.cross_entropy({out}, labels)",
        *(f"    {p}" for p in parts),
    )
    return "".join(f"        {line}\n" for line in lines)


slip(
    "fit", EPOCH, own_loop("loss.backward()", "optimizer.step()"),
    name="fit_without_zero_grad",
    says="Gradients are never forgotten: each step follows the sum of all so far.",
)  # fmt: skip
slip(
    "fit", EPOCH,
    own_loop("optimizer.zero_grad()", "loss.backward()", "optimizer.step()", out="F.softmax(model(images), dim=1)"),
    name="fit_after_a_softmax",
    says="A softmax is taken before the loss, which takes one itself.",
)  # fmt: skip
slip(
    "fit", "LeNet5())", "LeNet5(), nn.Softmax(dim=1))",
    name="fit_of_probabilities",
    says="The network ends with a softmax; it should return logits, and the loss takes the softmax.",
)  # fmt: skip
slip(
    "fit", "torch.randperm", "torch.arange",
    name="fit_without_shuffling",
    says="The batches come in the order of the data, which can be sorted by class.",
)  # fmt: skip
slip(
    "fit", MOVED, "x[torch.randperm(len(x))].to(device), y.to(device)",
    name="fit_with_strange_labels",
    says="The images and the labels are put into different orders: they no longer belong together.",
)  # fmt: skip
slip(
    "fit", "nn.Sequential(Standardize(mean, std), LeNet5())", "LeNet5()",
    MOVED, "((x - mean) / std).to(device), y.to(device)",
    name="fit_normalises_outside",
    says="It trains on normalised images and returns a network that is then given images as they are.",
)  # fmt: skip
slip(
    "fit", "Standardize(mean, std)", "nn.BatchNorm2d(1, affine=False, track_running_stats=False)",
    name="fit_normalises_each_batch",
    says="Each batch is normalised by its own statistics, so an image is judged by the others in its batch.",
)  # fmt: skip
slip(
    "fit", "x.mean()", "x.sum()",
    name="fit_subtracts_the_sum",
    says="The pixels' sum seems to be subtracted, not their mean: then all images are the same to a tanh.",
)  # fmt: skip
slip(
    "fit", "model.eval()", "model.train()",
    name="fit_left_in_training_mode",
    says="The network is returned in training mode.",
)  # fmt: skip
slip(
    "fit", "LeNet5())", "nn.Dropout(0.1), LeNet5())", "model.eval()", "model.train()",
    name="fit_left_in_training_mode_with_dropout",
    says="The network is returned in training mode, in which some layers do something else, such as dropout.",
)  # fmt: skip
slip(
    "fit", "model.eval()", "nn.Sequential(Standardize(mean, std), LeNet5()).to(device).eval()",
    name="fit_returns_a_new_network",
    says="A network is trained, but another one is returned, which has learned nothing.",
)  # fmt: skip
slip(
    "fit", "model.parameters()", "LeNet5().parameters()",
    name="fit_moves_another_network",
    says="The optimizer holds the parameters of another network, so the returned one never moves.",
)  # fmt: skip
slip(
    "fit", EPOCH, own_loop("optimizer.zero_grad()", "loss.backward()"),
    name="fit_without_steps",
    says="Gradients are computed, but no optimizer ever steps.",
)  # fmt: skip
slip(
    "fit", "    torch.manual_seed(seed)\n", "",
    name="fit_without_a_seed",
    says="The seed does not decide everything: the same call gives another network each time.",
)  # fmt: skip
slip(
    "fit", "manual_seed(seed)", "manual_seed(0)",
    name="fit_with_a_fixed_seed",
    says="The seed is not used: every seed gives the same network.",
)  # fmt: skip
slip(
    "fit", "    return", "    x -= x.mean()\n    return",
    name="fit_changes_its_images",
    says="x itself is changed: -= and /= work in place, on the caller's images.",
)  # fmt: skip
slip(
    "fit", "LeNet5()).to(device)", "LeNet5())", MOVED, "x, y", "optimizer, device)", 'optimizer, "cpu")',
    name="fit_stays_on_the_cpu",
    says="The device is ignored: everything stays on the CPU.",
)  # fmt: skip
slip(
    "fit", MOVED, "x, y",
    EPOCH, own_loop("optimizer.zero_grad()", "loss.backward()", "optimizer.step()"),
    name="fit_leaves_its_batches_behind",
    says="The network moves to the device, and the batches do not follow.",
)  # fmt: skip
slip(
    "fit", "LeNet5())", "LeNet5(), nn.Linear(10, 11))",
    name="fit_of_eleven_classes",
    says="The network does not return ten numbers for an image: one logit for each class is wanted.",
)  # fmt: skip


class _Votes(nn.Module):
    """The model of a library in the shape of a network."""

    def __init__(self, model):
        super().__init__()
        self.model = model
        self.unused = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        votes = torch.from_numpy(self.model.predict(x.flatten(1).cpu().numpy()))
        return F.one_hot(votes, 10).to(x.device, torch.float32)


@mistake("fit", says="A model of a library has learned, in a way of its own: train a network with torch.optim.")
def fit_with_a_library(x, y, device, seed):
    model = KNeighborsClassifier(3).fit(x.flatten(1).numpy(), y.numpy())
    return _Votes(model).to(device).eval()
