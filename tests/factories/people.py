"""People, and how they are reached. All rows of one test share a district unless told otherwise."""

from typing import Any

from app.accounts.models import Role, Staff, StaffSchool, StaffStatus
from app.core.database import db
from app.directory.models import (
    ContactHealth,
    ContactKind,
    ContactPoint,
    District,
    Enrollment,
    Group,
    GroupMember,
    GroupSection,
    Guardian,
    Guardianship,
    MessagingService,
    PhoneNumber,
    Purpose,
    School,
    Section,
    SectionTeacher,
    Student,
)
from tests.factories.base import HomeroomFactory, factory

WEEK = {day: [["08:00", "15:30"]] for day in ("mon", "tue", "wed", "thu", "fri")}


class DistrictFactory(HomeroomFactory):
    """A tenant."""

    class Meta:
        model = District

    name = factory.Sequence(lambda n: f"District {n}")
    time_zone = "America/Los_Angeles"


class SchoolFactory(HomeroomFactory):
    """A school, in a district of its own unless told."""

    class Meta:
        model = School

    class Params:
        district = factory.SubFactory(DistrictFactory)

    district_id = factory.LazyAttribute(lambda me: me.district.id)
    name = factory.Sequence(lambda n: f"School {n}")
    time_zone = "America/Los_Angeles"
    area_code = "503"
    office_hours = factory.LazyFunction(lambda: dict(WEEK))


class StaffFactory(HomeroomFactory):
    """Somebody who can sign in (without a password: tests start sessions directly). `schools` is their scope."""

    class Meta:
        model = Staff

    class Params:
        district = factory.SubFactory(DistrictFactory)

    district_id = factory.LazyAttribute(lambda me: me.district.id)
    email = factory.Sequence(lambda n: f"staff{n}@example.test")
    name = factory.Sequence(lambda n: f"Dana Okafor {n}")
    role = Role.TEACHER
    status = StaffStatus.ACTIVE

    @classmethod
    def _create(cls, model_class: type[Staff], *args: Any, **kwargs: Any) -> Staff:
        schools: list[School] = kwargs.pop("schools", [])
        if schools:
            kwargs["district_id"] = schools[0].district_id
        staff: Staff = super()._create(model_class, *args, **kwargs)
        staff.school_links = [StaffSchool(school_id=school.id) for school in schools]
        db.session.flush()
        return staff


class StudentFactory(HomeroomFactory):
    """A child at a school."""

    class Meta:
        model = Student

    class Params:
        school = factory.SubFactory(SchoolFactory)

    school_id = factory.LazyAttribute(lambda me: me.school.id)
    district_id = factory.LazyAttribute(lambda me: me.school.district_id)
    given_name = "Mateo"
    family_name = "Hernández"
    grade = "03"


class GuardianFactory(HomeroomFactory):
    """An adult."""

    class Meta:
        model = Guardian

    class Params:
        district = factory.SubFactory(DistrictFactory)

    district_id = factory.LazyAttribute(lambda me: me.district.id)
    given_name = "Rosa"
    family_name = "Hernández"
    language = "es"


class ContactPointFactory(HomeroomFactory):
    """A mobile number that works."""

    class Meta:
        model = ContactPoint

    class Params:
        guardian = factory.SubFactory(GuardianFactory)

    guardian_id = factory.LazyAttribute(lambda me: me.guardian.id)
    district_id = factory.LazyAttribute(lambda me: me.guardian.district_id)
    kind = ContactKind.MOBILE
    address = factory.Sequence(lambda n: f"+1503{2000000 + n}")
    health = ContactHealth.OK


class GuardianshipFactory(HomeroomFactory):
    """Binds `student` and `guardian`."""

    class Meta:
        model = Guardianship

    class Params:
        student = factory.SubFactory(StudentFactory)
        guardian = factory.SubFactory(GuardianFactory)

    student_id = factory.LazyAttribute(lambda me: me.student.id)
    guardian_id = factory.LazyAttribute(lambda me: me.guardian.id)
    relationship_name = "mother"


class SectionFactory(HomeroomFactory):
    """A class."""

    class Meta:
        model = Section

    class Params:
        school = factory.SubFactory(SchoolFactory)

    school_id = factory.LazyAttribute(lambda me: me.school.id)
    district_id = factory.LazyAttribute(lambda me: me.school.district_id)
    name = factory.Sequence(lambda n: f"Room {n}")
    grade = "03"


class SectionTeacherFactory(HomeroomFactory):
    """Who teaches a section; takes `section_id` and `staff_id`."""

    class Meta:
        model = SectionTeacher


class EnrollmentFactory(HomeroomFactory):
    """Who attends a section; takes `section_id` and `student_id`."""

    class Meta:
        model = Enrollment


class GroupFactory(HomeroomFactory):
    """A saved group; takes `owner`, and the `students` and `sections` in it."""

    class Meta:
        model = Group

    name = factory.Sequence(lambda n: f"Group {n}")

    @classmethod
    def _create(cls, model_class: type[Group], *args: Any, **kwargs: Any) -> Group:
        owner: Staff = kwargs.pop("owner")
        students: list[Student] = kwargs.pop("students", [])
        sections: list[Section] = kwargs.pop("sections", [])
        group: Group = super()._create(model_class, *args, owner_id=owner.id, district_id=owner.district_id, **kwargs)
        db.session.add_all(GroupMember(group_id=group.id, student_id=student.id) for student in students)
        db.session.add_all(GroupSection(group_id=group.id, section_id=section.id) for section in sections)
        db.session.flush()
        return group


class MessagingServiceFactory(HomeroomFactory):
    """A pool."""

    class Meta:
        model = MessagingService

    class Params:
        district = factory.SubFactory(DistrictFactory)

    district_id = factory.LazyAttribute(lambda me: me.district.id)
    name = "Conversations"
    purpose = Purpose.CONVERSATION


class PhoneNumberFactory(HomeroomFactory):
    """One of the district's own numbers."""

    class Meta:
        model = PhoneNumber

    class Params:
        district = factory.SubFactory(DistrictFactory)

    district_id = factory.LazyAttribute(lambda me: me.district.id)
    address = factory.Sequence(lambda n: f"+1503{9000000 + n}")
    purpose = Purpose.CONVERSATION
