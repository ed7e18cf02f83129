# says: Only the dict is copied and not the arrays in it, which are changed in place later.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = np.inf
        self.best_epoch = None
        self.best_params = None
        self._epoch = -1
        self._bad = 0

    def step(self, loss, params):
        self._epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss = loss
            self.best_epoch = self._epoch
            self.best_params = dict(params)
            self._bad = 0
        else:
            self._bad += 1
        return self._bad >= self.patience
