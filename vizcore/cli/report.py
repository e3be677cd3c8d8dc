"""`python -m vizcore report`: a report as one HTML file, from report.zip or from results of this command line.

report.zip | FOLDER/report.json | CLIP.json | folders of these -> one report -> report.html, report.zip, --check
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from msgspec.structs import replace

from vizcore.features.report import export_html as html
from vizcore.features.report.export_json import opened, report_zip
from vizcore.features.report.pipeline_again import DIFFERENT, NEAR, SAME, UNCHECKED, verdicts
from vizcore.features.report.pipeline_draft import Draft
from vizcore.features.report.pipeline_results import is_sheet, of_sheet
from vizcore.files import write
from vizcore.runtime.context import default_context
from vizcore.runtime.recording.section import LONGEST_TITLE, Report, Section

FILES = "report.zip, a report.json with its files beside it, CLIP.json of results, or folders of these"


def report(
    *files: Annotated[Path, Parameter(name="FILE", required=True, help=FILES)],
    out: Path | None = None,
    pack: Annotated[Path | None, Parameter(name="--zip")] = None,
    title: str = "",
    check: Annotated[bool, Parameter(negative=())] = False,
    clips: tuple[Path, ...] = (),
) -> int:
    """Gather results in one file.

    Args:
        files: reports, results, and folders of these.
        out: where the HTML file goes, which opens anywhere.
        pack: where report.json goes, with pictures and arrays.
        title: of the report, if not that of the first file.
        check: make every result again: exit code 0 where all that could be compared agree up to rounding, else 1.
        clips: where clips lie that are not of the app; they are found by their SHA-256; repeatable.
    """
    if not (out or pack or check):
        raise ValueError("want --out report.html, --zip report.zip or --check, got none of them")
    combined = gathered(files, clips)
    if title:
        combined = replace(combined, title=title[:LONGEST_TITLE])
    if out:
        write(out, html.page(combined).encode())
    if pack:
        write(pack, report_zip(combined))
    return checked(combined, clips) if check else 0


def gathered(files: Sequence[Path], folders: Sequence[Path]) -> Report:
    """One report of all files, in their order.

    Raises:
        ValueError: a file is neither a report nor a result, or they are too many together.
    """
    title, draft = "", Draft()
    for path in [one for given in files for one in _inside(given)]:
        if is_sheet(path):
            draft.add(of_sheet(path, folders, default_context()))
            continue
        report = opened(path)
        title = title or report.title
        for section in report.sections:
            draft.add(section)
    sections: tuple[Section, ...] = draft.report.sections
    if not sections:
        raise ValueError(f"want a report or results, got nothing in {', '.join(map(str, files))}")
    return Report(title or Report().title, sections)


def checked(report: Report, folders: Sequence[Path]) -> int:
    """Say of every result whether it comes out the same; 1 where one does not, or none could be compared."""
    counts = dict.fromkeys((SAME, NEAR, DIFFERENT, UNCHECKED), 0)
    for one in verdicts(report, folders, default_context()):
        counts[one.state] += 1
        why = f": {one.why}" if one.why else ""
        print(f"{one.state}: {one.section}: {one.pipeline.rpartition('.')[2]}{why}", flush=True)
    print(", ".join(f"{count} {state}" for state, count in counts.items()), file=sys.stderr)
    return int(counts[DIFFERENT] > 0 or counts[SAME] + counts[NEAR] == 0)


def _inside(path: Path) -> list[Path]:
    """The reports and results of a folder, by name; a file is itself."""
    if not path.exists():
        raise ValueError(f"want {FILES}, got no file {path}")
    if not path.is_dir():
        return [path]
    if (path / "report.json").is_file():
        return [path / "report.json"]
    return sorted(one for one in path.rglob("*.json") if is_sheet(one))
