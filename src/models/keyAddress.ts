import { relative } from "node:path";
import { isLocalAddress } from "./knownPrice.ts";
import { anthropicProvider, openaiProvider } from "./providers/knownProviders.ts";

/**
 * Where a request is about to send a key that the user keeps, and who says so. A workspace's `optimas.models.json` may name
 * any address for `openai`, or for a server of its own, and the workspace may be another's: a key goes unasked only to
 * where its provider usually answers, and to this machine. In the editor the user is asked once for each other address.
 *
 * In a terminal nobody is asked, and what decides is the variable that holds the key. One that the file names and that no
 * provider's key usually lies in was set by the user for that server, by the name that the file gives it: it is sent. The
 * usual variable of a provider (`OPENAI_API_KEY`) says nothing of the sort: it is set for that provider, on most machines
 * for good, and whoever writes the file can name it without its owner's knowing. It is refused, with the way to say
 * that it is meant.
 */
export interface KeyAddress {
  readonly baseUrl: string;
  /** The file that says so, absolute, and its line from 1. */
  readonly said?: DescribedPlace | undefined;
}

export interface DescribedPlace {
  readonly file: string;
  readonly line: number;
}

const usual = [
  { account: "openai", ...openaiProvider },
  { account: "anthropic", ...anthropicProvider },
];

/**
 * Whether a key needs nobody's word to be sent there.
 * @param account whose key it is: the part of models' names before the colon
 * @param variable that holds the key where nothing else does
 */
export function isUsualAddress(account: string, variable: string, baseUrl: string): boolean {
  if (isLocalAddress(baseUrl)) return true;
  if (!URL.canParse(baseUrl)) return false;
  const { protocol, hostname } = new URL(baseUrl);
  return usual
    .filter((provider) => provider.account === account || provider.keyVariable === variable)
    .some((provider) => {
      const host = new URL(provider.baseUrl).hostname;
      // Regions of a provider answer below its own name.
      return protocol === "https:" && (hostname === host || hostname.endsWith(`.${host}`));
    });
}

/** Whether a variable is where a provider's key usually lies. */
export function isUsualVariable(variable: string): boolean {
  return usual.some(({ keyVariable }) => keyVariable === variable.toUpperCase());
}

/** What an address is remembered by: scheme, host and port. */
export function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).origin : baseUrl;
}

/** Why a key in a variable is not sent to an address, and what to do. */
export function addressRefusal(account: string, variable: string, { baseUrl, said }: KeyAddress): string {
  const place = said === undefined ? "The description of the server" : `${shown(said.file)}:${said.line}`;
  return (
    `${place} sends the key in ${variable} to ${originOf(baseUrl)}, which is neither where its provider answers nor this ` +
    `machine. It was not sent. Whoever means it puts the key for that server into a variable of its own and names that: ` +
    `"keyVariable": "${account.toUpperCase().replaceAll("-", "_")}_PROXY_KEY".`
  );
}

function shown(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere === "" || fromHere.startsWith("..") ? file : fromHere;
}
