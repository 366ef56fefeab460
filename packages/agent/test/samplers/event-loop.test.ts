import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { eventLoopSampler } from "../../src/samplers/event-loop.ts";
import { block, recordingContext } from "./sampler-context.ts";

test("a blocked loop is a stall, a longest delay, and many delayed moments", async () => {
  const context = recordingContext();
  const sampler = eventLoopSampler(context);
  await until(() => delays(context) > 0);
  await sampler.sample();
  const before = delays(context);
  // In an idle process the timer looks each 100 ms, and may have waited for as long when the stall begins.
  block(400);
  await until(() => context.stalls.length > 0);
  const { loop } = await sampler.sample();
  sampler.stop();
  expect(loop?.maxDelayMs).toBeGreaterThan(250);
  expect(loop?.utilization).toBeGreaterThan(0.2);
  expect(context.stalls[0]?.durationMs).toBeGreaterThan(250);
  // One each 20 ms, as if somebody had come at each of these moments.
  expect(delays(context) - before).toBeGreaterThanOrEqual(13);
});

test("once stopped it looks no more", async () => {
  const context = recordingContext();
  const sampler = eventLoopSampler(context);
  sampler.stop();
  const before = delays(context);
  block(100);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(delays(context)).toBe(before);
});

function delays({ registry }: ReturnType<typeof recordingContext>): number {
  const family = registry.collect().find(({ name }) => name === "nodejs_eventloop_delay_seconds");
  const [series] = family?.series ?? [];
  return series !== undefined && "histogram" in series ? series.histogram.count : 0;
}
