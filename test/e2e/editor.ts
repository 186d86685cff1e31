import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
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

/** Themes that VS Code brings: their names in settings and in lists, and the class that says which one is shown. */
export const themes = {
  dark: { id: "Default Dark Modern", label: "Dark Modern", workbench: "vs-dark" },
  light: { id: "Default Light Modern", label: "Light Modern", workbench: "vs" },
  highContrast: { id: "Default High Contrast", label: "Dark High Contrast", workbench: "hc-black" },
  highContrastLight: { id: "Default High Contrast Light", label: "Light High Contrast", workbench: "hc-light" },
} as const;

export interface EditorOptions {
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: keyof typeof themes;
  /** Leaves the workspace untrusted, as every workspace starts. */
  readonly restricted?: boolean;
  /** File of the workspace to open, relative to it. */
  readonly open?: string;
}

/** Runs in a frame: what is laid out there, that inside shadow roots as well, which `innerText` leaves out. */
const readText = `(() => {
  const hosts = (root) => [...root.querySelectorAll("*")].filter((element) => element.shadowRoot);
  const inside = (root) => hosts(root).flatMap(({ shadowRoot }) => [
    ...[...shadowRoot.children].filter(({ localName }) => localName !== "style").map((child) => child.innerText ?? ""),
    ...inside(shadowRoot),
  ]);
  return [document.body?.innerText ?? "", ...inside(document)].join("\\n");
})()`;

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
      settings: { "workbench.colorTheme": themes[options.theme ?? "dark"].id, ...trust, ...options.settings },
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
    await this.#quickPick(`>${title}`, title);
  }

  /** Opens a file of the workspace with quick open, at a line (from 1) where one is given. */
  async openFile(path: string, line?: number): Promise<void> {
    await this.#quickPick(line === undefined ? path : `${path}:${line}`, path.split("/").at(-1) ?? path);
  }

  /** Types into the box of the command palette, whose prefixes lead everywhere, and picks an entry. */
  async #quickPick(typed: string, entry: string): Promise<void> {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input");
    await input.waitFor();
    await input.fill(typed);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first().click();
  }

  /** Picks an entry of the list that is shown, or will be. */
  async pick(entry: string | RegExp): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first();
    try {
      await row.click();
    } catch (error) {
      const picture = await this.screenshot(`failure-${Date.now()}`);
      throw new Error(`No list offers ${entry}. See ${picture}.`, { cause: error });
    }
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
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

  /** Presses a button of the dialog that is shown, or will be. */
  async answer(button: string | RegExp): Promise<void> {
    const dialog = this.page.locator(".monaco-dialog-box");
    await dialog.locator(".monaco-button", { hasText: button }).first().click();
    await dialog.waitFor({ state: "hidden" });
  }

  /** Loads the window anew, as "Developer: Reload Window" does. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  /** The same by the command itself, which keeps first what is to be kept. */
  async reloadByCommand(): Promise<void> {
    const loaded = this.page.waitForEvent("load");
    await this.command("Developer: Reload Window");
    await loaded;
    await this.#ready();
  }

  /** Presses a button of the notebook's toolbar. */
  async toolbar(title: string): Promise<void> {
    const exactly = new RegExp(`^${title}$`);
    await this.page.locator(".notebook-toolbar-container a", { hasText: exactly }).first().click();
  }

  async runAll(): Promise<void> {
    await this.toolbar("Run All");
  }

  /** Waits until the status bar says so of the kernel. */
  async waitForKernel(words: string, timeoutMs = 60_000): Promise<void> {
    const item = this.page.locator(".statusbar-item", { hasText: `Optimas: ${words}` }).first();
    await item.waitFor({ timeout: timeoutMs });
  }

  /** Goes to a heading of the notebook. */
  async goToHeading(heading: string): Promise<void> {
    await this.#quickPick(`@${heading}`, heading);
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** What the status bar says of the kernel now. */
  async kernelSays(): Promise<string> {
    return this.page.locator(".statusbar-item", { hasText: "Optimas: " }).first().innerText();
  }

  /** Presses what stands below a cell, in its status bar. */
  async cellStatus(text: string | RegExp): Promise<void> {
    await this.page.locator(".cell-statusbar-container .cell-status-item", { hasText: text }).first().click();
  }

  /** What stands below the cells that are visible, in their status bars. */
  async cellStatuses(): Promise<string[]> {
    return this.page.locator(".cell-statusbar-container .cell-status-item").allInnerTexts();
  }

  /** Texts of the notifications that are shown. */
  async notifications(): Promise<string[]> {
    return this.page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts();
  }

  /** Scrolls a notebook down until the code cell with this source lies at the top, with its outputs below. */
  async scrollDownTo(source: string): Promise<void> {
    const list = await this.page.locator(".notebookOverlay .cell-list-container").first().boundingBox();
    if (list === null) throw new Error("No notebook is shown.");
    // Beside the outputs, which have wheels of their own.
    await this.page.mouse.move(list.x + 8, list.y + list.height / 2);
    const cell = this.cells().filter({ hasText: source }).first();
    for (let turn = 0; turn < 100; turn++) {
      const place = (await cell.count()) > 0 ? await cell.boundingBox({ timeout: 1_000 }).catch(() => null) : null;
      if (place !== null && Math.abs(place.y - list.y) < 150) return;
      await this.page.mouse.wheel(0, place === null ? list.height / 2 : place.y - list.y - 60);
      // The list is laid out in its own time, and outputs grow.
      await this.page.waitForTimeout(200);
    }
    throw new Error(`No cell below says ${source}. See ${await this.screenshot(`failure-${Date.now()}`)}.`);
  }

  /**
   * A lens over the line that says something: the nearest one above it.
   * @param line a text of the line, which must be on the screen
   */
  async lens(line: string, title: string | RegExp, timeoutMs = 60_000): Promise<Locator> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      const found = await this.#lensNow(line, title);
      if (found !== undefined && (await this.#stays(found))) return found;
      if (Date.now() > until) {
        const picture = await this.screenshot(`failure-${Date.now()}`);
        throw new Error(`After ${timeoutMs / 1000} s no lens ${title} stands over ${line}. See ${picture}.`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Lenses are drawn anew as more becomes known, and a press in that moment is lost: nobody is as quick as a test. */
  async #stays(found: Locator): Promise<boolean> {
    const element = await found.elementHandle({ timeout: 1_000 }).catch(() => null);
    await this.page.waitForTimeout(1_500);
    return (await element?.evaluate((node) => node.isConnected)) === true;
  }

  async #lensNow(line: string, title: string | RegExp): Promise<Locator | undefined> {
    const place = await this.page
      .locator(".editor-instance .view-lines .view-line", { hasText: line })
      .first()
      .boundingBox({ timeout: 1_000 })
      .catch(() => null);
    if (place === null) return undefined;
    const links = this.page.locator(".editor-instance .codelens-decoration a", { hasText: title });
    for (const link of await links.all()) {
      const box = await link.boundingBox({ timeout: 1_000 }).catch(() => null);
      if (box !== null && box.y < place.y && place.y - box.y < 2 * place.height + 4) return link;
    }
    return undefined;
  }

  /** Waits for a notification that says something. */
  async waitForNotification(wanted: string | RegExp, timeoutMs = 60_000): Promise<string> {
    return this.#poll(async () => (await this.notifications()).join("\n"), wanted, timeoutMs, "no notification says");
  }

  /** Presses a button of a notification. */
  async pressNotification(button: string | RegExp): Promise<void> {
    await this.page.locator(".notifications-toasts .monaco-button", { hasText: button }).first().click();
  }

  /** Presses a button in the title of the editor that is open. */
  async editorAction(title: string | RegExp): Promise<void> {
    await this.page.locator(".editor-actions").getByRole("button", { name: title }).first().click();
  }

  /** The page of the extension that has such an element; pages lie in frames of their own. */
  async pageWith(selector: string): Promise<Frame> {
    for (const until = Date.now() + 60_000; Date.now() < until; await this.page.waitForTimeout(100)) {
      for (const frame of this.page.frames()) {
        const count = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
    }
    throw new Error(`No page has ${selector}. See ${await this.screenshot(`failure-${Date.now()}`)}.`);
  }

  /** Waits until a page of the extension, or an output, says something. */
  async waitForPage(wanted: string | RegExp, timeoutMs = 60_000): Promise<string> {
    return this.#poll(() => this.outputText(), wanted, timeoutMs, "no page says");
  }

  /** Changes the colour theme as a person does, and waits until it is shown. */
  async theme(theme: keyof typeof themes): Promise<void> {
    await this.command("Preferences: Color Theme");
    const { label, workbench } = themes[theme];
    await this.page.locator(".quick-input-widget input").fill(label);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click();
    await this.page.waitForSelector(`.monaco-workbench.${workbench}`);
    // The outputs follow, in frames of their own.
    await this.page.waitForTimeout(500);
  }

  /** Puts away the side bar and what was said, so that the editor has the window to itself. */
  async clearedDesk(): Promise<void> {
    await this.command("Notifications: Clear All Notifications");
    if (await this.page.locator(".part.sidebar").isVisible()) {
      await this.command("View: Toggle Primary Side Bar Visibility");
    }
  }

  /** Lines of the extension's log. */
  extensionLog(): string {
    const folder = this.#host.dataFolder;
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith("Optimas.log"),
    );
    return files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
  }

  /** The notebook's cells that are on the screen. */
  cells(): Locator {
    return this.page.locator(".notebookOverlay .cell-list-container .monaco-list-row");
  }

  /** Text of all outputs that were on the screen; they lie in frames of their own. */
  async outputText(): Promise<string> {
    const frames = this.page.frames().filter((frame) => frame.url().includes("/webview/browser/pre/"));
    const texts = await Promise.all(frames.map((frame) => frame.evaluate<string>(readText).catch(() => "")));
    return texts.join("\n");
  }

  /** Waits until an output says something. @throws Error with what the outputs say instead */
  async waitForOutput(wanted: string | RegExp, timeoutMs = 60_000): Promise<string> {
    return this.#poll(() => this.outputText(), wanted, timeoutMs, "no output says");
  }

  /** Waits until the workbench, outputs left out, says something. */
  async waitForText(wanted: string | RegExp, timeoutMs = 30_000): Promise<string> {
    // The editor draws spaces that do not break.
    const read = async () => (await this.page.locator("body").innerText()).replaceAll("\u00a0", " ");
    return this.#poll(read, wanted, timeoutMs, "nothing on the screen says");
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
