type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string;

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element. Strings become text and never markup, so that nothing a model wrote can act.
 * @param attributes `true` sets an empty attribute, `false` and undefined set none
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** An SVG element; see `element`. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** Sets attributes, touching the page only where one differs: an unchanged page costs no layout and disturbs no reader. */
export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = value === undefined || value === false ? null : value === true ? "" : String(value);
    if (target.getAttribute(name) === text) continue;
    if (text === null) target.removeAttribute(name);
    else target.setAttribute(name, text);
  }
}

export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** A table with a caption and a row of headings; the first cell of each row is its heading. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): HTMLTableElement {
  const headings = head.map((title) => element("th", { scope: "col" }, title));
  const body = rows.map((cells) =>
    element(
      "tr",
      {},
      ...cells.map((cell, index) => (index === 0 ? element("th", { scope: "row" }, cell) : element("td", {}, cell))),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...headings)),
    element("tbody", {}, ...body),
  );
}
