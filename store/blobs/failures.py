"""What goes wrong with an object, as the errors of files: one object's own fault is an `OSError`, a store that is away ends the work."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from errors import StoreError
from store.blobs import buckets

MOST_WORDS = 160
NO_BUCKET = "NoSuchBucket"


@contextmanager
def explained(uri: str) -> Iterator[None]:
    """Say in one sentence what a store of objects answers.

    Raises:
        FileNotFoundError: there is no such object. PermissionError: it may not be read or written.
        OSError: it was replaced meanwhile, or no object can have this name.
        StoreError: there is no such bucket, or the store did not answer for a minute.
    """
    from obstore import exceptions

    try:
        yield
    except exceptions.NotFoundError as error:
        if "NoSuchBucket" in str(error):
            raise StoreError(
                f"There is no bucket {_bucket(uri)}. Check its name and SCENELOOP_OBJECT_BUCKETS."
            ) from error
        raise FileNotFoundError(errno.ENOENT, "there is no such object", uri) from error
    except FileNotFoundError as error:
        raise FileNotFoundError(errno.ENOENT, "there is no such object", uri) from error
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, PermissionError) as error:
        raise PermissionError(errno.EACCES, "the store denies it to this server", uri) from error
    except exceptions.PreconditionError as error:
        raise OSError(errno.ESTALE, "it was replaced while it was read", uri) from error
    except exceptions.InvalidPathError as error:
        raise OSError(errno.EINVAL, "no object can have this name", uri) from error
    except exceptions.BaseError as error:
        raise _no_bucket(uri) if NO_BUCKET in str(error) else away(uri, error) from error


def away(uri: str, error: Exception) -> StoreError:
    """What is said of a store that does not answer as it should."""
    words = " ".join(str(error).split()).rpartition(" - ")[2][:MOST_WORDS]
    return StoreError(
        f"{_bucket(uri)} does not answer ({words}). What was done so far is kept. Run it again when the store can be reached."
    )


def _no_bucket(uri: str) -> StoreError:
    return StoreError(f"There is no bucket {_bucket(uri)}. Check its name and SCENELOOP_OBJECT_BUCKETS.")


def _bucket(uri: str) -> str:
    where = buckets.address(uri)
    return f"{where.scheme}://{where.bucket}"
