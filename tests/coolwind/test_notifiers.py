"""Emails arrive as they were meant, and no customer can write their headers."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult

from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed, NotificationRefused, NotifierUnavailable
from coolwind.notifiers import Encryption, MailServer, SmtpNotifier

pytestmark = pytest.mark.anyio

EMAIL = Notification("order-1", "hari@example.com", "Your order ₹", "Dear Hari,\n\n.ready\n")


class Inbox:
    """What the mail server got, and what it answers to each command."""

    def __init__(self) -> None:
        self.envelopes = []
        self.encrypted = []
        self.answers = {}

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: Any, options: Any
    ):
        envelope.mail_from, envelope.mail_options = address, options
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: Any, _options: Any
    ):
        envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(self, _server: Any, session: Any, envelope: Any):  # noqa: N802
        self.envelopes.append(envelope)
        self.encrypted.append(session.ssl is not None)
        return self.answers.get("DATA", "250 OK")

    async def handle_QUIT(self, _server: Any, _session: Any, _envelope: Any):  # noqa: N802
        return self.answers.get("QUIT", "221 Bye")

    def messages(self):
        return [message_from_bytes(each.content, policy=default) for each in self.envelopes]


@pytest.fixture
def inbox():
    return Inbox()


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, login: Any):
    known = (login.login, login.password) == (b"shop", b"secret")
    return AuthResult(success=known, handled=False)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@asynccontextmanager
async def serving(
    inbox: Inbox, tls: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    """A mail server on loopback, which speaks TLS from the start with `tls`; its port."""

    def protocol() -> SMTP:
        return SMTP(inbox, hostname="mail.example.com", authenticator=authenticate, **options)

    loop = asyncio.get_running_loop()
    listening = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()


@pytest.fixture
async def server(inbox: Inbox):
    async with serving(inbox, auth_require_tls=False) as port:
        yield MailServer("127.0.0.1", port, "chat@example.com", Encryption.NONE)


async def send(server: MailServer, clock: Any, notification: Notification = EMAIL) -> None:
    await SmtpNotifier(server, clock).deliver(notification)


def with_(server: MailServer, **changes: Any):
    fields = {name: getattr(server, name) for name in MailServer.__slots__}
    return MailServer(**{**fields, **changes})


async def test_an_email_arrives_as_it_was_meant(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    await send(server, clock)
    (message,) = inbox.messages()
    assert message["From"] == "chat@example.com"
    assert message["To"] == "hari@example.com"
    assert message["Subject"] == "Your order ₹"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime == clock.now()
    assert message.get_content().replace("\r\n", "\n") == EMAIL.body


async def test_one_key_is_one_message_id_and_two_keys_are_two(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    for key in ("a", "a", "b"):
        await send(server, clock, Notification(key, "hari@example.com", "Order", "Ready."))
    first, again, other = (message["Message-ID"] for message in inbox.messages())
    assert first == again != other


@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
async def test_a_subject_cannot_add_a_header(
    server: MailServer, inbox: Inbox, clock: Any, ending: str
) -> None:
    subject = f"Order{ending}Bcc: everybody@example.com{ending}{ending}body"
    await send(server, clock, Notification("a", "hari@example.com", subject, "Ready."))
    (message,) = inbox.messages()
    assert message["Bcc"] is None
    assert inbox.envelopes[0].rcpt_tos == ["hari@example.com"]
    assert message.get_content().strip() == "Ready."


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "hari",
        "@example.com",
        "hari@",
        "hari@example.com, everybody@example.com",
        "hari@example.com\r\nBcc: everybody@example.com",
        "hari@example.com\nRCPT TO:<everybody@example.com>",
        "Hari <hari@example.com>",
        "\ud800@example.com",
    ],
)
async def test_a_recipient_that_is_no_address_gets_no_email(
    server: MailServer, inbox: Inbox, clock: Any, recipient: str
) -> None:
    with pytest.raises(NotificationRefused, match="no email address"):
        await send(server, clock, Notification("a", recipient, "Order", "Ready."))
    assert inbox.envelopes == []


async def test_text_that_no_email_can_carry_is_left_out(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    await send(
        server, clock, Notification("\ud800", "hari@example.com", "a\ud800b", "c\x00\ud800d")
    )
    (message,) = inbox.messages()
    assert message["Subject"] == "ab"
    assert message.get_content().strip() == "cd"


async def test_the_login_is_used(server: MailServer, inbox: Inbox, clock: Any) -> None:
    await send(with_(server, user="shop", password="secret"), clock)
    assert len(inbox.envelopes) == 1
    with pytest.raises(NotifierUnavailable, match="SMTPAuthenticationError"):
        await send(with_(server, user="shop", password="wrong"), clock)


@pytest.mark.parametrize(
    ("command", "answer", "failure"),
    [
        ("RCPT", "550 I do not know hari@example.com", NotificationRefused),
        ("RCPT", "450 The box of hari@example.com is busy", DeliveryFailed),
        ("RCPT", "421 hari@example.com is closed", DeliveryFailed),
        ("DATA", "554 I do not like hari@example.com", NotificationRefused),
        ("DATA", "451 I cannot scan what hari@example.com gets", DeliveryFailed),
        ("MAIL", "550 I do not know you, hari@example.com", NotifierUnavailable),
        ("MAIL", "452 No room for hari@example.com", NotifierUnavailable),
    ],
)
async def test_a_never_is_told_from_a_not_now_without_the_emails_text(
    server: MailServer,
    inbox: Inbox,
    clock: Any,
    command: str,
    answer: str,
    failure: type[DeliveryFailed],
) -> None:
    inbox.answers[command] = answer
    with pytest.raises(DeliveryFailed) as raised:
        await send(server, clock)
    assert type(raised.value) is failure
    assert "hari" not in str(raised.value)


async def test_a_recipient_that_the_server_cannot_spell_is_refused(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    with pytest.raises(NotificationRefused, match="SMTPNotSupportedError"):
        await send(server, clock, Notification("a", "hari@exämple.com", "Order", "Ready."))
    assert inbox.envelopes == []


async def test_an_email_that_was_taken_is_delivered_whatever_the_server_says_goodbye_with(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    inbox.answers["QUIT"] = "421 I am leaving"
    await send(server, clock)
    assert len(inbox.envelopes) == 1


@contextmanager
def trusted(folder: Path, *names: str) -> Iterator[ssl.SSLContext]:
    """A server's certificate for those names, from an authority that the machine trusts."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(*names).configure_cert(context)
    with pytest.MonkeyPatch.context() as patch:
        path = folder / "authority.pem"
        authority.cert_pem.write_to_path(path)
        patch.setenv("SSL_CERT_FILE", str(path))
        yield context


