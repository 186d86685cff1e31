// @ts-check
// Programs of the operating system that the test host needs, and where they come from.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Debian's packages for each program; a browser without a font shows no text. */
const packages = /** @type {const} */ ({
  rg: ["ripgrep"],
  chromium: ["chromium", "fonts-liberation"],
  python3: ["python3"],
  make: ["make"],
  "g++": ["g++"],
});
/** @typedef {keyof typeof packages} Program */

/** @param {string} name @returns {string | undefined} its absolute path on the PATH */
export function findProgram(name) {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: either way the search goes on.
    return false;
  }
}

/** Chromium under the names that systems give it; OPTIMAS_CHROMIUM names another one. */
export function findChromium() {
  const named = process.env.OPTIMAS_CHROMIUM;
  if (named !== undefined && named !== "") return named;
  return ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    .map(findProgram)
    .find((path) => path !== undefined);
}

/** @param {Program} program */
function find(program) {
  return program === "chromium" ? findChromium() : findProgram(program);
}

/** True where `needPrograms` may install what is missing. */
export function canInstallPrograms() {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version") && findProgram("apt-get") !== undefined;
}

/** @param {readonly Program[]} programs */
export function missingPrograms(programs) {
  return programs.filter((program) => find(program) === undefined);
}

/**
 * Makes sure that the programs are there, by apt-get where this process may use it.
 * @param {readonly Program[]} programs
 * @param {(line: string) => void} say
 * @throws Error naming what to install
 */
export function needPrograms(programs, say) {
  const missing = missingPrograms(programs);
  if (missing.length === 0) return;
  const wanted = missing.flatMap((program) => packages[program]);
  const remedy = `Install ${wanted.join(", ")} (on Debian or Ubuntu: sudo apt-get install ${wanted.join(" ")})`;
  if (!canInstallPrograms()) throw new Error(`${missing.join(", ")} not found on the PATH. ${remedy} and try again.`);
  say(`Installing ${wanted.join(", ")} with apt-get ...`);
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...wanted];
  // The lists of a fresh machine are missing or stale, but fetching them takes a while: only where they are needed.
  if (apt(install) !== undefined) apt(["update", "-qq"]);
  const failure = missingPrograms(missing).length === 0 ? undefined : apt(install);
  if (missingPrograms(missing).length > 0) throw new Error(`apt-get installed nothing. ${remedy}.\n${failure ?? ""}`);
}

/** @param {readonly string[]} args @returns {string | undefined} what it said, when it failed */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout, stderr } = spawnSync("apt-get", args, { env, encoding: "utf8" });
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/** @param {string} file @returns {unknown} its JSON, or undefined where there is no such file */
export function readJson(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
