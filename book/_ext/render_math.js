// Reads one JSON line {tex, display, output} after another, answers each with {html} or {error}.
// Started by static_math.py with the path of KaTeX as its argument.
const katex = require(process.argv[2]);
const lines = require("readline").createInterface({ input: process.stdin });

lines.on("line", (line) => {
  const { tex, display, output } = JSON.parse(line);
  let answer;
  try {
    const options = { displayMode: display, output, throwOnError: true, strict: "ignore" };
    answer = { html: katex.renderToString(tex, options) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
