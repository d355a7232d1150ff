"""A school with another system beside it."""

from dataclasses import dataclass
from typing import Any

from flask import Flask

from app.accounts.models import Bearer, Staff
from app.accounts.scopes import Scope
from app.api.courier.face import face
from app.core.database import db
from tests.api.client import ApiClient
from tests.factories import api_bearer, family
from tests.factories.threads import Family


@dataclass
class CourierHouse:
    """A family, a key of a whole-district application, and a key of the family's teacher."""

    app: Flask
    family: Family
    bearer: Bearer
    client: ApiClient
    teacher: ApiClient

    @property
    def program(self) -> Staff:
        """The application's own row, which is the author of what it does."""
        return db.session.get_one(Staff, self.bearer.staff_id)

    def with_scopes(self, *scopes: Scope) -> ApiClient:
        """Another key of the district."""
        _bearer, token = api_bearer(self.family.school.district_id, scopes=scopes)
        return ApiClient(self.app, face, token)

    def of(self, person: Staff) -> ApiClient:
        """A key of one person."""
        _bearer, token = api_bearer(person=person)
        return ApiClient(self.app, face, token)


def courier_house(app: Flask, people: Family | None = None, **more: Any) -> CourierHouse:
    """Everything is committed."""
    people = people or family()
    bearer, token = api_bearer(people.school.district_id, **more)
    _own, teachers = api_bearer(person=people.teacher)
    return CourierHouse(app, people, bearer, ApiClient(app, face, token), ApiClient(app, face, teachers))


def sent(kind: str, attributes: Any, uuid: object = None) -> dict[str, Any]:
    """A document as callers send it."""
    return {"data": {"type": kind, "attributes": attributes} | ({"id": str(uuid)} if uuid else {})}
