// Language models along time: by design, by size, as a family tree. model_timeline.py is its twin.
import { card, html, svg, fill, watch, put, choice, button, unique, plot, logarithmic } from "./kit.js";

const EVERY = "all", BEGIN = 2013, TRANSFORMER = 2017 + 5 / 12, SCALE = 2019 + 1 / 12;
const BRANCHES = ["encoder-only", "encoder–decoder", "decoder-only", "other"];
const ROW = 22, INDENT = 13; // of the tree
const WIDE = 600; // px from which on every name has its place

/** The models that pass the filters. */
export const passing = (models, { era, branch, organisation }) => models.filter((m) =>
  [EVERY, m.era].includes(era) && [EVERY, m.branch].includes(branch)
  && (organisation === EVERY || m.organisations.includes(organisation)));

/** The family tree of some models, from top to bottom: [model, depth, row of its parent]. */
export function tree(all, shown) {
  const known = new Map(all.map((m) => [m.name, m])), present = new Set(shown.map((m) => m.name));
  const children = new Map();
  for (const m of shown) {
    let parent = m.parent;
    while (parent && !present.has(parent)) parent = known.get(parent).parent;
    children.set(parent, [...(children.get(parent) ?? []), m]);
  }
  const rows = [];
  const add = (parent, depth, row) => (children.get(parent) ?? []).forEach((m) => {
    rows.push([m, depth, row]);
    add(m.name, depth + 1, rows.length - 1);
  });
  add(null, 0, null);
  return rows;
}

/** For each of several things, which may stand in one of a few intervals each: the lowest level on
 *  which it meets none of those before it, and in which of its intervals. */
export function pack(choices) {
  const taken = [];
  return choices.map((spans) => {
    for (let k = 0; ; k++) {
      taken[k] ??= [];
      const which = spans.findIndex(([start, end]) => taken[k].every(([s, e]) => end <= s || e <= start));
      if (which < 0) continue;
      taken[k].push(spans[which]);
      return [k, which];
    }
  });
}

export const levels = (intervals) => pack(intervals.map((span) => [span])).map(([level]) => level);

/** How many models descend from each. */
export function descendants(models) {
  const parents = new Map(models.map((m) => [m.name, m.parent]));
  const count = new Map(models.map((m) => [m.name, 0]));
  for (const m of models) for (let p = m.parent; p; p = parents.get(p)) count.set(p, count.get(p) + 1);
  return count;
}

