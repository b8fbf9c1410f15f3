// One family of models under rulers of any sharpness. metric_sharpness.py and model_family.py are its twins.
import { card, html, svg, number, fill, watch, put, slider, choice, plot, axes, line } from "./kit.js";

const METRICS = ["exact", "digits", "nats", "brier", "whole"];
const SMALL = 0.05, FEW = 12; // with more points each seed is a line of its own

export const mean = (rows) => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);

/** A metric, a row for each seed; null for exact match of more digits than there are. */
export function rowsOf(one, metric, k) {
  if (metric === "exact") return k <= one.digits ? one.exact[k - 1] : null;
  if (metric !== "digits") return one[metric];
  return one.accuracy[0].map((row, r) => row.map((_, s) => one.accuracy.reduce((sum, place) => sum + place[r][s], 0) / one.digits));
}

/** Exact match of k digits if each were right independently. */
export function predicted(one, k) {
  const places = one.accuracy.slice(0, k), power = Math.max(k, one.digits) / one.digits;
  return places[0].map((row, r) => row.map((_, s) => places.reduce((product, place) => product * place[r][s], 1) ** power));
}

/** [share of the whole change in the largest step, where it begins, sizes that show nothing], or null. */
export function largestStep(values) {
  const span = Math.max(...values) - Math.min(...values);
  if (span === 0) return null;
  const change = values.slice(1).map((value, j) => Math.abs(value - values[j]));
  const at = change.indexOf(Math.max(...change));
  return [change[at] / span, at, values.findIndex((value) => Math.abs(value - values[0]) >= SMALL * span)];
}

export function guessing(metric, k, digits, chance) {
  if (chance === null) return null;
  return { exact: chance ** k, digits: chance, whole: chance ** digits, nats: -Math.log(chance), brier: 1 - chance }[metric];
}

/** The lower end of a logarithmic axis: half an entry, or half the smallest value above 0. */
export function lowest(metric, rows, entries) {
  if (metric === "exact" && entries) return 0.5 / entries;
  const known = rows.flat().filter((value) => value > 0);
  return (known.length ? Math.min(...known) : 1) / 2;
}

