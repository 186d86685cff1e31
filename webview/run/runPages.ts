import type { RunEvent } from "../../src/run/events.ts";
import type { Head } from "../../src/run/panel/headModel.ts";
import {
  RUN_PANEL_VERSION,
  type RunPanelMessage,
  type RunPanelRequest,
  type RunPanelState,
} from "../../src/run/panel/panelMessage.ts";
import type { ShownFit } from "../../src/run/panel/shownFit.ts";
import { countText } from "../../src/run/views/numberFormat.ts";
import { afterPress } from "../afterPress.ts";
import { Announcer } from "../announcer.ts";
import { element, setAttributes, setText } from "../element.ts";
import { KeptPlace } from "../keptPlace.ts";
import { l10n } from "../words.ts";
import { CellHost } from "./cellHost.ts";
import type { PageOffer } from "./pages.ts";
import type { PanelHost, PanelPage } from "./panelPage.ts";
import { PauseNotice } from "./pauseNotice.ts";
import { RunHead, runStatusWords } from "./runHead.ts";
import { pageId, Tabs, tabId } from "./tabs.ts";
import { UntakenDeeds } from "./untakenDeeds.ts";

/** What the panel is to the editor. */
export interface EditorSide {
  post(request: RunPanelRequest): void;
  keep(state: RunPanelState): void;
}

/** The panel of one run: its head, its tabs, and the page in front. Only that page is told what is new. */
export class RunPages {
  readonly root: HTMLElement;
  readonly #editor: EditorSide;
  readonly #deeds: UntakenDeeds;
  readonly #offers: Readonly<Record<string, PageOffer>>;
  readonly #announcer = new Announcer();
  readonly #cells: CellHost;
  readonly #head: RunHead;
  readonly #notice = element("p", { class: "notice", role: "status" });
  readonly #pause = new PauseNotice();
  readonly #silence = element("p", { class: "notice", role: "alert" });
  readonly #tabs: Tabs;
  readonly #front = element("div", { class: "front" });
  readonly #pages = new Map<string, { readonly page: PanelPage; readonly place: HTMLElement }>();
  readonly #waiting = new Map<number, ((event: RunEvent | undefined) => void)[]>();
  readonly #fits = new Map<number, ((fit: ShownFit) => void)[]>();
  readonly #where = new KeptPlace(() => this.#keep());
  #state: RunPanelState;
  #asked = 0;
  /** The last that was told of what is asked for. */
  #newest: RunPanelMessage | undefined;
  /** The page that takes the focus as soon as there is something on it. */
  #focusing: string | undefined;

