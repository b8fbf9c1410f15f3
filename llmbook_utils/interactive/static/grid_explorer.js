// Which thread works on which element. grid_index.py is its twin.
import { card, html, svg, fill, watch, put, slider, choice, plot, label } from "./kit.js";

const WARP = 32;

/** The thread at column x and row y of the whole grid; block and array are [x, y]. */
export function place(x, y, [bx, by], [columns, rows]) {
  const thread = [x % bx, y % by], linear = thread[0] + thread[1] * bx;
  return {
    block: [Math.floor(x / bx), Math.floor(y / by)], thread, column: x, row: y,
    warp: Math.floor(linear / WARP), lane: linear % WARP,
    index: x < columns && y < rows ? y * columns + x : null,
  };
}

/** Threads and elements, and how many of each are left over. */
export function coverage([gx, gy], [bx, by], [columns, rows]) {
  const wide = gx * bx, high = gy * by, elements = columns * rows;
  const met = Math.min(wide, columns) * Math.min(high, rows);
  return { threads: wide * high, elements, guarded: wide * high - met, missed: elements - met };
}

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const flat = () => get("dimensions") === "1-D";
    const grid = () => (flat() ? [get("blocks"), 1] : [get("grid_x"), get("grid_y")]);
    const block = () => (flat() ? [get("threads"), 1] : [get("block_x"), get("block_y")]);
    const array = () => (flat() ? [get("elements"), 1] : [get("columns"), get("rows")]);
    const size = () => grid().map((g, i) => g * block()[i]);
    const clamp = (v, high) => Math.min(Math.max(v, 0), high - 1);
    const chosen = () => [clamp(get("x"), size()[0]), clamp(get("y"), size()[1])];
    const choose = (x, y) => { put(model, "x", clamp(x, size()[0])); put(model, "y", clamp(y, size()[1])); };

    const box = svg("rect", { class: "xp-picked" });
    const handle = svg("g", {
      role: "slider", tabindex: 0, "aria-label": t.thread, "aria-valuemin": 0,
      onkeydown: (event) => {
        const down = flat() ? WARP : 1; // a row of the picture
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
        if (!way) return;
        event.preventDefault();
        const [x, y] = chosen();
        if (flat()) choose(x + way[0] + way[1] * down, 0);
        else choose(x + way[0], y + way[1]);
      },
    }, box);
    const blockFrames = svg("g", { "aria-hidden": "true" });

    // Where things are drawn. In one dimension a row of the picture is 32 threads of one block.
    const layout = (it) => {
      const gutter = 46, top = 40, [bx, by] = block(), [columns, rows] = array(), [wide, high] = size();
      if (flat()) {
        const perBlock = Math.ceil(bx / WARP), extra = Math.ceil(Math.max(columns - wide, 0) / WARP);
        const lines = grid()[0] * perBlock + extra, gaps = grid()[0] + (extra ? 1 : 0);
        const cell = (it.width - gutter - 4) / WARP;
        const tall = Math.min(22, (it.height - top - 6 * gaps) / lines);
        const at = (i) => {
          const b = Math.min(Math.floor(i / bx), grid()[0]); // behind the last block: elements nobody works on
          const inside = i - b * bx;
          return [gutter + cell * (inside % WARP), top + tall * (b * perBlock + Math.floor(inside / WARP)) + 6 * b];
        };
        const blockBox = (b) => [...at(b * bx), cell * Math.min(bx, WARP), tall * perBlock];
        return { cell, tall, at, blockBox, bottom: top + tall * lines + 6 * gaps };
      }
      const [w, h] = [Math.max(wide, columns), Math.max(high, rows)];
      const cell = Math.min((it.width - gutter - 4) / w, (it.height - top - 4) / h, 24);
      const at = (x, y) => [gutter + cell * x, top + cell * y];
      const blockBox = (b, c) => [...at(b * bx, c * by), cell * bx, cell * by];
      return { cell, tall: cell, at, blockBox, bottom: top + cell * h + 4 };
    };

    const draw = (it) => {
      if (!it.width) return;
      const { cell, tall, at, blockBox, bottom } = layout(it);
      it.svg.setAttribute("viewBox", `0 0 ${it.width} ${bottom}`);
      it.svg.setAttribute("height", bottom);
      const [wide, high] = size(), [columns, rows] = array(), [cx, cy] = chosen();
      const own = place(cx, cy, block(), array());
      const edge = Math.min(1, cell / 8);
      const cellAt = (x, y, kind) => {
        const [px, py] = at(x, y);
        return svg("rect", { class: kind, x: px + edge / 2, y: py + edge / 2, width: cell - edge, height: tall - edge });
      };
      const nodes = [];
      for (let y = 0; y < Math.max(high, rows); y++) for (let x = 0; x < Math.max(wide, columns); x++) {
        if (x >= wide || y >= high) {
          if (x < columns && y < rows) nodes.push(cellAt(x, y, "xp-missed"));
          continue;
        }
        const p = place(x, y, block(), array());
        const mate = p.warp === own.warp && `${p.block}` === `${own.block}`;
        nodes.push(cellAt(x, y, `xp-thread${p.index === null ? " xp-guarded" : ""}${mate ? " xp-mate" : ""}`));
      }
      it.marks.replaceChildren(...nodes);

      it.back.replaceChildren(svg("text", { class: "xp-title", x: 0, y: 14 }, it.title));
      const frames = [];
      let free = 0; // labels of blocks keep their distance
      for (let c = 0; c < grid()[1]; c++) for (let b = 0; b < grid()[0]; b++) {
        const [x, y, width, height] = blockBox(b, c);
        const here = b === own.block[0] && c === own.block[1];
        frames.push(svg("rect", { class: here ? "xp-block xp-here-block" : "xp-block", x: x - 1, y: y - 1, width: width + 2, height: height + 2 }));
        if (flat() && y >= free) { it.back.append(label(null, 40, y + Math.min(height, 14) / 2 + 4.5, b, { "text-anchor": "end" })); free = y + 13; }
        if (!flat() && c === 0) it.back.append(label(null, x + width / 2, 34, b, { "text-anchor": "middle" }));
        if (!flat() && b === 0) it.back.append(label(null, 40, y + height / 2 + 4.5, c, { "text-anchor": "end" }));
      }
      it.back.append(label(null, 0, 34, t.block));
      const [x, y] = at(cx, cy);
      for (const [name, value] of Object.entries({ x: x - 1, y: y - 1, width: cell + 2, height: tall + 2 })) box.setAttribute(name, value);
      blockFrames.replaceChildren(...frames);
      if (!handle.isConnected) it.front.append(blockFrames, handle); // once: it would lose the focus
    };
    const picture = plot({ title: t.title, role: "group", ratio: 0.95, draw });
    picture.svg.classList.add("xp-pick");
    picture.svg.addEventListener("click", (event) => {
      const seen = picture.svg.getBoundingClientRect(), { cell, tall, at } = layout(picture);
      const [px, py] = [event.clientX - seen.left, event.clientY - seen.top];
      const [wide, high] = size();
      for (let y = 0; y < high; y++) for (let x = 0; x < wide; x++) {
        const [left, top] = at(x, y);
        if (px >= left && px < left + cell && py >= top && py < top + tall) choose(x, y);
      }
      handle.focus({ preventScroll: true });
    });

    const formula = html("div", { class: "xp-formula" });
    const readout = html("p", { class: "xp-readout", role: "status" });
    const say = () => {
      const [x, y] = chosen(), p = place(x, y, block(), array()), fit = coverage(grid(), block(), array());
      const names = {
        x: p.column, y: p.row, bx: p.block[0], by: p.block[1], tx: p.thread[0], ty: p.thread[1],
        dx: block()[0], dy: block()[1], n: array()[0], rows: array()[1], index: p.index ?? "", warp: p.warp, lane: p.lane,
      };
      const off = p.index === null;
      const lines = flat() ? [t.formula_i] : [t.formula_column, t.formula_row];
      const verdict = flat() ? (off ? t.off_i : t.on_i) : off ? t.off_2d : t.on_2d;
      const words = [...lines, t.warp_lane].map((line) => fill(line, names));
      formula.replaceChildren(...words.map((line) => html("div", {}, line)),
        html("div", { class: off ? "xp-alarm" : "" }, fill(verdict, names)));
      handle.setAttribute("aria-valuemax", size()[0] * size()[1] - 1);
      handle.setAttribute("aria-valuenow", y * size()[0] + x);
      handle.setAttribute("aria-valuetext", `${words.join("; ")}; ${fill(verdict, names)}`);
      const facts = [[t.threads_in_all, fit.threads], [t.elements_in_all, fit.elements], [t.guarded, fit.guarded]];
      readout.replaceChildren(
        ...facts.map(([name, value]) => html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))),
        html("span", { class: fit.missed ? "xp-fact xp-alarm" : "xp-fact" }, fill(fit.missed ? t.missed : t.all_covered, fit)));
      picture.describe([...facts.map((pair) => pair.join(" ")), fill(fit.missed ? t.missed : t.all_covered, fit)].join(", "));
    };

    const one = [
      slider(model, "blocks", { label: t.blocks, min: 1, max: 8 }),
      slider(model, "threads", { label: t.threads, min: 8, max: 96, step: 8 }),
      slider(model, "elements", { label: t.elements, min: 1, max: 256 }),
    ];
    const two = [
      slider(model, "grid_x", { label: t.grid_x, min: 1, max: 4 }),
      slider(model, "grid_y", { label: t.grid_y, min: 1, max: 3 }),
      slider(model, "block_x", { label: t.block_x, min: 1, max: 16 }),
      slider(model, "block_y", { label: t.block_y, min: 1, max: 8 }),
      slider(model, "columns", { label: t.columns, min: 1, max: 48 }),
      slider(model, "rows", { label: t.rows, min: 1, max: 24 }),
    ];
    const dimensions = choice(model, "dimensions", { label: t.dimensions, options: Object.entries(t.dimension_names) });
    dimensions.root.classList.add("xp-dimensions");
    const update = () => {
      one.forEach((c) => { c.root.hidden = !flat(); });
      two.forEach((c) => { c.root.hidden = flat(); });
      say();
      picture.redraw();
    };
    const key = html("ul", { class: "xp-key" },
      ...["works", "guarded", "missed"].map((name) => html("li", { class: `xp-key-${name}` }, t[`key_${name}`])));
    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 8.2rem" }, dimensions.root, ...[...one, ...two].map((c) => c.root)),
      picture.root, key, formula, readout);
    const names = ["dimensions", "blocks", "threads", "elements", "grid_x", "grid_y", "block_x", "block_y", "columns", "rows", "x", "y"];
    const stops = [watch(model, names, update), ...[dimensions, ...one, ...two].map((c) => c.stop), picture.stop];
    update();
    return () => stops.forEach((stop) => stop());
  },
};
