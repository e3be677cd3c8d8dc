// A clip in the browser: its bytes as they arrive, and its frames as they are decoded.
// @ts-check

/** @import { Source } from "./types.d.ts" */

const NEAR = 1 << 20; // bytes: what the stream will bring soon is not asked for apart
const STRIDE = 8; // frames of a request apart, and of a look ahead
const DECODERS = 8; // frames decoded at a time
export const MEMORY = 128 * 2 ** 20; // bytes of decoded frames kept, all clips together

/** The bytes of a pack of frames, streamed: a frame can be had as soon as its own bytes are there. */
class Feed {
  abort = new AbortController();
  error = "";
  received = 0; // bytes from the beginning
  reaching = false;

  /**
   * @param {string} url
   * @param {Uint32Array} offsets (F + 1,) where each frame begins, and the end
   * @param {() => void} changed told whenever something has come
   */
  constructor(url, offsets, changed) {
    this.url = url;
    this.offsets = offsets;
    this.changed = changed;
    this.frames = offsets.length - 1;
    this.arrived = new Uint8Array(this.frames); // 1 where a frame's bytes are there
    this.bytes = new Uint8Array(offsets[this.frames]);
    this.open();
  }

  /** Fetch the pack from its beginning. */
  async open() {
    this.close();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.error = "";
    this.received = 0;
    try {
      const reply = await fetch(this.url, { signal });
      if (!reply.ok || !reply.body) throw new Error(`the server answered ${reply.status}`);
      await this.read(reply.body.getReader());
    } catch (error) {
      if (signal.aborted) return;
      this.error = error instanceof Error ? error.message : String(error);
      this.changed();
    }
  }

  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async read(reader) {
    for (let frame = 0; ;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (this.received + value.length > this.bytes.length) throw new Error("more came than the clip has");
      this.bytes.set(value, this.received);
      this.received += value.length;
      while (frame < this.frames && this.offsets[frame + 1] <= this.received) this.arrived[frame++] = 1;
      this.changed();
    }
    if (this.received < this.bytes.length) throw new Error("the download broke off");
  }

  /** Fetch a few frames apart, where the stream is still far from them. @param {number} frame */
  async reach(frame) {
    const stop = Math.min(frame + STRIDE, this.frames);
    const [start, end] = [this.offsets[frame], this.offsets[stop]];
    if (this.reaching || this.error || this.arrived[frame] || start < this.received + NEAR) return;
    this.reaching = true;
    try {
      const { signal } = this.abort;
      const reply = await fetch(this.url, { signal, headers: { Range: `bytes=${start}-${end - 1}` } });
      if (reply.status === 206) {
        this.bytes.set(new Uint8Array(await reply.arrayBuffer()), start);
        this.arrived.fill(1, frame, stop);
        this.changed();
      } else {
        await reply.body?.cancel();
      }
    } catch {
      // The stream itself brings the frame, or says why it cannot.
    }
    this.reaching = false;
  }

  /** The share of the bytes that is there, 0 to 1. */
  get share() {
    return this.received / this.bytes.length;
  }

  /** A frame's JPEG. @param {number} frame */
  jpeg(frame) {
    const bytes = this.bytes.subarray(this.offsets[frame], this.offsets[frame + 1]);
    return new Blob([bytes], { type: "image/jpeg" });
  }

  close() {
    this.abort.abort();
  }
}

/** The frames of a clip as bitmaps, the latest used kept within a budget of memory; all screens of it share them. */
export class Clip {
  /** @type {Set<{ arrive(): void }>} */
  screens = new Set(); // each is told by arrive()
  /** @type {Map<number, ImageBitmap>} */
  cached = new Map(); // frame -> bitmap, the latest used last
  /** @type {Set<number>} */
  pending = new Set(); // frames that are being decoded
  /** @type {Set<number>} */
  broken = new Set(); // frames that are no picture
  closed = false;

  /**
   * @param {Source} source
   * @param {Uint32Array} offsets (F + 1,) where each frame begins, and the end
   * @param {Float64Array} times (F,) seconds
   * @param {number} budget bytes
   */
  constructor({ url, width, height }, offsets, times, budget) {
    this.url = url;
    this.width = width;
    this.height = height;
    this.times = times;
    this.frames = times.length;
    this.room = Math.max(2 * STRIDE, Math.floor(budget / (4 * width * height)));
    this.feed = new Feed(url, offsets, () => this.changed());
  }

  changed() {
    for (const screen of this.screens) screen.arrive();
  }

  /** The bitmap of a frame, if it is decoded. @param {number} frame */
  get(frame) {
    const bitmap = this.cached.get(frame);
    if (bitmap) {
      this.cached.delete(frame);
      this.cached.set(frame, bitmap);
    }
    return bitmap;
  }

  /** Have a frame decoded, then tell the screens. @param {number} frame */
  async load(frame) {
    if (!this.feed.arrived[frame]) {
      this.feed.reach(frame);
      return;
    }
    if (this.cached.has(frame) || this.broken.has(frame)) return;
    if (this.pending.has(frame) || this.pending.size >= DECODERS) return;
    this.pending.add(frame);
    try {
      this.keep(frame, await createImageBitmap(this.feed.jpeg(frame)));
    } catch {
      this.broken.add(frame);
    }
    this.pending.delete(frame);
    if (!this.closed) this.changed();
  }

  /** @param {number} frame @param {ImageBitmap} bitmap */
  keep(frame, bitmap) {
    if (this.closed) {
      bitmap.close();
      return;
    }
    this.cached.set(frame, bitmap);
    while (this.cached.size > this.room) {
      const [[oldest, old]] = this.cached;
      this.cached.delete(oldest);
      old.close();
    }
  }

  /** Have the next frames of a walk decoded before they are asked for. @param {number} frame @param {number} step */
  prefetch(frame, step) {
    for (let k = 1; k <= STRIDE; k += 1) {
      const next = frame + k * step;
      if (next < 0 || next >= this.frames || this.pending.size >= DECODERS - 2) return;
      if (this.feed.arrived[next]) this.load(next);
    }
  }

  /**
   * A screen shows something else from now on; without any, the clip gives back what it keeps.
   * @param {{ arrive(): void }} screen
   */
  leave(screen) {
    this.screens.delete(screen);
    if (!this.screens.size) this.close();
  }

  close() {
    this.closed = true;
    this.feed.close();
    for (const bitmap of this.cached.values()) bitmap.close();
    this.cached.clear();
  }
}
