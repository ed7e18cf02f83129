"""Sorts what was handed in: unpacks it, assigns it to students, and finds each student's file and hand-in time."""

__all__ = ["archives", "downloads", "find", "members", "timestamps"]
