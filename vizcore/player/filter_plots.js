// What the equaliser draws: the response curve, the energy of each frequency, and what comes out on the frames.

const CURVE = 201; // places of the curve
const BINS = 25; // of the frequencies
const BEFORE = "#9a9a9a";
const AFTER = "#0072B2";
const GHOSTS = { NL: ["nl", "#D55E00"], NS: ["ns", "#CC79A7"] };
const ABREAST = 4; // frames side by side
const DECADES = 6; // of energy that are drawn

/** Lay a canvas out for its width; its pen, width and height in px. */
function sheet(canvas, height) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth || canvas.parentElement.clientWidth;
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  const style = getComputedStyle(canvas);
  Object.assign(pen, { fillStyle: style.color, strokeStyle: style.color, font: `12px ${style.fontFamily}` });
  return [pen, width, height, style.color];
}

/** The plots; meta, arrays, turned and the canvases are the equaliser's. */
class Plots {
  /** (N,) what comes out for the signal. */
  filtered() {
    const { values, scales, parts, signal } = this.arrays;
    const { operator } = this.meta;
    const count = signal.length;
    const found = new Float64Array(count);
    if (values.length === 1 && Number.isNaN(values[0])) { // A times the signal, and no modes
      const [still] = respond(operator, [0, 0], this.turned);
      const [whole] = respond(operator, [1, 0], this.turned);
      for (let i = 0; i < count; i += 1) found[i] = still * signal[i] + (whole - still) * parts[i] * scales[0];
      return found;
    }
    values.forEach((value, b) => {
      const by = respond(operator, [value, 0], this.turned)[0] * scales[b];
      for (let i = 0, at = b * count; i < count; i += 1, at += 1) found[i] += by * parts[at];
    });
    return found;
  }

  paintCurve() {
    const [pen, wide, tall, ink] = sheet(this.curve, 240);
    const places = Array.from({ length: CURVE }, (_, k) => (2 * k) / (CURVE - 1) - 1);
    const own = places.map((at) => respond(this.meta.operator, [at, 0], this.turned)[0]);
    const ghosts = Object.values(GHOSTS).map(([name, colour]) => [colour, places.map((at) => respond(name, [at, 0], { out: [1] })[0])]);
    if (!this.still) { // while the curve is dragged the scale stays
      const all = [...own, -1.2, 1.2];
      this.range = [Math.min(...all), Math.max(...all)];
    }
    const [low, high] = this.range;
    const area = { left: 38, top: 22, width: wide - 48, height: tall - 62, low, high };
    this.area = area;
    const x = (value) => area.left + ((value + 1) / 2) * area.width;
    const y = (value) => area.top + ((high - value) / (high - low)) * area.height;
    pen.globalAlpha = 0.25;
    for (const at of [-1, -0.5, 0, 0.5, 1]) pen.fillRect(x(at), area.top, 1, area.height);
    pen.fillRect(area.left, y(0), area.width, 1.5);
    pen.globalAlpha = 1;
    pen.textAlign = "center";
    for (const at of [-1, -0.5, 0, 0.5, 1]) {
      pen.fillText(String(at).replace("-", "−"), x(at), area.top + area.height + 15);
      pen.fillText(String(1 - at), x(at), 12);
    }
    pen.fillText("eigenvalue λ of A  (above: μ = 1 − λ; 0 is slow, 2 is fast)", area.left + area.width / 2, tall - 8);
    pen.textAlign = "right";
    for (const at of [low, 0, high]) pen.fillText(at.toFixed(1).replace("-", "−"), area.left - 5, y(at) + 4);
    const line = (column, colour, thick) => {
      Object.assign(pen, { strokeStyle: colour, lineWidth: thick, lineJoin: "round" });
      pen.save();
      pen.beginPath();
      pen.rect(area.left, area.top - 3, area.width, area.height + 6);
      pen.clip();
      pen.beginPath();
      column.forEach((value, k) => pen.lineTo(x(places[k]), y(value)));
      pen.stroke();
      pen.restore();
    };
    for (const [colour, column] of ghosts) line(column, colour, 1.5);
    line(own, AFTER, 3.5);
    this.dots(pen, x, y, ink);
    const ends = [1, -1].map((at) => respond(this.meta.operator, [at, 0], this.turned)[0].toFixed(2).replace("-", "−"));
    write(this.said, `g(1) = ${ends[0]} on what all share, g(−1) = ${ends[1]} on what neighbours differ in. Drag the curve, or slide.`);
    this.curve.setAttribute("aria-label", `Response of the filter: ${ends[0]} at eigenvalue 1, ${ends[1]} at −1`);
  }

  /** Every eigenvalue on the curve, above its real part. */
  dots(pen, x, y, ink) {
    const { real, imaginary, energy } = this.arrays;
    const most = energy.reduce((one, other) => Math.max(one, other), 1e-12);
    Object.assign(pen, { fillStyle: AFTER, strokeStyle: ink, lineWidth: 1 });
    real.forEach((value, k) => {
      if (Math.abs(value) > 1.001) return;
      const size = energy.length ? 2 + 5 * (energy[k] / most) ** 0.25 : 3;
      pen.beginPath();
      pen.arc(x(value), y(respond(this.meta.operator, [value, imaginary[k]], this.turned)[0]), size, 0, 2 * Math.PI);
      pen.globalAlpha = 0.55;
      pen.fill();
      pen.globalAlpha = 1;
    });
  }

