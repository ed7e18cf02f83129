"""The pictures of these documents: `python -m docs.pictures` takes them anew, of the demo class, in Chromium.

Needs what `make demo` needs, Chromium and its driver.
"""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

HERE = Path(__file__).parent
ROOT = HERE.parent
ASSIGNMENT, STUDENT, EXERCISE = "optimizers", "donald", "adam"
WIDTH = 680  # CSS pixels
COLORS = 96


def autograder(*words: str | Path) -> None:
    command = [Path(sys.executable).with_name("autograder"), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr.decode())


def notebook(folder: Path) -> Path:
    """A page of the notebook in which a student has run the check of a wrong exercise: that cell and its verdict."""
    release = folder / "assignments" / ASSIGNMENT
    shutil.copytree(ROOT / "assignments" / ASSIGNMENT, release)
    shutil.copy(ROOT / "course.yml", folder)
    book = nbformat.read(release / f"{ASSIGNMENT}.ipynb", as_version=4)
    written = nbformat.read(ROOT / "examples" / "class" / ASSIGNMENT / STUDENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    (work,) = [cell for cell in written.cells if f"def {EXERCISE}(" in cell.source]
    (place,) = [n for n, cell in enumerate(book.cells) if f"def {EXERCISE}(" in cell.source]
    book.cells[place].source = work.source
    shown = next(cell for cell in book.cells[place:] if cell.source.startswith(f'check("{EXERCISE}")'))
    book.cells = [cell for cell in book.cells[: book.cells.index(shown) + 1] if cell.cell_type == "code"]
    book = NotebookClient(book, resources={"metadata": {"path": str(release)}}, allow_errors=True).execute()
    book.cells = book.cells[-1:]
    page = folder / "notebook.html"
    page.write_text(HTMLExporter(template_name="lab").from_notebook_node(book)[0], encoding="utf-8")
    return page


def pages(folder: Path) -> dict[str, tuple[Path, str, int]]:
    """By name of a picture: the page, the element at which it begins, and its height at most, in CSS pixels."""
    graded = folder / "graded"
    autograder("grade", f"examples/class/{ASSIGNMENT}", "--assignment", ASSIGNMENT, "--out", graded)
    autograder("report", graded)
    autograder("audit", ASSIGNMENT, "--html", folder / "audit")
    return {
        "verdict": (notebook(folder), "main", 600),
        "report": (graded / "students" / f"{STUDENT}.html", "body", 720),
        "class": (graded / "html" / "index.html", "body", 870),
        "table": (graded / "html" / "index.html", "#submissions", 640),
        "audit": (folder / "audit" / f"{ASSIGNMENT}.html", "body", 720),
    }


@contextmanager
def chromium() -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or shutil.which("google-chrome") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


def take(driver: Any, page: Path, start: str, height: int) -> bytes:
    """The page in the light theme, as a PNG of a few colors."""
    size = {"width": WIDTH, "height": height, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    light = [{"name": "prefers-color-scheme", "value": "light"}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": light})
    driver.get(page.as_uri())
    box = driver.execute_script("return document.querySelector(arguments[0]).getBoundingClientRect().toJSON()", start)
    clip = {"x": 0, "y": box["y"], "width": WIDTH, "height": min(height, box["height"]), "scale": 1}
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {"clip": clip, "captureBeyondViewport": True})
    packed = io.BytesIO()
    picture = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGB")
    picture.quantize(COLORS, dither=Image.Dither.NONE).save(packed, "png", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name, chromium() as driver:
        for picture, where in pages(Path(name)).items():
            path = HERE / "pictures" / f"{picture}.png"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(take(driver, *where))
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")
