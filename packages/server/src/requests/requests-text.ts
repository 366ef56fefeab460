import type { Finding } from "@streamgate/core";
import { cut, oneLine, paragraph } from "../report/text/layout.ts";
import { counted, groupDigits } from "../report/wording.ts";
import type { RequestsReport } from "./run-requests-command.ts";

const MARGIN = 3;

/** The report for a person. */
export function requestsText(report: RequestsReport, widthColumns: number): string {
  const { requests, statements, malformedLines, findings, omittedProblems } = report;
  const left = malformedLines === 0 ? "" : `, ${counted(malformedLines, "line")} left out`;
  const head = `${counted(requests, "request")} with ${counted(statements, "statement")}${left}: ${counted(findings.length, "finding")}`;
  return [
    head,
    ...findings.flatMap((finding, index) => [
      "",
      ...findingLines(finding, index + 1, widthColumns),
    ]),
    ...(omittedProblems === 0
      ? []
      : [
          "",
          `${groupDigits(omittedProblems)} more problems of the same sort were not kept apart.`,
        ]),
  ].join("\n");
}

function findingLines(finding: Finding, number: number, width: number): readonly string[] {
  const { kind, severity, id, summary, statements, evidence, remedy = "" } = finding;
  const figures = evidence.map(
    ({ name, value, unit, rung }) => `${name} ${Number(value.toPrecision(3))} ${unit} (${rung})`,
  );
  return [
    cut(oneLine(`${number}  ${kind} · ${severity} · ${id}`), width),
    ...paragraph(oneLine(summary), width, MARGIN),
    ...statements.flatMap(({ text }) => paragraph(oneLine(text), width, MARGIN + 2).slice(0, 4)),
    ...paragraph(oneLine(figures.join(", ")), width, MARGIN),
    ...paragraph(oneLine(remedy), width, MARGIN),
  ];
}
