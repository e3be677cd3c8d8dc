// SHA-256 93b6c6481aa525a21f4bc71c134a7217ecd13e7a451213d9c2131c62b8baf8d6 of what "make bundle" makes this of: vizcore/player/filter_panel.js and what it imports
// vizcore/player/dom.js
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== void 0 && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
function penOf(canvas) {
  return (
    /** @type {CanvasRenderingContext2D} */
    canvas.getContext("2d")
  );
}
function set(thing, values) {
  Object.assign(thing, values);
}
var clamp = (value, low, high) => Math.min(Math.max(value, low), high);
function onDrag(node, signal, move, done = () => {
}) {
  let drag = new AbortController();
  node.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag.abort();
    const held = new AbortController();
    drag = held;
    const on = (name, act) => {
      const listener = (next) => next.pointerId === event.pointerId && act(next);
      window.addEventListener(name, listener, { capture: true, signal: held.signal });
    };
    const stop = (last) => {
      held.abort();
      done(last);
    };
    if (event.isTrusted) node.setPointerCapture(event.pointerId);
    on("pointermove", (next) => node.isConnected && move(next));
    on("pointerup", stop);
    on("pointercancel", stop);
    move(event);
  }, { signal });
}
var EchoFilter = class {
  /** @type {string | undefined} */
  last = void 0;
  // what Python said last, as text
  /** @type {string[]} */
  pending = [];
  // what the component has sent since, not echoed yet
  /** The component has sent a value, which Python will hand back. @param {unknown} value */
  sent(value) {
    this.pending = [...this.pending.slice(-15), JSON.stringify(value)];
  }
  /** Whether Python has handed back the last that was sent. */
  get settled() {
    return !this.pending.length;
  }
  /** Forget what was sent, of something else. */
  forget() {
    this.pending = [];
  }
  /** Whether a value from Python is new and not an echo. @param {unknown} value */
  isNew(value) {
    const text = JSON.stringify(value);
    const repeated = text === this.last;
    const echo = this.pending.lastIndexOf(text);
    this.last = text;
    if (echo >= 0) this.pending = this.pending.slice(echo + 1);
    return !repeated && echo < 0;
  }
};

