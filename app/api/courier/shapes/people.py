"""People, groups and organizations as documents."""

from typing import Any
from uuid import UUID

from app.accounts.models import Staff
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.queries.organizations import Place
from app.api.courier.queries.people import Individual
from app.core.ids import made_at
from app.directory.models import Group, Guardian, Section, Student

ACCOUNT_TYPES: dict[type, str] = {Staff: "provider", Guardian: "participant", Student: "student"}


def names_of(person: Individual) -> tuple[str, str]:
    """Given and family name. The staff have one name, which is cut at its last blank; that of a system is whole."""
    if isinstance(person, Staff):
        if not person.is_person:
            return person.name, ""
        given, _blank, family = person.name.rpartition(" ")
        return (given, family) if given else (family, "")
    return person.given_name, person.family_name


def preferred_name_of(person: Individual) -> str | None:
    """How families know somebody of the staff; the name that a student uses at school."""
    if isinstance(person, Staff):
        return person.formal_name
    return person.preferred_name if isinstance(person, Student) else None


def individual(person: Individual) -> Resource:
    """One person. The owner of a colleague is their own account; families have none."""
    given, family = names_of(person)
    attributes = {
        "account-type": ACCOUNT_TYPES[type(person)],
        "birth-date": None,
        "first-name": given,
        "last-modified-time": moment(made_at(person.uuid)),
        "last-name": family,
        "owner-id": str(person.uuid) if isinstance(person, Staff) else None,
        "preferred-name": preferred_name_of(person),
    }
    return resource("individuals", person.uuid, attributes)


def individual_group(group: Section | Group, organization: UUID, members: list[Student], leaders: list[Staff]) -> Resource:
    """A class or a saved group."""
    attributes = {
        "individuals": [{"id": str(each.uuid)} for each in members],
        "last-sync-time": None,
        "leaders": [{"id": str(each.uuid)} for each in leaders],
        "name": group.name,
        "organization-id": str(organization),
        "parent-id": None,
    }
    return resource("individual-groups", group.uuid, attributes)


def embedded_group(group: Section | Group, organization: UUID, members: list[Student], leaders: list[Staff]) -> dict[str, Any]:
    """The same within another document."""
    return {
        "individual-ids": [str(each.uuid) for each in members],
        "individuals": [
            {
                "birth-date": None, "first-name": each.given_name, "id": str(each.uuid), "last-name": each.family_name,
                "name": each.full_name, "owner": {"id": str(organization), "type": "organization"},
                "preferred-name": each.preferred_name, "verified": each.source_id is not None,
            }
            for each in members
        ],
        "individuals-count": len(members),
        "leader-ids": [str(each.uuid) for each in leaders],
        "leaders": [
            {"first-name": names_of(each)[0], "id": str(each.uuid), "last-name": names_of(each)[1]} for each in leaders
        ],
        "name": group.name,
        "organization-id": str(organization),
    }  # fmt: skip


def organization(each: Place) -> Resource:
    """The district, or a school."""
    attributes = {
        "classification": "district" if each.school_id is None else "school",
        "display-name": each.display_name,
        "last-modified-time": moment(each.changed_at),
        "name": each.name,
        "provider-type": "education",
        "timezone": each.time_zone,
    }
    return resource("organizations", each.uuid, attributes)
