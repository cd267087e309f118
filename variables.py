"""Every variable of the environment that `settings.py` reads, as the documentation describes it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """A variable of the environment, as the documentation describes it.

    Attributes:
        name: without `SCENELOOP_`.
        meaning: in Markdown, without a capital and a full stop.
        default: what holds where it is not set, empty where nothing does.
        in_file: whether it may stand in the file of settings.
    """

    name: str
    meaning: str
    default: str = ""
    in_file: bool = True


VARIABLES = (
    Variable("WORKSPACE", "a workspace, or a folder whose children are workspaces", "./workspace"),
    Variable(
        "DATABASE_URL", "PostgreSQL database of a workspace that `init` makes, and the password for existing ones"
    ),
    Variable("THREADS", "compute threads; `0` lets the libraries decide", "0"),
    Variable("NICE", "nice level of long work (adding, training, videos), 0 to 19; pages come first", "10"),
    Variable("SUGGEST_URL", "base URL, with its `/v1`, of an OpenAI-compatible endpoint that suggests prompts"),
    Variable("SUGGEST_KEY", "key for that endpoint"),
    Variable("SUGGEST_MODEL", "name of the model that the endpoint is asked for", "default"),
    Variable(
        "ALLOWED_HOSTS", "further host names that the server answers to, separated by commas; as `--allowed-host`"
    ),
    Variable("OPEN", "`1` lets other machines connect; as `--open`"),
    Variable("ALLOWED_ROOTS", "folders, separated by `:`, below which owners may name paths; as `--allowed-root`"),
    Variable("ACCOUNTS_URL", "PostgreSQL database for accounts", "`accounts.db` beside the workspaces"),
    Variable("MODELS", "folder of downloaded models, one folder for each", "~/.cache/sceneloop/models"),
    Variable("TOKEN", "API token with which `sceneloop --server URL` works"),
    Variable("PUBLIC_URL", "address under which browsers reach the server, if a proxy passes on another"),
    Variable("OIDC_ISSUER", "address of the identity provider; without it, people sign in with passwords only"),
    Variable("OIDC_CLIENT", "client id of this server at the provider"),
    Variable("OIDC_SECRET", "its secret"),
    Variable("OIDC_DOMAINS", "domains of e-mail addresses that may sign in, separated by commas; all if empty"),
    Variable("OIDC_GROUPS", "roles by group: `GROUP=ROLE@WORKSPACE` or `GROUP=admin`, separated by commas"),
    Variable("OIDC_CLAIM", "claim that lists the groups", "groups"),
    Variable("PROXY_HEADER", "header in which a proxy says whom it has signed in"),
    Variable(
        "PROXY_PEERS", "addresses or networks of such proxies, separated by commas; others' headers count for nothing"
    ),
    Variable("PROXY_SIGN_OUT", "address of the proxy's own that signs people out, such as `/oauth2/sign_out`"),
    Variable(
        "OBJECT_BUCKETS",
        "buckets that may be read, as `s3://NAME`, `gs://NAME` or `az://NAME`, each with a prefix after a slash if only that; "
        "separated by commas",
    ),
    Variable("S3_ENDPOINT", "address of an S3 service other than Amazon's, such as `https://minio.example`"),
    Variable("S3_REGION", "its region", "us-east-1"),
    Variable("S3_KEY", "access key id; without it, `AWS_*` or the role of the machine"),
    Variable("S3_SECRET", "its secret"),
    Variable("GS_ACCOUNT", "JSON file of a service account of Google Cloud Storage; without it, the machine's own"),
    Variable("AZ_ACCOUNT", "storage account of Azure"),
    Variable("AZ_KEY", "its key"),
    Variable(
        "SEARCH_URL",
        "address of a Milvus server that searches large workspaces, such as `http://milvus:19530`; without it, this machine does",
    ),
    Variable("SEARCH_TOKEN", "its token, as `user:password`"),
    Variable("ACTOR", "name on labels from the command line", "the login name", in_file=False),
    Variable("SETTINGS", "TOML file of settings", in_file=False),
)
"""Every variable that `settings.py` reads; `docs/reference/settings.md` is written from it."""
