import { absentRuntime } from "../onnx/installedRuntime.ts";
import { BackboneCache, type CachedBackbone } from "../reward/hub/backboneCache.ts";
import { type HubOffer, hubBackbone, hubStanding } from "../reward/hub/hubBackbone.ts";
import { HUB_PREFIX } from "../reward/resolvedRewards.ts";
import { bytesText, counted } from "../run/views/numberFormat.ts";
import { visibleLine } from "../run/views/visibleText.ts";
import type { Attention } from "./attention.ts";
import { agreedDownload, DownloadLines } from "./backbone.ts";
import { type Display, table } from "./display/terminalText.ts";
import type { Terminal } from "./terminal.ts";

export interface BackboneOptions {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Shortest time between two lines of JSON about a download, in milliseconds. */
const INTERVAL_MS = 100;
const SHORT_COMMIT = 10;

/**
 * Brings a backbone of the hub to this machine, and prints the folder that it lies in; or prints what would come. A machine
 * that cannot run it may still bring it, for another with the same folders, and hears of it before it agrees.
 * @throws UserError where the name is none of the hub's, or it was not to be downloaded
 */
export async function bringBackbone(
  text: string,
  { yes = false, dryRun = false, json = false }: BackboneOptions,
  terminal: Terminal,
  attention: Attention,
): Promise<void> {
  const name = withoutPrefix(text);
  const { signal } = attention;
  const tell = (news: object): void => terminal.result(JSON.stringify(news));
  const why = absentRuntime();
  const usability = why === undefined ? {} : { unusable: why };
  if (why !== undefined && !json) terminal.note(`This machine cannot learn on it. ${why}`);
  if (dryRun) {
    const standing = await attention.within(hubStanding(name, { signal }));
    if (json) tell({ ...standing, ...usability });
    else if (standing.kind === "cached") terminal.result(standing.folder);
    else for (const line of offerText(standing.offer)) terminal.result(line);
    return;
  }
  const lines = new DownloadLines(terminal);
  let toldAt = 0;
  try {
    const bringing = hubBackbone(name, {
      signal,
      consent: async (offer) => {
        if (json) tell({ kind: "offered", offer, ...usability });
        // Whoever reads the lines has heard it.
        if (json && yes) return true;
        return agreedDownload(offer, { yes }, terminal, signal);
      },
      onProgress: ({ file, present, total }) => {
        if (!json) lines.show(present, total);
        else if (present === total || performance.now() - toldAt >= INTERVAL_MS) {
          toldAt = performance.now();
          tell({ kind: "progress", file: file ?? null, present, total });
        }
      },
    });
    const folder = await attention.within(bringing);
    if (json) tell({ kind: "cached", folder, ...usability });
    else terminal.result(folder);
  } finally {
    lines.end();
  }
}

/** Prints what is cached. */
export function listBackbones({ json = false }: BackboneOptions, terminal: Terminal): void {
  const cache = new BackboneCache();
  const backbones = cache.list();
  if (json) terminal.result(JSON.stringify({ folder: cache.folder, backbones }));
  else for (const line of listText(cache.folder, backbones, terminal.resultDisplay())) terminal.result(line);
}

/** @throws UserError where there is none of the name, or it is being downloaded */
export function removeBackbone(text: string, { json = false }: BackboneOptions, terminal: Terminal): void {
  const removed = new BackboneCache().remove(withoutPrefix(text));
  if (json) {
    terminal.result(JSON.stringify({ removed }));
    return;
  }
  for (const { bytes, folder } of removed) terminal.result(`Removed ${bytesText(bytes)}: ${folder}`);
}

const withoutPrefix = (text: string): string => (text.startsWith(HUB_PREFIX) ? text.slice(HUB_PREFIX.length) : text);

function offerText({ name, revision, host, files, bytes, present }: HubOffer): string[] {
  const here = present === 0 ? "" : `, ${bytesText(present)} of it here already`;
  return [
    `${visibleLine(name)} from ${visibleLine(host)}, commit ${revision}: ${bytesText(bytes)} in ${counted(files.length, "file")}${here}`,
    ...files.map((file) => `  ${visibleLine(file.path)} (${bytesText(file.bytes)})`),
  ];
}

function listText(folder: string, backbones: readonly CachedBackbone[], display: Display): string[] {
  if (backbones.length === 0)
    return [`No backbones of the hub are in ${folder}. Bring one: optimas backbone hub:owner/name`];
  return [
    `${counted(backbones.length, "backbone")} of the hub in ${folder}:`,
    "",
    ...table(
      [
        { title: "name", align: "left" },
        { title: "revision", align: "left" },
        { title: "commit", align: "left" },
        { title: "size", align: "right" },
      ],
      backbones.map(({ name, asked, commit, bytes, isComplete }) => [
        visibleLine(`${HUB_PREFIX}${name}`),
        isComplete ? visibleLine(asked.join(", ")) : "not complete",
        visibleLine(commit.slice(0, SHORT_COMMIT)),
        bytesText(bytes),
      ]),
      display,
    ),
  ];
}
