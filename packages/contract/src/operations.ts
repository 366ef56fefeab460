import type { AlertOperations } from "./alerts.ts";
import type { CacheOperations } from "./cache.ts";
import type { DatabaseOperations } from "./database.ts";
import type { RecommendationOperations } from "./recommendations.ts";
import type { SeriesOperations } from "./series.ts";
import type { ServiceOperations } from "./service.ts";
import type { SystemOperations } from "./system.ts";

/**
 * Every operation of the API under `/api/v1`: the one source of the OpenAPI document, of the checks that the server makes, and
 * of the client.
 */
export interface Operations
  extends SystemOperations,
    ServiceOperations,
    SeriesOperations,
    DatabaseOperations,
    CacheOperations,
    RecommendationOperations,
    AlertOperations {}

export type OperationId = keyof Operations;

type PartOf<Id extends OperationId, Part extends string> = Operations[Id] extends {
  readonly [Key in Part]: infer Value;
}
  ? Value
  : undefined;

export type ParametersOf<Id extends OperationId> = PartOf<Id, "parameters">;
export type QueryOf<Id extends OperationId> = PartOf<Id, "query">;
export type BodyOf<Id extends OperationId> = PartOf<Id, "body">;
export type ResultOf<Id extends OperationId> = Operations[Id]["result"];
