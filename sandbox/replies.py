"""The shapes of a good answer."""

from werkzeug.wrappers import Response

from .jsonio import dumps

JSON = "application/json; charset=utf-8"


def json_reply(value, status=200, headers=None) -> Response:
    return Response(dumps(value), status=status, headers=headers, content_type=JSON)


def json_bytes(body: bytes, status=200, headers=None) -> Response:
    return Response(body, status=status, headers=headers, content_type=JSON)


def empty_reply(status=204) -> Response:
    """No body and no content type, as for 201 on a shipment and 204 on an approval."""
    response = Response(b"", status=status)
    response.headers.pop("Content-Type", None)
    return response
