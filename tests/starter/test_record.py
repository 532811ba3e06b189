# ruff: noqa: E501, ISC004 - what people read is quoted whole
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.register.register import Register
from adapters.register.rows import Attempt
from domain.commands import ActDone, AlertAcknowledged, OutcomeSaid, PlanConfirmed, PlanProposed, RiskRaised
from services import temporal_client
from services.errors import AWAY, Trouble
from settings import Settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, NOW, Run

SCHOOL = ("--by", "schools", "--role", "practitioner")
POLICE = ("--by", "police", "--role", "practitioner")
PLAN = ("propose", *SCHOOL, "--fits-existing-plan", "yes", "--action", "Visit; police; 2026-12-03")


def test_an_act_is_recorded_and_the_answer_printed(run: Run, opened: str, cases: CasesInMemory) -> None:
    result = run("record", opened, "discussion", *SCHOOL, "--method", "telephone", "--at", "today 09:30")

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(
        "Recorded: discussion at Step 1: professional to professional. Done by it: discussion.\n"
    )
    assert result.stderr == "--at: Monday 23 November 2026, 9:30am (Europe/London).\n"
    message = cases.received[0]
    assert isinstance(message, ActDone)
    assert message.at == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    assert message.seen is None
    assert len(message.id) == 36


def test_a_departure_is_warned_of_on_stderr_and_json_stays_alone(run: Run, opened: str) -> None:
    result = run(
        "record",
        opened,
        "discussion",
        "--by",
        "School",
        "--role",
        "practitioner",
        "--method",
        "e-mail",
        "--json",
        "--id",
        "m1",
    )

    answer = json.loads(result.stdout)
    assert (answer["case"], answer["id"], answer["stages"]) == (opened, "m1", ["step-1"])
    assert result.stderr.startswith("Careful: The policy advises against e-mail")


def test_an_outcome_is_told_from_an_act_by_what_is_open(run: Run, opened: str, cases: CasesInMemory) -> None:
    result = run(
        "record",
        opened,
        "not-agreed",
        *POLICE,
        "--reason",
        "No ground.",
        "--interim-safety",
        "Seen daily.",
        "--seen",
        "2",
    )

    assert result.exit_code == 0, result.stderr
    message = cases.received[0]
    assert isinstance(message, OutcomeSaid)
    assert message.fields == {"reason": "No ground.", "interim-safety": "Seen daily."}
    assert message.seen == 2
    assert "At: Step 2" in run("show", opened).stdout


def test_where_the_register_is_away_the_case_itself_says_what_is_open(
    run: Run, opened: str, cases: CasesInMemory, tmp_path: Path
) -> None:
    said = ("not-agreed", *POLICE, "--reason", "No ground.", "--interim-safety", "Seen daily.")

    result = run("record", opened, *said, env={"ESCALATION_REGISTER": f"sqlite:///{tmp_path}/none.db"})

    assert result.exit_code == 0, result.stderr
    assert isinstance(cases.received[0], OutcomeSaid)


def test_a_plan_is_proposed_and_the_newest_version_confirmed(run: Run, opened: str, cases: CasesInMemory) -> None:
    proposed = run("record", opened, *PLAN, "--no-residual")
    confirmed = run("record", opened, "confirm", *POLICE)

    assert (proposed.exit_code, confirmed.exit_code) == (0, 0)
    assert confirmed.stderr == "This is about version 1 of the plan.\n"
    plan, confirmation = cases.received
    assert isinstance(plan, PlanProposed)
    assert (plan.actions[0].what, plan.actions[0].owner, plan.residual) == ("Visit", "police", ())
    assert isinstance(confirmation, PlanConfirmed)
    assert "resolved" in run("show", opened).stdout


