import { sep } from "node:path";

/** Takes folders out of messages: the notebook's own becomes relative, the user's home "~". */
export function impersonal(notebookFolder: string, home: string): (message: string) => string {
  const folder = notebookFolder.endsWith(sep) ? notebookFolder.slice(0, -1) : notebookFolder;
  return (message) => {
    const inside = folder === "" ? message : named(message.replaceAll(folder + sep, ""), folder, ".");
    return home.length > 1 ? inside.replaceAll(home, "~") : inside;
  };
}

/** Names a folder otherwise where it stands by itself, and not where another one's name begins with it. */
function named(message: string, folder: string, other: string): string {
  const [first = "", ...rest] = message.split(folder);
  return rest.reduce((text, next) => `${text}${/^[\w-]|^\.\w/.test(next) ? folder : other}${next}`, first);
}