export const offered = (one) => METRICS.filter((name) => name === "exact" || name === "digits" || one[name]);

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const experiments = get("experiments"), one = () => experiments[get("experiment")];
    const ruler = () => (offered(one()).includes(get("metric")) ? get("metric") : "exact");
    const name = (metric, k) => (metric === "exact" ? fill(t.exact_k, { k }) : t[metric]);
    const rows = () => rowsOf(one(), ruler(), get("k"));
    const shown = () => rows() ?? predicted(one(), get("k"));

    /** The vertical axis, and where a value is drawn on it: zeros stand on the lower edge. */
    const upright = () => {
      const log = get("axis") === "log", all = shown().flat();
      if (ruler() === "exact") all.push(...predicted(one(), get("k")).flat(), ...(log ? [1] : [0, 1]));
      const edge = log ? lowest(ruler(), shown(), one().entries) : -Infinity;
      const top = Math.max(...all), bottom = Math.min(0, ...all), room = 0.04 * (top - bottom || 1);
      const domain = log ? [edge / 1.3, Math.max(top, 2 * edge) * 1.3] : [bottom - room, top + room];
      return { domain, label: name(ruler(), get("k")), log, edge };
    };
    const band = (it, x, values) => {
      const ends = (pick) => x.map((size, j) => [size, pick(...values.map((row) => row[j]))]);
      return `${line(it, [...ends(Math.max), ...ends(Math.min).reverse()])}Z`;
    };
    const guess = (it) => {
      const level = guessing(ruler(), get("k"), one().digits, one().chance);
      if (level === null || level < it.low || level > it.high) return;
      const { x, width } = it.box;
      it.back.append(svg("line", { class: "xp-asked", x1: x, x2: x + width, y1: it.y(level), y2: it.y(level) }));
    };
    const dot = (it, x, value, edge, kinds) =>
      svg("circle", { class: value > edge ? `xp-seed ${kinds}` : `xp-none ${kinds}`, cx: it.x(x), cy: it.y(Math.max(value, it.low)), r: 3 });

    const drawSizes = (it) => {
      if (!it.width) return;
      const { sizes, along } = one(), values = rows(), up = upright();
      const reach = (sizes.at(-1) / sizes[0]) ** 0.04, room = 0.03 * (sizes.at(-1) - sizes[0]);
      axes(it, along === "steps" ? { domain: [sizes[0] - room, sizes.at(-1) + room], label: t.steps, ticks: it.width / 90 }
        : { domain: [sizes[0] / reach, sizes.at(-1) * reach], label: fill(t.logarithmic, { name: t.parameters }), log: true, at: sizes }, up);
      [it.low, it.high] = [up.edge, up.domain[1]];
      guess(it);
      const held = (value) => Math.max(value, it.low), at = (list) => sizes.map((size, j) => [size, held(list[j])]);
      const nodes = [];
      if (ruler() === "exact") nodes.push(svg("path", { class: "xp-curve xp-two", d: line(it, at(mean(predicted(one(), get("k"))))) }));
      if (values) {
        nodes.unshift(svg("path", { class: "xp-range xp-one", d: band(it, sizes, values.map((row) => row.map(held))) }));
        nodes.push(svg("path", { class: "xp-curve xp-one", d: line(it, at(mean(values))) }),
          ...(sizes.length > FEW ? values.map((row) => svg("path", { class: "xp-each xp-one", d: line(it, at(row)) }))
            : values.flatMap((row) => row.map((value, j) => dot(it, sizes[j], value, up.edge, "xp-one")))));
      }
      it.marks.replaceChildren(...nodes);
    };

    const drawDigits = (it) => {
      if (!it.width) return;
      const values = rows(), up = upright(), exact = ruler() === "exact", k = get("k");
      axes(it, { domain: [-0.02, 1.03], label: t.accuracy }, up);
      [it.low, it.high] = [up.edge, up.domain[1]];
      guess(it);
      const nodes = [];
      if (exact) nodes.push(svg("path", { class: "xp-curve xp-two", d: line(it, Array.from({ length: 121 }, (_, i) => [i / 120, Math.max((i / 120) ** k, it.low)])) }));
      if (values) {
        const places = Math.min(k, one().digits);
        const digit = exact ? predicted(one(), places).map((row) => row.map((p) => p ** (1 / k))) : rowsOf(one(), "digits", 1);
        nodes.push(...values.flatMap((row, r) => row.map((value, s) => dot(it, digit[r][s], value, up.edge, "xp-one"))));
      }
      it.marks.replaceChildren(...nodes);
    };
    const sizes = plot({ title: "", draw: drawSizes }), digits = plot({ title: t.by_digit, draw: drawDigits });
    const readout = html("p", { class: "xp-readout", role: "status" }), said = html("p", { class: "xp-said" });
    const key = html("ul", { class: "xp-key" });

    const facts = () => {
      const step = largestStep(mean(shown())), all = one().sizes, along = t[one().along];
      const list = [[t.largest, number(mean(shown()).at(-1))]];
      if (step === null) return [...list, [t.step, t.none]];
      const [part, at, silent] = step;
      list.push([t.step, fill(t.of_rise, { part: Math.round(100 * part), low: all[at], high: all[at + 1], name: along })],
        [t.silent, fill(t.all_of, { k: silent, digits: all.length })]);
      if (ruler() === "exact" && rows()) {
        const guessed = mean(predicted(one(), get("k"))), measured = mean(rows());
        list.push([t.off, number(Math.max(...measured.map((value, j) => Math.abs(value - guessed[j]))), 2)]);
      }
      return list;
    };
    /** Sharp rulers are compared with one digit, smooth ones with all of them. */
    const compared = () => {
      if (!rows()) return fill(t.unmeasured, { k: get("k") });
      const sharp = ruler() === "whole" || (ruler() === "exact" && get("k") > 1);
      const [metric, k] = sharp ? ["digits", 1] : ["exact", one().digits];
      const step = largestStep(mean(rowsOf(one(), metric, k)));
      if (step === null) return "";
      return fill(t.compare, { metric: name(metric, k), part: Math.round(100 * step[0]), some: step[2], all: one().sizes.length });
    };

    const show = () => {
      const list = facts(), exact = ruler() === "exact";
      readout.replaceChildren(...list.map(([head, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, head), html("strong", {}, value))));
      said.textContent = compared();
      const items = [...(rows() ? [["xp-key-line xp-one", t.measured]] : []), ...(exact ? [["xp-key-line xp-two", t.predicted]] : []),
        ...(one().chance === null ? [] : [["xp-key-asked", t.chance]])];
      if (get("axis") === "log" && rows()?.flat().some((value) => value === 0)) items.push(["xp-key-none", t.zero]);
      key.replaceChildren(...items.map(([kinds, words]) => html("li", { class: kinds }, words)));
      sizes.title = fill(t.by_size, { experiment: get("experiment"), metric: name(ruler(), get("k")) });
      for (const it of [sizes, digits]) it.describe(`${list.map((fact) => fact.join(": ")).join(". ")}. ${said.textContent}`);
      k.enable(exact);
      k.show();
      sizes.redraw();
      digits.redraw();
    };

    const chosen = choice(model, "experiment", {
      label: t.experiment, options: Object.keys(experiments).map((it) => [it, it]),
      chosen: () => {
        if (get("k") > one().digits) put(model, "k", one().digits);
        if (ruler() !== get("metric")) put(model, "metric", ruler());
      },
    });
    const all = METRICS.filter((metric) => Object.values(experiments).some((it) => offered(it).includes(metric)));
    const metric = choice(model, "metric", { label: t.metric, options: all.map((it) => [it, t[it]]) });
    const axis = choice(model, "axis", { label: t.axis, options: [["linear", t.linear], ["log", t.log]] });
    const k = slider(model, "k", {
      label: t.k, min: 1, max: get("longest"),
      format: (v) => (v > one().digits ? fill(t.beyond, { k: v }) : fill(t.all_of, { k: v, digits: one().digits })),
    });
    metric.root.classList.add("xp-stack");
    chosen.root.classList.add("xp-stack");
    const several = Object.keys(experiments).length > 1 ? [chosen.root] : [];
    card(el,
      html("div", { class: "xp-controls" }, metric.root, html("div", { class: "xp-column" }, ...several, axis.root, k.root)),
      html("div", { class: "xp-plots" }, sizes.root, digits.root), key, readout, said);
    const stops = [watch(model, ["experiment", "metric", "k", "axis"], show), chosen.stop, metric.stop, axis.stop, k.stop, sizes.stop, digits.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
