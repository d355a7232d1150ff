"""Make rosters as real programs write them: small ones to read, large ones to measure."""

import csv
import random
import zipfile
from collections.abc import Iterable
from pathlib import Path

ORGS = ("sourcedId", "status", "dateLastModified", "name", "type", "identifier", "parentSourcedId")
USERS_11 = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "orgSourcedIds", "role", "username", "userIds", "givenName", "familyName",
    "middleName", "identifier", "email", "sms", "phone", "agentSourceIds", "grades", "password",
)  # fmt: skip
USERS_12 = (
    "sourcedId", "status", "dateLastModified", "enabledUser", "username", "userIds", "givenName", "familyName", "middleName", "identifier",
    "email", "sms", "phone", "agentSourceIds", "grades", "password", "userMasterIdentifier", "preferredGivenName", "primaryOrgSourcedId",
)  # fmt: skip
ROLES = ("sourcedId", "status", "dateLastModified", "userSourcedId", "roleType", "role", "beginDate", "endDate", "orgSourcedId")
CLASSES = ("sourcedId", "status", "dateLastModified", "title", "grades", "classCode", "classType", "location", "schoolSourcedId")
ENROLLMENTS = ("sourcedId", "status", "dateLastModified", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary")


def write(
    folder: Path, name: str, columns: Iterable[str], rows: Iterable[dict[str, str]], *, bom: bool = False, newline: str = "\n"
) -> None:
    """One CSV file; missing fields stay empty."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.csv").open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns), restval="", lineterminator=newline)
        writer.writeheader()
        writer.writerows(rows)


def zipped(folder: Path) -> Path:
    """The folder as a zip beside it."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.glob("*.csv")):
            archive.write(file, f"export/{file.name}")
    return path


def small(folder: Path, *, version: str = "1.1", bom: bool = False, newline: str = "\n") -> Path:
    """Two schools, a teacher, two siblings with two adults, one class."""
    orgs = [
        {"sourcedId": "d", "name": "District", "type": "district"},
        {"sourcedId": "s1", "name": "Cedar Grove", "type": "school"},
        {"sourcedId": "s2", "name": "Riverbend", "type": "school"},
    ]
    people = [
        {"sourcedId": "t1", "role": "teacher", "givenName": "Dana", "familyName": "Okafor", "email": "Dana@School.test", "org": "s1"},
        {
            "sourcedId": "k1", "role": "student", "givenName": "Mateo", "familyName": "Hernández", "agentSourceIds": "g1,g2",
            "grades": "3", "identifier": "4711", "org": "s1",
        },
        {
            "sourcedId": "k2", "role": "student", "givenName": "Sofía", "familyName": "Hernández", "agentSourceIds": "g1",
            "grades": "KG", "org": "s2",
        },
        {
            "sourcedId": "g1", "role": "parent", "givenName": "Rosa", "familyName": "Hernández", "sms": "(503) 555-2142",
            "phone": "503.555.2117", "email": "rosa@mail.test", "org": "s1",
        },
        {"sourcedId": "g2", "role": "guardian", "givenName": "Luis", "familyName": "Hernández", "phone": "+1 503 555 2163", "org": "s1"},
    ]  # fmt: skip
    write(folder, "orgs", ORGS, orgs, bom=bom, newline=newline)
    if version == "1.1":
        rows = [{"orgSourcedIds": p["org"], **{k: v for k, v in p.items() if k != "org"}} for p in people]
        write(folder, "users", USERS_11, rows, bom=bom, newline=newline)
    else:
        rows = [{k: v for k, v in p.items() if k not in {"org", "role"}} for p in people]
        write(folder, "users", USERS_12, rows, bom=bom, newline=newline)
        roles = [
            {"sourcedId": f"r{n}", "userSourcedId": p["sourcedId"], "roleType": "primary", "role": p["role"], "orgSourcedId": p["org"]}
            for n, p in enumerate(people)
        ]
        write(folder, "roles", ROLES, roles, bom=bom, newline=newline)
    write(
        folder,
        "classes",
        CLASSES,
        [{"sourcedId": "c1", "title": "Room 12", "grades": "03", "schoolSourcedId": "s1"}],
        bom=bom,
        newline=newline,
    )
    enrollments = [
        {"sourcedId": "e1", "classSourcedId": "c1", "userSourcedId": "k1", "role": "student"},
        {"sourcedId": "e2", "classSourcedId": "c1", "userSourcedId": "t1", "role": "teacher", "primary": "true"},
    ]
    write(folder, "enrollments", ENROLLMENTS, enrollments, bom=bom, newline=newline)
    return folder


def large(folder: Path, students: int) -> Path:
    """A district of `students`, about 1.3 adults each, six classes a student."""
    rng = random.Random(1)
    schools = max(1, students // 500)
    write(folder, "orgs", ORGS, [{"sourcedId": f"s{n}", "name": f"School {n}", "type": "school"} for n in range(schools)])
    guardians = int(students * 1.3)
    teachers = students // 20

    def users() -> Iterable[dict[str, str]]:
        for n in range(teachers):
            yield {
                "sourcedId": f"t{n}", "role": "teacher", "givenName": f"Teacher{n}", "familyName": "Test", "email": f"t{n}@school.test",
                "orgSourcedIds": f"s{n % schools}",
            }  # fmt: skip
        for n in range(guardians):
            yield {
                "sourcedId": f"g{n}", "role": "parent", "givenName": f"Adult{n}", "familyName": "Test", "sms": f"+1503{2000000 + n}",
                "email": f"g{n}@mail.test",
            }  # fmt: skip
        for n in range(students):
            yield {
                "sourcedId": f"k{n}", "role": "student", "givenName": f"Child{n}", "familyName": "Test",
                "grades": f"{rng.randint(1, 12):02d}",
                "orgSourcedIds": f"s{n % schools}", "agentSourceIds": f"g{n % guardians},g{(n * 7 + 1) % guardians}",
            }  # fmt: skip

    write(folder, "users", USERS_11, users())
    classes = teachers * 4
    rows = ({"sourcedId": f"c{n}", "title": f"Class {n}", "schoolSourcedId": f"s{n % teachers % schools}"} for n in range(classes))
    write(folder, "classes", CLASSES, rows)

    def enrollments() -> Iterable[dict[str, str]]:
        for n in range(classes):
            yield {"sourcedId": f"et{n}", "classSourcedId": f"c{n}", "userSourcedId": f"t{n % teachers}", "role": "teacher"}
        for n in range(students):
            for k in range(6):
                yield {
                    "sourcedId": f"e{n}-{k}",
                    "classSourcedId": f"c{(n + k * 31) % classes}",
                    "userSourcedId": f"k{n}",
                    "role": "student",
                }

    write(folder, "enrollments", ENROLLMENTS, enrollments())
    return folder
