"""What `escalate up` says of the installation it has started."""

import shutil
from dataclasses import replace
from pathlib import Path

from settings import HERE, Settings
from starter.commands.up import alerts_go_to


def with_rotas_of(settings: Settings, place: Path, *policies: str) -> Settings:
    """Return settings under which these policies have a rota, two others none."""
    for folder in ("policies", "directories"):
        (place / folder).mkdir(exist_ok=True)
    for policy in ("gloucestershire", "lincolnshire", "sutton"):
        shutil.copy(HERE / "policies" / f"{policy}.toml", place / "policies")
    for policy in policies:
        shutil.copy(HERE / "directories" / "lincolnshire.rota.toml", place / "directories" / f"{policy}.rota.toml")
    return replace(settings, policies=place / "policies", directories=place / "directories", training="no")


def test_alerts_are_said_to_go_by_the_rota_where_there_is_one(installation: Settings, tmp_path: Path) -> None:
    lead = replace(installation, on_call="lead@partnership.example.com")

    assert alerts_go_to(replace(lead, training="yes")) == "nobody: this is training"
    assert alerts_go_to(with_rotas_of(lead, tmp_path)) == "lead@partnership.example.com"
    assert alerts_go_to(with_rotas_of(lead, tmp_path, "lincolnshire")) == (
        "whoever the rota of lincolnshire has on call; of gloucestershire and sutton, lead@partnership.example.com"
    )
    assert alerts_go_to(with_rotas_of(lead, tmp_path, "gloucestershire", "lincolnshire", "sutton")) == (
        "whoever the rota of gloucestershire, lincolnshire and sutton has on call"
    )


def test_an_address_that_nobody_has_set_is_not_said_to_be_alerted(installation: Settings, tmp_path: Path) -> None:
    assert alerts_go_to(with_rotas_of(installation, tmp_path)) == "each policy's own seat in the directory"
