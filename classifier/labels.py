"""The five labels a line can have, and how they are shown to people."""

from enum import StrEnum


class Label(StrEnum):
    """What one line of a document mainly says. A member is its own string value."""

    ACHIEVEMENT = "achievement"
    MEASURE = "measure"
    PROBLEM = "problem"
    BACKGROUND = "background"
    UNRELATED = "unrelated"

    # A member equals its string, so it must hash as the string does; Enum's own hash is of the name, in Python.
    __hash__ = str.__hash__

    @property
    def chinese(self) -> str:
        """The label's Chinese name, as in 成绩."""
        return _CHINESE[self]

    @property
    def colour(self) -> str:
        """A hex colour that keeps 4.5:1 contrast on white."""
        return _COLOUR[self]

    @classmethod
    def parse(cls, name: str) -> "Label":
        """The label called `name`, in English (any case) or Chinese.

        Raises ValueError with the known names where there is none of that name.
        """
        wanted = name.strip().lower()
        for label in cls:
            if wanted in (label.value, label.chinese):
                return label
        known = ", ".join(f"{label.value} ({label.chinese})" for label in cls)
        raise ValueError(f"unknown label {name!r}; the labels are {known}")


_CHINESE = {
    Label.ACHIEVEMENT: "成绩",
    Label.MEASURE: "措施",
    Label.PROBLEM: "问题",
    Label.BACKGROUND: "背景",
    Label.UNRELATED: "无关",
}

_COLOUR = {
    Label.ACHIEVEMENT: "#1a7f37",
    Label.MEASURE: "#0b5cad",
    Label.PROBLEM: "#b42318",
    Label.BACKGROUND: "#57606a",
    Label.UNRELATED: "#7a5c00",
}

LABELS: tuple[Label, ...] = tuple(Label)
"""All labels; the order of every probability vector in this package."""

REPORT_LABELS: tuple[Label, ...] = tuple(label for label in Label if label is not Label.UNRELATED)
"""The labels of lines that belong to the report."""

THREE: tuple[Label, ...] = (Label.ACHIEVEMENT, Label.MEASURE, Label.PROBLEM)
"""The labels that answer what a report tells, without background."""
