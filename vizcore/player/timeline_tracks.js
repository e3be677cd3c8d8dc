// The rows under the picture that share one axis of frames: the scrubber, and a row for each tier of segments.
// @ts-check

import { TRACK_PALETTE, readable, shade } from "./colour.js";
import { make, penOf, set } from "./dom.js";
import { Lane, alongTicks } from "./lane.js";
import { ThumbnailRow } from "./thumbnails.js";

/** @import { Player } from "./player.js" */
/** @import { Move } from "./tracks.js" */
/** @import { PlayerMeta, TierWords } from "./types.d.ts" */

/** @typedef {TierWords["segments"][number]} Segment */

const LEGIBLE = 0.65; // of a row: a lower block has no room for its name
const NARROW = 0.04; // of the row: a block that has no room for its name
const BAR = 4; // px: height of the strip of similarity in the scrubber

/** A tier: segments drawn as blocks, each with its name where it fits. */
class TierLane extends Lane {
  looped = -1; // the segment that is played over and over; -1 is none

  /** @param {TierWords} tier @param {number} frames @param {Player} host @param {AbortSignal} signal */
  constructor(tier, frames, host, signal) {
    const { clock } = host;
    super(tier.label, host, signal, {
      count: frames,
      at: () => clock.frame(tier.side),
      go: (frame) => clock.tickOf(tier.side, frame),
      describe: (frame) => `frame ${frame}: ${this.nameAt(frame)}`,
    });
    this.segments = tier.segments;
    this.bar.classList.add("tier");
    this.bar.prepend(...this.segments.map((segment) => this.block(segment)));
    this.bar.addEventListener("keydown", (event) => this.key(event), { signal });
    this.bar.addEventListener("dblclick", (event) => this.loop(this.placeOf(event)), { signal });
  }

  /** Loop the segment at a frame, or let it go where it is looped already. @param {number} frame */
  loop(frame) {
    const { clock } = this.host;
    const found = this.segments.findIndex(([start, stop]) => start <= frame && frame < stop);
    const looped = found === this.looped ? -1 : found;
    for (const row of this.host.lanes.tiers) row.mark(row === this ? looped : -1);
    const tick = (/** @type {number} */ at) => (at < this.count ? this.go(at) : clock.length);
    this.host.hold(looped < 0 ? null : [tick(this.segments[looped][0]), tick(this.segments[looped][1])]);
  }

  /** Outline the block that is looped; -1 is none. @param {number} looped */
  mark(looped) {
    this.looped = looped;
    this.segments.forEach((_, k) => this.bar.children[k].classList.toggle("looped", k === looped));
  }

  /** @param {Segment} segment */
  block([start, stop, label, colour, share]) {
    const text = `${label}: frames ${start} to ${stop - 1}`;
    const wide = Math.min(stop, this.count) - start > NARROW * this.count;
    const block = make("span", { class: wide ? "block" : "block narrow", title: text });
    if (wide && share >= LEGIBLE) block.append(label);
    set(block.style, {
      left: `${(100 * start) / this.count}%`,
      width: `${(100 * (Math.min(stop, this.count) - start)) / this.count}%`,
      background: colour,
      color: readable(colour),
      top: `calc(2px + ${1 - share} * (100% - 8px))`, // even a share of nothing can be seen
    });
    return block;
  }

  /** @param {number} frame */
  nameAt(frame) {
    const inside = this.segments.filter(([start, stop]) => start <= frame && frame < stop);
    return inside.map(([, , label]) => label).join(", ") || "nothing";
  }

