// One clip on the page: its picture, heat and overlay, which always belong to the frame that is really shown.
// @ts-check

import { Aim } from "./aim.js";
import { Annotations } from "./annotations.js";
import { BoxPen } from "./box_pen.js";
import { Clip, MEMORY } from "./clip.js";
import { PICK_COLOUR } from "./colour.js";
import { make, penOf, set, write } from "./dom.js";
import { Overlay } from "./overlay.js";
import { HeatMap, Tracks } from "./tracks.js";

/** @import { Scene, Trail } from "./overlay.js" */
/** @import { Picked, Player } from "./player.js" */
/** @import { Grid, PlayerArrays, PlayerMeta } from "./types.d.ts" */

const REQUESTED = 16; // frames asked for lately that may still be shown, when a drag is faster than the decoder

/** Shows the frames of one clip and takes picks. The host is the player. */
export class Screen {
  /** @type {Clip} */
  clip;
  /** @type {Grid | null} */
  grid = null;
  /** @type {Tracks | null} */
  tracks = null;
  /** @type {HeatMap | null} */
  heat = null;
  /** @type {Annotations | null} */
  annotations = null;
  shown = -1; // the frame in the picture
  wanted = -1; // the frame that is asked for
  step = 1; // the direction of the last move
  presented = 0; // how many frames have been shown
  /** @type {number[]} */
  requested = []; // frames requested lately

  /** @param {number} side @param {Player} host @param {AbortSignal} signal */
  constructor(side, host, signal) {
    this.side = side;
    this.host = host;
    this.picture = make("canvas", { class: "frame", "aria-hidden": "true" });
    this.heatCanvas = make("canvas", { class: "heat", "aria-hidden": "true" });
    this.maskCanvas = make("canvas", { class: "mask", "aria-hidden": "true" });
    this.surface = make("canvas", { class: "overlay", tabindex: "0" });
    this.noteText = make("span");
    this.retry = make("button", { type: "button" }, "Try again");
    this.note = make("div", { class: "note", role: "status", hidden: "" }, this.noteText, this.retry);
    const layers = [this.picture, this.maskCanvas, this.heatCanvas, this.surface];
    this.box = make("div", { class: "screen" }, ...layers, this.note);
    this.name = make("span", { class: "name" });
    this.moment = make("span", { class: "moment" });
    this.node = make("figure", {}, make("figcaption", {}, this.name, this.moment), this.box);
    this.overlay = new Overlay(this.surface);
    this.aim = new Aim(this, signal);
    this.pen = new BoxPen(this, signal);
    this.retry.addEventListener("click", () => this.clip.feed.open(), { signal });
    this.sizes = new ResizeObserver(([entry]) => {
      this.overlay.fit(entry.contentRect.width, entry.contentRect.height);
      this.drawOver();
    });
    this.sizes.observe(this.surface);
  }

  /**
   * Take what Python sent; a clip that is the same stays as it is.
   * @param {PlayerMeta} meta
   * @param {PlayerArrays} arrays
   */
  update(meta, arrays) {
    const { side } = this;
    const { label } = meta.clips[side];
    this.name.textContent = label;
    this.name.title = label;
    this.grid = meta.grids[side];
    this.open(meta, arrays);
    const [rows, columns] = this.grid ?? [0, 0];
    const [measure, heat, annotations] = [meta.measures[side], meta.heat[side], meta.annotations[side]];
    this.tracks = measure === null ? null : new Tracks(arrays, side, rows * columns, measure);
    this.heat = heat && new HeatMap(arrays, side, heat, this.heatCanvas);
    this.heatCanvas.hidden = !heat;
    this.annotations = annotations && new Annotations(arrays, side, annotations);
    const drawing = side === 0 ? meta.drawing : null;
    this.pen.update(drawing);
    this.surface.setAttribute("role", this.grid || drawing ? "application" : "img");
    let choose = this.grid ? `, ${rows} rows of ${columns} patches; Enter chooses with the arrow keys` : "";
    if (drawing) choose = "; Enter draws a box with the arrow keys";
    this.surface.setAttribute("aria-label", `Video ${label}${choose}`);
    this.arrive();
  }

