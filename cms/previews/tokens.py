"""Tokens of previews: random, shown once, stored as a hash."""

import secrets
from hashlib import sha256

TOKEN_BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    # No salt and no slow hash: the token is as random as a key, so there is nothing to guess from its hash.
    return sha256(token.encode()).hexdigest()
