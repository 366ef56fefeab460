import type { Random } from "@streamgate/core";
import { NASTY_TEXTS } from "./nasty.ts";

export type Schema = Readonly<Record<string, unknown>>;

/** What of the OpenAPI document an attacker reads. */
export interface AttackedApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          {
            readonly operationId: string;
            readonly parameters: readonly { readonly name: string; readonly in: string }[];
            readonly requestBody?: {
              readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
            };
          }
        >
      >
    >
  >;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** What the attacker has: an API, and good tokens as an insider has them. */
export interface Attack {
  readonly api: AttackedApi;
  readonly tokens: readonly string[];
  readonly port: number;
  readonly random: Random;
}

export interface Message {
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Buffer;
  readonly token?: string | null;
}

export type Attacker = (attack: Attack) => Message | Buffer;

/** Acts that would end what is attacked, or the attacker's own way in. */
const SPARED = new Set(["revokeToken", "rotateToken"]);

export function operationsOf({ api }: Attack) {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => !SPARED.has(operationId))
      .map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  );
}

export function filledIn(path: string, random: Random): string {
  return `/api/v1${path}`.replaceAll(/\{\w+\}/g, () =>
    encoded(random.pick([...NASTY_TEXTS, "1", "main"])),
  );
}

export function encoded(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "?")) || "%20";
}

/** As it can stand in a request's head without ending it: the bytes of UTF-8, control characters left out. */
export function printable(text: string): string {
  return Buffer.from(text, "utf8")
    .toString("latin1")
    .replaceAll(/[\p{Cc}]/gu, "");
}
