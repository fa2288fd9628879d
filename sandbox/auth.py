"""The token endpoints of both connection profiles and the check of every later call.

Profile ``cdiscount`` uses the password grant with ``scope=openid``, profile ``octopia`` client credentials (contract
§0b, §1.1). Refusals are worded as Keycloak words them; ``MarketSettings.token_errors`` switches to problem+json or
to plain JSON.
"""

import base64
import binascii
import hmac
from urllib.parse import parse_qs

from .problems import Problem
from .replies import json_reply

TOKEN_PATHS = {
    "/idp/oauth2/token": "cdiscount",
    "/auth/realms/maas/protocol/openid-connect/token": "octopia",
}
GRANTS = {"cdiscount": "password", "octopia": "client_credentials"}


class TokenRefusal(Exception):
    def __init__(self, status, error, description):
        super().__init__(description)
        self.status, self.error, self.description = status, error, description


def _same(left, right) -> bool:
    return hmac.compare_digest(left.encode(), right.encode())


def _form(request):
    if request.mimetype != "application/x-www-form-urlencoded":
        raise TokenRefusal(415, "invalid_request", "Content-Type must be application/x-www-form-urlencoded")
    text = request.get_data().decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True).items()}


def _basic(request):
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        login, _, password = base64.b64decode(value).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return login, password


def _check_password_grant(market, form):
    if "openid" not in form.get("scope", "").split():
        raise TokenRefusal(400, "invalid_scope", "Invalid scopes: openid is required")
    if not form.get("username") or "password" not in form:
        raise TokenRefusal(
            400,
            "invalid_request",
            "Missing parameter: username" if not form.get("username") else "Missing parameter: password",
        )
    account = market.accounts.get(form["username"])
    if account is None:
        distinct = market.settings.login_errors == "distinct"
        raise TokenRefusal(401, "invalid_grant", "User not found" if distinct else "Invalid user credentials")
    if not _same(account.password, form["password"]):
        raise TokenRefusal(401, "invalid_grant", "Invalid user credentials")
    if not account.enabled:
        raise TokenRefusal(400, "invalid_grant", "Account disabled")
    return account


def _check_client_credentials(market, form, request):
    login, password = form.get("client_id"), form.get("client_secret")
    if login is None:
        login, password = _basic(request)
    if not login:
        raise TokenRefusal(401, "invalid_client", "Parameter client_id is missing")
    account = market.accounts.get(login)
    if account is None or not account.enabled:
        raise TokenRefusal(401, "invalid_client", "Invalid client or Invalid client credentials")
    if not _same(account.password, password or ""):
        raise TokenRefusal(401, "unauthorized_client", "Invalid client secret")
    return account


def _grant(market, request, profile):
    form = _form(request)
    grant = form.get("grant_type")
    if not grant:
        raise TokenRefusal(400, "invalid_request", "Missing form parameter: grant_type")
    if grant != GRANTS[profile]:
        raise TokenRefusal(400, "unsupported_grant_type", f"Unsupported grant_type: {grant[:40]}")
    if profile == "cdiscount":
        account = _check_password_grant(market, form)
    else:
        account = _check_client_credentials(market, form, request)
    if not market.tokens.quota_left(account.login, market.settings.token_quota):
        raise TokenRefusal(429, "too_many_requests", "Token quota of the hour is used up")
    return account


def token_endpoint(market, request, profile):
    """Answer of the token endpoint of ``profile``."""
    if request.method != "POST":
        raise Problem(404, detail="Not found")
    try:
        account = _grant(market, request, profile)
    except TokenRefusal as refusal:
        market.counters.token_refused(refusal.error)
        if market.settings.token_errors == "problem":
            raise Problem(refusal.status, detail=refusal.description) from None
        if market.settings.token_errors == "plain":
            return json_reply({"message": refusal.description}, refusal.status)
        document = {"error": refusal.error, "error_description": refusal.description}
        return json_reply(document, refusal.status, {"Cache-Control": "no-store"})
    lifetime = market.settings.token_lifetime
    token = market.tokens.issue(account.login, profile, lifetime)
    market.counters.token_issued(profile)
    document = {
        "access_token": token.value,
        "expires_in": int(lifetime),
        "refresh_expires_in": 0,
        "token_type": "Bearer",
        "not-before-policy": 0,
        "scope": "openid email profile" if profile == "cdiscount" else "email profile",
    }
    return json_reply(document, 200, {"Cache-Control": "no-store", "Pragma": "no-cache"})


def bearer(request):
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if scheme.lower() == "bearer" else None


def authorize(market, request):
    """``(account, shop)`` the call may act for. Raises 401 for the token, 400 and 403 for ``SellerId``."""
    value = bearer(request)
    token = market.tokens.valid(value) if value else None
    account = market.accounts.get(token.login) if token else None
    if account is None or not account.enabled:
        challenge = 'Bearer error="invalid_token"' if value else "Bearer"
        raise Problem(
            401, detail="The access token is missing, expired or revoked.", headers={"WWW-Authenticate": challenge}
        )
    seller_id = (request.headers.get("SellerId") or "").strip()
    if not seller_id:
        raise Problem(400, errors={"SellerId": ["The SellerId header is required."]})
    shop = market.shops.get(seller_id)
    if shop is None or seller_id not in account.sellers or not shop.settings.delegated:
        raise Problem(403, detail=f"The client is not allowed to act for the seller {seller_id[:40]}.")
    return account, shop
