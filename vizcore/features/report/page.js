// Draws every plot of a report from the JSON beside it, in the colours of the screen or of paper.
// @ts-check

/**
 * @typedef {object} Drawing what plotly.js does here
 * @property {(plot: HTMLElement, figure: object) => Promise<unknown>} newPlot
 * @property {(plot: HTMLElement, layout: object) => Promise<unknown>} relayout
 */

const CONFIG = { displaylogo: false, responsive: true, toImageButtonOptions: { format: "svg" } };
const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {HTMLElement[]} */
const plots = [...document.querySelectorAll("div.plot")].filter((plot) => plot instanceof HTMLElement);
/** @type {unknown} */
const page = window;
const { Plotly } = /** @type {{ Plotly: Drawing }} */ (page); // its script is before this one

/** @param {boolean} paper */
function colours(paper) {
  const ink = paper || !dark.matches ? "#1b2430" : "#e8ecf3";
  const ground = paper || !dark.matches ? "#ffffff" : "#11151c";
  return {
    "font.color": ink,
    "font.family": getComputedStyle(document.body).fontFamily,
    "hoverlabel.bgcolor": ground,
    "hoverlabel.font.color": ink,
    "modebar.bgcolor": "rgba(0, 0, 0, 0)",
    "modebar.color": "#7f7f7f",
    "modebar.activecolor": ink,
  };
}

async function draw() {
  for (const plot of plots) {
    try {
      const text = document.getElementById(plot.dataset.plot ?? "")?.textContent;
      if (!text) throw new Error("its numbers are not in this file");
      const spec = JSON.parse(text);
      const layout = { height: 420, ...spec.layout, autosize: true };
      delete layout.width;
      await Plotly.newPlot(plot, { data: spec.data, layout, frames: spec.frames, config: CONFIG });
      await Plotly.relayout(plot, colours(false));
      plot.dataset.drawn = "true";
    } catch (fault) {
      plot.textContent = `This plot cannot be drawn here: ${fault instanceof Error ? fault.message : String(fault)}`;
    }
  }
}

/** @param {boolean} paper */
function repaint(paper) {
  for (const plot of plots) if (plot.dataset.drawn) Plotly.relayout(plot, colours(paper));
}

dark.addEventListener("change", () => repaint(false));
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  repaint(true);
});
addEventListener("afterprint", () => repaint(false));
draw();
