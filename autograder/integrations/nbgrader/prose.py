"""Renders Markdown for nbgrader's pages, formgrader and feedback: as nbconvert does, but without active content.

The pages have the same origin as the instructor's Jupyter server, so a student's script could assign points. What
counts is the HTML that a browser gets. The rendered HTML is therefore filtered with allowlists by bleach, which
nbconvert also uses: ordinary tags, and links to the web, to a mail address or to a place in the page. Relative links
are removed, because a later step could turn them into other links.
"""

from __future__ import annotations

import html
import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from bs4 import BeautifulSoup
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import InvalidNotebook, IPythonRenderer, MarkdownWithMath

_TAGS = (
    "a abbr b blockquote br caption center cite code col colgroup dd del details dfn div dl dt em figcaption figure "
    "h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody "
    "td tfoot th thead tr u ul var"
)
_ATTRIBUTES = "align alt checked class colspan disabled height id rowspan start style title valign width"
_LINK = re.compile(r"https?://|mailto:|#", re.IGNORECASE)
_PICTURE = re.compile(r"https?://|data:image/(?:png|jpeg|gif);base64,", re.IGNORECASE)
_VALUES = {("a", "href"): _LINK, ("img", "src"): _PICTURE, ("input", "type"): re.compile("checkbox$")}
# MathJax turns this into links, after everything else.
_TEX_LINK = re.compile(r"\\(?=href(?![A-Za-z])(?!\s*\{(?:https?://|mailto:|#)))")


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """Replaces nbconvert's filter of this name. `context`: the context of the page's template."""
    attachments = context.get("cell", {}).get("attachments", {})
    return neutral(MarkdownWithMath(renderer=_Renderer(escape=False, attachments=attachments)).render(source))


def neutral(rendered: str) -> str:
    """HTML without active tags, attributes or targets. Tags that are not allowed are shown as text."""
    clean = bleach.clean(
        rendered,
        tags=_TAGS.split(),
        attributes=_allowed,
        protocols=("http", "https", "mailto", "data"),
        css_sanitizer=CSSSanitizer(),
    )
    soup = BeautifulSoup(clean, "html.parser")
    for text in soup.find_all(string=_TEX_LINK):
        text.replace_with(_TEX_LINK.sub("", text))
    for place in soup.find_all(id=True):  # formgrader finds its own fields by id, which a heading must not take
        place["id"] = f"prose-{place['id']}"
    for link in soup.find_all(href=re.compile("^#")):
        link["href"] = f"#prose-{link['href'][1:]}"
    return str(soup)


def _allowed(tag: str, name: str, value: str) -> bool:
    if pattern := _VALUES.get((tag, name)):
        return bool(pattern.match(html.unescape(value)))
    return name in _ATTRIBUTES.split() and not (name == "class" and "mermaid" in value)  # a script would render it


class _Renderer(IPythonRenderer):
    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Like nbconvert's, but a missing image is named instead of causing an error for the page."""
        try:
            return str(super().image(text, url, title))
        except InvalidNotebook as missing:
            return f"<em>({html.escape(str(missing))})</em>"