// vizcore/player/colour.js
function channels(hex) {
  const value = parseInt(hex.replace("#", ""), 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}

// vizcore/player/paper.js
function paper(canvas, tall) {
  const ratio = window.devicePixelRatio || 1;
  const wide = canvas.clientWidth || (canvas.parentElement?.clientWidth ?? 0);
  set(canvas, { width: Math.round(wide * ratio), height: Math.round(tall * ratio) });
  canvas.style.height = `${tall}px`;
  const pen = penOf(canvas);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { color, fontFamily } = getComputedStyle(canvas);
  set(pen, { fillStyle: color, strokeStyle: color, font: `12px ${fontFamily}` });
  return { pen, wide, tall, ink: color };
}
var written = (value) => String(value).replace("-", "−");

// vizcore/player/filter_maps.js
var ABREAST = 4;
var BETWEEN = 4;
var Maps = class {
  /** @type {HTMLImageElement[]} */
  pictures = [];
  // of the frames; there may be none
  addresses = "";
  // of them
  /** @type {FilterMeta["grid"]} */
  grid = [1, 1, 1];
  // frames, rows, columns of the positions
  /** @type {[red: number, green: number, blue: number][]} */
  colours = [];
  // from low to high
  gradient = "";
  // the same for the style sheet
  canvas = make("canvas", { role: "img" });
  keys = make("div", { class: "keys" });
  /** Take what Python sent. @param {FilterMeta} meta @param {() => void} loaded told when a picture is there */
  fill(meta, loaded) {
    this.grid = meta.grid;
    this.colours = meta.colours.map(channels);
    this.gradient = `linear-gradient(to right, ${meta.colours.join(", ")})`;
    if (meta.frames.join() === this.addresses) return;
    this.addresses = meta.frames.join();
    this.pictures = meta.frames.map((address) => {
      const picture = new Image();
      picture.onload = loaded;
      picture.src = address;
      return picture;
    });
  }
  /**
   * Draw (N,) numbers each.
   * @param {Float64Array} signal
   * @param {Float64Array} after what the filter makes of it
   * @param {Float64Array} reference what NL makes of it
   */
  paint(signal, after, reference) {
    const less = after.map((value, k) => value - reference[k]);
    const rows = [
      { name: "before", column: signal },
      { name: "after", column: after },
      { name: "after less NL", column: less }
    ];
    const largest = rows.map(({ column }) => column.reduce((most2, value) => Math.max(most2, Math.abs(value)), 1e-12));
    const most = Math.max(largest[0], largest[1]);
    const [frames, high, across] = this.grid;
    const { beside, wide, tall } = this.size();
    const each = Math.ceil(frames / beside) * (tall + BETWEEN) + 22;
    const { pen } = paper(this.canvas, rows.length * each);
    rows.forEach(({ name, column }, row) => {
      const top = row * each;
      pen.textAlign = "left";
      pen.fillText(name, 0, top + 12);
      for (let frame = 0; frame < frames; frame += 1) {
        const x = frame % beside * (wide + BETWEEN);
        const y = top + 17 + Math.floor(frame / beside) * (tall + BETWEEN);
        if (this.pictures[frame]?.complete) pen.drawImage(this.pictures[frame], x, y, wide, tall);
        pen.globalAlpha = this.pictures.length ? 0.72 : 1;
        pen.imageSmoothingEnabled = false;
        pen.drawImage(this.cells(column, frame * high * across, most), x, y, wide, tall);
        pen.globalAlpha = 1;
      }
    });
    this.nameScale(most);
    const [first, second, third] = largest.map((value) => value.toPrecision(3));
    this.canvas.setAttribute("aria-label", `Largest value before ${first}, after ${second}, less NL ${third}`);
  }
  /** How many frames stand side by side, and how large each is, px. */
  size() {
    const [frames, high, across] = this.grid;
    const picture = this.pictures[0];
    const aspect = picture?.naturalWidth ? picture.naturalWidth / picture.naturalHeight : across / high;
    const room = this.canvas.parentElement?.clientWidth ?? 0;
    const beside = Math.min(frames, ABREAST);
    const wide = Math.min((room + BETWEEN) / beside - BETWEEN, 190 * clamp(aspect, 1, 3));
    return { beside, wide, tall: Math.max(14, wide / Math.max(aspect, 0.3)) };
  }
  /** @param {number} most */
  nameScale(most) {
    const ramp = make("i", { class: "ramp" });
    ramp.style.background = this.gradient;
    const ends = [-most, most].map((end) => written(end.toPrecision(2)));
    this.keys.replaceChildren(make("span", {}, `${ends[0]} `, ramp, ends[1], " · one scale for all pictures"));
  }
  /**
   * One frame's part of a column as a picture of one pixel a position.
   * @param {Float64Array} column
   * @param {number} start
   * @param {number} most the value at the end of the colours
   */
  cells(column, start, most) {
    const [, high, across] = this.grid;
    const canvas = make("canvas", { width: across, height: high });
    const pen = penOf(canvas);
    const image = pen.createImageData(across, high);
    const { colours } = this;
    const last = colours.length - 1;
    for (let i = 0; i < high * across; i += 1) {
      const at = clamp((column[start + i] / most + 1) / 2, 0, 1) * last;
      const k = Math.min(Math.floor(at), last - 1);
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * i + c] = colours[k][c] + (at - k) * (colours[k + 1][c] - colours[k][c]);
      }
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  }
};

