"""Checks: declaring and comparing, right and wrong answers, judging one student's code, naming its mistakes."""

__all__ = [
    "answers", "compare", "deadline", "declare", "judge", "kernel", "one_slip", "replies", "run", "unnamed", "values",
]  # fmt: skip
