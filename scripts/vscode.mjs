// Opens VS Code with the extension from these sources and the examples as its workspace: `npm run vscode`. The desktop
// application where `code` is on the PATH, otherwise the test host in a browser; Ctrl-C ends it with everything it
// started. Works from a fresh clone.
import { spawn } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setUp } from "./setup.mjs";
import { findProgram } from "./systemPrograms.mjs";
import { installTestHost } from "./testHost.mjs";
import { startTestHost } from "./testHostServer.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const examples = join(root, "examples");
const say = (line) => process.stderr.write(`${line}\n`);

async function openDesktop(code) {
  const args = ["--new-window", "--wait", `--extensionDevelopmentPath=${root}`, examples];
  say(`Opening ${code}; this command ends with its window.`);
  const child = spawn(code, args, { stdio: "inherit", shell: process.platform === "win32" });
  await new Promise((resolve, reject) => child.on("error", reject).on("exit", resolve));
}

async function openTestHost() {
  installTestHost(say);
  // Kept from one time to the next, like the data of any editor: trust, settings, what was open.
  const host = await startTestHost({
    dataFolder: join(root, ".vscode-test/data"),
    settings: { "workbench.colorTheme": "Default Dark Modern" },
  });
  const stop = () => void host.stop();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
  const payload = [["extensionDevelopmentPath", host.remote(extensionLink())]];
  const address = host.address({ folder: examples, payload });
  say("VS Code is served to this machine only. Open this address in a browser; Ctrl-C ends it.");
  process.stdout.write(`${address}\n`);
  openInBrowser(address);
  await host.ended;
}

/**
 * Another name for the repository. VS Code prefers the themes inside the folder of an extension under development, and its
 * own themes lie in .vscode-test: under the repository's first name they would count as ours.
 */
function extensionLink() {
  const link = join(root, ".vscode-test/extension");
  rmSync(link, { force: true });
  symlinkSync(root, link, "dir");
  return link;
}

function openInBrowser(address) {
  const opener = { darwin: "open", linux: "xdg-open" }[process.platform];
  const display = process.platform === "darwin" || (process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY ?? "") !== "";
  if (opener === undefined || !display || findProgram(opener) === undefined) return;
  spawn(opener, [address], { stdio: "ignore", detached: true })
    .on("error", (error) => say(`The browser does not open: ${error.message}`))
    .unref();
}

try {
  // With the declarations, which notebooks complete and check their cells by.
  await setUp();
  const code = process.env.OPTIMAS_VSCODE || findProgram(process.platform === "win32" ? "code.cmd" : "code");
  await (code === undefined ? openTestHost() : openDesktop(code));
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
