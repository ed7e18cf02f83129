from autograder.integrations.nbgrader import configure

configure(c, __file__)  # noqa: F821 (nbgrader provides c)
