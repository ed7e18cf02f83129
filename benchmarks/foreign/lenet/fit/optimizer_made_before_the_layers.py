# says: The optimizer holds the parameters of a first network, and a second one is trained in name only.
def fit(x, y, device, seed):
    torch.manual_seed(seed)

    def make():
        return nn.Sequential(
            Standardize(x.mean(), x.std()), nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5),
            nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 10),
        )

    model = make()
    opt = torch.optim.Adam(model.parameters(), lr=0.002)
    model = make().to(device)
    xd, yd = x.to(device), y.to(device)
    for _ in range(5):
        for b in torch.randperm(len(xd)).split(32):
            opt.zero_grad()
            F.cross_entropy(model(xd[b]), yd[b]).backward()
            opt.step()
    return model.eval()
