import { sep } from "node:path";

/** Takes folders out of messages: the notebook's own becomes relative, the user's home "~". */
export function impersonal(notebookFolder: string, home: string): (message: string) => string {
  const own = notebookFolder.endsWith(sep) ? notebookFolder : `${notebookFolder}${sep}`;
  return (message) => {
    const inside = own.length > 1 ? message.replaceAll(own, "") : message;
    return home.length > 1 ? inside.replaceAll(home, "~") : inside;
  };
}
