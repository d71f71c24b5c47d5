// The same package for `import`: one copy of it, whichever way it is asked for.
import deskmatch from "./dist/index.js";

export const {
  DeskmatchError,
  Engine,
  assign,
  assignAsync,
  checkPolicy,
  errorCodes,
  fromJson,
  linearSumAssignment,
  linearSumAssignmentAsync,
  lintPolicy,
  readPolicy,
  readyMadePolicies,
  readyMadePolicy,
  replay,
  simulate,
  solveAssignment,
  solveAssignmentAsync,
  solveSizedAssignment,
  solveSizedAssignmentAsync,
  toJson,
  verifyAssignment,
  verifyLinearSumAssignment,
  version,
} = deskmatch;
