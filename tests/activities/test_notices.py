"""The activity that sends: alerts first, each once, and one that cannot go holds up no other."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.bundles import Bundle, Bundles, Done
from activities.contacts import Contacts
from activities.entries import Entries
from activities.following import FollowUp
from activities.notices import HAND_IN_TRIES, Gathered, HandIn, Notices, SentTogether
from activities.on_call import OnCall
from activities.patience import Patience
from activities.sending import Sender
from adapters.directory import Agency, Contact, Directory, DirectoryFault, load_directory
from adapters.directory.guests import guest_of, guests_path, write_guests
from adapters.post import AddressRefused, PostDown, Receipts, UnknownNotice
from adapters.rota import Rota, RotaFault, load_rota
from domain.case.effects import Notice, Receipt, Recipient
from domain.engine.seats import ON_CALL, on_call
from settings import read_settings
from tests.workflows.postbag import Postbag, Shelf
from wiring import guests

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
CASE = "ESC-2026-0001"
DIRECTORY = load_directory(Path(__file__).resolve().parents[2] / "directories" / "lincolnshire.toml")
ALERTED = Contact(addresses=("on-call@example.org",), titles=("safeguarding lead on call",))


def notice(number: int, role: str = "practitioner", agency: str = "schools", to: Recipient | None = None) -> Notice:
    seat = to or Recipient(role=role, title=role, agency=agency)
    return Notice(ref=f"{CASE}/{number}/1", case=CASE, kind="alert" if to else "step-opened", to=seat)


class Troubled(Postbag):
    """A post that fails for some notices."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: dict[str, Exception] = {}
        self.tried: list[str] = []
        self.spoilt = ""
        """Reference of one that cannot be written, alone or with others."""

    def send(self, notice: Notice, contact: Contact) -> Receipt:
        if self.spoilt in {notice.ref, *(one.ref for one in notice.together)}:
            raise KeyError("a template's mistake")
        self.tried.append(notice.ref)
        if notice.ref in self.faults:
            raise self.faults[notice.ref]
        return super().send(notice, contact)


class Desk:
    """The activity with a post and a register to look into, tried as Temporal tries it."""

    def __init__(self, shelf: Shelf) -> None:
        self.post = Troubled()
        self.shelf = shelf
        self.directory: Callable[[str], Directory] = lambda policy: DIRECTORY
        self.rota: Callable[[str], Rota | None] = lambda policy: None
        self.setting: Contact | None = ALERTED
        self.office: Contact | None = None
        self.guests: Callable[[str], tuple[Agency, ...]] = lambda case: ()
        self.receipts = Receipts([])
        self.heartbeats: list[Any] = []
        self.hand_in: HandIn | None = None
        self.attempt = 1

    def send(self, *notices: Notice) -> Done:
        """One try. It begins with the last heartbeat of the try before, as on the real server."""
        return cast(
            "Done",
            self._tried("send", Bundle(case=CASE, policy="lincolnshire", stage="step-1", notices=notices)),
        )

    def send_together(self, *notices: Notice) -> SentTogether:
        """The same for alerts of several cases."""
        return cast("SentTogether", self._tried("send_together", Gathered(policy="lincolnshire", notices=notices)))

    def note(self, sent: SentTogether) -> None:
        self._tried("note", sent)

    def _tried(self, name: str, given: Bundle | Gathered | SentTogether) -> object:
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(
            environment.info, heartbeat_details=self.heartbeats, attempt=self.attempt
        )
        environment.on_heartbeat = self._beat
        on_call = OnCall(self.rota, self.directory, self.setting, lambda: NOW)
        contacts = Contacts(self.directory, on_call, lambda: NOW, guests=self.guests, office=self.office)
        sender = Sender(self.post, self.shelf, contacts, lambda: NOW)
        activity = Notices(sender, self.receipts, lambda: NOW, self.hand_in)
        patience = Patience(usual=timedelta(hours=2), urgent=timedelta(minutes=15))
        follow_up = FollowUp(sender, self.shelf, self.receipts, patience, lambda: NOW)
        bundles = Bundles(Entries(self.shelf), activity, follow_up, lambda: NOW)
        tried: Any = bundles.enter_and_send if name == "send" else getattr(activity, name)
        return environment.run(tried, given)

    def _beat(self, *details: Any) -> None:
        self.heartbeats = list(details)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Shelf(f"sqlite:///{tmp_path}/register.db") as shelf:
        shelf.prepare()
        yield Desk(shelf)


