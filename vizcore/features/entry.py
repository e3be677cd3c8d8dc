"""One row of the menu: what a feature is called, what it answers, what is worth opening, and what of it may be run."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Demo:
    """A state of a page that is worth opening: a picture, a sentence, a link."""

    name: str  # its picture is assets/gallery/NAME.webp
    title: str
    about: str
    page: str
    query: dict[str, str] = field(default_factory=dict)  # what the link sets


@dataclass(frozen=True, eq=False)
class Entry:
    """One feature: one page of the app, one question. Nothing of the feature is imported for it."""

    feature: str  # its folder below vizcore/features
    name: str  # the file pages/NAME.py and the path /NAME in the browser
    title: str
    verb: str  # what one does there, in one word of the menu
    icon: str  # a Material symbol
    question: str  # what a person comes to this page to ask
    pipelines: tuple[str, ...] = ()  # MODULE.FUNCTION: all that reports, the command line and notebooks may run
    long: tuple[str, ...] = ()  # of these: those that take seconds, and whose results are arrays, not files
    task: str = ""  # what the command line calls its main pipeline, whose TASK is in export_task.py
    task_about: str = ""  # what one gets of it
    more_tasks: Mapping[str, str] = field(
        default_factory=dict
    )  # {further one, whose TASK is in export_task_NAME.py: about}
    uses: tuple[str, ...] = ()  # features whose pipelines it runs
    demos: tuple[Demo, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  # files of other names than every feature has: why

    @property
    def tasks(self) -> dict[str, str]:
        """{what the command line calls a pipeline: what one gets of it}."""
        return ({self.task: self.task_about} if self.task else {}) | dict(self.more_tasks)

    def dotted(self, pipeline: str) -> str:
        """MODULE.FUNCTION as it is imported; what belongs to no feature is written out already."""
        return pipeline if pipeline.startswith("vizcore.") else f"vizcore.features.{self.feature}.{pipeline}"
