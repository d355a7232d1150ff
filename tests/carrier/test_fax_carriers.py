"""One contract, and the adapters of both carriers keep it: through real HTTP, against the two faces of the simulated network."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from app.carrier import sinch_faxes, telnyx_faxes
from app.carrier.fax_codes import FaxCode
from app.carrier.faxes import CarrierFax, CarrierFaxStatus, FaxCarrier, OutboundFax
from app.carrier.gateway import CarrierBusy, CarrierRefused, CarrierUnreachable, MediaRefused
from app.core import practice_keys
from tests.servers import free_port
from tests.simulator.faxing import CLINIC, FaxNetwork, fax_network, pdf
from tests.simulator.running import SCHOOL

LINE = "+1503555{}"
KINDS = ("telnyx", "sinch")
TOO_MUCH = 50_000_000


@dataclass
class Account:
    """A carrier, and how the school's machines see it."""

    kind: str
    line: FaxNetwork
    carrier: FaxCarrier

    def letter(self, to: str = CLINIC, **more: object) -> OutboundFax:
        fields = {"to": to, "sender": SCHOOL, "document_url": f"{self.line.school.url}/documents/letter.pdf", "reference": "0190-abc.1"}
        return OutboundFax(**fields | {"station": "Bridge School"} | more)

    def sent(self, to: str = CLINIC, **more: object) -> CarrierFax:
        """One that is over."""
        provider_id = self.carrier.send(self.letter(to, **more))
        self.line.settle()
        return self.carrier.look_up(provider_id)

    def arrived(self, **more: object) -> CarrierFax:
        """One that a machine sent us."""
        self.line.arrive(pdf(2), **more)
        self.line.settle()
        return self.carrier.find_received(since=just_now())[0]


def build(kind: str, base: str, callback_url: str, *, key: str | None = None) -> FaxCarrier:
    if kind == "telnyx":
        return telnyx_faxes.build(
            api_key=key or practice_keys.TELNYX_API_KEY, application=practice_keys.TELNYX_CONNECTION, callback_url=callback_url,
            base=f"{base}/telnyx/v2",
        )  # fmt: skip
    project = practice_keys.SINCH_PROJECT
    return sinch_faxes.build(
        project=project, key_id=practice_keys.SINCH_KEY, key_secret=key or practice_keys.SINCH_SECRET, callback_url=callback_url,
        base=f"{base}/sinch/v3/projects/{project}",
    )  # fmt: skip


@pytest.fixture(params=KINDS)
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    with fax_network(**({"fax_carrier": "sinch"} if request.param == "sinch" else {})) as line:
        yield Account(request.param, line, build(request.param, line.network.url, f"{line.school.url}/faxes"))


def just_now() -> datetime:
    return datetime.now(UTC) - timedelta(seconds=5)


def test_a_fax_goes_through(account: Account) -> None:
    fax = account.sent()
    assert (fax.status, fax.is_inbound, fax.to, fax.sender, fax.code) == (CarrierFaxStatus.DELIVERED, False, CLINIC, SCHOOL, None)
    assert fax.reference == "0190-abc.1"
    assert fax.created_at > just_now() - timedelta(minutes=1)
    (kept,) = account.line.network.control("faxes")["faxes"]
    assert (kept["pages"], kept["station"], kept["quality"], kept["carrier"]) == (3, "Bridge School", "fine", account.kind)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("9001", FaxCode.BUSY), ("9002", FaxCode.NO_ANSWER), ("9003", FaxCode.NOT_A_FAX), ("9004", FaxCode.BAD_NUMBER),
        ("9005", FaxCode.INTERRUPTED), ("9018", FaxCode.BAD_DOCUMENT), ("9019", FaxCode.FAILED), ("9020", FaxCode.REFUSED),
    ],
)  # fmt: skip
def test_a_failure_has_our_code_and_the_carriers_own_word(account: Account, line: str, code: FaxCode) -> None:
    fax = account.sent(LINE.format(line))
    assert (fax.status, fax.code) == (CarrierFaxStatus.FAILED, code)
    assert fax.raw_code
    assert fax.raw_code != code


