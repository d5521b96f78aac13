import { apt } from "./apt.ts";
import { go } from "./go.ts";
import { images } from "./images.ts";
import { npm } from "./npm.ts";
import { pip } from "./pip.ts";
import { rootfs } from "./rootfs.ts";

/** Every kind of source; the schema of `image.yaml` and the types derive from this table. */
export const sourceKinds = { rootfs, apt, pip, npm, go, images } as const;
