// The player: one instance a mount, told of every change by update(), telling Python only what is settled.

const SETTLED = 250; // ms after the last move at which the position is told

/** One player on a page: screens, lanes and controls call it, and it calls Python. */
class Player {
  constructor(root) {
    Object.assign(this, { root, screens: [], pick: null, seq: 0, mode: null, dragging: false });
    this.abort = new AbortController();
    this.taste = { ...TASTE, ...remembered() };
    this.clock = new Clock();
    Object.assign(this.clock, { rate: this.taste.rate, loop: this.taste.loop });
    this.frameWish = new Wish();
    this.pickWish = new Wish();
    const { signal } = this.abort;
    this.divider = make("div", { class: "divider", role: "slider", tabindex: "0", "aria-label": "Wipe" });
    this.stage = make("div", { class: "stage" }, this.divider);
    this.lanes = new Lanes(this);
    this.controls = new Controls(this, signal);
    this.reading = make("div", { class: "reading", role: "status" });
    this.plane = new Plane(this, signal);
    [this.legend, this.measure] = trackLegend();
    this.looks = make("div", { class: "legend looks" });
    this.node = make("div", { class: "player", role: "group", "aria-label": "Video player" });
    this.node.append(this.plane.node, this.plane.caption, this.stage, this.lanes.node, this.controls.node, this.reading, this.looks, this.legend);
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
    onDrag(this.divider, signal, (event) => this.wipeTo(this.acrossStage(event)));
    this.wipeTo(0.5);
    root.append(make("div", { class: "fit" }, this.node));
  }

  /** Take what Python sent; only what changed is built anew. What was pressed when it came may know better. */
  update(api, pressed = null) {
    this.api = api;
    const { meta } = api.data;
    const steered = [this.lanes.node, this.plane.node].some((node) => node.contains(pressed));
    const arrays = unpack(meta.contents, api.data.block.getChildAt(0).toArray());
    const clips = JSON.stringify(meta.clips.map((clip) => clip.url));
    const fresh = clips !== this.clips;
    this.position ??= JSON.stringify(meta.start); // what Python takes for granted
    Object.assign(this, { meta, arrays, clips });
    this.node.style.setProperty("--tallest", `${meta.height}px`);
    this.updateScreens(meta, arrays);
    this.plane.update(meta, arrays);
    nameLooks(this.looks, this.screens);
    if (fresh) {
      this.pause();
      this.frameWish.forget();
      this.pickWish.forget();
    }
    if (fresh || !meta.syncs.includes(this.mode)) [this.mode] = meta.syncs;
    this.follow(this.mode);
    const pick = this.pickWish.isNew(meta.picked);
    const frame = this.frameWish.isNew([meta.frame, meta.asked]);
    if (fresh || (frame && !steered)) this.seek(this.clock.tickOfAll(meta.frame));
    if (fresh || pick || this.pickWish.heard) this.take(meta.picked);
    else this.take(this.pick && [this.pick.side, this.pick.frame, this.pick.patch]);
    this.controls.offer(meta);
    this.refresh();
  }

  updateScreens(meta, arrays) {
    while (this.screens.length > meta.clips.length) this.screens.pop().close();
    while (this.screens.length < meta.clips.length) {
      const screen = new Screen(this.screens.length, this, this.abort.signal);
      this.screens.push(screen);
      this.divider.before(screen.node);
    }
    for (const screen of this.screens) screen.update(meta, arrays);
  }

  /** Go by the clock of a name: lock or warp. */
  follow(name) {
    this.mode = name;
    const frames = this.screens.map((_, side) => this.arrays[`${name}.${side}`]);
    this.clock.use(frames, this.arrays[`${name}.seconds`]);
    this.lanes.update(this.meta.tiers);
    this.lanes.scrubber.paint();
    this.schedule();
  }

  /** Draw everything that taste or data may have changed. */
  refresh() {
    const { taste, stage, screens } = this;
    const wipe = screens.length === 2 && (this.meta.layout ? this.meta.layout === "wipe" : taste.wipe);
    stage.dataset.layout = wipe ? "wipe" : "side";
    stage.dataset.clips = screens.length;
    this.divider.hidden = !wipe;
    stage.style.setProperty("--opacity", taste.opacity / 100);
    tellShapes(stage, this.meta.clips);
    stage.classList.toggle("blocky", !taste.smooth);
    this.controls.show();
    for (const screen of screens) {
      screen.drawUnder();
      screen.drawOver();
    }
    this.schedule();
  }

  /** A person's taste changed: act on it, and keep it for the next page. */
  prefer(name, value) {
    this.taste = { ...this.taste, [name]: value };
    remember(this.taste);
    if (name === "rate") this.clock.pace(value);
    if (name === "loop") this.clock.loop = value;
    this.refresh();
  }

  /** Have the next animation frame draw. */
  schedule() {
    this.drawing ||= requestAnimationFrame((now) => this.draw(now));
  }

  draw(now) {
    this.drawing = 0;
    const { clock, screens } = this;
    if (clock.playing) {
      clock.advance(now, (tick) => screens.every((one) => one.clip.feed.arrived[clock.frame(one.side, tick)]));
      if (!clock.playing) this.rest();
      this.schedule();
    }
    for (const screen of screens) screen.show(this.plane.looked(screen.side) ?? clock.frame(screen.side));
    this.plane.paint();
    this.lanes.place();
    this.controls.tell(this.moment(clock.tick));
    Object.assign(this.node.dataset, { frame: clock.frame(0), drawn: screens[0].shown, playing: clock.playing });
  }

