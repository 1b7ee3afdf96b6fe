"""Takes the pictures of the README, of a demo that it starts and stops: `make pictures`. It needs Chromium."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from innotter.config.data_dir import DataDir
from tests.running import free_port, wait_until

TO = Path(__file__).parents[1] / "docs" / "pictures"
WIDTH, HEIGHT = 1280, 800
#: As they are shown: two beside each other.
SHOWN = (960, 600)
#: By their names: who looks, the address, what they follow from there, and the theme.
PICTURES: dict[str, tuple[str, str, str, Literal["light", "dark"]]] = {
    "home": ("ada", "/", "", "light"),
    "article": ("ada", "/search/?q=dinner+without&type=articles", "Dinner without electricity", "light"),
    "board": ("ada", "/tasks/?view=board", "", "light"),
    "jobs": ("olga", "/jobs/", "Repair the greenhouse clock", "dark"),
}


def main() -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or sys.exit("There is no Chromium here.")
    with tempfile.TemporaryDirectory() as folder:
        data, port = Path(folder) / "data", free_port(3)
        environment = {**os.environ, "DATA_DIR": str(data), "PORT": str(port)}
        log = Path(folder) / "log"
        with log.open("w") as said:
            demo = subprocess.Popen([sys.executable, "-m", "innotter", "demo"], env=environment, stdout=said)
        try:
            told = wait_until(lambda: re.search(r"signs in with (\S+):", log.read_text()), seconds=120, what="the demo")
            _take_all(f"http://localhost:{port}", chromium, told[1])
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(60)
            shutil.rmtree(DataDir(data).servers, ignore_errors=True)


def _take_all(site: str, chromium: str, password: str) -> None:
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium) as browser:
        for name, (who, path, link, theme) in PICTURES.items():
            context = browser.new_context(
                viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=theme, locale="en-GB", device_scale_factor=2
            )
            page = context.new_page()
            _sign_in(page, site, who, password)
            page.goto(site + path)
            if link:
                page.get_by_role("link", name=link).first.click()
            page.wait_for_load_state("networkidle")
            _keep(page.screenshot(), TO / f"{name}.png")
            context.close()


def _sign_in(page: Page, site: str, who: str, password: str) -> None:
    page.goto(f"{site}/login/")
    page.get_by_label("E-mail address or username").fill(who)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")


def _keep(png: bytes, file: Path) -> None:
    """In 256 colors, which takes a third of the space and looks alike."""
    picture = Image.open(io.BytesIO(png)).convert("RGB").resize(SHOWN, Image.Resampling.LANCZOS)
    picture.quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.name}: {file.stat().st_size // 1000} kB")


if __name__ == "__main__":
    main()
