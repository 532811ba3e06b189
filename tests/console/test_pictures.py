"""The pictures of pages are there, and the document that shows them shows all."""

from adapters.people.roles import PAGES
from settings import HERE
from tests.pictures.__main__ import FOLDER, WIDTHS
from tests.pictures.scenes import SCENES

SHOWN = (HERE / "docs" / "pages.md").read_text(encoding="utf-8")
NOT_SHOWN = {
    "/health", "/static/style.css", "/on-call/contact.vcf",  # no pages to look at
    "/sign-in/once/{given}", "/sign-in/provider", "/sign-in/back", "/sign-out",  # on the way
    "/cases/{ref}/export", "/views", "/api/v1",  # a file; what a form sends; for programs
    "/plans/{number}", "/turns/cover/{id}",  # of things of which a scene has none
}  # fmt: skip


def test_each_scene_has_its_pictures_and_no_other_is_kept() -> None:
    names = {f"{scene.name}-{width}.png" for scene in SCENES for width in WIDTHS}

    assert {one.name for one in FOLDER.glob("*")} == names
    assert [name for name in sorted(names) if f"pictures/{name}" not in SHOWN] == []


def test_every_page_has_a_scene_or_is_said_to_have_none() -> None:
    shown = {path for path in PAGES if path not in NOT_SHOWN}
    source = (HERE / "tests" / "pictures" / "scenes.py").read_text(encoding="utf-8")
    named = {path for path in shown if _typed(path) in source}

    assert shown - named == set()


def _typed(path: str) -> str:
    filled = {
        "{ref}": "{CASE}",
        "{name}": "own-record",
        "{policy}": "lincolnshire",
        "{number}": "DL-1",
        "/n/{rest:path}": "site.path(",
    }
    for part, said in filled.items():
        path = path.replace(part, said)
    return path
