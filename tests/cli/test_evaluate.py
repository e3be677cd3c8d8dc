"""Scores on the command line: warnings are said, kept in rows, and errors where a person is strict."""

import json

import numpy as np
import pytest

from vizcore.cli import main

TRUTH = b"0\t20\tSIL\n20\t60\ttake\n60\t100\tpour\n"  # whole numbers: frames, or seconds
TOLD = b"0\t25\tSIL\n25\t60\ttake\n60\t100\tpour\n"


@pytest.fixture
def folder(tmp_path):
    for name, content in (("groundTruth", TRUTH), ("net", TOLD)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "v1.txt").write_bytes(content)
    (tmp_path / "README").write_text("My data set")
    return tmp_path


def test_notes_and_warnings_are_on_standard_error_and_in_the_rows(folder, capsys):
    assert main(["evaluate", "segmentation", str(folder)]) == 0
    said = capsys.readouterr()
    first, second = map(json.loads, said.out.splitlines())
    assert first["acc"] == second["acc"] == 95
    notes = [line for line in said.err.splitlines() if line.startswith("note: ")]
    warnings = [line for line in said.err.splitlines() if line.startswith("warning: ")]
    assert [f"note: {line}" for line in first["read as"]] == notes
    assert [f"warning: {line}" for line in first["warnings"]] == warnings
    assert any("left out, as no labels: README" in note for note in notes)
    assert len(warnings) == 2
    assert "read as" not in second


def test_strict_makes_errors_of_warnings_with_an_exit_code_of_their_own(folder, capsys):
    assert main(["evaluate", "segmentation", str(folder), "--strict"]) == 4
    said = capsys.readouterr()
    assert not said.out
    assert "want no warning, as asked, got 2" in said.err
    assert main(["evaluate", "segmentation", str(folder), "--strict", "--unit", "frames"]) == 0
    assert "warning" not in capsys.readouterr().err


def test_nothing_to_score_has_an_exit_code_of_its_own(folder, capsys):
    (folder / "net" / "v1.txt").unlink()
    assert main(["evaluate", "segmentation", str(folder)]) == 3
    said = capsys.readouterr()
    assert not said.out
    assert "want predictions of at least one model beside the ground truth, got none" in said.err


def test_options_override_what_was_understood(folder, capsys):
    words = ["evaluate", "segmentation", str(folder), "--unit", "frames"]
    assert main([*words, "--ends", "inclusive"]) == 2
    assert "want segments that do not overlap" in capsys.readouterr().err
    assert main([*words, "--first-frame", "1"]) == 2
    assert "want times 0 <= start" in capsys.readouterr().err
    assert main([*words, "--frames", "v1=110"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["acc"] == pytest.approx(100 * 105 / 110)
    assert main([*words, "--frames", "many"]) == 2
    assert "want a number of frames, or VIDEO=FRAMES" in capsys.readouterr().err


def test_the_notes_of_detections_go_the_same_way(tmp_path, capsys):
    (tmp_path / "truth.csv").write_text("a,1,0.1,0.1,0.5,0.5,1,0\na,1,0.1,0.1,0.5,0.5,1,0\n")
    (tmp_path / "found.csv").write_text("a,1,0.1,0.1,0.5,0.5,1,0.9\nb,7,0.1,0.1,0.5,0.5,1,0.9\n")
    words = ["evaluate", "localization", str(tmp_path / "truth.csv"), str(tmp_path / "found.csv")]
    assert main(words) == 0
    said = capsys.readouterr()
    mean = json.loads(said.out.splitlines()[0])
    assert mean["warnings"]
    assert [line.removeprefix("warning: ") for line in said.err.splitlines()] == mean["warnings"]
    assert main([*words, "--strict"]) == 4


def test_files_of_numbers_are_aligned(tmp_path, capsys):
    time = np.arange(60.0)
    pulse = np.exp(-(((time - 20) / 5) ** 2))
    late = np.exp(-(((time - 35) / 5) ** 2))
    np.save(tmp_path / "a.npy", np.stack([time, pulse], 1))
    np.savetxt(tmp_path / "b.csv", np.stack([time, late], 1), delimiter=",", header="frame,level", comments="")
    assert main(["align", str(tmp_path / "a.npy"), str(tmp_path / "b.csv")]) == 0
    said = capsys.readouterr()
    sheet = json.loads(said.out)
    assert sheet["numbers"]["first frames"] == sheet["numbers"]["second frames"] == 60
    assert sheet["warnings"] == [
        "column 0 (frame) counts the rows or tells the time, and is left out; index='kept' keeps it"
    ]
    assert f"warning: {tmp_path / 'b.csv'}: column 0" in said.err
    assert main(["align", str(tmp_path / "a.npy"), str(tmp_path / "b.csv"), "--strict"]) == 1
