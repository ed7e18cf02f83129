"""Reports in other programs' formats. Each module is one format: `render(reports) -> str`."""

# What reports can be written as, each by the module of its name; Canvas and nbgrader need more than the reports.
FORMATS = ("csv", "junit", "github", "gradescope", "classroom50")

__all__ = ["FORMATS", "canvas", "csv", "documents", "feedback", "github", "gradescope"]
