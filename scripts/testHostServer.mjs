// @ts-check
// Starts the installed test host on a free loopback port, with data folders of its own, and ends it with everything
// that it started.
import { spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostFolder } from "./testHost.mjs";

const terms = ["--accept-server-license-terms", "--telemetry-level", "off"];

/** Longest that a start may take; it took 2 to 4 s on two busy cores. */
const START_MS = 60_000;
/** How long the processes get to end by themselves. */
const GRACE_MS = 3_000;

/**
 * @typedef {object} TestHostOptions
 * @property {Readonly<Record<string, unknown>>} [settings] the user's settings, where there are none yet
 * @property {string} [dataFolder] absolute; kept afterwards. A fresh one that goes with the host when absent
 * @property {Readonly<Record<string, string>>} [env] besides this process's own
 * @property {string} [extensionsFolder] absolute, with the installed extensions; a fresh one when absent
 *
 * @typedef {object} TestHost
 * @property {number} port on 127.0.0.1
 * @property {number} pid of the process that leads the group of the server and all its children
 * @property {string} dataFolder
 * @property {(options: { folder: string, payload?: readonly (readonly [string, string])[] }) => string} address
 *   what a browser opens to see a folder; anyone who knows it may run programs
 * @property {(path: string) => string} remote how the workbench names a file of this machine
 * @property {() => string} output what the server has said
 * @property {() => Promise<void>} stop ends the server and its children; may be called again
 * @property {Promise<void>} ended settles when the server is gone
 */

/**
 * @param {TestHostOptions} [options]
 * @returns {Promise<TestHost>}
 * @throws Error when the server does not come up, with what it said
 */
export async function startTestHost({ settings = {}, dataFolder, env = {}, extensionsFolder } = {}) {
  const folder = dataFolder ?? mkdtempSync(join(tmpdir(), "optimas-host-"));
  const removeFolder = () => {
    if (dataFolder === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const user = join(folder, "user");
  mkdirSync(join(user, "User"), { recursive: true });
  const settingsFile = join(user, "User/settings.json");
  // In a folder that is kept, the settings are the user's from the second time on.
  if (!existsSync(settingsFile)) writeFileSync(settingsFile, JSON.stringify({ ...quiet, ...settings }, undefined, 2));
  const folders = [
    ...["--server-data-dir", join(folder, "server")],
    ...["--user-data-dir", user],
    ...["--extensions-dir", extensionsFolder ?? join(folder, "extensions")],
  ];

  const token = randomBytes(16).toString("hex");
  const child = spawn(
    process.execPath,
    [
      "-e",
      guard,
      "out/server-main.js",
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--connection-token",
      token,
      ...folders,
      ...terms,
    ],
    // A group of its own, so that it can be ended together with everything it starts.
    { cwd: hostFolder, env: { ...hostEnvironment(), ...env }, stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  let output = "";
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => child.on("close", () => resolve()));
  const stop = async () => {
    await endGroup(child.pid, ended);
    removeFolder();
  };
  try {
    const port = await /** @type {Promise<number>} */ (
      new Promise((resolve, reject) => {
        const give = (/** @type {string} */ reason) =>
          reject(new Error(`VS Code's server ${reason}. It said:\n${output}`));
        const timer = setTimeout(() => give(`did not start within ${START_MS / 1000} s`), START_MS);
        const read = (/** @type {Buffer} */ chunk) => {
          output += chunk;
          const bound = /Extension host agent listening on (\d+)/.exec(output);
          if (bound === null) return;
          clearTimeout(timer);
          resolve(Number(bound[1]));
        };
        child.stdout.on("data", read);
        child.stderr.on("data", read);
        child.on("error", ({ message }) => give(`did not start: ${message}`));
        void ended.then(() => give(`ended with code ${child.exitCode ?? child.signalCode}`));
      })
    );
    const remote = (/** @type {string} */ path) => `vscode-remote://127.0.0.1:${port}${path}`;
    return {
      port,
      pid: child.pid ?? 0,
      dataFolder: folder,
      address: ({ folder: opened, payload = [] }) => {
        const query = new URLSearchParams({ tkn: token, folder: opened, payload: JSON.stringify(payload) });
        return `http://127.0.0.1:${port}/?${query}`;
      },
      remote,
      output: () => output,
      stop,
      ended,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Stands between this process and the server, and leads their group: the server knows nothing of who started it, and would
 * outlive a test that is killed.
 */
const guard = `
const { spawn } = require("node:child_process");
const server = spawn(process.execPath, process.argv.slice(1), { stdio: ["ignore", "inherit", "inherit"] });
server.on("exit", (code) => process.exit(code ?? 1));
process.stdin.resume().on("close", () => process.kill(-process.pid, "SIGKILL"));
`;

/** What would cover the workbench or reach out of the machine; and files are saved when told to, as on the desktop. */
const quiet = {
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "extensions.ignoreRecommendations": true,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "update.mode": "none",
  "telemetry.telemetryLevel": "off",
  "chat.commandCenter.enabled": false,
  "git.openRepositoryInParentFolders": "never",
};

/** A host started from a terminal of VS Code would take that window's variables for its own. */
function hostEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name)),
  );
}

/**
 * Installs a packaged extension, as a user does.
 * @param {string} vsix
 * @param {string} extensionsFolder absolute; `startTestHost` takes it
 * @returns {string} folder that the extension lies in now
 */
export function installExtension(vsix, extensionsFolder) {
  const data = mkdtempSync(join(tmpdir(), "optimas-install-"));
  try {
    const folders = ["--server-data-dir", data, "--user-data-dir", data, "--extensions-dir", extensionsFolder];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["out/server-main.js", ...terms, ...folders, "--install-extension", vsix],
      { cwd: hostFolder, env: hostEnvironment(), encoding: "utf8" },
    );
    const [name] = readdirSync(extensionsFolder).filter((entry) => existsSync(join(extensionsFolder, entry, "dist")));
    if (status !== 0 || name === undefined) throw new Error(`${vsix} does not install:\n${stdout}${stderr}`);
    return join(extensionsFolder, name);
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {number | undefined} leader @param {Promise<void>} ended */
async function endGroup(leader, ended) {
  if (leader === undefined) return;
  signalGroup(leader, "SIGTERM");
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())]);
  // Children may outlive the server; the group exists as long as one of them does.
  signalGroup(leader, "SIGKILL");
  await ended;
}

/** @param {number} leader @param {NodeJS.Signals} signal */
function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
