"""What the page System shows: what this machine has, what it is doing, what is kept, and whether it computes right."""

import secrets
from dataclasses import dataclass

from vizcore import ui
from vizcore.features.system.figures import Filling, fullness_figure
from vizcore.features.system.pipeline_disk import CacheUsage, cache_usage, clear
from vizcore.features.system.pipeline_verdict import machine_verdict
from vizcore.models import MODELS
from vizcore.runtime import machine
from vizcore.runtime.context import default_context
from vizcore.runtime.devices import cores, device_memory, device_name, devices, memory_taken
from vizcore.runtime.jobs import FAILED, QUEUED, RUNNING, Job
from vizcore.runtime.machine import in_bytes
from vizcore.ui.uploads import STORE_LIMIT

EVERY = 1.0  # seconds between two looks at what is being done
LATELY = 8  # jobs that have ended, of those that are remembered
PATIENCE = 1.0  # seconds to wait for models to go before the page says that they will
SEEDS = 10**6
ANOTHER = "somebody else's"
DEVICE = (
    "Models run on the fastest device there is. Start the app with `VIZCORE_DEVICE=cpu`, `cuda`, `cuda:1` or `mps` to "
    "choose another; `OMP_NUM_THREADS` sets how many cores the CPU computes with."
)
CLEAR = (
    "Results and clips of the world are kept so that nobody waits for them twice. Without them results are the same "
    "and only slower for a while, for everybody who uses this server; uploads stay."
)
ABOUT_UPLOADS = (
    "Only in this session. Removed, a file leaves the server's disk, unless somebody else has uploaded the very "
    "same; what was computed of it is kept under its hash until it makes room or is cleared."
)
SELFTEST = (
    "Compares the app's own code with known answers: brute force, closed forms, hashes on the cards. "
    "It takes some seconds, and once after an installation a minute or two, as kernels are compiled. In a terminal: "
    "`python -m vizcore selftest`."
)
REPORT = "For a report of a fault: no folders, no names of people or machines, nothing of the environment."


@dataclass
class Started:
    """What this visit to the page has started."""

    unloading: Job | None = None  # of the models
    seed: int | None = None  # of the self-test


def say() -> None:
    """The machine in one sentence, as it is when the page is drawn."""
    engine, seed = default_context().engine.status(), ui.visit(Started).seed
    on_cpu = engine.device == "cpu"
    device = f"CPU with {cores()} core{'s' * (cores() != 1)}" if on_cpu else f"{engine.name} ({engine.device})"
    states = [one.state for one in ui.jobs()]
    test = None if seed is None else _tested(seed).verdict
    ui.verdict(machine_verdict(device, states.count(RUNNING), states.count(QUEUED), test))


def what_there_is() -> None:
    """Devices, and how full memory and disk are."""
    ui.subheader("This machine")
    now, store, engine = machine.memory(), default_context().store, default_context().engine.status()
    disk, results = machine.room(store.root), store.stats()
    rows = [
        _filling("Process", now.process, now.total),
        _filling("Memory", now.taken, now.total),
        _filling("Models", sum(engine.models.values()), engine.budget),
        _filling("Results", results.bytes, results.limit_bytes),
        _filling("Disk", disk.taken, disk.total),
    ]
    alt = "; ".join(f"{row.name} {row.words}" for row in rows)
    ui.chart(fullness_figure, rows, alt=alt)
    ui.table(_devices(engine.device))
    ui.caption(DEVICE)


def what_it_does() -> None:
    """Jobs, drawn anew every second."""
    ui.subheader("Work")
    ui.ticking(_jobs, EVERY)


def models() -> None:
    """What is loaded, and a way to let it go."""
    engine, going = default_context().engine, ui.visit(Started).unloading
    if going is not None and not going.wait(PATIENCE):
        ui.caption("They are unloaded as soon as the work queued before is done.")
    held = engine.status().models
    if not held:
        ui.caption("No model is loaded. The first view that needs one loads it, and it stays for the next.")
        return
    mine = ui.opened_models()
    ui.table(
        {
            "model": name if name in MODELS else known.title if known else f"{ANOTHER} model",
            "weights come from": known.origin if known else "",
            "size": in_bytes(size),
        }
        for name, size in held.items()
        for known in [MODELS.get(name) or mine.get(name)]
    )
    ui.caption("The longest unused comes first, and is unloaded first when the budget is spent.")
    about = "Frees their memory; whoever needs one loads it again."
    ui.action_button("Unload models", "unload", _unload, icon=":material/eject:", help=about)


def on_disk() -> None:
    """What is kept, and a way to be rid of it."""
    rows = cache_usage(default_context().store)
    ui.table(
        {
            "kind": one.kind,
            "files": one.files,
            "size": in_bytes(one.bytes),
            "at most": in_bytes(one.limit or STORE_LIMIT),
            "cleared": "yes" if one.remade else "no, its owners remove it",
        }
        for one in rows
    )
    ui.caption("Beyond its limit, what was unread for longest is removed by itself.")
    with ui.popover("Clear…", icon=":material/delete_sweep:"):
        ui.markdown(CLEAR)
        ui.action_button(_all_of(rows), "clear", _clear, icon=":material/delete_sweep:")


