import type { CommandCall } from "../command-line/command.ts";
import { EXIT_CODES } from "../command-line/exit-codes.ts";
import { counted } from "../report/wording.ts";
import { runWatch } from "./run-watch.ts";
import { DEFAULT_WATCH_FILE } from "./watch-file.ts";
import { readWatchPlan, type WatchPlan } from "./watch-plan.ts";

const ANY_PORT = 0;

/** `streamgate watch`: checks the file, or watches by it. Returns the exit code. */
export async function runWatchCommand(call: CommandCall): Promise<number> {
  const { positionals, settings } = call;
  const [file = DEFAULT_WATCH_FILE] = positionals;
  const readPlan = async (): Promise<WatchPlan> => {
    const plan = await readWatchPlan(file, process.env);
    tellWhatIsLeft(plan, call);
    return plan;
  };
  if (settings.isOn("check")) {
    const summary = summaryOf(await readPlan());
    call.terminal.print(
      settings.isOn("json") ? JSON.stringify(summary, null, 2) : sentenceOf(summary),
    );
    return EXIT_CODES.fine;
  }
  await runWatch({ readPlan, agentPort: settings.count("agent-port", 1) ?? ANY_PORT }, call);
  return EXIT_CODES.fine;
}

function tellWhatIsLeft({ path, onlyForServe = [] }: WatchPlan, { terminal }: CommandCall): void {
  if (onlyForServe.length === 0) return;
  terminal.tell(`${onlyForServe.join(", ")} in ${path}: left to \`streamgate serve\`.`);
}

/** What a file that is fine comes to. */
interface PlanSummary {
  readonly path: string;
  readonly targets: number;
  readonly rules: number;
  readonly channels: readonly string[];
}

function summaryOf({ path, targets, rules, alerting }: WatchPlan): PlanSummary {
  const channels = (alerting.channels ?? []).map(({ name }) => name);
  return { path, targets: targets.length, rules: rules.length, channels };
}

function sentenceOf({ path, targets, rules, channels }: PlanSummary): string {
  const told = channels.length === 0 ? "nobody is told" : `told by ${channels.join(", ")}`;
  return `${path} is fine: ${counted(targets, "target")}, ${counted(rules, "rule")}, ${told}.`;
}
