// What a model writes as it is trained: a step, the loss so far, and samples of that moment.
import { card, html, svg, number, fill, watch, slider, player, plot, axes, line } from "./kit.js";

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const steps = get("steps"), losses = Object.entries(get("losses")), floor = get("floor");
    const measured = losses.flatMap(([, values]) => values).filter((v) => v !== null);
    const top = Math.max(...measured), room = 0.06 * (top - floor);

    const draw = (it) => {
      if (!it.width) return;
      axes(it, { domain: [0, steps.at(-1)], label: t.step, ticks: it.width / 90 }, { domain: [floor - room, top + room], label: t.loss });
      const now = steps[get("frame")], { x, y, width, height } = it.box, low = it.y(floor);
      it.back.append(
        svg("line", { class: "xp-limit", x1: x, x2: x + width, y1: low, y2: low }),
        svg("line", { class: "xp-moment", x1: it.x(now), x2: it.x(now), y1: y, y2: y + height }));
      const names = ["first", "second"], colours = ["train", "validation"];
      const nodes = losses.map(([, values], i) => {
        const points = steps.map((step, j) => [step, values[j]]).filter(([, value]) => value !== null);
        const here = values[get("frame")];
        const dot = here === null ? [] : [svg("circle", { class: `xp-${names[i]}`, r: 5, cx: it.x(now), cy: it.y(here) })];
        return [[svg("path", { class: `xp-line-${colours[i]}`, d: line(it, points) })], dot];
      });
      it.marks.replaceChildren(...nodes.flatMap(([path]) => path));
      it.front.replaceChildren(...nodes.flatMap(([, dot]) => dot)); // not cut at the edge
    };
    const curves = plot({ title: t.title, draw });

    const heading = html("h3", {}), list = html("ul", {});
    const samples = html("div", { class: "xp-samples" }, heading, list);
    const readout = html("p", { class: "xp-readout", role: "status" });
    const key = html("ul", { class: "xp-key" },
      ...losses.map(([name], i) => html("li", { class: `xp-key-${["first", "second"][i]}` }, name)),
      html("li", { class: "xp-key-limit" }, t.floor));

    const show = () => {
      const frame = get("frame"), step = steps[frame];
      heading.textContent = fill(t.samples, { step });
      list.replaceChildren(...get("samples")[frame].map((text) => html("li", {}, text || t.nothing)));
      const facts = losses.filter(([, values]) => values[frame] !== null)
        .map(([name, values]) => [name, fill(t.above, { loss: number(values[frame], 4), excess: number(values[frame] - floor, 2) })]);
      for (const [name, values] of Object.entries(get("measures"))) facts.push([name, number(values[frame])]);
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      curves.describe(`${fill(t.at_step, { step })} ${facts.map((fact) => fact.join(" ")).join(", ")}.`);
      curves.redraw();
    };

    const play = player(model, "frame", () => steps.length - 1, [t.play, t.stop], () => 900);
    const control = slider(model, "frame", {
      label: t.step_of, min: 0, max: steps.length - 1, format: (i) => String(steps[i]),
    });

    card(el,
      html("div", { class: "xp-controls" }, control.root, html("div", { class: "xp-buttons" }, play.root)),
      html("div", { class: "xp-plots" }, curves.root, samples), key, readout);
    const stops = [watch(model, ["frame"], show), control.stop, curves.stop, play.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
