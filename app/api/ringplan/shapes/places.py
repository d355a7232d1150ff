"""A district as a company, and a school as one of its locations."""

from collections.abc import Mapping
from typing import Any

from app.api.identifiers import id24
from app.api.ringplan.writing import iso
from app.core.phone_numbers import is_e164
from app.directory.models import District, School

COUNTRIES = {"US": "United States", "CA": "Canada", "MX": "Mexico"}
COMPANY_PARTS = frozenset({
    "address", "affiliate", "billing_email", "description", "email", "emergency_contact_number", "fax", "onboarding", "partner_id",
    "phone", "revenue", "website",
})  # fmt: skip
"""What another system may say of a company and the house itself does not know. Its status is ours to set."""
LOCATION_PARTS = frozenset({
    "address2", "building", "callerid", "city", "country", "email", "fax", "latitude", "longitude", "pbx_id", "state", "street", "zip",
})  # fmt: skip
"""The same of a location. Nobody here registers an address with the emergency service, so `e911_provisioned` stays false."""


def company(district: District, said: Mapping[str, Any], *, employees: int, updated: Any) -> dict[str, Any]:
    """The contract's Company."""
    words = ("billing_email", "description", "email", "emergency_contact_number", "fax", "partner_id", "phone", "revenue", "website")
    return {
        "id": id24(district.uuid),
        "address": said.get("address"),
        "affiliate": bool(said.get("affiliate", False)),
        **{name: said.get(name) for name in words},
        "created": iso(district.created_at),
        "employees": employees,
        "name": district.name,
        "onboarding": bool(said.get("onboarding", False)),
        "status": "active",
        "updated": iso(updated or district.created_at),
    }


def location(school: School, said: Mapping[str, Any], *, company_id: str, country: str) -> dict[str, Any]:
    """The contract's Location. Its phone is the school's."""
    words = ("address2", "building", "callerid", "city", "email", "fax", "latitude", "longitude", "pbx_id", "state", "street", "zip")
    return {
        "id": id24(school.uuid),
        **{name: said.get(name) for name in words},
        "company_id": company_id,
        "country": said.get("country") or COUNTRIES.get(country, country),
        "e911_provisioned": False,
        "name": school.name,
        "phone": digits(school.phone),
    }


def digits(number: str | None) -> str | None:
    """A number with its country code and without a +, as the samples write it here."""
    if number is None:
        return None
    return number[1:] if is_e164(number) else number
