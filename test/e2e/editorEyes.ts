import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Frame, Locator, Page } from "playwright-core";
import type { TestHost } from "../../scripts/testHostServer.mjs";
import { descendants, type RunningProcess } from "./processes.ts";

const screenshots = fileURLToPath(new URL("../../test-results/screenshots", import.meta.url));

/** Runs in a frame: what is laid out there, that inside shadow roots as well, which `innerText` leaves out. */
const readText = `(() => {
  const hosts = (root) => [...root.querySelectorAll("*")].filter((element) => element.shadowRoot);
  const inside = (root) => hosts(root).flatMap(({ shadowRoot }) => [
    ...[...shadowRoot.children].filter(({ localName }) => localName !== "style").map((child) => child.innerText ?? ""),
    ...inside(shadowRoot),
  ]);
  return [document.body?.innerText ?? "", ...inside(document)].join("\\n");
})()`;

/** Milliseconds until something is taken for lost. A busy machine may need many times as long as a quiet one. */
export const PATIENCE_MS = 240_000;

/** What a person sees of VS Code in a browser, and what the machine runs for it. */
export class EditorEyes {
  readonly page: Page;
  protected readonly host: TestHost;
  readonly #said: string[] = [];

  constructor(page: Page, host: TestHost) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE_MS);
    this.host = host;
    page.on("console", (message) => this.#said.push(`${message.type()}: ${message.text()}`));
  }

  /** What the browser's console and the server have said, for the message of a failed test. */
  log(): string {
    return [...this.#said, this.host.output()].join("\n");
  }

  /** Waits until the status bar says so of the kernel. */
  async waitForKernel(words: string): Promise<void> {
    const item = this.page.locator(".statusbar-item", { hasText: `Optimas: ${words}` }).first();
    await item.waitFor();
  }

  /** What the status bar says of the kernel now. */
  async kernelSays(): Promise<string> {
    return this.page.locator(".statusbar-item", { hasText: "Optimas: " }).first().innerText();
  }

  /** What stands below the cells that are visible, in their status bars. */
  async cellStatuses(): Promise<string[]> {
    return this.page.locator(".cell-statusbar-container .cell-status-item").allInnerTexts();
  }

  /** Texts of the notifications that are shown. */
  async notifications(): Promise<string[]> {
    return this.page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts();
  }

  /**
   * A lens over the line that says something: the nearest one above it.
   * @param line a text of the line, which must be on the screen
   */
  async lens(line: string, title: string | RegExp): Promise<Locator> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const found = await this.#lensNow(line, title);
      if (found !== undefined && (await this.#stays(found))) return found;
      if (Date.now() > until) {
        const picture = await this.screenshot(`failure-${Date.now()}`);
        throw new Error(`After ${PATIENCE_MS / 1000} s no lens ${title} stands over ${line}. See ${picture}.`);
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
  async waitForNotification(wanted: string | RegExp): Promise<string> {
    return this.#poll(async () => (await this.notifications()).join("\n"), wanted, "no notification says");
  }

  /** The page of the extension that has such an element; pages lie in frames of their own. */
  async pageWith(selector: string): Promise<Frame> {
    for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await this.page.waitForTimeout(100)) {
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
  async waitForPage(wanted: string | RegExp): Promise<string> {
    return this.#poll(() => this.outputText(), wanted, "no page says");
  }

  /** Lines of the extension's log. */
  extensionLog(): string {
    const folder = this.host.dataFolder;
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
  async waitForOutput(wanted: string | RegExp): Promise<string> {
    return this.#poll(() => this.outputText(), wanted, "no output says");
  }

  /** Waits until the workbench, outputs left out, says something. */
  async waitForText(wanted: string | RegExp): Promise<string> {
    // The editor draws spaces that do not break.
    const read = async () => (await this.page.locator("body").innerText()).replaceAll("\u00a0", " ");
    return this.#poll(read, wanted, "nothing on the screen says");
  }

  async #poll(read: () => Promise<string>, wanted: string | RegExp, failure: string): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      const text = await read();
      if (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text)) return text;
      if (Date.now() > until) {
        const picture = await this.screenshot(`failure-${Date.now()}`);
        throw new Error(`After ${PATIENCE_MS / 1000} s ${failure} ${wanted}, but:\n${text}\nSee ${picture}.`);
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
    return descendants(this.host.pid);
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
