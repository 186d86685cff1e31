import { isAbsolute, relative } from "node:path";

/** A path as messages show it: relative to the working directory where it lies inside, else absolute. */
export function shownPath(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere === "" || fromHere.startsWith("..") || isAbsolute(fromHere) ? path : fromHere;
}
