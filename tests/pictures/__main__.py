"""Pictures of every page in docs/pictures, made anew: `make pictures`.

The clock stands still and the cases are invented, so that a picture changes only where its page does.
"""

import asyncio
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import BrowserContext

from adapters.keyring import make_keys
from adapters.register.register import Register
from services import times
from settings import HERE, read_settings
from tests.console.chromium import chromium
from tests.console.conftest import Site
from tests.watch.conftest import Place

from .scenes import SCENES, Scene

FOLDER = HERE / "docs" / "pictures"
WIDTHS = {"narrow": 360, "wide": 1100}


def main() -> None:
    """Take every picture; those of pages that there are no more go."""
    made: set[str] = set()
    with chromium() as browser:
        for scene in SCENES:
            with installed(scene) as (site, address):
                context = browser.new_context(locale="en-GB", timezone_id="Europe/London", java_script_enabled=False)
                made |= taken(scene, site, address, context)
                context.close()
    for old in FOLDER.glob("*.png"):
        if old.name not in made:
            old.unlink()
    sys.stdout.write(f"{len(made)} pictures in {FOLDER.relative_to(HERE)}\n")


def taken(scene: Scene, site: Site, address: str, context: BrowserContext) -> set[str]:
    """Take a scene's pictures at each width, and return the names of their files."""
    made = set()
    for width, pixels in WIDTHS.items():
        page = context.new_page()
        page.set_viewport_size({"width": pixels, "height": 800})
        scene.shows(site, page, address)
        page.wait_for_load_state("load")
        assert page.text_content("h1") != "Something went wrong", scene.name
        name = f"{scene.name}-{width}.png"
        FOLDER.mkdir(exist_ok=True)
        Image.open(BytesIO(page.screenshot(full_page=True))).quantize(48).save(FOLDER / name, optimize=True)
        made.add(name)
        page.close()
    return made


@contextmanager
def installed(scene: Scene) -> Iterator[tuple[Site, str]]:
    """Yield an installation with a scene's cases, and the address at which its pages are served."""
    data = Path(tempfile.mkdtemp())
    try:
        settings = read_settings({"ESCALATION_DATA": str(data)})
        make_keys(settings.encryption_keys)
        with Register(settings.register) as register, socket.create_server(("127.0.0.1", 0)) as taken_port:
            register.prepare()
            address = f"http://127.0.0.1:{taken_port.getsockname()[1]}"
            site = Site(Place(register, settings), address)
            times.clock = lambda: site.place.now
            with ThreadPoolExecutor(1) as beside:  # the browser has a loop of its own in this thread
                beside.submit(asyncio.run, scene.happens(site)).result()
            server = uvicorn.Server(uvicorn.Config(site.app, log_config=None, lifespan="off"))
            thread = threading.Thread(target=server.run, args=([taken_port],))
            thread.start()
            try:
                yield site, address
            finally:
                server.should_exit = True
                thread.join()
    finally:
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
