"""What mkdocs asks us while it builds the site: the pages that are not in docs/, and where links lead there.

The documents are written for GitHub's view of the repository, so the links in them are relative to their files.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any

import reference
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent
# File of the repository -> its page on the site; those in docs/ have the same name there.
PAGES = {
    "README.md": "index.md",
    "docs/README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CHANGELOG.md": "changelog.md",
}
REFERENCES = {
    "reference/course-yml.md": reference.course_yml,
    "reference/commands.md": reference.command_line,
    "reference/checks.md": reference.check_api,
}
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^)\s#:]+)(?=[)#])")
_FILE = re.compile(r"^(```\w+) file=(\S+)$", re.MULTILINE)


def on_files(files: Files, config: Any) -> Files:
    """Add the pages of the repository's own files, and the references."""
    for source, page in PAGES.items():
        if not source.startswith("docs/"):
            files.append(File.generated(config, page, content=led(ROOT.joinpath(source).read_text("utf-8"), source)))
    for page, made in REFERENCES.items():
        files.append(File.generated(config, page, content=made()))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The text as it is on the site; a page that is alone in its section needs no list of it."""
    if page.parent is None:
        page.meta["hide"] = ["navigation"]
    if not page.file.generated_by:
        markdown = led(markdown, f"docs/{page.file.src_uri}")
    return _FILE.sub(r'\1 title="\2"', markdown)


def led(markdown: str, source: str) -> str:
    """The text of a file of the repository, its links leading to pages and called by their titles, not by files."""

    def page(match: re.Match[str]) -> str:
        text, link = match.groups()
        target = posixpath.normpath(posixpath.join(posixpath.dirname(source), link))
        if text == link and (title := re.match(r"# (.+)", ROOT.joinpath(target).read_text("utf-8"))):
            text = title[1]
        place = PAGES.get(target, target.removeprefix("docs/") if target.startswith("docs/") else link)
        return f"[{text}]({place}"

    return _LINK.sub(page, markdown)