def test_alerts_go_first_and_every_try_is_noted(desk: Desk) -> None:
    assert desk.send(notice(1), notice(2, "line-manager", "police"), notice(3, to=ON_CALL)) == Done()
    assert desk.post.tried == [f"{CASE}/{number}/1" for number in (3, 1, 2)]
    assert [(a.attempt.notice_ref, a.attempt.result) for a in desk.shelf.attempts(CASE)] == [
        (f"{CASE}/{number}/1", "accepted") for number in (1, 2, 3)
    ]


def test_what_was_accepted_before_is_not_sent_again(desk: Desk) -> None:
    """A second call altogether, as after a reset or in the run after: the register remembers."""
    desk.send(notice(1))
    desk.heartbeats = []
    assert desk.send(notice(1), notice(2)) == Done()
    assert [desk.post.times(f"{CASE}/{number}/1") for number in (1, 2)] == [1, 1]


def test_one_notice_that_cannot_go_now_holds_up_no_other_and_alone_is_tried_again(desk: Desk) -> None:
    desk.post.faults[f"{CASE}/2/1"] = PostDown("The mail host does not answer.")
    with pytest.raises(ApplicationError) as told:
        desk.send(notice(1), notice(2), notice(3))
    assert (told.value.type, told.value.non_retryable) == ("PostDown", False)
    assert "1 notices wait" in str(told.value) or "1 notice waits" in str(told.value)
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/1/1", f"{CASE}/3/1"]
    desk.post.faults.clear()
    desk.post.tried.clear()
    assert desk.send(notice(1), notice(2), notice(3)) == Done()
    assert desk.post.tried == [f"{CASE}/2/1"]


def accepted(desk: Desk) -> list[str]:
    return sorted(one.attempt.notice_ref for one in desk.shelf.attempts(CASE) if one.attempt.result == "accepted")


def test_a_register_that_is_down_holds_up_no_notice_and_is_told_of_it_once_it_is_back(desk: Desk) -> None:
    desk.shelf.down.add(CASE)
    with pytest.raises(ApplicationError) as told:
        desk.send(notice(1), notice(2, to=ON_CALL))
    assert (told.value.type, told.value.non_retryable) == ("RegisterDown", False)
    gone = [f"{CASE}/1/1", f"{CASE}/2/1"]
    assert sorted(n.ref for n in desk.post.sent) == gone
    desk.shelf.down.clear()
    for _ in range(2):
        assert desk.send(notice(1), notice(2, to=ON_CALL)) == Done()
        assert accepted(desk) == gone
    assert sorted(n.ref for n in desk.post.sent) == gone


def test_with_register_and_mail_host_down_the_heartbeat_remembers_what_has_gone(desk: Desk) -> None:
    desk.shelf.down.add(CASE)
    desk.post.faults[f"{CASE}/2/1"] = PostDown("The mail host does not answer.")
    with pytest.raises(ApplicationError):
        desk.send(notice(1), notice(2))
    desk.post.faults.clear()
    with pytest.raises(ApplicationError) as told:
        desk.send(notice(1), notice(2))
    assert told.value.type == "RegisterDown"
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/1/1", f"{CASE}/2/1"]
    desk.shelf.down.clear()
    assert desk.send(notice(1), notice(2)) == Done()
    assert accepted(desk) == [n.ref for n in desk.post.sent]


