"""Hostile submissions, let loose on the sandbox of this machine, and what they achieved.

An attack is a file: honest work on one of two exercises, and an attempt to get more, to learn, or to harm. Nothing is
assumed about how it is stopped. For each of them the same claims are examined:

  1. it earns no more than its honest work, and does not pass for a fault of ours;
  2. files and processes that are not its own are as they were, and it leaves none: no file, process or listener;
  3. no secret is in anything that it returned or that its author gets to see;
  4. the reports on honest submissions, graded before and after it, are what they are without it;
  5. while it runs it takes no more than its limits allow, and afterwards the grader has what it had before;
  6. the pages and exports of its report run nothing and load nothing.

An attack's own traces bear a mark that it is told, so that they are not mistaken for those of other programs.
"""
