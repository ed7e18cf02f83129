"""Packages: the wheel, a course's zip or repository for students, Gradescope's zip, the zip to hand in."""

__all__ = ["classroom", "gradescope_zip", "hand_in", "students"]
