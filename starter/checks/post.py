"""How people are reached: channels, who is on call, the links in notices, and the watch."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from domain.case.effects import Notice, Recipient
from services.errors import Trouble
from services.times import now
from settings import NOBODY_ON_CALL, Settings, SettingsFaulty, is_here

from . import Finding

if TYPE_CHECKING:
    from adapters.post import Channel, Post

INVENTED = "example.org"
RUNGS = ("first", "second", "deputy", "duty-manager")
_ON_CALL = "Set ESCALATION_ON_CALL to the one e-mail address of the safeguarding lead on call."
_SETTINGS = "See the settings under `How notices leave` in docs/settings.md."
SHOWN = 20


def post(settings: Settings) -> Iterator[Finding]:
    """Is anybody reached? It knocks at the mail host and asks GOV.UK Notify, and sends nobody anything."""
    if trains(settings):
        yield Finding("post", "ok", "training: the outbox alone, whatever else is set")
        return
    yield _on_call(settings)
    yield from _channels(settings)
    yield from _replies(settings)


def _channels(settings: Settings) -> Iterator[Finding]:
    """Is each channel that is set up well, and is there one for e-mail?"""
    from wiring import channels_of

    found: list[Channel] = []
    faults: set[str] = set()
    for file in settings.channels:
        try:
            found += channels_of(settings, file)
        except SettingsFaulty as faulty:
            faults.add(str(faulty))
    yield from (Finding("post", "problem", fault, _SETTINGS) for fault in sorted(faults))
    yield from (Finding(*look) for channel in found for look in channel.look())
    if not faults and not any(channel.kind == "email" for channel in found):
        says = "No mail host is set: notices to e-mail addresses are only kept as files in the outbox."
        yield Finding("mail", "warning", says, "Set ESCALATION_SMTP_HOST to send them.")


def _replies(settings: Settings) -> Iterator[Finding]:
    """Can replies to text messages be fetched, where they are to be? Whether anybody can reply only a reply shows."""
    from adapters.post import PostDown
    from wiring import reply_source

    if not settings.text_replies:
        return
    source = reply_source(settings)
    if not source:
        says = "Replies are to be fetched, and no text messages are set up."
        yield Finding("text replies", "warning", says, "Set ESCALATION_NOTIFY_KEY_FILE and _TEXT_TEMPLATE.")
        return
    try:
        came = source.received(now() - timedelta(days=7))
    except PostDown as error:
        yield Finding("text replies", "problem", str(error), "Until then nobody acknowledges an alert by text.")
    else:
        yield Finding("text replies", "ok", f"can be fetched; {len(came)} came in the last seven days")


def _on_call(settings: Settings) -> Finding:
    """Is somebody on call? Alerts go by the rota; for a policy without one to the setting's address, else to the
    directory's seat.
    """
    from adapters.directory import fault_of
    from adapters.rota import rota_path

    if settings.on_call != NOBODY_ON_CALL and (why := fault_of(settings.on_call)):
        return Finding("on call", "problem", f"Nobody can be written to at {settings.on_call}: {why}", _ON_CALL)
    policies = sorted({*(file.stem for file in settings.policies.glob("*.toml")), *_in_use(settings)})
    without = [policy for policy in policies if not rota_path(settings.directories, policy).is_file()]
    if not without:
        return Finding("on call", "ok", "each policy has its rota")
    if not settings.on_call.endswith(INVENTED):
        return Finding("on call", "ok", "an address is set")
    says = f"There is no rota for {', '.join(without)}, and {settings.on_call} is invented."
    mend = "Write a rota, or set ESCALATION_ON_CALL: until then alerts go to the directory's own seat or its fallback."
    return Finding("on call", "warning", says, mend)


def _in_use(settings: Settings) -> tuple[str, ...]:
    """Return the policies of open cases, whose files may have been moved; none where the register cannot be read."""
    from adapters.register.errors import RegisterError
    from adapters.register.reading import count_open

    try:
        return tuple(count_open(settings.register))
    except (RegisterError, ValueError):
        return ()


def _real_post(settings: Settings) -> "Post":
    """Make the worker's own way of sending. Raises SettingsFaulty."""
    from wiring import real_post

    return real_post(settings)


def trains(settings: Settings) -> bool:
    """Is this installation one for training?"""
    from adapters.training import MARK

    return settings.training == "yes" or (settings.data / MARK).exists()


def trial(settings: Settings, rung: str) -> Iterator[Finding]:
    """Send a real test message to whoever holds a rank of the rota now, one for each person among the policies.

    Raises Trouble where there is no such rank.
    """
    from activities.on_call import OnCall
    from adapters.directory import Contact, DirectoryFault
    from adapters.post import PostFailed
    from domain.engine.seats import on_call
    from wiring import directories, lead_on_call, rotas

    to = on_call(_rung(rung))
    seats = OnCall(rotas(settings), directories(settings), lead_on_call(settings), now)
    contacts: dict[str, tuple[Contact, str]] = {}
    for file in sorted(settings.policies.glob("*.toml")):
        try:
            contact = seats.contact(file.stem, to)
        except DirectoryFault as fault:
            yield Finding("test message", "problem", f"Nobody is found for {file.stem}. {fault}")
            continue
        contacts.setdefault(contact.but(names={}).model_dump_json(), (contact, file.stem))
    way = _real_post(settings)
    for number, (contact, policy) in enumerate(contacts.values(), 1):
        who = f"the {to.title} of {policy} ({', '.join(contact.titles)})"
        try:
            receipt = way.send(_message(to.role, to.title, number), contact)
        except PostFailed as error:
            yield Finding("test message", "problem", f"It did not reach {who}. {error}", _SETTINGS)
        else:
            yield Finding("test message", "ok", f"taken by {receipt.channel} for {who}: ask whether it arrived")


