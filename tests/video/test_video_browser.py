"""What write_video writes plays in Chromium, every frame at its time and in its colours."""

import base64

import numpy as np
import pytest
from browser import browser_mark, browsing

from vizcore.video import write_video

pytestmark = browser_mark()
COLOURS = {"red": (220, 30, 30), "green": (20, 200, 40), "blue": (30, 60, 230), "grey": (128, 128, 128)}
READ = """async (moments) => {
  const video = document.querySelector('video'), canvas = document.createElement('canvas');
  if (video.readyState < 2) await new Promise((done, fail) => {
    video.addEventListener('loadeddata', done); video.addEventListener('error', () => fail(video.error.message));
  });
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const brush = canvas.getContext('2d'), seen = [];
  for (const moment of moments) {
    await new Promise((done, fail) => {  // "seeked" can come before the frame does: wait for the picture itself
      const presented = (now, frame) =>
        Math.abs(frame.mediaTime - moment) < 0.11 ? done() : video.requestVideoFrameCallback(presented);
      video.requestVideoFrameCallback(presented); video.currentTime = moment;
      setTimeout(() => fail(new Error(`no frame at ${moment} s`)), 10000);
    });
    brush.drawImage(video, 0, 0);
    seen.push([...brush.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data].slice(0, 3));
  }
  return { seen, size: [video.videoWidth, video.videoHeight], seconds: video.duration };
}"""


@pytest.mark.parametrize("size", [(64, 96), (65, 97)], ids=["even", "odd"])
def test_a_written_video_plays_in_chromium_with_its_frames_and_colours(tmp_path, size):
    frames = np.stack([np.full((*size, 3), colour, np.uint8) for colour in COLOURS.values() for _ in range(5)])
    write_video(tmp_path / "colours.mp4", frames, 10)
    data = base64.b64encode((tmp_path / "colours.mp4").read_bytes()).decode()
    with browsing() as open_page:
        page = open_page("about:blank")
        page.set_content(f'<video muted src="data:video/mp4;base64,{data}"></video>')
        shown_there = page.evaluate(READ, [0.25 + 0.5 * k for k in range(len(COLOURS))])
    assert shown_there["seconds"] == pytest.approx(2.0, abs=0.11)
    assert all(side - 1 <= shown <= side + 1 for side, shown in zip(size[::-1], shown_there["size"], strict=True))
    wanted = list(COLOURS.values())
    np.testing.assert_allclose(shown_there["seen"], wanted, atol=10)  # a wrong matrix or range is off by 15 and more
