import type { Page } from "playwright-core";

/** Milliseconds between a person's press and its release, in which what is pressed may move. */
const PRESS_MS = 50;

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