def test_a_lost_answer_is_nobodys_knowledge_and_the_fax_is_found_by_its_reference(account: Account) -> None:
    account.line.network.set(lost_answer_seconds=0.1)
    since = just_now()
    with pytest.raises(CarrierUnreachable):
        account.carrier.send(account.letter(LINE.format("9008"), reference="lost.1"))
    account.carrier.send(account.letter(CLINIC, reference="other.1"))
    found = account.carrier.find_sent(to=LINE.format("9008"), sender=SCHOOL, since=since)
    assert [fax.reference for fax in found] == ["lost.1"]
    assert account.carrier.find_sent(to=CLINIC, sender="+15035550188", since=since) == []


def test_what_was_taken_is_listed_newest_first_and_from_a_moment_on(account: Account) -> None:
    before = just_now()
    ids = [account.carrier.send(account.letter(reference=f"r.{number}")) for number in range(1, 4)]
    found = account.carrier.find_sent(to=CLINIC, sender=SCHOOL, since=before)
    assert sorted(fax.provider_id for fax in found) == sorted(ids)
    assert [fax.created_at for fax in found] == sorted((fax.created_at for fax in found), reverse=True)
    assert account.carrier.find_sent(to=CLINIC, sender=SCHOOL, since=datetime.now(UTC) + timedelta(minutes=5)) == []


def test_lists_are_read_to_their_end(account: Account) -> None:
    since, count = just_now(), 105
    for number in range(count):
        account.carrier.send(account.letter(LINE.format("9017"), reference=f"r.{number}"))
    found = account.carrier.find_sent(to=LINE.format("9017"), sender=SCHOOL, since=since)
    assert {fax.reference for fax in found} == {f"r.{number}" for number in range(count)}


def test_a_full_carrier_did_not_take_it(account: Account) -> None:
    with pytest.raises(CarrierBusy) as busy:
        account.carrier.send(account.letter(LINE.format("9010")))
    assert not busy.value.is_away
    assert account.line.network.control("faxes")["faxes"] == []


def test_an_error_of_the_carrier_leaves_it_open(account: Account) -> None:
    with pytest.raises(CarrierUnreachable):
        account.carrier.send(account.letter(LINE.format("9011")))
    assert len(account.carrier.find_sent(to=LINE.format("9011"), sender=SCHOOL, since=just_now())) == 1


def test_a_number_that_is_none_is_refused_at_once(account: Account) -> None:
    with pytest.raises(CarrierRefused) as refused:
        account.carrier.send(account.letter(LINE.format("9009")))
    assert refused.value.code
    assert refused.value.reason == FaxCode.BAD_NUMBER


def test_a_number_that_is_not_ours_is_refused(account: Account) -> None:
    account.line.network.set(adopts_senders=False)
    with pytest.raises(CarrierRefused) as refused:
        account.carrier.send(account.letter(sender="+15035550199"))
    assert refused.value.reason == FaxCode.REFUSED


def test_a_wrong_key_is_refused_and_says_nothing_of_the_fax(account: Account) -> None:
    stranger = build(account.kind, account.line.network.url, "http://127.0.0.1/", key="another key")
    fax = account.sent()
    actions: list[Callable[[], object]] = [
        lambda: stranger.send(account.letter()),
        lambda: stranger.look_up(fax.provider_id),
        lambda: stranger.find_received(since=just_now()),
    ]
    for action in actions:
        with pytest.raises(CarrierRefused) as refused:
            action()
        assert not refused.value.is_gone


def test_nobody_listens(account: Account) -> None:
    carrier = build(account.kind, f"http://127.0.0.1:{free_port()}", "http://127.0.0.1/")
    with pytest.raises(CarrierBusy) as busy:
        carrier.send(account.letter())
    assert busy.value.is_away


