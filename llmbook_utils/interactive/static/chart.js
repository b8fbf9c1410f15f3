// An Altair (Vega-Lite) chart: our controls for its parameters, our colours, no request elsewhere.
import { card, html, watch, slider, choice } from "./kit.js";

/** The Vega library, once a page: from the kernel in JupyterLab, from the site's files in a book. */
function library(model) {
  globalThis.llmbookVega ??= load(model);
  return globalThis.llmbookVega;
}

async function load(model) {
  const reference = model.get("library"); // a widget that carries the code, in the live figure
  if (reference && model.widget_manager) {
    const owner = await model.widget_manager.get_model(reference.replace("IPY_MODEL_", ""));
    const link = URL.createObjectURL(new Blob([owner.get("code")], { type: "text/javascript" }));
    return run(link);
  }
  const root = document.documentElement.dataset.content_root ?? "./";
  return run(new URL(`${root}_static/vendor/vega.js`, document.baseURI).href);
}

const run = (src) => new Promise((done, failed) => {
  const script = html("script", { src });
  script.onload = () => done(globalThis.llmbookVegaLibrary);
  script.onerror = () => failed(new Error(`no Vega library at ${src}`));
  document.head.append(script);
});

/** Resolve once `el` is near the part of the page that is in view. */
const near = (el) => new Promise((done) => {
  const observer = new IntersectionObserver((entries) => {
    if (entries.some((e) => e.isIntersecting)) { observer.disconnect(); done(); }
  }, { rootMargin: "600px" });
  observer.observe(el);
});

/** Replace each "--xp-…" in a configuration by the colour it has here and now. */
function colours(value, style) {
  if (typeof value === "string") return value.startsWith("--xp-") ? style.getPropertyValue(value).trim() : value;
  if (Array.isArray(value)) return value.map((v) => colours(v, style));
  if (value && typeof value === "object")
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, colours(v, style)]));
  return value;
}

/** The chart's parameters, seen as a model whose traits they are, so that the kit's controls fit. */
const parameters = (model) => ({
  get: (name) => model.get("params")[name],
  set: (name, value) => model.set("params", { ...model.get("params"), [name]: value }),
  save_changes: () => model.save_changes(),
  on: (event, action) => model.on("change:params", action),
  off: (event, action) => model.off("change:params", action),
});

function control(params, { name, bind }) {
  const label = bind.name ?? name;
  if (bind.input === "range")
    return slider(params, name, { label, min: bind.min ?? 0, max: bind.max ?? 100, step: bind.step ?? 1 });
  const names = bind.labels ?? bind.options.map(String);
  return choice(params, name, { label, options: bind.options.map((value, i) => [value, names[i]]) });
}

const OURS = ["range", "radio", "select"];

export default {
  render({ model, el }) {
    const bound = (model.get("spec").params ?? []).filter((p) => OURS.includes(p.bind?.input));
    const controls = bound.map((p) => control(parameters(model), p));
    const place = html("div", { class: "xp-chart", role: "img", "aria-label": model.get("alt_text") });
    const still = el.querySelector("noscript")?.textContent ?? "";
    const panel = html("div", { class: "xp-controls" }, ...controls.map((c) => c.root));
    card(el, ...(controls.length ? [panel] : []), place);

    let result = null, gone = false, turn = 0;
    const draw = async () => {
      const mine = ++turn;
      const { vegaEmbed } = await library(model);
      if (gone || mine !== turn) return;
      const spec = structuredClone(model.get("spec"));
      for (const p of spec.params ?? []) {
        if (p.name in model.get("params")) p.value = model.get("params")[p.name];
        if (OURS.includes(p.bind?.input)) delete p.bind;
      }
      const config = colours(model.get("config"), getComputedStyle(el));
      result?.finalize();
      result = await vegaEmbed(place, spec, { config, actions: false, ast: true, renderer: "svg", tooltip: { theme: "custom" } });
      for (const name of Object.keys(model.get("params")))
        result.view.addSignalListener(name, (_, value) => {
          if (model.get("params")[name] === value) return;
          model.set("params", { ...model.get("params"), [name]: value });
          model.save_changes();
        });
    };
    const start = () => draw().catch((error) => {
      console.error(error);
      place.innerHTML = still; // the still image that readers without JavaScript see
      place.append(html("p", { class: "xp-alarm" }, error.message));
    });
    const follow = () => {
      for (const [name, value] of Object.entries(model.get("params"))) result?.view.signal(name, value);
      result?.view.runAsync();
    };

    // the reader may turn the lights off: the book's switch, JupyterLab's, or the system's
    const theme = new MutationObserver(() => result && start());
    theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    theme.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const relight = () => result && start();
    dark.addEventListener("change", relight);

    near(el).then(() => gone || start());
    const stops = [
      watch(model, ["params"], follow), ...controls.map((c) => c.stop),
      () => theme.disconnect(), () => dark.removeEventListener("change", relight), () => result?.finalize(),
    ];
    return () => { gone = true; stops.forEach((stop) => stop()); };
  },
};
