"""A WSGI application that says what it is told to, and a transport in front of it."""

from __future__ import annotations

import json
from collections import deque

from wsgi_adapter import wsgi_session

from services.transport import Transport

URL = "https://api.example/v1/things"


class Stub:
    """Answers from ``answers``: (status, body, headers) each, the last one again and again; keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = deque(answers or [(200, {})])
        self.seen: list[dict] = []

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        self.seen.append({**environ, "body": environ["wsgi.input"].read(length)})
        answer = self.answers.popleft() if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            return answer(environ, start_response)
        status, body, headers = (*answer, {})[:3]
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        start_response(f"{status} Said", [("Content-Type", "application/json"), *headers.items()])
        return [body]


def transport_to(app, clock, **options):
    """A transport whose every call goes to ``app``, on a clock that nobody waits for; its adapter is ``.adapter``."""
    session = wsgi_session(app, clock=clock.monotonic)
    settings = {"sleep": clock.sleep, "monotonic": clock.monotonic, "now": clock.now, "rng": None, **options}
    transport = Transport(session=session, **settings)
    transport.adapter = session.wsgi
    return transport
