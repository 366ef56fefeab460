import type { EscalationView } from "@streamgate/contract";
import { Fragment, type JSX } from "preact";
import { Act } from "../../components/act.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatAge } from "../../format/instant.ts";

/** Who is told of what, who is on call, and what could not be told. */
export function OnCall({ escalation }: { escalation: EscalationView }): JSX.Element {
  const { onCall, policies, channels, waiting, dead } = escalation;
  return (
    <div class="stack">
      <section aria-labelledby="on-call">
        <h2 id="on-call">On call</h2>
        {onCall.length === 0 ? (
          <p class="muted">No rotas are set up.</p>
        ) : (
          <dl class="pairs">
            {onCall.map(({ rota, person, until, isOverride }) => (
              <Fragment key={rota}>
                <dt>{rota}</dt>
                <dd>
                  {person ?? <span class="tag is-bad">nobody</span>}
                  {isOverride ? " (stands in)" : ""}
                  {until === null ? null : (
                    <span class="muted">
                      {" "}
                      until <TimeText at={until} form="clock" />
                    </span>
                  )}
                </dd>
              </Fragment>
            ))}
          </dl>
        )}
      </section>
      <section aria-labelledby="policies">
        <h2 id="policies">Who is told next</h2>
        {policies.length === 0 ? (
          <p class="muted">
            No escalation is set up:{" "}
            {channels.length === 0 ? "nobody is told" : `alerts go to ${channels.join(", ")}`}.
          </p>
        ) : (
          policies.map(({ name, levels, repeats }) => (
            <p key={name}>
              <strong>{name}</strong>:{" "}
              {levels
                .map(
                  ({ targets, answerWithinMs }) =>
                    `${targets.join(" and ")} (${formatAge(answerWithinMs)} to answer)`,
                )
                .join(", then ")}
              ; {repeats} times again
            </p>
          ))
        )}
      </section>
      <section aria-labelledby="letters">
        <h2 id="letters">Notifications</h2>
        <p>{waiting === 0 ? "None waits." : `${waiting} wait to be sent.`}</p>
        {dead.length === 0 ? null : (
          <ul class="plain">
            {dead.map(({ id, channel, at, reason }) => (
              <li key={id} class="row">
                <span class="tag is-bad">not delivered</span> <TimeText at={at} form="clock" />{" "}
                {channel}: {reason}
                <Act
                  label="Send again"
                  question="Send it again?"
                  run={async (api) => {
                    await api.call("redeliverLetter", { parameters: { id } });
                    return "It is being sent";
                  }}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}
