"""All questions of this floor, and the words of what people do with segments."""

from patients.segments import about_attributes, about_care, about_patients, about_readers, about_wishes, verbs
from patients.segments.registry import criteria_from


def enter() -> None:
    """Enter the questions of this floor."""
    about_readers.enter()
    about_wishes.enter()
    about_patients.enter()
    about_care.enter()
    verbs.speak()
    criteria_from(about_attributes.PREFIX, about_attributes.criteria)
