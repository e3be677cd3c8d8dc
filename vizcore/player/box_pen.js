// The box that a person draws on a picture and puts right by its corners: by mouse, by finger, and by keys.
// @ts-check

import { ARROWS } from "./aim.js";
import { clamp, numbered, onDrag } from "./dom.js";

/** @import { Look } from "./annotations.js" */
/** @import { Screen } from "./screen.js" */
/** @import { Drawing } from "./types.d.ts" */

/** @typedef {[x0: number, y0: number, x1: number, y1: number]} Corners as shares of the picture */
/** @typedef {[across: 0 | 2, down: 1 | 3]} Corner which of the corners' coordinates it is at */
/** @typedef {"draw" | "move" | Corner} Grip what a press does */

const LEAST = 0.02; // of the picture: a side of a box
const STILL = 4; // px that a press may move and is a click all the same
const REACH = { mouse: 11, touch: 24 }; // px around a corner
const CLICKED = [0.2, 0.45]; // of the picture: the box that a click makes where there is none yet
const STEP = 0.01; // of the picture, for a key
const MIDDLE = /** @type {Corners} */ ([0.35, 0.2, 0.65, 0.8]);
/** @type {Corner[]} */
const CORNERS = [[0, 1], [2, 1], [0, 3], [2, 3]];

/** What is drawn on one screen; Python hears of it once the pointer is lifted, or Enter was pressed. */
export class BoxPen {
  /** @type {Drawing | null} */
  drawing = null; // which boxes are drawn; null: none
  /** @type {Corners | null} */
  box = null; // as it is being drawn, or until Python has put it among the annotations
  frame = -1; // on which it is
  /** @type {{ grip: Grip, from: [number, number], px: [number, number], corners: Corners } | null} */
  held = null; // what a pointer does
  keyed = false; // the keys move the box
  sent = 0; // when the last box was, ms
  seq = 0;

  /** @param {Screen} screen @param {AbortSignal} signal */
  constructor(screen, signal) {
    this.screen = screen;
    this.surface = screen.surface;
    onDrag(this.surface, signal, (event) => this.drag(event), (event) => this.drop(event));
    this.surface.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.surface.addEventListener("keydown", (event) => this.key(event), { signal });
    this.surface.addEventListener("blur", () => this.keyed && this.leave(), { signal });
  }

  /** Take what Python sent: a box that it has heard of is among the annotations now. @param {Drawing | null} drawing */
  update(drawing) {
    const other = drawing?.style !== this.drawing?.style;
    this.drawing = drawing;
    if (other || (!this.held && !this.keyed && drawing && drawing.heard >= this.sent)) this.leave();
    this.surface.classList.toggle("drawing", Boolean(drawing));
    this.surface.style.cursor = "";
  }

  /** Let go of what is not settled. */
  leave() {
    this.held = null;
    this.keyed = false;
    this.box = null;
    this.surface.classList.remove("aiming");
    this.screen.drawOver();
  }

  /** The look of the boxes that are drawn. @returns {Look | null} */
  get look() {
    return (this.drawing && this.screen.annotations?.styles[this.drawing.style]) ?? null;
  }

  /** The box in the frame that is shown: of the colour of those that are drawn, in whichever style. */
  get here() {
    const { screen, look } = this;
    if (this.box && this.frame === screen.shown) return this.box;
    const boxes = look && screen.annotations?.boxesAt(screen.shown);
    const found = boxes?.find((one) => one.look.colour === look?.colour);
    return found ? /** @type {Corners} */ ([...found.corners]) : null;
  }

  /** What the overlay draws with handles; not while the clip plays. */
  get edited() {
    const { here, look } = this;
    return here && look && !this.screen.host.clock.playing ? { corners: here, look } : null;
  }

  /** What a press at a place does. @param {MouseEvent} event @param {boolean} touch @returns {Grip} */
  gripAt(event, touch) {
    const { here, screen } = this;
    if (!here || event.shiftKey) return "draw";
    const { width, height } = this.surface.getBoundingClientRect();
    const [x, y] = screen.aim.place(event);
    const reach = touch ? REACH.touch : REACH.mouse;
    const away = (/** @type {Corner} */ [i, j]) => Math.hypot((here[i] - x) * width, (here[j] - y) * height);
    const nearest = CORNERS.reduce((one, other) => (away(other) < away(one) ? other : one));
    if (away(nearest) <= reach) return nearest;
    return x > here[0] && x < here[2] && y > here[1] && y < here[3] ? "move" : "draw";
  }

  /** Show what a press would do. @param {PointerEvent} event */
  point(event) {
    if (!this.drawing || this.held || event.pointerType === "touch") return;
    const grip = this.gripAt(event, false);
    const turned = Array.isArray(grip) && (grip[0] === 0) !== (grip[1] === 1);
    const corner = turned ? "nesw-resize" : "nwse-resize";
    this.surface.style.cursor = Array.isArray(grip) ? corner : { draw: "crosshair", move: "move" }[grip];
  }

