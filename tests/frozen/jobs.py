"""Jobs in groups, each group in a process of the tree; what they leave is frozen as results and as commands.

settings, pipelines -> Job -> run_inside -> told.json, arrays.npz, CLIP.json, CLIP.npz -> results/, commands/
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.frozen import fingerprints, pipelines, samples, settings

INSIDE = Path(__file__).with_name("run_inside.py")
AT_ONCE = 2  # processes
PATIENCE = 1800  # seconds until a group counts as hung
RESULTS, COMMANDS = "results", "commands"
UNSTEADY = {  # keys of JSON that are no part of what was computed, or say it again with today's names in it
    "recipe", "pipeline", "key", "fingerprint", "files", "schema", "version", "versions", "seconds", "date", "made",
}  # fmt: skip
TIMES = re.compile(r"\b\d+(\.\d+)? ?(s|ms|seconds)\b")
COLUMN = re.compile(r"(?m) +\d+$")  # of milliseconds, the last of a table
BLANKS = re.compile(r" {2,}")
ARCHIVES = (".html", ".zip")  # they say when and by what they were made


@dataclass(frozen=True)
class Job:
    """One command line or one call."""

    kind: str  # RESULTS for a call, COMMANDS for what is only printed, "" for both
    group: str
    name: str
    asked: Mapping[str, Any]  # what run_inside is told, less the place


@dataclass(frozen=True)
class Tree:
    """A checkout, and where its jobs may write."""

    root: Path
    work: Path

    @property
    def clips(self) -> list[str]:
        """The names of the clips that come with the app."""
        return sorted(path.stem for path in (self.root / "assets" / "clips").glob("*.mp4"))

    def environment(self, cache: str) -> dict[str, str]:
        """Variables of a process in it: one thread, a store of its own, nothing of the person's own settings."""
        own = {name: value for name, value in os.environ.items() if not name.startswith("VIZCORE_")}
        threads = dict.fromkeys(("OMP", "OPENBLAS", "MKL", "NUMBA"), "1")
        return own | {f"{name}_NUM_THREADS": count for name, count in threads.items()} | {
            "PYTHONPATH": str(self.root), "PYTHONHASHSEED": "0", "TZ": "UTC", "COLUMNS": "100",
            "VIZCORE_DEVICE": "cpu", "VIZCORE_CACHE": str(self.work / "cache" / cache),
        }  # fmt: skip

    def filled(self, value: Any, group: str, out: str) -> Any:
        """A setting with its places put in."""
        if isinstance(value, Mapping):
            return {name: self.filled(one, group, out) for name, one in value.items()}
        if isinstance(value, list):
            return [self.filled(one, group, out) for one in value]
        if not isinstance(value, str):
            return value
        value = re.sub(r"\{(clip|truth):([\w-]+)\}", self._file, value)
        places = {"samples": self.work / "samples", "group": group, "out": out}
        return re.sub(r"\{(samples|group|out)\}", lambda found: str(places[found[1]]), value)

    def _file(self, found: re.Match) -> str:
        ending = {"clip": ".mp4", "truth": ".truth.npz"}[found[1]]
        return str(self.root / "assets" / "clips" / f"{found[2]}{ending}")


def jobs(tree: Tree) -> list[Job]:
    """All there are, those of a group one after the other."""
    found = []
    for group, table in (settings.over_clips(tree.clips) | settings.others()).items():
        kind = COMMANDS if group in settings.PRINTED else ""
        found += [Job(kind, group, name, {"words": shlex.split(words)}) for name, words in table.items()]
    for group, table in (pipelines.asked() | {"lessons": {"lessons": _lessons(tree)}}).items():
        found += [Job(RESULTS, group, f"{call}/{name}", {"call": call, "settings": dict(one)})
                  for call, asked in table.items() for name, one in asked.items()]  # fmt: skip
    return found


def freeze(tree: Tree, found: list[Job], out: Path, parts: tuple[str, ...]) -> list[str]:
    """Do jobs, and write what is wanted of RESULTS and COMMANDS below `out`; sentences on what went wrong."""
    found = [job for job in found if not job.kind or job.kind in parts]
    if not (tree.work / "samples").exists():
        samples.write(tree.work / "samples")
    groups = list(dict.fromkeys(job.group for job in found))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = pool.map(lambda group: _group(tree, [job for job in found if job.group == group], out, parts), groups)
        return [sentence for sentences in told for sentence in sentences]


def _lessons(tree: Tree) -> dict[str, dict]:
    files = sorted((tree.root / "assets" / "lessons").glob("*.toml"))
    return {file.stem: {"title": tomllib.loads(file.read_text())["title"]} for file in files}


