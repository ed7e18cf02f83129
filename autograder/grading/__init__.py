"""Grading: one submission, a class, a cluster; and a student's own work."""

__all__ = ["cluster", "grader", "options", "own_work", "pool", "similar", "worksheet"]
