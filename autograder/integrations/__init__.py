"""Writes reports in other programs' formats. Each module is one format: `render(reports) -> str`."""

# The formats of reports, each with the module of its name. nbgrader and platforms' own tables are not among them, since
# they need more than the reports.
FORMATS = ("csv", "junit", "github", "gradescope", "classroom50", "prairielearn")

__all__ = ["FORMATS", "canvas", "csv", "documents", "feedback", "github", "gradescope", "roster"]
