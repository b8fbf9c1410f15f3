// The kit that every figure is made of: elements, controls, scales, plots, and nothing else.
// A figure's module says `import { … } from "./kit.js"`; Python puts this file in the import's
// place, so that the figure travels as one module (see explorable.py).

// Elements -----------------------------------------------------------------------------------

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  // JupyterLab would take the arrow keys for itself; this leaves them to what has the focus
  if (node.matches("input, button, [tabindex]")) node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.append(...children);
  return node;
}

export const html = (tag, attributes = {}, ...children) =>
  build(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** Put the figure on its card. */
export function card(el, ...children) {
  el.classList.add("xp");
  el.append(...children);
}

/** A name no other figure on the page has, even if it carries its own copy of this kit. */
export function unique(prefix) {
  globalThis.llmbookNames = (globalThis.llmbookNames ?? 0) + 1;
  return `${prefix}-${globalThis.llmbookNames}`;
}

/** Numbers as a book prints them: a true minus sign, and 3.2 × 10⁻⁵ for the small and large. */
export function number(value, digits = 3) {
  if (!Number.isFinite(value)) return "∞";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(digits))).replace("-", "−");
  const [mantissa, exponent] = value.toExponential(digits - 2).split("e");
  return `${mantissa.replace("-", "−")} × 10${superscript(Number(exponent))}`;
}

const superscript = (n) => String(n).replace(/[-\d]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));

/** Fill the {names} of a label. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Controls: each is labelled, works by keyboard, and follows the model from both sides ---------

/** Call `action` when one of the traits changes; returns the function that stops it. */
export function watch(model, names, action) {
  for (const name of names) model.on(`change:${name}`, action);
  return () => names.forEach((name) => model.off(`change:${name}`, action));
}