async def test_the_email_and_the_login_go_through_starttls(
    inbox: Inbox, clock: Any, tmp_path: Path
) -> None:
    with trusted(tmp_path, "127.0.0.1") as context:
        async with serving(inbox, tls_context=context, require_starttls=True) as port:
            server = MailServer(
                "127.0.0.1", port, "chat@example.com", user="shop", password="secret"
            )
            assert server.encryption is Encryption.STARTTLS
            await send(server, clock)
    (message,) = inbox.messages()
    assert message["To"] == "hari@example.com"
    assert inbox.encrypted == [True]


async def test_the_email_goes_through_tls_from_the_start(
    inbox: Inbox, clock: Any, tmp_path: Path
) -> None:
    with trusted(tmp_path, "127.0.0.1") as context:
        async with serving(inbox, tls=context) as port:
            await send(MailServer("127.0.0.1", port, "chat@example.com", Encryption.TLS), clock)
    assert len(inbox.messages()) == 1


@pytest.mark.parametrize("is_trusted", [True, False])
async def test_nothing_is_sent_to_a_server_that_cannot_prove_its_name(
    inbox: Inbox, clock: Any, tmp_path: Path, is_trusted: bool
) -> None:
    name = "other.example.com" if is_trusted else "127.0.0.1"
    with trusted(tmp_path, name) as context:
        if not is_trusted:
            (tmp_path / "authority.pem").write_bytes(trustme.CA().cert_pem.bytes())
        async with serving(inbox, tls_context=context) as port:
            with pytest.raises(NotifierUnavailable, match="SSLCertVerificationError"):
                await send(MailServer("127.0.0.1", port, "chat@example.com"), clock)
    assert inbox.envelopes == []


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
async def test_nothing_is_sent_in_the_open_when_encryption_is_asked_for(
    server: MailServer, inbox: Inbox, clock: Any, encryption: Encryption
) -> None:
    careful = with_(server, encryption=encryption, timeout=timedelta(milliseconds=200))
    with pytest.raises(NotifierUnavailable):
        await send(careful, clock)
    assert inbox.envelopes == []


async def test_an_unreachable_server_is_unavailable(clock: Any) -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        server = MailServer("127.0.0.1", unheard.getsockname()[1], "chat@example.com")
        with pytest.raises(NotifierUnavailable, match="ConnectionRefusedError"):
            await send(server, clock)


async def test_a_sender_that_is_no_address_gets_nothing_out(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    with pytest.raises(NotifierUnavailable, match="sender is no email address"):
        await send(with_(server, sender="chat"), clock)
    assert inbox.envelopes == []
