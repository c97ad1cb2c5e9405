// Runs in the page after uPlot: draws `charts` in the colors of the page's style, as wide as their containers.
/* global uPlot, charts */

const chartHeight = 200;
const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800];
const valueSteps = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();
const places = [...document.querySelectorAll(".charts section > div")];
const plots = new Map();

drawAll();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) plots.get(target)?.setSize({ width: target.clientWidth, height: chartHeight });
});
for (const place of places) observer.observe(place);

function drawAll() {
  for (const [index, place] of places.entries()) {
    plots.get(place)?.destroy();
    plots.set(place, draw(charts[index], place));
  }
}

function draw({ unit, isStepped, names, data }, place) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const axis = {
    stroke: color("muted"),
    font: "12px system-ui, sans-serif",
    grid: { stroke: color("line"), width: 1 },
    ticks: { show: false },
  };
  const series = names.map((label, index) => ({
    label,
    stroke: color(`series-${(index % 4) + 1}`),
    width: 1.75,
    points: { show: data[0].length < 3 },
    ...(index === 0 ? { fill: `${color("series-1")}1f` } : {}),
    ...(isStepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
    // Shows the highest value when no pointer is on the chart.
    value: (_, value) => (value == null ? `up to ${format(highest(data[index + 1]))}` : format(value)),
  }));
  const options = {
    width: place.clientWidth,
    height: chartHeight,
    cursor: { y: false, sync: { key: "time" } },
    scales: { x: { time: false }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.08)] } },
    axes: [
      { ...axis, incrs: timeSteps, space: 64, size: 32, values: (_, moments) => moments.map(formatTime) },
      { ...axis, incrs: valueSteps, size: 56, values: (_, values) => values.map((value) => formatTick(value, unit)) },
    ],
    series: [{ label: "after", value: (_, value) => formatTime(value ?? data[0].at(-1)) }, ...series],
  };
  return new uPlot(options, data, place);
}

function highest(values) {
  return values.reduce((most, value) => Math.max(most, value ?? 0), 0);
}

function format(value) {
  return Number(value.toFixed(value < 10 ? 1 : 0)).toLocaleString("en-US");
}

function formatTick(value, unit) {
  const text = value >= 10000 ? `${Number((value / 1000).toFixed(1))}k` : String(value);
  return unit === "%" ? `${text} %` : text;
}

function formatTime(seconds) {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 3600 ? inTwoUnits(Math.round(seconds), "min") : inTwoUnits(Math.round(seconds / 60), "h");
}

/** Formats 90 s as 1:30 min. */
function inTwoUnits(amount, unit) {
  const rest = amount % 60;
  return `${Math.floor(amount / 60)}${rest === 0 ? "" : `:${String(rest).padStart(2, "0")}`} ${unit}`;
}
