"""The activity that sends: alerts first, each once, and one that cannot go holds up no other."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.notices import Bundle, Notices, Sent
from activities.on_call import OnCall
from activities.sending import Sender
from adapters.directory import Agency, Contact, Directory, DirectoryFault, load_directory
from adapters.directory.guests import guest_of, guests_path, write_guests
from adapters.post import AddressRefused, PostDown, Receipts, UnknownNotice
from adapters.rota import Rota, RotaFault, load_rota
from domain.decide.people.rungs import ON_CALL, on_call
from domain.effects import Notice, Receipt, Recipient
from settings import read_settings
from tests.workflows.postbag import Postbag, Shelf
from worker import guests

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

    def send(self, notice: Notice, contact: Contact) -> Receipt:
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
        self.guests: Callable[[str], tuple[Agency, ...]] = lambda case: ()
        self.receipts = Receipts([])
        self.heartbeats: list[Any] = []

    def send(self, *notices: Notice) -> Sent:
        """One try. It begins with the last heartbeat of the try before, as on the real server."""
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(environment.info, heartbeat_details=self.heartbeats)
        environment.on_heartbeat = self._beat
        on_call = OnCall(self.rota, self.directory, self.setting, lambda: NOW)
        sender = Sender(self.post, self.shelf, self.directory, on_call, lambda: NOW, self.guests)
        activity = Notices(sender, self.receipts, lambda: NOW)
        sent = environment.run(activity.send, Bundle(policy="lincolnshire", stage="step-1", notices=notices))
        assert isinstance(sent, Sent)
        return sent

    def _beat(self, *details: Any) -> None:
        self.heartbeats = list(details)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Shelf(f"sqlite:///{tmp_path}/register.db") as shelf:
        shelf.prepare()
        yield Desk(shelf)


def test_alerts_go_first_and_every_try_is_noted(desk: Desk) -> None:
    assert desk.send(notice(1), notice(2, "line-manager", "police"), notice(3, to=ON_CALL)) == Sent()
    assert desk.post.tried == [f"{CASE}/{number}/1" for number in (3, 1, 2)]
    assert [(a.attempt.notice_ref, a.attempt.result) for a in desk.shelf.attempts(CASE)] == [
        (f"{CASE}/{number}/1", "accepted") for number in (1, 2, 3)
    ]


def test_what_was_accepted_before_is_not_sent_again(desk: Desk) -> None:
    """A second call altogether, as after a reset or in the run after: the register remembers."""
    desk.send(notice(1))
    desk.heartbeats = []
    assert desk.send(notice(1), notice(2)) == Sent()
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
    assert desk.send(notice(1), notice(2), notice(3)) == Sent()
    assert desk.post.tried == [f"{CASE}/2/1"]


def test_a_register_that_is_down_holds_up_no_notice_and_its_receipts_come_back(desk: Desk) -> None:
    desk.shelf.down.add(CASE)
    sent = desk.send(notice(1), notice(2, to=ON_CALL))
    assert sorted(receipt.ref for receipt in sent.unrecorded) == [f"{CASE}/1/1", f"{CASE}/2/1"]
    assert sent.hopeless == ()


def test_with_register_and_mail_host_down_the_heartbeat_remembers_what_has_gone(desk: Desk) -> None:
    desk.shelf.down.add(CASE)
    desk.post.faults[f"{CASE}/2/1"] = PostDown("The mail host does not answer.")
    with pytest.raises(ApplicationError):
        desk.send(notice(1), notice(2))
    desk.post.faults.clear()
    sent = desk.send(notice(1), notice(2))
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/1/1", f"{CASE}/2/1"]
    assert sorted(receipt.ref for receipt in sent.unrecorded) == [f"{CASE}/1/1", f"{CASE}/2/1"]


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
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/2/1"]
    assert desk.post.contacts[f"{CASE}/2/1"].addresses == ALERTED.addresses
    desk.directory = lambda policy: DIRECTORY
    desk.send(notice(1), notice(2, to=ON_CALL))
    assert [n.ref for n in desk.post.sent] == [f"{CASE}/2/1", f"{CASE}/1/1"]


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
