"""Answers that are wrong: refusals of every kind and bodies of an unexpected shape."""

from werkzeug.wrappers import Response

from ..auth import bearer
from ..jsonio import dumps, loads
from ..problems import Problem
from ..replies import json_reply

_HTML = (
    "<!DOCTYPE html><html><head><title>{status}</title></head><body><h1>{status}</h1>"
    "<p>The server is temporarily unable to service your request.</p></body></html>"
)


def _problem(call, status, params):
    problem = Problem(status, detail=params.get("detail"), errors=params.get("errors"))
    return problem.response(call.request.path, call.market.trace_id())


def _keycloak(call, status, params):
    document = {"error": "server_error", "error_description": params.get("detail") or "Unexpected error"}
    return json_reply(document, status)


def _message(call, status, params):
    return json_reply({"message": params.get("detail") or "An error has occurred."}, status)


def _neither(call, status, params):
    return json_reply({"code": status, "reason": params.get("detail") or "unknown"}, status)


def _error_list(call, status, params):
    return json_reply(
        {"title": "Errors", "status": status, "errors": [{"message": params.get("detail") or "bad"}, "bad"]}, status
    )


def _html(call, status, params):
    return Response(_HTML.format(status=status), status=status, content_type="text/html; charset=utf-8")


def _empty(call, status, params):
    return Response(b"", status=status, content_type="text/plain")


BODIES = {
    "problem": _problem,
    "keycloak": _keycloak,
    "message": _message,
    "neither": _neither,
    "error_list": _error_list,
    "html": _html,
    "empty": _empty,
}


def status(call, params, rng):
    response = BODIES[params["body"]](call, int(params["status"]), params)
    if params.get("retry_after") is not None:
        response.headers["Retry-After"] = str(params["retry_after"])
    return response


def lost_status(call, params, rng, response):
    return status(call, params, rng)


def unauthorized(call, params, rng):
    raise Problem(
        401, detail="The access token is not accepted.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


def revoke_token(call, params, rng):
    value = bearer(call.request)
    if value:
        with call.market.lock:
            call.market.tokens.revoke(value)
    raise Problem(
        401, detail="The access token is revoked.", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'}
    )


def forbidden(call, params, rng):
    raise Problem(403, detail="The seller has not delegated access to this client.")


def redirect(call, params, rng):
    return Response(b"", status=int(params["status"]), headers={"Location": str(params["location"])})


def _with_body(response, body, content_type=None):
    answer = Response(body, status=response.status, content_type=content_type or response.content_type)
    if "Link" in response.headers:
        answer.headers["Link"] = response.headers["Link"]
    return answer


def invalid_json(call, params, rng, response):
    body = response.get_data()
    return _with_body(response, body[: max(1, len(body) // 2)] if body else b'{"items": [')


def html_page(call, params, rng, response):
    return _with_body(response, _HTML.format(status="Maintenance"), "text/html; charset=utf-8")


def empty_body(call, params, rng, response):
    return _with_body(response, b"")


def null_body(call, params, rng, response):
    return _with_body(response, b"null")


def _value(response):
    try:
        return loads(response.get_data().decode("utf-8"))
    except ValueError:
        return None


def wrong_shape(call, params, rng, response):
    value = _value(response)
    if isinstance(value, list):
        return _with_body(response, dumps({"result": value}))
    return _with_body(response, dumps([value]))


def data_wrapper(call, params, rng, response):
    value = _value(response)
    if isinstance(value, dict) and isinstance(value.get("items"), list):
        value = value["items"]
    return _with_body(response, dumps({"data": value}))
