import type { Page } from "playwright-core";

/** Something that can be worked, as it came under the keyboard. */
export interface Stop {
  readonly name: string;
  /** Contrast of what shows the focus with what is around it; 0 where nothing shows it. */
  readonly sign: number;
}

/**
 * What a page offers to be worked, found by what it is and by what it listens to, never by a list. Elements of the toolkit
 * count as one each, whatever they are made of; other open shadow roots are looked into.
 */
const script = `(() => {
  if (globalThis.handles !== undefined) return;
  const isOwn = (element) => !element.localName.startsWith("vscode-");
  const all = (root) =>
    [...root.querySelectorAll("*")].flatMap((element) => [
      element,
      ...(element.shadowRoot !== null && isOwn(element) ? all(element.shadowRoot) : []),
    ]);
  const seen = (element) => element.checkVisibility({ visibilityProperty: true });
  const WORKED = ["a[href]", "button", "input", "select", "textarea", "summary", "[tabindex='0']", "vscode-button", "vscode-checkbox",
    "vscode-dropdown", "vscode-radio", ...["button", "tab", "menuitem", "checkbox", "radio", "slider", "link", "switch", "gridcell"].map((role) => "[role=" + role + "]"),
    "[role=grid] th"].join();
  const OFF = ":disabled, [disabled], [aria-disabled=true]";
  const offered = () => all(document.body).filter((element) => element.matches(WORKED) && !element.matches(OFF) && seen(element));
  const now = () => {
    let at = document.activeElement;
    while (at?.shadowRoot?.activeElement && isOwn(at)) at = at.shadowRoot.activeElement;
    return at === document.body ? null : at;
  };
  const name = (element) => {
    const label = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent ?? "";
    return [element.localName, element.getAttribute("role"), element.className, label.trim().slice(0, 40)].filter(Boolean).join(" ");
  };
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const over = (colour, back, alpha = 1) => {
    pen.globalAlpha = 1;
    pen.fillStyle = "rgb(" + back.join(",") + ")";
    pen.fillRect(0, 0, 1, 1);
    pen.globalAlpha = alpha;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const parentOf = (element) =>
    element.parentElement ?? (element.getRootNode() instanceof ShadowRoot ? element.getRootNode().host : null);
  const behind = (element) => {
    const around = [];
    for (let node = parentOf(element); node !== null; node = parentOf(node)) around.unshift(node);
    return around.reduce((back, node) => over(getComputedStyle(node).backgroundColor, back), [255, 255, 255]);
  };
  const sign = (element) => {
    const back = behind(element);
    const outlines = [element, ...(element.shadowRoot?.querySelectorAll("*") ?? [])].map((part) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(part);
      return outlineStyle === "none" || Number.parseFloat(outlineWidth) < 1 ? 0 : contrast(over(outlineColor, back), back);
    });
    return Math.max(0, ...outlines);
  };
  // Of these one is tabbed to, and keys lead to the others.
  const group = (element) => element.closest("[role=tablist], [role=grid], vscode-radio-group, [role=menu]");
  globalThis.handles = { all, offered, now, name, over, contrast, behind, sign, group, seen };
})()`;

/** Readies a page for the functions below. */
export async function readHandles(page: Page): Promise<void> {
  await page.evaluate(script);
}

/** Goes from the beginning of a page to its end and back by Tab alone. */
export async function walk(page: Page): Promise<{ readonly stops: Stop[]; readonly back: string[] }> {
  await readHandles(page);
  const at = () =>
    page.evaluate<Stop | null>(`(() => {
      const at = handles.now();
      if (at !== null) walked.push(at);
      return at && { name: handles.name(at), sign: handles.sign(at) };
    })()`);
  await page.evaluate("globalThis.walked = []; document.activeElement?.blur(); handles.offered()[0]?.focus()");
  const stops: Stop[] = [];
  for (let stop = await at(); stop !== null && stops.length < 300; stop = await at()) {
    stops.push(stop);
    await page.keyboard.press("Tab");
  }
  const back: string[] = [];
  await page.evaluate("globalThis.stops = [...walked]; stops.at(-1)?.focus()");
  for (let stop = await at(); stop !== null && back.length < stops.length; stop = await at()) {
    back.push(stop.name);
    await page.keyboard.press("Shift+Tab");
  }
  return { stops, back };
}

