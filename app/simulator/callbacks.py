"""The network's errands: status callbacks, texts brought to the school, pictures fetched. A few threads do them."""

import time
from collections.abc import Callable

from app.simulator import inbound, jobs, media, messages
from app.simulator.crew import Crew
from app.simulator.jobs import FETCH, INBOUND, STATUS, Job, Step
from app.simulator.messages import Message
from app.simulator.network import Network
from app.simulator.settings import SimulatorSettings
from app.simulator.webhooks import Answer, Caller

LEASE_MARGIN = 5.0
NO_PICTURE = 11200


class PostOffice:
    """Does the steps of the network's plans when they are due. Its threads start with the first text or page."""

    def __init__(self, network: Network, settings: SimulatorSettings) -> None:
        """Work for `network`; no thread runs yet."""
        self._network = network
        self._settings = settings
        self._caller = Caller(settings.auth_token, settings.webhook_timeout, settings.webhook_threads)
        self._crew = Crew("post-office", settings.webhook_threads, do_next=self.do_next, next_due=self._next_due)

    def open(self) -> None:
        """Start the threads of this process, if they do not run."""
        self._crew.open()

    def wake(self) -> None:
        """Tell one of the threads that there is something new."""
        self._crew.wake()

    def close(self) -> None:
        """End the threads after what they have in hand."""
        self._crew.close(self._settings.webhook_timeout + LEASE_MARGIN)

    def _next_due(self) -> float | None:
        with self._network.storage.reading() as connection:
            return jobs.next_due(connection)

    def settle(self, seconds: float) -> bool:
        """Wait until every plan is over; False if that takes longer than `seconds`."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._network.storage.reading() as connection:
                if not jobs.how_many(connection):
                    return True
            time.sleep(0.01)
        return False

    def do_next(self) -> bool:
        """Do one step that is due. False if there is none."""
        lease = self._settings.webhook_timeout + LEASE_MARGIN
        due = self._next_due()
        if due is None or due > time.time():
            return False
        with self._network.storage.transaction() as connection:
            job = jobs.take(connection, time.time(), lease)
            message = None if job is None else messages.by_id(connection, job.message_id)
        if job is None or message is None:
            return job is not None
        doing: dict[str, Callable[[Job, Message], None]] = {
            FETCH: self._fetch, STATUS: self._tell_status, INBOUND: self._bring,
        }  # fmt: skip
        doing[job.step.do](job, message)
        return True

    def _tell_status(self, job: Job, message: Message) -> None:
        step = job.step
        with self._network.storage.transaction() as connection:
            if step.sets and not job.tries:
                messages.advance(connection, message.id, step.status, step.error_code, time.time())
            now = messages.by_id(connection, message.id)
            is_over = now is None or (now.status in messages.FINAL and now.status != step.status and step.sets)
            if is_over or not step.tells:
                jobs.finish(connection, job, time.time())
                return
        answers = [self._post_status(step, message, number) for number in range(step.posts)]
        if not answers:
            problem = "dropped" if message.status_callback else "no address"
            answers = [Answer(None, problem, 0.0)]
        self._close(job, message, step.status, message.status_callback, answers)

    def _post_status(self, step: Step, message: Message, number: int) -> Answer:
        if not message.status_callback:
            return Answer(None, "no address", 0.0)
        form = status_form(message, step, self._settings.account_sid)
        token = f"{message.idempotency}-{step.status}-{number}"
        return self._caller.post(message.status_callback, form, token)

    def _bring(self, job: Job, message: Message) -> None:
        with self._network.storage.reading() as connection:
            url = inbound.webhook_of(connection, message, self._settings.inbound_url)
            form = inbound.form_of(connection, message, self._settings)
        answer = self._caller.post(url, form, message.idempotency) if url else Answer(None, "no address", 0.0)
        if answer.is_heard and answer.status is not None and answer.status < 300:  # noqa: PLR2004  # a success
            inbound.take_replies(self._network, message, answer)
        self._close(job, message, INBOUND, url, [answer])

    def _fetch(self, job: Job, message: Message) -> None:
        with self._network.storage.reading() as connection:
            wanted = [medium for medium in media.of_message(connection, message.id) if medium.content is None]
        for medium in wanted:
            found = self._caller.fetch(medium.source, media.MOST_BYTES)
            with self._network.storage.transaction() as connection:
                if found is None:
                    failed = [Step(STATUS, "failed", NO_PICTURE, posts=max(step.posts for step in job.steps))]
                    jobs.replace(connection, message.id, failed, time.time())
                    return
                media.fill(connection, medium.id, found[0], media.type_of(found[0]) or found[1])
        with self._network.storage.transaction() as connection:
            jobs.finish(connection, job, time.time())

    def _close(self, job: Job, message: Message, status: str, url: str, answers: list[Answer]) -> None:
        """Note what came of a step's calls, and go on: to the next step, or to another try of this one."""
        now = time.time()
        again = url and any(not answer.is_heard and answer.problem != "dropped" for answer in answers)
        with self._network.storage.transaction() as connection:
            for answer in answers:
                connection.execute(
                    "INSERT INTO attempts (message_id, at, kind, status, error_code, url, tries, answer, problem, seconds)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    (message.id, now, job.step.do, status, job.step.error_code, url, job.tries + 1, answer.status,
                     answer.problem, answer.seconds),
                )  # fmt: skip
            if again and job.tries < len(self._settings.retry_delays):
                jobs.put_back(connection, job, now + self._settings.retry_delays[job.tries])
            else:
                jobs.finish(connection, job, now)


def status_form(message: Message, step: Step, account_sid: str) -> dict[str, str]:
    """What a status callback says, in the carrier's names."""
    form = {
        "AccountSid": account_sid, "ApiVersion": "2010-04-01", "MessageSid": message.sid, "SmsSid": message.sid,
        "MessageStatus": step.status, "SmsStatus": step.status, "To": message.handset, "From": message.school,
    }  # fmt: skip
    if message.service_sid:
        form["MessagingServiceSid"] = message.service_sid
    if step.error_code is not None:
        form["ErrorCode"] = str(step.error_code)
    if step.status in messages.FINAL:
        form["NumSegments"] = str(message.num_segments)
    return form