// vizcore/player/responses.js
var product = ([a, b], [c, d]) => [a * c - b * d, a * d + b * c];
var ZERO = [0, 0];
var scaled = ([a, b], by) => [a * by, b * by];
var sum = ([a, b], [c, d]) => [a + c, b + d];
function quotient(one, [c, d]) {
  return scaled(product(one, [c, -d]), 1 / (c * c + d * d));
}
function polynomial(factors, at) {
  return factors.reduceRight((total, factor) => sum(product(total, at), [factor, 0]), ZERO);
}
function inBoth(rows, at, s) {
  return rows.reduceRight((total, row) => sum(scaled(total, s), polynomial(row, at)), ZERO);
}
function term({ numerator, denominator }, at, s) {
  return quotient(inBoth(numerator, at, s), inBoth(denominator, at, s));
}
function terms({ responses, zoom }, at, settings) {
  return settings.out.map((_, k) => term(responses[k], at, zoom ? settings.h : settings.inner));
}
function respond(operator, at, settings) {
  return terms(operator, at, settings).reduce((total, one, k) => sum(total, scaled(one, settings.out[k])), ZERO);
}

// vizcore/player/filter_plots.js
var CURVE = 201;
var BINS = 25;
var BEFORE = "#9a9a9a";
var AFTER = "#0072B2";
var GHOSTS = ["#D55E00", "#CC79A7"];
var PLAIN = { out: [1], inner: 1, h: 1 };
var DECADES = 6;
var Plots = class {
  /** @type {FilterMeta} */
  meta;
  /** @type {FilterArrays} */
  arrays;
  /** @type {FilterSettings} */
  settings = { ...PLAIN };
  still = false;
  // while the curve is dragged its scale stays
  range = [-1.2, 1.2];
  // of that scale
  /** @type {Scaled | null} */
  area = null;
  // of the curve
  summary = make("div", { class: "summary", role: "status" });
  curve = make("canvas", { class: "curve", role: "img" });
  bars = make("canvas", { role: "img" });
  energies = make("div");
  /** Take what Python sent. @param {FilterMeta} meta @param {FilterArrays} arrays */
  fill(meta, arrays) {
    this.meta = meta;
    this.arrays = arrays;
  }
  /** g, the real part of it, at lambda. @param {number} value @param {number} imaginary */
  gain(value, imaginary = 0) {
    return respond(this.meta.operator, [value, imaginary], this.settings)[0];
  }
  /** (N,) what comes out for the signal. */
  filtered() {
    const { values, scales, parts, signal } = this.arrays;
    const count = signal.length;
    const found = new Float64Array(count);
    if (values.length === 1 && Number.isNaN(values[0])) {
      const [still, whole] = [this.gain(0), this.gain(1)];
      for (let i = 0; i < count; i += 1) found[i] = still * signal[i] + (whole - still) * parts[i] * scales[0];
      return found;
    }
    values.forEach((value, b) => {
      const by = this.gain(value) * scales[b];
      for (let i = 0, at = b * count; i < count; i += 1, at += 1) found[i] += by * parts[at];
    });
    return found;
  }
  paintCurve() {
    const { pen, wide, tall, ink } = paper(this.curve, 240);
    const places = Array.from({ length: CURVE }, (_, k) => 2 * k / (CURVE - 1) - 1);
    const own = places.map((at) => this.gain(at));
    if (!this.still) {
      const all = [...own, -1.2, 1.2];
      this.range = [Math.min(...all), Math.max(...all)];
    }
    const [low, high] = this.range;
    const area = { left: 38, top: 22, width: wide - 48, height: tall - 62, low, high };
    this.area = area;
    const x = (value) => area.left + (value + 1) / 2 * area.width;
    const y = (value) => area.top + (high - value) / (high - low) * area.height;
    this.axes(pen, area, x, y);
    const line = (column, colour, thick) => {
      set(pen, { strokeStyle: colour, lineWidth: thick, lineJoin: "round" });
      pen.save();
      pen.beginPath();
      pen.rect(area.left, area.top - 3, area.width, area.height + 6);
      pen.clip();
      pen.beginPath();
      column.forEach((value, k) => pen.lineTo(x(places[k]), y(value)));
      pen.stroke();
      pen.restore();
    };
    this.meta.ghosts.forEach((ghost, k) => {
      line(places.map((at) => respond(ghost, [at, 0], PLAIN)[0]), GHOSTS[k], 1.5);
    });
    line(own, AFTER, 3.5);
    this.dots(pen, x, y, ink);
    const [one, other] = [1, -1].map((at) => written(this.gain(at).toFixed(2)));
    const summary = `g(1) = ${one} on what all share, g(−1) = ${other} on what neighbours differ in.`;
    write(this.summary, `${summary} Drag the curve, or slide.`);
    this.curve.setAttribute("aria-label", `Response of the filter: ${one} at eigenvalue 1, ${other} at −1`);
  }
  /**
   * What stands beside and under the curve.
   * @param {CanvasRenderingContext2D} pen
   * @param {Scaled} area
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   */
  axes(pen, { left, top, width, height, low, high }, x, y) {
    const places = [-1, -0.5, 0, 0.5, 1];
    pen.globalAlpha = 0.25;
    for (const at of places) pen.fillRect(x(at), top, 1, height);
    pen.fillRect(left, y(0), width, 1.5);
    pen.globalAlpha = 1;
    pen.textAlign = "center";
    for (const at of places) {
      pen.fillText(written(at), x(at), top + height + 15);
      pen.fillText(String(1 - at), x(at), 12);
    }
    pen.fillText("eigenvalue λ of A  (above: μ = 1 − λ; 0 is slow, 2 is fast)", left + width / 2, top + height + 32);
    pen.textAlign = "right";
    for (const at of [low, 0, high]) pen.fillText(written(at.toFixed(1)), left - 5, y(at) + 4);
  }
  /**
   * Every eigenvalue on the curve, above its real part.
   * @param {CanvasRenderingContext2D} pen
   * @param {(value: number) => number} x
   * @param {(value: number) => number} y
   * @param {string} ink
   */
  dots(pen, x, y, ink) {
    const { real, imaginary, energy } = this.arrays;
    const most = energy.reduce((one, other) => Math.max(one, other), 1e-12);
    set(pen, { fillStyle: AFTER, strokeStyle: ink, lineWidth: 1 });
    real.forEach((value, k) => {
      if (Math.abs(value) > 1.001) return;
      const size = energy.length ? 2 + 5 * (energy[k] / most) ** 0.25 : 3;
      pen.beginPath();
      pen.arc(x(value), y(this.gain(value, imaginary[k])), size, 0, 2 * Math.PI);
      pen.globalAlpha = 0.55;
      pen.fill();
      pen.globalAlpha = 1;
    });
  }
  /** (BINS,) the energy of each stretch of frequencies before, and after. */
  binned() {
    const { real, imaginary, energy } = this.arrays;
    const [before, after] = [new Float64Array(BINS), new Float64Array(BINS)];
    real.forEach((value, k) => {
      const bin = Math.round((clamp(value, -1, 1) + 1) / 2 * (BINS - 1));
      const [a, b] = respond(this.meta.operator, [value, imaginary[k]], this.settings);
      before[bin] += energy[k];
      after[bin] += energy[k] * (a * a + b * b);
    });
    return [before, after];
  }
  paintEnergy() {
    this.energies.hidden = !this.arrays.energy.length;
    if (this.energies.hidden) return;
    const { pen, wide, tall } = paper(this.bars, 150);
    const sums = this.binned();
    const top = Math.ceil(Math.log10(Math.max(...sums[0], ...sums[1], 1e-9)));
    const area = { left: 38, top: 6, width: wide - 48, height: tall - 44 };
    const share = (value) => clamp((Math.log10(value) - top + DECADES) / DECADES, 0, 1);
    pen.textAlign = "right";
    for (let k = 0; k <= DECADES; k += 2) {
      const level = area.top + k / DECADES * area.height;
      pen.fillText(`1e${written(top - k)}`, area.left - 4, level + 4);
      pen.globalAlpha = 0.2;
      pen.fillRect(area.left, level, area.width, 1);
      pen.globalAlpha = 1;
    }
    pen.textAlign = "center";
    const each = area.width / BINS;
    for (const at of [-1, 0, 1]) {
      const x = area.left + (at + 1) / 2 * (area.width - each) + each / 2;
      pen.fillText(written(at), x, area.top + area.height + 15);
    }
    pen.fillText("eigenvalue λ", area.left + area.width / 2, tall - 6);
    sums.forEach((column, side) => {
      pen.fillStyle = side ? AFTER : BEFORE;
      column.forEach((value, bin) => {
        const height = value > 0 ? share(value) * area.height : 0;
        const left = area.left + bin * each + 1 + side * (each / 2 - 1);
        pen.fillRect(left, area.top + area.height - height, each / 2 - 1.5, height);
      });
    });
    const [before, after] = sums.map((column) => column.reduce((one, other) => one + other, 0).toPrecision(3));
    this.bars.setAttribute("aria-label", `Energy of all modes: ${before} before, ${after} after`);
  }
};

