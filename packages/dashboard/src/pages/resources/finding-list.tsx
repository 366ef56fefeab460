import type { ResourceFinding } from "@streamgate/contract";
import type { JSX } from "preact";
import { FigureText } from "../../components/figure.tsx";
import { SeverityMark } from "../../components/marks.tsx";
import { Empty } from "../../components/states.tsx";

/** What resource advice found, the most severe first: what it is, where, how it is known, what to do. */
export function FindingList({ findings }: { findings: readonly ResourceFinding[] }): JSX.Element {
  if (findings.length === 0)
    return (
      <Empty title="Nothing was found">
        <p>No leak, no blocked event loop, no exhausted pool in the watched processes.</p>
      </Empty>
    );
  return (
    <ul class="resource-findings">
      {findings.map((finding) => (
        <li key={`${finding.instance} ${finding.id}`}>
          <h3>
            <SeverityMark severity={finding.severity} /> {finding.summary}
          </h3>
          <p>To do: {finding.remedy}</p>
          <p class="small muted">
            {finding.service} · {finding.instance}
            {finding.place === "" ? null : (
              <>
                {" "}
                · <code>{finding.place}</code>
              </>
            )}
          </p>
          {finding.evidence.length === 0 ? null : (
            <dl class="finding-evidence">
              {finding.evidence.map(({ name, figure }) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <FigureText figure={figure} />
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </li>
      ))}
    </ul>
  );
}
