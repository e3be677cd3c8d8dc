// Thumbnails: small copies of a clip's frames, and the row of them along the axis of frames.
// @ts-check

import { make, penOf, set } from "./dom.js";
import { Lane, alongTicks } from "./lane.js";

/** @import { Clip } from "./clip.js" */
/** @import { Player } from "./player.js" */

/** @typedef {[frame: number, left: number, top: number, width: number, height: number]} Picture of a frame, px */

const PICTURE = 56; // px: how tall one of the row is

/** Small copies of the frames of one clip, made once each. */
export class Thumbnails {
  /** @type {Map<number, HTMLCanvasElement>} */
  copies = new Map(); // by frame

  /**
   * A copy of a frame, undefined until the frame is decoded, which is asked for.
   * @param {Clip} clip
   * @param {number} frame
   * @param {number} width px of the copy
   * @param {number} height
   */
  copy(clip, frame, width, height) {
    const known = this.copies.get(frame);
    if (known?.width === width && known.height === height) return known;
    const bitmap = clip.cached.get(frame);
    if (!bitmap) {
      clip.load(frame);
      return undefined;
    }
    const copy = make("canvas", { width, height });
    const pen = penOf(copy);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, width, height);
    this.copies.set(frame, copy);
    return copy;
  }

  /**
   * Draw the pictures that are there and ask for the others; says whether all were.
   * @param {CanvasRenderingContext2D} pen
   * @param {Clip} clip
   * @param {Picture[]} pictures
   * @param {number} width px of a copy
   * @param {number} height
   */
  draw(pen, clip, pictures, width, height) {
    let complete = true;
    for (const [frame, left, top, wide, tall] of pictures) {
      const copy = this.copy(clip, frame, width, height);
      if (copy) pen.drawImage(copy, left, top, wide, tall);
      else if (!clip.broken.has(frame)) complete = false;
    }
    return complete;
  }
}

/** The row: as many pictures of the first clip as there is room for, each where its frame is. */
export class ThumbnailRow extends Lane {
  thumbnails = new Thumbnails();
  wide = 0; // px
  stale = false;

  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super("Pictures", host, signal, alongTicks(host));
    this.sheet = make("canvas", { "aria-hidden": "true" });
    this.bar.classList.add("thumbnails");
    this.bar.prepend(this.sheet);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.bar);
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    this.wide = this.bar.clientWidth;
    set(this.sheet, { width: Math.round(this.wide * ratio), height: Math.round(PICTURE * ratio) });
    this.stale = true;
    this.host.schedule();
  }

  place() {
    super.place();
    if (this.stale && this.wide) this.stale = !this.paint();
    this.bar.dataset.complete = String(!this.stale);
  }

  /** Draw the pictures that are there; says whether all were. */
  paint() {
    const { clock, screens: [{ clip }] } = this.host;
    const count = Math.max(1, Math.floor((this.wide * clip.height) / (clip.width * PICTURE)));
    const { width: whole, height } = this.sheet;
    const [each, width] = [whole / count, Math.round((height * clip.width) / clip.height)];
    const pictures = Array.from({ length: count }, (_, k) => {
      const frame = clock.frame(0, Math.floor(((k + 0.5) / count) * this.count));
      return /** @type {Picture} */ ([frame, Math.round(k * each) + (each - width) / 2, 0, width, height]);
    });
    return this.thumbnails.draw(penOf(this.sheet), clip, pictures, width, height);
  }
}
