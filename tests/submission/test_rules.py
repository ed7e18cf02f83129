"""Uses of what an assignment requires students to write themselves, found by reading a submission."""

from __future__ import annotations

import functools
import importlib
import importlib.util
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course.course import Course
from autograder.course.settings import Assignment
from autograder.grading.grader import Grader
from autograder.grading.options import Options
from autograder.intake.find import Found
from autograder.report.report import ExerciseResult
from autograder.submission.read import read
from autograder.submission.release import Release
from autograder.submission.rules import Rules, Violation, search
from tests.hostile import SHAPES
from tests.isolation import ISOLATION
from tests.samples import IN_PROPORTION, growth

ROOT = Path(__file__).parents[2]
COURSE = Course.find(ROOT)
RULED = [assignment for assignment in COURSE.assignments if assignment.rules]
FORBIDDEN_NAMES = sorted({name for each in RULED for names in each.rules.forbidden.values() for name in names})

FORBIDDEN = Rules(forbidden={"f": ("scipy.signal.convolve2d", "numpy.lib.stride_tricks"), "*": ("torch.nn.Conv2d",)})
NUMPY_ONLY = Rules(allowed_imports=("numpy",))


def found(source: str, rules: Rules = FORBIDDEN, exercises: tuple[str, ...] = ("f", "g")) -> list[tuple[str, str, int]]:
    cells = [("cell 1", "cell", textwrap.dedent(source).strip(), 1)]
    return [(each.exercise, each.name, each.line) for each in search(cells, exercises, rules)]


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.signal\ndef f(): return scipy.signal.convolve2d",
        "import scipy.signal as s\ndef f(): return s.convolve2d",
        "from scipy import signal\ndef f(): return signal.convolve2d",
        "from scipy.signal import convolve2d\ndef f(): return convolve2d(1, 2)",
        "from scipy.signal import convolve2d as mine\ndef f(): return mine(1, 2)",
        "x = 1\ndef f():\n    from scipy.signal import convolve2d",
        "import importlib\ndef f(): return importlib.import_module('scipy.signal.convolve2d')",
        "import scipy\ndef f(): return eval('scipy.signal.convolve2d(x, w)')",
        "import scipy.signal\ndef f(run=scipy.signal.convolve2d): return run",
        "import scipy.signal\nclass f:\n    def g(self): return scipy.signal.convolve2d",
        "import scipy.signal\nrun = scipy.signal.convolve2d\ndef f():\n    global run\n    run = run\n    return run()",
    ],
)
def test_a_forbidden_name_is_found_however_it_is_written(source: str) -> None:
    assert [(exercise, name) for exercise, name, _ in found(source)] == [("f", "scipy.signal.convolve2d")]


def test_a_name_inside_a_forbidden_module_is_found_under_the_name_of_the_rule() -> None:
    source = "import numpy as np\ndef f(x): return np.lib.stride_tricks.as_strided(x)"
    assert found(source) == [("f", "numpy.lib.stride_tricks", 2)]


def test_a_helper_belongs_to_the_exercise_that_uses_it() -> None:
    source = """
        from scipy.signal import convolve2d
        def deep(x): return convolve2d(x, x)
        def helper(x): return deep(x)
        def f(x): return helper(x)
        def g(x): return x
    """
    assert found(source) == [("f", "scipy.signal.convolve2d", 2)]


def test_a_value_that_holds_the_function_belongs_to_the_exercise_that_uses_it() -> None:
    assert found("import scipy.signal\nrun = scipy.signal.convolve2d\ndef f(x): return run(x)") == [
        ("f", "scipy.signal.convolve2d", 2)
    ]


@pytest.mark.parametrize("call", ["importlib.import_module('torch')", "import_module('torch')", "__import__('torch')"])
def test_a_package_that_is_imported_by_a_call_is_found(call: str) -> None:
    assert found(f"def f(): return {call}", Rules(forbidden={"f": ("torch",)})) == [("f", "torch", 1)]


def test_text_that_happens_to_be_a_package_is_not_a_violation() -> None:
    assert found("def f(): return print('torch')", Rules(forbidden={"f": ("torch",)})) == []


def test_another_exercise_may_use_what_this_one_may_not() -> None:
    assert found("import scipy.signal\ndef g(x): return scipy.signal.convolve2d(x, x)\ndef f(x): return g(x)") == []


