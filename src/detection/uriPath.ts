/**
 * Where something below a folder lies. Names are escaped as the editor does it, so that equal places are equal strings.
 * @param path relative to the folder, with slashes
 */
export function uriBelow(folder: string, path: string): string {
  const [place = "", query] = folder.split(/(?=\?)/, 2);
  return `${place.replace(/\/$/, "")}/${path.split("/").map(escaped).join("/")}${query ?? ""}`;
}

/** The path of something below a folder, relative to it; "" for the folder itself, undefined for what lies elsewhere. */
export function pathBelow(folder: string, uri: string): string | undefined {
  const [place = "", query = ""] = folder.split(/(?=\?)/, 2);
  const base = place.replace(/\/$/, "");
  if (!uri.startsWith(base) || !uri.endsWith(query)) return undefined;
  const rest = uri.slice(base.length, uri.length - query.length);
  if (rest === "" || rest === "/") return "";
  return rest.startsWith("/") ? unescaped(rest.slice(1)) : undefined;
}

/** The URI of a file of this machine, as the editor writes it: drives in lower case. */
export function fileUri(path: string): string {
  const slashed = path.replaceAll("\\", "/").replace(/^\/\/\?\//, "");
  const [, server, rest] = /^\/\/([^/]+)\/(.*)$/.exec(slashed) ?? [];
  if (server !== undefined && rest !== undefined) return uriBelow(`file://${server.toLowerCase()}`, rest);
  return uriBelow(
    "file:///",
    slashed.replace(/^\//, "").replace(/^[A-Z]:/, (drive) => drive.toLowerCase()),
  );
}

/** The part of a URI before the last slash of its path; the URI of the folder that something lies in. */
export function folderOf(uri: string): string {
  const [place = "", query] = uri.split(/(?=\?)/, 2);
  return `${place.slice(0, place.lastIndexOf("/"))}${query ?? ""}`;
}

/** The editor escapes everything that is not "unreserved" by the standard, also what this function of the language leaves. */
function escaped(name: string): string {
  return encodeURIComponent(Buffer.from(name).toString()).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** A text whose escapes are none stands for itself. */
function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
