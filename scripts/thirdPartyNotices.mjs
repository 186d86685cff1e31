// @ts-check
// Licences of the packages that are shipped inside the bundles or beside them, as those licences ask for.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} file to write
 * @param {readonly string[]} inputs sources of the bundles, relative to the repository
 * @param {readonly string[]} native names of packages that are shipped whole
 * @throws Error when a package says nothing about its licence
 */
export function writeThirdPartyNotices(file, inputs, native) {
  const bundled = inputs.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? []);
  const folders = new Set([...bundled, ...native.map((name) => `node_modules/${name}`)]);
  const notices = [...folders].sort().map((folder) => notice(join(root, folder)));
  const opening = "Optimas contains the following packages, each under its own licence.\n";
  writeFileSync(file, [opening, ...new Set(notices)].join(`\n${"-".repeat(80)}\n`));
}

/** @param {string} folder */
function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  if (license === undefined && file === undefined) throw new Error(`${name} ${version} does not name its licence.`);
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
  const further = existsSync(join(folder, "NOTICE"))
    ? `\n\n${readFileSync(join(folder, "NOTICE"), "utf8").trim()}`
    : "";
  return `${name} ${version} (${license})\n\n${text.replaceAll("\r\n", "\n")}${further}\n`;
}
