"""Tables in AVA's form, small and right, and the page that scores them."""

from test_pages import opened

from vizcore.features.localization.controls_precision import FILES

PRECISION = {"part": "Average precision", "input": FILES}
TRUTH = [f"v{k % 3},{902 + k},{0.1 + k / 50:.2f},0.2,{0.5 + k / 50:.2f},0.8,{1 + k % 3}" for k in range(12)]
RIGHT = [f"{row},{0.9 - k / 20:.2f}" for k, row in enumerate(TRUTH)]


def shown(name: str, **more):
    files = {"truth": "media/truth.csv", "first": f"media/{name}", "second": "one alone"}
    return opened("localization", PRECISION | files | {"closer": "Files and link"} | more)
