"""Draws the notebooks' plots: one style, and the plots that recur.

For demo cells. matplotlib is imported when they run.

Colors: gray levels for images, red and blue for signed values around zero, the default cycle for curves. A figure
should have at most five series, to stay readable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

MOST_SERIES = 5
_STYLE: Any = {
    "figure.dpi": 90,
    "figure.constrained_layout.use": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": "medium",
    "legend.framealpha": 0.9,
    "image.cmap": "Greys",
    "image.interpolation": "nearest",
}


def style() -> None:
    """Use the course's style for all following plots."""
    import matplotlib.pyplot as plt

    plt.rcParams.update(_STYLE)


def axes(columns: int = 1, rows: int = 1, width: float = 5.0, height: float = 3.4) -> Any:
    """Axes in a new figure: a single one, or an array of `rows` by `columns` without its axes of length 1. width,
    height: of each, in inches."""
    import matplotlib.pyplot as plt

    return plt.subplots(rows, columns, figsize=(columns * width, rows * height))[1]


def curves(
    series: Mapping[str, Sequence[float] | np.ndarray],
    *,
    x: Sequence[float] | np.ndarray | None = None,
    xlabel: str = "step",
    ylabel: str = "loss",
    title: str = "",
    log: bool = False,
    ax: Any = None,
) -> Any:
    """A line for each name, such as losses over steps or accuracies over epochs. Returns the axes.

    series: name -> (n,) values. x: (n,) positions; 0, 1, 2, ... by default. log: a logarithmic y axis.
    Raises: ValueError for more than five series.
    """
    ax = axes() if ax is None else ax
    for name, values in _few(series).items():
        values = np.asarray(values, dtype=float)
        ax.plot(np.arange(len(values)) if x is None else x, values, label=name, lw=1.5)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, **({"yscale": "log"} if log else {}))
    if len(series) > 1 or "" not in series:
        ax.legend(fontsize=8)
    return ax


def contours(
    f: Callable[[np.ndarray, np.ndarray], np.ndarray],
    xlim: tuple[float, float],
    ylim: tuple[float, float],
    *,
    levels: int | Sequence[float] | np.ndarray = 20,
    paths: Mapping[str, np.ndarray] | None = None,
    title: str = "",
    ax: Any = None,
) -> Any:
    """Contour lines, and paths that end with a star. Returns the axes.

    f: maps two arrays of the same shape, elementwise. paths: name -> (steps, 2) points.
    Raises: ValueError for more than five paths.
    """
    ax = axes() if ax is None else ax
    across, up = np.meshgrid(np.linspace(*xlim, 200), np.linspace(*ylim, 200))
    heights = f(across, up)
    ax.contourf(across, up, heights, levels=levels, cmap="Blues", alpha=0.35, extend="both")
    ax.contour(across, up, heights, levels=levels, colors="0.55", linewidths=0.6)
    for name, path in _few(paths or {}).items():
        points = np.asarray(path, dtype=float)
        (line,) = ax.plot(points[:, 0], points[:, 1], marker=".", ms=4, lw=1.3, label=name)
        ax.plot(*points[-1], marker="*", ms=11, color=line.get_color(), mec="white", zorder=5)
    if paths:
        ax.legend(fontsize=8)
    ax.set(xlim=xlim, ylim=ylim, title=title)
    return ax


