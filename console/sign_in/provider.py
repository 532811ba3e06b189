"""The provider of OpenID Connect: where somebody is sent to sign in there, and who came back."""

import secrets
from typing import Any, NamedTuple

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.base import OAuth2Error
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from settings import Settings

WITHIN_SECONDS = 10
_SIGNED_BY = ["RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512"]
"""Never `none`, and none that is signed with a secret."""
_LEEWAY_SECONDS = 60
"""By which two machines' clocks may differ."""


class ProviderAway(Exception):  # noqa: N818 - reads as a sentence
    """The provider does not answer, or not as one does."""


class NotBelieved(Exception):  # noqa: N818 - reads as a sentence
    """What came back is no statement of the provider's about whoever was sent there."""


class Sent(NamedTuple):
    """What has to come back with whoever was sent to the provider; their browser keeps it meanwhile."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider of one installation. Each method waits for it: call it in a thread."""

    def __init__(self, settings: Settings, back: str) -> None:
        """Take the settings, and the whole address of the page to which people come back."""
        self._set = settings.oidc
        self._back = back

    def begins(self) -> tuple[str, Sent]:
        """Return the address at which somebody signs in there. Raises ProviderAway."""
        sent = Sent(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        with self._session() as session:
            said = self._asked(session, f"{self._set.issuer}/.well-known/openid-configuration")
            address, _ = session.create_authorization_url(
                self._text(said, "authorization_endpoint"),
                state=sent.state,
                nonce=sent.nonce,
                code_verifier=sent.verifier,
            )
        return str(address), sent

    def account(self, code: str, sent: Sent) -> str:
        """Return the account that the provider's statement names; empty where it names none.

        Raises ProviderAway and NotBelieved.
        """
        with self._session() as session:
            said = self._asked(session, f"{self._set.issuer}/.well-known/openid-configuration")
            issuer = self._text(said, "issuer")
            if issuer.rstrip("/") != self._set.issuer:
                raise NotBelieved("it is the statement of another issuer")
            try:
                given = session.fetch_token(
                    self._text(said, "token_endpoint"),
                    code=code,
                    code_verifier=sent.verifier,
                    grant_type="authorization_code",
                    timeout=WITHIN_SECONDS,
                )
            except OAuth2Error as error:
                raise NotBelieved("the code was not taken") from error
            except (RequestException, ValueError) as error:
                raise ProviderAway from error
            keys = self._asked(session, self._text(said, "jwks_uri"))
        return self._named(str(given.get("id_token", "")), keys, issuer, sent)

    def _named(self, token: str, keys: dict[str, Any], issuer: str, sent: Sent) -> str:
        expected: dict[str, Any] = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self._set.client_id},
        }
        try:
            read = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_SIGNED_BY)  # type: ignore[arg-type]
            claims = CodeIDToken(
                read.claims, read.header, expected, {"nonce": sent.nonce, "client_id": self._set.client_id}
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise NotBelieved("its statement does not hold") from error
        if self._set.claim == "email" and claims.get("email_verified") is not True:
            return ""
        named = claims.get(self._set.claim)
        return named if isinstance(named, str) else ""

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self._set.client_id,
            self._set.client_secret or None,
            token_endpoint_auth_method="client_secret_basic" if self._set.client_secret else "none",
            scope="openid profile email",
            redirect_uri=self._back,
            code_challenge_method="S256",
        )

    def _asked(self, session: OAuth2Session, address: str) -> dict[str, Any]:
        try:
            answer = session.request("GET", address, withhold_token=True, timeout=WITHIN_SECONDS)
            answer.raise_for_status()
            said = answer.json()
        except (RequestException, ValueError) as error:
            raise ProviderAway from error
        if not isinstance(said, dict):
            raise ProviderAway
        return said

    def _text(self, said: dict[str, Any], name: str) -> str:
        held = said.get(name)
        if not isinstance(held, str) or not held:
            raise ProviderAway
        return held
