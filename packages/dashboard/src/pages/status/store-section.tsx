import type { StatusView } from "@streamgate/contract";
import type { JSX } from "preact";
import { Amount, FigureText } from "../../components/figure.tsx";
import { TimeText } from "../../components/time-text.tsx";
import { formatAge } from "../../format/instant.ts";

/** Where StreamGate remembers, how much it is, and how far back it reaches. */
export function StoreSection({ status: { store, points } }: { status: StatusView }): JSX.Element {
  const { address, isEmbedded, schemaVersion, history } = store;
  return (
    <section aria-labelledby="store">
      <h2 id="store">What it remembers</h2>
      <dl class="pairs">
        <dt>Store</dt>
        <dd>
          {address}
          {isEmbedded ? ", embedded" : ""}, schema {schemaVersion}
        </dd>
        {history === null ? null : (
          <>
            <dt>History</dt>
            <dd>
              <FigureText figure={history.size} /> of{" "}
              <Amount value={history.limitBytes} unit="bytes" />, {history.series} series
            </dd>
          </>
        )}
        {points === null ? null : (
          <>
            <dt>Points</dt>
            <dd>
              {points.written} written, {points.waiting} waiting,{" "}
              {points.dropped > 0 ? (
                <span class="tag is-bad">{points.dropped} dropped</span>
              ) : (
                "none dropped"
              )}
            </dd>
          </>
        )}
      </dl>
      {history === null ? null : (
        <div class="table-box">
          <table class="table">
            <caption class="sr">resolutions of the history</caption>
            <thead>
              <tr>
                <th scope="col">Resolution</th>
                <th scope="col" class="number">
                  Size
                </th>
                <th scope="col">Reaches back to</th>
                <th scope="col">Kept for</th>
              </tr>
            </thead>
            <tbody>
              {history.tiers.map(({ stepMs, bytes, oldestAt, retentionMs }) => (
                <tr key={stepMs}>
                  <th scope="row">{formatAge(stepMs)}</th>
                  <td class="number">
                    <Amount value={bytes} unit="bytes" />
                  </td>
                  <td>{oldestAt === null ? "–" : <TimeText at={oldestAt} form="clock" />}</td>
                  <td>{formatAge(retentionMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
