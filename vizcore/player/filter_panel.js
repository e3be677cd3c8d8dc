// The filter panel: sliders of a filter, a formula whose terms light up, and a curve that can be dragged.
// @ts-check

import { EchoFilter, clamp, make, onDrag, write } from "./dom.js";
import { Maps } from "./filter_maps.js";
import { AFTER, BEFORE, GHOSTS, Plots } from "./filter_plots.js";
import { mounting } from "./mount.js";
import { written } from "./paper.js";
import { unpack } from "./payload.js";
import { terms } from "./responses.js";

/** @import { Api, FilterMeta, FilterState, Packed, Piece, Slider } from "./types.d.ts" */
/** @typedef {Api<Packed<FilterMeta>, FilterState>} FilterApi */

const REST = 250; // ms of rest before Python hears of the sliders

/** A group of words about what is drawn, each with its colour. @param {[name: string, colour: string][]} rows */
function keys(...rows) {
  return make("div", { class: "keys" }, ...rows.map(([name, colour]) => {
    const swatch = make("i");
    swatch.style.background = colour;
    return make("span", {}, swatch, name);
  }));
}

/** Its sliders, its formula, and what the mouse does to its curve. */
class FilterPanel extends Plots {
  /** @type {FilterApi} */
  api;
  maps = new Maps();
  echoes = new EchoFilter();
  timer = 0; // until the sliders are sent
  drawing = 0; // an animation frame
  abort = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    this.formula = make("div", { class: "formula" });
    this.sliders = make("div", { class: "sliders" });
    const head = (/** @type {string} */ text) => make("p", { class: "name" }, text);
    this.energies.append(head("Energy of each frequency"), this.bars, keys(["before", BEFORE], ["after", AFTER]));
    const curveKeys = keys(["this filter", AFTER], ["NL", GHOSTS[0]], ["NS", GHOSTS[1]]);
    curveKeys.append(make("span", {}, "dots: eigenvalues"));
    const left = make("div", {}, head("What it does to a frequency: g(λ)"), this.curve, curveKeys);
    left.append(this.summary, this.sliders, this.energies);
    const right = make("div", {}, head("What comes out, on the frames"), this.maps.canvas, this.maps.keys);
    const about = { class: "filter-panel", role: "group", "aria-label": "Filter" };
    this.node = make("div", about, this.formula, left, right);
    root.append(make("div", { class: "fit" }, this.node));
    const { signal } = this.abort;
    onDrag(this.curve, signal, (event) => this.bend(event), () => this.sendSoon());
    this.sizes = new ResizeObserver(() => this.schedule());
    this.sizes.observe(this.node);
  }

  /**
   * Take what Python sent; what a person turns, or has not told yet, is newer.
   * @param {FilterApi} api
   * @param {Element | null} pressed
   */
  update(api, pressed = null) {
    this.api = api;
    const { meta, block } = api.data;
    const { name } = meta.operator;
    const other = this.meta?.operator.name !== name;
    this.maps.fill(meta, () => this.schedule());
    this.fill(meta, unpack(meta.contents, block.getChildAt(0).toArray()));
    const held = this.timer || this.sliders.contains(pressed) || this.curve === pressed;
    if ((this.echoes.isNew([name, meta.settings]) && !held) || other) {
      this.settings = { ...meta.settings, out: [...meta.settings.out] };
      this.build();
    }
    this.schedule();
  }

  /** Sliders and formula of the operator. */
  build() {
    const { most, step, low, high } = this.meta.limits;
    const { inner, weights, zoom } = this.meta.operator;
    const rows = this.settings.out.map((_, k) => this.slider(weights[k], k, -most, most, step));
    if (inner) rows.push(this.slider("Wh", "inner", -most, most, step));
    if (zoom) rows.push(this.slider("h", "h", Math.log10(low), Math.log10(high), 0.02));
    this.sliders.replaceChildren(...rows.flat(), this.tools());
    const pieces = this.words().map(([text, of]) => {
      return make("span", of === null ? {} : { class: "own", "data-of": of }, text);
    });
    this.formula.replaceChildren("F(A, Z) = ", ...pieces);
  }

  /** The formula, for as many weights as there are. @returns {Piece[]} */
  words() {
    const { more, pieces } = this.meta.operator;
    if (!more) return pieces;
    /** @type {Piece} */
    const between = [" + ", null];
    return pieces.slice(0, this.settings.out.length).flatMap((piece, k) => (k ? [between, piece] : [piece]));
  }

  tools() {
    /** @type {(text: string, act: () => void) => HTMLElement} */
    const button = (text, act) => {
      const node = make("button", { type: "button" }, text);
      node.addEventListener("click", act, { signal: this.abort.signal });
      return node;
    };
    const tools = [button("All weights 0 but the first", () => this.put(this.settings.out.map((_, k) => (k ? 0 : 1))))];
    const { more, weights } = this.meta.operator;
    if (more) {
      const { out } = this.settings;
      if (out.length < weights.length) tools.push(button("Higher order", () => this.put([...out, 0])));
      if (out.length > 1) tools.push(button("Lower order", () => this.put(out.slice(0, -1))));
    }
    return make("div", { class: "tools" }, ...tools);
  }

  /** @param {number[]} out */
  put(out) {
    this.settings.out = out;
    this.build();
    this.schedule();
    this.sendSoon();
  }

  /**
   * A slider, between its name and its number.
   * @param {string} name
   * @param {Slider} of
   * @param {number} low
   * @param {number} high
   * @param {number} step
   */
  slider(name, of, low, high, step) {
    const id = `turn-${of}`;
    const range = { id, min: low, max: high, step, value: this.setting(of), "data-of": of };
    const input = make("input", { type: "range", ...range, "aria-label": name });
    const output = make("output", { for: id }, this.number(of));
    const { signal } = this.abort;
    input.addEventListener("input", () => this.turn(of, Number(input.value)), { signal });
    input.addEventListener("focus", () => this.light(of), { signal });
    input.addEventListener("blur", () => this.light(null), { signal });
    input.addEventListener("pointerenter", () => this.light(of), { signal });
    return [make("label", { for: id }, name), input, output];
  }

  /** What a slider turns. @param {Slider} of */
  value(of) {
    return typeof of === "number" ? this.settings.out[of] : this.settings[of];
  }

  /** Where a slider stands. @param {Slider} of */
  setting(of) {
    return of === "h" ? Math.log10(this.value(of)) : this.value(of);
  }

  /** @param {Slider} of */
  number(of) {
    return written(this.value(of).toFixed(2));
  }

  /** A slider has moved. @param {Slider} of @param {number} setting */
  turn(of, setting) {
    if (typeof of === "number") this.settings.out[of] = setting;
    else this.settings[of] = of === "h" ? 10 ** setting : setting;
    this.light(of);
    this.schedule();
    this.sendSoon();
  }

  /** Highlight the terms of the formula that a slider is in. @param {Slider | null} of */
  light(of) {
    for (const piece of this.formula.querySelectorAll("span")) {
      piece.classList.toggle("hot", piece.dataset.of === String(of));
    }
  }

  /** Drag the curve: the least change of all weights that brings it under the pointer. @param {PointerEvent} event */
  bend(event) {
    if (!this.area) return;
    const box = this.curve.getBoundingClientRect();
    const { left, top, width, height, low, high } = this.area;
    const value = clamp(((event.clientX - box.left - left) / width) * 2 - 1, -1, 1);
    const wanted = high - ((event.clientY - box.top - top) / height) * (high - low);
    const parts = terms(this.meta.operator, [value, 0], this.settings).map(([real]) => real);
    const length = parts.reduce((total, part) => total + part * part, 0);
    if (length < 1e-4) return;
    const off = wanted - this.gain(value);
    const { most } = this.meta.limits;
    this.settings.out = this.settings.out.map((weight, k) => clamp(weight + (off * parts[k]) / length, -most, most));
    this.still = true;
    this.schedule();
  }

  /** Python hears where the sliders have come to rest. */
  sendSoon() {
    this.still = false;
    this.schedule();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), REST);
  }

  send() {
    this.timer = 0;
    const out = this.settings.out.map((weight) => Math.round(1e4 * weight) / 1e4);
    const settings = { out, inner: this.settings.inner, h: Math.round(1e4 * this.settings.h) / 1e4 };
    const { name } = this.meta.operator;
    this.echoes.sent([name, settings]);
    this.api.setStateValue("settings", { operator: name, ...settings });
  }

  schedule() {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.paint();
    });
  }

  paint() {
    if (!this.meta || !this.node.clientWidth) return;
    const began = performance.now();
    for (const input of this.sliders.querySelectorAll("input")) {
      const { of } = input.dataset;
      const slider = of === "inner" || of === "h" ? of : Number(of);
      input.value = String(this.setting(slider));
      if (input.nextElementSibling) write(input.nextElementSibling, this.number(slider));
    }
    this.paintCurve();
    this.paintEnergy();
    this.maps.paint(this.arrays.signal, this.filtered(), this.arrays.reference);
    const painted = Number(this.node.dataset.painted ?? 0) + 1;
    const took = (performance.now() - began).toFixed(1); // ms, for whoever measures
    Object.assign(this.node.dataset, { painted, took });
  }

  close() {
    this.abort.abort();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    if (this.timer) this.send();
    cancelAnimationFrame(this.drawing);
    this.node.parentElement?.remove();
  }
}

export default mounting(FilterPanel);
