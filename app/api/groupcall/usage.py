"""What a customer used: by the day (UTC) on which each recipient's message left."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import case, func, select

from app.api.groupcall.customers import Customer
from app.api.groupcall.models import GroupcallRecipient, Route
from app.core.database import db


def report(customer: Customer, first: date, last: date) -> dict[str, Any]:
    """The contract's report, with every day of the stretch. What a test took, and what never left, is not in it."""
    one = GroupcallRecipient
    is_text = one.route == Route.SMS
    found = db.session.execute(
        select(
            one.sent_day,
            func.sum(case((is_text, 1), else_=0)),
            func.sum(case((is_text, one.units), else_=0)),
            func.sum(case((is_text, 0), else_=1)),
        )
        .where(one.bearer_id == customer.bearer.id, one.sent_day >= first, one.sent_day <= last)
        .group_by(one.sent_day)
    )
    used = {day: (int(texts), int(units), int(emails)) for day, texts, units, emails in found}
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    rows = [(day, *used.get(day, (0, 0, 0))) for day in days]
    names = ("SMSMessages", "SMSUnits", "Emails")
    totals = {name: sum(used[day][place] for day in used) for place, name in enumerate(names)}
    told = [{"Date": day.isoformat(), **dict(zip(names, counts, strict=True))} for day, *counts in rows]
    return {"CustomerId": customer.number, "FromDate": first.isoformat(), "ToDate": last.isoformat(), **totals, "Days": told}
