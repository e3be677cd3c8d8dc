// The clock: which frame of each clip is shown, at which second, whether playing, stepping or being dragged.

const SHUTTLE = 8; // the most that repeated J or L speed up

/** Walks along ticks; at each tick every clip has its frame, and a tick lasts as long as its frame does. */
class Clock {
  constructor() {
    Object.assign(this, { tick: 0, rate: 1, shuttle: 1, playing: false, loop: false });
    this.use([new Uint32Array(1)], new Float64Array([0, 1]));
  }

  /** Go by other ticks: frames (one array a clip) and seconds (L + 1,) when each tick starts, and the end.
   *  The lead is the first clip that has a frame for each of them, the one that is told. */
  use(frames, seconds) {
    const alike = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);
    const known = this.frames ? [...this.frames, this.seconds] : [];
    const given = [...frames, seconds];
    if (known.length === given.length && known.every((column, i) => alike(column, given[i]))) return;
    const [side, at] = this.frames && this.lead < frames.length ? [this.lead, this.frame(this.lead)] : [0, 0];
    Object.assign(this, { frames, seconds, length: seconds.length - 1, held: null });
    this.lead = Math.max(0, frames.findIndex((column) => column.at(-1) === this.length - 1));
    this.seek(this.tickOf(side, at));
  }

  /** The frame of a clip at a tick. */
  frame(side, tick = this.tick) {
    return this.frames[side][tick];
  }

  /** The first tick at which a clip has reached a frame. */
  tickOf(side, frame) {
    return Math.min(countUpTo(this.frames[side], frame - 1), this.length - 1);
  }

  /** The first tick at which the first clips have all reached their frames. */
  tickOfAll(frames) {
    return Math.max(...frames.map((frame, side) => this.tickOf(side, frame)));
  }

  /** Go to a tick; says whether that changed anything. */
  seek(tick) {
    const before = this.tick;
    this.tick = clamp(Math.round(tick), 0, this.length - 1);
    this.anchored = false;
    return this.tick !== before;
  }

  /** Keep playback to the ticks [first, stop), over and over; null lets it go. */
  hold(ticks) {
    this.held = ticks;
    this.anchored = false;
  }

  /** The ticks [first, stop) that are played. */
  get ends() {
    return this.held ?? [0, this.length];
  }

  /** Play: a positive shuttle goes forward, a negative one back, each times the rate. */
  start(shuttle = 1) {
    this.shuttle = shuttle;
    const [begin, stop] = this.ends;
    const [first, last] = shuttle > 0 ? [begin, stop - 1] : [stop - 1, begin];
    if ((this.tick === last && !this.playing) || this.tick < begin || this.tick >= stop) this.tick = first;
    this.playing = true;
    this.anchored = false;
  }

  /** J or L: start in a direction, or go on twice as fast in it. */
  push(direction) {
    const same = this.playing && Math.sign(this.shuttle) === direction;
    this.start(same ? clamp(2 * this.shuttle, -SHUTTLE, SHUTTLE) : direction);
  }

  stop() {
    Object.assign(this, { playing: false, shuttle: 1 });
  }

  /** Change the rate without a jump. */
  pace(rate) {
    this.rate = rate;
    this.anchored = false;
  }

  /** Move on to a moment (ms); hold while the tick there is not ready. Says whether the tick changed. */
  advance(now, ready = () => true) {
    if (!this.anchored) this.anchor(now);
    const [low, high] = this.ends.map((tick) => this.seconds[tick]);
    let at = this.from + ((now - this.since) / 1000) * this.rate * this.shuttle;
    if (at < low || at >= high) {
      if (!this.loop && !this.held) {
        this.stop();
        return this.seek(at < low ? 0 : this.length - 1);
      }
      const span = high - low;
      at = low + ((((at - low) % span) + span) % span);
    }
    const tick = clamp(countUpTo(this.seconds, at) - 1, 0, this.length - 1);
    if (!ready(tick)) {
      this.anchor(now);
      return false;
    }
    const moved = tick !== this.tick;
    this.tick = tick;
    return moved;
  }

  anchor(now) {
    const end = this.seconds[this.tick + 1];
    this.from = this.shuttle > 0 ? this.seconds[this.tick] : end - 1e-6;
    this.since = now;
    this.anchored = true;
  }
}
