// What is said of things in a picture: boxes with names, stick figures, and a mask over the pixels of each.
// @ts-check

import { channels, readable } from "./colour.js";
import { clamp, countUpTo, make, penOf, set } from "./dom.js";
import { FINE, UNKNOWN } from "./payload.js";
import { CASING, stroke } from "./strokes.js";

/** @import { Overlay } from "./overlay.js" */
/** @import { Preferences } from "./preferences.js" */
/** @import { AnnotationWords, PlayerArrays } from "./types.d.ts" */

/** @typedef {[x: number, y: number]} Place as shares of the picture */
/** @typedef {{ name: string, colour: string, dashed: boolean, text: string }} Look text: the colour of its name */
/** @typedef {{ corners: number[], look: Look, label: string }} Box corners: x0, y0, x1, y1 as shares of the picture */
/** @typedef {{ bones: [Place, Place][], points: Place[], look: Look }} Figure */
/** @typedef {{ left: number, right: number, top: number, bottom: number }} Tag where a box's name is, px */
/** @typedef {"mask" | "bones" | "boxes"} Layer */

const TAG = { size: 12, pad: 4, height: 17 }; // px of a box's name
const HANDLE = 5; // px: half a side of what a box is taken by
const SEAM = 150; // of 255: how strongly the rim of a thing is tinted
const WASH = 38; // and the rest of it, so that its own colours can be told

/** The annotations of one clip, by frame. */
export class Annotations {
  /** @param {PlayerArrays} arrays @param {number} side @param {AnnotationWords} words */
  constructor(arrays, side, words) {
    /** @type {Look[]} */
    this.styles = words.styles.map(([name, colour, dashed]) => ({ name, colour, dashed, text: readable(colour) }));
    this.words = words;
    this.box = {
      frames: arrays[`boxed.${side}`],
      corners: arrays[`box.corners.${side}`],
      styles: arrays[`box.styles.${side}`],
      labels: arrays[`box.labels.${side}`],
      scores: arrays[`box.scores.${side}`],
    };
    this.line = {
      frames: arrays[`lined.${side}`],
      points: arrays[`line.points.${side}`],
      styles: arrays[`line.styles.${side}`],
    };
    this.run = {
      values: arrays[`mask.values.${side}`],
      lengths: arrays[`mask.runs.${side}`],
      starts: arrays[`mask.starts.${side}`],
    };
  }

  /** Whether there is a layer. @param {Layer} layer */
  has(layer) {
    const { mask, bones, labels } = this.words;
    return Boolean({ mask, bones, boxes: labels }[layer]);
  }

  /**
   * The entries of a rising column of frames that belong to a frame.
   * @param {Uint32Array} frames
   * @param {number} frame
   */
  entries(frames, frame) {
    const [start, stop] = [countUpTo(frames, frame - 1), countUpTo(frames, frame)];
    return Array.from({ length: stop - start }, (_, i) => start + i);
  }

  /** The boxes of a frame whose corners are all known. @param {number} frame @returns {Box[]} */
  boxesAt(frame) {
    const { frames, corners, styles, labels, scores } = this.box;
    const names = this.words.labels ?? [];
    return this.entries(frames, frame).flatMap((i) => {
      const places = Array.from(corners.subarray(4 * i, 4 * i + 4));
      if (places.includes(UNKNOWN)) return [];
      const score = scores[i] === UNKNOWN ? "" : (scores[i] / FINE).toFixed(2);
      const label = labels.length ? names[labels[i]] : "";
      const words = [label, score].filter(Boolean).join(" ");
      return [{ corners: places.map((value) => value / FINE), look: this.styles[styles[i]], label: words }];
    });
  }

