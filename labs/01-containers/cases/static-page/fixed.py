"""Answers every GET with the same page."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PAGE = Path(__file__).with_name("page.html").read_bytes()


class Fixed(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(PAGE)


ThreadingHTTPServer(("", 9000), Fixed).serve_forever()
