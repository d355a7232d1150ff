"""Where the carrier tells us how voice goes. Whoever writes a script puts these addresses into it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VoiceAddresses:
    """`base` is the public address of /webhooks/twilio/voice. A reference comes back with every piece of news."""

    base: str

    def status(self, reference: str) -> str:
        """For how far a call is (`events.CallMoved`), also of a leg that a script dials."""
        return f"{self.base}/status?ref={reference}"

    def conference(self, reference: str) -> str:
        """For who joins, leaves, is muted or held (`events.ConferenceMoved`). The first to enter decides it for all."""
        return f"{self.base}/conference?ref={reference}"

    def recording(self, reference: str) -> str:
        """For a recording that begins, is ready or never comes (`events.RecordingMoved`)."""
        return f"{self.base}/recording?ref={reference}"

    def transcription(self, reference: str) -> str:
        """For the text of a finished recording of `<Record transcribe>` (`events.RecordingTranscribed`)."""
        return f"{self.base}/transcription?ref={reference}"

    def transcript(self, reference: str) -> str:
        """For what is said while it is said (`events.TranscriptMoved`)."""
        return f"{self.base}/transcript?ref={reference}"

    def detection(self, reference: str) -> str:
        """For whether a person or a machine answered (`events.MachineDetected`)."""
        return f"{self.base}/detection?ref={reference}"
