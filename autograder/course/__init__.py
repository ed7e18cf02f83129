"""course.yml: what it may say, the file, and the course that it describes."""

__all__ = ["course", "file", "settings"]
