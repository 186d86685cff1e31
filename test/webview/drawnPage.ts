import type { Page } from "playwright-core";
import { expect } from "vitest";

/** After so long without a frame, the browser has taken the page for one that nobody sees. */
const UNSEEN_MS = 10_000;

/**
 * Until what was asked for is drawn: two frames of the page. One that gets none is gone to, as a person would; it stays the
 * page that it was, and what is looked at afterwards is what it draws.
 */
export async function drawnFrames(page: Page): Promise<void> {
  const frames = page
    .evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    .then(() => true);
  let timer: NodeJS.Timeout | undefined;
  const unseen = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), UNSEEN_MS);
  });
  try {
    if (await Promise.race([frames, unseen])) return;
  } finally {
    clearTimeout(timer);
  }
  await page.bringToFront();
  await frames;
}

/** Until the page has nothing more to do, or has had as long as `drawnFrames` waits. */
export async function idle(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => requestIdleCallback(resolve, { timeout: ${UNSEEN_MS} }))`);
}

/**
 * Until the page has been answered all that it asked the editor for, has drawn it, and has nothing more to do. Charts are
 * drawn when they are laid out, and texts are asked for when a page was drawn: it is looked at until nothing came of that.
 */
export async function settled(page: Page): Promise<void> {
  let before: number;
  do {
    before = await page.evaluate<number>("globalThis.answered ?? 0");
    await drawnFrames(page);
    await idle(page);
    await expect.poll(() => page.evaluate("globalThis.asked === globalThis.answered")).toBe(true);
  } while ((await page.evaluate<number>("globalThis.answered ?? 0")) !== before);
}
