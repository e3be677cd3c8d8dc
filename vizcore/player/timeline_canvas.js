// The rows of timelines as they rest: the stretch of frames that is shown, the segments in it, numbers below.

const [ROW, GAP, AXIS] = [28, 6, 26]; // px: a row, what is below it, the numbers
const CLOSEST = 20; // frames: the least that is shown at once
const APART = 90; // px between two numbers
const LEAST = 15; // px that a name needs
const SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200];

/** A moment in words: frames as they are, seconds as a clock says them. */
function moment(frame, rate) {
  if (!rate) return String(Math.round(frame));
  const seconds = frame / rate;
  if (seconds < 60) return `${+seconds.toFixed(2)} s`;
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  return parts.slice(parts[0] ? 0 : 1).map((part, k) => (k ? String(part).padStart(2, "0") : part)).join(":");
}

/** Draws rows of segments [start, stop) of classes; whoever extends it fills names, legend and words. */
class Sheet {
  constructor() {
    Object.assign(this, { row: 0, at: 0, from: 0, to: 1 });
    this.canvas = make("canvas", { tabindex: "0", role: "application" });
    this.scroll = make("input", { type: "range", min: 0, step: "any", "aria-label": "Stretch that is shown" });
    this.node = make("div", { class: "timeline", role: "group", "aria-label": "Timelines" });
  }

  get span() {
    return this.to - this.from;
  }

  /** Lay the canvas out for the width there is. */
  fit() {
    this.wide = this.canvas.clientWidth;
    if (!this.meta || !this.wide) return;
    this.tall = this.rows.length * (ROW + GAP) + AXIS;
    const ratio = window.devicePixelRatio || 1;
    this.canvas.style.height = `${this.tall}px`;
    Object.assign(this.canvas, { width: Math.round(this.wide * ratio), height: Math.round(this.tall * ratio) });
    this.canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    this.schedule();
  }

  schedule() {
    this.drawing ||= requestAnimationFrame(() => this.draw());
  }

  /** Show the frames [from, to), as far as there are any. */
  show(from, to) {
    const span = clamp(to - from, Math.min(CLOSEST, this.length), this.length);
    this.from = clamp(from, 0, this.length - span);
    this.to = this.from + span;
    this.schedule();
  }

  /** Show `factor` times as much, with a frame staying where it is. */
  zoom(frame, factor) {
    this.show(frame - (frame - this.from) * factor, frame + (this.to - frame) * factor);
  }

  /** Bring a stretch into view, large enough to be seen. */
  reveal(start, stop) {
    this.at = start;
    const small = (stop - start) / this.span < 0.01 ? 15 * (stop - start) : this.span;
    if (start < this.from || stop > this.to || small !== this.span) this.show((start + stop - small) / 2, (start + stop + small) / 2);
  }

  x(frame) {
    return ((frame - this.from) / this.span) * this.wide;
  }

  /** The number of a row's segment at a frame, and its [start, stop, label]. */
  segment(row, frame) {
    const { starts, labels, stop } = this.rows[row];
    const k = clamp(countUpTo(starts, frame) - 1, 0, starts.length - 1);
    return { k, start: starts[k], stop: starts[k + 1] ?? stop, label: labels[k] };
  }

  draw() {
    this.drawing = 0;
    if (!this.wide) return;
    const pen = this.canvas.getContext("2d");
    const { color, fontFamily } = getComputedStyle(this.node);
    pen.clearRect(0, 0, this.wide, this.tall);
    pen.font = `12px ${fontFamily}`;
    this.rows.forEach((_, k) => this.drawRow(pen, k));
    this.numbers(pen, color);
    if (this.meta.mark) this.frame(pen, this.meta.mark, 0, this.rows.length * (ROW + GAP) - GAP);
    if (this.canvas.matches(":focus-visible")) {
      const { start, stop } = this.segment(this.row, this.at);
      this.frame(pen, [start, stop], this.row * (ROW + GAP), ROW);
    }
    if (this.pulled) {
      pen.globalAlpha = 0.25;
      pen.fillStyle = color;
      pen.fillRect(Math.min(...this.pulled), 0, Math.abs(this.pulled[1] - this.pulled[0]), this.tall - AXIS);
      pen.globalAlpha = 1;
    }
    const whole = this.span >= this.length;
    this.scroll.style.visibility = whole ? "hidden" : "visible";
    Object.assign(this.scroll, { max: Math.max(this.length - this.span, 1), value: this.from });
    const [from, to] = [this.from, this.to].map(Math.round);
    Object.assign(this.node.dataset, { from, to, rows: this.rows.length, mark: this.meta.mark ?? "" });
    if (this.since) performance.measure("vizcore.timeline", { start: this.since, end: performance.now() });
    this.since = 0;
  }

  drawRow(pen, row) {
    const { starts, labels, stop } = this.rows[row];
    const [top, { classes }] = [row * (ROW + GAP), this.meta];
    const first = Math.max(countUpTo(starts, this.from) - 1, 0);
    for (let k = first; k < starts.length && starts[k] < this.to; k += 1) {
      const [left, right] = [this.x(starts[k]), this.x(starts[k + 1] ?? stop)];
      const [name, colour] = classes[labels[k]];
      pen.fillStyle = colour;
      pen.fillRect(left, top, right - left, ROW);
      const [start, room] = [Math.max(left, 0) + 5, Math.min(right, this.wide) - Math.max(left, 0) - 10];
      if (room < LEAST || pen.measureText(name).width > room) continue;
      Object.assign(pen, { fillStyle: readable(colour), textBaseline: "middle", textAlign: "left" });
      pen.fillText(name, start, top + ROW / 2 + 1);
    }
  }

  numbers(pen, color) {
    const { rate } = this.meta;
    const [least, unit] = [(this.span / this.wide) * APART, rate || 1];
    const round = 10 ** Math.floor(Math.log10(least));
    const steps = rate ? SECONDS : [1, 2, 5, 10].map((part) => Math.max(1, part * round));
    const step = (steps.find((one) => one * unit >= least) ?? steps.at(-1)) * unit;
    const top = this.rows.length * (ROW + GAP);
    Object.assign(pen, { fillStyle: color, textBaseline: "top" });
    for (let frame = Math.ceil(this.from / step) * step; frame <= this.to; frame += step) {
      const x = this.x(frame);
      pen.fillRect(x - 0.5, top - GAP + 1, 1, 5);
      pen.textAlign = x < 20 ? "left" : x > this.wide - 30 ? "right" : "center";
      pen.fillText(moment(frame, rate), x, top + 4);
    }
  }

  /** Outline a stretch of time. */
  frame(pen, [start, stop], top, height) {
    const [left, right] = [this.x(start), this.x(stop)];
    for (const [style, thick] of [[LIGHT_TEXT, 5], [DARK_TEXT, 2]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: thick });
      pen.strokeRect(left, Math.max(top, 1.5), Math.max(right - left, 2), height);
    }
  }
}
