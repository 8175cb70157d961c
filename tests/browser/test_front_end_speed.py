"""`make bench`: how soon readers on a slow phone see the front end. Nothing here fails for being slow."""

import pytest
from playwright.sync_api import Page

from tests.browser.front_end import LAYOUT_SHIFT, Clinic, OpenWindow, clinic, open_window

# Fixtures are found by their names in the module.
__all__ = ["clinic", "open_window"]

pytestmark = pytest.mark.benchmark

# A phone of the middle class on a slow 4G network, as Lighthouse has it.
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 204_800, "uploadThroughput": 96_000}
SLOWDOWN = 4
LARGEST_PAINT = """() => new Promise((resolve) => {
  let last = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) last = entry.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve(Math.round(last)), 500);
})"""
TRANSFERRED = """() => [
  ...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource"),
].reduce((sum, entry) => sum + entry.transferSize, 0)"""
PAGES = {
    "front page": "",
    "list": "procedures/",
    "article": "procedures/micro-needling/",
    "times": "book/micro-needling/",
}


def slowed(page: Page) -> Page:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return page


def test_first_visit_on_a_slow_phone(open_window: OpenWindow, clinic: Clinic) -> None:
    lines = [
        "| First visit, slow 4G, processor 4 times slower | LCP ms | layout shift | bytes |",
        "| --- | ---: | ---: | ---: |",
    ]
    for name, address in PAGES.items():
        # The server reads the documents of the page; what is measured is not its first answer.
        open_window().goto(address, wait_until="networkidle")
        page = slowed(open_window())
        page.goto(address)
        page.get_by_role("heading", level=1).wait_for()
        page.wait_for_load_state("networkidle")
        painted, shifted, size = (page.evaluate(each) for each in (LARGEST_PAINT, LAYOUT_SHIFT, TRANSFERRED))
        lines.append(f"| {name} | {painted:,} | {shifted:.3f} | {size:,} |")

    print("", *lines, sep="\n")
