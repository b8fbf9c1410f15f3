// What a score costs in labelled examples, for each start. sample_efficiency.py is its twin.
import { card, html, svg, number, fill, watch, slider, choice, plot, axes, line, label } from "./kit.js";

const SERIES = ["one", "two", "three"];

export const mean = (rows) => rows[0].map((_, j) => rows.reduce((sum, row) => sum + row[j], 0) / rows.length);

/** Where a curve, straight between sizes on a logarithmic axis, first reaches a score; null if never. */
export function needed(sizes, values, asked, low) {
  const sign = low ? -1 : 1;
  const j = values.findIndex((value) => sign * value >= sign * asked);
  if (j < 0) return null;
  if (j === 0) return sizes[0];
  const part = (asked - values[j - 1]) / (values[j] - values[j - 1]);
  return sizes[j - 1] * (sizes[j] / sizes[j - 1]) ** part;
}

/** The score that is so many % of the way from the worst mean to the best. */
export function score(task, goal) {
  const every = Object.values(task.scores).flatMap(mean);
  const [least, most] = [Math.min(...every), Math.max(...every)];
  const [worst, best] = task.low ? [most, least] : [least, most];
  const part = goal / 100;
  return (1 - part) * worst + part * best; // at 100 % the best itself, to the last bit
}

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const tasks = get("tasks"), task = () => tasks[get("task")];
    const asked = () => score(task(), get("goal"));
    const needs = () => Object.entries(task().scores).map(([name, rows]) => [name, needed(task().sizes, mean(rows), asked(), task().low)]);

    const draw = (it) => {
      if (!it.width) return;
      const { sizes, scores, metric } = task(), all = Object.values(scores).flat(2);
      const [least, most] = [Math.min(...all), Math.max(...all)], room = 0.08 * (most - least || 1);
      const reach = (sizes.at(-1) / sizes[0]) ** 0.04;
      axes(it, { domain: [sizes[0] / reach, sizes.at(-1) * reach], label: t.labels, log: true, at: sizes }, { domain: [least - room, most + room], label: metric });
      const { x, y, width, height } = it.box, base = y + height, high = it.y(asked());
      it.back.append(svg("line", { class: "xp-asked", x1: x, x2: x + width, y1: high, y2: high }));
      const found = needs();
      it.marks.replaceChildren(...Object.values(scores).flatMap((rows, i) => {
        const points = (values) => sizes.map((size, j) => [size, values[j]]);
        const edge = (pick) => sizes.map((_, j) => pick(...rows.map((row) => row[j])));
        const band = [...points(edge(Math.max)), ...points(edge(Math.min)).reverse()];
        const labels = found[i][1];
        const drop = labels === null ? [] : [svg("line", { class: `xp-drop xp-${SERIES[i]}`, x1: it.x(labels), x2: it.x(labels), y1: high, y2: base })];
        return [
          svg("path", { class: `xp-range xp-${SERIES[i]}`, d: `${line(it, band)}Z` }),
          svg("path", { class: `xp-curve xp-${SERIES[i]}`, d: line(it, points(mean(rows))) }), ...drop,
          ...rows.flatMap((row) => points(row).map(([a, b]) => svg("circle", { class: `xp-seed xp-${SERIES[i]}`, cx: it.x(a), cy: it.y(b), r: 2.6 }))),
        ];
      }));
      it.front.replaceChildren(...found.flatMap(([, labels], i) => {
        if (labels === null) return [];
        const right = it.x(labels) > x + width - 50;
        return [
          svg("circle", { class: `xp-ring xp-${SERIES[i]}`, cx: it.x(labels), cy: high, r: 6 }),
          ...(sizes.includes(labels) ? [] : [label(it, it.x(labels) + (right ? -6 : 6), base - 8 - 16 * i, number(Math.round(labels)), { "text-anchor": right ? "end" : "start" })]),
        ];
      }));
    };
    const curves = plot({ title: "", ratio: 0.5, draw });
    const readout = html("p", { class: "xp-readout", role: "status" }), key = html("ul", { class: "xp-key" });

    const show = () => {
      const { sizes, scores, metric } = task(), found = needs();
      const facts = found.map(([name, labels]) => [fill(t.needs, { name }),
        labels === null ? fill(t.never, { labels: sizes.at(-1) })
          : fill(labels === sizes[0] ? t.first : t.about, { labels: Math.round(labels) })]);
      const [[name, fewer], [other, more]] = found.length < 2 ? [[], []] : found.slice(0, 2).sort((a, b) => a[1] - b[1]);
      if (typeof fewer === "number" && typeof more === "number") // the cheaper one may have reached the score before the first size
        facts.push([fill(t.factor, { name, other }), fill(fewer === sizes[0] ? t.least : t.times, { count: number(more / fewer, 2) })]);
      readout.replaceChildren(...facts.map(([head, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, head), html("strong", {}, value))));
      key.replaceChildren(
        ...Object.keys(scores).map((name, i) => html("li", { class: `xp-key-line xp-${SERIES[i]}` }, fill(t.curve, { name }))),
        html("li", { class: "xp-key-seed" }, t.seeds), html("li", { class: "xp-key-asked" }, t.asked));
      curves.title = fill(t.title, { task: get("task"), metric });
      curves.describe(`${t.goal} ${number(asked())}. ${facts.map((fact) => fact.join(" ")).join(". ")}`);
      goal.show();
      curves.redraw();
    };

    const chosen = choice(model, "task", { label: t.task, options: Object.keys(tasks).map((one) => [one, one]) });
    const goal = slider(model, "goal", { label: t.goal, min: 0, max: 100, format: () => number(asked()) });
    chosen.root.classList.add("xp-stack");
    const several = Object.keys(tasks).length > 1;
    card(el, html("div", { class: "xp-controls" }, ...(several ? [chosen.root] : []), goal.root), curves.root, key, readout);
    const stops = [watch(model, ["task", "goal"], show), chosen.stop, goal.stop, curves.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
