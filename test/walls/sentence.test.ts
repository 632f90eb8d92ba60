/** The agent fills its sentences itself, for it loads nothing but its own files: both do it alike. */
import { expect, test } from "vitest";
import { fill as agentFill } from "../../agent/words/sentence.ts";
import { fill } from "../../shared/text/sentence.ts";

test.each([
  { name: "a value twice", sentence: "{a} and {a}", params: { a: 1 }, said: "1 and 1" },
  { name: "a brace in a value", sentence: "{a}{b}", params: { a: "{b}", b: 2 }, said: "{b}2" },
  { name: "a value that is not given", sentence: "{a} {b}", params: { b: "x" }, said: "{a} x" },
  { name: "nothing", sentence: "as it is", params: {}, said: "as it is" },
  { name: "zero and an empty text", sentence: "{a}|{b}|", params: { a: 0, b: "" }, said: "0||" },
])("the agent and the service fill $name alike", ({ sentence, params, said }) => {
  const values: Record<string, string | number> = params;
  expect([fill(sentence, values), agentFill(sentence, values)]).toEqual([said, said]);
});
