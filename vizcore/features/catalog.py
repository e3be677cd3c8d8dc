"""Two tables: the pages (a row is a page, a page is a column of files of one name) and the demos of the front door."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Page:
    """One page of the app: one question."""

    name: str  # the file pages/NAME.py and the path /NAME in the browser
    title: str
    icon: str  # a Material symbol
    question: str  # what a person comes to this page to ask
    part: str = "Systems"  # of the menu: a system has a column of files on every floor, a tool of the workbench has not


PAGES = (
    Page("home", "VizCore", ":material/home:", "See time inside video models.", part=""),
    Page(
        "matching",
        "Patch matching",
        ":material/conversion_path:",
        "Which patch of one frame became which patch of the next?",
    ),
    Page(
        "temporal",
        "Temporal models",
        ":material/timeline:",
        "Which way of looking at time knows what happened?",
    ),
    Page(
        "alignment",
        "Video alignment",
        ":material/alt_route:",
        "Which moment of one video is which moment of another?",
    ),
    Page(
        "segmentation",
        "Action segmentation",
        ":material/view_timeline:",
        "What is done when, and how do scattered keypoints become a timeline?",
    ),
    Page(
        "cam",
        "Heat maps",
        ":material/mode_heat:",
        "Where does a model look, in which frame, and is it so?",
    ),
    Page(
        "localization",
        "Action localisation",
        ":material/person_search:",
        "Who does what, where, and how well is each class told?",
    ),
    Page(
        "spectral",
        "Non-local blocks",
        ":material/hub:",
        "Whom does each position hear, and what does the block make of slow and fast?",
    ),
    Page(
        "world",
        "World",
        ":material/public:",
        "What happens in a clip that was made and not filmed, and what is true in every pixel?",
    ),
    Page(
        "compare",
        "Compare",
        ":material/compare:",
        "How do models, or clips, differ: on one clock, one patch, one depth and one scale?",
        part="Workbench",
    ),
    Page(
        "lessons",
        "Lessons",
        ":material/school:",
        "How does it work, by hand?",
        part="Workbench",
    ),
    Page(
        "report",
        "Report",
        ":material/description:",
        "What was seen, how was it made, and will somebody else get the same?",
        part="Workbench",
    ),
    Page(
        "system",
        "System",
        ":material/monitor_heart:",
        "What does it run on, what is it doing, and does it compute what it should?",
        part="Workbench",
    ),
)


@dataclass(frozen=True)
class Demo:
    """A state of a page that is worth opening: a picture, a sentence, a link."""

    name: str  # its picture is assets/gallery/NAME.jpg
    title: str
    about: str
    page: str
    query: dict[str, str] = field(default_factory=dict)  # what the link sets


DEMOS = (
    Demo(
        "world",
        "A world where everything is known",
        "Who does what, which limb is where, and which pixel became which: a clip and its truth.",
        "world",
        {"what": "One action", "action": "cartwheel", "seed": "42"},
    ),
    Demo(
        "crowd",
        "Four people at once",
        "Actors and a bystander, each with a box, a skeleton and what they are doing.",
        "world",
        {"what": "A crowd", "crowd-people": "3", "seed": "5"},
    ),
    Demo(
        "steps",
        "Only one of four knows",
        "Lanterns wander and their lamps step on. Four models say which way; alignment is a switch.",
        "temporal",
        {"kind": "forward", "seed": "3", "carousel-speed": "8.0"},
    ),
    Demo(
        "twins",
        "Forwards or backwards?",
        "A throw and a catch show the same frames. Averaging them tosses a coin; the others know.",
        "temporal",
        {"family": "Which way it moves", "action": "throw", "seed": "2"},
    ),
    Demo(
        "warp",
        "Two people, one cartwheel",
        "One hurries, one lingers. See the warp between them as a valley, walk along it, and play both through it.",
        "alignment",
    ),
    Demo(
        "together",
        "Six people at the same moment",
        "Every clip is warped onto the first, so that all of them roll over at once.",
        "alignment",
        {"part": "Many clips"},
    ),
    Demo(
        "minimum",
        "A minimum with a slope",
        "What smoothMin adds to the least value and what min^γ takes from it, by hand.",
        "alignment",
        {"part": "A soft minimum"},
    ),
    Demo(
        "doing",
        "What is done when",
        "The truth and four timelines of three nets under one player; every fault has a name, and somebody to blame.",
        "segmentation",
    ),
    Demo(
        "keypoints",
        "A timeline from scattered points",
        "A net's keypoints as a board: drag one, and four rules make another timeline of them, step by step.",
        "segmentation",
        {"show": "Re-assembly"},
    ),
    Demo(
        "looks",
        "Four ways to look",
        "The figure of the papers, live: one clip, four temporal modes, one scale, and a slider through the depth.",
        "cam",
        {"clip": "lanterns-slow"},
    ),
    Demo(
        "hears",
        "Do heat maps tell the truth?",
        "The hottest patches are hidden and shown: what the answer really hangs on, beside patches in no order.",
        "cam",
        {"clip": "lanterns-slow", "method": "Attention rollout", "show": "Faithfulness"},
    ),
    Demo(
        "panes",
        "Four models, one clock",
        "One clip in four panes: scrub, click a patch, change the depth, and all follow. Who saw what is proven.",
        "compare",
    ),
    Demo(
        "paired",
        "Better on every clip?",
        "Two models on six clips that neither has seen, clip by clip, with the interval of the difference.",
        "compare",
        {"show": "Over many clips", "panes": "2", "many": "6"},
    ),
    Demo(
        "tokens",
        "Which token speaks for whom?",
        "144 tokens say a box each, and three of them that it is an actor's. Move θ, click one, see where it looks.",
        "localization",
    ),
    Demo(
        "precision",
        "From a bar to its pictures",
        "One stage against two, class by class; click a bar for its hits, its false positives and its misses.",
        "localization",
        {"part": "Average precision"},
    ),
    Demo(
        "listens",
        "Whom a patch listens to",
        "Eight non-local blocks on one clip: click a position and see what each of them lets it hear.",
        "spectral",
    ),
    Demo(
        "filters",
        "A filter you can bend",
        "Drag the response of a block and see at once what it leaves of the picture and of every frequency.",
        "spectral",
        {"part": "A clip", "clip": "parade", "op": "SNL"},
    ),
    Demo(
        "parade",
        "Follow a patch",
        "Things cross a drifting ground. Click one and see which patch it becomes.",
        "matching",
        {"clip": "parade"},
    ),
    Demo(
        "tiles",
        "A shuffle, read exactly",
        "Twelve of 64 tiles change places at a time; the assignment finds every one.",
        "matching",
        {"clip": "tiles", "across": "8", "source": "pixels", "count": "10", "span": "3.0", "show": "Assignment"},
    ),
    Demo(
        "methods",
        "Hungarian against greedy",
        "Four ways to match the same patches, scored by optical flow.",
        "matching",
        {"clip": "parade", "show": "Scores"},
    ),
    Demo(
        "seen",
        "What temporal attention sees",
        "The same frames before alignment, aligned, and put back.",
        "matching",
        {"clip": "lamps", "show": "What attention sees"},
    ),
    Demo(
        "algorithm",
        "Algorithm 1, line by line",
        "A few tokens and every number; and what the lines do when taken as printed.",
        "matching",
        {"part": "Algorithm", "example": "both want the same", "line": "3"},
    ),
    Demo(
        "cost",
        "What alignment costs",
        "Parameters and operations of four kinds of temporal modelling, as you size them.",
        "matching",
        {"part": "Cost"},
    ),
    Demo(
        "puzzle",
        "A puzzle of moments",
        "One of ten lessons by hand: which point has to go, so that the timeline is right?",
        "lessons",
        {"lesson": "A re-assembly puzzle", "step": "Try"},
    ),
    Demo(
        "blur",
        "Why averaging blurs",
        "A lesson with a lamp: the mean over time smears what moves, unless it is aligned first.",
        "lessons",
        {"lesson": "Why averaging blurs", "step": "Try"},
    ),
)


def page(name: str) -> Page:
    """The row of a page, by its name.

    Raises:
        ValueError: the catalog has no such row.
    """
    for row in PAGES:
        if row.name == name:
            return row
    raise ValueError(f"want a page of the catalog ({', '.join(row.name for row in PAGES)}), got {name!r}")
