"""What people see of a report: in a terminal, below a notebook's cell, as pages."""

__all__ = ["cell", "overview", "pages", "terminal"]
