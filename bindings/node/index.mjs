// The same package for `import`: one copy of it, whichever way it is asked for.
import deskmatch from "./dist/index.js";

export const {
  DeskmatchError,
  Engine,
  checkPolicy,
  errorCodes,
  fromJson,
  lintPolicy,
  readPolicy,
  readyMadePolicies,
  readyMadePolicy,
  toJson,
  version,
} = deskmatch;
