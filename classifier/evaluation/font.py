"""A Chinese font for pages that are read on machines without one: found, cut down to what a page uses, embedded."""

import base64
import importlib.util
import io
from dataclasses import dataclass
from pathlib import Path

# Free fonts (SIL Open Font License) that may be embedded; others that a machine has may not.
_FREE = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN")


@dataclass(frozen=True)
class ChineseFont:
    """A font file with the family's name; `number` is its place in a collection, -1 for a single font."""

    path: Path
    family: str
    number: int = -1


def find_font() -> ChineseFont | None:
    """A free Chinese font: that of the package mplfonts, else one that the machine has; None where there is none."""
    package = importlib.util.find_spec("mplfonts")
    if package and package.origin:
        path = Path(package.origin).with_name("fonts") / "NotoSansCJKsc-Regular.otf"
        if path.is_file():
            return ChineseFont(path, "Noto Sans CJK SC")
    from fontTools.ttLib import TTCollection
    from matplotlib import font_manager

    for name in sorted(font_manager.findSystemFonts()):
        path = Path(name)
        if "Regular" not in path.name or not path.name.startswith(("NotoSans", "SourceHanSans")):
            continue
        if path.suffix.lower() != ".ttc":
            family = font_manager.get_font(name).family_name
            if family in _FREE:
                return ChineseFont(path, family)
            continue
        with TTCollection(name, lazy=True) as fonts:
            for number, font in enumerate(fonts.fonts):
                family = str(font["name"].getDebugName(1))
                if family in _FREE:
                    return ChineseFont(path, family, number)
    return None


def embedded(font: ChineseFont, text: str) -> str:
    """A CSS @font-face rule that holds the glyphs of `text` alone, as WOFF."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    options = subset.Options(flavor="woff", layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2, 13, 14])
    cutter = subset.Subsetter(options)
    buffer = io.BytesIO()
    with TTFont(font.path, fontNumber=font.number, lazy=True) as whole:
        cutter.populate(text=text + "0123456789")
        cutter.subset(whole)
        whole.flavor = "woff"
        whole.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode()
    return f'@font-face {{ font-family: "{font.family}"; src: url(data:font/woff;base64,{data}) format("woff") }}\n'
