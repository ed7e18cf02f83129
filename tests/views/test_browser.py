"""The pages in Chromium, as people see them: on a phone and on a desktop, by keyboard, in light and dark mode.

Skipped without Chromium and its driver: `apt install chromium chromium-driver`, or `make browser-test`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.proofs.audit import Audit
from autograder.proofs.author_page import Exercise, Row, render
from autograder.proofs.costs import Cost
from autograder.proofs.mistakes import MistakeAudit
from autograder.report.evidence import Evidence
from autograder.report.report import ExerciseResult, Report, for_student
from autograder.views.cell import render_html
from autograder.views.overview import overview_html
from autograder.views.pages import embedded, render_class, render_report
from tests.samples import AWKWARD, check, report

webdriver = pytest.importorskip("selenium.webdriver")
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="chromium or chromedriver is not installed")

PHONE, DESK = 390, 1280
TAB, ENTER, SPACE = "\ue004", "\ue007", " "
EVIL = (
    "</style></title></pre><script>document.documentElement.dataset.hacked=1</script>"
    "<img src=https://evil.example/x onerror=document.documentElement.dataset.hacked=1>"
    "\"' onclick='document.documentElement.dataset.hacked=1' {{ 7*7 }}"
)
LONG = "a_name_without_any_place_to_break_it_" * 8


def measured_figures() -> Evidence:
    found = Evidence()
    found.number("accuracy", 0.9)
    found.curve("loss", {"yours": [2, 1, 0.5], EVIL: [2, 1.5, 1]}, x="epoch", y="nats")
    found.images("read wrongly", [[[0.0, 1.0], [1.0, 0.0]]] * 12, [EVIL] * 12)
    found.matrix("confusion matrix", [list(range(30))] * 30, rows="digit", columns="predicted")
    return found


def one(name: str, **changes: Any) -> Report:
    bad = check("failed", title=EVIL, message=f"{EVIL}\n{LONG}", mistake=EVIL, hint=EVIL, duration_s=0.2)
    part = check("failed", points=2.0, evidence=tuple(measured_figures().figures))
    exercises = (
        ExerciseResult("sgd", (check(),)),
        ExerciseResult(EVIL, (bad,)),
        ExerciseResult(LONG, (part, check("pending"), check("error", message=EVIL))),
        ExerciseResult("nadam", (check("failed", message="nadam is not written yet"),)),
    )
    return report(submission=name, **({"exercises": exercises, "output": EVIL, "notes": (EVIL,)} | changes))


def plain(number: int) -> Report:
    mistake = {"mistake": "swapped", "hint": "Rows and columns."} if number % 3 == 0 else {}
    checks = [check(), check("failed", points=float(number % 6), **mistake)]
    if number % 2:
        checks.append(check("pending"))
    return report(submission=f"student {number:03}", exercises=(ExerciseResult("adam", tuple(checks)),))


def audit_page() -> str:
    caught = MistakeAudit("rows_" * 20, "sgd", ("is_passed",), ("rows",), False)
    costs = {"sgd": 3.0, EVIL: 2.0}
    rows = (Row(caught, EVIL, Cost("rows", "sgd", costs)), Row(replace(caught, caught_by=()), "", None))
    checks = tuple(check(title=f"{EVIL} {number}", duration_s=0.1) for number in range(24))
    found = Audit(
        "tiny", "bubblewrap", 100.0, {".py": 0.0}, 100.0, 0.0, 24, 12, (caught,), (), problems=(EVIL,), notes=(LONG,)
    )
    return render(found, [Exercise("sgd", checks, rows), Exercise(EVIL, checks, ())], [one(EVIL)])


def cards(theme: str) -> str:
    """The output of `check` below cells, on a page with JupyterLab's theme, which may differ from the system's.

    theme: background and text color: white, or #111 in the dark one.
    """
    worth, minutes = {"sgd": 12.0, EVIL: 9.0}, {"sgd": 20.0, LONG: 30.0}
    results = one("cards").exercises
    shown = [render_html(each, worth=worth.get(each.name), at_hand=True) for each in results]
    shown.append(overview_html(EVIL, results, worth, minutes))
    shown.append(embedded(measured_figures().figures))
    style = f"body {{ margin: 1rem; font: 14px sans-serif; {theme} }} td, th {{ padding: .5em }}"
    viewport = '<meta name="viewport" content="width=device-width">'
    head = f'<meta charset="utf-8">{viewport}<title>cards</title><style>{style}</style>'
    cells = "".join(f"<section>{card}</section>" for card in shown)
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{cells}</body></html>'


PAGES = {
    "cards": cards("background: white; color: #000d"),
    "dark cards": cards("background: #111; color: #fffd"),
    "report": render_report(one(EVIL), class_page="index.html"),
    "student": render_report(for_student(one(LONG))),
    "class": render_class([one(name) for name in (EVIL, LONG, *AWKWARD)], EVIL),
    "audit": audit_page(),
    "many": render_class([plain(number) for number in range(300)], "optimizers"),
}


class Browser:
    """A page that is open in Chromium."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver, self.folder = driver, folder

    def show(self, page: str, width: int = DESK, scheme: str = "light") -> None:
        """Reload one of PAGES."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        for log in ("browser", "performance"):
            self.driver.get_log(log)  # discards messages of an earlier page
        self.driver.get((self.folder / f"{page}.html").as_uri())

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def asked(self) -> set[str]:
        """The requests of the page since it was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        asked = {each["params"]["request"]["url"] for each in events if each["method"] == "Network.requestWillBeSent"}
        return {url for url in asked if not url.startswith("data:")}

    def press(self, *keys: str) -> None:
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def tab_to(self, text: str) -> None:
        """Press Tab until the focused text begins with this."""
        for _ in range(60):
            self.press(TAB)
            if self.run("return document.activeElement.textContent").strip().startswith(text):
                return
        raise AssertionError(f"no way by Tab to {text!r}")

    def names(self) -> list[str]:
        """The visible submissions."""
        query = "return [...document.querySelectorAll('#class tbody th .name')].map(name => name.textContent)"
        return list(self.run(query))


