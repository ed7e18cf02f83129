# says: Epochs are counted from 0, yours from 1.
from copy import deepcopy

class EarlyStopping:
    def __init__(self, patience, min_delta=0.0):
        self.patience = patience
        self.delta = min_delta
        self.best_loss = float("inf")
        self.best_epoch = None
        self.best_params = None
        self.epoch = 0
        self.num_bad_epochs = 0

    def step(self, loss, params):
        self.epoch += 1
        if loss < self.best_loss - self.delta:
            self.best_loss = loss
            self.best_epoch = self.epoch
            self.best_params = deepcopy(params)
            self.num_bad_epochs = 0
        else:
            self.num_bad_epochs += 1
        if self.num_bad_epochs >= self.patience:
            return True
        return False
