import type { Page } from "playwright-core";

/** Milliseconds by which frames and the editor's answers come late, to play a machine that has much else to do. */
const LATE_MS = Number(process.env.OPTIMAS_TEST_LATE_MS ?? 0);
/** Milliseconds between a person's press and its release, in which the page may move. */
const PRESS_MS = 50;

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

const known = new WeakSet<object>();

/** Presses last as long as a person's, unless a test says how long. */
export function holdPresses(page: Page): void {
  for (const [of, place] of [
    [page.locator("html"), 0],
    [page.mouse, 2],
  ] as const) {
    const kind: object = Object.getPrototypeOf(of);
    if (known.has(kind)) continue;
    known.add(kind);
    const click: unknown = Reflect.get(kind, "click");
    if (typeof click !== "function") throw new Error("the browser's driver presses in another way now");
    Reflect.set(kind, "click", function (this: unknown, ...given: object[]) {
      while (given.length < place) given.push({});
      given[place] = { delay: PRESS_MS, ...given[place] };
      return Reflect.apply(click, this, given);
    });
  }
}
