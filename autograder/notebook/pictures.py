"""Pictures that are drawn with what a student has written, as soon as it is."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from collections.abc import Iterator

from autograder.errors import CourseError
from autograder.notebook.places import release_of
from autograder.notebook.shell import judged
from autograder.text import printable, stub_in


@contextlib.contextmanager
def uses(*names: str) -> Iterator[None]:
    """Guard a plot that needs these exercises: while one of them is missing or wrong, print a note instead of raising.

    This way the following cells still run, in a script too. If the public checks of all these exercises pass, errors
    are raised as usual. After an error, figures created inside are closed, so that no empty one is shown.
    """
    figures = _figures()
    try:
        yield
    except NotImplementedError as error:
        which = stub_in(str(error)) or " or ".join(names)
        print(f"{which} is not written yet: this picture appears when it is.")
    except Exception as error:
        wrong = [name for name in names if not _holds(name)]
        if not wrong:
            raise
        said = printable(f"{type(error).__name__}: {error}")
        print(f"No picture yet: see the check of {', '.join(wrong)}. The cell stopped with {said}")
    else:
        return
    for figure in _figures() - figures:
        sys.modules["matplotlib.pyplot"].close(figure)


def _holds(name: str) -> bool:
    """Whether all public checks of an exercise pass, or none can be run."""
    with contextlib.suppress(CourseError), contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return judged(release_of(name), name).passed
    return True


def _figures() -> set[int]:
    pyplot = sys.modules.get("matplotlib.pyplot")
    return set(pyplot.get_fignums()) if pyplot else set()
