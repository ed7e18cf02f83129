"""Known wrong implementations of the PyTorch assignment: each is an edit of the reference."""

from autograder import mistake, slip

# ------------------------------------------------------------------------------------------------------------- Square

slip(
    "Square", "return 2 * x * grad_output", "return 2 * x",
    name="UpstreamIgnored",
    says="The upstream gradient is ignored: backward has to multiply by what arrives from above.",
)  # fmt: skip
slip(
    "Square", "return 2 * x * grad_output", "return x * grad_output",
    name="DerivativeWithoutTwo", says="The gradient is half of what it should be: what is the derivative of x²?",
)  # fmt: skip
slip(
    "Square", "ctx.save_for_backward(x)", "ctx.save_for_backward(y := x * x)", "return x * x", "return y",
    name="ResultSaved", says="The result was saved, not x; the derivative of x² is a multiple of x.",
)  # fmt: skip
slip(
    "Square", "return x * x", "return 2.0 * x",
    name="DerivativeForValue", says="The result is 2x; this looks like the derivative where the value belongs.",
)  # fmt: skip
slip(
    "Square", "return 2 * x * grad_output", "return 2 * x.detach() * grad_output",
    name="HistoryOfXLost",
    says="x has lost its history: by a detach, .data or NumPy, or because it is not x itself that was saved.",
)  # fmt: skip
slip(
    "Square", "return 2 * x * grad_output", "with torch.no_grad():\n            return 2 * x * grad_output",
    name="BackwardNotRecorded",
    says="Both x and the upstream gradient lose their history: backward itself must be recorded.",
)  # fmt: skip
slip(
    "Square", "    def backward(", "    @torch.autograd.function.once_differentiable\n    def backward(",
    name="OnceDifferentiable",
    says="The function is marked to be differentiated once; here its gradient is differentiated again.",
)  # fmt: skip
slip(
    "Square", "ctx.save_for_backward(x)", "ctx.x = x", "(x,) = ctx.saved_tensors", "x = ctx.x",
    name="KeptAsAttribute",
    says="A change of x in place goes unnoticed: attributes of ctx are not watched, saved tensors are.",
)  # fmt: skip
slip(
    "Square", "ctx.save_for_backward(x)", "ctx.save_for_backward(x.clone())", "return x * x", "return x.mul_(x)",
    name="SquareInPlace", says="x itself is changed: a method whose name ends in an underscore works in place.",
)  # fmt: skip
slip(
    "Square", "return x * x", "return x.double() ** 2",
    name="SquareInDouble", says="The result has another dtype than x.",
)  # fmt: skip
slip(
    "Square", "return 2 * x * grad_output", "return 2 * x * grad_output / grad_output.numel()",
    name="GradientAveraged",
    says="The gradient is averaged over the entries; every entry has its own, nothing is divided.",
)  # fmt: skip
slip(
    "Square", "return 2 * x * grad_output", "return (2 * x * grad_output).sum()",
    name="GradientSummed", says="The gradient has the shape of a single number; it should have the shape of x.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------- Linear

slip(
    "Linear",
    "nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))",
    "torch.randn(out_features, in_features, requires_grad=True)",
    "nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))", "torch.randn(out_features, requires_grad=True)",
    name="PlainTensors",
    says="The weights are a plain tensor: requires_grad alone does not enter them into the module's books.",
)  # fmt: skip
slip(
    "Linear",
    "nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))", "torch.zeros(out_features, requires_grad=True)",
    name="BiasIsAPlainTensor",
    says="The bias is a plain tensor: requires_grad alone does not enter it into the module's books.",
)  # fmt: skip
slip(
    "Linear",
    "self.weight = nn", "weight = nn",
    "self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None",
    "self.parts = [weight, nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))] if bias else [weight]",
    "x @ self.weight.T", "x @ self.parts[0].T",
    "out if self.bias is None else out + self.bias", "out + self.parts[1] if len(self.parts) > 1 else out",
    name="ParametersInAList", says="The parameters are kept in a plain list, which the module's books do not mention.",
)  # fmt: skip
slip(
    "Linear",
    "self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))",
    'self.register_buffer("weight", torch.empty(out_features, in_features).uniform_(-bound, bound))',
    name="WeightIsABuffer", says="The weights are not a parameter: a plain tensor or a buffer is not trained.",
)  # fmt: skip
slip(
    "Linear",
    "torch.empty(out_features, in_features)", "torch.empty(in_features, out_features)",
    "self.weight.T", "self.weight",
    name="WeightTransposed", says="The weights have the shape (inputs, outputs); PyTorch stores one row per output.",
)  # fmt: skip
slip(
    "Linear", "torch.empty(out_features)", "torch.empty(1, out_features)",
    name="BiasIsARow", says="The bias has the shape (1, outputs); it is a vector.",
)  # fmt: skip
slip(
    "Linear", "return out if self.bias is None else out + self.bias", "return out",
    name="BiasNotAdded", says="The bias is there but not added.",
)  # fmt: skip
slip("Linear", " if bias else None", "", name="BiasAlways", says="There is a bias even if bias is False.")
slip(
    "Linear",
    "self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound)) if bias else None",
    "if bias:\n            self.bias = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))",
    "out if self.bias is None else out + self.bias", 'out + getattr(self, "bias", 0)',
    name="BiasAttributeMissing", says="Without a bias, the attribute bias is missing; it should be None.",
)  # fmt: skip
slip(
    "Linear", "self.weight.T", "self.weight.data.T",
    name="WeightDetached",
    says="The weights are used without their history (.data or detach), so no gradient reaches them.",
)  # fmt: skip
slip(
    "Linear", "x @ self", "x.detach() @ self",
    name="InputDetached", says="The input is used without its history, so no gradient reaches the layers before.",
)  # fmt: skip
slip(
    "Linear", "out = x @", "out = x.reshape(-1, self.weight.shape[1]) @",
    name="AxesFlattened",
    says="The axes in front are flattened into one; only the last axis is transformed, the others stay as they are.",
)  # fmt: skip
slip(
    "Linear", "x @ self.weight.T", "(self.weight @ x.T).T",
    name="TwoAxesOnly",
    says="The transpose is taken for inputs with two axes only; any number of axes may stand in front.",
)  # fmt: skip
slip(
    "Linear", "super().__init__()\n        ", "",
    name="BaseClassNotCalled",
    says="nn.Module has not been prepared: the first line of __init__ calls the base class's.",
)  # fmt: skip
slip(
    "Linear",
    "nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))",
    "nn.Parameter(torch.zeros(out_features, in_features))",
    name="WeightsStartAtZero",
    says="The weights start at zero, all outputs alike: they would get the same gradients for ever.",
)  # fmt: skip
slip(
    "Linear", "super().__init__()", "torch.manual_seed(0)\n        super().__init__()",
    name="SeedInTheLayer",
    says="All layers start with the same numbers: is a seed set inside the layer, or is nothing drawn?",
)  # fmt: skip
slip(
    "Linear",
    "nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))",
    "nn.Parameter(torch.empty(1, in_features).uniform_(-bound, bound).repeat(out_features, 1))",
    name="OneRowForAll", says="Every output starts as a copy of one and the same row.",
)  # fmt: skip
slip(
    "Linear", "out = x @", "x.sub_(x.mean())\n        out = x @",
    name="LinearInPlace",
    says="x itself is changed: a method whose name ends in an underscore works in place.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------- Conv2d

slip(
    "Conv2d",
    "nn.Parameter(torch.empty(out_channels, in_channels, kh, kw).uniform_(-bound, bound))",
    "torch.randn(out_channels, in_channels, kh, kw, requires_grad=True)",
    name="FiltersArePlainTensors",
    says="The filters are a plain tensor: requires_grad alone does not enter them into the module's books.",
)  # fmt: skip
slip(
    "Conv2d",
    "torch.empty(out_channels, in_channels, kh, kw)", "torch.empty(out_channels, in_channels * kh * kw)",
    "self.stride, self.padding", "self.size = kh, kw\n        self.stride, self.padding",
    "filters, _, kh, kw = self.weight.shape", "filters, (kh, kw) = len(self.weight), self.size",
    name="FiltersAreAMatrix",
    says="The filters are stored as a matrix; their shape is (filters, channels, height, width).",
)  # fmt: skip
slip(
    "Conv2d", "kh, kw = pair(kernel_size)", "kh, kw = pair(pair(kernel_size)[0])",
    name="KernelHeightTwice", says="The kernel's height is used in both directions.",
)  # fmt: skip
slip(
    "Conv2d",
    "torch.empty(out_channels, in_channels, kh, kw)", "torch.empty(in_channels, out_channels, kh, kw)",
    "filters, _, kh, kw = ", "_, filters, kh, kw = ",
    "self.weight.flatten(1)", "self.weight.transpose(0, 1).flatten(1)",
    name="ChannelsExchanged", says="The channels of filter and input are exchanged in the shape of the weights.",
)  # fmt: skip
slip(
    "Conv2d", "out_h, -1)", "-1, out_h)",
    name="OutputSizeExchanged", says="Height and width of the output are exchanged: windows come row by row.",
)  # fmt: skip
slip(
    "Conv2d", "return out.reshape", "return out.transpose(1, 2).reshape",
    name="ReshapedWithoutTranspose",
    says="The result is reshaped with the windows before the filters; the axes have to be moved, not read anew.",
)  # fmt: skip
slip(
    "Conv2d", "out.reshape(len(x)", "out.transpose(0, 1).reshape(len(x)",
    name="BatchAndFiltersMixed",
    says="The images of the batch are mixed with the filters: F.unfold gives one matrix per image.",
)  # fmt: skip
slip(
    "Conv2d", "self.weight.flatten(1)", "self.weight.flip(2, 3).flatten(1)",
    name="KernelTurned", says="The kernel is turned by 180°; here it is laid on the window as it is.",
)  # fmt: skip
slip(
    "Conv2d", "self.weight.flatten(1)", "self.weight.permute(0, 2, 3, 1).flatten(1)",
    name="ChannelLastInTheRows",
    says="The filters are laid out with the channel last; in the columns it changes slowest.",
)  # fmt: skip
slip(
    "Conv2d", "self.weight.flatten(1)", "self.weight.transpose(2, 3).flatten(1)",
    name="KernelTransposed",
    says="The kernel is transposed: height and width of the filters are exchanged in their rows.",
)  # fmt: skip
slip(
    "Conv2d", "pair(stride), pair(padding)", "pair(stride), (0, 0)",
    name="PaddingIgnored", says="The padding is not handed to F.unfold.",
)  # fmt: skip
slip(
    "Conv2d", "pair(stride), pair(padding)", "(1, 1), pair(padding)",
    name="StrideIgnored", says="The stride is not handed to F.unfold.",
)  # fmt: skip
slip(
    "Conv2d", " // self.stride[0] + 1", " + 1", "out_h, -1)", "out_h, x.shape[3] + 2 * self.padding[1] - kw + 1)",
    name="SizeWithoutStride", says="The size of the output is computed without the stride.",
)  # fmt: skip
slip(
    "Conv2d", " + 2 * self.padding[0] - kh", " - kh", "out_h, -1)", "out_h, (x.shape[3] - kw) // self.stride[1] + 1)",
    name="SizeWithoutPadding", says="The size of the output is computed without the padding.",
)  # fmt: skip
slip(
    "Conv2d",
    "out_h = (x.shape[2] + 2 * self.padding[0] - kh) //", "out_h = -(-(x.shape[2] + 2 * self.padding[0] - kh) //",
    "self.stride[0] + 1", "self.stride[0]) + 1",
    "out_h, -1)", "out_h, -(-(x.shape[3] + 2 * self.padding[1] - kw) // self.stride[1]) + 1)",
    name="SizeRoundedUp", says="The size of the output is rounded up; a window that would stick out does not count.",
)  # fmt: skip
slip(
    "Conv2d",
    "columns = F.unfold(x, (kh, kw), padding=self.padding, stride=self.stride)",
    "ph, pw = self.padding\n"
    '        columns = F.unfold(F.pad(x, (pw, pw, ph, ph), mode="replicate"), (kh, kw), stride=self.stride)',
    name="PaddedWithTheEdge", says="The edge pixels are repeated outside the image; the padding consists of zeros.",
)  # fmt: skip
slip(
    "Conv2d", "self.stride, self.padding = pair(stride),", "self.stride, self.padding = pair(stride)[::-1],",
    name="StrideExchanged", says="Height and width are exchanged in the stride.",
)  # fmt: skip
slip(
    "Conv2d", "pair(stride), pair(padding)", "pair(stride), pair(padding)[::-1]",
    name="PaddingExchanged", says="Height and width are exchanged in the padding.",
)  # fmt: skip
slip(
    "Conv2d", "pair(stride), pair(padding)", "pair(pair(stride)[0]), pair(pair(padding)[0])",
    name="FirstOfThePairOnly", says="The first entry of a stride or padding is used in both directions.",
)  # fmt: skip
slip("Conv2d", "self.bias is not None", "False", name="FilterBiasNotAdded", says="The bias is there but not added.")
slip("Conv2d", " if bias else None", "", name="FilterBiasAlways", says="There is a bias even if bias is False.")
slip(
    "Conv2d", "stride=self.stride)", "stride=self.stride).detach()",
    name="ColumnsDetached",
    says="The columns are used without their history, so no gradient reaches the layers before.",
)  # fmt: skip
slip(
    "Conv2d", "self.weight.flatten(1)", "self.weight.data.flatten(1)",
    name="FiltersDetached",
    says="The filters are used without their history (.data or detach), so no gradient reaches them.",
)  # fmt: skip
slip(
    "Conv2d",
    "nn.Parameter(torch.empty(out_channels, in_channels, kh, kw).uniform_(-bound, bound))",
    "nn.Parameter(torch.full((out_channels, in_channels, kh, kw), 0.1))",
    name="FiltersStartAlike",
    says="All filters start alike: they would get the same gradients and stay alike for ever.",
)  # fmt: skip
slip(
    "Conv2d", "super().__init__()", "torch.manual_seed(0)\n        super().__init__()",
    name="SeedInTheConvolution",
    says="All layers start with the same numbers: is a seed set inside the layer, or is nothing drawn?",
)  # fmt: skip
slip(
    "Conv2d", "filters, _, kh, kw = ", "x = x.mean(dim=0, keepdim=True).expand_as(x)\n        filters, _, kh, kw = ",
    name="ProductOverTheMeanImage",
    says="The gradient of the filters is that of a batch mean: something is averaged that should be summed.",
)  # fmt: skip
slip(
    "Conv2d", "columns = F.unfold(", "x[:, :, 0].zero_()\n        columns = F.unfold(",
    name="EdgeSetToZero",
    says="x itself is changed: a method whose name ends in an underscore works in place.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------- detach_bug

slip(
    "detach_bug", "return list(trainable)", "return []", "if gradient is None]", "if gradient is not None]",
    name="names_the_reached_ones", says="The parameters that are reached are named; those that are not are wanted.",
)  # fmt: skip
slip(
    "detach_bug", "if gradient is None]", "if gradient is None or not gradient.any()]",
    name="zero_taken_for_missing",
    says="A gradient of zeros is taken for a missing one; None and zero are two different answers.",
)  # fmt: skip
slip(
    "detach_bug",
    "return list(trainable)", "return [name for name, _ in model.named_parameters()]",
    "return [name for name, gradient in zip(trainable, gradients, strict=True) if gradient is None]",
    "found = dict(zip(trainable, gradients, strict=True))\n"
    "    return [name for name, _ in model.named_parameters() if found.get(name) is None]",
    name="names_frozen_ones", says="Frozen parameters are named as well; they are not supposed to get a gradient.",
)  # fmt: skip
slip(
    "detach_bug", "if not loss.requires_grad", "if False",
    name="raises_without_history",
    says="A loss without any history raises an error; then all trainable parameters are to be named.",
)  # fmt: skip
slip(
    "detach_bug",
    "if not loss.requires_grad:\n        return list(trainable)", "if loss.requires_grad:\n        loss.backward()",
    "torch.autograd.grad(loss, list(trainable.values()), allow_unused=True)", "[p.grad for p in trainable.values()]",
    name="old_gradients_count",
    says="Gradients that were there before are taken for those of this loss, and new ones are added.",
)  # fmt: skip
slip(
    "detach_bug",
    "if not loss.requires_grad:\n        return list(trainable)", "if loss.requires_grad:\n        loss.backward()",
    "torch.autograd.grad(loss, list(trainable.values()), allow_unused=True)", "[p.grad for p in trainable.values()]",
    "x, y = batch", "model.zero_grad()\n    x, y = batch",
    name="gradients_left_behind",
    says="The .grad of the parameters is different afterwards; it belongs to somebody else.",
)  # fmt: skip
slip(
    "detach_bug",
    "return list(trainable)", 'return [name for name in trainable if name.endswith("weight")]',
    "gradient is None]", 'gradient is None and name.endswith("weight")]',
    name="names_weights_only", says="The weights are named without the biases.",
)  # fmt: skip
slip(
    "detach_bug", "return list(trainable)", "return list(trainable)[:1]", "gradient is None]", "gradient is None][:1]",
    name="names_the_first_only", says="Only the first of the unreached parameters is named; all of them are wanted.",
)  # fmt: skip
slip(
    "detach_bug",
    "x, y = batch", "return [name for name, p in model.named_parameters() if not p.requires_grad]\n    x, y = batch",
    name="looks_at_requires_grad",
    says="The search is for requires_grad of the parameters; it is True on both sides of a cut.",
)  # fmt: skip
slip(
    "detach_bug",
    "return list(trainable)", "return sorted(trainable)",
    "return [name", "return sorted(name",
    "gradient is None]", "gradient is None)",
    name="names_in_alphabetical_order", says="The names are in alphabetical order; the model's own order is wanted.",
)  # fmt: skip
slip(
    "detach_bug",
    "return list(trainable)", 'return list(dict.fromkeys(name.rpartition(".")[0] for name in trainable))',
    "return [name for name, gradient", 'return list(dict.fromkeys(name.rpartition(".")[0] for name, gradient',
    "gradient is None]", "gradient is None))",
    name="names_modules", says="The names of modules are given; the full names of parameters are wanted.",
)  # fmt: skip
slip(
    "detach_bug", "return list(trainable)", "return []",
    name="nothing_named_without_history",
    says="A loss without any history gives an empty list; then all trainable parameters wait.",
)  # fmt: skip
slip(
    "detach_bug", "loss_fn(model(x), y)\n", "model(x).sum()\n",
    name="another_loss", says="The loss is not the one that was given: it is loss_fn(model(x), y).",
)  # fmt: skip
slip(
    "detach_bug",
    "if not loss", "frozen = {name for name, p in model.named_parameters() if not p.requires_grad}\n    if not loss",
    "return list(trainable)", "return [name for name in model.state_dict() if name not in frozen]",
    "return [name for name, gradient in zip(trainable, gradients, strict=True) if gradient is None]",
    "found = dict(zip(trainable, gradients, strict=True))\n"
    "    return [name for name in model.state_dict() if name not in frozen and found.get(name) is None]",
    name="names_buffers", says="Buffers are named as well: state_dict() has them, but they are no parameters.",
)  # fmt: skip

# --------------------------------------------------------------------------------------------------------- train_step

slip(
    "train_step", "    optimizer.zero_grad()\n", "",
    name="no_zero_grad", says="Old gradients are never cleared: each step goes along the sum of all gradients so far.",
)  # fmt: skip
slip(
    "train_step", "    optimizer.zero_grad()\n", "", "optimizer.step()", "optimizer.zero_grad()\n    optimizer.step()",
    name="zero_grad_before_the_step", says="The new gradients are cleared before the optimizer has seen them.",
)  # fmt: skip
slip(
    "train_step", "    optimizer.zero_grad()\n", "", "optimizer.step()", "optimizer.step()\n    optimizer.zero_grad()",
    name="zero_grad_at_the_end",
    says="Gradients are cleared at the end only, so what the parameters had before still counts.",
)  # fmt: skip
slip(
    "train_step", "    optimizer.step()\n", "",
    name="no_step", says="The parameters do not move: the gradients are there, but nobody uses them.",
)  # fmt: skip
slip(
    "train_step", "    loss.backward()\n", "",
    name="no_backward", says="The parameters do not move: the optimizer finds no gradients.",
)  # fmt: skip
slip(
    "train_step",
    "    optimizer.zero_grad()\n", "",
    "    loss.backward()\n    optimizer.step()", "    optimizer.step()\n    optimizer.zero_grad()\n    loss.backward()",
    name="step_before_backward",
    says="The optimizer steps before the new gradients are there, so each step is one batch late.",
)  # fmt: skip
slip(
    "train_step", "optimizer.step()", "optimizer.step()\n    optimizer.step()",
    name="two_steps", says="The optimizer makes two steps; one is wanted.",
)  # fmt: skip
slip(
    "train_step", "return loss.item()", "return loss",
    name="loss_is_a_tensor", says="The loss is returned as a tensor, which keeps the whole graph alive.",
)  # fmt: skip
slip(
    "train_step", "return loss.item()", "return loss_fn(model(x), y).item()",
    name="loss_after_the_step",
    says="The loss is measured after the step; wanted is the one that the step was made from.",
)  # fmt: skip
slip(
    "train_step", "return loss.item()", "return loss.item() * len(x)",
    name="loss_times_the_batch",
    says="The loss is multiplied by the size of the batch; it is returned as the loss function gives it.",
)  # fmt: skip
slip(
    "train_step", "loss = loss_fn(model(x), y)", "loss = loss_fn(F.softmax(model(x), dim=1), y)",
    name="softmax_before_the_loss",
    says="A softmax is applied to the outputs; the loss function gets them as they are.",
)  # fmt: skip
slip(
    "train_step", "loss = loss_fn(model(x), y)", "loss = loss_fn(y, model(x))",
    name="targets_first", says="The arguments of the loss function are exchanged: outputs first, then targets.",
)  # fmt: skip
slip(
    "train_step", "    model.train()\n", "",
    name="mode_not_set", says="The mode is not set: a model that was being evaluated stays in evaluation mode.",
)  # fmt: skip
slip(
    "train_step", "optimizer.step()", "optimizer.step()\n    model.eval()",
    name="evaluation_mode_afterwards",
    says="The model is back in evaluation mode after the step; it should stay in training mode.",
)  # fmt: skip
slip(
    "train_step",
    "optimizer.zero_grad()", "model.zero_grad()",
    "optimizer.step()", "with torch.no_grad():\n        for p in model.parameters():\n            p -= 0.01 * p.grad",
    name="moved_by_hand", says="Parameters are moved by hand, with a rate of your own; that is the optimizer's work.",
)  # fmt: skip
slip(
    "train_step",
    "optimizer.zero_grad()", "model.zero_grad()",
    "optimizer.step()",
    "with torch.no_grad():\n        for p in model.parameters():\n"
    '            p -= optimizer.param_groups[0]["lr"] * p.grad',
    name="optimizers_rate_by_hand",
    says="All parameters are moved with the optimizer's rate; it was given only some, and has its own rule.",
)  # fmt: skip
slip(
    "train_step", "model.train()", "x.sub_(x.mean())\n    model.train()",
    name="batch_changed_in_place", says="The batch itself is changed in place.",
)  # fmt: skip
slip(
    "train_step", "loss = loss_fn(", "loss = F.cross_entropy(",
    name="always_cross_entropy", says="The loss is always the cross-entropy; the one that was given is not used.",
)  # fmt: skip
slip(
    "train_step", "model.train()", "model.train()\n    model(x)",
    name="model_called_twice", says="The model is called more than once in a step; batch norm learns from each call.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------------- evaluate

slip(
    "evaluate", "    model.eval()\n", "",
    name="no_eval", says="The model stays in training mode: dropout drops, and batch norm learns from the test data.",
)  # fmt: skip
slip(
    "evaluate", "torch.no_grad()", "torch.enable_grad()",
    name="graph_recorded", says="The evaluation records a graph for every batch; no gradient is wanted here.",
)  # fmt: skip
slip(
    "evaluate", "    model.train(was_training)\n", "",
    name="mode_not_given_back", says="The model is left in evaluation mode; give it back as you found it.",
)  # fmt: skip
slip(
    "evaluate", "model.train(was_training)", "model.train()",
    name="training_mode_at_the_end",
    says="The model is always put into training mode at the end, even if it was in evaluation mode before.",
)  # fmt: skip
slip(
    "evaluate",
    'F.cross_entropy(logits, y, reduction="sum").item()', "F.cross_entropy(logits, y).item()",
    "(logits.argmax(dim=1) == y).sum().item()", "(logits.argmax(dim=1) == y).double().mean().item()",
    "count += len(y)", "count += 1",
    name="mean_of_batch_means",
    says="Loss and accuracy are means of batch means: examples of a small batch count more than others.",
)  # fmt: skip
slip(
    "evaluate",
    "right, count = 0.0, 0, 0", "right, count, batches = 0.0, 0, 0, 0",
    "(logits.argmax(dim=1) == y).sum().item()",
    "(logits.argmax(dim=1) == y).double().mean().item()\n            batches += 1",
    "right / count", "right / batches",
    name="mean_of_batch_accuracies",
    says="The accuracy is a mean of batch accuracies: examples of a small batch count more than others.",
)  # fmt: skip
slip(
    "evaluate",
    "right, count = 0.0, 0, 0", "right, count, batches = 0.0, 0, 0, 0",
    'F.cross_entropy(logits, y, reduction="sum").item()', "F.cross_entropy(logits, y).item()\n            batches += 1",
    "total_loss / count", "total_loss / batches",
    name="mean_of_batch_losses",
    says="The loss is a mean of batch losses: examples of a small batch count more than others.",
)  # fmt: skip
slip(
    "evaluate", "total_loss / count", "total_loss",
    name="loss_is_a_sum", says="The loss is a sum; the mean over examples is wanted.",
)  # fmt: skip
slip(
    "evaluate", 'F.cross_entropy(logits, y, reduction="sum").item()', "F.cross_entropy(logits, y).item()",
    name="batch_means_over_examples",
    says="The batch means are added up and divided by the number of examples: each was divided before.",
)  # fmt: skip
slip(
    "evaluate", "right / count", "float(right)",
    name="accuracy_is_a_count", says="The accuracy is a number of examples; their share is wanted.",
)  # fmt: skip
slip(
    "evaluate", "right / count", "100.0 * right / count",
    name="accuracy_in_percent", says="The accuracy is in percent; a share between 0 and 1 is wanted.",
)  # fmt: skip
slip(
    "evaluate", "total_loss / count, right / count", "right / count, total_loss / count",
    name="accuracy_first", says="Accuracy and loss are exchanged: the loss comes first.",
)  # fmt: skip
slip("evaluate", "in loader", "in list(loader)[-1:]", name="last_batch_only", says="Only the last batch is judged.")
slip(
    "evaluate", "cross_entropy(logits", "cross_entropy(F.softmax(logits, dim=1)",
    name="softmax_twice", says="A softmax is applied before the cross-entropy, which contains one already.",
)  # fmt: skip
slip(
    "evaluate", "cross_entropy(logits", "nll_loss(torch.log(F.softmax(logits, dim=1))",
    name="log_of_softmax",
    says="The logarithm of a softmax becomes infinite for large logits; F.cross_entropy takes the logits.",
)  # fmt: skip
slip(
    "evaluate", "F.cross_entropy(logits", "F.nll_loss(logits",
    name="nll_of_logits", says="F.nll_loss gets logits; it expects logarithms of probabilities.",
)  # fmt: skip
slip(
    "evaluate",
    "return total_loss / count, right / count", "return torch.tensor(total_loss / count), torch.tensor(right / count)",
    name="scores_are_tensors", says="The numbers are returned as tensors; two Python floats are wanted.",
)  # fmt: skip
slip(
    "evaluate", "x, y = x.to(device), y.to(device)", 'x, y = x.to("cpu"), y.to("cpu")',
    name="batch_not_moved", says="The device is not used: the batch stays where the loader made it.",
)  # fmt: skip
slip(
    "evaluate", "count += len(y)", 'first = locals().get("first", len(y))\n            count += first',
    name="count_from_the_first_batch",
    says="The number of examples is the number of batches times the size of the first; the last may be smaller.",
)  # fmt: skip
slip(
    "evaluate", "(logits.argmax(dim=1) == y).sum().item()", "sum(map(torch.eq, logits.argmax(dim=0), y)).item()",
    name="argmax_over_the_batch", says="The largest logit is looked for along the batch; each example has its own.",
)  # fmt: skip
slip(
    "evaluate", "in loader", "in list(loader)[:1]",
    name="first_batch_only", says="Only the first batch is judged: does the return stand inside the loop?",
)  # fmt: skip
slip(
    "evaluate", "cross_entropy(logits", "nll_loss(F.softmax(logits, dim=1)",
    name="nll_of_probabilities", says="F.nll_loss gets probabilities; it expects their logarithms.",
)  # fmt: skip
slip(
    "evaluate", "right += (logits", "right += (model(x)",
    name="model_asked_twice",
    says="The model is asked more than once for each batch: both numbers come from the same logits.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------------- to_device

# What comes back for each kind of object. Containers are made from the one that was given and its moved items.

slip(
    "to_device", "return obj.to(device)", "obj.to(device)\n        return obj",
    name="copy_thrown_away",
    says="The tensor stays on the CPU: is the copy used that .to() returns, and the device that was asked for?",
)  # fmt: skip
slip(
    "to_device", "{key: to_device(value, device) for key, value in obj.items()}", "obj",
    name="dicts_forgotten", says="Tensors inside a dict stay where they are.",
)  # fmt: skip
slip(
    "to_device", "isinstance(obj, list | tuple)", "isinstance(obj, list)",
    name="tuples_forgotten", says="Tensors inside a tuple stay where they are.",
)  # fmt: skip
slip(
    "to_device",
    "to_device(value, device)", "value.to(device) if isinstance(value, torch.Tensor) else value",
    "to_device(item, device)", "item.to(device) if isinstance(item, torch.Tensor) else item",
    name="one_level_only", says="Only the first level is moved; what is nested deeper stays where it is.",
)  # fmt: skip
slip(
    "to_device",
    "            return type(obj)(*moved)", "            return moved",
    "return tuple(moved) if isinstance(obj, tuple) else moved", "return moved\n",
    name="tuples_become_lists", says="Tuples come back as lists.",
)  # fmt: skip
slip(
    "to_device", "return tuple(moved) if isinstance(obj, tuple) else moved", "return moved",
    name="plain_tuples_become_lists", says="Tuples come back as lists.",
)  # fmt: skip
slip(
    "to_device", "return type(obj)(*moved)", "return iter(moved)", "return tuple(moved) if", "return iter(moved) if",
    name="tuples_become_generators",
    says="Tuples come back as generators: round brackets around a loop do not make a tuple.",
)  # fmt: skip
slip(
    "to_device",
    "{key: to_device(value, device) for key, value in obj.items()}",
    "[to_device(value, device) for value in obj.values()]",
    name="dicts_lose_their_keys", says="A dict comes back as the list of its values.",
)  # fmt: skip
slip(
    "to_device", "in obj.items()}", "in sorted(obj.items(), key=lambda item: str(item[0]))}",
    name="keys_in_another_order", says="The keys of dicts come back in another order.",
)  # fmt: skip
slip(
    "to_device", "return type(obj)(*moved)", "return tuple(moved)",
    name="named_tuple_becomes_a_tuple", says="A named tuple comes back as a plain tuple, without its fields.",
)  # fmt: skip
slip(
    "to_device", "(*moved)", "(moved)",
    name="named_tuple_from_one_argument",
    says="A named tuple is built from one argument, a list of its parts; it takes them one by one.",
)  # fmt: skip
slip(
    "to_device",
    "return {key: to_device(value, device) for key, value in obj.items()}",
    "obj.update({key: to_device(value, device) for key, value in obj.items()})\n        return obj",
    "return tuple(moved) if isinstance(obj, tuple) else moved",
    "if isinstance(obj, tuple):\n            return tuple(moved)\n        obj[:] = moved",
    name="containers_changed_in_place", says="The containers that were given are changed; new ones are wanted.",
)  # fmt: skip
slip(
    "to_device",
    "    return obj\n", "    return torch.tensor(obj, device=device) if isinstance(obj, int | float) else obj\n",
    name="numbers_become_tensors", says="Numbers become tensors; what is no tensor should come back as it is.",
)  # fmt: skip
slip(
    "to_device", "    return obj\n", "    return obj.to(device)\n",
    name="everything_has_to",
    says="Everything is taken for a tensor in the end; what is no tensor should come back as it is.",
    raises="AttributeError",
)  # fmt: skip
slip(
    "to_device", "    return obj\n", "    return None\n",
    name="others_become_none", says="What is no tensor is replaced by None.",
)  # fmt: skip
slip(
    "to_device", "    return obj\n", "    return list(obj) if isinstance(obj, str) else obj\n",
    name="strings_taken_apart", says="Strings are taken apart into letters: a string is a sequence, too.",
)  # fmt: skip
slip(
    "to_device",
    "for item in obj]",
    'for item in obj if isinstance(item, torch.Tensor | list | tuple | dict) or hasattr(obj, "_fields")]',
    name="others_left_out", says="What is no tensor is left out of lists and tuples.",
)  # fmt: skip
slip(
    "to_device", "else moved", "else [item for item in moved if item is not None]",
    name="none_left_out", says="None is left out of lists; what is no tensor should come back as it is.",
)  # fmt: skip

# ----------------------------------------------------------------------------------------------------- time_on_device

slip(
    "time_on_device", 'torch.device(device).type == "cuda"', "False",
    name="no_synchronise", says="Nobody waits for the device: the clock shows how long it takes to give the orders.",
)  # fmt: skip
slip(
    "time_on_device",
    "        if asynchronous:\n            torch.cuda.synchronize(device)\n        start", "        start",
    name="no_wait_before_the_start", says="The clock starts while the device still works for somebody else.",
)  # fmt: skip
slip(
    "time_on_device", "fn()\n        if asynchronous:\n            torch.cuda.synchronize(device)\n", "fn()\n",
    name="no_wait_before_the_stop", says="The device is waited for before the clock starts, but not before it stops.",
)  # fmt: skip
slip(
    "time_on_device",
    "fn()\n        if asynchronous:\n            torch.cuda.synchronize(device)\n", "fn()\n",
    "return float(np.median(times))",
    "if asynchronous:\n        torch.cuda.synchronize(device)\n    return float(np.median(times))",
    name="waits_after_reading_the_clock", says="The clock is read first and the device is waited for afterwards.",
)  # fmt: skip
slip(
    "time_on_device", 'torch.device(device).type == "cuda"', "True",
    name="always_synchronises", says="The device is synchronised even if it is the CPU.",
)  # fmt: skip
slip(
    "time_on_device", 'torch.device(device).type == "cuda"', 'str(device) == "cuda"',
    name="only_the_string_cuda",
    says='Only the string "cuda" is recognized; "cuda:0" and a torch.device name such a device, too.',
)  # fmt: skip
slip(
    "time_on_device", 'torch.device(device).type == "cuda"', "torch.cuda.is_available()",
    name="asks_for_any_gpu",
    says="The synchronisation depends on whether there is a GPU, not on the device that is named.",
)  # fmt: skip
slip(
    "time_on_device", "np.median", "np.mean",
    name="mean_of_the_times", says="This is the mean; one hiccup spoils it. The median is wanted.",
)  # fmt: skip
slip(
    "time_on_device",
    "        if asynchronous:\n            torch.cuda.synchronize(device)\n        start = time.perf_counter()\n", "",
    "        if asynchronous:\n            torch.cuda.synchronize(device)\n        "
    "times.append(time.perf_counter() - start)\n",
    "    if asynchronous:\n        torch.cuda.synchronize(device)\n",
    "    times = []\n",
    "    if asynchronous:\n        torch.cuda.synchronize(device)\n    start = time.perf_counter()\n",
    "return float(np.median(times))", "return (time.perf_counter() - start) / repeats",
    name="all_calls_timed_together",
    says="All calls are timed together, which gives a mean; the median is wanted, of calls that are timed one by one.",
)  # fmt: skip
slip(
    "time_on_device", "np.median", "np.min",
    name="shortest_time", says="This is the shortest time; the median is wanted.",
)  # fmt: skip
slip(
    "time_on_device", "np.median", "np.sum",
    name="sum_of_the_times", says="This is the sum of all times; the median of single calls is wanted.",
)  # fmt: skip
slip(
    "time_on_device", "np.median(times)", "times[-1]",
    name="last_time", says="This is the last time; the median of all is wanted.",
)  # fmt: skip
slip(
    "time_on_device", "np.median(times)", "times[repeats // 2]",
    name="middle_without_sorting", says="The middle entry is taken without sorting the times.",
)  # fmt: skip
slip(
    "time_on_device", "np.median(times)", "sorted(times)[repeats // 2]",
    name="upper_of_the_middle",
    says="Of an even number of times the upper one in the middle is taken; the mean of both is wanted.",
)  # fmt: skip
slip(
    "time_on_device", "float(np.median(times))", "1000.0 * float(np.median(times))",
    name="in_milliseconds", says="The result is in milliseconds; seconds are wanted.",
)  # fmt: skip
slip(
    "time_on_device", "range(warmup)", "range(0)", "range(repeats)", "range(warmup + repeats)",
    name="warm_up_is_timed", says="The calls for warming up are among the times.",
)  # fmt: skip
slip(
    "time_on_device", "range(warmup)", "range(0)",
    name="no_warm_up", says="Nothing is warmed up: fn should be called `warmup` times before the first timed call.",
)  # fmt: skip
slip(
    "time_on_device", "range(warmup)", "range(warmup + 1)",
    name="one_call_too_many", says="fn is called once too often; warmup + repeats calls are wanted.",
)  # fmt: skip
slip(
    "time_on_device", "float(np.median(times))", "times",
    name="list_of_times", says="The list of all times is returned; a single number, their median, is wanted.",
)  # fmt: skip
slip(
    "time_on_device",
    "start = time.perf_counter()", "start = time.process_time()",
    "time.perf_counter() - start", "time.process_time() - start",
    name="processors_clock",
    says="This clock counts the processor's work for this process; waiting does not count there.",
)  # fmt: skip
slip(
    "time_on_device", "np.median(times)", "sorted(times)[(repeats - 1) // 2]",
    name="lower_of_the_middle",
    says="Of an even number of times the lower one in the middle is taken, as torch.median does; wanted "
    "is their mean.",
)  # fmt: skip

# ------------------------------------------------------------------------------------------------------------- freeze

slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', "full.startswith(name)",
    name="dot_forgotten",
    says="A name that another one merely begins with is frozen as well: after the name comes a dot.",
)  # fmt: skip
slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', "name in full",
    name="name_anywhere",
    says="A name that stands anywhere in a longer one is frozen as well; it has to stand at the beginning.",
)  # fmt: skip
slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', "full == name",
    name="parameters_only",
    says="Only parameters are recognized; the name of a submodule stands for all parameters in it.",
)  # fmt: skip
slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', 'full.startswith(f"{name}.")',
    name="submodules_only", says="Only submodules are recognized; the full name of a parameter is a name, too.",
)  # fmt: skip
slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', 'full.split(".")[0] == name.split(".")[0]',
    name="first_part_only", says="Only the first part of a name is compared; names may have several parts.",
)  # fmt: skip
slip(
    "freeze", 'full == name or full.startswith(f"{name}.")', 'full == name or full.rpartition(".")[0] == name',
    name="not_deep",
    says="Only the parameters of the submodule itself are frozen, not those of the submodules inside it.",
)  # fmt: skip
slip(
    "freeze",
    "        for parameter in meant:\n            parameter.requires_grad_(False)\n"
    "    return [p for p in model.parameters() if p.requires_grad]",
    "    for full, parameter in model.named_parameters():\n"
    '        if not any(full == name or full.startswith(f"{name}.") for name in names):\n'
    "            parameter.requires_grad_(False)\n    return [p for p in model.parameters() if p.requires_grad]",
    name="the_others_frozen", says="Everything but the named parts is frozen.",
)  # fmt: skip
slip(
    "freeze", "for name in names:", "model.requires_grad_(True)\n    for name in names:",
    name="others_thawed", says="The other parameters are thawed; they should stay as they are.",
)  # fmt: skip
slip(
    "freeze", "if p.requires_grad]", "if not p.requires_grad]",
    name="returns_the_frozen_ones",
    says="The frozen parameters are returned; those that are still to be trained are wanted.",
)  # fmt: skip
slip(
    "freeze", "return [p for p in model.parameters() if p.requires_grad]", "return list(model.parameters())",
    name="returns_all", says="All parameters are returned; those that are still to be trained are wanted.",
)  # fmt: skip
slip(
    "freeze",
    "return [p for p in model.parameters() if p.requires_grad]",
    "return [name for name, p in model.named_parameters() if p.requires_grad]",
    name="returns_names", says="Names are returned; an optimizer needs the parameters.",
)  # fmt: skip
slip(
    "freeze", "    return [p for p in model.parameters() if p.requires_grad]\n", "",
    name="returns_nothing", says="Nothing is returned.",
)  # fmt: skip
slip(
    "freeze", "if not meant", "if False",
    name="typos_accepted", says="A name that fits nothing is passed over in silence; a typo would freeze nothing.",
)  # fmt: skip
slip(
    "freeze",
    "for parameter in meant:\n            parameter.requires_grad_(False)",
    'head, _, tail = name.rpartition(".")\n        getattr(model.get_submodule(head), tail).requires_grad = False',
    name="attribute_of_the_module",
    says="requires_grad is set on a module, where nobody looks; the parameters have to be told.",
)  # fmt: skip
slip(
    "freeze", "parameter.requires_grad_(False)", "parameter.requires_grad_(False).zero_()",
    name="values_set_to_zero", says="The values of the frozen parameters are changed; freezing keeps them as they are.",
)  # fmt: skip
slip(
    "freeze", "parameter.requires_grad_(False)", "model.eval()",
    name="nothing_frozen",
    says="Nothing is frozen: only requires_grad of each parameter counts; evaluation mode does not freeze either.",
)  # fmt: skip
slip(
    "freeze", "for name in names:", "for name in names[:1]:",
    name="first_name_only", says="Only the first name of the list is used.",
)  # fmt: skip
slip(
    "freeze", "if not meant", "if not meant and name not in dict(model.named_modules())",
    name="empty_parts_accepted", says="A submodule without parameters is accepted; freezing it would freeze nothing.",
)  # fmt: skip

