"""What a notebook imports.

`check("adam")` judges what this kernel has, `check()` the whole assignment; `case("adam")` has in hand what failed;
`hint("adam")` helps a step further. `uses("adam")` guards a picture, and `earlier("optimizers", adam)` brings what was
written in another assignment.
"""

from autograder.notebook.hints import hint
from autograder.notebook.history import follow
from autograder.notebook.own_work import earlier
from autograder.notebook.pictures import uses
from autograder.notebook.shell import shell
from autograder.notebook.verdict import case, check

__all__ = ["case", "check", "earlier", "hint", "uses"]

follow(shell())
