// A row of keypoints over time: actions as discs of their class's colour, boundaries as grey lines, confidence upwards.

const NUDGE = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 0.05], ArrowDown: [0, -0.05] };

/** A number with no more decimals than it needs. */
const short = (value) => String(+value.toFixed(2));

/** Points [time, class, confidence] and [time, confidence] of a video of so many frames. */
class PointRow {
  constructor(title) {
    this.field = make("div", { class: "field" });
    this.node = make("div", { class: "points" }, make("div", { class: "name" }, title), this.field);
    this.title = this.node.firstChild;
  }

  /** Draw a state; `fresh` and `gone` are sets of points of it that a step has just made or will take away. */
  draw(state, length, classes, fresh = new Set(), gone = new Set()) {
    Object.assign(this, { state, length, classes });
    const discs = state.actions.map((point) => this.disc(point, fresh.has(point), gone.has(point)));
    const lines = state.boundaries.map((point) => this.line(point, fresh.has(point), gone.has(point)));
    this.field.replaceChildren(...lines, ...discs);
  }

  disc(point, fresh, gone) {
    const [time, label, share] = point;
    const [name, colour] = this.classes[label] ?? [`class ${label}`, "#7F7F7F"];
    const node = make("span", { class: "disc", title: `${name} at ${short(time)}, confidence ${short(share)}` });
    node.style.background = colour;
    return this.mark(node, time, share, fresh, gone);
  }

  line(point, fresh, gone) {
    const [time, share] = point;
    const node = make("span", { class: "line", title: `boundary at ${short(time)}, confidence ${short(share)}` });
    return this.mark(node, time, share, fresh, gone);
  }

  mark(node, time, share, fresh, gone) {
    node.classList.toggle("fresh", fresh);
    node.classList.toggle("gone", gone);
    node.style.left = `${(100 * time) / this.length}%`;
    node.style.setProperty("--share", share);
    return node;
  }

  /** Shade the stretch of time in which a step happens. */
  shade(within) {
    const [start, stop] = within ?? [0, 0];
    this.field.style.setProperty("--from", `${(100 * start) / this.length}%`);
    this.field.style.setProperty("--to", `${(100 * stop) / this.length}%`);
  }
}

/** A row whose points can be dragged, moved by the keys, added and taken away. */
class EditableRow extends PointRow {
  constructor(title, host, signal) {
    super(title);
    this.host = host;
    this.node.classList.add("editable");
    this.field.dataset.live = ""; // what becomes of a point is shown while it is dragged
    this.field.addEventListener("dblclick", (event) => this.add(event), { signal });
    this.field.addEventListener("keydown", (event) => this.key(event), { signal });
    onDrag(this.field, signal, (event) => this.drag(event), () => this.release());
  }

  /** Let go of what is dragged. */
  release() {
    this.held = null;
  }

  mark(node, time, share, fresh, gone) {
    const point = super.mark(node, time, share, fresh, gone);
    point.setAttribute("tabindex", "0");
    point.setAttribute("role", "button");
    point.setAttribute("aria-label", point.title);
    return point;
  }

  /** The kind and number of the point that an element stands for. */
  which(node) {
    const mark = node.closest?.(".disc, .line");
    if (!mark) return null;
    const at = [...this.field.children].indexOf(mark);
    const lines = this.state.boundaries.length;
    return at < lines ? ["boundaries", at] : ["actions", at - lines];
  }

  /** Time and confidence under a pointer. */
  under(event) {
    const frame = this.field.getBoundingClientRect();
    const time = ((event.clientX - frame.left) / frame.width) * this.length;
    const share = 1 - (event.clientY - frame.top - 12) / (frame.height - 24);
    return [+clamp(time, 0, this.length).toFixed(1), +clamp(share, 0, 1).toFixed(2)];
  }

  drag(event) {
    if (event.type === "pointerdown") {
      this.held = this.which(event.target);
      if (!this.held) return;
      this.host.remember();
      event.preventDefault();
      this.from = this.under(event);
      this.was = [...this.state[this.held[0]][this.held[1]]];
      this.focus(this.held);
      return;
    }
    if (!this.held) return;
    const [time, share] = this.under(event);
    const end = this.was.length - 1;
    const moved = [...this.was];
    moved[0] = +clamp(this.was[0] + time - this.from[0], 0, this.length).toFixed(1);
    moved[end] = +clamp(this.was[end] + share - this.from[1], 0, 1).toFixed(2);
    this.host.move(this.held, moved);
  }

  add(event) {
    if (!this.which(event.target)) this.host.add(...this.under(event));
  }

  key(event) {
    const held = this.which(event.target);
    if (!held) return;
    const point = [...this.state[held[0]][held[1]]];
    const end = point.length - 1;
    if (NUDGE[event.key]) {
      const [frames, share] = NUDGE[event.key];
      point[0] = clamp(point[0] + frames * (event.shiftKey ? 10 : 1), 0, this.length);
      point[end] = +clamp(point[end] + share, 0, 1).toFixed(2);
      this.host.remember();
      this.host.move(held, point);
    } else if (event.key === "Delete" || event.key === "Backspace") this.host.remove(held);
    else if (event.key === "c" && held[0] === "actions") {
      point[1] = (point[1] + 1) % this.classes.length;
      this.host.remember();
      this.host.move(held, point);
    } else return;
    this.focus(held);
    event.preventDefault();
    event.stopPropagation();
  }

  focus([kind, number]) {
    this.field.children[kind === "actions" ? this.state.boundaries.length + number : number]?.focus();
    this.chosen = [kind, number];
  }
}
