// How much is pruned and how many bits stay, against quality and size. compression_explorer.py is its twin.
import { card, html, svg, number, fill, watch, put, slider, choice, plot, axes, line, label } from "./kit.js";

/** Places [bit, share] from small to large that are better than everything as small. */
export function front(sizes, quality, low) {
  const sign = low ? -1 : 1;
  const places = sizes.flatMap((row, b) => row.map((_, p) => [b, p]));
  places.sort(([a, p], [b, q]) => sizes[a][p] - sizes[b][q] || sign * (quality[b][q] - quality[a][p]));
  let best = -Infinity;
  return places.filter(([b, p]) => {
    const better = sign * quality[b][p] > best;
    if (better) best = sign * quality[b][p];
    return better;
  });
}

/** 1, 2 and 5 times powers of ten from low to high. */
export const round = (low, high) =>
  Array.from({ length: 30 }, (_, k) => Number(`${[1, 2, 5][k % 3]}e${Math.floor(k / 3) - 3}`))
    .filter((size) => size >= low && size <= high);

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const shares = get("shares"), bits = get("bits"), sizes = get("sizes"), quality = get("quality");
    const table = () => quality[get("measure")];
    const original = () => table()[bits.length - 1][0];
    const value = () => table()[get("bit")][get("share")];

    const yAxis = () => {
      const all = table().flat(), [low, high] = [Math.min(...all), Math.max(...all)];
      const room = 0.08 * (high - low || 1);
      return { domain: [low - room, high + room], label: get("measure") };
    };
    const before = (it) => {
      const { x, width } = it.box, y = it.y(original());
      return svg("line", { class: "xp-uncut", x1: x, x2: x + width, y1: y, y2: y });
    };
    const dot = (it, x) => svg("circle", { class: "xp-setting", cx: it.x(x), cy: it.y(value()), r: 6.5 });

    const byShare = plot({ title: t.by_share, draw: (it) => {
      const b = get("bit"), curve = (row) => line(it, shares.map((share, p) => [100 * share, row[p]]));
      const end = 100 * shares.at(-1) || 1;
      axes(it, { domain: [-0.03 * end, 1.32 * end], label: t.pruned, at: shares.map((share) => Number((100 * share).toPrecision(3))) }, yAxis());
      // the bits at the end of each curve; the chosen one first, and none on top of another
      const taken = [];
      const names = [b, ...table().keys()].flatMap((i) => {
        const y = it.y(table()[i].at(-1)) + 4;
        if (taken.some((other) => Math.abs(other - y) < 14)) return [];
        taken.push(y);
        return [label(it, it.x(100 * shares.at(-1)) + 10, y, fill(t.curve, { bits: bits[i] }))];
      });
      it.marks.replaceChildren(before(it), ...names,
        ...table().map((row, i) => (i === b ? [] : [svg("path", { class: "xp-other-bits", d: curve(row) })])).flat(),
        svg("path", { class: "xp-path", d: curve(table()[b]) }));
      it.front.replaceChildren(dot(it, 100 * shares[get("share")]));
    } });
    const bySize = plot({ title: t.by_size, draw: (it) => {
      const all = sizes.flat(), [low, high] = [Math.min(...all), Math.max(...all)], room = (high / low) ** 0.06;
      const at = round(low / room, high * room);
      axes(it, { domain: [low / room, high * room], label: t.size, log: true, at }, yAxis());
      const best = front(sizes, table(), get("lower").includes(get("measure")));
      it.marks.replaceChildren(before(it),
        svg("path", { class: "xp-front-line", d: line(it, best.map(([b, p]) => [sizes[b][p], table()[b][p]])) }),
        ...table().flatMap((row, b) => row.map((one, p) => svg("circle", {
          class: b === get("bit") ? "xp-step" : "xp-other", r: 4, cx: it.x(sizes[b][p]), cy: it.y(one),
          onclick: () => { put(model, "bit", b); put(model, "share", p); },
        }))));
      it.front.replaceChildren(dot(it, sizes[get("bit")][get("share")]));
    } });

    const readout = html("p", { class: "xp-readout", role: "status" });
    const key = html("ul", { class: "xp-key" },
      ...[["bits", t.chosen], ["other", t.others], ["front", t.front], ["uncut", t.before]]
        .map(([which, words]) => html("li", { class: `xp-key-${which}` }, words)));

    const show = () => {
      const size = sizes[get("bit")][get("share")];
      const facts = [
        [t.size_now, fill(t.kilobytes, { size: number(size), part: number((100 * size) / sizes[bits.length - 1][0], 2) })],
        ...Object.entries(quality).map(([name, values]) => [name,
          fill(t.against, { value: number(values[get("bit")][get("share")]), before: number(values[bits.length - 1][0]) })]),
      ];
      readout.replaceChildren(...facts.map(([head, words]) =>
        html("span", { class: "xp-fact" }, html("span", {}, head), html("strong", {}, words))));
      for (const it of [byShare, bySize]) {
        it.describe(facts.map((fact) => fact.join(" ")).join(". "));
        it.redraw();
      }
    };

    const controls = [
      slider(model, "share", { label: t.share, min: 0, max: shares.length - 1, format: (p) => `${number(100 * shares[p])} %` }),
      slider(model, "bit", { label: t.bits, min: 0, max: bits.length - 1, format: (b) => String(bits[b]) }),
    ];
    if (Object.keys(quality).length > 1) {
      controls.unshift(choice(model, "measure", { label: t.measure, options: Object.keys(quality).map((one) => [one, one]) }));
      controls[0].root.classList.add("xp-stack");
    }
    card(el,
      html("div", { class: "xp-controls" }, ...controls.map((one) => one.root)),
      html("div", { class: "xp-plots" }, byShare.root, bySize.root), key, readout);
    const stops = [watch(model, ["measure", "share", "bit"], show), ...controls.map((one) => one.stop), byShare.stop, bySize.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
