"""The two connection profiles (contract §0b): same resources below the base, different hosts and different log-in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """How one service lets a seller in.

    ``login_field`` and ``password_field`` are the names in the token request; ``login_label`` and ``password_label``
    are how the seller portal calls them; ``help`` says where a person finds them. ``password_length`` is (min, max)
    or None.
    """

    key: str
    label: str
    token_url: str
    base_url: str
    grant_type: str
    scope: str
    login_field: str
    password_field: str
    login_label: str
    password_label: str
    help: str
    password_length: tuple[int, int] | None = None
    login_may_have_at: bool = True

    def token_form(self, login: str, password: str) -> dict[str, str]:
        """The fields of the token request. Holds the password: never log it."""
        form = {"grant_type": self.grant_type, self.login_field: login, self.password_field: password}
        if self.scope:
            form["scope"] = self.scope
        return form


PROFILES: dict[str, Profile] = {
    profile.key: profile
    for profile in (
        Profile(
            key="cdiscount",
            label="Cdiscount (login and password)",
            token_url="https://iam.cdiscount.com/idp/oauth2/token",
            base_url="https://api.cdiscount.com/v1",
            grant_type="password",
            scope="openid",
            login_field="username",
            password_field="password",
            login_label="API login",
            password_label="API password",
            help="Seller portal, Settings, User Rights Management: add an API user, enter its login and password.",
            password_length=(8, 15),
            login_may_have_at=False,
        ),
        Profile(
            key="octopia",
            label="Octopia (client id and secret)",
            token_url="https://auth.octopia-io.net/auth/realms/maas/protocol/openid-connect/token",
            base_url="https://api.octopia-io.net/seller/v2",
            grant_type="client_credentials",
            scope="",
            login_field="client_id",
            password_field="client_secret",
            login_label="Client ID",
            password_label="Client secret",
            help="Octopia developer portal, API Credentials Management: make a client id, copy it and its secret.",
        ),
    )
}


def known_traps(profile_key: str, login: str | None, password: str | None, seller_id: str | None) -> list[str]:
    """Slugs of mistakes that can be seen before any call: ``password_length``, ``login_has_at``,
    ``seller_id_not_numeric``, ``blanks``. Empty values are not judged: what is missing is another message.
    """
    profile = PROFILES.get(profile_key)
    login, password, seller_id = login or "", password or "", seller_id or ""
    traps = []
    if profile and profile.password_length and password:
        shortest, longest = profile.password_length
        if not shortest <= len(password) <= longest:
            traps.append("password_length")
    if profile and not profile.login_may_have_at and "@" in login:
        traps.append("login_has_at")
    if seller_id.strip() and not (seller_id.strip().isascii() and seller_id.strip().isdigit()):
        traps.append("seller_id_not_numeric")
    if any(value != value.strip() for value in (login, password, seller_id)):
        traps.append("blanks")
    return traps