def images(
    pictures: Iterable[np.ndarray],
    titles: Sequence[str] = (),
    *,
    columns: int = 8,
    signed: bool = False,
    size: float = 1.4,
) -> Any:
    """Images in rows of `columns`, on the same scale. Returns the array of axes.

    pictures: (H, W), (1, H, W), (3, H, W) or (H, W, 3) each; 0 is white unless it has colors. titles: above them.
    signed: blue is negative, white 0, red positive. size: of each, in inches.
    """
    shown = [_plane(each) for each in pictures]
    if not shown:
        raise ValueError("there are no pictures to draw")
    columns = min(columns, len(shown))
    grid = np.atleast_1d(axes(columns, -(-len(shown) // columns), size, size * (1.25 if titles else 1.0))).ravel()
    high = max(float(np.abs(each).max()) for each in shown) or 1.0
    for number, ax in enumerate(grid):
        ax.axis("off")
        if number < len(shown):
            _draw(ax, shown[number], high, signed)
            if number < len(titles):
                ax.set_title(titles[number], fontsize=8)
    return grid


def filters(weights: np.ndarray, *, columns: int = 8, size: float = 1.0) -> Any:
    """Filters (F, C, HH, WW) side by side, summed over channels: red adds to the output, blue subtracts.

    Returns the array of axes.
    """
    weights = np.asarray(weights, dtype=float)
    return images([each.sum(axis=0) for each in weights], columns=columns, signed=True, size=size)


def difference(got: np.ndarray, expected: np.ndarray, titles: Sequence[str] = ("got", "expected", "difference")) -> Any:
    """Two arrays (H, W) and got - expected, side by side on the same scale, with a color bar. Returns the axes."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape != expected.shape or got.ndim != 2:
        raise ValueError(f"two arrays (H, W) of one shape are compared; these have {got.shape} and {expected.shape}")
    row = axes(3, 1, 2.4, 2.4)
    high = max(float(np.abs(each).max()) for each in (got, expected)) or 1.0
    for ax, values, title in zip(row, (got, expected, got - expected), titles, strict=True):
        drawn = _draw(ax, values, high, True)
        ax.set(xticks=[], yticks=[], title=title)
    row[-1].figure.colorbar(drawn, ax=list(row), shrink=0.8)
    return row


def numbers(
    values: np.ndarray,
    title: str = "",
    *,
    fmt: str = "{:g}",
    signed: bool = False,
    colors: Sequence[Sequence[str]] | np.ndarray | None = None,
    ax: Any = None,
) -> Any:
    """A matrix (H, W) as colored cells with numbers, pale enough to be readable. Returns the axes.

    signed: as in `images`. colors: (H, W) names of colors for the cells instead of colors by value.
    """
    import matplotlib.colors

    values = np.asarray(values, dtype=float)
    ax = axes(1, 1, 0.55 * values.shape[1], 0.55 * values.shape[0] + 0.4) if ax is None else ax
    if colors is None:
        _draw(ax, values, 2.5 * float(np.abs(values).max()) or 1.0, signed)
    else:
        ax.imshow([[matplotlib.colors.to_rgb(color) for color in row] for row in colors])
    for (row, column), value in np.ndenumerate(values):
        ax.text(column, row, fmt.format(value + 0.0), ha="center", va="center", fontsize=9)  # + 0.0: no "-0"
    ax.set(xticks=[], yticks=[], title=title)
    return ax


def histograms(
    samples: Mapping[str, np.ndarray], *, bins: int = 50, xlabel: str = "", title: str = "", ax: Any = None
) -> Any:
    """The distributions of values, as densities on common bins. Returns the axes.

    samples: name -> array of any shape. Raises: ValueError for more than five.
    """
    ax = axes() if ax is None else ax
    flat = {name: np.asarray(values, dtype=float).ravel() for name, values in _few(samples).items()}
    edges = np.histogram_bin_edges(np.concatenate(list(flat.values())), bins)
    for name, values in flat.items():
        ax.hist(values, bins=edges, density=True, histtype="stepfilled", alpha=0.45, label=name)
    ax.set(xlabel=xlabel, yticks=[], title=title)
    ax.legend(fontsize=8)
    return ax


def diagram(
    boxes: Mapping[str, tuple[float, float, str]],
    arrows: Iterable[tuple[str, str]] = (),
    *,
    fields: Mapping[str, tuple[float, float, float, float]] | None = None,
    colors: Mapping[str, str] | None = None,
    width: float = 2.1,
    height: float = 0.8,
    title: str = "",
) -> Any:
    """Boxes, arrows between them, and fields behind them. Returns the axes; a unit of x and y is an inch.

    boxes: name -> (x, y, text): the center of the box, and the text below the name. arrows: (from, to), names of
    boxes. fields: name -> (left, bottom, right, top), outer ones first. colors: name of a box -> its color; white by
    default. width, height: of a box.
    Raises: KeyError for an arrow from or to a box that does not exist.
    """
    from matplotlib.patches import FancyBboxPatch, Rectangle

    places = [(x - width / 2, y - height / 2, x + width / 2, y + height / 2) for x, y, _ in boxes.values()]
    sides = np.array([*(fields or {}).values(), *places])
    (left, bottom), (right, top) = sides[:, :2].min(axis=0) - 0.1, sides[:, 2:].max(axis=0) + 0.1
    ax = axes(width=right - left, height=top - bottom + (0.3 if title else 0))
    for number, (name, (x0, y0, x1, y1)) in enumerate((fields or {}).items()):
        shade = max(0.97 - 0.03 * number, 0.8)
        ax.add_patch(Rectangle((x0, y0), x1 - x0, y1 - y0, facecolor=str(shade), edgecolor="0.6", zorder=0))
        label = {"facecolor": str(shade), "edgecolor": "none", "pad": 1}  # arrows pass below it
        ax.text(x0 + 0.1, y1 - 0.08, name, va="top", fontsize=9, style="italic", bbox=label, zorder=2.5)
    drawn = {}
    for name, (x, y, text) in boxes.items():
        color = (colors or {}).get(name, "white")
        corner = (x - width / 2 + 0.05, y - height / 2 + 0.05)
        drawn[name] = FancyBboxPatch(corner, width - 0.1, height - 0.1, "round,pad=0.05", fc=color, ec="0.3", zorder=3)
        ax.add_patch(drawn[name])
        ax.text(x, y + height / 5, name, ha="center", va="center", fontsize=10, weight="bold", zorder=4)
        ax.text(x, y - height / 5, text, ha="center", va="center", fontsize=8, zorder=4)
    for begin, end in arrows:
        arrow = {"arrowstyle": "-|>", "color": "0.3", "shrinkA": 1, "shrinkB": 1}
        ends = {"patchA": drawn[begin], "patchB": drawn[end]}
        ax.annotate("", boxes[end][:2], boxes[begin][:2], arrowprops={**arrow, **ends}, zorder=2)
    ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", title=title)
    ax.axis("off")
    return ax


def film(figure: Any, draw: Callable[[int], Any], frames: Sequence[int], *, pause_ms: int) -> None:
    """Show frames of a figure in a cell, with a slider. The figure is closed.

    draw: changes the figure to its state in a frame. frames: the arguments of `draw`. pause_ms: between frames.
    The first frame determines the positions of the axes, so include everything that takes room there, such as titles.
    """
    import matplotlib.pyplot as plt
    from IPython.display import HTML, display
    from matplotlib.animation import FuncAnimation

    draw(frames[0])
    figure.canvas.draw()
    figure.canvas.draw_idle = lambda: None  # a frame is drawn when it is saved, and is not visible before
    made = FuncAnimation(figure, draw, frames=frames, interval=pause_ms)
    # No layout engine; "none" would draw each frame twice. Saving a frame would set a new one from these settings.
    with plt.rc_context({"figure.constrained_layout.use": False, "figure.autolayout": False}):
        figure.set_layout_engine(None)
        display(HTML(made.to_jshtml(default_mode="once")))
    plt.close(figure)


def _few(series: Mapping[str, Any]) -> Mapping[str, Any]:
    if len(series) > MOST_SERIES:
        raise ValueError(f"{len(series)} series in one figure; {MOST_SERIES} are the most that can be followed")
    return series


def _plane(picture: np.ndarray) -> np.ndarray:
    """(H, W), or (H, W, 3) for color images."""
    picture = np.asarray(picture, dtype=float)
    if picture.ndim == 3 and picture.shape[0] in (1, 3):
        picture = np.moveaxis(picture, 0, -1)
    if picture.ndim == 3 and picture.shape[-1] == 1:
        picture = picture[..., 0]
    if picture.ndim != 2 and not (picture.ndim == 3 and picture.shape[-1] == 3):
        raise ValueError(f"a picture is (H, W), (3, H, W) or (H, W, 3); this has shape {picture.shape}")
    return picture


def _draw(ax: Any, plane: np.ndarray, high: float, signed: bool) -> Any:
    if plane.ndim == 3:
        return ax.imshow(np.clip(plane / max(high, 1.0), 0, 1))
    return ax.imshow(plane, cmap="RdBu_r" if signed else "Greys", vmin=-high if signed else 0, vmax=high)