def test_what_never_was_is_gone(account: Account) -> None:
    for action in (account.carrier.look_up, account.carrier.forget, account.carrier.cancel):
        with pytest.raises(CarrierRefused) as refused:
            action("c62be5bc-9b13-4b6c-abda-34dd8b541287")
        assert refused.value.is_gone


def test_a_fax_that_came_is_listed_and_fetched(account: Account) -> None:
    document = pdf(2)
    account.line.arrive(document, as_it_is="application/pdf")
    account.line.settle()
    (fax,) = account.carrier.find_received(since=just_now())
    assert (fax.is_inbound, fax.status, fax.to, fax.sender, fax.reference) == (True, CarrierFaxStatus.RECEIVED, SCHOOL, CLINIC, None)
    kept = io.BytesIO()
    assert account.carrier.fetch(fax.provider_id, kept, most_bytes=TOO_MUCH) == "application/pdf"
    assert kept.getvalue() == document
    assert account.carrier.look_up(fax.provider_id) == fax


def test_who_hides_the_number_is_nobody(account: Account) -> None:
    assert account.arrived(is_hidden=True).sender == ""


def test_what_we_sent_is_not_what_came(account: Account) -> None:
    account.sent()
    assert account.carrier.find_received(since=just_now()) == []


def test_a_document_that_is_too_big_is_left_there(account: Account) -> None:
    fax = account.arrived()
    with pytest.raises(MediaRefused) as refused:
        account.carrier.fetch(fax.provider_id, io.BytesIO(), most_bytes=1000)
    assert refused.value.is_too_big


def test_a_copy_that_was_forgotten_is_gone(account: Account) -> None:
    fax = account.arrived()
    account.carrier.forget(fax.provider_id)
    with pytest.raises((CarrierRefused, CarrierUnreachable, MediaRefused)):
        account.carrier.fetch(fax.provider_id, io.BytesIO(), most_bytes=TOO_MUCH)


def test_one_that_is_over_cannot_be_called_off(account: Account) -> None:
    fax = account.sent()
    with pytest.raises(CarrierRefused):
        account.carrier.cancel(fax.provider_id)
    assert account.carrier.look_up(fax.provider_id).status == CarrierFaxStatus.DELIVERED


class TestTelnyxAlone:
    """What only one of them can do."""

    @pytest.fixture
    def account(self) -> Iterator[Account]:
        with fax_network() as line:
            yield Account("telnyx", line, build("telnyx", line.network.url, f"{line.school.url}/faxes"))

    def test_one_that_is_under_way_is_called_off(self, account: Account) -> None:
        provider_id = account.carrier.send(account.letter(LINE.format("9017")))
        account.carrier.cancel(provider_id)
        assert account.carrier.look_up(provider_id).status == CarrierFaxStatus.CANCELLED

    def test_standard_quality_is_asked_for(self, account: Account) -> None:
        account.sent(is_fine=False)
        assert account.line.network.control("faxes")["faxes"][0]["quality"] == "standard"

    def test_the_address_of_a_document_is_made_anew_when_it_has_ended(self) -> None:
        with fax_network(media_seconds=-1.0) as line:
            carrier = build("telnyx", line.network.url, f"{line.school.url}/faxes")
            line.arrive(pdf())
            line.settle()
            (fax,) = carrier.find_received(since=just_now())
            object.__setattr__(line.network.app.extensions["simulator"].settings, "media_seconds", 600.0)
            kept = io.BytesIO()
            assert carrier.fetch(fax.provider_id, kept, most_bytes=TOO_MUCH) == "application/pdf"
            assert kept.getvalue().startswith(b"%PDF")

    def test_a_name_that_the_carrier_does_not_take_is_put_plainly(self, account: Account) -> None:
        assert account.sent(station="Señor Ríos’ School / Office").status == CarrierFaxStatus.DELIVERED
        assert account.line.network.control("faxes")["faxes"][0]["station"] == "Se or R os  School   Office"
