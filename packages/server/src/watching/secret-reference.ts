import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { messageOf } from "@streamgate/core";
import { badSetting } from "../errors.ts";

/** A secret as a watch file gives it: itself, or the variable or file that holds it. */
export type SecretReference = string | { readonly env: string } | { readonly file: string };

/** Where references lead. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative files are looked for here. */
  readonly folder: string;
  /** Hears every secret that is read. @default nobody */
  readonly onSecret?: (secret: string) => void;
}

/**
 * The secret behind a reference. The line end at the end of a file does not belong to it.
 *
 * @param place where the reference stands, for the message: `channels/0/url`
 * @throws StreamGateError `SG_SERVER_BAD_SETTING`, never with the secret in it
 */
export async function readSecret(
  reference: SecretReference,
  place: string,
  sources: SecretSources,
): Promise<string> {
  const secret = await followReference(reference, place, sources);
  sources.onSecret?.(secret);
  return secret;
}

async function followReference(
  reference: SecretReference,
  place: string,
  { environment, folder }: SecretSources,
): Promise<string> {
  if (typeof reference === "string") return reference;
  if ("env" in reference) {
    const value = environment[reference.env];
    if (value !== undefined && value !== "") return value;
    throw badSetting(place, `the variable ${reference.env} is not set`, `set ${reference.env}`);
  }
  const path = isAbsolute(reference.file) ? reference.file : join(folder, reference.file);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw badSetting(
      place,
      `${path} cannot be read: ${messageOf(cause)}`,
      "correct the path",
      cause,
    );
  });
  const secret = text.replace(/\r?\n$/, "");
  if (secret !== "") return secret;
  throw badSetting(place, `${path} is empty`, "write the secret into it");
}
