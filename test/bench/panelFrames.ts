import type { Browser, Page } from "playwright-core";
import type { CallLine } from "../../src/run/callLog.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { openRunPanel } from "../webview/run/runPanelPage.ts";

export interface PanelFrames {
  /** Milliseconds from one frame to the next. */
  readonly median: number;
  readonly slow: number;
  /** Share of frames that a screen of 60 frames a second would have shown and did not get. */
  readonly dropped: number;
  /** Bytes that the page's script holds. */
  readonly heap: number;
}

/** One movement in each frame: zooms in and out, then drags the picture to and fro. */
const moveAbout = (title: string) => `(async () => {
  const figures = [...document.querySelectorAll("figure")].filter((one) => one.offsetParent !== null);
  const figure = figures.find((one) => one.querySelector("h3").textContent.startsWith(${JSON.stringify(title)}));
  const canvas = figure.querySelector("canvas");
  figure.scrollIntoView({ block: "center" });
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const at = (offset) => ({ bubbles: true, cancelable: true, clientX: x + offset, clientY: y });
  const mouse = (type, offset) => {
    canvas.dispatchEvent(new PointerEvent("pointer" + type, { ...at(offset), pointerType: "mouse", button: 0, buttons: 1 }));
    canvas.dispatchEvent(new MouseEvent("mouse" + type, { ...at(offset), button: 0, buttons: 1 }));
  };
  const frame = () => new Promise(requestAnimationFrame);
  const gaps = [];
  let last = await frame();
  const step = async (move) => {
    move();
    const now = await frame();
    gaps.push(now - last);
    last = now;
  };
  for (let turn = 0; turn < 90; turn++) {
    const deltaY = turn < 30 || turn >= 60 ? -120 : 120;
    await step(() => canvas.dispatchEvent(new WheelEvent("wheel", { ...at(0), deltaY })));
  }
  mouse("down", 0);
  for (let turn = 0; turn < 120; turn++) await step(() => mouse("move", 150 * Math.sin(turn / 12)));
  mouse("up", 0);
  return gaps;
})()`;

/** What panning and zooming a chart of a page costs, in a browser of this machine. */
export async function panelFrames(
  browser: Browser,
  code: string,
  events: readonly RunEvent[],
  { front, title, calls }: { readonly front: string; readonly title: string; readonly calls?: readonly CallLine[] },
): Promise<PanelFrames> {
  const { page, state } = await openRunPanel(browser, code, events, { front, ...(calls && { calls }) });
  await page.getByRole("figure").filter({ hasText: title }).locator("canvas").waitFor();
  const heap = await heapOf(page);
  const before = JSON.stringify(await state());
  const gaps = (await page.evaluate<number[]>(moveAbout(title))).sort((a, b) => a - b);
  // The page keeps what is seen a while after it was moved.
  let now = before;
  while (now === before) now = JSON.stringify(await state());
  const at = (share: number) => gaps[Math.floor(share * (gaps.length - 1))] ?? Number.NaN;
  const missed = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round((60 * gap) / 1000) - 1), 0);
  await page.close();
  return { median: at(0.5), slow: at(0.95), dropped: missed / (missed + gaps.length), heap };
}

async function heapOf(page: Page): Promise<number> {
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  const { usedSize } = await client.send("Runtime.getHeapUsage");
  return usedSize;
}
