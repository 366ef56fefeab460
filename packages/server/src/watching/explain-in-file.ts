import { StreamGateError } from "@streamgate/core";
import { badSetting } from "../errors.ts";

/** What the monitor refuses of what a watch file says is told as a fault of that file. */
export function explainInFile<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw faultOfFile(path, error);
  }
}

/** @param hide takes secrets out of what is told */
export function faultOfFile(
  path: string,
  error: unknown,
  hide: (text: string) => string = (text) => text,
): unknown {
  if (!(error instanceof StreamGateError) || error.code === "SG_SERVER_BAD_SETTING") return error;
  const tried = hide(error.tried).replace(/^use /, "");
  return badSetting(`${tried} in ${path}`, hide(error.happened), error.remedy);
}
