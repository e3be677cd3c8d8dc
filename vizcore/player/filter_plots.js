// What the filter panel draws of its filter: the response curve, and the energy of each frequency.
// @ts-check

import { clamp, make, set, write } from "./dom.js";
import { paper, written } from "./paper.js";
import { respond } from "./responses.js";

/** @import { FilterArrays, FilterMeta, FilterSettings } from "./types.d.ts" */

/** @typedef {{ left: number, top: number, width: number, height: number }} Area px */
/** @typedef {Area & { low: number, high: number }} Scaled and the values at its bottom and top */

const CURVE = 201; // places of the curve
const BINS = 25; // of the frequencies
export const BEFORE = "#9a9a9a";
export const AFTER = "#0072B2";
export const GHOSTS = ["#D55E00", "#CC79A7"]; // NL and NS, in the order in which Python sends them
/** @type {FilterSettings} */
const PLAIN = { out: [1], inner: 1, h: 1 };
const DECADES = 6; // of energy that are drawn

/** The plots; whoever extends it fills in what is drawn. */
export class Plots {
  /** @type {FilterMeta} */
  meta;
  /** @type {FilterArrays} */
  arrays;
  /** @type {FilterSettings} */
  settings = { ...PLAIN };
  still = false; // while the curve is dragged its scale stays
  range = [-1.2, 1.2]; // of that scale
  /** @type {Scaled | null} */
  area = null; // of the curve
  summary = make("div", { class: "summary", role: "status" });
  curve = make("canvas", { class: "curve", role: "img" });
  bars = make("canvas", { role: "img" });
  energies = make("div");

  /** Take what Python sent. @param {FilterMeta} meta @param {FilterArrays} arrays */
  fill(meta, arrays) {
    this.meta = meta;
    this.arrays = arrays;
  }

  /** g, the real part of it, at lambda. @param {number} value @param {number} imaginary */
  gain(value, imaginary = 0) {
    return respond(this.meta.operator, [value, imaginary], this.settings)[0];
  }

  /** (N,) what comes out for the signal. */
  filtered() {
    const { values, scales, parts, signal } = this.arrays;
    const count = signal.length;
    const found = new Float64Array(count);
    if (values.length === 1 && Number.isNaN(values[0])) { // A times the signal, and no modes
      const [still, whole] = [this.gain(0), this.gain(1)];
      for (let i = 0; i < count; i += 1) found[i] = still * signal[i] + (whole - still) * parts[i] * scales[0];
      return found;
    }
    values.forEach((value, b) => {
      const by = this.gain(value) * scales[b];
      for (let i = 0, at = b * count; i < count; i += 1, at += 1) found[i] += by * parts[at];
    });
    return found;
  }

  paintCurve() {
    const { pen, wide, tall, ink } = paper(this.curve, 240);
    const places = Array.from({ length: CURVE }, (_, k) => (2 * k) / (CURVE - 1) - 1);
    const own = places.map((at) => this.gain(at));
    if (!this.still) {
      const all = [...own, -1.2, 1.2];
      this.range = [Math.min(...all), Math.max(...all)];
    }
    const [low, high] = this.range;
    const area = { left: 38, top: 22, width: wide - 48, height: tall - 62, low, high };
    this.area = area;
    const x = (/** @type {number} */ value) => area.left + ((value + 1) / 2) * area.width;
    const y = (/** @type {number} */ value) => area.top + ((high - value) / (high - low)) * area.height;
    this.axes(pen, area, x, y);
    /** @type {(column: number[], colour: string, thick: number) => void} */
    const line = (column, colour, thick) => {
      set(pen, { strokeStyle: colour, lineWidth: thick, lineJoin: "round" });
      pen.save();
      pen.beginPath();
      pen.rect(area.left, area.top - 3, area.width, area.height + 6);
      pen.clip();
      pen.beginPath();
      column.forEach((value, k) => pen.lineTo(x(places[k]), y(value)));
      pen.stroke();
      pen.restore();
    };
    this.meta.ghosts.forEach((ghost, k) => {
      line(places.map((at) => respond(ghost, [at, 0], PLAIN)[0]), GHOSTS[k], 1.5);
    });
    line(own, AFTER, 3.5);
    this.dots(pen, x, y, ink);
    const [one, other] = [1, -1].map((at) => written(this.gain(at).toFixed(2)));
    const summary = `g(1) = ${one} on what all share, g(−1) = ${other} on what neighbours differ in.`;
    write(this.summary, `${summary} Drag the curve, or slide.`);
    this.curve.setAttribute("aria-label", `Response of the filter: ${one} at eigenvalue 1, ${other} at −1`);
  }

