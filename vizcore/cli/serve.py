"""`python -m vizcore serve`: the app in the browser, for this machine alone unless told otherwise."""

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from ipaddress import ip_address
from pathlib import Path

from vizcore.cli.command import Command

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
PORT, ADDRESS = 8501, "127.0.0.1"


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"where it listens (usually {PORT})")
    parser.add_argument(
        "--address",
        default=ADDRESS,
        metavar="HOST",
        help=f"whose callers it hears: {ADDRESS} this machine's (the usual), 0.0.0.0 everybody's",
    )


def _run(given: Namespace) -> int:
    print(heard(given.address, given.port), flush=True)
    where = ["--server.port", str(given.port), "--server.address", given.address]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), *where]
    if os.name == "posix":
        os.execv(sys.executable, command)  # in this process's place, so that who ends this one ends the app
    return subprocess.call(command)


def heard(address: str, port: int) -> str:
    """Where the app listens, and who reaches it there."""
    shown = f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
    try:
        number = ip_address(ADDRESS if address == "localhost" else address)
    except ValueError:
        return f"VizCore starts on {shown}: whoever reaches that name can open it."
    if number.is_loopback:
        return f"VizCore starts on {shown}: this machine alone can open it (address 0.0.0.0 lets others in)."
    if number.is_unspecified:
        return f"VizCore starts on {shown}, every address of this machine: whoever reaches one can open it."
    return f"VizCore starts on {shown}: whoever reaches that address can open it."


COMMAND = Command("serve", "the app in the browser", _add, _run)
