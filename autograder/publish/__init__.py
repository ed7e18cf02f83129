"""What goes out: the wheel, a repository for students, the zip that Gradescope builds from, the zip to hand in."""

__all__ = ["classroom", "gradescope_zip", "hand_in"]
