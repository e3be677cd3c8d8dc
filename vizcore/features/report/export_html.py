"""A report as one HTML file that opens anywhere, without a network: plots to walk through, frames, how it was made.

Report -> page -> text

Every word is escaped; the file may run the two scripts that it names by their hashes and nothing else, and may load
nothing (its content security policy says so to the browser), so that a word that slips through is still only a word.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import plotly.offline

from vizcore.features.catalog import PAGES
from vizcore.features.report.pipeline_words import inline, marked
from vizcore.runtime.recording.section import (
    Content,
    Figure,
    Numbers,
    Picture,
    Report,
    Run,
    Section,
    Source,
    Table,
    Words,
)

HERE = Path(__file__).parent
TITLES = {row.name: row.title for row in PAGES}
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def page(report: Report) -> str:
    """The whole file: the same text for the same report."""
    plotly_script, page_script, style = _parts()
    drawn = any(isinstance(block, Figure) for section in report.sections for block in section.blocks)
    scripts = [plotly_script, page_script] if drawn else [page_script]
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    policy = f"default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src {hashes}"
    sections = "\n".join(_section(number, one) for number, one in enumerate(report.sections, 1))
    contents = "\n".join(
        f'<li><a href="#view-{number}">{escape(one.title)}</a></li>' for number, one in enumerate(report.sections, 1)
    )
    words = "1 view" if len(report.sections) == 1 else f"{len(report.sections)} views"
    dates = sorted(one.added[:10] for one in report.sections)
    when = f", {dates[0]}" if dates and dates[0] == dates[-1] else f", {dates[0]} to {dates[-1]}" if dates else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}; base-uri 'none'; form-action 'none'">
<title>{escape(report.title)}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{escape(report.title)}</h1><p class="meta">{words}{escape(when)}, made with VizCore</p></header>
<nav aria-label="Contents"><ol>
{contents}
</ol></nav>
<main>
{sections}
</main>
<footer>{_outro()}</footer>
{"".join(f"<script>{script}</script>" for script in scripts)}
</body>
</html>
"""


def as_data(text: str) -> str:
    """JSON that no HTML parser takes for the end of its script."""
    for sign, written in UNSAFE.items():
        text = text.replace(sign, written)
    return text


@cache
def _parts() -> tuple[str, str, str]:
    """plotly.js, this page's own script, and its style."""
    page_script, style = ((HERE / name).read_text(encoding="utf-8") for name in ("bundles/page.js", "page.css"))
    return plotly.offline.get_plotlyjs(), page_script, style


@cache
def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _section(number: int, section: Section) -> str:
    where = TITLES.get(section.page, section.page)
    about = ", ".join(dict.fromkeys(one.title for one in section.sources))
    meta = " · ".join(escape(part) for part in (where, about, section.added.replace("T", " ")[:16] + " UTC") if part)
    named = [(f"{number}-{k}", block) for k, block in enumerate(section.blocks, 1)]
    groups = groupby(named, lambda one: isinstance(one[1], Picture))
    blocks = "\n".join(_group(list(some), side_by_side) for side_by_side, some in groups)
    note = f'<div class="said">{marked(section.note)}</div>' if section.note else ""
    return f"""<section id="view-{number}">
<h2>{escape(section.title)}</h2>
<p class="meta">{meta}</p>
{note}
{blocks}
<details class="made"><summary>How it was made</summary>
{"".join(_provenance(section))}
</details>
</section>"""


def _group(some: list[tuple[str, Content]], side_by_side: bool) -> str:
    """Pictures that follow each other stand side by side, where they are small enough."""
    shown = "\n".join(_block(name, block) for name, block in some)
    return f'<div class="pictures">{shown}</div>' if side_by_side else shown


