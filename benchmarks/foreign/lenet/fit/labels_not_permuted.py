# says: The images are shuffled but the labels are not, so each image is learned with another's label.
def fit(x, y, device, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(
        Standardize(x.mean().item(), x.std().item()),
        nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(16, 120, 5), nn.Tanh(), nn.Flatten(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    ).to(device)
    x, y = x.to(device), y.to(device)
    opt = torch.optim.Adam(model.parameters(), lr=0.002)
    for _ in range(10):
        shuffled = x[torch.randperm(len(x), device=x.device)]
        for i in range(0, len(x), 32):
            loss = F.cross_entropy(model(shuffled[i : i + 32]), y[i : i + 32])
            opt.zero_grad()
            loss.backward()
            opt.step()
    return model.eval()
