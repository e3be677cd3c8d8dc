"""`python -m vizcore report`: a report as one HTML file, from report.zip or from results of this command line.

report.zip | FOLDER/report.json | CLIP.json | folders of these -> one report -> report.html, report.zip, --check
"""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from msgspec.structs import replace

from vizcore.cli.command import Command
from vizcore.features.report import export_html as html
from vizcore.features.report.export_json import opened, report_zip
from vizcore.features.report.pipeline_again import DIFFERENT, NEAR, SAME, UNCHECKED, verdicts
from vizcore.features.report.pipeline_draft import Draft
from vizcore.features.report.pipeline_results import is_sheet, of_sheet
from vizcore.files import write
from vizcore.runtime.context import default_lab
from vizcore.runtime.recording.section import LONGEST_TITLE, Report, Section

FILES = "report.zip, a report.json with its files beside it, CLIP.json of results, or folders of these"


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=FILES)
    parser.add_argument("--out", type=Path, metavar="HTML", help="where the HTML file goes, which opens anywhere")
    parser.add_argument("--zip", type=Path, metavar="ZIP", help="where report.json goes, with pictures and arrays")
    parser.add_argument("--title", default="", metavar="WORDS", help="of the report, if not that of the first file")
    parser.add_argument(
        "--check",
        action="store_true",
        help="make every result again, and compare it: exit code 0 where all that could be compared come out the same, "
        "or the same but for rounding; 1 where one does not or none could be",
    )
    parser.add_argument(
        "--clips",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help="where clips lie that are not of the app; they are found by their SHA-256; repeatable",
    )


def _run(given: Namespace) -> int:
    if not (given.out or given.zip or given.check):
        raise ValueError("want --out report.html, --zip report.zip or --check, got none of them")
    report = gathered(given.files, given.clips)
    if given.title:
        report = replace(report, title=given.title[:LONGEST_TITLE])
    if given.out:
        write(given.out, html.page(report).encode())
    if given.zip:
        write(given.zip, report_zip(report))
    return checked(report, given.clips) if given.check else 0


def gathered(files: list[Path], folders: list[Path]) -> Report:
    """One report of all files, in their order.

    Raises:
        ValueError: a file is neither a report nor a result, or they are too many together.
    """
    title, draft = "", Draft()
    for path in [one for given in files for one in _inside(given)]:
        if is_sheet(path):
            draft.add(of_sheet(path, folders, default_lab()))
            continue
        report = opened(path)
        title = title or report.title
        for section in report.sections:
            draft.add(section)
    sections: tuple[Section, ...] = draft.report.sections
    if not sections:
        raise ValueError(f"want a report or results, got nothing in {', '.join(map(str, files))}")
    return Report(title or Report().title, sections)


def checked(report: Report, folders: list[Path]) -> int:
    """Say of every result whether it comes out the same; 1 where one does not, or none could be compared."""
    counts = dict.fromkeys((SAME, NEAR, DIFFERENT, UNCHECKED), 0)
    for one in verdicts(report, folders, default_lab()):
        counts[one.state] += 1
        why = f": {one.why}" if one.why else ""
        print(f"{one.state}: {one.section}: {one.recipe.rpartition('.')[2]}{why}", flush=True)
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


COMMAND = Command("report", "one HTML file of results that opens anywhere, and whether they come out again", _add, _run)