def uploads() -> None:
    """This session's own files."""
    found = ui.uploaded_files()
    if not found:
        ui.caption("You have uploaded nothing in this session.")
        return
    for number, one in enumerate(found):
        with ui.container(horizontal=True, vertical_alignment="center", gap="small"):
            ui.action_button("Remove", f"remove-{number}", one.remove, icon=":material/delete:")
            ui.markdown(f"{one.title} · {one.kind} · {in_bytes(one.bytes) if one.bytes else 'gone by itself'}")
    ui.caption(ABOUT_UPLOADS)


def versions() -> None:
    """Everything that a report of a fault should name, to be copied."""
    context = default_context()
    engine, results, test = context.engine.status(), context.store.stats(), ui.visit(Started).seed
    more = {
        "Models": ", ".join(name for name in engine.models if name in MODELS) or "none loaded",
        "Results": f"{results.entries}, {in_bytes(results.bytes)} of {in_bytes(results.limit_bytes)}",
        "Self-test": "not run" if test is None else _outcome(test),
    }
    ui.code(machine.in_words(f"{engine.device} ({engine.name})", more), language=None)
    ui.caption(REPORT)


def selftest() -> None:
    """Known answers, asked now."""
    ui.caption(SELFTEST)
    ui.action_button("Run the self-test", "selftest", _draw_seed, icon=":material/fact_check:")
    seed = ui.visit(Started).seed
    if seed is None:
        return
    found = _tested(seed)
    (ui.caption if found.passed else ui.warning)(f"{found.in_words}.")
    rows = [
        {
            "": "passed" if line.passed else "FAILED",
            "part": line.part,
            "what": line.what,
            "expected": line.expected,
            "got": line.got,
            "ms": round(line.milliseconds),
        }
        for line in sorted(found.lines, key=lambda line: line.passed)
    ]
    ui.table(rows, whole=True)


def _unload() -> None:
    ui.visit(Started).unloading = default_context().engine.unload()


def _clear() -> None:
    freed = clear(default_context().store)
    ui.forget_jobs()
    ui.toast(f"{in_bytes(freed)} freed.")


def _draw_seed() -> None:
    ui.visit(Started).seed = secrets.randbelow(SEEDS)


def _tested(seed: int):
    from vizcore.features.system.pipeline_selftest import (
        selftest as run_selftest,  # every room of the house: only who tests waits for it
    )

    return ui.work("Self-test", run_selftest, seed=seed)


def _outcome(seed: int) -> str:
    found = _tested(seed)
    return "; ".join([found.in_words, *(f"{line.part}: {line.what}: {line.got}" for line in found.failed)])


def _jobs() -> None:
    """The jobs that run, wait and have ended, as this session may see them."""
    engine, listed = default_context().engine.status(), ui.jobs()
    busy = [one for one in listed if one.state in (RUNNING, QUEUED)]
    for number, one in enumerate(busy):
        if not one.mine:
            ui.caption(f"**{one.title}** · {ANOTHER} · {one.state}")
            continue
        ui.progress(one.share, f"{one.title}: {one.words or one.state} · {one.seconds:.0f} s")
        if one.cancel is not None:
            ui.action_button("Cancel", f"cancel-{number}-{one.title}", one.cancel, icon=":material/close:")
    if not busy:
        ui.caption("Nothing is being computed.")
    ended = [one for one in listed if one not in busy][:LATELY]
    if ended:
        ui.table(
            {
                "work": one.title,
                "whose": "yours" if one.mine else ANOTHER,
                "state": f"{one.state}: {one.words}" if one.mine and one.state == FAILED else one.state,
                "seconds": f"{one.seconds:.1f}" if one.mine else "",
            }
            for one in ended
        )
    ui.caption(
        f"Models: a pass {'is running' if engine.running else 'is not running'}, {engine.queued} wait, "
        f"{engine.finished} done. This process takes {in_bytes(machine.memory().process)}."
    )


def _filling(name: str, taken: float, total: float) -> Filling:
    return Filling(name, taken, total, f"{in_bytes(taken)} of {in_bytes(total)}")


def _devices(used: str) -> list[dict]:
    """A row for every device; `used` is the engine's, as torch names it."""
    rows = []
    for device in devices():
        total, taken = device_memory(device), memory_taken(device)
        row = {"device": str(device), "name": device_name(device), "memory": "" if total is None else in_bytes(total)}
        if taken is not None:
            row["memory"] += f", {in_bytes(taken)} taken"
        if device.type == "cpu":
            row["name"] += f", {cores()} cores"
        rows.append(row | {"models run on it": "yes" if str(device) in (used, f"{used}:0") else "no"})
    return rows


def _all_of(rows: tuple[CacheUsage, ...]) -> str:
    gone = [one for one in rows if one.remade]
    return f"Remove {sum(one.files for one in gone)} files, {in_bytes(sum(one.bytes for one in gone))}"