@pytest.fixture(scope="session")
def driver() -> Iterator[Any]:
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield started
    started.quit()


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("pages")
    for name, page in PAGES.items():
        (made / f"{name}.html").write_text(page, encoding="utf-8")
    return made


@pytest.fixture
def browser(driver: Any, folder: Path) -> Browser:
    return Browser(driver, folder)


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_asks_nobody_complains_of_nothing_and_runs_nothing_of_a_student_s(browser, page, width):
    browser.show(page, width)
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert browser.driver.get_log("browser") == []
    assert browser.asked() == {(browser.folder / f"{page}.html").as_uri()}
    assert browser.run("return document.documentElement.dataset.hacked") is None


def test_a_hostile_name_is_what_a_reader_sees(browser):
    browser.show("report")
    assert browser.run("return document.querySelector('h1').textContent") == EVIL


LIGHT = """
const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
const opacity = (one) => one ? getComputedStyle(one).opacity * opacity(one.parentElement) : 1;
const rgb = (color, under, alpha = 1) => {
  canvas.globalAlpha = 1; canvas.fillStyle = under; canvas.fillRect(0, 0, 1, 1);
  canvas.globalAlpha = alpha; canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
const light = (rgb) => {
  const [r, g, b] = rgb.map(v => v / 255).map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b;
};
const behind = (one) => {  // one layer on the next
  if (!one) return 'white';
  const color = getComputedStyle(one).backgroundColor;
  return color === 'rgba(0, 0, 0, 0)' ? behind(one.parentElement) : `rgb(${rgb(color, behind(one.parentElement))})`;
};
const contrast = (color, under, alpha = 1) => {
  const [a, b] = [light(rgb(color, under, alpha)), light(rgb(under, 'white'))];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
};
"""
CONTRAST = (
    LIGHT
    + """
const found = new Set();
for (const details of document.querySelectorAll('details')) details.open = true;
for (const element of document.querySelectorAll('body *')) {
  const text = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!text || !element.checkVisibility() || element.closest('.unseen, svg, script, option')) continue;
  const under = behind(element);
  const ratio = contrast(getComputedStyle(element).color, under, opacity(element));
  const sign = /^[✓✗!…]$/.test(element.textContent);  // beside words that say the same
  if (ratio < (sign ? 3 : 4.5)) found.add(`${element.className || element.tagName} ${ratio.toFixed(2)}`);
}
return [...found];
"""
)

