"""Finds out for which company a bearer token acts; the token is never stored or quoted."""

import re

from mockserver.model import Unauthenticated
from mockserver.models.carts.world import SCOPES, Token, World

_ALL_SCOPES = frozenset(SCOPES)
TOKEN_PATTERN = re.compile(r"flt_sk_[A-Za-z0-9_-]+")


def find_token(world: World, credential: str | None) -> Token:
    """The world's entry for a credential; raises Unauthenticated if it is not a well-formed token.

    A well-formed token that the world does not list, and None (the server requires no token), act for the
    default company with all scopes.
    """
    if credential is None:
        return Token(world.default_company, _ALL_SCOPES)
    if not TOKEN_PATTERN.fullmatch(credential):
        raise Unauthenticated("the bearer token is not flt_sk_ followed by letters, digits, '_' or '-'")
    return world.tokens.get(credential) or Token(world.default_company, _ALL_SCOPES)
