import { expect, test } from "vitest";
import { hubName, hubNameText } from "../../../src/reward/hub/hubName.ts";
import { UserError } from "../../../src/system/userError.ts";

const named = (text: string, owner: string, name: string, revision: string) =>
  test(`${text} is a backbone`, () => {
    expect(hubName(text)).toEqual({ owner, name, revision });
    expect(hubName(hubNameText(hubName(text)))).toEqual(hubName(text));
  });
named("acme/tiny", "acme", "tiny", "main");
named("acme/tiny@v1.0", "acme", "tiny", "v1.0");
named("A_b/all-MiniLM-L6-v2", "A_b", "all-MiniLM-L6-v2", "main");
named("acme/tiny@refs/pr/1", "acme", "tiny", "refs/pr/1");
named("acme/t@main", "acme", "t", "main");

const not = (text: string) =>
  test(`${JSON.stringify(text)} is none`, () => expect(() => hubName(text)).toThrow(UserError));
for (const text of [
  ...["", "tiny", "acme/", "/tiny", "acme/tiny/more", "../tiny", "acme/..", "acme/.", "a..b/tiny", "acme/tiny."],
  ...["acme\\..\\tiny", "acme/tiny@", "acme/tiny@a@b", "acme/tiny@../x", "acme/tiny@a b", "acme/ti ny", "acme/-tiny"],
  ...["https://huggingface.co/acme/tiny", `acme/${"a".repeat(97)}`, "acme/tiny@/x", "acme/tiny\u0000"],
])
  not(text);
