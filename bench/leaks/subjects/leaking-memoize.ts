import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

function memoize<A extends readonly unknown[], R>(compute: (...input: A) => R): (...input: A) => R {
  const results = new Map<string, R>();
  function memoized(...input: A): R {
    const key = JSON.stringify(input);
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = compute(...input);
    results.set(key, result);
    return result;
  }
  return memoized;
}

function computePrice(user: number, cart: readonly number[]): object {
  return { user, lines: cart.map((item) => ({ item, price: item * 1.19 })) };
}
const priceOf = memoize(computePrice);

export const subject: Subject = {
  pattern: "memoization without bound",
  sites: ["memoized", "computePrice"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(80, 700), (index) => {
      const items = 2 + world.random.integer(8);
      return priceOf(
        index % 3000,
        Array.from({ length: items }, () => world.random.integer(9000)),
      );
    });
  },
};
