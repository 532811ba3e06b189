"""The interface over a real register, which a caseload in memory writes; and tokens by which it is asked."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from adapters.people.tokens import FILE, SCOPES, Scope, Token, Tokens
from console.api.app import api_of
from console.api.asked import Installation
from console.api.caller import Door
from services import temporal_client
from services.accounts import somebody
from services.errors import Unknown
from services.times import now
from settings import Settings
from tests.console.conftest import store_in
from tests.people import with_people
from tests.starter.cases_in_memory import CasesInMemory
from tests.starter.conftest import Run, cases, installation, opened, register, run, sent
from workflows.caseload import NoSuchCase

__all__ = ["Run", "cases", "installation", "opened", "register", "run", "sent"]
ADDRESS = "https://escalations.partnership.example.org"
STRANGER = '[nspcc-lead]\ntitle = "safeguarding lead"\nrole = "agency manager"\nagency = "nspcc"\n'
REFERRAL: dict[str, Any] = {
    "policy": "lincolnshire",
    "raising": "schools",
    "receiving": ["police"],
    "raised_by": "practitioner",
    "facts": {"concern": "difference"},
    "words": {"disagreement": "Whether the visits are enough.", "interim-safety": "The school sees the child daily."},
}
DISCUSSION = {"by": "police", "role": "practitioner", "method": "telephone"}


class Api:
    """The interface of one installation, and what asks it."""

    def __init__(self, settings: Settings, **limits: Any) -> None:
        self.settings = settings
        self.tokens = Tokens(settings.data / FILE)
        self.store = store_in(settings.data, now)
        self.here = Installation(settings, Door(self.tokens, partial(somebody, settings), now, self.store, **limits))
        self.app = api_of(self.here)

    def token(self, account: str, *scopes: Scope, days: int = 30) -> str:
        return self.made(account, *scopes, days=days)[1]

    def made(self, account: str, *scopes: Scope, days: int = 30) -> tuple[Token, str]:
        """Make a token of every scope unless some are named."""
        return self.tokens.new(account, "a trial", scopes or SCOPES, now(), now() + timedelta(days=days))

    def as_(self, account: str, *scopes: Scope, **headers: str) -> httpx.AsyncClient:
        """Ask with a new token of an account; of none for an empty one."""
        said = {"Authorization": f"Bearer {self.token(account, *scopes)}"} if account else {}
        return self.client(said | headers)

    def client(self, headers: dict[str, str]) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=ADDRESS, headers=headers)


@pytest.fixture
def api(installation: Settings, cases: CasesInMemory, opened: str, monkeypatch: pytest.MonkeyPatch) -> Api:
    """The interface of an installation with the example's people and one stranger more."""

    @asynccontextmanager
    async def caseload(_: Settings) -> AsyncIterator[Any]:
        try:
            yield cases
        except NoSuchCase as error:  # as the real one says it
            raise Unknown(str(error)) from None

    monkeypatch.setattr(temporal_client, "caseload", caseload)
    with_people(installation, STRANGER)
    return Api(installation)


@pytest.fixture
async def office(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Asks as the partnership's office, with every scope."""
    async with api.as_("coordinator") as client:
        yield client
