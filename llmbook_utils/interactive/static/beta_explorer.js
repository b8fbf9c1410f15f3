// PPO with several β: proxy, gold and KL along the training, and answers. beta_explorer.py is its twin.
import { card, html, svg, number, fill, watch, slider, answer, marks, plot, axes, line } from "./kit.js";

/** The place of the last iteration up to a moment; the first if all are later. */
export const last = (iterations, moment) => Math.max(0, iterations.findLastIndex((i) => i <= moment));

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const betas = get("betas"), runs = get("runs"), moments = get("moments"), kinds = get("kinds");
    const longest = Math.max(...runs.map((run) => run.iteration.at(-1)));
    const range = (...names) => {
      const all = runs.flatMap((run) => names.flatMap((name) => run[name]));
      const [low, high] = [Math.min(...all), Math.max(...all)], room = 0.07 * (high - low || 1);
      return [low - room, high + room];
    };
    const now = () => {
      const run = runs[get("run")], look = last(run.looks, moments[get("at")]);
      return { run, look, iteration: run.looks[look], place: last(run.iteration, run.looks[look]) };
    };

    const panel = (title, name, domain, names) => plot({ title, ratio: 0.62, draw: (it) => {
      if (!it.width) return;
      axes(it, { domain: [0, 1.02 * longest], label: t.iteration }, { domain, label: name });
      const { run, iteration, place } = now(), x = it.x(iteration), { y, height } = it.box;
      it.back.append(svg("line", { class: "xp-cursor", x1: x, x2: x, y1: y, y2: y + height }));
      const path = (one, curve, css) => svg("path", { class: css, d: line(it, one.iteration.map((i, j) => [i, one[curve][j]])) });
      const at = it.x(run.iteration[place]);
      it.marks.replaceChildren(
        ...runs.filter((one) => one !== run).map((one) => path(one, names.at(-1), "xp-others")),
        ...names.map((curve) => path(run, curve, `xp-${curve}`)),
        ...names.map((curve) => svg("circle", { class: `xp-dot-${curve}`, r: 5, cx: at, cy: it.y(run[curve][place]) })));
    } });
    const rewards = panel(t.rewards, t.reward, range("proxy", "gold"), ["proxy", "gold"]);
    const distance = panel(t.distance, t.kl, [Math.min(0, range("kl")[0]), range("kl")[1]], ["kl"]);

    const key = html("ul", { class: "xp-key" },
      ...[["proxy", t.proxy], ["gold", t.gold], ...(runs.length > 1 ? [["others", t.others]] : [])].map(([name, text]) =>
        html("li", { class: `xp-key-line-${name}` }, text)));
    const readout = html("p", { class: "xp-readout", role: "status" });
    const heading = html("h3", {}), list = html("div", { class: "xp-answers xp-below" });

    const show = () => {
      const { run, look, iteration, place } = now();
      const facts = [[t.proxy_now, run.proxy], [t.gold_now, run.gold], [t.kl_now, run.kl]]
        .map(([name, values]) => [name, number(values[place])]);
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      heading.textContent = fill(t.writes, { beta: number(betas[get("run")]), iteration });
      list.replaceChildren(...get("questions").map((question, q) => {
        const { pieces, gold } = run.answers[look][q];
        const worth = gold === null ? [] : [" · ", html("strong", {}, fill(t.scored, { gold: number(gold, 2) }))];
        return html("div", {}, html("h3", {}, question, ...worth), answer(pieces, kinds, t.nothing));
      }));
      for (const it of [rewards, distance]) {
        it.describe(`${heading.textContent}: ${facts.map((fact) => fact.join(" ")).join(", ")}.`);
        it.redraw();
      }
    };

    const controls = [
      slider(model, "run", { label: t.beta, min: 0, max: Math.max(1, betas.length - 1), format: (i) => number(betas[i] ?? betas.at(-1)) }),
      slider(model, "at", { label: t.at, min: 0, max: moments.length - 1, format: (i) => String(moments[i]) }),
    ];
    controls[0].enable(betas.length > 1);
    const every = runs.flatMap((run) => run.answers.flat());
    const used = Object.keys(kinds).filter((kind) => every.some((a) => a.pieces.some((p) => p[1] === kind)));
    card(el,
      html("div", { class: "xp-controls" }, ...controls.map((c) => c.root)),
      html("div", { class: "xp-plots" }, rewards.root, distance.root), key, readout,
      html("div", { class: "xp-writes" }, heading, list), ...(used.length ? [marks(used, kinds)] : []));
    const stops = [watch(model, ["run", "at"], show), ...controls.map((c) => c.stop), rewards.stop, distance.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
