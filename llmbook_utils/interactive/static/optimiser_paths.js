// Where an optimiser goes on a loss surface. paths.py is its twin: same surfaces, same updates.
import { card, html, svg, number, fill, watch, put, slider, choice, button, player, plot, axes, line, label, regionsBelow } from "./kit.js";

// f, its gradient, the part that is shown, and its minima; the least loss is 0 in all three.
export const SURFACES = {
  ravine: {
    f: (x, y) => 0.5 * (x * x + 20 * y * y),
    gradient: (x, y) => [x, 20 * y],
    x: [-4, 4], y: [-2.5, 2.5], minima: [[0, 0]], start: [-3.5, 1.5],
  },
  "two minima": { // f′(x) = ¼ (x² − 4)(x − ½): a deep valley at −2, a shallow one at 2
    f: (x, y) => 0.25 * (x ** 4 / 4 - x ** 3 / 6 - 2 * x * x + 2 * x + 20 / 3) + y * y,
    gradient: (x, y) => [0.25 * (x * x - 4) * (x - 0.5), 2 * y],
    x: [-3.5, 3.5], y: [-2.2, 2.2], minima: [[-2, 0], [2, 0]], start: [3.3, 1.5],
  },
  saddle: {
    f: (x, y) => x * x + (y * y - 4) ** 2 / 16,
    gradient: (x, y) => [2 * x, (y * (y * y - 4)) / 4],
    x: [-4, 4], y: [-2.9, 2.9], minima: [[0, -2], [0, 2]], start: [-3.5, 0.02],
  },
};

const [BETA2, EPS, DIVERGED] = [0.999, 1e-8, 1e6];

/** The points visited, start first. A run whose loss passes 10⁶ has diverged and ends there. */
export function descend(surface, optimiser, { lr, momentum, start, steps }) {
  const { f, gradient } = SURFACES[surface];
  let w = [...start], v = [0, 0], s = [0, 0];
  const path = [w];
  for (let t = 1; t <= steps; t++) {
    const g = gradient(...w);
    let move = g; // SGD
    if (optimiser === "momentum") {
      v = v.map((vi, i) => momentum * vi + g[i]);
      move = v;
    } else if (optimiser === "Adam") {
      v = v.map((vi, i) => momentum * vi + (1 - momentum) * g[i]);
      s = s.map((si, i) => BETA2 * si + (1 - BETA2) * g[i] * g[i]);
      const [c1, c2] = [1 - momentum ** t, 1 - BETA2 ** t];
      move = v.map((vi, i) => vi / c1 / (Math.sqrt(s[i] / c2) + EPS));
    }
    w = w.map((wi, i) => wi - lr * move[i]);
    path.push(w);
    if (!(f(...w) <= DIVERGED)) break;
  }
  return path;
}

