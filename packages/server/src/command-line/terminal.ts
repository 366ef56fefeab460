import { createInterface } from "node:readline/promises";

/** Where a command speaks and listens. Results go to `print`, all else to `tell`. */
export interface Terminal {
  print(text: string): void;
  tell(text: string): void;
  /** Writes without a line end, for progress that is drawn over. */
  draw(text: string): void;
  /** Whether a person can answer. */
  readonly canAsk: boolean;
  /** Whether `draw` may move the cursor. */
  readonly canDraw: boolean;
  /** Whether `print` may use colours, and how wide its lines may be. */
  readonly hasColour: boolean;
  readonly widthColumns: number;
  ask(question: string, signal: AbortSignal): Promise<boolean>;
}

const DEFAULT_WIDTH_COLUMNS = 80;
const WIDEST_COLUMNS = 132;
const NARROWEST_COLUMNS = 64;

/** The terminal of this process. */
export function openTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdin, stdout, stderr } = process;
  for (const stream of [stdout, stderr]) stream.on("error", ignoreClosedPipe);
  const isDumb = environment.TERM === "dumb";
  const hasNoColour = (environment.NO_COLOR ?? "") !== "" || isDumb;
  const isForced = (environment.FORCE_COLOR ?? "0") !== "0";
  const columns = stdout.columns ?? (Number(environment.COLUMNS) || DEFAULT_WIDTH_COLUMNS);
  return {
    print: (text) => void stdout.write(`${text}\n`),
    tell: (text) => void stderr.write(`${text}\n`),
    draw: (text) => void stderr.write(text),
    canAsk: stdin.isTTY === true && stderr.isTTY === true,
    canDraw: stderr.isTTY === true && !isDumb,
    hasColour: !hasNoColour && (stdout.isTTY === true || isForced),
    widthColumns: Math.min(Math.max(columns, NARROWEST_COLUMNS), WIDEST_COLUMNS),
    ask: async (question, signal) => {
      const reader = createInterface({ input: stdin, output: stderr });
      // Ctrl-C while the question stands means the same as at any other time.
      reader.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
      try {
        const answer = await reader.question(`${question} [y/N] `, { signal });
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        reader.close();
      }
    },
  };
}

const GONE = new Set(["EPIPE", "EIO", "ERR_STREAM_DESTROYED"]);

/** Whoever read the output has left (`| head`), or the terminal was closed: no reason to fail. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (!GONE.has(error.code ?? "")) throw error;
}