@pytest.mark.parametrize("fault", [AddressRefused("Refused for good."), UnknownNotice("No template.")])
def test_a_notice_that_no_channel_will_take_is_hopeless_and_the_others_go(desk: Desk, fault: Exception) -> None:
    desk.post.faults[f"{CASE}/1/1"] = fault
    assert desk.send(notice(1), notice(2)).hopeless == (f"{CASE}/1/1",)
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/2/1"]
    first = desk.shelf.attempts(CASE)[0].attempt
    assert (first.result, first.detail) == ("refused", type(fault).__name__)


def test_a_hopeless_notice_stays_hopeless_when_another_is_tried_again(desk: Desk) -> None:
    desk.post.faults = {f"{CASE}/1/1": AddressRefused("Refused."), f"{CASE}/2/1": PostDown("Away.")}
    with pytest.raises(ApplicationError):
        desk.send(notice(1), notice(2))
    del desk.post.faults[f"{CASE}/2/1"]
    assert desk.send(notice(1), notice(2)).hopeless == (f"{CASE}/1/1",)
    assert desk.post.tried.count(f"{CASE}/1/1") == 2, "the holder and the fallback contact, once each"


def test_rule_22_a_seat_that_nobody_holds_goes_to_the_fallback_contact_and_says_so(desk: Desk) -> None:
    """Rule 22: the partnership is told in their place."""
    desk.send(notice(1, "line-manager", "cps"))
    contact = desk.post.contacts[f"{CASE}/1/1"]
    assert contact.addresses == ("duty.desk@lincs.example.org",)
    assert contact.fallback
    assert desk.shelf.attempts(CASE)[0].attempt.fallback


def test_an_alert_goes_to_the_lead_on_call_whatever_has_become_of_the_directory(desk: Desk) -> None:
    def broken(policy: str) -> Directory:
        raise DirectoryFault("The directory cannot be read.")

    desk.directory = broken
    with pytest.raises(Exception, match="directory"):
        desk.send(notice(1), notice(2, to=ON_CALL))
    assert [n.ref for n in desk.post.of(CASE)] == [f"{CASE}/2/1"]
    assert desk.post.contacts[f"{CASE}/2/1"].addresses == ALERTED.addresses
    desk.directory = lambda policy: DIRECTORY
    desk.send(notice(1), notice(2, to=ON_CALL))
    assert [n.ref for n in desk.post.sent if n.case] == [f"{CASE}/2/1", f"{CASE}/1/1"]


ROTA = """
[rota]
edition = "2026-11"
zone = "Europe/London"
hands_over = 09:00:00
ranks = ["first", "duty-manager"]
[[person]]
handle = "one"
title = "Safeguarding lead, north"
email = ["one@rota.example.org"]
[[person]]
handle = "two"
title = "Duty manager"
email = ["two@rota.example.org"]
[[turn]]
rank = "first"
starting = 2026-11-02
persons = ["one"]
[[turn]]
rank = "duty-manager"
starting = 2026-11-02
persons = ["two"]
"""


