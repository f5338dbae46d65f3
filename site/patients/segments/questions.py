"""All questions of this floor."""

from patients.segments import about_attributes, about_care, about_patients, about_readers
from patients.segments.registry import criteria_from


def enter() -> None:
    """Enter the questions of this floor."""
    about_readers.enter()
    about_patients.enter()
    about_care.enter()
    criteria_from(about_attributes.PREFIX, about_attributes.criteria)
