"""Builds assignments/<id>/ from solutions/<id>/, without anything that students must not get."""

__all__ = ["build", "leaks", "notebook", "scaffold", "stale"]
