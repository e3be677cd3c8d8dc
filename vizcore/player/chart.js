// The matrix of two clips as it rests: its cells, the routes across it, numbers and pictures along both axes.
// @ts-check

import { palette } from "./colour.js";
import { clamp, make, penOf, set } from "./dom.js";
import { CASING, stroke } from "./strokes.js";
import { Thumbnails } from "./thumbnails.js";

/** @import { Player } from "./player.js" */
/** @import { Picture } from "./thumbnails.js" */
/** @import { CostMatrixWords } from "./types.d.ts" */

/** @typedef {[x: number, y: number]} Spot */
/**
 * @typedef {{ name: string, colour: string, dashed: boolean, faint: boolean, at: Float64Array }} Route
 * at: x, y in cells, in turn
 */

export const PLANE_PALETTE = "viridis";
export const FAINT = 0.4; // opacity of a route that is not to be relied on
const NARROWEST = 46; // px: how wide a picture along an axis may be
const WIDEST = 84;
const LABELS = { left: 48, bottom: 40, right: 10, top: 8 }; // px for numbers and titles
const SQUATTEST = 0.6; // how tall the cost matrix may be, of its width
const TALLEST = 1.05;

/** The first clip goes to the right, the second up; the host is the player, and words is what Python said. */
export class Chart {
  /** @type {CostMatrixWords | null} */
  words = null;
  /** @type {Uint8Array} */
  values = new Uint8Array(1); // (N * M,) a cell for every pair of frames
  /** @type {Uint32Array[]} */
  frames = [new Uint32Array(1), new Uint32Array(1)]; // (N,) and (M,) those that have a cell
  /** @type {Route[]} */
  routes = [];
  thumbnails = [new Thumbnails(), new Thumbnails()]; // of each clip
  /** @type {Spot[]} */
  small = []; // px: width and height of a picture of each clip
  area = { left: 0, top: 0, width: 0, height: 0 }; // px: where the matrix is
  /** @type {[width: number, height: number]} */
  size = [0, 0]; // px, of all; 0 until it is laid out
  stale = true; // whether something below the point is out of date
  painted = 0; // how often that was painted

  /** @param {Player} host */
  constructor(host) {
    this.host = host;
    this.cells = make("canvas");
    this.ground = make("canvas", { class: "ground", "aria-hidden": "true" });
    this.over = make("canvas", { class: "over", tabindex: "0", role: "img" });
    this.box = make("div", { class: "map" }, this.ground, this.over);
  }

  /** N and M. @returns {[wide: number, tall: number]} */
  get shape() {
    return [this.frames[0].length, this.frames[1].length];
  }

