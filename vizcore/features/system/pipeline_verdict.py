"""What a machine is, what it does and whether it computes right, in one sentence.

device, work, self-test -> sentence;  known answers -> sentence
"""

from collections.abc import Sequence

SHOWN = 3  # known answers that failed, that a sentence names


def machine_verdict(device: str, running: int, waiting: int, test: str | None) -> str:
    """The machine in a sentence.

    Args:
        device: on which models run, in words.
        running: jobs of everybody.
        waiting: the same.
        test: what the self-test came to, None where it was not run.
    """
    if not running and not waiting:
        work = "nothing is running"
    else:
        work = f"{running} job{'s' * (running != 1)} {'is' if running == 1 else 'are'} running"
        work += f", {waiting} wait{'s' * (waiting == 1)}" if waiting else ""
    tested = "the self-test has not been run." if test is None else f"{test[:1].lower()}{test[1:]}"
    return f"{device}; {work}; {tested}"


def selftest_verdict(count: int, failed: Sequence[str]) -> str:
    """What came of all known answers.

    Args:
        count: how many there are.
        failed: those that came out otherwise, in words.
    """
    if not failed:
        return f"All {count} known answers came out as they had to."
    named = "; ".join(failed[:SHOWN]) + ("; …" if len(failed) > SHOWN else "")
    return f"FAILED: {len(failed)} of {count} known answers came out otherwise: {named}."
