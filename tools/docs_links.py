"""For MkDocs: documents of the repository's root are pages of the site, too, and their links lead from the root."""

import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = {
    "ARCHITECTURE.md": "architecture/README.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}


def on_page_markdown(markdown: str, page: Any, **_known: Any) -> str:
    """Put the document in the place of its name, with its links as they are from this page."""
    up = "../" * page.file.src_uri.count("/")

    def document(found: re.Match[str]) -> str:
        text = (ROOT / found[1]).read_text().replace("](docs/", f"]({up}")
        return re.sub(r"\]\(([A-Z_]+\.md)\)", lambda link: f"]({up}{PAGES[link[1]]})", text)

    return re.sub(r'^--8<-- "(\w+\.md)"$', document, markdown, flags=re.MULTILINE)
