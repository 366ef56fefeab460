import { createReadStream } from "node:fs";
import { messageOf } from "@streamgate/core";
import { badSetting } from "../../errors.ts";

/** What is read of a file or of standard input: more than the reader takes, so that it can say that it is too much. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The text of a file, or of standard input for `-`.
 *
 * @throws StreamGateError `SG_SERVER_BAD_SETTING` where the file cannot be read
 */
export async function readPlanText(place: string, signal: AbortSignal): Promise<string> {
  const source = place === "-" ? process.stdin : createReadStream(place, { signal });
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
      chunks.push(bytes);
      sizeBytes += bytes.length;
      if (sizeBytes >= MOST_BYTES) break;
    }
  } catch (cause) {
    throw badSetting(
      `the file ${place}`,
      messageOf(cause),
      "name a file that can be read, or - for standard input",
      cause,
    );
  }
  return decode(Buffer.concat(chunks));
}

/** PowerShell's `>` writes UTF-16. */
function decode(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  return bytes.toString(isUtf16 ? "utf16le" : "utf8");
}
