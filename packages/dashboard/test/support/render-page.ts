import { type ApiClient, ApiProblem, type Problem, type Session } from "@streamgate/contract";
import { h } from "preact";
import { renderToString } from "preact-render-to-string";
import type { Address } from "../../src/app/page.ts";
import { problemOf } from "../../src/app/problem-of.ts";
import { routeOf } from "../../src/app/routes.ts";
import { type Shell, ShellContext } from "../../src/app/shell-context.tsx";
import { ProblemState } from "../../src/components/states.tsx";
import { NOW_MS } from "../fixtures/clock.ts";
import { sessionFixture } from "./fixture-api.ts";

export interface RenderedText {
  /** Of the page alone. */
  readonly html: string;
  /** The same as somebody reads it: without tags. */
  readonly text: string;
}

/** Renders the page of an address as the server does, without the shell around it. */
export async function renderPage(
  href: string,
  api: ApiClient,
  session: Session = sessionFixture,
): Promise<RenderedText> {
  const { pathname: path, searchParams: search } = new URL(href, "http://page");
  const found = routeOf(path);
  if (found === undefined) throw new Error(`there is no page at ${path}`);
  const address: Address = { path, parameters: found.parameters, search };
  const { page } = await found.route.load();
  const shell: Shell = {
    address,
    api,
    session,
    nowMs: NOW_MS,
    zone: "UTC",
    navigate: () => undefined,
    reload: async () => undefined,
    announce: () => undefined,
  };
  const view = await page.load({ api, address }).then(
    (data) => h(page.View, { data, address }),
    (error: unknown) => h(ProblemState, { problem: problemOf(error) }),
  );
  const html = renderToString(h(ShellContext.Provider, { value: shell, children: view }));
  return { html, text: textOf(html) };
}

/** A session that may read, but change nothing. */
export const readerFixture: Session = {
  ...sessionFixture,
  principal: { kind: "person", name: "Bo", scopes: ["read"], expiresAt: null },
};

/** What a server that cannot reach its database says. */
export const problemFixture: Problem = {
  type: "about:blank",
  title: "The store does not answer",
  status: 503,
  detail: "no connection for 5 s",
  code: "SG_SERVER_STORE_GONE",
  remedy: "see whether the store runs",
  requestId: "r-1",
};

/** An answer that fails. */
export function failing(): never {
  throw new ApiProblem(problemFixture);
}

function textOf(html: string): string {
  return html
    .replaceAll(/<title>.*?<\/title>/g, "")
    .replaceAll(/<[^>]+>/g, "")
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll(/\s+/g, " ");
}
