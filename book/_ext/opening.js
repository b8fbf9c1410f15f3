// The landing page's figure: a language model while it is trained. It runs once by itself.
import { card, html, svg, number, fill, watch, slider, player, calm, line, linear, unique } from "./kit.js";

const PAUSE = 1100; // ms for one moment of the run

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const steps = get("steps"), losses = get("losses"), floor = get("floor"), last = steps.length - 1;
    const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
    const moving = !calm();
    if (moving) model.set("frame", 0);

    const when = html("p", { class: "opening-when" }), text = html("p", { class: "opening-text" });
    const loss = html("p", { class: "opening-loss" });

    // the whole curve faintly, and over it the part that is past, cut off at the present step
    const past = svg("rect", { x: 0, y: 0 }), clip = unique("xp-clip");
    const whole = svg("path", { class: "opening-whole" }), done = svg("path", { class: "xp-path", "clip-path": `url(#${clip})` });
    const limit = svg("line", { class: "xp-limit" }), dot = svg("circle", { class: "xp-first", r: 5 });
    const name = svg("text", { class: "xp-note" }, t.floor);
    const picture = svg("svg", { role: "img" }, svg("clipPath", { id: clip }, past), whole, limit, done, dot, name);
    const plot = html("div", { class: "xp-plot" }, picture);
    let width = 0, height = 0, x, y;
    const measure = () => {
      [width, height] = [plot.clientWidth, plot.clientHeight];
      if (!width || !height) return;
      picture.setAttribute("viewBox", `0 0 ${width} ${height}`);
      x = linear([0, steps[last]], [6, width - 6]);
      // the first loss stands far above the others: the curve comes in from the top
      y = linear([floor, losses[1] + 0.2 * (losses[1] - floor)], [height - 24, 8]);
      const d = line({ x, y }, steps.map((step, i) => [step, losses[i]]));
      for (const path of [whole, done]) path.setAttribute("d", d);
      for (const [key, value] of Object.entries({ x1: 0, x2: width, y1: y(floor), y2: y(floor) })) limit.setAttribute(key, value);
      name.setAttribute("x", 6);
      name.setAttribute("y", height - 7);
      show();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(plot);

    const show = () => {
      const frame = get("frame"), step = grouped(steps[frame]), now = number(losses[frame], 3);
      when.textContent = fill(t.when, { step });
      text.textContent = get("texts")[frame];
      loss.replaceChildren(t.loss, " ", html("strong", {}, now));
      picture.setAttribute("aria-label", fill(t.shows, { step, loss: now, floor: number(floor, 3) }));
      if (!width) return;
      past.setAttribute("height", height);
      past.style.width = `${x(steps[frame])}px`;
      dot.style.transform = `translate(${x(steps[frame])}px, ${Math.max(y(losses[frame]), 6)}px)`;
    };

    const play = player(model, "frame", () => last, [t.play, t.stop], () => PAUSE);
    const control = slider(model, "frame", { label: t.step, min: 0, max: last, format: (i) => grouped(steps[i]) });
    el.classList.add("opening");
    el.style.setProperty("--opening-pause", `${PAUSE}ms`);
    card(el, html("div", { class: "opening-words" }, when, text), plot,
      html("div", { class: "opening-controls" }, play.root, control.root, loss));
    const stops = [watch(model, ["frame"], show), control.stop, play.stop, () => observer.disconnect()];
    show();

    if (moving) { // once it can be seen, and not against a reader who has already taken the slider
      const seen = new IntersectionObserver(([entry]) => {
        if (!entry.isIntersecting) return;
        seen.disconnect();
        if (get("frame") === 0) play.root.click();
      }, { threshold: 0.5 });
      seen.observe(plot);
      stops.push(() => seen.disconnect());
      const halt = () => { if (play.root.textContent === t.stop) play.root.click(); };
      control.root.addEventListener("pointerdown", halt);
      control.root.addEventListener("keydown", halt);
    }
    return () => stops.forEach((stop) => stop());
  },
};
