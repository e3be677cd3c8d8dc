// The equaliser: sliders of a filter, a formula whose terms light up, and a curve that can be dragged.

const TELL = 250; // ms of rest before Python hears of the sliders

/** Its sliders, its formula, and what the mouse does to its curve. */
class Equaliser extends Plots {
  constructor(root) {
    super();
    this.abort = new AbortController();
    this.wish = new Wish();
    this.pictures = [];
    this.formula = make("div", { class: "formula" });
    this.sliders = make("div", { class: "sliders" });
    this.said = make("div", { class: "said", role: "status" });
    this.curve = make("canvas", { class: "curve", role: "img" });
    this.bars = make("canvas", { role: "img" });
    this.maps = make("canvas", { role: "img" });
    const head = (text) => make("p", { class: "name" }, text);
    this.energies = make("div", {}, head("Energy of each frequency"), this.bars, this.energyKeys());
    const left = make("div", {}, head("What it does to a frequency: g(λ)"), this.curve, this.curveKeys(), this.said, this.sliders, this.energies);
    this.mapKeys = make("div", { class: "keys" });
    const right = make("div", {}, head("What comes out, on the frames"), this.maps, this.mapKeys);
    this.node = make("div", { class: "desk", role: "group", "aria-label": "Filter" }, this.formula, left, right);
    root.append(make("div", { class: "fit" }, this.node));
    const { signal } = this.abort;
    onDrag(this.curve, signal, (event) => this.bend(event), () => this.tell());
    this.sizes = new ResizeObserver(() => this.schedule());
    this.sizes.observe(this.node);
  }

  curveKeys() {
    const rows = Object.entries(GHOSTS).map(([name, [, colour]]) => this.key(name, colour));
    return make("div", { class: "keys" }, this.key("this filter", AFTER), ...rows, make("span", {}, "dots: eigenvalues"));
  }

  energyKeys() {
    return make("div", { class: "keys" }, this.key("before", BEFORE), this.key("after", AFTER));
  }

  key(name, colour) {
    const swatch = make("i");
    swatch.style.background = colour;
    return make("span", {}, swatch, name);
  }

  /** Take what Python sent; what a person turns, or has not told yet, is newer. */
  update(api, pressed = null) {
    this.api = api;
    const { meta } = api.data;
    this.arrays = unpacked(meta.contents, api.data.block.getChildAt(0).toArray());
    const other = this.meta?.operator !== meta.operator;
    if (`${meta.frames}` !== `${this.meta?.frames}`) this.load(meta.frames);
    this.meta = meta;
    this.row = RESPONSES[meta.operator];
    const turned = this.timer || this.sliders.contains(pressed) || this.curve === pressed;
    if ((this.wish.isNew([meta.operator, meta.turned]) && !turned) || other) {
      this.turned = { ...meta.turned, out: [...meta.turned.out] };
      this.build();
    }
    this.colours = meta.colours.map(channels);
    this.schedule();
  }

  load(addresses) {
    this.pictures = addresses.map((address) => {
      const picture = new Image();
      picture.onload = () => this.schedule();
      picture.src = address;
      return picture;
    });
  }

  /** Sliders and formula of the operator. */
  build() {
    const { most, step, low, high, orders } = this.meta.limits;
    const { turned, row } = this;
    const names = row.names ?? turned.out.map((_, k) => `W${k + 1}`);
    const rows = names.map((name, k) => this.slider(name, k, -most, most, step, turned.out[k]));
    if (row.inner) rows.push(this.slider("Wh", "inner", -most, most, step, turned.inner));
    if (row.zoom) rows.push(this.slider("h", "h", Math.log10(low), Math.log10(high), 0.02, Math.log10(turned.h)));
    this.sliders.replaceChildren(...rows.flat(), this.tools(orders));
    let words = row.words;
    if (row.joined) words = row.words.slice(0, turned.out.length).flatMap((piece, k) => (k ? [[row.joined], piece] : [piece]));
    const pieces = words.map(([text, of]) => make("span", of === undefined ? {} : { class: "own", "data-of": of }, text));
    this.formula.replaceChildren("F(A, Z) = ", ...pieces);
  }

