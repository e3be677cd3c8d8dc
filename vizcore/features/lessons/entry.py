"""The row of Lessons in the menu, and what of it may be run."""

from vizcore.features.entry import Demo, Entry

ENTRY = Entry(
    feature="lessons",
    name="lessons",
    title="Lessons",
    verb="Learn",
    icon=":material/school:",
    question="How does it work, by hand?",
    demos=(
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
    ),
    reasons={
        "fields, numbers, reading": "a lesson is a file: its fields and numbers as types, and the proof of both",
        "lesson, worked": "what a lesson and its sum are once they are read",
        "__main__": "python -m vizcore.features.lessons FILE says whether a file is a lesson",
        "boards": "what a learner moves, a file a kind",
        "sums": "what a lesson can be about, a file a family",
    },
)
