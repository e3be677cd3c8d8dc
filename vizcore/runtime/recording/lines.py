"""Lines that give a result without the app: of Python for any pipeline, of the command line for a task."""

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vizcore.runtime.clip_library import ClipEntry
from vizcore.runtime.clip_sources import shipped
from vizcore.runtime.store import file_key


@dataclass(frozen=True)
class TruthOf:
    """Stands for the file that says what is true about a clip."""

    clip: ClipEntry


def python_lines(
    pipeline: Callable,
    clip: ClipEntry | tuple[ClipEntry, ...],
    settings: Mapping[str, Any],
    other: ClipEntry | None = None,
) -> str:
    """A script that calls a pipeline as a page did.

    Args:
        pipeline: what was called, with a path first, or several.
        clip: whose path it was, or whose paths; the server's own folders are not shown.
        settings: the other arguments.
        other: the second clip, where the pipeline takes one as `other`.
    """
    first = {"paths" if isinstance(clip, tuple) else "path": clip}
    return script(pipeline, first | ({} if other is None else {"other": other}) | dict(settings))


def script(pipeline: Callable, settings: Mapping[str, Any]) -> str:
    """A script that calls a pipeline; an Entry among them, however deep in tuples, stands for its file."""
    given = list(leaves(settings))
    entries = _named(settings)
    found = {name: _origin(name, entry) for name, entry in entries.items()}
    user_models = [one for one in given if getattr(one, "opening", "")]
    openers = sorted({model.opening.partition("(")[0] for model in user_models})
    imports = [f"from vizcore.models.checkpoints import {', '.join(openers)}"] if user_models else []
    imports += [f"from {pipeline.__module__} import {pipeline.__name__}", *(line for line, _ in found.values() if line)]
    imports += ["from vizcore.synthetic.truth_file import truth_path" for one in given if isinstance(one, TruthOf)]
    lines = [*dict.fromkeys(imports), "", *(line for _, line in found.values())]
    lines += [f"# {model.opening}: SHA-256 {model.version}" for model in user_models]
    variables = {entry: name for name, entry in entries.items()}
    arguments = "".join(
        f"    {'' if name == 'path' else f'{name}='}{_written(value, variables)},\n"
        for name, value in sorted(settings.items(), key=lambda one: one[0] != "path")  # what has no name comes first
    )
    return "\n".join(lines) + f"\nresult = {pipeline.__name__}(\n{arguments})"


def command_line(command: str, clips: list[ClipEntry], settings: Mapping[str, Any]) -> str:
    """What `python -m vizcore` takes for the same result; "" where a model of a person's own is in the settings.

    Args:
        command: the name of a task.
        clips: one, or the two of a pair.
        settings: the pipeline's other arguments.
    """
    if any(getattr(one, "opening", "") for one in leaves(settings)):
        return ""
    words = ["python", "-m", "vizcore", command, *(_word(clip) for clip in clips)]
    for name, value in settings.items():
        option = name.replace("_", "-")
        if isinstance(value, bool):
            words.append(f"--{option}" if value else f"--no-{option}")
        elif value is not None and value != "":
            words.append(f"--{option}={','.join(map(str, leaves(value)))}")
    return shlex.join(words)


def leaves(value: object) -> Iterator[object]:
    """What stands in settings, however deep in tuples and names."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def _word(clip: ClipEntry) -> str:
    return clip.shot or (clip.clip_id if _shipped(clip) else Path(clip.title).name)


def _shipped(clip: ClipEntry) -> bool:
    """It came with the app, or with a package of it."""
    return shipped().get(clip.clip_id) == clip


def _named(settings: Mapping[str, Any]) -> dict[str, ClipEntry]:
    """{variable: file}, each file once: "path", "other", and of several paths "path_1", "path_2"."""
    found: dict[str, ClipEntry] = {}
    for name, value in settings.items():
        of = list(dict.fromkeys(one.clip if isinstance(one, TruthOf) else one for one in leaves(value)))
        of = [one for one in of if isinstance(one, ClipEntry) and one not in found.values()]
        stem = name.removesuffix("s") if isinstance(value, tuple) else name
        found |= {stem if len(of) == 1 else f"{stem}_{number}": one for number, one in enumerate(of, 1)}
    return found


def _origin(name: str, clip: ClipEntry) -> tuple[str, str]:
    """The import that a clip needs, and the line that names its file."""
    if clip.shot:
        return "from vizcore.runtime.world_clips import rendered", f"{name} = rendered({clip.shot!r}).path"
    if _shipped(clip):
        return "from vizcore.runtime.clip_sources import shipped", f"{name} = shipped()[{clip.clip_id!r}].path"
    if str(clip.path) == clip.clip_id:  # an example that the pipeline knows by its name
        return "", f"{name} = {clip.clip_id!r}"
    return "", f"{name} = {Path(clip.title).name!r}  # on your computer; SHA-256 {file_key(clip.path)}"


def _written(value: object, variables: Mapping[ClipEntry, str]) -> str:
    """A value as Python; a file as its variable, a model of a person's own as the call that opens it."""
    if isinstance(value, tuple):
        return f"({', '.join(_written(one, variables) for one in value)}{',' * (len(value) == 1)})"
    if isinstance(value, ClipEntry):
        return variables[value]
    if isinstance(value, TruthOf):
        return f"truth_path({variables[value.clip]})"
    return getattr(value, "opening", "") or repr(value)
