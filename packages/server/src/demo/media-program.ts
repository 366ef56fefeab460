import { fileURLToPath } from "node:url";
import { demoPartFailed } from "../errors.ts";
import { type SupervisedProcess, startSupervised } from "./supervised-process.ts";

/** One object a line of the reference API's programs. */
export type MediaLine = Readonly<Record<string, unknown>>;

/**
 * Starts a subcommand of the reference API (`seed`, `api`, `traffic`) on a database.
 *
 * @param agentToken with it the agent watches that process, and tells who has it
 */
export function startMediaProgram(
  part: string,
  words: readonly string[],
  databaseUrl: string,
  onLine: (line: MediaLine) => void,
  agentToken = "",
): SupervisedProcess {
  return startSupervised({
    part,
    program: process.execPath,
    words: [locateMain(part), ...words],
    environment: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      STREAMGATE_AGENT_TOKEN: agentToken,
    },
    onLine: (text) => {
      const line = parseLine(text);
      if (line !== undefined) onLine(line);
    },
  });
}

/** The program lies beside the package's entry; its code is never imported. */
function locateMain(part: string): string {
  try {
    return fileURLToPath(new URL("main.js", import.meta.resolve("@streamgate/example-media")));
  } catch (cause) {
    throw demoPartFailed(part, "", cause);
  }
}

function parseLine(text: string): MediaLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as MediaLine) : undefined;
  } catch {
    return undefined;
  }
}
