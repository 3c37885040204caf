"""Who may ask: the checks and headers that keep other sites in the same browser out.

A site elsewhere can make a browser send requests to this machine, and can point a name of its own at
127.0.0.1 (DNS rebinding). So the Host must be an address, `localhost` or a name that was allowed, and
a request that says it comes from another origin is refused, whatever it asks for.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.web.problems import Refusal, RefusedError
from classifier.web.settings import Settings, as_address

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)

HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """Checks Host and Origin before anything else, and adds the security headers to every answer."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # Reports are confidential; the page's own files are cheap to ask for again.
                headers.setdefault("cache-control", "no-store" if scope["path"].startswith("/api/") else "no-cache")
            await send(message)

        problem = refusal(Headers(scope=scope), self.settings, navigates=scope["method"] == "GET" and scope["path"] == "/")
        if problem:
            await Refusal(problem, unread=True)(scope, receive, send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


def refusal(headers: Headers, settings: Settings, *, navigates: bool = False) -> RefusedError | None:
    """What is wrong with who asks; None when nothing is. `navigates`: a link to the page itself may come from anywhere."""
    hosts = headers.getlist("host")
    host = hosts[0] if len(hosts) == 1 else ""
    if not host_allowed(host, settings):
        return RefusedError(
            421,
            "wrong_host",
            f"this server does not answer to the name {host[:100]!r}; open it by its address, "
            "or start it with --allow-host NAME",
        )
    origin = headers.get("origin")
    if origin is not None and not same_origin(origin, host):
        return RefusedError(403, "foreign_origin", f"requests from another site ({origin[:100]!r}) are not answered")
    if headers.get("sec-fetch-site", "none") in ("cross-site", "same-site") and not navigates:
        return RefusedError(403, "foreign_origin", "requests that a page of another site makes are not answered")
    return None


def host_allowed(host: str, settings: Settings) -> bool:
    """Whether the Host header names this server: by address, as localhost, or by a name that was allowed."""
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not name or parts.netloc != host or parts.username is not None:
        return False
    address = as_address(name)
    if address is not None:
        # An address cannot be rebound. On the loopback only the loopback's own are ever right.
        return address.is_loopback or not settings.loopback
    return name.rstrip(".") == "localhost" or name in {one.lower() for one in (*settings.hosts, settings.host)}


def same_origin(origin: str, host: str) -> bool:
    """Whether an Origin header names the server that the Host header names (TLS may end before us)."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower() and origin.count("/") == 2
