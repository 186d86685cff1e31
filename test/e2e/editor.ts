import { rmSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { inject } from "vitest";
import { chromiumFlags } from "../../scripts/hostTests.mjs";
import { findChromium } from "../../scripts/systemPrograms.mjs";
import { startTestHost, type TestHost } from "../../scripts/testHostServer.mjs";
import { EditorEyes, PATIENCE_MS } from "./editorEyes.ts";

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

/** VS Code with the packed extension on a workspace, in a browser, with a person's hands. */
export class Editor extends EditorEyes {
  readonly folder: string;
  readonly #browser: Browser;

  private constructor(page: Page, folder: string, browser: Browser, host: TestHost) {
    super(page, host);
    this.folder = folder;
    this.#browser = browser;
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
    const editor = new Editor(page, folder, browser, host);
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
    await this.page.waitForSelector(".monaco-workbench .part.statusbar .statusbar-item");
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.host.stop();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
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
    const input = this.page.locator(".quick-input-widget input");
    await this.#commandPalette(input);
    await input.fill(typed);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first().click();
  }

  /** VS Code's own key is lost where another list closes just then: it is pressed again, as a person would. */
  async #commandPalette(input: Locator): Promise<void> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; ) {
      await this.page.keyboard.press("F1");
      const isOpen = await input.waitFor({ timeout: 20_000 }).then(
        () => true,
        () => false,
      );
      if (isOpen) return;
    }
  }

  /** Picks an entry of the list that is shown, or will be. */
  async pick(entry: string | RegExp): Promise<void> {
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: entry }).first();
    try {
      await row.click();
    } catch (error) {
      const picture = await this.screenshot(`failure-${Date.now()}`);
      const log = `${this.extensionLog()}\n${this.log()}`.slice(-5_000);
      throw new Error(`No list offers ${entry}. See ${picture}. The logs end with:\n${log}`, { cause: error });
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

  /** Goes to a heading of the notebook. */
  async goToHeading(heading: string): Promise<void> {
    await this.#quickPick(`@${heading}`, heading);
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Presses what stands below a cell, in its status bar. */
  async cellStatus(text: string | RegExp): Promise<void> {
    await this.page.locator(".cell-statusbar-container .cell-status-item", { hasText: text }).first().click();
  }

  /**
   * Scrolls a notebook until the code cell with this source lies at the top, with its outputs below, or as far up as it goes:
   * below a last cell without outputs there is nothing to scroll to. Cells of a window that was loaded anew come late, and
   * such a window may show the end of a notebook, where cells above are not drawn.
   */
  async scrollDownTo(source: string): Promise<void> {
    const cell = this.cells().filter({ hasText: source }).first();
    let [before, rested, turns] = [Number.NaN, 0, 0];
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await this.page.waitForTimeout(200)) {
      const list = await this.#box(this.page.locator(".notebookOverlay .cell-list-container").first());
      if (list === null || (await this.cells().count()) === 0) continue;
      const place = (await cell.count()) > 0 ? await this.#box(cell) : null;
      rested = place?.y === before ? rested + 1 : 0;
      before = place?.y ?? Number.NaN;
      const isSeen = place !== null && place.y < list.y + list.height;
      if (place !== null && (Math.abs(place.y - list.y) < 150 || (isSeen && rested >= 5))) return;
      // Beside the outputs, which have wheels of their own.
      await this.page.mouse.move(list.x + 8, list.y + list.height / 2);
      // The list is laid out in its own time, and outputs grow: what was not found is looked for once more from the top.
      const isLost = place === null && ++turns % 40 === 0;
      await this.page.mouse.wheel(0, isLost ? -1e6 : place === null ? list.height / 2 : place.y - list.y - 60);
    }
    const picture = await this.screenshot(`failure-${Date.now()}`);
    const shown = JSON.stringify(await this.cells().allInnerTexts());
    throw new Error(`After ${PATIENCE_MS / 1000} s no cell says ${source}, but: ${shown}\nSee ${picture}.`);
  }

  async #box(element: Locator) {
    return element.boundingBox({ timeout: 1_000 }).catch(() => null);
  }

  /** Presses a button of a notification. */
  async pressNotification(button: string | RegExp): Promise<void> {
    await this.page.locator(".notifications-toasts .monaco-button", { hasText: button }).first().click();
  }

  /** Presses a button in the title of the editor that is open. */
  async editorAction(title: string | RegExp): Promise<void> {
    await this.page.locator(".editor-actions").getByRole("button", { name: title }).first().click();
  }

  /** Changes the colour theme as a person does, and waits until it is shown. */
  async theme(theme: keyof typeof themes): Promise<void> {
    await this.command("Preferences: Color Theme");
    const { label, workbench } = themes[theme];
    await this.page.locator(".quick-input-widget input").fill(label);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: label }).first().click();
    await this.page.waitForSelector(`.monaco-workbench.${workbench}`);
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
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
}