  /** Open the clip, or share it with the screen that shows it. @param {PlayerMeta} meta @param {PlayerArrays} arrays */
  open(meta, arrays) {
    const { side } = this;
    const source = meta.clips[side];
    const times = arrays[`times.${side}`];
    const shows = (/** @type {Screen} */ { clip }) => clip?.url === source.url && clip.frames === times.length;
    if (shows(this)) return;
    const opened = this.host.screens.find(shows)?.clip;
    this.clip?.leave(this);
    const budget = MEMORY / new Set(meta.clips.map((clip) => clip.url)).size;
    this.clip = opened ?? new Clip(source, arrays[`offsets.${side}`], times, budget);
    this.clip.screens.add(this);
    this.shown = -1;
    this.wanted = -1;
    this.requested = [];
    this.presented = 0;
    set(this.picture, { width: source.width, height: source.height });
    this.node.style.setProperty("--aspect", String(source.width / source.height));
  }

  /** Bytes or a bitmap came, or a fetch failed. */
  arrive() {
    this.tellState();
    this.host.schedule();
  }

  tellState() {
    const { feed, broken } = this.clip;
    let text = "";
    if (feed.error) text = `The frames of this clip could not be loaded (${feed.error}).`;
    else if (broken.has(this.wanted)) text = `Frame ${this.wanted} is damaged and cannot be shown.`;
    else if (feed.share < 1) text = `loading ${Math.floor(100 * feed.share)} %`;
    write(this.noteText, text);
    this.note.hidden = !text;
    this.retry.hidden = !feed.error;
    this.note.classList.toggle("failed", Boolean(feed.error));
  }

  /** Ask for a frame; it is shown as soon as it is decoded, and until then the last one stays. @param {number} frame */
  show(frame) {
    if (frame !== this.wanted) {
      this.step = Math.sign(frame - this.wanted) || 1;
      this.wanted = frame;
      this.requested = [...this.requested.slice(1 - REQUESTED), frame];
    }
    const latest = this.requested.findLastIndex((one) => this.clip.cached.has(one));
    if (latest >= 0) {
      this.present(this.requested[latest]);
      this.requested = this.requested.slice(latest + 1);
    }
    if (this.shown === frame) this.clip.prefetch(frame, this.step);
    else this.clip.load(frame);
    if (this.clip.broken.size) this.tellState();
  }

  /** Show a frame that is decoded. @param {number} frame */
  present(frame) {
    const bitmap = this.clip.get(frame);
    if (bitmap) penOf(this.picture).drawImage(bitmap, 0, 0, this.picture.width, this.picture.height);
    this.shown = frame;
    this.presented += 1;
    if (!this.host.clock.playing) this.describe();
    Object.assign(this.box.dataset, { drawn: frame, presented: this.presented });
    this.drawUnder();
    this.drawOver();
    this.caption();
    const { pick, clock } = this.host;
    if (pick?.side === this.side && !clock.playing) this.host.announce(this.story(pick));
  }

  /** Say what is annotated in the frame that rests. */
  describe() {
    this.surface.setAttribute("aria-description", this.annotations?.describe(this.shown) ?? "");
  }

  /** Draw what lies between the picture and the overlay: the mask of things, and heat. */
  drawUnder() {
    const { heat, annotations, shown } = this;
    const { preferences } = this.host;
    const masked = annotations?.has("mask") && preferences.mask ? annotations : null;
    this.maskCanvas.hidden = !masked;
    if (shown < 0) return;
    masked?.paintMask(this.maskCanvas, shown);
    heat?.paint(shown, preferences.palette);
  }

