// Polynomials fitted to a noisy sine: degree against train and validation error.
// polynomial.py is its twin: same random numbers, same points, same least squares.
import { card, html, svg, number, fill, watch, put, slider, button, plot, axes, line, label } from "./kit.js";

export const MAX_DEGREE = 15, VALIDATION = 50;
const truth = (x) => Math.sin(2 * Math.PI * x);

/** Uniform numbers in (0, 1): mulberry32, 32 bits of state, the same in every browser. */
export function uniform(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
}

/** `n` points [x, y]: x uniform on [0, 1], y = sin 2πx + σ z, z normal (Box and Muller). */
export function sample(seed, n, sigma) {
  const next = uniform(seed);
  return Array.from({ length: n }, () => {
    const x = next();
    const z = Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
    return [x, truth(x) + sigma * z];
  });
}

/** Legendre polynomials P₀ … P_d at 2x − 1, by (k + 1) P_{k+1} = (2k + 1) u P_k − k P_{k−1}. */
export function legendre(x, degree) {
  const u = 2 * x - 1, P = [1, u];
  for (let k = 1; k < degree; k++) P.push(((2 * k + 1) * u * P[k] - k * P[k - 1]) / (k + 1));
  return P.slice(0, degree + 1);
}

/**
 * Least-squares coefficients for every degree 0 … MAX_DEGREE from one Householder QR: the first
 * d + 1 columns of R, and of Qᵀy, belong to degree d.
 */
export function fitAll(points) {
  const A = points.map(([x]) => legendre(x, MAX_DEGREE)), y = points.map((p) => p[1]);
  const n = A.length, columns = MAX_DEGREE + 1;
  for (let k = 0; k < columns; k++) {
    let norm = 0;
    for (let i = k; i < n; i++) norm = Math.hypot(norm, A[i][k]);
    const alpha = A[k][k] > 0 ? -norm : norm;
    const v = A.map((row, i) => (i < k ? 0 : i === k ? row[k] - alpha : row[k]));
    const vv = v.reduce((sum, vi) => sum + vi * vi, 0);
    if (vv === 0) continue;
    const reflect = (get, set) => {
      let dot = 0;
      for (let i = k; i < n; i++) dot += v[i] * get(i);
      for (let i = k; i < n; i++) set(i, get(i) - (2 * dot / vv) * v[i]);
    };
    for (let j = k; j < columns; j++) reflect((i) => A[i][j], (i, value) => { A[i][j] = value; });
    reflect((i) => y[i], (i, value) => { y[i] = value; });
  }
  return Array.from({ length: columns }, (_, degree) => {
    const c = y.slice(0, degree + 1);
    for (let i = degree; i >= 0; i--) {
      for (let j = i + 1; j <= degree; j++) c[i] -= A[i][j] * c[j];
      c[i] /= A[i][i];
    }
    return c;
  });
}

export const predict = (c, x) =>
  legendre(x, c.length - 1).reduce((sum, P, k) => sum + c[k] * P, 0);

export const meanSquaredError = (c, points) =>
  points.reduce((sum, [x, y]) => sum + (predict(c, x) - y) ** 2, 0) / points.length;

