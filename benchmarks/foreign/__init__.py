"""Wrong implementations by people who have not seen the catalogue, and what is said of them.

A file `ASSIGNMENT/EXERCISE/NAME.py` defines its exercise and may use what the reference's notebook defines. Its first
line says in its author's words what is wrong: `# says: the mean is taken over the wrong axis`. `python -m
benchmarks.foreign` prints those words beside our sentences. `judged.yml` holds what a reader made of each sentence; one
that has changed asks to be judged again. A file whose name begins with `right_` is right, in a way of its own.
"""
