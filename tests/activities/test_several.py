"""Several who are told at once: each is told once, whoever cannot be now is told later, alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from temporalio.exceptions import ApplicationError

from activities.bundles import Done
from activities.patience import LATEST, SOONEST
from tests.activities.installed import CASE, DUTY, PATIENCE, Installed, alert, installed, told

ONE, TWO, DEPUTY = "one@police.example.org", "two@police.example.org", "deputy@police.example.org"
NUMBER = "+447700900777"
SECOND_HOLDER = "to holder 2, e-mail 1"


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installed]:
    with installed(tmp_path) as place:
        holders(place, f'email = ["{ONE}"]', f'email = ["{TWO}"]')
        yield place


def holders(here: Installed, *ways: str) -> None:
    text = (here.folder / "area.toml").read_text(encoding="utf-8").partition("[[agency]]")[0]
    rows = [f'  {{ role = "slo", title = "Officer", {way} }},' for way in ways]
    deputy = f'  {{ role = "slo", title = "Deputy", deputy = true, email = ["{DEPUTY}"] }},'
    agency = ["[[agency]]", 'id = "police"', 'title = "Police"', "holder = [", *rows, deputy, "]"]
    (here.folder / "area.toml").write_text(text + "\n".join(agency), encoding="utf-8")


@pytest.mark.parametrize("answer", ["451 greylisted", "452 too many recipients"])
def test_of_two_holders_the_one_who_was_deferred_is_told_later_and_the_other_not_again(
    here: Installed, answer: str
) -> None:
    here.mailbox.answers[TWO] = answer
    here.sends(told())

    assert here.mails == [[ONE]]
    assert [one.waiting for one in here.under_way] == [("holder 2, e-mail 1",)]
    assert here.follows() == SOONEST
    del here.mailbox.answers[TWO]
    assert here.follows(seconds=30) is None
    assert here.mails == [[ONE], [TWO]]
    assert here.rows() == [
        ("smtp", "failed", f"PostDown; {SECOND_HOLDER}"),
        ("smtp", "accepted", ""),
        ("smtp", "accepted", SECOND_HOLDER),
    ]


def test_one_who_stays_deferred_is_asked_less_and_less_and_given_up_at_the_end(here: Installed) -> None:
    here.mailbox.answers[TWO] = "451 greylisted"
    here.sends(told())
    pause, pauses = here.follows(), []
    while pause:
        pauses.append(pause)
        pause = here.follows(seconds=pause.total_seconds())

    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (SOONEST, LATEST)
    assert PATIENCE.waiting <= sum(pauses, timedelta()) < PATIENCE.waiting + LATEST
    assert here.rows()[-1] == ("none", "refused", f"WaitedTooLong; {SECOND_HOLDER}")
    assert here.mails == [[ONE]], "somebody has it: nobody is told in the place of another"


def test_one_who_is_refused_for_good_is_noted_and_not_waited_for(here: Installed) -> None:
    here.mailbox.answers[TWO] = "550 no such user"

    assert here.sends(told()) == Done()
    assert here.rows() == [("smtp", "refused", f"AddressRefused; {SECOND_HOLDER}"), ("smtp", "accepted", "")]


def test_a_worker_that_died_after_the_first_was_told_leaves_the_other_to_the_next(here: Installed) -> None:
    """The register alone remembers: what the activity would have answered is lost with the worker."""
    here.mailbox.answers[TWO] = "451 greylisted"
    here.sends(told())
    del here.mailbox.answers[TWO]
    here.sends(told())

    assert here.mails == [[ONE]], "whoever has it is not told again"
    assert [one.waiting for one in here.under_way] == [("holder 2, e-mail 1",)]
    assert here.follows(seconds=31) is None
    assert here.mails == [[ONE], [TWO]]


def test_the_rest_is_told_while_the_register_is_down_and_noted_when_it_is_back(here: Installed) -> None:
    here.shelf.down.add(CASE)
    here.mailbox.answers[TWO] = "451 greylisted"
    here.sends(told())
    del here.mailbox.answers[TWO]

    assert here.follows(seconds=31), "it waits for the register"
    assert here.mails == [[ONE], [TWO]]
    here.shelf.down.clear()
    assert here.follows(minutes=1) is None
    assert here.mails == [[ONE], [TWO]]
    assert here.rows() == [("smtp", "accepted", ""), ("smtp", "accepted", SECOND_HOLDER)]


def test_each_number_of_one_holder_and_each_holder_by_another_channel_is_told_too(here: Installed) -> None:
    holders(here, f'text = ["{NUMBER}"]', f'email = ["{TWO}"]')
    here.notify.moods.append("503")
    here.sends(told())

    assert (here.mails, here.notify.to(NUMBER)) == ([[TWO]], [])
    assert [one.waiting for one in here.under_way] == [("holder 1",)]
    here.follows(seconds=31)
    assert here.notify.to(NUMBER) == [f"{CASE}/3/1"]


def test_two_addresses_of_the_duty_inbox_are_two(here: Installed) -> None:
    here.mailbox.answers |= dict.fromkeys((ONE, TWO, DEPUTY), "550 no such user") | {"b@rota.example.org": "451 no"}
    path = here.folder / "area.toml"
    path.write_text(path.read_text().replace(f'"{DUTY}"', f'"{DUTY}", "b@rota.example.org"'))
    here.sends(told())
    del here.mailbox.answers["b@rota.example.org"]
    here.follows(seconds=31)

    assert here.mails == [[DUTY], ["b@rota.example.org"]]


def test_a_holder_who_has_left_the_directory_meanwhile_is_not_waited_for(here: Installed) -> None:
    here.mailbox.answers[TWO] = "451 greylisted"
    here.sends(told())
    holders(here, f'email = ["{ONE}"]')

    assert here.follows(seconds=31) is None
    assert here.rows()[-1] == ("none", "refused", f"NotInDirectory; {SECOND_HOLDER}")


def test_an_alert_that_was_answered_needs_no_rest(here: Installed, monkeypatch: pytest.MonkeyPatch) -> None:
    path = here.folder / "area.rota.toml"
    path.write_text(path.read_text().replace('email = ["first@', f'email = ["{ONE}", "first@').replace(
        'channels = ["text"]', 'channels = ["email"]'
    ))  # fmt: skip
    here.mailbox.answers[ONE] = "451 greylisted"
    here.sends(alert())
    monkeypatch.setattr(type(here.shelf), "view", lambda self, case: {"as_of": 9, "owed": []})

    assert here.follows(seconds=31) is None
    assert [one for many in here.mails for one in many] == ["first@rota.example.org"]


def test_an_ordinary_notice_waits_for_its_seat_and_then_the_deputy_is_told(here: Installed) -> None:
    here.mailbox.answers |= {ONE: "451 greylisted", TWO: "451 greylisted"}
    for waited in (timedelta(), PATIENCE.waiting - timedelta(seconds=1)):
        with pytest.raises(ApplicationError, match="wait"):
            here.sends(told(), waited=waited)
    assert here.mails == []

    assert here.sends(told(), waited=PATIENCE.waiting) == Done()
    assert here.mails == [[DEPUTY]]


def test_what_is_urgent_passes_on_at_once(here: Installed) -> None:
    here.mailbox.answers |= {ONE: "451 greylisted", TWO: "451 greylisted"}

    assert here.sends(told(urgent=True)) == Done()
    assert here.mails == [[DEPUTY]]


@pytest.mark.parametrize("way", [f'email = ["{ONE}"]', 'email = ["siân@police.example.org"]'])
def test_a_seat_that_refuses_after_the_text_or_can_never_be_written_to_is_passed_over(
    here: Installed, way: str
) -> None:
    """Trying again cannot help, so the deputy hears at once, of an ordinary notice too."""
    holders(here, way)
    real = here.mailbox.handle_DATA

    async def choosy(server: object, session: object, envelope: object) -> str:
        if ONE in envelope.rcpt_tos:  # type: ignore[attr-defined]
            return "550 rejected by policy"
        return await real(server, session, envelope)

    here.mailbox.handle_DATA = choosy  # type: ignore[method-assign]

    assert here.sends(told()) == Done()
    assert here.mails == [[DEPUTY]]


# --- what a provider says of each

OTHER = "+447700900888"
LOST = "permanent-failure"


def becomes(here: Installed, number: str, status: str) -> None:
    (one,) = [sent for sent in here.notify.sent if sent["phone_number"] == number]
    here.notify._settle(one, status)


def by_text(here: Installed) -> None:
    holders(here, f'channels = ["text"], text = ["{NUMBER}"], email = ["{ONE}"]',
            f'channels = ["text"], text = ["{OTHER}"], email = ["{TWO}"]')  # fmt: skip


def test_of_two_who_were_texted_the_one_whose_text_never_arrived_gets_an_e_mail(here: Installed) -> None:
    by_text(here)
    here.sends(told())
    becomes(here, NUMBER, "delivered")
    becomes(here, OTHER, LOST)

    assert here.follows(seconds=30) is None
    assert here.mails == [[TWO]], "and not the other, who has it"
    assert here.rows()[1:] == [
        ("notify-text", "delivered", ""),
        ("notify-text", "refused", f"{LOST}; to holder 2, number 1"),
        ("smtp", "accepted", "to holder 2"),
    ]
    assert here.follows(seconds=30) is None
    assert here.mails == [[TWO]], "once"


def test_a_text_that_stays_under_way_when_the_other_has_arrived_is_waited_for_as_long_as_any(here: Installed) -> None:
    by_text(here)
    here.sends(told())
    becomes(here, NUMBER, "delivered")

    assert here.follows(seconds=30) == SOONEST
    assert here.follows(minutes=100) is not None
    assert here.mails == []
    assert here.follows(minutes=20) is None
    assert here.mails == [[TWO]]
    assert here.rows()[-2:] == [
        ("notify-text", "refused", "no receipt in 120 minutes; to holder 2, number 1"),
        ("smtp", "accepted", "to holder 2"),
    ]


def test_a_text_that_never_arrived_is_noticed_though_the_other_holder_was_told_by_e_mail(here: Installed) -> None:
    """E-mail gives no receipt: the holder who was told by it counts as told, and nobody else for it."""
    holders(here, f'channels = ["text"], text = ["{NUMBER}"], email = ["{ONE}"]', f'email = ["{TWO}"]')
    here.sends(told())
    assert here.mails == [[TWO]]
    becomes(here, NUMBER, LOST)

    assert here.follows(seconds=30) is None
    assert here.mails == [[TWO], [ONE]]


def test_a_holder_with_nothing_but_the_number_that_failed_is_given_up_and_said_so(here: Installed) -> None:
    holders(here, f'text = ["{NUMBER}"]', f'text = ["{OTHER}"]')
    here.sends(told())
    becomes(here, NUMBER, "delivered")
    becomes(here, OTHER, LOST)

    assert here.follows(seconds=30) is None
    assert here.rows()[-1] == ("none", "refused", "every way was tried; to holder 2")
    assert here.mails == [], "somebody has it: nobody is told in the place of another"


def test_one_number_of_a_holder_who_has_it_by_another_is_noted_alone(here: Installed) -> None:
    holders(here, f'channels = ["text"], text = ["{NUMBER}", "{OTHER}"], email = ["{ONE}"]')
    here.sends(told())
    becomes(here, NUMBER, "delivered")
    becomes(here, OTHER, LOST)

    assert here.follows(seconds=30) is None
    assert here.rows()[-1] == ("notify-text", "refused", f"{LOST}; to holder 1, number 2")
    assert here.mails == []


def test_where_nobody_has_it_the_notice_goes_on_as_one_and_nobody_is_told_twice(here: Installed) -> None:
    by_text(here)
    here.sends(told())
    becomes(here, NUMBER, LOST)
    becomes(here, OTHER, LOST)
    here.follows(seconds=30)

    assert here.mails == [[ONE, TWO]]
    assert here.follows(seconds=30) is None
    assert here.mails == [[ONE, TWO]]
