import { FINDING_KINDS, type Finding, type FindingKind, RUNGS, SEVERITIES } from "@streamgate/core";
import { badReport } from "./errors.ts";
import {
  choiceOf,
  fieldOf,
  itemsOf,
  type JsonField,
  numberOf,
  numberOr,
  textOf,
  wholeNumberOf,
} from "./json-fields.ts";
import { parseFamilies } from "./parse-families.ts";
import type { FailureGroup, ProcessIdentity, ProcessReport } from "./process-report.ts";

const MOST_FINDINGS = 1000;
const MOST_FAILURES = 1000;
const MOST_FRAMES = 200;
const MOST_PARTS = 1000;

/** A report as JSON. What JSON cannot say, such as the least value of an empty histogram, is null. */
export function serializeReport(report: ProcessReport): string {
  return JSON.stringify(report);
}

/**
 * Reads what a watched process answered, trusting none of it: every field is checked and copied, numbers that JSON cannot say come back, and
 * what this version does not know (further fields, kinds of findings) is left out. A finding loses its fix and its proof: a
 * watched process must not hand an operator statements to run.
 *
 * @throws SG_TELEMETRY_BAD_REPORT with the place of the first fault
 */
export function parseReport(json: string): ProcessReport {
  const report: JsonField = { value: parseJson(json), path: "report" };
  wholeNumberOf(fieldOf(report, "version"), 1, 1);
  return {
    version: 1,
    identity: identityOf(fieldOf(report, "identity")),
    takenAtMs: numberOf(fieldOf(report, "takenAtMs")),
    families: parseFamilies(fieldOf(report, "families")),
    findings: itemsOf(fieldOf(report, "findings"), MOST_FINDINGS).flatMap(findingOf),
    failures: itemsOf(fieldOf(report, "failures"), MOST_FAILURES).map(failureOf),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw badReport("report", "JSON", cause);
  }
}

function identityOf(field: JsonField): ProcessIdentity {
  return {
    service: textOf(fieldOf(field, "service")),
    instance: textOf(fieldOf(field, "instance")),
    release: textOf(fieldOf(field, "release")),
    pid: wholeNumberOf(fieldOf(field, "pid"), 0, Number.MAX_SAFE_INTEGER),
    host: textOf(fieldOf(field, "host")),
    startedAtMs: numberOf(fieldOf(field, "startedAtMs")),
  };
}

/** None where this version does not know the kind. */
function findingOf(field: JsonField): Finding[] {
  const kind = textOf(fieldOf(field, "kind"));
  if (!isFindingKind(kind)) return [];
  const subject = fieldOf(field, "subject");
  const remedy = fieldOf(field, "remedy");
  return [
    {
      id: textOf(fieldOf(field, "id")),
      kind,
      subject: {
        database: textOf(fieldOf(subject, "database")),
        object: textOf(fieldOf(subject, "object")),
      },
      severity: choiceOf(fieldOf(field, "severity"), SEVERITIES),
      summary: textOf(fieldOf(field, "summary")),
      savedMsPerHour: numberOr(fieldOf(field, "savedMsPerHour"), 0),
      statements: itemsOf(fieldOf(field, "statements"), MOST_PARTS).map(statementOf),
      evidence: itemsOf(fieldOf(field, "evidence"), MOST_PARTS).map(evidenceOf),
      ...(remedy.value === undefined ? {} : { remedy: textOf(remedy) }),
      ...loopOf(fieldOf(field, "loop")),
      ...columnsReadOf(fieldOf(field, "columnsRead")),
      ...siteOf(fieldOf(field, "site")),
    },
  ];
}

function siteOf(field: JsonField): Pick<Finding, "site"> {
  return field.value === undefined
    ? {}
    : { site: itemsOf(field, MOST_PARTS).map((frame) => textOf(frame)) };
}

function columnsReadOf(field: JsonField): Pick<Finding, "columnsRead"> {
  return field.value === undefined
    ? {}
    : { columnsRead: itemsOf(field, MOST_PARTS).map((column) => textOf(column)) };
}

function loopOf(field: JsonField): Pick<Finding, "loop"> {
  if (field.value === undefined) return {};
  return {
    loop: {
      calls: wholeNumberOf(fieldOf(field, "calls"), 1, Number.MAX_SAFE_INTEGER),
      places: wholeNumberOf(fieldOf(field, "places"), 1, MOST_PLACES),
      keys: itemsOf(fieldOf(field, "keys"), MOST_PARTS).map(keyOf),
    },
  };
}

/** The name of a type becomes part of a statement: nothing but a name may stand there. */
function keyOf(field: JsonField): NonNullable<Finding["loop"]>["keys"][number] {
  const type = fieldOf(field, "type");
  if (!TYPE_NAME.test(textOf(type))) throw badReport(type.path, "the name of a type");
  return {
    place: wholeNumberOf(fieldOf(field, "place"), 0, MOST_PLACES),
    type: textOf(type),
    isList: fieldOf(field, "isList").value === true,
  };
}

const TYPE_NAME = /^[a-z_][a-z0-9_]{0,62}$/;
const MOST_PLACES = 65_535;

function isFindingKind(kind: string): kind is FindingKind {
  return FINDING_KINDS.some((known) => known === kind);
}

function statementOf(field: JsonField): Finding["statements"][number] {
  return {
    fingerprint: textOf(fieldOf(field, "fingerprint")),
    text: textOf(fieldOf(field, "text")),
    calls: numberOf(fieldOf(field, "calls")),
    shareOfTime: numberOf(fieldOf(field, "shareOfTime")),
    meanMs: numberOf(fieldOf(field, "meanMs")),
    expectedMeanMs: numberOf(fieldOf(field, "expectedMeanMs")),
  };
}

function evidenceOf(field: JsonField): Finding["evidence"][number] {
  return {
    name: textOf(fieldOf(field, "name")),
    value: numberOr(fieldOf(field, "value"), Number.NaN),
    unit: textOf(fieldOf(field, "unit")),
    rung: choiceOf(fieldOf(field, "rung"), RUNGS),
    source: textOf(fieldOf(field, "source")),
    at: textOf(fieldOf(field, "at")),
  };
}

function failureOf(field: JsonField): FailureGroup {
  return {
    fingerprint: textOf(fieldOf(field, "fingerprint")),
    type: textOf(fieldOf(field, "type")),
    message: textOf(fieldOf(field, "message")),
    frames: itemsOf(fieldOf(field, "frames"), MOST_FRAMES).map(textOf),
    count: wholeNumberOf(fieldOf(field, "count"), 0, Number.MAX_SAFE_INTEGER),
    firstSeenMs: numberOf(fieldOf(field, "firstSeenMs")),
    lastSeenMs: numberOf(fieldOf(field, "lastSeenMs")),
    release: textOf(fieldOf(field, "release")),
  };
}