const [LOW, HIGH] = [1e-3, 1e2]; // what the error panel shows
const GRID = Array.from({ length: 401 }, (_, i) => i / 400);

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    let train, validation, fits, errors, best;

    const solve = () => {
      train = sample(2 * get("seed"), get("n"), get("noise"));
      validation = sample(2 * get("seed") + 1, VALIDATION, get("noise"));
      fits = fitAll(train);
      errors = {
        train: fits.map((c) => meanSquaredError(c, train)),
        validation: fits.map((c) => meanSquaredError(c, validation)),
      };
      best = errors.validation.indexOf(Math.min(...errors.validation));
    };

    const drawFit = (it) => {
      if (!it.width) return;
      axes(it, { domain: [0, 1], label: t.x }, { domain: [-2, 2], label: t.y });
      const dots = (points, kind, r) => points.map(([x, y]) =>
        svg("circle", { class: kind, r, cx: it.x(x), cy: it.y(y) }));
      const clip = (y) => Math.max(-50, Math.min(50, y));
      it.marks.replaceChildren(
        ...dots(validation, "xp-validation", 3),
        svg("path", { class: "xp-truth", d: line(it, GRID.map((x) => [x, truth(x)])) }),
        svg("path", { class: "xp-fit", d: line(it, GRID.map((x) => [x, clip(predict(fits[get("degree")], x))])) }),
        ...dots(train, "xp-train", 4.5));
    };
    const data = plot({ title: t.data_title, draw: drawFit });

    const drawErrors = (it) => {
      if (!it.width) return;
      axes(it, { domain: [-0.5, MAX_DEGREE + 0.5], label: t.degree_axis, ticks: 8 }, { domain: [LOW, HIGH], label: t.error, log: true });
      const degree = get("degree"), { x, y, width, height } = it.box;
      const [left, right] = [it.x(degree - 0.5), it.x(degree + 0.5)];
      const floor = it.y(get("noise") ** 2);
      it.back.append(
        svg("rect", { class: "xp-here", x: left, width: right - left, y, height }),
        svg("line", { class: "xp-noise", x1: x, x2: x + width, y1: floor, y2: floor }),
        svg("line", { class: "xp-best", x1: it.x(best), x2: it.x(best), y1: y, y2: y + height }));
      const room = 56; // for a word on either side of the best degree
      if (it.x(best) - x > room) it.back.append(label(it, it.x(best) - 5, y + 12, t.underfit, { "text-anchor": "end" }));
      if (x + width - it.x(best) > room) it.back.append(label(it, it.x(best) + 5, y + 12, t.overfit));
      const curve = (name) => svg("path", { class: `xp-line-${name}`, d: line(it, errors[name].map((e, d) => [d, e])) });
      const dots = (name) => errors[name].map((e, d) =>
        svg("circle", { class: `xp-${name}`, r: d === degree ? 5.5 : 3, cx: it.x(d), cy: it.y(e) }));
      it.marks.replaceChildren(curve("train"), curve("validation"), ...dots("train"), ...dots("validation"));
    };
    const curves = plot({ title: t.error_title, draw: drawErrors });

    const key = html("ul", { class: "xp-key" },
      ...["train", "validation", "fit", "truth", "noise"].map((name) =>
        html("li", { class: `xp-key-${name}` }, t[`key_${name}`])));
    const readout = html("p", { class: "xp-readout", role: "status" });
    const say = () => {
      const degree = get("degree");
      const facts = [
        [t.train_error, number(errors.train[degree])],
        [t.validation_error, number(errors.validation[degree])],
      ];
      const verdict = fill(degree === best ? t.at_best : degree < best ? t.below_best : t.above_best, { best });
      readout.replaceChildren(
        ...facts.map(([name, value]) => html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))),
        html("span", { class: "xp-fact" }, verdict));
      const words = facts.map((fact) => fact.join(" ")).join(", ");
      data.describe(words);
      curves.describe(`${words}. ${verdict}`);
    };

    const controls = [
      slider(model, "degree", { label: t.degree, min: 0, max: MAX_DEGREE }),
      slider(model, "noise", { label: t.noise, min: 0.05, max: 0.6, step: 0.05 }),
      slider(model, "n", { label: t.n, min: MAX_DEGREE + 1, max: 200 }),
    ];
    const again = button(t.new_sample, () => put(model, "seed", get("seed") + 1));
    const show = () => { say(); data.redraw(); curves.redraw(); };

    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 8.2rem" }, ...controls.map((c) => c.root), html("div", { class: "xp-buttons" }, again)),
      html("div", { class: "xp-plots" }, data.root, curves.root), key, readout);
    const stops = [
      watch(model, ["n", "noise", "seed"], () => { solve(); show(); }),
      watch(model, ["degree"], show),
      ...controls.map((c) => c.stop), data.stop, curves.stop,
    ];
    solve();
    show();
    return () => stops.forEach((stop) => stop());
  },
};