def test_an_action_of_the_plan_is_named_by_its_number(run: Run, opened: str) -> None:
    run("record", opened, *PLAN)
    run("record", opened, "confirm", *POLICE)

    assert run("record", opened, "action-done", *POLICE, "--action", "1").stdout.startswith(
        "Action 1 of the plan is done."
    )
    assert run("record", opened, "action-done", *POLICE, "--action", "one").exit_code == 2


def test_an_act_entered_for_somebody_else_says_by_whom(run: Run, opened: str, cases: CasesInMemory) -> None:
    run(
        "record",
        opened,
        "acknowledgement",
        *POLICE,
        "--on-behalf-by",
        "operations desk",
        "--evidence",
        "their e-mail of today",
    )

    assert (cases.received[0].recorded_by, cases.received[0].evidence) == ("operations desk", "their e-mail of today")
    assert "practitioner, police, entered by operations desk" in run("show", opened).stdout


def test_without_an_act_it_lists_what_is_open_now(run: Run, opened: str) -> None:
    text = run("record", opened).stdout
    assert f"escalate record {opened} not-agreed --by schools" in text
    assert '--action "what; schools; 2026-11-30"' in text
    assert "discussion" in [offer["name"] for offer in json.loads(run("record", opened, "--json").stdout)]


def test_the_words_shown_can_be_typed_as_they_stand(run: Run, opened: str, cases: CasesInMemory) -> None:
    import shlex

    typed = [shlex.split(line)[1:] for line in run("record", opened).stdout.splitlines() if line.startswith("      ")]
    codes = {
        words[2]: run(*words).exit_code
        for words in typed
        if words[2] in {"acknowledgement", "discussion", "not-agreed"}
    }

    assert codes == {"acknowledgement": 0, "discussion": 0, "not-agreed": 0}


@pytest.mark.parametrize("name", ["weather", "discusion", "written.minutes"])
def test_a_name_that_is_not_open_is_refused_with_what_is(run: Run, opened: str, name: str) -> None:
    result = run("record", opened, name, *SCHOOL)

    assert (result.exit_code, result.stdout) == (3, "")
    assert "Open now: acknowledgement, discussion" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("discussion",), 2, "Say who it was: --by AGENCY --role ROLE (a seat of the partnership needs no --by).\n"),
        (("discussion", *SCHOOL, "--version", "1"), 2, "--version says nothing here: it goes with confirm or unconfirm.\n"),
        (("discussion", *SCHOOL, "--to", "step-2"), 2, "--to says nothing here: it goes with an outcome or hand-over.\n"),
        (("propose", *SCHOOL, "--action", "Visit"), 2, "--action 'Visit' cannot be read: write --action \"what will be done; "
         "its agency; 2026-12-03\".\n"),
        (("propose", *SCHOOL, "--action", "Visit; police; soon"), 2, "--action: 'soon' is no date: write one like 2026-12-03.\n"),
        (("propose", *SCHOOL, "--action", "Visit; the police; 2026-12-03"), 2, "It cannot be sent: owner: it must be the id of "
         "an agency, in small letters, such as police or health-trust.\n"),
        (("confirm", *POLICE), 2, "There is no plan in this case yet: propose one first.\n"),
        (("contest", *POLICE), 2, 'Say which entry is contested and why: --entry NUMBER --reason "…".\n'),
        (("discussion", *SCHOOL, "--evidence", "a letter"), 2, "Who enters it for somebody else says so with both: "
         "--on-behalf-by WHO --evidence TEXT.\n"),
        (("discussion", *SCHOOL, "--note", "x" * 20_001), 2, "--note holds 20,001 characters, and a text may hold 20,000: "
         "shorten it.\n"),
        (("discussion", *SCHOOL, "--at", "2026-10-25T01:30"), 2, "--at: 1:30am on Sunday 25 October 2026 came twice in "
         "Europe/London, because the clocks went back: write 2026-10-25T01:30:00+01:00 for the first time or "
         "2026-10-25T01:30:00+00:00 for the second.\n"),
        (("discussion", *SCHOOL, "--at", "2026-12-01T10:00Z", "--method", "telephone"), 3, "Tuesday 1 December 2026, 10:00am "
         "lies in the future: record a thing once it has happened. (A meeting's date or an action's date is planned, and goes "
         "in its own place.)\n"),
        (("acknowledge",), 3, "Nothing in this case is alerting now, so there is nothing to acknowledge.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_said_in_one_sentence(
    run: Run, opened: str, words: tuple[str, ...], code: int, sentence: str
) -> None:
    result = run("record", opened, *words)

    assert (result.exit_code, result.stdout, result.stderr) == (code, "", sentence)


