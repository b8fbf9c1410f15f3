// Byte-pair encoding of the reader's text, merge by merge. tokenizer.py and byte_pairs.py are its twins.
import { card, html, number, fill, watch, put, slider, button } from "./kit.js";

const LONGEST = 400; // characters
// Python's \s; JavaScript's differs in a few characters
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const HAN = "\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const WORD = `(?:(?![${HAN}])[\\p{L}\\p{Nl}\\p{No}])`;
const PIECE = new RegExp(
  `[${HAN}]| ?${WORD}+| ?\\p{Nd}+| ?[^\\p{L}\\p{N}${SPACE}]+|[${SPACE}]+(?![^${SPACE}])|[${SPACE}]+`, "gu");

/** The pieces over whose borders no token reaches. */
export const pieces = (text) => text.match(PIECE) ?? [];

/** UTF-8; half of a surrogate pair becomes three bytes, as in tokenizer.py. */
export function utf8(text) {
  const bytes = [];
  for (const character of text) {
    const c = character.codePointAt(0);
    if (c < 0x80) bytes.push(c);
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return bytes;
}

/** The ids of a text by the first `n` merges: in each piece the earliest merge first, from the left. */
export function encode(text, merges, n) {
  const ranks = new Map(merges.slice(0, n).map(([a, b], rank) => [`${a},${b}`, rank]));
  return pieces(text).flatMap((piece) => {
    let ids = utf8(piece);
    for (;;) {
      const found = ids.slice(1).map((b, i) => ranks.get(`${ids[i]},${b}`) ?? Infinity);
      const rank = Math.min(...found);
      if (rank === Infinity) return ids;
      const [a, b] = merges[rank], merged = [];
      for (let i = 0; i < ids.length; i++) {
        const pair = ids[i] === a && ids[i + 1] === b;
        merged.push(pair ? 256 + rank : ids[i]);
        if (pair) i++;
      }
      ids = merged;
    }
  });
}

/** The bytes of each token. */
export function tokenBytes(merges) {
  const tokens = Array.from({ length: 256 }, (_, byte) => [byte]);
  for (const [a, b] of merges) tokens.push([...tokens[a], ...tokens[b]]);
  return tokens;
}

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const MARKS = { " ": "·", "\n": "⏎", "\t": "⇥" };

/** A token as a reader sees it: its characters, or its bytes if they are no whole characters. */
export function shown(bytes) {
  try {
    const text = DECODER.decode(new Uint8Array(bytes));
    if (!/[\x00-\x08\x0b-\x1f\x7f]/.test(text)) return text.replace(/[ \n\t]/g, (c) => MARKS[c]);
  } catch { /* half a character */ }
  return bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}

const whole = (bytes) => { try { DECODER.decode(new Uint8Array(bytes)); return true; } catch { return false; } };

export default {
  render({ model, el }) {
    const t = model.get("labels");
    const get = (name) => model.get(name);
    const merges = get("merges"), bytesOf = tokenBytes(merges);
    const prefixed = () => (get("text") ? get("prefix") + get("text") : "");

    const area = html("textarea", {
      maxlength: LONGEST, rows: 3, spellcheck: "false", "data-lm-suppress-shortcuts": "true",
      oninput: () => put(model, "text", area.value),
    });
    const write = html("label", { class: "xp-write" }, html("span", {}, t.text), area);
    const examples = html("div", { class: "xp-buttons xp-examples" },
      ...Object.entries(get("examples")).map(([name, text]) => button(name, () => put(model, "text", text))));
    const count = slider(model, "n", { label: t.merges, min: 0, max: merges.length });

    const list = html("ol", { class: "xp-tokens", "aria-label": t.tokens });
    const readout = html("p", { class: "xp-readout", role: "status" });
    const last = html("p", { class: "xp-drawn" });
    const show = () => {
      if (area.value !== get("text")) area.value = get("text");
      const text = prefixed(), ids = encode(text, merges, get("n")), bytes = utf8(text).length;
      list.replaceChildren(...ids.map((id) => html("li", { class: whole(bytesOf[id]) ? null : "xp-bytes" },
        shown(bytesOf[id]), html("small", {}, id))));
      const facts = [
        [t.characters, [...text].length], [t.bytes, bytes], [t.tokens, ids.length],
        [t.ratio, ids.length ? number(bytes / ids.length) : "–"],
      ];
      readout.replaceChildren(...facts.map(([name, value]) =>
        html("span", { class: "xp-fact" }, html("span", {}, name), html("strong", {}, value))));
      const n = get("n");
      if (!n) { last.replaceChildren(t.no_merge); return; }
      const [a, b] = merges[n - 1].map((id) => shown(bytesOf[id]));
      last.replaceChildren(fill(t.last_merge, { n, a, b, new: shown(bytesOf[255 + n]), id: 255 + n }));
    };

    card(el, html("div", { class: "xp-controls" }, write, examples, count.root), list, readout, last);
    const stops = [watch(model, ["text", "n"], show), count.stop];
    show();
    return () => stops.forEach((stop) => stop());
  },
};