def test_what_is_forbidden_everywhere_is_found_in_each_exercise() -> None:
    source = "from torch import nn\ndef f(): return nn.Conv2d(1, 1, 1)\ndef g(): return nn.Conv2d(2, 2, 2)"
    assert found(source) == [("f", "torch.nn.Conv2d", 2), ("g", "torch.nn.Conv2d", 3)]


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    '''Not with scipy.signal.convolve2d, by hand.'''",
        "import numpy as np\ndef f(x): return np.lib.pad(x)",
        "import scipy.signal\ndef f(x): return scipy.signal.convolve(x, x)",
        "def f(scipy): return scipy.signal.convolve2d",
        "import scipy.signal\ndef unused(x): return scipy.signal.convolve2d(x, x)\ndef f(x): return x",
        "import scipy.signal\nout = scipy.signal.convolve2d\ndef f(x):\n    out = x\n    return out",
        "import scipy.signal\nx = scipy.signal.convolve2d\ndef f(x): return x",
        "from scipy.signal import convolve2d as k\ndef f(x): return [k for k in x]",
        "def f(x: return",
    ],
)
def test_what_only_looks_like_it_is_not_a_violation(source: str) -> None:
    assert found(source) == []


def test_a_demo_cell_is_not_searched() -> None:
    source = "import scipy.signal\ndef f(): return scipy.signal.convolve2d"
    assert search([("cell 1", "demo", source, 1)], ["f"], FORBIDDEN) == []


def test_lines_are_those_of_the_file() -> None:
    cells = [("a.py", "cell", "import scipy.signal\ndef f():\n    return scipy.signal.convolve2d", 40)]
    assert [(each.label, each.line) for each in search(cells, ["f"], FORBIDDEN)] == [("a.py", 42)]


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.ndimage\ndef f(): return scipy.ndimage.zoom",
        "def f():\n    import scipy.ndimage\n    return scipy.ndimage.zoom",
        "def f():\n    from scipy.ndimage import zoom",
    ],
)
def test_an_import_that_is_not_allowed_is_found_where_it_is_used(source: str) -> None:
    assert {(exercise, name.partition(".")[0]) for exercise, name, _ in found(source, NUMPY_ONLY)} == {("f", "scipy")}


def test_the_standard_library_and_what_is_allowed_may_be_imported() -> None:
    source = "import math, itertools\nimport numpy as np\ndef f(x): return math.pi * np.linalg.norm(x)"
    assert found(source, NUMPY_ONLY) == []


def test_an_import_that_no_exercise_uses_costs_none() -> None:
    assert found("import scipy.ndimage\ndef f(x): return x", NUMPY_ONLY) == []


def test_without_rules_nothing_is_searched_for() -> None:
    assert not Rules()
    assert found("import scipy.signal\ndef f(): return scipy.signal.convolve2d", Rules()) == []


def test_the_message_says_what_to_do() -> None:
    assert "write that part yourself" in Violation("f", "scipy.signal.convolve2d", "cell 1", 2).message
    assert "not among the imports" in Violation("f", "scipy.ndimage", "cell 1", 2, imported=True).message


# ---- the rules of this course: course.yml ---------------------------------------------------------------------------