def test_an_alert_is_acknowledged_with_one_word(run: Run, cases: CasesInMemory) -> None:
    run("start", str(EXAMPLES / "late-referral.toml"))

    result = run("record", cases.last, "acknowledge")

    assert result.stdout.startswith("Acknowledged. It is still owed;")
    assert isinstance(cases.received[0], AlertAcknowledged)
    assert cases.received[0].by.role == "on-call"


def test_immediate_risk_is_never_stopped_and_says_first_to_telephone(
    run: Run, opened: str, cases: CasesInMemory
) -> None:
    text = "NHS number 943 476 5919 " + "x" * 30_000

    result = run("record", opened, "risk", "--note", text, "--at", "just now", "--by", "Nobody knows this agency")

    assert result.exit_code == 0
    assert result.stderr.startswith("Telephone the statutory services now")
    assert result.stdout.startswith("Immediate risk is on the record")
    message = cases.received[0]
    assert isinstance(message, RiskRaised)
    assert len(message.wording) == 20_000


@pytest.mark.parametrize(
    "line",
    [
        ("Risk",),
        ("RISK ",),
        ("immediate-risk",),
        ("risk", "--notes", "what has happened"),
        ("risk", "--seen", "abc"),
        ("risk", "more", "words"),
        ("risk", "--side", "left", "--role=slo"),
        ("risk", "--at"),
    ],
)
def test_no_slip_on_the_line_holds_up_immediate_risk(
    run: Run, opened: str, cases: CasesInMemory, line: tuple[str, ...]
) -> None:
    result = run("record", opened, *line, "--note", "at home")

    assert result.exit_code == 0, result.stderr
    assert "Telephone the statutory services now" in result.stderr
    assert result.stdout.startswith("Immediate risk is on the record")
    (message,) = cases.received
    assert isinstance(message, RiskRaised)
    assert message.wording == "at home"
    assert message.by.role == ("slo" if "--role=slo" in line else "")


def test_immediate_risk_that_is_mistyped_is_answered_with_the_word_that_was_meant(run: Run, opened: str) -> None:
    assert run("record", opened, "rsik").stderr.strip().endswith("Did you mean risk?")
    assert "risk" not in run("record", opened, "discussion").stderr


def test_a_slip_that_is_not_about_immediate_risk_is_refused(run: Run, opened: str) -> None:
    assert run("record", opened, "discussion", "--seen", "abc").exit_code == 2


def test_immediate_risk_under_a_reference_that_is_mistyped_says_that_nobody_was_told(run: Run) -> None:
    result = run("record", "ESC-0000-0001", "risk")

    assert result.exit_code == 2
    assert "It is on no record, and nobody was told of the risk: ring the safeguarding lead on call" in result.stderr


