// Tracks of patches and maps of heat, unpacked from Python's block of bytes and read by frame.

const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, f8: Float64Array };
const FINE = 10000; // cosines travel as ten-thousandths
const UNKNOWN = -32768; // stands for "no such number" among them

/** Python's arrays by name. */
function unpack(contents, block) {
  const { buffer } = new Uint8Array(block); // a copy that starts at 0, so that every array is aligned
  const read = ([kind, start, count]) => new KINDS[kind](buffer, start, count);
  return Object.fromEntries(Object.entries(contents).map(([name, place]) => [name, read(place)]));
}

/** Every patch of a clip followed through K tracked frames. */
class Tracks {
  constructor(arrays, side, patches, measure = "similarity") {
    this.measure = measure;
    this.frames = arrays[`tracked.${side}`]; // (K,)
    this.sigma = arrays[`sigma.${side}`]; // (K, N): patch i of the first tracked frame is sigma[k, i] of the k-th
    this.similarity = arrays[`similarity.${side}`]; // (K - 1, N) by patch of the k-th
    this.margin = arrays[`margin.${side}`];
    this.overruled = arrays[`overruled.${side}`];
    this.patches = patches;
  }

  get length() {
    return this.frames.length;
  }

  /** Which tracked frame speaks for a frame: the last at or before it, or the first. */
  stepAt(frame) {
    return Math.max(0, countUpTo(this.frames, frame) - 1);
  }

  /** The track that is at a patch in a frame. */
  trackOf(frame, patch) {
    const start = this.stepAt(frame) * this.patches;
    return this.sigma.subarray(start, start + this.patches).indexOf(patch);
  }

  /** Where a track is in the k-th tracked frame. */
  patchAt(k, track) {
    return this.sigma[k * this.patches + track];
  }

  /** The move of a track from the k-th tracked frame to the next; null after the last. */
  move(k, track) {
    if (k < 0 || k + 1 >= this.length) return null;
    const from = this.patchAt(k, track);
    const at = k * this.patches + from;
    const real = (value) => (value === UNKNOWN ? NaN : value / FINE);
    return {
      from,
      to: this.patchAt(k + 1, track),
      similarity: real(this.similarity[at]),
      margin: real(this.margin[at]),
      overruled: this.overruled[at] === 1,
    };
  }

  /** Every move of a track, first to last. */
  moves(track) {
    return Array.from({ length: this.length - 1 }, (_, k) => this.move(k, track));
  }
}

/** A map over the picture for some of a clip's frames, painted cell by cell and stretched by the style sheet. */
class HeatMap {
  constructor(arrays, side, legend, canvas) {
    this.values = arrays[`heat.${side}`]; // (T, rows * columns)
    this.frames = arrays[`heated.${side}`]; // (T,)
    Object.assign(this, legend, { canvas });
    canvas.width = this.columns;
    canvas.height = this.rows;
  }

  /** Paint the map of the last heated frame at or before a frame. */
  paint(frame, liked) {
    const name = this.diverging ? "diverging" : liked;
    const cells = this.rows * this.columns;
    const start = Math.max(0, countUpTo(this.frames, frame) - 1) * cells;
    if (this.painted === `${start} ${name}`) return;
    this.painted = `${start} ${name}`;
    const table = palette(name);
    const image = new ImageData(this.columns, this.rows);
    for (let i = 0; i < cells; i += 1) {
      const at = this.values[start + i] * 3;
      image.data.set([table[at], table[at + 1], table[at + 2], 255], i * 4);
    }
    this.canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /** The value of a cell under a point of the picture, both 0 to 1, in the last heated frame at or before a frame. */
  value(frame, x, y) {
    const [row, column] = [Math.floor(y * this.rows), Math.floor(x * this.columns)];
    const k = Math.max(0, countUpTo(this.frames, frame) - 1);
    const share = this.values[(k * this.rows + row) * this.columns + column] / 255;
    return this.low + share * (this.high - this.low);
  }
}

/** What the colours and lines of a track mean: the node, and the part of it that names the measure. */
function trackLegend() {
  const ramp = make("span", { class: "ramp" });
  ramp.style.background = gradient(TRACK_PALETTE);
  const measure = make("span");
  const colour = make("span", { class: "scale" }, measure, ramp, "1");
  const rest = ["wider: larger margin", "dashed: overruled", "faint: still to come"];
  const words = rest.map((text) => make("span", {}, text));
  return [make("div", { class: "legend" }, "Track", colour, ...words), measure];
}
