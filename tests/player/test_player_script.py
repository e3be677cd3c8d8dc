"""The player's modules one by one, in a real browser but without a server: each against an oracle in Python."""

import matplotlib
import numpy as np
import pytest
from browser import browser_mark, browsing
from player_modules import open_modules

from vizcore.player import PatchTracks
from vizcore.player.payload import pack, track_arrays

pytestmark = browser_mark()


@pytest.fixture(scope="module")
def page():
    with browsing() as open_page:
        yield open_modules(open_page, "colour", "payload", "tracks", "clock", "clip", "thumbnails", "dom")


@pytest.mark.parametrize("name", ["viridis", "magma", "cividis", "grey"])
def test_the_palettes_are_those_of_matplotlib(page, name):
    table = np.reshape(page.evaluate("name => [...viz.palette(name)]", name), (256, 3))
    known = matplotlib.colormaps["gray" if name == "grey" else name](np.arange(256))[:, :3]
    np.testing.assert_allclose(table / 255, known, atol=5 / 255)  # every fifth entry is kept, the rest lies between


def luminance(colour: np.ndarray) -> float:
    share = colour / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_text_on_any_colour_has_a_contrast_of_at_least_4_5(page):
    colours = np.random.default_rng(0).integers(0, 256, (300, 3))
    names = ["#" + bytes(colour.tolist()).hex() for colour in colours]
    chosen = page.evaluate("names => names.map(name => viz.readable(name))", names)
    for colour, text in zip(colours, chosen):
        letters = np.array([int(text[i : i + 2], 16) for i in (1, 3, 5)])
        low, high = sorted([luminance(colour), luminance(letters)])
        assert (high + 0.05) / (low + 0.05) >= 4.5


@pytest.mark.parametrize("patches", [1, 6, 50])
def test_the_browser_finds_the_track_under_every_patch_of_every_frame(page, patches):
    rng = np.random.default_rng(patches)
    frames = np.array([2, 5, 6, 11])
    sigma = np.stack([np.arange(patches), *(rng.permutation(patches) for _ in frames[1:])])
    numbers = rng.uniform(-1, 1, (2, len(frames) - 1, patches))
    numbers[1, 0, 0] = np.nan
    tracks = PatchTracks(frames, sigma, *numbers, numbers[1] < 0)
    block, contents = pack(track_arrays(tracks, 0))
    found, moves = page.evaluate(
        """([contents, block, patches]) => {
          const tracks = new viz.Tracks(viz.unpack(contents, Uint8Array.from(block)), 0, patches);
          const each = (n, f) => Array.from({ length: n }, (_, i) => f(i));
          return [each(14, f => each(patches, p => tracks.trackOf(f, p))),
                  each(patches, i => tracks.moves(i).map(m => [m.from, m.to, m.similarity, m.margin, m.overruled]))];
        }""",
        [contents, block.tolist(), patches],
    )
    for frame, row in enumerate(found):
        step = max([k for k, tracked in enumerate(frames) if tracked <= frame], default=0)
        np.testing.assert_array_equal(row, np.argsort(sigma[step]))
    for track in range(patches):
        for k, (start, stop, similarity, margin, overruled) in enumerate(moves[track]):
            assert (start, stop) == (sigma[k, track], sigma[k + 1, track])
            assert similarity == pytest.approx(numbers[0, k, start], abs=5.1e-5)
            assert margin == pytest.approx(numbers[1, k, start], abs=5.1e-5, nan_ok=True)
            assert overruled == (numbers[1, k, start] < 0)


def walk(page, seconds, moments, *, rate=1.0, start=0, direction=1, loop=False, unready=(), held=None):
    """The tick at each moment (seconds) after a start, as the clock of the browser says."""
    return page.evaluate(
        """([seconds, moments, rate, start, direction, loop, unready, held]) => {
          const clock = new viz.Clock();
          clock.use([Uint32Array.from(seconds.slice(1), (_, i) => i)], Float64Array.from(seconds));
          clock.seek(start); clock.rate = rate; clock.loop = loop; clock.hold(held); clock.start(direction);
          return moments.map(moment => {
            if (clock.playing) clock.advance(5000 + 1000 * moment, tick => !unready.includes(tick));
            return clock.tick;
          });
        }""",
        [list(seconds), list(moments), rate, start, direction, loop, list(unready), held],
    )


@pytest.mark.parametrize("rate", [0.1, 0.5, 1.0, 2.0])
def test_playing_shows_the_frame_of_the_moment_however_unevenly_frames_are_spaced(page, rate):
    rng = np.random.default_rng(3)
    seconds = np.concatenate([[0.0], np.cumsum(rng.uniform(0.01, 0.3, 40))])
    moments = np.concatenate([[0.0], np.sort(rng.uniform(0, 1.2 * seconds[-1] / rate, 200))])
    expected = np.minimum(np.searchsorted(seconds, moments * rate, side="right") - 1, 39)
    assert walk(page, seconds, moments, rate=rate) == expected.tolist()


