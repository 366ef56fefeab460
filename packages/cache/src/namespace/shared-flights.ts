import type { Arrival, Fallback } from "../loading/arrival.ts";
import { Flight } from "../loading/flight.ts";
import type { FlightRequest } from "../loading/flight-request.ts";
import type { Flights } from "../loading/flights.ts";
import type { LoadWorld } from "../loading/load-world.ts";
import type { NamespaceRecord } from "./namespace-record.ts";

/** Whether a caller joins a flight under way or begins one. */
export class SharedFlights {
  private readonly world: LoadWorld;
  private readonly flights: Flights;
  private readonly record: Pick<NamespaceRecord, "joined">;

  constructor(world: LoadWorld, flights: Flights, record: Pick<NamespaceRecord, "joined">) {
    this.world = world;
    this.flights = flights;
    this.record = record;
  }

  /** What a caller gets. Who began the flight may have a value that nobody keeps. */
  fly(request: FlightRequest, fallback?: Fallback): Promise<unknown> {
    const { form } = this.world;
    if (this.flights.joinable(request.id, request.variant) === undefined) {
      return this.launch(request, fallback).promise.then(({ value, flags, isPrivate }) =>
        isPrivate === true ? value : form.share(value, flags),
      );
    }
    return this.arrivalOf(request, fallback).then(({ value, flags }) => form.share(value, flags));
  }

  /** A held value, as the flight brought it. */
  arrivalOf(request: FlightRequest, fallback?: Fallback): Promise<Arrival> {
    const flight = this.flights.joinable(request.id, request.variant);
    if (flight === undefined) return this.launch(request, fallback).promise;
    if (!this.hearsOfOthers && !flight.mayStillAsk) {
      return flight.ended.then(() => this.arrivalOf(request, fallback));
    }
    this.record.joined();
    flight.joined += 1;
    const joinedAt = this.world.memory.bumps;
    return flight.promise.then((arrival) =>
      // An expired value from before is none for those who may join the second.
      flight.maySatisfy(joinedAt) ? arrival : this.arrivalOf(request),
    );
  }

  launch(request: FlightRequest, fallback?: Fallback): Flight {
    const flight = new Flight(this.world, request);
    this.flights.add(flight);
    flight.start(fallback);
    return flight;
  }

  /**
   * Whether invalidations by other processes are heard here, within the lease. Who does not, or has no memory and so is promised what the
   * shared tier knows, may not take what a flight asked of a tier before he came.
   */
  private get hearsOfOthers(): boolean {
    const { tiers, clock, memory } = this.world;
    if (tiers.length === 0) return true;
    return this.world.ttlOf("memory") > 0 && clock.monotonicMs() < memory.trustedUntil;
  }
}
