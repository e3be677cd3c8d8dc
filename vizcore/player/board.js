// The board: points that are given, what the rules have made of them so far, and the timeline; one instance a mount.

const PATIENCE = 2000; // ms after which an answer counts as lost
const PACE = 1100; // ms that a step of the replay is shown
const KEPT = 100; // edits that can be undone
const STAGES = ["clean", "one action an interval", "one boundary a gap", "no equal neighbours", "in-paint"];

/** A row of segments. */
function segmentBar(title, segments, data) {
  const blocks = segments.map(([start, stop, label]) => {
    const [name, colour] = data.classes[label] ?? ["nothing", data.nothing];
    const block = make("span", { class: "piece", title: `${name}: frames ${start} to ${stop - 1}` }, name);
    const [left, width] = [(100 * start) / data.length, (100 * (stop - start)) / data.length];
    Object.assign(block.style, { left: `${left}%`, width: `${width}%`, background: colour, color: readable(colour) });
    return block;
  });
  return make("div", { class: "points" }, make("div", { class: "name" }, title), make("div", { class: "bars" }, ...blocks));
}

class Board {
  constructor(root) {
    this.abort = new AbortController();
    const { signal } = this.abort;
    Object.assign(this, { seq: 0, step: 0, past: [] });
    this.given = new EditableRow("given", this, signal);
    this.now = new PointRow("after 0 steps");
    this.bars = make("div");
    this.words = make("div", { class: "words", role: "status" });
    this.list = make("ol", { class: "steps", "aria-label": "Steps" });
    this.node = make("div", { class: "board", role: "group", "aria-label": "Re-assembly of keypoints" });
    this.node.append(this.editing(signal), this.given.node, this.now.node, this.bars, this.replaying(signal), this.words, this.list);
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
    this.list.addEventListener("click", (event) => this.jump(event), { signal });
    root.append(this.node);
  }

  editing(signal) {
    const on = (node, act) => node.addEventListener("click", act, { signal });
    this.kind = make("select", { "aria-label": "What a double click adds" });
    const [add, remove] = [make("button", { type: "button" }, "Add"), make("button", { type: "button" }, "Delete")];
    this.undo = make("button", { type: "button", title: "Take the last edit back" }, "Undo edit");
    on(add, () => this.add(this.data.length / 2, 0.5));
    on(remove, () => this.given.chosen && this.remove(this.given.chosen));
    on(this.undo, () => this.takeBack());
    return make("div", { class: "tools" }, this.kind, add, remove, this.undo);
  }

