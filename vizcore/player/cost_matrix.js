// The cost matrix of two clips: all pairs of their frames, and the point on it where the clips are.
// @ts-check

import { Chart, FAINT, PLANE_PALETTE } from "./chart.js";
import { PICK_COLOUR, gradient } from "./colour.js";
import { clamp, countUpTo, inShort, make, onDrag, penOf, set, write } from "./dom.js";
import { CASING, stroke } from "./strokes.js";
import { Thumbnails } from "./thumbnails.js";

/** @import { Spot } from "./chart.js" */
/** @import { Player } from "./player.js" */
/** @import { Picture } from "./thumbnails.js" */
/** @import { CostMatrixWords, PlayerArrays, PlayerMeta } from "./types.d.ts" */

const POINT = "#ffffff";

/** Follows the clock, and shows any pair of frames under the mouse. */
export class CostMatrix extends Chart {
  /** @type {number[] | null} */
  free = null; // the pair of frames under the mouse
  urls = ""; // of the clips

  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super(host);
    this.legend = make("div", { class: "legend routes" });
    this.text = make("div", { class: "text" });
    this.node = make("div", { class: "cost-matrix", hidden: "" }, this.box);
    this.caption = make("div", { class: "pair", hidden: "" }, this.text, this.legend);
    this.over.addEventListener("pointermove", (event) => this.look(event), { signal });
    this.over.addEventListener("pointerleave", () => this.leave(), { signal });
    onDrag(this.over, signal, (event) => this.drag(event), () => host.release());
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box);
  }

  /** Take what Python sent. @param {PlayerMeta} meta @param {PlayerArrays} arrays */
  update(meta, arrays) {
    const words = meta.cost_matrix;
    this.node.hidden = this.caption.hidden = !words;
    this.host.node.classList.toggle("beside-matrix", Boolean(words));
    this.free = null;
    this.words = words;
    if (!words) return;
    this.values = arrays["cost_matrix.values"];
    this.frames = [arrays["cost_matrix.frames.0"], arrays["cost_matrix.frames.1"]];
    this.routes = words.routes.map(([name, colour, dashed, faint], k) => {
      return { name, colour, dashed, faint, at: arrays[`route.${k}`] };
    });
    const urls = meta.clips.map((clip) => clip.url).join();
    if (urls !== this.urls) this.thumbnails = [new Thumbnails(), new Thumbnails()];
    this.urls = urls;
    this.paintCells();
    this.nameRoutes(words);
    const names = meta.clips.map((clip) => clip.label).join(" and ");
    this.over.setAttribute("aria-label", `${words.label} of every frame of ${names}; arrow keys walk along the path`);
    this.fit();
  }

  /** @param {CostMatrixWords} words */
  nameRoutes({ low, high, label }) {
    const ramp = make("span", { class: "ramp" });
    ramp.style.background = gradient(PLANE_PALETTE);
    const [name, least, most] = [label, inShort(low), inShort(high)].map((end) => make("span", {}, end));
    const rows = this.routes.map(({ name: route, colour, dashed, faint }) => {
      const line = make("span");
      if (faint) line.style.opacity = String(FAINT);
      line.style.borderTop = `3px ${dashed ? "dashed" : "solid"} ${colour}`;
      return make("span", { class: "scale" }, make("span", { class: "dash" }, line), route);
    });
    this.legend.replaceChildren(make("span", { class: "scale" }, name, least, ramp, most), ...rows);
  }

  /**
   * The place of a pack's frame among the frames that have a cell, whole or between two.
   * @param {number} side
   * @param {number} frame
   */
  place(side, frame) {
    const column = this.frames[side];
    const k = clamp(countUpTo(column, frame) - 1, 0, column.length - 1);
    if (k === column.length - 1) return k;
    return k + clamp((frame - column[k]) / (column[k + 1] - column[k]), 0, 1);
  }

  /** The frame of a clip that is looked at off the route; undefined when none is. @param {number} side */
  looked(side) {
    return this.free?.[side];
  }

  /** Draw where the clips are now, and what lies below where that is out of date. */
  paint() {
    const { words, area } = this;
    if (!words || !this.size[0]) return;
    if (this.stale) this.paintGround(words);
    const pen = penOf(this.over);
    pen.clearRect(0, 0, ...this.size);
    const frames = [0, 1].map((side) => this.looked(side) ?? this.host.clock.frame(side));
    const at = this.cellOf(frames);
    const [x, y] = this.spot(at);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x, area.top + area.height);
    pen.moveTo(x, y);
    pen.lineTo(area.left, y);
    stroke(pen, [[CASING, 3.5], [POINT, 1.5]]);
    this.frameThumbs(pen, [x, y]);
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    stroke(pen, [["#000", 4], [POINT, 2.5]]);
    pen.fillStyle = this.free ? POINT : PICK_COLOUR;
    pen.fill();
    this.describe(words, frames, at);
  }

  /** The place of a frame of each clip, in cells. @param {number[]} frames @returns {Spot} */
  cellOf([one, other]) {
    return [this.place(0, one), this.place(1, other)];
  }

  /** @param {CostMatrixWords} words @param {number[]} pair of frames @param {Spot} at in cells */
  describe({ low, high, label }, pair, at) {
    const [i, j] = at.map(Math.round);
    const value = low + (this.values[i * this.frames[1].length + j] / 255) * (high - low);
    const text = `frame ${pair[0]} with frame ${pair[1]}: ${label} ${value.toFixed(3)}`;
    write(this.text, text);
    if (!this.host.clock.playing) this.over.setAttribute("aria-description", text);
  }

  /**
   * Outline the pictures along the axes that are nearest to the point.
   * @param {CanvasRenderingContext2D} pen
   * @param {Spot} point
   */
  frameThumbs(pen, point) {
    set(pen, { strokeStyle: PICK_COLOUR, lineWidth: 2.5 });
    for (const side of [0, 1]) {
      /** @param {Picture} picture */
      const far = ([, x, y, w, h]) => Math.abs(side ? y + h / 2 - point[1] : x + w / 2 - point[0]);
      const [[, left, top, wide, tall]] = this.row(side).sort((one, other) => far(one) - far(other));
      pen.strokeRect(left, top, wide, tall);
    }
  }

  /** The place of an event in cells, and whether it is on the matrix. @param {MouseEvent} event */
  cellUnder(event) {
    const frame = this.over.getBoundingClientRect();
    const { left, top, width, height } = this.area;
    const [x, y] = [event.clientX - frame.left - left, top + height - (event.clientY - frame.top)];
    const [wide, tall] = this.shape;
    const [i, j] = [Math.floor((x / width) * wide), Math.floor((y / height) * tall)];
    /** @type {Spot} */
    const cell = [clamp(i, 0, wide - 1), clamp(j, 0, tall - 1)];
    return { cell, inside: x >= 0 && x < width && y >= 0 && y < height };
  }

  /** A mouse over the matrix shows that pair of frames for as long as it is there. @param {PointerEvent} event */
  look(event) {
    const { clock } = this.host;
    if (!this.words || clock.playing || event.buttons || event.pointerType !== "mouse") return;
    const { cell, inside } = this.cellUnder(event);
    this.free = inside ? cell.map((k, side) => this.frames[side][k]) : null;
    this.host.schedule();
  }

  leave() {
    this.free = null;
    this.host.schedule();
  }

  /** A press or a drag goes to the nearest place of the route that is played. @param {PointerEvent} event */
  drag(event) {
    const { host } = this;
    const [x, y] = this.spot(this.cellUnder(event).cell);
    let [best, least] = [0, Infinity];
    for (let tick = 0; tick < host.clock.length; tick += 1) {
      const [left, top] = this.spot(this.cellOf([host.clock.frame(0, tick), host.clock.frame(1, tick)]));
      const far = Math.hypot(left - x, top - y);
      if (far < least) [best, least] = [tick, far];
    }
    this.free = null;
    host.dragging = true;
    host.seek(best);
  }

  close() {
    this.sizes.disconnect();
  }
}
