"""The people of a district: schools, students, guardians, and how each can be reached."""

from app.directory.models.classes import (
    Enrollment,
    Group,
    GroupMember,
    GroupSection,
    Section,
    SectionTeacher,
)
from app.directory.models.consent import ALL_SENDERS, AUTOMATED_CALLS, EMAILS, Consent, ConsentKind, ConsentSource
from app.directory.models.contact_points import ContactHealth, ContactKind, ContactPoint
from app.directory.models.districts import District, School, SchoolClosure
from app.directory.models.imports import ImportState, RosterImport, RosterImportIssue
from app.directory.models.numbers import (
    MessagingService,
    NumberKind,
    PhoneNumber,
    Purpose,
)
from app.directory.models.people import Guardian, Guardianship, Student

__all__ = [
    "ALL_SENDERS",
    "AUTOMATED_CALLS",
    "EMAILS",
    "Consent",
    "ConsentKind",
    "ConsentSource",
    "ContactHealth",
    "ContactKind",
    "ContactPoint",
    "District",
    "Enrollment",
    "Group",
    "GroupMember",
    "GroupSection",
    "Guardian",
    "Guardianship",
    "ImportState",
    "MessagingService",
    "NumberKind",
    "PhoneNumber",
    "Purpose",
    "RosterImport",
    "RosterImportIssue",
    "School",
    "SchoolClosure",
    "Section",
    "SectionTeacher",
    "Student",
]
