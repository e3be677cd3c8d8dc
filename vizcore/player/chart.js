// The matrix of two clips as it rests: its cells, the routes across it, numbers and pictures along both axes.

const PLANE_PALETTE = "viridis";
const THUMB = [46, 84]; // px: how wide a picture along an axis may be
const LABELS = { left: 48, bottom: 40, right: 10, top: 8 }; // px for numbers and titles
const SQUAT = [0.6, 1.05]; // how tall the plane may be, of its width

/** The first clip goes to the right, the second up; the host is the player, and words is what Python said. */
class Chart {
  constructor(host) {
    Object.assign(this, { host, words: null, painted: 0, thumbs: [new Map(), new Map()], cells: make("canvas") });
    this.ground = make("canvas", { class: "ground", "aria-hidden": "true" });
    this.over = make("canvas", { class: "over", tabindex: "0", role: "img" });
    this.box = make("div", { class: "map" }, this.ground, this.over);
  }

  get shape() {
    return this.frames.map((column) => column.length);
  }

  /** The matrix as a picture of one pixel a cell, the second clip's first frame at the bottom. */
  paintCells() {
    const [wide, tall] = this.shape;
    Object.assign(this.cells, { width: wide, height: tall });
    const pen = this.cells.getContext("2d");
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
    const across = clamp(width * 0.11, ...THUMB);
    const aspects = this.host.meta.clips.map((clip) => clip.width / clip.height);
    this.small = aspects.map((aspect) => [across, across / aspect]);
    const left = LABELS.left + across;
    const inner = width - left - LABELS.right;
    const height = inner * clamp(tall / wide, ...SQUAT);
    this.area = { left, top: LABELS.top, width: inner, height };
    const whole = LABELS.top + height + LABELS.bottom + this.small[0][1];
    const ratio = window.devicePixelRatio || 1;
    this.box.style.height = `${whole}px`;
    for (const canvas of [this.ground, this.over]) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(whole * ratio) });
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.size = [width, whole];
    this.box.dataset.layout = Object.values(this.area).join(" ");
    this.stale = true;
    this.host.schedule();
  }

  /** Where a place in cells is, in px. */
  spot([x, y]) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.shape;
    return [left + ((x + 0.5) / wide) * width, top + height - ((y + 0.5) / tall) * height];
  }

  paintGround() {
    const pen = this.ground.getContext("2d");
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
    this.numbers(pen);
    this.stale = !this.pictures(pen);
    this.painted += 1;
    Object.assign(this.box.dataset, { painted: this.painted, complete: !this.stale });
  }

  line(pen, { at, colour, dashed }) {
    for (const [style, thick, dash] of [[CASING, 5.5, []], [colour, 3, dashed ? [7, 6] : []]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: thick, lineJoin: "round", lineCap: dashed ? "butt" : "round" });
      pen.setLineDash(dash);
      pen.beginPath();
      for (let k = 0; k < at.length; k += 2) pen.lineTo(...this.spot([at[k], at[k + 1]]));
      pen.stroke();
    }
    pen.setLineDash([]);
  }

  /** Ticks, their numbers and the titles. */
  numbers(pen) {
    const { left, top, width, height } = this.area;
    const style = getComputedStyle(this.box);
    Object.assign(pen, { fillStyle: style.color, strokeStyle: style.color, lineWidth: 1, font: `12px ${style.fontFamily}` });
    const [[across, below], [up, beside]] = this.words.axes;
    Object.assign(pen, { textAlign: "center", textBaseline: "top" });
    for (const [at, text] of below) {
      const [x] = this.spot([at, 0]);
      pen.fillRect(x - 0.5, top + height, 1, 4);
      pen.fillText(text, x, top + height + 6);
    }
    pen.fillText(across, left + width / 2, top + height + 22);
    Object.assign(pen, { textAlign: "right", textBaseline: "middle" });
    for (const [at, text] of beside) {
      const [, y] = this.spot([0, at]);
      pen.fillRect(left - 4, y - 0.5, 4, 1);
      pen.fillText(text, left - 6, y);
    }
    pen.save();
    pen.translate(left - LABELS.left + 9, top + height / 2);
    pen.rotate(-Math.PI / 2);
    Object.assign(pen, { textAlign: "center" });
    pen.fillText(up, 0, 0);
    pen.restore();
  }

  /** The places of the pictures along an axis: [frame, left, top, width, height] each. */
  row(side) {
    const { left, top, width, height } = this.area;
    const [wide, tall] = this.small[side];
    const [long, each] = side ? [height, tall] : [width, wide];
    const count = Math.max(1, Math.floor(long / each));
    const step = long / count;
    return Array.from({ length: count }, (_, k) => {
      const frame = this.frames[side][Math.floor(((k + 0.5) / count) * this.frames[side].length)];
      const middle = (k + 0.5) * step;
      if (side) return [frame, 0, top + height - middle - tall / 2, wide, tall];
      return [frame, left + middle - wide / 2, top + height + LABELS.bottom, wide, tall];
    });
  }

  /** Draw the pictures that are there and ask for the others; says whether all were. */
  pictures(pen) {
    pen.imageSmoothingQuality = "high";
    pen.imageSmoothingEnabled = true;
    let complete = true;
    this.host.screens.forEach(({ clip }, side) => {
      for (const [frame, ...place] of this.row(side)) {
        const picture = this.thumb(clip, side, frame);
        if (picture) pen.drawImage(picture, ...place);
        else if (!clip.broken.has(frame)) complete = false;
      }
    });
    return complete;
  }

  /** A small copy of a frame, kept for as long as the clips stay; undefined until it is decoded. */
  thumb(clip, side, frame) {
    const known = this.thumbs[side];
    if (!known.has(frame)) {
      const bitmap = clip.kept.get(frame);
      if (!bitmap) {
        clip.load(frame);
        return undefined;
      }
      const copy = make("canvas", { width: 2 * THUMB[1], height: Math.round((2 * THUMB[1] * clip.height) / clip.width) });
      const pen = copy.getContext("2d");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(bitmap, 0, 0, copy.width, copy.height);
      known.set(frame, copy);
    }
    return known.get(frame);
  }
}
