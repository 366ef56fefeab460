import type { RecommendationView } from "@streamgate/contract";

type Finding = RecommendationView["finding"];

/** Something that the reference API does naively, and how a finding about it is known. */
export interface Problem {
  readonly name: string;
  /** Whether an index for the statement is a fix as well as asking otherwise. */
  readonly isMendedByIndex: boolean;
  /** Whether a finding names this problem. */
  isNamedBy(finding: Finding): boolean;
}

const asks = ({ statements }: Finding, pattern: RegExp): boolean =>
  statements.some(({ text }) => pattern.test(text));

/** Named by what people call them; the statements are those of `examples/media`. */
export const PROBLEMS: readonly Problem[] = [
  {
    name: "N+1",
    isMendedByIndex: false,
    isNamedBy: ({ kind }) => kind === "query/n-plus-one",
  },
  {
    name: "OFFSET",
    isMendedByIndex: false,
    isNamedBy: (finding) => finding.kind === "plan/offset" && asks(finding, /\boffset\b/i),
  },
  {
    name: "subquery a row",
    isMendedByIndex: true,
    isNamedBy: (finding) =>
      (finding.kind === "plan/subplan-per-row" || finding.kind === "query/rewrite") &&
      asks(finding, /\(\s*select\b/i),
  },
  {
    name: "SELECT *",
    isMendedByIndex: false,
    isNamedBy: (finding) =>
      finding.kind === "query/unused-columns" && asks(finding, /select \* from/i),
  },
  {
    name: "raw aggregation",
    isMendedByIndex: true,
    isNamedBy: (finding) =>
      (finding.kind === "query/summary" || finding.kind === "query/cacheable") &&
      asks(finding, /\bgroup by\b/i),
  },
];
