"""Prints and raises commands for a runner of continuous integration, on lines of their own."""

SUBMITTED_AS = "x\n::set-output name=score::100"
COMMANDS = (
    "\n::set-env name=PATH::/tmp\n::add-mask::100\n::stop-commands::x\n##[command]rm\n::error file=x::y\n%0A::debug::"
)


def unlock(salt):
    raise ValueError(COMMANDS)


print(COMMANDS, flush=True)
raise RuntimeError(COMMANDS)


def shift(x):
    return x + 1
