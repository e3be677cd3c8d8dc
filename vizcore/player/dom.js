// Pieces of page: elements, icons, sliders, and wishes that come back from Python.
// @ts-check

/** @import { Numbered } from "./types.d.ts" */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = { // on 24 x 24; a path that ends in z is filled by the style sheet, the others are drawn as lines
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.2v15H6zM13.8 4.5H18v15h-4.2z",
  back: "M17.5 5v14L8 12zM5 5h2.2v14H5z",
  on: "M6.5 5v14l9.5-7zM16.8 5H19v14h-2.2z",
  loop: "M17 2.5l3.5 3.5L17 9.5M3.5 11V9.5A3.5 3.5 0 0 1 7 6h13M7 21.5L3.5 18 7 14.5M20.5 13v1.5A3.5 3.5 0 0 1 17 18H4",
  grid: "M4 4h16v16H4V4M4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16",
  boxes: "M4 6h12v12H4V6M16 9h4v9h-4",
  bones: "M12 7.2a2.3 2.3 0 1 0-.01 0M12 7.5V14M6.5 10.5h11M12 14l-4 6.5M12 14l4 6.5",
  mask: "M12 3.5c5 0 9 3.2 8.5 8s-4 9-8.5 9-8.5-3.5-8.5-8.5 3.5-8.5 8.5-8.5z",
  wipe: "M4 5h16v14H4V5M12 2v20M8.5 9.5L6 12l2.5 2.5M15.5 9.5L18 12l-2.5 2.5",
  smooth: "M3 17c4 0 4-10 9-10s5 10 9 10",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9.5l6 6 6-6",
  open: "M3.5 19V5.5h6l2 2.5h9V19H3.5M12 17v-6M9.3 13.5L12 10.8l2.7 2.7",
  record: "M3.5 7h11.5v10H3.5V7M15 11l5.5-3v8L15 13",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.5",
};

/** @typedef {Record<string, string | number | null | undefined>} Attributes those that are absent are left out */

/**
 * An element with attributes and children; strings become text, never markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} attributes
 * @param {(Node | string)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}

/** An icon of the table, hidden from screen readers. @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", ICONS[name].endsWith("z") ? "icon solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}

/**
 * A button that shows an icon and says its name.
 * @param {keyof typeof ICONS} name
 * @param {string} label
 * @param {Attributes} extra
 */
export function iconButton(name, label, extra = {}) {
  return make("button", { type: "button", "aria-label": label, title: label, ...extra }, icon(name));
}

/** Say that a switch is on or off. @param {Element} button @param {boolean} on */
export function press(button, on) {
  button.setAttribute("aria-pressed", on ? "true" : "false");
}

/** Write text only where it differs: spares the page a layout. @param {Node} node @param {string} text */
export function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The pen that draws on a canvas. @param {HTMLCanvasElement} canvas */
export function penOf(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")); // null only where it has another kind
}

/**
 * Set some properties of a thing at once; unlike Object.assign, only those that it has.
 * @template Thing
 * @param {Thing & object} thing
 * @param {Partial<Thing>} values
 */
export function set(thing, values) {
  Object.assign(thing, values);
}

/** A number in three digits: 0.485, 1230, 2.29e-6. @param {number} value */
export function inShort(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}

/** A number between two others. @type {(value: number, low: number, high: number) => number} */
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/**
 * How many entries of a rising array are at or below a value.
 * @param {ArrayLike<number>} rising
 * @param {number} value
 */
export function countUpTo(rising, value) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Drags over an element: calls move(event) from press to release, then done(event), wherever the pointer is by then,
 * and also where the element has left the page meanwhile.
 * @param {HTMLElement} node
 * @param {AbortSignal} signal
 * @param {(event: PointerEvent) => void} move
 * @param {(event: PointerEvent) => void} done
 */
export function onDrag(node, signal, move, done = () => {}) {
  let drag = new AbortController();
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag.abort(); // its release was missed
    const held = new AbortController();
    drag = held;
    /** @type {(name: "pointermove" | "pointerup" | "pointercancel", act: (event: PointerEvent) => void) => void} */
    const on = (name, act) => {
      const listener = (/** @type {PointerEvent} */ next) => next.pointerId === event.pointerId && act(next);
      window.addEventListener(name, listener, { capture: true, signal: held.signal });
    };
    /** @param {PointerEvent} last */
    const stop = (last) => {
      held.abort();
      done(last);
    };
    if (event.isTrusted) node.setPointerCapture(event.pointerId);
    on("pointermove", (next) => node.isConnected && move(next));
    on("pointerup", stop);
    on("pointercancel", stop);
    move(event);
  }, { signal });
}

/**
 * Numbers of a press that no other has: Python knows by them that it is not the one of before.
 * @template Press
 * @param {Press} event
 * @param {number} seq
 * @returns {Numbered<Press>}
 */
export const numbered = (event, seq) => ({ ...event, seq, at: Date.now() });

/** Tells a new value of Python from the echo of what the component itself has sent. */
export class EchoFilter {
  /** @type {string | undefined} */
  last = undefined; // what Python said last, as text
  /** @type {string[]} */
  pending = []; // what the component has sent since, not echoed yet

  /** The component has sent a value, which Python will hand back. @param {unknown} value */
  sent(value) {
    this.pending = [...this.pending.slice(-15), JSON.stringify(value)];
  }

  /** Whether Python has handed back the last that was sent. */
  get settled() {
    return !this.pending.length;
  }

  /** Forget what was sent, of something else. */
  forget() {
    this.pending = [];
  }

  /** Whether a value from Python is new and not an echo. @param {unknown} value */
  isNew(value) {
    const text = JSON.stringify(value);
    const repeated = text === this.last;
    const echo = this.pending.lastIndexOf(text);
    this.last = text;
    if (echo >= 0) this.pending = this.pending.slice(echo + 1);
    return !repeated && echo < 0;
  }
}
