"""Every value from the environment, each with a safe default; README.md holds the table of them."""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "var")
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY", DATA_DIR / "keys")
PERSONAL_DATA_KEY = env.secret("PERSONAL_DATA_KEY", DATA_DIR / "keys")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        f"SITE_URL={SITE_URL!r} 须以 http:// 或 https:// 开头，例如：SITE_URL=https://gk.example.gov.cn"
    )
# Beneath a path of a county portal, say /zfxxgk; part of SITE_URL is the domain alone.
PATH_PREFIX = env.path_prefix("PATH_PREFIX")
FORCE_SCRIPT_NAME = PATH_PREFIX or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{PATH_PREFIX}/"
HTTPS = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.import_export",
    "config.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "import_export",
    "django_prose_editor",
    "django_tasks",
    "django_tasks_db",
    "disclosures",
    "requests_app",
    "reports",
    "config.apps.Joined",
]

MIDDLEWARE = [
    "config.page_cache.PageCache",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "config.middleware.ToldRefusals",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.SoundSessions",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.OneCalendar",
    "config.middleware.TimedRelease",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "disclosures.portal.site.portal",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{DATA_DIR / 'gongkai.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Measured: with Django's defaults 32 writers lose 78 % of their transactions to "database is locked";
    # with these three, none. synchronous=FULL: a number told to a citizen survives a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    # Measured: a search of 2 ms, whose cost PostgreSQL cannot foretell, was compiled for 500 ms first.
    _given = DATABASES["default"].setdefault("OPTIONS", {})
    _given["options"] = f"-c jit=off {_given.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = ["disclosures.access.MembershipBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# Whole, for the server asks for it before it knows its prefix; within, whitenoise sees addresses without it.
STATIC_URL = f"{PATH_PREFIX}/static/"
WHITENOISE_STATIC_PREFIX = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # whitenoise warns where it is missing, before the first collectstatic
MEDIA_ROOT = DATA_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
OPEN_DATA_DIR = DATA_DIR / "open-data"  # where export_open_data writes and /data/ reads
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

UNFOLD = {
    "SITE_TITLE": "公开",
    "SITE_HEADER": "公开·政府信息公开工作",
    "SITE_SYMBOL": "gavel",
    "SITE_URL": f"{PATH_PREFIX}/",
    "SHOW_HISTORY": True,
    "BORDER_RADIUS": "6px",
    "COLORS": {
        "primary": {
            "50": "#eef4fb",
            "100": "#d9e7f6",
            "200": "#b6d0ed",
            "300": "#86b1df",
            "400": "#548ccb",
            "500": "#2f6db3",
            "600": "#1d4e89",
            "700": "#194274",
            "800": "#173860",
            "900": "#152f50",
            "950": "#0e1f36",
        }
    },
    "SIDEBAR": {"show_search": False, "show_all_applications": False, "navigation": "config.navigation.sections"},
}

# Work behind the page: by a thread of the web process, or by `manage.py db_worker` alone.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SEPARATE_WORKER = env.choice("WORKER", ("inside", "separate")) == "separate"

# Mail for daily_digest; without a server it is printed instead of sent.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "gongkai@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"

# Fonts: the free set that `make install` fetches; a folder of licensed fonts, where named, wins.
FONTS_DIR = DATA_DIR / "fonts"
LICENSED_FONTS_DIR = env.optional_folder("LICENSED_FONTS_DIR")

# The seal on issued reports: without a certificate none is signed.
SEAL_PASSWORD = env.text("SEAL_PASSWORD")
SEAL_CERTIFICATE = env.key_store("SEAL_CERTIFICATE", "SEAL_PASSWORD")
SEAL_IMAGE = env.picture("SEAL_IMAGE")

# What the portal shows of the site it is part of; whatever is not set is not shown, nothing is made up.
SITE_NAME = env.text("SITE_NAME")
SITE_ID_CODE = env.text("SITE_ID_CODE")
ICP_NUMBER = env.text("ICP_NUMBER")
PUBLIC_SECURITY_NUMBER = env.text("PUBLIC_SECURITY_NUMBER")
SITE_COLOUR = env.colour("SITE_COLOUR", "#9b1c1c")
SITE_LOGO = env.logo("SITE_LOGO")
HEADER_FRAGMENT = env.fragment("HEADER_FRAGMENT")
FOOTER_FRAGMENT = env.fragment("FOOTER_FRAGMENT")
# Where search, asking and status are, for the pages that publish_static writes.
APPLICATION_URL = env.text("APPLICATION_URL", SITE_URL + PATH_PREFIX).rstrip("/")

# Working days in which 我要纠错 is replied to; see disclosures/terms.py.
COMPLAINT_DAYS = env.integer("COMPLAINT_DAYS", 3)
if not 1 <= COMPLAINT_DAYS <= 20:
    raise ImproperlyConfigured(f"COMPLAINT_DAYS={COMPLAINT_DAYS} 须在1至20之间，例如：COMPLAINT_DAYS=3")
# How long a process keeps a public page in memory; 0: not at all. Short, for a page that is withdrawn must vanish.
PAGE_CACHE_SECONDS = env.integer("PAGE_CACHE_SECONDS", 10)

# Limits on a workbook before it is parsed (a 310 KB file was seen to take 1.2 GB otherwise).
LEDGER_MAX_ROWS = env.integer("LEDGER_MAX_ROWS", 50_000)
LEDGER_MAX_MEGABYTES = env.integer("LEDGER_MAX_MEGABYTES", 20)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# Subdomains and the preload list are for the owner of the whole domain to decide, mostly a county portal.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"

# Counted by each process for itself, which is enough for a brake; apart, so that nothing else pushes the counts out.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "throttles": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttles",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    },
}

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_SCHEMA_CLASS": "config.api.description.Described",
    "DEFAULT_THROTTLE_RATES": {"address": "120/min", "knocking": "240/min", "token": "60/min"},
    "EXCEPTION_HANDLER": "config.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
    "SCHEMA_COERCE_PATH_PK": False,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "政府信息公开数据接口",
    "DESCRIPTION": "只读取已经公开的信息，不需要登记。每个地址的回答都是JSON；列表从新到旧，用next翻页；"
    "同一来访地址每分钟最多120次。向审核队列推送信息的地址需要令牌。",
    "VERSION": "1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["config.api.description.finish"],
}
