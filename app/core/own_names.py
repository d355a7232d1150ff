"""What the languages that the house speaks with families call themselves."""

from typing import Final

OWN_NAMES: Final = {
    "en": "English", "es": "Español", "vi": "Tiếng Việt", "ar": "العربية", "so": "Soomaali",
    "zh": "中文", "ru": "Русский", "uk": "Українська", "fr": "Français",
}  # fmt: skip