  /** The figures of a frame, with every bone whose ends are known. @param {number} frame @returns {Figure[]} */
  figuresAt(frame) {
    const { frames, points, styles } = this.line;
    const { joints, bones } = this.words;
    return this.entries(frames, frame).map((i) => {
      /** @type {(Place | null)[]} */
      const places = Array.from({ length: joints }, (_, joint) => {
        const at = 2 * (i * joints + joint);
        return points[at] === UNKNOWN || points[at + 1] === UNKNOWN ? null : [points[at] / FINE, points[at + 1] / FINE];
      });
      /** @type {[Place, Place][]} */
      const drawn = [];
      for (const [one, other] of bones ?? []) {
        const [start, end] = [places[one], places[other]];
        if (start && end) drawn.push([start, end]);
      }
      return { bones: drawn, points: places.filter((place) => place !== null), look: this.styles[styles[i]] };
    });
  }

  /**
   * Paint the things of a frame into a canvas of the mask's own size.
   * @param {HTMLCanvasElement} canvas
   * @param {number} frame
   */
  paintMask(canvas, frame) {
    if (!this.words.mask) return;
    const [rows, columns] = this.words.mask;
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const things = this.thingsAt(frame, rows * columns);
    const colours = this.styles.map(({ colour }) => channels(colour));
    const image = new ImageData(columns, rows);
    things.forEach((thing, at) => {
      if (!thing) return;
      const around = [at % columns ? at - 1 : at, (at + 1) % columns ? at + 1 : at, at - columns, at + columns];
      const rim = around.some((next) => (things[next] ?? thing) !== thing);
      image.data.set([...colours[thing - 1], rim ? SEAM : WASH], 4 * at);
    });
    penOf(canvas).putImageData(image, 0, 0);
  }

  /**
   * Which thing each pixel of a frame's mask belongs to: 0 none, k the look k - 1.
   * @param {number} frame
   * @param {number} count of pixels
   */
  thingsAt(frame, count) {
    const things = new Uint8Array(count);
    const { values, lengths, starts } = this.run;
    for (let run = starts[frame], at = 0; run < starts[frame + 1]; run += 1) {
      things.fill(values[run], at, at + lengths[run]);
      at += lengths[run];
    }
    return things;
  }

  /** The boxes of a frame in words, for those who do not see them. @param {number} frame */
  describe(frame) {
    return this.words.labels ? this.boxesAt(frame).map(({ look, label }) => label || look.name).join("; ") : "";
  }
}

/** Draws annotations with the pen of an overlay. */
export class Draughtsman {
  /** @param {Overlay} overlay */
  constructor(overlay) {
    this.overlay = overlay;
  }

  /**
   * Draw the layers of a frame that a person wants to see.
   * @param {Annotations} annotations
   * @param {number} frame
   * @param {Preferences} preferences
   * @param {Pick<Box, "corners" | "look"> | null} edited what is drawn in place of the boxes of its colour
   */
  draw(annotations, frame, preferences, edited) {
    const { bones, boxes: boxed } = preferences;
    if (bones && annotations.has("bones")) annotations.figuresAt(frame).forEach((figure) => this.figure(figure));
    if (!boxed || !annotations.has("boxes")) return;
    const boxes = annotations.boxesAt(frame);
    const drawn = (/** @type {Box} */ { look }) => look.colour === edited?.look.colour;
    const named = boxes.map((box) => (edited && drawn(box) ? { ...box, corners: edited.corners } : box));
    if (edited && !named.some(drawn)) named.push({ ...edited, label: edited.look.name });
    named.forEach((box) => this.frame(box));
    if (edited) this.handles(edited);
    /** @type {Tag[]} */
    const taken = [];
    for (const box of named) taken.push(...this.tag(box, taken));
  }

  /** Where a share of the picture is, px. @param {Place} share @returns {[x: number, y: number]} */
  place([x, y]) {
    return [x * this.overlay.width, y * this.overlay.height];
  }