def test_an_alert_wakes_who_holds_the_rung_by_the_rota_and_says_why(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "lincolnshire.rota.toml"
    path.write_text(ROTA, encoding="utf-8")
    desk.rota = lambda policy: load_rota(path)

    desk.send(notice(1, to=ON_CALL), notice(2, to=on_call("duty-manager")), notice(3, to=on_call("second")))

    woken = [desk.post.contacts[f"{CASE}/{number}/1"] for number in (1, 2, 3)]
    assert [contact.addresses[0] for contact in woken] == [
        "one@rota.example.org",
        "two@rota.example.org",
        "one@rota.example.org",  # the rota has no second: the first is woken
    ]
    assert "2026-11" in woken[0].why


def test_a_rota_that_cannot_be_read_holds_up_no_alert(desk: Desk) -> None:
    def broken(policy: str) -> Rota:
        raise RotaFault("The rota cannot be read.")

    desk.rota = broken
    desk.send(notice(1, to=ON_CALL))

    assert desk.post.contacts[f"{CASE}/1/1"].addresses == ALERTED.addresses


def test_without_a_rota_or_a_setting_the_directorys_own_seat_is_woken(desk: Desk) -> None:
    desk.setting = None
    desk.send(notice(1, to=on_call("second")))

    assert desk.post.contacts[f"{CASE}/1/1"].addresses == ("on-call@lincs.example.org",)


CARER = guest_of("childminder", "Childminder", {"role": "slo", "title": "Childminder", "email": ["c@example.org"]})


def test_who_has_no_place_in_the_directory_is_told_in_the_one_case_and_named_in_its_alerts(desk: Desk) -> None:
    desk.guests = lambda case: (CARER,) if case == CASE else ()

    desk.send(notice(1, "slo", "childminder"), notice(2, to=ON_CALL))

    told, alerted = (desk.post.contacts[f"{CASE}/{number}/1"] for number in (1, 2))
    assert (told.addresses, told.agency_title, told.fallback) == (("c@example.org",), "Childminder", False)
    assert alerted.names["childminder"] == "Childminder"


def test_the_worker_reads_guests_where_the_command_keeps_them_and_a_broken_file_holds_up_nothing(
    tmp_path: Path,
) -> None:
    of = guests(read_settings({"ESCALATION_DATA": str(tmp_path)}))
    path = guests_path(tmp_path, CASE)
    assert path
    assert of(CASE) == ()
    write_guests(path, (CARER,))
    assert of(CASE) == (CARER,)
    assert of("../guests/" + CASE) == ()

    write_guests(path, ())
    assert of(CASE) == (), "what was deleted is not remembered"
    path.write_text("nonsense")
    assert of(CASE) == ()


# --- alerts of several cases


def alert(number: int) -> Notice:
    case = f"ESC-2026-000{number}"
    return Notice(ref=f"{case}/3/1", case=case, kind="alert", to=ON_CALL)


class Handed:
    """Where alerts are handed in; away for a while, if it is told so."""

    def __init__(self) -> None:
        self.refs: list[str] = []
        self.is_away = False

    def __call__(self, policy: str, notice: Notice) -> None:
        if self.is_away:
            raise PostDown("Temporal did not take it.")
        self.refs.append(notice.ref)


def test_an_alert_that_may_wait_is_handed_in_and_everything_else_is_sent(desk: Desk) -> None:
    """What is urgent never waits, and neither does what goes to anybody else."""
    desk.hand_in = handed = Handed()
    urgent = notice(3, to=ON_CALL).but(urgent=True)

    assert desk.send(notice(1), notice(2, to=ON_CALL), urgent) == Done()

    assert handed.refs == [f"{CASE}/2/1"]
    assert desk.post.tried == [urgent.ref, f"{CASE}/1/1"]


def test_what_was_handed_in_is_remembered_while_another_notice_is_tried_again(desk: Desk) -> None:
    desk.hand_in = handed = Handed()
    desk.post.faults[f"{CASE}/1/1"] = PostDown("The mail host does not answer.")
    for _ in range(2):
        with pytest.raises(ApplicationError):
            desk.send(notice(1), notice(2, to=ON_CALL))

    assert handed.refs == [f"{CASE}/2/1"]


def test_an_alert_that_cannot_be_handed_in_holds_up_no_other_and_at_last_goes_by_itself(desk: Desk) -> None:
    desk.hand_in = handed = Handed()
    handed.is_away = True
    with pytest.raises(ApplicationError, match="PostDown"):
        desk.send(notice(1), notice(2, to=ON_CALL))
    assert desk.post.tried == [f"{CASE}/1/1"]

    desk.attempt = HAND_IN_TRIES + 1
    assert desk.send(notice(1), notice(2, to=ON_CALL)) == Done()
    assert desk.post.tried == [f"{CASE}/1/1", f"{CASE}/2/1"]


def test_alerts_go_as_one_and_each_is_noted_at_the_same_instant_the_leader_last(desk: Desk) -> None:
    assert desk.send_together(alert(2), alert(1), alert(3)) == SentTogether()

    assert [[one.ref for one in (mail, *mail.together)] for mail in desk.post.sent] == [
        [alert(1).ref, alert(2).ref, alert(3).ref]
    ]
    noted = [a.attempt for n in (1, 2, 3) for a in desk.shelf.attempts(alert(n).case)]
    assert [(a.notice_ref, a.result, a.at) for a in noted] == [(alert(n).ref, "accepted", NOW) for n in (1, 2, 3)]


def test_those_that_the_register_has_seen_go_are_left_out(desk: Desk) -> None:
    desk.send_together(alert(1), alert(2))
    desk.send_together(alert(1), alert(2))
    desk.send_together(alert(1), alert(2), alert(3))

    assert [(mail.ref, mail.together) for mail in desk.post.sent[1:]] == [(alert(3).ref, ())]


@pytest.mark.parametrize("down", [1, 2, 3])
def test_what_was_not_wholly_noted_goes_again_under_the_same_reference(desk: Desk, down: int) -> None:
    """As when a worker dies in the middle of noting: whoever honours references sees a repeat."""
    desk.shelf.down.add(alert(down).case)
    sent = desk.send_together(alert(1), alert(2), alert(3))
    assert [receipt.ref for receipt in sent.unrecorded] == [alert(n).ref for n in (2, 3, 1)]
    desk.shelf.down.clear()
    desk.heartbeats = []

    desk.send_together(alert(1), alert(2), alert(3))
    assert [mail.ref for mail in desk.post.sent] == [alert(1).ref] * 2


def test_what_could_not_be_noted_is_noted_later_and_once(desk: Desk) -> None:
    desk.shelf.down.add(alert(1).case)
    sent = desk.send_together(alert(1), alert(2))
    with pytest.raises(ApplicationError):
        desk.note(sent)
    desk.shelf.down.clear()
    desk.note(sent)
    desk.note(sent)

    for number in (1, 2):
        assert [a.attempt.result for a in desk.shelf.attempts(alert(number).case)] == ["accepted"]
    desk.send_together(alert(1), alert(2))
    assert len(desk.post.sent) == 1


def test_a_message_that_no_channel_will_take_is_noted_as_refused_for_each_of_them(desk: Desk) -> None:
    desk.post.faults[alert(1).ref] = UnknownNotice("No template.")

    assert desk.send_together(alert(1), alert(2)) == SentTogether()
    assert [a.attempt.result for n in (1, 2) for a in desk.shelf.attempts(alert(n).case)] == ["refused"] * 2


def test_one_that_spoils_the_message_holds_up_no_other(desk: Desk) -> None:
    """A fault that nobody foresaw: each goes by itself, and only the one at fault is tried again."""
    desk.post.spoilt = alert(2).ref
    for _ in range(2):
        with pytest.raises(KeyError):
            desk.send_together(alert(1), alert(2), alert(3))

    assert [(mail.ref, mail.together) for mail in desk.post.sent] == [(alert(1).ref, ()), (alert(3).ref, ())]


def test_what_the_office_is_told_goes_to_the_address_that_is_set_for_it_else_to_the_fallback(desk: Desk) -> None:
    office = Recipient(role="operations", title="partnership's office")
    desk.send(notice(1).but(to=office))
    desk.office = Contact(addresses=("office@example.org",), titles=("partnership's office",))
    desk.send(notice(2).but(to=office))

    first, second = (desk.post.contacts[f"{CASE}/{number}/1"] for number in (1, 2))
    assert (first.addresses, first.fallback) == (("duty.desk@lincs.example.org",), True)
    assert (second.addresses, second.fallback) == (("office@example.org",), False)