def test_a_loop_goes_round_and_backward_is_a_mirror(page):
    seconds, moments = [0.0, 0.1, 0.4, 1.0], [0.0, 0.05, 0.2, 0.95, 1.05, 1.3, 2.95]
    round_and_round = [int(np.searchsorted(seconds, moment % 1, side="right")) - 1 for moment in moments]
    assert walk(page, seconds, moments, loop=True) == round_and_round
    assert walk(page, seconds, [0.0, 0.5, 0.7, 0.95, 1.2], start=2, direction=-1) == [2, 2, 1, 0, 0]
    assert walk(page, seconds, [0.0, 0.25, 0.4], start=2, direction=-2) == [2, 2, 1]


def test_a_segment_that_is_kept_is_played_over_and_over_in_both_directions(page):
    seconds, moments = np.arange(7) / 10, [0.0, *(np.arange(8) / 10 + 0.15)]  # never on the edge of two frames
    assert walk(page, seconds, moments, start=2, held=[2, 5]) == [2, 3, 4, 2, 3, 4, 2, 3, 4]
    assert walk(page, seconds, moments, start=4, direction=-1, held=[2, 5]) == [4, 3, 2, 4, 3, 2, 4, 3, 2]
    assert walk(page, seconds, [0.0, 0.11], start=0, held=[2, 5]) == [2, 3]  # from outside it begins at its start


def test_the_clock_holds_while_a_frame_has_not_arrived(page):
    assert walk(page, np.arange(6) / 10, [0.0, 0.15, 0.25, 0.35, 0.45], unready=[2, 3, 4]) == [0, 1, 1, 1, 1]


def test_playing_from_the_end_begins_again(page):
    assert walk(page, np.arange(6) / 10, [0.0, 0.1001], start=4) == [0, 1]


def test_decoded_frames_are_bounded_and_the_oldest_are_given_back(page):
    kept, closed = page.evaluate(
        """() => {
          const closed = [], clip = Object.create(viz.Clip.prototype);
          Object.assign(clip, { cached: new Map(), room: 3 });
          const bitmap = name => ({ close: () => closed.push(name) });
          for (const frame of [0, 1, 2]) clip.keep(frame, bitmap(frame));
          clip.get(0);
          for (const frame of [3, 4]) clip.keep(frame, bitmap(frame));
          return [[...clip.cached.keys()], closed];
        }"""
    )
    assert (kept, closed) == ([0, 3, 4], [1, 2])


def test_a_thumbnail_is_made_once_in_a_size_and_a_frame_that_is_not_decoded_is_asked_for(page):
    done, asked, same, sizes = page.evaluate(
        """() => {
          const asked = [], frame = new OffscreenCanvas(32, 18);
          const pen = new OffscreenCanvas(64, 9).getContext("2d");
          const clip = { cached: new Map([[3, frame]]), broken: new Set([5]), load: frame => asked.push(frame) };
          const thumbnails = new viz.Thumbnails(), at = frame => [frame, 0, 0, 16, 9];
          const draw = frames => thumbnails.draw(pen, clip, frames.map(at), 16, 9);
          const done = [draw([3]), draw([3, 4]), draw([3, 5])];
          const copies = [16, 16, 8].map(width => thumbnails.copy(clip, 3, width, 9));
          return [done, asked, copies[0] === copies[1], copies.map(({ width, height }) => [width, height])];
        }"""
    )
    assert done == [True, False, True], "a damaged frame is not waited for"
    assert asked == [4, 5]
    assert same
    assert sizes == [[16, 9], [16, 9], [8, 9]]


def test_an_echo_from_python_is_nothing_new(page):
    found = page.evaluate(
        """() => {
          const echoes = new viz.EchoFilter(), found = [];
          const take = value => found.push(echoes.isNew(value));
          take(null); take(null);
          echoes.sent([0, 1, 2]); echoes.sent([0, 1, 3]);
          take([0, 1, 2]); take([0, 1, 3]);
          take([0, 9, 9]); take([0, 9, 9]); take(null);
          return found;
        }"""
    )
    assert found == [True, False, False, False, True, False, True]


def test_the_clip_that_never_waits_leads_and_a_moment_is_where_all_clips_have_arrived(page):
    lead, *ticks = page.evaluate(
        """() => {
          const clock = new viz.Clock();
          const [waits, goes] = [Uint32Array.of(0, 1, 2, 2, 2), Uint32Array.of(0, 1, 2, 3, 4)];
          clock.use([waits, goes], Float64Array.of(0, 1, 2, 3, 4, 5));
          const found = [clock.lead, clock.tickOfAll([2]), clock.tickOfAll([2, 4]), clock.tickOfAll([0, 1])];
          clock.seek(4);
          clock.use([waits, goes], Float64Array.of(0, 2, 4, 6, 8, 10));
          return [...found, clock.tick];
        }"""
    )
    assert lead == 1
    assert ticks == [2, 4, 1, 4], "the last: another clock keeps the moment of the clip that led"


def test_numbers_are_short_and_small_ones_have_an_exponent(page):
    numbers = [0, 0.485123, -0.2234, 1234.5, 0.00000229, -0.0001, 0.0012345]
    told = page.evaluate("numbers => numbers.map(viz.inShort)", numbers)
    assert told == ["0", "0.485", "-0.223", "1230", "2.29e-6", "-1e-4", "0.00123"]
