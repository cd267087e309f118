"""Fonts that the world writes with: those of the machine, and for Chinese the one that Blender brings along."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PIL import ImageFont

FOLDERS = (Path("/usr/share/fonts"), Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
NAMES = {
    "sans": ("LiberationSans-Regular", "DejaVuSans", "Arial"),
    "bold": ("LiberationSans-Bold", "DejaVuSans-Bold", "Arial Bold"),
    "serif": ("LiberationSerif-Regular", "DejaVuSerif", "Times New Roman"),
    "mono": ("DejaVuSansMono", "LiberationMono-Regular", "Courier New"),
    "heavy": ("DejaVuSans-Bold", "LiberationSans-Bold", "Arial Bold"),
    "slanted": ("LiberationSerif-Italic", "DejaVuSerif-Italic", "Times New Roman Italic"),
}
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def _files() -> dict[str, Path]:
    return {path.stem: path for folder in FOLDERS if folder.exists() for path in sorted(folder.rglob("*.tt[fc]"))}


@cache
def _han() -> Path | None:
    """A font with Chinese: one of the machine, or Blender's own."""
    for stem, path in _files().items():
        if "CJK" in stem or stem.startswith("NotoSansSC"):
            return path
    try:
        import bpy
    except ImportError:
        return None
    kept = sorted(Path(bpy.utils.system_resource("DATAFILES")).rglob("*CJK*.woff2"))
    return kept[0] if kept else None


def writes_chinese() -> bool:
    """Whether there is a font with Chinese."""
    return _han() is not None


@cache
def font(style: str, size: int, chinese: bool = False) -> Font:
    """A font by style (`sans`, `bold`, `serif`, `mono`, `heavy`, `slanted`) and size in pixels; one with Chinese where asked."""
    han = _han() if chinese else None
    if han:
        return ImageFont.truetype(str(han), max(5, size))
    for name in NAMES[style]:
        if name in _files():
            return ImageFont.truetype(str(_files()[name]), max(5, size))
    return ImageFont.load_default(max(5, size))
