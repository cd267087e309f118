"""Which buckets may be read, and by whom this server is known there: the settings alone say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from errors import InputError
from settings import Objects, current

if TYPE_CHECKING:
    from obstore.store import (
        AzureConfig,
        AzureStore,
        ClientConfig,
        GCSConfig,
        GCSStore,
        ObjectStore,
        RetryConfig,
        S3Config,
        S3Store,
    )

SCHEMES = ("s3://", "gs://", "az://")
RETRY_S = 60.0  # for so long a store may be away, then the work that needs it ends
IMPATIENT_S = 4.0
REQUEST_S, CONNECT_S, READ_S = 300, 10, 30


@dataclass(frozen=True)
class Address:
    """Where an object lies, or all whose keys begin so."""

    scheme: str
    bucket: str
    key: str


def is_uri(text: str) -> bool:
    """Whether a text means something in a store of objects."""
    return text.startswith(SCHEMES)


def address(uri: str) -> Address:
    """The parts of a URI.

    Raises:
        InputError: it has no bucket, or is of another kind.
    """
    scheme, _, rest = uri.partition("://")
    bucket, _, key = rest.partition("/")
    if not is_uri(uri) or not bucket or not uri.isprintable():
        raise InputError(f"{uri!r} is not the address of an object. Write it as s3://bucket/key, gs:// or az://.")
    return Address(scheme, bucket, key)


def check(uri: str) -> Address:
    """The parts of a URI that this server may read.

    Raises:
        InputError: it is none, or it lies in no bucket that the settings name.
    """
    where = address(uri)
    allowed = current().objects.object_buckets
    if not any(uri == one.rstrip("/") or uri.startswith(one.rstrip("/") + "/") for one in allowed):
        buckets = ", ".join(allowed) or "-"
        raise InputError(
            f"{uri} does not lie in a bucket that may be read ({buckets}). Whoever runs this program can "
            "name it in SCENELOOP_OBJECT_BUCKETS."
        )
    return where


def client(where: Address, *, patient: bool = True) -> ObjectStore:
    """The client of a bucket; one for each in a process, and it may be used in many threads.

    Args:
        patient: whether a store that is away is tried for a minute, else for some seconds: somebody waits at a page.
    """
    return _client(where.scheme, where.bucket, current().objects, RETRY_S if patient else IMPATIENT_S)


def signing(where: Address) -> AzureStore | GCSStore | S3Store:
    """The same, for signing."""
    return _client(where.scheme, where.bucket, current().objects, RETRY_S)


@lru_cache(maxsize=64)
def _client(scheme: str, bucket: str, settings: Objects, retry_s: float) -> AzureStore | GCSStore | S3Store:
    from obstore.store import AzureStore, GCSStore, S3Store  # only what reads objects loads it

    plain = urlsplit(settings.s3_endpoint or "").scheme == "http"
    options: ClientConfig = {
        "connect_timeout": timedelta(seconds=CONNECT_S), "read_timeout": timedelta(seconds=READ_S),
        "timeout": timedelta(seconds=REQUEST_S), "allow_http": plain,
    }  # fmt: skip
    retry: RetryConfig = {
        "max_retries": 30,
        "retry_timeout": timedelta(seconds=retry_s),
        "backoff": {"init_backoff": timedelta(seconds=0.1), "max_backoff": timedelta(seconds=5), "base": 2},
    }
    if scheme == "s3":
        return S3Store(bucket, config=_s3(settings), client_options=options, retry_config=retry)
    if scheme == "gs":
        google: GCSConfig = {"service_account": settings.gs_account} if settings.gs_account else {}
        return GCSStore(bucket, config=google, client_options=options, retry_config=retry)
    azure: AzureConfig = {}
    if settings.az_account:
        azure["account_name"] = settings.az_account
    if settings.az_key:
        azure["account_key"] = settings.az_key
    return AzureStore(bucket, config=azure, client_options=options, retry_config=retry)


def _s3(settings: Objects) -> S3Config:
    """What is set; for the rest the library looks where the cloud's own programs look."""
    config: S3Config = {}
    if settings.s3_endpoint:
        config["endpoint"] = settings.s3_endpoint
    if settings.s3_region:
        config["region"] = settings.s3_region
    if settings.s3_key:
        config["access_key_id"] = settings.s3_key
    if settings.s3_secret:
        config["secret_access_key"] = settings.s3_secret
    return config
