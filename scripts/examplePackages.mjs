// @ts-check
// The packages that an example imports: in the repository they lie above it, in a copy of it they have to come along.
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Lays what each example imports into its own node_modules.
 * @param {string} examples folder with one folder per example
 * @returns {string[]} names of the packages, for their licences
 * @throws Error when one of them needs others
 */
export function layExamplePackages(examples) {
  const laid = readdirSync(examples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const folder = join(examples, entry.name);
      const names = importedPackages(folder);
      for (const name of names) layPackage(name, join(folder, "node_modules", name));
      return names;
    });
  return [...new Set(laid)];
}

/** @param {string} folder */
function importedPackages(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.(?:ts|optnb)$/.test(file),
  );
  const text = files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  // In a notebook the quotes around a name are escaped.
  const specifiers = [...text.matchAll(/\bfrom \\?["']([^."'\\][^"'\\]*)/g)].map(([, specifier = ""]) => specifier);
  const packages = specifiers.filter((specifier) => specifier !== "optimas" && !specifier.startsWith("node:"));
  return [...new Set(packages.map((specifier) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier))].sort();
}

/** @param {string} name @param {string} target */
function layPackage(name, target) {
  const source = join(root, "node_modules", name);
  const { dependencies = {} } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  if (Object.keys(dependencies).length > 0) throw new Error(`An example imports ${name}, which needs other packages.`);
  const unused = /\.map$|[\\/](?:src|umd|README\.md|CHANGELOG\.md)$/;
  cpSync(source, target, { recursive: true, filter: (path) => !unused.test(path.slice(source.length)) });
}
