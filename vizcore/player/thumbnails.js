// Pictures of the first clip along the axis of frames, above its rows.

const PICTURE = 56; // px: how tall one is

/** As many pictures as there is room for, each where its frame is in the row. */
class Film extends Lane {
  constructor(host, signal) {
    const { clock } = host;
    super("Pictures", host, signal, {
      count: clock.length,
      at: () => clock.tick,
      go: (tick) => tick,
      say: (tick) => host.spoken(tick),
    });
    this.small = new Map(); // frame -> its picture, drawn small
    this.sheet = make("canvas", { "aria-hidden": "true" });
    this.bar.classList.add("film");
    this.bar.prepend(this.sheet);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.bar);
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    this.wide = this.bar.clientWidth;
    Object.assign(this.sheet, { width: Math.round(this.wide * ratio), height: Math.round(PICTURE * ratio) });
    this.stale = true;
    this.host.schedule();
  }

  place() {
    super.place();
    if (this.stale && this.wide) this.stale = !this.paint();
    this.bar.dataset.complete = !this.stale;
  }

  /** Draw the pictures that are there and ask for the others; says whether all were. */
  paint() {
    const { clock, screens: [{ clip }] } = this.host;
    const count = Math.max(1, Math.floor((this.wide * clip.height) / (clip.width * PICTURE)));
    const each = this.sheet.width / count;
    const pen = this.sheet.getContext("2d");
    let complete = true;
    for (let k = 0; k < count; k += 1) {
      const frame = clock.frame(0, Math.floor(((k + 0.5) / count) * this.count));
      const picture = this.picture(clip, frame);
      if (picture) pen.drawImage(picture, Math.round(k * each) + (each - picture.width) / 2, 0);
      else if (!clip.broken.has(frame)) complete = false;
    }
    return complete;
  }

  /** A small copy of a frame, undefined until it is decoded. */
  picture(clip, frame) {
    const [bitmap, { height }] = [clip.kept.get(frame), this.sheet];
    if (this.small.get(frame)?.height === height) return this.small.get(frame);
    if (!bitmap) {
      clip.load(frame);
      return undefined;
    }
    const copy = make("canvas", { width: Math.round((height * clip.width) / clip.height), height });
    const pen = copy.getContext("2d");
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, copy.width, copy.height);
    this.small.set(frame, copy);
    return copy;
  }
}