  /** A tick in words: where the leading clip is. */
  moment(tick) {
    const { clip } = this.screens[this.clock.lead];
    const frame = this.clock.frame(this.clock.lead, tick);
    return `${frame} / ${clip.frames - 1} · ${clip.times[frame].toFixed(2)} s`;
  }

  /** The same, as a screen reader says it. */
  spoken(tick) {
    const { clip } = this.screens[this.clock.lead];
    const frame = this.clock.frame(this.clock.lead, tick);
    return `frame ${frame} of ${clip.frames}, ${clip.times[frame].toFixed(2)} s`;
  }

  seek(tick) {
    if (this.clock.seek(tick)) this.schedule();
    this.settle();
  }

  step(ticks) {
    this.clock.stop();
    this.seek(this.clock.tick + ticks);
    this.rest();
  }

  toggle() {
    if (this.clock.playing) this.pause();
    else this.run(() => this.clock.start());
  }

  /** Keep playback to some ticks, or let it go. */
  hold(ticks) {
    this.clock.hold(ticks);
    if (ticks) this.seek(ticks[0]);
    this.node.dataset.held = ticks ?? "";
  }

  push(direction) {
    this.run(() => this.clock.push(direction));
  }

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
    this.settle();
    this.schedule();
  }

  release() {
    this.dragging = false;
    this.settle();
  }

  /** Tell Python where the clips rest, once they rest. */
  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.clock.playing || this.dragging || !this.api) return;
      const position = this.screens.map((screen) => this.clock.frame(screen.side));
      if (JSON.stringify(position) === this.position) return;
      this.position = JSON.stringify(position);
      this.frameWish.tell([position.slice(0, this.meta.frame.length), this.meta.asked]);
      this.api.setStateValue("pos", position);
    }, SETTLED);
  }

  /** A person chose a patch of a frame; the track is drawn before this returns. */
  choose({ side, frame, patch }, since) {
    this.take([side, frame, patch]);
    performance.measure("vizcore.pick", { start: since, end: performance.now() });
    this.seq += 1;
    this.node.dataset.seq = this.seq;
    this.pickWish.tell([side, frame, patch]);
    this.api.setStateValue("pick", numbered({ side, frame, patch }, this.seq));
  }

  /** Take the choice back. */
  clear() {
    this.take(null);
    this.seq += 1;
    this.node.dataset.seq = this.seq;
    this.pickWish.tell(null);
    this.api.setStateValue("pick", numbered({ patch: null }, this.seq));
  }

  /** Make [side, frame, patch] the choice, or nothing, and draw it. */
  take(choice) {
    const grid = this.meta.grids[choice?.[0]];
    const screen = grid && choice[2] < grid[0] * grid[1] ? this.screens[choice[0]] : null;
    this.pick = null;
    if (screen) {
      const [side, frame, patch] = choice;
      this.pick = { side, frame, patch, track: screen.tracks ? screen.tracks.trackOf(frame, patch) : null };
    }
    for (const one of this.screens) one.drawOver();
    this.lanes.scrubber.paint();
    const tracked = this.screens.find((one) => one.tracks);
    this.legend.hidden = !tracked;
    if (tracked) write(this.measure, `${tracked.tracks.measure} 0`);
    this.say(this.pick ? screen.story(this.pick) : this.hint());
    this.node.dataset.track = this.pick?.track ?? "";
    this.node.dataset.patch = this.pick?.patch ?? "";
  }

  /** What can be done here, while nothing is chosen. */
  hint() {
    if (!this.meta.grids.some(Boolean)) return "";
    return this.legend.hidden ? "Click a patch to choose it." : "Click a patch to see its track through the clip.";
  }

  say(text) {
    write(this.reading, text);
  }

  key(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest("select, input")) return;
    if (target.closest("button") && (key === " " || key === "Enter")) return;
    const row = KEYS.find(([keys]) => keys.includes(key));
    if (key === "Escape" && !this.controls.list.hidden) this.controls.help(false);
    else if (key === "Escape" && this.pick) this.clear();
    else if (target === this.divider && ARROWS[key]) this.wipeTo(this.wiped + 0.02 * ARROWS[key][1]);
    else if (row) row[3](this, event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  acrossStage(event) {
    const frame = this.stage.getBoundingClientRect();
    return (event.clientX - frame.left) / frame.width;
  }

  wipeTo(share) {
    this.wiped = clamp(share, 0, 1);
    const percent = Math.round(100 * this.wiped);
    this.stage.style.setProperty("--wipe", `${100 * this.wiped}%`);
    for (const [name, value] of [["now", percent], ["min", 0], ["max", 100]]) {
      this.divider.setAttribute(`aria-value${name}`, value);
    }
  }

  close() {
    this.abort.abort();
    this.lanes.close();
    this.plane.close();
    cancelAnimationFrame(this.drawing);
    clearTimeout(this.timer);
    for (const screen of this.screens) screen.close();
    this.node.parentElement.remove();
  }
}

export default mounting(Player);
