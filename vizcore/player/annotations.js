// What is said of things in a picture: boxes with names, stick figures, and a tint over the pixels of each.

const TAG = { size: 12, pad: 4, height: 17 }; // px of a box's name
const SEAM = 150; // of 255: how strongly the rim of a thing is tinted
const WASH = 38; // and the rest of it, so that its own colours can be told

/** The outlines of one clip, by frame. */
class Outlines {
  constructor(arrays, side, words) {
    const of = (name) => arrays[`${name}.${side}`];
    this.looks = words.looks.map(([name, colour, dashed]) => ({ name, colour, dashed, text: readable(colour) }));
    Object.assign(this, { labels: words.labels, bones: words.bones, joints: words.joints, tint: words.tint });
    this.box = { frames: of("boxed"), corners: of("box.corners"), looks: of("box.looks") };
    Object.assign(this.box, { labels: of("box.labels"), scores: of("box.scores") });
    this.line = { frames: of("lined"), points: of("line.points"), looks: of("line.looks") };
    this.run = { values: of("tint.values"), lengths: of("tint.runs"), starts: of("tint.starts") };
  }

  /** Which of the layers there are. */
  has(layer) {
    return Boolean({ tint: this.tint, bones: this.bones, boxes: this.labels }[layer]);
  }

  /** The entries of a rising column of frames that belong to a frame. */
  entries(frames, frame) {
    const [start, stop] = [countUpTo(frames, frame - 1), countUpTo(frames, frame)];
    return Array.from({ length: stop - start }, (_, i) => start + i);
  }

  /** The boxes of a frame: corners as shares of the picture, look, label. */
  boxesAt(frame) {
    const { frames, corners, looks, labels, scores } = this.box;
    return this.entries(frames, frame).map((i) => {
      const score = scores[i] === UNKNOWN ? [] : [(scores[i] / FINE).toFixed(2)];
      const label = labels.length ? [this.labels[labels[i]]].filter(Boolean) : [];
      const places = Array.from(corners.subarray(4 * i, 4 * i + 4), (value) => value / FINE);
      const known = corners.subarray(4 * i, 4 * i + 4).every((value) => value !== UNKNOWN);
      return { corners: known ? places : null, look: this.looks[looks[i]], label: [...label, ...score].join(" ") };
    }).filter(({ corners: found }) => found);
  }

  /** The figures of a frame: [[x, y], [x, y]] for every bone whose ends are known, points, look. */
  figuresAt(frame) {
    const { frames, points, looks } = this.line;
    return this.entries(frames, frame).map((i) => {
      const at = (joint) => {
        const place = 2 * (i * this.joints + joint);
        return points[place] === UNKNOWN || points[place + 1] === UNKNOWN
          ? null
          : [points[place] / FINE, points[place + 1] / FINE];
      };
      const bones = this.bones.map(([one, other]) => [at(one), at(other)]).filter(([one, other]) => one && other);
      const known = Array.from({ length: this.joints }, (_, joint) => at(joint)).filter(Boolean);
      return { bones, points: known, look: this.looks[looks[i]] };
    });
  }

