"""Emails arrive as they were meant, and no customer can write their headers."""

import asyncio
import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed
from coolwind.notifiers import Encryption, MailServer, SmtpNotifier

pytestmark = pytest.mark.anyio

EMAIL = Notification("order-1", "hari@example.com", "Your order ₹", "Dear Hari,\n\n.ready\n")


class Inbox:
    """What the mail server got."""

    def __init__(self) -> None:
        self.envelopes = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any):  # noqa: N802
        self.envelopes.append(envelope)
        return self.answer

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


@pytest.fixture
async def server(inbox: Inbox):
    def protocol():
        return SMTP(
            inbox, hostname="mail.example.com", authenticator=authenticate, auth_require_tls=False
        )

    listening = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    yield MailServer("127.0.0.1", port, "chat@example.com", Encryption.NONE)
    listening.close()


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
    with pytest.raises(DeliveryFailed, match="no email address"):
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
    with pytest.raises(DeliveryFailed, match="SMTPAuthenticationError"):
        await send(with_(server, user="shop", password="wrong"), clock)


async def test_a_refusal_is_a_failed_delivery_without_the_emails_text(
    server: MailServer, inbox: Inbox, clock: Any
) -> None:
    inbox.answer = "550 I do not like hari@example.com"
    with pytest.raises(DeliveryFailed) as raised:
        await send(server, clock)
    assert "hari" not in str(raised.value)


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
async def test_nothing_is_sent_in_the_open_when_encryption_is_asked_for(
    server: MailServer, inbox: Inbox, clock: Any, encryption: Encryption
) -> None:
    careful = with_(server, encryption=encryption, timeout=timedelta(milliseconds=200))
    with pytest.raises(DeliveryFailed):
        await send(careful, clock)
    assert inbox.envelopes == []


async def test_an_unreachable_server_is_a_failed_delivery(
    clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_, **__: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(smtplib, "SMTP", refuse)
    with pytest.raises(DeliveryFailed, match="ConnectionRefusedError"):
        await send(MailServer("127.0.0.1", 25, "chat@example.com"), clock)
