// @ts-check
// What vsce was asked to pack. It tells its scripts nothing about that, so the command lines of the processes that called
// them are read.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";

/** @typedef {{ pid: number, args: readonly string[] }} VsceProcess args are what follows the program's name */

const instead = "pack with `npm run package -- --target <target>`";

/**
 * The vsce that called this process.
 * @returns {VsceProcess}
 * @throws Error where there is none, or the platform does not show it
 */
export function callingVsce() {
  for (let pid = process.ppid; pid > 1; ) {
    const found = processWith(pid);
    if (found === undefined) break;
    const args = vsceArguments(found.args);
    if (args !== undefined) return { pid, args };
    pid = found.parent;
  }
  throw new Error(`No command line of vsce that would name a target can be seen from here; ${instead}.`);
}

/** @param {number} pid */
export function isVsce(pid) {
  return vsceArguments(processWith(pid)?.args ?? []) !== undefined;
}

/** @param {readonly string[]} args of a process @returns {readonly string[] | undefined} undefined when it is not vsce */
function vsceArguments(args) {
  const program = args.findIndex((arg) => basename(arg) === "vsce");
  return program === -1 ? undefined : args.slice(program + 1);
}

/** @param {number} pid @returns {{ parent: number, args: readonly string[] } | undefined} undefined where it cannot be seen */
function processWith(pid) {
  if (process.platform === "win32") return undefined;
  if (process.platform !== "linux") {
    const { stdout } = spawnSync("ps", ["-ww", "-o", "ppid=", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
    const [, parent, line = ""] = /^\s*(\d+)\s+(.*)/.exec(stdout ?? "") ?? [];
    return parent === undefined ? undefined : { parent: Number(parent), args: line.split(/\s+/) };
  }
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1);
    // The name of the program in parentheses may itself hold any character.
    const [, parent] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { parent: Number(parent), args };
  } catch {
    return undefined;
  }
}

/** Options of `vsce package` that are followed by a value, which is no version. */
const valued = [
  ...["out", "target", "readme-path", "changelog-path", "message", "githubBranch", "gitlabBranch"],
  ...["baseContentUrl", "baseImagesUrl", "ignoreFile", "allow-package-secrets", "sign-tool"],
];
/** @type {Record<string, string>} */
const short = { out: "o", target: "t", message: "m" };

/**
 * @param {readonly string[]} args what follows `vsce`
 * @returns {string | undefined} the target as it was named; undefined for a package without one
 * @throws Error for a command whose package would not hold what it must
 */
export function targetAskedFor([command, ...args]) {
  if (command !== "package" && command !== "pack") {
    throw new Error("Here vsce only packs; `vsce publish --packagePath <file>` publishes what it packed.");
  }
  const options = Object.fromEntries(
    valued.map((name) => [name, { type: /** @type {const} */ ("string"), ...(short[name] && { short: short[name] }) }]),
  );
  const { values, positionals } = parseArgs({ args, options, strict: false, allowPositionals: true });
  if (positionals.length > 0) {
    throw new Error(
      `vsce would give the version ${positionals.join(" ")} to the package alone; set it in package.json.`,
    );
  }
  if (values["no-dependencies"] !== undefined) {
    throw new Error("--no-dependencies leaves out the plug-in that completes the cells of notebooks; leave it away.");
  }
  return typeof values.target === "string" ? values.target : undefined;
}
