// SHA-256 c4146f8dafb385756870b49d2dce6e578d226ef9f2d9044498b3938f30a69e2d of what "make bundle" makes this of: vizcore/player/player.js and what it imports
// vizcore/player/dom.js
var SVG = "http://www.w3.org/2000/svg";
var ICONS = {
  // on 24 x 24; a path that ends in z is filled by the style sheet, the others are drawn as lines
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6 4.5h4.2v15H6zM13.8 4.5H18v15h-4.2z",
  back: "M17.5 5v14L8 12zM5 5h2.2v14H5z",
  on: "M6.5 5v14l9.5-7zM16.8 5H19v14h-2.2z",
  loop: "M17 2.5l3.5 3.5L17 9.5M3.5 11V9.5A3.5 3.5 0 0 1 7 6h13M7 21.5L3.5 18 7 14.5M20.5 13v1.5A3.5 3.5 0 0 1 17 18H4",
  grid: "M4 4h16v16H4V4M4 9.3h16M4 14.7h16M9.3 4v16M14.7 4v16",
  boxes: "M4 6h12v12H4V6M16 9h4v9h-4",
  bones: "M12 7.2a2.3 2.3 0 1 0-.01 0M12 7.5V14M6.5 10.5h11M12 14l-4 6.5M12 14l4 6.5",
  mask: "M12 3.5c5 0 9 3.2 8.5 8s-4 9-8.5 9-8.5-3.5-8.5-8.5 3.5-8.5 8.5-8.5z",
  wipe: "M4 5h16v14H4V5M12 2v20M8.5 9.5L6 12l2.5 2.5M15.5 9.5L18 12l-2.5 2.5",
  smooth: "M3 17c4 0 4-10 9-10s5 10 9 10",
  close: "M6 6l12 12M18 6L6 18",
  help: "M9 9a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1.2-1.5 2.4M12 17.5v.5"
};
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== void 0 && value !== null) node.setAttribute(name, String(value));
  }
  node.append(...children);
  return node;
}
function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", ICONS[name].endsWith("z") ? "icon solid" : "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  return svg;
}
function iconButton(name, label, extra = {}) {
  return make("button", { type: "button", "aria-label": label, title: label, ...extra }, icon(name));
}
function press(button, on) {
  button.setAttribute("aria-pressed", on ? "true" : "false");
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
function inShort(value) {
  const rounded = Number(value.toPrecision(3));
  return rounded && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : String(rounded);
}
var clamp = (value, low, high) => Math.min(Math.max(value, low), high);
function countUpTo(rising, value) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = low + high >> 1;
    if (rising[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
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
var numbered = (event, seq) => ({ ...event, seq, at: Date.now() });
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
var STOPS = {
  // every fifth of 256 entries, rrggbb (Matplotlib's tables, in the public domain); linear between
  viridis: "44015446085c471063481769481d6f482475472a7a46307e453781433d844142873f48893d4e8a3a538b38598c355e8d33638d31688e2e6d8e2c718e2a768e297b8e27808e25848e23898e218e8d20928c1f978b1e9c891fa18821a58524aa8328ae802eb37c35b7793dbc7446c06f50c46a5ac86465cb5e70cf577cd25089d54895d840a2da37b0dd2fbddf26cae11fd8e219e5e419f1e51dfde725",
  magma: "00000402020b0504160907200e0b2b140e361a104221114e29115a311165390f6e420f754a107952137c5a167e6219806a1c81721f81792282812581892881912b81992d80a1307eaa337db2357bba3878c23b75ca3e72d2426fd9466be04c67e75263ec5860f1605df4695cf7725cf97b5dfb8560fc8e64fd9869fea16efeaa74feb47bfebd82fec68afecf92fed89afde2a3fdebacfcf4b6fcfdbf",
  cividis: "00224e002656002a5f002d68003070083370163770203a6f273e6e2e416d34456c3a486c3f4c6c444f6c49536c4e566c535a6d575d6d5c616e60646f656870696b716d6f727272747676767a7a787e7d788381798885788d8878928c789690779b9476a09875a59c74aaa073afa471b5a86fbaac6dbfb06bc4b468c9b965cfbd62d4c15fdac65bdfca57e5cf52ead34cf0d846f6dd3ffce236fee838",
  grey: "000000ffffff",
  diverging: "14629b4a93c693bfe0cbdfecececeaf8dcb9f3b56ade861db35a00"
};
var PALETTES = ["viridis", "magma", "cividis", "grey"];
var TRACK_PALETTE = "viridis";
var PICK_COLOUR = "#e69f00";
var DARK_TEXT = "#000000";
var LIGHT_TEXT = "#ffffff";
var tables = /* @__PURE__ */ new Map();
function channels(hex) {
  const value = parseInt(hex.replace("#", ""), 16);
  return [value >> 16, value >> 8 & 255, value & 255];
}
function palette(name) {
  const known = tables.get(name);
  if (known) return known;
  const hexes = (
    /** @type {string[]} */
    STOPS[name].match(/.{6}/g)
  );
  const stops = hexes.map(channels);
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i += 1) {
    const at = i / 255 * (stops.length - 1);
    const k = Math.min(Math.floor(at), stops.length - 2);
    for (let c = 0; c < 3; c += 1) {
      table[i * 3 + c] = Math.round(stops[k][c] + (at - k) * (stops[k + 1][c] - stops[k][c]));
    }
  }
  tables.set(name, table);
  return table;
}
function shade(name, share) {
  const at = 3 * Math.round(255 * clamp(share, 0, 1));
  const table = palette(name);
  return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
}
function gradient(name) {
  const shades = Array.from({ length: 9 }, (_, i) => shade(name, i / 8));
  return `linear-gradient(to right, ${shades.join(", ")})`;
}
function luminance(hex) {
  const [r, g, b] = channels(hex).map((v) => v <= 10 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
function readable(hex) {
  return contrast(hex, DARK_TEXT) >= contrast(hex, LIGHT_TEXT) ? DARK_TEXT : LIGHT_TEXT;
}

// vizcore/player/payload.js
var KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, f8: Float64Array };
var FINE = 1e4;
var UNKNOWN = -32768;
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

// vizcore/player/strokes.js
var CASING = "rgba(0, 0, 0, 0.65)";
function stroke(pen, strokes, draw = () => pen.stroke()) {
  for (const [style, width, dash] of strokes) {
    pen.strokeStyle = style;
    pen.lineWidth = width;
    if (dash) pen.setLineDash(dash);
    draw();
  }
}

// vizcore/player/annotations.js
var TAG = { size: 12, pad: 4, height: 17 };
var SEAM = 150;
var WASH = 38;
var Annotations = class {
  /** @param {PlayerArrays} arrays @param {number} side @param {AnnotationWords} words */
  constructor(arrays, side, words) {
    this.styles = words.styles.map(([name, colour, dashed]) => ({ name, colour, dashed, text: readable(colour) }));
    this.words = words;
    this.box = {
      frames: arrays[`boxed.${side}`],
      corners: arrays[`box.corners.${side}`],
      styles: arrays[`box.styles.${side}`],
      labels: arrays[`box.labels.${side}`],
      scores: arrays[`box.scores.${side}`]
    };
    this.line = {
      frames: arrays[`lined.${side}`],
      points: arrays[`line.points.${side}`],
      styles: arrays[`line.styles.${side}`]
    };
    this.run = {
      values: arrays[`mask.values.${side}`],
      lengths: arrays[`mask.runs.${side}`],
      starts: arrays[`mask.starts.${side}`]
    };
  }
  /** Whether there is a layer. @param {Layer} layer */
  has(layer) {
    const { mask, bones, labels } = this.words;
    return Boolean({ mask, bones, boxes: labels }[layer]);
  }
  /**
   * The entries of a rising column of frames that belong to a frame.
   * @param {Uint32Array} frames
   * @param {number} frame
   */
  entries(frames, frame) {
    const [start, stop] = [countUpTo(frames, frame - 1), countUpTo(frames, frame)];
    return Array.from({ length: stop - start }, (_, i) => start + i);
  }
  /** The boxes of a frame whose corners are all known. @param {number} frame @returns {Box[]} */
  boxesAt(frame) {
    const { frames, corners, styles, labels, scores } = this.box;
    const names = this.words.labels ?? [];
    return this.entries(frames, frame).flatMap((i) => {
      const places = Array.from(corners.subarray(4 * i, 4 * i + 4));
      if (places.includes(UNKNOWN)) return [];
      const score = scores[i] === UNKNOWN ? "" : (scores[i] / FINE).toFixed(2);
      const label = labels.length ? names[labels[i]] : "";
      const words = [label, score].filter(Boolean).join(" ");
      return [{ corners: places.map((value) => value / FINE), look: this.styles[styles[i]], label: words }];
    });
  }
  /** The figures of a frame, with every bone whose ends are known. @param {number} frame @returns {Figure[]} */
  figuresAt(frame) {
    const { frames, points, styles } = this.line;
    const { joints, bones } = this.words;
    return this.entries(frames, frame).map((i) => {
      const places = Array.from({ length: joints }, (_, joint) => {
        const at = 2 * (i * joints + joint);
        return points[at] === UNKNOWN || points[at + 1] === UNKNOWN ? null : [points[at] / FINE, points[at + 1] / FINE];
      });
      const drawn = [];
      for (const [one, other] of bones ?? []) {
        const [start, end] = [places[one], places[other]];
        if (start && end) drawn.push([start, end]);
      }
      return { bones: drawn, points: places.filter((place) => place !== null), look: this.styles[styles[i]] };
    });
  }
  /**
   * Paint the things of a frame into a canvas of the mask's own size.
   * @param {HTMLCanvasElement} canvas
   * @param {number} frame
   */
  paintMask(canvas, frame) {
    if (!this.words.mask) return;
    const [rows, columns] = this.words.mask;
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const things = this.thingsAt(frame, rows * columns);
    const colours = this.styles.map(({ colour }) => channels(colour));
    const image = new ImageData(columns, rows);
    things.forEach((thing, at) => {
      if (!thing) return;
      const around = [at % columns ? at - 1 : at, (at + 1) % columns ? at + 1 : at, at - columns, at + columns];
      const rim = around.some((next) => (things[next] ?? thing) !== thing);
      image.data.set([...colours[thing - 1], rim ? SEAM : WASH], 4 * at);
    });
    penOf(canvas).putImageData(image, 0, 0);
  }
  /**
   * Which thing each pixel of a frame's mask belongs to: 0 none, k the look k - 1.
   * @param {number} frame
   * @param {number} count of pixels
   */
  thingsAt(frame, count) {
    const things = new Uint8Array(count);
    const { values, lengths, starts } = this.run;
    for (let run = starts[frame], at = 0; run < starts[frame + 1]; run += 1) {
      things.fill(values[run], at, at + lengths[run]);
      at += lengths[run];
    }
    return things;
  }
  /** The boxes of a frame in words, for those who do not see them. @param {number} frame */
  describe(frame) {
    return this.words.labels ? this.boxesAt(frame).map(({ look, label }) => label || look.name).join("; ") : "";
  }
};
var Draughtsman = class {
  /** @param {Overlay} overlay */
  constructor(overlay) {
    this.overlay = overlay;
  }
  /**
   * Draw the layers of a frame that a person wants to see.
   * @param {Annotations} annotations
   * @param {number} frame
   * @param {Preferences} preferences
   */
  draw(annotations, frame, preferences) {
    const { bones, boxes: boxed } = preferences;
    if (bones && annotations.has("bones")) annotations.figuresAt(frame).forEach((figure) => this.figure(figure));
    if (!boxed || !annotations.has("boxes")) return;
    const boxes = annotations.boxesAt(frame);
    boxes.forEach((box) => this.frame(box));
    const taken = [];
    for (const box of boxes) taken.push(...this.tag(box, taken));
  }
  /** Where a share of the picture is, px. @param {Place} share @returns {[x: number, y: number]} */
  place([x, y]) {
    return [x * this.overlay.width, y * this.overlay.height];
  }
  /** @param {Figure} figure */
  figure({ bones, points, look }) {
    const { pen, width } = this.overlay;
    const thick = clamp(width / 220, 1.5, 3);
    set(pen, { lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    for (const [one, other] of bones) {
      pen.moveTo(...this.place(one));
      pen.lineTo(...this.place(other));
    }
    stroke(pen, [[CASING, thick + 2.5], ["#ffffff", thick + 1], [look.colour, thick]]);
    for (const point of points) {
      pen.beginPath();
      pen.arc(...this.place(point), thick + 0.8, 0, 2 * Math.PI);
      set(pen, { fillStyle: "#ffffff", strokeStyle: CASING, lineWidth: 1 });
      pen.fill();
      pen.stroke();
    }
  }
  /** @param {Box} box */
  frame({ corners: [x0, y0, x1, y1], look }) {
    const { pen } = this.overlay;
    const [[left, top], [right, bottom]] = [this.place([x0, y0]), this.place([x1, y1])];
    pen.lineCap = "butt";
    const dash = look.dashed ? [9, 5] : [];
    const draw = () => pen.strokeRect(left, top, right - left, bottom - top);
    stroke(pen, [[CASING, 4.5, []], ["#ffffff", 2.5, []], [look.colour, 2.5, dash]], draw);
    pen.setLineDash([]);
  }
  /**
   * A box's name above it, or inside where there is no room, or below the names that are there already.
   * @param {Box} box
   * @param {Tag[]} taken
   * @returns {Tag[]} where it is, if it has a name
   */
  tag({ corners: [x0, y0], look, label }, taken) {
    if (!label) return [];
    const { pen, width, height } = this.overlay;
    pen.font = `600 ${TAG.size}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    const long = Math.ceil(pen.measureText(label).width) + 2 * TAG.pad;
    const [x, y] = this.place([x0, y0]);
    const left = clamp(x - 1, 0, Math.max(0, width - long));
    let top = y >= TAG.height ? y - TAG.height : Math.max(y, 0);
    const hit = () => taken.find((one) => left < one.right && one.left < left + long && top < one.bottom && one.top < top + TAG.height);
    for (let other = hit(); other && other.bottom + TAG.height <= height; other = hit()) top = other.bottom;
    pen.fillStyle = look.colour;
    pen.fillRect(left, top, long, TAG.height);
    pen.fillStyle = look.text;
    pen.fillText(label, left + TAG.pad, top + TAG.height / 2 + 0.5);
    return [{ left, right: left + long, top, bottom: top + TAG.height }];
  }
};
function nameLooks(node, screens) {
  const styles = screens.flatMap(({ annotations }) => annotations?.styles ?? []);
  const unlike = [...new Map(styles.map((look) => [JSON.stringify(look), look])).values()];
  node.hidden = !unlike.length;
  node.replaceChildren(...unlike.map(({ name, colour, dashed }) => {
    const swatch = make("span", { class: dashed ? "swatch dashed" : "swatch" });
    swatch.style.borderColor = colour;
    return make("span", { class: "scale" }, swatch, name);
  }));
}

// vizcore/player/clock.js
var SHUTTLE = 8;
var alike = (one, other) => one.length === other.length && one.every((value, i) => value === other[i]);
var Clock = class {
  tick = 0;
  rate = 1;
  shuttle = 1;
  // times the rate; negative: backward
  playing = false;
  loop = false;
  /** @type {Uint32Array[]} */
  frames = [new Uint32Array(1)];
  // one array a clip, (L,) its frame at each tick
  /** @type {Float64Array} */
  seconds = new Float64Array([0, 1]);
  // (L + 1,) when each tick starts, and the end
  length = 1;
  // L
  lead = 0;
  // the first clip that has a frame for each tick, the one that is told
  /** @type {Ticks | null} */
  held = null;
  // what is played over and over
  anchored = false;
  // whether `from` and `since` are those of the play that goes on
  from = 0;
  // seconds
  since = 0;
  // ms
  /**
   * Go by other ticks.
   * @param {Uint32Array[]} frames one array a clip
   * @param {Float64Array} seconds (L + 1,) when each tick starts, and the end
   */
  use(frames, seconds) {
    const known = [...this.frames, this.seconds];
    const given = [...frames, seconds];
    if (known.length === given.length && known.every((column, i) => alike(column, given[i]))) return;
    const [side, at] = this.lead < frames.length ? [this.lead, this.frame(this.lead)] : [0, 0];
    this.frames = frames;
    this.seconds = seconds;
    this.length = seconds.length - 1;
    this.held = null;
    this.lead = Math.max(0, frames.findIndex((column) => column.at(-1) === this.length - 1));
    this.seek(this.tickOf(side, at));
  }
  /** The frame of a clip at a tick. @param {number} side @param {number} tick */
  frame(side, tick = this.tick) {
    return this.frames[side][tick];
  }
  /** The first tick at which a clip has reached a frame. @param {number} side @param {number} frame */
  tickOf(side, frame) {
    return Math.min(countUpTo(this.frames[side], frame - 1), this.length - 1);
  }
  /** The first tick at which the first clips have all reached their frames. @param {number[]} frames */
  tickOfAll(frames) {
    return Math.max(...frames.map((frame, side) => this.tickOf(side, frame)));
  }
  /** Go to a tick; says whether that changed anything. @param {number} tick */
  seek(tick) {
    const before = this.tick;
    this.tick = clamp(Math.round(tick), 0, this.length - 1);
    this.anchored = false;
    return this.tick !== before;
  }
  /** Keep playback to the ticks [first, stop), over and over; null lets it go. @param {Ticks | null} ticks */
  hold(ticks) {
    this.held = ticks;
    this.anchored = false;
  }
  /** The ticks [first, stop) that are played. @returns {Ticks} */
  get ends() {
    return this.held ?? [0, this.length];
  }
  /** Play: a positive shuttle goes forward, a negative one back, each times the rate. */
  start(shuttle = 1) {
    this.shuttle = shuttle;
    const [begin, stop] = this.ends;
    const [first, last] = shuttle > 0 ? [begin, stop - 1] : [stop - 1, begin];
    if (this.tick === last && !this.playing || this.tick < begin || this.tick >= stop) this.tick = first;
    this.playing = true;
    this.anchored = false;
  }
  /** J or L: start in a direction, or go on twice as fast in it. @param {1 | -1} direction */
  push(direction) {
    const same = this.playing && Math.sign(this.shuttle) === direction;
    this.start(same ? clamp(2 * this.shuttle, -SHUTTLE, SHUTTLE) : direction);
  }
  stop() {
    this.playing = false;
    this.shuttle = 1;
  }
  /** Change the rate without a jump. @param {number} rate */
  pace(rate) {
    this.rate = rate;
    this.anchored = false;
  }
  /**
   * Move on to a moment (ms); hold while the tick there is not ready. Says whether the tick changed.
   * @param {number} now
   * @param {(tick: number) => boolean} ready
   */
  advance(now, ready = () => true) {
    if (!this.anchored) this.anchor(now);
    const [low, high] = this.ends.map((tick2) => this.seconds[tick2]);
    let at = this.from + (now - this.since) / 1e3 * this.rate * this.shuttle;
    if (at < low || at >= high) {
      if (!this.loop && !this.held) {
        this.stop();
        return this.seek(at < low ? 0 : this.length - 1);
      }
      const span = high - low;
      at = low + ((at - low) % span + span) % span;
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
  /** @param {number} now */
  anchor(now) {
    const end = this.seconds[this.tick + 1];
    this.from = this.shuttle > 0 ? this.seconds[this.tick] : end - 1e-6;
    this.since = now;
    this.anchored = true;
  }
};

// vizcore/player/playback_rate.js
var RATES = [0.1, 0.25, 0.5, 1, 1.5, 2];
function rateName(rate) {
  return `${rate}×`;
}
function rateReadout(clock) {
  return clock.playing && clock.shuttle !== 1 ? ` · ${rateName(clock.shuttle)}` : "";
}

// vizcore/player/controls.js
var SWITCHES = ["loop", "grid", "boxes", "bones", "mask", "wipe", "smooth"];
var SYNCS = { lock: "same time", share: "same share", warp: "warped" };
var KEYS = [
  [[" "], "Space", "play or pause", (player) => player.toggle()],
  [["ArrowLeft"], "←", "one frame back; with Shift ten", (player, event) => player.step(event.shiftKey ? -10 : -1)],
  [["ArrowRight"], "→", "one frame on; with Shift ten", (player, event) => player.step(event.shiftKey ? 10 : 1)],
  [["Home"], "Home", "first frame", (player) => player.seek(0)],
  [["End"], "End", "last frame", (player) => player.seek(player.clock.length - 1)],
  [["l", "L"], "L", "play, twice as fast at each press", (player) => player.push(1)],
  [["k", "K"], "K", "pause", (player) => player.pause()],
  [["j", "J"], "J", "play backward, twice as fast at each press", (player) => player.push(-1)],
  [["g", "G"], "G", "patch grid on or off", (player) => player.prefer("grid", !player.preferences.grid)],
  [["b", "B"], "B", "boxes on or off", (player) => player.prefer("boxes", !player.preferences.boxes)],
  [["s", "S"], "S", "skeletons on or off", (player) => player.prefer("bones", !player.preferences.bones)],
  [["m", "M"], "M", "masks on or off", (player) => player.prefer("mask", !player.preferences.mask)],
  [["?"], "?", "this list", (player) => player.controls.help()]
];
var MORE_KEYS = [
  // those of single parts, for the list only
  ["Tab, then Enter or P", "choose a patch: arrows move, Enter picks, Escape leaves"],
  ["Escape", "take the choice back"],
  ["Page Up, Page Down", "segment before, after (on a timeline)"],
  ["Enter, double click", "play the segment here over and over, or let it go (on a timeline)"]
];
var Controls = class {
  /** @type {boolean | null} */
  shownPlaying = null;
  /** @type {Palette | null} */
  ends = null;
  // the palette of heat where it is not the person's
  moment = make("output", { class: "clock", "aria-live": "off" });
  opacity = make("input", { type: "range", min: 0, max: 100, "aria-label": "Opacity of the heat map" });
  heatName = make("span", { class: "name" });
  low = make("span");
  ramp = make("span", { class: "ramp" });
  high = make("span");
  list = make("div", { class: "help", role: "dialog", "aria-label": "Keys", hidden: "" });
  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.host = host;
    this.signal = signal;
    this.play = this.button("play", "Play", () => host.toggle());
    this.play.classList.add("play");
    const toggle = (name, label) => this.button(name, label, () => host.prefer(name, !host.preferences[name]));
    this.switches = {
      loop: toggle("loop", "Repeat"),
      grid: toggle("grid", "Patch grid"),
      boxes: toggle("boxes", "Boxes"),
      bones: toggle("bones", "Skeletons"),
      mask: toggle("mask", "Masks"),
      wipe: toggle("wipe", "Wipe one clip over the other"),
      smooth: toggle("smooth", "Smooth heat map")
    };
    this.asker = this.button("help", "Keys", () => this.help());
    this.shut = this.button("close", "Close the list of keys", () => this.help(false));
    const rates = RATES.map((rate) => (
      /** @type {[number, string]} */
      [rate, rateName(rate)]
    ));
    this.rate = this.select("Speed", rates, (value) => host.prefer("rate", +value));
    this.sync = this.select("Clips in step", [], (value) => host.follow(
      /** @type {Sync} */
      value
    ));
    const liked = (name) => host.prefer(
      "palette",
      /** @type {Liked} */
      name
    );
    this.palette = this.select("Palette", PALETTES.map((name) => [name, name]), liked);
    this.heat = this.heatGroup();
    this.fillList();
    const back = this.button("back", "One frame back", () => host.step(-1));
    const on = this.button("on", "One frame on", () => host.step(1));
    const moving = make("div", { class: "group" }, back, this.play, on, this.moment);
    const { loop, grid, boxes, bones, mask, wipe } = this.switches;
    const views = make("div", { class: "group" }, loop, this.rate, this.sync, grid);
    views.append(boxes, bones, mask, wipe, this.asker);
    this.node = make("div", { class: "bar" }, moving, views, this.heat, this.list);
  }
  /** @param {"play" | "back" | "on" | "help" | "close" | Switch} name @param {string} label @param {() => void} run */
  button(name, label, run) {
    const node = iconButton(name, label);
    node.addEventListener("click", run, { signal: this.signal });
    return node;
  }
  /**
   * @param {string} label
   * @param {[value: string | number, text: string][]} options
   * @param {(value: string) => void} run
   */
  select(label, options, run) {
    const node = make("select", { "aria-label": label, title: label });
    node.append(...options.map(([value, text]) => make("option", { value }, text)));
    node.addEventListener("change", () => run(node.value), { signal: this.signal });
    return node;
  }
  heatGroup() {
    const { host, opacity, signal } = this;
    opacity.addEventListener("input", () => host.prefer("opacity", +opacity.value), { signal });
    const scale = make("span", { class: "scale" }, this.heatName, this.low, this.ramp, this.high);
    return make("div", { class: "group" }, scale, this.palette, opacity, this.switches.smooth);
  }
  fillList() {
    const rows = [...KEYS.map(([, label, what]) => [label, what]), ...MORE_KEYS].map(([label, what]) => {
      const head = make("th", { scope: "row" }, make("kbd", {}, label));
      return make("tr", {}, head, make("td", {}, what));
    });
    this.list.append(make("div", { class: "top" }, make("strong", {}, "Keys"), this.shut), make("table", {}, ...rows));
  }
  /** Open or shut the list of keys. */
  help(open = this.list.hidden) {
    this.list.hidden = !open;
    this.asker.setAttribute("aria-expanded", String(open));
    (open ? this.shut : this.asker).focus();
  }
  /** A key that was pressed in the player. @param {KeyboardEvent} event */
  key(event) {
    const { host } = this;
    const { target, key } = event;
    const on = (selector) => target instanceof Element && target.closest(selector);
    if (event.ctrlKey || event.metaKey || event.altKey || on("select, input")) return;
    if (on("button") && (key === " " || key === "Enter")) return;
    const row = KEYS.find(([keys]) => keys.includes(key));
    if (key === "Escape" && !this.list.hidden) this.help(false);
    else if (key === "Escape" && host.pick) host.clear();
    else if (row) row[3](host, event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /** Offer what fits the clips that are shown. @param {PlayerMeta} meta */
  offer(meta) {
    const heat = meta.heat.find(Boolean);
    this.heat.hidden = !heat;
    this.switches.grid.hidden = !meta.grids.some(Boolean);
    const { screens } = this.host;
    for (
      const name of
      /** @type {const} */
      ["boxes", "bones", "mask"]
    ) {
      this.switches[name].hidden = !screens.some(({ annotations }) => annotations?.has(name));
    }
    this.switches.wipe.hidden = meta.clips.length !== 2 || Boolean(meta.layout);
    this.sync.hidden = meta.syncs.length < 2;
    if (meta.syncs.join() !== [...this.sync.options].map(({ value }) => value).join()) {
      this.sync.replaceChildren(...meta.syncs.map((name) => make("option", { value: name }, SYNCS[name])));
    }
    if (!heat) return;
    write(this.heatName, heat.label);
    const shared = meta.heat.every((one) => !one || one.low === heat.low && one.high === heat.high);
    write(this.low, shared ? inShort(heat.low) : "each lowest");
    write(this.high, shared ? inShort(heat.high) : "highest");
    this.palette.hidden = heat.diverging;
    this.ends = heat.diverging ? "diverging" : null;
  }
  /** Draw the state of the player. */
  show() {
    const { clock, preferences, mode } = this.host;
    this.playing(clock.playing);
    for (const name of SWITCHES) press(this.switches[name], preferences[name]);
    this.rate.value = String(preferences.rate);
    this.sync.value = mode ?? "";
    this.palette.value = preferences.palette;
    this.opacity.value = String(preferences.opacity);
    this.ramp.style.background = gradient(this.ends ?? preferences.palette);
  }
  /** @param {boolean} on */
  playing(on) {
    if (this.shownPlaying === on) return;
    this.shownPlaying = on;
    this.play.replaceChildren(icon(on ? "pause" : "play"));
    this.play.setAttribute("aria-label", on ? "Pause" : "Play");
    this.play.title = on ? "Pause" : "Play";
  }
  /** Draw the moment: frame, seconds, and how fast it runs when that is not the chosen rate. @param {string} text */
  showMoment(text) {
    write(this.moment, text + rateReadout(this.host.clock));
  }
};

// vizcore/player/lane.js
var Lane = class {
  last = NaN;
  // the place that is drawn
  /** @param {string} label @param {Player} host @param {AbortSignal} signal @param {Walk} walk */
  constructor(label, host, signal, { count, at, go, describe }) {
    this.host = host;
    this.count = count;
    this.at = at;
    this.go = go;
    this.describe = describe;
    this.head = make("div", { class: "head" });
    this.bar = make("div", { class: "lane", role: "slider", tabindex: "0", "aria-label": label }, this.head);
    this.title = make("div", { class: "title", title: label, "aria-hidden": "true" }, label);
    onDrag(this.bar, signal, (event) => {
      host.dragging = true;
      host.seek(this.go(this.placeOf(event)));
    }, () => host.release());
  }
  /** The place under a pointer. @param {MouseEvent} event */
  placeOf(event) {
    const frame = this.bar.getBoundingClientRect();
    return clamp(Math.floor((event.clientX - frame.left) / frame.width * this.count), 0, this.count - 1);
  }
  /** Put the playhead where the clock is. */
  place() {
    const at = this.at();
    if (at === this.last) return;
    this.last = at;
    this.head.style.left = `${100 * (at + 0.5) / this.count}%`;
    this.bar.setAttribute("aria-valuemin", "0");
    this.bar.setAttribute("aria-valuemax", String(this.count - 1));
    this.bar.setAttribute("aria-valuenow", String(at));
    this.bar.setAttribute("aria-valuetext", this.describe(at));
  }
};
function alongTicks(host) {
  const { clock } = host;
  return { count: clock.length, at: () => clock.tick, go: (tick) => tick, describe: (tick) => host.spoken(tick) };
}

// vizcore/player/thumbnails.js
var PICTURE = 56;
var Thumbnails = class {
  /** @type {Map<number, HTMLCanvasElement>} */
  copies = /* @__PURE__ */ new Map();
  // by frame
  /**
   * A copy of a frame, undefined until the frame is decoded, which is asked for.
   * @param {Clip} clip
   * @param {number} frame
   * @param {number} width px of the copy
   * @param {number} height
   */
  copy(clip, frame, width, height) {
    const known = this.copies.get(frame);
    if (known?.width === width && known.height === height) return known;
    const bitmap = clip.cached.get(frame);
    if (!bitmap) {
      clip.load(frame);
      return void 0;
    }
    const copy = make("canvas", { width, height });
    const pen = penOf(copy);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(bitmap, 0, 0, width, height);
    this.copies.set(frame, copy);
    return copy;
  }
  /**
   * Draw the pictures that are there and ask for the others; says whether all were.
   * @param {CanvasRenderingContext2D} pen
   * @param {Clip} clip
   * @param {Picture[]} pictures
   * @param {number} width px of a copy
   * @param {number} height
   */
  draw(pen, clip, pictures, width, height) {
    let complete = true;
    for (const [frame, left, top, wide, tall] of pictures) {
      const copy = this.copy(clip, frame, width, height);
      if (copy) pen.drawImage(copy, left, top, wide, tall);
      else if (!clip.broken.has(frame)) complete = false;
    }
    return complete;
  }
};
var ThumbnailRow = class extends Lane {
  thumbnails = new Thumbnails();
  wide = 0;
  // px
  stale = false;
  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super("Pictures", host, signal, alongTicks(host));
    this.sheet = make("canvas", { "aria-hidden": "true" });
    this.bar.classList.add("thumbnails");
    this.bar.prepend(this.sheet);
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.bar);
  }
  fit() {
    const ratio = window.devicePixelRatio || 1;
    this.wide = this.bar.clientWidth;
    set(this.sheet, { width: Math.round(this.wide * ratio), height: Math.round(PICTURE * ratio) });
    this.stale = true;
    this.host.schedule();
  }
  place() {
    super.place();
    if (this.stale && this.wide) this.stale = !this.paint();
    this.bar.dataset.complete = String(!this.stale);
  }
  /** Draw the pictures that are there; says whether all were. */
  paint() {
    const { clock, screens: [{ clip }] } = this.host;
    const count = Math.max(1, Math.floor(this.wide * clip.height / (clip.width * PICTURE)));
    const { width: whole, height } = this.sheet;
    const [each, width] = [whole / count, Math.round(height * clip.width / clip.height)];
    const pictures = Array.from({ length: count }, (_, k) => {
      const frame = clock.frame(0, Math.floor((k + 0.5) / count * this.count));
      return (
        /** @type {Picture} */
        [frame, Math.round(k * each) + (each - width) / 2, 0, width, height]
      );
    });
    return this.thumbnails.draw(penOf(this.sheet), clip, pictures, width, height);
  }
};

// vizcore/player/chart.js
var PLANE_PALETTE = "viridis";
var NARROWEST = 46;
var WIDEST = 84;
var LABELS = { left: 48, bottom: 40, right: 10, top: 8 };
var SQUATTEST = 0.6;
var TALLEST = 1.05;
var Chart = class {
  /** @type {CostMatrixWords | null} */
  words = null;
  /** @type {Uint8Array} */
  values = new Uint8Array(1);
  // (N * M,) a cell for every pair of frames
  /** @type {Uint32Array[]} */
  frames = [new Uint32Array(1), new Uint32Array(1)];
  // (N,) and (M,) those that have a cell
  /** @type {Route[]} */
  routes = [];
  thumbnails = [new Thumbnails(), new Thumbnails()];
  // of each clip
  /** @type {Spot[]} */
  small = [];
  // px: width and height of a picture of each clip
  area = { left: 0, top: 0, width: 0, height: 0 };
  // px: where the matrix is
  /** @type {[width: number, height: number]} */
  size = [0, 0];
  // px, of all; 0 until it is laid out
  stale = true;
  // whether something below the point is out of date
  painted = 0;
  // how often that was painted
  /** @param {Player} host */
  constructor(host) {
    this.host = host;
    this.cells = make("canvas");
    this.ground = make("canvas", { class: "ground", "aria-hidden": "true" });
    this.over = make("canvas", { class: "over", tabindex: "0", role: "img" });
    this.box = make("div", { class: "map" }, this.ground, this.over);
  }
  /** N and M. @returns {[wide: number, tall: number]} */
  get shape() {
    return [this.frames[0].length, this.frames[1].length];
  }
  /** The matrix as a picture of one pixel a cell, the second clip's first frame at the bottom. */
  paintCells() {
    const [wide, tall] = this.shape;
    set(this.cells, { width: wide, height: tall });
    const pen = penOf(this.cells);
    const image = pen.createImageData(wide, tall);
    const table = palette(PLANE_PALETTE);
    for (let x = 0; x < wide; x += 1) {
      for (let y = 0; y < tall; y += 1) {
        const [from, to] = [3 * this.values[x * tall + y], 4 * ((tall - 1 - y) * wide + x)];
        for (let c = 0; c < 3; c += 1) image.data[to + c] = table[from + c];
        image.data[to + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
  }
  /** Lay out the parts for the width there is. */
  fit() {
    const width = this.box.clientWidth;
    if (!this.words || !width) return;
    const [wide, tall] = this.shape;
    const across = clamp(width * 0.11, NARROWEST, WIDEST);
    const aspects = this.host.meta.clips.map((clip) => clip.width / clip.height);
    this.small = aspects.map((aspect) => [across, across / aspect]);
    const left = LABELS.left + across;
    const inner = width - left - LABELS.right;
    const height = inner * clamp(tall / wide, SQUATTEST, TALLEST);
    this.area = { left, top: LABELS.top, width: inner, height };
    const whole = LABELS.top + height + LABELS.bottom + this.small[0][1];
    const ratio = window.devicePixelRatio || 1;
    this.box.style.height = `${whole}px`;
    for (const canvas of [this.ground, this.over]) {
      set(canvas, { width: Math.round(width * ratio), height: Math.round(whole * ratio) });
      penOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.size = [width, whole];
    this.box.dataset.layout = Object.values(this.area).join(" ");
    this.stale = true;
    this.host.schedule();
  }
  /** Where a place in cells is, in px. @param {Spot} place @returns {Spot} */
  spot([x, y]) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.shape;
    return [left + (x + 0.5) / wide * width, top + height - (y + 0.5) / tall * height];
  }
  /** @param {CostMatrixWords} words */
  paintGround(words) {
    const pen = penOf(this.ground);
    const { left, top, width, height } = this.area;
    pen.clearRect(0, 0, ...this.size);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.cells, left, top, width, height);
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    for (const route of [...this.routes].reverse()) this.line(pen, route);
    pen.restore();
    this.numbers(pen, words);
    this.stale = !this.pictures(pen);
    this.painted += 1;
    Object.assign(this.box.dataset, { painted: this.painted, complete: !this.stale });
  }
  /** @param {CanvasRenderingContext2D} pen @param {Route} route */
  line(pen, { at, colour, dashed }) {
    set(pen, { lineJoin: "round", lineCap: dashed ? "butt" : "round" });
    pen.beginPath();
    for (let k = 0; k < at.length; k += 2) pen.lineTo(...this.spot([at[k], at[k + 1]]));
    stroke(pen, [[CASING, 5.5, []], [colour, 3, dashed ? [7, 6] : []]]);
    pen.setLineDash([]);
  }
  /** Ticks, their numbers and the titles. @param {CanvasRenderingContext2D} pen @param {CostMatrixWords} words */
  numbers(pen, { axes: [[across, below], [up, beside]] }) {
    const { left, top, width, height } = this.area;
    const style = getComputedStyle(this.box);
    set(pen, { fillStyle: style.color, strokeStyle: style.color, lineWidth: 1, font: `12px ${style.fontFamily}` });
    set(pen, { textAlign: "center", textBaseline: "top" });
    for (const [at, text] of below) {
      const [x] = this.spot([at, 0]);
      pen.fillRect(x - 0.5, top + height, 1, 4);
      pen.fillText(text, x, top + height + 6);
    }
    pen.fillText(across, left + width / 2, top + height + 22);
    set(pen, { textAlign: "right", textBaseline: "middle" });
    for (const [at, text] of beside) {
      const [, y] = this.spot([0, at]);
      pen.fillRect(left - 4, y - 0.5, 4, 1);
      pen.fillText(text, left - 6, y);
    }
    pen.save();
    pen.translate(left - LABELS.left + 9, top + height / 2);
    pen.rotate(-Math.PI / 2);
    pen.textAlign = "center";
    pen.fillText(up, 0, 0);
    pen.restore();
  }
  /** The pictures along an axis. @param {number} side @returns {Picture[]} */
  row(side) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.small[side];
    const [long, each] = side ? [height, tall] : [width, wide];
    const count = Math.max(1, Math.floor(long / each));
    const step = long / count;
    return Array.from({ length: count }, (_, k) => {
      const frame = this.frames[side][Math.floor((k + 0.5) / count * this.frames[side].length)];
      const middle = (k + 0.5) * step;
      if (side) return [frame, 0, top + height - middle - tall / 2, wide, tall];
      return [frame, left + middle - wide / 2, top + height + LABELS.bottom, wide, tall];
    });
  }
  /**
   * Draw the pictures that are there and ask for the others; says whether all were.
   * @param {CanvasRenderingContext2D} pen
   */
  pictures(pen) {
    pen.imageSmoothingQuality = "high";
    pen.imageSmoothingEnabled = true;
    const drawn = this.host.screens.map(({ clip }, side) => {
      const width = 2 * WIDEST;
      const height = Math.round(width * clip.height / clip.width);
      return this.thumbnails[side].draw(pen, clip, this.row(side), width, height);
    });
    return drawn.every(Boolean);
  }
};

// vizcore/player/cost_matrix.js
var POINT = "#ffffff";
var CostMatrix = class extends Chart {
  /** @type {number[] | null} */
  free = null;
  // the pair of frames under the mouse
  urls = "";
  // of the clips
  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super(host);
    this.legend = make("div", { class: "legend routes" });
    this.text = make("div", { class: "text" });
    this.node = make("div", { class: "cost-matrix", hidden: "" }, this.box);
    this.caption = make("div", { class: "pair", hidden: "" }, this.text, this.legend);
    this.over.addEventListener("pointermove", (event) => this.look(event), { signal });
    this.over.addEventListener("pointerleave", () => this.leave(), { signal });
    onDrag(this.over, signal, (event) => this.drag(event), () => host.release());
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box);
  }
  /** Take what Python sent. @param {PlayerMeta} meta @param {PlayerArrays} arrays */
  update(meta, arrays) {
    const words = meta.cost_matrix;
    this.node.hidden = this.caption.hidden = !words;
    this.host.node.classList.toggle("beside-matrix", Boolean(words));
    this.free = null;
    this.words = words;
    if (!words) return;
    this.values = arrays["cost_matrix.values"];
    this.frames = [arrays["cost_matrix.frames.0"], arrays["cost_matrix.frames.1"]];
    this.routes = words.routes.map(([name, colour, dashed], k) => ({ name, colour, dashed, at: arrays[`route.${k}`] }));
    const urls = meta.clips.map((clip) => clip.url).join();
    if (urls !== this.urls) this.thumbnails = [new Thumbnails(), new Thumbnails()];
    this.urls = urls;
    this.paintCells();
    this.nameRoutes(words);
    const names = meta.clips.map((clip) => clip.label).join(" and ");
    this.over.setAttribute("aria-label", `${words.label} of every frame of ${names}; arrow keys walk along the path`);
    this.fit();
  }
  /** @param {CostMatrixWords} words */
  nameRoutes({ low, high, label }) {
    const ramp = make("span", { class: "ramp" });
    ramp.style.background = gradient(PLANE_PALETTE);
    const [name, least, most] = [label, inShort(low), inShort(high)].map((end) => make("span", {}, end));
    const rows = this.routes.map(({ name: route, colour, dashed }) => {
      const line = make("span");
      line.style.borderTop = `3px ${dashed ? "dashed" : "solid"} ${colour}`;
      return make("span", { class: "scale" }, make("span", { class: "dash" }, line), route);
    });
    this.legend.replaceChildren(make("span", { class: "scale" }, name, least, ramp, most), ...rows);
  }
  /**
   * The place of a pack's frame among the frames that have a cell, whole or between two.
   * @param {number} side
   * @param {number} frame
   */
  place(side, frame) {
    const column = this.frames[side];
    const k = clamp(countUpTo(column, frame) - 1, 0, column.length - 1);
    if (k === column.length - 1) return k;
    return k + clamp((frame - column[k]) / (column[k + 1] - column[k]), 0, 1);
  }
  /** The frame of a clip that is looked at off the route; undefined when none is. @param {number} side */
  looked(side) {
    return this.free?.[side];
  }
  /** Draw where the clips are now, and what lies below where that is out of date. */
  paint() {
    const { words, area } = this;
    if (!words || !this.size[0]) return;
    if (this.stale) this.paintGround(words);
    const pen = penOf(this.over);
    pen.clearRect(0, 0, ...this.size);
    const frames = [0, 1].map((side) => this.looked(side) ?? this.host.clock.frame(side));
    const at = this.cellOf(frames);
    const [x, y] = this.spot(at);
    pen.beginPath();
    pen.moveTo(x, y);
    pen.lineTo(x, area.top + area.height);
    pen.moveTo(x, y);
    pen.lineTo(area.left, y);
    stroke(pen, [[CASING, 3.5], [POINT, 1.5]]);
    this.frameThumbs(pen, [x, y]);
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    stroke(pen, [["#000", 4], [POINT, 2.5]]);
    pen.fillStyle = this.free ? POINT : PICK_COLOUR;
    pen.fill();
    this.describe(words, frames, at);
  }
  /** The place of a frame of each clip, in cells. @param {number[]} frames @returns {Spot} */
  cellOf([one, other]) {
    return [this.place(0, one), this.place(1, other)];
  }
  /** @param {CostMatrixWords} words @param {number[]} pair of frames @param {Spot} at in cells */
  describe({ low, high, label }, pair, at) {
    const [i, j] = at.map(Math.round);
    const value = low + this.values[i * this.frames[1].length + j] / 255 * (high - low);
    const text = `frame ${pair[0]} with frame ${pair[1]}: ${label} ${value.toFixed(3)}`;
    write(this.text, text);
    if (!this.host.clock.playing) this.over.setAttribute("aria-description", text);
  }
  /**
   * Outline the pictures along the axes that are nearest to the point.
   * @param {CanvasRenderingContext2D} pen
   * @param {Spot} point
   */
  frameThumbs(pen, point) {
    set(pen, { strokeStyle: PICK_COLOUR, lineWidth: 2.5 });
    for (const side of [0, 1]) {
      const far = ([, x, y, w, h]) => Math.abs(side ? y + h / 2 - point[1] : x + w / 2 - point[0]);
      const [[, left, top, wide, tall]] = this.row(side).sort((one, other) => far(one) - far(other));
      pen.strokeRect(left, top, wide, tall);
    }
  }
  /** The place of an event in cells, and whether it is on the matrix. @param {MouseEvent} event */
  cellUnder(event) {
    const frame = this.over.getBoundingClientRect();
    const { left, top, width, height } = this.area;
    const [x, y] = [event.clientX - frame.left - left, top + height - (event.clientY - frame.top)];
    const [wide, tall] = this.shape;
    const [i, j] = [Math.floor(x / width * wide), Math.floor(y / height * tall)];
    const cell = [clamp(i, 0, wide - 1), clamp(j, 0, tall - 1)];
    return { cell, inside: x >= 0 && x < width && y >= 0 && y < height };
  }
  /** A mouse over the matrix shows that pair of frames for as long as it is there. @param {PointerEvent} event */
  look(event) {
    const { clock } = this.host;
    if (!this.words || clock.playing || event.buttons || event.pointerType !== "mouse") return;
    const { cell, inside } = this.cellUnder(event);
    this.free = inside ? cell.map((k, side) => this.frames[side][k]) : null;
    this.host.schedule();
  }
  leave() {
    this.free = null;
    this.host.schedule();
  }
  /** A press or a drag goes to the nearest place of the route that is played. @param {PointerEvent} event */
  drag(event) {
    const { host } = this;
    const [x, y] = this.spot(this.cellUnder(event).cell);
    let [best, least] = [0, Infinity];
    for (let tick = 0; tick < host.clock.length; tick += 1) {
      const [left, top] = this.spot(this.cellOf([host.clock.frame(0, tick), host.clock.frame(1, tick)]));
      const far = Math.hypot(left - x, top - y);
      if (far < least) [best, least] = [tick, far];
    }
    this.free = null;
    host.dragging = true;
    host.seek(best);
  }
  close() {
    this.sizes.disconnect();
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

// vizcore/player/position.js
var SETTLED = 250;
var Position = class {
  /** @type {string | undefined} */
  known;
  // the position that Python knows, as text
  timer = 0;
  echoes = new EchoFilter();
  /** @param {Player} host */
  constructor(host) {
    this.host = host;
  }
  /** Whether Python wishes the clips to be elsewhere. @param {PlayerMeta} meta */
  isNew({ start, frame, asked }) {
    this.known ??= JSON.stringify(start);
    return this.echoes.isNew([frame, asked]);
  }
  /** Tell Python where the clips rest, once they rest. */
  settle() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), SETTLED);
  }
  send() {
    const { clock, dragging, api, meta, screens } = this.host;
    if (clock.playing || dragging || !api) return;
    const position = screens.map((screen) => clock.frame(screen.side));
    if (JSON.stringify(position) === this.known) return;
    this.known = JSON.stringify(position);
    this.echoes.sent([position.slice(0, meta.frame.length), meta.asked]);
    api.setStateValue("pos", position);
  }
  close() {
    clearTimeout(this.timer);
  }
};

// vizcore/player/preferences.js
var LAYERS = { grid: true, mask: true, bones: true, boxes: true };
var DEFAULTS = { opacity: 55, palette: "viridis", smooth: true, ...LAYERS, rate: 1, loop: false, wipe: false };
var MEMO = "vizcore.player";
function remembered() {
  const standard = { ...DEFAULTS };
  const palettes = PALETTES;
  const known = ([name, value]) => name === "palette" ? palettes.includes(value) : typeof value === typeof standard[name];
  try {
    return Object.fromEntries(Object.entries(JSON.parse(localStorage.getItem(MEMO) ?? "{}") ?? {}).filter(known));
  } catch {
    return {};
  }
}
function remember(preferences) {
  try {
    localStorage.setItem(MEMO, JSON.stringify(preferences));
  } catch {
  }
}

// vizcore/player/aim.js
var ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
var Aim = class {
  /** @type {number | null} */
  hover = null;
  // the patch under the pointer
  /** @type {number | null} */
  cursor = null;
  // the patch of the keyboard
  /** @type {[x: number, y: number] | null} */
  spot = null;
  // where the pointer is, as shares of the picture
  /** @type {{ box: DOMRect, frame: number } | null} */
  pressed = null;
  // what a press is on
  /** @param {Screen} screen @param {AbortSignal} signal */
  constructor(screen, signal) {
    this.screen = screen;
    this.surface = screen.surface;
    this.surface.addEventListener("pointermove", (event) => this.point(event), { signal });
    this.surface.addEventListener("pointerleave", () => this.point(null), { signal });
    this.surface.addEventListener("pointerdown", (event) => this.press(event), { signal });
    this.surface.addEventListener("click", (event) => this.click(event), { signal });
    this.surface.addEventListener("keydown", (event) => this.key(event), { signal });
    this.surface.addEventListener("blur", () => this.put(null), { signal });
  }
  /** The patch that is aimed at: the cursor's before the pointer's. */
  get patch() {
    return this.cursor ?? this.hover;
  }
  /**
   * The place of an event on the picture, or on where it was: across and down, 0 to 1.
   * @param {MouseEvent} event
   * @param {DOMRect} box
   * @returns {[x: number, y: number]}
   */
  place(event, box = this.surface.getBoundingClientRect()) {
    const x = (event.clientX - box.left) / box.width;
    const y = (event.clientY - box.top) / box.height;
    return [clamp(x, 0, 1 - 1e-9), clamp(y, 0, 1 - 1e-9)];
  }
  /** The patch at a place; null where there is no grid. @param {[x: number, y: number]} place */
  patchUnder([x, y]) {
    const { grid } = this.screen;
    return grid && Math.floor(y * grid[0]) * grid[1] + Math.floor(x * grid[1]);
  }
  /** @param {PointerEvent | null} event null: it has left */
  point(event) {
    const { screen } = this;
    this.spot = event && event.pointerType !== "touch" ? this.place(event) : null;
    const hover = this.spot && this.patchUnder(this.spot);
    const moved = hover !== this.hover;
    this.hover = hover;
    if (screen.shown < 0) return;
    if (moved) screen.drawOver();
    screen.caption();
  }
  /**
   * Keep what a press is on: by its release the page may have moved, and another frame may be there.
   * @param {PointerEvent} event
   */
  press(event) {
    if (event.button !== 0 || !event.isTrusted) return;
    this.surface.setPointerCapture(event.pointerId);
    this.pressed = { box: this.surface.getBoundingClientRect(), frame: this.screen.shown };
  }
  /** @param {MouseEvent} event */
  click(event) {
    const { box, frame } = this.pressed ?? { box: this.surface.getBoundingClientRect(), frame: this.screen.shown };
    this.pressed = null;
    const { clientX: x, clientY: y } = event;
    const within = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
    const patch = this.patchUnder(this.place(event, box));
    if (patch !== null && frame >= 0 && within) this.screen.choose(patch, event, frame);
  }
  /** Put the keyboard's cursor on a patch, or take it away. @param {number | null} patch */
  put(patch) {
    const { screen } = this;
    this.cursor = patch;
    this.surface.classList.toggle("aiming", patch !== null);
    if (screen.shown < 0) return;
    screen.drawOver();
    screen.caption();
    if (patch !== null) screen.host.announce(`Cursor on ${screen.cell(patch)}. Enter chooses, Escape leaves.`);
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const { cursor, screen } = this;
    if (!screen.grid || screen.shown < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (cursor === null && key !== "Enter" && key !== "p") return;
    if (cursor === null) this.put(screen.startCell());
    else if (key === "Enter") screen.choose(cursor, event);
    else if (key === "Escape" || key === "p") this.put(null);
    else if (ARROWS[key]) this.put(this.beside(cursor, screen.grid, ARROWS[key]));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  /**
   * The patch beside another, as far as there is one.
   * @param {number} patch
   * @param {[rows: number, columns: number]} grid
   * @param {[down: number, right: number]} step
   */
  beside(patch, [rows, columns], [down, right]) {
    const row = clamp(Math.floor(patch / columns) + down, 0, rows - 1);
    return row * columns + clamp(patch % columns + right, 0, columns - 1);
  }
};

// vizcore/player/clip.js
var NEAR = 1 << 20;
var STRIDE = 8;
var DECODERS = 8;
var MEMORY = 128 * 2 ** 20;
var Feed = class {
  abort = new AbortController();
  error = "";
  received = 0;
  // bytes from the beginning
  reaching = false;
  /**
   * @param {string} url
   * @param {Uint32Array} offsets (F + 1,) where each frame begins, and the end
   * @param {() => void} changed told whenever something has come
   */
  constructor(url, offsets, changed) {
    this.url = url;
    this.offsets = offsets;
    this.changed = changed;
    this.frames = offsets.length - 1;
    this.arrived = new Uint8Array(this.frames);
    this.bytes = new Uint8Array(offsets[this.frames]);
    this.open();
  }
  /** Fetch the pack from its beginning. */
  async open() {
    this.close();
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.error = "";
    this.received = 0;
    try {
      const reply = await fetch(this.url, { signal });
      if (!reply.ok || !reply.body) throw new Error(`the server answered ${reply.status}`);
      await this.read(reply.body.getReader());
    } catch (error) {
      if (signal.aborted) return;
      this.error = error instanceof Error ? error.message : String(error);
      this.changed();
    }
  }
  /** @param {ReadableStreamDefaultReader<Uint8Array>} reader */
  async read(reader) {
    for (let frame = 0; ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      if (this.received + value.length > this.bytes.length) throw new Error("more came than the clip has");
      this.bytes.set(value, this.received);
      this.received += value.length;
      while (frame < this.frames && this.offsets[frame + 1] <= this.received) this.arrived[frame++] = 1;
      this.changed();
    }
    if (this.received < this.bytes.length) throw new Error("the download broke off");
  }
  /** Fetch a few frames apart, where the stream is still far from them. @param {number} frame */
  async reach(frame) {
    const stop = Math.min(frame + STRIDE, this.frames);
    const [start, end] = [this.offsets[frame], this.offsets[stop]];
    if (this.reaching || this.error || this.arrived[frame] || start < this.received + NEAR) return;
    this.reaching = true;
    try {
      const { signal } = this.abort;
      const reply = await fetch(this.url, { signal, headers: { Range: `bytes=${start}-${end - 1}` } });
      if (reply.status === 206) {
        this.bytes.set(new Uint8Array(await reply.arrayBuffer()), start);
        this.arrived.fill(1, frame, stop);
        this.changed();
      } else {
        await reply.body?.cancel();
      }
    } catch {
    }
    this.reaching = false;
  }
  /** The share of the bytes that is there, 0 to 1. */
  get share() {
    return this.received / this.bytes.length;
  }
  /** A frame's JPEG. @param {number} frame */
  jpeg(frame) {
    const bytes = this.bytes.subarray(this.offsets[frame], this.offsets[frame + 1]);
    return new Blob([bytes], { type: "image/jpeg" });
  }
  close() {
    this.abort.abort();
  }
};
var Clip = class {
  /** @type {Set<{ arrive(): void }>} */
  screens = /* @__PURE__ */ new Set();
  // each is told by arrive()
  /** @type {Map<number, ImageBitmap>} */
  cached = /* @__PURE__ */ new Map();
  // frame -> bitmap, the latest used last
  /** @type {Set<number>} */
  pending = /* @__PURE__ */ new Set();
  // frames that are being decoded
  /** @type {Set<number>} */
  broken = /* @__PURE__ */ new Set();
  // frames that are no picture
  closed = false;
  /**
   * @param {Source} source
   * @param {Uint32Array} offsets (F + 1,) where each frame begins, and the end
   * @param {Float64Array} times (F,) seconds
   * @param {number} budget bytes
   */
  constructor({ url, width, height }, offsets, times, budget) {
    this.url = url;
    this.width = width;
    this.height = height;
    this.times = times;
    this.frames = times.length;
    this.room = Math.max(2 * STRIDE, Math.floor(budget / (4 * width * height)));
    this.feed = new Feed(url, offsets, () => this.changed());
  }
  changed() {
    for (const screen of this.screens) screen.arrive();
  }
  /** The bitmap of a frame, if it is decoded. @param {number} frame */
  get(frame) {
    const bitmap = this.cached.get(frame);
    if (bitmap) {
      this.cached.delete(frame);
      this.cached.set(frame, bitmap);
    }
    return bitmap;
  }
  /** Have a frame decoded, then tell the screens. @param {number} frame */
  async load(frame) {
    if (!this.feed.arrived[frame]) {
      this.feed.reach(frame);
      return;
    }
    if (this.cached.has(frame) || this.broken.has(frame)) return;
    if (this.pending.has(frame) || this.pending.size >= DECODERS) return;
    this.pending.add(frame);
    try {
      this.keep(frame, await createImageBitmap(this.feed.jpeg(frame)));
    } catch {
      this.broken.add(frame);
    }
    this.pending.delete(frame);
    if (!this.closed) this.changed();
  }
  /** @param {number} frame @param {ImageBitmap} bitmap */
  keep(frame, bitmap) {
    if (this.closed) {
      bitmap.close();
      return;
    }
    this.cached.set(frame, bitmap);
    while (this.cached.size > this.room) {
      const [[oldest, old]] = this.cached;
      this.cached.delete(oldest);
      old.close();
    }
  }
  /** Have the next frames of a walk decoded before they are asked for. @param {number} frame @param {number} step */
  prefetch(frame, step) {
    for (let k = 1; k <= STRIDE; k += 1) {
      const next = frame + k * step;
      if (next < 0 || next >= this.frames || this.pending.size >= DECODERS - 2) return;
      if (this.feed.arrived[next]) this.load(next);
    }
  }
  /**
   * A screen shows something else from now on; without any, the clip gives back what it keeps.
   * @param {{ arrive(): void }} screen
   */
  leave(screen) {
    this.screens.delete(screen);
    if (!this.screens.size) this.close();
  }
  close() {
    this.closed = true;
    this.feed.close();
    for (const bitmap of this.cached.values()) bitmap.close();
    this.cached.clear();
  }
};

// vizcore/player/overlay.js
var GRID_DARK = "rgba(0, 0, 0, 0.45)";
var GRID_LIGHT = "rgba(255, 255, 255, 0.4)";
var FUTURE = 0.6;
var WIDE = 0.25;
var WIDTHS = [2, 7];
var Overlay = class {
  width = 0;
  // CSS px
  height = 0;
  rows = 1;
  columns = 1;
  pixel = 1;
  // of the screen, in CSS px
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.pen = penOf(canvas);
    this.hand = new Draughtsman(this);
  }
  /** Fit the canvas to its size on the page (CSS px). @param {number} width @param {number} height */
  fit(width, height) {
    this.width = width;
    this.height = height;
  }
  /** Draw a whole scene. @param {Scene} scene */
  paint(scene) {
    this.begin(scene.grid);
    if (!this.width) return;
    if (scene.grid && scene.lines) this.lines();
    if (scene.annotations) this.hand.draw(scene.annotations, scene.shown, scene.preferences);
    if (!scene.grid) return;
    if (scene.preview) this.trail(scene.preview, true);
    if (scene.trail) this.trail(scene.trail, false);
    if (scene.hover !== null) this.box(scene.hover, "#ffffff", 1.5, "rgba(255, 255, 255, 0.22)");
    if (scene.pick) this.box(scene.pick.patch, scene.pick.colour, 2.5, null, !scene.pick.exact);
    if (scene.cursor !== null) this.brackets(scene.cursor);
  }
  /** @param {Grid | null} grid */
  begin(grid) {
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    this.pen.setTransform(1, 0, 0, 1, 0, 0);
    this.pen.clearRect(0, 0, width, height);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pixel = 1 / ratio;
    if (grid) [this.rows, this.columns] = grid;
  }
  /**
   * The left, top, width and height of a patch.
   * @param {number} patch
   * @returns {[number, number, number, number]}
   */
  cell(patch) {
    const [w, h] = [this.width / this.columns, this.height / this.rows];
    return [patch % this.columns * w, Math.floor(patch / this.columns) * h, w, h];
  }
  /** The middle of a patch. @param {number} patch @returns {[number, number]} */
  centre(patch) {
    const [x, y, w, h] = this.cell(patch);
    return [x + w / 2, y + h / 2];
  }
  /** Grid lines one device pixel wide, light beside dark. */
  lines() {
    const { pen, pixel } = this;
    for (const { style, shift } of [{ style: GRID_DARK, shift: 0 }, { style: GRID_LIGHT, shift: pixel }]) {
      pen.fillStyle = style;
      for (let c = 1; c < this.columns; c += 1) {
        const x = Math.round(c * this.width / this.columns / pixel) * pixel;
        pen.fillRect(x + shift, 0, pixel, this.height);
      }
      for (let r = 1; r < this.rows; r += 1) {
        const y = Math.round(r * this.height / this.rows / pixel) * pixel;
        pen.fillRect(0, y + shift, this.width, pixel);
      }
    }
  }
  /**
   * A patch's frame, cased in black; broken where the frame in view was not tracked itself.
   * @param {number} patch
   * @param {string} colour
   * @param {number} width px
   * @param {string | null} fill
   */
  box(patch, colour, width, fill = null, broken = false) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    if (fill) {
      pen.fillStyle = fill;
      pen.fillRect(x, y, w, h);
    }
    pen.setLineDash(broken ? [4, 3] : []);
    stroke(pen, [[CASING, width + 2.5], ["#ffffff", width + 1], [colour, width]], () => pen.strokeRect(x, y, w, h));
    pen.setLineDash([]);
  }
  /** The four corners of the keyboard's patch. @param {number} patch */
  brackets(patch) {
    const { pen } = this;
    const [x, y, w, h] = this.cell(patch);
    const arm = Math.max(4, Math.min(w, h) / 3);
    pen.beginPath();
    for (const [cx, cy, dx, dy] of [[x, y, 1, 1], [x + w, y, -1, 1], [x, y + h, 1, -1], [x + w, y + h, -1, -1]]) {
      pen.moveTo(cx + dx * arm, cy);
      pen.lineTo(cx, cy);
      pen.lineTo(cx, cy + dy * arm);
    }
    stroke(pen, [[CASING, 6], ["#ffffff", 3]]);
  }
  /**
   * A track: past moves strong, coming ones faint; dashed where the match was overruled.
   * @param {Trail} trail
   * @param {boolean} thin
   */
  trail({ moves, k, first }, thin) {
    const { pen } = this;
    pen.lineCap = "round";
    moves.forEach((move, i) => {
      if (move.from === move.to) return;
      const share = clamp((move.margin || 0) / WIDE, 0, 1);
      const width = thin ? 1.5 : WIDTHS[0] + share * (WIDTHS[1] - WIDTHS[0]);
      pen.globalAlpha = thin || i < k ? 1 : FUTURE;
      pen.setLineDash(move.overruled ? [width + 3, width + 4] : []);
      pen.beginPath();
      pen.moveTo(...this.centre(move.from));
      pen.lineTo(...this.centre(move.to));
      stroke(pen, [[CASING, width + 2], [shade(TRACK_PALETTE, move.similarity), width]]);
    });
    pen.setLineDash([]);
    if (!thin) [first, ...moves.map((move) => move.to)].forEach((patch, i) => this.dot(patch, i, k));
    pen.globalAlpha = 1;
  }
  /**
   * The place of a track in one tracked frame.
   * @param {number} patch
   * @param {number} i which frame
   * @param {number} k the one shown
   */
  dot(patch, i, k) {
    const { pen } = this;
    pen.globalAlpha = i <= k ? 1 : FUTURE;
    pen.beginPath();
    pen.arc(...this.centre(patch), i === k ? 4 : 2, 0, 2 * Math.PI);
    pen.fillStyle = "#ffffff";
    pen.strokeStyle = CASING;
    pen.lineWidth = 1.5;
    pen.fill();
    pen.stroke();
  }
};

// vizcore/player/tracks.js
var Tracks = class {
  /**
   * @param {PlayerArrays} arrays
   * @param {number} side
   * @param {number} patches N
   * @param {string} measure what the similarity is called
   */
  constructor(arrays, side, patches, measure = "similarity") {
    this.measure = measure;
    this.frames = arrays[`tracked.${side}`];
    this.sigma = arrays[`sigma.${side}`];
    this.similarity = arrays[`similarity.${side}`];
    this.margin = arrays[`margin.${side}`];
    this.overruled = arrays[`overruled.${side}`];
    this.patches = patches;
  }
  get length() {
    return this.frames.length;
  }
  /** Which tracked frame speaks for a frame: the last at or before it, or the first. @param {number} frame */
  stepAt(frame) {
    return Math.max(0, countUpTo(this.frames, frame) - 1);
  }
  /** The track that is at a patch in a frame. @param {number} frame @param {number} patch */
  trackOf(frame, patch) {
    const start = this.stepAt(frame) * this.patches;
    return this.sigma.subarray(start, start + this.patches).indexOf(patch);
  }
  /** Where a track is in the k-th tracked frame. @param {number} k @param {number} track */
  patchAt(k, track) {
    return this.sigma[k * this.patches + track];
  }
  /**
   * The move of a track from the k-th tracked frame to the next.
   * @param {number} k 0 to K - 2
   * @param {number} track
   * @returns {Move}
   */
  move(k, track) {
    const from = this.patchAt(k, track);
    const at = k * this.patches + from;
    const real = (value) => value === UNKNOWN ? NaN : value / FINE;
    return {
      from,
      to: this.patchAt(k + 1, track),
      similarity: real(this.similarity[at]),
      margin: real(this.margin[at]),
      overruled: this.overruled[at] === 1
    };
  }
  /** Every move of a track, first to last. @param {number} track */
  moves(track) {
    return Array.from({ length: this.length - 1 }, (_, k) => this.move(k, track));
  }
};
var HeatMap = class {
  painted = "";
  // which map, in which palette
  /**
   * @param {PlayerArrays} arrays
   * @param {number} side
   * @param {HeatLegend} legend
   * @param {HTMLCanvasElement} canvas
   */
  constructor(arrays, side, legend, canvas) {
    this.values = arrays[`heat.${side}`];
    this.frames = arrays[`heated.${side}`];
    this.legend = legend;
    this.canvas = canvas;
    canvas.width = legend.columns;
    canvas.height = legend.rows;
  }
  /** Paint the map of the last heated frame at or before a frame. @param {number} frame @param {Liked} liked */
  paint(frame, liked) {
    const { rows, columns, diverging } = this.legend;
    const name = diverging ? "diverging" : liked;
    const cells = rows * columns;
    const start = Math.max(0, countUpTo(this.frames, frame) - 1) * cells;
    if (this.painted === `${start} ${name}`) return;
    this.painted = `${start} ${name}`;
    const table = palette(name);
    const image = new ImageData(columns, rows);
    for (let i = 0; i < cells; i += 1) {
      const at = this.values[start + i] * 3;
      image.data.set([table[at], table[at + 1], table[at + 2], 255], i * 4);
    }
    penOf(this.canvas).putImageData(image, 0, 0);
  }
  /**
   * The value of a cell under a point of the picture, in the last heated frame at or before a frame.
   * @param {number} frame
   * @param {number} x 0 to 1
   * @param {number} y 0 to 1
   */
  value(frame, x, y) {
    const { rows, columns, low, high } = this.legend;
    const [row, column] = [Math.floor(y * rows), Math.floor(x * columns)];
    const k = Math.max(0, countUpTo(this.frames, frame) - 1);
    const share = this.values[(k * rows + row) * columns + column] / 255;
    return low + share * (high - low);
  }
};
function trackLegend() {
  const ramp = make("span", { class: "ramp" });
  ramp.style.background = gradient(TRACK_PALETTE);
  const measure = make("span");
  const colour = make("span", { class: "scale" }, measure, ramp, "1");
  const rest = ["wider: larger margin", "dashed: overruled", "faint: still to come"];
  const words = rest.map((text) => make("span", {}, text));
  return [make("div", { class: "legend" }, "Track", colour, ...words), measure];
}

// vizcore/player/screen.js
var REQUESTED = 16;
var Screen = class {
  /** @type {Clip} */
  clip;
  /** @type {Grid | null} */
  grid = null;
  /** @type {Tracks | null} */
  tracks = null;
  /** @type {HeatMap | null} */
  heat = null;
  /** @type {Annotations | null} */
  annotations = null;
  shown = -1;
  // the frame in the picture
  wanted = -1;
  // the frame that is asked for
  step = 1;
  // the direction of the last move
  presented = 0;
  // how many frames have been shown
  /** @type {number[]} */
  requested = [];
  // frames requested lately
  /** @param {number} side @param {Player} host @param {AbortSignal} signal */
  constructor(side, host, signal) {
    this.side = side;
    this.host = host;
    this.picture = make("canvas", { class: "frame", "aria-hidden": "true" });
    this.heatCanvas = make("canvas", { class: "heat", "aria-hidden": "true" });
    this.maskCanvas = make("canvas", { class: "mask", "aria-hidden": "true" });
    this.surface = make("canvas", { class: "overlay", tabindex: "0" });
    this.noteText = make("span");
    this.retry = make("button", { type: "button" }, "Try again");
    this.note = make("div", { class: "note", role: "status", hidden: "" }, this.noteText, this.retry);
    const layers = [this.picture, this.maskCanvas, this.heatCanvas, this.surface];
    this.box = make("div", { class: "screen" }, ...layers, this.note);
    this.name = make("span", { class: "name" });
    this.moment = make("span", { class: "moment" });
    this.node = make("figure", {}, make("figcaption", {}, this.name, this.moment), this.box);
    this.overlay = new Overlay(this.surface);
    this.aim = new Aim(this, signal);
    this.retry.addEventListener("click", () => this.clip.feed.open(), { signal });
    this.sizes = new ResizeObserver(([entry]) => {
      this.overlay.fit(entry.contentRect.width, entry.contentRect.height);
      this.drawOver();
    });
    this.sizes.observe(this.surface);
  }
  /**
   * Take what Python sent; a clip that is the same stays as it is.
   * @param {PlayerMeta} meta
   * @param {PlayerArrays} arrays
   */
  update(meta, arrays) {
    const { side } = this;
    const { label } = meta.clips[side];
    this.name.textContent = label;
    this.name.title = label;
    this.grid = meta.grids[side];
    this.open(meta, arrays);
    const [rows, columns] = this.grid ?? [0, 0];
    const [measure, heat, annotations] = [meta.measures[side], meta.heat[side], meta.annotations[side]];
    this.tracks = measure === null ? null : new Tracks(arrays, side, rows * columns, measure);
    this.heat = heat && new HeatMap(arrays, side, heat, this.heatCanvas);
    this.heatCanvas.hidden = !heat;
    this.annotations = annotations && new Annotations(arrays, side, annotations);
    this.surface.setAttribute("role", this.grid ? "application" : "img");
    const choose = this.grid ? `, ${rows} rows of ${columns} patches; Enter chooses with the arrow keys` : "";
    this.surface.setAttribute("aria-label", `Video ${label}${choose}`);
    this.arrive();
  }
  /** Open the clip, or share it with the screen that shows it. @param {PlayerMeta} meta @param {PlayerArrays} arrays */
  open(meta, arrays) {
    const { side } = this;
    const source = meta.clips[side];
    const times = arrays[`times.${side}`];
    const shows = ({ clip }) => clip?.url === source.url && clip.frames === times.length;
    if (shows(this)) return;
    const opened = this.host.screens.find(shows)?.clip;
    this.clip?.leave(this);
    const budget = MEMORY / new Set(meta.clips.map((clip) => clip.url)).size;
    this.clip = opened ?? new Clip(source, arrays[`offsets.${side}`], times, budget);
    this.clip.screens.add(this);
    this.shown = -1;
    this.wanted = -1;
    this.requested = [];
    this.presented = 0;
    set(this.picture, { width: source.width, height: source.height });
    this.node.style.setProperty("--aspect", String(source.width / source.height));
  }
  /** Bytes or a bitmap came, or a fetch failed. */
  arrive() {
    this.tellState();
    this.host.schedule();
  }
  tellState() {
    const { feed, broken } = this.clip;
    let text = "";
    if (feed.error) text = `The frames of this clip could not be loaded (${feed.error}).`;
    else if (broken.has(this.wanted)) text = `Frame ${this.wanted} is damaged and cannot be shown.`;
    else if (feed.share < 1) text = `loading ${Math.floor(100 * feed.share)} %`;
    write(this.noteText, text);
    this.note.hidden = !text;
    this.retry.hidden = !feed.error;
    this.note.classList.toggle("failed", Boolean(feed.error));
  }
  /** Ask for a frame; it is shown as soon as it is decoded, and until then the last one stays. @param {number} frame */
  show(frame) {
    if (frame !== this.wanted) {
      this.step = Math.sign(frame - this.wanted) || 1;
      this.wanted = frame;
      this.requested = [...this.requested.slice(1 - REQUESTED), frame];
    }
    const latest = this.requested.findLastIndex((one) => this.clip.cached.has(one));
    if (latest >= 0) {
      this.present(this.requested[latest]);
      this.requested = this.requested.slice(latest + 1);
    }
    if (this.shown === frame) this.clip.prefetch(frame, this.step);
    else this.clip.load(frame);
    if (this.clip.broken.size) this.tellState();
  }
  /** Show a frame that is decoded. @param {number} frame */
  present(frame) {
    const bitmap = this.clip.get(frame);
    if (bitmap) penOf(this.picture).drawImage(bitmap, 0, 0, this.picture.width, this.picture.height);
    this.shown = frame;
    this.presented += 1;
    if (!this.host.clock.playing) this.describe();
    Object.assign(this.box.dataset, { drawn: frame, presented: this.presented });
    this.drawUnder();
    this.drawOver();
    this.caption();
    const { pick, clock } = this.host;
    if (pick?.side === this.side && !clock.playing) this.host.announce(this.story(pick));
  }
  /** Say what is annotated in the frame that rests. */
  describe() {
    this.surface.setAttribute("aria-description", this.annotations?.describe(this.shown) ?? "");
  }
  /** Draw what lies between the picture and the overlay: the mask of things, and heat. */
  drawUnder() {
    const { heat, annotations, shown } = this;
    const { preferences } = this.host;
    const masked = annotations?.has("mask") && preferences.mask ? annotations : null;
    this.maskCanvas.hidden = !masked;
    if (shown < 0) return;
    masked?.paintMask(this.maskCanvas, shown);
    heat?.paint(shown, preferences.palette);
  }
  /** Draw the overlay of the frame that is shown. */
  drawOver() {
    const { tracks, annotations, shown, grid, aim: { hover, cursor, patch } } = this;
    if (shown < 0) return;
    const { preferences, pick, meta } = this.host;
    const scene = { grid, lines: preferences.grid, annotations, shown, preferences, hover, cursor };
    if (pick?.side === this.side) {
      const [chosen, exact] = this.placeOf(pick);
      scene.pick = { patch: chosen, exact, colour: PICK_COLOUR };
      if (tracks && pick.track !== null) scene.trail = this.trail(tracks, pick.track);
    } else if (pick && grid && meta.linked) {
      scene.pick = { ...this.echo(pick, grid), colour: PICK_COLOUR };
    }
    if (tracks && patch !== null) {
      const track = tracks.trackOf(shown, patch);
      if (track !== pick?.track || !scene.trail) scene.preview = this.trail(tracks, track);
    }
    this.overlay.paint(scene);
  }
  /**
   * Where a pick is in the frame that is shown, and whether that frame was tracked itself.
   * @param {Picked} pick
   * @returns {[patch: number, exact: boolean]}
   */
  placeOf({ patch, frame, track }) {
    const { tracks, shown } = this;
    if (!tracks || track === null) return [patch, frame === shown];
    const k = tracks.stepAt(shown);
    return [tracks.patchAt(k, track), tracks.frames[k] === shown];
  }
  /**
   * The patch here at the place of a pick in another clip, and whether this is the frame of its moment.
   * @param {Picked} pick
   * @param {Grid} own
   */
  echo(pick, own) {
    const { clock, screens } = this.host;
    const [rows, columns] = screens[pick.side].grid ?? own;
    const y = (Math.floor(pick.patch / columns) + 0.5) / rows;
    const x = (pick.patch % columns + 0.5) / columns;
    const patch = Math.floor(y * own[0]) * own[1] + Math.floor(x * own[1]);
    return { patch, exact: this.shown === clock.frame(this.side, clock.tickOf(pick.side, pick.frame)) };
  }
  /** @param {Tracks} tracks @param {number} track @returns {Trail} */
  trail(tracks, track) {
    return { moves: tracks.moves(track), k: tracks.stepAt(this.shown), first: tracks.patchAt(0, track) };
  }
  caption() {
    const at = `frame ${this.shown} · ${this.clip.times[this.shown].toFixed(2)} s`;
    const { heat, aim: { patch, spot } } = this;
    const value = heat && spot ? ` · ${heat.legend.label} ${heat.value(this.shown, ...spot).toPrecision(2)}` : "";
    write(this.moment, patch === null ? at + value : `${this.cell(patch)}${value} · ${at}`);
  }
  /** A patch in words. @param {number} patch */
  cell(patch) {
    const [, columns] = this.grid ?? [1, 1];
    return `patch ${patch} (row ${Math.floor(patch / columns)}, column ${patch % columns})`;
  }
  /** A pick in words, with the numbers of its next move. @param {Picked} pick */
  story(pick) {
    const { tracks } = this;
    if (!tracks || pick.track === null) return `Chosen: ${this.cell(pick.patch)} of frame ${pick.frame}.`;
    const k = tracks.stepAt(Math.max(this.shown, 0));
    const from = `Track of patch ${pick.track} in frame ${tracks.frames[0]}`;
    const here = `${from}: ${this.cell(tracks.patchAt(k, pick.track))} in frame ${tracks.frames[k]}`;
    if (k + 1 === tracks.length) return `${here}, where it ends.`;
    const move = tracks.move(k, pick.track);
    const numbers = `${tracks.measure} ${move.similarity.toFixed(3)}, margin ${move.margin.toFixed(3)}`;
    const why = move.overruled ? ", overruled: a better patch went to another track" : "";
    return `${here}; then patch ${move.to} in frame ${tracks.frames[k + 1]} (${numbers}${why}).`;
  }
  /** @param {number} patch @param {Event} event @param {number} frame */
  choose(patch, event, frame = this.shown) {
    this.host.choose({ side: this.side, frame, patch }, event.timeStamp);
  }
  /** Where the keyboard's cursor begins: on the pick, or in the middle. @returns {number} */
  startCell() {
    const { pick } = this.host;
    const [rows, columns] = this.grid ?? [1, 1];
    const middle = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
    return pick?.side === this.side ? this.placeOf(pick)[0] : middle;
  }
  close() {
    this.sizes.disconnect();
    this.clip?.leave(this);
    this.node.remove();
  }
};

// vizcore/player/stage.js
var STEP = 0.02;
var Stage = class {
  wiped = 0.5;
  // how much of the stage shows the first of two clips
  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.divider = make("div", { class: "divider", role: "slider", tabindex: "0", "aria-label": "Wipe" });
    this.node = make("div", { class: "stage" }, this.divider);
    this.divider.addEventListener("keydown", (event) => this.key(event), { signal });
    onDrag(this.divider, signal, (event) => this.wipeTo(this.across(event)));
    this.wipeTo(this.wiped);
  }
  /** Lay the screens out as a page or a person wants them. @param {PlayerMeta} meta @param {Preferences} preferences */
  lay({ clips, layout }, preferences) {
    const wipe = clips.length === 2 && (layout ? layout === "wipe" : preferences.wipe);
    const aspects = clips.map((clip) => clip.width / clip.height);
    this.divider.hidden = !wipe;
    this.node.dataset.layout = wipe ? "wipe" : "side";
    this.node.dataset.clips = String(clips.length);
    this.node.classList.toggle("blocky", !preferences.smooth);
    this.node.style.setProperty("--opacity", String(preferences.opacity / 100));
    this.node.style.setProperty("--first", String(aspects[0]));
    this.node.style.setProperty("--widest", String(Math.max(...aspects)));
  }
  /** @param {MouseEvent} event */
  across(event) {
    const frame = this.node.getBoundingClientRect();
    return (event.clientX - frame.left) / frame.width;
  }
  /** @param {number} share of the stage, 0 to 1 */
  wipeTo(share) {
    this.wiped = clamp(share, 0, 1);
    this.node.style.setProperty("--wipe", `${100 * this.wiped}%`);
    this.divider.setAttribute("aria-valuenow", String(Math.round(100 * this.wiped)));
    this.divider.setAttribute("aria-valuemin", "0");
    this.divider.setAttribute("aria-valuemax", "100");
  }
  /** @param {KeyboardEvent} event */
  key(event) {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    this.wipeTo(this.wiped + STEP * arrow[1]);
    event.preventDefault();
    event.stopPropagation();
  }
};

// vizcore/player/timeline_tracks.js
var NARROW = 0.04;
var BAR = 4;
var TierLane = class extends Lane {
  looped = -1;
  // the segment that is played over and over; -1 is none
  /** @param {TierWords} tier @param {number} frames @param {Player} host @param {AbortSignal} signal */
  constructor(tier, frames, host, signal) {
    const { clock } = host;
    super(tier.label, host, signal, {
      count: frames,
      at: () => clock.frame(tier.side),
      go: (frame) => clock.tickOf(tier.side, frame),
      describe: (frame) => `frame ${frame}: ${this.nameAt(frame)}`
    });
    this.segments = tier.segments;
    this.bar.classList.add("tier");
    this.bar.prepend(...this.segments.map((segment) => this.block(segment)));
    this.bar.addEventListener("keydown", (event) => this.key(event), { signal });
    this.bar.addEventListener("dblclick", (event) => this.loop(this.placeOf(event)), { signal });
  }
  /** Loop the segment at a frame, or let it go where it is looped already. @param {number} frame */
  loop(frame) {
    const { clock } = this.host;
    const found = this.segments.findIndex(([start, stop]) => start <= frame && frame < stop);
    const looped = found === this.looped ? -1 : found;
    for (const row of this.host.lanes.tiers) row.mark(row === this ? looped : -1);
    const tick = (at) => at < this.count ? this.go(at) : clock.length;
    this.host.hold(looped < 0 ? null : [tick(this.segments[looped][0]), tick(this.segments[looped][1])]);
  }
  /** Outline the block that is looped; -1 is none. @param {number} looped */
  mark(looped) {
    this.looped = looped;
    this.segments.forEach((_, k) => this.bar.children[k].classList.toggle("looped", k === looped));
  }
  /** @param {Segment} segment */
  block([start, stop, label, colour, share]) {
    const text = `${label}: frames ${start} to ${stop - 1}`;
    const wide = Math.min(stop, this.count) - start > NARROW * this.count;
    const block = make("span", { class: wide ? "block" : "block narrow", title: text }, wide ? label : "");
    set(block.style, {
      left: `${100 * start / this.count}%`,
      width: `${100 * (Math.min(stop, this.count) - start) / this.count}%`,
      background: colour,
      color: readable(colour),
      top: `calc(2px + ${1 - share} * (100% - 8px))`
      // even a share of nothing can be seen
    });
    return block;
  }
  /** @param {number} frame */
  nameAt(frame) {
    const inside = this.segments.filter(([start, stop]) => start <= frame && frame < stop);
    return inside.map(([, , label]) => label).join(", ") || "nothing";
  }
  /**
   * Page Up and Page Down go to the segment before and after; Enter keeps playback to the one here.
   * @param {KeyboardEvent} event
   */
  key(event) {
    if (event.key === "Enter") {
      this.loop(this.at());
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const starts = this.segments.map(([start]) => start).sort((a, b) => a - b);
    const beside = {
      PageDown: starts.find((start) => start > this.at()),
      PageUp: starts.findLast((start) => start < this.at())
    };
    const next = beside[event.key];
    if (next === void 0) return;
    this.host.seek(this.go(next));
    event.preventDefault();
    event.stopPropagation();
  }
};
var Scrubber = class extends Lane {
  /** @param {Player} host @param {AbortSignal} signal */
  constructor(host, signal) {
    super("Frames", host, signal, alongTicks(host));
    this.loaded = make("div", { class: "loaded" });
    this.strip = make("canvas", { class: "strip", "aria-hidden": "true" });
    this.bar.classList.add("scrub");
    this.bar.prepend(this.loaded, this.strip);
    this.sizes = new ResizeObserver(() => this.paint());
    this.sizes.observe(this.strip);
  }
  /** Show how much has arrived. @param {number} share 0 to 1 */
  fill(share) {
    const width = `${100 * share}%`;
    if (this.loaded.style.width !== width) this.loaded.style.width = width;
  }
  /** Draw the ticks, and the track that is chosen. */
  paint() {
    const { pick, screens, clock } = this.host;
    const screen = (pick && screens[pick.side]) ?? screens.find((one) => one.tracks);
    const ratio = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.strip;
    set(this.strip, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    if (!screen?.tracks || !width) return;
    const pen = penOf(this.strip);
    pen.scale(ratio, ratio);
    const across = Array.from(screen.tracks.frames, (frame) => (clock.tickOf(screen.side, frame) + 0.5) / this.count);
    if (pick && pick.track !== null) this.steps(pen, screen.tracks.moves(pick.track), across, width, height);
    pen.fillStyle = getComputedStyle(this.bar).color;
    for (const x of across) pen.fillRect(x * width - 0.75, height - 8, 1.5, 8);
  }
  /**
   * The moves of a track, each from one tick to the next.
   * @param {CanvasRenderingContext2D} pen
   * @param {Move[]} moves
   * @param {number[]} across where the ticks are, 0 to 1
   * @param {number} width px
   * @param {number} height px
   */
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
};
var Lanes = class {
  /** @type {Scrubber | null} */
  scrubber = null;
  /** @type {ThumbnailRow | null} */
  thumbnails = null;
  /** @type {TierLane[]} */
  tiers = [];
  /** @type {Lane[]} */
  rows = [];
  // all of them, from above
  built = "";
  // what for
  abort = new AbortController();
  /** @param {Player} host */
  constructor(host) {
    this.host = host;
    this.node = make("div", { class: "lanes" });
  }
  /** @param {TierWords[]} tiers */
  update(tiers) {
    const { host } = this;
    const { thumbnails, clips } = host.meta;
    const wanted = JSON.stringify([tiers, thumbnails, host.clock.length, clips.map((clip) => clip.url)]);
    if (wanted === this.built) return;
    this.close();
    host.clock.hold(null);
    this.built = wanted;
    this.abort = new AbortController();
    const { signal } = this.abort;
    this.scrubber = new Scrubber(host, signal);
    this.thumbnails = thumbnails ? new ThumbnailRow(host, signal) : null;
    this.tiers = tiers.map((tier) => new TierLane(tier, host.screens[tier.side].clip.frames, host, signal));
    this.rows = [this.scrubber, this.thumbnails, ...this.tiers].filter((row) => row !== null);
    this.node.classList.toggle("tiered", tiers.length > 0);
    this.node.replaceChildren(...this.rows.flatMap((row) => [row.title, row.bar]));
  }
  /** Draw the tracked frames anew, and the track that is chosen. */
  paint() {
    this.scrubber?.paint();
  }
  place() {
    const { screens } = this.host;
    this.rows.forEach((row) => row.place());
    this.scrubber?.fill(Math.min(...screens.map((screen) => screen.clip.feed.share)));
  }
  close() {
    this.abort.abort();
    this.scrubber?.sizes.disconnect();
    this.thumbnails?.sizes.disconnect();
  }
};

// vizcore/player/player.js
var Player = class {
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
  mode = null;
  // which clock
  clips = "";
  // which they are
  dragging = false;
  seq = 0;
  // of the last pick
  drawing = 0;
  // an animation frame
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
    this.node.style.setProperty("--tallest", `${meta.height}px`);
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
    if (fresh || frame && !steered) this.seek(this.clock.tickOfAll(meta.frame));
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
};
var player_default = mounting(Player);
export {
  Player,
  player_default as default
};