CONTRAST_OF_LINES = (
    LIGHT
    + """
for (const details of document.querySelectorAll('details')) details.open = true;
const lines = [...document.querySelectorAll('path.series')];
const pale = lines.map(line => contrast(getComputedStyle(line).stroke, behind(line))).filter(ratio => ratio < 3);
return {pale: pale, seen: lines.length > 0};
"""
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["cards", "dark cards", "report", "class", "audit"])
def test_text_has_a_contrast_of_four_and_a_half_to_what_is_behind_it(browser, page, scheme):
    browser.show(page, scheme=scheme)
    assert browser.run(CONTRAST) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["cards", "dark cards"])
def test_nothing_is_painted_behind_the_figures_of_a_card(browser, page, scheme):
    browser.show(page, scheme=scheme)
    painted = """const parts = document.querySelectorAll('.autograder-figures, .autograder-figures :not(td, img)');
        return [...parts].filter(one => getComputedStyle(one).backgroundColor !== 'rgba(0, 0, 0, 0)').map(
            one => one.outerHTML.slice(0, 80))"""
    assert browser.run(painted) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", ["cards", "dark cards", "report"])
def test_a_curve_has_a_contrast_of_three_to_the_page(browser, page, scheme):
    browser.show(page, scheme=scheme)
    assert browser.run(CONTRAST_OF_LINES) == {"pale": [], "seen": True}


def test_every_control_has_a_name(browser):
    browser.show("class")
    nameless = """return [...document.querySelectorAll('input, select, button, summary, [role=region]')].filter(
        one => !(one.labels?.length || one.textContent.trim() || one.ariaLabel)).map(one => one.outerHTML)"""
    assert browser.run(nameless) == []


def test_the_class_is_sorted_by_keyboard_alone(browser):
    browser.show("many")
    browser.tab_to("Points")
    browser.press(ENTER)
    sort = "return document.activeElement.parentElement.getAttribute('aria-sort')"
    assert browser.run(sort) == "ascending"
    assert [int(name[-3:]) % 6 for name in browser.names()[:50]] == [0] * 50
    browser.press(SPACE)
    assert browser.run(sort) == "descending"
    assert [int(name[-3:]) % 6 for name in browser.names()[:50]] == [5] * 50
    assert browser.run("return document.querySelectorAll('#class [aria-sort]:not([aria-sort=none])').length") == 1


