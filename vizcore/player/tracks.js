// Tracks of patches and maps of heat, read by frame.
// @ts-check

import { TRACK_PALETTE, gradient, palette } from "./colour.js";
import { countUpTo, make, penOf } from "./dom.js";
import { FINE, UNKNOWN } from "./payload.js";

/** @import { Liked } from "./colour.js" */
/** @import { HeatLegend, PlayerArrays } from "./types.d.ts" */

/**
 * @typedef {object} Move of a track from one tracked frame to the next
 * @property {number} from a patch
 * @property {number} to a patch
 * @property {number} similarity NaN where there is none
 * @property {number} margin NaN where there is none
 * @property {boolean} overruled
 */

/** Every patch of a clip followed through K tracked frames. */
export class Tracks {
  /**
   * @param {PlayerArrays} arrays
   * @param {number} side
   * @param {number} patches N
   * @param {string} measure what the similarity is called
   */
  constructor(arrays, side, patches, measure = "similarity") {
    this.measure = measure;
    this.frames = arrays[`tracked.${side}`]; // (K,)
    this.sigma = arrays[`sigma.${side}`]; // (K, N): patch i of the first tracked frame is sigma[k, i] of the k-th
    this.similarity = arrays[`similarity.${side}`]; // (K - 1, N) by patch of the k-th
    this.margin = arrays[`margin.${side}`];
    this.overruled = arrays[`overruled.${side}`];
    this.patches = patches;
  }

  get length() {
    return this.frames.length;
  }

  /** Which tracked frame speaks for a frame: the last at or before it, or the first. @param {number} frame */
  stepAt(frame) {
    return Math.max(0, countUpTo(this.frames, frame) - 1);
  }

  /** The track that is at a patch in a frame. @param {number} frame @param {number} patch */
  trackOf(frame, patch) {
    const start = this.stepAt(frame) * this.patches;
    return this.sigma.subarray(start, start + this.patches).indexOf(patch);
  }

  /** Where a track is in the k-th tracked frame. @param {number} k @param {number} track */
  patchAt(k, track) {
    return this.sigma[k * this.patches + track];
  }

  /**
   * The move of a track from the k-th tracked frame to the next.
   * @param {number} k 0 to K - 2
   * @param {number} track
   * @returns {Move}
   */
  move(k, track) {
    const from = this.patchAt(k, track);
    const at = k * this.patches + from;
    const real = (/** @type {number} */ value) => (value === UNKNOWN ? NaN : value / FINE);
    return {
      from,
      to: this.patchAt(k + 1, track),
      similarity: real(this.similarity[at]),
      margin: real(this.margin[at]),
      overruled: this.overruled[at] === 1,
    };
  }

  /** Every move of a track, first to last. @param {number} track */
  moves(track) {
    return Array.from({ length: this.length - 1 }, (_, k) => this.move(k, track));
  }
}

/** A map over the picture for some of a clip's frames, painted cell by cell and stretched by the style sheet. */
export class HeatMap {
  painted = ""; // which map, in which palette

  /**
   * @param {PlayerArrays} arrays
   * @param {number} side
   * @param {HeatLegend} legend
   * @param {HTMLCanvasElement} canvas
   */
  constructor(arrays, side, legend, canvas) {
    this.values = arrays[`heat.${side}`]; // (T, rows * columns)
    this.frames = arrays[`heated.${side}`]; // (T,)
    this.legend = legend;
    this.canvas = canvas;
    canvas.width = legend.columns;
    canvas.height = legend.rows;
  }

  /** Paint the map of the last heated frame at or before a frame. @param {number} frame @param {Liked} liked */
  paint(frame, liked) {
    const { rows, columns, diverging } = this.legend;
    const name = diverging ? "diverging" : liked;
    const cells = rows * columns;
    const start = Math.max(0, countUpTo(this.frames, frame) - 1) * cells;
    if (this.painted === `${start} ${name}`) return;
    this.painted = `${start} ${name}`;
    const table = palette(name);
    const image = new ImageData(columns, rows);
    for (let i = 0; i < cells; i += 1) {
      const at = this.values[start + i] * 3;
      image.data.set([table[at], table[at + 1], table[at + 2], 255], i * 4);
    }
    penOf(this.canvas).putImageData(image, 0, 0);
  }

  /**
   * The value of a cell under a point of the picture, in the last heated frame at or before a frame.
   * @param {number} frame
   * @param {number} x 0 to 1
   * @param {number} y 0 to 1
   */
  value(frame, x, y) {
    const { rows, columns, low, high } = this.legend;
    const [row, column] = [Math.floor(y * rows), Math.floor(x * columns)];
    const k = Math.max(0, countUpTo(this.frames, frame) - 1);
    const share = this.values[(k * rows + row) * columns + column] / 255;
    return low + share * (high - low);
  }
}

/**
 * What the colours and lines of a track mean: the node, and the part of it that names the measure.
 * @returns {[HTMLElement, HTMLElement]}
 */
export function trackLegend() {
  const ramp = make("span", { class: "ramp" });
  ramp.style.background = gradient(TRACK_PALETTE);
  const measure = make("span");
  const colour = make("span", { class: "scale" }, measure, ramp, "1");
  const rest = ["wider: larger margin", "dashed: overruled", "faint: still to come"];
  const words = rest.map((text) => make("span", {}, text));
  return [make("div", { class: "legend" }, "Track", colour, ...words), measure];
}
