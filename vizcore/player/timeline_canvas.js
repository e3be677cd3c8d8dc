// The rows of timelines as they rest: the stretch of frames that is shown, the segments in it, numbers below.
// @ts-check

import { DARK_TEXT, LIGHT_TEXT, readable } from "./colour.js";
import { clamp, countUpTo, make, penOf, set } from "./dom.js";
import { stroke } from "./strokes.js";

/** @import { TimelineMeta } from "./types.d.ts" */

/**
 * @typedef {object} Row of S segments
 * @property {string} name
 * @property {Uint32Array} starts (S,) frames
 * @property {Uint8Array | Uint16Array} labels (S,) numbers of classes
 * @property {number} stop where the last segment ends
 */

export const ROW = 28; // px
export const GAP = 6; // px below a row
const AXIS = 26; // px for the numbers
const CLOSEST = 20; // frames: the least that is shown at once
const APART = 90; // px between two numbers
const LEAST = 15; // px that a name needs
const SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/**
 * A moment in words: frames as they are, seconds as a clock says them.
 * @param {number} frame
 * @param {number | null} rate
 */
export function moment(frame, rate) {
  if (!rate) return String(Math.round(frame));
  const seconds = frame / rate;
  if (seconds < 60) return `${+seconds.toFixed(2)} s`;
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  return parts.slice(parts[0] ? 0 : 1).map((part, k) => (k ? String(part).padStart(2, "0") : part)).join(":");
}

/** Draws rows of segments [start, stop) of classes; whoever extends it fills names, legend and words. */
export class Sheet {
  /** @type {TimelineMeta} */
  meta;
  /** @type {Row[]} */
  rows = [];
  length = 1; // frames of all
  from = 0; // frames: what is shown
  to = 1;
  row = 0; // where the keys are
  at = 0;
  /** @type {[number, number] | null} */
  pulled = null; // px: what a press has gone over
  since = 0; // ms: the event that is still to be drawn
  wide = 0; // px
  tall = 0;
  drawing = 0; // an animation frame

  constructor() {
    this.canvas = make("canvas", { tabindex: "0", role: "application" });
    this.scroll = make("input", { type: "range", min: 0, step: "any", "aria-label": "Stretch that is shown" });
    this.node = make("div", { class: "timeline", role: "group", "aria-label": "Timelines" });
  }

  get span() {
    return this.to - this.from;
  }

  /**
   * Take other rows; `fresh` where they are of another video, which is shown whole.
   * @param {TimelineMeta} meta
   * @param {Row[]} rows
   * @param {boolean} fresh
   */
  fill(meta, rows, fresh) {
    this.meta = meta;
    this.rows = rows;
    this.length = meta.length;
    this.row = Math.min(this.row, rows.length - 1);
    if (!fresh) return;
    this.from = 0;
    this.to = this.length;
    this.at = 0;
  }

