"""Write the demo class, examples/class/: what 42 students of this course could have handed in.

Run it after `autograder build` when a release has changed: python examples/make_class.py
"""

from __future__ import annotations

import ast
import functools
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from autograder.checking.answers import load_live
from autograder.course.course import Course
from autograder.submission.read import read

ROOT = Path(__file__).parent.parent
CLASS = Path(__file__).parent / "class"

SCRATCH = '%matplotlib inline\n!pip install numpy\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]);'
RAISES = "print(undefined_name)  # scratch: does this still work?"
TIMED = "%%time\nsteps = [sgd(np.ones(2), np.ones(2), None)[0] for _ in range(3)]"
LOOP = 'def {name}({arguments}):\n    step = 0\n    while step < 1:\n        pass\n    return None'
ABORT = "def {name}({arguments}):\n    import os\n    os.abort()"
LOUD = 'def {name}({arguments}):\n    for _ in range(1 << 20):\n        print("x" * 1023)'
READER = (
    "def {name}({arguments}):\n"
    "    import glob\n"
    "    found = [p for place in ('/home/*/*', '/root/*', '/srv/*', '/tmp/*', '/proc/*') for p in glob.glob(place)]\n"
    "    print(len(found), 'files found')\n"
    "    for path in ['/etc/shadow', '/proc/1/environ', 'solutions/optimizers/optimizers.py', *found]:\n"
    "        print(path, open(path).read()[:200])\n"
    "    return w, config\n"
)
SYNTAX = "def {name}({arguments}):\n    if config is None\n        config = {{}}\n    return w - dw, config"
PYTHON_2 = "def {name}({arguments}):\n    print 'step', dw.shape\n    return w - 1e-2 * dw, config"
OLD_NUMPY = (
    "def {name}({arguments}):\n"
    "    config = config or {{}}\n"
    "    config.setdefault('learning_rate', 1e-2)\n"
    "    return w - config['learning_rate'] * dw.astype(np.float), config"
)


