"""docker-compose.yml as the tests read it, and its services as processes on this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docker-compose.yml"
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
COMPOSE: dict[str, Any] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ENTRYPOINT: list[str] = json.loads(re.findall(r"^ENTRYPOINT (.+)$", DOCKERFILE, re.MULTILINE)[0])


def is_one_shot(service: dict[str, Any]) -> bool:
    return service.get("restart") == "no"


class Here(NamedTuple):
    """Where on this machine the services are found that the compose file knows by name."""

    postgres_port: int
    temporal_port: int
    folder: Path
    """Holds `secrets` and `data`."""

    def translate(self, said: str) -> str:
        """Put this machine's places where the containers' own stand; a variable of compose becomes its default."""
        said = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", said)
        said = re.sub(r"\$\{\w+:\?[^}]*\}", "duty.lead@partnership.example.org", said)
        for there, here in {
            "/deploy/": f"{ROOT}/deploy/",
            "@postgres:5432": f"@127.0.0.1:{self.postgres_port}",
            "temporal:7233": f"127.0.0.1:{self.temporal_port}",
            "/run/secrets": str(self.folder / "secrets"),
            "/etc/escalation": str(ROOT),
            "/opt/escalation/healthy.py": str(ROOT / "deploy" / "healthy.py"),
        }.items():
            said = said.replace(there, here)
        return said

    def environment(self, name: str) -> dict[str, str]:
        """Return what the service's process sees."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("TEMPORAL_", "ESCALATION_", "PG", "HOME"))}
        said = {k: self.translate(v) for k, v in SERVICES[name].get("environment", {}).items()}
        if "PGHOST" in said:  # the superuser of the test's own server is called esc
            said |= {"PGHOST": "127.0.0.1", "PGPORT": str(self.postgres_port), "PGUSER": "esc"}
        image = {"ESCALATION_DATA": str(self.folder / "data"), "TRIES": "5", "PAUSE": "1"}
        return {**clean, **image, "PATH": f"{BIN}:{clean['PATH']}", **said}

    def command(self, name: str, *words: str) -> list[str]:
        """Return the words that start the service, or *words* after its entry point."""
        service = SERVICES[name]
        whole = [*service.get("entrypoint", ENTRYPOINT), *(words or service.get("command", []))]
        return [self.translate(word) for word in whole]

    def run(self, name: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run a service, or its entry point with *words*, to its end."""
        environment = self.environment(name) | more
        return subprocess.run(
            self.command(name, *words), cwd=self.folder, env=environment, capture_output=True, text=True, timeout=90,
            check=False,
        )  # fmt: skip
