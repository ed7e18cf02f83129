# says: The counter of bad epochs is not reset by an improvement, so they need not be in a row.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience, self.min_delta = patience, min_delta
        self.best_loss, self.best_epoch, self.best_params = np.inf, None, None
        self.bad, self.n = 0, 0

    def step(self, loss, params):
        if loss < self.best_loss - self.min_delta:
            self.best_loss = float(loss)
            self.best_epoch = self.n
            self.best_params = copy.deepcopy(params)
        else:
            self.bad += 1
        self.n += 1
        return self.bad >= self.patience
