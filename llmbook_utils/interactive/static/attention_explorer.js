// Who may look at whom, and who does: one token's lines, all tokens' map. attention_explorer.py is its twin.
import { card, html, svg, fill, watch, put, slider, choice, plot } from "./kit.js";

const MOST = 3, ROW = 24, TOP = 28;

/** The weights shown, rows of thousandths: those of a head, or the mean of a layer's heads. */
export function shown(view, layer, head) {
  const heads = view.weights[Math.min(layer, view.weights.length - 1)];
  if (head > 0) return heads[Math.min(head, heads.length) - 1];
  return heads[0].map((row, i) => row.map((_, j) => heads.reduce((sum, h) => sum + h[i][j], 0) / heads.length));
}

/** The places of the largest weights, largest first, the earlier one where two are equal. */
export const most = (row) =>
  [...row.keys()].sort((a, b) => row[b] - row[a] || a - b).slice(0, MOST).filter((j) => row[j] > 0);

/** What a key is: "source", "memory" or "own". */
const kind = (view, j) => (view.source ? "source" : j < view.memory ? "memory" : "own");

const short = (text, letters) => ([...text].length > letters ? `${[...text].slice(0, letters - 1).join("")}…` : text);

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const views = get("views"), all = Object.values(views);
    const view = () => views[get("view")];
    const place = () => Math.min(get("token"), view().tokens.length - 1);
    const rows = () => shown(view(), get("layer"), get("head"));
    const name = (i) => (view().order.length ? `${view().tokens[i]} ·${view().order[i] + 1}` : view().tokens[i]);

    const tall = (it, height) => {
      it.height = height;
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${height}`);
      it.svg.setAttribute("height", height);
    };
    const token = (x, y, text, kinds, attributes) =>
      svg("text", { class: `xp-token ${kinds}`, x, y: y + 4.5, ...attributes }, text);

    const drawLines = (it) => {
      if (!it.width) return;
      const { tokens, keys, may } = view(), i = place(), row = rows()[i];
      const lines = Math.max(tokens.length, keys.length), inner = it.width - 16;
      tall(it, TOP + lines * ROW + 6);
      // another text stands in the middle; a token of this text stands beside itself
      const shift = (words) => (view().source ? (lines - words.length) / 2 : lines - words.length);
      const from = (place) => TOP + (place + 0.5 + shift(tokens)) * ROW;
      const to = (place) => TOP + (place + 0.5 + shift(keys)) * ROW;
      const left = Math.min(120, inner * 0.34), right = it.width - Math.min(150, inner * 0.42);
      const letters = Math.floor(left / 7.5);
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, fill(t.lines, { token: short(tokens[i], 14) })));
      it.marks.replaceChildren(...row.flatMap((weight, j) => (may[i][j] === "0" ? [] : [svg("path", {
        class: `xp-look xp-${kind(view(), j)}`, "stroke-width": (0.6 + 9 * weight / 1000).toFixed(2), "stroke-opacity": (0.18 + 0.82 * weight / 1000).toFixed(2),
        d: `M${left + 4} ${from(i)}C${(left + right) / 2} ${from(i)} ${(left + right) / 2} ${to(j)} ${right - 4} ${to(j)}`,
      })])));
      it.front.replaceChildren(
        ...tokens.flatMap((_, k) => [
          svg("rect", { class: k === i ? "xp-chosen" : "xp-target", x: 0, y: from(k) - ROW / 2 + 1, width: left, height: ROW - 2, rx: 4, onclick: () => put(model, "token", k) }),
          token(left - 5, from(k), short(name(k), letters), "xp-own", { "text-anchor": "end" }),
        ]),
        ...keys.flatMap((key, j) => [
          svg("rect", { class: `xp-cell xp-${kind(view(), j)}`, x: right + 2, y: to(j) - ROW / 2 + 3, width: (34 * row[j]) / 1000, height: ROW - 6, "fill-opacity": 0.85 }),
          token(right + 42, to(j), short(key, letters), may[i][j] === "1" ? `xp-${kind(view(), j)}` : "xp-forbidden"),
        ]));
    };

    const drawMap = (it) => {
      if (!it.width) return;
      const { tokens, keys, may } = view(), i = place(), now = rows();
      const longest = (words) => Math.max(...words.map((word) => [...word].length));
      const left = Math.min(14 + 7.5 * longest(tokens.map((_, k) => name(k))), it.width * 0.3);
      const cell = Math.min((it.width - left - 6) / keys.length, 26);
      const style = cell < 14 ? "font-size: 10.5px" : null;
      const band = Math.min(12 + 6.6 * longest(keys), 84), top = TOP + band;
      tall(it, top + tokens.length * cell + 8);
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title),
        ...tokens.map((_, k) => token(left - 6, top + (k + 0.5) * cell, short(name(k), Math.floor(left / 7)), k === i ? "xp-own xp-now" : "xp-own", { "text-anchor": "end", style })),
        ...keys.map((key, j) => {
          const x = left + (j + 0.5) * cell + 4, y = top - 6;
          return svg("text", { class: `xp-token xp-${kind(view(), j)}`, x, y, style, transform: `rotate(-60 ${x} ${y})` }, short(key, 12));
        }));
      it.marks.replaceChildren(...now.flatMap((row, k) => row.map((weight, j) => {
        const [x, y, size] = [left + j * cell + 0.75, top + k * cell + 0.75, cell - 1.5];
        if (may[k][j] === "0") return svg("path", { class: "xp-no", d: `M${x + size * 0.3} ${y + size * 0.7}L${x + size * 0.7} ${y + size * 0.3}` });
        return svg("rect", { class: `xp-cell xp-${kind(view(), j)}`, x, y, width: size, height: size, "fill-opacity": (0.08 + 0.92 * weight / 1000).toFixed(3) });
      })));
      it.front.replaceChildren(
        ...tokens.map((_, k) => svg("rect", { class: "xp-target", x: 0, y: top + k * cell, width: left + keys.length * cell, height: cell, onclick: () => put(model, "token", k) })),
        svg("rect", { class: "xp-frame", x: left, y: top + i * cell, width: keys.length * cell, height: cell }));
    };

    const lines = plot({ title: "", draw: drawLines }), map = plot({ title: t.map, draw: drawMap });
    const readout = html("p", { class: "xp-readout", role: "status" }), note = html("p", { class: "xp-said" });
    const key = html("ul", { class: "xp-key" });

    const show = () => {
      const it = view(), i = place(), row = rows()[i], text = it.tokens[i];
      const looks = most(row).map((j) => `“${it.keys[j]}” ${(row[j] / 1000).toFixed(2)}`).join(", ") || t.nothing;
      const allowed = [...it.may[i]].filter((letter) => letter === "1").length;
      const facts = [[fill(t.may, { token: text }), fill(t.of, { some: allowed, all: it.keys.length })], [t.most, looks]];
      if (it.order.length) facts.push([t.place, fill(t.number, { rank: it.order[i] + 1 })]);
      readout.replaceChildren(...facts.map(([head, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, head), html("strong", {}, value))));
      note.textContent = it.note;
      lines.title = fill(t.lines, { token: text });
      for (const one of [lines, map]) one.describe(facts.map((fact) => fact.join(" ")).join(". "));
      const items = [[it.source ? "source" : "own", it.source ? t.in_source : t.weight]];
      if (it.memory) items.push(["memory", t.in_memory]);
      if (it.may.some((letters) => letters.includes("0"))) items.push(["no", t.forbidden]);
      key.replaceChildren(...items.map(([which, words]) => html("li", { class: `xp-key-${which}` }, words)));
      sliders.forEach((one) => one.show());
      lines.redraw();
      map.redraw();
    };

    const most_of = (count) => Math.max(...all.map(count));
    const layers = () => view().weights.length, heads = () => view().weights[0].length;
    const architecture = choice(model, "view", { label: t.view, options: Object.keys(views).map((one) => [one, one]) });
    const sliders = [
      slider(model, "layer", {
        label: t.layer, min: 0, max: most_of((v) => v.weights.length) - 1,
        format: (v) => fill(t.of, { some: Math.min(v, layers() - 1) + 1, all: layers() }),
      }),
      slider(model, "head", {
        label: t.head, min: 0, max: most_of((v) => v.weights[0].length),
        format: (v) => (v === 0 ? fill(t.mean, { all: heads() }) : fill(t.of, { some: Math.min(v, heads()), all: heads() })),
      }),
      slider(model, "token", {
        label: t.token, min: 0, max: most_of((v) => v.tokens.length) - 1,
        format: (v) => view().tokens[Math.min(v, view().tokens.length - 1)],
      }),
    ];
    architecture.root.classList.add("xp-stack");
    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 12rem" }, architecture.root, html("div", { class: "xp-column" }, ...sliders.map((one) => one.root))),
      html("div", { class: "xp-plots" }, lines.root, map.root), key, readout, note);
    const stops = [watch(model, ["view", "layer", "head", "token"], show), architecture.stop, ...sliders.map((one) => one.stop), lines.stop, map.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
