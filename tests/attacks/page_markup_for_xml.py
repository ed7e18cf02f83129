"""Breaks out of attributes and sections of XML and JSON, and declares an entity that grows."""

SUBMITTED_AS = '"><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><testsuite tests="&a;'
TEXT = ']]></failure></testcase><testcase name="free"/><!ENTITY a "x"> "}],"score":100,"tests":[{" \ud800 \ufffe \x0b'


def unlock(salt):
    raise ValueError(TEXT)


print(TEXT.encode("utf-8", "replace").decode())


def shift(x):
    return x + 1
