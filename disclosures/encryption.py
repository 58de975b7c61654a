"""Personal data encrypted at rest with SM4-GCM, the block cipher of GB/T 32907 that 密码测评 expects."""

import base64
import hashlib
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

PREFIX = "sm4:"
NONCE, TAG = 12, 16  # bytes


class WrongKey(Exception):
    """The stored text was not encrypted with the present PERSONAL_DATA_KEY, or was tampered with."""


@lru_cache
def _key(secret: str) -> bytes:
    return hashlib.sha256(b"gongkai personal data" + secret.encode()).digest()[:16]


def encrypt(plain: str) -> str:
    """``sm4:`` and base64 of nonce, ciphertext and tag; the empty text stays empty."""
    if not plain:
        return ""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(algorithms.SM4(_key(settings.PERSONAL_DATA_KEY)), modes.GCM(nonce)).encryptor()
    sealed = encryptor.update(plain.encode()) + encryptor.finalize()
    return PREFIX + base64.b64encode(nonce + sealed + encryptor.tag).decode()


def decrypt(stored: str) -> str:
    """The plain text of ``encrypt``. Raises ``WrongKey``."""
    if not stored:
        return ""
    raw = base64.b64decode(stored.removeprefix(PREFIX))
    nonce, sealed, tag = raw[:NONCE], raw[NONCE:-TAG], raw[-TAG:]
    decryptor = Cipher(algorithms.SM4(_key(settings.PERSONAL_DATA_KEY)), modes.GCM(nonce, tag)).decryptor()
    try:
        return (decryptor.update(sealed) + decryptor.finalize()).decode()
    except InvalidTag:
        raise WrongKey("个人信息无法解密：PERSONAL_DATA_KEY 与写入时不一致，请恢复原来的密钥") from None


class EncryptedTextField(models.TextField):
    """Plain in Python, sealed in the database; cannot be searched, filtered or sorted."""

    def get_prep_value(self, value):
        return encrypt(value) if value else value

    def from_db_value(self, value, expression, connection):
        return decrypt(value) if value else value

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} 已加密，不能用于查找")
        return super().get_lookup(lookup_name)
