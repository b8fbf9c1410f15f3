// Where the heads of an attention-only model look, along its training. induction_explorer.py is its twin.
import { card, html, svg, number, fill, watch, put, slider, choice, player, plot, axes, line } from "./kit.js";

const MOST = 2, SEEN = 0.005, SURE = 1 / 3, BOX = 30, SERIES = ["one", "two", "three"];

/** The place after the last earlier occurrence of each token; null for what is new. */
export function targets(tokens) {
  const seen = new Map();
  return tokens.map((token, place) => {
    const target = seen.has(token) ? seen.get(token) + 1 : null;
    seen.set(token, place);
    return target;
  });
}

/** Weights from bytes in base 64: a head's lower triangle, row after row. */
export const unpack = (text) => Array.from(atob(text), (byte) => byte.charCodeAt(0) / 255);

/** What the token at a place gives to itself and to all before it. */
export const row = (triangle, place) => triangle.slice((place * (place + 1)) / 2, ((place + 1) * (place + 2)) / 2);

/** The index of the step that is nearest, the earlier one of two. */
export function nearest(steps, step) {
  const away = steps.map((one) => Math.abs(one - step));
  return away.indexOf(Math.min(...away));
}

/** The places of the largest weights, largest first, the earlier one where two are equal. */
export const most = (weights) =>
  [...weights.keys()].sort((a, b) => weights[b] - weights[a] || a - b).slice(0, MOST).filter((j) => weights[j] >= SEEN);

