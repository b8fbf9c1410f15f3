// The next word by an n-gram model: smoothing, temperature, top-k, top-p, beside the truth.
// next_word.py and NGram are its twins: same counts, same equations, same draws.
import { card, html, svg, number, fill, watch, put, slider, choice, button, plot, linear, label } from "./kit.js";

const ROWS = 10, DRAWS = 12;
const sum = (values) => values.reduce((total, v) => total + v, 0);

/**
 * p(· | context) from the counts of its last 0, 1, … words: `levels[c]` is [raw counts, how many
 * different words stand before], each a list of [word, count]. The equations are those of ngram.py.
 */
export function smoothed(levels, { size, order, smoothing, k, discount }) {
  let p = Array(size).fill(1 / size);
  if (smoothing === "add-k") {
    const seen = levels[order - 1][0], total = sum(seen.map((s) => s[1]));
    if (total) p = p.map(() => k / (total + k * size));
    for (const [word, count] of seen) p[word] = (count + k) / (total + k * size);
    return p;
  }
  for (let c = 0; c < order; c++) {
    const seen = levels[c][c === order - 1 ? 0 : 1], total = sum(seen.map((s) => s[1]));
    if (!total) continue;
    p = p.map((lower) => (discount * seen.length * lower) / total);
    for (const [word, count] of seen) p[word] += Math.max(count - discount, 0) / total;
  }
  return p;
}

const scaled = (p) => { const total = sum(p); return p.map((v) => v / total); };

/** p^(1/T), scaled to sum 1. */
export function sharpened(p, temperature) {
  const top = Math.max(...p);
  return scaled(p.map((v) => (v / top) ** (1 / temperature)));
}

/** Only the `topK` likeliest words (0: all); of these the likeliest that hold `topP` together. */
export function truncated(p, topK, topP) {
  const order = p.map((_, i) => i).sort((a, b) => p[b] - p[a] || a - b);
  const kept = topK ? order.slice(0, topK) : order;
  const total = sum(kept.map((i) => p[i]));
  const out = p.map(() => 0);
  let before = 0;
  for (const i of kept) {
    if (before < topP) out[i] = p[i];
    before += p[i] / total;
  }
  return scaled(out);
}

