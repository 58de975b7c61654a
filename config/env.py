"""Reading settings from the environment: a wrong value stops the start and says what to set."""

import os
import re
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f"{name}={value!r} 无法识别。请设为 1（开）或 0（关），例如：{name}=0")


def integer(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    if value.isascii() and value.isdigit():
        return int(value)
    raise ImproperlyConfigured(f"{name}={value!r} 不是整数。请设为不小于0的整数，例如：{name}={default}")


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of ``allowed``, the first of them by default."""
    value = text(name, allowed[0])
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} 不可用。请设为：{'、'.join(allowed)}")
    return value


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list; blanks around and between are dropped."""
    return [word for word in (part.strip() for part in text(name, default).split(",")) if word]


def folder(name: str, default: Path) -> Path:
    """An absolute folder; it need not exist yet."""
    return optional_folder(name) or default.resolve()


def optional_folder(name: str) -> Path | None:
    value = text(name)
    path = Path(value) if value else None
    if path and path.exists() and not path.is_dir():
        raise ImproperlyConfigured(f"{name}={value!r} 不是文件夹。请指定一个文件夹，例如：{name}=/srv/gongkai")
    return path.resolve() if path else None


def optional_file(name: str, what: str) -> Path | None:
    value = text(name)
    path = Path(value) if value else None
    if path and not (path.is_file() and os.access(path, os.R_OK)):
        raise ImproperlyConfigured(f"{name}={value!r} 不是可读取的文件。请指定{what}，或不设置")
    return path.resolve() if path else None


def key_store(name: str, password_name: str) -> Path | None:
    """A PKCS#12 file that its password opens; its key must be of a kind that PDF readers know.

    Whether the certificate is in force is asked when it is used: a site does not stop because a day has passed.
    """
    path = optional_file(name, "PKCS#12证书文件（.p12或.pfx）")
    if path is None:
        return None
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), text(password_name).encode() or None)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} 无法打开。请检查它是PKCS#12证书文件（.p12或.pfx），并将 {password_name} 设为它的密码"
        ) from None
    if certificate is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise ImproperlyConfigured(f"{name} 中没有可用于签章的证书和私钥。请使用含RSA或ECC私钥的PKCS#12证书文件")
    return path


def picture(name: str) -> Path | None:
    path = optional_file(name, "PNG图片")
    if path and path.read_bytes()[:8] != b"\x89PNG\r\n\x1a\n":
        raise ImproperlyConfigured(f"{name}={str(path)!r} 不是PNG图片。请使用透明底的PNG图片")
    return path


def path_prefix(name: str) -> str:
    """``/zwgk`` where the site lives beneath a path of a larger one; empty where it has the whole domain."""
    value = "/" + text(name).strip("/") if text(name).strip("/") else ""
    if not re.fullmatch(r"(/[A-Za-z0-9._~-]+)*", value):
        raise ImproperlyConfigured(f"{name}={value!r} 不是网址路径。请用字母、数字和连字符，例如：{name}=/zfxxgk")
    return value


def colour(name: str, default: str) -> str:
    """``#rrggbb``, dark enough for white letters on it and for itself on white (WCAG 1.4.3: 4.5 to 1)."""
    value = text(name, default).lower()
    if not re.fullmatch(r"#[0-9a-f]{6}", value):
        raise ImproperlyConfigured(f"{name}={value!r} 不是颜色。请写成 # 加六位十六进制数，例如：{name}={default}")
    channels = [int(value[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    if 1.05 / (luminance + 0.05) < 4.5:
        raise ImproperlyConfigured(
            f"{name}={value!r} 太浅，白底上看不清（对比度不足4.5:1）。请换深一些的，例如：{name}={default}"
        )
    return value


def fragment(name: str) -> str:
    """A piece of HTML to be shown on every page, from a file; empty where none is set."""
    path = optional_file(name, "HTML片段文件")
    try:
        return path.read_text("utf-8") if path else ""
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name}={str(path)!r} 不是UTF-8编码。请另存为UTF-8后再设置") from None


def logo(name: str) -> Path | None:
    path = optional_file(name, "PNG、SVG或者WebP图片")
    if path and path.suffix.lower() not in {".png", ".svg", ".webp"}:
        raise ImproperlyConfigured(f"{name}={str(path)!r} 的格式不支持。请使用PNG、SVG或者WebP图片")
    return path


def database(name: str, default: str) -> dict[str, Any]:
    """Django's settings of the database at an address; SQLite and PostgreSQL are supported."""
    value = text(name) or default
    hint = f"例如：{name}=postgres://user:password@host:5432/gongkai"
    try:
        found = dict(dj_database_url.parse(value, conn_max_age=60))
    except ValueError:
        raise ImproperlyConfigured(f"{name} 不是可用的数据库地址。请设为PostgreSQL地址，{hint}") from None
    if not str(found.get("ENGINE", "")).endswith((".sqlite3", ".postgresql")):
        raise ImproperlyConfigured(f"{name} 只支持SQLite和PostgreSQL。请改正，{hint}")
    return found


def secret(name: str, kept_in: Path) -> str:
    """The value of ``name``, else one made once and kept (mode 600) under ``kept_in``.

    A key made anew for each process would log everybody out at each restart and,
    with several server processes, make them disagree.
    """
    value = text(name)
    if value:
        if len(value) < 32:
            raise ImproperlyConfigured(f"{name} 太短。请使用至少32个字符的随机字符串，或不设置以自动生成")
        return value
    path = kept_in / name.lower()
    try:
        kept_in.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"无法写入 {path}：{error.strerror}。请设置 {name}，或将 DATA_DIR 指向可写的文件夹"
        ) from None
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