// vizcore/player/mount.js
var Mounted = class {
  /** @type {Api<Data, State> | null} */
  late = null;
  /** @type {Element | null} */
  target = null;
  /** @type {Set<number>} */
  down = /* @__PURE__ */ new Set();
  // pointers
  abort = new AbortController();
  /** @param {HTMLElement} root @param {Part<Data, State>} part */
  constructor(root, part) {
    this.part = part;
    const { signal } = this.abort;
    root.addEventListener("pointerdown", (event) => this.press(event), { capture: true, signal });
    for (
      const name of
      /** @type {const} */
      ["pointerup", "pointercancel", "pointermove"]
    ) {
      window.addEventListener(name, (event) => this.lift(event), { capture: true, signal });
    }
    window.addEventListener("blur", () => this.lift(null), { signal });
  }
  /** @param {Api<Data, State>} api */
  update(api) {
    if (this.down.size) {
      this.late = api;
      return;
    }
    this.catchUp();
    this.part.update(api, null);
  }
  /** @param {PointerEvent} event */
  press(event) {
    const target = (
      /** @type {Element} */
      event.composedPath()[0]
    );
    const kept = event.button === 0 && !target.closest("select, [data-live]");
    if (!kept) return;
    this.down.add(event.pointerId);
    this.target = target;
  }
  /** @param {PointerEvent | null} event null: the window was left */
  lift(event) {
    if (!event) this.down.clear();
    else if (event.type !== "pointermove" || !event.buttons) this.down.delete(event.pointerId);
    if (this.late && !this.down.size) setTimeout(() => this.catchUp());
  }
  catchUp() {
    const { late, target } = this;
    if (!late || this.down.size || this.abort.signal.aborted) return;
    this.late = null;
    this.part.update(late, target);
  }
  close() {
    this.abort.abort();
    this.part.close();
  }
};
function mounting(Part) {
  const mounted = /* @__PURE__ */ new WeakMap();
  return (api) => {
    const root = api.parentElement;
    const part = mounted.get(root) ?? new Mounted(root, new Part(root));
    mounted.set(root, part);
    part.update(api);
    return () => {
      if (root.isConnected) return;
      mounted.get(root)?.close();
      mounted.delete(root);
    };
  };
}

