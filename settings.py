"""One frozen, typed `Settings`, read once from the environment and from a file that it names.

Every name starts with `SCENELOOP_`. Nothing else in the project reads or sets the environment.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from errors import InputError
from variables import VARIABLES

ROOT = Path(__file__).resolve().parent
MAX_PIXELS = 50_000_000
MAX_UPLOAD_MB = 2048
MAX_NICE = 19
DEFAULT_PORTS = (80, 443)


IN_FILE = tuple(variable.name.lower() for variable in VARIABLES if variable.in_file)


@dataclass(frozen=True)
class Place:
    """A host as `Host` and `Origin` name it.

    Attributes:
        name: in lower case, without brackets and final dot.
        port: the port that is written, None where it is a default one (80, 443) or left out.
    """

    name: str
    port: int | None

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The name as a numeric address, None where it is a word."""
        try:
            ip = ip_address(self.name)
        except ValueError:
            return None
        return getattr(ip, "ipv4_mapped", None) or ip

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine is reached there."""
        return self.name == "localhost" or bool(self.address and self.address.is_loopback)


def place(netloc: str) -> Place | None:
    """The place that `name:port` means; None where it is none (credentials, a path, a port that is not a number)."""
    try:
        parts = urlsplit(f"//{netloc}")
        name, port = parts.hostname, parts.port
    except ValueError:
        return None
    strange = "@" in netloc or parts.path or parts.query or parts.fragment or any(c.isspace() for c in netloc)
    if not (name and name.rstrip(".")) or strange:
        return None
    return Place(name.rstrip("."), None if port in DEFAULT_PORTS else port)


def is_loopback(address: str) -> bool:
    """Whether only this machine reaches a server that listens on an address."""
    host = place(f"[{address}]" if ":" in address else address)
    return host is not None and host.is_loopback


@dataclass(frozen=True)
class Objects:
    """Stores of objects that are read. Nothing that a person types decides whom the server speaks to.

    Attributes:
        object_buckets: what may be read, as URIs.
        s3_endpoint, s3_region, s3_key, s3_secret: of S3. gs_account: of Google. az_account, az_key: of Azure.
    """

    object_buckets: tuple[str, ...] = ()
    s3_endpoint: str | None = None
    s3_region: str | None = None
    s3_key: str | None = None
    s3_secret: str | None = None
    gs_account: str | None = None
    az_account: str | None = None
    az_key: str | None = None


@dataclass(frozen=True)
class Settings:
    """Where things are and how many threads may work.

    Attributes:
        workspace: folder that holds one workspace, or a folder whose children are workspaces.
        database_url: address of the database of a new workspace, and the password of those that a folder names; or None.
        threads: compute threads of torch and FAISS; 0 lets the libraries decide.
        nice: nice level of long work in child processes, 0 to 19: the higher, the more it gives way to the pages.
        suggest_url: base URL of an OpenAI-compatible endpoint for prompt suggestions, or None.
        suggest_key: its key, or None.
        suggest_model: the model name sent to it.
        allowed_hosts: names that the server answers to beside this machine's own, as `name` or `name:port`.
        opened: whether other machines may connect.
        allowed_roots: folders of this machine's disk below which a path may be typed on a page; without any, everywhere on a server without
            users and nowhere on one with.
        models: folder of published models that were downloaded, or put there by hand.
        public_url: address under which browsers reach the server, where that is not the one that it is asked under.
        oidc_issuer, oidc_client, oidc_secret: identity provider and what this server is to it; without an issuer there is none.
        oidc_domains: of e-mail addresses that it may let in, all where empty. oidc_groups: what its groups give, as
            `GROUP=ROLE@WORKSPACE`; oidc_claim: the claim that lists them.
        proxy_header, proxy_peers, proxy_sign_out: a proxy that signs people in, see `store.accounts.named_proxy`.
        has_real_peers: whether the server that speaks HTTP leaves the address of whoever connects as it is.
        token: API token with which the command line works on a server (`--server`), or None.
        accounts_url: address of the PostgreSQL database that holds the server's accounts, or None for a file beside the workspaces.
        search_url, search_token: a Milvus server that searches, or None. objects: stores of objects.
    """

    workspace: Path
    database_url: str | None = None
    threads: int = 0
    nice: int = 10
    suggest_url: str | None = None
    suggest_key: str | None = None
    suggest_model: str = "default"
    allowed_hosts: tuple[str, ...] = ()
    opened: bool = False
    allowed_roots: tuple[Path, ...] = ()
    accounts_url: str | None = None
    models: Path = Path("~/.cache/sceneloop/models")
    token: str | None = None
    public_url: str | None = None
    oidc_issuer: str | None = None
    oidc_client: str | None = None
    oidc_secret: str | None = None
    oidc_domains: tuple[str, ...] = ()
    oidc_groups: tuple[str, ...] = ()
    oidc_claim: str = "groups"
    proxy_header: str | None = None
    proxy_peers: tuple[str, ...] = ()
    proxy_sign_out: str | None = None
    has_real_peers: bool = False
    search_url: str | None = None
    search_token: str | None = None
    objects: Objects = Objects()


def read(environ: Mapping[str, str]) -> Settings:
    """Build settings from an environment mapping.

    Raises:
        InputError: `SCENELOOP_THREADS` or `SCENELOOP_NICE` is not a whole number in its range, or a name of `SCENELOOP_ALLOWED_HOSTS` is not a host.
    """
    threads = environ.get("SCENELOOP_THREADS", "0")
    if not threads.isdigit():
        raise InputError(f"SCENELOOP_THREADS is {threads!r}. Set it to a whole number, or 0 for automatic.")
    nice = environ.get("SCENELOOP_NICE", str(Settings.nice))
    if not nice.isdigit() or int(nice) > MAX_NICE:
        raise InputError(f"SCENELOOP_NICE is {nice!r}. Set it to a whole number from 0 to {MAX_NICE}.")
    return Settings(
        workspace=Path(environ.get("SCENELOOP_WORKSPACE") or "workspace").expanduser(),
        database_url=environ.get("SCENELOOP_DATABASE_URL") or None,
        threads=int(threads),
        nice=int(nice),
        suggest_url=environ.get("SCENELOOP_SUGGEST_URL") or None,
        suggest_key=environ.get("SCENELOOP_SUGGEST_KEY") or None,
        suggest_model=environ.get("SCENELOOP_SUGGEST_MODEL") or "default",
        allowed_hosts=_hosts(environ.get("SCENELOOP_ALLOWED_HOSTS", "")),
        opened=environ.get("SCENELOOP_OPEN", "") not in ("", "0"),
        allowed_roots=tuple(
            Path(name).expanduser() for name in environ.get("SCENELOOP_ALLOWED_ROOTS", "").split(os.pathsep) if name
        ),
        accounts_url=environ.get("SCENELOOP_ACCOUNTS_URL") or None,
        models=Path(environ.get("SCENELOOP_MODELS") or Settings.models).expanduser(),
        token=environ.get("SCENELOOP_TOKEN") or None,
        public_url=environ.get("SCENELOOP_PUBLIC_URL") or None,
        oidc_issuer=environ.get("SCENELOOP_OIDC_ISSUER") or None,
        oidc_client=environ.get("SCENELOOP_OIDC_CLIENT") or None,
        oidc_secret=environ.get("SCENELOOP_OIDC_SECRET") or None,
        oidc_domains=tuple(name.lower() for name in _listed(environ.get("SCENELOOP_OIDC_DOMAINS", ""))),
        oidc_groups=_listed(environ.get("SCENELOOP_OIDC_GROUPS", "")),
        oidc_claim=environ.get("SCENELOOP_OIDC_CLAIM") or "groups",
        proxy_header=environ.get("SCENELOOP_PROXY_HEADER") or None,
        proxy_peers=_listed(environ.get("SCENELOOP_PROXY_PEERS", "")),
        proxy_sign_out=environ.get("SCENELOOP_PROXY_SIGN_OUT") or None,
        has_real_peers=environ.get("FORWARDED_ALLOW_IPS")
        == "",  # of uvicorn, which else believes any process of this machine
        search_url=environ.get("SCENELOOP_SEARCH_URL") or None,
        search_token=environ.get("SCENELOOP_SEARCH_TOKEN") or None,
        objects=_objects(environ),
    )


def _objects(environ: Mapping[str, str]) -> Objects:
    return Objects(
        object_buckets=_listed(environ.get("SCENELOOP_OBJECT_BUCKETS", "")),
        s3_endpoint=environ.get("SCENELOOP_S3_ENDPOINT") or None,
        s3_region=environ.get("SCENELOOP_S3_REGION") or None,
        s3_key=environ.get("SCENELOOP_S3_KEY") or None,
        s3_secret=environ.get("SCENELOOP_S3_SECRET") or None,
        gs_account=environ.get("SCENELOOP_GS_ACCOUNT") or None,
        az_account=environ.get("SCENELOOP_AZ_ACCOUNT") or None,
        az_key=environ.get("SCENELOOP_AZ_KEY") or None,
    )


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(name for name in re.split(r"[,\s]+", text) if name)
    for name in hosts:
        if place(name) is None:
            raise InputError(
                f"The allowed host {name!r} is not a host. Give a name such as label.example or label.example:8443."
            )
    return hosts


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split(",") if (name := part.strip()))


def with_file(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment with what the TOML file adds that `SCENELOOP_SETTINGS` names; what the environment says itself goes before.

    Its keys are the variables in small letters without their beginning: `allowed_hosts = ["label.example"]`, `open = true`.

    Raises:
        InputError: the file cannot be read, or a key or value in it is none.
    """
    name = environ.get("SCENELOOP_SETTINGS")
    if not name:
        return dict(environ)
    try:
        content = tomllib.loads(Path(name).expanduser().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"SCENELOOP_SETTINGS names {name}, which cannot be read ({error}).") from error
    added = {}
    for key, value in content.items():
        joint = os.pathsep if key == "allowed_roots" else ","
        parts = value if isinstance(value, list) else [value]
        if key not in IN_FILE or not all(isinstance(part, str | int) for part in parts):
            raise InputError(f"{name}: {key} is not a setting with such a value. There are {', '.join(IN_FILE)}.")
        added[f"SCENELOOP_{key.upper()}"] = joint.join(str(int(p) if isinstance(p, bool) else p) for p in parts)
    return {**added, **environ}


def set_default(name: str, value: str) -> None:
    """Set a variable that the environment leaves open: a library reads it when it is loaded, a child process when it begins."""
    os.environ.setdefault(name, value)


def child_environment(**changes: str) -> dict[str, str]:
    """The environment of a child process that finds our modules: this one's, with changes."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **changes}


def actor() -> str | None:
    """The person whom `SCENELOOP_ACTOR` names, who works at the command line."""
    return os.environ.get("SCENELOOP_ACTOR") or None


@cache
def current() -> Settings:
    """The settings of this process, read once."""
    return read(with_file(os.environ))