def _block(name: str, block: Content) -> str:
    if isinstance(block, Words):
        return _words(block)
    if isinstance(block, Figure):
        caption = f'<span class="how">{inline(block.caption)}</span>' if block.caption else ""
        data = f'<script type="application/json" id="plot-{name}">{as_data(block.plot)}</script>'
        plot = f'<div class="plot" data-plot="plot-{name}" role="group" aria-label="{escape(block.alt)}"></div>'
        return f"<figure>{plot}<figcaption>{escape(block.alt)}{caption}</figcaption></figure>{data}"
    if isinstance(block, Picture):
        image = f"data:{block.mime};base64,{base64.b64encode(block.data).decode()}"
        caption = f"<figcaption>{inline(block.caption)}</figcaption>" if block.caption else ""
        return f'<figure><img src="{image}" alt="{escape(block.alt)}">{caption}</figure>'
    if isinstance(block, Numbers):
        parts = "".join(
            f'<div title="{escape(meaning)}"><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>'
            for label, value, meaning in block.rows
        )
        return f'<dl class="numbers">{parts}</dl>'
    return _table(block)


def _words(words: Words) -> str:
    if words.style == "heading":
        return f"<h3>{inline(words.text)}</h3>"
    if words.style == "code":
        return f"<pre><code>{escape(words.text)}</code></pre>"
    return f'<div class="{words.style}">{marked(words.text)}</div>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.columns)
    body = "\n".join(
        f"<tr>{''.join(_cell(value, name in table.percent) for name, value in zip(table.columns, row))}</tr>"
        for row in table.rows
    )
    more = f'<p class="note">{table.left_out} more rows are not in this report.</p>' if table.left_out else ""
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>{more}'


def _cell(value: Any, percent: bool = False) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        shown = f"{value:.1%}" if percent else f"{value:.6g}" if isinstance(value, float) else f"{value}"
        return f'<td class="number" title="{value!r}">{shown}</td>'
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def _provenance(section: Section) -> Iterator[str]:
    """The link, clips, models, versions and pipelines of a view."""
    query = urlencode(section.link)
    yield _rows(
        "",
        [
            ("link", f"/{section.page}{'?' * bool(query)}{query}"),
            *((f"source: {one.title}", _origin(one)) for one in section.sources),
            *((f"model: {name}", f"{origin}; version {version}") for name, version, origin in section.models),
            ("versions", ", ".join(f"{name} {version}" for name, version in section.versions.items())),
        ],
    )
    for run in section.runs:
        yield f"<h4>{escape(run.pipeline.rpartition('.')[2])}</h4>"
        yield _rows("settings", [(name, _setting(value, section)) for name, value in run.settings.items()])
        yield _rows("numbers", [(name, "" if one is None else str(one)) for name, one in run.numbers.items()])
        yield from _again(run)


def _origin(source: Source) -> str:
    """The content of a clip, and the command that makes it where it is one of the world."""
    command = f"; python -m vizcore world {source.shot} --out FOLDER" if source.shot else ""
    return f"SHA-256 {source.sha256}{command}" if source.sha256 else source.clip_id


def _again(run: Run) -> Iterator[str]:
    """How the same result is had again, and known again."""
    if run.fingerprint:
        yield f"<p>Fingerprint of the result: <code>{escape(run.fingerprint)}</code></p>"
    if run.left_out:
        yield f"<p>{escape(run.left_out)}</p>"
    if run.command:
        yield f"<p>On the command line:</p><pre><code>{escape(run.command)}</code></pre>"
    if run.lines:
        yield f"<p>In Python:</p><pre><code>{escape(run.lines)}</code></pre>"


def _rows(caption: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    body = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    head = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f'<div class="wide"><table class="facts">{head}<tbody>{body}</tbody></table></div>'


def _setting(value: Any, section: Section) -> str:
    """A setting in words; a file by its name."""
    if isinstance(value, (tuple, list)):
        return ", ".join(_setting(one, section) for one in value)
    if isinstance(value, dict) and len(value) == 1:
        ((kind, one),) = value.items()
        known = isinstance(one, int) and 0 <= one < len(section.sources)
        name = section.sources[one].title if known else str(one)
        return f"ground truth of {name}" if kind == "truth" else name
    return "not set" if value is None else json.dumps(value) if isinstance(value, bool) else str(value)


def _outro() -> str:
    return (
        "<p>To see a view live, start the app (<code>python -m vizcore serve</code>) and put its link behind the "
        "address. To draw this file anew from report.zip: <code>python -m vizcore report report.zip --out "
        "report.html</code>; with <code>--check</code> every pipeline runs again, and is compared bit by bit.</p>"
    )