// vizcore/player/payload.js
var KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, f8: Float64Array };
function unpack(contents, block) {
  const { buffer } = new Uint8Array(block);
  const arrays = {};
  for (const [name, [kind, start, count]] of Object.entries(contents)) {
    arrays[name] = new KINDS[kind](buffer, start, count);
  }
  return (
    /** @type {Arrays} */
    arrays
  );
}

// vizcore/player/filter_panel.js
var REST = 250;
function keys(...rows) {
  return make("div", { class: "keys" }, ...rows.map(([name, colour]) => {
    const swatch = make("i");
    swatch.style.background = colour;
    return make("span", {}, swatch, name);
  }));
}
var FilterPanel = class extends Plots {
  /** @type {FilterApi} */
  api;
  maps = new Maps();
  echoes = new EchoFilter();
  timer = 0;
  // until the sliders are sent
  drawing = 0;
  // an animation frame
  abort = new AbortController();
  /** @param {HTMLElement} root */
  constructor(root) {
    super();
    this.formula = make("div", { class: "formula" });
    this.sliders = make("div", { class: "sliders" });
    const head = (text) => make("p", { class: "name" }, text);
    this.energies.append(head("Energy of each frequency"), this.bars, keys(["before", BEFORE], ["after", AFTER]));
    const curveKeys = keys(["this filter", AFTER], ["NL", GHOSTS[0]], ["NS", GHOSTS[1]]);
    curveKeys.append(make("span", {}, "dots: eigenvalues"));
    const left = make("div", {}, head("What it does to a frequency: g(λ)"), this.curve, curveKeys);
    left.append(this.summary, this.sliders, this.energies);
    const right = make("div", {}, head("What comes out, on the frames"), this.maps.canvas, this.maps.keys);
    const about = { class: "filter-panel", role: "group", "aria-label": "Filter" };
    this.node = make("div", about, this.formula, left, right);
    root.append(make("div", { class: "fit" }, this.node));
    const { signal } = this.abort;
    onDrag(this.curve, signal, (event) => this.bend(event), () => this.sendSoon());
    this.sizes = new ResizeObserver(() => this.schedule());
    this.sizes.observe(this.node);
  }
  /**
   * Take what Python sent; what a person turns, or has not told yet, is newer.
   * @param {FilterApi} api
   * @param {Element | null} pressed
   */
  update(api, pressed = null) {
    this.api = api;
    const { meta, block } = api.data;
    const { name } = meta.operator;
    const other = this.meta?.operator.name !== name;
    this.maps.fill(meta, () => this.schedule());
    this.fill(meta, unpack(meta.contents, block.getChildAt(0).toArray()));
    const held = this.timer || this.sliders.contains(pressed) || this.curve === pressed;
    if (this.echoes.isNew([name, meta.settings]) && !held || other) {
      this.settings = { ...meta.settings, out: [...meta.settings.out] };
      this.build();
    }
    this.schedule();
  }
  /** Sliders and formula of the operator. */
  build() {
    const { most, step, low, high } = this.meta.limits;
    const { inner, weights, zoom } = this.meta.operator;
    const rows = this.settings.out.map((_, k) => this.slider(weights[k], k, -most, most, step));
    if (inner) rows.push(this.slider("Wh", "inner", -most, most, step));
    if (zoom) rows.push(this.slider("h", "h", Math.log10(low), Math.log10(high), 0.02));
    this.sliders.replaceChildren(...rows.flat(), this.tools());
    const pieces = this.words().map(([text, of]) => {
      return make("span", of === null ? {} : { class: "own", "data-of": of }, text);
    });
    this.formula.replaceChildren("F(A, Z) = ", ...pieces);
  }
  /** The formula, for as many weights as there are. @returns {Piece[]} */
  words() {
    const { more, pieces } = this.meta.operator;
    if (!more) return pieces;
    const between = [" + ", null];
    return pieces.slice(0, this.settings.out.length).flatMap((piece, k) => k ? [between, piece] : [piece]);
  }
  tools() {
    const button = (text, act) => {
      const node = make("button", { type: "button" }, text);
      node.addEventListener("click", act, { signal: this.abort.signal });
      return node;
    };
    const tools = [button("All weights 0 but the first", () => this.put(this.settings.out.map((_, k) => k ? 0 : 1)))];
    const { more, weights } = this.meta.operator;
    if (more) {
      const { out } = this.settings;
      if (out.length < weights.length) tools.push(button("Higher order", () => this.put([...out, 0])));
      if (out.length > 1) tools.push(button("Lower order", () => this.put(out.slice(0, -1))));
    }
    return make("div", { class: "tools" }, ...tools);
  }
  /** @param {number[]} out */
  put(out) {
    this.settings.out = out;
    this.build();
    this.schedule();
    this.sendSoon();
  }
  /**
   * A slider, between its name and its number.
   * @param {string} name
   * @param {Slider} of
   * @param {number} low
   * @param {number} high
   * @param {number} step
   */
  slider(name, of, low, high, step) {
    const id = `turn-${of}`;
    const range = { id, min: low, max: high, step, value: this.setting(of), "data-of": of };
    const input = make("input", { type: "range", ...range, "aria-label": name });
    const output = make("output", { for: id }, this.number(of));
    const { signal } = this.abort;
    input.addEventListener("input", () => this.turn(of, Number(input.value)), { signal });
    input.addEventListener("focus", () => this.light(of), { signal });
    input.addEventListener("blur", () => this.light(null), { signal });
    input.addEventListener("pointerenter", () => this.light(of), { signal });
    return [make("label", { for: id }, name), input, output];
  }
  /** What a slider turns. @param {Slider} of */
  value(of) {
    return typeof of === "number" ? this.settings.out[of] : this.settings[of];
  }
  /** Where a slider stands. @param {Slider} of */
  setting(of) {
    return of === "h" ? Math.log10(this.value(of)) : this.value(of);
  }
  /** @param {Slider} of */
  number(of) {
    return written(this.value(of).toFixed(2));
  }
  /** A slider has moved. @param {Slider} of @param {number} setting */
  turn(of, setting) {
    if (typeof of === "number") this.settings.out[of] = setting;
    else this.settings[of] = of === "h" ? 10 ** setting : setting;
    this.light(of);
    this.schedule();
    this.sendSoon();
  }
  /** Highlight the terms of the formula that a slider is in. @param {Slider | null} of */
  light(of) {
    for (const piece of this.formula.querySelectorAll("span")) {
      piece.classList.toggle("hot", piece.dataset.of === String(of));
    }
  }
  /** Drag the curve: the least change of all weights that brings it under the pointer. @param {PointerEvent} event */
  bend(event) {
    if (!this.area) return;
    const box = this.curve.getBoundingClientRect();
    const { left, top, width, height, low, high } = this.area;
    const value = clamp((event.clientX - box.left - left) / width * 2 - 1, -1, 1);
    const wanted = high - (event.clientY - box.top - top) / height * (high - low);
    const parts = terms(this.meta.operator, [value, 0], this.settings).map(([real]) => real);
    const length = parts.reduce((total, part) => total + part * part, 0);
    if (length < 1e-4) return;
    const off = wanted - this.gain(value);
    const { most } = this.meta.limits;
    this.settings.out = this.settings.out.map((weight, k) => clamp(weight + off * parts[k] / length, -most, most));
    this.still = true;
    this.schedule();
  }
  /** Python hears where the sliders have come to rest. */
  sendSoon() {
    this.still = false;
    this.schedule();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), REST);
  }
  send() {
    this.timer = 0;
    const out = this.settings.out.map((weight) => Math.round(1e4 * weight) / 1e4);
    const settings = { out, inner: this.settings.inner, h: Math.round(1e4 * this.settings.h) / 1e4 };
    const { name } = this.meta.operator;
    this.echoes.sent([name, settings]);
    this.api.setStateValue("settings", { operator: name, ...settings });
  }
  schedule() {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.paint();
    });
  }
  paint() {
    if (!this.meta || !this.node.clientWidth) return;
    const began = performance.now();
    for (const input of this.sliders.querySelectorAll("input")) {
      const { of } = input.dataset;
      const slider = of === "inner" || of === "h" ? of : Number(of);
      input.value = String(this.setting(slider));
      if (input.nextElementSibling) write(input.nextElementSibling, this.number(slider));
    }
    this.paintCurve();
    this.paintEnergy();
    this.maps.paint(this.arrays.signal, this.filtered(), this.arrays.reference);
    const painted = Number(this.node.dataset.painted ?? 0) + 1;
    const took = (performance.now() - began).toFixed(1);
    Object.assign(this.node.dataset, { painted, took });
  }
  close() {
    this.abort.abort();
    this.sizes.disconnect();
    clearTimeout(this.timer);
    if (this.timer) this.send();
    cancelAnimationFrame(this.drawing);
    this.node.parentElement?.remove();
  }
};
var filter_panel_default = mounting(FilterPanel);
export {
  filter_panel_default as default
};
