"""Where notifications go: to a mail server."""

import asyncio
import hashlib
import smtplib
import ssl
from contextlib import suppress
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
from coolwind.errors import DeliveryFailed, NotificationRefused, NotifierUnavailable
from coolwind.models.text import storable

_NEVER = 500


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


class SmtpNotifier:
    """Sends each notification as an email whose Message-ID follows from the dedupe key."""

    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    async def deliver(self, notification: Notification) -> None:
        """Hand the email to the mail server.

        Raises `NotificationRefused` where the server says that it will never take this email,
        `DeliveryFailed` where it does not take it now, and `NotifierUnavailable` where it takes
        none.
        """
        message = self.email(notification)
        await asyncio.to_thread(self._send, message)

    def email(self, notification: Notification) -> EmailMessage:
        """The email for a notification. Raises `NotificationRefused` for a recipient that is no
        address, and `NotifierUnavailable` for such a sender.

        Every header is built from parts that cannot hold a line end.
        """
        sender, recipient = _address(self._server.sender), _address(notification.recipient)
        if sender is None:
            raise NotifierUnavailable("The sender is no email address.")
        if recipient is None:
            raise NotificationRefused("The recipient is no email address.")
        name = hashlib.sha256(notification.key.encode("utf-8", "replace")).hexdigest()[:32]
        message = EmailMessage(policy=SMTP)
        message["From"] = sender
        message["To"] = recipient
        message["Subject"] = " ".join(storable(notification.subject).split())
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{name}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(storable(notification.body))
        return message

    def _send(self, message: EmailMessage) -> None:
        # What smtplib raises is an OSError, too.
        try:
            connection = self._connected()
        except (OSError, UnicodeError) as error:
            raise NotifierUnavailable(self._account(error)) from error
        try:
            connection.send_message(message)
        except OSError as error:
            raise _failure(error)(self._account(error)) from error
        finally:
            _leave(connection)

    def _account(self, error: Exception) -> str:
        # What a server answers may quote the email.
        return (
            f"The mail server {self._server.host}:{self._server.port} did not take the email "
            f"({type(error).__name__}): see that it runs, that encryption, user and password are "
            "those that it wants, and that it knows the sender."
        )

    def _connected(self) -> smtplib.SMTP:
        """A connection that is encrypted and logged in as was asked for."""
        server = self._server
        name = server.sender.rpartition("@")[2]
        seconds = server.timeout.total_seconds()
        if server.encryption is Encryption.TLS:
            context = ssl.create_default_context()
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=seconds, context=context
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, name, timeout=seconds)
        try:
            connection.ehlo_or_helo_if_needed()
            if server.encryption is Encryption.STARTTLS:
                connection.starttls(context=ssl.create_default_context())
            if server.user is not None:
                connection.login(server.user, server.password or "")
        except BaseException:
            connection.close()
            raise
        return connection


def _failure(error: Exception) -> type[DeliveryFailed]:
    """What an error means for the email, once the server let us in.

    A code from 500 on is a never (RFC 5321, section 4.2.1). For the recipient or the text it speaks
    of this email; for the sender, of the settings, which somebody can mend.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            is_final = all(code >= _NEVER for code, _ in error.recipients.values())
        case smtplib.SMTPDataError():
            is_final = error.smtp_code >= _NEVER
        case smtplib.SMTPNotSupportedError():
            # The recipient is spelled in letters that this server cannot take.
            is_final = True
        case _:
            return NotifierUnavailable
    return NotificationRefused if is_final else DeliveryFailed


def _leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; the email is taken or not, whatever the server answers."""
    with suppress(OSError):
        connection.quit()
    connection.close()


def _address(text: str) -> Address | None:
    """The text as an email address, if it is one."""
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, IndexError, ValueError):
        return None
    is_whole = address.username and address.domain and storable(text).split() == [text]
    return address if is_whole else None