/** What no key came to in the last walk, though a pointer can do something with it. */
export function outOfReach(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const stops = new Set(globalThis.stops);
    const groups = new Set([...stops].map(handles.group).filter(Boolean));
    const reached = (element) => stops.has(element) || groups.has(handles.group(element));
    const left = handles.offered().filter((element) => !reached(element));
    const deaf = [...pressed].filter((element) => element.isConnected && handles.seen(element) && !element.matches(":disabled, [disabled]"))
      .filter((element) => ![...stops].some((stop) => stop === element || element.contains(stop) || stop.contains(element)))
      .filter((element) => !reached(element) && !element.getRootNode().host?.localName.startsWith("vscode-") && !element.localName.startsWith("vscode-option"));
    return [...new Set([...left, ...deaf])].map(handles.name);
  })()`);
}

/** Of what the last walk came to, that whose focus is not seen in the present theme. */
export function unseen(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`stops.flatMap((stop) => {
    stop.focus();
    const sign = handles.sign(stop);
    return sign >= 3 ? [] : [handles.name(stop) + ": " + sign.toFixed(2)];
  })`);
}

/** Presses everything that the last walk came to; what is pressed is kept from doing anything. @returns what no key worked */
export async function unworked(page: Page): Promise<string[]> {
  await page.evaluate(`(() => {
    globalThis.effects = 0;
    // Of things that are the same but for what they say, one stands for all.
    globalThis.kind = (one) => [one.localName, one.className, one.parentElement?.className, one.closest("section, figure, header")?.className].join();
    globalThis.stopPresses = new AbortController();
    for (const type of ["click", "change", "toggle"]) {
      const halt = (event) => { effects += 1; event.stopImmediatePropagation(); event.preventDefault(); };
      window.addEventListener(type, halt, { capture: true, signal: stopPresses.signal });
    }
  })()`);
  const WORKED =
    "a[href], button:not([role=tab]), summary, vscode-button, vscode-checkbox, vscode-dropdown, [role=button]";
  const count = await page.evaluate<number>(
    `globalThis.toPress = stops.filter((stop, at) => stop.matches(${JSON.stringify(WORKED)}) && stops.findIndex((one) => kind(one) === kind(stop)) === at), toPress.length`,
  );
  const left: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const works = [];
    for (const key of ["Enter", "Space"]) {
      await page.evaluate(`effects = 0; toPress[${index}].focus()`);
      await page.keyboard.press(key);
      await drawn(page);
      works.push(await page.evaluate<boolean>(`effects > 0 || toPress[${index}].hasAttribute("open")`));
      if (
        await page.evaluate<boolean>(
          `toPress[${index}].matches("vscode-dropdown") && toPress[${index}].hasAttribute("open")`,
        )
      ) {
        await page.keyboard.press("Escape");
        await drawn(page);
        if (
          await page.evaluate<boolean>(`toPress[${index}].hasAttribute("open") || handles.now() !== toPress[${index}]`)
        )
          works.push(false);
      }
    }
    // A box is ticked by Space alone, everywhere.
    const isBox = await page.evaluate<boolean>(`toPress[${index}].matches("vscode-checkbox")`);
    if (!works.slice(isBox ? 1 : 0).every(Boolean))
      left.push(await page.evaluate<string>(`handles.name(toPress[${index}])`));
  }
  await page.evaluate("stopPresses.abort()");
  return left;
}

/** The toolkit tells of what it does with the next picture. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
}

/** What is not there as a whole: wider than the page, or cut off without a way to see the rest. */
export function cutOff(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const found = document.documentElement.scrollWidth > innerWidth ? ["the page: " + document.documentElement.scrollWidth] : [];
    for (const element of handles.all(document.body)) {
      if (!handles.seen(element) || element.closest(".spoken, .keys") || element.closest("svg")) continue;
      const { overflowX } = getComputedStyle(element);
      const isCut = (overflowX === "hidden" || overflowX === "clip") && element.scrollWidth > element.clientWidth + 1;
      // What is shortened is said in full elsewhere.
      if (isCut && element.textContent.trim() !== "" && element.closest("[title]") === null) found.push(handles.name(element));
    }
    return found;
  })()`);
}

/** Keeps what is nothing but a colour of its own, such as bars and dots. */
export async function noteMarks(page: Page): Promise<void> {
  await page.evaluate(`(() => {
    handles.shown = (element) => {
      const back = handles.behind(element);
      const { backgroundColor, borderStyle, borderColor } = getComputedStyle(element);
      const looks = [backgroundColor, ...(borderStyle === "none" ? [] : [borderColor])];
      return Math.max(...looks.map((colour) => handles.contrast(handles.over(colour, back), back)));
    };
    handles.marks = handles.all(document.body).filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      const isEmpty = element.textContent.trim() === "" && element.children.length === 0 && element.shadowRoot === null;
      return isEmpty && width >= 2 && height >= 2 && handles.seen(element) && handles.shown(element) >= 1.5;
    });
  })()`);
}

/** Of these, what is not seen any more: where the system forces its colours, it takes the backgrounds away. */
export function vanished(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    "handles.marks.filter((mark) => mark.isConnected && handles.seen(mark) && handles.shown(mark) < 3).map((mark) => handles.name(mark) || mark.localName)",
  );
}
