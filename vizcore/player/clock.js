// The clock: which frame of each clip is shown, at which second, whether playing, stepping or being dragged.
// @ts-check

import { clamp, countUpTo } from "./dom.js";

const SHUTTLE = 8; // the most that repeated J or L speed up

/** @typedef {[first: number, stop: number]} Ticks */
/** @typedef {Uint32Array | Float64Array} Column */

/** Whether two columns say the same. @type {(one: Column, other: Column) => boolean} */
const alike = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);

/** Walks along ticks; at each tick every clip has its frame, and a tick lasts as long as its frame does. */
export class Clock {
  tick = 0;
  rate = 1;
  shuttle = 1; // times the rate; negative: backward
  playing = false;
  loop = false;
  /** @type {Uint32Array[]} */
  frames = [new Uint32Array(1)]; // one array a clip, (L,) its frame at each tick
  /** @type {Float64Array} */
  seconds = new Float64Array([0, 1]); // (L + 1,) when each tick starts, and the end
  length = 1; // L
  lead = 0; // the first clip that has a frame for each tick, the one that is told
  /** @type {Ticks | null} */
  held = null; // what is played over and over
  anchored = false; // whether `from` and `since` are those of the play that goes on
  from = 0; // seconds
  since = 0; // ms

  /**
   * Go by other ticks.
   * @param {Uint32Array[]} frames one array a clip
   * @param {Float64Array} seconds (L + 1,) when each tick starts, and the end
   */
  use(frames, seconds) {
    const known = [...this.frames, this.seconds];
    const given = [...frames, seconds];
    if (known.length === given.length && known.every((column, i) => alike(column, given[i]))) return;
    const [side, at] = this.lead < frames.length ? [this.lead, this.frame(this.lead)] : [0, 0];
    this.frames = frames;
    this.seconds = seconds;
    this.length = seconds.length - 1;
    this.held = null;
    this.lead = Math.max(0, frames.findIndex((column) => column.at(-1) === this.length - 1));
    this.seek(this.tickOf(side, at));
  }

  /** The frame of a clip at a tick. @param {number} side @param {number} tick */
  frame(side, tick = this.tick) {
    return this.frames[side][tick];
  }

  /** The first tick at which a clip has reached a frame. @param {number} side @param {number} frame */
  tickOf(side, frame) {
    return Math.min(countUpTo(this.frames[side], frame - 1), this.length - 1);
  }

  /** The first tick at which the first clips have all reached their frames. @param {number[]} frames */
  tickOfAll(frames) {
    return Math.max(...frames.map((frame, side) => this.tickOf(side, frame)));
  }

  /** Go to a tick; says whether that changed anything. @param {number} tick */
  seek(tick) {
    const before = this.tick;
    this.tick = clamp(Math.round(tick), 0, this.length - 1);
    this.anchored = false;
    return this.tick !== before;
  }

  /** Keep playback to the ticks [first, stop), over and over; null lets it go. @param {Ticks | null} ticks */
  hold(ticks) {
    this.held = ticks;
    this.anchored = false;
  }

  /** The ticks [first, stop) that are played. @returns {Ticks} */
  get ends() {
    return this.held ?? [0, this.length];
  }

  /** Play: a positive shuttle goes forward, a negative one back, each times the rate. */
  start(shuttle = 1) {
    this.shuttle = shuttle;
    const [begin, stop] = this.ends;
    const [first, last] = shuttle > 0 ? [begin, stop - 1] : [stop - 1, begin];
    if ((this.tick === last && !this.playing) || this.tick < begin || this.tick >= stop) this.tick = first;
    this.playing = true;
    this.anchored = false;
  }

  /** J or L: start in a direction, or go on twice as fast in it. @param {1 | -1} direction */
  push(direction) {
    const same = this.playing && Math.sign(this.shuttle) === direction;
    this.start(same ? clamp(2 * this.shuttle, -SHUTTLE, SHUTTLE) : direction);
  }

  stop() {
    this.playing = false;
    this.shuttle = 1;
  }

  /** Change the rate without a jump. @param {number} rate */
  pace(rate) {
    this.rate = rate;
    this.anchored = false;
  }

  /**
   * Move on to a moment (ms); hold while the tick there is not ready. Says whether the tick changed.
   * @param {number} now
   * @param {(tick: number) => boolean} ready
   */
  advance(now, ready = () => true) {
    if (!this.anchored) this.anchor(now);
    const [low, high] = this.ends.map((tick) => this.seconds[tick]);
    let at = this.from + ((now - this.since) / 1000) * this.rate * this.shuttle;
    if (at < low || at >= high) {
      if (!this.loop && !this.held) {
        this.stop();
        return this.seek(at < low ? 0 : this.length - 1);
      }
      const span = high - low;
      at = low + ((((at - low) % span) + span) % span);
    }
    const tick = clamp(countUpTo(this.seconds, at) - 1, 0, this.length - 1);
    if (!ready(tick)) {
      this.anchor(now);
      return false;
    }
    const moved = tick !== this.tick;
    this.tick = tick;
    return moved;
  }

  /** @param {number} now */
  anchor(now) {
    const end = this.seconds[this.tick + 1];
    this.from = this.shuttle > 0 ? this.seconds[this.tick] : end - 1e-6;
    this.since = now;
    this.anchored = true;
  }
}
