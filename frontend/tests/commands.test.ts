import { expect, test } from "vitest";
import { suggested } from "../src/state/commands";

const examples = ["button green", "headline bigger", "dark mode", "no border", "text dark grey"];

test.each([
  ["", false, ["button green", "headline bigger", "dark mode", "no border"]],
  ["", true, ["green", "bigger", "round corners", "remove"]],
  ["  DARK", false, ["dark mode", "text dark grey"]], // what begins so goes first
  ["green", false, ["button green"]],
  ["bigger", true, []], // written out
  ["dark mode", false, []],
  ["sparkle", false, []],
  ["make the button gr", false, ["button green"]], // the last words, as many as there are
  ["please turn on dark", false, ["dark mode"]],
  ["please no", false, []], // too little to say what is meant
])("what may be meant by “%s”", (words, hasSelected, expected) => {
  expect(suggested(words, examples, hasSelected)).toEqual(expected);
});
