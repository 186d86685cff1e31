// @ts-check
// Runs the Mocha suites of test/vscode inside the extension host of a real VS Code: `node scripts/hostTests.mjs [part of a
// file's name]...`. The suites of test/vscode/restricted see a workspace that is not trusted, all others one that is.
//
// The editor is the desktop application through @vscode/test-electron where it can be had: OPTIMAS_VSCODE names its
// executable, or a version to download ("stable"); without it the oldest supported version is downloaded where there is a
// display and Microsoft's server answers. Everywhere else it is the test host with Chromium.
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { searchWhatIsRemoved } from "./leftKeys.mjs";
import { setUp } from "./setup.mjs";
import { findChromium, needPrograms, readJson } from "./systemPrograms.mjs";
import { installTestHost } from "./testHost.mjs";
import { startTestHost } from "./testHostServer.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const suitesFolder = join(root, "test/vscode");
/** Logs and pictures of the last run. */
const testResults = join(root, "test-results");
const oldest = "1.100.3";

/** Suites that say how long the editor takes: no other window is open meanwhile. */
const measuring = ["notebookFile.test.ts", "notebookRun.test.ts"];

/** Windows of the test host that are open at once: each waits for half of its time. */
const WINDOWS = 2;

/** Longest that all suites of one launch may take. */
const LAUNCH_MS = 10 * 60_000;

/** Flags that Chromium needs in a container, and that keep it from calling its maker. */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * @typedef {{ name: string, state: "passed" | "failed" | "skipped", durationMs: number, reason?: string }} TestResult
 * @typedef {{ title: string, files: readonly string[], settings: Readonly<Record<string, unknown>>, restricted: boolean, alone: boolean }} Launch
 */

