import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";
import { inject } from "vitest";
import { chromiumFlags } from "../../scripts/hostTests.mjs";
import { findChromium } from "../../scripts/systemPrograms.mjs";
import { startTestHost } from "../../scripts/testHostServer.mjs";
import { descendants, type RunningProcess } from "./processes.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const screenshots = join(root, "test-results/screenshots");

export const themes = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  highContrast: "Default High Contrast",
  highContrastLight: "Default High Contrast Light",
} as const;

export interface EditorOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: keyof typeof themes;
  /** Leaves the workspace untrusted, as every workspace starts. */
  readonly restricted?: boolean;
  /** File of the workspace to open, relative to it. */
  readonly open?: string;
}

/** A fresh folder with a copy of the examples as they are packed, which runs may write into. */
export function examplesCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "optimas-workspace-"));
  cpSync(join(inject("extensionFolder"), "examples"), folder, { recursive: true });
  return folder;
}

/** An empty folder for a workspace. */
export function emptyWorkspace(): string {
  return mkdtempSync(join(tmpdir(), "optimas-workspace-"));
}

/** VS Code with the packed extension on a workspace, in a browser, with a person's hands. */
export class Editor {
  readonly page: Page;
  readonly folder: string;
  readonly #browser: Browser;
  readonly #host: Awaited<ReturnType<typeof startTestHost>>;
  readonly #console: string[];

  private constructor(
    page: Page,
    folder: string,
    browser: Browser,
    host: Awaited<ReturnType<typeof startTestHost>>,
    console: string[],
  ) {
    this.page = page;
    this.folder = folder;
    this.#browser = browser;
    this.#host = host;
    this.#console = console;
  }

  /** @param folder the workspace; it goes when the editor is closed */
  static async open(folder: string, options: EditorOptions = {}): Promise<Editor> {
    const trust = options.restricted
      ? { "security.workspace.trust.startupPrompt": "never" }
      : { "security.workspace.trust.enabled": false };
    const host = await startTestHost({
      extensionsFolder: inject("extensionsFolder"),
      settings: { "workbench.colorTheme": themes[options.theme ?? "dark"], ...trust, ...options.settings },
    });
    const executablePath = findChromium();
    const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args: chromiumFlags });
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const console: string[] = [];
    page.on("console", (message) => console.push(`${message.type()}: ${message.text()}`));
    const editor = new Editor(page, folder, browser, host, console);
    try {
      await page.goto(host.address({ folder }));
      await editor.#ready();
      if (options.open !== undefined) await editor.openNotebook(options.open);
      return editor;
    } catch (error) {
      await editor.screenshot(`failure-${Date.now()}`);
      await editor.close();
      throw error;
    }
  }

  async #ready(): Promise<void> {
    await this.page.waitForSelector(".monaco-workbench .part.statusbar .statusbar-item", { timeout: 60_000 });
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#host.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** What the browser's console and the server have said, for the message of a failed test. */
  log(): string {
    return [...this.#console, this.#host.output()].join("\n");
  }

  /** Runs a command by its title, from the command palette. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(`>${title}`);
    const entry = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    await entry.waitFor();
    await entry.click();
  }

  /** Opens a file of the workspace with quick open. */
  async openFile(path: string): Promise<void> {
    const name = path.split("/").at(-1) ?? path;
    await this.page.keyboard.press("ControlOrMeta+P");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(path);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().click();
  }

  /** Opens a notebook of the workspace, as a notebook: what is opened before the extension is known shows as text. */
  async openNotebook(path: string): Promise<void> {
    const notebook = this.page.locator(".notebookOverlay .cell-list-container").first();
    const text = this.page.locator(".editor-group-container .editor-instance > .monaco-editor").first();
    for (;;) {
      await this.openFile(path);
      await notebook.or(text).first().waitFor();
      if (!(await text.isVisible())) break;
      await this.command("View: Close Editor");
    }
    await this.page.locator(".notebook-toolbar-container a", { hasText: "Run All" }).first().waitFor();
  }

  /** Loads the window anew, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  async runAll(): Promise<void> {
    await this.page.locator(".notebook-toolbar-container a", { hasText: "Run All" }).first().click();
  }

  /** The notebook's cells that are on the screen. */
  cells(): Locator {
    return this.page.locator(".notebookOverlay .cell-list-container .monaco-list-row");
  }

  /** Text of all outputs on the screen; they lie in frames of their own. */
  async outputText(): Promise<string> {
    const texts = await Promise.all(
      this.#outputFrames().map((frame) =>
        frame
          .locator("body")
          .innerText()
          .catch(() => ""),
      ),
    );
    return texts.join("\n");
  }

  /** The frames that outputs are drawn in, innermost first. */
  #outputFrames(): Frame[] {
    return this.page.frames().filter((frame) => frame.url().includes("fake.html") || frame.name().includes("active"));
  }

  /** Waits until an output says something. @throws Error with what the outputs say instead */
  async waitForOutput(wanted: string | RegExp, timeoutMs = 60_000): Promise<string> {
    return this.#poll(() => this.outputText(), wanted, timeoutMs, "no output says");
  }

  /** Waits until the workbench, outputs left out, says something. */
  async waitForText(wanted: string | RegExp, timeoutMs = 30_000): Promise<string> {
    return this.#poll(() => this.page.locator("body").innerText(), wanted, timeoutMs, "nothing on the screen says");
  }

  async #poll(
    read: () => Promise<string>,
    wanted: string | RegExp,
    timeoutMs: number,
    failure: string,
  ): Promise<string> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const text = await read();
      if (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text)) return text;
      if (Date.now() > until) {
        const picture = await this.screenshot(`failure-${Date.now()}`);
        throw new Error(`After ${timeoutMs / 1000} s ${failure} ${wanted}, but:\n${text}\nSee ${picture}.`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** @returns path of the picture, kept with the results of the tests */
  async screenshot(name: string): Promise<string> {
    const path = join(screenshots, `${name}.png`);
    mkdirSync(dirname(path), { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }

  /** Processes that the editor has started, directly or not. */
  processes(): RunningProcess[] {
    return descendants(this.#host.pid);
  }

  /** Kernels and trainers among them. */
  engineProcesses(): RunningProcess[] {
    return this.processes().filter(({ command }) => /[\\/]dist[\\/](?:kernel|trainer)\.js/.test(command));
  }

  /** The process that extensions run in. */
  extensionHost(): RunningProcess {
    const [found, ...others] = this.processes().filter(({ command }) => command.includes("--type=extensionHost"));
    if (found === undefined || others.length > 0) {
      throw new Error(
        `Not one extension host:\n${this.processes()
          .map(({ command }) => command)
          .join("\n")}`,
      );
    }
    return found;
  }
}
