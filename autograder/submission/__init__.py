"""Turns a handed-in file into the code to load: its cells, the student's own work in them, and the rules that apply."""

__all__ = ["cells", "definitions", "loops", "read", "reading_process", "release", "rules", "slips", "work"]
