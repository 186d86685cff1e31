import { findLocalServers, type LocalPlace, type LocalSearch } from "../models/localServers.ts";
import { counted } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import type { Attention } from "./attention.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Prints which servers of models answer on this machine, with the names of their models as experiments write them.
 * @param places where to look; the usual ports by default
 */
export async function findServers(
  { json = false }: { readonly json?: boolean },
  terminal: Terminal,
  { signal }: Pick<Attention, "signal">,
  places?: readonly LocalPlace[],
): Promise<void> {
  const search = await findLocalServers({ fetch: globalThis.fetch, signal, ...(places && { places }) });
  if (json) terminal.result(JSON.stringify(search));
  else for (const line of searchText(search)) terminal.result(line);
}

function searchText({ servers, strangers, silent }: LocalSearch): string[] {
  const found = servers.flatMap(({ provider, baseUrl, kind, models }) => {
    const name = kind === provider ? provider : `${kind} (asked as ${provider})`;
    const has = models.length === 0 ? "no models yet" : counted(models.length, "model");
    return [`${name} answers at ${baseUrl}: ${has}`, ...models.map((model) => `  ${visibleLine(model)}`)];
  });
  const others = strangers.map(
    ({ provider, baseUrl, reason }) => `${baseUrl}, the usual place of ${provider}, is something else: ${reason}.`,
  );
  const nobody = silent.map(({ provider, baseUrl }) => `${provider} (${baseUrl})`).join(", ");
  return [
    ...found,
    ...others,
    ...(nobody === "" ? [] : [`Nothing answers where these usually are: ${nobody}.`]),
    ...(found.length > 0
      ? ['Use one by its name: experiment({ model: "provider:model" }), or --model.']
      : ["A server elsewhere is described in optimas.models.json, under servers."]),
  ];
}