export function put(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

export function slider(model, name, { label, min, max, step = 1, log = false, format = number }) {
  const inward = log ? Math.log10 : (v) => v;
  const outward = log ? (v) => Number((10 ** v).toPrecision(3)) : (v) => Number(v.toPrecision(12));
  // hidden from screen readers: they read the slider's own value
  const output = html("span", { class: "xp-value", "aria-hidden": "true" });
  const text = html("span", {}, label);
  const input = html("input", {
    type: "range", min: inward(min), max: inward(max), step,
    oninput: () => put(model, name, outward(input.valueAsNumber)),
  });
  const root = html("label", { class: "xp-slider" }, text, output, input);
  const show = () => {
    const value = model.get(name);
    if (outward(input.valueAsNumber) !== value) input.value = inward(value);
    output.textContent = format(value);
    input.setAttribute("aria-valuetext", format(value));
    const [low, high] = [inward(min), inward(max)];
    input.style.setProperty("--xp-part", `${(100 * (inward(value) - low)) / (high - low)}%`);
  };
  show();
  const enable = (on) => { input.disabled = !on; root.classList.toggle("xp-off", !on); };
  return { root, text, enable, show, stop: watch(model, [name], show) };
}

/** One of a few: radio buttons drawn as a row. `options` is a list of [value, text];
 *  `chosen` is called after the reader's choice. */
export function choice(model, name, { label, options, chosen = () => {} }) {
  const group = unique(`xp-${name}`);
  const inputs = options.map(([value]) =>
    html("input", { type: "radio", name: group, value, onchange: () => { put(model, name, value); chosen(value); } }));
  const row = html("div", { class: "xp-options" },
    ...options.map(([, text], i) => html("label", {}, inputs[i], html("span", {}, text))));
  const root = html("fieldset", { class: "xp-choice" }, html("legend", {}, label), row);
  const show = () => inputs.forEach((input) => { input.checked = input.value === model.get(name); });
  show();
  return { root, stop: watch(model, [name], show) };
}

export const button = (text, action) =>
  html("button", { type: "button", class: "xp-button", onclick: action }, text);

/** An answer in pieces [[text, kind], …], each marked as what it is; `kinds` says how: kind → [mark, words]. */
export function answer(pieces, kinds, nothing) {
  const nodes = pieces.flatMap(([text, kind]) => {
    if (!kinds[kind]) return [html("span", {}, text), " "];
    const [mark, words] = kinds[kind];
    return [html("span", { class: `xp-piece xp-is-${kind}`, title: words }, text,
      html("small", { role: "img", "aria-label": words }, `\u2060${mark}`)), " "]; // no line break before a mark
  });
  return html("p", { class: "xp-answer" }, ...(nodes.length ? nodes.slice(0, -1) : [nothing]));
}

/** What the marks mean, for the kinds that occur. */
export const marks = (used, kinds) =>
  html("ul", { class: "xp-marks" }, ...used.map((kind) =>
    html("li", {}, html("span", { class: `xp-piece xp-is-${kind}` }, kinds[kind][1], html("small", { "aria-hidden": "true" }, kinds[kind][0])))));

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** A button that takes a value from 0 to `last()`, one step each `pause()` ms; hidden where motion is not wanted. */
export function player(model, name, last, [play, stop], pause) {
  let timer = 0;
  const halt = () => { clearInterval(timer); timer = 0; root.textContent = play; };
  const root = button(play, () => {
    if (timer) { halt(); return; }
    if (model.get(name) === last()) put(model, name, 0);
    root.textContent = stop;
    timer = setInterval(() => {
      const next = Math.min(model.get(name) + 1, last());
      put(model, name, next);
      if (next === last()) halt();
    }, pause());
  });
  root.hidden = calm();
  return { root, stop: halt };
}

// Scales --------------------------------------------------------------------------------------

export function linear([d0, d1], [r0, r1]) {
  const scale = (v) => r0 + ((v - d0) / (d1 - d0)) * (r1 - r0);
  scale.invert = (p) => d0 + ((p - r0) / (r1 - r0)) * (d1 - d0);
  scale.ticks = (count) => {
    const rough = (d1 - d0) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((k) => k * power).find((s) => s >= rough * 0.999);
    const first = Math.ceil(d0 / step - 1e-9);
    const ticks = [];
    for (let k = first; k * step <= d1 + 1e-9 * step; k++) ticks.push(Number((k * step).toPrecision(12)));
    return ticks;
  };
  scale.format = (v) => number(v);
  return scale;
}

export function logarithmic([d0, d1], range) {
  const inner = linear([Math.log10(d0), Math.log10(d1)], range);
  const scale = (v) => inner(Math.log10(Math.min(Math.max(v, d0), d1)));
  scale.invert = (p) => 10 ** inner.invert(p);
  scale.ticks = (count) => {
    const [low, high] = [Math.ceil(Math.log10(d0) - 1e-9), Math.floor(Math.log10(d1) + 1e-9)];
    const stride = Math.max(1, Math.ceil((high - low) / count));
    const ticks = [];
    for (let k = low; k <= high; k += stride) ticks.push(10 ** k);
    return ticks;
  };
  scale.format = (v) => (v === 1 || v === 10 ? String(v) : v === 0.1 ? "0.1" : `10${superscript(Math.round(Math.log10(v)))}`);
  return scale;
}

// Plots ---------------------------------------------------------------------------------------

const MARGIN = { top: 28, right: 16, bottom: 44, left: 48 };

/**
 * An SVG as wide as its place, redrawn at every change of size so that text keeps its size.
 * Layers, from back to front: back (axes, surface), marks (data), front (labels, handles).
 */
export function plot({ title, role = "img", ratio = 0.72, draw }) {
  const layer = (name, hidden) => svg("g", { class: `xp-${name}`, "aria-hidden": hidden });
  const it = { title, back: layer("back", "true"), marks: layer("marks", "true"), front: layer("front"), margin: MARGIN };
  it.svg = svg("svg", { role, "aria-label": title }, it.back, it.marks, it.front);
  it.root = html("div", { class: "xp-plot" }, it.svg);
  it.describe = (text) => it.svg.setAttribute("aria-label", `${it.title}. ${text}`);
  const measure = () => {
    const width = Math.round(it.root.clientWidth);
    if (!width || width === it.width) return;
    it.width = width;
    it.height = Math.round(Math.min(Math.max(width * ratio, 256), 380));
    it.svg.setAttribute("viewBox", `0 0 ${it.width} ${it.height}`);
    it.svg.setAttribute("height", it.height);
    draw(it);
  };
  const observer = new ResizeObserver(measure);
  observer.observe(it.root);
  it.redraw = () => it.width && draw(it);
  it.stop = () => observer.disconnect();
  return it;
}

/** Axes, grid and title into the back layer; sets it.x and it.y. `xAxis`: {domain, label, log, at}:
 *  ticks stand `at` these values if they are given, and numbers that would touch are left out. */
export function axes(it, xAxis, yAxis) {
  const { top, right, bottom } = it.margin, [y0, y1] = [it.height - bottom, top];
  const make = (axis, range) => (axis.log ? logarithmic : linear)(axis.domain, range);
  it.y = make(yAxis, [y0, y1]);
  const heights = it.y.ticks(yAxis.ticks ?? Math.max(3, (y0 - y1) / 45));
  // the axis' name stands left of its longest number: a digit is 8 wide
  const longest = Math.max(0, ...heights.map((tick) => it.y.format(tick).length));
  const [x0, x1] = [Math.max(it.margin.left, 24 + 8 * longest), it.width - right];
  it.x = make(xAxis, [x0, x1]);
  it.box = { x: x0, y: y1, width: x1 - x0, height: y0 - y1 };
  const nodes = [svg("text", { class: "xp-title", x: x0, y: 14 }, it.title)];
  let free = -Infinity;
  for (const tick of xAxis.at ?? it.x.ticks(xAxis.ticks ?? Math.max(3, (x1 - x0) / 46))) {
    const x = it.x(tick), text = xAxis.at ? number(tick) : it.x.format(tick), half = 4 * text.length + 3;
    nodes.push(svg("line", { class: "xp-tick", x1: x, x2: x, y1: y0, y2: y0 + 5 }));
    if (xAxis.at && x - half < free) continue;
    free = x + half;
    nodes.push(svg("text", { class: "xp-number", x, y: y0 + 18, "text-anchor": "middle" }, text));
  }
  for (const tick of heights) {
    const y = it.y(tick);
    nodes.push(svg("line", { class: yAxis.grid === false ? "xp-tick" : "xp-grid", x1: yAxis.grid === false ? x0 - 5 : x0, x2: yAxis.grid === false ? x0 : x1, y1: y, y2: y }),
      svg("text", { class: "xp-number", x: x0 - 8, y: y + 4, "text-anchor": "end" }, it.y.format(tick)));
  }
  nodes.push(svg("line", { class: "xp-axis", x1: x0, x2: x1, y1: y0, y2: y0 }),
    svg("text", { class: "xp-name", x: (x0 + x1) / 2, y: it.height - 6, "text-anchor": "middle" }, xAxis.label),
    svg("text", { class: "xp-name", "text-anchor": "middle", transform: `translate(12 ${(y0 + y1) / 2}) rotate(-90)` }, yAxis.label));
  it.back.replaceChildren(...nodes);
  if (!it.clip) {
    it.clip = svg("rect");
    it.clipName = unique("xp-clip");
    it.svg.prepend(svg("clipPath", { id: it.clipName }, it.clip));
    it.marks.setAttribute("clip-path", `url(#${it.clipName})`);
  }
  for (const [name, value] of Object.entries(it.box)) it.clip.setAttribute(name, value);
}

/** The `d` of a line through points [[x, y], …] of the data. */
export const line = (it, points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${it.x(x).toFixed(1)} ${it.y(y).toFixed(1)}`).join("");

export const label = (it, x, y, text, attributes = {}) =>
  svg("text", { class: "xp-note", x, y, ...attributes }, text);

/**
 * For each level the region {f < level} as one closed path: marching squares on a `columns` × `rows`
 * grid over the domain, with a rim of +∞ around it so that every ring closes.
 */
export function regionsBelow(f, levels, [x0, x1], [y0, y1], columns, rows, place) {
  const X = (i) => x0 + ((x1 - x0) * i) / columns, Y = (j) => y0 + ((y1 - y0) * j) / rows;
  const heights = new Float64Array((columns + 3) * (rows + 3)).fill(Infinity);
  const at = (i, j) => (j + 1) * (columns + 3) + i + 1;
  for (let j = 0; j <= rows; j++) for (let i = 0; i <= columns; i++) heights[at(i, j)] = f(X(i), Y(j));
  return levels.map((level) => region((i, j) => heights[at(i, j)] - level, X, Y, columns, rows, place));
}

function region(value, X, Y, columns, rows, place) {
  const next = new Map();
  // a crossing lies on the edge between grid points a and b; its key names the edge
  const crossing = ([i, j, u], [k, l, v]) => {
    const t = !Number.isFinite(u) ? 1 : !Number.isFinite(v) ? 0 : u / (u - v);
    const key = i < k || (i === k && j < l) ? `${i},${j},${k},${l}` : `${k},${l},${i},${j}`;
    return [key, place(X(i) + t * (X(k) - X(i)), Y(j) + t * (Y(l) - Y(j)))];
  };
  for (let j = -1; j <= rows; j++) for (let i = -1; i <= columns; i++) {
    const inside = (value(i, j) < 0) + (value(i + 1, j) < 0) + (value(i + 1, j + 1) < 0) + (value(i, j + 1) < 0);
    if (inside === 0 || inside === 4) continue;
    const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(([a, b]) => [a, b, value(a, b)]);
    const cuts = [];
    corners.forEach((c, n) => {
      const d = corners[(n + 1) % 4];
      if (c[2] < 0 !== d[2] < 0) cuts.push([c[2] < 0, ...crossing(c, d)]);
    });
    // walk with the inside on one hand: from each way out to the following way in
    cuts.forEach(([leaving, key, point], n) => {
      if (leaving) next.set(key, [point, cuts[(n + 1) % cuts.length][1]]);
    });
  }
  let path = "";
  while (next.size) {
    let [key, [point, after]] = next.entries().next().value;
    let pen = "M";
    while (point) {
      path += `${pen}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
      pen = "L";
      next.delete(key);
      key = after;
      [point, after] = next.get(key) ?? [];
    }
    path += "Z";
  }
  return path;
}
