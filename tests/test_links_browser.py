"""A link restores its view: what was changed on a page is as it was left when a stranger's browser opens the link."""

from functools import partial

import pytest
from browser import arrived, browser_mark, console_errors, rerun, settled

from vizcore.features import catalog
from vizcore.features.catalog import PAGES

pytestmark = browser_mark()
CHANGES = {  # what a person may change: the control, and the key that changes it
    "[data-testid=stButtonGroup] [role=radio][aria-checked=false]": lambda one: "Enter",
    "[data-testid=stCheckbox] input": lambda one: "Space",
    "[data-testid=stSlider] input[type=range]": lambda one: one.evaluate(
        "one => one.value === one.max ? 'ArrowLeft' : 'ArrowRight'"
    ),
    "[data-testid=stNumberInput] input": lambda one: "ArrowUp",
}
STATE = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-testid=stMain] [class*=st-key-]')].flatMap(box => {
    const key = box.className.match(/st-key-(\\S+)/)[1];
    const own = node => node.closest('[class*=st-key-]') === box;
    const said = [
      ...[...box.querySelectorAll('[role=radio][aria-checked=true]')].filter(own).map(one => one.innerText),
      ...[...box.querySelectorAll('input')].filter(own).map(one => one.type === 'checkbox' ? one.checked : one.value),
    ];
    return said.length ? [[key, said]] : [];
  }))"""

ALWAYS = ("matching", "alignment", "localization")  # pages of which links are tried by `make test`, too


def with_settings(page):
    """The page with its drawer open, where it has one."""
    button = page.locator(".st-key-open-settings button")
    if button.is_visible():
        button.click()
    return page


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=row.name, marks=() if row.name in ALWAYS else pytest.mark.slow)
        for row in PAGES
        if row.name not in ("home", "report")
    ],
)
def test_what_is_changed_is_as_it_was_left_in_a_fresh_browser(server, browser, row):
    page = with_settings(settled(browser(f"{server}/{row.name}")))
    before = page.evaluate(STATE)
    for control, key in CHANGES.items():
        found = page.locator(f"[data-testid=stMain] {control}:enabled")
        if found.count():
            rerun(page, partial(found.last.press, key(found.last)))
            settled(page)
    left = page.evaluate(STATE)
    assert left != before
    fresh = settled(browser(page.url, locale="en-GB"))  # a context of its own: no cookies, no storage, another session
    with_settings(fresh)
    assert fresh.evaluate(STATE) == left
    assert console_errors(fresh) == []
    fresh.close()
    page.close()


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("cam?clip=throw&method=Attention+rollout", "heatmaps?clip=throw&method=Attention+rollout"),
        ("spectral?part=A+clip&clip=lamps&across=6", "nonlocal_blocks?part=A+clip&clip=lamps&across=6"),
    ],
)
def test_a_former_address_opens_the_page_with_its_query(server, browser, before, now):
    arrived(browser(server)).close()  # a server that nobody has visited knows the pages of its folder alone
    opened = arrived(browser(f"{server}/{before}"))
    opened.get_by_role("heading", name=catalog.page(now.partition("?")[0]).title, exact=True).wait_for()
    path, query = opened.url.removeprefix(f"{server}/").split("?")
    assert path == now.partition("?")[0]
    assert set(now.partition("?")[2].split("&")) <= set(query.split("&"))
    assert console_errors(opened) == []
