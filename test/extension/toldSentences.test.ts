import { describe, expect, test } from "vitest";
import { cellStatus } from "../../src/extension/notebook/cellStatus.ts";
import { fileFragments, fileSentences, toldRefusal } from "../../src/extension/notebook/fileSentences.ts";
import { kernelWords } from "../../src/extension/notebook/kernelWords.ts";
import { processFragments, processSentences, toldEnd } from "../../src/extension/processSentences.ts";
import { kernelEnd } from "../../src/notebook/kernelEnd.ts";
import { readNotebook } from "../../src/notebook/nbformat.ts";
import { trainerWords } from "../../src/reward/trainerEnd.ts";
import { translator } from "../../src/run/l10n.ts";
import { processEnd } from "../../src/system/processEnd.ts";

/** Known messages without their letters, so that those of an unknown one show. */
const known = [...fileSentences, ...fileFragments, ...processSentences, ...processFragments];
const wordless = translator(
  Object.fromEntries(known.map((message) => [message, message.replaceAll(/[^{}\d]|(?<!\{)\d/g, "·")])),
);

describe("ends of processes are told in the editor's language", () => {
  const signals = [
    "SIGKILL",
    "SIGTERM",
    "SIGINT",
    "SIGHUP",
    "SIGABRT",
    "SIGSEGV",
    "SIGBUS",
    "SIGILL",
    "SIGFPE",
    "SIGUSR2",
  ];
  const ends = [...signals.map((signal) => [null, signal] as const), [0, null] as const, [1, null] as const];
  for (const [code, signal] of ends) {
    test(`${signal ?? `exit code ${code}`}`, () => {
      for (const tail of [[], ["FATAL ERROR: heap out of memory"]]) {
        for (const end of [kernelEnd(code, signal, tail), processEnd(trainerWords, code, signal, tail)]) {
          expect(toldEnd(end.reason, wordless).replace(signal ?? "", "")).not.toMatch(/[a-z]/i);
        }
      }
    });
  }

  test("wherever they show", () => {
    const invented = translator({ "The kernel ended on {0}: {1}.": "({0}: {1})", "native code crashed": "!" });
    const { reason } = kernelEnd(null, "SIGSEGV", []);
    const words = kernelWords({ kind: "backing off", until: 1, reason }, invented);
    expect(words.tooltip).toContain("(SIGSEGV: !)");
    const facts = { runs: [], staleness: undefined, unfinished: undefined, death: { of: "kernel", reason } } as const;
    expect(cellStatus(facts, invented)[0]?.tooltip).toContain("(SIGSEGV: !)");
  });

  test("with what a program said, as it said it", () => {
    const told = toldEnd("The kernel could not be started: spawn EACCES\nTry again.", wordless);
    expect(told).toMatch(/^·+spawn EACCES\nTry again\.$/);
  });
});

describe("a notebook that cannot be read is refused in the editor's language", () => {
  const notebook = (members: object) =>
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [], ...members });
  const cell = (members: object) =>
    notebook({ cells: [{ cell_type: "code", metadata: {}, source: "", outputs: [], ...members }] });
  const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`;
  test.each<[string, string | Uint8Array]>([
    ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00])],
    ["bytes", new Uint8Array([0x7b, 0xc3, 0x28])],
    ["a merge conflict", '{\n<<<<<<< HEAD\n"a": 1\n=======\n'],
    ["cut off", '{ "cells": ['],
    ["a comma too many", '{ "a": 1, }'],
    ["a colon too few", '{ "a" 1 }'],
    ["a comma too few", "[1 2]"],
    ["a name too few", "{ 1: 2 }"],
    ["a value too few", "[,]"],
    ["an open text", '["a\nb"]'],
    ["a strange backslash", '["\\q"]'],
    ["something after it", "{} {}"],
    ["nested too deep", notebook({ metadata: { deep: "@" } }).replace('"@"', deep)],
    ["another JSON", "[1]"],
    ["no format", notebook({ nbformat: "4" })],
    ["a newer format", notebook({ nbformat: 9 })],
    ["an old format", notebook({ nbformat: 3 })],
    ["no minor version", notebook({ nbformat_minor: 1.5 })],
    ["no cells", notebook({ cells: {} })],
    ["no metadata", notebook({ metadata: [] })],
    ["a newer Optimas", notebook({ metadata: { optimas: { format: 99 } } })],
    ["a cell that is none", notebook({ cells: [1] })],
    ["a cell without a type", cell({ cell_type: 1 })],
    ["a cell without metadata", cell({ metadata: [] })],
    ["a cell without source", cell({ source: 1 })],
    ["a cell without outputs", cell({ outputs: 1 })],
  ])("%s", (_what, content) => {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const refused = (): string => {
      try {
        readNotebook(bytes, "7");
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
      throw new Error("it was not refused");
    };
    const names = /nbformat_minor|nbformat|cells|metadata|source|outputs/g;
    expect(toldRefusal(refused(), wordless).replace(names, "")).not.toMatch(/[a-z]/i);
  });
});