  /** A pointer is pressed, or has moved since. @param {PointerEvent} event */
  drag(event) {
    const { screen } = this;
    if (!this.drawing || screen.shown < 0) return;
    const at = screen.aim.place(event);
    if (event.type === "pointerdown") {
      if (screen.host.clock.playing) screen.host.pause();
      const grip = this.gripAt(event, event.pointerType === "touch");
      const corners = this.here ?? /** @type {Corners} */ ([...at, ...at]);
      this.held = { grip, from: at, px: [event.clientX, event.clientY], corners };
      this.frame = screen.shown;
    }
    const { held } = this;
    if (!held || this.click(event)) return;
    this.box = this.moved(held, at);
    screen.drawOver();
  }

  /** Whether a pointer has hardly moved. @param {PointerEvent} event */
  click(event) {
    const [x, y] = this.held?.px ?? [0, 0];
    return !this.box && Math.hypot(event.clientX - x, event.clientY - y) < STILL;
  }

  /**
   * The box as a drag has it.
   * @param {{ grip: Grip, from: [number, number], corners: Corners }} held
   * @param {[number, number]} at
   * @returns {Corners}
   */
  moved({ grip, from, corners }, at) {
    if (grip === "draw") return ordered([...from, ...at]);
    if (grip === "move") return shifted(corners, at[0] - from[0], at[1] - from[1]);
    const box = /** @type {Corners} */ ([...corners]);
    [box[grip[0]], box[grip[1]]] = at;
    return ordered(box);
  }

  /** A pointer is lifted: what it drew is settled, and a click makes a box. @param {PointerEvent} event */
  drop(event) {
    const { held, screen } = this;
    this.held = null;
    if (!held || !this.drawing) return;
    if (event.type === "pointercancel") this.leave();
    else if (this.box && this.frame === screen.shown) this.settle();
    else if (held.grip === "draw") {
      const [x0, y0, x1, y1] = held.corners;
      const [w, h] = x1 > x0 ? [x1 - x0, y1 - y0] : CLICKED;
      const [x, y] = held.from;
      this.box = shifted([x - w / 2, y - h / 2, x + w / 2, y + h / 2], 0, 0);
      this.settle();
    }
  }

  /** Draw the box as it is now, and tell Python. */
  settle() {
    const { screen } = this;
    if (!this.box) return;
    this.box = grown(this.box);
    const corners = /** @type {Corners} */ (this.box.map((one) => Number(one.toFixed(4))));
    const press = numbered({ frame: this.frame, corners }, (this.seq += 1));
    this.sent = press.at;
    screen.host.api?.setStateValue("box", press);
    screen.drawOver();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { screen } = this;
    if (!this.drawing || screen.shown < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (!this.keyed && key !== "Enter" && key !== "p") return;
    if (!this.keyed) this.begin();
    else if (key === "Enter") {
      this.keyed = false;
      this.surface.classList.remove("aiming");
      this.settle();
    } else if (key === "Escape" || key === "p") this.leave();
    else if (ARROWS[key] && this.box) this.nudge(this.box, ARROWS[key], event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The keys take the box, or a new one in the middle. */
  begin() {
    const { screen } = this;
    if (screen.host.clock.playing) screen.host.pause();
    this.box = this.here ?? MIDDLE;
    this.frame = screen.shown;
    this.keyed = true;
    this.surface.classList.add("aiming");
    screen.drawOver();
    screen.host.announce("Arrows move the box, with Shift its lower right corner; Enter keeps it, Escape leaves.");
  }

  /** @param {Corners} box @param {[down: number, right: number]} arrow @param {boolean} sized */
  nudge(box, [down, right], sized) {
    const [x0, y0, x1, y1] = box;
    const corner = /** @type {Corners} */ ([x0, y0, clamp(x1 + STEP * right, x0, 1), clamp(y1 + STEP * down, y0, 1)]);
    this.box = sized ? grown(corner) : shifted(box, STEP * right, STEP * down);
    this.screen.drawOver();
  }
}

/** Corners in their order. @param {number[]} corners @returns {Corners} */
function ordered([x0, y0, x1, y1]) {
  return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
}

/** A box elsewhere, inside the picture. @param {Corners} corners @param {number} right @param {number} down */
function shifted([x0, y0, x1, y1], right, down) {
  const [w, h] = [Math.min(x1 - x0, 1), Math.min(y1 - y0, 1)];
  const [x, y] = [clamp(x0 + right, 0, 1 - w), clamp(y0 + down, 0, 1 - h)];
  return /** @type {Corners} */ ([x, y, x + w, y + h]);
}

/** A box no smaller than one that can be taken hold of. @param {Corners} corners @returns {Corners} */
function grown([x0, y0, x1, y1]) {
  const [w, h] = [Math.max(x1 - x0, LEAST), Math.max(y1 - y0, LEAST)];
  const [x, y] = [clamp(x0, 0, 1 - w), clamp(y0, 0, 1 - h)];
  return [x, y, x + w, y + h];
}
