"""`escalate rota test`, and where it is shown that nobody knows whether a telephone rings."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.rota.trial_alerts import KEPT_FOR, TrialAlert, TrialAlerts
from settings import Settings
from starter.checks.people import ringing

from .conftest import NOW, Run


def kept(installation: Settings) -> TrialAlerts:
    return TrialAlerts(installation.data)


def test_a_test_alert_goes_to_each_way_of_one_person(run: Run, installation: Settings) -> None:
    result = run("rota", "test", "lincolnshire", "--person", "staff-1001", "--json")

    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["person"], [one["kind"] for one in told["sent"]]) == ("staff-1001", ["text", "email"])
    assert len(list(Path(installation.outbox).glob("*test-alert*"))) == 2
    assert {one.handle for one in kept(installation).all()} == {"staff-1001"}


def test_an_unknown_handle_is_told_with_those_there_are_and_nothing_is_sent(run: Run, installation: Settings) -> None:
    result = run("rota", "test", "lincolnshire", "--person", "staff-9")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Nobody in the rota has the handle 'staff-9'. They are: staff-1001" in result.stderr
    assert not Path(installation.outbox).exists()


def test_the_check_names_those_of_whom_none_is_known_to_have_rung_for_90_days(run: Run, installation: Settings) -> None:
    now = NOW.isoformat()
    old = (NOW - timedelta(days=91)).isoformat()
    rows = [
        TrialAlert("TEST-1/1/1", "staff-1001", now, "text", "outbox", "rang", now),
        TrialAlert("TEST-2/1/1", "staff-1002", now, "text", "outbox", "silent", now),
        TrialAlert("TEST-3/1/1", "staff-1003", old, "text", "outbox", "rang", old),
    ]
    kept(installation).keep(rows, NOW)
    result = run("rota", "check", "lincolnshire", "--json")

    others = ["staff-1004", "staff-1005", "staff-1006"]
    assert json.loads(result.stdout)["not_known_to_ring"] == ["staff-1002", "staff-1003", *others]
    said = run("rota", "check", "lincolnshire").stderr
    assert "No test alert is known to have rung in 90 days: staff-1002, staff-1003" in said


def test_doctor_says_of_how_many_it_is_not_known(installation: Settings) -> None:
    (found,) = ringing(installation)
    assert (found.state, found.what) == ("warning", "test alerts")
    assert "for staff-1001" in found.says or "staff" in found.says


def test_doctor_says_nothing_of_it_in_training(installation: Settings) -> None:
    from adapters.training import mark

    mark(installation.data)
    assert list(ringing(installation)) == []


@pytest.mark.parametrize("spoilt", ["", "nonsense", "[]", '{"a": 1}', '[1, {"ref": "x"}]'])
def test_a_file_that_cannot_be_read_counts_as_empty(installation: Settings, spoilt: str) -> None:
    installation.data.mkdir()
    kept(installation).path.write_text(spoilt)

    assert kept(installation).all() == ()


def test_what_is_old_is_let_go(installation: Settings) -> None:
    long_ago = NOW - KEPT_FOR - timedelta(days=1)
    kept(installation).keep([TrialAlert("TEST-1/1/1", "x", long_ago.isoformat(), "text", "outbox")], long_ago)
    kept(installation).keep([TrialAlert("TEST-2/1/1", "x", NOW.isoformat(), "text", "outbox")], NOW)

    assert [one.ref for one in kept(installation).all()] == ["TEST-2/1/1"]


def test_an_answer_to_one_that_is_not_known_is_not_kept(installation: Settings) -> None:
    assert kept(installation).answer("TEST-1/1/1", "rang", NOW) is False
    assert not kept(installation).path.exists()