def test_a_fold_opens_by_keyboard_alone(browser):
    browser.show("report", PHONE)
    opened = "return document.querySelector('#exercise-1').open"
    assert browser.run(opened) is False
    browser.tab_to("sgd")
    browser.press(ENTER)
    assert browser.run(opened) is True


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_the_failures_of_a_card_are_read_by_keyboard_alone(browser, width):
    browser.show("cards", width)
    folded = "return document.activeElement.tagName === 'SUMMARY' && !document.activeElement.parentElement.open"
    for _ in range(10):
        browser.press(TAB)
        if browser.run(folded):
            break
    assert browser.run(folded)
    assert browser.run("return getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is unseen"
    browser.press(ENTER)
    assert browser.run("return document.activeElement.nextElementSibling.checkVisibility()")
    browser.press(SPACE)
    assert browser.run(folded)


def test_the_first_failure_of_a_card_is_open_and_no_other(browser):
    browser.show("cards")
    opened = (
        "return [...document.querySelectorAll('section')].map(card => card.querySelectorAll('details[open]').length)"
    )
    assert browser.run(opened) == [0, 1, 1, 0, 0, 0]


def typed(browser, field, text):
    browser.run("document.getElementById(arguments[0]).focus()", field)
    browser.press(text)


def test_submissions_are_found_by_what_one_types(browser):
    browser.show("many")
    typed(browser, "find", "Student 29")
    assert browser.names() == [f"student {number}" for number in range(290, 300)]
    assert browser.run("return document.getElementById('count').textContent") == "10 of 300"


def test_filters_hold_together(browser):
    browser.show("many")
    typed(browser, "by-mistake", "swapped")
    typed(browser, "by-status", "pending")
    typed(browser, "find", "student 0")
    assert browser.names() == [f"student {number:03}" for number in range(3, 100, 6)]


def test_a_mistake_leads_to_those_who_made_it(browser):
    browser.show("many")
    browser.run("document.querySelector('#mistakes .show').focus()")
    browser.press(ENTER)
    assert browser.run("return document.getElementById('count').textContent") == "100 of 300"
    assert browser.run("return document.activeElement.id") == "by-mistake"


def test_a_large_class_is_drawn_in_part_until_all_of_it_is_asked_for_or_printed(browser):
    browser.show("many")
    assert len(browser.names()) == 100
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert len(browser.names()) == 300
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert len(browser.names()) == 100
    browser.run("document.getElementById('all').click()")
    assert len(browser.names()) == 300


def test_hidden_names_are_nowhere_to_be_read(browser):
    browser.show("many")
    assert "student 003" in browser.run("return document.body.innerText")
    browser.run("document.getElementById('nameless').focus()")
    browser.press(SPACE)
    assert "student" not in browser.run("return document.body.innerText")


def test_without_its_script_the_class_page_shows_every_submission(browser):
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.show("many")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert len(browser.names()) == 300
    assert browser.run("return document.getElementById('find').checkVisibility()") is False


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("page", ["index", "students", "authoring", "security", "reference/commands"])
def test_a_page_of_the_documents_fits_asks_nobody_and_complains_of_nothing(driver, site, page, width):
    documents = Browser(driver, site)
    documents.show(page, width)
    assert documents.run("return document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    assert driver.get_log("browser") == []
    assert [url for url in documents.asked() if not url.startswith(site.as_uri())] == []


def test_the_documents_are_searched_without_a_server(driver, site):
    from selenium.webdriver.support.ui import WebDriverWait

    documents = Browser(driver, site)
    documents.show("index")
    documents.press("/", "grace_minutes")
    found = "return [...document.querySelectorAll('.md-search-result__link')].map(link => link.href)"
    links = WebDriverWait(driver, 30).until(lambda _: documents.run(found))
    assert any("course-yml.html" in link for link in links)
    assert [url for url in documents.asked() if not url.startswith(site.as_uri())] == []


def test_the_documents_are_entered_past_their_navigation(driver, site):
    documents = Browser(driver, site)
    documents.show("instructors")
    documents.press(TAB)
    assert documents.run(
        "return document.activeElement.matches('.md-skip') && document.activeElement.checkVisibility()"
    )
    documents.press(ENTER)
    documents.press(TAB)
    assert documents.run("return document.querySelector('article').contains(document.activeElement)")


@pytest.mark.parametrize("page", ["late-policy", "benchmarks", "instructors", "reference/commands"])
def test_what_scrolls_in_the_documents_is_reached_by_keyboard(driver, site, page):
    documents = Browser(driver, site)
    documents.show(page, PHONE)
    unreached = """return [...document.querySelectorAll('article *')].filter(one =>
        one.scrollWidth > one.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(one).overflowX) &&
        one.tabIndex < 0 && !one.querySelector('a, button, [tabindex="0"]')).map(one => one.outerHTML.slice(0, 80))"""
    assert documents.run(unreached) == []


def test_a_result_of_the_search_is_opened_by_keyboard_alone(driver, site):
    from selenium.webdriver.support.ui import WebDriverWait

    documents = Browser(driver, site)
    documents.show("index")
    documents.press("/", "grace_minutes")
    links = "return document.querySelectorAll('.md-search-result__link').length"
    WebDriverWait(driver, 30).until(lambda _: documents.run(links))
    documents.press("\ue015", ENTER)
    WebDriverWait(driver, 30).until(lambda _: "/index.html" not in driver.current_url)
    assert "grace_minutes" in documents.run("return document.querySelector('article').textContent")
