// The player: one instance a mount, told of every change by update(), telling Python only what is settled.
// @ts-check

import { nameLooks } from "./annotations.js";
import { Clock } from "./clock.js";
import { Controls } from "./controls.js";
import { CostMatrix } from "./cost_matrix.js";
import { EchoFilter, make, numbered, write } from "./dom.js";
import { mounting } from "./mount.js";
import { unpack } from "./payload.js";
import { Position } from "./position.js";
import { DEFAULTS, remember, remembered } from "./preferences.js";
import { Screen } from "./screen.js";
import { Stage } from "./stage.js";
import { Lanes } from "./timeline_tracks.js";
import { trackLegend } from "./tracks.js";

/** @import { Ticks } from "./clock.js" */
/** @import { Preferences } from "./preferences.js" */
/** @import { Api, Choice, Packed, PlayerArrays, PlayerMeta, PlayerState, Sync } from "./types.d.ts" */

/** @typedef {Api<Packed<PlayerMeta>, PlayerState>} PlayerApi */
/** @typedef {{ side: number, frame: number, patch: number }} Place a patch of a frame of a clip */
/** @typedef {Place & { track: number | null }} Picked and the track that it is on */

/** One player on a page: screens, lanes and controls call it, and it calls Python. */
export class Player {
  /** @type {PlayerApi | null} */
  api = null;
  /** @type {PlayerMeta} */
  meta;
  /** @type {PlayerArrays} */
  arrays;
  /** @type {Screen[]} */
  screens = [];
  /** @type {Picked | null} */
  pick = null;
  /** @type {Sync | null} */
  mode = null; // which clock
  clips = ""; // which they are
  dragging = false;
  seq = 0; // of the last pick
  drawing = 0; // an animation frame
  preferences = { ...DEFAULTS, ...remembered() };
  clock = new Clock();
  position = new Position(this);
  pickEchoes = new EchoFilter();
  abort = new AbortController();

  /** @param {HTMLElement} root */
  constructor(root) {
    const { signal } = this.abort;
    this.clock.rate = this.preferences.rate;
    this.clock.loop = this.preferences.loop;
    this.stage = new Stage(signal);
    this.lanes = new Lanes(this);
    this.controls = new Controls(this, signal);
    this.reading = make("div", { class: "reading", role: "status" });
    this.costMatrix = new CostMatrix(this, signal);
    const [legend, measure] = trackLegend();
    this.legend = legend;
    this.measure = measure;
    this.styles = make("div", { class: "legend styles" });
    this.node = make("div", { class: "player", role: "group", "aria-label": "Video player" });
    this.node.append(this.costMatrix.node, this.costMatrix.caption);
    this.node.append(this.stage.node, this.lanes.node, this.controls.node);
    this.node.append(this.reading, this.styles, this.legend);
    this.node.addEventListener("keydown", (event) => this.controls.key(event), { signal });
    root.append(make("div", { class: "fit" }, this.node));
  }

  /**
   * Take what Python sent; only what changed is built anew. What was pressed when it came may know better.
   * @param {PlayerApi} api
   * @param {Element | null} pressed
   */
  update(api, pressed = null) {
    this.api = api;
    const { meta, block } = api.data;
    const steered = [this.lanes.node, this.costMatrix.node].some((node) => node.contains(pressed));
    const clips = JSON.stringify(meta.clips.map((clip) => clip.url));
    const fresh = clips !== this.clips;
    this.meta = meta;
    this.arrays = unpack(meta.contents, block.getChildAt(0).toArray());
    this.clips = clips;
    this.node.style.setProperty("--height", `${meta.height}px`);
    this.updateScreens();
    this.costMatrix.update(meta, this.arrays);
    nameLooks(this.styles, this.screens);
    if (fresh) {
      this.pause();
      this.position.echoes.forget();
      this.pickEchoes.forget();
    }
    this.follow(fresh || !this.mode || !meta.syncs.includes(this.mode) ? meta.syncs[0] : this.mode);
    const pick = this.pickEchoes.isNew(meta.picked);
    const frame = this.position.isNew(meta);
    if (fresh || (frame && !steered)) this.seek(this.clock.tickOfAll(meta.frame));
    if (fresh || pick || this.pickEchoes.settled) this.take(meta.picked);
    else this.take(this.pick && [this.pick.side, this.pick.frame, this.pick.patch]);
    this.controls.offer(meta);
    this.refresh();
  }

  updateScreens() {
    const { meta, arrays, screens } = this;
    for (const screen of screens.splice(meta.clips.length)) screen.close();
    while (screens.length < meta.clips.length) {
      const screen = new Screen(screens.length, this, this.abort.signal);
      screens.push(screen);
      this.stage.divider.before(screen.node);
    }
    for (const screen of screens) screen.update(meta, arrays);
  }

  /** Go by the clock of a name. @param {Sync} name */
  follow(name) {
    this.mode = name;
    const frames = this.screens.map((_, side) => this.arrays[`${name}.${side}`]);
    this.clock.use(frames, this.arrays[`${name}.seconds`]);
    this.lanes.update(this.meta.tiers);
    this.lanes.paint();
    this.schedule();
  }

  /** Draw everything that preferences or data may have changed. */
  refresh() {
    this.stage.lay(this.meta, this.preferences);
    this.controls.show();
    for (const screen of this.screens) {
      screen.drawUnder();
      screen.drawOver();
    }
    this.schedule();
  }

