"""Whatever the order of the carrier's news, and however often it comes: legs and calls move only forward, and over is over."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calls.models import Call, CallState, ConferenceCall, ConferenceParticipant, LegState
from app.calls.references import room_of
from app.calls.service import progress
from app.carrier.calls import CallStatus
from app.carrier.conferences import ConferenceEvent
from app.carrier.events import CallMoved, ConferenceMoved, MachineDetected
from app.core.clock import now
from app.core.database import db, transaction
from tests.calls.conftest import Desk

LIFE, COURSE = list(LegState), list(CallState)
NEWS = st.one_of(
    st.tuples(st.just("call"), st.sampled_from(sorted(CallStatus)), st.integers(0, 2), st.integers(1, 2)),
    st.tuples(st.just("room"), st.sampled_from(sorted(ConferenceEvent)), st.integers(0, 2), st.integers(1, 9)),
    st.tuples(st.just("what"), st.sampled_from(["human", "machine_start", "fax"]), st.integers(0, 2), st.just(0)),
)


def tell(call: Call, legs: list[ConferenceParticipant], news: tuple[str, str, int, int]) -> None:
    kind, word, which, number = news
    leg = legs[which]
    with transaction():
        if kind == "call":
            reference = f"leg.{leg.id}.{number}"
            progress.follow_call(CallMoved(f"CA{which}{number}", reference, word))
        elif kind == "what":
            progress.follow_detection(MachineDetected(f"CA{which}1", f"leg.{leg.id}.1", word))
        else:
            fact = ConferenceMoved("CF", room_of(call), None, word, number, f"CA{which}1", f"leg.{leg.id}.1", is_muted=bool(number % 2))
            progress.follow_conference(fact)
    db.session.expire_all()


def stand(call: Call, legs: list[ConferenceParticipant]) -> list[tuple[int, ...]]:
    """How far each leg is, and the call: none of these numbers ever gets smaller."""
    far = [(leg.attempt, LIFE.index(LegState(leg.state)), leg.sequence) for leg in legs]
    return [*far, (COURSE.index(CallState(call.status)),)]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(NEWS, min_size=3, max_size=12))
def test_states_move_only_forward_and_what_is_told_again_moves_nothing(desk: Desk, news: list[tuple[str, str, int, int]]) -> None:
    if not db.session.query(Call).count():
        desk.start()
    call, legs = desk.call, desk.legs
    first = {"state": LegState.QUEUED, "attempt": 1, "provider_call_id": None, "answered_by": None, "sequence": 0, "since": now()}
    db.session.query(ConferenceParticipant).update(first)
    db.session.query(ConferenceCall).update({"provider_id": None})
    db.session.query(Call).update({"status": CallState.PENDING, "ended_at": None, "answered_at": None})
    db.session.commit()
    db.session.expire_all()
    for one in news:
        before, was_over, over_legs = stand(call, legs), call.is_over, [leg.is_over for leg in legs]
        tell(call, legs, one)
        after = stand(call, legs)
        for old, new, over in zip(before, after, [*over_legs, was_over], strict=True):
            assert new[:2] >= old[:2]
            assert new[2:] >= old[2:]
            assert not over or new[:2] == old[:2]
        tell(call, legs, one)
        assert stand(call, legs) == after
    assert not call.is_over or all(leg.is_over for leg in legs)
