"""Every error that the core raises on purpose."""

from datetime import timedelta


class CoolwindError(Exception):
    """Base of the core's errors; the text says what happened and what to do."""


class StoreUnavailable(CoolwindError):
    """The store cannot be reached, or did not answer; the turn can be tried again."""


class Conflict(CoolwindError):
    """Somebody else was faster; the turn has to be taken again from what is stored now."""


class UnreadableState(CoolwindError):
    """A stored session is not one that this release can read."""


class ModelUnavailable(CoolwindError):
    """The language model gave no usable answer."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """How long the model asked to be left alone, where it said so."""


class ModelRefused(ModelUnavailable):
    """The language model turned the request down; the same request again will not do better."""


class ModelMisconfigured(CoolwindError):
    """The chosen language model cannot be used with the settings that were given for it."""


class ModelNotInstalled(CoolwindError):
    """The library of the chosen language model is missing."""


class MessageReused(CoolwindError):
    """A message ID came back and its reply cannot: its text is another one, its conversation was
    cleared, or it was answered too many turns ago. The client has to choose a new ID.
    """


class NoSuchSession(CoolwindError):
    """There is no such session, or it is not this customer's; the answer does not tell which."""


class DeliveryFailed(CoolwindError):
    """A notification could not be handed over; it can be tried again."""


class NotifierUnavailable(DeliveryFailed):
    """Nothing can be handed over at the moment, whatever the notification."""


class NotificationRefused(DeliveryFailed):
    """A notification will never be taken; trying it again changes nothing."""


class InvalidSettings(CoolwindError):
    """The service cannot start with these settings."""
