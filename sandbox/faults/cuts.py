"""Answers that break on the way: cut, dripping, huge.

A cut is a ``ConnectionResetError`` raised where the connection ends. The server then closes the socket; without a
socket the caller of the WSGI application meets the error itself, as a client would have.
"""

from werkzeug.wrappers import Response

CUT = "The sandbox cut the connection."


class NoAnswer(Response):
    """The connection ends before a single byte of an answer."""

    log_status = "none"

    def __call__(self, environ, start_response):
        raise ConnectionResetError(CUT)


class CutAnswer(Response):
    """Status and headers promise the whole body, the connection ends after ``sent`` bytes of it."""

    log_status = "cut"
    sent = 0

    def __call__(self, environ, start_response):
        body = self.get_data()
        start_response(self.status, self.headers.to_wsgi_list())
        return self._cut(body[: self.sent])

    @staticmethod
    def _cut(part):
        if part:
            yield part
        raise ConnectionResetError(CUT)


def no_answer() -> Response:
    return NoAnswer(b"", status=500)


def cut(response, share) -> Response:
    """``response`` with its body cut after ``share`` of its bytes."""
    body = response.get_data()
    answer = CutAnswer(body, status=response.status, headers=_other_headers(response))
    answer.headers["Content-Length"] = str(max(len(body), 1))
    answer.sent = int(len(body) * share)
    return answer


def _other_headers(response):
    return [(name, value) for name, value in response.headers if name.lower() != "content-length"]


def drip(response, sleep, pieces, pause) -> Response:
    """The same body in ``pieces`` parts with ``pause`` seconds between them."""
    body = response.get_data()
    size = max(1, -(-len(body) // pieces))

    def parts():
        for start in range(0, len(body), size):
            if start:
                sleep(pause)
            yield body[start : start + size]

    answer = Response(parts(), status=response.status, headers=_other_headers(response))
    answer.headers["Content-Length"] = str(len(body))
    return answer


def huge(megabytes, content_length) -> Response:
    """A JSON page of ``megabytes`` made on the way out; no more than one piece is in memory."""
    head, tail = b'{"itemsPerPage":1,"items":[{"orderId":"HUGE","padding":"', b'"}]}'
    piece = b"x" * 65536
    count = megabytes * 16

    def parts():
        yield head
        for _ in range(count):
            yield piece
        yield tail

    answer = Response(parts(), status=200, content_type="application/json; charset=utf-8")
    if content_length:
        answer.headers["Content-Length"] = str(len(head) + count * len(piece) + len(tail))
    return answer
