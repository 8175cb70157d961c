// Writes the operations as `manage.py load_documents` takes them: a file each, whose SHA-256 is the id in the code.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const generated = new URL("../src/api/generated/", import.meta.url);
const folder = new URL("../documents/", import.meta.url);
const list = new URL("persisted-documents.json", generated);
const documents = JSON.parse(readFileSync(list, "utf8"));

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder);
for (const [id, text] of Object.entries(documents)) {
  const name = /(?:query|mutation) (\w+)/.exec(text)?.[1];
  if (!name) throw new Error(`A document has no name: ${text.slice(0, 60)}`);
  if (id !== `sha256:${createHash("sha256").update(text).digest("hex")}`) throw new Error(`${name} is not ${id}.`);
  writeFileSync(new URL(`${name}.graphql`, folder), text);
}
// The typed values are imported from graphql.ts; the rest is not used.
for (const rest of ["persisted-documents.json", "gql.ts", "index.ts"]) rmSync(new URL(rest, generated));
