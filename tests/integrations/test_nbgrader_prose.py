"""A student's Markdown on nbgrader's pages, read by an HTML parser: links lead only to the web, mail and anchors."""

from __future__ import annotations

import html
from html.parser import HTMLParser
from typing import Any

import pytest

pytest.importorskip("nbgrader")

from traitlets.config import Config

from autograder.integrations.nbgrader import configure
from autograder.integrations.nbgrader.prose import markdown2html

SCRIPTS = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "vbscript:x",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "java&#x0A;script:alert(1)",
    "java&Tab;script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript&colon;alert(1)",
    "\x01javascript:alert(1)",
    "%6aavascript:alert(1)",
    "//elsewhere.example/x",
    "/files/javascript:alert(1)",
    "files/javascript:alert(1)",
    "../../tree",
    "blob:http://x",
    "file:///etc/passwd",
    " javascript:alert(1)//https://",
]
FORMS = [
    "[x]({})",
    "[x](<{}>)",
    "[x][r]\n\n[r]: {}",
    "[r]\n\n[r]: <{}> 'title'",
    "<{}>",
    "![x]({})",
    "[![x]({0})]({0})",
    "| a |\n|---|\n| [x]({}) |",
    "# [x]({})",
    '<a href="{}">x</a>',
    "<a href={}>x</a>",
    '<a\nHREF\n=\n"{}">x</a>',
    '<svg><a xlink:href="{}"><text>x</text></a></svg>',
    '<math><mtext href="{}">x</mtext></math>',
    '<form action="{0}"><button formaction="{0}">x</button></form>',
    '<iframe src="{0}"></iframe><object data="{0}"></object><embed src="{0}"><base href="{0}">',
    '<img src="{0}" srcset="{0}" onerror="{0}"><video src="{0}" poster="{0}">',
    '<meta http-equiv="refresh" content="0;url={}">',
    '<p style="background:url({})">x</p>',
]


class Tags(HTMLParser):
    """(tag, attribute, value) of everything that a browser would make an element of."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [(tag, name, value or "") for name, value in attrs]


def page(source: str, **cell: Any) -> str:
    return markdown2html({"cell": cell}, source)


@pytest.mark.parametrize("form", FORMS)
def test_no_target_is_left_that_could_act(form: str) -> None:
    seen = Tags("\n".join(page(form.format(target)) for target in SCRIPTS))
    targets = [value for _, name, value in seen.found if name in ("href", "src")]
    assert all(value.startswith(("#prose-", "https://", "http://")) for value in targets)
    assert not [name for _, name, value in seen.found if name.startswith("on") or "url(" in value]
    assert seen.tags <= {"p", "a", "img", "h1", "table", "thead", "tbody", "tr", "th", "td", "em"}


@pytest.mark.parametrize(
    "target", ["https://pytorch.org/docs?a=1&b=2", "http://x.y", "mailto:ada@example.org", "HTTPS://X"]
)
def test_a_link_to_the_web_and_an_address_stay(target: str) -> None:
    assert ("a", "href", target) in Tags(page(f"[x]({target})")).found


def test_an_anchor_leads_to_its_heading_and_neither_is_a_field_of_formgraders() -> None:
    found = Tags(page("# written_1\n\n[above](#written_1)")).found
    assert ("h1", "id", "prose-written_1") in found
    assert found.count(("a", "href", "#prose-written_1")) == 2  # including the one of each heading


@pytest.mark.parametrize(
    "formula", [r"\href{javascript:alert(1)}{x}", r"\href{ jAvascript:x}{x}", r"\let\h=\href \h{x}{y}", r"\href%"]
)
@pytest.mark.parametrize(
    "form", ["${}$", "$${}$$", r"\\({}\\)", "\\begin{{align}}{}\\end{{align}}", "a {}", "<b>{}</b>"]
)
def test_a_formula_makes_no_link(form: str, formula: str) -> None:
    said = html.unescape(page(form.format(formula)))
    assert "href" in said
    assert r"\href" not in said


def test_a_formula_hidden_in_entities_makes_no_link() -> None:
    assert r"\href" not in html.unescape(page("$x$ &#92;href{javascript:alert(1)}{x}"))


def test_formulas_are_as_they_were() -> None:
    formula = r"$\frac{a<b}{\hat y_i} \href{https://x.y}{z} & \{c\}$"
    assert html.unescape(page(formula)) == f"<p>{formula}</p>\n"


def test_prose_of_an_author_looks_as_before() -> None:
    text = "## A *b* `c<d`\n\n- [x] one\n\n| a |\n|--:|\n| 1 |\n\n<details><summary>More</summary><b>c</b></details>\n"
    seen = Tags(page(text))
    assert seen.tags >= {"h2", "em", "code", "li", "input", "table", "details", "summary", "b"}
    assert ("td", "style", "text-align:right;") in seen.found


def test_a_diagram_is_not_drawn_by_a_script() -> None:
    assert "mermaid" not in [value for _, name, value in Tags(page("```mermaid\nclick A href 'x'\n```")).found if name]


def test_a_photograph_is_shown() -> None:
    shown = page("![p](attachment:p.png)", attachments={"p.png": {"image/png": "QUJD"}})
    assert ("img", "src", "data:image/png;base64,QUJD") in Tags(shown).found


def test_a_picture_that_is_not_attached_does_not_end_the_page() -> None:
    assert "missing attachment: p.png" in page("before ![p](attachment:p.png)")


def test_both_pages_of_nbgrader_are_made_with_it(tmp_path: Any) -> None:
    from nbconvert.exporters import HTMLExporter
    from nbformat.v4 import new_markdown_cell, new_notebook

    config = Config()
    configure(config, tmp_path / "nbgrader_config.py")
    notebook = new_notebook(cells=[new_markdown_cell("[x](javascript:alert(1))")])
    shown, _ = HTMLExporter(config=config).from_notebook_node(notebook)
    assert "javascript:alert" not in shown