  /** Draw the overlay of the frame that is shown. */
  drawOver() {
    const { tracks, annotations, shown, grid, aim: { hover, cursor, patch }, pen: { edited } } = this;
    if (shown < 0) return;
    const { preferences, pick, meta } = this.host;
    /** @type {Scene} */
    const scene = { grid, lines: preferences.grid, annotations, shown, preferences, hover, cursor, edited };
    if (pick?.side === this.side) {
      const [chosen, exact] = this.placeOf(pick);
      scene.pick = { patch: chosen, exact, colour: PICK_COLOUR };
      if (tracks && pick.track !== null) scene.trail = this.trail(tracks, pick.track);
    } else if (pick && grid && meta.linked) {
      scene.pick = { ...this.echo(pick, grid), colour: PICK_COLOUR };
    }
    if (tracks && patch !== null) {
      const track = tracks.trackOf(shown, patch);
      if (track !== pick?.track || !scene.trail) scene.preview = this.trail(tracks, track);
    }
    this.overlay.paint(scene);
  }

  /**
   * Where a pick is in the frame that is shown, and whether that frame was tracked itself.
   * @param {Picked} pick
   * @returns {[patch: number, exact: boolean]}
   */
  placeOf({ patch, frame, track }) {
    const { tracks, shown } = this;
    if (!tracks || track === null) return [patch, frame === shown];
    const k = tracks.stepAt(shown);
    return [tracks.patchAt(k, track), tracks.frames[k] === shown];
  }

  /**
   * The patch here at the place of a pick in another clip, and whether this is the frame of its moment.
   * @param {Picked} pick
   * @param {Grid} own
   */
  echo(pick, own) {
    const { clock, screens } = this.host;
    const [rows, columns] = screens[pick.side].grid ?? own;
    const y = (Math.floor(pick.patch / columns) + 0.5) / rows;
    const x = ((pick.patch % columns) + 0.5) / columns;
    const patch = Math.floor(y * own[0]) * own[1] + Math.floor(x * own[1]);
    return { patch, exact: this.shown === clock.frame(this.side, clock.tickOf(pick.side, pick.frame)) };
  }

  /** @param {Tracks} tracks @param {number} track @returns {Trail} */
  trail(tracks, track) {
    return { moves: tracks.moves(track), k: tracks.stepAt(this.shown), first: tracks.patchAt(0, track) };
  }

  caption() {
    const at = `frame ${this.shown} · ${this.clip.times[this.shown].toFixed(2)} s`;
    const { heat, aim: { patch, spot } } = this;
    const value = heat && spot ? ` · ${heat.legend.label} ${heat.value(this.shown, ...spot).toPrecision(2)}` : "";
    write(this.moment, patch === null ? at + value : `${this.cell(patch)}${value} · ${at}`);
  }

  /** A patch in words. @param {number} patch */
  cell(patch) {
    const [, columns] = this.grid ?? [1, 1];
    return `patch ${patch} (row ${Math.floor(patch / columns)}, column ${patch % columns})`;
  }

  /** A pick in words, with the numbers of its next move. @param {Picked} pick */
  story(pick) {
    const { tracks } = this;
    if (!tracks || pick.track === null) return `Chosen: ${this.cell(pick.patch)} of frame ${pick.frame}.`;
    const k = tracks.stepAt(Math.max(this.shown, 0));
    const from = `Track of patch ${pick.track} in frame ${tracks.frames[0]}`;
    const here = `${from}: ${this.cell(tracks.patchAt(k, pick.track))} in frame ${tracks.frames[k]}`;
    if (k + 1 === tracks.length) return `${here}, where it ends.`;
    const move = tracks.move(k, pick.track);
    const numbers = `${tracks.measure} ${move.similarity.toFixed(3)}, margin ${move.margin.toFixed(3)}`;
    const why = move.overruled ? ", overruled: a better patch went to another track" : "";
    return `${here}; then patch ${move.to} in frame ${tracks.frames[k + 1]} (${numbers}${why}).`;
  }

  /** @param {number} patch @param {Event} event @param {number} frame */
  choose(patch, event, frame = this.shown) {
    this.host.choose({ side: this.side, frame, patch }, event.timeStamp);
  }

  /** Where the keyboard's cursor begins: on the pick, or in the middle. @returns {number} */
  startCell() {
    const { pick } = this.host;
    const [rows, columns] = this.grid ?? [1, 1];
    const middle = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    return pick?.side === this.side ? this.placeOf(pick)[0] : middle;
  }

  close() {
    this.sizes.disconnect();
    this.clip?.leave(this);
    this.node.remove();
  }
}
