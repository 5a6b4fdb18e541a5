"""The page that verifies with a camera, without one, and in a browser that cannot verify."""

from __future__ import annotations

import pytest
from support.published import TODAY, opened, photograph, verdict
from support.screen import screen

pytestmark = pytest.mark.browser


def test_the_camera_reads_a_code_that_is_held_before_it(book, tmp_path):
    """Chromium's own false camera, which shows the picture; it is stopped once the code was read."""
    photograph(book.document("00401"), tmp_path / "camera.mjpeg.jpg", 400, (1280, 720))
    camera = (tmp_path / "camera.mjpeg.jpg").rename(tmp_path / "camera.mjpeg")
    options = (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    )
    with screen("en", *options) as page:
        page.context.set_offline(True)
        page.clock.set_fixed_time(TODAY)
        opened(page, book.folder / "published")
        page.click("#camera")
        assert verdict(page) == "genuine"
        assert page.locator("#view").is_hidden()
        assert page.inner_text("#camera") == "Use the camera"


def test_a_camera_that_is_not_there_is_reported(book):
    with screen("en") as page:
        opened(page, book.folder / "published")
        page.click("#camera")
        page.wait_for_selector("#state:has-text('The camera cannot be used')")


def test_a_browser_that_cannot_verify_says_so(book):
    """As a browser without Ed25519, and any browser on a page that came over http: WebCrypto is not there."""
    with screen("en") as page:
        page.add_init_script("Object.defineProperty(window, 'crypto', { value: {} })")
        opened(page, book.folder / "published")
        assert "This browser cannot verify signatures (Ed25519)." in page.inner_text("#unable")
        assert page.locator("#ways").is_hidden()
