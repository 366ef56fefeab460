// One program of the bench with the agent inside: SUBJECT SEED SECONDS; tells its parent what was found, and when.
import { startAgent } from "@streamgate/agent";
import { isLeakFinding, type ProgramReport, type SeenFinding } from "./program-report.ts";
import { createWorld, type Subject } from "./world.ts";

const [name = "", seed = "1", lengthSeconds = "75"] = process.argv.slice(2);
const { subject } = (await import(`./subjects/${name}.ts`)) as { readonly subject: Subject };
// Many programs share the processors here: what a reading takes by the clock says nothing, and must not make readings rare.
const agent = await startAgent({ service: name, maxCpuShare: 1 });
const world = createWorld(Number(seed), Number(lengthSeconds));
const seen = new Map<string, SeenFinding>();
const rssBytes: number[] = [];
const heapUsedBytes: number[] = [];
await subject.run(world);

setInterval(() => {
  const memory = process.memoryUsage();
  rssBytes.push(memory.rss);
  heapUsedBytes.push(memory.heapUsed);
  for (const { id, kind, subject: about, summary } of agent.findings()) {
    if (!isLeakFinding(kind)) continue;
    const afterSeconds = seen.get(id)?.afterSeconds ?? world.seconds();
    seen.set(id, { kind, place: about.object, summary, afterSeconds });
  }
}, 1000);

setTimeout(() => {
  const cpu = process.cpuUsage();
  const report: ProgramReport = {
    findings: [...seen.values()],
    rssBytes,
    heapUsedBytes,
    floors: agent.observations.collections().filter(({ kind }) => kind === "major").length,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    agentSeconds: agentSeconds(),
  };
  process.send?.(report, () => process.exit());
}, world.lengthSeconds * 1000);

/** What the agent says that it took of the thread itself. */
function agentSeconds(): number {
  const family = agent.registry
    .collect()
    .find(({ name: metric }) => metric === "streamgate_agent_cpu_seconds");
  return (family?.series ?? []).reduce(
    (sum, series) => sum + ("value" in series ? series.value : 0),
    0,
  );
}
