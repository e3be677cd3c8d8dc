"""`python -m vizcore serve`: the app answers, and whoever ends the command ends the app."""

import os
import subprocess
import sys

import pytest
from browser import ROOT, free_port, healthy, until


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the app is a process of its own, which Ctrl-C reaches too")
def test_the_app_answers_and_ends_with_the_command_that_started_it():
    port = free_port()
    command = [sys.executable, "-m", "vizcore", "serve", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    serving = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "STREAMLIT_SERVER_HEADLESS": "true"}, **quiet)
    try:
        until(lambda: serving.poll() is not None or healthy(f"http://localhost:{port}"))
        assert serving.poll() is None
    finally:
        serving.terminate()
        serving.wait(timeout=20)
    assert not healthy(f"http://localhost:{port}")
