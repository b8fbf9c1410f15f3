// Which tokens of a chat carry loss, and what two models lose on each. loss_mask_explorer.py is its twin.
import { card, html, number, fill, watch, put, slider, choice } from "./kit.js";

const END = "<end>", HIGH = 44;

/** Whether each token carries loss as what is predicted. */
export function carried(tokens, isAnswer, mask) {
  return tokens.map((token, j) => {
    if (j === 0) return false; // nothing stands before it
    if (mask === "everything") return true;
    if (mask === "shifted") return isAnswer[j - 1];
    return isAnswer[j] && (mask === "answers" || token !== END);
  });
}

const mean = (values) => values.reduce((total, v) => total + v, 0) / values.length;

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const chats = get("chats"), longest = Math.max(...Object.values(chats).map(([tokens]) => tokens.length));
    const models = [...new Set(Object.values(chats).flatMap(([, , rows]) => Object.keys(rows)))];
    const nats = Object.values(chats).flatMap(([, , rows]) => Object.values(rows).flat()).filter((v) => v !== null);
    const highest = Math.max(...nats, 1e-9);

    const list = html("ol", { class: "xp-chips", "aria-label": t.tokens });
    const readout = html("p", { class: "xp-readout", role: "status" });
    const here = html("p", { class: "xp-said" }), lesson = html("p", { class: "xp-said" });
    const key = html("ul", { class: "xp-key" },
      html("li", { class: "xp-key-carries" }, t.carries),
      ...models.map((name, i) => html("li", { class: `xp-key-bar-${i}` }, fill(t.bar, { name }))));

    const show = () => {
      const [tokens, isAnswer, rows] = chats[get("chat")];
      const carries = carried(tokens, isAnswer, get("mask")), j = Math.min(get("token"), tokens.length - 1);
      const bars = (i) => html("span", { class: "xp-bars", "aria-hidden": "true" }, ...models.map((name) => {
        const loss = rows[name]?.[i] ?? null;
        return html("i", { style: loss === null ? "visibility: hidden" : `height: ${((HIGH * loss) / highest).toFixed(1)}px` });
      }));
      list.replaceChildren(...tokens.map((token, i) => html("li", {
        class: [carries[i] ? "xp-carries" : "", i === j ? "xp-chosen" : ""].join(" ").trim() || null,
        onclick: () => put(model, "token", i),
      }, ...(models.length ? [bars(i)] : []), html("span", { class: "xp-chip" }, token))));
      const facts = [[t.counted, fill(t.of, { some: carries.filter(Boolean).length, all: tokens.length })]];
      for (const name of models) {
        const on = (rows[name] ?? []).filter((loss, i) => carries[i] && loss !== null);
        if (on.length) facts.push([fill(t.mean, { name }), number(mean(on))]);
      }
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      const text = j === 0 ? t.first : carries[j] ? t.yes : t.no;
      const losses = models.filter((name) => (rows[name]?.[j] ?? null) !== null)
        .map((name) => fill(t.nats, { name, loss: number(rows[name][j]) }));
      const words = fill(text, { before: tokens.slice(Math.max(0, j - 3), j).join(" "), token: tokens[j] });
      here.textContent = losses.length ? `${words} (${losses.join(", ")}).` : `${words}.`;
      lesson.textContent = t.lessons[get("mask")];
    };

    const names = Object.keys(chats);
    const first = (name) => put(model, "token", Math.max(chats[name][1].indexOf(true), 0));
    const chat = choice(model, "chat", { label: t.chat, options: names.map((name) => [name, name]), chosen: first });
    const mask = choice(model, "mask", { label: t.mask, options: Object.entries(t.masks) });
    const token = slider(model, "token", {
      label: t.token, min: 0, max: longest - 1,
      format: (i) => String(Math.min(i, chats[get("chat")][0].length - 1) + 1),
    });
    for (const control of [chat, mask]) control.root.classList.add("xp-stack");
    card(el,
      html("div", { class: "xp-controls", style: "--xp-column: 12rem" }, chat.root, mask.root, token.root),
      list, key, readout, lesson, here);
    const stops = [watch(model, ["chat", "mask", "token"], show), chat.stop, mask.stop, token.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
