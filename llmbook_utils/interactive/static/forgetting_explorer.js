// λ and the size of the memory, against old and new tasks. forgetting_explorer.py is its twin.
import { card, html, svg, number, fill, watch, put, slider, choice, plot, axes, line } from "./kit.js";

const KNOBS = { lam: "strength", size: "buffer" }, SERIES = { old: "one", new: "two", average: "three" };

const two = (value) => (value === null ? "–" : value.toFixed(2));
const signed = (value) => (Math.abs(value) < 0.005 ? "0.00" : value.toFixed(2).replace("-", "−"));

/** A value of a knob as a tick: 10⁵ for 1.0 × 10⁵. */
export const tick = (value) => number(value).replace(/^1(\.0)? × /, "");

/** Where the knobs stand; a method with fewer values stays at its last. */
export const place = (method, strength, buffer) =>
  [Math.min(strength, Math.max(method.lam.length - 1, 0)), Math.min(buffer, Math.max(method.size.length - 1, 0))];

/** The chosen setting of a method. */
export const chosen = (method, strength, buffer) => {
  const [i, j] = place(method, strength, buffer);
  return method.settings[i * Math.max(method.size.length, 1) + j];
};

/** The knob that the curves follow (null if there is none), and its settings, the other knob kept. */
export function curve(method, strength, buffer, along) {
  const [i, j] = place(method, strength, buffer), sizes = Math.max(method.size.length, 1);
  const turns = Object.keys(KNOBS).filter((knob) => method[knob].length);
  const knob = turns.includes(along) ? along : turns[0] ?? null;
  return [knob, method.settings.filter((_, k) => (knob === "lam" ? k % sizes === j : Math.floor(k / sizes) === i))];
}

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const streams = get("streams"), ceiling = get("ceiling");
    const methods = () => streams[get("stream")].methods;
    const name = () => (get("method") in methods() ? get("method") : Object.keys(methods())[0]);
    const method = () => methods()[name()];
    const now = () => chosen(method(), get("strength"), get("buffer"));
    const following = () => curve(method(), get("strength"), get("buffer"), get("along"));
    const top = () => methods()[ceiling]?.settings[0].average[1];

    const turn = (knob, value) => { put(model, "along", knob); put(model, KNOBS[knob], value); };

    const drawCurves = (it) => {
      if (!it.width) return;
      const [knob, settings] = following();
      const values = knob ? method()[knob] : [""], at = knob ? method()[`${knob}_at`] : [0];
      const room = 0.06 * (at.at(-1) - at[0] || 8);
      axes(it, { domain: [at[0] - room, at.at(-1) + room], label: knob ? t[`${knob}_axis`] : t.no_axis, at: [] }, { domain: [0, 1.04], label: t.accuracy });
      const { x, y, width, height } = it.box, base = y + height;
      let free = -Infinity;
      for (const [k, value] of values.entries()) {
        if (!knob) break;
        const text = tick(value), half = 4 * text.length + 3, middle = it.x(at[k]);
        it.back.append(svg("line", { class: "xp-tick", x1: middle, x2: middle, y1: base, y2: base + 5 }));
        if (middle - half < free) continue;
        free = middle + half;
        it.back.append(svg("text", { class: "xp-number", x: middle, y: base + 18, "text-anchor": "middle" }, text));
      }
      const here = knob ? place(method(), get("strength"), get("buffer"))[knob === "lam" ? 0 : 1] : 0;
      if (knob) it.back.append(svg("line", { class: "xp-chosen-line", x1: it.x(at[here]), x2: it.x(at[here]), y1: y, y2: base }));
      if (top() !== undefined) it.back.append(svg("line", { class: "xp-ceiling", x1: x, x2: x + width, y1: it.y(top()), y2: it.y(top()) }));
      it.marks.replaceChildren(...Object.entries(SERIES).flatMap(([which, series]) => {
        const points = (part) => settings.map((one, k) => [at[k], one[which][part]]);
        const nodes = [svg("path", { class: `xp-curve xp-${series}`, d: line(it, points(1)) })];
        if (which === "average") return nodes;
        const band = [...points(2), ...points(0).reverse()];
        return [
          settings.length > 1 ? svg("path", { class: `xp-range xp-${series}`, d: `${line(it, band)}Z` })
            : svg("line", { class: `xp-whisker xp-${series}`, x1: it.x(at[0]), x2: it.x(at[0]), y1: it.y(settings[0][which][0]), y2: it.y(settings[0][which][2]) }),
          ...nodes,
          ...settings.flatMap((one, k) => one.seeds[which].map((value) => svg("circle", { class: `xp-seed xp-${series}`, cx: it.x(at[k]), cy: it.y(value), r: 2.2 }))),
        ];
      }));
      const edge = (k) => it.x((at[k - 1] + at[k]) / 2);
      it.front.replaceChildren(
        ...Object.entries(SERIES).flatMap(([which, series]) => settings.map((one, k) => svg("circle", {
          class: `${k === here ? "xp-now-knot" : "xp-knot"} xp-${series}`, cx: it.x(at[k]), cy: it.y(one[which][1]), r: k === here ? 5.5 : 3.2,
        }))),
        ...(knob ? values.map((_, k) => {
          const [from, to] = [k ? edge(k) : x, k < values.length - 1 ? edge(k + 1) : x + width];
          return svg("rect", { class: "xp-target", x: from, y, width: to - from, height, onclick: () => turn(knob, k) });
        }) : []));
    };

    const drawMatrix = (it) => {
      if (!it.width) return;
      const rows = now().matrix, { tasks: names, learned } = streams[get("stream")], left = 46, head = 34;
      const longest = Math.max(...names.map((one) => [...one].length)), foot = 46;
      const cell = Math.min((it.width - left - 4) / names.length, Math.max(58, 12 + 7.4 * longest)), high = Math.min(cell, 46);
      it.height = head + rows.length * high + foot;
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${it.height}`);
      it.svg.setAttribute("height", it.height);
      const middle = (j) => left + (j + 0.5) * cell, bottom = head + rows.length * high;
      const fits = Math.max(1, Math.floor(cell / 7.4));
      const short = (text) => (longest > fits && [...text].length > fits ? `${[...text].slice(0, fits - 1).join("")}…` : text);
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title),
        ...names.map((one, j) => svg("text", { class: "xp-number", x: middle(j), y: bottom + 17, "text-anchor": "middle" }, short(one))),
        ...rows.map((_, i) => svg("text", { class: "xp-number", x: left - 9, y: head + (i + 0.5) * high + 4, "text-anchor": "end" }, String(i + 1))),
        svg("text", { class: "xp-name", x: left + (names.length * cell) / 2, y: bottom + 38, "text-anchor": "middle" }, t.task),
        svg("text", { class: "xp-name", "text-anchor": "middle", transform: `translate(13 ${(head + bottom) / 2}) rotate(-90)` }, t.stage));
      const nodes = [];
      rows.forEach((row, i) => row.forEach((value, j) => {
        if (value === null) return;
        const box = { x: left + j * cell + 1.5, y: head + i * high + 1.5, width: cell - 3, height: high - 3, rx: 2 };
        if (i < learned[j]) nodes.push(svg("rect", { class: "xp-coming-cell", ...box }));
        else nodes.push(svg("rect", { class: "xp-score", ...box, "fill-opacity": (0.05 + 0.5 * value).toFixed(3) }));
        if (i === learned[j]) nodes.push(svg("rect", { class: "xp-fresh", ...box }));
        nodes.push(svg("text", { class: `xp-score-text${i < learned[j] ? " xp-coming" : ""}`, x: middle(j), y: head + (i + 0.5) * high + 4.5, "text-anchor": "middle" }, two(value)));
      }));
      it.marks.replaceChildren(...nodes);
    };

    const curves = plot({ title: "", draw: drawCurves, ratio: 0.8 }), matrix = plot({ title: t.matrix, draw: drawMatrix });
    const readout = html("p", { class: "xp-readout", role: "status" }), said = html("p", { class: "xp-said" });
    const key = html("ul", { class: "xp-key" });

    const sentence = () => {
      const { backward: change, average } = now(), words = [];
      if (change !== null) words.push(fill(t[Math.abs(change) < 0.005 ? "kept" : change < 0 ? "lost" : "won"], { change: two(Math.abs(change)) }));
      if (top() !== undefined && name() !== ceiling) {
        const gap = top() - average[1];
        words.push(fill(t[gap >= 0 ? "below" : "above"], { gap: two(Math.abs(gap)), name: ceiling }));
      }
      return words.join(" ");
    };

    const show = () => {
      const it = now(), [knob, settings] = following();
      const interval = ([low, mean, high]) => fill(t.interval, { low: two(low), mean: two(mean), high: two(high) });
      const facts = [
        ...Object.keys(SERIES).map((which) => [t[which], interval(it[which])]),
        ...["backward", "forgetting"].map((which) => [t[which], it[which] === null ? t.none : signed(it[which])]),
      ];
      readout.replaceChildren(...facts.map(([head, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, head), html("strong", {}, value))));
      said.textContent = sentence();
      curves.title = knob ? t[`of_${knob}`] : t.of_nothing;
      curves.describe(settings.map((one, k) =>
        `${knob ? `${tick(method()[knob][k])}: ` : ""}${t.old} ${two(one.old[1])}, ${t.new} ${two(one.new[1])}`).join("; "));
      matrix.describe(it.matrix.map((row, i) => fill(t.row, { stage: i + 1, values: row.map(two).join(", ") }))
        .filter((_, i) => it.matrix[i].some((value) => value !== null)).join(" "));
      const { learned } = streams[get("stream")];
      const coming = it.matrix.some((row, i) => row.some((value, j) => i < learned[j] && value !== null));
      const fresh = learned.some((i, j) => it.matrix[i][j] !== null);
      key.replaceChildren(
        ...Object.entries(SERIES).map(([which, series]) => html("li", { class: `xp-key-line xp-${series}` }, fill(t[`line_${which}`], { level: get("level") }))),
        ...(top() === undefined ? [] : [html("li", { class: "xp-key-ceiling" }, fill(t.ceiling, { name: ceiling }))]),
        ...(fresh ? [html("li", { class: "xp-key-fresh" }, t.just)] : []),
        ...(coming ? [html("li", { class: "xp-key-coming" }, t.to_come)] : []));
      for (const [knob, one] of Object.entries(knobs)) {
        one.enable(method()[knob].length > 0);
        one.show();
      }
      curves.redraw();
      matrix.redraw();
    };

    const every = Object.values(streams).flatMap((one) => Object.values(one.methods));
    const most = (knob) => Math.max(0, ...every.map((one) => one[knob].length));
    const knobs = Object.fromEntries(Object.keys(KNOBS).filter((knob) => most(knob) > 1).map((knob) => [knob, slider(model, KNOBS[knob], {
      label: t[knob], min: 0, max: most(knob) - 1,
      format: (k) => { const values = method()[knob]; return values.length ? tick(values[Math.min(k, values.length - 1)]) : t.unused; },
    })]));
    for (const [knob, one] of Object.entries(knobs))
      one.root.querySelector("input").addEventListener("input", () => put(model, "along", knob));
    const options = (names) => names.map((one) => [one, one]);
    const tasks = choice(model, "stream", { label: t.stream, options: options(Object.keys(streams)) });
    // the methods of the chosen tasks; those of other tasks are hidden
    const names = [...new Set(Object.values(streams).flatMap((one) => Object.keys(one.methods)))];
    const way = choice(model, "method", { label: t.method, options: options(names) });
    const offer = () => {
      way.root.querySelectorAll("input").forEach((input, k) => {
        input.parentElement.hidden = !(names[k] in methods());
        input.checked = names[k] === name();
      });
      if (get("method") !== name()) put(model, "method", name());
    };
    tasks.root.classList.add("xp-stack");
    way.root.classList.add("xp-stack");
    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 11rem; align-items: start" }, ...(Object.keys(streams).length > 1 ? [tasks.root] : []), way.root,
        html("div", { class: "xp-column" }, ...Object.values(knobs).map((one) => one.root))),
      html("div", { class: "xp-plots" }, curves.root, matrix.root), key, readout, said);
    const stops = [
      watch(model, ["stream"], offer), watch(model, ["stream", "method", "strength", "buffer", "along"], show),
      tasks.stop, way.stop, ...Object.values(knobs).map((one) => one.stop), curves.stop, matrix.stop,
    ];
    offer();
    show();
    return () => stops.forEach((stop) => stop());
  },
};
