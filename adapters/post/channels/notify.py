"""Notices by GOV.UK Notify: e-mail and text messages, through its official client (the extra `notify`)."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from adapters.breaker import CircuitBreaker
from adapters.conversation import Conversation
from adapters.directory import Contact, on_the_wire
from adapters.directory.addresses import webhook_fault
from adapters.links import Links
from adapters.post.errors import AddressRefused, PostDown, PostFailed, PostMisconfigured
from adapters.post.letter import write_letter
from adapters.post.post import MEND, ChannelFile, Chosen, Common, Fate, Look, receipt_of
from adapters.post.replies import Received, same_number
from adapters.post.text import write_text
from domain.case.effects import Notice, Receipt

Kind = Literal["email", "text"]
TYPES: dict[Kind, str] = {"email": "email", "text": "sms"}
FIELDS: dict[Kind, tuple[str, ...]] = {"email": ("subject", "body"), "text": ("body",)}
"""What a template must ask for, as `((subject))` and `((body))`: its words are all ours."""
NOBODY: dict[Kind, str] = {"email": "simulate-delivered@notifications.service.gov.uk", "text": "07700900000"}
"""Addresses that Notify keeps for trials: they are nobody's."""
CONVERSATION_SECONDS = 30.0
"""Longest time for all requests about one notice."""
_UUID = r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KEY = re.compile(rf".*-{_UUID}-{_UUID}")
MOST_PAGES = 100
"""Pages of 250 messages. A listing that goes on longer is left there."""
ABOUT_ADDRESS = frozenset({"ValidationError", "InvalidPhoneError", "InvalidEmailError"})
"""Errors that can only be about the address: the template id and the words have the right form by then."""
DAILY, RATE = "TooManyRequestsError", "RateLimitError"
_REST = {DAILY: 600, RATE: 60}
"""Seconds to wait. The rate is counted by the minute; a day's limit is lifted at midnight or by hand."""
_NAMES = ABOUT_ADDRESS | set(_REST) | {"BadRequestError", "AuthError", "NoResultFound", "Exception"}

_NOT_LIVE = re.compile(r"trial mode|team.only|team member", re.IGNORECASE)
_FIELD = re.compile(r"\(\(([^()?]+)")
_UNDER_WAY = frozenset({"created", "sending", "pending", "sent", "delivered"})
_FAILED = frozenset({"permanent-failure", "temporary-failure", "technical-failure"})

log = logging.getLogger(__name__)


class Seen(BaseModel):
    """One message as Notify lists it."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    id: str
    reference: str | None = None
    status: str
    created_at: AwareDatetime
    completed_at: AwareDatetime | None = None
    phone_number: str | None = None
    email_address: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Has it arrived, or may it still?"""
        return self.status in _UNDER_WAY

    @property
    def is_hopeless(self) -> bool:
        """Does the address not exist? The other failures may pass, so those are sent again."""
        return self.status == "permanent-failure"


