import { type Clock, type Finding, systemClock } from "@streamgate/core";
import type { Registry } from "@streamgate/telemetry";
import type { ObservationLog } from "../samplers/observation.ts";
import { bufferChurnRule } from "./buffers/buffer-churn.ts";
import { cpuRule } from "./cpu/cpu-rules.ts";
import { badRulesOption } from "./errors.ts";
import { FindingBoard } from "./finding-board.ts";
import { gcPressureRule } from "./gc/gc-pressure.ts";
import { handleLeakRule } from "./handles/handle-leak.ts";
import { watchListeners } from "./handles/watched-listeners.ts";
import { threadRule } from "./loop/thread-rule.ts";
import { memoryLeakRule } from "./memory/memory-leak.ts";
import { nearLimitRule } from "./memory/near-limit.ts";
import { poolRule } from "./pools/pool-exhausted.ts";
import type { Rule, RuleContext } from "./rule.ts";
import { boardToldFindings } from "./told-findings.ts";

/** How rules are started. */
export interface RulesOptions {
  readonly registry: Registry;
  readonly observations: ObservationLog;
  readonly service: string;
  readonly instance: string;
  /** @default the system's */
  readonly clock?: Clock;
  /** Told each problem that is new, or whose severity or place changed. @default nobody */
  readonly onFinding?: (finding: Finding) => void;
  /**
   * The longest that the collection at the end of the search for a leak's place may hold the thread, in milliseconds, as
   * estimated; 0 forbids the search.
   *
   * @default 500
   */
  readonly mostPauseMs?: number;
  /** Whether settings of V8's heap are tried in child processes. @default true */
  readonly triesSettings?: boolean;
}

/** Rules at work. */
export interface Rules {
  /** The problems that there are now. */
  findings(): readonly Finding[];
  /** Counts the listeners of an emitter, for as long as it lives; those of the process and those that Node warned of are counted anyway. */
  watchListeners(name: string, emitter: NodeJS.EventEmitter | EventTarget): void;
  stop(): void;
}

const DEFAULTS = { clock: systemClock, onFinding: () => {}, mostPauseMs: 500, triesSettings: true };

/**
 * Starts every rule on what the samplers see. Nothing of it keeps the process alive, and nothing that goes wrong in it
 * reaches the application.
 *
 * @throws SG_AGENT_BAD_RULES_OPTION
 */
export function startRules(options: RulesOptions): Rules {
  const { registry, onFinding, mostPauseMs, triesSettings, ...rest } = { ...DEFAULTS, ...options };
  if (!(mostPauseMs >= 0))
    throw badRulesOption("mostPauseMs", mostPauseMs, "a number of milliseconds from 0");
  const cost = ownCost(registry);
  const context: RuleContext = { ...rest, addCost: cost.add };
  const listeners = watchListeners();
  const rules: readonly Rule[] = [
    memoryLeakRule(context, { mostPauseMs }),
    nearLimitRule(context),
    handleLeakRule(context, listeners),
    poolRule(context),
    gcPressureRule(context, { triesSettings }),
    threadRule(context),
    cpuRule(context),
    bufferChurnRule(context),
  ];
  const board = new FindingBoard(onFinding);
  const stopTold = boardToldFindings(board, options);
  const timers = rules.map((rule) =>
    setInterval(() => void look(rule, board, cost), rule.intervalMs).unref(),
  );
  return {
    findings: () => board.all(),
    watchListeners: (name, emitter) => listeners.watch(name, emitter),
    stop: () => {
      for (const timer of timers) clearInterval(timer);
      for (const rule of rules) rule.stop();
      listeners.stop();
      stopTold();
    },
  };
}

async function look(rule: Rule, board: FindingBoard, cost: OwnCost): Promise<void> {
  const part = `rule_${rule.name}`;
  const beganMs = performance.now();
  try {
    const findings = rule.look();
    cost.add(part, performance.now() - beganMs);
    board.replace(rule.name, await findings);
  } catch {
    cost.fail(part);
  }
}

interface OwnCost {
  readonly add: (part: string, costMs: number) => void;
  readonly fail: (part: string) => void;
}

function ownCost(registry: Registry): OwnCost {
  const seconds = registry.counter({
    name: "streamgate_agent_cpu_seconds",
    help: "Time that parts of the agent held the thread: an upper bound of their CPU time.",
    unit: "seconds",
    labelNames: ["part"],
  });
  const failures = registry.counter({
    name: "streamgate_agent_failures",
    help: "Errors of the agent itself, by its part; they never reach the application.",
    labelNames: ["part"],
  });
  return {
    add: (part, costMs) => seconds.with(part).add(costMs / 1000),
    fail: (part) => failures.with(part).add(1),
  };
}
