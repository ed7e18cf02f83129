"""The course's grades: what lateness costs, which attempt counts, what people gave by hand, and the weights."""

__all__ = ["by_hand", "gradebook", "policy"]
