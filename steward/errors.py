"""Every error this program raises on purpose, as one tree.

StewardError                  has a Chinese sentence for the operator, and `retry`
├── SettingsError             a setting is unknown, missing or malformed
├── StorageError              the database refuses, is locked or is gone
│   └── StorageBusy           … and trying again can help
├── LedgerError               the ledger's rules forbid the act
│   ├── TransitionRefused     … because the state table has no such transition
│   └── ActedMeanwhile        … because somebody has acted on the hazard since it was looked at
├── IntakeError               a whole file cannot be taken
├── FiguresError              a question to the ledger makes no sense
├── RulesError                a file of rules is malformed
├── MapError                  a file of the towns' outlines cannot be used
├── NarrationError            a template or a text cannot become a script
├── SpeechError               no sound could be made
│   ├── VoiceMissing          the voice's files are not installed or are damaged
│   ├── EngineFailed          an engine gave up, hung or returned nothing
│   ├── ClipNotStored         sound was made and could not be written
│   ├── HeardWrong            what was heard back is not what was meant
│   └── RecogniserMissing     hearing back is not installed, or its model is damaged
├── BroadcastError            a broadcast cannot do what was asked
│   └── Overtaken             … because it is not any more as whoever asks has seen it
│       └── EditedElsewhere   … but somebody has edited it since
├── RequestError              a program's request is not as it should be
│   ├── RequestUnreadable     … because it cannot even be read
│   └── KeyReused             … because its key came with another one before
├── PlaceError                a hall, a zone or a player cannot be made, moved or removed so
├── PushError                 a message to whoever is on duty was not taken
│   └── TooManyPushes         … because there were too many of them
├── AlertError                an alert (CAP) cannot be taken, written or fetched
├── SourceError               a source of hazards is declared wrong, or cannot be read
├── DocumentError             a document cannot be made: a font is missing, the disk is full
├── DeliveryError             a town cannot be sent what is meant for it
│   └── MailServerAway        … because the mail server is not there, or wants nothing from us
├── NotFound                  what was asked for does not exist
├── PlanError                 a plan is malformed, or its calendar has no such year
├── PlayerError               a player without a browser cannot do what it should
│   ├── ServerAway            … because the server does not answer, or is at fault
│   ├── PlayerDoubted         … because the server does not believe that it is who it says
│   └── SoundDeviceLost       … because the loudspeaker cannot be opened
├── AccountError              an account or a token is malformed, unknown or taken
├── AccessRefused             who asks is not known, or may not do it
│   └── LockedOut             … after too many wrong passwords
└── AlreadyRunning            a second engine on the same data folder, a second player of a hall
"""

from __future__ import annotations


