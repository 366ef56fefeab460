import type { ApiClient, Session } from "@streamgate/contract";
import { renderToStringAsync } from "preact-render-to-string";
import {
  type AppActs,
  type AppState,
  type FirstState,
  themeOf,
  titleOf,
} from "../app/app-state.ts";
import { FirstApp } from "../app/first-app.tsx";
import type { Address } from "../app/page.ts";
import { problemOf } from "../app/problem-of.ts";
import { type Route, routeOf } from "../app/routes.ts";
import { isZone } from "../format/instant.ts";
import { documentOf } from "./document.ts";
import { filesOf } from "./manifest.ts";
import { jsonInHtml, roundedForDrawing } from "./page-data.ts";

/** What a page is rendered for. */
export interface PageRequest {
  readonly path: string;
  /** With its question mark; empty where there is none. */
  readonly search: string;
  /** Of the content security policy, for styles and data in the page. */
  readonly nonce: string;
  readonly api: ApiClient;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  /** The instant, in ms since 1970. */
  readonly nowMs: number;
}

export interface RenderedPage {
  readonly status: number;
  readonly html: string;
}

/** Renders the page of an address with its data: whole without JavaScript, and alive with it. */
export async function renderDashboard(request: PageRequest): Promise<RenderedPage> {
  const found = routeOf(request.path);
  const [state, files] = await Promise.all([
    readState(request, found?.route, found?.parameters ?? {}),
    filesOf(found?.route.source),
  ]);
  const { data, problem, nowMs, zone, theme, session } = state;
  const first: FirstState = { data, problem, nowMs, zone, theme, session };
  return {
    status: statusOf(state),
    html: documentOf({
      title: `${titleOf(state)} · StreamGate`,
      theme,
      nonce: request.nonce,
      files,
      body: await renderToStringAsync(<FirstApp state={state} acts={actsOf(request.api)} />),
      json: jsonInHtml(first),
    }),
  };
}

async function readState(
  request: PageRequest,
  route: Route | undefined,
  parameters: Address["parameters"],
): Promise<AppState> {
  const { api, path, search, cookies, nowMs } = request;
  const zone = cookies["streamgate-zone"] ?? "UTC";
  const address: Address = { path, parameters, search: new URLSearchParams(search) };
  const common = {
    address,
    nowMs,
    zone: isZone(zone) ? zone : "UTC",
    theme: themeOf(cookies["streamgate-theme"]),
  };
  const session = readSession(api);
  if (route === undefined)
    return {
      ...common,
      session: await session,
      page: undefined,
      data: undefined,
      problem: undefined,
    };
  const { page } = await route.load();
  try {
    const data = roundedForDrawing(await page.load({ api, address }));
    return { ...common, session: await session, page, data, problem: undefined };
  } catch (error) {
    return { ...common, session: await session, page, data: undefined, problem: problemOf(error) };
  }
}

/** Who asks; a page is of use also where that cannot be told. */
function readSession(api: ApiClient): Promise<Session | null> {
  return api.call("getSession", {}).catch(() => null);
}

function statusOf({ page, problem }: AppState): number {
  if (page === undefined) return 404;
  if (problem === undefined) return 200;
  return problem.status >= 400 && problem.status <= 599 ? problem.status : 500;
}

function actsOf(api: ApiClient): AppActs {
  return {
    api,
    navigate: () => undefined,
    reload: async () => undefined,
    announce: () => undefined,
  };
}
