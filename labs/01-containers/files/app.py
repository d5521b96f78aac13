"""A small web application: says who answers, and repeats what it was asked.

It needs nothing but Python's standard library. GREETING and PORT come from the environment.
"""

import html
import os
import signal
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

GREETING = os.environ.get("GREETING", "Hello")
PORT = int(os.environ.get("PORT", "9000"))
PAGE = Path(__file__).with_name("page.html").read_text(encoding="utf-8")


class Application(BaseHTTPRequestHandler):
    """Answers every GET with a page that holds the path asked for."""

    def do_GET(self):
        path = unquote(self.path)
        page = PAGE
        for name, value in {"greeting": GREETING, "host": socket.gethostname(), "path": path}.items():
            page = page.replace(f"{{{name}}}", html.escape(value))
        body = page.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    # A container's first process ends on SIGTERM only if it says so itself.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    print(f"listening on port {PORT}", flush=True)
    ThreadingHTTPServer(("", PORT), Application).serve_forever()
