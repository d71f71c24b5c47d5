// Where things are.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the package. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
/** The folder of the repository. */
export const repository = join(root, "..", "..");