LINEAR = """
import importlib
import sys
import torch
import torch.nn.functional as F
import torch.nn.modules.linear
from torch import nn
from torch.nn.functional import linear as f

run = F.linear

class Linear(nn.Module):
    def __init__(self, in_features, out_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-0.1, 0.1))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x):
        {forward}
"""
SAID = "exercise that uses|So does one that calls|makes it fail:|Written without"
AS_STUDENTS_READ_IT = {  # all others are named by their last part
    "torch": "PyTorch",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "sklearn": "scikit-learn",
    "jax": "JAX",
    "autograd": "autograd",
    "torch.nn.Linear": "nn.Linear",
    "torch.nn.functional.linear": "F.linear",
    "torch.nn.Conv2d": "nn.Conv2d",
    "torch.nn.functional.conv2d": "F.conv2d",
    "torch.conv2d": "F.conv2d",  # the same function
    "torchvision": "torchvision",
    "timm": "timm",
    "torch.nn.LocalResponseNorm": "nn.LocalResponseNorm",
    "torch.nn.functional.local_response_norm": "F.local_response_norm",
    "scipy.stats.reciprocal": "loguniform",  # its older name
    "torch.nn.AdaptiveMaxPool2d": "nn.AdaptiveMaxPool2d",
    "torch.nn.functional.adaptive_max_pool2d": "F.adaptive_max_pool2d",
    "torch.nn.functional.adaptive_max_pool2d_with_indices": "F.adaptive_max_pool2d",  # what it calls
    "torch.adaptive_max_pool1d": "the like in one and three dimensions",
    **{
        f"torch.nn.{name}{dimensions}d{ending}": "the like in one and three dimensions"
        for name, ending in (
            ("AdaptiveMaxPool", ""),
            ("functional.adaptive_max_pool", ""),
            ("functional.adaptive_max_pool", "_with_indices"),
        )
        for dimensions in (1, 3)
    },
}
BY_HAND = "return x @ self.weight.T if self.bias is None else x @ self.weight.T + self.bias"
ARGUMENTS = "(x, self.weight, self.bias)"
MADE = "(*self.weight.shape[::-1]).requires_grad_(False)"  # the object is not used: creating one is enough
BY_TORCH = {
    "by its name": f"return F.linear{ARGUMENTS}",
    "by its full name": f"return torch.nn.functional.linear{ARGUMENTS}",
    "by the name of an import": f"return f{ARGUMENTS}",
    "by a name of one's own": f"return run{ARGUMENTS}",
    "by getattr": f"return getattr(F, 'linear'){ARGUMENTS}",
    "by getattr and parts of a name": f"return getattr(F, 'lin' + 'ear'){ARGUMENTS}",
    "by importlib": f"return importlib.import_module('torch.nn.functional').linear{ARGUMENTS}",
    "by sys.modules": f"return sys.modules['torch.nn.functional'].linear{ARGUMENTS}",
    "by eval": f"return eval('F.linear{ARGUMENTS}')",
    "as a layer": f"nn.Linear{MADE}; {BY_HAND}",
    "as a layer of another module": f"torch.nn.modules.linear.Linear{MADE}; {BY_HAND}",
    "as a layer that is made later": f"nn.LazyLinear(3)(x); {BY_HAND}",
}
Grade = Callable[[str, str, str], ExerciseResult]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """The result of one exercise in a file with this text."""
    folder = tmp_path_factory.mktemp("handed in")
    graders: dict[str, Grader] = {}

    def grade(assignment_id: str, exercise: str, text: str) -> ExerciseResult:
        if assignment_id not in graders:
            graders[assignment_id] = Grader(COURSE, assignment_id, Options(ISOLATION))
        path = folder / f"{assignment_id}.py"
        path.write_text(text)
        report = graders[assignment_id].grade(Found("ada", path, None))
        return next(each for each in report.exercises if each.name == exercise)

    yield grade
    for grader in graders.values():
        grader.close()


@pytest.mark.torch
def test_a_layer_by_hand_keeps_the_course_s_rules(graded: Grade) -> None:
    result = graded("pytorch", "Linear", LINEAR.format(forward=BY_HAND))
    assert [check.message for check in result.checks] == [""] * len(result.checks)


@pytest.mark.torch
@pytest.mark.parametrize("forward", BY_TORCH.values(), ids=BY_TORCH.keys())
def test_a_layer_that_is_torch_s_own_fails_however_it_is_reached(graded: Grade, forward: str) -> None:
    result = graded("pytorch", "Linear", LINEAR.format(forward=forward))
    (check,) = (check for check in result.checks if check.name == "linear_forward")
    assert check.status == "failed"
    assert re.search(r"torch\.nn\.(functional\.linear|(Lazy)?Linear)", check.message)
    assert "write that part yourself" in check.message


@pytest.mark.torch
@pytest.mark.parametrize("base", ["nn.Conv2d", "torch.nn.Conv2d", "torch.nn.modules.conv.Conv2d"])
def test_a_convolution_that_inherits_torch_s_own_fails(graded: Grade, base: str) -> None:
    result = graded("pytorch", "Conv2d", f"import torch\nfrom torch import nn\nclass Conv2d({base}):\n    pass\n")
    assert result.score == 0
    assert "torch.nn.Conv2d" in result.checks[0].message


def test_a_framework_fails_where_everything_is_to_be_written_in_numpy(graded: Grade) -> None:
    text = """
        import numpy as np
        import torch

        def conv_param_count(kh, kw, cin, cout, bias):
            return sum(p.numel() for p in torch.nn.Conv2d(cin, cout, (kh, kw), bias=bias).parameters())

        def conv_output_shape(h, w, kh, kw, stride, pad):
            return (h + 2 * pad - kh) // stride + 1, (w + 2 * pad - kw) // stride + 1
    """
    result = graded("conv", "conv_param_count", textwrap.dedent(text))
    assert result.score == 0
    assert "conv_param_count uses torch" in result.checks[0].message
    assert "uses torch" not in graded("conv", "conv_output_shape", textwrap.dedent(text)).checks[0].message


