"""An identity provider by OpenID Connect: the way there and back, with PKCE, and what is believed of what comes back.

After OpenID Connect Core 1.0 (3.1) and RFC 9700: the code flow alone, state, nonce and a verifier of 256 bits each, kept in a cookie of the browser that
began it. Tokens are checked against the provider's keys; nothing of them is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlencode, urlsplit

import httpx

from errors import InputError, StoreError
from settings import Settings, is_loopback
from store.accounts import roles
from store.accounts.outside_identities import Grant, Outside
from store.accounts.roles import Role

CALLBACK = "/signin/callback"
ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)  # none, and no shared key
WAIT_S = 10.0
STRANGE = "The sign-in could not be verified. Start again."


@dataclass(frozen=True)
class Journey:
    """What a browser keeps between leaving and coming back."""

    state: str
    nonce: str
    verifier: str
    back: str

    def packed(self) -> str:
        """As the value of a cookie."""
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()


def unpacked(cookie: str | None) -> Journey | None:
    """The journey that a cookie holds, or None."""
    try:
        return Journey(
            **{name: str(value) for name, value in json.loads(base64.urlsafe_b64decode(cookie or "")).items()}
        )
    except (ValueError, TypeError, AttributeError):
        return None


@dataclass(frozen=True)
class Provider:
    """A provider as it describes itself, and what this server believes of its people."""

    issuer: str
    authorization: str
    token: str
    keys: str
    client: str
    secret: str
    domains: tuple[str, ...]
    grants: tuple[Grant, ...]
    claim: str

    def away(self, redirect: str, journey: Journey) -> str:
        """Where the browser goes."""
        digest = hashlib.sha256(journey.verifier.encode()).digest()
        query = {
            "response_type": "code", "client_id": self.client, "redirect_uri": redirect, "scope": "openid email profile",
            "state": journey.state, "nonce": journey.nonce, "code_challenge_method": "S256",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        }  # fmt: skip
        return f"{self.authorization}{'&' if '?' in self.authorization else '?'}{urlencode(query)}"

    def arrived(self, redirect: str, journey: Journey, query: Mapping[str, str]) -> tuple[Outside, list[Grant] | None]:
        """Who came back, and what their groups give.

        Raises:
            InputError: it is not the journey that began, or the provider or this server does not vouch for them.
            StoreError: the provider cannot be reached.
        """
        if not secrets.compare_digest(query.get("state", ""), journey.state) or not query.get("code"):
            raise InputError(STRANGE)
        if query.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise InputError(STRANGE)
        form = {
            "grant_type": "authorization_code", "code": query["code"], "redirect_uri": redirect, "code_verifier": journey.verifier,
            "client_id": self.client, "client_secret": self.secret,
        }  # fmt: skip
        answer = _asked("POST", self.token, form)
        claims = self._checked(str(answer.get("id_token", "")), journey.nonce)
        email = str(claims.get("email", "")).strip().lower()
        if not email or claims.get("email_verified") is not True:
            raise InputError("The provider has not confirmed your e-mail address. Confirm it there, then sign in.")
        if self.domains and email.rpartition("@")[2] not in self.domains:
            raise InputError("Addresses of that domain may not sign in here. Use your team's address.")
        return Outside(self.issuer, str(claims["sub"]), email), self._given(claims.get(self.claim))

    def _checked(self, token: str, nonce: str) -> Mapping[str, object]:
        from joserfc import errors, jwk, jwt

        try:
            keys = jwk.KeySet.import_key_set(_asked("GET", self.keys))  # type: ignore[arg-type]
            claims = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
            needed = jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": self.issuer},
                aud={"essential": True, "value": self.client},
                exp={"essential": True},
                iat={"essential": True},
                sub={"essential": True},
                nonce={"essential": True, "value": nonce},
            )
            needed.validate(claims)
        except (errors.JoseError, ValueError, KeyError) as error:
            raise InputError(STRANGE) from error
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != self.client:
            raise InputError(STRANGE)
        return claims

    def _given(self, groups: object) -> list[Grant] | None:
        if not self.grants:
            return None
        mine = {str(group) for group in groups} if isinstance(groups, list) else {str(groups)}
        return [grant for grant in self.grants if grant.group in mine]


def journey(back: str) -> Journey:
    """A new journey; `back` is where somebody wanted to be."""
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(32), back)


def of(settings: Settings) -> Provider | None:
    """The provider that the settings name, None without one.

    Raises:
        InputError: the settings lack something. StoreError: it cannot be reached, or describes another one.
    """
    issuer = settings.oidc_issuer
    if issuer is None:
        return None
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname or "")):
        raise InputError("SCENELOOP_OIDC_ISSUER has to begin with https://.")
    if not settings.oidc_client or not settings.oidc_secret:
        raise InputError("SCENELOOP_OIDC_CLIENT and SCENELOOP_OIDC_SECRET are missing.")
    if not settings.oidc_domains and not settings.oidc_groups:
        raise InputError("Set who may sign in: SCENELOOP_OIDC_DOMAINS or SCENELOOP_OIDC_GROUPS.")
    configuration = _asked("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if configuration.get("issuer") != issuer:
        raise StoreError("The identity provider's issuer is not the one in SCENELOOP_OIDC_ISSUER.")
    return Provider(
        issuer,
        authorization=str(configuration.get("authorization_endpoint", "")),
        token=str(configuration.get("token_endpoint", "")),
        keys=str(configuration.get("jwks_uri", "")),
        client=settings.oidc_client,
        secret=settings.oidc_secret,
        domains=settings.oidc_domains,
        grants=tuple(grant_of(text) for text in settings.oidc_groups),
        claim=settings.oidc_claim,
    )


def grant_of(text: str) -> Grant:
    """`GROUP=ROLE@WORKSPACE`, or `GROUP=admin`.

    Raises:
        InputError: it is neither.
    """
    group, _, given = text.rpartition("=")
    word, _, workspace = given.partition("@")
    role = roles.named(word)
    if not group or (role == Role.ADMIN) != (workspace == ""):
        raise InputError(f"SCENELOOP_OIDC_GROUPS has {text!r}. Write GROUP=ROLE@WORKSPACE, or GROUP=admin.")
    return Grant(group, role, workspace or None)


def _asked(method: str, url: str, form: Mapping[str, str] | None = None) -> Mapping[str, object]:
    try:
        answer = httpx.request(method, url, data=form, timeout=WAIT_S, headers={"Accept": "application/json"})
        content = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise StoreError(
            "The identity provider cannot be reached, or does not answer as one. Try again later."
        ) from error
    if answer.status_code != 200 or not isinstance(content, dict):
        raise InputError(STRANGE)  # a code that was used, or that it did not give
    return content


def names(grants: Sequence[Grant]) -> str:
    """What groups give, for the audit log."""
    return ", ".join(f"{g.role.word}@{g.workspace}" if g.workspace else g.role.word for g in grants)
