import type { SeedOutcome } from "../seeding/seed-media.ts";
import type { SeedProgress } from "../seeding/seed-options.ts";

/** How a seeding run shows itself. */
export interface SeedPrinter {
  readonly progress: (progress: SeedProgress) => void;
  readonly finish: (outcome: SeedOutcome) => void;
}

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const BAR_CHARACTERS = 30;
const JSON_INTERVAL_MS = 200;

/** JSON lines for programs, a bar on a terminal, plain lines elsewhere. */
export function choosePrinter(isJson: boolean, output: Output): SeedPrinter {
  if (isJson) return jsonPrinter(output);
  return output.isTTY === true ? barPrinter(output) : plainPrinter(output);
}

function jsonPrinter(output: Output): SeedPrinter {
  let lastMs = Number.NEGATIVE_INFINITY;
  const print = (value: object): void => {
    output.write(`${JSON.stringify(value)}\n`);
  };
  return {
    progress: (progress) => {
      const isTableDone = progress.kind === "table" && progress.rows === progress.ofRows;
      const isDue = performance.now() - lastMs >= JSON_INTERVAL_MS;
      if (progress.kind === "table" && !isTableDone && !isDue) return;
      lastMs = performance.now();
      print(progress);
    },
    finish: (outcome) => print({ ...outcome, kind: "finished", outcome: outcome.kind }),
  };
}

function barPrinter(output: Output): SeedPrinter {
  let shown = "";
  const show = (line: string): void => {
    if (line === shown) return;
    shown = line;
    output.write(`\r\u001b[K${line}`);
  };
  return {
    progress: (progress) => {
      if (progress.kind === "step") return show(stepName(progress.step));
      const share = progress.done / progress.total;
      const full = Math.round(share * BAR_CHARACTERS);
      const bar = "█".repeat(full) + "░".repeat(BAR_CHARACTERS - full);
      show(`${bar} ${Math.floor(share * 100)} %  ${progress.table}`);
    },
    finish: (outcome) => {
      output.write(`\r\u001b[K${closingLine(outcome)}\n`);
    },
  };
}

function plainPrinter(output: Output): SeedPrinter {
  return {
    progress: (progress) => {
      if (progress.kind === "step") output.write(`${stepName(progress.step)}\n`);
      else if (progress.rows === progress.ofRows) {
        output.write(`${progress.table}: ${progress.rows} rows\n`);
      }
    },
    finish: (outcome) => {
      output.write(`${closingLine(outcome)}\n`);
    },
  };
}

function stepName(step: Extract<SeedProgress, { kind: "step" }>["step"]): string {
  switch (step) {
    case "foreign keys":
      return "adding foreign keys";
    case "analyze":
      return "gathering planner statistics";
    case "commit":
      return "committing";
  }
}

function closingLine(outcome: SeedOutcome): string {
  const seconds = (outcome.durationMs / 1_000).toFixed(1);
  return outcome.kind === "loaded"
    ? `loaded ${outcome.rows} rows in ${seconds} s`
    : `the same catalogue is already there (${outcome.rows} rows); nothing to do`;
}