class StewardError(Exception):
    """Base of the tree.

    `sentence` is Chinese and meant for staff; `place` is the exact place (file, row,
    setting, template line) or ""; `retry` says whether trying again unchanged can help.
    """

    retry: bool = False

    def __init__(self, sentence: str, *, place: str = "", retry: bool | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.place = place
        if retry is not None:
            self.retry = retry

    def __str__(self) -> str:
        return f"{self.sentence}（{self.place}）" if self.place else self.sentence


class SettingsError(StewardError):
    """A setting is unknown, missing or malformed."""


class StorageError(StewardError):
    """The database refuses, or is gone."""


class StorageBusy(StorageError):
    """The database is locked or not reachable just now."""

    retry = True


class LedgerError(StewardError):
    """The ledger's rules forbid the act."""


class TransitionRefused(LedgerError):
    """The state table has no such transition."""


class ActedMeanwhile(LedgerError):
    """Somebody, or a file, has changed the hazard since whoever asks has looked at it."""


class IntakeError(StewardError):
    """A whole file cannot be taken; nothing of it was."""


class FiguresError(StewardError):
    """A question to the ledger makes no sense (unknown town, instant before the week…)."""


class RulesError(StewardError):
    """A file of rules (versioned data with an effective date) is malformed."""


class MapError(StewardError):
    """A file of the towns' outlines cannot be read, used or put in place."""


class NarrationError(StewardError):
    """A template or a text cannot become a script."""


class SpeechError(StewardError):
    """No sound could be made."""


class VoiceMissing(SpeechError):
    """The voice's files are not installed, or are damaged."""


class EngineFailed(SpeechError):
    """An engine gave up, hung or returned nothing."""

    retry = True


class ClipNotStored(SpeechError):
    """Sound was made and could not be written (a full disk)."""

    retry = True


class HeardWrong(SpeechError):
    """What was heard back is not what was meant, whichever way it was said.

    `clip_key` names the attempt that came nearest, `heard` what was heard of it.
    """

    def __init__(self, written: str, heard: str, *, clip_key: str) -> None:
        super().__init__(f"听回不符：应为“{written}”，听到“{heard}”")
        self.heard = heard
        self.clip_key = clip_key


class RecogniserMissing(SpeechError):
    """Hearing back is not installed, or its model is damaged."""


class BroadcastError(StewardError):
    """A broadcast cannot do what was asked."""


class Overtaken(BroadcastError):
    """It is in another state or has another text by now than whoever asks has seen."""


class EditedElsewhere(Overtaken):
    """An announcement was edited since whoever acts has looked at it."""


class RequestError(StewardError):
    """A program's request is not as it should be."""


class RequestUnreadable(RequestError):
    """It is no JSON."""


class KeyReused(RequestError):
    """The idempotency key came before, with another request."""


class PlaceError(StewardError):
    """A hall, a zone or a player cannot be made, changed, moved or removed as was asked."""


class PushError(StewardError):
    """A message to whoever is on duty was not taken by its target."""

    retry = True


class TooManyPushes(PushError):
    """The target takes no more for now; `wait_s`: for how long."""

    def __init__(self, sentence: str, *, place: str = "", wait_s: float) -> None:
        super().__init__(sentence, place=place)
        self.wait_s = wait_s


class AlertError(StewardError):
    """An alert (CAP) cannot be taken, written or fetched. `retry`: it may not be all there yet."""


class SourceError(StewardError):
    """A source of hazards is declared wrong; or, with `retry`, cannot be read just now."""


class DocumentError(StewardError):
    """A document cannot be made: a font is missing, the disk is full."""


class DeliveryError(StewardError):
    """A town cannot be sent what is meant for it; `retry` says whether the same may go later."""


class MailServerAway(DeliveryError):
    """The mail server cannot be reached, broke off, or refuses whoever hands in mail.

    `begun`: a letter was on its way, and may have arrived.
    """

    retry = True

    def __init__(self, sentence: str, *, place: str = "", begun: bool = False) -> None:
        super().__init__(sentence, place=place)
        self.begun = begun


class NotFound(StewardError):
    """What was asked for (a hall, a broadcast, a clip) does not exist."""


class PlanError(StewardError):
    """A plan is malformed, or its calendar has no such year."""


class PlayerError(StewardError):
    """A player without a browser cannot do what it should."""


class ServerAway(PlayerError):
    """The server does not answer, or answers with a fault of its own."""

    retry = True


class PlayerDoubted(PlayerError):
    """The server does not believe that the player is the one whose key it has."""


class SoundDeviceLost(PlayerError):
    """The loudspeaker cannot be opened, or has gone."""

    retry = True


class AccountError(StewardError):
    """An account or a token is malformed, unknown or taken."""


class AccessRefused(StewardError):
    """Who asks is not known, or may not do what was asked."""


class LockedOut(AccessRefused):
    """Too many wrong passwords for an account, or from an address; `wait_s`: for how long."""

    retry = True

    def __init__(self, sentence: str, *, wait_s: int) -> None:
        super().__init__(sentence)
        self.wait_s = wait_s


class AlreadyRunning(StewardError):
    """A second engine was started on the same data folder, or a second player of a hall."""
