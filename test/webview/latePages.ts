import type { Page } from "playwright-core";

/** Milliseconds by which frames and the editor's answers come late, to play a machine that has much else to do. */
const LATE_MS = Number(process.env.OPTIMAS_TEST_LATE_MS ?? 0);

const lateFrames = `(() => {
  const [request, cancel, later] = [requestAnimationFrame, cancelAnimationFrame, setTimeout].map((one) => one.bind(globalThis));
  const frames = new Map();
  let last = 1e9;
  globalThis.requestAnimationFrame = (act) => {
    const id = ++last;
    frames.set(id, undefined);
    later(() => frames.has(id) && frames.set(id, request((time) => { frames.delete(id); act(time); })), ${LATE_MS});
    return id;
  };
  globalThis.cancelAnimationFrame = (id) => {
    if (frames.get(id) !== undefined) cancel(frames.get(id));
    frames.delete(id);
  };
})()`;

/** Before the page is gone to. */
export async function playLateness(page: Page): Promise<void> {
  if (LATE_MS > 0) await page.addInitScript(lateFrames);
}

/** Before the editor answers a page. */
export async function lateAnswer(): Promise<void> {
  if (LATE_MS > 0) await new Promise((resolve) => setTimeout(resolve, LATE_MS));
}
