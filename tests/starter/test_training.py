import json
from dataclasses import replace

import pytest

import worker
from adapters import training
from adapters.directory import Contact
from adapters.post import OutboxPost
from adapters.register.register import Register
from domain.case.effects import Notice, Recipient
from services.openings import reference_for
from settings import Settings, read_settings
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import EXAMPLES, Run
from wiring import real_post

LINE = "TRAINING: invented cases, nothing leaves this machine\n"
START = ("start", str(EXAMPLES / "referral.toml"))


@pytest.fixture
def trains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_TRAINING", "yes")


def test_references_of_a_training_cannot_be_mixed_up_with_real_ones(
    run: Run, cases: CasesInMemory, trains: None
) -> None:
    result = run(*START, "--request", "first")

    assert cases.last == "TRN-A82P-CVXQ"
    assert reference_for("first") == "ESC-A82P-CVXQ"
    assert result.stderr.startswith(LINE)
    assert run("show", "a82pcvxq").exit_code == 0
    assert run("show", "ESC-A82P-CVXQ").exit_code == 2


@pytest.mark.parametrize("words", [["list"], ["policy", "list"], ["doctor"], ["verify"], ["show", "00000000"]])
def test_every_screen_of_a_training_begins_by_saying_so(
    run: Run, register: Register, trains: None, words: list[str]
) -> None:
    result = run(*words)

    assert result.output.startswith(LINE)
    assert result.stderr.startswith(LINE)


def test_programs_get_json_alone(run: Run, register: Register, trains: None) -> None:
    result = run("list", "--json")

    assert (json.loads(result.stdout), result.stderr) == ([], LINE)


def test_a_marked_folder_trains_without_any_setting(run: Run, register: Register, installation: Settings) -> None:
    training.mark(installation.data)

    assert run("list").stderr == LINE


def test_a_marked_folder_is_not_taken_for_real_cases(run: Run, register: Register, installation: Settings) -> None:
    training.mark(installation.data)

    result = run("list", env={"ESCALATION_TRAINING": "no"})

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"ESCALATION_TRAINING is no, and the folder {installation.data} is kept for training (it holds a file "
        "TRAINING): set ESCALATION_DATA to another folder, or take the setting out.\n"
    )


def test_in_earnest_nothing_is_said_of_training(run: Run, register: Register) -> None:
    assert run("list").stderr == ""


def test_an_invented_case_is_not_opened_beside_real_ones_nor_a_real_one_beside_invented_ones(
    run: Run, cases: CasesInMemory
) -> None:
    assert run(*START).exit_code == 0
    beside_real = run(*START, env={"ESCALATION_TRAINING": "yes"})
    assert (beside_real.exit_code, beside_real.stdout) == (2, "")
    assert "holds real cases (ESC-" in beside_real.stderr
    assert len(cases.openings) == 1


def test_a_real_case_is_not_opened_beside_invented_ones(run: Run, cases: CasesInMemory) -> None:
    assert run(*START, env={"ESCALATION_TRAINING": "yes"}).exit_code == 0

    result = run(*START)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "holds invented cases of a training (TRN-" in result.stderr


def test_a_training_worker_refuses_a_register_that_holds_real_cases(run: Run, opened: str, register: Register) -> None:
    settings = read_settings()
    worker.must_be_of_one_kind(settings, register)
    assert not (settings.data / training.MARK).exists()

    with pytest.raises(training.Mixed, match=rf"holds real cases \({opened}\), and this is training"):
        worker.must_be_of_one_kind(replaced(settings, "yes"), register)
    assert not (settings.data / training.MARK).exists()


def test_a_worker_in_earnest_refuses_a_register_that_holds_invented_cases(
    run: Run, cases: CasesInMemory, register: Register
) -> None:
    run(*START, env={"ESCALATION_TRAINING": "yes"})

    with pytest.raises(training.Mixed, match="holds invented cases of a training"):
        worker.must_be_of_one_kind(read_settings(), register)


def test_a_training_worker_marks_its_folder(register: Register) -> None:
    settings = read_settings()

    worker.must_be_of_one_kind(replaced(settings, "yes"), register)

    assert (settings.data / "TRAINING").is_file()


def replaced(settings: Settings, said: str) -> Settings:
    return replace(settings, training=said)


def test_no_mail_host_is_ever_used_while_training(installation: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATION_SMTP_HOST", "mail.example.org")
    settings = read_settings()

    assert not isinstance(real_post(settings), OutboxPost)
    assert isinstance(real_post(replaced(settings, "yes")), OutboxPost)
    training.mark(settings.data)
    assert isinstance(real_post(settings), OutboxPost)


def test_the_notice_of_an_invented_case_goes_nowhere_even_from_a_worker_in_earnest(
    installation: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("ESCALATION_SMTP_PORT", "1")
    post = real_post(read_settings())
    to = Recipient(role="practitioner", title="practitioner")
    notice = Notice(ref="TRN-0000-0000/1/1", case="TRN-0000-0000", kind="corrected", to=to)

    receipt = post.send(notice, Contact(addresses=("somebody@example.org",), titles=("practitioner",)))

    assert receipt.channel == "outbox"
    (file,) = installation.outbox.glob("*.txt")
    subject, _, body = file.read_text().partition("Subject: ")[2].partition("\n\n")
    assert subject == "TRAINING: TRN-0000-0000, entry corrected"
    assert body.startswith("TRAINING: the case is invented. Nothing here is real, and no child is meant.\n\n")


def test_every_notice_of_a_training_says_so(installation: Settings) -> None:
    post = real_post(replaced(installation, "yes"))
    to = Recipient(role="practitioner", title="practitioner")
    contact = Contact(addresses=("somebody@example.org",), titles=("practitioner",))

    post.send(Notice(ref="X/1/1", case="X", kind="corrected", to=to), contact)

    (file,) = installation.outbox.glob("*.txt")
    assert "Subject: TRAINING: X, entry corrected\n\nTRAINING: " in file.read_text()


def test_the_doctor_says_which_it_is(run: Run, register: Register) -> None:
    env = {"TEMPORAL_ADDRESS": "127.0.0.1:1"}

    def says(**more: str) -> dict[str, str]:
        found = json.loads(run("doctor", "--json", env=env | more).stdout)["found"]
        return {one["what"]: one["says"] for one in found}

    assert says()["training"] == "cases are real"
    trains = says(ESCALATION_TRAINING="yes", ESCALATION_SMTP_HOST="mail.example.org")
    assert trains["training"].startswith("this is training")
    assert "mail" not in trains


def test_up_trains_unless_it_is_told_not_to(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from starter.commands import up

    seen: list[str] = []

    async def work(settings: Settings, _page: str, *, example: bool) -> None:
        seen.append(settings.training)

    monkeypatch.setattr(up, "_work", work)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    quiet = run("up", env={"ESCALATION_TRAINING": "no"})
    trains = run("up")

    assert seen == ["no", "yes"]
    assert LINE not in quiet.stderr
    assert trains.stderr.startswith(LINE)
    assert trains.stderr.count(LINE) == 1
