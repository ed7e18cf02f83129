"""Hostile submissions, run in this machine's sandbox, and what they achieved.

An attack is a file: honest work on one of two exercises, and an attempt to get more, to learn, or to harm. Nothing is
assumed about how it is stopped. The same claims are verified for each attack:

  1. it earns no more than its honest work, and is not reported as the grader's fault;
  2. files and processes that are not its own are unchanged, and it leaves none: no file, process or listener;
  3. no secret is in anything that it returned or that its author gets to see;
  4. the reports on honest submissions, graded before and after it, are the same as without it;
  5. while it runs, it takes no more than its limits allow, and afterwards the grader has what it had before;
  6. the pages and exports of its report run nothing and load nothing.

An attack is given a mark to put on its own traces, so that they are not mistaken for those of other programs.
"""
