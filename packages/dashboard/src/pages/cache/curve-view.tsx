import type { HitRatioCurve } from "@streamgate/contract";
import type { JSX } from "preact";
import { RungBadge } from "../../components/rung-badge.tsx";
import { formatPercent, formatQuantity } from "../../format/quantity.ts";
import { CURVE_HEIGHT, CURVE_WIDTH, drawCurve, worthwhileBytes } from "./curve-geometry.ts";

/** The hit ratio at other sizes of memory: where the curve flattens, more memory brings nothing. */
export function CurveView({ curve }: { curve: HitRatioCurve }): JSX.Element {
  const drawing = drawCurve(curve);
  const rung = curve.points[0]?.hitRatio.rung ?? "estimated";
  return (
    <figure class="chart curve">
      <figcaption class="chart-head">
        <span class="label">{curve.service}</span> <RungBadge rung={rung} />
      </figcaption>
      {drawing === undefined ? (
        <p class="muted">Too few requests have been seen to say.</p>
      ) : (
        <>
          <p class="curve-sentence">{sentence(curve, drawing.currentRatio)}</p>
          <div class="plot">
            <div class="plot-y" aria-hidden="true">
              <span>100 %</span>
              <span>0 %</span>
            </div>
            <svg
              viewBox={`0 0 ${CURVE_WIDTH} ${CURVE_HEIGHT}`}
              preserveAspectRatio="none"
              role="img"
              aria-label={`Hit ratio of ${curve.service} by size of memory. ${sentence(curve, drawing.currentRatio)}`}
            >
              <path
                class="grid"
                d={`M0 0H${CURVE_WIDTH}M0 ${CURVE_HEIGHT / 2}H${CURVE_WIDTH}M0 ${CURVE_HEIGHT}H${CURVE_WIDTH}`}
              />
              <path class="line line-0" d={drawing.path} />
              {drawing.currentX === undefined ? null : (
                <path class="pointer" d={`M${drawing.currentX} 0V${CURVE_HEIGHT}`}>
                  <title>size now</title>
                </path>
              )}
            </svg>
            <div class="plot-x" aria-hidden="true">
              <span>{formatQuantity(drawing.leastBytes, "bytes")}</span>
              <span>{formatQuantity(drawing.mostBytes, "bytes")}</span>
            </div>
          </div>
        </>
      )}
      <details>
        <summary>As numbers</summary>
        <table class="table curve-numbers">
          <caption class="sr">Hit ratio by size of memory</caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                Memory
              </th>
              <th scope="col" class="number">
                Hit ratio <RungBadge rung={rung} isShort />
              </th>
            </tr>
          </thead>
          <tbody>
            {curve.points.map(({ bytes, hitRatio }) => (
              <tr key={bytes}>
                <td class="number">{formatQuantity(bytes, "bytes")}</td>
                <td class="number">{formatQuantity(hitRatio.value, "ratio")}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function sentence(curve: HitRatioCurve, ratio: number | undefined): string {
  const now = `Now ${formatQuantity(curve.currentBytes, "bytes")}${ratio === undefined ? "" : `: about ${formatPercent(ratio)} %`}.`;
  const enough = worthwhileBytes(curve);
  if (enough === undefined) return now;
  const size = formatQuantity(enough, "bytes");
  return enough > curve.currentBytes
    ? `${now} More memory pays up to about ${size}.`
    : `${now} About ${size} would do as well.`;
}
