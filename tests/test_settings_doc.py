"""Settings: each stands in docs/settings.md as it is read, and what cannot be used is said in one sentence."""

import os
import re
from pathlib import Path

import pytest
from sqlalchemy import make_url

import settings
from adapters.register.address import shown
from settings import SettingsFaulty, read_settings

DOCUMENT = (Path(__file__).resolve().parents[1] / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS: dict[str, tuple[str, str]] = {
    name: (default, example)
    for name, default, example in re.findall(
        r"^\| `(ESCALATION_\w+)` \| .+? \| ([^|]+) \| `([^|`]+)` \|$", DOCUMENT, re.MULTILINE
    )
}
NAMES = settings.known()
DEFAULTS = {name: default.strip("`") for name, (default, _) in ROWS.items() if re.fullmatch("`[^`]+`", default)}
PASSWORD_FILES = {name for name in NAMES if name.endswith("_FILE")}
NUMBERS = [
    ("ESCALATION_SMTP_PORT", 1, 65535),
    ("ESCALATION_PORT", 1024, 64000),
    ("ESCALATION_UI_PORT", 1024, 64000),
    ("ESCALATION_RETENTION_DAYS", 1, 3650),
    ("ESCALATION_WATCH_EVERY_SECONDS", 5, 300),
    ("ESCALATION_WATCH_SMTP_PORT", 1, 65535),
    ("ESCALATION_CONSOLE_PORT", 1024, 64000),
    ("ESCALATION_DECRYPT_PORT", 1024, 64000),
    ("ESCALATION_GATHER_SECONDS", 0, 30),
    ("ESCALATION_RECEIPT_MINUTES", 5, 1440),
    ("ESCALATION_RECEIPT_MINUTES_URGENT", 1, 1440),
    ("ESCALATION_PASS_ON_MINUTES", 1, 1440),
    ("ESCALATION_ALERT_EVERY_MINUTES", 5, 1440),
    ("ESCALATION_ALERTS_A_DAY", 1, 96),
    ("ESCALATION_ACKNOWLEDGEMENT_HOURS", 1, 168),
]


def test_the_document_and_the_program_know_the_same_settings() -> None:
    assert set(ROWS) == NAMES
    assert set(re.findall(r"ESCALATION_\w+", DOCUMENT)) == NAMES


@pytest.mark.parametrize("name", sorted(DEFAULTS))
def test_the_document_names_the_default(name: str) -> None:
    """Setting a variable to what the document calls its default changes nothing."""
    assert read_settings({name: DEFAULTS[name]}) == read_settings({})


@pytest.mark.parametrize("server", ["SMTP", "WATCH_SMTP"])
def test_a_password_for_a_mail_server_goes_encrypted_unless_somebody_says_otherwise(
    server: str, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text("hush")
    signs_in = {f"ESCALATION_{server}_USER": "u", f"ESCALATION_{server}_PASSWORD_FILE": str(password)}

    def is_encrypted(**said: str) -> bool:
        read = read_settings(signs_in | {f"ESCALATION_{name}": value for name, value in said.items()})
        return bool(read.channels["smtp"]["starttls"] if server == "SMTP" else read.watch.smtp_starttls)

    assert is_encrypted()
    assert is_encrypted(**{f"{server}_STARTTLS": ""})
    assert is_encrypted(**{f"{server}_STARTTLS": "Yes"})
    assert not is_encrypted(**{f"{server}_STARTTLS": "no"})
    with pytest.raises(SettingsFaulty, match=f"ESCALATION_{server}_STARTTLS is 'ja'"):
        is_encrypted(**{f"{server}_STARTTLS": "ja"})
    assert not read_settings({}).channels["smtp"]["starttls"]


@pytest.mark.parametrize("name", sorted(set(NAMES) - PASSWORD_FILES))
def test_the_example_in_the_document_can_be_used_and_changes_something(name: str) -> None:
    assert read_settings({name: ROWS[name][1]}) != read_settings({})


@pytest.mark.parametrize("name", sorted(NAMES))
def test_an_empty_value_means_the_default(name: str) -> None:
    assert read_settings({name: ""}) == read_settings({})


@pytest.mark.parametrize(("name", "low", "high"), NUMBERS)
def test_the_document_names_the_range_of_a_number(name: str, low: int, high: int) -> None:
    (row,) = re.findall(rf"^\| `{name}` .*$", DOCUMENT, re.MULTILINE)

    assert f"{low} to {high}" in row
    for good in (low, high):
        read_settings({name: str(good)})


@pytest.mark.parametrize(("name", "low", "high"), NUMBERS)
def test_a_number_out_of_range_or_no_number_is_refused_by_name(name: str, low: int, high: int) -> None:
    for bad in (str(low - 1), str(high + 1), "-5", "5.5", "many"):
        with pytest.raises(SettingsFaulty, match=rf"^{name} is '{re.escape(bad)}': give a whole number from {low} to"):
            read_settings({name: bad})


def test_an_unknown_setting_is_refused_by_name() -> None:
    """A slip of the pen would otherwise leave the default in force in silence."""
    with pytest.raises(SettingsFaulty, match=r"^ESCALATION_REGISTRY is not a setting: .*docs/settings\.md"):
        read_settings({"ESCALATION_REGISTRY": "sqlite:///elsewhere.db"})


@pytest.mark.parametrize(
    "said", ["0.0.0.0:9464", "192.0.2.7:9464", "127.0.0.1", "127.0.0.1:80", "localhost:9464", ":9464", "127.0.0.1:x"]
)
def test_figures_are_served_on_this_machine_alone(said: str) -> None:
    """They have no sign-in."""
    with pytest.raises(SettingsFaulty, match=rf"^ESCALATION_METRICS_ADDRESS is '{re.escape(said)}': give an address"):
        read_settings({"ESCALATION_METRICS_ADDRESS": said})


@pytest.mark.parametrize("said", ["127.0.0.1:9464", "127.8.8.8:1024", "[::1]:65535"])
def test_any_loopback_address_will_do_for_figures(said: str) -> None:
    assert read_settings({"ESCALATION_METRICS_ADDRESS": said}).metrics_address == said


def test_variables_of_others_are_left_alone() -> None:
    assert read_settings({"PATH": "/bin", "TEMPORAL_ADDRESS": "127.0.0.1:1"}) == read_settings({})


def test_the_password_comes_from_its_file_without_its_last_line_end(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame\n")

    assert read_settings({"ESCALATION_SMTP_PASSWORD_FILE": str(file)}).channels["smtp"]["password"] == "open sesame"


@pytest.mark.parametrize("file", ["not-there", "."])
@pytest.mark.parametrize("name", sorted(PASSWORD_FILES))
def test_a_password_file_that_cannot_be_read_is_refused_by_name(tmp_path: Path, name: str, file: str) -> None:
    with pytest.raises(SettingsFaulty, match=rf"^{name} names a file that cannot be read"):
        read_settings({"ESCALATION_REGISTER": "postgresql://app@db/register", name: str(tmp_path / file)})


@pytest.mark.parametrize("password", ["plain", "p@ss:/?#[]% word", "gruß"])
def test_the_registers_password_comes_from_its_file_and_any_character_is_kept(tmp_path: Path, password: str) -> None:
    file = tmp_path / "password"
    file.write_text(f"{password}\n", encoding="utf-8")
    read = read_settings(
        {
            "ESCALATION_REGISTER": "postgresql+psycopg://app@db.example.org:5432/register",
            "ESCALATION_REGISTER_PASSWORD_FILE": str(file),
        }
    )

    address = make_url(read.register)
    assert (address.username, address.password, address.host) == ("app", password, "db.example.org")
    assert shown(read.register) == "PostgreSQL at db.example.org:5432/register"


@pytest.mark.parametrize(
    "address", ["", "sqlite:////tmp/register.db", "postgresql://db/register", "postgresql://app:word@db/register"]
)
def test_a_password_file_without_a_postgresql_user_to_give_it_to_is_refused(tmp_path: Path, address: str) -> None:
    file = tmp_path / "password"
    file.write_text("word")
    with pytest.raises(SettingsFaulty, match=r"must be a PostgreSQL address with a user and no password"):
        read_settings({"ESCALATION_REGISTER": address, "ESCALATION_REGISTER_PASSWORD_FILE": str(file)})


def test_an_empty_password_file_of_the_register_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("\n")
    with pytest.raises(SettingsFaulty, match=r"^ESCALATION_REGISTER_PASSWORD_FILE names an empty file"):
        read_settings(
            {"ESCALATION_REGISTER": "postgresql://app@db/register", "ESCALATION_REGISTER_PASSWORD_FILE": str(file)}
        )


def test_the_data_folder_takes_the_register_and_the_outbox_along(tmp_path: Path) -> None:
    read = read_settings({"ESCALATION_DATA": str(tmp_path)})

    assert (read.register, read.outbox) == (f"sqlite:///{tmp_path}/register.db", tmp_path / "outbox")


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    assert read_settings({"ESCALATION_OUTBOX": "kept"}).outbox == tmp_path / "kept"


def test_a_secret_may_come_by_a_pipe_and_nobody_waits_for_one_that_has_no_writer(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"hidden\n")
    os.close(writing)
    assert (
        read_settings({"ESCALATION_SMTP_PASSWORD_FILE": f"/dev/fd/{reading}"}).channels["smtp"]["password"] == "hidden"
    )
    os.close(reading)
    os.mkfifo(tmp_path / "pipe")
    for file in (str(tmp_path / "pipe"), "/dev/zero", str(tmp_path), f"{tmp_path}/{'n' * 300}"):
        with pytest.raises(SettingsFaulty, match="names a file that cannot be read"):
            read_settings({"ESCALATION_SMTP_PASSWORD_FILE": file})
    (tmp_path / "large").write_bytes(b"x" * 70_000)
    with pytest.raises(SettingsFaulty, match="holds more than a secret"):
        read_settings({"ESCALATION_SMTP_PASSWORD_FILE": str(tmp_path / "large")})
