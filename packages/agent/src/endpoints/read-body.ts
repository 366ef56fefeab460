import type { IncomingMessage } from "node:http";
import { Problem } from "./problem.ts";

const MOST_BYTES = 1_000_000;
const PATIENCE_MS = 5_000;
const LONGEST_TEXT = 2_200;

/** The body of a request as JSON. @throws Problem 400, 408, 413 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await readBytes(request);
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new Problem(400, "the body must be JSON");
  }
}

/** The request itself is left as it is: who refuses it must still answer on its connection. */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const late = setTimeout(() => end(new Problem(408, "the body came too slowly")), PATIENCE_MS);
    const end = (problem?: Problem): void => {
      clearTimeout(late);
      request.off("data", take).off("end", end).off("close", cutOff);
      if (problem === undefined) resolve(Buffer.concat(chunks));
      else reject(problem);
    };
    const take = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      chunks.push(chunk);
      if (sizeBytes > MOST_BYTES)
        end(new Problem(413, `a body of more than ${MOST_BYTES} bytes is not read`));
    };
    const cutOff = (): void => end(new Problem(400, "the body was cut off"));
    request
      .on("data", take)
      .once("end", () => end())
      .once("close", cutOff);
  });
}

/** @throws Problem 400 where it is no object, or has a field that is not among `known` */
export function fieldsOf(
  body: unknown,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Problem(400, "the body must be an object");
  for (const name of Object.keys(body))
    if (!known.includes(name))
      throw new Problem(
        400,
        `there is no field ${name.slice(0, 50)}; there is: ${known.join(", ")}`,
      );
  return body as Readonly<Record<string, unknown>>;
}

/** @throws Problem 400 */
export function readText(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && value.length <= LONGEST_TEXT) return value;
  throw new Problem(400, `${name} must be text of 1 to ${LONGEST_TEXT} characters`);
}

/** A list that may be absent. @throws Problem 400 */
export function readTexts(name: string, value: unknown, most: number): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > most)
    throw new Problem(400, `${name} must be a list of at most ${most} texts`);
  return value.map((each) => readText(name, each));
}