def test_who_was_told_of_an_immediate_risk_is_said_as_the_record_has_it(
    run: Run, opened: str, register: Register
) -> None:
    """No answer claims that somebody is being told of whom nobody knows that."""
    nobody = run("record", opened, "risk").stdout
    entry = next(one.entry.number for one in register.entries(opened) if one.entry.kind == "risk")
    rows = [
        (f"{entry}/1", "accepted", ""),
        (f"{entry}/2", "failed", "PostDown"),
        (f"{entry}/3", "accepted", ""),
        (f"{entry}/3", "undelivered", "no receipt in 15 minutes"),
        (f"{entry + 1}/1", "accepted", ""),
        (f"{entry}/4", "accepted", "by rota edition 2026-3, turn 2"),
    ]
    for ref, result, detail in rows:
        register.attempt(
            Attempt(
                notice_ref=f"{opened}/{ref}",
                case_ref=opened,
                at=NOW,
                channel="smtp",
                result=result,  # type: ignore[arg-type]
                detail=detail,
            )
        )
    some = run("record", opened, "risk").stdout

    assert "being told" not in nobody
    assert "Nobody is known to have been told yet: ring the safeguarding lead on call yourself.\n" in nobody
    assert "2 notices of it have been taken so far (by smtp).\n" in some
    assert f"history {opened}" in some


def test_a_text_that_names_a_child_is_not_sent(run: Run, opened: str, cases: CasesInMemory) -> None:
    result = run(
        "record", opened, "discussion", *SCHOOL, "--method", "telephone", "--note", "Sam Example, dob 02/03/14"
    )

    assert result.exit_code == 2
    assert cases.received == []


def test_an_unknown_case_is_told_with_exit_code_2(
    run: Run, cases: CasesInMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("record", "ESC-0000-0000").exit_code == 2
    assert run("record", "somewhere", "risk").stderr.endswith("they look like ESC-0000-0000.\n")


def test_without_temporal_every_sending_command_says_so_with_exit_code_4(
    run: Run, installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    for words in (["start", str(EXAMPLES / "referral.toml")], ["record", "ESC-0000-0000", "risk"]):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (4, "")
        assert result.stderr.endswith("Nobody answers at 127.0.0.1:1: Temporal is not running there. Start everything with "
                                      "`escalate up`, or set TEMPORAL_ADDRESS to where it runs.\n")  # fmt: skip


def test_a_mistake_of_ours_is_told_without_a_traceback(run: Run, opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_settings: Settings) -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(temporal_client, "caseload", broken)

    hidden = run("record", opened, "discussion", *SCHOOL)
    shown = run("record", opened, "discussion", *SCHOOL, env={"ESCALATE_TRACEBACK": "1"})

    assert (hidden.exit_code, hidden.stdout) == (70, "")
    assert hidden.stderr.startswith("This is our mistake, not yours (ZeroDivisionError).")
    assert "secret" not in hidden.stderr
    assert "Traceback" in shown.stderr


def test_ctrl_c_is_quiet(run: Run, opened: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_settings: Settings) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(temporal_client, "caseload", stopped)

    result = run("record", opened, "discussion", *SCHOOL)

    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "")


def test_a_trouble_carries_its_exit_code() -> None:
    assert Trouble("It is away.", AWAY).code == 4


def test_immediate_risk_is_shown_offered_and_acknowledged_and_says_what_was_acknowledged(run: Run, opened: str) -> None:
    run("record", opened, "risk", *SCHOOL)
    shown, offered = run("show", opened).stdout, run("record", opened).stdout
    taken = run("record", opened, "acknowledge")
    again = run("record", opened, "acknowledge", "--role", "on-call.second")
    run("record", opened, "statutory-services-telephoned")
    over = run("record", opened, "acknowledge")

    raised = "Monday 23 November 2026, 10:00am"
    assert f"IMMEDIATE RISK: raised on {raised}, not dealt with." in shown
    assert "say that you have the immediate risk" in offered
    for result in (taken, again):
        assert result.exit_code == 0, result.stderr
        assert result.stdout.startswith(f"Acknowledged: the immediate risk raised on {raised}. Telephone the statutory")
    assert (over.exit_code, over.stderr.startswith("Nothing in this case is alerting now")) == (3, True)
    assert run("history", opened).stdout.count("Immediate risk acknowledged") == 2
    assert "IMMEDIATE RISK: raised" not in run("show", opened).stdout
    assert run("verify", opened).exit_code == 0