def _group(tree: Tree, group: list[Job], out: Path, parts: tuple[str, ...]) -> list[str]:
    """Do the jobs of a group and freeze what they leave; a sentence for each that failed or was not come to."""
    name = group[0].group
    folder = tree.work / "jobs" / _safe(name)
    folder.mkdir(parents=True)
    places = [folder / _safe(job.name.replace("/", ", ")) for job in group]
    asked = [
        {"place": str(place)} | _named(tree.filled(job.asked, str(folder), str(place / "out")))
        for job, place in zip(group, places)
    ]
    (folder / "jobs.json").write_text(json.dumps(asked))
    why, faults = _run(tree, folder / "jobs.json", _safe(name)), []
    for job, place in zip(group, places):
        done = (place / "told.json").exists()
        faults += _keep(tree, job, place, out, parts) if done else [f"{name}: {job.name}: not done: {why}"]
    shutil.rmtree(folder)
    return faults


def _run(tree: Tree, asked: Path, cache: str) -> str:
    """Do a file of jobs in a process of the tree; the last line of what it complained about."""
    command = [sys.executable, "-P", "-W", "ignore", str(INSIDE), str(asked)]
    try:
        done = subprocess.run(
            command, cwd=tree.root, env=tree.environment(cache), capture_output=True, text=True, timeout=PATIENCE
        )
    except subprocess.TimeoutExpired:
        return f"nothing for {PATIENCE} seconds"
    return (done.stderr.strip().splitlines() or ["it said nothing"])[-1]


def _named(asked: Any) -> Any:
    """Every call with the dotted names that it may go by."""
    if isinstance(asked, list):
        return [_named(one) for one in asked]
    if not isinstance(asked, Mapping):
        return asked
    return {name: list(pipelines.NAMES[one]) if name == "call" else _named(one) for name, one in asked.items()}


def _keep(tree: Tree, job: Job, place: Path, out: Path, parts: tuple[str, ...]) -> list[str]:
    """Freeze what one job left; a sentence where a pipeline failed."""
    told = json.loads((place / "told.json").read_text())
    arrays, sheets = {}, {}
    for file in sorted(path for path in (place / "out").rglob("*") if path.is_file()):
        name = file.relative_to(place / "out").as_posix()
        if file.suffix == ".json":
            sheets[name] = steady(json.loads(file.read_text()), tree)
        elif file.suffix == ".npz":
            arrays |= {f"{name.removesuffix('.npz')}: {key}": array for key, array in _arrays(file).items()}
        elif file.suffix not in ARCHIVES:
            arrays[f"{name}: bytes"] = np.frombuffer(file.read_bytes(), np.uint8)
    if (place / "arrays.npz").exists():
        arrays |= _arrays(place / "arrays.npz")
    where = Path(_safe(job.group), *map(_safe, job.name.split("/") if job.kind == RESULTS else [job.name]))
    if RESULTS in parts and job.kind != COMMANDS and arrays:
        fingerprints.write(out / RESULTS / where, arrays)
    if COMMANDS in parts and job.kind != RESULTS:
        names = sorted(file.name for file in (place / "out").rglob("*") if file.is_file())
        sheet = {"code": told["code"], "out": lines(told["out"], tree), "err": lines(told["err"], tree)}
        target = out / COMMANDS / where.with_name(f"{where.name}.json")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(sheet | {"written": names, "sheets": sheets}, indent=1) + "\n")
    failed = told["code"] != 0 and job.group != "refused"
    return [f"{job.group}: {job.name}: {told['err'].strip().splitlines()[-1:]}"] if failed else []


def steady(value: Any, tree: Tree) -> Any:
    """What JSON says, less what differs from run to run, and without folders."""
    if isinstance(value, Mapping):
        return {name: steady(one, tree) for name, one in value.items() if name not in UNSTEADY}
    if isinstance(value, list):
        return [steady(one, tree) for one in value]
    return _placeless(value, tree) if isinstance(value, str) else value


def lines(text: str, tree: Tree) -> list[Any]:
    """What was printed, line by line: JSON where it is, else words without folders and times."""
    found = []
    for line in text.splitlines():
        try:
            found.append(steady(json.loads(line), tree))
        except json.JSONDecodeError:
            words = BLANKS.sub("  ", COLUMN.sub("", TIMES.sub(r"# \2", _placeless(line, tree))))
            found.append(words.rstrip())
    return found


def _placeless(text: str, tree: Tree) -> str:
    for folder, name in ((tree.work, "WORK"), (tree.root, "TREE")):
        text = text.replace(str(folder), name)
    return text


def _arrays(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as inside:
        return {name: inside[name] for name in inside.files}


def _safe(name: str) -> str:
    """A name as a file's: readable, and no longer than file systems take."""
    return re.sub(r"[^\w+,. -]+", "-", name)[:100].strip()
