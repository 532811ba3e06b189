# ruff: noqa: E501 - what people read is quoted whole
"""What is recorded about the case itself: its facts, parties, clocks and seats, each as the message that is sent."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.base.people import Actor
from domain.commands import (
    ActDone,
    DateAgreed,
    Extended,
    FactSaid,
    MeetingsPlanned,
    Message,
    NumberFilled,
    PartyJoined,
    PartyLeft,
    Paused,
    Unpaused,
    Withdrawn,
)
from settings import Settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run

SLO = ("--by", "schools", "--role", "slo")
BY = Actor(agency="schools", role="slo")
END_OF_3_DECEMBER = datetime(2026, 12, 4, tzinfo=UTC)
AT_TEN = datetime(2026, 12, 3, 10, tzinfo=UTC)


MESSAGES: dict[str, tuple[tuple[str, ...], type[Message], dict[str, Any]]] = {
    "fact": (("--fact", "ground=plan unsuitable"), FactSaid, {"fact": "ground", "value": "plan unsuitable"}),
    "fact, changed": (
        ("--fact", "ground=plan unsuitable", "--reason", "It was mistyped."),
        FactSaid,
        {"fact": "ground", "value": "plan unsuitable", "reason": "It was mistyped."},
    ),
    "join": (
        ("--agency", "Children's Social Care", "--side", "receiving", "--reason", "It leads now."),
        PartyJoined,
        {"agency": "childrens-social-care", "side": "receiving", "reason": "It leads now."},
    ),
    "leave": (("--agency", "police", "--reason", "No part in it."), PartyLeft, {"party": "police", "reason": "No part in it."}),
    "leave, one side of an agency": (
        ("--agency", "police.receiving", "--reason", "x"),
        PartyLeft,
        {"party": "police.receiving", "reason": "x"},
    ),
    "agree-date": (
        ("--timescale", "panel-reply", "--until", "2026-12-03T10:00"),
        DateAgreed,
        {"timescale": "panel-reply", "until": AT_TEN},
    ),
    "agree-date, a whole day": (
        ("--timescale", "step-2/1", "--until", "2026-12-03", "--reason", "Half-term."),
        DateAgreed,
        {"timescale": "step-2/1", "until": END_OF_3_DECEMBER, "reason": "Half-term."},
    ),
    "fill": (
        ("--timescale", "panel-reply", "--within", "5 working days", "--whose", "The flowchart of 2026"),
        NumberFilled,
        {"timescale": "panel-reply", "within": "5 working days", "whose": "The flowchart of 2026"},
    ),
    "meetings": (
        ("--group", "ppet", "--meeting", "2027-01-07T10:00", "--meeting", "2026-12-03T10:00"),
        MeetingsPlanned,
        {"of": "ppet", "at_times": (AT_TEN, datetime(2027, 1, 7, 10, tzinfo=UTC))},
    ),
    "extend": (
        ("--duty", "4", "--until", "2026-12-03", "--reason", "Illness."),
        Extended,
        {"duty": 4, "until": END_OF_3_DECEMBER, "reason": "Illness."},
    ),
    "pause": (("--until", "2026-12-03", "--reason", "Closed."), Paused, {"until": END_OF_3_DECEMBER, "reason": "Closed."}),
    "unpause": ((), Unpaused, {}),
    "withdraw": (("--reason", "Settled."), Withdrawn, {"reason": "Settled."}),
}  # fmt: skip


@pytest.mark.parametrize("name", MESSAGES)
def test_it_is_sent_as_it_was_typed(run: Run, opened: str, sent: list[Message], name: str) -> None:
    words, kind, said = MESSAGES[name]

    result = run("record", opened, name.partition(",")[0], *SLO, *words, "--id", "m1", "--json")

    assert result.exit_code == 0, result.stderr
    assert sent == [kind(by=BY, id="m1", **said)]


def test_a_whole_day_is_said_back_to_its_end(run: Run, opened: str, sent: list[Message]) -> None:
    result = run("record", opened, "pause", *SLO, "--until", "2026-12-03", "--reason", "Closed.")

    assert result.stderr == "--until: by the end of Thursday 3 December 2026 (Europe/London).\n"


def test_appointees_are_named_by_role_agency_and_handle(run: Run, opened: str, sent: list[Message]) -> None:
    appointed = (
        "--appoint",
        "slo@Police:staff-0042",
        "--appoint",
        "practitioner@childrens-social-care",
        "--appoint",
        "ppet",
    )

    result = run("record", opened, "acknowledgement", *SLO, *appointed)

    assert result.exit_code == 0, result.stderr
    (message,) = sent
    assert isinstance(message, ActDone)
    assert message.appointees == (
        Actor(agency="police", role="slo", person="staff-0042"),
        Actor(agency="childrens-social-care", role="practitioner"),
        Actor(role="ppet"),
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("fact",), "Say what is answered, and how: --fact NAME=VALUE; a change needs --reason too."),
        (("fact", "--fact", "ground"), "--fact 'ground' cannot be read: write --fact name=value."),
        (("fact", "--fact", "a=b", "--fact", "c=d"), "--fact: answer one thing at a time, each with a message of its own."),
        (("join", "--agency", "police", "--reason", "x"), "Say which agency joins, on which side and why: --agency AGENCY --side raising|receiving --reason \"…\"."),
        (("join", "--agency", "polise", "--side", "raising", "--reason", "x"), "--agency: 'polise' is no agency of Lincolnshire Safeguarding Children Partnership. Did you mean police?"),
        (("leave", "--agency", "police"), 'Say which party leaves and why: --agency AGENCY --reason "…".'),
        (("agree-date", "--until", "2026-12-03"), "Say what the date is for, and the date: --timescale NAME --until TIME."),
        (("agree-date", "--timescale", "x", "--until", "soon"), "--until: 'soon' is no time that can be read: write 2026-12-03T15:00, `tomorrow 9am`, `friday 15:00`, `27/11/2026 3pm` or `in 3 days`."),
        (("agree-date", "--timescale", "x", "--until", "2026-02-30"), "--until: '2026-02-30' is no date: write one like 2026-12-03."),
        (("fill", "--timescale", "x", "--within", "5 working days"), 'Say which number it is, what it is, and whose: --timescale NAME --within "5 working days" --whose "…".'),
        (("meetings", "--group", "ppet"), "Say who meets, and each meeting still ahead: --group ROLE --meeting TIME."),
        (("meetings", "--group", "ppet", "--meeting", "2026-12-03"), "--meeting: 2026-12-03 has no time of day: write it like 2026-12-03T15:00."),
        (("extend", "--until", "2026-12-03", "--reason", "x"), 'Say what is put off, until when and why: --duty NUMBER --until TIME --reason "…".'),
        (("pause", "--until", "2026-12-03"), 'Say until when the clocks stand still, and why: --until TIME --reason "…".'),
        (("unpause", "--until", "2026-12-03"), "--until says nothing here: it goes with agree-date, extend, pause or hand-over."),
        (("withdraw",), 'Say why it is withdrawn: --reason "…".'),
        (("acknowledgement", "--appoint", "the slo"), "--appoint 'the slo' cannot be read: write --appoint ROLE@AGENCY or ROLE@AGENCY:HANDLE."),
        (("withdraw", "--reason", "x", "--appoint", "slo@police"), "--appoint says nothing here: it goes with an act."),
        (("fill", "--timescale", "x", "--within", "1 day", "--whose", "x" * 20_001), "--whose holds 20,001 characters, and a text may hold 20,000: shorten it."),
    ],
)  # fmt: skip
def test_what_is_missing_or_cannot_be_read_is_said_in_one_sentence(
    run: Run, opened: str, sent: list[Message], words: tuple[str, ...], sentence: str
) -> None:
    result = run("record", opened, words[0], *SLO, *words[1:])

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{sentence}\n")
    assert sent == []


@pytest.mark.parametrize(
    "words",
    [
        ("fact", "--fact", "ground=Sam Example, dob 02/03/14"),
        ("fill", "--timescale", "x", "--within", "1 day", "--whose", "Sam Example, dob 02/03/14"),
        ("withdraw", "--reason", "Sam Example, dob 02/03/14"),
    ],
)
def test_what_names_a_child_is_not_sent(run: Run, opened: str, sent: list[Message], words: tuple[str, ...]) -> None:
    result = run("record", opened, words[0], *SLO, *words[1:])

    assert result.exit_code == 2
    assert "holds what looks like a name with a date of birth" in result.stderr
    assert sent == []


def test_by_the_real_rules_it_is_answered_kept_and_read_again(run: Run, opened: str, cases: CasesInMemory) -> None:
    joined = ("--agency", "childrens-social-care", "--side", "receiving", "--reason", "It leads now.")

    first = run("record", opened, "join", *SLO, *joined)
    refused = run("record", opened, "withdraw", *SLO, "--reason", "Settled.")
    leaves = ("--agency", "childrens-social-care", "--reason", "It does not.")
    asked = run("record", opened, "leave", *SLO, *leaves)
    before = run("show", opened).stdout
    last = run("record", opened, "leave", "--by", "childrens-social-care", "--role", "slo", *leaves)

    assert (first.exit_code, refused.exit_code, last.exit_code) == (0, 3, 0), first.stderr + last.stderr
    assert asked.stdout.startswith(
        "Proposed: childrens-social-care leaves. It is asked, and stays a party until it says"
    )
    assert "childrens-social-care (receiving)" in before
    history = run("history", opened).stdout
    assert "childrens-social-care is asked whether it leaves" in history
    assert "childrens-social-care became a party, on the receiving side" in history
    assert "childrens-social-care is no party any more" in history
    assert run("verify", opened).exit_code == 0


def test_what_the_local_settings_allow_is_agreed_by_every_party(
    run: Run, cases: CasesInMemory, installation: Settings
) -> None:
    installation.local.mkdir()
    (installation.local / "lincolnshire.toml").write_text("pausing = true\nextensions = true\nwithdrawal = true\n")
    run("start", str(EXAMPLES / "referral.toml"))
    words = ("--until", "2026-12-03", "--reason", "Half-term.")

    proposed = run("record", cases.last, "pause", *SLO, *words)
    agreed = run("record", cases.last, "pause", "--by", "police", "--role", "slo", *words)
    over = run("record", cases.last, "unpause", *SLO)

    assert (proposed.exit_code, agreed.exit_code, over.exit_code) == (0, 0, 0), agreed.stderr
    history = run("history", cases.last).stdout
    assert "One side would stop the clocks, by the end of Thursday 3 December 2026" in history
    assert "Clocks stopped by every party, by the end of Thursday 3 December 2026" in history
    assert "The clocks go on" in history
