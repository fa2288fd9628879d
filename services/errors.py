"""Exceptions, one per thing the caller must do.

The ``kind`` says what to do: ``wait`` (try again later), ``fix`` (a person must correct data), ``reauth`` (a person
must correct the credentials), ``stop`` (a person must correct the set-up or ask for a right), ``read_back`` (look
whether the write took effect before it is repeated). The ``code`` is a stable slug to translate by; ``params`` are
plain values for the translated sentence. ``str(error)`` is a safe English sentence: no secret, no raw body, no
personal data.
"""

from __future__ import annotations

from collections.abc import Mapping

from .redaction import safe_detail

MESSAGES = {
    "error": "The call to {host} failed.",
    "rate_limited": "{host} asks to slow down ({method} {path}). It is tried again later, nothing is lost.",
    "server_error": "{host} answered with an error of its own (HTTP {status}) to {method} {path}. "
    "It is tried again later.",
    "host_unreachable": "{host} cannot be reached. Check the address and the network of the Odoo server, or wait.",
    "dns_failure": "The name {host} is not known to the network. "
    "Check the spelling of the address and the DNS of the Odoo server.",
    "timeout": "{host} did not answer in time to {method} {path}. It is tried again later.",
    "connection_cut": "{host} closed the connection in the middle of {method} {path}. It is tried again later.",
    "not_json": "{host} answered {method} {path} with something that is not JSON. "
    "It is tried again later; if it lasts, check the API address.",
    "unexpected_shape": "{host} answered {method} {path} in a form that is not understood. "
    "If it lasts, report it with the trace id.",
    "too_large": "The answer of {host} to {method} {path} is larger than {limit} bytes and was refused. "
    "Check that the API address is right.",
    "circuit_open": "Calls to {host} are paused for {seconds} seconds after repeated failures. "
    "They resume by themselves.",
    "credentials_refused": "{host} refuses the login or the password. "
    "Check both where they were made, enter them again and test the connection.",
    "token_refused": "{host} refuses a fresh access token for {method} {path}. "
    "Test the connection; if it stays red, renew the API credentials in the seller portal.",
    "access_denied": "{host} does not allow {method} {path} for seller {seller_id}. "
    "Check the seller id, and that this shop delegated the right to the API account.",
    "invalid_request": "{host} refused {method} {path} as invalid (HTTP {status}). Correct the data and retry.",
    "not_found": "{host} does not know what {method} {path} asks for. Check the reference.",
    "conflict": "{host} refused {method} {path} because the state changed meanwhile. Refresh the record and retry.",
    "invalid_payload": "The data received from the marketplace cannot be used at {path}: {problem}.",
    "outcome_unknown": "The answer to {method} {path} was lost, so it is not known whether {host} carried it out. "
    "It is read back before anything is repeated.",
    "insecure_url": "The address {url} is refused because it is not https. Enter an address that starts with https://.",
    "tls_invalid": "The certificate of {host} is not valid, so nothing was sent. "
    "Check the address, the clock and the certificates of the Odoo server.",
    "redirect_refused": "{host} redirects {method} {path} to another address, which is refused to protect the "
    "access token. Enter the final address.",
    "bad_url": "The address {url} is not usable. Check its spelling.",
    "grant_refused": "{host} does not accept this way to log in. Check the connection profile and the token address.",
}

_DEFAULTS = {
    "host": "The marketplace",
    "method": "the call",
    "path": "",
    "status": "?",
    "seconds": "some",
    "limit": "the allowed",
    "seller_id": "this shop",
    "url": "",
    "problem": "unknown problem",
}


class CdiscountError(Exception):
    """Base of everything that services raises.

    :param code: stable slug, default: the class's own
    :param params: plain values for a translated message: host, method, path, status, detail, seller_id, seconds, ...
    :ivar status: HTTP status or None when no answer came
    :ivar trace_id: the marketplace's trace id, to quote to its support, or None
    :ivar retry_after: seconds the marketplace asks to wait, or None
    """

    kind = "stop"
    code = "error"

    def __init__(
        self,
        code: str | None = None,
        params: Mapping | None = None,
        *,
        status: int | None = None,
        trace_id: str | None = None,
        retry_after: float | None = None,
    ):
        self.code = code or type(self).code
        self.params = dict(params or {})
        if self.params.get("detail"):
            self.params["detail"] = safe_detail(self.params["detail"])
        if status is not None:
            self.params.setdefault("status", status)
        self.status = status
        self.trace_id = trace_id
        self.retry_after = retry_after
        super().__init__(self.code)

    def __str__(self) -> str:
        known = {key: value for key, value in self.params.items() if value not in (None, "")}
        sentence = MESSAGES.get(self.code, MESSAGES["error"]).format_map({**_DEFAULTS, **known})
        if known.get("detail"):
            sentence += f" The answer says: {known['detail']}"
        return sentence

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, status={self.status!r})"

    def __reduce__(self):
        return _rebuild, (type(self), self.code, self.params, self.status, self.trace_id, self.retry_after)


def _rebuild(cls, code, params, status, trace_id, retry_after):
    return cls(code, params, status=status, trace_id=trace_id, retry_after=retry_after)


class WaitError(CdiscountError):
    """Nothing is wrong with the data: try again later."""

    kind = "wait"


class RateLimited(WaitError):
    """429, or our own pacing would wait longer than the call may last; ``retry_after`` says how long, if known."""

    code = "rate_limited"


class ServerError(WaitError):
    """5xx to a call that is safe to repeat, after the retries."""

    code = "server_error"


class NetworkError(WaitError):
    """host_unreachable, dns_failure, timeout or connection_cut."""

    code = "host_unreachable"


class ProtocolError(WaitError):
    """not_json, unexpected_shape or too_large: an answer came that cannot be read."""

    code = "unexpected_shape"


class CircuitOpen(WaitError):
    """No call was made: the circuit breaker is open for ``params['seconds']`` more seconds."""

    code = "circuit_open"


class AuthError(CdiscountError):
    """A person must correct the credentials; the account's jobs wait meanwhile."""

    kind = "reauth"


class CredentialsRefused(AuthError):
    """The token endpoint said invalid_grant or invalid_client (400 or 401)."""

    code = "credentials_refused"


class TokenRefused(AuthError):
    """The API said 401 to a token that was just fetched."""

    code = "token_refused"


class AccessDenied(CdiscountError):
    """403: wrong seller id, or the seller did not delegate access (contract §1.2)."""

    code = "access_denied"


class DataError(CdiscountError):
    """A person must correct data; repeating the same call cannot help."""

    kind = "fix"
    code = "invalid_request"


class InvalidRequest(DataError):
    """400, 406, 415, 422 and other refusals of what was sent."""


class NotFound(DataError):
    code = "not_found"


class Conflict(DataError):
    code = "conflict"


class PayloadError(DataError):
    """What was received cannot be used at all; params: path (where in the payload), problem."""

    code = "invalid_payload"


class OutcomeUnknown(CdiscountError):
    """A write that is not safe to repeat got a 5xx, or its answer was lost. Read back before it is repeated."""

    kind = "read_back"
    code = "outcome_unknown"


class ConfigurationError(CdiscountError):
    """insecure_url, tls_invalid, redirect_refused, bad_url or grant_refused: the set-up must be corrected."""

    code = "bad_url"