const FLOOR = 1e-8; // the loss panel ends here

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    let path = [], losses = [], shown = 0;

    const solve = () => {
      path = descend(get("surface"), get("optimiser"), {
        lr: get("lr"), momentum: get("momentum"), start: get("start"), steps: get("steps"),
      });
      losses = path.map((w) => SURFACES[get("surface")].f(...w));
    };

    // The surface, with a start point that is dragged or moved by the arrow keys
    const clampedStart = (x, y) => {
      const s = SURFACES[get("surface")];
      const clamp = (v, [low, high]) => Number(Math.min(Math.max(v, low), high).toFixed(2));
      put(model, "start", [clamp(x, s.x), clamp(y, s.y)]);
    };
    const ring = svg("circle", { r: 9, class: "xp-handle" });
    const handle = svg("g", {
      role: "slider", tabindex: 0, "aria-label": t.start, "aria-valuenow": 0,
      onkeydown: (event) => {
        const [x, y] = get("start"), size = event.shiftKey ? 0.5 : 0.1;
        const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
        if (!way) return;
        event.preventDefault();
        clampedStart(x + size * way[0], y + size * way[1]);
      },
    }, svg("circle", { r: 22, class: "xp-target" }), ring);
    const startName = label(null, 0, 0, t.start_short);

    const drawSurface = (it) => {
      const name = get("surface"), s = SURFACES[name];
      axes(it, { domain: s.x, label: t.w1 }, { domain: s.y, label: t.w2, grid: false });
      const top = Math.max(...[0, 1].flatMap((i) => [0, 1].map((j) => s.f(s.x[i], s.y[j]))));
      const levels = Array.from({ length: 12 }, (_, i) => top * ((i + 1) / 12.5) ** 2.6);
      const place = (x, y) => [it.x(x), it.y(y)];
      const { x, y, width, height } = it.box;
      const bands = regionsBelow(s.f, levels.reverse(), s.x, s.y, 72, 54, place).map((d) => svg("path", { class: "xp-band", d }));
      it.back.prepend(svg("g", { "clip-path": `url(#${it.clipName})` }, svg("rect", { class: "xp-floor", x, y, width, height }), ...bands));
      it.back.append(...s.minima.map(([a, b]) => svg("path", { class: "xp-minimum", d: `M${it.x(a) - 5} ${it.y(b)}h10m-5 -5v10` })));
      if (!handle.isConnected) it.front.append(startName, handle);
      drawPath(it);
    };
    const drawPath = (it) => {
      if (!it.width) return;
      const points = path.slice(0, shown + 1);
      const inBox = points.map(([x, y]) => [Math.max(-1e3, Math.min(1e3, x)), Math.max(-1e3, Math.min(1e3, y))]);
      const last = inBox.at(-1);
      it.marks.replaceChildren(
        svg("path", { class: "xp-path", d: line(it, inBox) }),
        ...inBox.slice(1).map(([x, y]) => svg("circle", { class: "xp-step", r: 2.4, cx: it.x(x), cy: it.y(y) })),
        svg("circle", { class: "xp-end", r: 5, cx: it.x(last[0]), cy: it.y(last[1]) }));
      const [x, y] = get("start");
      handle.setAttribute("transform", `translate(${it.x(x)} ${it.y(y)})`);
      handle.setAttribute("aria-valuetext", `w₁ = ${number(x)}, w₂ = ${number(y)}`);
      const right = it.x(x) > it.box.x + it.box.width - 70;
      startName.setAttribute("transform", `translate(${it.x(x) + (right ? -14 : 14)} ${it.y(y) - 10})`);
      startName.setAttribute("text-anchor", right ? "end" : "start");
    };
    const surface = plot({ title: t.surface_title, role: "group", draw: drawSurface });
    const aim = (event) => {
      const box = surface.svg.getBoundingClientRect();
      clampedStart(surface.x.invert(event.clientX - box.left), surface.y.invert(event.clientY - box.top));
    };
    let held = false;
    surface.svg.addEventListener("pointerdown", (event) => {
      // a finger drags the start point itself; elsewhere it scrolls the page, or taps (click)
      if (event.pointerType === "touch" && !handle.contains(event.target)) return;
      held = true;
      surface.svg.setPointerCapture(event.pointerId);
      handle.focus({ preventScroll: true });
      event.preventDefault();
      aim(event);
    });
    surface.svg.addEventListener("pointermove", (event) => held && aim(event));
    for (const end of ["pointerup", "pointercancel"]) surface.svg.addEventListener(end, () => { held = false; });
    surface.svg.addEventListener("click", aim);
    surface.svg.classList.add("xp-drag");

    // Loss against step
    const drawLoss = (it) => {
      if (!it.width) return;
      const highest = 10 ** Math.ceil(Math.log10(Math.max(...losses.filter(Number.isFinite), 1)));
      const lowest = Math.min(...losses) < 1e-4 ? FLOOR : 1e-4;
      axes(it, { domain: [0, get("steps")], label: t.step }, { domain: [lowest, highest], label: t.loss, log: true });
      const goal = it.y(get("tolerance"));
      it.back.append(svg("line", { class: "xp-goal", x1: it.box.x, x2: it.box.x + it.box.width, y1: goal, y2: goal }),
        label(it, it.box.x + 6, goal + 15, fill(t.goal, { tolerance: number(get("tolerance")) })));
      const points = losses.slice(0, shown + 1).map((loss, step) => [step, loss]);
      const [step, loss] = points.at(-1);
      it.marks.replaceChildren(svg("path", { class: "xp-path", d: line(it, points) }));
      it.front.replaceChildren(svg("circle", { class: "xp-end", r: 5, cx: it.x(step), cy: it.y(loss) }));
    };
    const losses_ = plot({ title: t.loss_title, draw: drawLoss });

    // What it came to, in words
    const readout = html("p", { class: "xp-readout", role: "status" });
    const say = () => {
      const reached = losses.findIndex((loss) => loss < get("tolerance"));
      const final = losses.at(-1), gone = !(final <= DIVERGED);
      const words = gone ? fill(t.diverged, { step: path.length - 1 })
        : fill(reached < 0 ? t.not_reached : t.reached, { step: reached, tolerance: number(get("tolerance")) });
      readout.replaceChildren(
        html("span", { class: "xp-fact" }, html("span", {}, t.final), html("strong", {}, number(final))),
        html("span", { class: gone ? "xp-fact xp-alarm" : "xp-fact" }, words));
      surface.describe(words);
      losses_.describe(`${t.final} ${number(final)}. ${words}`);
    };

    const show = () => { drawPath(surface); drawLoss(losses_); };
    const last = () => path.length - 1;
    const moment = { get: () => shown, set: (_, step) => { shown = step; show(); }, save_changes: () => {} };
    const play = player(moment, "shown", last, [t.play, t.stop], () => Math.max(20, 3000 / path.length));
    const update = () => {
      play.stop();
      solve();
      shown = last();
      say();
      show();
    };
    const one = button(t.one_step, () => put(model, "steps", get("steps") >= get("max_steps") ? 1 : get("steps") + 1));

    const momentum = slider(model, "momentum", { label: t.momentum, min: 0, max: 0.99, step: 0.01 });
    const controls = [
      choice(model, "surface", {
        label: t.surface, options: Object.entries(t.surfaces),
        chosen: (name) => put(model, "start", SURFACES[name].start),
      }),
      choice(model, "optimiser", { label: t.optimiser, options: Object.entries(t.optimisers) }),
      slider(model, "lr", { label: t.lr, min: 0.001, max: 1, step: 0.01, log: true }),
      momentum,
      slider(model, "steps", { label: t.steps, min: 1, max: get("max_steps") }),
    ];
    const nameMomentum = () => {
      momentum.enable(get("optimiser") !== "SGD");
      momentum.text.textContent = get("optimiser") === "Adam" ? t.beta1 : t.momentum;
    };

    card(el,
      html("div", { class: "xp-controls" }, ...controls.map((c) => c.root), html("div", { class: "xp-buttons" }, play.root, one)),
      html("div", { class: "xp-plots" }, surface.root, losses_.root), readout);
    const stops = [
      watch(model, ["optimiser", "lr", "momentum", "start", "steps"], update),
      watch(model, ["optimiser"], nameMomentum),
      watch(model, ["surface"], () => { update(); surface.redraw(); }),
      ...controls.map((c) => c.stop), surface.stop, losses_.stop, play.stop,
    ];
    nameMomentum();
    update();
    return () => stops.forEach((stop) => stop());
  },
};
