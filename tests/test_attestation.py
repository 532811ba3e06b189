"""Who sent a message is shown by a signature that only the installation's keys make."""

from pathlib import Path
from typing import Any

import pytest

from adapters.attestation import Attestations
from adapters.keyring import add_key, make_keys
from domain.base.known import Attested, Known
from domain.base.people import Actor
from domain.commands import ActDone, Box, RiskRaised
from domain.commands.opening import Opening
from tests.domain.case import Case

CASE = "ESC-7K2M-9QX4"
SAID = ActDone(by=Actor(), act="discussion", method="telephone", id="one")
WHO = "safeguarding lead (account lead-1)"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


@pytest.fixture
def ours(keys: Path) -> Attestations:
    return Attestations(keys)


def test_what_was_signed_here_is_known_again_also_after_its_way_as_json(ours: Attestations) -> None:
    signed = ours.with_sender(CASE, SAID, "s", WHO)
    came = Box.model_validate_json(Box(signed).model_dump_json()).root

    assert ours.known(CASE, came) == Known("s", WHO)
    assert len(str(signed.attested and signed.attested.mark)) == 16


@pytest.mark.parametrize(
    "change",
    [
        {"id": "two"},
        {"act": "filed"},
        {"fields": {"reason": "x"}},
        {"attested": Attested("s", "somebody else", "")},
        {"attested": Attested("c", WHO, "")},
    ],
    ids=str,
)
def test_a_signature_belongs_to_one_message_one_sender_and_one_way(ours: Attestations, change: dict[str, Any]) -> None:
    signed = ours.with_sender(CASE, SAID, "s", WHO)
    assert signed.attested
    attested = change.get("attested") or signed.attested

    assert ours.known(CASE, signed.but(**change | {"attested": attested._replace(mark=signed.attested.mark)})) is None


def test_a_signature_belongs_to_one_case_and_one_kind(ours: Attestations) -> None:
    signed = ours.with_sender(CASE, RiskRaised(id="one"), "s", WHO)

    assert ours.known("ESC-0000-0000", signed) is None
    assert ours.known(CASE, ActDone(by=Actor(), act="", id="one").but(attested=signed.attested)) is None


@pytest.mark.parametrize("mark", ["", "x", "A" * 16, "é" * 16, "\ud800"])
def test_whoever_has_no_key_shows_nothing(ours: Attestations, mark: str) -> None:
    assert ours.known(CASE, SAID.but(attested=Attested("s", WHO, mark))) is None
    assert ours.known(CASE, SAID.but(attested=Attested("s", "\ud800", mark))) is None
    assert ours.known(CASE, SAID) is None


def test_another_installations_key_shows_nothing_here(ours: Attestations, tmp_path: Path) -> None:
    make_keys(tmp_path / "other")

    assert ours.known(CASE, Attestations(tmp_path / "other").with_sender(CASE, SAID, "s", WHO)) is None


def test_an_older_key_is_still_known_and_one_that_was_added_meanwhile_too(ours: Attestations, keys: Path) -> None:
    before = ours.with_sender(CASE, SAID, "s", WHO)
    add_key(keys)
    after = Attestations(keys).with_sender(CASE, SAID, "s", WHO)

    assert before.attested != after.attested
    assert ours.known(CASE, after) == ours.known(CASE, before) == Known("s", WHO)


def test_without_a_key_a_message_goes_as_it_is_and_nobody_is_known(tmp_path: Path) -> None:
    nothing = Attestations(tmp_path / "none")

    assert nothing.with_sender(CASE, SAID, "s", WHO) is SAID
    assert nothing.known(CASE, SAID.but(attested=Attested("s", WHO, "x"))) is None


def test_an_opening_is_signed_whenever_it_is_taken_for_raised(ours: Attestations) -> None:
    opening: Opening = Case().opening.but(opened_at=None)
    signed = ours.with_sender(opening.case, opening, "o", WHO)
    case = Case()

    assert ours.known(opening.case, signed.but(opened_at=case.now)) == Known("o", WHO)
    assert ours.known(opening.case, signed.but(raising="police")) is None


def test_what_no_worker_decided_is_sealed_whole(ours: Attestations) -> None:
    decided = Case().kept.decided
    seal = ours.seal(CASE, decided)

    assert ours.is_sealed(CASE, decided, seal)
    assert not ours.is_sealed(CASE, [], seal)
    assert not ours.is_sealed("ESC-0000-0000", decided, seal)
    assert not ours.is_sealed(CASE, decided, "")
