// The rows under the picture that share one axis of frames: the scrubber, and a row for each tier of segments.

const NARROW = 0.04; // of the row: a block that has no room for its name
const BAR = 4; // px: height of the strip of similarity in the scrubber

/** One row: a slider over `count` places, where `at()` is now and `go(place)` seeks. */
class Lane {
  constructor(label, host, signal, { count, at, go, say }) {
    Object.assign(this, { host, count, at, go, say });
    this.head = make("div", { class: "head" });
    this.bar = make("div", { class: "lane", role: "slider", tabindex: "0", "aria-label": label }, this.head);
    this.title = make("div", { class: "title", title: label, "aria-hidden": "true" }, label);
    const seek = (event) => host.seek(this.go(this.placeOf(event)));
    onDrag(this.bar, signal, (event) => {
      host.dragging = true;
      seek(event);
    }, () => host.release());
  }

  placeOf(event) {
    const frame = this.bar.getBoundingClientRect();
    return clamp(Math.floor(((event.clientX - frame.left) / frame.width) * this.count), 0, this.count - 1);
  }

  /** Put the playhead where the clock is. */
  place() {
    const at = this.at();
    if (at === this.last) return;
    this.last = at;
    this.head.style.left = `${(100 * (at + 0.5)) / this.count}%`;
    this.bar.setAttribute("aria-valuemin", 0);
    this.bar.setAttribute("aria-valuemax", this.count - 1);
    this.bar.setAttribute("aria-valuenow", at);
    this.bar.setAttribute("aria-valuetext", this.say(at));
  }
}

/** A tier: segments drawn as blocks, each with its name where it fits. */
class TierLane extends Lane {
  constructor(tier, frames, host, signal) {
    const { clock } = host;
    super(tier.label, host, signal, {
      count: frames,
      at: () => clock.frame(tier.side),
      go: (frame) => clock.tickOf(tier.side, frame),
      say: (frame) => `frame ${frame}: ${this.nameAt(frame)}`,
    });
    Object.assign(this, { segments: tier.segments, kept: -1 });
    this.bar.classList.add("tier");
    this.bar.prepend(...this.segments.map((segment) => this.block(segment)));
    this.bar.addEventListener("keydown", (event) => this.key(event), { signal });
    this.bar.addEventListener("dblclick", (event) => this.keep(this.placeOf(event)), { signal });
  }

  /** Have the segment at a frame played over and over, or let it go where it is kept already. */
  keep(frame) {
    const { clock } = this.host;
    const found = this.segments.findIndex(([start, stop]) => start <= frame && frame < stop);
    const kept = found === this.kept ? -1 : found;
    this.host.lanes.rows.forEach((row) => row.mark?.(row === this ? kept : -1));
    const ends = kept < 0 ? [] : this.segments[kept].slice(0, 2);
    this.host.hold(kept < 0 ? null : ends.map((at) => (at < this.count ? this.go(at) : clock.length)));
  }

  /** Outline the block that is kept; -1 is none. */
  mark(kept) {
    this.kept = kept;
    this.segments.forEach((_, k) => this.bar.children[k].classList.toggle("kept", k === kept));
  }

  block([start, stop, label, colour, share]) {
    const text = `${label}: frames ${start} to ${stop - 1}`;
    const wide = Math.min(stop, this.count) - start > NARROW * this.count;
    const block = make("span", { class: wide ? "block" : "block narrow", title: text }, wide ? label : "");
    Object.assign(block.style, {
      left: `${(100 * start) / this.count}%`,
      width: `${(100 * (Math.min(stop, this.count) - start)) / this.count}%`,
      background: colour,
      color: readable(colour),
      top: `calc(2px + ${1 - share} * (100% - 8px))`, // even a share of nothing can be seen
    });
    return block;
  }

  nameAt(frame) {
    const inside = this.segments.filter(([start, stop]) => start <= frame && frame < stop);
    return inside.map(([, , label]) => label).join(", ") || "nothing";
  }

  /** Page Up and Page Down go to the segment before and after; Enter keeps playback to the one here. */
  key(event) {
    if (event.key === "Enter") {
      this.keep(this.at());
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const starts = this.segments.map(([start]) => start).sort((a, b) => a - b);
    const next = {
      PageDown: starts.find((start) => start > this.at()),
      PageUp: starts.findLast((start) => start < this.at()),
    }[event.key];
    if (next === undefined) return;
    this.host.seek(this.go(next));
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The scrubber: what has arrived, a tick for each tracked frame, and the chosen track's similarity between them. */
class Scrubber extends Lane {
  constructor(host, signal) {
    const { clock } = host;
    super("Frames", host, signal, {
      count: clock.length,
      at: () => clock.tick,
      go: (tick) => tick,
      say: (tick) => host.spoken(tick),
    });
    this.loaded = make("div", { class: "loaded" });
    this.strip = make("canvas", { class: "strip", "aria-hidden": "true" });
    this.bar.classList.add("scrub");
    this.bar.prepend(this.loaded, this.strip);
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.strip);
  }

  /** Show how much has arrived. */
  fill(share) {
    const width = `${100 * share}%`;
    if (this.loaded.style.width !== width) this.loaded.style.width = width;
  }

  /** Draw the ticks, and the track that is chosen. */
  paint() {
    const { pick, screens, clock } = this.host;
    const screen = screens[pick?.side] ?? screens.find((one) => one.tracks);
    const [ratio, { clientWidth: width, clientHeight: height }] = [window.devicePixelRatio || 1, this.strip];
    Object.assign(this.strip, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    if (!screen?.tracks || !width) return;
    const pen = this.strip.getContext("2d");
    pen.scale(ratio, ratio);
    const across = Array.from(screen.tracks.frames, (frame) => (clock.tickOf(screen.side, frame) + 0.5) / this.count);
    if (pick && pick.track !== null) this.steps(pen, screen.tracks.moves(pick.track), across, width, height);
    pen.fillStyle = getComputedStyle(this.bar).color;
    for (const x of across) pen.fillRect(x * width - 0.75, height - 8, 1.5, 8);
  }

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

/** All rows, rebuilt only when the tiers or the clock's length change. */
class Lanes {
  constructor(host) {
    this.host = host;
    this.rows = [];
    this.node = make("div", { class: "lanes" });
  }

  update(tiers) {
    const { host } = this;
    const { film, clips } = host.meta;
    const wanted = JSON.stringify([tiers, film, host.clock.length, clips.map((clip) => clip.url)]);
    if (wanted === this.built) return;
    this.close();
    host.clock.hold(null); // what was kept is no longer there
    this.built = wanted;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.scrubber = new Scrubber(host, signal);
    this.film = film ? [new Film(host, signal)] : [];
    const frames = (tier) => host.screens[tier.side].clip.frames;
    this.rows = [this.scrubber, ...this.film, ...tiers.map((tier) => new TierLane(tier, frames(tier), host, signal))];
    this.node.classList.toggle("tiered", tiers.length > 0);
    this.node.replaceChildren(...this.rows.flatMap((row) => [row.title, row.bar]));
  }

  place() {
    const { screens } = this.host;
    this.rows.forEach((row) => row.place());
    this.scrubber.fill(Math.min(...screens.map((screen) => screen.clip.feed.share)));
  }

  close() {
    this.abort?.abort();
    for (const row of [this.scrubber, ...(this.film ?? [])]) row?.sizes.disconnect();
  }
}
