// Draws every plot of a report from the JSON beside it, in the colours of the screen or of paper.
"use strict";
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const plots = [...document.querySelectorAll(".plot")];
  const config = { displaylogo: false, responsive: true, toImageButtonOptions: { format: "svg" } };

  const colours = (paper) => {
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
  };

  const draw = async () => {
    for (const plot of plots) {
      const spec = JSON.parse(document.getElementById(plot.dataset.plot).textContent);
      const layout = { height: 420, ...spec.layout, autosize: true };
      delete layout.width;
      try {
        await Plotly.newPlot(plot, { data: spec.data, layout, frames: spec.frames, config });
        await Plotly.relayout(plot, colours(false));
        plot.dataset.drawn = "true";
      } catch (fault) {
        plot.textContent = `This plot cannot be drawn here: ${fault.message}`;
      }
    }
  };

  const repaint = (paper) => {
    for (const plot of plots) if (plot.dataset.drawn) Plotly.relayout(plot, colours(paper));
  };

  dark.addEventListener("change", () => repaint(false));
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
    repaint(true);
  });
  addEventListener("afterprint", () => repaint(false));
  draw();
}
