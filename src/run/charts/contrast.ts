import { channels, mixed, type Palette } from "./palette.ts";

/** Contrast with the paper at least, as WCAG 2.2 asks for it: of graphics (1.4.11) and of text (1.4.3). */
export const LEAST_CONTRAST = { graphics: 3, text: 4.5 } as const;

/** Shares of another colour that are tried, one after the other. */
const STEPS = 50;

/**
 * How far two colours stand apart: ratio of their relative luminances (WCAG 2.2), from 1 to 21.
 * @returns undefined where one of them is not written as `#rrggbb`
 */
export function contrastOf(one: string, other: string): number | undefined {
  const [a, b] = [luminance(one), luminance(other)];
  return a === undefined || b === undefined ? undefined : (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/**
 * The colour itself where it stands out from the paper, else as little of the ink in it as that takes. Themes are free in
 * their colours, and some of VS Code's own are too faint for a line on its own editor.
 * @param least contrast with the paper
 */
export function standingOut(colour: string, { paper, ink }: Pick<Palette, "paper" | "ink">, least: number): string {
  for (let step = 0; step <= STEPS; step++) {
    const mix = step === 0 ? colour : mixed(colour, ink, step / STEPS);
    const contrast = contrastOf(mix, paper);
    // What is not known now, such as a custom property, is the matter of whoever chose it.
    if (contrast === undefined || contrast >= least) return mix;
  }
  return ink;
}

/**
 * A paler colour that can be made out all the same.
 * @param share of the colour, from 0 to 1; more of it is taken where the paper would swallow it
 */
export function paler(colour: string, share: number, palette: Palette): string {
  for (let step = 0; step <= STEPS; step++) {
    const mix = mixed(palette.paper, colour, share + ((1 - share) * step) / STEPS);
    const contrast = contrastOf(mix, palette.paper);
    if (contrast === undefined || contrast >= LEAST_CONTRAST.graphics) return mix;
  }
  return standingOut(colour, palette, LEAST_CONTRAST.graphics);
}

/** Of the way from a colour to the ink, as far as a scale goes: what is highest is still seen to be of its colour. */
const DEEPEST = 0.85;

/**
 * Colours of a scale: from the palest that can be made out, by the colour itself, most of the way to the ink, in even
 * steps of lightness. Neighbours of five are told apart on every paper.
 * @returns gives the colour of a share from 0, pale, to 1, deep
 */
export function scaleOf(colour: string, palette: Palette): (share: number) => string {
  const path = [
    ...Array.from({ length: STEPS }, (_, step) => paler(colour, step / STEPS, palette)),
    ...Array.from({ length: STEPS + 1 }, (_, step) => mixed(colour, palette.ink, (DEEPEST * step) / STEPS)),
  ].map((one) => ({ colour: one, lightness: labOf(one)?.[0] }));
  const [first, last] = [path[0], path.at(-1)];
  if (first?.lightness === undefined || last?.lightness === undefined) {
    // Where the steps are not known, they are those of the shares.
    return (share) =>
      share < 0.5 ? mixed(palette.paper, colour, 0.4 + 1.2 * share) : mixed(colour, palette.ink, 1.5 * share - 0.75);
  }
  const from = first.lightness;
  const whole = Math.abs(last.lightness - from);
  return (share) => (path.find(({ lightness = from }) => Math.abs(lightness - from) >= whole * share) ?? last).colour;
}

/** Of the colour, where it is not known how much of it lets text be read. */
const GROUND = 0.47;
/** Of the colour, in what is lowest. */
const FAINTEST = 0.06;

/**
 * A colour of a scale on which the ink can be read.
 * @param share from 0, almost paper, to 1, as much of the colour as the ink stands out from
 */
export function ground(colour: string, share: number, { paper, ink }: Palette): string {
  const isRead = (part: number) => (contrastOf(mixed(paper, colour, part), ink) ?? 0) >= LEAST_CONTRAST.text;
  const parts = Array.from({ length: STEPS + 1 }, (_, step) => 1 - step / STEPS);
  const most = contrastOf(colour, ink) === undefined ? GROUND : (parts.find(isRead) ?? 0);
  return mixed(paper, colour, Math.min(most, FAINTEST) + Math.max(0, most - FAINTEST) * share);
}

/**
 * How different two colours look: their distance in CIELAB, where about 2 is just seen.
 * @returns undefined where one of them is not written as `#rrggbb`
 */
export function distanceOf(one: string, other: string): number | undefined {
  const [a, b] = [labOf(one), labOf(other)];
  return a && b && Math.hypot(...a.map((part, index) => part - (b[index] ?? part)));
}

/** Colours that tell things apart differ at least by so much. */
export const LEAST_DISTANCE = 20;

/**
 * The colours, each with as much of the ink in it as it takes to be told apart from those before it. A theme's own are
 * sometimes almost the same.
 */
export function toldApart(colours: readonly string[], { paper, ink }: Pick<Palette, "paper" | "ink">): string[] {
  const found: string[] = [];
  for (const colour of colours) {
    const others = colour === ink ? found : [...found, ink];
    const isApart = (one: string) => others.every((other) => (distanceOf(one, other) ?? 100) >= LEAST_DISTANCE);
    const mixes = Array.from({ length: STEPS }, (_, step) => mixed(colour, ink, step / STEPS));
    // Nearer to the paper only where it stands out from that.
    const paler = Array.from({ length: STEPS }, (_, step) => mixed(colour, paper, step / STEPS)).filter(
      (one) => (contrastOf(one, paper) ?? 0) >= LEAST_CONTRAST.graphics,
    );
    found.push([colour, ...mixes, ...paler].find(isApart) ?? colour);
  }
  return found;
}

/** Lightness, and the two differences of colours, in CIELAB under D65. */
function labOf(colour: string): readonly [number, number, number] | undefined {
  const [red, green, blue] = (channels(colour) ?? []).map(linear);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  const bent = (part: number) => (part > 216 / 24389 ? Math.cbrt(part) : ((24389 / 27) * part + 16) / 116);
  const x = bent((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
  const y = bent(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  const z = bent((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function luminance(colour: string): number | undefined {
  const [red, green, blue] = (channels(colour) ?? []).map(linear);
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Light of a channel that is written from 0 to 255. */
function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
