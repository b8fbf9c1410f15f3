// Best of n: proxy and gold against KL, and the answer that is picked. best_of_n_explorer.py is its twin.
import { card, html, svg, number, fill, watch, slider, choice, answer, marks, plot, axes, line, label } from "./kit.js";

/** How far best-of-n moves from the model it samples from: ln n − (n − 1)/n nats. */
export const divergence = (n) => Math.log(n) - (n - 1) / n;

/** The place of the largest; the first of equals. */
export const largest = (values) => values.indexOf(Math.max(...values));

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const ns = get("ns"), kl = ns.map(divergence), kinds = get("kinds"), questions = get("questions");
    const every = [...Object.values(get("gold")), ...Object.values(get("proxy"))].flat();
    const [low, high] = [Math.min(...every), Math.max(...every)], room = 0.08 * (high - low || 1);

    const draw = (it) => {
      if (!it.width) return;
      axes(it, { domain: [0, 1.04 * kl.at(-1)], label: t.kl }, { domain: [low - room, high + room], label: t.reward });
      const gold = get("gold")[get("model")], proxy = get("proxy")[get("model")], i = get("step");
      const points = (values) => values.map((v, j) => [kl[j], v]);
      const best = largest(gold), x = it.x(kl[i]), { y, height } = it.box;
      it.back.append(
        svg("line", { class: "xp-cursor", x1: x, x2: x, y1: y, y2: y + height }),
        svg("line", { class: "xp-peak", x1: it.x(kl[best]), x2: x, y1: it.y(gold[best]), y2: it.y(gold[best]) }));
      const others = Object.entries(get("gold")).filter(([name]) => name !== get("model"));
      const end = kl[i] > 0.7 * kl.at(-1);
      it.marks.replaceChildren(
        ...others.map(([, values]) => svg("path", { class: "xp-others", d: line(it, points(values)) })),
        svg("path", { class: "xp-proxy", d: line(it, points(proxy)) }),
        svg("path", { class: "xp-gold", d: line(it, points(gold)) }),
        svg("line", { class: "xp-gap", x1: x, x2: x, y1: it.y(gold[best]), y2: it.y(gold[i]) }),
        svg("circle", { class: "xp-dot-proxy", r: 5, cx: x, cy: it.y(proxy[i]) }),
        svg("circle", { class: "xp-dot-gold", r: 5.5, cx: x, cy: it.y(gold[i]) }));
      it.front.replaceChildren(label(it, x + (end ? -8 : 8), y + height - 8, fill(t.at, { n: ns[i] }), { "text-anchor": end ? "end" : "start" }));
    };
    const curves = plot({ title: t.title, draw });
    const names = Object.keys(get("gold"));
    const key = html("ul", { class: "xp-key" },
      ...["proxy", "gold", ...(names.length > 1 ? ["others"] : []), "gap"].map((name) =>
        html("li", { class: `xp-key-line-${name}` }, { proxy: t.proxy, gold: t.gold, others: t.others, gap: t.gap }[name])));
    const readout = html("p", { class: "xp-readout", role: "status" });
    const shown = html("div", { class: "xp-answers" });

    const show = () => {
      const i = get("step"), n = ns[i], gold = get("gold")[get("model")], best = largest(gold);
      const lost = gold[best] - gold[i];
      const facts = [
        [t.proxy_now, number(get("proxy")[get("model")][i])], [t.gold_now, number(gold[i])], [t.kl_now, number(kl[i])],
        [t.lost, i === best ? t.no_loss : fill(t.peak, { lost: number(lost, 2), n: ns[best] })],
      ];
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      curves.describe(`${fill(t.at, { n })}: ${facts.map((fact) => fact.join(" ")).join(", ")}.`);
      curves.redraw();
      if (!questions.length) return;
      const q = questions.indexOf(get("question"));
      const [picked, proxy, truly, proxyOfBest] = get("picks")[get("model")][q][i];
      const one = (heading, place, score) => {
        const { pieces, gold: worth } = get("answers")[q][place];
        const said = worth === null ? "" : fill(t.scores, { proxy: number(score, 2), gold: number(worth, 2) });
        return html("div", {}, html("h3", {}, heading), answer(pieces, kinds, t.nothing), html("h3", {}, html("strong", {}, said)));
      };
      const judged = get("answers")[q][truly].gold !== null;
      shown.replaceChildren(one(fill(t.picked, { n }), picked, proxy),
        ...(judged ? [one(fill(t.best, { n }), truly, proxyOfBest)] : []));
    };

    const controls = [
      choice(model, "model", { label: t.model, options: names.map((name) => [name, name]) }),
      slider(model, "step", { label: t.n, min: 0, max: ns.length - 1, format: (i) => String(ns[i]) }),
    ];
    const ask = questions.length > 1
      ? [choice(model, "question", { label: t.question, options: questions.map((q) => [q, q]) })] : [];
    for (const control of ask) control.root.classList.add("xp-stack");
    const right = html("div", { class: "xp-answers" }, ...ask.map((c) => c.root),
      ...(questions.length === 1 ? [html("h3", {}, html("strong", {}, questions[0]))] : []), shown);
    const used = Object.keys(kinds).filter((kind) => get("answers").flat().some((a) => a.pieces.some((p) => p[1] === kind)));
    card(el,
      html("div", { class: "xp-controls" }, ...controls.map((c) => c.root)),
      html("div", { class: questions.length ? "xp-plots" : null }, html("div", { class: "xp-plot" }, curves.root, key), ...(questions.length ? [right] : [])),
      readout, ...(used.length ? [marks(used, kinds)] : []));
    const stops = [watch(model, ["model", "step", "question"], show), ...controls.map((c) => c.stop), ...ask.map((c) => c.stop), curves.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
