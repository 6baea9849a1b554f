"""Every setting of Django, Channels and Celery, in one file, made from `environment.py`.

A wrong variable stops the start with a sentence that names it.
"""

import os
import secrets
import tempfile
from pathlib import Path
from urllib.parse import quote, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from pydantic import ValidationError

from webapp.environment import FRONTEND, Environment, explain
from webapp.origins import Origin
from webapp.studio.s3_blobs import S3Bucket
from webapp.studio.uploads.images import ImageLimits
from webapp.studio.uploads.recordings import RecordingLimits
from webapp.studio.uploads.references import ReferenceLimits
from webapp.studio.uploads.site_zip import SiteLimits

try:
    ENVIRONMENT = Environment()
except ValidationError as error:
    raise ImproperlyConfigured(explain(error)) from None


def _unusable(reason: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(
        f"{ENVIRONMENT.data} cannot hold the data: {reason}. Set MOCKWRIGHT_DATA to another folder."
    )


try:
    DATA = ENVIRONMENT.data.resolve()
except (OSError, RuntimeError) as error:  # a link to itself
    raise _unusable(str(error)) from None
BLOBS = DATA / "blobs"


def _make_private(folder: Path) -> None:
    """Mockups and words are nobody else's. A folder that is not ours stays as it is."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    elif (folder / "secret_key").exists() and folder.stat().st_uid == os.getuid():
        folder.chmod(folder.stat().st_mode & 0o770)


def _name_if_new(temporary: str, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        Path(temporary).rename(path)


def _kept_secret(path: Path) -> str:
    """A key that is made at first use. It has its name once it is whole: a process that is killed
    meanwhile leaves none, and of two that make one at once both get the same."""
    if path.exists() and not _read_secret(path).strip():
        path.unlink()  # of a disk that was full
    if not path.exists():
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key-")
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(50))
                file.flush()
                os.fsync(file.fileno())
            _name_if_new(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    return _read_secret(path)


def _read_secret(path: Path) -> str:
    try:
        if not path.is_fifo():  # of which nothing ever comes
            return path.read_text("utf-8")
    except UnicodeDecodeError:
        pass
    raise ImproperlyConfigured(
        f"{path} is damaged. Restore it from a backup, or delete it and enter the keys of models"
        " again."
    )


try:
    _make_private(DATA)
    BLOBS.mkdir(mode=0o700, exist_ok=True)
    SECRET_KEY = ENVIRONMENT.secret_key or _kept_secret(DATA / "secret_key")
except OSError as error:
    raise _unusable(error.strerror or str(error)) from None
# where uploads and generated files are kept instead of in BLOBS; None for there
S3 = (
    S3Bucket(
        name=ENVIRONMENT.s3_bucket,
        prefix=ENVIRONMENT.s3_prefix,
        endpoint=ENVIRONMENT.s3_endpoint,
        region=ENVIRONMENT.s3_region,
        key_id=ENVIRONMENT.s3_key_id,
        secret=ENVIRONMENT.s3_secret.get_secret_value(),
    )
    if ENVIRONMENT.s3_bucket
    else None
)
DEBUG = ENVIRONMENT.debug
TEST_MODELS = ENVIRONMENT.test_models
LIMITS = ImageLimits(count=5, bytes=20 * 2**20, side=8000)
REFERENCE_LIMITS = ReferenceLimits(
    count=5,
    text_bytes=100 * 2**10,
    # a run writes files beside these, and may have 200
    site=SiteLimits(packed_bytes=10 * 2**20, unpacked_bytes=20 * 2**20, files=150),
)
# a part is what is held in memory of a recording at a time
RECORDING_LIMITS = RecordingLimits(bytes=200 * 2**20, part_bytes=4 * 2**20, seconds=180)
MAX_BODY = LIMITS.bytes + 2**20  # bytes of a request: one file and its form

# where the two origins are; the ASGI application sends each Host to its own side

APP_ORIGIN = ENVIRONMENT.app_origin
APP_PATH = ENVIRONMENT.app_path  # below the origin: "" or like "/mockwright"
PREVIEW_ORIGIN = ENVIRONMENT.preview_origin
if Origin.parse(PREVIEW_ORIGIN) in Origin.parse(APP_ORIGIN).aliases():
    raise ImproperlyConfigured(
        "MOCKWRIGHT_PREVIEW_ORIGIN: generated pages must not share the interface's origin. "
        "Give them another host or port."
    )
ALLOWED_HOSTS = sorted({origin.hostname for origin in Origin.parse(APP_ORIGIN).aliases()})

# Django

ROOT_URLCONF = "webapp.urls"
FORCE_SCRIPT_NAME = APP_PATH or None
ASGI_APPLICATION = "webapp.asgi.application"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "channels",
    "ninja",
    "webapp.studio",
    "webapp.local",
    "workers",
]
MIDDLEWARE = [
    "webapp.serving.middleware.SecurityHeaders",
    "webapp.serving.middleware.StaticFiles",
    "webapp.serving.middleware.SameOriginWrites",
    "webapp.serving.middleware.ChunkedForms",
    "webapp.serving.local_user.LocalUser",
    "webapp.serving.middleware.MethodRefusals",
    "django.middleware.common.CommonMiddleware",
]
TEMPLATES: list[dict[str, object]] = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FILES = 500  # of a folder; how many a page may have is said by its limits

_SQLITE = "django.db.backends.sqlite3"
_DATABASE: dict[str, object] = (
    {**dj_database_url.parse(ENVIRONMENT.database_url)}
    if ENVIRONMENT.database_url
    else {"ENGINE": _SQLITE, "NAME": DATA / "db.sqlite3"}  # a path is no URL: it may hold # and %
)
if _DATABASE["ENGINE"] == _SQLITE:
    _DATABASE["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",  # a transaction that will write waits at its start
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif password := ENVIRONMENT.database_password.get_secret_value():
    _DATABASE["PASSWORD"] = password
DATABASES = {"default": _DATABASE}

# the built front end; an empty folder stands in until it is built

STATIC_URL = f"{APP_PATH}/static/"
STATIC_ROOT = FRONTEND if FRONTEND.is_dir() else DATA / "static"
STATIC_ROOT.mkdir(mode=0o700, exist_ok=True)
WHITENOISE_USE_FINDERS = True  # for the API's documentation, which django-ninja brings along
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[\w-]{8}\.\w+$"  # Vite's file names
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Redis: Celery's broker and the channel layer

REDIS_URL = ENVIRONMENT.redis_url or f"unix://{quote(str(DATA / 'redis.sock'))}"
_REDIS_SOCKET = urlsplit(REDIS_URL).path if REDIS_URL.startswith("unix:") else ""
_CHANNELS_URL = f"unix://{_REDIS_SOCKET}?db=1" if _REDIS_SOCKET else REDIS_URL
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {
            # with a socket time-out an idle websocket would lose its subscription
            "hosts": [
                {"address": _CHANNELS_URL, "socket_timeout": None, "socket_connect_timeout": 2}
            ],
            "prefix": "mockwright",
            "capacity": 1000,
            "expiry": 10,
        },
    }
}

WORKER_NICE = ENVIRONMENT.worker_nice
_LONGEST_RUN = max(ENVIRONMENT.budget(reads_words=reads).seconds for reads in (False, True))
TASK_TIME_LIMIT = int(_LONGEST_RUN) + 1200  # seconds: with time for the last render
CELERY_BROKER_URL = f"redis+socket://{_REDIS_SOCKET}?virtual_host=0" if _REDIS_SOCKET else REDIS_URL
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "mockwright"
# A run is redelivered by the record. Acknowledged late, its message would be open when Redis dies,
# and kombu ends a worker that cannot give an open message back.
CELERY_TASK_ACKS_LATE = False
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT
CELERY_WORKER_DISABLE_PREFETCH = True  # a busy worker leaves a run to another
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 2,
    "max_retries": 0,  # without a broker, sending fails at once: the sweep sends again
}