class Assignment:
    """The release of one assignment, and the sources of right and wrong work for its exercises."""

    def __init__(self, course: Course, assignment_id: str) -> None:
        self.id = assignment_id
        self.release = course.release_dir(assignment_id)
        folder = course.solutions_dir(assignment_id)
        cells = read(folder / f"{assignment_id}.py").cells
        self.right = {
            cell.name: re.sub(r"^\s*### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.MULTILINE).strip("\n")
            for cell in cells
            if cell.kind == "exercise" and cell.name
        }
        _, answers = load_live(course, assignment_id)
        text = (folder / "mistakes.py").read_text()
        self.wrong = {
            mistake.name: (mistake.exercise, _with_helpers(text, mistake.name, mistake.exercise))
            for mistake in answers.known
            if re.search(rf"^(def|class) {mistake.name}\b", text, re.MULTILINE)
        }
        for mistake in answers.known:
            if mistake.edits and mistake.exercise in self.right:
                self.wrong[mistake.name] = (mistake.exercise, mistake.edited(self.right[mistake.exercise]))

    def work(self, *mistakes: str, only: int | None = None, **replaced: str) -> dict[str, str]:
        """Sources by exercise: right but for `mistakes` and `replaced`; only the first `only` exercises."""
        work = dict(list(self.right.items())[:only])
        work |= dict(self.wrong[name] for name in mistakes)
        for name, pattern in replaced.items():
            arguments = re.search(r"def \w+\(([^)]*)\)", self.right[name])
            assert arguments is not None
            work[name] = pattern.format(name=name, arguments=arguments[1])
        return work

    def notebook(self, work: Mapping[str, str]) -> dict:
        notebook = json.loads((self.release / f"{self.id}.ipynb").read_text())
        for cell in notebook["cells"]:
            name = _exercise(cell)
            if name in work:
                cell["source"] = work[name].splitlines(keepends=True)
        return notebook

    def script(self, work: Mapping[str, str]) -> str:
        parts = re.split(r"(?m)^(?=# %%)", (self.release / f"{self.id}.py").read_text())
        for i, part in enumerate(parts):
            tag = re.match(r'# %% tags=\["exercise:(\w+)"\]\n', part)
            if tag and tag[1] in work:
                parts[i] = f"{tag[0]}{work[tag[1]]}\n\n"
        return "".join(parts)

    def plain(self, work: Mapping[str, str]) -> str:
        return "import numpy as np\n\n\n" + "\n\n\n".join(work.values()) + "\n"


def _with_helpers(text: str, name: str, exercise: str) -> str:
    """The source of one mistake under its exercise's name, after the helpers of its file that it uses."""
    lines, nodes = text.split("\n"), _nodes(text)
    wanted, queue = [name], [name]
    while queue:
        used = {n.id for n in ast.walk(nodes[queue.pop()]) if isinstance(n, ast.Name)} & nodes.keys() - set(wanted)
        wanted += sorted(used)
        queue += sorted(used)
    chosen = sorted({nodes[each] for each in wanted}, key=lambda node: node.lineno)
    sources = ["\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in chosen]
    return re.sub(rf"\b{name}\b", exercise, "\n\n\n".join(sources))


@functools.cache
def _nodes(text: str) -> dict[str, ast.stmt]:
    return {bound: node for node in ast.parse(text).body for bound in _bound(node)}


def _bound(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Import):
        return [alias.asname or alias.name for alias in node.names if alias.name != "numpy"]  # which the release imports
    return [t.id for t in node.targets if isinstance(t, ast.Name)] if isinstance(node, ast.Assign) else []


def _exercise(cell: dict) -> str | None:
    tags = [tag for tag in cell["metadata"].get("tags", []) if tag.startswith("exercise:")]
    return tags[0].partition(":")[2] if tags else None


def _scratch(source: str, number: int) -> dict:
    return {"cell_type": "code", "id": f"scratch-{number}", "execution_count": None, "metadata": {}, "outputs": [],
            "source": source.splitlines(keepends=True)}  # fmt: skip


def _write(folder: Path, files: Mapping[str, str | dict]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else json.dumps(content, indent=1, ensure_ascii=False) + "\n"
        (folder / name).write_text(text)


def optimizers(course: Course, target: Path) -> None:
    """28 students."""
    a = Assignment(course, "optimizers")

    def notebook(student: str, *mistakes: str, only: int | None = None, **replaced: str) -> None:
        _write(target / student, {"optimizers.ipynb": a.notebook(a.work(*mistakes, only=only, **replaced))})

    def script(student: str, *mistakes: str, only: int | None = None, **replaced: str) -> None:
        _write(target / student, {"optimizers.py": a.script(a.work(*mistakes, only=only, **replaced))})

    notebook("ada")
    script("alan")
    _write(target / "untouched", {name: (a.release / name).read_text() for name in ("optimizers.ipynb", "optimizers.py")})
    notebook("barbara-half", only=8)
    script("claude-three", only=3)
    for student, write, mistakes in [
        ("donald", notebook, ["adam_without_bias_correction"]),
        ("edsger", script, ["momentum_velocity_without_learning_rate"]),
        ("frances", notebook, ["adagrad_decays"]),
        ("grace", notebook, ["rmsprop_epsilon_inside_the_root"]),
        ("hedy", script, ["adamax_sums"]),
        ("ivan", notebook, ["nadam_is_adam"]),
        ("joan", script, ["adamw_decays_through_the_gradient"]),
        ("katherine", notebook, ["adadelta_updates_before_the_step"]),
        ("leslie", notebook, ["nesterov_is_plain_momentum", "adam_t_not_stored"]),
    ]:
        write(student, *mistakes)
    notebook("margaret-syntax-error", adam=SYNTAX)
    script("niklaus-endless-loop", adagrad=LOOP)
    notebook("ole-crash", rmsprop=ABORT)
    script("peter-prints-1-GB", sgd=LOUD)
    notebook("quentin-reads-files", sgd=READER)
    script("radia-python-2", sgd=PYTHON_2)
    notebook("shafi-old-numpy", sgd=OLD_NUMPY)

    magics = a.notebook(a.work())
    magics["cells"][3:3] = [_scratch(SCRATCH, 1), _scratch(RAISES, 2)]
    magics["cells"].append(_scratch(TIMED, 3))
    _write(target / "tim-magics-and-scratch", {"optimizers.ipynb": magics})

    # Run out of order: a helper is used at the top level of a cell above the one that defines it.
    disorder = a.notebook(a.work())
    disorder["cells"].insert(4, _scratch("RATE = default_rate()\n\ndef halved(rate=RATE):\n    return rate / 2", 1))
    disorder["cells"].append(_scratch("def default_rate():\n    return 1e-2", 2))
    for count, cell in enumerate(reversed([c for c in disorder["cells"] if c["cell_type"] == "code"]), 1):
        cell["execution_count"] = count
    _write(target / "ursula-out-of-order", {"optimizers.ipynb": disorder})

    _write(target / "Zoë O'Brien (2)", {"my work.py": a.plain(a.work("warmup_starts_at_zero"))})
    _write(target / "both-edited", {"optimizers.ipynb": a.notebook(a.work()), "optimizers.py": a.script(a.work(only=2))})
    _write(target / "corrupt", {"optimizers.ipynb": json.dumps(a.notebook(a.work()))[:20_000]})
    _write(target / "nothing-handed-in", {"README.txt": "I will send it by mail.\n"})
    _write(target / "wrong-assignment", {"optimizers.ipynb": json.loads((ROOT / "assignments/conv/conv.ipynb").read_text())})


def conv(course: Course, target: Path) -> None:
    """Eight students."""
    a = Assignment(course, "conv")
    _write(target / "ada", {"conv.ipynb": a.notebook(a.work())})
    _write(target / "alan", {"conv.py": a.plain(a.work())})
    _write(target / "untouched", {"conv.ipynb": a.notebook({})})
    _write(target / "barbara-half", {"conv.ipynb": a.notebook(a.work(only=4))})
    for student, mistakes in CONV_MISTAKES.items():
        _write(target / student, {"conv.ipynb": a.notebook(a.work(*mistakes))})


CONV_MISTAKES = {
    "donald": ["size_rounded_up", "forward_kernel_turned"],
    "edsger": ["dx_overwritten"],
    "frances": ["db_not_summed_over_space", "max_padded_with_zeros"],
    "grace": ["col2im_without_add"],
}


def lenet(course: Course, target: Path) -> None:
    """The reference, and five students."""
    a = Assignment(course, "lenet")
    _write(target / "ada", {"lenet.ipynb": a.notebook(a.work())})
    for student, mistakes in LENET_MISTAKES.items():
        _write(target / student, {"lenet.ipynb": a.notebook(a.work(*mistakes))})


LENET_MISTAKES = {
    "barbara": ["fit_without_zero_grad"],
    "donald": ["fit_after_a_softmax", "softmax_before_the_judgement"],
    "edsger": ["fit_without_shuffling", "averaged_over_batches"],
    "frances": ["fit_returns_a_new_network"],
    "grace": ["fit_normalises_outside", "loss_of_the_last_batch"],
}


def main() -> None:
    course = Course.find(ROOT)
    shutil.rmtree(CLASS, ignore_errors=True)
    optimizers(course, CLASS / "optimizers")
    conv(course, CLASS / "conv")
    lenet(course, CLASS / "lenet")


if __name__ == "__main__":
    main()
