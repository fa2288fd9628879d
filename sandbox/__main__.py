"""``python -m sandbox``: the marketplace on its own, on the loopback, until SIGTERM or Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from .app import create_app
from .clock import parse_time
from .server import base_url, is_loopback, make_sandbox_server


def _arguments(argv):
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="A local marketplace that plays Cdiscount's seller API."
    )
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address (default %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one (default)")
    parser.add_argument("--seed", type=int, default=1, help="what the history is made from (default %(default)s)")
    parser.add_argument("--orders", type=int, default=300, help="orders of the last 90 days (default %(default)s)")
    parser.add_argument("--offers", type=int, default=60, help="offers of the shop (default %(default)s)")
    parser.add_argument("--now", help="ISO 8601 moment the sandbox's clock starts at (default: the machine's time)")
    parser.add_argument("--freeze", action="store_true", help="the clock stands still until it is moved")
    parser.add_argument(
        "--shipping-reading",
        choices=("line", "unit", "mixed"),
        default="line",
        help="whether a line's shippingCost is of the line or of a piece",
    )
    parser.add_argument("--automatic", action="store_true", help="orders go on by themselves as time passes")
    parser.add_argument("--ready-file", type=Path, help="written with the address once the server answers")
    options = parser.parse_args(argv)
    if not is_loopback(options.host):
        parser.error(f"the sandbox serves the loopback only, not {options.host}; use 127.0.0.1 or ::1")
    if options.orders < 0:
        parser.error("--orders cannot be negative")
    if options.offers < 0:
        parser.error("--offers cannot be negative")
    return options


def _write_ready(path, address):
    # Renamed into place: whoever waits for the file never reads half of it
    half = path.with_name(f"{path.name}.{os.getpid()}")
    half.write_text(address + "\n", encoding="utf-8")
    half.replace(path)


def main(argv=None) -> int:
    options = _arguments(argv)
    app = create_app(
        options.seed,
        options.orders,
        clock=parse_time(options.now) if options.now else None,
        shipping_reading=options.shipping_reading,
        offers=options.offers,
    )
    if not options.freeze:
        app.marketplace.clock.freeze(False)
    else:
        app.marketplace.clock.freeze()
    app.marketplace.shop.settings.automatic = options.automatic
    try:
        server = make_sandbox_server(app, options.host, options.port)
    except OSError as error:
        print(f"The sandbox cannot listen on {options.host}:{options.port}: {error.strerror}.", file=sys.stderr)
        return 1

    def stop(signum, frame):
        app.marketplace.stop()
        # shutdown() waits for serve_forever() to return, which runs in this very thread
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    address = base_url(server)
    print(f"sandbox listening on {address}", flush=True)
    if options.ready_file:
        _write_ready(options.ready_file, address)
    try:
        server.serve_forever(poll_interval=0.1)
    finally:
        server.server_close()
        if options.ready_file:
            options.ready_file.unlink(missing_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
