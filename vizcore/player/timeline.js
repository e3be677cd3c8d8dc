// Timelines over a whole video: a row for each who tells, enlarged and walked along without asking Python.

const STILL = 4; // px that a press may move and still be a click

class Timeline extends Sheet {
  constructor(root) {
    super();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.clicks = 0;
    this.names = make("div", { class: "names", "aria-hidden": "true" });
    this.words = make("div", { class: "words", role: "status" });
    this.legend = make("div", { class: "legend" });
    const sheet = make("div", { class: "sheet" }, this.names, this.canvas);
    this.node.append(this.tools(signal), sheet, this.legend);
    const on = (name, act) => this.canvas.addEventListener(name, act, { signal });
    on("pointermove", (event) => this.look(event));
    on("pointerleave", () => this.leave());
    on("wheel", (event) => this.wheel(event));
    on("keydown", (event) => this.key(event));
    on("focus", () => this.schedule());
    on("blur", () => this.schedule());
    onDrag(this.canvas, signal, (event) => this.drag(event), (event) => this.drop(event));
    this.scroll.addEventListener("input", () => this.show(+this.scroll.value, +this.scroll.value + this.span), { signal });
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(sheet);
    root.append(this.node);
  }

  tools(signal) {
    const button = (text, label, act) => {
      const node = make("button", { type: "button", "aria-label": label, title: label }, text);
      node.addEventListener("click", act, { signal });
      return node;
    };
    const middle = () => (this.from + this.to) / 2;
    const nearer = button("+", "Enlarge", () => this.zoom(middle(), 0.4));
    const farther = button("−", "Show more", () => this.zoom(middle(), 2.5));
    const all = button("All", "Show all", () => this.show(0, this.length));
    return make("div", { class: "tools" }, nearer, farther, all, this.scroll, this.words);
  }

  /** Take what Python sent; where it came in the middle of a press, the view is the person's. */
  update(api, pressed) {
    const { meta, block } = api.data;
    const arrays = unpack(meta.contents, block.getChildAt(0).toArray());
    const rows = meta.rows.map((name, k) => ({ name, starts: arrays[`starts.${k}`], labels: arrays[`labels.${k}`], stop: meta.stops[k] }));
    const fresh = meta.origin !== this.meta?.origin || meta.length !== this.length;
    const marked = JSON.stringify(meta.mark) !== JSON.stringify(this.meta?.mark);
    Object.assign(this, { api, meta, rows, length: meta.length });
    this.row = Math.min(this.row, rows.length - 1);
    this.names.replaceChildren(...rows.map(({ name }) => make("div", { title: name }, name)));
    this.canvas.setAttribute("aria-label", `Timelines of ${meta.rows.join(", ")}; arrow keys go from segment to segment`);
    this.tellClasses();
    if (fresh) Object.assign(this, { from: 0, to: this.length, at: 0 });
    if (meta.mark && ((marked && !pressed) || fresh)) this.reveal(...meta.mark);
    this.fit();
  }

  tellClasses() {
    const seen = new Set(this.rows.flatMap(({ labels }) => [...new Set(labels)]));
    const rows = this.meta.classes.map(([name, colour], k) => {
      const swatch = make("span", { class: "swatch" });
      swatch.style.background = colour;
      return seen.has(k) ? make("span", { class: "class" }, swatch, name) : "";
    });
    this.legend.replaceChildren(...rows);
  }

  /** The row and the frame under a pointer. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [clamp(event.clientX - box.left, 0, this.wide), event.clientY - box.top];
    const row = clamp(Math.floor(y / (ROW + GAP)), 0, this.rows.length - 1);
    return { x, row, frame: Math.min(this.from + (x / this.wide) * this.span, this.length - 1) };
  }

  look(event) {
    if (this.pulled || !this.meta) return;
    const { row, frame } = this.under(event);
    this.say(row, frame);
  }

  leave() {
    write(this.words, "");
  }

  /** Tell what is at a frame of a row. */
  say(row, frame) {
    const { start, stop, label } = this.segment(row, frame);
    const { classes, rate, rows } = this.meta;
    write(this.words, `${rows[row]}: ${classes[label][0]}, ${moment(start, rate)} to ${moment(stop, rate)}`);
  }

  drag(event) {
    const { x, row, frame } = this.under(event);
    if (event.type === "pointerdown") Object.assign(this, { pulled: [x, x], pressed: { row, frame } });
    this.pulled[1] = x;
    this.schedule();
  }

  /** A press that moved enlarges what it went over; one that did not goes to the segment where it began. */
  drop(event) {
    const [one, two] = this.pulled.map((x) => this.from + (x / this.wide) * this.span).sort((a, b) => a - b);
    const moved = Math.abs(this.pulled[1] - this.pulled[0]) > STILL;
    this.pulled = null;
    this.since = event.timeStamp;
    if (event.type === "pointerup" && moved) this.show(one, two);
    else if (event.type === "pointerup") {
      Object.assign(this, { row: this.pressed.row, at: Math.floor(this.pressed.frame) });
      this.tell();
    }
    this.schedule();
  }

  /** Go to the segment where the keys are. */
  tell() {
    const { start, stop } = this.segment(this.row, this.at);
    this.clicks += 1;
    this.api.setStateValue("click", numbered({ origin: this.meta.origin, start, stop }, this.clicks));
  }

  wheel(event) {
    const across = event.shiftKey ? event.deltaY : event.deltaX;
    if (event.ctrlKey) this.zoom(this.under(event).frame, event.deltaY < 0 ? 0.8 : 1.25);
    else if (across && this.span < this.length) this.show(this.from + (across / this.wide) * this.span, this.to + (across / this.wide) * this.span);
    else return;
    event.preventDefault();
  }

  key(event) {
    const { k, start, stop } = this.segment(this.row, this.at);
    const go = (frame, row = this.row) => Object.assign(this, { at: clamp(frame, 0, this.length - 1), row: clamp(row, 0, this.rows.length - 1) });
    const act = {
      ArrowLeft: () => go(k ? this.rows[this.row].starts[k - 1] : 0),
      ArrowRight: () => go(stop < this.rows[this.row].stop ? stop : start),
      ArrowUp: () => go(this.at, this.row - 1),
      ArrowDown: () => go(this.at, this.row + 1),
      "+": () => this.zoom(this.at, 0.5),
      "-": () => this.zoom(this.at, 2),
      0: () => this.show(0, this.length),
      Enter: () => this.tell(),
    }[event.key];
    if (!act) return;
    this.since = event.timeStamp;
    act();
    if (this.at < this.from || this.at >= this.to) this.show(this.at - this.span / 2, this.at + this.span / 2);
    this.say(this.row, this.at);
    this.schedule();
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.abort.abort();
    this.sizes.disconnect();
    cancelAnimationFrame(this.drawing);
    this.node.remove();
  }
}

export default mounting(Timeline);
