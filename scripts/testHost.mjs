// @ts-check
// Installs a real VS Code for tests into .vscode-test: the server and the browser workbench that the npm package
// code-server carries, which needs no download from Microsoft. `node scripts/testHost.mjs` installs it and says where it
// is; it does nothing when it is there already.
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchPackage, npm, tryNpm } from "./npmPackage.mjs";
import { findProgram, needPrograms, readJson } from "./systemPrograms.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const testFolder = join(root, ".vscode-test");

/** VS Code 1.100.3, the oldest that the extension supports. What it depends on is pinned by its own shrinkwrap files. */
const version = "4.100.3";
const integrity = "sha512-q/Fh2DOxCRNhC/WiG/6sAhSKnj7ZACTVBaeeZ+rWjol//0FCbl/qg1ln5ecZ99jYcfqMxZZAyWcN+YBIo0DgpA==";

/** What was installed, and by which recipe; binaries serve one application binary interface of Node. */
const stamp = { codeServer: version, recipe: 1, modules: process.versions.modules, arch: process.arch };

const home = join(testFolder, `code-server-${version}`);

/** Folder of VS Code's server once it is installed. */
export const hostFolder = join(home, "lib/vscode");

export function isInstalled() {
  return JSON.stringify(readJson(join(home, "stamp.json"))) === JSON.stringify(stamp);
}

/**
 * Installs the test host where it is missing or another one.
 * @param {(line: string) => void} say
 * @returns {string} folder of VS Code's server
 * @throws Error when a step fails, with what it said
 */
export function installTestHost(say) {
  if (isInstalled()) return hostFolder;
  const began = Date.now();
  needPrograms(["rg", "python3", "make", "g++"], say);
  mkdirSync(testFolder, { recursive: true });
  // Built beside its place and moved there complete: an installation that was cut short is never taken for a good one.
  const work = mkdtempSync(join(testFolder, "installing-"));
  try {
    say(`Fetching VS Code (code-server ${version}) ...`);
    fetchPackage({ name: "code-server", version, integrity }, work);
    const server = join(work, "lib/vscode");
    say("Installing its packages ...");
    npm(server, ["ci", "--omit=dev", "--ignore-scripts", "--legacy-peer-deps"]);
    npm(join(server, "extensions"), ["ci", "--omit=dev", "--ignore-scripts"]);
    say("Building its native modules ...");
    buildNativeModule(server, "@vscode/spdlog", "spdlog.node");
    buildNativeModule(server, "native-watchdog", "watchdog.node");
    buildNativeModule(server, "node-pty", "pty.node");
    linkRipgrep(server);
    // Parts of the workbench look for their packages in the archive that the desktop application has.
    symlinkSync("node_modules", join(server, "node_modules.asar"));
    writeFileSync(join(work, "stamp.json"), `${JSON.stringify(stamp)}\n`);
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  say(`VS Code is installed in ${hostFolder} (${((Date.now() - began) / 1000).toFixed(0)} s).`);
  return hostFolder;
}

/** @param {string} server @param {string} name @param {string} binary */
function buildNativeModule(server, name, binary) {
  const failure = tryNpm(server, ["rebuild", name, "--ignore-scripts=false"]);
  // A later step of a package's script may fail when the binary, all that counts, is there.
  if (existsSync(join(server, "node_modules", name, "build/Release", binary))) return;
  throw new Error(`${name} does not build; it needs python3, make, g++ and Node's headers.\n${failure}`);
}

/** The package's own script would download ripgrep from GitHub. @param {string} server */
function linkRipgrep(server) {
  const folder = join(server, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(folder, { recursive: true });
  symlinkSync(findProgram("rg") ?? "rg", join(folder, "rg"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${installTestHost((line) => process.stderr.write(`${line}\n`))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
