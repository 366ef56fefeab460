import type { Random } from "@streamgate/core";
import type { Snapshot } from "../../snapshot/snapshot.ts";

/** Values of a type in their text form: the plain ones that meet, and the strange ones that break things. */
interface TypeValues {
  readonly plain: readonly string[];
  readonly strange: readonly string[];
}

const INTEGERS: Readonly<Record<string, readonly string[]>> = {
  smallint: ["32767", "-32768"],
  integer: ["2147483647", "-2147483648"],
  bigint: ["9223372036854775807", "-9223372036854775808"],
};

const OF_TYPE: Readonly<Record<string, TypeValues>> = {
  numeric: { plain: ["0", "1", "2", "-1"], strange: ["0.5", "99", "-99"] },
  real: { plain: ["0", "1", "2"], strange: ["0.5", "-8", "NaN", "Infinity"] },
  "double precision": { plain: ["0", "1", "2"], strange: ["0.5", "-8", "NaN", "Infinity"] },
  text: { plain: ["a", "b"], strange: ["", "A", "ab", " ", "0", "é"] },
  "character varying": { plain: ["a", "b"], strange: ["", "A", " ", "0"] },
  character: { plain: ["a", "b"], strange: ["", "A"] },
  boolean: { plain: ["t", "f"], strange: ["t"] },
  date: {
    plain: ["2024-01-01", "2024-01-02"],
    strange: ["2024-02-29", "1999-12-31", "infinity", "-infinity", "0001-01-01"],
  },
  "timestamp without time zone": {
    plain: ["2024-01-01 00:00:00", "2024-01-01 12:30:00"],
    strange: [
      "2024-01-01 23:59:59.999999",
      "2024-02-29 00:00:00",
      "infinity",
      "-infinity",
      "1999-12-31 23:59:59",
    ],
  },
  "timestamp with time zone": {
    plain: ["2024-01-01 00:00:00+00", "2024-01-01 12:30:00+00"],
    strange: ["2024-01-01 23:59:59.999999+00", "2024-03-31 01:30:00+00", "infinity", "-infinity"],
  },
  "time without time zone": {
    plain: ["00:00:00", "12:00:00"],
    strange: ["23:59:59.999999", "24:00:00"],
  },
  interval: { plain: ["1 day", "00:00:00"], strange: ["1 month", "24:00:00", "-1 day"] },
  uuid: {
    plain: ["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"],
    strange: ["00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
  },
  json: { plain: ['{"a": 1}', "{}"], strange: ["null", "[]", '{"a": null}', '"a"'] },
  jsonb: { plain: ['{"a": 1}', "{}"], strange: ["null", "[]", '{"a": null}', '"a"'] },
  bytea: { plain: ["\\x", "\\x61"], strange: ["\\x00"] },
  inet: { plain: ["10.0.0.1", "10.0.0.2"], strange: ["::1", "10.0.0.0/8"] },
  cidr: { plain: ["10.0.0.0/8", "192.168.0.0/16"], strange: ["::/0"] },
  tsvector: { plain: ["'a':1", "'b':1"], strange: [""] },
  citext: { plain: ["a", "b"], strange: ["A", ""] },
  oid: { plain: ["1", "2"], strange: ["0"] },
};

/** How many different plain integers a key needs so that small tables can be filled. */
const MOST_INTEGERS = 6;

/** The values of a type, or null for one of which none are known. */
export function valuesOfType(type: string, snapshot: Snapshot): TypeValues | null {
  const extremes = INTEGERS[type];
  if (extremes !== undefined) {
    return {
      plain: Array.from({ length: MOST_INTEGERS }, (_, index) => String(index)),
      strange: [...extremes, "-1"],
    };
  }
  const known = OF_TYPE[type];
  if (known !== undefined) return known;
  if (type.endsWith("[]")) return valuesOfArray(type.slice(0, -2), snapshot);
  const bare = type.replace(/^.*\./, "").replaceAll('"', "");
  const extension = OF_TYPE[bare];
  if (extension !== undefined) return extension;
  const labels = (snapshot.ownTypes ?? []).find(
    ({ name, kind }) => name === bare && kind === "enum",
  )?.labels;
  if (labels !== undefined && labels !== null && labels.length > 0) {
    return { plain: labels.map(({ label }) => label), strange: labels.map(({ label }) => label) };
  }
  return valuesOfDomain(bare, snapshot);
}

function valuesOfArray(element: string, snapshot: Snapshot): TypeValues | null {
  const values = valuesOfType(element, snapshot);
  const [one, other] = values?.plain ?? [];
  if (one === undefined || other === undefined) return null;
  const quoted = (value: string): string => `"${value.replace(/["\\]/g, "\\$&")}"`;
  return {
    plain: [`{${quoted(one)}}`, `{${quoted(one)},${quoted(other)}}`],
    strange: ["{}", "{NULL}", `{${quoted(one)},${quoted(one)}}`],
  };
}

/** A domain draws from its base type; what its checks refuse makes no database. */
function valuesOfDomain(name: string, snapshot: Snapshot): TypeValues | null {
  const domain = snapshot.types.find((one) => one.kind === "domain" && one.name === name);
  const base = /\bAS\s+([a-z ]+?)(?:\(|\s+(?:NOT|DEFAULT|CONSTRAINT|CHECK|COLLATE)\b|;|$)/i.exec(
    domain?.definition ?? "",
  )?.[1];
  return base === undefined || base === name ? null : valuesOfType(base.trim(), snapshot);
}

/** How one database draws its values: which share are constants of the statement, nulls, strange ones. */
export interface Temper {
  readonly constants: number;
  readonly nulls: number;
  readonly strange: number;
}

export function drawTemper(random: Random): Temper {
  return {
    constants: random.pick([0.3, 0.6, 0.85, 0.97]),
    nulls: random.pick([0, 0.1, 0.3, 0.6]),
    strange: random.pick([0, 0.05, 0.3]),
  };
}
