"""What stands in for the faces of the site is as wide and as high as they are, so that nothing moves when they come."""

import pytest
from playwright.sync_api import expect

MEASURE = """() => ["sans", "serif"].flatMap((face) => [400, 600].map((weight) => {
  const line = document.createElement("span");
  line.textContent = "Somebody finds the matches, and the evening begins. Кто-то находит спички, и начинается вечер.";
  line.style.cssText = `font: ${weight} 16px var(--${face}); white-space: nowrap; position: absolute`;
  document.body.append(line);
  const { width, height } = line.getBoundingClientRect();
  return [width, height];
}))"""
#: Whatever has moved by itself, as browsers count it. Up to 0.1 is called good.
SHIFTS = """() => new Promise((done) => {
  const sum = (list) => done(list.getEntries().reduce((all, shift) => all + shift.value, 0));
  new PerformanceObserver(sum).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 500);
})"""


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_stands_still_when_its_faces_come(open_browser, width):
    page = open_browser(viewport={"width": width, "height": 740})
    held = []
    page.route("**/*.woff2", lambda route: held.append(route))  # noqa: PLW0108 - it wants a function of Python
    page.goto("/", wait_until="domcontentloaded")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_timeout(400)
    assert held, "it has faces of its own"
    before = page.evaluate(MEASURE)
    while held:
        held.pop().continue_()
        page.wait_for_timeout(400)
    after = page.evaluate(MEASURE)
    for (wide, high), (real_wide, real_high) in zip(before, after, strict=True):
        assert wide == pytest.approx(real_wide, rel=0.03)
        assert high == pytest.approx(real_high, abs=1)
    assert page.evaluate(SHIFTS) < 0.02
