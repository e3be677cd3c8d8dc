"""The app is started: it answers, says where, nobody but this machine reaches it, and it ends with its command."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest
from browser import PATIENCE, ROOT, free_port, healthy, until

from vizcore.cli.serve import greeting

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere the app is a process of its own, see serve")
SERVE = [sys.executable, "-m", "vizcore", "serve", "--port", "PORT"]
PLAIN = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), "--server.port", "PORT"]


@contextmanager
def started(command: list[str], folder=ROOT):
    """(port, process, what it prints) of the app, started as a person starts it, once it answers; then it is ended."""
    port = free_port()
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    surroundings |= {"STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT)}
    with tempfile.NamedTemporaryFile() as log:
        words = [str(port) if word == "PORT" else word for word in command]
        serving = subprocess.Popen(words, cwd=folder, env=surroundings, stdout=log, stderr=subprocess.STDOUT)

        def said() -> str:
            return Path(log.name).read_text()  # a handle of its own: the app writes where the other one stands

        try:
            until(lambda: serving.poll() is not None or healthy(f"http://127.0.0.1:{port}"))
            assert serving.poll() is None, said()
            yield port, serving.pid, said
        finally:
            serving.terminate()
            serving.wait(timeout=PATIENCE)
    assert not healthy(f"http://127.0.0.1:{port}")


def listening(process: int) -> set[str]:
    """The addresses on which a process listens, as the kernel lists them."""
    found = psutil.Process(process).net_connections("tcp")
    return {one.laddr.ip for one in found if one.status == psutil.CONN_LISTEN}


@pytest.mark.parametrize("command", [SERVE, PLAIN], ids=["serve", "streamlit"])
def test_the_app_listens_to_this_machine_alone_and_says_so(command):
    with started(command) as (port, process, said):
        assert listening(process) == {"127.0.0.1"}
        until(lambda: f"http://127.0.0.1:{port}" in said())


def test_the_app_listens_to_this_machine_alone_wherever_it_is_started_from(tmp_path):
    with started(PLAIN, tmp_path) as (_, process, _):
        assert listening(process) == {"127.0.0.1"}


def test_the_app_listens_to_everybody_when_told_to_and_says_so():
    with started([*SERVE, "--address", "0.0.0.0"]) as (_, process, said):
        assert listening(process) == {"0.0.0.0"}
        assert "whoever reaches one can open it" in said()


def test_a_socket_on_every_address_is_told_from_one_on_this_machine_alone():
    for address in ("127.0.0.1", "0.0.0.0"):
        with closing(socket.socket()) as one:
            one.bind((address, 0))
            one.listen()
            assert address in listening(os.getpid())


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("127.0.0.1", "http://127.0.0.1:80: this machine alone"),
        ("localhost", "http://localhost:80: this machine alone"),
        ("::1", "http://[::1]:80: this machine alone"),
        ("0.0.0.0", "http://0.0.0.0:80, every address of this machine"),
        ("::", "http://[::]:80, every address of this machine"),
        ("192.168.0.7", "http://192.168.0.7:80: whoever reaches that address"),
        ("lab.example", "http://lab.example:80: whoever reaches that name"),
    ],
)
def test_the_start_says_who_reaches_the_app(address, told):
    assert told in greeting(address, 80)


@pytest.mark.skipif(shutil.which("make") is None, reason="no make on this machine")
def test_make_starts_the_app_for_this_machine_alone_unless_told_otherwise():
    def asked(*given: str) -> str:
        quiet = {name: value for name, value in os.environ.items() if name not in ("ADDRESS", "PORT", "MAKEFLAGS")}
        done = subprocess.run(
            ["make", "-n", "run", *given], cwd=ROOT, env=quiet, capture_output=True, text=True, check=True
        )
        return re.findall(r"vizcore serve (.*)", done.stdout)[-1]

    assert asked() == "--address 127.0.0.1 --port 8501"
    assert asked("ADDRESS=0.0.0.0", "PORT=80") == "--address 0.0.0.0 --port 80"
