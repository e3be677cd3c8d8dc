// The plane of two clips: a matrix of all pairs of their frames, and the point on it where the clips are.

const POINT = "#ffffff";

/** Follows the clock, and shows any pair of frames under the mouse. */
class Plane extends Chart {
  constructor(host, signal) {
    super(host);
    this.free = null; // the pair of frames under the mouse
    this.legend = make("div", { class: "legend routes" });
    this.told = make("div", { class: "told" });
    this.node = make("div", { class: "plane", hidden: "" }, this.box);
    this.caption = make("div", { class: "pair", hidden: "" }, this.told, this.legend);
    const on = (name, handle) => this.over.addEventListener(name, handle, { signal });
    on("pointermove", (event) => this.look(event));
    on("pointerleave", () => this.leave());
    onDrag(this.over, signal, (event) => this.drag(event), () => host.release());
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.box);
  }

  /** Take what Python sent. */
  update(meta, arrays) {
    const words = meta.plane;
    this.node.hidden = this.caption.hidden = !words;
    this.host.node.classList.toggle("planed", Boolean(words));
    this.free = null;
    this.words = words;
    if (!words) return;
    this.values = arrays["plane.values"];
    this.frames = [arrays["plane.frames.0"], arrays["plane.frames.1"]];
    this.routes = words.routes.map(([name, colour, dashed], k) => ({ name, colour, dashed, at: arrays[`route.${k}`] }));
    const urls = meta.clips.map((clip) => clip.url);
    if (`${urls}` !== `${this.urls}`) this.thumbs = [new Map(), new Map()];
    this.urls = urls;
    this.paintCells();
    this.nameRoutes();
    const names = meta.clips.map((clip) => clip.label).join(" and ");
    this.over.setAttribute("aria-label", `${words.label} of every frame of ${names}; arrow keys walk along the path`);
    this.fit();
  }

  nameRoutes() {
    const { low, high, label } = this.words;
    const ramp = make("span", { class: "ramp" });
    ramp.style.background = gradient(PLANE_PALETTE);
    const ends = [label, low, high].map((end, k) => make("span", {}, k ? inShort(end) : end));
    const rows = this.routes.map(({ name, colour, dashed }) => {
      const line = make("span");
      line.style.borderTop = `3px ${dashed ? "dashed" : "solid"} ${colour}`;
      return make("span", { class: "scale" }, make("span", { class: "dash" }, line), name);
    });
    this.legend.replaceChildren(make("span", { class: "scale" }, ends[0], ends[1], ramp, ends[2]), ...rows);
  }

  /** The place of a pack's frame among the frames that have a cell, whole or between two. */
  place(side, frame) {
    const column = this.frames[side];
    const k = clamp(countUpTo(column, frame) - 1, 0, column.length - 1);
    if (k === column.length - 1) return k;
    return k + clamp((frame - column[k]) / (column[k + 1] - column[k]), 0, 1);
  }

  /** The frame of a clip that is looked at off the route; undefined when none is. */
  looked(side) {
    return this.free?.[side];
  }

  /** Draw where the clips are now, and what lies below where that is out of date. */
  paint() {
    if (!this.words || !this.area) return;
    if (this.stale) this.paintGround();
    const pen = this.over.getContext("2d");
    pen.clearRect(0, 0, ...this.size);
    const pair = [0, 1].map((side) => this.looked(side) ?? this.host.clock.frame(side));
    const at = pair.map((frame, side) => this.place(side, frame));
    const [x, y] = this.spot(at);
    const { left, top, width, height } = this.area;
    for (const [style, thick] of [[CASING, 3.5], [POINT, 1.5]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: thick });
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x, top + height);
      pen.moveTo(x, y);
      pen.lineTo(left, y);
      pen.stroke();
    }
    this.frameThumbs(pen, [x, y]);
    pen.beginPath();
    pen.arc(x, y, 7, 0, 2 * Math.PI);
    Object.assign(pen, { fillStyle: this.free ? POINT : PICK_COLOUR, strokeStyle: "#000", lineWidth: 4 });
    pen.stroke();
    Object.assign(pen, { strokeStyle: POINT, lineWidth: 2.5 });
    pen.stroke();
    pen.fill();
    this.say(pair, at);
  }

  say(pair, at) {
    const [i, j] = at.map(Math.round);
    const { low, high, label } = this.words;
    const value = low + (this.values[i * this.frames[1].length + j] / 255) * (high - low);
    const text = `frame ${pair[0]} with frame ${pair[1]}: ${label} ${value.toFixed(3)}`;
    write(this.told, text);
    if (!this.host.clock.playing) this.over.setAttribute("aria-description", text);
  }

  /** Outline the pictures along the axes that are nearest to the point. */
  frameThumbs(pen, point) {
    Object.assign(pen, { strokeStyle: PICK_COLOUR, lineWidth: 2.5 });
    for (const side of [0, 1]) {
      const far = ([, left, top, wide, tall]) => Math.abs(side ? top + tall / 2 - point[1] : left + wide / 2 - point[0]);
      const [nearest] = this.row(side).sort((one, other) => far(one) - far(other));
      pen.strokeRect(...nearest.slice(1));
    }
  }

  /** The place of an event in cells, and whether it is on the matrix. */
  cellUnder(event) {
    const frame = this.over.getBoundingClientRect();
    const { left, top, width, height } = this.area;
    const [x, y] = [event.clientX - frame.left - left, top + height - (event.clientY - frame.top)];
    const [wide, tall] = this.shape;
    const cell = [clamp(Math.floor((x / width) * wide), 0, wide - 1), clamp(Math.floor((y / height) * tall), 0, tall - 1)];
    return { cell, inside: x >= 0 && x < width && y >= 0 && y < height };
  }

  /** A mouse over the matrix shows that pair of frames for as long as it is there. */
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

  /** A press or a drag goes to the nearest place of the route that is played. */
  drag(event) {
    const { host } = this;
    const [x, y] = this.spot(this.cellUnder(event).cell);
    let [best, least] = [0, Infinity];
    for (let tick = 0; tick < host.clock.length; tick += 1) {
      const at = this.spot([0, 1].map((side) => this.place(side, host.clock.frame(side, tick))));
      const far = Math.hypot(at[0] - x, at[1] - y);
      if (far < least) [best, least] = [tick, far];
    }
    this.free = null;
    host.dragging = true;
    host.seek(best);
  }

  close() {
    this.sizes.disconnect();
  }
}
