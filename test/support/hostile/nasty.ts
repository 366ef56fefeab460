import type { Random } from "@streamgate/core";

const NUL = String.fromCodePoint(0);

/** Texts that have broken something somewhere. */
export const NASTY_TEXTS: readonly string[] = [
  "",
  " ",
  "null",
  "undefined",
  "NaN",
  "-1",
  "0x10",
  "1e999",
  "9007199254740993",
  "99999999999999999999999999",
  "true",
  "__proto__",
  "constructor",
  "constructor.prototype",
  "toString",
  "hasOwnProperty",
  "../../../../etc/passwd",
  "..\\..\\windows\\win.ini",
  "/etc/passwd",
  "file:///etc/passwd",
  "http://169.254.169.254/latest/meta-data/",
  `a${NUL}b`,
  "\ud800",
  "\udfff\ud800",
  "\u202e\u2066",
  "\ufeff",
  "😀".repeat(200),
  "a".repeat(5_000),
  "'; drop table streamgate.tokens; --",
  "' or '1'='1",
  "$1",
  "%s%n%x",
  "<script>alert(1)</script>",
  "{{7*7}}",
  "#{7*7}",
  "(a+)+$",
  "^(([a-z])+.)+[A-Z]([a-z])+$",
  `${"a".repeat(60)}!`,
  "\r\nset-cookie: a=b",
  "2026-13-45T99:99:99Z",
  "+275760-09-13T00:00:00.001Z",
  "-271821-04-19T23:59:59.999Z",
  "0000-00-00T00:00:00Z",
  "2026-01-01T00:00:00Z",
  "-1h",
  "-99999999d",
  "now",
  "-0s",
  "*",
  "%",
  "_",
  "🏴‍☠️",
];

const NASTY_NUMBERS: readonly number[] = [
  0,
  -0,
  -1,
  1.5,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  8.64e15 + 1,
  65_536,
];

/** A JSON value that nobody asked for. */
export function nastyValue(random: Random, depth = 0): unknown {
  switch (random.integer(depth > 3 ? 4 : 8)) {
    case 0:
      return random.pick(NASTY_TEXTS);
    case 1:
      return random.pick(NASTY_NUMBERS);
    case 2:
      return random.pick([null, true, false]);
    case 3:
      return [];
    case 4:
      return Array.from({ length: random.integer(20) }, () => nastyValue(random, depth + 1));
    case 5:
      return new Array(2_000).fill(0);
    case 6:
      return { [random.pick(NASTY_TEXTS)]: nastyValue(random, depth + 1) };
    default:
      return { length: 1e9, toString: null, valueOf: null, toJSON: "x" };
  }
}

/** Bodies that are hardly JSON. */
export const NASTY_BODIES: readonly string[] = [
  "",
  "{",
  "}",
  "[",
  '{"a":',
  "nul",
  "{'a':1}",
  '{"a":1,}',
  '{"a":1}{"a":2}',
  "\ufeff{}",
  `{"a":"${NUL}"}`,
  '{"a":"\\u0000"}',
  '{"a":"\\ud800"}',
  '{"__proto__":{"isAdmin":true}}',
  '{"constructor":{"prototype":{"isAdmin":true}}}',
  '{"a":{"__proto__":{"scopes":["act"]}}}',
  '{"__proto__":null}',
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`,
  `[${"0,".repeat(100_000)}0]`,
  `{"a":${"9".repeat(50_000)}}`,
  '{"a":1e400}',
  '"text"',
  "42",
  "null",
  "true",
  "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
  "a=b&c=d",
];
