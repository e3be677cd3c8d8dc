"""What segments without training and facts of a clip come to, in one sentence: numbers in, sentence out."""

from dataclasses import dataclass

STILL = 0.02  # percent of the width: what moves less stands still


@dataclass(frozen=True)
class Grouping:
    """What a method made of a clip, counted."""

    title: str  # of the method
    frames: int  # of the clip
    segments: int
    groups: int
    cuts: int
    on_cuts: int  # of the cuts, where a segment begins as well
    asked: int | None = None  # groups; None where their number was to be found
    right: float | None = None  # percent of the frames, after naming by the ground truth; None where there is none
    by: str = ""  # what described the frames, where that must be said


def groups_verdict(found: Grouping) -> str:
    """Segments, groups and cuts of one method, and how well they fit the ground truth where there is one."""
    if found.frames == 1:
        return "One frame: there is nothing to segment."
    parts = [_groups(found), _cuts(found)]
    if found.right is not None:
        parts.append(f"named as the ground truth has it best, {found.right:.1f} % of the frames are right")
    return f"{'; '.join(parts)}."


def facts_verdict(scenes: int, duration: float, sharpest: float, most: float, moved: float, step: int) -> str:
    """Scenes, the sharpest cut, and where most moves.

    Args:
        scenes: 1 or more.
        duration: seconds.
        sharpest: seconds of the sharpest cut; nan without one.
        most: seconds of where most moves; nan where nobody knows.
        moved: how far pixels move there, percent of the width.
        step: every so-manieth frame was looked at.
    """
    if most != most and scenes == 1:
        return "One frame: there is nothing to cut, and nothing moves."
    parts = [f"One scene in {duration:.1f} s, without a cut" if scenes == 1 else f"{scenes} scenes in {duration:.1f} s"]
    if scenes == 2:
        parts[0] += f", cut at {sharpest:.1f} s"
    elif scenes > 2:
        parts.append(f"the cut at {sharpest:.1f} s is the sharpest")
    parts.append(f"most motion at {most:.1f} s" if moved >= STILL else "nothing moves")
    return f"{'; '.join(parts)}{f' (every {step}th frame was looked at)' if step > 3 else ''}."


def _groups(found: Grouping) -> str:
    by = f", by {found.by}," if found.by else ""
    if found.groups == 1:
        return f"{found.title}{by} leaves the clip in one group{', as asked' if found.asked == 1 else ''}"
    segments = f"{found.segments} segments"
    if found.asked is not None and found.groups < found.asked:
        return f"{found.title}{by} finds only {found.groups} groups that differ, of {found.asked}, in {segments}"
    if found.groups == found.segments:
        return f"{found.title}{by} {'finds' if found.asked is None else 'makes'} {segments}, each a group of its own"
    verb = "finds" if found.asked is None else "makes"
    return f"{found.title}{by} {verb} {segments} in {found.groups} groups"


def _cuts(found: Grouping) -> str:
    if not found.cuts:
        return "no cut"
    if found.cuts == 1:
        return f"1 cut, {'between' if found.on_cuts else 'within'} segments"
    if found.on_cuts in (0, found.cuts):
        return f"{found.cuts} cuts, {'all' if found.on_cuts else 'none'} between segments"
    return f"{found.cuts} cuts, {found.on_cuts} of them between segments"
