"""The same on PostgreSQL, where two who come at the same moment do not wait for each other by themselves."""

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import urllib3
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Staff
from app.calendars import queries, service
from app.calendars.errors import NotYourWay
from app.calendars.models import CalendarGrant
from app.calendars.providers import Which
from app.core.database import db
from tests.calendars.providers import CLIENT, SECRET, running_providers
from tests.factories import StaffFactory


def way_back(address: str) -> tuple[str, str]:
    """What a consent gives: state and code."""
    query = parse_qs(urlsplit(urllib3.request("GET", address, redirect=False, retries=False).headers["Location"]).query)
    return query["state"][0], query["code"][0]


def test_two_ways_and_one_way_twice_at_the_same_moment(postgres_app: Flask) -> None:
    with running_providers() as providers:
        change = {"google_client_id": CLIENT, "google_client_secret": SECRET, "google_url": providers.origin}
        postgres_app.extensions["settings"] = postgres_app.extensions["settings"].model_copy(update=change)
        staff_id = StaffFactory().id
        db.session.commit()
        staff = db.session.get_one(Staff, staff_id)
        one, other = (way_back(service.begin(staff, Which.GOOGLE)) for _each in range(2))

        def finish(way: tuple[str, str]) -> str:
            with postgres_app.app_context():
                try:
                    return service.finish(db.session.get_one(Staff, staff_id), Which.GOOGLE, state=way[0], code=way[1])
                except NotYourWay:
                    return "refused"

        with ThreadPoolExecutor(max_workers=4) as threads:
            told = sorted(threads.map(finish, [one, one, other, other]))
        assert told == ["refused", "refused", "zoe@example.org", "zoe@example.org"]
        db.session.rollback()
        [grant] = queries.grants_of(staff)
        assert (grant.account, len(providers.refresh)) == ("zoe@example.org", 2)
        assert service.withdraw(staff, Which.GOOGLE, "zoe@example.org") is True
        service.tidy()
        assert db.session.scalars(select(CalendarGrant.id)).all() == []
