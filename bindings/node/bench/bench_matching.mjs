// What the border adds to a matrix of 2,000 x 2,000 doubles: the array is read where it lies.

import { linearSumAssignment, verifyLinearSumAssignment } from "../index.mjs";
import { fastest } from "./timing.mjs";

const SIZE = 2_000;
let state = 1;
const cost = Float64Array.from({ length: SIZE * SIZE }, () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
});
const shape = { rows: SIZE, columns: SIZE };
const milliseconds = (time) => `${(time / 1e6).toFixed(2)} ms`;
const solve = fastest(5, () => undefined, () => void linearSumAssignment(cost, shape));
console.log(`linearSumAssignment, ${SIZE} x ${SIZE} doubles   ${milliseconds(solve)}`);
// All that crosses is the question and three lists of 2,000: what it takes to bring one solution in, which costs as much.
const solution = linearSumAssignment(cost, shape);
const verify = fastest(5, () => undefined, () => void verifyLinearSumAssignment(cost, shape, solution));
console.log(`verifyLinearSumAssignment              ${milliseconds(verify)}`);
