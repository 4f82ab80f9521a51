"""Sound files by ffmpeg: decoding within limits, loudness, and the one format every phone plays.

The loudness target is EBU R 128 / ITU-R BS.1770 as podcasts use it: -16 LUFS, true peak at most -1.5 dBTP.
"""

from __future__ import annotations

import json
import math
import re
import wave
from pathlib import Path

from service_bridge.voice.programs import ProgramRunner

MEDIA_TYPE = "audio/mp4"
SAMPLE_RATE_HZ = 48_000
LOUDNESS_LUFS = -16.0
TRUE_PEAK_DBTP = -1.5
# The limiter works below the final peak: the last small gain and the encoder's own overshoot need the room. How far
# AAC overshoots depends on the sound, so the encoded file is measured and the next lower limit taken if need be.
LIMITS_DB = (-5.0, -7.0, -9.0)
SILENCE_LUFS = -60.0

_QUIET = ["ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-y"]
_TALKING = ["ffmpeg", "-hide_banner", "-nostdin", "-nostats", "-y"]
# Only the file itself is opened, with a demuxer and decoders from a short list: a playlist that names
# other files or addresses is not followed.
CODECS = (
    "pcm_s16le,pcm_s24le,pcm_s32le,pcm_f32le,pcm_f64le,pcm_u8,pcm_alaw,pcm_mulaw,"
    "aac,opus,libopus,vorbis,mp3,mp3float,flac,alac"
)


def input_options(source: Path, demuxer: str) -> list[str]:
    """The arguments with which ffmpeg and ffprobe open `source` and nothing else."""
    return ["-protocol_whitelist", "file", "-codec_whitelist", CODECS, "-f", demuxer, "-i", f"file:{source}"]


def decode_to_wav(runner: ProgramRunner, source: Path, target: Path, *, demuxer: str, longest_s: float) -> float:
    """Decode the first sound of `source`, at most `longest_s` of it, to 48 kHz mono 16 bit; return seconds written."""
    taken = ["-map", "0:a:0", "-vn", "-sn", "-dn", "-t", f"{longest_s:.3f}"]
    shape = ["-ac", "1", "-ar", str(SAMPLE_RATE_HZ), "-c:a", "pcm_s16le", "-f", "wav", str(target)]
    runner.run([*_QUIET, *input_options(source, demuxer), *taken, *shape])
    return read_duration_s(target)


def read_duration_s(path: Path) -> float:
    """Seconds of sound in a WAV file that one of our own programs wrote."""
    with wave.open(str(path), "rb") as sound:
        return sound.getnframes() / sound.getframerate()


def join_wavs(pieces: list[Path], target: Path) -> None:
    """Write `pieces` (same rate, one voice) one after the other into `target`."""
    with wave.open(str(target), "wb") as joined:
        for number, piece in enumerate(pieces):
            with wave.open(str(piece), "rb") as sound:
                if number == 0:
                    joined.setparams(sound.getparams())
                joined.writeframes(sound.readframes(sound.getnframes()))


def measure_loudness(runner: ProgramRunner, source: Path, *, filters: str = "anull") -> dict[str, float]:
    """The loudnorm filter's measurements of `source` after `filters`: i, tp, lra, thresh (LUFS, dBTP, LU, LUFS)."""
    measuring = f"{filters},loudnorm=I={LOUDNESS_LUFS}:TP={TRUE_PEAK_DBTP}:LRA=11:print_format=json"
    said = runner.run([*_TALKING, "-i", f"file:{source}", "-af", measuring, "-f", "null", "-"])
    found = json.loads(re.findall(r"\{[^{}]*\}", said)[-1])
    return {name: float(found[f"input_{name}"]) for name in ("i", "tp", "lra", "thresh")}


def encode_for_phones(runner: ProgramRunner, source: Path, target: Path) -> bool:
    """Bring `source` to the target loudness and write AAC-LC in MP4 with its index first; False when it is silent.

    Measured twice: as it is, and after its peaks are held (speech has peaks up to 20 dB above its loudness, which
    one gain could not lift to the target); then comes the exact gain, linear, and the encoder.
    """
    loudness = measure_loudness(runner, source)["i"]
    if not math.isfinite(loudness) or loudness < SILENCE_LUFS:
        return False
    for limit_db in LIMITS_DB:
        _encode(runner, source, target, _hold_peaks(LOUDNESS_LUFS - loudness, limit_db))
        if measure_loudness(runner, target)["tp"] <= TRUE_PEAK_DBTP:
            break
    return True


def _encode(runner: ProgramRunner, source: Path, target: Path, held: str) -> None:
    measured = measure_loudness(runner, source, filters=held)
    exact = f"{held},{_linear_loudnorm(measured)},aresample={SAMPLE_RATE_HZ}"
    shape = ["-ac", "1", "-ar", str(SAMPLE_RATE_HZ), "-c:a", "aac", "-profile:a", "aac_low", "-b:a", "128k"]
    bare = ["-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact"]
    box = ["-movflags", "+faststart", "-f", "ipod", str(target)]
    runner.run([*_QUIET, "-i", f"file:{source}", "-af", exact, *shape, *bare, *box])


def _hold_peaks(gain_db: float, limit_db: float) -> str:
    # Four times the rate lets the limiter see peaks between samples.
    limit = 10 ** (limit_db / 20)
    over = f"aresample={4 * SAMPLE_RATE_HZ}"
    return f"volume={gain_db:.2f}dB,{over},alimiter=limit={limit:.4f}:attack=3:release=40:level=false"


def _linear_loudnorm(measured: dict[str, float]) -> str:
    values = ":".join(f"measured_{name.upper() if name != 'thresh' else name}={measured[name]}" for name in measured)
    return f"loudnorm=I={LOUDNESS_LUFS}:TP={TRUE_PEAK_DBTP}:LRA=11:{values}:linear=true"
