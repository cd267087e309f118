"""The error tree.

    Exception
    └── AppError              safe to show: what happened, what was kept, what to do next
        ├── InputError        something the user gave cannot be used (a file, a column, a name)
        ├── ConflictError     somebody or something else changed it first
        ├── EncoderError      a model cannot be loaded, or does not fit the stored vectors
        ├── StoreError        the disk, the database or a stored file refuses
        │   └── ReadOnlyError the workspace can be read and not written
        ├── RoleError         somebody else may do this
        └── CancelledError    the user stopped the work; what was committed is kept

Everything that is not an `AppError` is a bug and is not caught.
"""


class AppError(Exception):
    """An error for the person at the screen: one plain sentence, then the way out."""


class InputError(AppError):
    """Something the user gave cannot be used."""


class ConflictError(AppError):
    """Somebody or something else changed it first."""


class EncoderError(AppError):
    """A model cannot be loaded, or does not fit the stored vectors."""


class StoreError(AppError):
    """The disk, the database or a stored file refuses."""


class ReadOnlyError(StoreError):
    """The workspace can be read and not written."""


class RoleError(AppError):
    """Somebody else may do this: the role of who asks is too low."""


class CancelledError(AppError):
    """The user stopped the work; what was committed is kept."""
