// What is drawn over a picture: the patch grid, the patch under the pointer, the chosen patch and its track.
// @ts-check

import { Draughtsman } from "./annotations.js";
import { TRACK_PALETTE, shade } from "./colour.js";
import { clamp, penOf } from "./dom.js";
import { CASING, stroke } from "./strokes.js";

/** @import { Annotations, Box } from "./annotations.js" */
/** @import { Preferences } from "./preferences.js" */
/** @import { Move } from "./tracks.js" */
/** @import { Grid } from "./types.d.ts" */

/**
 * @typedef {object} Trail a track where the k-th tracked frame is shown
 * @property {Move[]} moves
 * @property {number} k
 * @property {number} first the patch where it begins
 */

/**
 * @typedef {object} Marked a patch with a frame round it
 * @property {number} patch
 * @property {boolean} exact whether the frame in view was tracked, or chosen, itself
 * @property {string} colour
 */

/**
 * @typedef {object} Scene
 * @property {Grid | null} grid
 * @property {boolean} lines whether the grid is drawn
 * @property {Annotations | null} annotations
 * @property {number} shown the frame
 * @property {Preferences} preferences
 * @property {number | null} hover the patch under the pointer
 * @property {number | null} cursor the patch of the keyboard
 * @property {Pick<Box, "corners" | "look"> | null} edited the box that a person can take by its corners
 * @property {Marked} [pick]
 * @property {Trail} [trail] of the pick
 * @property {Trail} [preview] of the patch that is aimed at
 */

const GRID_DARK = "rgba(0, 0, 0, 0.45)";
const GRID_LIGHT = "rgba(255, 255, 255, 0.4)";
const FUTURE = 0.6; // opacity of the part of a track that is still to come
const WIDE = 0.25; // the margin at which a track is drawn widest
const WIDTHS = [2, 7]; // px

/** A canvas over a picture, as sharp as the screen. */
export class Overlay {
  width = 0; // CSS px
  height = 0;
  rows = 1;
  columns = 1;
  pixel = 1; // of the screen, in CSS px

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = penOf(canvas);
    this.hand = new Draughtsman(this);
  }

  /** Fit the canvas to its size on the page (CSS px). @param {number} width @param {number} height */
  fit(width, height) {
    this.width = width;
    this.height = height;
  }

  /** Draw a whole scene. @param {Scene} scene */
  paint(scene) {
    this.begin(scene.grid);
    if (!this.width) return;
    if (scene.grid && scene.lines) this.lines();
    if (scene.annotations) this.hand.draw(scene.annotations, scene.shown, scene.preferences, scene.edited);
    if (!scene.grid) return;
    if (scene.preview) this.trail(scene.preview, true);
    if (scene.trail) this.trail(scene.trail, false);
    if (scene.hover !== null) this.box(scene.hover, "#ffffff", 1.5, "rgba(255, 255, 255, 0.22)");
    if (scene.pick) this.box(scene.pick.patch, scene.pick.colour, 2.5, null, !scene.pick.exact);
    if (scene.cursor !== null) this.brackets(scene.cursor);
  }

  /** @param {Grid | null} grid */
  begin(grid) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pixel = 1 / ratio;
    if (grid) [this.rows, this.columns] = grid;
  }

  /**
   * The left, top, width and height of a patch.
   * @param {number} patch
   * @returns {[number, number, number, number]}
   */
  cell(patch) {
    const [w, h] = [this.width / this.columns, this.height / this.rows];
    return [(patch % this.columns) * w, Math.floor(patch / this.columns) * h, w, h];
  }

  /** The middle of a patch. @param {number} patch @returns {[number, number]} */
  centre(patch) {
    const [x, y, w, h] = this.cell(patch);
    return [x + w / 2, y + h / 2];
  }

  /** Grid lines one device pixel wide, light beside dark. */
  lines() {
    const { pen, pixel } = this;
    for (const { style, shift } of [{ style: GRID_DARK, shift: 0 }, { style: GRID_LIGHT, shift: pixel }]) {
      pen.fillStyle = style;
      for (let c = 1; c < this.columns; c += 1) {
        const x = Math.round((c * this.width) / this.columns / pixel) * pixel;
        pen.fillRect(x + shift, 0, pixel, this.height);
      }
      for (let r = 1; r < this.rows; r += 1) {
        const y = Math.round((r * this.height) / this.rows / pixel) * pixel;
        pen.fillRect(0, y + shift, this.width, pixel);
      }
    }
  }

  /**
   * A patch's frame, cased in black; broken where the frame in view was not tracked itself.
   * @param {number} patch
   * @param {string} colour
   * @param {number} width px
   * @param {string | null} fill
   */
  box(patch, colour, width, fill = null, broken = false) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    if (fill) {
      pen.fillStyle = fill;
      pen.fillRect(x, y, w, h);
    }
    pen.setLineDash(broken ? [4, 3] : []);
    stroke(pen, [[CASING, width + 2.5], ["#ffffff", width + 1], [colour, width]], () => pen.strokeRect(x, y, w, h));
    pen.setLineDash([]);
  }

  /** The four corners of the keyboard's patch. @param {number} patch */
  brackets(patch) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    const arm = Math.max(4, Math.min(w, h) / 3);
    pen.beginPath();
    for (const [cx, cy, dx, dy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x, y + h, 1, -1], [x + w, y + h, -1, -1]]) {
      pen.moveTo(cx + dx * arm, cy);
      pen.lineTo(cx, cy);
      pen.lineTo(cx, cy + dy * arm);
    }
    stroke(pen, [[CASING, 6], ["#ffffff", 3]]);
  }

  /**
   * A track: past moves strong, coming ones faint; dashed where the match was overruled.
   * @param {Trail} trail
   * @param {boolean} thin
   */
  trail({ moves, k, first }, thin) {
    const { pen } = this;
    pen.lineCap = "round";
    moves.forEach((move, i) => {
      if (move.from === move.to) return;
      const share = clamp((move.margin || 0) / WIDE, 0, 1);
      const width = thin ? 1.5 : WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0]);
      pen.globalAlpha = thin || i < k ? 1 : FUTURE;
      pen.setLineDash(move.overruled ? [width + 3, width + 4] : []);
      pen.beginPath();
      pen.moveTo(...this.centre(move.from));
      pen.lineTo(...this.centre(move.to));
      stroke(pen, [[CASING, width + 2], [shade(TRACK_PALETTE, move.similarity), width]]);
    });
    pen.setLineDash([]);
    if (!thin) [first, ...moves.map((move) => move.to)].forEach((patch, i) => this.dot(patch, i, k));
    pen.globalAlpha = 1;
  }

  /**
   * The place of a track in one tracked frame.
   * @param {number} patch
   * @param {number} i which frame
   * @param {number} k the one shown
   */
  dot(patch, i, k) {
    const { pen } = this;
    pen.globalAlpha = i <= k ? 1 : FUTURE;
    pen.beginPath();
    pen.arc(...this.centre(patch), i === k ? 4 : 2, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = CASING;
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }
}
