import type { Place } from "../src/run/place.ts";

/** So long after the last movement, the place is kept. */
const KEPT_MS = 150;
/** What comes later makes the page as long as it was: a kernel may have to start first. */
const PATIENCE_MS = 60_000;

/** Knows where a person is on a page, and brings them back there when it was made anew. */
export class KeptPlace {
  readonly #onMove: () => void;
  readonly #scrolled = new Set<Element>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the person is to be brought while the page is not yet as long as it was. */
  #wanted: Place | undefined;
  #stop: () => void = () => {};

  /** @param onMove the person is elsewhere than before */
  constructor(onMove: () => void) {
    this.#onMove = onMove;
    document.addEventListener("scroll", (event) => this.#moved(event.target), { capture: true, passive: true });
    document.addEventListener("focusin", () => this.#moved(document));
  }

  get place(): Place {
    if (this.#wanted !== undefined) return this.#wanted;
    const scrolled = [...this.#scrolled].filter(
      (part) => part.isConnected && part.checkVisibility() && (part.scrollTop !== 0 || part.scrollLeft !== 0),
    );
    const { activeElement } = document;
    return {
      top: window.scrollY,
      parts: scrolled.map((part) => [wayTo(part), part.scrollLeft, part.scrollTop]),
      focused: activeElement === null || activeElement === document.body ? null : wayTo(activeElement),
    };
  }

  /** Brings the person back, now or as soon as the page is long enough; not against their will. */
  restore(place: Place, withFocus: boolean): void {
    this.#stop();
    this.#wanted = place;
    const settle = (): void => {
      window.scrollTo({ top: place.top, behavior: "instant" });
      const parts = place.parts.map(([way, left, top]) => {
        const part = elementAt(way);
        part?.scrollTo({ left, top, behavior: "instant" });
        return part !== undefined && isNear(part.scrollTop, top) && isNear(part.scrollLeft, left);
      });
      const hasFocus = !withFocus || place.focused === null || takeFocus(place.focused);
      if (hasFocus && isNear(window.scrollY, place.top) && parts.every(Boolean)) this.#stop();
    };
    const changes = new MutationObserver(settle);
    const sizes = new ResizeObserver(settle);
    const acts = ["pointerdown", "wheel", "keydown"] as const;
    const end = (): void => this.#stop();
    const patience = setTimeout(end, PATIENCE_MS);
    this.#stop = () => {
      this.#stop = () => {};
      this.#wanted = undefined;
      clearTimeout(patience);
      changes.disconnect();
      sizes.disconnect();
      window.removeEventListener("focus", settle);
      for (const act of acts) window.removeEventListener(act, end, { capture: true });
    };
    changes.observe(document.body, { childList: true, subtree: true });
    sizes.observe(document.body);
    window.addEventListener("focus", settle);
    for (const act of acts) window.addEventListener(act, end, { capture: true, passive: true });
    settle();
  }

  #moved(target: EventTarget | null): void {
    if (target instanceof Element) this.#scrolled.add(target);
    if (this.#wanted !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onMove, KEPT_MS);
  }
}

function isNear(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1;
}

/** A page that has not the focus of its window takes it from nobody. */
function takeFocus(way: string): boolean {
  const element = elementAt(way);
  if (document.activeElement !== null && document.activeElement !== document.body) return true;
  if (!document.hasFocus() || !(element instanceof HTMLElement) || !element.checkVisibility()) return false;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

function wayTo(element: Element): string {
  const places: number[] = [];
  let at = element;
  while (at.id === "" && at.parentElement !== null) {
    places.unshift([...at.parentElement.children].indexOf(at));
    at = at.parentElement;
  }
  return [at.id, ...places].join("/");
}

function elementAt(way: string): Element | undefined {
  const [id = "", ...places] = way.split("/");
  let at: Element | null | undefined = id === "" ? document.documentElement : document.getElementById(id);
  for (const place of places) at = at?.children[Number(place)];
  return at ?? undefined;
}
