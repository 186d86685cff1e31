import type { TweakRequest, TweakStanding } from "../../src/run/tweakMessage.ts";
import { visibleText } from "../../src/run/views/visibleText.ts";
import { element } from "../element.ts";
import { Button } from "../toolkit.ts";
import { l10n } from "../words.ts";
import { busySign } from "./busySign.ts";

type Request = Extract<TweakRequest["type"], "start" | "manageTrust" | "openFailure" | "showLog" | "stop">;

interface Notice {
  readonly words: string;
  readonly kind: "busy" | "quiet" | "warning" | "error";
  readonly actions: readonly { readonly label: string; readonly request: Request }[];
}

/** What stands above everything else: what keeps the panel from working, and the way out. */
export class Banner {
  readonly root = element("div", { class: "banner" });
  readonly #onRequest: (request: Request) => void;
  #shown = "";

  constructor(onRequest: (request: Request) => void) {
    this.#onRequest = onRequest;
  }

  show(standing: TweakStanding): void {
    const notice = noticeOf(standing);
    const looks = JSON.stringify(notice ?? null);
    if (looks === this.#shown) return;
    this.#shown = looks;
    this.root.hidden = notice === undefined;
    if (notice === undefined) {
      this.root.replaceChildren();
      return;
    }
    this.root.dataset.kind = notice.kind;
    this.root.setAttribute("role", notice.kind === "error" ? "alert" : "status");
    this.root.replaceChildren(
      ...(notice.kind === "busy" ? [busySign()] : []),
      element("p", {}, visibleText(notice.words)),
      ...notice.actions.map(
        ({ label, request }, index) =>
          new Button(label, () => this.#onRequest(request), index === 0 ? "primary" : "secondary").root,
      ),
    );
  }
}

function noticeOf({ phase, sourceChanged, experimentName, file }: TweakStanding): Notice | undefined {
  switch (phase.kind) {
    case "paused":
      return {
        words: l10n.t("The kernel of this panel has not been started yet. It runs {0} from {1}.", experimentName, file),
        kind: "quiet",
        actions: [{ label: l10n.t("Start"), request: "start" }],
      };
    case "restricted":
      return {
        words: l10n.t("Trying values executes code of this workspace. Nothing runs in Restricted Mode."),
        kind: "warning",
        actions: [{ label: l10n.t("Manage Workspace Trust"), request: "manageTrust" }],
      };
    case "starting":
      return {
        words: l10n.t("Starting a kernel and opening {0}...", experimentName),
        kind: "busy",
        actions: [{ label: l10n.t("Stop"), request: "stop" }],
      };
    case "failed":
      return {
        words: l10n.t("{0} could not be opened: {1}", experimentName, phase.message),
        kind: "error",
        actions: [
          { label: l10n.t("Try Again"), request: "start" },
          phase.placed
            ? { label: l10n.t("Open Location"), request: "openFailure" }
            : { label: l10n.t("Show Log"), request: "showLog" },
        ],
      };
    case "died":
      return {
        words: phase.reason,
        kind: "error",
        actions: [
          { label: l10n.t("Restart"), request: "start" },
          { label: l10n.t("Show Log"), request: "showLog" },
        ],
      };
    case "ready":
      return sourceChanged
        ? {
            words: l10n.t("The source was changed since it was loaded. What is shown here comes from before."),
            kind: "warning",
            actions: [{ label: l10n.t("Reload"), request: "start" }],
          }
        : undefined;
  }
}
