"""How long a sound is, as far as its first bytes tell."""

MP3_BYTES_PER_SECOND = 16_000
WAVE_HEADER = 44


def seconds_of(content: bytes) -> float:
    """Exactly for a WAV file, and for anything else as if it were an MP3 of usual quality."""
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE" and len(content) >= WAVE_HEADER:
        per_second = int.from_bytes(content[28:32], "little") or MP3_BYTES_PER_SECOND
        return (len(content) - WAVE_HEADER) / per_second
    return len(content) / MP3_BYTES_PER_SECOND