  /**
   * Page Up and Page Down go to the segment before and after; Enter keeps playback to the one here.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.key === "Enter") {
      this.loop(this.at());
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const starts = this.segments.map(([start]) => start).sort((a, b) => a - b);
    /** @type {Record<string, number | undefined>} */
    const beside = {
      PageDown: starts.find((start) => start > this.at()),
      PageUp: starts.findLast((start) => start < this.at()),
    };
    const next = beside[event.key];
    if (next === undefined) return;
    this.host.seek(this.go(next));
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The scrubber: what has arrived, a tick for each tracked frame, and the chosen track's similarity between them. */
class Scrubber extends Lane {
  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super("Frames", host, signal, alongTicks(host));
    this.loaded = make("div", { class: "loaded" });
    this.strip = make("canvas", { class: "strip", "aria-hidden": "true" });
    this.bar.classList.add("scrub");
    this.bar.prepend(this.loaded, this.strip);
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.strip);
  }

  /** Show how much has arrived. @param {number} share 0 to 1 */
  fill(share) {
    const width = `${100 * share}%`;
    if (this.loaded.style.width !== width) this.loaded.style.width = width;
  }

  /** Draw the ticks, and the track that is chosen. */
  paint() {
    const { pick, screens, clock } = this.host;
    const screen = (pick && screens[pick.side]) ?? screens.find((one) => one.tracks);
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.strip;
    set(this.strip, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    if (!screen?.tracks || !width) return;
    const pen = penOf(this.strip);
    pen.scale(ratio, ratio);
    const across = Array.from(screen.tracks.frames, (frame) => (clock.tickOf(screen.side, frame) + 0.5) / this.count);
    if (pick && pick.track !== null) this.steps(pen, screen.tracks.moves(pick.track), across, width, height);
    pen.fillStyle = getComputedStyle(this.bar).color;
    for (const x of across) pen.fillRect(x * width - 0.75, height - 8, 1.5, 8);
  }

  /**
   * The moves of a track, each from one tick to the next.
   * @param {CanvasRenderingContext2D} pen
   * @param {Move[]} moves
   * @param {number[]} across where the ticks are, 0 to 1
   * @param {number} width px
   * @param {number} height px
   */
  steps(pen, moves, across, width, height) {
    moves.forEach((move, i) => {
      const [x, stop] = [across[i] * width, across[i + 1] * width];
      pen.strokeStyle = shade(TRACK_PALETTE, move.similarity);
      pen.lineWidth = BAR;
      pen.setLineDash(move.overruled ? [3, 3] : []);
      pen.beginPath();
      pen.moveTo(x, height - 8 - BAR);
      pen.lineTo(stop, height - 8 - BAR);
      pen.stroke();
    });
    pen.setLineDash([]);
  }
}

/** What the colours of the rows stand for, where that was said. @param {PlayerMeta["legend"]} legend */
function told(legend) {
  const colours = legend.map(([name, colour]) => {
    const swatch = make("span", { class: "swatch" });
    set(swatch.style, { background: colour, borderColor: colour });
    return make("span", { class: "scale" }, swatch, name);
  });
  return legend.length ? [make("div", { class: "legend" }, ...colours)] : [];
}

/** All rows, rebuilt only when the tiers or the clock's length change. */
export class Lanes {
  /** @type {Scrubber | null} */
  scrubber = null;
  /** @type {ThumbnailRow | null} */
  thumbnails = null;
  /** @type {TierLane[]} */
  tiers = [];
  /** @type {Lane[]} */
  rows = []; // all of them, from above
  built = ""; // what for
  abort = new AbortController();

  /** @param {Player} host */
  constructor(host) {
    this.host = host;
    this.node = make("div", { class: "lanes" });
  }

  /** @param {TierWords[]} tiers */
  update(tiers) {
    const { host } = this;
    const { thumbnails, legend, clips } = host.meta;
    const wanted = JSON.stringify([tiers, thumbnails, legend, host.clock.length, clips.map((clip) => clip.url)]);
    if (wanted === this.built) return;
    this.close();
    host.clock.hold(null); // what was looped is no longer there
    this.built = wanted;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.scrubber = thumbnails ? null : new Scrubber(host, signal); // one timeline: pictures seek as well
    this.thumbnails = thumbnails ? new ThumbnailRow(host, signal) : null;
    this.tiers = tiers.map((tier) => new TierLane(tier, host.screens[tier.side].clip.frames, host, signal));
    this.rows = [this.scrubber, this.thumbnails, ...this.tiers].filter((row) => row !== null);
    this.node.classList.toggle("tiered", tiers.length > 0);
    this.node.replaceChildren(...this.rows.flatMap((row) => [row.title, row.bar]), ...told(legend));
  }

  /** Draw the tracked frames anew, and the track that is chosen. */
  paint() {
    this.scrubber?.paint();
  }

  place() {
    const { screens } = this.host;
    this.rows.forEach((row) => row.place());
    this.scrubber?.fill(Math.min(...screens.map((screen) => screen.clip.feed.share)));
  }

  close() {
    this.abort.abort();
    this.scrubber?.sizes.disconnect();
    this.thumbnails?.sizes.disconnect();
  }
}
