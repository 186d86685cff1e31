// @ts-check
// npm as a program, and single packages fetched by it.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { findProgram } from "./systemPrograms.mjs";

/** npm as a module, so that it runs on this very Node. */
function npmProgram() {
  const ours = process.env.npm_execpath;
  if (ours?.endsWith("npm-cli.js")) return ours;
  const bundled = join(dirname(dirname(process.execPath)), "lib/node_modules/npm/bin/npm-cli.js");
  const found = existsSync(bundled) ? bundled : findProgram("npm");
  if (found === undefined) throw new Error("npm is not on the PATH.");
  return found;
}

/**
 * @param {string} folder to run in
 * @param {readonly string[]} args
 * @returns {string | undefined} what npm said, when it failed
 */
export function tryNpm(folder, args) {
  // Headers that came with this Node spare a download when something is compiled.
  const headers = dirname(dirname(process.execPath));
  const nodedir = existsSync(join(headers, "include/node/node.h")) ? { npm_config_nodedir: headers } : {};
  const { status, error, stdout, stderr } = spawnSync(
    process.execPath,
    [npmProgram(), ...args, "--no-audit", "--no-fund"],
    { cwd: folder, encoding: "utf8", env: { ...process.env, ...nodedir }, maxBuffer: 64 * 1024 * 1024 },
  );
  return status === 0 ? undefined : `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`;
}

/** @param {string} folder @param {readonly string[]} args @throws Error with what npm said */
export function npm(folder, args) {
  const failure = tryNpm(folder, args);
  if (failure !== undefined) throw new Error(`npm ${args.join(" ")} failed in ${folder}:\n${failure}`);
}

/**
 * Lays the files of a published package into a folder, none of its scripts run.
 * @param {{ name: string, version: string, integrity: string }} wanted
 * @param {string} folder
 * @throws Error when the registry gives something else than was pinned
 */
export function fetchPackage({ name, version, integrity }, folder) {
  const download = mkdtempSync(join(tmpdir(), "optimas-package-"));
  try {
    npm(download, ["pack", `${name}@${version}`, "--ignore-scripts"]);
    const archive = join(download, readdirSync(download).find((file) => file.endsWith(".tgz")) ?? "");
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (found !== integrity) throw new Error(`${name} ${version} is not what was pinned: ${found}, not ${integrity}.`);
    mkdirSync(folder, { recursive: true });
    const { status, stderr } = spawnSync("tar", ["-xzf", archive, "-C", folder, "--strip-components=1"]);
    if (status !== 0) throw new Error(`tar cannot unpack ${name} ${version}: ${stderr}`);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}
