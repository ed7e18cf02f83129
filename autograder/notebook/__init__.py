"""The functions that a notebook imports.

`check("adam")` checks an exercise as this kernel defines it, and `check()` the whole assignment. `case("adam")` returns
the failing case. `hint("adam")` shows the next hint. `uses("adam")` guards a plot that needs an exercise, and
`earlier("optimizers", adam)` returns the student's own function from another assignment.
"""

from autograder.notebook.hints import hint
from autograder.notebook.history import follow
from autograder.notebook.own_work import earlier
from autograder.notebook.pictures import uses
from autograder.notebook.shell import shell
from autograder.notebook.verdict import case, check

__all__ = ["case", "check", "earlier", "hint", "uses"]

follow(shell())
