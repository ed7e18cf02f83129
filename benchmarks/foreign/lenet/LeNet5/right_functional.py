# says: right
class LeNet5(nn.Module):
    SIZES = ((6, 1, 5, 5), (16, 6, 5, 5), (120, 16, 5, 5), (84, 120), (10, 84))

    def __init__(self):
        super().__init__()
        self.w, self.b = nn.ParameterList(), nn.ParameterList()
        for size in self.SIZES:
            bound = float(np.prod(size[1:])) ** -0.5
            self.w.append(nn.Parameter(torch.empty(size).uniform_(-bound, bound)))
            self.b.append(nn.Parameter(torch.empty(size[0]).uniform_(-bound, bound)))

    def forward(self, x):
        for k in range(3):
            x = torch.tanh(F.conv2d(x, self.w[k], self.b[k]))
            if k < 2:
                n, c, h, w = x.shape
                x = x.reshape(n, c, h // 2, 2, w // 2, 2).mean(dim=(3, 5))
        x = torch.tanh(x.flatten(1) @ self.w[3].T + self.b[3])
        return x @ self.w[4].T + self.b[4]
