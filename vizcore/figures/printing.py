"""A figure for paper, drawn by matplotlib: a sheet laid out in inches, and its bytes at the size of its page.

PaperSize -> sheet -> place, write, folded ... -> printed(figure, size, form) -> bytes
"""

import io
import re
from collections.abc import Sequence

import matplotlib
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import Op, PdfFile, RendererPdf
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Bbox

from vizcore.figures.paper import PaperSize
from vizcore.figures.theme import SEQUENTIAL

DPI = 200  # of a PNG, and of pictures inside the other forms
SMALL, USUAL = 7.0, 8.0  # pt of text, before it is scaled; the smallest column prints 7 as 6
LINE = 1.25 * SMALL / 72  # inches of a line of small text
SURE = 1.04  # letters on a grid of pixels are a little wider than their outlines
SHADES = LinearSegmentedColormap.from_list("sequential", SEQUENTIAL)

# Text stays text, names may hold a dollar, and the same figure is the same bytes.
matplotlib.rcParams |= {
    "svg.fonttype": "none",
    "svg.hashsalt": "vizcore",
    "pdf.fonttype": 42,
    "text.parse_math": False,
}


def sheet(size: PaperSize, tall: float) -> Figure:
    """An empty layout, black on white, as wide as a size says and so many inches high."""
    return Figure(figsize=(size.wide, tall), facecolor="white")


def place(fig: Figure, left: float, bottom: float, wide: float, tall: float) -> Axes:
    """Axes at a place that is given in inches from the lower left corner.

    Args:
        fig: a sheet.
        left, bottom: where they begin.
        wide, tall: how large they are.
    """
    across, whole = fig.get_size_inches()
    return fig.add_axes([left / across, bottom / whole, wide / across, tall / whole])


def bare(axis: Axes) -> Axes:
    """Axes without ticks and edges, for a picture."""
    axis.set_xticks([])
    axis.set_yticks([])
    axis.spines[:].set_visible(False)
    return axis


def write(fig: Figure, left: float, bottom: float, words: str, **how) -> Text:
    """Small words at a place that is given in inches from the lower left corner.

    Args:
        fig: a sheet.
        left, bottom: the place.
        words: what stands there.
        how: as of Figure.text.
    """
    across, whole = fig.get_size_inches()
    return fig.text(left / across, bottom / whole, words, **{"fontsize": SMALL, "linespacing": 1.15} | how)


def span(words: str, points: float = SMALL) -> float:
    """Inches that the longest line of some words takes."""
    font = FontProperties(size=points)
    lines = words.split("\n")
    return SURE * max(text_to_path.get_text_width_height_descent(line, font, ismath=False)[0] for line in lines) / 72


def folded(words: str, inches: float, points: float = SMALL, most: int = 3) -> str:
    """Words in lines that fit; where they are too many, the longest paragraph is cut.

    Args:
        words: they may have lines of their own.
        inches: of a line.
        points: of the letters.
        most: lines.
    """
    paragraphs = [_lines(paragraph, inches, points) for paragraph in words.split("\n")]
    while sum(map(len, paragraphs)) > most and max(map(len, paragraphs)) > 1:
        longest = max(paragraphs, key=len)
        longest[-2:] = [f"{longest[-2]}…"]
    return "\n".join(_cut(line, inches, points) for lines in paragraphs for line in lines)


def _lines(paragraph: str, inches: float, points: float) -> list[str]:
    """A paragraph, broken where a word ends."""
    lines = [""]
    for part in re.findall(r"[^ _/-]*[ _/-]*", paragraph):
        if span((lines[-1] + part).rstrip(), points) <= inches or not lines[-1]:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.rstrip() for line in lines]


def _cut(line: str, inches: float, points: float) -> str:
    """A line that fits: its end gives way to an ellipsis."""
    while span(line, points) > inches and len(line) > 1:
        line = line.removesuffix("…")[:-1] + "…"
    return line


def label_every(labels: Sequence[str], pitch: float) -> int:
    """Every which of some labels is written, so that they stand clear of each other, `pitch` inches apart."""
    widest = max((span(label) for label in labels), default=0.0) + 0.06
    return max(1, -int(-widest // pitch))


def fit(fig: Figure, size: PaperSize) -> tuple[float, float]:
    """How many inches of the page are one of the layout, and how many of the layout are free on both sides of it."""
    wide, tall = fig.get_size_inches()
    factor = min(size.scale, size.tallest / tall)
    return factor, max(0.0, (size.inches / factor - wide) / 2)


def printed(fig: Figure, size: PaperSize, form: str) -> bytes:
    """The file of a figure, as wide as the size says and no higher: the same figure gives the same bytes.

    Args:
        fig: a sheet of the size.
        size: what it is scaled to.
        form: a key of FORMS of figures/paper.py.
    """
    file, (factor, side) = io.BytesIO(), fit(fig, size)
    if form == "pdf":
        _write_pdf(fig, file, factor, side)
        return file.getvalue()
    wide, tall = fig.get_size_inches()
    part = Bbox([[-side, 0], [wide + side, tall]]) if side > 1e-6 else None
    more = {"metadata": {"Date": None}} if form == "svg" else {"pil_kwargs": {"dpi": (DPI, DPI)}}
    fig.savefig(file, format=form, dpi=DPI * factor * (1 + 1e-9), bbox_inches=part, **more)
    if form == "png":
        return file.getvalue()
    measures = f'width="{72 * size.inches:.6g}pt" height="{72 * factor * tall:.6g}pt"'
    return re.sub(r'width="[^"]*pt" height="[^"]*pt"', measures, file.getvalue().decode(), count=1).encode()


def _write_pdf(fig: Figure, file: io.BytesIO, factor: float, side: float) -> None:
    """As the backend of matplotlib does, on a page that is scaled as a whole."""
    wide, tall = fig.get_size_inches()
    pdf = PdfFile(file, metadata={"CreationDate": None})
    pdf.newPage(factor * (wide + 2 * side), factor * tall)
    pdf.output(factor, 0, 0, factor, 72 * factor * side, 0, Op.concat_matrix)
    pdf.width, pdf.height = wide, tall  # beyond which it leaves lines out
    before, fig.dpi = fig.dpi, 72  # points in an inch
    renderer = RendererPdf(pdf, DPI * factor, tall, wide)
    fig.draw(renderer)
    renderer.finalize()
    pdf.finalize()
    pdf.close()
    fig.dpi = before
