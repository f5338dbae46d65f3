"""The pages of the front door, one module for each job."""

from home.models.front import HomePage
from home.models.offering import ServiceIndexPage, ServicePage
from home.models.reviews import ReviewsPage
from home.models.team import PersonPage, TeamIndexPage
from home.models.texts import StandardPage
from home.models.visiting import ContactPage, ForOfficesPage

__all__ = [
    "ContactPage",
    "ForOfficesPage",
    "HomePage",
    "PersonPage",
    "ReviewsPage",
    "ServiceIndexPage",
    "ServicePage",
    "StandardPage",
    "TeamIndexPage",
]