  replaying(signal) {
    const button = (name, label, act) => {
      const node = iconButton(name, label);
      node.addEventListener("click", act, { signal });
      return node;
    };
    this.play = button("play", "Play the steps", () => this.toggle());
    this.slider = make("input", { type: "range", min: 0, "aria-label": "Step" });
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)), { signal });
    this.count = make("span", { class: "count" });
    const [back, on] = [button("back", "Undo a step", () => this.go(this.step - 1)), button("on", "Next step", () => this.go(this.step + 1))];
    return make("div", { class: "tools" }, back, this.play, on, this.slider, this.count);
  }

  /** Take what Python sent. */
  update(api) {
    this.api = api;
    const { data } = api;
    const fresh = data.origin !== this.data?.origin;
    this.data = data;
    const points = { actions: data.actions, boundaries: data.boundaries };
    if (fresh) {
      clearTimeout(this.waiting);
      this.given.release();
      Object.assign(this, { past: [], step: 0, waiting: 0, asked: null, unsaid: false, seq: data.seq, points }); // later ones are this board's own
      this.offer();
    }
    this.step = clamp(this.step, 0, data.steps.length);
    this.slider.max = data.steps.length;
    this.nameSteps();
    this.draw(fresh);
    if (data.seq === this.asked?.seq) this.answered();
  }

  /** A row for each step; a row that is there stays there, since somebody may be about to press it. */
  nameSteps() {
    const { steps } = this.data;
    while (this.list.children.length > steps.length) this.list.lastChild.remove();
    steps.forEach(([stage, words], k) => {
      const row = this.list.children[k] ?? this.list.appendChild(make("li", {}, make("button", { type: "button", "data-step": k + 1 })));
      write(row.firstChild, `${STAGES[stage]}: ${words}`);
    });
  }

  /** What was asked last is drawn, however late. */
  answered() {
    const { made } = this.asked;
    this.asked = null;
    requestAnimationFrame(() => performance.measure("vizcore.edit", { start: made, end: performance.now() }));
    this.goOn();
  }

  offer() {
    const kinds = [...this.data.classes.map(([name], k) => make("option", { value: k }, name)), make("option", { value: "boundary" }, "boundary")];
    this.kind.replaceChildren(...kinds);
  }

  /** The points after so many steps: each step is a stretch of a list that replaces another. */
  state(count) {
    const state = { actions: [...this.data.actions], boundaries: [...this.data.boundaries] };
    for (const [, , actions, boundaries] of this.data.steps.slice(0, count)) {
      state.actions.splice(actions[0], actions[1], ...actions[2]);
      state.boundaries.splice(boundaries[0], boundaries[1], ...boundaries[2]);
    }
    return state;
  }

  draw(all) {
    const { data, step } = this;
    if (all) this.given.draw(this.points, data.length, data.classes);
    const [done, next] = [data.steps[step - 1], data.steps[step]];
    const fresh = new Set(done ? [...done[2][2], ...done[3][2]] : []);
    const state = this.state(step);
    const gone = new Set();
    if (next) {
      for (const [kind, [at, count]] of [["actions", next[2]], ["boundaries", next[3]]]) {
        state[kind].slice(at, at + count).forEach((point) => gone.add(point));
      }
    }
    write(this.now.title, step ? `after step ${step}` : "before");
    this.now.draw(state, data.length, data.classes, fresh, gone);
    this.now.shade(next?.[4]);
    const bars = [segmentBar("timeline", data.segments, data)];
    if (data.truth.length) bars.push(segmentBar("truth", data.truth, data));
    bars[0].classList.toggle("to-come", step < data.steps.length);
    this.bars.replaceChildren(...bars);
    this.tell();
  }

  tell() {
    const { data, step } = this;
    const [done, next] = [data.steps[step - 1], data.steps[step]];
    write(this.words, done ? done[1] : next ? `Next: ${next[1]}` : "Nothing is to be done.");
    write(this.count, `step ${step} of ${data.steps.length}`);
    this.slider.value = step;
    this.undo.disabled = !this.past.length;
    [...this.list.children].forEach((row, k) => row.classList.toggle("done", k < step));
    [...this.list.children].forEach((row, k) => row.classList.toggle("here", k === step - 1));
    Object.assign(this.node.dataset, { step, seq: data.seq, steps: data.steps.length });
  }

  go(step) {
    this.step = clamp(step, 0, this.data.steps.length);
    this.draw(false);
  }

  jump(event) {
    const step = event.target.closest("button")?.dataset.step;
    if (step) this.go(Number(step));
  }

  toggle() {
    if (this.timer) return this.pause();
    if (this.step === this.data.steps.length) this.go(0);
    this.timer = setInterval(() => {
      this.go(this.step + 1);
      if (this.step === this.data.steps.length) this.pause();
    }, PACE);
    this.play.setAttribute("aria-label", "Pause");
    this.play.replaceChildren(icon("pause"));
  }

  pause() {
    clearInterval(this.timer);
    this.timer = 0;
    this.play.setAttribute("aria-label", "Play the steps");
    this.play.replaceChildren(icon("play"));
  }

  /** Keep the points as they are now, for Undo. */
  remember() {
    this.past = [...this.past.slice(1 - KEPT), structuredClone(this.points)];
  }

  /** Put points somewhere, and have Python re-assemble them. */
  put(points) {
    this.points = points;
    this.given.draw(points, this.data.length, this.data.classes);
    this.undo.disabled = !this.past.length;
    this.send();
  }

  move([kind, number], point) {
    this.put({ ...this.points, [kind]: this.points[kind].map((one, k) => (k === number ? point : one)) });
  }

  remove([kind, number]) {
    this.remember();
    this.given.chosen = null;
    this.put({ ...this.points, [kind]: this.points[kind].filter((_, k) => k !== number) });
  }

  add(time, share) {
    this.remember();
    const kind = this.kind.value === "boundary" ? "boundaries" : "actions";
    const point = kind === "boundaries" ? [time, share] : [time, Number(this.kind.value), share];
    this.put({ ...this.points, [kind]: [...this.points[kind], point] });
    this.given.focus([kind, this.points[kind].length - 1]);
  }

  takeBack() {
    if (this.past.length) this.put(this.past.pop());
  }

  /** Have Python answer the last edit: one question at a time, so that a drag never waits for more than one answer. */
  send() {
    this.seq += 1;
    this.made = performance.now();
    this.unsaid = true;
    if (!this.waiting) this.ask();
  }

  ask() {
    this.asked = { seq: this.seq, made: this.made };
    this.unsaid = false;
    this.waiting = setTimeout(() => this.goOn(), PATIENCE);
    this.api.setStateValue("edit", { origin: this.data.origin, seq: this.seq, ...this.points });
  }

  /** The answer is here, or lost. */
  goOn() {
    clearTimeout(this.waiting);
    this.waiting = 0;
    if (this.unsaid) this.ask();
  }

  key(event) {
    if (event.target.closest("select, input, .disc, .line")) return;
    const act = {
      ArrowLeft: () => this.go(this.step - 1),
      ArrowRight: () => this.go(this.step + 1),
      Home: () => this.go(0),
      End: () => this.go(this.data.steps.length),
      z: () => this.takeBack(),
    }[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  }

  close() {
    this.pause();
    this.goOn(); // what is still to be said
    clearTimeout(this.waiting);
    this.abort.abort();
    this.node.remove();
  }
}

export default mounting(Board);
