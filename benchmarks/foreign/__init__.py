"""Wrong implementations by people who have not seen the catalog, and what the diagnosis says about them.

A file `ASSIGNMENT/EXERCISE/NAME.py` defines its exercise and may use what the reference's notebook defines. Its first
line says in its author's words what is wrong: `# says: the mean is taken over the wrong axis`. `python -m
benchmarks.foreign` prints those words next to our sentences. `judged.yml` contains a reader's judgment of each
sentence; a changed sentence has to be judged again. A file whose name begins with `right_` is correct, but unusual.
"""
