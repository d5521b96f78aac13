"""The front end of the voting app: a page with two choices. A vote goes into a queue in Redis, and that is all.

GET /        the page; a new voter gets a cookie `voter`
POST /       choice=coffee or choice=tea, as a form sends it; answered once the vote is in the queue
GET /healthz whether it answers

The queue is the stream `votes`; an entry has the fields `voter` and `choice`.
"""

import os
import re
import secrets
import signal
import socket
import threading
from html import escape
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

CHOICES = ("coffee", "tea")
STREAM = "votes"
VERSION = os.environ.get("VERSION", "1")
FOLDER = Path(__file__).parent
LARGEST_FORM = 1024  # bytes
YEAR = 365 * 24 * 60 * 60  # seconds

theme = (FOLDER / "theme.css").read_text(encoding="utf-8")
page = (FOLDER / "page.html").read_text(encoding="utf-8").replace("/* theme */", theme)
# Each thread takes a connection of its own from the client's pool; one that Redis has closed is opened again.
queue = redis.Redis(
    host=os.environ.get("REDIS_HOST", "redis"),
    # Not from REDIS_PORT: in a cluster with a Service redis that is set already, to its address.
    port=6379,
    socket_timeout=3,
    socket_connect_timeout=3,
    # Twice at most: the voter waits. An entry that gets in twice is still one voter's one vote.
    retry=Retry(ConstantBackoff(0.2), 2),
)


class Vote(BaseHTTPRequestHandler):
    """One request."""

    server_version = "vote/" + VERSION
    sys_version = ""
    timeout = 10

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == "/":
            self.show(200, choice=self.cookie("choice"))
        elif path == "/healthz":
            self.answer(200, "text/plain; charset=utf-8", "ok\n")
        else:
            self.answer(404, "text/plain; charset=utf-8", "There is nothing here.\n")

    do_HEAD = do_GET

    def do_POST(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_FORM:
            self.answer(413, "text/plain; charset=utf-8", "That is no vote.\n")
            return
        form = parse_qs(self.rfile.read(int(length)).decode("utf-8", "replace"))
        choice = form.get("choice", [""])[0]
        if choice not in CHOICES:
            self.show(400, note="Please choose coffee or tea.", choice=self.cookie("choice"))
            return
        voter = self.voter()
        try:
            queue.xadd(STREAM, {"voter": voter, "choice": choice})
        except redis.RedisError as error:
            self.log_error("the vote cannot be queued: %s", error)
            self.show(503, note="Votes cannot be taken at the moment. Please try again.", choice="")
            return
        # After a redirect, reloading the page does not vote again.
        self.send_response(303)
        self.send_header("Location", "/")
        self.remember("voter", voter)
        self.remember("choice", choice)
        self.finish_headers(0)

    def show(self, status, choice, note=""):
        """The page; `choice` is what this voter has chosen."""
        if choice in CHOICES:
            note = note or f"You voted for {choice}. You can change your mind at any time."
        told = {
            "version": escape(VERSION),
            "host": escape(socket.gethostname()),
            "note": escape(note),
            "result": escape(self.result_address()),
            **{f"pressed-{each}": "true" if each == choice else "false" for each in CHOICES},
        }
        text = re.sub(r"\{\{([a-z-]+)\}\}", lambda found: told[found[1]], page)
        self.send_response(status)
        if self.cookie("voter") == "":
            self.remember("voter", secrets.token_hex(16))
        self.write("text/html; charset=utf-8", text)

    def answer(self, status, kind, text):
        self.send_response(status)
        self.write(kind, text)

    def write(self, kind, text):
        body = text.encode("utf-8")
        self.send_header("Content-Type", kind)
        self.finish_headers(len(body))
        if self.command != "HEAD":
            self.wfile.write(body)

    def finish_headers(self, length):
        self.send_header("Content-Length", str(length))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )
        self.send_header("X-Version", VERSION)
        self.send_header("X-Instance", socket.gethostname())
        self.end_headers()

    def voter(self):
        """Who this is: the cookie, if it is one of ours."""
        voter = self.cookie("voter")
        return voter if re.fullmatch("[0-9a-f]{32}", voter) else secrets.token_hex(16)

    def cookie(self, name):
        try:
            found = SimpleCookie(self.headers.get("Cookie", "")).get(name)
        except CookieError:
            return ""
        return found.value if found else ""

    def remember(self, name, value):
        self.send_header("Set-Cookie", f"{name}={value}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax")

    def result_address(self):
        """The page beside this one: vote.localhost:8080 leads to result.localhost:8080."""
        return "//" + re.sub(r"^vote\.", "result.", self.headers.get("Host", ""))

    def log_message(self, template, *values):
        # Health is asked every few seconds, and says nothing to whoever reads the log.
        if getattr(self, "path", "") != "/healthz":
            super().log_message(template, *values)


class Server(ThreadingHTTPServer):
    # Requests that have begun are answered before the process ends.
    daemon_threads = False
    request_queue_size = 128


def main():
    server = Server(("", int(os.environ.get("PORT", "8080"))), Vote)
    # From a thread, since shutdown waits for the loop that the signal has interrupted.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"vote {VERSION} takes votes on port {server.server_port}", flush=True)
    with server:
        server.serve_forever(poll_interval=0.1)


if __name__ == "__main__":
    main()