  /**
   * A person's preferences changed: act on it, and keep it for the next page.
   * @template {keyof Preferences} Name
   * @param {Name} name
   * @param {Preferences[Name]} value
   */
  prefer(name, value) {
    this.preferences = { ...this.preferences, [name]: value };
    remember(this.preferences);
    this.clock.loop = this.preferences.loop;
    if (name === "rate") this.clock.pace(this.preferences.rate);
    this.refresh();
  }

  /** Have the next animation frame draw. */
  schedule() {
    this.drawing ||= requestAnimationFrame((now) => this.draw(now));
  }

  /** @param {number} now ms */
  draw(now) {
    this.drawing = 0;
    const { clock, screens } = this;
    if (clock.playing) {
      clock.advance(now, (tick) => screens.every((one) => one.clip.feed.arrived[clock.frame(one.side, tick)]));
      if (!clock.playing) this.rest();
      this.schedule();
    }
    for (const screen of screens) screen.show(this.costMatrix.looked(screen.side) ?? clock.frame(screen.side));
    this.costMatrix.paint();
    this.lanes.place();
    this.controls.showMoment(this.moment(clock.tick));
    Object.assign(this.node.dataset, { frame: clock.frame(0), drawn: screens[0].shown, playing: clock.playing });
  }

  /** A tick in words: where the leading clip is. @param {number} tick */
  moment(tick) {
    const { clip } = this.screens[this.clock.lead];
    const frame = this.clock.frame(this.clock.lead, tick);
    return `${frame} / ${clip.frames - 1} · ${clip.times[frame].toFixed(2)} s`;
  }

  /** The same, as a screen reader says it. @param {number} tick */
  spoken(tick) {
    const { clip } = this.screens[this.clock.lead];
    const frame = this.clock.frame(this.clock.lead, tick);
    return `frame ${frame} of ${clip.frames}, ${clip.times[frame].toFixed(2)} s`;
  }

  /** @param {number} tick */
  seek(tick) {
    if (this.clock.seek(tick)) this.schedule();
    this.position.settle();
  }

  /** @param {number} ticks */
  step(ticks) {
    this.clock.stop();
    this.seek(this.clock.tick + ticks);
    this.rest();
  }

  toggle() {
    if (this.clock.playing) this.pause();
    else this.run(() => this.clock.start());
  }

  /** Keep playback to some ticks, or let it go. @param {Ticks | null} ticks */
  hold(ticks) {
    this.clock.hold(ticks);
    if (ticks) this.seek(ticks[0]);
    this.node.dataset.held = ticks?.join() ?? "";
  }

  /** @param {1 | -1} direction */
  push(direction) {
    this.run(() => this.clock.push(direction));
  }

  /** @param {() => void} start */
  run(start) {
    start();
    this.controls.show();
    this.schedule();
  }

  pause() {
    this.clock.stop();
    this.rest();
  }

  /** Playing or dragging is over. */
  rest() {
    this.controls.show();
    for (const screen of this.screens) screen.describe();
    this.position.settle();
    this.schedule();
  }

  release() {
    this.dragging = false;
    this.position.settle();
  }

  /** A person chose a patch at a time (ms); it is drawn before this returns. @param {Place} place @param {number} at */
  choose({ side, frame, patch }, at) {
    this.take([side, frame, patch]);
    performance.measure("vizcore.pick", { start: at, end: performance.now() });
    this.sendPick({ side, frame, patch }, [side, frame, patch]);
  }

  /** Take the choice back. */
  clear() {
    this.take(null);
    this.sendPick({ patch: null }, null);
  }

  /** Tell Python the choice. @param {Place | { patch: null }} pick @param {Choice | null} choice as it comes back */
  sendPick(pick, choice) {
    this.seq += 1;
    this.node.dataset.seq = String(this.seq);
    this.pickEchoes.sent(choice);
    this.api?.setStateValue("pick", numbered(pick, this.seq));
  }

  /** Make a patch the choice, or nothing, and draw it. @param {Choice | null} choice */
  take(choice) {
    const [side, frame, patch] = choice ?? [-1, 0, 0];
    const grid = this.meta.grids[side];
    const screen = grid && patch < grid[0] * grid[1] ? this.screens[side] : null;
    this.pick = screen && { side, frame, patch, track: screen.tracks?.trackOf(frame, patch) ?? null };
    for (const one of this.screens) one.drawOver();
    this.lanes.paint();
    const tracks = this.screens.find((one) => one.tracks)?.tracks;
    this.legend.hidden = !tracks;
    if (tracks) write(this.measure, `${tracks.measure} 0`);
    this.announce(screen && this.pick ? screen.story(this.pick) : this.hint());
    this.node.dataset.track = String(this.pick?.track ?? "");
    this.node.dataset.patch = String(this.pick?.patch ?? "");
  }

  /** What can be done here, while nothing is chosen. */
  hint() {
    if (!this.meta.grids.some(Boolean)) return "";
    return this.legend.hidden ? "Click a patch to choose it." : "Click a patch to see its track through the clip.";
  }

  /** @param {string} text */
  announce(text) {
    write(this.reading, text);
  }

  close() {
    this.abort.abort();
    this.lanes.close();
    this.costMatrix.close();
    cancelAnimationFrame(this.drawing);
    this.position.close();
    for (const screen of this.screens) screen.close();
    this.node.parentElement?.remove();
  }
}

export default mounting(Player);
