"""Lists of faxes at a carrier: one row that makes no sense hides none of the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import structlog

from app.carrier import fax_values
from app.carrier.faxes import CarrierFax
from app.carrier.forms import BadWebhook

log = structlog.get_logger()


def readable(rows: Iterable[Any], read: Callable[[Any], CarrierFax], *, as_under_way: Mapping[str, str]) -> Iterator[CarrierFax]:
    """The faxes of `rows`, without what cannot be read.

    Of one that we handed over it is enough to know that it is there, whatever else is said of it: else it would be sent once more.
    It is read again with `as_under_way` in place of its status and time.
    """
    for row in rows:
        try:
            yield read(row)
        except BadWebhook as problem:
            fields = row if isinstance(row, dict) else {}
            log.warning("carrier.fax_not_read", provider_id=fax_values.word(fields.get("id")), problem=str(problem))
            ours = _ours(fields, read, as_under_way)
            if ours is not None:
                yield ours


def _ours(row: dict[str, Any], read: Callable[[Any], CarrierFax], as_under_way: Mapping[str, str]) -> CarrierFax | None:
    try:
        fax = read(row | dict(as_under_way))
    except BadWebhook:
        return None
    return fax if fax.reference is not None and not fax.is_inbound else None
