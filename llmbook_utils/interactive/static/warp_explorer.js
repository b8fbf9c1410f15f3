// Which addresses a warp touches, and what that costs. warp_access.py is its twin.
import { card, html, svg, number, fill, watch, put, slider, choice, plot, label } from "./kit.js";

const LANES = 32, SECTOR = 32, LINE = 128, BANKS = 32, WORD = 4;
const TOP = 98; // where the map of the memory begins, in pixels
export const ELEMENTS = { float: 4, float2: 8, float4: 16 };

const different = (values) => [...new Set(values)];
const range = (n) => Array.from({ length: n }, (_, i) => i);

/** First byte of the element that each lane reads. */
export const addresses = ({ stride, offset, width, pad }) =>
  range(LANES).map((lane) => width * (offset + lane * (stride + pad)));

/** Sectors, lines and bytes of one request to global memory. */
export function globalTraffic(bytes, width) {
  const sectors = different(bytes.map((b) => Math.floor(b / SECTOR)));
  const lines = different(bytes.map((b) => Math.floor(b / LINE)));
  return { sectors: sectors.length, lines: lines.length, used: different(bytes).length * width, moved: sectors.length * SECTOR };
}

/** Words that each bank is asked for, for each part of the warp that is served at a time. */
function bankWords(bytes, width) {
  const parts = width / WORD, lanes = LANES / parts;
  return range(parts).map((part) => {
    const own = bytes.slice(part * lanes, (part + 1) * lanes);
    const words = different(own.flatMap((b) => range(parts).map((k) => b / WORD + k)));
    const banks = range(BANKS).map(() => []);
    for (const word of words) banks[word % BANKS].push(word);
    return banks;
  });
}

