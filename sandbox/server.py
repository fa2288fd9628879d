"""The marketplace behind a real socket, on the loopback only."""

import ipaddress
import threading
from contextlib import contextmanager, suppress

from werkzeug.serving import WSGIRequestHandler, make_server


class _Handler(WSGIRequestHandler):
    # Header and body leave in one piece; unbuffered they are two small packets, and the second waits for an
    # acknowledgement.
    wbufsize = -1
    protocol_version = "HTTP/1.1"

    def connection_dropped(self, error, environ=None):
        # Cuts on demand end here, and clients who had enough
        self.close_connection = True

    def finish(self):
        # What is left in the buffer of a client who has gone is nobody's any more
        with suppress(ConnectionError):
            super().finish()

    def log(self, type, message, *args):
        pass


def is_loopback(host) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def make_sandbox_server(app, host="127.0.0.1", port=0):
    """A threaded server bound to ``host``; ``.port`` tells the port. Raises ``ValueError`` off the loopback."""
    if not is_loopback(host):
        raise ValueError(f"The sandbox serves the loopback only, not {host}. Use 127.0.0.1 or ::1.")
    server = make_server(host, port, app, threaded=True, request_handler=_Handler)
    server.daemon_threads = True
    server.block_on_close = False
    return server


def base_url(server) -> str:
    host = server.host
    return f"http://{f'[{host}]' if ':' in host else host}:{server.server_address[1]}"


@contextmanager
def running(app, host="127.0.0.1", port=0):
    """Serve ``app`` in a thread for the length of the block; yields the base URL."""
    server = make_sandbox_server(app, host, port)
    app.marketplace.resume()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield base_url(server)
    finally:
        app.marketplace.stop()
        server.shutdown()
        thread.join(5)
        server.server_close()