const short = (text, letters) => ([...text].length > letters ? [...text].slice(0, Math.max(letters, 1)).join("") : text);

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const steps = get("steps"), tokens = get("tokens"), losses = Object.entries(get("losses")), when = get("measured_at");
    const copied = targets(tokens), T = tokens.length, chance = get("chance");
    const heads = get("attention")[0].flatMap((layer, l) => layer.map((_, h) => [l, h]));
    const chosen = () => get("head").split(".").map((part) => Number(part) - 1);
    const score = (name, frame = get("frame"), [l, h] = chosen()) => get("scores")[name][frame][l][h];
    const triangle = () => {
      const [l, h] = chosen();
      return unpack(get("attention")[get("frame")][l][h]);
    };

    const tall = (it, height) => {
      it.height = height;
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${height}`);
      it.svg.setAttribute("height", height);
    };
    const pick = (k) => ({ class: "xp-target", onclick: () => put(model, "token", k) });
    const letter = (x, y, text, kinds = "", attributes = {}) =>
      svg("text", { class: `xp-token xp-own ${kinds}`, x, y: y + 4.5, "text-anchor": "middle", ...attributes }, text);

    const drawStrip = (it) => {
      if (!it.width) return;
      const i = get("token"), now = row(triangle(), i), wide = it.width / T, top = 138;
      const x = (k) => (k + 0.5) * wide, letters = Math.floor(wide / 8.2);
      tall(it, top + BOX + 4);
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title));
      it.marks.replaceChildren(...now.flatMap((weight, j) => {
        if (weight === 0) return [];
        const high = Math.min(104, 14 + 0.42 * (x(i) - x(j)));
        const d = i === j ? `M${x(i) - 5} ${top}C${x(i) - 9} ${top - 26} ${x(i) + 9} ${top - 26} ${x(i) + 5} ${top}`
          : `M${x(i)} ${top}C${x(i)} ${top - 1.3 * high} ${x(j)} ${top - 1.3 * high} ${x(j)} ${top}`;
        return [svg("path", { class: "xp-look xp-own", d, "stroke-width": (0.6 + (Math.min(9, wide * 0.5) * weight)).toFixed(2), "stroke-opacity": (0.18 + (0.82 * weight)).toFixed(2) })];
      }));
      const size = { width: wide - 2, height: BOX, rx: 4, y: top };
      const nodes = tokens.flatMap((token, k) => [
        svg("rect", { class: k === i ? "xp-chosen" : copied[k] === null ? "xp-plain" : "xp-again", x: k * wide + 1, ...size }),
        letter(x(k), top + BOX / 2, short(token, letters), k === i ? "xp-now" : ""),
        svg("rect", { ...pick(k), x: k * wide, y: top - 6, width: wide, height: BOX + 10 }),
      ]);
      if (copied[i] !== null) {
        nodes.push(svg("rect", { class: "xp-copied", x: copied[i] * wide + 1, ...size }),
          svg("rect", { class: "xp-earlier", x: (copied[i] - 1) * wide + 1, ...size }));
      }
      it.front.replaceChildren(...nodes);
    };

    const drawMap = (it) => {
      if (!it.width) return;
      const i = get("token"), all = triangle(), left = 26, top = 44, cell = (it.width - left - 2) / T;
      const style = cell < 14 ? "font-size: 10px" : cell < 18 ? "font-size: 11px" : null, letters = Math.floor(cell / 7);
      tall(it, top + T * cell + 6);
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title),
        ...tokens.map((token, k) => letter(left - 12, top + (k + 0.5) * cell, short(token, 3), k === i ? "xp-now" : "", { style })),
        ...tokens.map((token, k) => letter(left + (k + 0.5) * cell, top - 12, short(token, letters), "", { style })));
      it.marks.replaceChildren(...tokens.flatMap((_, k) => row(all, k).map((weight, j) =>
        svg("rect", { class: "xp-cell xp-own", x: left + j * cell + 0.5, y: top + k * cell + 0.5, width: cell - 1, height: cell - 1, "fill-opacity": (0.06 + (0.94 * weight)).toFixed(3) }))));
      it.front.replaceChildren(
        ...copied.flatMap((j, k) => (j === null ? [] : [svg("rect", { class: "xp-stripe", x: left + j * cell, y: top + k * cell, width: cell, height: cell })])),
        ...tokens.map((_, k) => svg("rect", { ...pick(k), x: 0, y: top + k * cell, width: left + T * cell, height: cell })),
        svg("rect", { class: "xp-frame", x: left, y: top + i * cell, width: (i + 1) * cell, height: cell }));
    };

    const instant = (it) => {
      const x = it.x(steps[get("frame")]), { y, height } = it.box;
      it.back.append(svg("line", { class: "xp-instant", x1: x, x2: x, y1: y, y2: y + height }));
      return x;
    };
    const across = (it) => ({ domain: [0, 1.03 * Math.max(steps.at(-1), when.at(-1))], label: t.step_axis, ticks: it.width / 90 });
    const lossAt = (values) => values[nearest(when, steps[get("frame")])];

    const drawLoss = (it) => {
      if (!it.width) return;
      const top = Math.max(...losses.flatMap(([, values]) => values.filter((v) => v !== null)), chance ?? 0);
      axes(it, across(it), { domain: [-0.04 * top, 1.06 * top], label: t.nats });
      const x = instant(it), { x: x0, width } = it.box;
      if (chance !== null) it.back.append(svg("line", { class: "xp-asked", x1: x0, x2: x0 + width, y1: it.y(chance), y2: it.y(chance) }));
      it.marks.replaceChildren(...losses.flatMap(([, values], i) => {
        const points = when.map((step, j) => [step, values[j]]).filter(([, value]) => value !== null), here = lossAt(values);
        return [svg("path", { class: `xp-curve xp-${SERIES[i]}`, d: line(it, points) }),
          ...(here === null ? [] : [svg("circle", { class: `xp-ring xp-${SERIES[i]}`, r: 5, cx: x, cy: it.y(here) })])];
      }));
    };
    const drawScores = (it) => {
      if (!it.width) return;
      axes(it, across(it), { domain: [-0.03, 1.04], label: t.score });
      const x = instant(it), own = get("head");
      const curve = (name, head) => line(it, steps.map((step, f) => [step, score(name, f, head)]));
      const names = ["induction", "previous"];
      it.marks.replaceChildren(
        ...heads.filter(([l, h]) => `${l + 1}.${h + 1}` !== own).flatMap((head) => names.map((name) => svg("path", { class: "xp-others", d: curve(name, head) }))),
        ...names.flatMap((name, i) => [
          svg("path", { class: `xp-curve xp-${SERIES[i]}`, d: curve(name, chosen()) }),
          svg("circle", { class: `xp-ring xp-${SERIES[i]}`, r: 5, cx: x, cy: it.y(score(name)) })]));
    };
    const strip = plot({ title: "", draw: drawStrip }), map = plot({ title: t.map, draw: drawMap });
    const loss = plot({ title: t.loss, ratio: 0.5, draw: drawLoss }), scores = plot({ title: "", ratio: 0.5, draw: drawScores });
    strip.root.classList.add("xp-strip");

    const readout = html("p", { class: "xp-readout", role: "status" }), said = html("p", { class: "xp-said" });
    const items = (list) => html("ul", { class: "xp-key" }, ...list.map(([kinds, words]) => html("li", { class: kinds }, words)));
    const lossKey = items([...losses.map(([name], i) => [`xp-key-line xp-${SERIES[i]}`, name]), ...(chance === null ? [] : [["xp-key-asked", t.chance]])]);
    const scoreKey = items([["xp-key-line xp-one", t.induction], ["xp-key-line xp-two", t.previous], ...(heads.length > 1 ? [["xp-key-others", t.others]] : [])]);
    const key = items([["xp-key-copied", t.copied], ["xp-key-again", t.again]]);

    const show = () => {
      const i = get("token"), token = tokens[i], now = row(triangle(), i), step = steps[get("frame")], head = get("head");
      const looks = most(now).map((j) => `“${tokens[j]}” ${now[j].toFixed(2)}`).join(", ");
      const facts = [[fill(t.most, { token }), looks]];
      if (copied[i] !== null) facts.push([fill(t.target, { token: tokens[copied[i]] }), now[copied[i]].toFixed(2)]);
      const measured = [...losses.map(([name, values]) => [name, lossAt(values)]).filter(([, value]) => value !== null).map(([name, value]) => [name, number(value)]),
        [t.induction, score("induction").toFixed(2)], [t.previous, score("previous").toFixed(2)]];
      readout.replaceChildren(...[...facts, ...measured].map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      const sure = ["induction", "previous"].find((name) => score(name) >= SURE);
      const kind = { induction: t.is_induction, previous: t.is_previous }[sure] ?? t.is_neither, percent = sure ? Math.round(100 * score(sure)) : 0;
      said.textContent = [fill(kind, { step, head, percent }), ...(copied[i] === null ? [fill(t.new, { token })] : [])].join(" ");
      strip.title = fill(t.strip, { step, head, token });
      scores.title = fill(t.scores, { head });
      const words = (list) => list.map((fact) => fact.join(" ")).join(", ");
      for (const it of [strip, map]) it.describe(`${words(facts)}. ${said.textContent}`);
      for (const it of [loss, scores]) it.describe(`${t.step} ${step}: ${words(measured)}.`);
      for (const it of [strip, map, loss, scores]) it.redraw();
    };

    const play = player(model, "frame", () => steps.length - 1, [t.play, t.stop], () => 700);
    const moment = slider(model, "frame", { label: t.step, min: 0, max: steps.length - 1, format: (f) => String(steps[f]) });
    const from = slider(model, "token", { label: t.token, min: 0, max: T - 1, format: (k) => fill(t.place, { place: k + 1, token: tokens[k] }) });
    const which = choice(model, "head", { label: t.head, options: heads.map(([l, h]) => [`${l + 1}.${h + 1}`, `${l + 1}.${h + 1}`]) });

    card(el,
      html("div", { class: "xp-controls" }, moment.root, html("div", { class: "xp-buttons" }, play.root), which.root, from.root),
      html("div", { class: "xp-plots" }, strip.root, html("div", {}, map.root, key),
        html("div", { class: "xp-column" }, loss.root, lossKey, scores.root, scoreKey)), readout, said);
    const stops = [watch(model, ["frame", "head", "token"], show), moment.stop, from.stop, which.stop, play.stop,
      ...[strip, map, loss, scores].map((it) => it.stop)];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
