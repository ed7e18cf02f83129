"""From solutions/<id>/ to assignments/<id>/, with nothing in it that students must not get."""

__all__ = ["build", "leaks", "notebook", "scaffold", "stale"]
