import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const dist = fileURLToPath(new URL("../dist", import.meta.url));
const installed = fileURLToPath(new URL("../node_modules", import.meta.url));

/** Lays the built programs into a folder as a package lays them, with some of the packages that are not bundled. */
export function productCopy(folder: string, entries: readonly string[], packages: readonly string[]): string {
  const copied = new Set<string>();
  const copy = (file: string): void => {
    if (copied.has(file)) return;
    copied.add(file);
    copyFileSync(join(dist, file), join(folder, "dist", file));
    const chunks = readFileSync(join(dist, file), "utf8").matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"\.\/([^"/]+\.js)"/g);
    for (const [, chunk = ""] of chunks) copy(chunk);
  };
  mkdirSync(join(folder, "dist/node_modules"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "optimas", type: "module" }));
  for (const entry of entries) copy(entry);
  for (const name of packages) symlinkSync(join(installed, name), join(folder, "dist/node_modules", name));
  return join(folder, "dist");
}
