"""`python -m vizcore serve`: the app in the browser."""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from vizcore.cli.command import Command

APP = Path(__file__).resolve().parent.parent.parent / "app.py"


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8501, metavar="N", help="where it listens (usually 8501)")
    parser.add_argument("--address", default="localhost", metavar="HOST", help="0.0.0.0 to be seen from other machines")


def _run(given: Namespace) -> int:
    where = ["--server.port", str(given.port), "--server.address", given.address]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), *where]
    if os.name == "posix":
        os.execv(sys.executable, command)  # in this process's place, so that who ends this one ends the app
    return subprocess.call(command)


COMMAND = Command("serve", "the app in the browser", _add, _run)
