"""Where notifications go: into the log, or to a mail server."""

import asyncio
import hashlib
import smtplib
import ssl
from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

from coolwind.clock import Clock
from coolwind.effects import Notification
from coolwind.errors import DeliveryFailed
from coolwind.models.text import storable


class Encryption(StrEnum):
    """How the way to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, as whom, and for how long one step of that may take."""

    host: str
    port: int
    sender: str
    encryption: Encryption = Encryption.STARTTLS
    user: str | None = None
    password: str | None = None
    timeout: timedelta = timedelta(seconds=10)


class LogNotifier:
    """Sends nothing: the outbox's own events tell the log which notifications there were."""

    async def deliver(self, notification: Notification) -> None:
        """Take the notification as handed over."""


class SmtpNotifier:
    """Sends each notification as an email whose Message-ID follows from the dedupe key."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    async def deliver(self, notification: Notification) -> None:
        """Hand the email to the mail server. Raises `DeliveryFailed`."""
        message = self.email(notification)
        await asyncio.to_thread(self._send, message)

    def email(self, notification: Notification) -> EmailMessage:
        """The email for a notification. Raises `DeliveryFailed` for a recipient that is none.

        Every header is built from parts that cannot hold a line end.
        """
        sender = _address(self._server.sender)
        name = hashlib.sha256(notification.key.encode("utf-8", "replace")).hexdigest()[:32]
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = _address(notification.recipient)
        message["Subject"] = " ".join(storable(notification.subject).split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{name}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(storable(notification.body))
        return message

    def _send(self, message: EmailMessage) -> None:
        try:
            with self._connected() as connection:
                if self._server.user is not None:
                    connection.login(self._server.user, self._server.password or "")
                connection.send_message(message)
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            # What a server answers may quote the email.
            raise DeliveryFailed(
                f"The mail server {self._server.host}:{self._server.port} did not take the email "
                f"({type(error).__name__}): see that it runs and knows the sender."
            ) from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        name = server.sender.rpartition("@")[2]
        seconds = server.timeout.total_seconds()
        if server.encryption is Encryption.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=seconds, context=context
            )
        connection = smtplib.SMTP(server.host, server.port, name, timeout=seconds)
        if server.encryption is Encryption.STARTTLS:
            try:
                connection.starttls(context=ssl.create_default_context())
            except BaseException:
                connection.close()
                raise
        return connection


def _address(text: str) -> Address:
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, IndexError, ValueError) as error:
        raise DeliveryFailed("The recipient or the sender is no email address.") from error
    if not address.username or not address.domain or storable(text).split() != [text]:
        raise DeliveryFailed("The recipient or the sender is no email address.")
    return address
