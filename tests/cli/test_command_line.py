"""The command line: what it prints, writes and returns, and that it says the same numbers as the pipelines."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

import pytest
from conftest import DATA

from vizcore.cli import COMMANDS, main
from vizcore.cli.command import Command
from vizcore.cli.options import reader
from vizcore.features.alignment.pipeline import align_clips
from vizcore.features.heatmaps.pipeline import heat_maps
from vizcore.features.heatmaps.pipeline_cuts import missing as no_cuts
from vizcore.features.matching.pipeline import match_clip
from vizcore.features.tasks import TASK_SPECS
from vizcore.runtime.clip_library import bundled
from vizcore.runtime.context import Context, default_context
from vizcore.runtime.engine import Engine
from vizcore.runtime.plain_arrays import fingerprint
from vizcore.runtime.store import Store
from vizcore.runtime.world_clips import rendered
from vizcore.video import probe

pytestmark = pytest.mark.usefixtures("one_thread")


def printed(capsys, *words: str) -> dict:
    assert main(words) == 0
    return json.loads(capsys.readouterr().out)


def test_match_says_the_numbers_of_the_pipeline(capsys):
    told = printed(capsys, "match", "parade", "--count", "4", "--method", "greedy")
    matching = match_clip(bundled()["parade"].path, count=4, method="greedy")
    assert told["settings"] == {"count": 4, "method": "greedy"}
    assert told["numbers"]["with the flow"] == matching.agrees.mean()


def test_heatmap_says_the_numbers_of_the_pipeline(capsys):
    words = ("--models", "lamps-space,lamps-ata", "--query", "3,0.5,0.25", "--method", "attention-space")
    told = printed(capsys, "heatmap", "lanterns-slow", *words)
    path = bundled()["lanterns-slow"].path
    maps = heat_maps(path, models=("lamps-space", "lamps-ata"), query=(3, 0.5, 0.25), method="attention-space")
    assert told["numbers"]["lamps-ata: mean"] == float(maps.rows[1].heat.mean())
    assert told["numbers"]["true"] == maps.label


def test_align_says_the_numbers_of_the_pipeline(capsys):
    first, second = "world-act-3-cartwheel", "world-act-4-cartwheel"
    told = printed(capsys, "align", first, second, "--gamma", "0.1", "--open-end")
    alignment = align_clips(rendered(first).path, other=rendered(second).path, gamma=0.1, open_end=True)
    assert [clip["name"] for clip in told["clips"]] == [first, second]
    assert told["numbers"]["soft cost"] == alignment.soft.value


@pytest.mark.parametrize("spec", TASK_SPECS.values(), ids=TASK_SPECS)
def test_every_task_gives_a_video_that_plays_and_figures_with_titles(spec, tmp_path):
    if spec.name == "cuts" and (sentences := no_cuts()):
        pytest.skip(sentences[0])
    clips = [str(rendered(f"world-act-{seed}-throw").path) for seed in (1, 2)][: 1 + spec.pairs]
    result = spec.pipeline(**dict(zip(("path", "other"), clips)), context=default_context())
    again = spec.pipeline(
        **dict(zip(("path", "other"), clips)), context=Context(Engine("cpu"), Store(tmp_path / "store"))
    )
    assert fingerprint(again) == fingerprint(result)
    figures = spec.figures(result)
    assert figures
    assert all(title and figure.data for title, figure in figures.items())
    if spec.video:
        (tmp_path / "film.mp4").write_bytes(spec.video(tuple(clips), result))
        assert probe(tmp_path / "film.mp4").frames > 1


def test_a_refused_clip_or_setting_is_a_sentence_and_exit_code_1_or_2(capsys, tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_text("no video")
    assert main(["match", str(bad), "parade", "--count", "2", "--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr().err
    assert "bad.mp4" in said
    assert "1 done, 0 kept, 1 failed" in said
    assert main(["match", "parade", "--method", "nonsense"]) == 1
    assert "hungarian" in capsys.readouterr().err
    assert main(["match", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err
    assert main(["match", "parade", "--forms", "gif"]) == 2
    assert main(["align", "parade"]) == 2


@pytest.mark.parametrize("words", [[], ["nonsense"], ["match"], ["match", "parade", "--count", "many"]])
def test_wrong_usage_is_exit_code_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_complete(name, capsys):
    with pytest.raises(SystemExit) as left:
        main([name, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "exit codes" in said
    bare = [line for line in re.sub(r"\n {10,}", " ", said).splitlines() if re.fullmatch(r"  --[\w-]+( \S+)?", line)]
    assert not bare, "options without words"
    assert "a key of" not in said


def test_an_interrupt_is_exit_code_130_and_says_how_to_go_on(capsys, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setitem(COMMANDS, "match", Command("as ever", interrupted))
    assert main(["match"]) == 130
    assert "run the same command again" in capsys.readouterr().err


def test_a_killed_process_goes_on_where_it_was(tmp_path):
    words = [
        sys.executable,
        "-m",
        "vizcore",
        "match",
        *(f"world-carousel-{k}-forward" for k in range(4)),
        "--count",
        "2",
    ]
    with subprocess.Popen(
        [*words, "--out", str(tmp_path / "out")], env=os.environ | {"OMP_NUM_THREADS": "1"}
    ) as process:
        while process.poll() is None and not list((tmp_path / "out").glob("*.json")):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    done = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("*.json")}
    assert 0 < len(done) < 4
    assert main([*words[3:], "--out", str(tmp_path / "out"), "--quiet"]) == 0
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("*.json")}
    assert len(after) == 4
    assert {name: after[name] for name in done} == done


def test_world_writes_clips_with_their_truth_and_keeps_what_is_there(capsys, tmp_path):
    words = [
        "world",
        "world-act-3-cartwheel",
        "--scene",
        "carousel",
        "--count",
        "2",
        "--set",
        "speed=6",
        "--out",
        str(tmp_path),
    ]
    assert main(words) == 0
    names = {file.name for file in tmp_path.iterdir()}
    assert {"world-act-3-cartwheel.mp4", "world-act-3-cartwheel.truth.npz"} < names
    assert len(names) == 6
    capsys.readouterr()
    assert main(words) == 0
    assert capsys.readouterr().err.count("kept") == 3
    assert main(["world", "--out", str(tmp_path)]) == 2
    assert main(["world", "--scene", "act", "--set", "speed", "--out", str(tmp_path)]) == 2


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (int, "3", 3),
        (float | None, "0.5", 0.5),
        (str | int, "7", "7"),
        (Sequence[str], "a, b", ("a", "b")),
        (tuple[int, float, float] | None, "3,0.5,1", (3, 0.5, 1.0)),
        (tuple[float, ...], "1,2,3", (1.0, 2.0, 3.0)),
    ],
)
def test_options_are_read_as_the_kinds_of_the_pipeline(kind, text, value):
    read = reader(kind)(text)
    assert read == value
    assert type(read) is type(value)


def test_a_wrong_number_of_values_is_refused():
    with pytest.raises(ValueError, match="want 3 values"):
        reader(tuple[int, float, float])("1,2")


def told_lines(capsys, *words: str) -> list[dict]:
    assert main(words) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_evaluate_tells_the_published_numbers_of_a_split_of_gtea(capsys):
    folder = DATA / "segmentation" / "gtea"
    if not folder.exists():
        pytest.skip("no GTEA files: set VIZCORE_SHARED_DATA to the folder that holds segmentation/")
    rows = told_lines(capsys, "evaluate", "segmentation", str(folder), "--bundle", "test.split1.bundle")
    scores = [rows[0][name] for name in ("acc", "edit", "F1@10", "F1@25", "F1@50")]
    assert scores == pytest.approx([75.9056, 76.9280, 85.7143, 80.0, 66.4286], abs=5e-5)
    assert [row["F1@50"] for row in rows[1:]] == sorted(row["F1@50"] for row in rows[1:])


def test_evaluate_tells_average_precision_class_by_class(capsys, tmp_path):
    (tmp_path / "truth.csv").write_text("a,0001,0.1,0.1,0.5,0.5,1,0\na,1,0.1,0.1,0.5,0.5,2,0\nb,2,0,0,1,1,1,0\n")
    (tmp_path / "found.csv").write_text("a,1,0.1,0.1,0.5,0.5,1,0.9\nb,2,0,0,0.2,0.2,1,0.8\nb,2,0,0,1,0.9,1,0.7\n")
    out = tmp_path / "ap.jsonl"
    words = ("evaluate", "localization", str(tmp_path / "truth.csv"), str(tmp_path / "found.csv"), "--out", str(out))
    assert main(words) == 0
    mean, first, second = map(json.loads, out.read_text().splitlines())
    assert first["AP"] == pytest.approx((1 + 2 / 3) / 2)  # hit, false positive, hit
    assert (first["truths"], second["AP"], mean["AP"]) == (2, 0, pytest.approx(first["AP"] / 2))


def test_evaluate_refuses_in_a_sentence(capsys, tmp_path):
    assert main(["evaluate", "segmentation", str(tmp_path)]) == 3
    assert "want a ground truth" in capsys.readouterr().err
    assert main(["evaluate", "localization", "nothing.csv", "nothing.csv"]) == 2
    assert "nothing.csv" in capsys.readouterr().err


def film(folder, name: str) -> str:
    """A clip of which nobody knows where it is from."""
    path = folder / "film.mp4"
    path.write_bytes(bundled()[name].path.read_bytes())
    return str(path)


def test_answers_of_a_net_that_does_not_know_the_clip_are_told_only_where_they_are_asked_for(tmp_path, capsys):
    words = ["heatmap", film(tmp_path, "cartwheel"), "--models", "acts-ata,vit-small-ata"]
    told, asked = printed(capsys, *words), printed(capsys, *words, "--show-anyway")
    assert [one["domain"] for one in told["domain"]] == ["outside", "random"]
    assert "was trained on the procedural world alone" in told["verdict"]
    assert "acts-ata: mean" in told["numbers"]
    assert not [name for name in told["numbers"] if name.endswith((": class", ": probability"))]
    assert asked["numbers"]["acts-ata: class"]
    assert asked["numbers"]["acts-ata: probability"] > 0
    assert asked["key"] != told["key"]
    assert {name: asked["numbers"][name] for name in told["numbers"]} == told["numbers"]


@pytest.mark.parametrize(
    ("task", "kept"), [("segment --method nets", {"frames"}), ("localize", {"key frames", "theta"})]
)
def test_segments_and_actors_of_nets_that_do_not_know_the_clip_are_not_counted_aloud(task, kept, tmp_path, capsys):
    asked = [*task.split(), film(tmp_path, "story")]
    told = printed(capsys, *asked)
    assert set(told["numbers"]) == kept
    assert {one["domain"] for one in told["domain"]} == {"outside"}
    assert kept < set(printed(capsys, *asked, "--show-anyway")["numbers"])


def test_a_command_tells_the_verdict_that_the_page_shows(capsys):
    verdict = match_clip(bundled()["parade"].path, count=4).verdict
    assert printed(capsys, "match", "parade", "--count", "4")["verdict"] == verdict


def test_a_setting_that_is_not_given_is_no_mistake_where_pydantic_is_at_hand(capsys):
    pytest.importorskip("pydantic")  # by which cyclopts looks at values, once somebody has imported it
    assert main(["heatmap", "parade", "--models", "lamps-ata", "--span", "1"]) == 0
    assert json.loads(capsys.readouterr().out)["numbers"]["lamps-ata: layer"]