  /** The matrix as a picture of one pixel a cell, the second clip's first frame at the bottom. */
  paintCells() {
    const [wide, tall] = this.shape;
    set(this.cells, { width: wide, height: tall });
    const pen = penOf(this.cells);
    const image = pen.createImageData(wide, tall);
    const table = palette(PLANE_PALETTE);
    for (let x = 0; x < wide; x += 1) {
      for (let y = 0; y < tall; y += 1) {
        const [from, to] = [3 * this.values[x * tall + y], 4 * ((tall - 1 - y) * wide + x)];
        for (let c = 0; c < 3; c += 1) image.data[to + c] = table[from + c];
        image.data[to + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
  }

  /** Lay out the parts for the width there is. */
  fit() {
    const width = this.box.clientWidth;
    if (!this.words || !width) return;
    const [wide, tall] = this.shape;
    const across = clamp(width * 0.11, NARROWEST, WIDEST);
    const aspects = this.host.meta.clips.map((clip) => clip.width / clip.height);
    this.small = aspects.map((aspect) => [across, across / aspect]);
    const left = LABELS.left + across;
    const inner = width - left - LABELS.right;
    const height = inner * clamp(tall / wide, SQUATTEST, TALLEST);
    this.area = { left, top: LABELS.top, width: inner, height };
    const whole = LABELS.top + height + LABELS.bottom + this.small[0][1];
    const ratio = window.devicePixelRatio || 1;
    this.box.style.height = `${whole}px`;
    for (const canvas of [this.ground, this.over]) {
      set(canvas, { width: Math.round(width * ratio), height: Math.round(whole * ratio) });
      penOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.size = [width, whole];
    this.box.dataset.layout = Object.values(this.area).join(" ");
    this.stale = true;
    this.host.schedule();
  }

  /** Where a place in cells is, in px. @param {Spot} place @returns {Spot} */
  spot([x, y]) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.shape;
    return [left + ((x + 0.5) / wide) * width, top + height - ((y + 0.5) / tall) * height];
  }

  /** @param {CostMatrixWords} words */
  paintGround(words) {
    const pen = penOf(this.ground);
    const { left, top, width, height } = this.area;
    pen.clearRect(0, 0, ...this.size);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.cells, left, top, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    for (const route of [...this.routes].reverse()) this.line(pen, route);
    pen.restore();
    this.numbers(pen, words);
    this.stale = !this.pictures(pen);
    this.painted += 1;
    Object.assign(this.box.dataset, { painted: this.painted, complete: !this.stale });
  }

  /** @param {CanvasRenderingContext2D} pen @param {Route} route */
  line(pen, { at, colour, dashed, faint }) {
    set(pen, { globalAlpha: faint ? FAINT : 1 });
    set(pen, { lineJoin: "round", lineCap: dashed ? "butt" : "round" });
    pen.beginPath();
    for (let k = 0; k < at.length; k += 2) pen.lineTo(...this.spot([at[k], at[k + 1]]));
    stroke(pen, [[CASING, 5.5, []], [colour, 3, dashed ? [7, 6] : []]]);
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** Ticks, their numbers and the titles. @param {CanvasRenderingContext2D} pen @param {CostMatrixWords} words */
  numbers(pen, { axes: [[across, below], [up, beside]] }) {
    const { left, top, width, height } = this.area;
    const style = getComputedStyle(this.box);
    set(pen, { fillStyle: style.color, strokeStyle: style.color, lineWidth: 1, font: `12px ${style.fontFamily}` });
    set(pen, { textAlign: "center", textBaseline: "top" });
    for (const [at, text] of below) {
      const [x] = this.spot([at, 0]);
      pen.fillRect(x - 0.5, top + height, 1, 4);
      pen.fillText(text, x, top + height + 6);
    }
    pen.fillText(across, left + width / 2, top + height + 22);
    set(pen, { textAlign: "right", textBaseline: "middle" });
    for (const [at, text] of beside) {
      const [, y] = this.spot([0, at]);
      pen.fillRect(left - 4, y - 0.5, 4, 1);
      pen.fillText(text, left - 6, y);
    }
    pen.save();
    pen.translate(left - LABELS.left + 9, top + height / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(up, 0, 0);
    pen.restore();
  }

  /** The pictures along an axis. @param {number} side @returns {Picture[]} */
  row(side) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.small[side];
    const [long, each] = side ? [height, tall] : [width, wide];
    const count = Math.max(1, Math.floor(long / each));
    const step = long / count;
    return Array.from({ length: count }, (_, k) => {
      const frame = this.frames[side][Math.floor(((k + 0.5) / count) * this.frames[side].length)];
      const middle = (k + 0.5) * step;
      if (side) return [frame, 0, top + height - middle - tall / 2, wide, tall];
      return [frame, left + middle - wide / 2, top + height + LABELS.bottom, wide, tall];
    });
  }

  /**
   * Draw the pictures that are there and ask for the others; says whether all were.
   * @param {CanvasRenderingContext2D} pen
   */
  pictures(pen) {
    pen.imageSmoothingQuality = "high";
    pen.imageSmoothingEnabled = true;
    const drawn = this.host.screens.map(({ clip }, side) => {
      const width = 2 * WIDEST; // as sharp as most screens
      const height = Math.round((width * clip.height) / clip.width);
      return this.thumbnails[side].draw(pen, clip, this.row(side), width, height);
    });
    return drawn.every(Boolean);
  }
}