const SHAPES = { // of about the same area, around 0, 0
  "encoder-only": "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z",
  "encoder–decoder": "M-4.5 -4.5H4.5V4.5H-4.5Z",
  "decoder-only": "M0 -6L6 0L0 6L-6 0Z",
  other: "M0 -5.5L5.8 4.8H-5.8Z",
};
const kind = (m) => `xp-model xp-branch-${BRANCHES.indexOf(m.branch)}`;
const mark = (m, x, y, extra = "") =>
  svg("path", { class: `${kind(m)} ${extra}`, d: SHAPES[m.branch], transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const all = get("models"), count = descendants(all);
    const find = (name) => all.find((m) => m.name === name);
    const shown = () => passing(all, { era: get("era"), branch: get("branch"), organisation: get("organisation") });
    const ordered = () => (get("view") === "tree" ? tree(all, shown()).map(([m]) => m) : shown());
    const choose = (m) => m && put(model, "chosen", m.name);
    const step = (by) => {
      const order = ordered(), at = order.findIndex((m) => m.name === get("chosen"));
      choose(order[Math.min(Math.max(at + by, 0), order.length - 1)]);
    };

    // Controls -------------------------------------------------------------------------------
    const menu = (name, label, options) => {
      const select = html("select", { onchange: () => put(model, name, select.value) },
        ...options.map(([value, text]) => html("option", { value }, text)));
      select.setAttribute("data-lm-suppress-shortcuts", "true");
      const show = () => { select.value = get(name); };
      show();
      return { root: html("label", { class: "xp-menu" }, html("span", {}, label), select), stop: watch(model, [name], show) };
    };
    const organisations = [...new Set(all.flatMap((m) => m.organisations))].sort((a, b) => a.localeCompare(b));
    const controls = [
      choice(model, "view", { label: t.view, options: Object.entries(t.views) }),
      menu("era", t.era, [[EVERY, t.every], ...Object.entries(t.eras)]),
      menu("branch", t.branch, [[EVERY, t.every], ...Object.entries(t.branches)]),
      menu("organisation", t.organisation, [[EVERY, t.every], ...organisations.map((o) => [o, o])]),
    ];

    // The picture: places is where each model stands, name → [x, y] ---------------------------
    let places = new Map(), leftward = new Set(); // and whose name stands on its left
    const ring = svg("circle", { class: "xp-halo", r: 9 });
    const handle = svg("g", {
      role: "slider", tabindex: 0, "aria-label": t.model, "aria-valuemin": 1,
      onkeydown: (event) => {
        const now = find(get("chosen")), down = get("view") === "tree";
        const kin = { ArrowUp: find(now.parent), ArrowDown: all.find((m) => m.parent === now.name) };
        const act = {
          ArrowRight: () => step(1), ArrowLeft: () => step(-1), Home: () => step(-all.length), End: () => step(all.length),
          ArrowDown: () => (down ? step(1) : choose(shown().includes(kin.ArrowDown) && kin.ArrowDown)),
          ArrowUp: () => (down ? step(-1) : choose(shown().includes(kin.ArrowUp) && kin.ArrowUp)),
        }[event.key];
        if (!act) return;
        event.preventDefault();
        act();
      },
    }, ring);

    const place = (it) => {
      const left = 64, right = it.width - 6, room = it.width >= WIDE ? 1.1 : 0.35; // for the last names
      const last = Math.max(...all.map((m) => m.when)) + room;
      const x = (when) => left + ((when - BEGIN) / (last - BEGIN)) * (right - left);
      const older = all.filter((m) => m.older);
      const X = (m) => (m.older ? 12 + (older.indexOf(m) * (left - 26)) / Math.max(older.length - 1, 1) : x(m.when));
      return { x, X, left, right };
    };
    const frame = (it, { x, left, right }, top, bottom) => {
      const bands = [[left, x(TRANSFORMER)], [x(TRANSFORMER), x(SCALE)], [x(SCALE), right]];
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title));
      Object.entries(t.eras).forEach(([era, long], i) => {
        const [a, b] = bands[i], text = b - a > long.length * 6.4 ? long : t.marks[era];
        it.back.append(svg("rect", { class: `xp-era xp-era-${i}`, x: a, y: top - 18, width: b - a, height: bottom - top + 18 }),
          svg("text", { class: "xp-number", x: (a + b) / 2, y: top - 5, "text-anchor": "middle" }, text));
      });
      const every = right - left < 420 ? 4 : right - left < 700 ? 2 : 1;
      for (let year = BEGIN; x(year) < right - 14 && year <= all.at(-1).when; year += every)
        it.back.append(svg("line", { class: "xp-grid", x1: x(year), x2: x(year), y1: top, y2: bottom }),
          svg("text", { class: "xp-number", x: x(year), y: bottom + 16, "text-anchor": "middle" }, year));
      it.back.append(svg("text", { class: "xp-number", x: 0, y: bottom + 16 }, t.before)); // and then 2013
    };
    const edges = (line) => {
      const now = find(get("chosen")), lineage = new Set([now.name]), nodes = [];
      for (let p = now.parent; p; p = find(p).parent) lineage.add(p);
      for (const m of all) {
        const [from, to] = [places.get(m.parent), places.get(m.name)];
        if (!from || !to) continue;
        const own = lineage.has(m.name) || m.parent === now.name; // drawn last, over the others
        nodes[own ? "push" : "unshift"](svg("path", { class: own ? "xp-kin xp-own" : "xp-kin", d: line(from, to) }));
      }
      return nodes;
    };
    const curve = ([x0, y0], [x1, y1]) => { // in one row an arc, which leaves the names between legible
      const dx = Math.min(16, (x1 - x0) / 3), dy = Math.min(18, (x1 - x0) / 2);
      const [a, b] = Math.abs(y1 - y0) < 3 ? [[x0 + dx, y0 - dy], [x1 - dx, y1 - dy]] : [[(x0 + x1) / 2, y0], [(x0 + x1) / 2, y1]];
      return `M${x0} ${y0}C${a} ${b} ${x1} ${y1}`;
    };
    const pen = document.createElement("canvas").getContext("2d");
    const textWidth = (text, weight) => {
      pen.font = `${weight} 12.5px ${getComputedStyle(el).fontFamily}`;
      return pen.measureText(text).width + 2;
    };
    const nameWidth = (m) => textWidth(m.name, m.name === get("chosen") ? 700 : 400);

    // names beside the marks, the chosen one first, then those with most descendants, where there is room
    const names = (models, { right, bottom, texts }) => {
      const boxes = [...texts, ...models.map((m) => { const [x, y] = places.get(m.name); return [x - 6, y - 6, x + 6, y + 6]; })];
      const clear = (b) => b[0] >= 0 && b[2] <= right + 6 && b[3] <= bottom + 3
        && boxes.every((o) => b[2] <= o[0] || o[2] <= b[0] || b[3] <= o[1] || o[3] <= b[1]);
      const now = get("chosen"), rank = (m) => (m.name === now ? Infinity : count.get(m.name));
      return [...models].sort((a, b) => rank(b) - rank(a)).flatMap((m) => {
        const [x, y] = places.get(m.name), w = nameWidth(m);
        const tries = [[x + 9, y + 4, "start", [x + 7, y - 6, x + 9 + w, y + 6]], [x - 9, y + 4, "end", [x - 9 - w, y - 6, x - 7, y + 6]],
          [x, y - 9, "middle", [x - w / 2, y - 19, x + w / 2, y - 7]], [x, y + 18, "middle", [x - w / 2, y + 8, x + w / 2, y + 20]]];
        if (leftward.has(m.name)) [tries[0], tries[1]] = [tries[1], tries[0]];
        const fit = tries.find(([, , , box]) => clear(box)) ?? (m.name === now && tries[x > right / 2 ? 1 : 0]);
        if (!fit) return [];
        boxes.push(fit[3]);
        return [svg("text", { class: m.name === now ? "xp-note xp-chosen-name" : "xp-note", x: fit[0], y: fit[1], "text-anchor": fit[2] }, m.name)];
      });
    };

    const byDesign = (it) => {
      const at = place(it), roomy = it.width >= WIDE, gap = roomy ? 16 : 12;
      let y = 66;
      const texts = [], boxes = [];
      places = new Map();
      for (const branch of BRANCHES) {
        const lane = shown().filter((m) => m.branch === branch);
        const spans = lane.map((m) => {
          const x = at.X(m), w = nameWidth(m) + 15;
          if (!roomy || m.older) return [[x - 7, x + 7]];
          const onTheLeft = [x - w, x + 7], onTheRight = [x - 7, x + w];
          return x - w < at.left ? [onTheRight] : x + w > at.right + 6 ? [onTheLeft] : [onTheLeft, onTheRight];
        });
        const up = pack(spans), high = Math.max(0, ...up.map(([level]) => level));
        lane.forEach((m, i) => {
          places.set(m.name, [at.X(m), y + 18 + up[i][0] * gap]);
          if (spans[i][up[i][1]][0] < at.X(m) - 8) leftward.add(m.name);
        });
        texts.push(svg("text", { class: `xp-lane-name xp-branch-${BRANCHES.indexOf(branch)}`, x: at.left + 6, y: y + 6 }, t.branches[branch]));
        boxes.push([at.left, y - 8, at.left + 10 + textWidth(t.branches[branch], 700), y + 9]);
        y += high * gap + 44;
      }
      frame(it, at, 48, y - 10);
      it.back.append(...texts);
      return { at: { ...at, bottom: y - 10, texts: boxes }, height: y + 12 };
    };

    const bySize = (it) => {
      const at = place(it), high = it.width >= WIDE ? 430 : 380, top = 48;
      const y = logarithmic([1e7, 3e12], [high - 60, top + 12]);
      const below = shown().filter((m) => m.size === null);
      const up = levels(below.map((m) => [at.X(m) - 6, at.X(m) + 6]));
      places = new Map(shown().map((m) => [m.name, [at.X(m), m.size === null ? high - 32 + 12 * up[below.indexOf(m)] : y(m.size)]]));
      const bottom = high - 20 + 12 * Math.max(0, ...up);
      frame(it, at, top, bottom);
      for (const tick of y.ticks(6)) it.back.append(svg("line", { class: "xp-grid", x1: at.left, x2: at.right, y1: y(tick), y2: y(tick) }),
        svg("text", { class: "xp-number", x: at.left - 8, y: y(tick) + 4, "text-anchor": "end" }, y.format(tick)));
      it.back.append(svg("line", { class: "xp-axis", x1: at.left, x2: at.right, y1: high - 46, y2: high - 46 }),
        svg("text", { class: "xp-number", x: at.left + 4, y: high - 50 }, t.unpublished),
        svg("text", { class: "xp-name", x: at.left + 4, y: top + 12 }, t.parameters));
      return { at: { ...at, bottom, texts: [[at.left, high - 62, at.left + 90, high - 47]] }, height: bottom + 24 };
    };

    const asTree = (it) => {
      const rows = tree(all, shown());
      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title));
      places = new Map(rows.map(([m, depth], i) => [m.name, [10 + depth * INDENT, 40 + i * ROW]]));
      const texts = rows.flatMap(([m]) => {
        const [x, y] = places.get(m.name);
        return [svg("text", { class: m.name === get("chosen") ? "xp-row xp-chosen-name" : "xp-row", x: x + 11, y: y + 4 }, m.name),
          svg("text", { class: "xp-number", x: it.width - 2, y: y + 4, "text-anchor": "end" }, m.date.split(" ").at(-1))];
      });
      const far = rows.filter(([m, , up]) => up !== null && rows[up][0].name !== m.parent); // one between is filtered out
      const elbow = ([x0, y0], [x1, y1]) => `M${x0} ${y0}V${y1}H${x1}`;
      const links = far.map(([m, , up]) => svg("path", { class: "xp-kin xp-far", d: elbow(places.get(rows[up][0].name), places.get(m.name)) }));
      return { height: 40 + rows.length * ROW, nodes: [...links, ...edges(elbow), ...rows.map(([m]) => mark(m, ...places.get(m.name))), ...texts] };
    };

    const draw = (it) => {
      if (!it.width) return;
      const view = get("view");
      leftward = new Set();
      it.title = view === "tree" ? t.tree_title : t.title;
      const drawn = view === "tree" ? asTree(it) : view === "size" ? bySize(it) : byDesign(it);
      const nodes = drawn.nodes ?? [...edges(curve), ...shown().map((m) => mark(m, ...places.get(m.name))),
        ...names(shown(), drawn.at)];
      it.marks.replaceChildren(...nodes);
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${drawn.height}`);
      it.svg.setAttribute("height", drawn.height);
      const here = places.get(get("chosen"));
      handle.toggleAttribute("hidden", !here);
      if (here) { ring.setAttribute("cx", here[0]); ring.setAttribute("cy", here[1]); }
      if (!handle.isConnected) it.front.append(handle); // once: it would lose the focus
      if (here && view === "tree") { // into view, inside its own box only
        const { scrollTop, clientHeight } = pane;
        if (here[1] < scrollTop + 40 || here[1] > scrollTop + clientHeight - 40) pane.scrollTop = here[1] - clientHeight / 2;
      }
    };
    const picture = plot({ title: t.title, role: "group", draw });
    picture.svg.classList.add("xp-pick");
    picture.svg.addEventListener("click", (event) => {
      const seen = picture.svg.getBoundingClientRect();
      const [px, py] = [event.clientX - seen.left, event.clientY - seen.top], inTree = get("view") === "tree";
      const far = ([x, y]) => (inTree ? Math.abs(py - y) : Math.hypot(px - x, py - y));
      const [name, spot] = [...places].reduce((best, one) => (far(one[1]) < far(best[1]) ? one : best), [null, [1e6, 1e6]]);
      if (name && far(spot) < (inTree ? ROW : 26)) choose(find(name));
      handle.focus({ preventScroll: true });
    });
    const pane = html("div", { class: "xp-window" }, picture.root);

    // The card --------------------------------------------------------------------------------
    const details = html("div", { class: "xp-details" });
    const name = unique("xp-model-name");
    const jump = (m) => html("button", { type: "button", class: "xp-relative", onclick: () => { choose(m); handle.focus({ preventScroll: true }); } }, m.name);
    const tell = () => {
      const m = find(get("chosen")), children = all.filter((o) => o.parent === m.name);
      const size = m.active ? fill(t.active, { all: m.parameters, active: m.active }) : m.parameters || t.unpublished;
      const paper = m.link ? html("a", { href: m.link, rel: "noopener" }, m.paper) : m.paper;
      const facts = [[t.from, m.from], [t.era, t.eras[m.era]], [t.design, m.design], [t.size, size], [t.text, m.text || t.unpublished], [t.objective, m.objective],
        ...(m.parent ? [[t.parent, jump(find(m.parent))]] : []), ...(children.length ? [[t.children, ...children.map(jump)]] : []), [t.paper, paper]];
      details.replaceChildren(
        html("h3", { id: name }, svg("svg", { viewBox: "-7 -7 14 14", width: 14, height: 14, "aria-hidden": "true" }, svg("path", { class: kind(m), d: SHAPES[m.branch] })), m.name, html("small", {}, m.date)),
        html("p", {}, m.idea),
        html("dl", {}, ...facts.map(([term, ...what]) => html("div", {}, html("dt", {}, term), html("dd", {}, ...what.flatMap((w) => [w, " "]))))));
    };
    const readout = html("p", { class: "xp-readout", role: "status" });
    const key = html("ul", { class: "xp-key xp-shapes" }, ...BRANCHES.map((branch, i) =>
      html("li", {}, svg("svg", { viewBox: "-7 -7 14 14", width: 13, height: 13, "aria-hidden": "true" },
        svg("path", { class: `xp-model xp-branch-${i}`, d: SHAPES[branch] })), t.branches[branch])));

    const show = () => {
      const here = shown(), order = ordered();
      if (here.length && !here.some((m) => m.name === get("chosen"))) { choose(here[0]); return; } // which calls show again
      const now = find(get("chosen")), at = order.indexOf(now) + 1;
      body.classList.toggle("xp-is-tree", get("view") === "tree");
      handle.setAttribute("aria-valuemax", Math.max(order.length, 1));
      handle.setAttribute("aria-valuenow", Math.max(at, 1));
      handle.setAttribute("aria-valuetext", `${now.name}, ${now.date}, ${now.from}`);
      readout.replaceChildren(here.length ? html("span", { class: "xp-fact" }, html("span", {}, t.shown),
        html("strong", {}, fill(t.shown_of, { shown: here.length, all: all.length }))) : t.none);
      picture.describe(`${t.views[get("view")]}. ${t.shown}: ${fill(t.shown_of, { shown: here.length, all: all.length })}.`);
      tell();
      picture.redraw();
    };
    const moves = html("div", { class: "xp-buttons" }, button(t.earlier, () => step(-1)), button(t.later, () => step(1)));
    const side = html("section", { class: "xp-side", "aria-label": t.card }, moves, details);
    const body = html("div", { class: "xp-body" }, pane, side);
    card(el, html("div", { class: "xp-controls xp-filters" }, controls[0].root, html("div", { class: "xp-menus" }, ...controls.slice(1).map((c) => c.root))), key, body, readout);
    const stops = [...controls.map((c) => c.stop), picture.stop,
      watch(model, ["view", "era", "branch", "organisation", "chosen"], show)];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