  /** Paint the things of a frame into a canvas of the tint's own size. */
  paintTint(canvas, frame) {
    const [rows, columns] = this.tint;
    if (canvas.width !== columns || canvas.height !== rows) Object.assign(canvas, { width: columns, height: rows });
    const things = this.thingsAt(frame, rows * columns);
    const colours = this.looks.map(({ colour }) => channels(colour));
    const image = new ImageData(columns, rows);
    things.forEach((thing, at) => {
      if (!thing) return;
      const around = [at % columns ? at - 1 : at, (at + 1) % columns ? at + 1 : at, at - columns, at + columns];
      const rim = around.some((next) => (things[next] ?? thing) !== thing);
      image.data.set([...colours[thing - 1], rim ? SEAM : WASH], 4 * at);
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  /** Which thing each pixel of a frame's tint belongs to: 0 none, k the look k - 1. */
  thingsAt(frame, count) {
    const things = new Uint8Array(count);
    const { values, lengths, starts } = this.run;
    for (let run = starts[frame], at = 0; run < starts[frame + 1]; run += 1) {
      things.fill(values[run], at, at + lengths[run]);
      at += lengths[run];
    }
    return things;
  }

  /** The boxes of a frame in words, for those who do not see them. */
  told(frame) {
    return this.labels ? this.boxesAt(frame).map(({ look, label }) => label || look.name).join("; ") : "";
  }
}

/** Draws outlines with the pen of an overlay. */
class Draughtsman {
  constructor(overlay) {
    this.overlay = overlay;
  }

  /** Draw the layers of a frame that a person wants to see. */
  draw(outlines, frame, taste) {
    if (taste.bones && outlines.has("bones")) outlines.figuresAt(frame).forEach((figure) => this.figure(figure));
    if (!taste.boxes || !outlines.has("boxes")) return;
    const boxes = outlines.boxesAt(frame);
    boxes.forEach((box) => this.frame(box));
    boxes.reduce((taken, box) => [...taken, this.tag(box, taken)], []);
  }

  place([x, y]) {
    return [x * this.overlay.width, y * this.overlay.height];
  }

  figure({ bones, points, look }) {
    const { pen, width } = this.overlay;
    const thick = clamp(width / 220, 1.5, 3);
    Object.assign(pen, { lineCap: "round", lineJoin: "round" });
    pen.beginPath();
    for (const [one, other] of bones) {
      pen.moveTo(...this.place(one));
      pen.lineTo(...this.place(other));
    }
    for (const [style, line] of [[CASING, thick + 2.5], ["#ffffff", thick + 1], [look.colour, thick]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: line });
      pen.stroke();
    }
    for (const point of points) {
      pen.beginPath();
      pen.arc(...this.place(point), thick + 0.8, 0, 2 * Math.PI);
      Object.assign(pen, { fillStyle: "#ffffff", strokeStyle: CASING, lineWidth: 1 });
      pen.fill();
      pen.stroke();
    }
  }

  frame({ corners: [x0, y0, x1, y1], look }) {
    const { pen } = this.overlay;
    const [[left, top], [right, bottom]] = [this.place([x0, y0]), this.place([x1, y1])];
    for (const [style, line, dash] of [[CASING, 4.5, []], ["#ffffff", 2.5, []], [look.colour, 2.5, [9, 5]]]) {
      Object.assign(pen, { strokeStyle: style, lineWidth: line, lineCap: "butt" });
      pen.setLineDash(look.dashed ? dash : []); // white shows between the dashes
      pen.strokeRect(left, top, right - left, bottom - top);
    }
    pen.setLineDash([]);
  }

  /** A box's name above it, or inside where there is no room, or below the names that are there already. */
  tag({ corners: [x0, y0], look, label }, taken) {
    if (!label) return null;
    const { pen, width, height } = this.overlay;
    pen.font = `600 ${TAG.size}px system-ui, sans-serif`;
    pen.textBaseline = "middle";
    const long = Math.ceil(pen.measureText(label).width) + 2 * TAG.pad;
    const [x, y] = this.place([x0, y0]);
    const left = clamp(x - 1, 0, Math.max(0, width - long));
    let top = y >= TAG.height ? y - TAG.height : Math.max(y, 0);
    const hit = () => taken.find((one) => one && left < one.right && one.left < left + long
      && top < one.bottom && one.top < top + TAG.height);
    for (let other = hit(); other && other.bottom + TAG.height <= height; other = hit()) top = other.bottom;
    pen.fillStyle = look.colour;
    pen.fillRect(left, top, long, TAG.height);
    pen.fillStyle = look.text;
    pen.fillText(label, left + TAG.pad, top + TAG.height / 2 + 0.5);
    return { left, right: left + long, top, bottom: top + TAG.height };
  }
}

/** Name the things that are outlined, each with the line that is drawn round it. */
function nameLooks(node, screens) {
  const looks = screens.flatMap(({ outlines }) => outlines?.looks ?? []);
  const unlike = [...new Map(looks.map((look) => [JSON.stringify(look), look])).values()];
  node.hidden = !unlike.length;
  node.replaceChildren(...unlike.map(({ name, colour, dashed }) => {
    const swatch = make("span", { class: dashed ? "swatch dashed" : "swatch" });
    swatch.style.borderColor = colour;
    return make("span", { class: "scale" }, swatch, name);
  }));
}
