"""Says after everybody what they asked for."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Echo(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.path.encode())


ThreadingHTTPServer(("", 9000), Echo).serve_forever()