  paintEnergy() {
    const { real, imaginary, energy } = this.arrays;
    this.energies.hidden = !energy.length;
    if (!energy.length) return;
    const [pen, wide, tall] = sheet(this.bars, 150);
    const sums = [new Float64Array(BINS), new Float64Array(BINS)];
    real.forEach((value, k) => {
      const bin = Math.round(((clamp(value, -1, 1) + 1) / 2) * (BINS - 1));
      const [a, b] = respond(this.meta.operator, [value, imaginary[k]], this.turned);
      sums[0][bin] += energy[k];
      sums[1][bin] += energy[k] * (a * a + b * b);
    });
    const top = Math.ceil(Math.log10(Math.max(...sums[0], ...sums[1], 1e-9)));
    const area = { left: 38, top: 6, width: wide - 48, height: tall - 44 };
    const share = (value) => clamp((Math.log10(value) - top + DECADES) / DECADES, 0, 1);
    pen.textAlign = "right";
    for (let k = 0; k <= DECADES; k += 2) {
      const level = area.top + (k / DECADES) * area.height;
      pen.fillText(`1e${String(top - k).replace("-", "−")}`, area.left - 4, level + 4);
      pen.globalAlpha = 0.2;
      pen.fillRect(area.left, level, area.width, 1);
      pen.globalAlpha = 1;
    }
    pen.textAlign = "center";
    const each = area.width / BINS;
    for (const at of [-1, 0, 1]) pen.fillText(String(at).replace("-", "−"), area.left + ((at + 1) / 2) * (area.width - each) + each / 2, area.top + area.height + 15);
    pen.fillText("eigenvalue λ", area.left + area.width / 2, tall - 6);
    sums.forEach((column, side) => {
      pen.fillStyle = side ? AFTER : BEFORE;
      column.forEach((value, bin) => {
        const height = value > 0 ? share(value) * area.height : 0;
        pen.fillRect(area.left + bin * each + 1 + side * (each / 2 - 1), area.top + area.height - height, each / 2 - 1.5, height);
      });
    });
    const [before, after] = sums.map((column) => column.reduce((one, other) => one + other, 0));
    this.bars.setAttribute("aria-label", `Energy of all modes: ${before.toPrecision(3)} before, ${after.toPrecision(3)} after`);
  }

  paintMaps() {
    const { signal, reference } = this.arrays;
    const after = this.filtered();
    const less = after.map((value, k) => value - reference[k]);
    const rows = [["before", signal], ["after", after], ["after less NL", less]];
    const largest = rows.flatMap(([, column]) => [column.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12)]);
    const most = Math.max(largest[0], largest[1]);
    const [frames, high, across] = this.meta.grid;
    const aspect = this.pictures[0]?.naturalWidth ? this.pictures[0].naturalWidth / this.pictures[0].naturalHeight : across / high;
    const room = this.maps.parentElement.clientWidth;
    const gap = 4;
    const beside = Math.min(frames, ABREAST);
    const wide = Math.min((room + gap) / beside - gap, 190 * Math.max(1, Math.min(aspect, 3)));
    const tall = Math.max(14, wide / Math.max(aspect, 0.3));
    const each = Math.ceil(frames / beside) * (tall + gap) + 22; // px of a row with its name
    const [pen] = sheet(this.maps, rows.length * each);
    rows.forEach(([name, column], row) => {
      const top = row * each;
      pen.textAlign = "left";
      pen.fillText(name, 0, top + 12);
      for (let frame = 0; frame < frames; frame += 1) {
        const place = [(frame % beside) * (wide + gap), top + 17 + Math.floor(frame / beside) * (tall + gap), wide, tall];
        if (this.pictures[frame]?.complete) pen.drawImage(this.pictures[frame], ...place);
        pen.globalAlpha = this.pictures.length ? 0.72 : 1;
        pen.imageSmoothingEnabled = false;
        pen.drawImage(this.cells(column, frame * high * across, most), ...place);
        pen.globalAlpha = 1;
      }
    });
    this.nameScale(most);
    this.maps.setAttribute("aria-label", `Largest value before ${largest[0].toPrecision(3)}, after ${largest[1].toPrecision(3)}, less NL ${largest[2].toPrecision(3)}`);
  }

  nameScale(most) {
    const ramp = make("i", { class: "ramp" });
    ramp.style.background = `linear-gradient(to right, ${this.meta.colours.join(", ")})`;
    const ends = [-most, most].map((end) => end.toPrecision(2).replace("-", "−"));
    this.mapKeys.replaceChildren(make("span", {}, `${ends[0]} `, ramp, ends[1], " · one scale for all pictures"));
  }

  /** One frame's part of a column as a picture of one pixel a position. */
  cells(column, start, most) {
    const [, high, across] = this.meta.grid;
    const canvas = make("canvas", { width: across, height: high });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(across, high);
    const last = this.colours.length - 1;
    for (let i = 0; i < high * across; i += 1) {
      const at = clamp((column[start + i] / most + 1) / 2, 0, 1) * last;
      const k = Math.min(Math.floor(at), last - 1);
      for (let c = 0; c < 3; c += 1) {
        image.data[4 * i + c] = this.colours[k][c] + (at - k) * (this.colours[k + 1][c] - this.colours[k][c]);
      }
      image.data[4 * i + 3] = 255;
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  }
}