  tools(orders) {
    const button = (text, act) => {
      const node = make("button", { type: "button" }, text);
      node.addEventListener("click", act, { signal: this.abort.signal });
      return node;
    };
    const tools = [button("All weights 0 but the first", () => this.put(this.turned.out.map((_, k) => (k ? 0 : 1))))];
    if (this.meta.operator === "chebyshev") {
      const { out } = this.turned;
      if (out.length < orders) tools.push(button("Higher order", () => this.put([...out, 0])));
      if (out.length > 1) tools.push(button("Lower order", () => this.put(out.slice(0, -1))));
    }
    return make("div", { class: "tools" }, ...tools);
  }

  put(out) {
    this.turned.out = out;
    this.build();
    this.schedule();
    this.tell();
  }

  slider(name, of, low, high, step, value) {
    const id = `turn-${of}`;
    const input = make("input", { type: "range", id, min: low, max: high, step, value, "data-of": of, "aria-label": name });
    const told = make("output", { for: id }, this.number(of));
    const { signal } = this.abort;
    input.addEventListener("input", () => this.turn(of, Number(input.value)), { signal });
    input.addEventListener("focus", () => this.light(of), { signal });
    input.addEventListener("blur", () => this.light(null), { signal });
    input.addEventListener("pointerenter", () => this.light(of), { signal });
    return [make("label", { for: id }, name), input, told];
  }

  number(of) {
    const value = typeof of === "number" ? this.turned.out[of] : this.turned[of];
    return value.toFixed(2).replace("-", "−");
  }

  /** A slider has moved. */
  turn(of, value) {
    if (typeof of === "number") this.turned.out[of] = value;
    else this.turned[of] = of === "h" ? 10 ** value : value;
    this.light(of);
    this.schedule();
    this.tell();
  }

  /** Highlight the terms of the formula that a slider is in. */
  light(of) {
    for (const piece of this.formula.querySelectorAll("[data-of]")) {
      piece.classList.toggle("hot", piece.dataset.of === String(of));
    }
  }

  /** Drag the curve: the least change of all weights that brings it under the pointer. */
  bend(event) {
    if (!this.area) return;
    const box = this.curve.getBoundingClientRect();
    const { left, top, width, height, low, high } = this.area;
    const value = clamp(((event.clientX - box.left - left) / width) * 2 - 1, -1, 1);
    const wanted = high - ((event.clientY - box.top - top) / height) * (high - low);
    const terms = this.row.terms([value, 0], this.turned.out.length, this.turned).map(([real]) => real);
    const length = terms.reduce((total, term) => total + term * term, 0);
    if (length < 1e-4) return;
    const off = wanted - respond(this.meta.operator, [value, 0], this.turned)[0];
    const { most } = this.meta.limits;
    this.turned.out = this.turned.out.map((weight, k) => clamp(weight + (off * terms[k]) / length, -most, most));
    this.still = true;
    this.schedule();
  }

  /** Python hears where the sliders have come to rest. */
  tell() {
    this.still = false;
    this.schedule();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.say(), TELL);
  }

  say() {
    this.timer = 0;
    const out = this.turned.out.map((weight) => Math.round(1e4 * weight) / 1e4);
    const turned = { out, inner: this.turned.inner, h: Math.round(1e4 * this.turned.h) / 1e4 };
    this.wish.tell([this.meta.operator, turned]);
    this.api.setStateValue("turned", { operator: this.meta.operator, ...turned });
  }

  schedule() {
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.paint();
    });
  }

  paint() {
    if (!this.meta || !this.node.clientWidth) return;
    const began = performance.now();
    for (const input of this.sliders.querySelectorAll("input")) {
      const of = input.dataset.of === "inner" || input.dataset.of === "h" ? input.dataset.of : Number(input.dataset.of);
      const value = typeof of === "number" ? this.turned.out[of] : this.turned[of];
      input.value = of === "h" ? Math.log10(value) : value;
      write(input.nextElementSibling, this.number(of));
    }
    this.paintCurve();
    this.paintEnergy();
    this.paintMaps();
    this.node.dataset.painted = Number(this.node.dataset.painted ?? 0) + 1;
    this.node.dataset.took = (performance.now() - began).toFixed(1); // ms, for whoever measures
  }

  close() {
    this.abort.abort();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    if (this.timer) this.say();
    cancelAnimationFrame(this.drawing);
    this.node.parentElement.remove();
  }
}

export default mounting(Equaliser);
