import { messageOf, StreamGateError } from "@streamgate/core";
import { expect, test } from "vitest";

const parts = {
  code: "SG_TEST",
  tried: "connect to 127.0.0.1:5432",
  happened: "nothing listens there",
  remedy: "start PostgreSQL",
};

test("an error says what was tried, what happened and what to do, and keeps its cause", () => {
  const cause = new Error("ECONNREFUSED");
  const error = new StreamGateError({ ...parts, cause });
  expect(error.message).toBe(
    "Tried to connect to 127.0.0.1:5432: nothing listens there. To mend it: start PostgreSQL.",
  );
  expect(error).toMatchObject({ ...parts, name: "StreamGateError", cause });
  expect("cause" in new StreamGateError(parts)).toBe(false);
});

test("anything that was thrown has a message", () => {
  expect(messageOf(new Error("no"))).toBe("no");
  expect(messageOf("no")).toBe("no");
  expect(messageOf(undefined)).toBe("undefined");
});
