"""`python -m vizcore serve`: the app in the browser, for this machine alone unless told otherwise."""

import os
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path

from vizcore.cli.options import option

APP = Path(__file__).resolve().parent.parent.parent / "app.py"
PORT, ADDRESS = 8501, "127.0.0.1"


def serve(*, port: option(int) = PORT, address: str = ADDRESS) -> int:
    """Start the app.

    Args:
        port: where it listens.
        address: whose callers it hears: 127.0.0.1 this machine's, 0.0.0.0 everybody's.
    """
    print(greeting(address, port), flush=True)
    where = ["--server.port", str(port), "--server.address", address]
    command = [sys.executable, "-m", "streamlit", "run", str(APP), *where]
    if os.name == "posix":
        os.execv(sys.executable, command)  # in this process's place, so that who ends this one ends the app
    return subprocess.call(command)


def greeting(address: str, port: int) -> str:
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
