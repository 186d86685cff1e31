import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/systemPrograms.mjs";
import type { EditorMessage, RendererMessage } from "../../src/run/runOutput.ts";
import type { WordsMessage } from "../../src/run/wordsMessage.ts";
import { holdPresses } from "./heldPresses.ts";
import { playLateness } from "./latePages.ts";
import { type ThemeName, themedPage } from "./themes.ts";

/** A browser of this machine; undefined where there is none, for tests never fetch one. */
export const browserPath = findChromium();

export async function startBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error("no browser on this machine");
  return chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
}

/** Keeps what hears presses in `pressed`, so that tests find it without a list. */
const notePressed = `(() => {
  const add = EventTarget.prototype.addEventListener;
  globalThis.pressed = new Set();
  EventTarget.prototype.addEventListener = function (type, ...given) {
    if (type === "click" && this instanceof Element) globalThis.pressed.add(this);
    return add.call(this, type, ...given);
  };
})()`;

let shared: Promise<Browser> | undefined;

/** The browser of all tests that run in this process, which it ends with. They close their pages, and leave it open. */
export async function testBrowser(): Promise<Browser> {
  const running = await shared;
  if (!running?.isConnected()) shared = startBrowser();
  return shared ?? startBrowser();
}

/** Of every browser, a page on each site that was gone to. It opens the pages of the tests, and outlives them. */
const openers = new WeakMap<Browser, Map<string, Promise<Page>>>();

/**
 * A fresh page that will go to a site of the tests' own. It draws in the process of the page that opened it, which has
 * compiled the site's script before: that halves what a page costs. Pages of one site share what the site stores and the
 * clock of Playwright; what those of the editor keep is played by the test.
 */
export async function newPage(
  browser: Browser,
  site: string,
  given: { readonly width: number; readonly height: number; readonly reducedMotion?: boolean },
): Promise<Page> {
  const known = openers.get(browser) ?? new Map<string, Promise<Page>>();
  openers.set(browser, known);
  const opener = await (known.get(site) ?? known.set(site, openerOn(browser, site)).get(site));
  if (opener === undefined) throw new Error(`no page is on ${site}`);
  const [page] = await Promise.all([opener.waitForEvent("popup"), opener.evaluate("void open('about:blank')")]);
  await page.addInitScript(notePressed);
  await playLateness(page);
  holdPresses(page);
  await page.setViewportSize({ width: given.width, height: given.height });
  await page.emulateMedia({ reducedMotion: given.reducedMotion ? "reduce" : "no-preference" });
  return page;
}

async function openerOn(browser: Browser, site: string): Promise<Page> {
  const page = await browser.newPage();
  await page.route("**/*", (route) => route.fulfill({ contentType: "text/html", body: "" }));
  await page.goto(site);
  return page;
}

let built: Promise<string> | undefined;

/** The renderer as it is shipped: one module. */
export function rendererCode(): Promise<string> {
  built ??= buildRenderer();
  return built;
}

async function buildRenderer(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../../webview/renderer.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "chrome132",
    minify: true,
    write: false,
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("the renderer was not built");
  return file.text;
}

/** A page of outputs with the renderer in it. */
export interface RendererPage {
  readonly page: Page;
  /** What the page asked for and was refused. */
  readonly refused: readonly string[];
  show(output: unknown, id?: string): Promise<void>;
  dispose(id?: string): Promise<void>;
  /** What the renderer said, but for asking for words. */
  messages(): Promise<RendererMessage[]>;
  /** What the extension says to the renderer. */
  tell(message: EditorMessage): Promise<void>;
  state(): Promise<unknown>;
}

/** The part of the editor, in the page: gives the renderer its outputs and keeps what it says. */
const editorsPart = (given: {
  readonly trusted: boolean;
  readonly state: unknown;
  readonly words: WordsMessage | undefined;
}) => `
import { activate } from "./renderer.js";
const messages = [];
let listener = () => {};
let state = ${JSON.stringify(given.state ?? null)} ?? undefined;
const words = ${JSON.stringify(given.words ?? null)};
const api = activate({
  workspace: { isTrusted: ${given.trusted} },
  getState: () => state,
  setState: (next) => { state = next; },
  postMessage(message) {
    if (message.type !== "words") messages.push(message);
    else if (words !== null) queueMicrotask(() => listener(words));
  },
  onDidReceiveMessage: (listen) => { listener = listen; },
});
const placeOf = (id) => {
  const known = document.getElementById(id);
  if (known !== null) return known;
  const made = document.createElement("div");
  made.id = id;
  document.getElementById("output").append(made);
  return made;
};
globalThis.outputs = {
  render(id, text) {
    const item = { id, mime: "application/vnd.optimas.run+json", metadata: {}, text: () => text, json: () => JSON.parse(text) };
    return api.renderOutputItem(item, placeOf(id), new AbortController().signal);
  },
  dispose: (id) => api.disposeOutputItem(id),
  messages: () => messages,
  tell: (message) => listener(message),
  state: () => state,
};
`;

/** @param given.state what the renderer kept when the page was open before */
export async function openPage(
  browser: Browser,
  code: string,
  given: {
    readonly theme?: ThemeName;
    readonly trusted?: boolean;
    readonly state?: unknown;
    /** What the editor answers to a page that asks for words; nothing where it speaks English. */
    readonly words?: WordsMessage;
    readonly width?: number;
    /** Time passes only by `page.clock`. */
    readonly stillClock?: boolean;
  } = {},
): Promise<RendererPage> {
  const { theme = "dark", trusted = true, state, words, width = 860, stillClock = false } = given;
  // A clock that stands still stands still for all pages beside it.
  const size = { width, height: 900 };
  const page = await (stillClock
    ? browser.newPage({ viewport: size })
    : newPage(browser, "http://outputs.invalid/", size));
  const served: Readonly<Record<string, readonly [string, string]>> = {
    "/": ["text/html", themedPage(theme)],
    "/editor.js": ["text/javascript", editorsPart({ trusted, state, words })],
    "/renderer.js": ["text/javascript", code],
  };
  const refused: string[] = [];
  // Nothing may be loaded from anywhere.
  await page.route("**/*", (route) => {
    const url = route.request().url();
    const [contentType, body] = served[new URL(url).pathname] ?? [];
    if (contentType !== undefined && body !== undefined) return route.fulfill({ contentType, body });
    refused.push(url);
    return route.abort();
  });
  if (stillClock) await page.clock.install({ time: 0 });
  await page.goto("http://outputs.invalid/");
  // An installed clock goes on by itself until it is stopped.
  if (stillClock) await page.clock.pauseAt(60_000);
  return {
    page,
    refused,
    show: async (output, id = "first") => {
      const text = typeof output === "string" ? output : JSON.stringify(output);
      await page.evaluate(`outputs.render(${JSON.stringify(id)}, ${JSON.stringify(text)})`);
    },
    dispose: (id) => page.evaluate(`outputs.dispose(${JSON.stringify(id)})`),
    tell: (message) => page.evaluate(`outputs.tell(${JSON.stringify(message)})`),
    messages: () => page.evaluate("outputs.messages()"),
    state: () => page.evaluate("outputs.state()"),
  };
}
