// Measuring: the fastest of several runs, each on something fresh.

/** Nanoseconds of the fastest run. A run that gives back a number has measured itself. */
export function fastest(runs, prepare, run) {
  let best = Infinity;
  for (let index = 0; index < runs; index++) {
    const fresh = prepare();
    globalThis.gc?.();
    const begun = process.hrtime.bigint();
    const measured = run(fresh);
    const elapsed = Number(process.hrtime.bigint() - begun);
    best = Math.min(best, typeof measured === "number" ? measured : elapsed);
    fresh?.close?.();
  }
  return best;
}
