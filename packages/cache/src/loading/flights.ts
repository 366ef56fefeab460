import type { Id } from "../memory/memory-index.ts";
import type { Flight } from "./flight.ts";

const NONE: readonly Flight[] = [];

/** The loads under way in one namespace, by id. */
export class Flights {
  /** Most ids have one at a time. */
  private readonly byId = new Map<string, Flight | readonly Flight[]>();
  private flying = 0;
  private whenLanded: (() => void)[] = [];

  get size(): number {
    return this.flying;
  }

  /** The flight that a caller who comes now may join. */
  joinable(id: Id, variant: string): Flight | undefined {
    if (this.flying === 0) return undefined;
    return this.of(id).find(
      ({ request, isValid }) =>
        request.variant === variant && request.load !== undefined && isValid,
    );
  }

  add(flight: Flight): void {
    const { id } = flight.request;
    const others = this.of(id);
    this.byId.set(String(id), others.length === 0 ? flight : [...others, flight]);
    this.flying += 1;
  }

  remove(flight: Flight): void {
    const { id } = flight.request;
    const all = this.of(id);
    if (!all.includes(flight)) return;
    this.flying -= 1;
    if (all.length === 1) this.byId.delete(String(id));
    else
      this.byId.set(
        String(id),
        all.filter((other) => other !== flight),
      );
    if (this.flying > 0 || this.whenLanded.length === 0) return;
    for (const resolve of this.whenLanded) resolve();
    this.whenLanded = [];
  }

  /** Nothing that is being loaded for the id may be kept. */
  spoil(id: Id): void {
    for (const flight of this.of(id)) flight.isSpoiled = true;
  }

  /** Resolves when nothing flies any more, those that go on behind a stale answer included. */
  async landed(): Promise<void> {
    if (this.flying === 0) return;
    await new Promise<void>((resolve) => {
      this.whenLanded.push(resolve);
    });
  }

  private of(id: Id): readonly Flight[] {
    const found = this.byId.get(String(id));
    if (found === undefined) return NONE;
    return "request" in found ? [found] : found;
  }
}