  /** @param kept what an earlier page of this panel has kept */
  constructor(
    editor: EditorSide,
    offers: Readonly<Record<string, PageOffer>>,
    folder: string,
    kept: RunPanelState | undefined,
  ) {
    this.#editor = editor;
    this.#deeds = new UntakenDeeds(
      (request) => editor.post(request),
      (isSilent) => this.#saySilence(isSilent),
    );
    this.#cells = new CellHost((request) => this.#deeds.post(request));
    this.#offers = offers;
    const names = Object.keys(offers);
    const page = kept !== undefined && names.includes(kept.page) ? kept.page : (names[0] ?? "");
    this.#state = { version: RUN_PANEL_VERSION, folder, page, pages: kept?.pages ?? {}, places: kept?.places ?? {} };
    this.#head = new RunHead(folder.split(/[\\/]/).at(-1) ?? folder, {
      report: () => this.#deeds.post({ type: "openReport" }),
      export: () => this.#deeds.post({ type: "exportRun" }),
      resume: () => this.#deeds.post({ type: "resume" }),
    });
    const tabs = Object.entries(offers).map(([name, { title }]) => ({ name, title: title() }));
    this.#tabs = new Tabs(l10n.t("Pages of the run"), tabs, (name) => this.open(name));
    this.#notice.hidden = true;
    this.#silence.hidden = true;
    this.root = element(
      "main",
      { "aria-busy": "true" },
      this.#head.root,
      this.#tabs.root,
      this.#silence,
      this.#pause.root,
      this.#notice,
      this.#front,
      this.#announcer.root,
    );
    this.#announcer.say("", false);
    const place = kept?.places?.[page];
    if (place !== undefined) this.#where.restore(place, true);
    this.open(page);
  }

  /** Puts a page in front. @param kept goes to its `restore` */
  open(name: string, kept?: unknown): void {
    const offer = this.#offers[name];
    if (offer === undefined) return;
    const isOther = name !== this.#state.page;
    if (isOther) this.#keep();
    this.#tabs.choose(name);
    const open = this.#pages.get(name) ?? this.#make(name, offer);
    if (kept !== undefined) open.page.restore(kept);
    for (const [other, { place }] of this.#pages) place.hidden = other !== name;
    this.#state = { ...this.#state, page: name };
    if (isOther) this.#where.restore(this.#state.places?.[name] ?? { top: 0, parts: [], focused: null }, false);
    this.#keep();
    this.#ask();
  }

  /** Takes what the editor tells; while a pointer is held, when it was let go. */
  take(message: RunPanelMessage): void {
    if (message.type === "shown" && message.asked === this.#asked) this.#newest = message;
    afterPress(() => this.#take(message));
  }

  #take(message: RunPanelMessage): void {
    this.#cells.take(message);
    switch (message.type) {
      case "opened":
        return;
      case "shown":
        // Of what came under a long press, the newest is shown.
        if (message === this.#newest && message.asked === this.#asked) this.#show(message.page, message);
        return;
      case "event":
        this.#giveEvent(message.seq, message.event);
        return;
      case "fit":
        for (const resolve of this.#fits.get(message.seq) ?? []) resolve(message.fit as ShownFit);
        this.#fits.delete(message.seq);
        return;
      case "taken":
        this.#deeds.taken(message.id);
        return;
      case "reading":
        this.#say(l10n.t("Reading the run: {0} %", countText(Math.floor((100 * message.done) / message.total))));
        return;
      case "unreadable":
        this.#say(message.message);
        setAttributes(this.root, { "aria-busy": "false" });
        return;
      case "open":
        this.open(message.page, message.kept);
        return;
    }
  }

  // Host and page are of one version, or the message would not have been understood: what comes is of its model's type.
  #show(name: string, { shown, head, live, pause }: Extract<RunPanelMessage, { type: "shown" }>): void {
    const open = this.#pages.get(name);
    if (open === undefined) return;
    this.#notice.hidden = true;
    this.#pause.show(pause);
    if (isHead(head)) {
      this.#head.show(head, live, pause !== undefined);
      this.#announcer.say(runStatusWords(head, live, pause !== undefined), false);
      if (shown !== undefined) this.#fill(name, open.page, shown, live);
    } else {
      this.#say(l10n.t("The run has not begun yet."));
    }
    setAttributes(this.root, { "aria-busy": "false" });
  }

  /** Before a page has anything to show, its buttons would have nothing to be about. */
  #fill(name: string, page: PanelPage, shown: unknown, live: boolean): void {
    page.root.hidden = false;
    page.show(shown, live);
    if (this.#focusing !== name) return;
    this.#focusing = undefined;
    page.focus();
  }

  #make(name: string, offer: PageOffer): { readonly page: PanelPage; readonly place: HTMLElement } {
    const page = offer.open(this.#hostOf(name));
    page.root.hidden = true;
    const place = element(
      "div",
      { role: "tabpanel", id: pageId(name), "aria-labelledby": tabId(name), tabindex: 0 },
      page.root,
    );
    const made = { page, place };
    this.#pages.set(name, made);
    this.#front.append(place);
    const kept = this.#state.pages[name];
    if (kept !== undefined) page.restore(kept);
    return made;
  }

  #hostOf(name: string): PanelHost {
    return {
      cells: this.#cells,
      ask: () => {
        this.#keep();
        if (this.#state.page === name) this.#ask();
      },
      keep: () => this.#keep(),
      event: (seq) => this.#event(seq),
      fit: (seq) => this.#fit(seq),
      do: (deed, seq, component) =>
        this.#deeds.post({ type: "do", deed, seq, ...(component === undefined ? {} : { component }) }),
      save: (file, content) => void this.#save(file, content),
      say: (words) => this.#announcer.say(words, true),
      pickRuns: (compared) => this.#deeds.post({ type: "pickRuns", runs: [...compared] }),
      openRun: (folder) => this.#deeds.post({ type: "openRun", folder }),
      open: (other, kept) => {
        // What it is to show first comes with the answer.
        this.#focusing = other;
        this.open(other, kept);
      },
    };
  }

  #ask(): void {
    const { page } = this.#state;
    const query = this.#pages.get(page)?.page.query();
    this.#editor.post({ type: "show", page, asked: ++this.#asked, query });
  }

  #keep(): void {
    const kept = [...this.#pages].map(([name, { page }]) => [name, page.kept()] as const);
    this.#state = {
      ...this.#state,
      pages: { ...this.#state.pages, ...Object.fromEntries(kept) },
      places: { ...this.#state.places, [this.#state.page]: this.#where.place },
    };
    this.#editor.keep(this.#state);
  }

  #event(seq: number): Promise<RunEvent | undefined> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(seq);
      this.#waiting.set(seq, [...(waiting ?? []), resolve]);
      if (waiting === undefined) this.#editor.post({ type: "event", seq });
    });
  }

  #fit(seq: number): Promise<ShownFit> {
    return new Promise((resolve) => {
      const waiting = this.#fits.get(seq);
      this.#fits.set(seq, [...(waiting ?? []), resolve]);
      if (waiting === undefined) this.#editor.post({ type: "fit", seq });
    });
  }

  #giveEvent(seq: number, event: unknown): void {
    const waiting = this.#waiting.get(seq) ?? [];
    this.#waiting.delete(seq);
    for (const resolve of waiting) resolve(isEvent(event) ? event : undefined);
  }

  async #save(name: string, content: string | Blob): Promise<void> {
    if (typeof content === "string") {
      this.#deeds.post({ type: "save", name, content: { kind: "text", text: content } });
      return;
    }
    const bytes = new Uint8Array(await content.arrayBuffer());
    const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    this.#deeds.post({ type: "save", name, content: { kind: "base64", base64 } });
  }

  #saySilence(isSilent: boolean): void {
    this.#silence.hidden = !isSilent;
    setText(
      this.#silence,
      isSilent
        ? l10n.t(
            "The editor has not taken what was pressed yet. If nothing happens soon, reload the window and press again.",
          )
        : "",
    );
  }

  #say(words: string): void {
    this.#notice.hidden = false;
    setText(this.#notice, words);
  }
}

function isHead(value: unknown): value is Head {
  return typeof value === "object" && value !== null && "runId" in value;
}

function isEvent(value: unknown): value is RunEvent {
  return typeof value === "object" && value !== null && "seq" in value;
}
