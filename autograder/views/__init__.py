"""Shows reports to people: in a terminal, below a notebook cell, and as web pages."""

__all__ = ["cell", "overview", "pages", "terminal"]
