"""What the command line says of itself, and to whom asks it for something that it has not."""

import inspect
import re
import subprocess
import sys
from dataclasses import is_dataclass

import pytest
from cyclopts import App

from vizcore.algorithms.alignment.soft_dtw import MINIMA
from vizcore.algorithms.alignment.warping import PATTERNS
from vizcore.algorithms.attribution.cam import POOLS
from vizcore.algorithms.detection.average_precision import PROTOCOLS
from vizcore.algorithms.matching.descriptors import DESCRIPTORS
from vizcore.algorithms.matching.matching import METHODS
from vizcore.algorithms.nonlocal_blocks.operators import OPERATORS
from vizcore.cli import main
from vizcore.cli.options import with_settings
from vizcore.features.alignment.pipeline import COSTS, MOST
from vizcore.features.heatmaps.pipeline_methods import METHODS as HEAT_METHODS
from vizcore.features.nonlocal_blocks.pipeline_blocks import KINDS
from vizcore.features.tasks import TASK_SPECS
from vizcore.models import LOCALIZERS


def helped(monkeypatch, capsys, *words: str) -> str:
    """What --help says, without the lines around it."""
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        main([*words, "--help"])
    return " ".join(re.sub("[─│╭╮╯╰]", " ", capsys.readouterr().out).split())


def options_of(task) -> dict[str, inspect.Parameter]:
    """The arguments of a task's pipeline that a person may set, by their flags."""
    found = {}
    for one in filter(None, (task.settings_of, task.pipeline)):
        for name, argument in inspect.signature(one).parameters.items():
            if name not in ("path", "other", "context") and (
                is_dataclass(one) or argument.kind is argument.KEYWORD_ONLY
            ):
                found["--out-weights" if name == "out" else f"--{name.replace('_', '-')}"] = argument
    return found


@pytest.mark.parametrize("name", TASK_SPECS)
def test_help_says_of_every_setting_its_kind_its_first_value_and_its_words(name, monkeypatch, capsys):
    told, options = helped(monkeypatch, capsys, name), options_of(TASK_SPECS[name])
    said = re.split(r" (?=--[a-z][\w-]* )", told.partition("Settings")[2].partition("exit codes")[0])[1:]
    rows = {row.split()[0]: row for row in said if not row.startswith("--no-")}
    assert set(rows) == set(options)
    for flag, argument in options.items():
        if isinstance(argument.default, bool):
            words = said[said.index(rows[flag]) + 1].removeprefix(f"--no-{flag[2:]}")
        else:
            kind, words = re.fullmatch(rf"{flag} (\S+) (.*)", rows[flag]).groups()
            assert set(re.split(r"[,|]", kind)) <= {"INT", "FLOAT", "STR", "CHOICE", "..."}
        assert re.match(r" ?[^\[ ]", words), f"{flag} has no words"
        if argument.default is not False and argument.default not in (None, "", ()):
            first = argument.default if isinstance(argument.default, tuple) else (argument.default,)
            assert words.rstrip().endswith(f"[default: {','.join(map(str, first))}]")


@pytest.mark.parametrize(
    ("words", "tables"),
    [
        (("match",), (DESCRIPTORS, METHODS)),
        (("heatmap",), (HEAT_METHODS, POOLS)),
        (("align",), (COSTS, MINIMA, PATTERNS)),
        (("localize",), (LOCALIZERS,)),
        (("spectral",), (OPERATORS, KINDS)),
        (("evaluate", "localization"), (PROTOCOLS,)),
    ],
)
def test_help_spells_out_the_keys_of_tables(words, tables, monkeypatch, capsys):
    told = helped(monkeypatch, capsys, *words)
    for table in tables:
        assert f"choices: {', '.join(table)}" in told


@pytest.mark.parametrize("name", TASK_SPECS)
def test_help_names_no_constant_of_the_code(name, monkeypatch, capsys):
    told = helped(monkeypatch, capsys, name)
    constants = set(re.findall(r"\b[A-Z][A-Z_]+\b", told)) & set(vars(inspect.getmodule(TASK_SPECS[name].pipeline)))
    assert not constants
    assert name != "align" or f"at most {MOST}." in told


def test_help_names_every_command_without_importing_what_it_runs():
    code = (
        "import sys\nfrom vizcore.cli import COMMANDS, main\n"
        "try: main(['--help'])\nexcept SystemExit as left: assert left.code == 0\n"
        "assert not {'torch', 'numpy', 'plotly', 'streamlit'} & set(sys.modules)\nprint(*COMMANDS)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    *told, names = run.stdout.splitlines()
    listed = [line.split()[1] for line in told if re.match(r"│ [a-z]", line)]
    assert listed == names.split()


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (["mtch"], "did you mean match?"),
        (["evaluate", "segmentations", "folder"], "did you mean segmentation?"),
        (["match", "parade", "--methd", "greedy"], "Did you mean --method?"),
        (["world", "--scene", "crowds", "--out", "folder"], 'Did you mean "crowd"?'),
    ],
)
def test_a_word_that_is_nearly_right_is_refused_with_the_one_that_is(words, near, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    usage, sentence = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: ")
    assert near in sentence


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (["match", "parade", "--count", "4.6"], "--count: want a whole number, got '4.6'"),
        (["heatmap", "throw", "--query", "1,2"], "--query: want 3 values between commas, got '1,2'"),
        (["heatmap", "throw", "--query", "1,2,x"], "--query: want a number, got 'x'"),
        (["serve", "--port", "http"], "--port: want a whole number, got 'http'"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_a_sentence(words, refusal, capsys):
    with pytest.raises(SystemExit) as left:
        main(words)
    assert left.value.code == 2
    assert capsys.readouterr().err.splitlines()[1].endswith(refusal)


def test_train_hands_its_words_on_but_answers_for_its_own_help(capsys):
    with pytest.raises(SystemExit) as left:
        main(["train", "lamps", "--help"])
    assert left.value.code == 0
    assert "vizcore.training" in capsys.readouterr().out.splitlines()[0]
    with pytest.raises(SystemExit) as left:
        main(["train", "--help"])
    assert left.value.code == 0
    assert "vizcore train" in capsys.readouterr().out.splitlines()[0]


def test_settings_are_those_that_are_given_in_the_order_of_the_pipeline():
    def pipeline(path: str, *, first: int = 1, second: tuple[float, ...] = (), third: bool = True):
        """Args: none."""

    asked = with_settings(lambda **settings: settings, pipeline)
    app = App(default_command=asked)
    run, given, _ = app.parse_args(["--no-third", "--second", "1,2"])
    assert list(run(*given.args, **given.kwargs).items()) == [("second", (1.0, 2.0)), ("third", False)]
