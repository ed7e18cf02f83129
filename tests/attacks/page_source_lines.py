"""Has its weapons in the very lines that a message quotes: in code, in comments, and in what is no code."""

SUBMITTED_AS = "`x`](https://evil.example) <b>|"


def unlock(salt):
    raise ValueError("```\n\n<script>alert(1)</script>\n```")  # </pre><script>alert(1)</script> ‮ ]]> `` [x](y) =1+1


raise KeyError("a")  # <svg onload=alert(1)> | a | b | ``` ![x](https://evil.example/x.png) ⁦ ::error::


def shift(x):
    return x + 1
