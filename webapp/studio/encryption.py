"""Encrypts what the database must not tell by itself: the keys of model servers.

The key is derived from Django's SECRET_KEY, so a copy of the database alone opens nothing. Who
changes SECRET_KEY and keeps the old one in SECRET_KEY_FALLBACKS loses nothing either.
"""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"mockwright: keys of model servers"


class Unreadable(Exception):
    """It was encrypted under another SECRET_KEY, or is damaged."""


def encrypt(text: str) -> str:
    """A Fernet token; another one each time."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises Unreadable."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def _fernet() -> MultiFernet:
    secrets = settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS
    return MultiFernet([_fernet_of(str(secret)) for secret in secrets])


def _fernet_of(secret: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