# ---------------------------------------------------------------------------------------------------------- questions

mistake(
    "q_leaves", says="A tensor that wants no gradient, and one that was detached, is a leaf, too.", name="one_leaf"
)(1)
mistake("q_leaves", says="Which of the four was computed from something that is recorded?", name="two_leaves")(2)
mistake("q_leaves", says="y was computed from w, and that is recorded.", name="four_leaves")(4)
mistake("q_accumulated", says="This is what one call gives. Is .grad replaced by the next?", name="the_last_call")(6)
mistake("q_accumulated", says="This is the sum of the values; .grad holds derivatives.", name="sum_of_values")(27)
mistake("q_registered", says="Which of the layers do the module's books mention?", name="all_layers")(745)
mistake("q_registered", says="The head has biases, too.", name="head_without_bias")(100)
mistake("q_registered", says="One layer is assigned to an attribute directly.", name="none_registered")(0)
mistake("q_which_line", says="Then the gradients would grow, not be zero.", name="clearing_missing")("a")
mistake("q_which_line", says="Then there would be no gradients at all: None, not zero.", name="backward_missing")("c")
mistake("q_which_line", says="That line only makes a number of the loss.", name="item_missing")("d")
mistake("q_accuracy", says="This is the mean of the batch accuracies.", name="mean_of_means")(0.5)
mistake("q_accuracy", says="This is the number of right ones; their share is wanted.", name="number_right")(6)
mistake("q_clock", says="The clock is stopped before anybody waits.", name="all_the_work")("a")
mistake("q_clock", says="Does the second order wait until the first is carried out?", name="one_order")("b")
mistake("q_clock", says="The orders are in the queue; when is it emptied?", name="never_carried_out")("d")
mistake("q_frozen", says="No gradient, no step.", name="weights_change")("a")
mistake("q_frozen", says="No gradient is computed for a frozen parameter.", name="gradients_change")("b")
mistake("q_frozen", says="Which numbers of a network are changed by the forward pass itself?", name="nothing_changes")(
    "d"
)
