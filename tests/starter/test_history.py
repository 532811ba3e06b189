import json
import re
from datetime import timedelta

import pytest

from adapters.register.recorded import Recorded
from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.case.patch import Unreadable
from services.entries import Named, duties_said, entry_words
from services.on_record import every_title
from settings import HERE, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, NOW, Run

SCHOOL = ("--by", "schools", "--role", "practitioner")
POLICE = ("--by", "police", "--role", "practitioner")


def test_the_history_is_every_entry_in_order_with_what_came_of_it(run: Run, opened: str) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone", "--at", "today 09:30")

    text = run("history", opened).stdout

    assert "Case opened\n" in text
    assert "Step opened: Step 1: professional to professional\n" in text
    assert "– now owed: 1 acknowledgement of the difference, by police; 2 discussion; 3 agreed plan of action" in text
    assert "9:30am    practitioner, schools; sender not shown   Recorded: discussion by telephone at Step 1:" in text
    assert "(entered late: Monday 23 November 2026, 10:00am)" in text
    assert "– done by it: 2 discussion\n" in text
    assert "– has a new deadline: 3 agreed plan of action, by both sides together\n" in text


def test_tries_to_send_stand_between_the_entries(run: Run, opened: str, register: Register) -> None:
    def tried(minutes: int, result: str, **more: object) -> None:
        ref = f"{opened}/2/1"
        at = NOW + timedelta(minutes=minutes)
        register.attempt(
            Attempt(notice_ref=ref, case_ref=opened, at=at, channel="smtp", result=result, **more)  # type: ignore[arg-type]
        )

    tried(-1, "failed", detail="PostDown")
    tried(1, "accepted", fallback=True)

    lines = json.loads(run("history", opened, "--json").stdout)

    assert [line["line"] for line in lines] == ["attempt", "entry", "entry", "attempt"]
    assert lines[0]["what"] == (
        "Notice 2/1 of entry 2, which says: stage opened: not taken by smtp; it is tried again (PostDown)"
    )
    assert lines[3]["what"].endswith(
        "try 2: accepted by smtp: the mail server took it, and e-mail gives no receipt; the fallback contact stood in, "
        "for nobody in the seat could be told"
    )


def test_the_history_says_by_what_it_was_them_and_what_became_of_it(run: Run, opened: str, register: Register) -> None:
    by = "by rota edition 2026-3, turn 2"
    rows = [
        ("notify-text", "accepted", by, False),
        ("notify-text", "undelivered", f"no receipt in 15 minutes; {by}", False),
        ("smtp", "refused", f"AddressRefused; {by}", False),
        ("notify-text", "accepted", "by the deputies in the directory", False),
        ("notify-text", "delivered", "by the deputies in the directory", False),
        ("smtp", "failed", "PostDown; by the deputies in the directory; to holder 2, e-mail 1", False),
        ("none", "undelivered", "every way was tried", False),
    ]
    for minutes, (channel, result, detail, fallback) in enumerate(rows, 1):
        register.attempt(
            Attempt(
                notice_ref=f"{opened}/2/1",
                case_ref=opened,
                at=NOW + timedelta(minutes=minutes),
                channel=channel,
                result=result,  # type: ignore[arg-type]
                detail=detail,
                fallback=fallback,
            )
        )

    lines = [line["what"] for line in json.loads(run("history", opened, "--json").stdout) if line["line"] == "attempt"]

    assert [line.partition("which says: stage opened")[2] for line in lines] == [
        f": accepted by notify-text, {by}",
        f": not delivered by notify-text; it goes another way (no receipt in 15 minutes), {by}",
        f", try 2: refused for good by smtp (AddressRefused), {by}",
        ", try 3: accepted by notify-text, by the deputies in the directory",
        ": delivered by notify-text, by the deputies in the directory",
        (
            ", try 4: not taken by smtp; it is tried again (PostDown), by the deputies in the directory, "
            "for holder 2, e-mail 1"
        ),
        ": it reached nobody (every way was tried)",
    ]
    assert "Notices that nobody has yet" in run("show", opened).stdout


def test_a_correction_stands_at_the_entry_it_mends_and_on_its_own(run: Run, opened: str) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone", "--at", "today 09:30")
    run("record", opened, "correct", *SCHOOL, "--entry", "3", "--happened", "today 09:45", "--reason", "A slip.")
    run("record", opened, "correct", *SCHOOL, "--entry", "3", "--strike", "--reason", "It was another case.")

    lines = json.loads(run("history", opened, "--json").stdout)
    act = next(line for line in lines if line["number"] == 3)

    assert act["mended_by"] == [
        "corrected by entry 4: it happened on Monday 23 November 2026, 9:45am",
        "corrected by entry 5: it did not happen",
    ]
    assert lines[4]["what"] == "Entry 3 corrected: it did not happen"


def test_a_contest_stands_at_the_entry_it_contests(run: Run, opened: str) -> None:
    run("record", opened, "discussion", *SCHOOL, "--method", "telephone")
    run("record", opened, "contest", *POLICE, "--entry", "3", "--reason", "We did not speak.")

    assert "– contested by entry 4\n" in run("history", opened).stdout


def test_what_people_wrote_is_shown_only_when_asked_for(run: Run, opened: str) -> None:
    run("record", opened, "propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; police; 2026-12-03")

    assert "Visit" not in run("history", opened).stdout
    assert "– action: “Visit; police; 2026-12-03”\n" in run("history", opened, "--words").stdout


