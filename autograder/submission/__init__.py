"""From one handed-in file to the code to load: its cells, what of them is the student's work, what the rules say."""

__all__ = ["cells", "definitions", "loops", "read", "reading_process", "release", "rules", "slips", "work"]
