"""Writes reports in other programs' formats. Each module is one format: `render(reports) -> str`."""

# What reports can be written as, each by the module of its name; nbgrader, and what a platform's own table is filled
# in for, need more than the reports.
FORMATS = ("csv", "junit", "github", "gradescope", "classroom50", "prairielearn")

__all__ = ["FORMATS", "canvas", "csv", "documents", "feedback", "github", "gradescope", "roster"]
