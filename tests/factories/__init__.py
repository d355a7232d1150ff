"""Rows for tests. A factory names only what matters; the rest is a small, believable district."""

from tests.factories.access import api_bearer, api_key
from tests.factories.faxes import FaxContactFactory, FaxFactory, FaxPageFactory, fax
from tests.factories.people import (
    ContactPointFactory,
    DistrictFactory,
    EnrollmentFactory,
    GroupFactory,
    GuardianFactory,
    GuardianshipFactory,
    MessagingServiceFactory,
    PhoneNumberFactory,
    SchoolFactory,
    SectionFactory,
    SectionTeacherFactory,
    StaffFactory,
    StudentFactory,
)
from tests.factories.threads import ConversationFactory, Family, MessageFactory, Thread, family, thread

__all__ = [
    "ContactPointFactory",
    "ConversationFactory",
    "DistrictFactory",
    "EnrollmentFactory",
    "Family",
    "FaxContactFactory",
    "FaxFactory",
    "FaxPageFactory",
    "GroupFactory",
    "GuardianFactory",
    "GuardianshipFactory",
    "MessageFactory",
    "MessagingServiceFactory",
    "PhoneNumberFactory",
    "SchoolFactory",
    "SectionFactory",
    "SectionTeacherFactory",
    "StaffFactory",
    "StudentFactory",
    "Thread",
    "api_bearer",
    "api_key",
    "family",
    "fax",
    "thread",
]
