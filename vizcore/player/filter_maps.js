// What comes out of a filter, on the frames: the signal before and after, and what the filter does beyond NL.
// @ts-check

import { channels } from "./colour.js";
import { clamp, make, penOf } from "./dom.js";
import { paper, written } from "./paper.js";

/** @import { FilterMeta } from "./types.d.ts" */

const ABREAST = 4; // frames side by side
const BETWEEN = 4; // px

/** Draws columns of numbers, one for each position, over small pictures of the frames. */
export class Maps {
  /** @type {HTMLImageElement[]} */
  pictures = []; // of the frames; there may be none
  addresses = ""; // of them
  /** @type {FilterMeta["grid"]} */
  grid = [1, 1, 1]; // frames, rows, columns of the positions
  /** @type {[red: number, green: number, blue: number][]} */
  colours = []; // from low to high
  gradient = ""; // the same for the style sheet
  canvas = make("canvas", { role: "img" });
  keys = make("div", { class: "keys" });

  /** Take what Python sent. @param {FilterMeta} meta @param {() => void} loaded told when a picture is there */
  fill(meta, loaded) {
    this.grid = meta.grid;
    this.colours = meta.colours.map(channels);
    this.gradient = `linear-gradient(to right, ${meta.colours.join(", ")})`;
    if (meta.frames.join() === this.addresses) return;
    this.addresses = meta.frames.join();
    this.pictures = meta.frames.map((address) => {
      const picture = new Image();
      picture.onload = loaded;
      picture.src = address;
      return picture;
    });
  }

  /**
   * Draw (N,) numbers each.
   * @param {Float64Array} signal
   * @param {Float64Array} after what the filter makes of it
   * @param {Float64Array} reference what NL makes of it
   */
  paint(signal, after, reference) {
    const less = after.map((value, k) => value - reference[k]);
    const rows = [
      { name: "before", column: signal },
      { name: "after", column: after },
      { name: "after less NL", column: less },
    ];
    const largest = rows.map(({ column }) => column.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12));
    const most = Math.max(largest[0], largest[1]);
    const [frames, high, across] = this.grid;
    const { beside, wide, tall } = this.size();
    const each = Math.ceil(frames / beside) * (tall + BETWEEN) + 22; // px of a row with its name
    const { pen } = paper(this.canvas, rows.length * each);
    rows.forEach(({ name, column }, row) => {
      const top = row * each;
      pen.textAlign = "left";
      pen.fillText(name, 0, top + 12);
      for (let frame = 0; frame < frames; frame += 1) {
        const x = (frame % beside) * (wide + BETWEEN);
        const y = top + 17 + Math.floor(frame / beside) * (tall + BETWEEN);
        if (this.pictures[frame]?.complete) pen.drawImage(this.pictures[frame], x, y, wide, tall);
        pen.globalAlpha = this.pictures.length ? 0.72 : 1;
        pen.imageSmoothingEnabled = false;
        pen.drawImage(this.cells(column, frame * high * across, most), x, y, wide, tall);
        pen.globalAlpha = 1;
      }
    });
    this.nameScale(most);
    const [first, second, third] = largest.map((value) => value.toPrecision(3));
    this.canvas.setAttribute("aria-label", `Largest value before ${first}, after ${second}, less NL ${third}`);
  }

  /** How many frames stand side by side, and how large each is, px. */
  size() {
    const [frames, high, across] = this.grid;
    const picture = this.pictures[0];
    const aspect = picture?.naturalWidth ? picture.naturalWidth / picture.naturalHeight : across / high;
    const room = this.canvas.parentElement?.clientWidth ?? 0;
    const beside = Math.min(frames, ABREAST);
    const wide = Math.min((room + BETWEEN) / beside - BETWEEN, 190 * clamp(aspect, 1, 3));
    return { beside, wide, tall: Math.max(14, wide / Math.max(aspect, 0.3)) };
  }

  /** @param {number} most */
  nameScale(most) {
    const ramp = make("i", { class: "ramp" });
    ramp.style.background = this.gradient;
    const ends = [-most, most].map((end) => written(end.toPrecision(2)));
    this.keys.replaceChildren(make("span", {}, `${ends[0]} `, ramp, ends[1], " · one scale for all pictures"));
  }

  /**
   * One frame's part of a column as a picture of one pixel a position.
   * @param {Float64Array} column
   * @param {number} start
   * @param {number} most the value at the end of the colours
   */
  cells(column, start, most) {
    const [, high, across] = this.grid;
    const canvas = make("canvas", { width: across, height: high });
    const pen = penOf(canvas);
    const image = pen.createImageData(across, high);
    const { colours } = this;
    const last = colours.length - 1;
    for (let i = 0; i < high * across; i += 1) {
      const at = clamp((column[start + i] / most + 1) / 2, 0, 1) * last;
      const k = Math.min(Math.floor(at), last - 1);
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * i + c] = colours[k][c] + (at - k) * (colours[k + 1][c] - colours[k][c]);
      }
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  }
}
