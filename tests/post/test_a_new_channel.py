"""A channel is one file and one row of the settings: everything else is taken from the two."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.directory import Contact
from adapters.post import (
    AddressRefused,
    Channel,
    Common,
    Post,
    PostDown,
    channels,
    kinds_of,
    make_channels,
    registry,
)
from adapters.post.post import Tracking
from domain.case.effects import Receipt
from settings import HERE, Settings, SettingsFaulty, known, read_settings
from settings.channels import CHANNELS as ROWS
from starter.checks.post import post as looks
from tests.standins.gateway import Gateway, registered
from tests.standins.notify import EMAIL, KEY, TEXT
from wiring import channels_of, real_post, real_receipts

from .conftest import clock, holder, minimal, reached_by

LEAD, SECOND = "+447700900123", "+447700900456"
BOTH = reached_by(*holder(("text", LEAD)), *holder(("text", SECOND), number=2))
ONE = reached_by(*holder(("text", LEAD), ("email", "lead@example.org")))


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """The invented channel, and the provider that it sends by."""
    with registered(monkeypatch) as service:
        yield service


def chosen(folder: Path, url: str, **more: str) -> Settings:
    return read_settings({"ESCALATION_DATA": str(folder), "ESCALATION_GATEWAY_URL": url, **more})


def sent(post: Post, number: int, contact: Contact) -> Receipt:
    return post.send(minimal("alert", ref=f"ESC-7K2M-Q/{number}/1"), contact)


def test_it_sends_is_passed_over_where_it_refuses_and_is_down(gateway: Gateway, tmp_path: Path) -> None:
    post = real_post(chosen(tmp_path, gateway.url))

    assert sent(post, 1, BOTH).channel == "gateway-text"
    assert set(gateway.taken) == {LEAD, SECOND}
    gateway.wrong.add(SECOND)
    (missed,) = sent(post, 2, BOTH).in_vain
    assert (missed.channel, missed.why, missed.to) == ("gateway-text", "AddressRefused", "holder 2")
    gateway.wrong.add(LEAD)
    with pytest.raises(AddressRefused):
        sent(post, 3, BOTH)
    gateway.moods.extend(["500", "500"])
    with pytest.raises(PostDown):
        sent(post, 4, BOTH)


def test_it_is_followed_and_the_record_knows_what_it_writes_to(gateway: Gateway, tmp_path: Path) -> None:
    receipts, ref = real_receipts(chosen(tmp_path, gateway.url)), "ESC-7K2M-Q/1/1"
    gateway.arrived.add(LEAD)

    assert receipts.come_by("gateway-text")
    assert not receipts.come_by("gateway-text, smtp")
    assert kinds_of("gateway-text, smtp") == {"text", "email"}
    states = {place: fate.state for place, (_, fate) in receipts.of_each(ref, "gateway-text", BOTH).items()}
    assert states == {"holder 1, number 1": "delivered", "holder 2, number 1": "failed"}


def test_doctor_looks_at_it_and_its_settings_are_checked(gateway: Gateway, tmp_path: Path) -> None:
    well = list(looks(chosen(tmp_path, gateway.url)))
    ill = list(looks(chosen(tmp_path, f"{gateway.url}/nowhere")))

    assert [one.says for one in well if one.what == "gateway"] == ["is set"]
    assert [one.says for one in ill if one.what == "post"] == [
        "Notices cannot be sent with these settings: the gateway's address leads nowhere."
    ]
    assert "ESCALATION_GATEWAY_URL" in known()
    with pytest.raises(SettingsFaulty, match=r"^ESCALATION_GATEWAY_URL cannot be used"):
        chosen(tmp_path, "ftp://example.org")
    assert not channels_of(chosen(tmp_path, ""), "gateway")


def test_each_file_of_the_folder_is_a_row_of_the_settings_and_the_other_way_about() -> None:
    (folder,) = channels.__path__
    files = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}

    assert set(registry.FILES) == set(ROWS) == files


def everything() -> dict[str, Channel]:
    """Every channel there is, by its name in the record."""
    said = {
        "smtp": {"host": "127.0.0.1"},
        "notify": {"key": KEY, "email_template": EMAIL, "text_template": TEXT},
        "webhook": {"key": "word"},
    }
    common = Common(clock, "escalations@example.org")
    return {one.channel: one for file, chosen in said.items() for one in make_channels(file, chosen, common)}


def test_the_document_names_each_channel_what_it_writes_to_and_whether_it_says_later_that_it_arrived() -> None:
    document = (HERE / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in document.splitlines() if line.count("|") == 5]
    told = {row[0].strip("`"): (row[1].strip("`"), row[3]) for row in rows if row[0].strip("`") in everything()}

    assert told == {
        name: (one.kind, "yes" if isinstance(one, Tracking) else "no") for name, one in everything().items()
    }


def test_a_file_says_what_its_channels_are() -> None:
    assert {name: one.kind for name, one in everything().items()} == {
        name: kind for file in registry.FILES.values() for name, kind in file.kinds.items()
    }
