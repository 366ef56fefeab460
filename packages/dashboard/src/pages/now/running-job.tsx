import type { Job } from "@streamgate/contract";
import type { JSX } from "preact";
import { hrefTo } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { TimeText } from "../../components/time-text.tsx";

/** What StreamGate itself does at this moment. */
export function RunningJob({ job, address }: { job: Job | null; address: Address }): JSX.Element {
  return (
    <section aria-labelledby="running-job">
      <div class="section-head">
        <h2 id="running-job">StreamGate at this moment</h2>
      </div>
      {job === null ? (
        <p class="muted">Watches. Nothing else runs.</p>
      ) : (
        <>
          <p>
            {job.finding === null ? (
              job.kind
            ) : (
              <a href={hrefTo(`/recommendations/${encodeURIComponent(job.finding)}`, address)}>
                {job.kind}
              </a>
            )}
            : {job.activity}
          </p>
          <p class="line-foot">
            {job.progress === null ? null : (
              <progress value={job.progress} max={1} aria-label="progress" />
            )}
            <span>{job.target}</span>
            <span class="line-end">
              <span class="muted">began</span> <TimeText at={job.startedAt ?? job.requestedAt} />
            </span>
          </p>
        </>
      )}
    </section>
  );
}