@pytest.mark.parametrize("assignment", RULED, ids=lambda assignment: assignment.id)
def test_the_course_s_rules_name_exercises_that_there_are(assignment: Assignment) -> None:
    exercises = Release.load(COURSE.release_dir(assignment.id), assignment.id).exercises
    assert set(assignment.rules.forbidden) <= {"*", *exercises}


@pytest.mark.parametrize("name", FORBIDDEN_NAMES)
def test_the_course_s_rules_name_what_the_libraries_have(name: str) -> None:
    package, *rest = name.split(".")
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"{package} is not installed")
    assert functools.reduce(getattr, rest, importlib.import_module(package)) is not None


@pytest.mark.parametrize("assignment", RULED, ids=lambda assignment: assignment.id)
def test_the_references_and_all_other_correct_work_keep_the_course_s_rules(assignment: Assignment) -> None:
    release = Release.load(COURSE.release_dir(assignment.id), assignment.id)
    files = [COURSE.solutions_dir(assignment.id) / f"{assignment.id}.py"]
    files += sorted((ROOT / "tests" / "alternatives" / assignment.id).glob("*.py"))
    for path in files:
        assert search(read(path, release).loadable, release.exercises, assignment.rules) == [], path


@pytest.mark.parametrize("assignment", RULED, ids=lambda assignment: assignment.id)
def test_a_notebook_says_beforehand_what_its_rules_forbid(assignment: Assignment) -> None:
    text = (COURSE.release_dir(assignment.id) / f"{assignment.id}.py").read_text()
    prose = re.sub(r"\s*\n#?\s*", " ", text)
    told = " ".join(re.findall(rf"(?:{SAID}) .+?(?:\. | fails)", prose))
    for names in assignment.rules.forbidden.values():
        by_name = [name for name in names if AS_STUDENTS_READ_IT.get(name, name.rpartition(".")[2]) in told]
        assert {_kind(name) for name in names} == {_kind(name) for name in by_name}


def _kind(name: str) -> str:
    """The same key for a layer, its function, its lazy form, and those of other dimensions, kinds and makers; the prose
    names one of them."""
    other = "lazy|_|[123]d|with_?indices|olution|transpose|tbc|dilated|slow|mode|thnn|mkldnn|cudnn"
    return re.sub(other, "", name.rpartition(".")[2].lower())


ONE_LINERS = {
    "losses/gaussian_nll": "import scipy.stats as s\ndef gaussian_nll(x, m, d): return -s.norm(m, d).logpdf(x).sum()",
    "losses/minibatches": "from sklearn.utils import shuffle\ndef minibatches(X, y, b, r): return shuffle(X, y)",
    "losses/gaussian_mle": "from scipy.stats import norm\ngaussian_mle = norm.fit",
    "losses/softmax": "from scipy.special import softmax as s\ndef softmax(x): return s(x, axis=1)",
    "losses/softmax_loss": "import scipy.special\ndef softmax_loss(x, y): return -scipy.special.log_softmax(x)[0, y]",
    "losses/bce_with_logits": "from scipy.special import expit\ndef bce_with_logits(x, y): return expit(x) - y",
    "losses/eval_numerical_gradient": "import scipy.optimize as o\neval_numerical_gradient = o.approx_fprime",
    "backprop/jacobian": "from scipy import differentiate\ndef jacobian(f, x): return differentiate.jacobian(f, x).df",
    "backprop/topological_order": "import graphlib\ndef topological_order(n): return graphlib.TopologicalSorter(n)",
    "initializers/sigmoid": "from scipy.stats import logistic\ndef sigmoid(x): return logistic.cdf(x), logistic.pdf(x)",
    "initializers/orthogonal_init": "import scipy.stats as s\ndef orthogonal_init(n, g, r): return s.ortho_group.rvs()",
    "conv/avg_pool_forward": "from skimage.measure import block_reduce\navg_pool_forward = block_reduce",
    "detection/nms": "import torchvision\ndef nms(b, s, t): return torchvision.ops.nms(b, s, t)",
    "detection/SpatialPyramidPool": "import torch\nclass SpatialPyramidPool:\n    pool = torch.nn.AdaptiveMaxPool3d",
    "optimizers/adam": "from sklearn.neural_network import _stochastic_optimizers as o\nadam = o.AdamOptimizer",
    "regularization/kfold_indices": "from sklearn import model_selection as m\ndef kfold_indices(n, k, r): m.KFold(k)",
    "regularization/bootstrap_indices": "from sklearn.utils import resample\ndef bootstrap_indices(n, r): resample(n)",
    "regularization/random_search": "import scipy.stats as s\ndef random_search(d, n, r): s.loguniform(*d).rvs(n)",
    "regularization/standardize": "from scipy.stats import zmap\ndef standardize(a, b): return zmap(a, a), zmap(b, a)",
    "pytorch/Conv2d": "import torch\nclass Conv2d(torch.nn.Module):\n  def forward(s, x): return torch.conv1d(x)",
    "ilsvrc/topk_accuracy": "from sklearn.metrics import get_scorer\ntopk_accuracy = get_scorer('top_k_accuracy')",
}


