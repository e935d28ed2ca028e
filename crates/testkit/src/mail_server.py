"""A mail server for tests: takes messages on a port of its own and keeps each as a file.

Arguments: folder, plain|starttls|implicit, user name or -, password or -. The folder holds cert.pem and key.pem.
Prints its port once it listens; ends when its input ends.
"""
import asyncio
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, mode, user, password = pathlib.Path(sys.argv[1]), *sys.argv[2:5]


class Keeper:
    def __init__(self):
        self.taken = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("later@"):
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        private = mode == "implicit" or session.ssl is not None
        head = f"X-Test-To: {','.join(envelope.rcpt_tos)}\r\nX-Test-Private: {private}\r\n".encode()
        file = folder / f"{self.taken:03}.new"
        file.write_bytes(head + envelope.content)
        file.rename(folder / f"{self.taken:03}.eml")
        return "250 2.0.0 taken"


def known(server, session, envelope, mechanism, data):
    fits = isinstance(data, LoginPassword) and data == LoginPassword(user.encode(), password.encode())
    return AuthResult(success=fits, handled=fits)


async def main():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    keeper = Keeper()

    def session():
        return SMTP(
            keeper,
            require_starttls=mode == "starttls",
            tls_context=context if mode == "starttls" else None,
            authenticator=known if user != "-" else None,
            auth_required=user != "-",
            auth_require_tls=mode == "starttls",
        )

    server = await asyncio.get_running_loop().create_server(
        session, "127.0.0.1", 0, ssl=context if mode == "implicit" else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