def test_an_entry_for_somebody_else_says_by_whom(run: Run, opened: str) -> None:
    run("record", opened, "acknowledgement", *POLICE, "--on-behalf-by", "desk", "--evidence", "their letter")

    assert "practitioner, police, entered by desk" in run("history", opened).stdout


def test_a_long_story_reads_to_its_end(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))
    case = cases.last
    run("record", case, "acknowledge")
    run("record", case, "risk", "--note", "Words.")
    no = ("--reason", "No.", "--interim-safety", "Daily.")
    run("record", case, "not-agreed", *SCHOOL, *no)

    text = run("history", case).stdout

    for words in ("OVERDUE: agreed plan of action", "Alert 1 to the", "Alert acknowledged", "IMMEDIATE RISK raised"):
        assert words in text
    assert "– not owed any more, and not done: " in text
    assert text.endswith(f"escalate explain {case} NUMBER\n")


def test_an_unknown_case_has_no_history(run: Run, register: Register) -> None:
    assert run("history", "ESC-0000-0000").exit_code == 2


def test_every_kind_of_entry_has_words_of_its_own() -> None:
    glossary = (HERE / "docs" / "glossary.md").read_text(encoding="utf-8").split("### Kinds of entry")[1]
    kinds = re.findall(r"^\| `([a-z-]+)` \|", glossary.split("###")[0], re.MULTILINE)
    assert len(kinds) > 20

    for kind in kinds:
        body = {"said": {}, "stage": "step-1", "act": "filed", "what": "it", "how": "resolved"}
        words = entry_words({"kind": kind, "body": body}, {"step-1": "Step 1"})
        assert words != kind.replace("-", " "), kind


def test_what_is_not_owed_any_more_is_called_by_its_name_too(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))
    case = cases.last
    run("record", case, "not-agreed", *SCHOOL, "--reason", "No.", "--interim-safety", "Daily.")

    text = run("history", case).stdout

    assert not re.search(r"\bduty \d", text)
    assert "– not owed any more, and not done: 1 acknowledgement of the difference, by police; 2 discussion" in text
    assert "Alert 1 to the safeguarding lead on call: agreed plan of action" in text


def test_what_was_done_late_says_how_late(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))
    case = cases.last
    run("record", case, "propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; police; 2026-12-03")
    run("record", case, "confirm", *POLICE)

    assert "– done by it: 3 agreed plan of action, by both sides together, 6 days late\n" in run("history", case).stdout
    shown = run("show", case).stdout
    assert "Was late, and is owed no more" in shown
    assert re.search(r"done on Monday 23 November 2026, 10:00am, 6 days late\s+\(entry 6\)", shown)


SUTTON = (
    *("start", "--policy", "sutton", "--raising", "schools", "--receiving", "childrens-social-care"),
    *("--raised-by", "professional", "--fact", "matter=partnership", "--fact", "area=HR matters"),
)


def test_an_answer_given_anew_says_what_it_was_and_what_it_is(run: Run, cases: CasesInMemory) -> None:
    assert run(*SUTTON).exit_code == 0
    case = cases.last
    fact = ("record", case, "fact", "--by", "schools", "--role", "professional", "--reason", "A slip.", "--fact")
    assert run(*fact, "area=quality assurance").exit_code == 0
    text = run("history", case).stdout

    assert "Answered anew: area: was HR matters, now quality assurance\n" in text
    assert "Answered anew: area: was HR matters, now quality assurance" in run("show", case).stdout
    assert "– answer: “quality assurance”\n" in run("history", case, "--words").stdout


def test_an_answer_in_somebodys_own_words_is_not_repeated_unless_asked_for() -> None:
    body = {"fact": "consent", "value": "Words of somebody", "before": "2026-11-23", "said": {}}
    named = Named({}, {"consent": ("given",)})

    assert entry_words({"kind": "fact-said", "body": body}, {}, named) == (
        "Answered anew: consent: was 2026-11-23, now in words of their own"
    )


def test_numbers_of_duties_are_all_there_is_where_the_case_cannot_be_made_again(
    run: Run, opened: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cannot(*_: object) -> None:
        raise Unreadable("It is of another version.")

    monkeypatch.setattr(Recorded, "case", cannot)

    assert run("history", opened).exit_code == 0
    assert "– now owed: 1 acknowledgement of the difference, by police;" in run("history", opened).stdout


def test_where_two_sides_wait_for_each_other_the_case_says_so_until_it_is_over(run: Run, opened: str) -> None:
    run("record", opened, "agreed", *SCHOOL)
    assert (
        "“agreed” at Step 1: professional to professional, as schools says: it counts once a first version of the"
        in (run("show", opened).stdout)
    )
    run("record", opened, "propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; police; 2026-12-03")
    assert "version 1 of the plan, as schools says: it counts once it is confirmed by police." in (
        run("show", opened).stdout
    )
    run("record", opened, "confirm", *POLICE)
    assert "Waits for an answer" not in run("show", opened).stdout

    run("reopen", opened, *SCHOOL, "--reason", "It fell apart.")
    assert "before the dispute was taken up again: only a new version can end it" in run("show", opened).stdout


def test_show_calls_what_it_names_by_number_alone_by_its_name_as_well(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))
    case = cases.last
    run("record", case, "acknowledgement", *POLICE)
    reminded = {"kind": "reminded", "body": {"duties": [1]}}
    assert duties_said([reminded]) == {1}
    assert entry_words(reminded, {}, Named({1: "discussion"}, {})) == "Reminder of discussion"

    assert every_title(read_settings().register, case)[1] == "acknowledgement of the difference, by police"
    assert every_title(read_settings().register, "ESC-0000-0000") == {}
