"""Makes the faces of the site from those that are published: the weights and features that it uses, and nothing else.

    python tools/fonts.py FOLDER

The folder has the files of the npm packages `@fontsource-variable/inter` and `@fontsource-variable/source-serif-4` that
are named below. Needs `fonttools` and `brotli`. The licence of Source Serif reserves its name: what is made of it is
called Innotter Serif.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

OURS = Path(__file__).parents[1] / "innotter" / "web" / "static" / "web" / "fonts"
FACES = {"inter": ("inter", "Inter"), "source-serif-4": ("innotter-serif", "Innotter Serif")}
SCRIPTS = ("latin", "latin-ext", "cyrillic")
LIGHTEST, HEAVIEST = 400, 600
FEATURES = ["calt", "ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"]
#: Family, unique name, full name, PostScript's name, and the family once more, in the table of names.
NAMES = (1, 3, 4, 6, 16, 25)


def make(source: Path, target: Path, family: str) -> None:
    font = instantiateVariableFont(TTFont(source), {"wght": (LIGHTEST, LIGHTEST, HEAVIEST)})
    font.flavor = None
    with (
        TemporaryDirectory() as folder
    ):  # What has been cut is read anew: the tables of its variations name its glyphs.
        font.save(Path(folder, "face.ttf"))
        font = TTFont(Path(folder, "face.ttf"), lazy=False)
    options = Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(font.getBestCmap()))
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in NAMES:
            record.string = family.replace(" ", "") if record.nameID in {6, 25} else family
    font.flavor = "woff2"
    font.save(target)


if __name__ == "__main__":
    for face, (name, family) in FACES.items():
        for script in SCRIPTS:
            make(Path(sys.argv[1], f"{face}-{script}-wght-normal.woff2"), OURS / f"{name}-{script}.woff2", family)
