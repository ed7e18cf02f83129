"""JUnit XML contains the reports' data. The oracle is the package with which test tools read such files."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped

from autograder.integrations.junit import render
from autograder.text import printable, same_name
from tests.samples import AWKWARD, check, report


def suites(*reports):
    return list(JUnitXml.fromstring(render(reports).encode()))


def cases(*checks):
    (suite,) = suites(report(*checks))
    return list(suite)


def test_each_submission_is_a_suite_with_its_counts():
    first, second = suites(report(check(), check("failed"), check("error")), report(check("pending"), submission="bob"))
    assert (first.name, first.tests, first.failures, first.errors, first.skipped) == ("optimizers: alice", 3, 1, 1, 0)
    assert (second.name, second.tests, second.skipped) == ("optimizers: bob", 1, 1)
    assert first.time == 1  # whole seconds, since students must not learn how long hidden checks took


def test_the_whole_has_the_sums_of_its_suites():
    xml = JUnitXml.fromstring(render([report(check("failed")), report(check("failed"), check())]).encode())
    assert (xml.tests, xml.failures, xml.errors) == (3, 2, 0)


@pytest.mark.parametrize(
    ("status", "kind"),
    [("failed", Failure), ("timeout", Failure), ("crashed", Failure), ("error", Error), ("pending", Skipped)],
)
def test_a_status_is_told_by_its_element(status, kind):
    (case,) = cases(check(status))
    (said,) = case.result
    assert type(said) is kind
    assert said.type == status


def test_what_holds_has_no_result():
    assert cases(check())[0].result == []


def test_a_failure_says_why_and_what_to_look_at():
    (case,) = cases(check("failed", message="got 1\nexpected 2", hint="See t."))
    assert case.result[0].message == "got 1"
    assert case.result[0].text == "got 1\nexpected 2\n→ See t."


def test_a_case_is_named_by_exercise_and_title():
    (case,) = cases(check())
    assert (case.classname, case.name) == ("optimizers.adam", "Adam follows the reference.")


def test_points_are_properties():
    root = ET.fromstring(render([report(check("failed", points=1.5, mistake="swapped"))]).encode())
    found = {each.attrib["name"]: each.attrib["value"] for each in root.iterfind(".//testcase/properties/property")}
    assert found == {"points": "1.5", "max_points": "6", "mistake": "swapped"}


def test_a_suite_has_the_score_unless_it_is_not_known():
    known, unknown = suites(report(check()), report(check("error")))
    assert {each.name: each.value for each in known.properties()}["score"] == "6"
    assert "score" not in {each.name for each in unknown.properties()}


def test_of_a_hidden_check_only_the_hint_is_there():
    text = render([report(check("failed", public=False, message="expected 0.125", mistake="m", hint="See t."))])
    assert "See t." in text
    assert "0.125" not in text
    assert '"mistake"' not in text


@given(st.text(st.characters()))
@example(AWKWARD[12])
@example(AWKWARD[6])
def test_any_text_makes_a_document_that_reads_back(text):
    root = ET.fromstring(render([report(check("failed", title=text, message=text), submission=text)]).encode())
    named = root[0].attrib["name"].removeprefix("optimizers: ")
    assert named == "".join(c if c not in "\ufffe\uffff" else "\ufffd" for c in printable(same_name(text)))


@pytest.mark.parametrize("name", AWKWARD)
def test_an_awkward_name_is_read_by_the_parser(name):
    (suite,) = suites(report(check(), submission=name))
    assert suite.name == f"optimizers: {printable(same_name(name))}".replace("\ufffe", "\ufffd")
