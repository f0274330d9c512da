"""Look at the sample site with a browser: `python -m scrapers.sample [--port 8300] [--edition 1]`."""

import argparse
import contextlib

from scrapers.sample.server import LOOPBACK, make_server
from scrapers.sample.site import EDITIONS


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser("python -m scrapers.sample", description="Look at the sample site.")
    parser.add_argument("--port", type=int, default=8300)
    parser.add_argument("--edition", type=int, choices=EDITIONS, default=1)
    options = parser.parse_args()
    with make_server(options.edition, options.port) as server:
        print(
            f"Sample site, edition {options.edition}: http://{LOOPBACK}:{server.server_port}/ (stop: Ctrl-C)"
        )
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()


if __name__ == "__main__":
    main()
