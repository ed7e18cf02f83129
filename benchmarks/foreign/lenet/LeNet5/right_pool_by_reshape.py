# says: Right: the pooling is a mean over a reshaped block axis, C5 is a linear layer, and everything lives in a ModuleDict.
class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.parts = nn.ModuleDict({
            "C1": nn.Conv2d(1, 6, (5, 5)), "C3": nn.Conv2d(6, 16, (5, 5)),
            "C5": nn.Linear(16 * 5 * 5, 120), "F6": nn.Linear(120, 84), "out": nn.Linear(84, 10),
        })

    @staticmethod
    def halve(maps):
        n, c, h, w = maps.shape
        return maps.reshape(n, c, h // 2, 2, w // 2, 2).mean(dim=(3, 5))

    def forward(self, x):
        for name in ("C1", "C3"):
            x = self.halve(self.parts[name](x).tanh())
        x = x.flatten(1)
        for name in ("C5", "F6"):
            x = self.parts[name](x).tanh()
        return self.parts["out"](x)