  /** @param {Figure} figure */
  figure({ bones, points, look }) {
    const { pen, width } = this.overlay;
    const thick = clamp(width / 220, 1.5, 3);
    set(pen, { lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    for (const [one, other] of bones) {
      pen.moveTo(...this.place(one));
      pen.lineTo(...this.place(other));
    }
    stroke(pen, [[CASING, thick + 2.5], ["#ffffff", thick + 1], [look.colour, thick]]);
    for (const point of points) {
      pen.beginPath();
      pen.arc(...this.place(point), thick + 0.8, 0, 2 * Math.PI);
      set(pen, { fillStyle: "#ffffff", strokeStyle: CASING, lineWidth: 1 });
      pen.fill();
      pen.stroke();
    }
  }

  /** @param {Box} box */
  frame({ corners: [x0, y0, x1, y1], look }) {
    const { pen } = this.overlay;
    const [[left, top], [right, bottom]] = [this.place([x0, y0]), this.place([x1, y1])];
    pen.lineCap = "butt";
    const dash = look.dashed ? [9, 5] : []; // white shows between the dashes
    const draw = () => pen.strokeRect(left, top, right - left, bottom - top);
    stroke(pen, [[CASING, 4.5, []], ["#ffffff", 2.5, []], [look.colour, 2.5, dash]], draw);
    pen.setLineDash([]);
  }

  /** The corners that a box is taken by. @param {Pick<Box, "corners" | "look">} box */
  handles({ corners: [x0, y0, x1, y1], look }) {
    const { pen } = this.overlay;
    for (const corner of /** @type {Place[]} */ ([[x0, y0], [x1, y0], [x0, y1], [x1, y1]])) {
      const [x, y] = this.place(corner);
      set(pen, { fillStyle: "#ffffff", strokeStyle: look.colour, lineWidth: 2 });
      pen.fillRect(x - HANDLE, y - HANDLE, 2 * HANDLE, 2 * HANDLE);
      pen.strokeRect(x - HANDLE, y - HANDLE, 2 * HANDLE, 2 * HANDLE);
    }
  }

  /**
   * A box's name above it, or inside where there is no room, or below the names that are there already.
   * @param {Box} box
   * @param {Tag[]} taken
   * @returns {Tag[]} where it is, if it has a name
   */
  tag({ corners: [x0, y0], look, label }, taken) {
    if (!label) return [];
    const { pen, width, height } = this.overlay;
    pen.font = `600 ${TAG.size}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    const long = Math.ceil(pen.measureText(label).width) + 2 * TAG.pad;
    const [x, y] = this.place([x0, y0]);
    const left = clamp(x - 1, 0, Math.max(0, width - long));
    let top = y >= TAG.height ? y - TAG.height : Math.max(y, 0);
    const hit = () => taken.find((one) => left < one.right && one.left < left + long
      && top < one.bottom && one.top < top + TAG.height);
    for (let other = hit(); other && other.bottom + TAG.height <= height; other = hit()) top = other.bottom;
    pen.fillStyle = look.colour;
    pen.fillRect(left, top, long, TAG.height);
    pen.fillStyle = look.text;
    pen.fillText(label, left + TAG.pad, top + TAG.height / 2 + 0.5);
    return [{ left, right: left + long, top, bottom: top + TAG.height }];
  }
}

/**
 * Name the things that are annotated, each with the line that is drawn round it.
 * @param {HTMLElement} node
 * @param {{ annotations: Annotations | null }[]} screens
 */
export function nameLooks(node, screens) {
  const styles = screens.flatMap(({ annotations }) => annotations?.styles ?? []);
  const unlike = [...new Map(styles.map((look) => [JSON.stringify(look), look])).values()];
  node.hidden = !unlike.length;
  node.replaceChildren(...unlike.map(({ name, colour, dashed }) => {
    const swatch = make("span", { class: dashed ? "swatch dashed" : "swatch" });
    swatch.style.borderColor = colour;
    return make("span", { class: "scale" }, swatch, name);
  }));
}