/** Words drawn from p: the first whose cumulative probability passes a uniform number. */
export function drawn(p, n, seed) {
  let a = seed >>> 0;
  const uniform = () => { // mulberry32, as in polynomial.py
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  return Array.from({ length: n }, () => {
    const u = uniform();
    let reached = 0;
    const found = p.findIndex((v) => (reached += v) > u);
    return found < 0 ? p.findLastIndex((v) => v > 0) : found;
  });
}

/** Σ p ln(p / q) over the words that p allows; with q = 1 everywhere it is minus the entropy. */
const divergence = (p, q) => sum(p.map((v, i) => (v > 0 ? v * Math.log(v / q(i)) : 0)));

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const words = get("words"), size = words.length;
    let base, now, truth;

    const solve = () => {
      const place = get("prefixes").indexOf(get("prefix"));
      const levels = [get("unigrams"), ...get("tables")[place]];
      const settings = { size, order: get("order"), smoothing: get("smoothing"), k: get("k"), discount: get("discount") };
      base = smoothed(levels, settings);
      now = truncated(sharpened(base, get("temperature")), get("top_k"), get("top_p"));
      truth = Array(size).fill(0);
      for (const [word, p] of get("truths")[place]) truth[word] = p;
    };

    const percent = (v) => (v === 0 ? "0" : v < 0.0005 ? "< 0.1 %" : `${number(100 * v, v < 0.0995 ? 2 : 3)} %`);
    const draw = (it) => {
      if (!it.width) return;
      const rows = words.map((_, i) => i)
        .sort((a, b) => Math.max(base[b], truth[b]) - Math.max(base[a], truth[a]) || a - b).slice(0, ROWS);
      const gutter = 8 + 7.4 * Math.max(...rows.map((i) => words[i].length), t.others.length - 2);
      const [top, high, bottom] = [30, 25, 46], height = top + high * (ROWS + 1) + bottom;
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${height}`);
      it.svg.setAttribute("height", height);
      const rest = (p) => Math.max(0, 1 - sum(rows.map((i) => p[i])));
      const longest = Math.max(...[base, now, truth].flatMap((p) => [...rows.map((i) => p[i]), rest(p)]));
      const x = linear([0, longest], [gutter, it.width - 66]);
      const y0 = top + high * (ROWS + 1) + 4;
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title));
      for (const tick of x.ticks(Math.max(3, (it.width - gutter) / 90)))
        it.back.append(svg("line", { class: "xp-grid", x1: x(tick), x2: x(tick), y1: top, y2: y0 }),
          svg("text", { class: "xp-number", x: x(tick), y: y0 + 16, "text-anchor": "middle" }, number(tick)));
      it.back.append(svg("text", { class: "xp-name", x: (gutter + it.width - 66) / 2, y: height - 6, "text-anchor": "middle" }, t.probability));
      const nodes = [];
      const row = (name, i, [b, n, r]) => {
        const y = top + high * i;
        nodes.push(
          label(null, gutter - 8, y + 17, name, { "text-anchor": "end" }),
          svg("rect", { class: "xp-now", x: x(0), y: y + 5, width: x(n) - x(0), height: high - 10 }),
          svg("rect", { class: "xp-before", x: x(0), y: y + 3, width: x(b) - x(0), height: high - 6 }),
          svg("line", { class: "xp-true", x1: x(r), x2: x(r), y1: y + 1, y2: y + high - 1 }),
          label(null, x(Math.max(b, n, r)) + 7, y + 17, percent(n)));
      };
      rows.forEach((word, i) => row(words[word], i, [base[word], now[word], truth[word]]));
      row(t.others, ROWS, [base, now, truth].map(rest));
      it.marks.replaceChildren(...nodes);
    };
    const bars = plot({ title: t.title, draw });

    const readout = html("p", { class: "xp-readout", role: "status" });
    const said = html("p", { class: "xp-drawn" });
    const say = () => {
      const facts = [
        [t.left, now.filter((p) => p > 0).length],
        [t.entropy, number(-divergence(now, () => 1))],
        [t.true_entropy, number(-divergence(truth, () => 1))],
        [t.kl, number(divergence(truth, (i) => base[i]))],
      ];
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      said.replaceChildren(html("span", {}, `${t.drawn} `), drawn(now, DRAWS, get("seed")).map((i) => words[i]).join(" · "));
      const best = now.indexOf(Math.max(...now));
      bars.describe(fill(t.best, { word: words[best], share: percent(now[best]) }));
    };

    const orders = Array.from({ length: get("tables")[0].length + 1 }, (_, i) => i + 1);
    const prefix = choice(model, "prefix", { label: t.prefix, options: get("prefixes").map((p) => [p, p ? `${p} …` : t.start]) });
    prefix.root.classList.add("xp-wide");
    const k = slider(model, "k", { label: t.k, min: 0.001, max: 10, step: 0.01, log: true });
    const discount = slider(model, "discount", { label: t.discount, min: 0.05, max: 1, step: 0.05 });
    const controls = [
      prefix,
      slider(model, "order", { label: t.order, min: 1, max: orders.length }),
      choice(model, "smoothing", { label: t.smoothing, options: Object.entries(t.smoothings) }),
      k, discount,
      slider(model, "temperature", { label: t.temperature, min: 0.1, max: 3, step: 0.1 }),
      slider(model, "top_k", { label: t.top_k, min: 0, max: 30, format: (v) => (v ? String(v) : t.all) }),
      slider(model, "top_p", { label: t.top_p, min: 0.05, max: 1, step: 0.05, format: (v) => (v < 1 ? number(v) : t.all) }),
    ];
    const again = button(t.again, () => put(model, "seed", get("seed") + 1));
    const key = html("ul", { class: "xp-key" },
      ...[["now", t.key_now], ["before", t.key_before], ["true", t.key_true]].map(([name, text]) => html("li", { class: `xp-key-${name}` }, text)));

    const show = () => {
      k.enable(get("smoothing") === "add-k");
      discount.enable(get("smoothing") !== "add-k");
      solve();
      say();
      bars.redraw();
    };
    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 11rem" }, ...controls.map((c) => c.root), html("div", { class: "xp-buttons" }, again)),
      bars.root, key, readout, said);
    const stops = [
      watch(model, ["prefix", "order", "smoothing", "k", "discount", "temperature", "top_k", "top_p", "seed"], show),
      ...controls.map((c) => c.stop), bars.stop,
    ];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
