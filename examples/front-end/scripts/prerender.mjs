// Writes a page for every route into build/: real HTML with content, meta tags and JSON-LD, which the script hydrates.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { paths, prerendered } from "../node_modules/.prerender/server.js";

const folder = process.argv[2] ?? "build";
const template = readFileSync(join(folder, "index.html"), "utf8");
// The fallback for addresses that are no page yet: search, booking, and what was published since.
writeFileSync(join(folder, "404.html"), template);

let count = 0;
for (const path of await paths()) {
  const { language, head, body, state } = await prerendered(path);
  const html = template
    .replace('<html lang="en">', () => `<html lang="${language}">`)
    .replace(/\s*<noscript>.*<\/noscript>/, "")
    .replace("<!--head-->", () => head)
    .replace("<!--app-->", () => body)
    .replace("</body>", () => `  <script type="application/json" id="screen">${state}</script>\n  </body>`);
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, "index.html"), html);
  count += 1;
}
console.log(`${count} pages in ${folder}/`);
