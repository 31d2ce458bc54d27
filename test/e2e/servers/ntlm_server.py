"""A server behind NTLM as pyspnego accepts it: PORT SCHEME [CERTIFICATE KEY]. Accounts are those of NTLM_USER_FILE.

Answers who asks for what. With a certificate, logins have to be bound to it.
"""
import base64
import hashlib
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import spnego
from spnego.channel_bindings import GssChannelBindings

PORT, SCHEME, *TLS = sys.argv[1:]
# An id, a length and zeros: bound to nothing, which the acceptor takes.
UNBOUND = b"\x0a\x00\x10\x00" + bytes(16)


def bindings():
    if not TLS:
        return None
    with open(TLS[0]) as file:
        digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(file.read())).digest()
    return GssChannelBindings(application_data=b"tls-server-end-point:" + digest)


class Handler(BaseHTTPRequestHandler):
    """One a connection, which is what NTLM logs in."""

    protocol_version = "HTTP/1.1"
    context = None
    refusals = 0

    def do_GET(self):
        if self.path == "/ready":
            return self.answer(200, {"refusals": Handler.refusals})
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length).decode()
        scheme, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if scheme == SCHEME and token:
            return self.step(base64.b64decode(token), body)
        if self.context and self.context.complete:
            return self.answer(200, self.value(body))
        self.answer(401, {}, SCHEME)

    do_POST = do_GET

    def step(self, token, body):
        if self.context is None or self.context.complete:
            self.context = spnego.server(protocol="ntlm" if SCHEME == "NTLM" else "negotiate", channel_bindings=bindings())
        try:
            if TLS and UNBOUND in token:
                raise spnego.exceptions.BadBindingsError(context_msg="a login that is bound to nothing")
            reply = self.context.step(token)
        except spnego.exceptions.SpnegoError as refusal:
            Handler.refusals += 1
            self.context = None
            print(refusal, flush=True)
            return self.answer(401, {}, SCHEME)
        if self.context.complete:
            return self.answer(200, self.value(body))
        self.answer(401, {}, f"{SCHEME} {base64.b64encode(reply).decode()}")

    def value(self, body):
        return {"who": self.context.client_principal, "path": self.path, "body": body}

    def answer(self, status, value, challenge=None):
        content = json.dumps(value).encode()
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler)
if TLS:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*TLS)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
server.serve_forever()
