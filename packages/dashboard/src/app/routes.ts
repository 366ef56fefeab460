import type { Address, PageModule } from "./page.ts";

/** An address that the dashboard has a page for. */
export interface Route {
  /** A part that begins with a colon is a parameter. */
  readonly pattern: string;
  /** In the navigation; absent for pages that other pages lead to. */
  readonly label?: string;
  /** Of the page's module below `src/pages`: what the build's manifest knows it by. */
  readonly source: string;
  readonly load: () => Promise<{ readonly page: PageModule }>;
}

/** Every page, in the order of the navigation. */
export const ROUTES: readonly Route[] = [
  {
    pattern: "/",
    label: "Now",
    source: "now/now-page.tsx",
    load: () => import("../pages/now/now-page.tsx"),
  },
  {
    pattern: "/routes",
    label: "Routes",
    source: "routes/routes-page.tsx",
    load: () => import("../pages/routes/routes-page.tsx"),
  },
  {
    pattern: "/routes/:id",
    source: "route/route-page.tsx",
    load: () => import("../pages/route/route-page.tsx"),
  },
  {
    pattern: "/queries",
    label: "Queries",
    source: "queries/queries-page.tsx",
    load: () => import("../pages/queries/queries-page.tsx"),
  },
  {
    pattern: "/queries/:fingerprint",
    source: "query/query-page.tsx",
    load: () => import("../pages/query/query-page.tsx"),
  },
  {
    pattern: "/indexes",
    label: "Indexes",
    source: "indexes/indexes-page.tsx",
    load: () => import("../pages/indexes/indexes-page.tsx"),
  },
  {
    pattern: "/indexes/what-if",
    source: "what-if/what-if-page.tsx",
    load: () => import("../pages/what-if/what-if-page.tsx"),
  },
  {
    pattern: "/cache",
    label: "Cache",
    source: "cache/cache-page.tsx",
    load: () => import("../pages/cache/cache-page.tsx"),
  },
  {
    pattern: "/resources",
    label: "Resources",
    source: "resources/resources-page.tsx",
    load: () => import("../pages/resources/resources-page.tsx"),
  },
  {
    pattern: "/resources/profiles/:id",
    source: "profile/profile-page.tsx",
    load: () => import("../pages/profile/profile-page.tsx"),
  },
  {
    pattern: "/recommendations",
    label: "Recommendations",
    source: "recommendations/recommendations-page.tsx",
    load: () => import("../pages/recommendations/recommendations-page.tsx"),
  },
  {
    pattern: "/recommendations/:id",
    source: "recommendation/recommendation-page.tsx",
    load: () => import("../pages/recommendation/recommendation-page.tsx"),
  },
  {
    pattern: "/incidents",
    label: "Incidents",
    source: "incidents/incidents-page.tsx",
    load: () => import("../pages/incidents/incidents-page.tsx"),
  },
  {
    pattern: "/incidents/:id",
    source: "incident/incident-page.tsx",
    load: () => import("../pages/incident/incident-page.tsx"),
  },
  {
    pattern: "/alerts",
    label: "Alerts",
    source: "alerts/alerts-page.tsx",
    load: () => import("../pages/alerts/alerts-page.tsx"),
  },
  {
    pattern: "/analytics",
    label: "Analytics",
    source: "analytics/analytics-page.tsx",
    load: () => import("../pages/analytics/analytics-page.tsx"),
  },
  {
    pattern: "/status",
    label: "Status",
    source: "status/status-page.tsx",
    load: () => import("../pages/status/status-page.tsx"),
  },
];

/** The route of a path with what its parameters are; undefined where there is no such page. */
export function routeOf(
  path: string,
): { readonly route: Route; readonly parameters: Address["parameters"] } | undefined {
  const parts = path.split("/");
  for (const route of ROUTES) {
    const parameters = match(route.pattern.split("/"), parts);
    if (parameters !== undefined) return { route, parameters };
  }
  return undefined;
}

function match(
  pattern: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (pattern.length !== parts.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index] ?? "";
    if (!wanted.startsWith(":")) {
      if (wanted !== part) return undefined;
      continue;
    }
    const value = decode(part);
    if (value === undefined || value === "") return undefined;
    parameters[wanted.slice(1)] = value;
  }
  return parameters;
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