@pytest.mark.parametrize(("where", "source"), ONE_LINERS.items(), ids=ONE_LINERS.keys())
def test_a_library_s_one_liner_earns_nothing(where: str, source: str) -> None:
    assignment_id, _, exercise = where.partition("/")
    violations = found(source, COURSE.assignment(assignment_id).rules, (exercise,))
    assert [each for each, _, _ in violations] == [exercise]


def test_a_long_chain_of_names_is_followed_in_no_time() -> None:
    def follow(n: int) -> None:
        chain = "".join(f"def f{i}(): f{i + 1}\n" for i in range(n)) + f"def f{n}(): torch.nn.Conv2d\n"
        assert found("import torch\n" + chain + "def f(): f0\n") == [("f", "torch.nn.Conv2d", n + 2)]

    assert growth(follow, 1000) < IN_PROPORTION


SEARCHES = {
    "a few names": Rules(forbidden={"f": ("torch.nn.Linear", "a"), "*": ("torch",)}),
    "imports": Rules(allowed_imports=("numpy",)),
}


@pytest.mark.parametrize("rules", SEARCHES.values(), ids=SEARCHES.keys())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_a_search_takes_time_in_proportion_to_what_is_searched(shape: Callable[[int], str], rules: Rules) -> None:
    sources = {size: shape(size) for size in (6_000, 24_000)}

    def look(size: int) -> None:
        search([("cell 1", "other", sources[size], 1)], [f"f{n}" for n in range(8)] + ["f"], rules)

    assert growth(look, 6_000) < IN_PROPORTION


def test_a_search_of_many_cells_takes_time_in_proportion_to_their_number() -> None:
    def look(number: int) -> None:
        search([(f"line {n}", "other", "a = torch", n) for n in range(number)], ["a"], FORBIDDEN)

    assert growth(look, 500) < IN_PROPORTION


def test_each_exercise_is_told_of_a_few_violations_only() -> None:
    source = "".join(f"import a{n}\n" for n in range(50)) + "def f(): return " + "+".join(f"a{n}" for n in range(50))
    assert len(found(source, NUMPY_ONLY, ("f",))) == 20


@pytest.mark.parametrize(
    "body",
    [
        '"""Two\n    lines."""; return torch.nn.Conv2d',
        f'"""Zwölf\n    {"größe" * 20}."""; return torch.nn.Conv2d',
        '"""\n    """; "torch.nn.Conv2d"',
        '"""torch.nn.\\\nConv2d"""',
        '"""One line."""\n    return torch.nn.Conv2d',
        '"""Two\n    lines."""\n    return eval("torch.nn.Conv2d")',
    ],
)
@pytest.mark.parametrize("head", ["def f():\n    ", "class f:\n    def g():\n      "])
def test_no_docstring_hides_what_is_forbidden(head: str, body: str) -> None:
    source = head + body.replace("\n    ", "\n" + head.rpartition("\n")[2])
    cells = [("cell 1", "cell", "import torch", 1), ("cell 2", "cell", source, 1)]
    assert [each.name for each in search(cells, ("f",), FORBIDDEN)] == ["torch.nn.Conv2d"]


def test_prose_that_says_what_is_forbidden_is_no_violation() -> None:
    assert found('def f():\n    """Written without\n    torch.nn.Conv2d.\n    """\n    return 1') == []


@pytest.mark.parametrize(
    "source",
    [
        f"import scipy.signal as {'s' * 400}\ndef f(): return {'s' * 400}.convolve2d",
        "import scipy.signal\ndef f(): return scipy.signal.convolve2d" + ".a" * 400,
        "import scipy.signal as s, s as t\ndef f(): return s.convolve2d",
    ],
)
def test_a_long_name_hides_nothing(source: str) -> None:
    assert [name for _, name, _ in found(source)] == ["scipy.signal.convolve2d"]
