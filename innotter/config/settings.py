"""All settings, in the order of Django's own reference. Every value comes from the environment; see `.env.example`.

No setting asks whether this is production: the parts are chosen one by one, each by its own variable.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import django_stubs_ext
from django.urls import reverse_lazy
from environs import Env
from marshmallow.validate import OneOf, Range

from innotter.config import bounds
from innotter.config.addresses import broker_address, cache_address
from innotter.config.amazon import PATIENCE, bucket
from innotter.config.budgets import budgets
from innotter.config.data_dir import DataDir
from innotter.config.hosts import in_ascii, reachable, site_at, site_in_ascii
from innotter.config.keys import given_token_keys, kept_secret_keys, kept_token_keys
from innotter.config.logs import logging_configuration
from innotter.config.mail_server import mail_server

# Lets the framework's classes say what they hold, as in `ModelAdmin[Page]`.
django_stubs_ext.monkeypatch()

env = Env()
env.read_env(".env", recurse=False)

DATA_DIR = DataDir(env.path("DATA_DIR", Path("data")))

# -- Core ----------------------------------------------------------------------------------------------------------

HOST, PORT = env.str("HOST", "127.0.0.1"), env.int("PORT", 8000)
#: Requests that one process of the web server works on at a time.
WEB_THREADS = env.int("WEB_THREADS", 4, validate=Range(min=1))
SITE_URL = site_in_ascii(env.str("SITE_URL", site_at(HOST, PORT), validate=bounds.site).rstrip("/"))
SITE_IS_HTTPS = urlsplit(SITE_URL).scheme == "https"

#: The site's own name is always among them, and the machine itself: the supervisor and the services ask there.
ALLOWED_HOSTS = [
    *map(in_ascii, env.list("ALLOWED_HOSTS", [], subcast=str.strip)),
    *(reachable(urlsplit(SITE_URL).hostname or ""), "localhost", "127.0.0.1", "[::1]", reachable(HOST)),
]
DEBUG = env.bool("DEBUG", False)
_secret_keys = [env.str("SECRET_KEY", "")] if env.str("SECRET_KEY", "") else kept_secret_keys(DATA_DIR)
SECRET_KEY = _secret_keys[0]
# An empty one, after a comma at the end, would count like the others: anybody could sign with it.
SECRET_KEY_FALLBACKS = [*filter(None, env.list("SECRET_KEY_FALLBACKS", [], subcast=str.strip)), *_secret_keys[1:]]

INSTALLED_APPS = [
    "innotter.config.apps.WiringConfig",
    "django.contrib.auth",
    "innotter.moderation",
    "innotter.administration",
    "innotter.feed",
    "innotter.tasks",
    "innotter.jobs",
    "innotter.blog",
    "innotter.pages",
    "innotter.webhooks",
    "innotter.notifications",
    "innotter.accounts",
    "innotter.audit",
    "innotter.site",
    "innotter.mail",
    "innotter.media",
    "innotter.api",
    "innotter.web",
    "innotter.events",
    "innotter.config.apps.AdminConfig",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]

MIDDLEWARE = [
    "innotter.web.proxies.TrustedProxyMiddleware",
    "innotter.web.requests.RequestMiddleware",
    "innotter.api.throttles.AddressMiddleware",
    "innotter.config.short_way.ShortWayMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "innotter.web.compression.CompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "innotter.config.errors.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "innotter.accounts.authentication.JWTMiddleware",
    "innotter.accounts.authentication.PreferencesMiddleware",
    "innotter.accounts.authentication.LastUseMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "innotter.web.errors.RefusalMiddleware",
    "innotter.config.limits.WriteLimitMiddleware",
]

ROOT_URLCONF = "innotter.config.urls"
WSGI_APPLICATION = "innotter.config.wsgi.application"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # Usernames are unique in any case: a constraint says so, not the field.
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "innotter.web.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]

#: Lines for people's eyes, or JSON for programs that gather logs.
LOG_FORMAT = env.str("LOG_FORMAT", "text", validate=OneOf(["text", "json"]))
LOG_LEVEL = env.str("LOG_LEVEL", "", validate=bounds.level).upper()
#: Whether each request and each step that follows from it gets a line; where programs read the log, it does.
LOG_REQUESTS = env.bool("LOG_REQUESTS", LOG_FORMAT == "json")
LOGGING = logging_configuration(style=LOG_FORMAT, level=LOG_LEVEL, says_steps=LOG_REQUESTS)

#: What Prometheus shows at /metrics/ to be let in. Without it, only admins are.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")

# -- Database, cache, broker ---------------------------------------------------------------------------------------

#: First pages of home feeds that a web process keeps, of some 20 kB each.
FEED_ANSWERS_KEPT = env.int("FEED_ANSWERS_KEPT", 1000, validate=Range(min=0))

#: Connections each process keeps at the most.
DATABASE_POOL_SIZE = env.int("DATABASE_POOL_SIZE", 8, validate=Range(min=1))

#: Whether statements are planned once for each connection. A pooler that hands each transaction to another connection,
#: and knows nothing of prepared statements (PgBouncer before 1.22), asks for no.
DATABASE_PREPARE = env.bool("DATABASE_PREPARE", True)

_private_postgres: dict[str, Any] = {"HOST": str(DATA_DIR.sockets), "NAME": "innotter", "USER": "innotter"}
_is_given = bool(env.str("DATABASE_URL", "", validate=bounds.database))
_database = dict(env.dj_db_url("DATABASE_URL")) if _is_given else _private_postgres
#: Whoever asks waits so long, which bridges a restart. The pool's own pauses double: without an end to its attempts it
#: would find the database long after that is back.
_pool = {"min_size": 0, "max_size": DATABASE_POOL_SIZE, "timeout": 5, "reconnect_timeout": 5, "max_idle": 60}
DATABASES = {
    "default": _database
    | {
        "ENGINE": "innotter.database",  # Looks at each connection before it is lent: a restart has ended all of them.
        "CONN_MAX_AGE": 0,  # The pool keeps the connections.
        "OPTIONS": {"prepare_threshold": 5 if DATABASE_PREPARE else None}
        | _database.get("OPTIONS", {})
        | {"pool": _pool},
    }
}

_private_valkey = quote(str(DATA_DIR.valkey_socket))
CACHE_URL = cache_address(env.str("CACHE_URL", "")) or f"unix://{_private_valkey}?db=0"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "innotter",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

_private_broker = f"redis+socket://{_private_valkey}?virtual_host=1"
CELERY_BROKER_URL = broker_address(env.str("CELERY_BROKER_URL", "")) or _private_broker

# -- Events, and the services that hear of them ----------------------------------------------------------------------

#: Where the services are asked for their numbers: those that `innotter up` starts, or others. An empty address: none.
STATISTICS_URL = env.str("STATISTICS_URL", f"http://127.0.0.1:{PORT + 1}", validate=bounds.service).rstrip("/")
INSIGHTS_URL = env.str("INSIGHTS_URL", f"http://127.0.0.1:{PORT + 2}", validate=bounds.service).rstrip("/")
EVENTS_AMQP_URL = env.str("EVENTS_AMQP_URL", "", validate=bounds.queue)
EVENTS_KAFKA_BOOTSTRAP = env.str("EVENTS_KAFKA_BOOTSTRAP", "")
#: More properties of librdkafka, as JSON, such as those of its security.
EVENTS_KAFKA_CONFIG: Any = env.json("EVENTS_KAFKA_CONFIG", {}, validate=bounds.properties)
_sinks = {
    "statistics": EVENTS_AMQP_URL or (STATISTICS_URL and f"{STATISTICS_URL}/events"),
    "insights": f"kafka://{EVENTS_KAFKA_BOOTSTRAP}"
    if EVENTS_KAFKA_BOOTSTRAP
    else INSIGHTS_URL and f"{INSIGHTS_URL}/events",
}
#: For how long events are kept, in days; 0: for ever, so that statistics and insights can always be made anew.
EVENTS_KEPT_DAYS = env.int("EVENTS_KEPT_DAYS", 0, validate=bounds.days(0))
#: Who hears of events outside of the core, and where; the scheme says how (`events/sinks`).
EVENT_SINKS = {name: address for name, address in _sinks.items() if address}
EVENT_SINK_SIGNER = "innotter.accounts.tokens.service_token"

# -- E-mail --------------------------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "", validate=bounds.mail_server)
if urlsplit(EMAIL_URL).scheme == "ses":
    # Amazon's, whose keys boto3 finds in the environment or in the machine's role: ses://eu-central-1
    EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    ANYMAIL = {"AMAZON_SES_CLIENT_PARAMS": {"region_name": urlsplit(EMAIL_URL).hostname, "config": PATIENCE}}
elif EMAIL_URL:
    _email = mail_server(env)
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]
else:
    EMAIL_BACKEND = "innotter.mail.backend.MailboxBackend"
EMAIL_TIMEOUT = 20
#: For how long it is kept who got which e-mail, and what lies in the local mailbox, in days.
MAIL_KEPT_DAYS = env.int("MAIL_KEPT_DAYS", 30, validate=bounds.days(8))
EMAIL_DOMAIN = urlsplit(SITE_URL).hostname
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"Innotter <innotter@{EMAIL_DOMAIN}>", validate=bounds.sender)

# -- Languages and time --------------------------------------------------------------------------------------------

LANGUAGE_CODE = env.str("LANGUAGE_CODE", "en", validate=OneOf(["en", "ru"]))
FORMAT_MODULE_PATH = "innotter.config.formats"
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LOCALE_PATHS = [Path(__file__).parent.parent / "locale"]
TIME_ZONE = env.str("TIME_ZONE", "UTC", validate=bounds.time_zone)
USE_TZ = True

# -- Where pictures lie -------------------------------------------------------------------------------------------

#: A bucket on S3, or on anything that speaks it; its keys are found by boto3. Without one: a folder in DATA_DIR.
MEDIA_S3_BUCKET = env.str("MEDIA_S3_BUCKET", "")
MEDIA_S3_ENDPOINT = env.str("MEDIA_S3_ENDPOINT", "", validate=bounds.service)
MEDIA_S3_REGION = env.str("MEDIA_S3_REGION", "us-east-1")
#: Where a browser is sent for a picture, when that is not this site.
MEDIA_ORIGINS = (
    [MEDIA_S3_ENDPOINT or f"https://{MEDIA_S3_BUCKET}.s3.{MEDIA_S3_REGION}.amazonaws.com"] if MEDIA_S3_BUCKET else []
)

# -- Security ------------------------------------------------------------------------------------------------------

TRUSTED_PROXIES: list[str] = env.list("TRUSTED_PROXIES", [], subcast=str.strip, validate=bounds.networks)
SECURE_SSL_REDIRECT = SITE_IS_HTTPS
# What the machine itself asks for, behind the proxy; none of it is a secret.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics/$", r"^\.well-known/jwks\.json$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000, validate=bounds.seconds(0)) if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "innotter.config.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *MEDIA_ORIGINS],  # blob: what the editor is about to upload
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

#: The largest JSON body and form without its files: an article may be a book.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("REQUEST_MAX_BYTES", 5_000_000, validate=Range(min=0))

# -- Static files and media ----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
#: In an image they are collected when it is built.
STATIC_ROOT = env.path("STATIC_DIR", DATA_DIR.static)
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR.media
#: Pictures of private pages too: only our own doors hand them out.
_folder = {
    "BACKEND": "django.core.files.storage.FileSystemStorage",
    "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
}
STORAGES = {
    "default": bucket(MEDIA_S3_BUCKET, endpoint=MEDIA_S3_ENDPOINT, region=MEDIA_S3_REGION)
    if MEDIA_S3_BUCKET
    else _folder,
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
#: The largest picture that may be uploaded, in bytes.
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 10_000_000, validate=Range(min=0))

# -- People --------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["innotter.accounts.authentication.EmailOrUsernameBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator"}
    for name in ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = reverse_lazy("accounts:log-in")
LOGIN_REDIRECT_URL = reverse_lazy("feed:home")
# Without a cache before it: a session that has ended must not come back from one.
SESSION_ENGINE = "django.contrib.sessions.backends.db"

#: The PEM texts of Ed25519 keys: the first signs tokens, all of them count.
TOKEN_KEYS = [
    *(given_token_keys(env.str("TOKEN_KEY", "")) or kept_token_keys(DATA_DIR)),
    *given_token_keys(env.str("TOKEN_KEYS_ALSO", "")),
]
#: How long an access token and a session that nobody refreshes or uses live, in seconds.
ACCESS_TOKEN_SECONDS = env.int("ACCESS_TOKEN_SECONDS", 600, validate=bounds.seconds(1))
REFRESH_TOKEN_SECONDS = env.int("REFRESH_TOKEN_SECONDS", 30 * 24 * 3600, validate=bounds.seconds(1))
#: What lives longer than its session could not be ended by its owner.
SESSION_COOKIE_AGE = REFRESH_TOKEN_SECONDS
#: A one-time code: its life, the pause before another may be asked for, and the guesses it stands from one asker.
OTP_SECONDS = env.int("OTP_SECONDS", 600, validate=bounds.seconds(1))
OTP_RESEND_SECONDS = env.int("OTP_RESEND_SECONDS", 60, validate=bounds.seconds(0))
OTP_ATTEMPTS = env.int("OTP_ATTEMPTS", 5, validate=Range(min=1))

# -- Jobs ----------------------------------------------------------------------------------------------------------

#: The lease of a job in seconds: a worker that does not renew it loses the job.
JOBS_LEASE_SECONDS = env.int("JOBS_LEASE_SECONDS", 30, validate=bounds.seconds(1))
#: How often a job is tried, and the pause after its first failure, in seconds; each next pause is twice as long.
JOBS_MAX_ATTEMPTS = env.int("JOBS_MAX_ATTEMPTS", 5, validate=Range(min=1))
JOBS_RETRY_SECONDS = env.int("JOBS_RETRY_SECONDS", 10, validate=bounds.seconds(0))
#: The jobs that one person may have waiting.
JOBS_MAX_WAITING = env.int("JOBS_MAX_WAITING", 2000, validate=Range(min=0))
#: The recurring jobs that one person may have.
JOBS_MAX_RECURRING = env.int("JOBS_MAX_RECURRING", 100, validate=Range(min=0))
#: The slow jobs of one person that are under way at a time; the others wait for their turn.
JOBS_AT_ONCE = env.int("JOBS_AT_ONCE", 4, validate=Range(min=1))
#: How long results and their files are kept, in days.
JOBS_KEPT_DAYS = env.int("JOBS_KEPT_DAYS", 90, validate=bounds.days(1))
#: The largest file that is given with a job or delivered, in bytes.
JOBS_FILE_MAX_BYTES = env.int("JOBS_FILE_MAX_BYTES", 10_000_000, validate=Range(min=0))
#: Private networks that HTTP jobs and webhooks may reach all the same, such as 10.1.0.0/16.
JOBS_ALLOWED_NETWORKS: list[str] = env.list("JOBS_ALLOWED_NETWORKS", [], subcast=str.strip, validate=bounds.networks)

# -- Tasks ---------------------------------------------------------------------------------------------------------

#: How long changes of tasks are gathered before their people are written to, in seconds.
TASKS_MAIL_SECONDS = env.int("TASKS_MAIL_SECONDS", 120, validate=bounds.seconds(0))
#: How long archived tasks are kept, in days.
TASKS_ARCHIVED_DAYS = env.int("TASKS_ARCHIVED_DAYS", 30, validate=bounds.days(0))
#: The largest file that is put to a task, in bytes.
TASKS_FILE_MAX_BYTES = env.int("TASKS_FILE_MAX_BYTES", 10_000_000, validate=Range(min=0))

# -- Limits --------------------------------------------------------------------------------------------------------

#: How often one account, or one address, may knock; `config/budgets.py` has the list.
THROTTLES = budgets(env, resend_seconds=OTP_RESEND_SECONDS)

# -- The API -------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "innotter.accounts.authentication.JWTAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_RENDERER_CLASSES": ["innotter.api.json.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["innotter.api.json.OrjsonParser"],
    "DEFAULT_PAGINATION_CLASS": "innotter.api.pagination.NewestFirst",
    "DEFAULT_SCHEMA_CLASS": "innotter.api.schema.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["innotter.api.throttles.WriteThrottle"],
    "EXCEPTION_HANDLER": "innotter.api.problems.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Innotter",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"persistAuthorization": False},
    "SCHEMA_PATH_PREFIX": "/api/",
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "innotter.config.api.describe_whole"],
    "ENUM_NAME_OVERRIDES": {
        "FollowStatusEnum": "innotter.pages.models.Follow.Status",
        "TaskStatusEnum": "innotter.tasks.models.Task.Status",
        "JobStatusEnum": "innotter.jobs.models.Job.Status",
        "BidStatusEnum": "innotter.jobs.models.Bid.Status",
        "TeamRoleEnum": "innotter.tasks.models.Membership.Role",
        "UserRoleEnum": "innotter.accounts.models.User.Role",
        "PostKindEnum": "innotter.blog.models.Post.Kind",
    },
}