class NotifyPost:
    """Sends each notice to every address of its seat, one message each, labelled with the notice's reference.

    Notify does not recognise repeats. So before anything is sent, the messages under that label are looked up: a
    message that Notify took is not sent again, even if its answer was lost. Notify keeps messages for seven days.
    """

    def __init__(
        self,
        kind: Kind,
        key: str,
        template: str,
        clock: Callable[[], datetime],
        *,
        url: str = "",
        timeout: float = 10.0,
        replies: bool = False,
        links: Links | None = None,
    ) -> None:
        """Take `timeout` in seconds for each answer; an empty *url* is the real service.

        With *replies* the texts of alerts say that a reply acknowledges.

        Raises ValueError, in one sentence, for a key, template or address of the wrong form, or without the extra.
        """
        _must_fit(key, template, url)
        try:
            from notifications_python_client.notifications import NotificationsAPIClient
        except ImportError:
            raise ValueError("GOV.UK Notify needs the extra `notify`: install this program with it.") from None
        logging.getLogger("notifications_python_client").setLevel(logging.ERROR)  # its warnings repeat Notify's words
        make: Callable[..., Any] = NotificationsAPIClient
        more = {"base_url": url} if url else {}
        self._made: Callable[[], Any] = lambda: make(key, timeout=timeout, **more)
        self.kind: Kind = kind
        self.channel = f"notify-{kind}"
        self._template = template
        self._clock = clock
        self._replies = replies
        self._links = links
        self._rests_until: datetime | None = None
        self._breaker = CircuitBreaker(
            PostDown, lambda: PostDown("GOV.UK Notify did not answer a moment ago; it is tried again.")
        )

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        """Hand the notice to Notify, or find that it has it. Taken for one address counts as sent.

        The receipt names the others, and why. Raises PostDown (try again; PostMisconfigured names the setting to mend),
        AddressRefused (every address is wrong, or none that Notify sends to) or UnknownNotice.
        """
        words = self._words(notice, contact)
        taken: list[datetime] = []
        fates: dict[str, PostFailed | None] = dict.fromkeys(contact.addresses)
        with self._client(notice.ref) as client:
            known = self._look_up(client, notice.ref)
            for address in contact.addresses:
                try:
                    taken.append(self._settle(client, notice.ref, address, words, known))
                except (PostDown, AddressRefused) as error:
                    fates[address] = error
        return receipt_of(self, notice, contact, min(taken, default=self._clock()), fates)

    def receipts(self, refs: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Return what became of notices sent by this channel. `unknown`: never sent, or more than seven days ago.

        A message from before *since* counts only if it arrived. Each reference takes one request. Raises PostDown.
        """
        with self._client("") as client:
            return {ref: fate_of(ref, self._look_up(client, ref), since) for ref in dict.fromkeys(refs)}

    def receipts_of(self, ref: str, addresses: Iterable[str], since: datetime | None = None) -> dict[str, Fate]:
        """Return what became of one notice at each of these addresses; otherwise as `receipts`. One request in all."""
        with self._client("") as client:
            seen = self._look_up(client, ref)
        return {
            address: fate_of(ref, tuple(one for one in seen if self._is_same(one, address)), since)
            for address in dict.fromkeys(addresses)
        }

    def received(self, since: datetime) -> tuple[Received, ...]:
        """Return the text messages that came in from *since* on, the newest first; Notify keeps them for seven days.

        Raises PostDown.
        """
        with self._client("") as client:
            ask = client.get_received_texts
            return tuple(back_to(since, lambda last: read_received(self._ask("", ask, older_than=last))))

    def sent(self, since: datetime) -> tuple[Seen, ...]:
        """Return every message of this channel's kind that went out from *since* on, the newest first.

        Raises PostDown.
        """
        with self._client("") as client:
            return tuple(back_to(since, lambda last: self._list(client, "", older_than=last)))

    def look(self) -> Iterator[Look]:
        """Say whether Notify would take what is sent: are key and template right, and is the service live?"""
        what = "text messages" if self.kind == "text" else "e-mail by Notify"
        if found := self.faults() or tuple(filter(None, [self.would_refuse()])):
            yield from (Look(what, "problem", one, MEND) for one in found)
        else:
            yield Look(what, "ok", "GOV.UK Notify takes the key and the template, for anybody; nobody was sent any")

    def faults(self) -> tuple[str, ...]:
        """Ask Notify whether key and template can be used, and send nothing: one sentence for each fault."""
        try:
            with self._client("") as client:
                return self._template_faults(client)
        except PostFailed as error:
            return (str(error),)

    def _template_faults(self, client: Any) -> tuple[str, ...]:
        try:
            template = self._ask("", client.get_template, self._template)
        except PostFailed as error:
            return (str(error),)
        return faults_of(self.kind, template, TYPES[self.kind], FIELDS[self.kind])

    def would_refuse(self) -> str:
        """Ask Notify why it would take no message for somebody outside its service's own team; empty where it would.

        So trial mode shows, and a key for the team alone. The message goes to an address of Notify's own: it judges it
        as any other, and neither sends nor keeps it.
        """
        words = dict.fromkeys(FIELDS[self.kind], "A trial")
        try:
            with self._client("") as client:
                send = client.send_sms_notification if self.kind == "text" else client.send_email_notification
                self._ask("", send, NOBODY[self.kind], self._template, personalisation=words)
        except PostFailed as error:
            return str(error)
        return ""

    def _words(self, notice: Notice, contact: Contact) -> dict[str, str]:
        if self.kind == "text":
            return {"body": write_text(notice, contact, replies=self._replies, links=self._links)}
        letter = write_letter(notice, contact, links=self._links)
        return {"subject": letter.subject, "body": letter.body}

    @contextmanager
    def _client(self, ref: str) -> Iterator[Any]:
        """A client of one's own: it is not made for several threads."""
        if self._rests_until and self._clock() < self._rests_until:
            raise PostDown(f"GOV.UK Notify takes no more for now, so notice {ref} waits.")
        client = self._made()
        client.request_session.max_redirects = 0
        with self._breaker.through(), Conversation(CONVERSATION_SECONDS) as conversation:
            try:
                for scheme in ("https://", "http://"):
                    client.request_session.mount(scheme, limited(conversation))
                yield client
            finally:
                client.request_session.close()

    def _ask(self, ref: str, question: Callable[..., Any], *said: Any, **more: Any) -> Any:
        """Ask by the client, whose errors come out as ours."""
        from notifications_python_client.errors import APIError

        try:
            return question(*said, **more)
        except APIError as error:
            if pause := pauses(error):
                self._rests_until = self._clock() + timedelta(seconds=pause)
            raise failure_of(self.kind, ref, error) from None
        except OSError as error:  # a bundle of certificates that is not there, and the like
            raise PostDown(f"GOV.UK Notify cannot be asked ({type(error).__name__}); it is tried again.") from None

    def _look_up(self, client: Any, ref: str) -> tuple[Seen, ...]:
        return self._list(client, ref, reference=ref)

    def _list(self, client: Any, ref: str, **which: str | None) -> tuple[Seen, ...]:
        return read_list(self._ask(ref, client.get_all_notifications, template_type=TYPES[self.kind], **which))

    def _settle(self, client: Any, ref: str, address: str, words: dict[str, str], known: tuple[Seen, ...]) -> datetime:
        """Return when Notify took the notice for *address*, now or before."""
        before = [seen for seen in known if self._is_same(seen, address)]
        if going := [seen for seen in before if seen.is_under_way]:
            return min(seen.created_at for seen in going)
        if any(seen.is_hopeless for seen in before):
            raise AddressRefused(
                f"GOV.UK Notify could not deliver notice {ref}: that address or number does not exist."
            )
        send = client.send_sms_notification if self.kind == "text" else client.send_email_notification
        wire = address if self.kind == "text" else on_the_wire(address)
        try:
            self._ask(ref, send, wire, self._template, personalisation=words, reference=ref)
        except BadRequest:
            if self._template_faults(client):
                raise
            raise AddressRefused(
                f"GOV.UK Notify does not send to the address or number of notice {ref}; mend it in the directory."
            ) from None
        return self._clock()

    def _is_same(self, seen: Seen, address: str) -> bool:
        if self.kind == "text":
            return (seen.phone_number or "") == address or same_number(seen.phone_number or "", address)
        return (seen.email_address or "").casefold() in {address.casefold(), on_the_wire(address).casefold()}


def _make(chosen: Chosen, common: Common) -> tuple[NotifyPost, ...]:
    """Make one channel for each template that is named; none without a key."""
    key, url = chosen.get("key", ""), chosen.get("url", "")
    templates: dict[Kind, str] = {"email": chosen.get("email_template", ""), "text": chosen.get("text_template", "")}
    if not key:
        return ()
    if not any(templates.values()):
        raise ValueError("GOV.UK Notify has a key and no template: name one for e-mail, for text messages, or for both")
    return tuple(
        NotifyPost(kind, key, template, common.clock, url=url, replies=common.replies, links=common.links)
        for kind, template in templates.items()
        if template
    )


CHANNELS = ChannelFile(kinds={"notify-email": "email", "notify-text": "text"}, make=_make)


def _must_fit(key: str, template: str, url: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError(
            "the key of GOV.UK Notify is a name and two long identifiers, with dashes between: copy it whole"
        )
    try:
        UUID(template)
    except ValueError:
        raise ValueError(
            "the id of a GOV.UK Notify template is one long identifier: copy it from the template"
        ) from None
    if url and webhook_fault(url):
        raise ValueError("the address of GOV.UK Notify must begin with https, and hold no name or password")


def read_list(answer: Any) -> tuple[Seen, ...]:
    """Read one page of a listing. Raises PostDown where it is not what Notify documents."""
    try:
        return tuple(Seen.model_validate(one) for one in answer["notifications"])
    except (KeyError, TypeError, ValidationError):
        raise PostDown("GOV.UK Notify's answer cannot be read; it is asked again.") from None


def fate_of(ref: str, seen: tuple[Seen, ...], since: datetime | None = None) -> Fate:
    """Judge all messages of one notice together. A message from before *since* counts only if it arrived."""
    delivered = [one for one in seen if one.status == "delivered"]
    later = [one for one in seen if since is None or one.created_at >= since]
    going = [one for one in later if one.is_under_way]
    failed = [one for one in later if one.status in _FAILED]
    if delivered:
        first = min(delivered, key=lambda one: one.completed_at or one.created_at)
        return Fate(ref=ref, state="delivered", since=first.completed_at or first.created_at, told=first.status)
    if going:
        last = max(going, key=lambda one: one.created_at)
        return Fate(ref=ref, state="sending", since=last.created_at, told=last.status)
    if failed:
        last = max(failed, key=lambda one: one.completed_at or one.created_at)
        return Fate(ref=ref, state="failed", since=last.completed_at or last.created_at, told=last.status)
    return Fate(ref=ref, state="unknown")


def read_received(answer: Any) -> tuple[Received, ...]:
    """Read one page of what came in. Raises PostDown where it is not what Notify documents."""
    try:
        return tuple(Received.model_validate(one) for one in answer["received_text_messages"])
    except (KeyError, TypeError, ValidationError):
        raise PostDown("GOV.UK Notify's answer cannot be read; it is asked again.") from None


class _Listed(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...


T = TypeVar("T", bound=_Listed)


def back_to(since: datetime, page: Callable[[str | None], tuple[T, ...]]) -> Iterator[T]:
    """Yield the items of a listing from *since* on, the newest first. *page* is given the last id so far."""
    last = None
    for _ in range(MOST_PAGES):
        found = page(last)
        yield from (one for one in found if one.created_at >= since)
        if not found or found[-1].created_at < since:
            return
        last = found[-1].id


class BadRequest(PostMisconfigured):
    """Notify rejected the request: the template is at fault or, if the template is right, the address."""


def pauses(error: Any) -> int:
    """Return how many seconds to wait after *error* before Notify is asked anything again."""
    return _REST.get(_name(error), 60) if error.status_code == 429 else 0


def failure_of(kind: str, ref: str, error: Any) -> PostFailed:
    """Sort an error of the client by its status and type. Notify's words are not used: they may change or repeat an
    address.
    """
    status, name = int(error.status_code), _name(error)
    of = f"notice {ref}" if ref else "a question"
    if status == 400 and name in ABOUT_ADDRESS:
        return AddressRefused(f"GOV.UK Notify does not take the address or number of {of}; mend it in the directory.")
    if status == 429:
        log.error("notify_limit_reached", extra={"notice": ref, "limit": "day" if name == DAILY else "rate"})
        whose = "more today" if name == DAILY else "more this minute"
        return PostDown(f"GOV.UK Notify takes no {whose} ({name}), so {of} waits.")
    if status >= 500 or status < 300 or status == 408:  # below 300: taken, perhaps, and the answer was not to be read
        return PostDown(f"GOV.UK Notify did not take {of} ({status}); it is tried again.")
    log.error("notify_misconfigured", extra={"notice": ref, "status": status, "error": name})
    is_about_one = status == 400 and not _NOT_LIVE.search(str(error.message))
    return (BadRequest if is_about_one else PostMisconfigured)(
        f"GOV.UK Notify did not take {of} ({status}): {_mend(kind, status)}."
    )


def faults_of(kind: str, template: Any, wanted: str, fields: tuple[str, ...]) -> tuple[str, ...]:
    """Compare a template, as Notify describes it, with what we fill in; return one sentence for each fault."""
    place = f"The template of ESCALATION_NOTIFY_{kind.upper()}_TEMPLATE"
    if not isinstance(template, dict) or template.get("type") != wanted:
        return (
            f"{place} is for another kind of message: name one for {'text messages' if kind == 'text' else 'e-mail'}.",
        )
    words = {name: str(template.get(name) or "") for name in fields}
    missing = tuple(
        f"{place} has no (({name})) in its {name}: put it there." for name in fields if f"(({name}))" not in words[name]
    )
    if not missing and {field for text in words.values() for field in _FIELD.findall(text)} - set(fields):
        ours = " and ".join(f"(({name}))" for name in fields)
        return (f"{place} asks for more than our words: leave {ours} alone in it.",)
    return missing


def _name(error: Any) -> str:
    """Return the type that Notify gives an error, where it is one of those it documents."""
    said = error.message
    first = said[0] if isinstance(said, list) and said else {}
    name = str(first.get("error", "")) if isinstance(first, dict) else ""
    return name if name in _NAMES else "unknown"


def _mend(kind: str, status: int) -> str:
    template = f"ESCALATION_NOTIFY_{kind.upper()}_TEMPLATE"
    if status in {401, 403}:
        return "see that the key in ESCALATION_NOTIFY_KEY_FILE is in force, and that this machine's clock is right"
    if status == 400:
        return (
            f"see that {template} names a template that asks for our words alone, that your service is live and not "
            "in trial mode, and that its key is one for writing to anybody"
        )
    if status == 404:
        return f"see that {template} names a template of your service, and that ESCALATION_NOTIFY_URL is right"
    return "see that ESCALATION_NOTIFY_URL is right"


def limited(conversation: Conversation) -> Any:
    """Return the adapter by which a `requests` session keeps to *conversation*, through a proxy too."""
    from requests.adapters import HTTPAdapter
    from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.connection import HTTPConnection, HTTPSConnection

    class Http(HTTPConnection):
        def _new_conn(self) -> Any:
            return _connected(conversation, self)

    class Https(HTTPSConnection):
        def _new_conn(self) -> Any:
            return _connected(conversation, self)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    class Limited(HTTPAdapter):
        def init_poolmanager(self, *said: Any, **more: Any) -> None:
            super().init_poolmanager(*said, **more)
            self.poolmanager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}

        def proxy_manager_for(self, *said: Any, **more: Any) -> Any:
            manager = super().proxy_manager_for(*said, **more)
            manager.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}
            return manager

    return Limited()


def _connected(conversation: Conversation, connection: Any) -> Any:
    from urllib3.exceptions import NewConnectionError

    try:
        return conversation.connect((connection.host, connection.port), connection.timeout)
    except OSError as error:
        raise NewConnectionError(connection, type(error).__name__) from None