def _message(role: str, title: str, number: int) -> Notice:
    at = f"{now():%Y%m%dT%H%M%S}"
    return Notice(
        ref=f"TEST-MESSAGE/{at}/{number}",
        case="TEST-MESSAGE",
        kind="told",
        to=Recipient(role=role, title=title),
        step="a test of how alerts reach you",
        fact="a test message of the program's operator: no case, and nothing to do but to say that it arrived",
    )


def _rung(said: str) -> str:
    rung = said.removeprefix("on-call").removeprefix(".") or "first"
    if rung not in RUNGS:
        raise Trouble(f"--send {said[:40]!r} is no rung of the rota: say on-call, or {', '.join(RUNGS[1:])}.")
    return rung


if TYPE_CHECKING:
    from adapters.links import Links


def links(settings: Settings) -> Iterator[Finding]:
    """Look at the key, and open a link of ours where people do."""
    from wiring import links_of

    console = settings.console
    if not console.address:
        yield from _without(settings)
        return
    try:
        made = links_of(settings)
    except ValueError as error:
        mend = "Put a key into the file of ESCALATION_LINK_KEY_FILE (docs/settings.md), for workers and page alike."
        yield Finding("links", "problem", f"Notices cannot be signed: {error}.", mend)
        return
    yield Finding("links", "ok", f"begin with {console.address}, {_keys(len(console.keys))}")
    if made:
        yield _page(made, settings)


def _page(links: "Links", settings: Settings) -> Finding:
    """Open a link at the address that people use; if that fails, at the page itself, past the web server before it."""
    from console.alive import Answer, tried

    console = settings.console
    answer, here = tried(console.address, links), f"http://127.0.0.1:{console.port}"
    if answer is Answer.OPENS:
        return Finding("page", "ok", "a link opens")
    if answer is Answer.OTHER_KEY:
        says = f"The page at {console.address} knows links by another key: no link of ours opens."
        return Finding("page", "problem", says, "Give workers and page the same file (ESCALATION_LINK_KEY_FILE).")
    if answer is Answer.NO_RECORD:
        says = f"The page at {console.address} answers, and cannot show a case: no link opens."
        return Finding("page", "problem", says, "See its log, and whether it can read the register.")
    if here != console.address and tried(here, links) is Answer.OPENS:
        says = f"A link opens at port {console.port} of this machine, and not at {console.address}."
        return Finding("page", "warning", says, "See the web server before it, if others have the same trouble.")
    says = f"Nobody answers at {console.address}: no link opens, as seen from this machine."
    mend = "Run `escalate console`, and see the web server before it."
    return Finding("page", "problem" if is_here(console.address) else "warning", says, mend)


def _without(settings: Settings) -> Iterator[Finding]:
    if trains(settings):
        yield Finding("links", "ok", "training: `escalate up` has its own")
    elif settings.console.keys:
        says = "A key for links is set and no address, so notices carry none."
        yield Finding("links", "warning", says, "Set ESCALATION_CONSOLE_ADDRESS, and run `escalate console`.")
    else:
        says = "Notices carry no links: whoever is on call has to type, or ring the office, to acknowledge an alert."
        mend = "Set ESCALATION_CONSOLE_ADDRESS and ESCALATION_LINK_KEY_FILE, and run `escalate console`."
        yield Finding("links", "warning", says, mend)


def _keys(count: int) -> str:
    return "one key" if count == 1 else f"{count} keys"


def watch(settings: Settings) -> Iterator[Finding]:
    """Read its heartbeat."""
    from adapters.watch.notebook import read_notebook
    from adapters.watch.silence import silence

    from .post import trains

    notebook = read_notebook(settings.watch.heartbeat)
    if not settings.watch.is_set_up and not notebook.every_seconds:
        if not trains(settings):
            says = "No watch is set up: were every worker or Temporal to stop, nobody would be told."
            yield Finding("watch", "warning", says, "Run `escalate watch` beside the worker (docs/deployment.md).")
        return
    if silent := silence(settings.watch.heartbeat, now(), is_set_up=True):
        yield Finding("watch", "warning", silent, "Start `escalate watch` again, and see its log.")
    else:
        yield Finding("watch", "ok", f"went round at {notebook.last_round}, {len(notebook.known)} found")
    for one in list(notebook.known.values())[:SHOWN]:
        yield Finding("watch", "problem", one.says, one.mend)
    if notebook.ping == "not reached":
        says = (
            "The address that the watch calls after each round does not answer, so the dead man's switch will go off."
        )
        yield Finding("watch", "warning", says, "See ESCALATION_WATCH_PING.")
    if settings.watch.smtp_host and settings.watch.smtp_host == settings.channels["smtp"]["host"]:
        says = "The watch tells by the same mail host as the notices: when it is down, neither is heard."
        yield Finding("watch", "warning", says, "Give ESCALATION_WATCH_SMTP_HOST another, or add a webhook.")
