# says: It stops only when there were more than `patience` bad epochs, and the epochs are counted from 1.
class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.min_delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = None
        self.best_params = None
        self.epoch = 0
        self.wait = 0

    def step(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch = loss, self.epoch
            self.best_params = {k: v.copy() for k, v in params.items()}
            self.wait = 0
        else:
            self.wait += 1
        return self.wait > self.patience
