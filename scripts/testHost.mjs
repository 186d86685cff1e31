// @ts-check
// Installs a real VS Code for tests into .vscode-test: the server and the browser workbench that the npm package
// code-server carries, which needs no download from Microsoft. `node scripts/testHost.mjs` installs it and says where it
// is; it does nothing when it is there already.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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
    unpack(work);
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

/** @param {string} folder where the package's own files come to lie */
function unpack(folder) {
  npm(folder, ["pack", `code-server@${version}`, "--ignore-scripts"]);
  const archive = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== integrity)
    throw new Error(`code-server ${version} is not what it should be: ${found}, not ${integrity}.`);
  perform("tar", ["-xzf", archive, "-C", folder, "--strip-components=1", "package/lib/vscode"], folder);
  rmSync(archive);
}

/** @param {string} server @param {string} name @param {string} binary */
function buildNativeModule(server, name, binary) {
  const failure = attempt(process.execPath, [npmProgram(), "rebuild", name, "--ignore-scripts=false"], server);
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

/** @param {string} folder @param {readonly string[]} args */
function npm(folder, args) {
  perform(process.execPath, [npmProgram(), ...args, "--no-audit", "--no-fund"], folder);
}

/** npm as a module, so that it runs on this very Node. */
function npmProgram() {
  const ours = process.env.npm_execpath;
  if (ours?.endsWith("npm-cli.js")) return ours;
  const bundled = join(dirname(dirname(process.execPath)), "lib/node_modules/npm/bin/npm-cli.js");
  if (existsSync(bundled)) return bundled;
  const found = findProgram("npm");
  if (found === undefined) throw new Error("npm is not on the PATH.");
  return found;
}

/** @param {string} command @param {readonly string[]} args @param {string} cwd @returns {string | undefined} its words when it failed */
function attempt(command, args, cwd) {
  // Headers that came with this Node spare a download.
  const headers = dirname(dirname(process.execPath));
  const nodedir = existsSync(join(headers, "include/node/node.h")) ? { npm_config_nodedir: headers } : {};
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...nodedir },
    maxBuffer: 64 * 1024 * 1024,
  });
  return status === 0 ? undefined : `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`;
}

/** @param {string} command @param {readonly string[]} args @param {string} cwd */
function perform(command, args, cwd) {
  const failure = attempt(command, args, cwd);
  if (failure !== undefined) throw new Error(`${[command, ...args].join(" ")} failed in ${cwd}:\n${failure}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${installTestHost((line) => process.stderr.write(`${line}\n`))}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