/** @param {readonly string[]} only @returns {Launch[]} */
function launches(only) {
  const files = readdirSync(suitesFolder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .filter((file) => only.length === 0 || only.some((part) => file.includes(part)))
    .sort();
  const trusting = { "security.workspace.trust.enabled": false };
  const noPrompt = { "security.workspace.trust.startupPrompt": "never" };
  const restricted = files.filter((file) => file.startsWith("restricted"));
  const measured = files.filter((file) => measuring.includes(file));
  const others = files.filter((file) => !restricted.includes(file) && !measured.includes(file));
  /** @type {Launch[]} */
  const all = [
    { title: "extension host, measured", files: measured, settings: trusting, restricted: false, alone: true },
    ...halves(others).map((half, index) => {
      return { title: `extension host ${index + 1}`, files: half, settings: trusting, restricted: false, alone: false };
    }),
    { title: "extension host, restricted", files: restricted, settings: noPrompt, restricted: true, alone: false },
  ];
  return all.filter((launch) => launch.files.length > 0);
}

/** @param {readonly string[]} files @returns {string[][]} the files in two parts of about as much text, each in order */
function halves(files) {
  const sizes = files.map((file) => ({ file, bytes: statSync(join(suitesFolder, file)).size }));
  const parts = [
    { files: /** @type {string[]} */ ([]), bytes: 0 },
    { files: /** @type {string[]} */ ([]), bytes: 0 },
  ];
  for (const { file, bytes } of sizes.sort((a, b) => b.bytes - a.bytes)) {
    const [smaller] = parts.sort((a, b) => a.bytes - b.bytes);
    smaller?.files.push(file);
    if (smaller !== undefined) smaller.bytes += bytes;
  }
  return parts.map((part) => part.files.sort());
}

/**
 * @param {(line: string) => void} say
 * @param {readonly string[]} [only] parts of the names of suite files; all suites when empty
 * @returns {Promise<TestResult[]>} of every suite in every launch; a launch that breaks off is a failed test
 */
export async function runHostTests(say, only = []) {
  const desktop = await desktopEditor(say);
  if (desktop === undefined) {
    installTestHost(say);
    needPrograms(["chromium"], say);
  }
  const all = launches(only);
  /** @type {TestResult[][]} */
  const results = [];
  /** @type {string[]} */
  const withKeys = [];
  searchWhatIsRemoved((files) => withKeys.push(...files));
  for (const launch of all.filter(({ alone }) => alone)) results.push(await runLaunch(desktop, launch, say));
  const waiting = all.filter(({ alone }) => !alone);
  const windows = Array.from({ length: desktop === undefined ? WINDOWS : 1 }, async () => {
    for (let launch = waiting.shift(); launch !== undefined; launch = waiting.shift()) {
      results.push(await runLaunch(desktop, launch, say));
    }
  });
  await Promise.all(windows);
  return [...results.flat(), searched(withKeys)];
}

/**
 * What the windows left: their workspaces, and the editor's own data with settings and logs.
 * @param {readonly string[]} withKeys
 * @returns {TestResult}
 */
function searched(withKeys) {
  const name = "no key that a test planted is left in workspaces, settings and logs of the editor";
  if (withKeys.length === 0) return { name, state: "passed", durationMs: 0 };
  return { name, state: "failed", durationMs: 0, reason: withKeys.join("\n") };
}

/**
 * @param {{ executable: string } | undefined} desktop
 * @param {Launch} launch
 * @param {(line: string) => void} say
 * @returns {Promise<TestResult[]>}
 */
async function runLaunch(desktop, launch, say) {
  const began = Date.now();
  const folder = join(root, ".vscode-test/suites", launch.title.replaceAll(/\W+/g, "-"));
  const workspace = mkdtempSync(join(tmpdir(), "optimas-suites-"));
  try {
    const suites = await bundleSuites(launch.files, folder);
    await (desktop === undefined
      ? runInTestHost(launch, suites, workspace)
      : runOnDesktop(desktop, launch, suites, workspace));
    return reported(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // What finished before counts all the same.
    const finished = reported(folder);
    if (finished.some(({ state }) => state === "failed")) return finished;
    return [...finished, { name: launch.title, state: "failed", durationMs: Date.now() - began, reason }];
  } finally {
    rmSync(workspace, { recursive: true, force: true, maxRetries: 5 });
    say(`${launch.title}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }
}

/** @param {string} folder @returns {TestResult[]} */
function reported(folder) {
  return /** @type {TestResult[] | undefined} */ (readJson(join(folder, "report.json"))) ?? [];
}

/** @param {readonly string[]} files @param {string} folder @returns {Promise<string>} the module whose `run` runs them */
async function bundleSuites(files, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const loaders = files.map((file) => `${JSON.stringify(file)}: () => require(${JSON.stringify(`./${file}`)})`);
  const outfile = join(folder, "index.cjs");
  await build({
    stdin: {
      contents: `import { runSuites } from "./runSuites.ts";\nexport const run = () => runSuites({ ${loaders.join(", ")} });`,
      resolveDir: suitesFolder,
      loader: "ts",
    },
    absWorkingDir: root,
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode", "esbuild", "onnxruntime-node"],
    define: { "import.meta.url": "__suitesUrl" },
    banner: { js: 'const __suitesUrl = require("node:url").pathToFileURL(__filename).href;' },
    sourcemap: "inline",
    // Mocha names files that only its parallel mode would load.
    logOverride: { "require-resolve-not-external": "silent" },
    logLevel: "warning",
  });
  return outfile;
}

/** @param {Launch} launch @param {string} suites @param {string} workspace */
async function runInTestHost({ title, settings }, suites, workspace) {
  const records = join(testResults, title.replaceAll(/\W+/g, "-"));
  mkdirSync(testResults, { recursive: true });
  rmSync(`${records}.log`, { force: true });
  const { chromium } = await import("playwright-core");
  const host = await startTestHost({ settings });
  const executablePath = findChromium();
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: chromiumFlags,
  });
  const page = await browser.newPage();
  try {
    /** @type {Promise<number>} */
    const exit = new Promise((resolve, reject) => {
      void page.exposeFunction("codeAutomationExit", resolve);
      void page.exposeFunction("codeAutomationLog", (/** @type {string} */ type, /** @type {unknown} */ args) =>
        record(`${records}.log`, type, args),
      );
      const timer = setTimeout(() => reject(new Error(`did not end within ${LAUNCH_MS / 60_000} min`)), LAUNCH_MS);
      timer.unref();
      page.on("crash", () => reject(new Error("the page crashed")));
      void host.ended.then(() => reject(new Error("the server ended")));
    });
    const payload = /** @type {const} */ ([
      ["extensionDevelopmentPath", host.remote(root)],
      ["extensionTestsPath", host.remote(suites)],
    ]);
    await page.goto(host.address({ folder: workspace, payload }));
    const code = await exit;
    if (code !== 0) throw new Error(`VS Code ended the tests with code ${code}`);
  } catch (error) {
    await page.screenshot({ path: `${records}.png` }).catch(() => undefined);
    const reason = error instanceof Error ? error.message : error;
    throw new Error(`${reason}; see ${relative(root, records)}.log and .png. The server said:\n${host.output()}`);
  } finally {
    await browser.close();
    await host.stop();
  }
}

/** @param {string} log @param {string} type @param {unknown} args */
function record(log, type, args) {
  const line = (Array.isArray(args) ? args : [args]).join(" ");
  appendFileSync(log, `${type}: ${line}\n`);
  if (/^(?:passed|failed|skipped|measured) {2}/.test(line)) process.stdout.write(`${line}\n`);
}

/** @param {{ executable: string }} desktop @param {Launch} launch @param {string} suites @param {string} workspace */
async function runOnDesktop({ executable }, { settings, restricted }, suites, workspace) {
  const { runTests } = await import("@vscode/test-electron");
  const data = mkdtempSync(join(tmpdir(), "optimas-desktop-"));
  try {
    mkdirSync(join(data, "User"));
    writeFileSync(join(data, "User/settings.json"), JSON.stringify(settings));
    const launchArgs = [workspace, "--disable-extensions", "--user-data-dir", data];
    const paths = { extensionDevelopmentPath: root, extensionTestsPath: suites };
    if (restricted)
      await runUntrusted(executable, [
        ...launchArgs,
        ...Object.entries(paths).map(([name, path]) => `--${name}=${path}`),
      ]);
    else await runTests({ vscodeExecutablePath: executable, ...paths, launchArgs });
  } finally {
    rmSync(data, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** `runTests` switches workspace trust off, always. @param {string} executable @param {readonly string[]} args */
async function runUntrusted(executable, args) {
  const quiet = [
    "--no-sandbox",
    "--disable-gpu-sandbox",
    "--disable-updates",
    "--skip-welcome",
    "--skip-release-notes",
  ];
  const child = spawn(executable, [...quiet, ...args], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`VS Code ended the tests with code ${code}`);
}

/** @param {(line: string) => void} say @returns {Promise<{ executable: string } | undefined>} */
async function desktopEditor(say) {
  const wanted = process.env.OPTIMAS_VSCODE;
  if (wanted !== undefined && existsSync(wanted)) return { executable: wanted };
  const named = wanted !== undefined && wanted !== "";
  if (!named && !(hasDisplay() && (await canDownload()))) return undefined;
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  say(`Getting VS Code ${wanted || oldest} for the desktop ...`);
  return {
    executable: await downloadAndUnzipVSCode({ version: wanted || oldest, cachePath: join(root, ".vscode-test") }),
  };
}

function hasDisplay() {
  if (process.platform === "darwin" || process.platform === "win32") return true;
  return ["DISPLAY", "WAYLAND_DISPLAY"].some((name) => (process.env[name] ?? "") !== "");
}

async function canDownload() {
  try {
    const signal = AbortSignal.timeout(3_000);
    const answer = await fetch("https://update.code.visualstudio.com/api/releases/stable", { method: "HEAD", signal });
    return answer.ok;
  } catch {
    // No network, or one that does not reach it.
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp();
  const results = await runHostTests((line) => process.stderr.write(`${line}\n`), process.argv.slice(2));
  const count = (/** @type {TestResult["state"]} */ state) => results.filter((result) => result.state === state).length;
  for (const { name, state, reason } of results) if (state === "failed") process.stdout.write(`${name}: ${reason}\n`);
  process.stdout.write(`${count("passed")} passed, ${count("failed")} failed, ${count("skipped")} skipped\n`);
  process.exitCode = count("failed") === 0 ? 0 : 1;
}
