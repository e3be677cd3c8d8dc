"""The container files say what is there: paths, commands, options and variables. They are read, not built."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from vizcore.cli import COMMANDS

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed: pip install -r requirements-dev.txt")
ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")  # a line each
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
CODE = "".join(path.read_text() for path in (ROOT / "vizcore").rglob("*.py"))


def words(service: str) -> str:
    return SERVICES[service]["command"]


def test_what_is_copied_is_there_and_is_sent_to_the_builder():
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [name for line in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE) for name in line.split()]
    assert {"app.py", "assets", "pages", "vizcore", ".streamlit"} <= set(copied)
    for name in copied:
        assert (ROOT / name).exists(), f"{name} is not there"
        assert name in sent or any(Path(name).match(pattern) for pattern in sent), f"{name} is not sent"
    for name in re.findall(r"-r (\S+)", DOCKERFILE):
        assert name in copied


def test_the_image_pins_the_torch_of_the_requirements_and_runs_as_nobody_special():
    assert re.search(r"^torch==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert "^torch==" in DOCKERFILE
    user = re.findall(r"^USER (\w+)$", DOCKERFILE, re.MULTILINE)
    assert user
    assert user[-1] != "root"
    assert DOCKERFILE.rindex("\nUSER ") < DOCKERFILE.rindex("\nCMD ")
    assert 'fileWatcherType = "none"' in (ROOT / ".streamlit" / "config.toml").read_text()


def test_one_argument_chooses_cpu_or_cuda_and_what_is_kept_lies_in_the_volume():
    (cpu,) = re.findall(r"^ARG TORCH=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert cpu.endswith("/cpu")
    assert '--index-url "$TORCH"' in DOCKERFILE
    assert COMPOSE["x-image"]["build"]["args"]["TORCH"] == f"${{TORCH:-{cpu}}}"
    assert "VIZCORE_CACHE=/cache" in DOCKERFILE
    assert "\nVOLUME /cache\n" in DOCKERFILE
    assert "chown vizcore /cache" in DOCKERFILE[: DOCKERFILE.index("\nUSER ")]
    (check,) = re.findall(r"^HEALTHCHECK (.+)$", DOCKERFILE, re.MULTILINE)
    port, path = re.search(r"localhost:(\d+)(/\S+?)'", check).groups()
    assert path == "/_stcore/health"
    assert f"EXPOSE {port}" in DOCKERFILE
    assert any(one.endswith(f":{port}:{port}") for one in SERVICES["app"]["ports"])


def test_the_app_hears_everybody_inside_and_this_machine_alone_outside():
    published = [f"{port}" for service in SERVICES.values() for port in service.get("ports", ())]
    published += re.findall(r"docker run .*?-p (\S+)", DOCKERFILE)
    published += re.findall(
        r"docker run .*?-p (\S+)", "".join(path.read_text() for path in (ROOT / "docs").glob("*.md"))
    )
    assert len(published) >= 2
    assert set(published) == {"127.0.0.1:8501:8501"}
    (started,) = re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)
    assert json.loads(started)[-2:] == ["--address", "0.0.0.0"]
    assert words("app").endswith('python -m vizcore serve --address 0.0.0.0"')
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert settings["server"]["address"] == "127.0.0.1"


def test_app_and_workers_run_apart_on_one_cache():
    assert set(SERVICES) == {"app", "head", "worker"}
    assert "--num-cpus=0" in words("app")
    assert "--num-cpus=0" in words("head")
    for service in SERVICES.values():
        assert "cache:/cache" in service["volumes"]
        assert service["environment"]["RAY_AUTH_MODE"] == "token"
    assert "cache" in COMPOSE["volumes"]
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["app"]
    for name in ("app", "worker"):
        assert SERVICES[name]["depends_on"]["head"]["condition"] == "service_healthy"


def test_every_variable_that_is_set_is_read():
    named = {name for service in SERVICES.values() for name in service["environment"]}
    named |= set(re.findall(r"(\w+)=", " ".join(re.findall(r"^ENV (.+)", DOCKERFILE, re.MULTILINE))))
    mine = {name for name in named if name.startswith("VIZCORE_")}
    assert {"VIZCORE_RAY_ADDRESS", "VIZCORE_RAY_WORKERS", "VIZCORE_CACHE"} <= mine
    for name in mine:
        assert f'"{name}"' in CODE, f"nothing reads {name}"


def test_every_command_and_option_is_there():
    scripts = pytest.importorskip("ray.scripts.scripts", reason="Ray is not installed")
    known = {name for option in scripts.start.params for name in option.opts}
    started = [command for name in SERVICES for command in re.findall(r"ray start ([^&\"]+)", words(name))]
    assert len(started) == len(SERVICES)
    for command in started:
        assert {word.split("=")[0] for word in command.split()} <= known
    checks = [service["healthcheck"]["test"] for service in SERVICES.values() if "healthcheck" in service]
    assert {check[2] for check in checks} <= set(scripts.cli.commands)
    for text in (DOCKERFILE, *map(words, SERVICES), (ROOT / "compose.yaml").read_text()):
        assert set(re.findall(r"-m\W+vizcore\W+(\w+)", text)) <= set(COMMANDS)
