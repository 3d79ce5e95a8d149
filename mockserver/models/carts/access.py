"""Whom a bearer token acts for. The token itself is looked at, and never kept or quoted."""

import re

from mockserver.model import Unauthenticated
from mockserver.models.carts.world import SCOPES, Token, World

_EVERY_SCOPE = frozenset(SCOPES)
TOKEN_FORM = re.compile(r"flt_sk_[A-Za-z0-9_-]+")


def token_of(world: World, credential: str | None) -> Token:
    """The world's entry for a credential; raises Unauthenticated where it has not the form of a token.

    A well-formed token that the world does not list, and None (the server asks for no token), act for the
    default company with every scope.
    """
    if credential is None:
        return Token(world.default_company, _EVERY_SCOPE)
    if not TOKEN_FORM.fullmatch(credential):
        raise Unauthenticated("the bearer token is not flt_sk_ followed by letters, digits, '_' or '-'")
    return world.tokens.get(credential) or Token(world.default_company, _EVERY_SCOPE)
