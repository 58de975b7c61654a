"""Codes that people hold and we do not: only their keyed hash is kept, so a stolen database opens nothing."""

import base64
import hmac
import secrets
import unicodedata

from django.conf import settings
from django.utils.crypto import salted_hmac

CODE_LENGTH = 20  # characters of 5 bits: 100 bits
# Letters that are read as digits have given way to digits that base 32 does not use.
UNMISTAKABLE = str.maketrans("OI", "89")
MISTAKEN = str.maketrans("OI01", "8989")


def keyed_hash(family: str, text: str) -> str:
    """Hex SHA-256 HMAC of ``text`` under SECRET_KEY; the same text in another ``family`` has another hash."""
    return salted_hmac(f"gongkai.{family}", text, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def same(one: str, other: str) -> bool:
    """Compared in a time that tells nothing of where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_token() -> str:
    """192 random bits for an address or a program."""
    return secrets.token_urlsafe(24)


def code_of(family: str, submission: str) -> str:
    """查询码 of a submission: 100 bits in letters and digits that are not mistaken for each other, in groups of four.

    Made from the submission's own random token, so that sending a form twice tells the same code; whoever has the
    database has neither.
    """
    raw = bytes.fromhex(keyed_hash(f"{family}.code", submission))
    plain = base64.b32encode(raw).decode()[:CODE_LENGTH].translate(UNMISTAKABLE)
    return "-".join(plain[place : place + 4] for place in range(0, len(plain), 4))


def as_entered(code: str) -> str:
    """A code as somebody pastes it or copies it by hand: blanks, dashes, full width and case do not matter."""
    folded = unicodedata.normalize("NFKC", code).upper()
    return "".join(each for each in folded if each.isascii() and each.isalnum()).translate(MISTAKEN)
