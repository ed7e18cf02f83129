# says: The loss is compared with that of the epoch before instead of the best one, so a loss that falls again after a jump counts as improvement.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.previous = float("inf")
        self.best_loss = float("inf")
        self.best_epoch = None
        self.best_params = None
        self.bad = 0
        self.n = 0

    def step(self, loss, params):
        if loss < self.previous - self.min_delta:
            self.bad = 0
            self.best_loss = loss
            self.best_epoch = self.n
            self.best_params = {k: v.copy() for k, v in params.items()}
        else:
            self.bad += 1
        self.previous = loss
        self.n += 1
        return self.bad >= self.patience