  /**
   * What stands beside and under the curve.
   * @param {CanvasRenderingContext2D} pen
   * @param {Scaled} area
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   */
  axes(pen, { left, top, width, height, low, high }, x, y) {
    const places = [-1, -0.5, 0, 0.5, 1];
    pen.globalAlpha = 0.25;
    for (const at of places) pen.fillRect(x(at), top, 1, height);
    pen.fillRect(left, y(0), width, 1.5);
    pen.globalAlpha = 1;
    pen.textAlign = "center";
    for (const at of places) {
      pen.fillText(written(at), x(at), top + height + 15);
      pen.fillText(String(1 - at), x(at), 12);
    }
    pen.fillText("eigenvalue λ of A  (above: μ = 1 − λ; 0 is slow, 2 is fast)", left + width / 2, top + height + 32);
    pen.textAlign = "right";
    for (const at of [low, 0, high]) pen.fillText(written(at.toFixed(1)), left - 5, y(at) + 4);
  }

  /**
   * Every eigenvalue on the curve, above its real part.
   * @param {CanvasRenderingContext2D} pen
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   * @param {string} ink
   */
  dots(pen, x, y, ink) {
    const { real, imaginary, energy } = this.arrays;
    const most = energy.reduce((one, other) => Math.max(one, other), 1e-12);
    set(pen, { fillStyle: AFTER, strokeStyle: ink, lineWidth: 1 });
    real.forEach((value, k) => {
      if (Math.abs(value) > 1.001) return;
      const size = energy.length ? 2 + 5 * (energy[k] / most) ** 0.25 : 3;
      pen.beginPath();
      pen.arc(x(value), y(this.gain(value, imaginary[k])), size, 0, 2 * Math.PI);
      pen.globalAlpha = 0.55;
      pen.fill();
      pen.globalAlpha = 1;
    });
  }

  /** (BINS,) the energy of each stretch of frequencies before, and after. */
  binned() {
    const { real, imaginary, energy } = this.arrays;
    const [before, after] = [new Float64Array(BINS), new Float64Array(BINS)];
    real.forEach((value, k) => {
      const bin = Math.round(((clamp(value, -1, 1) + 1) / 2) * (BINS - 1));
      const [a, b] = respond(this.meta.operator, [value, imaginary[k]], this.settings);
      before[bin] += energy[k];
      after[bin] += energy[k] * (a * a + b * b);
    });
    return [before, after];
  }

  paintEnergy() {
    this.energies.hidden = !this.arrays.energy.length;
    if (this.energies.hidden) return;
    const { pen, wide, tall } = paper(this.bars, 150);
    const sums = this.binned();
    const top = Math.ceil(Math.log10(Math.max(...sums[0], ...sums[1], 1e-9)));
    const area = { left: 38, top: 6, width: wide - 48, height: tall - 44 };
    const share = (/** @type {number} */ value) => clamp((Math.log10(value) - top + DECADES) / DECADES, 0, 1);
    pen.textAlign = "right";
    for (let k = 0; k <= DECADES; k += 2) {
      const level = area.top + (k / DECADES) * area.height;
      pen.fillText(`1e${written(top - k)}`, area.left - 4, level + 4);
      pen.globalAlpha = 0.2;
      pen.fillRect(area.left, level, area.width, 1);
      pen.globalAlpha = 1;
    }
    pen.textAlign = "center";
    const each = area.width / BINS;
    for (const at of [-1, 0, 1]) {
      const x = area.left + ((at + 1) / 2) * (area.width - each) + each / 2;
      pen.fillText(written(at), x, area.top + area.height + 15);
    }
    pen.fillText("eigenvalue λ", area.left + area.width / 2, tall - 6);
    sums.forEach((column, side) => {
      pen.fillStyle = side ? AFTER : BEFORE;
      column.forEach((value, bin) => {
        const height = value > 0 ? share(value) * area.height : 0;
        const left = area.left + bin * each + 1 + side * (each / 2 - 1);
        pen.fillRect(left, area.top + area.height - height, each / 2 - 1.5, height);
      });
    });
    const [before, after] = sums.map((column) => column.reduce((one, other) => one + other, 0).toPrecision(3));
    this.bars.setAttribute("aria-label", `Energy of all modes: ${before} before, ${after} after`);
  }
}
