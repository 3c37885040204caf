"""`baogao serve`: a page to paste a report into, on this machine."""

import argparse
import errno
import os
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.cli.exits import CommandError
from classifier.cli.inputs import open_model

if TYPE_CHECKING:
    from classifier.web.review import Review
    from classifier.web.settings import Settings

USUAL_PORT = 8642
"""Asked for when no port is named, so that the page's address stays the same from day to day."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of the verb."""
    parser.add_argument(
        "--port", type=_port, metavar="P", help=f"default: {USUAL_PORT}, or any free one when it is taken; 0: any free one"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine alone)")
    parser.add_argument(
        "--corrections",
        type=Path,
        default=Path("corrections.jsonl"),
        metavar="FILE",
        help="where corrections are kept, for `baogao train --with` (default: corrections.jsonl)",
    )
    parser.add_argument(
        "--review", type=Path, metavar="FILE", help="ask for the labels of the lines that `baogao suggest` wrote to this file"
    )
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="do not open the page in the browser")
    parser.add_argument(
        "--allow-host", action="append", default=[], metavar="NAME", help="answer to this name as well; may be repeated"
    )
    parser.add_argument(
        "--limit", type=_megabytes, default=20.0, metavar="MB", help="largest body taken, in megabytes (default: 20)"
    )
    parser.add_argument("--model", metavar="DIR", help="folder of another model than the shipped one")


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted. The page's address is printed on stdout."""
    try:
        import uvicorn

        from classifier.web.app import create_app
        from classifier.web.settings import MEGABYTE, Settings
    except ModuleNotFoundError as error:
        raise CommandError(f"the page needs {error.name}, which is not installed: pip install 'baogao[web]'") from None
    corrections = options.corrections.absolute()
    _check_writable(corrections)
    review = _review(options.review)
    model = open_model(options.model)
    listener = _listen(options.host, options.port)
    settings = Settings(
        host=options.host,
        port=listener.getsockname()[1],
        corrections=corrections,
        body_limit=int(options.limit * MEGABYTE),
        hosts=tuple(options.allow_host),
    )
    _warn(settings)
    address = _address(settings)
    print(address, flush=True)
    if review:
        print(f"{options.review}: {len(review.asked)} lines in {len(review.documents)} documents to label", file=sys.stderr)
    print(f"corrections are kept in {corrections}; stop with Ctrl-C", file=sys.stderr)
    config = uvicorn.Config(
        create_app(model, settings, review),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_keep_alive=15,
        timeout_graceful_shutdown=3,
    )
    if options.browser and _has_screen():
        # The socket listens already: the browser waits the moment until the server takes its first call.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        print("baogao: stopped", file=sys.stderr)
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"expected a port from 0 to 65535, got {text!r}")
    return int(text)


def _megabytes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1000:
        raise argparse.ArgumentTypeError(f"expected megabytes above 0 and up to 1000, got {text!r}")
    return value


def _review(path: Path | None) -> "Review | None":
    if path is None:
        return None
    from classifier.corpus import CorpusError
    from classifier.web.review import read_review

    try:
        return read_review(path)
    except CorpusError as error:
        raise CommandError(f"--review {error}") from None


def _check_writable(path: Path) -> None:
    if path.is_dir():
        raise CommandError(f"--corrections {path}: this is a folder; name a file in it")
    if not path.parent.is_dir():
        raise CommandError(f"--corrections {path}: there is no folder {path.parent}")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CommandError(f"--corrections {path}: cannot be written; name a file elsewhere with --corrections FILE")


def _listen(host: str, port: int | None) -> socket.socket:
    try:
        return _bound(host, USUAL_PORT if port is None else port)
    except OSError as error:
        if port is None and error.errno == errno.EADDRINUSE:
            return _listen(host, 0)
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"--port {port}: something else listens there; name another, or 0 for any free one") from None
        if error.errno in (errno.EACCES, errno.EPERM):
            raise CommandError(f"--port {port}: not allowed for this user; ports from 1024 are") from None
        raise CommandError(f"--host {host}: cannot listen there: {error.strerror or error}") from None
    except UnicodeError:
        raise CommandError(f"--host {host}: this is neither an address nor a name") from None


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere the option means something else: two servers on one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _warn(settings: "Settings") -> None:
    if settings.loopback:
        return
    print(
        f"baogao: WARNING: listening on {settings.host}: everyone who reaches this machine over the network can use this\n"
        "page, send it reports and write to the corrections file, and what is sent travels unencrypted. There is no\n"
        "password. Use 127.0.0.1 (the default) unless the network is yours alone.",
        file=sys.stderr,
    )


def _address(settings: "Settings") -> str:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    return f"http://[{host}]:{settings.port}/" if ":" in host else f"http://{host}:{settings.port}/"


def _has_screen() -> bool:
    # Without one, `webbrowser` would open a text browser in this terminal.
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
