import { expect, test } from "vitest";
import { parseMatchers } from "../../src/watching/parse-matchers.ts";

test("conditions are read as Prometheus writes them", () => {
  expect(parseMatchers(["service=api", "route!=/a=b", "instance=~a-.*", "env!~", "x="])).toEqual([
    { label: "service", is: "api" },
    { label: "route", isNot: "/a=b" },
    { label: "instance", matches: "a-.*" },
    { label: "env", matchesNot: "" },
    { label: "x", is: "" },
  ]);
});

test.each(["service", "=api", "ser vice=api", "1st=a", "service<api"])(
  "%j is no condition",
  (word) => {
    expect(() => parseMatchers([word])).toThrow("write it like service=api");
  },
);
