"""Refusals the way the marketplace writes them: ``application/problem+json`` (contract §1.3)."""

from http import HTTPStatus

from werkzeug.wrappers import Response

from .jsonio import dumps

TITLES = {
    400: "One or more validation errors occurred.",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    406: "Not Acceptable",
    409: "Conflict",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "An error occurred while processing your request.",
    502: "Bad Gateway",
    503: "Service Unavailable",
}


class Problem(Exception):
    """Stops a call with a problem+json answer.

    ``errors`` maps a field name to a list of texts. ``headers`` are added to the answer.
    """

    def __init__(self, status, detail=None, errors=None, title=None, headers=None):
        super().__init__(detail or title or TITLES.get(status, "Error"))
        self.status = status
        self.title = title or TITLES.get(status) or HTTPStatus(status).phrase
        self.detail = detail
        self.errors = errors
        self.headers = headers or {}

    def document(self, instance, trace_id):
        phrase = HTTPStatus(self.status).phrase.lower().replace(" ", "-")
        document = {
            "type": f"https://datatracker.ietf.org/doc/html/rfc9110#name-{self.status}-{phrase}",
            "title": self.title,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        document["instance"] = instance
        document["traceId"] = trace_id
        if self.errors:
            document["errors"] = self.errors
        return document

    def response(self, instance, trace_id) -> Response:
        return Response(
            dumps(self.document(instance, trace_id)),
            status=self.status,
            headers=self.headers,
            content_type="application/problem+json; charset=utf-8",
        )


def invalid(field, text) -> Problem:
    """400 for one field."""
    return Problem(400, errors={field: [text]})


def gateway_not_found() -> Response:
    """What the gateway in front of the API says about a path it does not route (contract §1.2)."""
    return Response(
        dumps({"statusCode": 404, "message": "Resource not found"}), status=404, content_type="application/json"
    )
