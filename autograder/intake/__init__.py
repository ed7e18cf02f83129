"""What was handed in: unpacked, sorted by student, and for each student the file that counts and when it came."""

__all__ = ["archives", "downloads", "find", "members", "timestamps"]
