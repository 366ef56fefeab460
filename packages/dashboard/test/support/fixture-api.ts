import {
  type ApiClient,
  ApiProblem,
  type CallOptions,
  type OperationId,
  type Problem,
  type ResultOf,
  type Session,
} from "@streamgate/contract";
import { cacheFixture } from "../fixtures/cache.ts";
import {
  changesFixture,
  duplicateFixture,
  fragmentedFixture,
  indexesFixture,
  missingFixture,
  unusedFixture,
  whatIfFixture,
} from "../fixtures/indexes.ts";
import { nowFixture } from "../fixtures/now.ts";
import {
  lockChainsFixture,
  queryFixture,
  queryMetricsFixture,
  statementsFixture,
} from "../fixtures/queries.ts";
import { profileViewFixture, resourcesFixture } from "../fixtures/resources.ts";
import { routeFixture, routesFixture } from "../fixtures/routes.ts";

/** Answers of some operations. */
export type FixtureAnswers = {
  readonly [Id in OperationId]?: (options: CallOptions<Id>) => ResultOf<Id> | Promise<ResultOf<Id>>;
};

export const sessionFixture: Session = {
  principal: { kind: "person", name: "Ada", scopes: ["read", "act"], expiresAt: null },
  isOpen: false,
  singleSignOnUrl: null,
  csrfToken: "fixture-csrf",
};

const ANSWERS: FixtureAnswers = {
  getSession: () => sessionFixture,
  getNow: () => nowFixture,
  listRoutes: () => routesFixture,
  getRoute: () => routeFixture,
  getQueryMetrics: () => queryMetricsFixture,
  listQueryStatistics: () => statementsFixture(50, 320),
  listSlowQueries: () => statementsFixture(5),
  getQuery: () => queryFixture,
  listLockChains: () => lockChainsFixture,
  listIndexes: () => indexesFixture,
  listMissingIndexes: () => missingFixture,
  listUnusedIndexes: () => unusedFixture,
  listDuplicateIndexes: () => duplicateFixture,
  listFragmentedIndexes: () => fragmentedFixture,
  listIndexChanges: () => changesFixture,
  askWhatIf: () => whatIfFixture,
  getCacheStatistics: () => cacheFixture,
  getResources: () => resourcesFixture,
  getProfile: () => profileViewFixture,
};

/** An API that answers from fixtures; what it has none for is a problem 404. */
export function fixtureApi(answers: FixtureAnswers = {}): ApiClient {
  const known = { ...ANSWERS, ...answers };
  return {
    call: async <Id extends OperationId>(
      id: Id,
      options: CallOptions<Id>,
    ): Promise<ResultOf<Id>> => {
      const answer = known[id] as
        | ((options: CallOptions<Id>) => ResultOf<Id> | Promise<ResultOf<Id>>)
        | undefined;
      if (answer === undefined) throw new ApiProblem(noFixture(id));
      return await answer(options);
    },
  };
}

function noFixture(id: OperationId): Problem {
  return {
    type: "about:blank",
    title: "There is no fixture",
    status: 404,
    detail: `nothing answers ${id}`,
    code: "SG_TEST_NO_FIXTURE",
    remedy: "add one to test/support/fixture-api.ts",
    requestId: "test",
  };
}
