# says: Right: the layers are made in a loop over the table and run by hand, with a response normalization of its own.
class AlexNet(nn.Module):
    TABLE = [(96, 11, 4, 0, 1, True, True), (256, 5, 1, 2, 2, True, True), (384, 3, 1, 1, 1, False, False),
             (384, 3, 1, 1, 2, False, False), (256, 3, 1, 1, 2, False, True)]

    def __init__(self, num_classes=1000, divide=1):
        super().__init__()
        self.convs, self.fcs = nn.ModuleList(), nn.ModuleList()
        channels = 3
        for filters, kernel, stride, padding, groups, *_ in self.TABLE:
            self.convs.append(nn.Conv2d(channels, filters // divide, kernel, stride, padding, groups=groups))
            channels = filters // divide
        units = channels * 36
        for wanted in (4096 // divide, 4096 // divide, num_classes):
            self.fcs.append(nn.Linear(units, wanted))
            units = wanted

    def normalize(self, a):
        squares = F.pad(a * a, (0, 0, 0, 0, 2, 2))
        total = sum(squares[:, j:j + a.shape[1]] for j in range(5))
        return a / (2 + 1e-4 * total) ** 0.75

    def forward(self, x):
        for conv, (*_, lrn, pool) in zip(self.convs, self.TABLE):
            x = conv(x).clamp(min=0)
            if lrn:
                x = self.normalize(x)
            if pool:
                x = F.max_pool2d(x, 3, stride=2)
        x = x.reshape(len(x), -1)
        for fc in self.fcs[:-1]:
            x = F.dropout(fc(x).clamp(min=0), 0.5, self.training)
        return self.fcs[-1](x)
