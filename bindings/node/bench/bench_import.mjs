// How long importing the package takes, in processes of their own: what Node takes without it is not counted.

import { spawnSync } from "node:child_process";

const RUNS = 15;
const index = new URL("../index.mjs", import.meta.url);
const requires = `const begun = performance.now(); require(${JSON.stringify(new URL("../dist/index.js", import.meta.url).pathname)}); console.log(performance.now() - begun)`;
const imports = `const begun = performance.now(); import(${JSON.stringify(index)}).then(() => console.log(performance.now() - begun))`;

for (const [what, script] of [["require", requires], ["import", imports]]) {
  const runs = Array.from({ length: RUNS }, () => Number(spawnSync(process.execPath, ["--eval", script], { encoding: "utf8" }).stdout));
  runs.sort((a, b) => a - b);
  console.log(`${what.padEnd(8)} ${runs[0].toFixed(1)} ms at least, ${runs[RUNS >> 1].toFixed(1)} ms in the middle of ${RUNS}`);
}
