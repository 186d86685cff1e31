import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { CallTimeline } from "../../../src/run/panel/callTimeline.ts";
import { escaped, html } from "../../../src/run/report/html.ts";
import { reportDataOf } from "../../../src/run/report/reportData.ts";
import { reportHtml } from "../../../src/run/report/reportHtml.ts";
import { runView } from "../../../src/run/views/reduce.ts";
import { estimatedRun } from "../estimatedRun.ts";
import {
  budgetRun,
  failedRun,
  finishedRun,
  interruptedRun,
  landscapeRun,
  resumedRun,
  stageOne,
} from "../exampleEvents.ts";
import { nastyText } from "../nastyText.ts";

const logs = {
  finishedRun,
  budgetRun,
  interruptedRun,
  failedRun,
  resumedRun,
  landscapeRun,
  estimatedRun: () => estimatedRun({ simulated: true }),
  begun: () => stageOne().events,
};

describe.each(Object.entries(logs))("the report of %s", (_name, log) => {
  const page = reportHtml(log());

  test("is one page that runs nothing and loads nothing", () => {
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
    expect(page).not.toMatch(/<(script|link|iframe|object|embed|img)\b/i);
    expect(page).not.toMatch(/\b(href|src|on\w+)\s*=|url\((?!#)|@import/i);
    expect(page.replaceAll(/http:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink)/g, "")).not.toMatch(/https?:/);
  });

  test("closes every element that it opens", () => expect(unbalanced(page)).toEqual([]));

  test("gives every picture a text alternative and ids of its own", () => {
    const pictures = page.match(/<svg[^>]*>/g) ?? [];
    for (const svg of pictures) expect(svg).toMatch(/role="img" aria-label="[^"]{20,}"/);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("gives every table a caption", () => {
    expect(page.match(/<table>/g)?.length ?? 0).toBe(page.match(/<caption>[^<]/g)?.length ?? 0);
  });

  test("takes its colours from the style sheet, so that dark and print work", () => {
    for (const [svg] of page.matchAll(/<svg.*?<\/svg>/gs)) {
      expect(svg).not.toMatch(/stroke="(?!none|var|color-mix)/);
      expect(svg).not.toMatch(/<text[^>]* fill="(?!var|color-mix)/);
    }
  });

  test("is the same each time", () => expect(reportHtml(log())).toBe(page));

  test("says that the model is simulated", () => expect(page).toContain("<strong>Simulated model.</strong>"));
});

test("the report of a real model's run does not speak of a simulated one", () => {
  expect(reportHtml(finishedRun({ simulated: false }))).not.toMatch(/simulated/i);
});

test("the report of nothing is still a page", () => expect(reportHtml([])).toContain("Run without events"));

test("the report is the same from events and from the data made of them", () => {
  expect(reportHtml(reportDataOf(finishedRun()))).toBe(reportHtml(finishedRun()));
});

test("the report tells all time at work, that of redone work too", () => {
  expect(reportDataOf(resumedRun()).view.elapsedMs).toBe(runView(resumedRun()).elapsedMs);
});

describe("the report shows", () => {
  const page = reportHtml(finishedRun());
  test("every update with decision, scores, rows won and lost, reason and diff", () => {
    expect(page.match(/<article class="update (accepted|rejected|unchanged)">/g)).toHaveLength(12);
    expect(page).toMatch(
      /Local reward 0\.\d{3} → 0\.\d{3}; validation 0\.\d{3} → 0\.\d{3} on 60 rows: \d+ better, \d+ worse, \d+ equal/,
    );
    expect(page).toContain("no candidate beat the current value");
    expect(page).toContain("<ins> in as few words as possible</ins>");
    expect(page).toContain("<del>k = 5</del>".replace("</del>", "\n</del>"));
  });
  test("seed, data hashes and settings", () => {
    for (const fact of ["9f2c41d07be3a85c", "b1e0c59a44d2f786", "03ad9926fe5b1c47", "threshold"])
      expect(page).toContain(fact);
  });
  test("failures", () => expect(page).toContain("3 failed rows"));
  test("the pictures of the panel, each with what it says and its table", () => {
    const titles = [...page.matchAll(/<figure><h3>([^<]*)<\/h3>/g)].map(([, title]) => title);
    expect(titles.slice(0, 3)).toEqual(["Reward over iterations", "System", "Alignment over the iterations"]);
    expect(titles).toContain("Local against global reward");
    expect(titles).toContain("Candidates over the iterations");
    expect(titles).toContain("System runs over time");
    const figures = page.match(/<figure>.*?<\/figure>/gs) ?? [];
    expect(figures.length).toBeGreaterThan(8);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg .*<figcaption>.*<details><summary>Table<\/summary>.*<table>/s);
    }
  });
  test("the rows of accepted updates before and after", () => {
    expect(page.match(/<summary>Scores row by row<\/summary>/g)).toHaveLength(3);
  });
});

test("a report of a run that drew a landscape has its curve", () => {
  expect(reportHtml(landscapeRun())).toContain("<h3>Local and global reward over one option</h3>");
});

test("a report of a run whose calls were kept has them over time", () => {
  const calls = new CallTimeline();
  const began = finishedRun()[0]?.at ?? 0;
  for (let call = 0; call < 900; call++) {
    const [who, purpose] = call % 3 === 0 ? ["retriever", "validation"] : ["answer_generator", "fresh pairs"];
    calls.add({ call, who, purpose, at: began + 80 * call, ms: 60 + ((call * 7919) % 500) });
  }
  const page = reportHtml(reportDataOf(finishedRun(), calls));
  expect(page).toMatch(/<h3>Calls over time<\/h3>\n<div [^>]*><svg role="img"/);
  expect(page.length).toBeLessThan(1_500_000);
});

describe("the report of a run that is too long to be read", () => {
  const long = finishedRun({ iterations: 400, text: (text) => text.repeat(300) }).flatMap((event): RunEvent[] => {
    if (event.type === "update") {
      const words = (seed: number) => Array.from({ length: 1500 }, (_, at) => `w${(at * seed) % 997}`).join(" ");
      return [{ ...event, before: words(7), after: words(11 + event.iteration) }];
    }
    if (event.type === "evaluation") {
      return [{ ...event, failures: Array.from({ length: 5000 }, () => event.failures[0] ?? never()) }];
    }
    if (event.type === "candidate") {
      return Array.from({ length: 30 }, (_, at) => ({
        ...event,
        value: `${"long ".repeat(500)}${at}`,
        reward: at / 30,
      }));
    }
    return [event];
  });
  const page = reportHtml(long.map((event, seq) => ({ ...event, seq })));

  test("says what was left out, and stays small", () => {
    expect(page.length).toBeLessThan(8_000_000);
    expect(page).toMatch(/Left out: 250 of 400 updates/);
    expect(page).toMatch(/Left out: [\d,]+ of [\d,]+ failed rows/);
    expect(page).toMatch(/Left out: [\d,]+ of [\d,]+ rows of the table/);
    expect(page).toContain("What it changed is left out: the values of all updates are too long together.");
  });
});

function never(): never {
  throw new Error("every evaluation of the example has a failure");
}

describe("text from outside", () => {
  test("never becomes markup", () => {
    const harmless = tags(reportHtml(finishedRun({ iterations: 5, text: () => "x" })));
    fc.assert(
      fc.property(nastyText, (nasty) => {
        const page = reportHtml(finishedRun({ iterations: 5, text: () => nasty }));
        expect(tags(page)).toEqual(harmless);
        expect(page).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u);
      }),
      { numRuns: 15 },
    );
  });

  test("is escaped wherever a template puts it, once", () => {
    expect(html`<p title="${'"<&'}">${["<i>", html`<b>${"&amp;"}</b>`, null, 3]}</p>`.markup).toBe(
      '<p title="&quot;&lt;&amp;">&lt;i&gt;<b>&amp;amp;</b>3</p>',
    );
    expect(escaped("a\u202e'")).toBe("a&lt;U+202E&gt;&#39;");
  });
});

/** Names of all tags in order. */
function tags(page: string): string[] {
  return [...page.matchAll(/<(\/?[a-z!][^\s>]*)/gi)].map(([, name]) => name ?? "");
}

/** Elements that are closed without being open or never closed. */
function unbalanced(page: string): string[] {
  const empty = new Set(["meta", "br", "!doctype", "![CDATA["]);
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [whole, name = ""] of page.matchAll(/<(\/?[a-z!][^\s>]*)[^>]*>/gi)) {
    if (empty.has(name) || name.startsWith("!") || whole.endsWith("/>")) continue;
    if (!name.startsWith("/")) open.push(name);
    else if (open.pop() !== name.slice(1)) wrong.push(name);
  }
  return [...wrong, ...open];
}

test("a report has the estimate beside what came, how it was computed, and why there is none where there is none", () => {
  const page = reportHtml(estimatedRun());
  expect(page).toContain("What was estimated before the run, and what came.");
  expect(page).toMatch(/<th scope="row">tokens<\/th><td>about 300,000 \(90,000 to 800,000\)<\/td><td>865,080<\/td>/);
  expect(page).toContain("above the range");
  expect(page).toContain("<li>Minutes: a call is taken to last 1.5 s.</li>");
  expect(page).toContain("40 answers were taken from the record");
  expect(reportHtml(finishedRun())).toContain("No estimate was kept with this run");
});