  /** Lay the canvas out for the width there is. */
  fit() {
    this.wide = this.canvas.clientWidth;
    if (!this.meta || !this.wide) return;
    this.tall = this.rows.length * (ROW + GAP) + AXIS;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.style.height = `${this.tall}px`;
    set(this.canvas, { width: Math.round(this.wide * ratio), height: Math.round(this.tall * ratio) });
    penOf(this.canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    this.schedule();
  }

  schedule() {
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }

  /** Show the frames [from, to), as far as there are any. @param {number} from @param {number} to */
  show(from, to) {
    const span = clamp(to - from, Math.min(CLOSEST, this.length), this.length);
    this.from = clamp(from, 0, this.length - span);
    this.to = this.from + span;
    this.schedule();
  }

  /** Show `factor` times as much, with a frame staying where it is. @param {number} frame @param {number} factor */
  zoom(frame, factor) {
    this.show(frame - (frame - this.from) * factor, frame + (this.to - frame) * factor);
  }

  /** Bring a stretch into view, large enough to be seen. @param {number} start @param {number} stop */
  reveal(start, stop) {
    this.at = start;
    const small = (stop - start) / this.span < 0.01 ? 15 * (stop - start) : this.span;
    if (start >= this.from && stop <= this.to && small === this.span) return;
    this.show((start + stop - small) / 2, (start + stop + small) / 2);
  }

  /** @param {number} frame */
  x(frame) {
    return ((frame - this.from) / this.span) * this.wide;
  }

  /** Mark what a press goes over, from where it began to x (px). @param {number} x @param {boolean} begins */
  pull(x, begins) {
    this.pulled = begins || !this.pulled ? [x, x] : [this.pulled[0], x];
    this.schedule();
  }

  /** Take the mark away: the frames that it went over, and how far that was, px. */
  letGo() {
    const [one, two] = this.pulled ?? [0, 0];
    const [from, to] = [Math.min(one, two), Math.max(one, two)].map((x) => this.from + (x / this.wide) * this.span);
    this.pulled = null;
    return { from, to, far: Math.abs(two - one) };
  }

  /**
   * The number of a row's segment at a frame, and its start, stop and label.
   * @param {number} row
   * @param {number} frame
   */
  segment(row, frame) {
    const { starts, labels, stop } = this.rows[row];
    const k = clamp(countUpTo(starts, frame) - 1, 0, starts.length - 1);
    return { k, start: starts[k], stop: starts[k + 1] ?? stop, label: labels[k] };
  }

  draw() {
    this.drawing = 0;
    if (!this.wide) return;
    const pen = penOf(this.canvas);
    const { color, fontFamily } = getComputedStyle(this.node);
    pen.clearRect(0, 0, this.wide, this.tall);
    pen.font = `12px ${fontFamily}`;
    this.rows.forEach((_, k) => this.drawRow(pen, k));
    this.numbers(pen, color);
    const { mark } = this.meta;
    if (mark) this.frame(pen, mark[0], mark[1], 0, this.rows.length * (ROW + GAP) - GAP);
    if (this.canvas.matches(":focus-visible")) {
      const { start, stop } = this.segment(this.row, this.at);
      this.frame(pen, start, stop, this.row * (ROW + GAP), ROW);
    }
    if (this.pulled) {
      pen.globalAlpha = 0.25;
      pen.fillStyle = color;
      pen.fillRect(Math.min(...this.pulled), 0, Math.abs(this.pulled[1] - this.pulled[0]), this.tall - AXIS);
      pen.globalAlpha = 1;
    }
    const whole = this.span >= this.length;
    this.scroll.style.visibility = whole ? "hidden" : "visible";
    set(this.scroll, { max: String(Math.max(this.length - this.span, 1)), value: String(this.from) });
    const [from, to] = [this.from, this.to].map(Math.round);
    Object.assign(this.node.dataset, { from, to, rows: this.rows.length, mark: mark ?? "" });
    if (this.since) performance.measure("vizcore.timeline", { start: this.since, end: performance.now() });
    this.since = 0;
  }

  /** @param {CanvasRenderingContext2D} pen @param {number} row */
  drawRow(pen, row) {
    const { starts, labels, stop } = this.rows[row];
    const [top, { classes }] = [row * (ROW + GAP), this.meta];
    const first = Math.max(countUpTo(starts, this.from) - 1, 0);
    for (let k = first; k < starts.length && starts[k] < this.to; k += 1) {
      const [left, right] = [this.x(starts[k]), this.x(starts[k + 1] ?? stop)];
      const [name, colour] = classes[labels[k]];
      pen.fillStyle = colour;
      pen.fillRect(left, top, right - left, ROW);
      const [start, room] = [Math.max(left, 0) + 5, Math.min(right, this.wide) - Math.max(left, 0) - 10];
      if (room < LEAST || pen.measureText(name).width > room) continue;
      set(pen, { fillStyle: readable(colour), textBaseline: "middle", textAlign: "left" });
      pen.fillText(name, start, top + ROW / 2 + 1);
    }
  }

  /** @param {CanvasRenderingContext2D} pen @param {string} color */
  numbers(pen, color) {
    const { rate } = this.meta;
    const [least, unit] = [(this.span / this.wide) * APART, rate || 1];
    const round = 10 ** Math.floor(Math.log10(least));
    const steps = rate ? SECONDS : [1, 2, 5, 10].map((part) => Math.max(1, part * round));
    const step = (steps.find((one) => one * unit >= least) ?? steps[steps.length - 1]) * unit;
    const top = this.rows.length * (ROW + GAP);
    set(pen, { fillStyle: color, textBaseline: "top" });
    for (let frame = Math.ceil(this.from / step) * step; frame <= this.to; frame += step) {
      const x = this.x(frame);
      pen.fillRect(x - 0.5, top - GAP + 1, 1, 5);
      pen.textAlign = x < 20 ? "left" : x > this.wide - 30 ? "right" : "center";
      pen.fillText(moment(frame, rate), x, top + 4);
    }
  }

  /**
   * Outline a stretch of time.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} start frame
   * @param {number} stop frame
   * @param {number} top px
   * @param {number} height px
   */
  frame(pen, start, stop, top, height) {
    const [left, right] = [this.x(start), this.x(stop)];
    const draw = () => pen.strokeRect(left, Math.max(top, 1.5), Math.max(right - left, 2), height);
    stroke(pen, [[LIGHT_TEXT, 5], [DARK_TEXT, 2]], draw);
  }
}