/** Wavefronts of one request to shared memory. */
export function sharedTraffic(bytes, width) {
  const parts = bankWords(bytes, width);
  const wavefronts = parts.reduce((sum, banks) => sum + Math.max(...banks.map((words) => words.length)), 0);
  const used = range(BANKS).filter((bank) => parts.some((banks) => banks[bank].length));
  return { wavefronts, least: parts.length, banks: used.length };
}

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const shared = () => get("space") === "shared";
    const width = () => ELEMENTS[get("element")];
    const pad = () => (shared() ? get("pad") : 0);
    const read = () => addresses({ stride: get("stride"), offset: get("offset"), width: width(), pad: pad() });

    // The lanes, and below them the memory: a row is 128 bytes, a cell 4
    const box = svg("rect", { class: "xp-picked" });
    const handle = svg("g", {
      role: "slider", tabindex: 0, "aria-label": t.lane, "aria-valuemin": 0, "aria-valuemax": LANES - 1,
      onkeydown: (event) => {
        const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -LANES, End: LANES }[event.key];
        if (!way) return;
        event.preventDefault();
        put(model, "lane", Math.min(Math.max(get("lane") + way, 0), LANES - 1));
      },
    }, box);
    const reach = svg("g", { "aria-hidden": "true" }); // from the lane to what it reads

    const draw = (it) => {
      if (!it.width) return;
      const bytes = read(), w = width(), lane = get("lane");
      const rows = different(bytes.map((b) => Math.floor(b / LINE))).sort((a, b) => a - b);
      const gutter = 46, gap = shared() ? 0 : 4, top = TOP;
      const cell = (it.width - gutter - 6 - 3 * gap) / LANES;
      const high = Math.min(24, (it.height - top - 4) / rows.length), bottom = top + high * rows.length + 4;
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${bottom}`);
      it.svg.setAttribute("height", bottom);
      const x = (word) => gutter + word * cell + gap * Math.floor(word / 8);
      const y = (b) => top + high * rows.indexOf(Math.floor(b / LINE));
      const inRow = (b) => (b % LINE) / WORD;
      const laneX = (i) => gutter + ((it.width - gutter - 6) / LANES) * i;
      const laneWide = (it.width - gutter - 6) / LANES;
      Object.assign(it, { laneX, laneWide, x, y, cell, high, rows });

      const marks = [0, 8, 16, 24, 31];
      const places = shared() ? marks : [0, 8, 16, 24];
      it.back.replaceChildren(
        svg("text", { class: "xp-title", x: 0, y: 14 }, it.title),
        label(null, gutter - 8, 51, t.lanes, { "text-anchor": "end" }),
        ...marks.map((i) => label(null, laneX(i) + laneWide / 2, 34, i, { "text-anchor": "middle" })),
        label(null, gutter - 8, top - 8, shared() ? t.bank : t.byte, { "text-anchor": "end" }),
        ...places.map((i) => label(null, shared() ? x(i) + cell / 2 : x(i), top - 8, shared() ? i : i * WORD, { "text-anchor": shared() ? "middle" : "start" })));
      // every so many rows have room for their address
      const every = Math.ceil(14 / high);
      rows.forEach((row, i) => {
        if (i % every === 0) it.back.append(label(null, gutter - 8, top + high * i + Math.min(high, 14) / 2 + 4.5, row * LINE, { "text-anchor": "end" }));
      });

      const touched = new Set(bytes.map((b) => Math.floor(b / SECTOR)));
      const conflicts = new Set(shared() ? bankWords(bytes, w).flatMap((banks) => banks.filter((words) => words.length > 1).flat()) : []);
      const nodes = [];
      for (const row of rows) for (const s of range(4)) {
        const hit = !shared() && touched.has(row * 4 + s);
        nodes.push(svg("rect", { class: hit ? "xp-sector xp-hit" : "xp-sector", x: x(8 * s), y: y(row * LINE), width: 8 * cell, height: Math.max(high - 1.5, 2) }));
      }
      for (const b of different(bytes)) {
        const bad = conflicts.has(b / WORD);
        nodes.push(svg("rect", { class: bad ? "xp-word xp-clash" : "xp-word", x: x(inRow(b)) + 0.5, y: y(b) + 0.5, width: (cell * w) / WORD - 1, height: Math.max(high - 2.5, 1.5) }));
      }
      range(LANES).forEach((i) => nodes.push(svg("rect", { class: bytes[i] === bytes[lane] ? "xp-lane xp-same" : "xp-lane", x: laneX(i) + 0.75, y: 40, width: laneWide - 1.5, height: 15 })));
      it.marks.replaceChildren(...nodes);

      const b = bytes[lane], target = { x: x(inRow(b)), y: y(b), width: (cell * w) / WORD, height: Math.max(high - 1.5, 2) };
      for (const [name, value] of Object.entries({ x: laneX(lane), y: 38.5, width: laneWide, height: 18 })) box.setAttribute(name, value);
      reach.replaceChildren(
        svg("line", { class: "xp-reach", x1: laneX(lane) + laneWide / 2, y1: 56.5, x2: target.x + target.width / 2, y2: target.y }),
        svg("rect", { class: "xp-picked", ...target }));
      if (!handle.isConnected) it.front.append(reach, handle); // once: it would lose the focus
    };
    const memory = plot({ title: t.title, role: "group", ratio: 1.05, draw });
    memory.svg.addEventListener("click", (event) => {
      const place = memory.svg.getBoundingClientRect();
      const [px, py] = [event.clientX - place.left, event.clientY - place.top];
      if (py < 70) {
        const lane = Math.floor((px - memory.laneX(0)) / memory.laneWide);
        if (lane >= 0 && lane < LANES) put(model, "lane", lane);
      } else { // a click on memory chooses a lane that reads there
        const row = memory.rows[Math.floor((py - TOP) / memory.high)];
        const lane = read().findIndex((b) => Math.floor(b / LINE) === row && px >= memory.x((b % LINE) / WORD)
          && px < memory.x((b % LINE) / WORD) + (memory.cell * width()) / WORD);
        if (lane >= 0) put(model, "lane", lane);
      }
      handle.focus({ preventScroll: true });
    });
    memory.svg.classList.add("xp-pick");

    const fact = (name, value) => html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value));
    const readout = html("p", { class: "xp-readout", role: "status" });
    const chosen = html("p", { class: "xp-formula" });
    const say = () => {
      const bytes = read(), lane = get("lane"), w = width();
      const names = { lane, offset: get("offset"), stride: get("stride"), pad: pad(), element: bytes[lane] / w, first: bytes[lane], last: bytes[lane] + w - 1, bank: (bytes[lane] / WORD) % BANKS };
      chosen.textContent = `${fill(pad() ? t.padded : t.element_of, names)} ${fill(shared() ? t.in_bank : t.in_bytes, names)}`;
      handle.setAttribute("aria-valuenow", lane);
      handle.setAttribute("aria-valuetext", chosen.textContent);
      let facts, verdict, good;
      if (shared()) {
        const cost = sharedTraffic(bytes, w);
        good = cost.wavefronts === cost.least;
        facts = [[t.wavefronts, cost.wavefronts], [t.banks, cost.banks]];
        verdict = fill(good ? t.no_conflict : t.conflict, cost);
      } else {
        const cost = globalTraffic(bytes, w), share = number((100 * cost.used) / cost.moved);
        good = cost.sectors === Math.ceil(cost.used / SECTOR);
        facts = [[t.sectors, cost.sectors], [t.cache_lines, cost.lines]];
        verdict = fill(good ? t.coalesced : t.wasted, { ...cost, share });
      }
      readout.replaceChildren(...facts.map(([name, value]) => fact(name, value)),
        html("span", { class: good ? "xp-fact" : "xp-fact xp-alarm" }, verdict));
      memory.describe(`${facts.map((pair) => pair.join(" ")).join(", ")}. ${verdict}`);
    };

    const padding = slider(model, "pad", { label: t.pad, min: 0, max: 4 });
    const controls = [
      choice(model, "space", { label: t.space, options: Object.entries(t.spaces) }),
      choice(model, "element", { label: t.element, options: Object.entries(t.elements) }),
      slider(model, "stride", { label: t.stride, min: 0, max: 64 }),
      slider(model, "offset", { label: t.offset, min: 0, max: 31 }),
      padding,
    ];
    const update = () => { padding.enable(shared()); say(); memory.redraw(); };
    card(el,
      html("div", { class: "xp-controls" }, ...controls.map((c) => c.root)),
      memory.root, chosen, readout);
    const stops = [
      watch(model, ["space", "element", "stride", "offset", "pad", "lane"], update),
      ...controls.map((c) => c.stop), memory.stop,
    ];
    update();
    return () => stops.forEach((stop) => stop());
  },
};
