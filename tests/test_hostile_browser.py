"""While somebody opens a file that was made to hold up the server, it goes on answering everybody else."""

import re
from contextlib import contextmanager
from threading import Event, Thread

import hostile_pickles as steps
from browser import browser_mark, console_errors, healthy, wait_idle

pytestmark = browser_mark()
FILES = "/localization?part=Average+precision&input=Files"
LISTS = {
    "word": "a" * 70_000,
    "braces": "a{" * 450_000,
    "quotes": 'item { name: "' + '\\"' * 35_000,
}


@contextmanager
def answering(url: str):
    """Ask the server over and over how it is, as a load balancer does; at the end every answer was that it is well."""
    answers, over = [], Event()

    def ask():
        while not over.is_set():
            answers.append(healthy(url))
            over.wait(0.02)

    asking = Thread(target=ask)
    asking.start()
    try:
        yield answers
    finally:
        over.set()
        asking.join()
    assert len(answers) > 1
    assert all(answers)


def test_a_checkpoint_that_asks_for_gigabytes_is_refused_and_the_server_answers(server, browser, tmp_path):
    asked = steps.entry(steps.call("builtins bytearray", steps.number(1 << 30)))
    content = steps.archive(tmp_path / "net.pth", asked).read_bytes()
    page = browser(f"{server}/heatmaps")
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    page.locator(".st-key-open-settings button").click()
    page.get_by_role("button", name="Your own model").click()
    file = {"name": "net.pth", "mimeType": "application/octet-stream", "buffer": content}
    with answering(server):
        page.locator("[class*=st-key-upload-model] input[type=file]").set_input_files(file)
        page.get_by_text(re.compile(r"want a checkpoint .*asks for bytearray\(1073741824\)")).first.wait_for()
    assert console_errors(page) == []


def test_a_list_of_classes_without_entries_is_refused_and_the_server_answers(server, browser):
    page = browser(f"{server}{FILES}")
    page.wait_for_selector(".vz-run", state="attached")
    wait_idle(page)
    upload = page.locator("[class*=st-key-upload-table-actions] input[type=file]")
    page.locator(".st-key-open-settings button").click()
    for shape, text in LISTS.items():
        page.get_by_role("button", name="Open…").nth(3).click()
        with answering(server):
            upload.set_input_files({"name": f"{shape}.pbtxt", "mimeType": "text/plain", "buffer": text.encode()})
            page.get_by_text(re.compile(rf"{shape}\.pbtxt: want (entries such as|every quote closed)")).first.wait_for()
    assert console_errors(page) == []
