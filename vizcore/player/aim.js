// Aiming at a picture: the patch under the pointer, the keyboard's cursor, and the press that chooses one.
// @ts-check

import { clamp } from "./dom.js";

/** @import { Screen } from "./screen.js" */

/** @type {Record<string, [down: number, right: number]>} */
export const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** What a pointer and the keys do to one screen; it draws and tells what they aim at. */
export class Aim {
  /** @type {number | null} */
  hover = null; // the patch under the pointer
  /** @type {number | null} */
  cursor = null; // the patch of the keyboard
  /** @type {[x: number, y: number] | null} */
  spot = null; // where the pointer is, as shares of the picture
  /** @type {{ box: DOMRect, frame: number } | null} */
  pressed = null; // what a press is on

  /** @param {Screen} screen @param {AbortSignal} signal */
  constructor(screen, signal) {
    this.screen = screen;
    this.surface = screen.surface;
    this.surface.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.surface.addEventListener("pointerleave", () => this.point(null), { signal });
    this.surface.addEventListener("pointerdown", (event) => this.press(event), { signal });
    this.surface.addEventListener("click", (event) => this.click(event), { signal });
    this.surface.addEventListener("keydown", (event) => this.key(event), { signal });
    this.surface.addEventListener("blur", () => this.put(null), { signal });
  }

  /** The patch that is aimed at: the cursor's before the pointer's. */
  get patch() {
    return this.cursor ?? this.hover;
  }

  /**
   * The place of an event on the picture, or on where it was: across and down, 0 to 1.
   * @param {MouseEvent} event
   * @param {DOMRect} box
   * @returns {[x: number, y: number]}
   */
  place(event, box = this.surface.getBoundingClientRect()) {
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return [clamp(x, 0, 1 - 1e-9), clamp(y, 0, 1 - 1e-9)];
  }

  /** The patches that can be chosen; none while boxes are drawn. */
  get grid() {
    return this.screen.pen.drawing ? null : this.screen.grid;
  }

  /** The patch at a place; null where there is no grid. @param {[x: number, y: number]} place */
  patchUnder([x, y]) {
    const { grid } = this;
    return grid && Math.floor(y * grid[0]) * grid[1] + Math.floor(x * grid[1]);
  }

  /** @param {PointerEvent | null} event null: it has left */
  point(event) {
    const { screen } = this;
    this.spot = event && event.pointerType !== "touch" ? this.place(event) : null;
    const hover = this.spot && this.patchUnder(this.spot);
    const moved = hover !== this.hover;
    this.hover = hover;
    if (screen.shown < 0) return;
    if (moved) screen.drawOver();
    screen.caption();
  }

  /**
   * Keep what a press is on: by its release the page may have moved, and another frame may be there.
   * @param {PointerEvent} event
   */
  press(event) {
    if (event.button !== 0 || !event.isTrusted) return;
    this.surface.setPointerCapture(event.pointerId);
    this.pressed = { box: this.surface.getBoundingClientRect(), frame: this.screen.shown };
  }

  /** @param {MouseEvent} event */
  click(event) {
    const { box, frame } = this.pressed ?? { box: this.surface.getBoundingClientRect(), frame: this.screen.shown };
    this.pressed = null;
    const { clientX: x, clientY: y } = event;
    const within = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
    const patch = this.patchUnder(this.place(event, box));
    if (patch !== null && frame >= 0 && within) this.screen.choose(patch, event, frame);
  }

  /** Put the keyboard's cursor on a patch, or take it away. @param {number | null} patch */
  put(patch) {
    const { screen } = this;
    this.cursor = patch;
    this.surface.classList.toggle("aiming", patch !== null);
    if (screen.shown < 0) return;
    screen.drawOver();
    screen.caption();
    if (patch !== null) screen.host.announce(`Cursor on ${screen.cell(patch)}. Enter chooses, Escape leaves.`);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { cursor, screen, grid } = this;
    if (!grid || screen.shown < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (cursor === null && key !== "Enter" && key !== "p") return;
    if (cursor === null) this.put(screen.startCell());
    else if (key === "Enter") screen.choose(cursor, event);
    else if (key === "Escape" || key === "p") this.put(null);
    else if (ARROWS[key]) this.put(this.beside(cursor, grid, ARROWS[key]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /**
   * The patch beside another, as far as there is one.
   * @param {number} patch
   * @param {[rows: number, columns: number]} grid
   * @param {[down: number, right: number]} step
   */
  beside(patch, [rows, columns], [down, right]) {
    const row = clamp(Math.floor(patch / columns) + down, 0, rows - 1);
    return row * columns + clamp((patch % columns) + right, 0, columns - 1);
  }
}
